"""The words by which a customer takes back what was done: "call the collection off", "can it be un-cancelled?"."""

from __future__ import annotations

import re

from dialogues.phrases.clauses import clauses_of, sets_condition, wants
from dialogues.phrases.days import NAMES_TIME
from dialogues.phrases.refusing import WANTS_NOT

_BACK = (
    r"撤(?:回|销|銷|了|掉)|(?:退款|取消|申请|申請)(?:可以|能|可唔可以|可不可以|能不能)?收回|收回(?:退款|取消|申请|申請)"
    r"|(?:刚才|剛才|刚刚|剛剛|头先|頭先|那个|那個|嗰個)[^，]{0,4}(?:不算|唔算|唔作數|作废|作廢)(?!.{0,2}[吗嗎?？])"
    r"|(?:当|當)[作做]?我[^，]{0,2}(?:没|沒|冇|未)[^，]{0,2}(?:说|說|讲|講)|\btake (?:that|it) back\b"
)
TAKEN_BACK = re.compile(_BACK, re.IGNORECASE)  # what was said or asked for, whether it was done or not
ANY = re.compile(
    rf"{_BACK}|照(?:常|原来|原來|旧|舊)?(?:寄|送|发|發)|反悔|说错|說錯|講錯|讲错|按错|按錯|点错|點錯"
    r"|改变主意|改變主意|改主意|恢复|恢復|还原|還原"
    r"|\bun-?do\b|\bby mistake\b|\bwrong (?:one|button)\b"
    r"|\bchanged? my mind|\b(?:restore|reinstate)\b"
    r"|\b(?:leave|keep) (?:it|everything) as it (?:is|was)",
    re.IGNORECASE,
)
_CALLS_OFF = r"(?:cancel|stop|scrap|drop|forget|call off)"
_NO = rf"(?:先?(?:{WANTS_NOT})|不|唔(?!知|該|係))(?:再|先)?"
_NOT_EN = r"\b(?:do ?n[o']?t|not|no longer)\b (?:want (?:to |you to |the |a )?|need (?:to |the |a |an )?)?"
_THAT = "(?:掉|了|咗|我|把|将|將|这|這|那|嗰|个|個|次|张|張|刚才|剛才|刚刚|剛剛|的|嘅|返)*"
_CANCELLED = r"(?:cancell?ed|called off|stopped|scrapped|dropped)"
_KEEPS = (
    r"|\bkeep (?:(?:the|my|that) order|it|them)\b"
    r"|(?:我|还是|還是|都係|不如)(?:就|都|会|會|自己)?留(?:着|著|低|返)(?:它|佢)?"
    r"(?!也|都|有|干|幹|做|没|沒|冇|又|.{0,5}(?:补|補|赔|賠|折|减|減))"
)


def _called_off(chinese: str, english: str) -> str:
    """Words that call off what goes by these names, whichever comes first: "no exchange needed", 「报修可以取消了」."""
    return (
        rf"取消{_THAT}(?:{chinese})"
        rf"|(?:{chinese})[^，说說讲講把给給]{{0,5}}(?<![不没沒别別被唔冇])取消(?!.{{0,2}}(?:订单|訂單|张单|張單))"
        rf"|\b{_CALLS_OFF} (?:the |that |my |this )(?:\w+ )?(?:{english})\b(?! off)"
        rf"|\bcall (?:the |that |my |this )(?:\w+ )?(?:{english}) off\b"
        rf"|\b(?:{english}) (?:to )?be {_CANCELLED}"
        rf"|\bno (?:more |need (?:for|of) )?(?:a |an |the |any )?(?:{english})(?: is)? (?:needed|necessary|required)"
        rf"|\bno (?:longer a )?need (?:for|of) (?:a |an |the |any )?(?:{english})"
        rf"|\b(?:do ?n[o']?t|no longer) (?:want|need) (?:the |a |an |any |that )?(?:{english})\b"
    )


