"""What the customer wills where money moves: what the words decline, and a yes that is only a yes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogues.phrases.clauses import asks, clauses_of, ends_as_question, parted, sets_condition, wants
from dialogues.phrases.refusing import WANTS_NOT
from dialogues.playbook import Option

_STOPS, _SENDS_BACK = frozenset({"create", "cancel", "create_with_return"}), frozenset({"create_with_return"})
_CANCEL = r"(?:取消|退款|退錢|退钱|全额退|全額退|退(?![货貨换換到去回]))"
_RETURN = r"(?:退货|退貨|寄回|退回去)"
_NO = (
    rf"(?:{WANTS_NOT}|不是(?:说|說)?(?:要|想)?|没(?:有)?(?:说|說)?要|沒(?:有)?(?:说|說)?要|唔係要)"
    r"(?:再|先|给我|給我|帮我|幫我|把|订单|訂單|直接|全部|随便|隨便)*"
)
_OVER = r"(?:不|唔|先不|先别|先別)(?:再)?"
_I_DO_NOT = r"(?<=我)(?:不|唔)(?:会|會|是|係)?(?:要|想)?"
_NOT = (
    r"(?:(?:(?<!you )(?<!they )\b(?:do ?n[o']?t|did ?n[o']?t|do not|never) "
    r"|\bnot (?:asking (?:you )?(?:for|to) |trying to |going to |to |(?=a |the ))|\bi(?:'?m| am) not (?=\w+ing\b))"
    r"(?:want(?:ed)? |need |wish |have |(?:ask(?:ed)?|say|said|mean|meant) (?:for |to )?)?"
    r"(?:you )?(?:to )?(?:(?:process|issue|make|give me|just) )?"
    r"(?:a |an |the |any |my )?(?:full )?|\bno )"
)
# What declines to have it stopped or paid back, and what declines to send it back. "Not to my card" says only where.
_DECLINES = {
    _STOPS: re.compile(
        rf"{_NO}{_CANCEL}|{_OVER}{_CANCEL}(?:了|喇|啦|住)|{_I_DO_NOT}取消"
        r"|(?:还|還)(?:是)?(?:想)?要(?:的(?![话話])|啊|呀|喔|哦)|(?:还|還)是(?:想)?要$|仲要(?:㗎|架|嘅)"
        rf"|{_NOT}(?:cancel\w*|refund\w*|money back)\b(?! (?:on)?to\b)"
        r"|\bi (?:do )?(?:still )?(?:want|need) (?:it|them) after all\b"
        r"|\bi (?:do )?still (?:want|need) "
        r"(?:it|them|(?:the|my|this|that|these|those) (?!refund|money|cash|cancel|return)\w+)\b"
        r"(?! (?:back|cancel\w*|refund\w*|gone|returned)\b)",
        re.IGNORECASE,
    ),
    _SENDS_BACK: re.compile(
        rf"{_NO}{_RETURN}|{_OVER}{_RETURN}(?:了|喇|啦)|{_NOT}(?:return(?! to)|send (?:it|them) back)\b", re.IGNORECASE
    ),
}  # fmt: skip
_NAMES = {
    _STOPS: re.compile(rf"{_CANCEL}|\b(?:cancel|refund)\w*", re.IGNORECASE),
    _SENDS_BACK: re.compile(rf"{_RETURN}|\breturn\w*", re.IGNORECASE),
}
_ORDERS = re.compile(r"do not\b[^?]*$", re.IGNORECASE)  # no question, though it begins with "do"
# "Will you cancel it? Please don't."
_DONT = re.compile(
    r"(?:no )?(?:please )?(?:don'?t|do not)(?: do (?:it|that|this))?(?: please)?"
    r"|(?:请|請|千万|千萬|先)?(?:不要|别|別|唔好)(?:啊|呀|啦|这样|這樣)?",
    re.IGNORECASE,
)
_YES = re.compile(
    r"(?:(?:好|好的|好啊|好呀|好吧|好喔|好哦|可以|可以的|行|嗯|是|是的|是啊|對|对|對的|对的|對啊|对啊|得|係|係呀"
    r"|没错|沒錯|没问题|沒問題|冇問題|要|要的|同意|确定|確定|确认|確認"
    r"|(?:那)?就(?:这样|這樣|这个|這個)|就这么办|就這麼辦|(?:那|就|请|請|快)*(?:这样|這樣)?(?:办|辦|安排)(?=[吧啦])|(?:麻烦|麻煩)(?:你|您)?了?|(?:谢谢|謝謝|多谢|多謝|唔該)(?:你|您)?"
    r"|ok|okay|yes|yep|yeah|yup|sure|please|go ahead|go for it|let'?s do (?:it|that)|do it|do that|do so|do"
    r"|fine|all right|alright|correct|right"
    r"|that(?:'?s| is) (?:fine|right|it|ok|good|correct|what i want)|(?:do )?that one|sounds good"
    r"|exactly|i agree|agreed|confirm(?:ed)?|of course|absolutely|thanks|thank you|cheers)"
    r"(?:吧|啦|喇|了|喔|哦)?(?: then\b)?\s*)+",
    re.IGNORECASE,
)

# Of several ways out none is wanted.
_NONE = re.compile(
    r"(?:都|全|全部|一[个個样樣]都?|哪[个個样樣]都|统统|統統)(?:不|唔|没|沒)"
    r"(?:要(?![紧緊钱錢])|行|想要|想选|想選|好(?!意思)|可以|合适|合適|满意|滿意|得|考虑|考慮|接受)"
    r"|(?:没有?|沒有?|冇)一?[个個样樣][^，,。]{0,4}(?:好|行|合适|合適|想要|满意|滿意|可以|有用)"
    r"|\b(?:none|neither|not (?:any|one)) of (?:these|those|them|that|this)\b"
    r"|\bnone (?:works?|helps?|will do|is any good)\b",
    re.IGNORECASE,
)
# "Let me know when it's there", 「到账了告诉我一声」.
_WORD = re.compile(
    r"(?:告诉|告訴|通知|知会|知會|话|話|讲|講|说|說|叫|喊|提醒)(?:一下|一声|一聲)?(?:我|俾我知)(?:一下|一声|一聲|哦|喔|吧|啦|哈|就好|就行)*$"
    r"|(?:给|給|回)我(?:个|個|一个|一個)?(?:信|消息|通知|话|話)"
    r"|\b(?:let me know|tell me|text me|message me|drop me a line|keep me posted|give me a shout)\b(?! (?:where|why|how|what|who|if|whether))",
    re.IGNORECASE,
)
_THANKS = re.compile(r"(?:多?谢谢?|多?謝謝?|唔該|感谢|感謝|thanks|thank you|cheers)(?:你|您|啦|了)?\s*", re.IGNORECASE)
# What is to be another way, of an order that goes on: "change it to L", 「把M改成L」, 「照我说的改」.
_CHANGE = re.compile(
    r"改(?:成|为|為|做|到|尺|码|碼|颜色|顏色|色|地址|收件|规格|規格|款)|(?:换|換)(?:成|为|為|尺|码|碼|颜色|顏色)"
    r"|(?:转|轉)(?:做|成|返|个|個|尺|码|碼|颜色|顏色|色|[黑白红紅蓝藍绿綠灰粉啡])"
    r"|(?:照|按).{0,6}改|(?:要|想|帮我|幫我|给我|給我)改(?!变|變|主意|天)|只改"
    r"|\b(?:change|switch|swap)\b(?! (?:my|your) mind).{0,40}?"
    r"\b(?:size|colou?r|address|(?:in)?to|for (?:a|an|the)|instead)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"[换換]|\b(?:swap|exchange|switch|change)\b", re.IGNORECASE)
# "One moment", "let me ask my wife first", 「我再諗吓」: not decided yet.
_MOMENT = re.compile(
    r"^(?:那|你|您|请|請|麻烦|麻煩|可以|先|唔該)*(?:稍等|稍候|等(?:等|一下|一等|下(?!去)|我|陣|阵|一会|一會))(?!.{0,4}[天日周週月年])"
    r"|(?:先|再|让我|讓我|想|要|得|等我|我)(?:回去|回家|去|跟|和|同)?.{0,8}(?:想想|想一想|想一下|想清楚|考虑|考慮|谂|諗|商量|讨论|討論)"
    r"|(?:先|再|让我|讓我|想|要|得|等我|我).{0,3}[问問](?:一下|问|問|过|過|下|吓)?"
    r"(?:我|太太|老婆|老公|先生|家人|屋企|女儿|女兒|儿子|兒子|孩子|朋友|爸|妈|媽|同事|他|她|佢)"
    r"|^(?:我|等我|让我|讓我)(?:先|去|来|來|再)*(?:找|翻|搵|戴)(?!不|唔|到|过|過)"
    r"|(?:到时|到時|迟点|遲點|遲啲|晚点|晚點|之后|之後|改天|下次|有需要)再(?:说|說|看|睇|讲|講|谈|談|算|决定|決定|[找搵揾])"
    r"|\b(?:let me|i(?:'ll| will| need to| have to| want to|'d like to| should|'m going to)) (?:just |first |quickly )*"
    r"(?:think|ask (?:my|him|her|them)|check with|talk to my|find (?:my|the|it)|look for|sleep on)\b"
    r"|\b(?:hold|hang) on\b|\b(?:one|just an?|give me an?|wait an?) (?:moment|minute|min|sec|second|mo)\b"
    r"|\bbear with me\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?:可以|好|行|得)(?:[吗嗎]|不|嘛)?[?？]?$|(?:好不好|行不行|得唔得|可不可以)[?？]?$|,? (?:ok|okay|all right)\?$"
)
# What agrees to buy, or asks how; and what tells of something that was bought.
_BUYS = re.compile(
    r"(?:我|那|就|要|想|来|來|直接)(?:买|買)(?:吧|啦|喇|一|个|個|这|這|它|兩|两|了(?:吧|啊|哦|喔|$))|(?:怎么|怎麼|怎样|怎樣|如何|在?哪(?:里|裡|儿|兒)?|点样|點樣|去哪)(?:能|可以|去)?(?:下单|下單|买|買|付款|结账|結帳|订|訂)"
    r"|(?:我|就|现在|現在|直接|帮我|幫我)(?:要|来|來)?(?:下单|下單)(?!了|后|後|时|時)"
    r"|\bi(?:'ll| will|'d like to| want to|'m going to|'m happy to) (?:take|have|buy|order|get)"
    r" (?:it|one|two|that|this|them)\b(?! (?:back|away|up|off|to))"
    r"|\b(?:how|where) (?:do|can|would|should) i (?:order|buy|pay|check ?out|place)\b"
    r"|\b(?:ready|like|want|happy) to (?:buy|order)\b(?! (?:an?other|something))"
    r"|\b(?:let me|i'?ll) (?:buy|order)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(
    r"(?:买|買|下单|下單)(?:了|过|過)?的|(?:昨|前|上|刚|剛|已经|已經|早)[^，。]{0,6}(?:买|買|下单|下單)|(?:买|買)了.{0,6}(?:天|周|週|月|年)|\b(?:bought|ordered|already)\b",
    re.IGNORECASE,
)


def declined(options: Sequence[Option], text: str) -> tuple[Option, ...]:
    """The options whose effect the words decline: "don't cancel it", 「我不取消了」, "I still want it"."""
    actions = _declined_actions(text)
    return tuple(option for option in options if option.port and option.action in actions)


def named(options: Sequence[Option], text: str) -> tuple[Option, ...]:
    """The options whose effect the words want: "cancel it after all", 「那还是退款吧」."""
    wanted = list(filter(wants, parted(text)[0]))
    actions = frozenset().union(*(those for those, words in _NAMES.items() if any(map(words.search, wanted))))
    return tuple(option for option in options if option.port and option.action in actions)


def declines(clause: str) -> bool:
    """True when the clause declines something."""
    return bool(_declined_actions(clause) or _DONT.fullmatch(clause))


def _declined_actions(text: str) -> frozenset[str]:
    """The ports' actions that the words decline. A question or a condition declines nothing."""
    found: set[str] = set()
    before = ""
    for clause in clauses_of(text):
        if tells(clause):
            dont = _DONT.fullmatch(clause)
            for actions, words in _DECLINES.items():
                if words.search(clause) or (dont and _NAMES[actions].search(before)):
                    found |= actions
        before = clause
    return frozenset(found)


