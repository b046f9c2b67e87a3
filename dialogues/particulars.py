"""What is asked about a way out: what it costs, whether the thing goes back, where it goes, how long it takes, if it is done.

The playbook's options tell it (``tells``), and what was promised; no article is searched for what is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogues import asked_for, offers
from dialogues.confirming import standing_promise, told_promise
from dialogues.draft import Draft
from dialogues.phrases import which_order
from dialogues.phrases.clauses import asks, asks_when, clauses_of, only_asks, sets_condition
from dialogues.phrases.naming import told_in_most
from dialogues.playbook import Option
from dialogues.reading import Reading
from dialogues.state import Stage

# How customers ask for each of playbook.TOPICS, within a clause that puts a question.
_TOPICS = {
    "cost": re.compile(
        r"(?<!免)(?:费用|費用|手续费|手續費)|运费|運費|邮费|郵費|邮资|郵資|(?:费|費)[^，,。]{0,4}(?:谁|誰)|(?:谁|誰)(?:来|來)?(?:出|付|给|給|承担|負擔)|(?:要|收|出|付|花|扣|加)[^，,。]{0,5}(?:钱|錢|费|費)|免费|免費|收费|收費"
        r"|\bwho(?:'s| is| will| would)? (?:be )?(?:pay\w*|cover\w*|picks? up|picking up|foot\w*)\b|\b(?:postage|carriage|shipping (?:fee|cost|charge)|fees?|free|pay(?:ing)?|cost|costs|charged?)\b(?! (?:by|with|from|card|twice)\b)",
        re.IGNORECASE,
    ),
    "back": re.compile(
        r"(?:要|用|得|需要|还|還|自己|怎么|怎麼|必须|必須)[^，,。]{0,6}(?:寄回|寄返|送回|退回|寄过去|寄過去|寄给你|寄給你|交回|带回|帶回)|(?:旧|舊|坏|壞|原来|原來|错|錯|碎)[^，,。]{0,8}(?:寄|退回|还给|還給|怎么|怎麼|咋)|(?:[一-鿿]的|手上的?|[这這那][个個双雙件台臺])(?:要|该|該)?(?:怎么|怎麼|咋)(?:办|辦|处|處|弄|还|還|寄)"
        r"|自己[^，,。]{0,4}(?:寄|送|跑一趟|跑去|搬|拎|攞)|要不要寄|(?:怎么|怎麼|咋)(?:样|樣)?(?:寄|送|拿|交|还|還|给|給)(?!到哪|我)"
        r"|\b(?:post|send|ship|mail|take|bring|hand|give|get)\b(?: \w+){0,6} back\b|\b(?:needs?|have|has) (?:to be )?(?:post|send|sent|return|mail)(?:ing|ed)?\b(?! me)|\b(?:get|bring|send|post) (?:it|them|the \w+) to (?:you|u)\b|\bdrop (?:it|them|the \w+)(?: \w+)? off\b|\bwhat (?:do|should|shall|must) i do with (?:the|my|it|them)\b|\b(?:what (?:about|happens (?:to|with))|keep) (?:the|my) (?:old|broken|faulty|wrong|damaged|first|cracked)\b"
        r"|\b(?:do|should|must|would) i (?:have to |need to )?(?:post|ship|mail|return) (?:it|them|the)\b|^(?:and |so |but |ok )*(?:the|my) (?:old|broken|faulty|wrong|first) (?:one|pair|\w+)\?"
        r"|(?:上门|上門|到府|来|來|到)(?:家|我家|家里|家裡)?(?:来|來)?(?:取|收|拿|搬)(?:件|货|貨|走)?(?:不|吗|嗎|么|呢|$|[?？])|(?:直接)?(?:叫|派|找|有)(?:个|個|没有|沒有)?人(?:可以|能|来|來|到)[^，,。]{0,6}(?:拿|取|收|搬)"
        r"|\b(?:somebody|someone|anyone|anybody|courier|driver|you)\b(?: \w+){0,3} (?:collect|fetch|pick (?:it|them) up|pick up)\b|\bwhere do i (?:post|send|take|drop|bring)\b",
        re.IGNORECASE,
    ),
    "to": re.compile(
        r"(?:退|寄|发|發|送|打|转|轉|开|開|汇|匯|回|存)(?:款|钱|錢)?(?:到|去|给|給|往|回)?(?:哪|谁|誰|什么|什麼|(?:我|他|她|您|原)?[^，,。]{0,6}(?:还是|還是))"
        r"|(?:哪|什么|什麼)(?:一)?(?:个|個|张|張|支|家)?(?:卡|账户|帳戶|帐户|账号|帳號|邮箱|郵箱|信箱|地址|号码|號碼|电话|電話|手机|手機|银行|銀行)"
        r"|\b(?:which|what) (?:\w+ )?(?:card|account|address|email|e-mail|inbox|number|phone|bank)\b"
        r"|\bwhere\b(?: \w+){0,5} (?:sent|send|sending|go|goes|going|gone|paid|emailed|posted|delivered|shipped to|end up)\b|\bwho (?:gets|will get) (?:it|the money)\b",
        re.IGNORECASE,
    ),
    "takes": re.compile(
        r"多久|多长时间|多長時間|(?:要|等|用|花|得)[几幾](?:天|日|周|週|个|個)|[几幾]多?(?:天|日|个工作日|個工作天)[^，,。]{0,3}(?:能|会|會|才|到|好|下|有|收)|[几幾]耐"
        r"|\bhow (?:long|soon|quick\w*|fast|many (?:\w+ )?(?:days|weeks))\b",
        re.IGNORECASE,
    ),
}  # fmt: skip
# A condition that is one of the ways out.
_TAKEN = re.compile(
    r"[退换換修改选選寄取]|取消|补|補|第[一二三四五1-5]"
    r"|\b(?:return\w*|exchang\w*|swap\w*|refund\w*|repair\w*|cancel\w*|replac\w*|new one|send|post|collect\w*"
    r"|choose|pick\w*|go (?:for|with)|take|keep|first|second|third)\b",
    re.IGNORECASE,
)
# What is asked of the case, in the clause that supposes it.
_CASE = re.compile(
    r"(?<=的话).*|(?<=的話).*|(?:还能|還能|还可以|還可以|能不能|可不可以|还|還|能|可以|会|會|要不要|要(?!是)|怎么|怎麼|咋|多少|谁|誰).*"
    r"|(?<=\w)\W+(?:can|could|do|does|will|would|is|are|what|how|who|when|should)\b.*",
    re.IGNORECASE,
)
_CARRIAGE = re.compile(r"运费|運費|邮费|郵費|邮资|郵資|\b(?:postage|carriage|shipping)\b", re.IGNORECASE)
_COLLECTED = "collected"
# "You haven't told me what it costs": a question that was put before.
_UNANSWERED = re.compile(
    r"(?:没|沒|未|冇)(?:有)?(?:再)?(?:回答|回覆|回复|答我|答覆|答复|說|说|講|讲)(?!话|話)|\b(?:not|n'?t|never) (?:yet )?(?:answer\w*|told me|tell me|say|said)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"\w+(?:n'?t)? (?:it|they|you|i|we)\??|right\??|[对對是]吧?", re.IGNORECASE)  # "does it?"
_WARRANTY = re.compile(r"保修|保固|质保|質保|\b(?:warranty|guarantee)\b", re.IGNORECASE)  # how long that lasts
_POSITION = re.compile(r"[到在]哪(?:里|裡|儿|兒)?了")  # where it is now, not where it goes
_DONE_ZH = r"(?:退|换|換|修|改|取消|撤|补|補|办|辦|弄|搞|处理|處理|开|開|删|刪|安排|登记|登記|约|約|申请|申請|恢复|恢復|查|催|批|赔|賠)"
# "So have you refunded it or not?", 「到底退没退」.
_IS_DONE = re.compile(
    rf"(?<![要能会會可想以]){_DONE_ZH}(?:好|完|掉|成|上|定|到)?(?:了|成功)(?:款|货|貨|票|钱|錢)?(?:吗|嗎|没|沒|么|吧?[?？])|{_DONE_ZH}(?:好|完|掉|成|上|定)了?(?:吗|嗎|没|沒|么)"
    rf"|(?<![要能会會可想以]){_DONE_ZH}(?:出|下|过|過|回)(?:来|來|去)(?:了)?(?:吗|嗎|没|沒)"
    r"|([^有到来來收在])(?:没|沒)(?:有)?\1|(?<![要能会會可想])(?:办|辦|改|退|开|開|弄|修|换|換)(?:好|成|完)?(?:没|沒)(?:有)?(?:啊|呀|呢|$|[?？])"
    r"|\b(?:have|has|did|haven'?t|hasn'?t|didn'?t) (?:you|u|it|they|that|this|anyone|anybody|someone|(?:the|my) (?:money|refund|change|exchange|return|cancellation|order|invoice))(?: \w+){0,3}? "
    r"(?:(?:go|gone|went) (?:back|through|out)|refund\w*|cancel\w*|chang\w*|book\w*|arrang\w*|process\w*|done|do|fix\w*|sort\w*|gone? through|been \w+|happen\w*|issu\w*|redirect\w*|delet\w*)\b"
    r"|\b(?:is|was|are) (?:it|this|that|they|everything|the (?:refund|change|exchange|return|cancellation|order|invoice|address)|my (?:refund|change|order|invoice|address)|(?:the|my) \w+)(?: \w+){0,2} "
    r"(?:done|refunded|cancelled|canceled|changed|sorted|fixed|through|processed|booked|deleted|redirected|updated|gone through)\b"
    r"|\b(?:done|refunded|cancelled|canceled|changed|sorted|fixed|processed|through|happened) (?:yet|already|or not|yes or no)\b",
    re.IGNORECASE,
)


def topics(reading: Reading) -> tuple[str, ...]:
    """What the questions of a message ask about a way out, of ``playbook.TOPICS``."""
    if reading.choice or not (reading.puts_question or _UNANSWERED.search(reading.text)):
        return ()
    clauses = clauses_of(reading.text)
    asking = [each for each in clauses if asks(each) and not _TAG.fullmatch(each)] or clauses
    text = "，".join(_POSITION.sub(" ", each) for each in asking if not _WARRANTY.search(each))
    found = [topic for topic, words in _TOPICS.items() if words.search(text)]
    if reading.asks == "duration" and "takes" not in found and not any(map(_WARRANTY.search, asking)):
        found.append("takes")
    return tuple(found)


def supposes(reading: Reading) -> bool:
    """True for "and if I broke it myself, what does it cost?": asked of a case that is not the one at hand.

    What only supposes that one of the ways out is taken ("if I return it, who pays?") is asked of that.
    """
    if reading.choice:
        return False
    clauses = clauses_of(reading.text)
    supposed = any(sets_condition(each) and not _TAKEN.search(_CASE.sub("", each)) for each in clauses)
    return supposed and any(map(only_asks, clauses))


def asks_if_done(reading: Reading) -> bool:
    """True for "have you refunded it or not?"."""
    return not reading.choice and bool(_IS_DONE.search(reading.text))


def told(draft: Draft) -> Draft | None:
    """The draft with what is asked about a way out answered from it; None where nothing is asked or it is not known."""
    asked = () if supposes(draft.reading) else topics(draft.reading)
    another = which_order.meant(draft.world.orders, draft.reading.text) not in (None, draft.order)
    options = _meant(draft) if asked and not another else ()
    found = [(topic, key) for topic in asked if (key := _tells(draft, options, topic))]
    if not found:
        return None
    answered = draft
    for topic, key in found:
        answered = answered.say("answer", f"answer.tells.{topic}.{key}")
    if draft.done and (any(topic == "takes" for topic, _ in found) or asks_when(draft.reading.text)):
        answered = told_promise(answered) or answered
    return answered.because("tells")


def named(draft: Draft) -> Option | None:
    """The one way out on the table that a question is about: "how long does the refund take?"."""
    on_table, text = offers.open_options(draft), draft.reading.text
    by_words = [option for option in on_table if option.is_named_in(text)]
    remedy = draft.reading.intent if draft.reading.intent != draft.state.issue else ""
    found = told_in_most(by_words, [text]) or [option for option in on_table if remedy in option.intents]
    return found[0] if len(found) == 1 else None


def _meant(draft: Draft) -> Sequence[Option]:
    """The ways out that a question can be about: those named, else what is done already, else what lies open."""
    open_now = offers.open_options(draft) if draft.state.stage is Stage.OFFER else ()
    if not (open_now or draft.done) and draft.state.stage is Stage.CONFIRM and draft.proven:
        open_now = tuple(option for option in offers.rank(draft) if option.port)  # answered so far, not offered yet
    if open_now:
        told = [option for option in open_now if asked_for.details(draft, option)]
        one = named(draft) or (told[0] if len(told) == 1 else None)
        return (one,) if one else open_now
    kept_for_staff = draft.state.handover_reason == "rule" and draft.has_issue and not draft.done
    return draft.playbook.options if kept_for_staff else draft.done[-1:]


def _tells(draft: Draft, options: Sequence[Option], topic: str) -> str:
    """What these options tell of a topic, where all that tell of it say the same; else "".

    A question about another remedy ("what would a repair cost?") is not answered from these, but for what is to be
    sent back.
    """
    if topic != "back" and _is_of_another(draft, options):
        return ""
    if topic == "cost" and _CARRIAGE.search(draft.reading.text):
        options = [option for option in options if option.tells.get("back") != "nothing"]  # nothing is carried then
    values = {option.tells[topic] for option in options if topic in option.tells}
    if topic == "back" and _COLLECTED in values:
        return _COLLECTED  # whichever is taken, nothing has to be posted
    return values.pop() if len(values) == 1 else ""


def _is_of_another(draft: Draft, options: Sequence[Option]) -> bool:
    """True where a remedy was surely heard that none of these is."""
    reading, book = draft.reading, draft.book
    if reading.unsure or not book.is_issue(reading.intent):
        return False
    if any(reading.intent in option.intents or option.is_named_in(reading.text) for option in options):
        return False
    others = [option for option in draft.playbook.options if option not in options]
    heard = book.of(reading.intent)
    beside = reading.intent != draft.state.issue and not (heard.answers or heard.knowledge)
    return beside or any(reading.intent in option.intents for option in others)


def told_if_done(draft: Draft) -> Draft | None:
    """Whether it is done: what is promised and still to come, or plainly that nothing is; None where it is not known."""
    standing = standing_promise(draft)
    if standing:
        option = next(each for each in reversed(draft.done) if each.promise and each.promise.key == standing[0])
        draft = draft.say("answer", "answer.still_going", offers.deed(draft, option))
        return told_promise(draft, option)
    if draft.done or draft.state.note:
        return None
    if draft.is_handed_over:
        key = "not_done" if draft.state.handover_reason == "action_failed" else "nothing_so_far"
        return draft.say("answer", f"answer.{key}").because("nothing_yet")
    if draft.state.stage is Stage.OFFER:
        return draft.say("answer", "answer.nothing_yet").because("nothing_yet")
    return None