_COLLECTION = "取件|收件|取货|取貨|上门|上門|到府|快递|快遞|物流"
_COLLECTION_EN = "pick-? ?up|collection|courier|driver"
# Nobody is to come for it any more.
_NOBODY_COMES = (
    r"|(?<!先)(?:不用|不必|不需要|不要|别|別|唔使|唔好)再?(?:派人|派)?[来來嚟过過]{0,2}"
    r"(?:(?:上门|上門|到府)(?:[来來]?[取收拿])?|[取收拿]|(?<=[来來嚟]))"
    r"(?:件|货|貨|走)?(?:了|啦|喇|(?<=[来來嚟过過][取收拿])(?=$|，)|(?<=[取收拿]件)(?=$|，))"
    r"|\b(?:(?:no need|(?:do ?n[o']?t|no longer) need) (?:\w+ ){0,3}?to|(?:nobody|no one) (?:needs|has) to) "
    r"(?:come|collect|pick (?:it|them) up|fetch)"
    r"|(?:^|，|\bplease )do ?n[o']?t (?:bother )?"
    r"(?:send(?:ing)? (?:the |a |any )?(?:courier|driver)|com(?:e|ing) (?:for|to))"
)
_OF_A_COLLECTION = re.compile(rf"{_COLLECTION}|{_COLLECTION_EN}{_NOBODY_COMES}", re.IGNORECASE)
_CANCELS = re.compile(rf"取消|\b{_CALLS_OFF}\b|\b{_CANCELLED}\b", re.IGNORECASE)
# Not called off: it goes there another way, or on another day.
_ANOTHER_WAY = re.compile(
    r"自己(?:寄|送|拿|带|帶)|(?:送|寄|拿|带|帶)(?:去|过去|過去|回去|到)|(?:改|换|換)(?:天|期|日|时间|時間|成|到)"
    r"|\bdrop (?:it|them) off\b|\bmyself\b|\banother (?:day|time)\b|\b(?:reschedule|move)\b",
    re.IGNORECASE,
)
# An order that was stopped is to go on.
_GOES_ON = (
    r"|\bun-?cancel\w*|\bcancellation (?:to )?be (?:reversed|revoked|rescinded|withdrawn|undone|stopped|taken back)"
    r"|\b(?:reverse|revoke|rescind|withdraw|take back|cancel|stop) (?:the |that |my |this )(?:\w+ )?cancellation"
    rf"|取消[^，]{{0,6}}(?:收回|撤|作废|作廢|不算|唔算)|(?:收回|撤回|撤销|撤銷){_THAT}取消"
    r"|(?:当|當)[作做我]*(?:没|沒|冇|未)[^，]{0,3}取消|(?:能|可以)[^，]{0,3}[不唔别別]要?取消"
    r"|\b(?:want|need|take|have|like) (?:(?!refund|money|cancel|return)\w+ ){1,4}after all\b"
    r"|(?:还|還|都)(?:是|係)(?:想)?要(?:返|回|那|这|這|你们|你們|你哋|妳們|嗰|呢|它|原|张|張|台|部)"
    r"(?![^，]*(?:退|取消|钱|錢|赔|賠|补|補|给|給|说|說|人|歉|解释|解釋))"
)
_WORDS = {
    "refund": rf"{_NO}(?:取消|退款|退錢|退钱|退)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])|{_called_off('退款', 'refund')}"
              rf"|{_NOT_EN}(?:cancel|refund|money back){_KEEPS}{_GOES_ON}",
    "return": rf"{_NO}(?:退货|退貨|退)(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])"
              rf"|{_called_off(f'退货|退貨|{_COLLECTION}', f'return|{_COLLECTION_EN}')}"
              rf"|{_NOT_EN}(?:return|send it back){_KEEPS}{_NOBODY_COMES}",
    "exchange": rf"{_NO}(?:换货|換貨|换|換|[转轉](?![人真接介]))(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])"
                rf"|{_called_off(f'换货|換貨|换|換|{_COLLECTION}', f'exchange|swap|replacement|{_COLLECTION_EN}')}"
                rf"|{_NOT_EN}(?:exchange|swap|replace){_KEEPS}{_NOBODY_COMES}",
    "change": rf"{_NO}(?:改|换地址|換地址|[转轉](?![人真接介]))(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])"
              rf"|{_called_off('修改|更改|改址|改地址', 'change|redirect')}"
              rf"|{_NOT_EN}(?:change|redirect)"
              r"|(?:还是|還是|都係|照|就|改[回返]|用[回返])(?:寄|送)?[回返去到]?(?:旧|舊|原(?:本|来|來)?的?)地址"
              r"|\b(?:old|original|first) address\b",
    "cancel": rf"{_NO}取消(?:了|掉|喇)?(?!.{{0,4}}[吗嗎])"
              rf"|恢复订单|恢復訂單|{_NOT_EN}cancel{_KEEPS}|\breinstate\b{_GOES_ON}",
    "reship": rf"{_NO}(?:补发|補發|补寄|補寄|重发|重寄|寄(?![回返去给給到]))(?:了|喇)?"
              rf"|{_called_off('补发|補發|补寄|補寄|重发|重寄', 'replacement|resend|new one')}|{_NOT_EN}resend",
    "people": rf"{_NO}(?:打(?:给|給|俾|畀)?我?|(?:打)?(?:电话|電話)|回(?:电|電|覆|复)|覆|联络|聯絡|联系|聯繫|问|問)(?:了|喇|啦)"
              r"|\b(?:no need|(?:do ?n[o']?t|no longer) need (?:you |him |her |them |anyone )?) ?to (?:call|ring|phone|ask|look into)"
              r"|\bno need (?:for )?(?:a |the |that )?call",
    "repair": rf"{_NO}(?:修|维修|維修|报修|報修)(?:了|喇)?"
              rf"|{_called_off(f'维修|維修|报修|報修|修理|{_COLLECTION}', f'repair|inspection|{_COLLECTION_EN}')}"
              rf"|{_NOT_EN}repair{_NOBODY_COMES}",
}  # fmt: skip
_PATTERNS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
# "Can you cancel it?", 「能取消吗」, with no word of what.
_BARE = re.compile(
    r"(?:那|就|我|想|要|请|請|麻烦|麻煩|唔該|帮|幫|给|給|直接|可以|可不可以|可唔可以|能不能|能|还|還|现在|現在|而家|把|它|佢|这个|這個|那个|那個)*"
    r"取消(?:掉|了|咗|它|佢|这个|這個|一下|吧|啦|喇|就|行|好|可以|得唔得|可不可以|[吗嗎呢]|[?？])*"
    r"|(?:(?:please|so|then|and|just|ok|now|can|could|would|may|you|i|we|it|that|this|still|i'd|like|want|to|need) )*"
    r"(?:cancel|call (?:(?:it|that|this) )?off|be (?:cancell?ed|called off))"
    r"(?: (?:it|that|this|please|now|then|for me))*\??",
    re.IGNORECASE,
)
_OF_THE_THING = frozenset({"return", "exchange", "repair"})  # what is booked for a thing that the customer has
# "Please don't cancel it, can you?": politeness, no question whether it is so.
_LEAVE = re.compile(r"(?:可以|好|行|得)(?:吗|嗎)$|(?:好不好|行不行|得唔得|可不可以)$")
# "The courier cancelled my collection": told of others, not wished.
_BY_OTHERS = re.compile(
    r"(?:快递|快遞|物流|你们|你們|你哋|师傅|師傅|他们|他們|佢|系统|系統)[^，]{0,3}(?:把|将|將|擅自|给|給)[^，]*取消[了咗](?!吧)"
)
# Whether it can be taken back is asked by who wants it taken back; until when, or why not, is a question.
_POSSIBLE = re.compile(
    r"能|可以|可唔可以|得唔得|来得及|來得及|\b(?:can|could|possible|(?:a|any) (?:way|chance)|too late)\b", re.IGNORECASE
)
_ASKS_ON = re.compile(
    r"以后|以後|之后|之後|到时|到時|随时|隨時|多久|时候|時候|几时|幾時|为什么|為什麼|为何|為何|点解|點解|怎么[没沒]"
    r"|\b(?:later|any ?time|until|up to|when|how (?:long|late|much)|why|once|before)\b",
    re.IGNORECASE,
)