def tells(clause: str) -> bool:
    """True for a clause that says how it is to be: no question but a request, and no condition."""
    return (wants(clause) or bool(_ORDERS.match(clause))) and not sets_condition(clause)


def says_yes(text: str) -> bool:
    """True for a plain yes that is more than thanks, however it was heard."""
    return is_plain_yes(text) and not all(map(_THANKS.fullmatch, clauses_of(text)))


def is_plain_yes(text: str) -> bool:
    """True for a yes that says nothing else: no other wish, no condition, no "when", no "as I said"."""
    return bool(clauses := clauses_of(text)) and all(map(_YES.fullmatch, clauses))


def puts_off(text: str) -> bool:
    """True when the words want a moment or to think it over, and ask and decide nothing beside."""
    clauses = [_TAG.sub("", clause) for clause in clauses_of(text)]
    return any(map(_MOMENT.search, clauses)) and not any(map(asks, clauses))


def wants_none(text: str) -> bool:
    """True when none of what was offered is wanted: "none of those", 「都不要，没有一个好的」."""
    return any(_NONE.search(clause) and not ends_as_question(clause) for clause in clauses_of(text))


def wants_word(text: str) -> bool:
    """True where somebody asks to be told when it is done, and asks nothing else."""
    return any(map(_WORD.search, clauses_of(text))) and not any(map(asks, clauses_of(text)))


def buys(text: str) -> bool:
    """True when the words agree to buy, or ask how to: "I'll take it", 「那我就买了，怎么下单」."""
    return any(_BUYS.search(clause) and not _BOUGHT.search(clause) for clause in parted(text)[0])


def wants_another(text: str) -> bool:
    """True when the words ask for another one, or for another size or colour."""
    return any(_ANOTHER.search(part) or _CHANGE.search(part) for part in parted(text)[0])


def wants_change(text: str) -> bool:
    """True when the words ask for an order to be changed."""
    return any(map(_CHANGE.search, parted(text)[0]))