def wish(text: str) -> str:
    """The clauses of a message in which something may be wanted back: no condition, and no other question."""
    parts = [part for part in clauses_of(text) if not sets_condition(part)]
    wished = [part for part in parts if (wants(part) or _asks_if_possible(part)) and not _BY_OTHERS.search(part)]
    return "，".join(_LEAVE.sub("", part) for part in wished)


def speaks_of(kind: str, said: str, *, on_its_way: bool) -> bool:
    """True when the words of a wish take back what is of that kind.

    ``on_its_way``: the order is still to come, so that "cancel it" may mean the order itself.
    """
    if not kind:
        return False
    found = _PATTERNS[kind].search(said)
    if found and _OF_A_COLLECTION.search(found.group()):
        by_word = _CANCELS.search(found.group())  # else "no need to come on Friday" may leave the other days
        return not (_ANOTHER_WAY.search(said) or (not by_word and NAMES_TIME.search(said)))
    bare = kind in _OF_THE_THING and not on_its_way
    return bool(found) or (bare and any(map(_BARE.fullmatch, said.split("，"))))


def goes_on(said: str) -> bool:
    """True when the words of a wish want an order to go on that was stopped."""
    return bool(re.search(_GOES_ON[1:], said, re.IGNORECASE))


def _asks_if_possible(clause: str) -> bool:
    return bool(_POSSIBLE.search(clause)) and not _ASKS_ON.search(clause)
