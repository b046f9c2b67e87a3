"""What a feeling is about, and whether the shop answers for it: only what the customer told or the record shows.

A wish (money back, a change, a cancellation) is no grievance while nobody said that it was not met, and a slip of the
customer's own is nobody's fault.
"""

from __future__ import annotations

import re

from dialogues import evidence, impostors, offers, order_at_hand, owning, record, telling
from dialogues.asking import OF_A_THING
from dialogues.circumstances import deadline
from dialogues.draft import Draft
from dialogues.phrases.clauses import clauses_of, parted
from dialogues.phrases.script import is_chinese
from dialogues.phrases.weighed import FAULT, LATE

_WARRANTY, _MISFIT, _MONEY = "repair_warranty", "return_exchange", "refund"
BLAMES_NOBODY = frozenset({"anxious", "confused"})
_WISHES = frozenset({_MONEY, _MISFIT, "order_cancel", "order_change", "invoice"})
_NAMED = "cause."  # counted like what is asked: which causes were named in this episode
# It was asked for, and is not there.
_UNMET = re.compile(
    r"(?:没|沒|未|冇)(?:有)?(?:人)?(?:给我|給我|帮我|幫我)?(?:退(?!过|過|货|貨)|取消|改|开(?!封|过|箱|始)|開(?!封|過|箱|始)|办|辦|处理|處理|收到|到[账帳]|入[账帳]|见到|見到|看到|动静|動靜|消息|回我|回覆|回复|搞定|弄好)"
    r"|(?:不|拒绝|拒絕|唔)(?:给|給|肯|让|讓|畀)我?(?:退|取消|改|开|開|换|換)|等了|等咗|拖了|拖到|到现在|到現在|(?:天|日|周|週|月|星期|禮拜|礼拜)(?:了|多了|都)|一毛|一分钱|一分錢"
    r"|怎样|怎樣|说好|說好|答应|答應|又(?:没|沒)|卡在|催了|第[二三四五]次|[二两兩三四五]次了|改错|改錯|开错|開錯"
    r"|\bstill (?:no|not|have|haven'?t|hasn'?t|don'?t|isn'?t|nothing|wait\w*)\b|\bwait(?:ing|ed)\b|\b(?:overdue|owed?|promised)\b"
    r"|\b(?:never|no|not|nothing|haven'?t|hasn'?t|didn'?t|isn'?t|wasn'?t)\b(?: \w+){0,3}? (?:received|got|gotten|had it|seen|arrived|refunded|cancell?ed|changed|credited|come|sent|replied|heard|back)\b"
    r"|\bwhere(?:'?s| is) (?:my|the|our) (?:money|refund|invoice)\b|\b(?:days|weeks|months) (?:now|later|on)\b|\bfor (?:\w+ )?(?:days|weeks|months)\b"
    r"|\b(?:refus\w+|won'?t|wouldn'?t) (?:to )?(?:refund|cancel|change|let|give|pay|take)\b|\b(?:second|third|fourth) time\b",
    re.IGNORECASE,
)
_OWN_SLIP = re.compile(
    r"(?:我|自己)[^，,。？?]{0,8}(?:[写寫填打输輸选選买買点點搞弄看记記按撳拍下](?:错|錯)|摔|弄[坏壞]|洗[坏壞]|忘)|手滑|不小心|怪我|我的(?:错|錯|疏忽)"
    r"|(?:地址|尺[码寸碼]|[号號][码碼]|名字|[电電][话話]|[颜顏]色|[数數]量)[^，,。？?]{0,6}[写寫填打输輸选選](?:错|錯|成)"
    r"|\b(?:i|we) (?:\w+ ){0,2}(?:typed|put|entered|gave|chose|picked|ordered|selected|clicked|wrote|filled in)\b[^.?!]{0,40}\b(?:wrong|mistake|accident)"
    r"|\bi (?:\w+ )?(?:mistyped|misspel\w+|misread|messed up|screwed up|forgot|dropped|broke)\b"
    r"|(?<!not )(?<!n't )\bmy (?:own )?(?:mistake|fault|bad|typo|slip)\b|\baccidentally\b|\bby (?:mistake|accident)\b",
    re.IGNORECASE,
)
_OF_OURS = re.compile(r"[你您妳]|\b(?:you|your|they|he|she)\b", re.IGNORECASE)
# The customer's own word for the fault, as it fits behind the thing.
_BROKEN = re.compile(
    r"掉[漆色]|脱[胶皮]|脫[膠皮]|开[线胶]|開[線膠]|起[皮球]|变形|變形|发霉|發霉|生锈|生鏽|漏[水气氣电電油]|[碎裂破断斷坏壞]|\b(?:broken|cracked|smashed|shattered|torn|dented|scratched|bent)\b",
    re.IGNORECASE,
)
_MISFITS = re.compile(
    r"(?:太|有点|有點|偏|过|過)([小大紧緊短长長松鬆窄宽寬])|^([小大紧緊短长長松鬆窄宽寬])了|\btoo (?:small|big|large|tight|short|long|loose|narrow|wide)\b",
    re.IGNORECASE,
)


def is_ours(draft: Draft) -> bool:
    """True where something went wrong that the shop answers for, as far as is known."""
    state, issue = draft.state, draft.state.issue
    if impostors.suspected(draft) or is_own_slip(draft.reading.text):
        return False
    if draft.reading.repeat or state.unresolved or record.told(draft) or owning.unkept(draft):
        return True
    order = order_at_hand.look_up(draft).order
    if issue in (LATE, "order_status") and order is not None and draft.proven:
        return order_at_hand.is_overdue(order, draft.world)
    if issue in _WISHES:
        return _is_unmet(draft)
    if issue == _WARRANTY and not telling.wants_repair(draft.reading.text):
        return False
    return draft.has_issue and not (draft.playbook.answers or draft.playbook.knowledge)


def is_own_slip(text: str) -> bool:
    """True for "I mistyped the address"; not for "you got my address wrong"."""
    return any(_OWN_SLIP.search(each) and not _OF_OURS.search(each) for each in clauses_of(text))


def thing(draft: Draft) -> dict[str, str]:
    """What may be said of the order that the matter is about; nothing where the matter needs none."""
    return offers.params_of(order_at_hand.look_up(draft)) if draft.has_issue and draft.playbook.verified else {}


def cause(draft: Draft) -> dict[str, str]:
    """What it is about: the thing by its name, unless that was named in the same breath; {} where it is not known.

    Named once in an episode: ``with_named`` keeps it.
    """
    found = _cause(draft)
    return {} if found and draft.state.asked.get(_mark(found)) else found


def with_named(draft: Draft, found: dict[str, str]) -> Draft:
    """The draft in which that cause was named."""
    return draft.set(asked={**draft.state.asked, _mark(found): 1}) if found else draft


def _mark(found: dict[str, str]) -> str:
    return _NAMED + found["cause"].rpartition(".")[2]


def _cause(draft: Draft) -> dict[str, str]:
    if record.told(draft):
        return {"cause": "@cause.record"}
    feeling, issue = draft.reading.emotion, draft.state.issue
    if feeling == "anxious" and (needed := deadline.words(draft)):
        return {**needed, "cause": needed["need"]}
    if not draft.has_issue:
        return {}
    if issue == LATE and not _is_surely_late(draft):
        return {} if feeling in BLAMES_NOBODY and not is_ours(draft) else {"cause": "@cause.delivery"}
    own_word = _own_word(draft)
    if not own_word and (issue == _MISFIT or not is_ours(draft)):
        return {}  # nothing of ours went wrong that could be named
    named = any(act.key in ("listen.order", "listen.late") for act in draft.acts)
    of = thing(draft) if not named else {}
    kind = issue
    if own_word:
        of, kind = {**of, "fault": f"={own_word}"}, "misfit" if issue == _MISFIT else "broken"
    return {**of, "cause": f"@cause_of.{kind}" if issue in OF_A_THING and of.get("item") else f"@cause.{kind}"}


def _own_word(draft: Draft) -> str:
    """The customer's own word for what is wrong with the thing, in the language of the reply; "" for none."""
    words = {FAULT: _BROKEN, _MISFIT: _MISFITS}.get(draft.state.issue)
    told, _ = parted(draft.reading.text)
    found = words.search("，".join(told)) if words else None
    if found is None or is_chinese(found[0]) != draft.state.locale.startswith("zh"):
        return ""
    return next(filter(None, found.groups()), found[0]).lower()


def _is_unmet(draft: Draft) -> bool:
    """True where the record shows a wish still to be met, or the customer says that it was not."""
    order = order_at_hand.look_up(draft).order
    if draft.state.issue == _MONEY and order is not None and draft.proven and order.refunds:
        return not all(map(evidence.is_paid_back, order.refunds))
    return bool(_UNMET.search(draft.reading.text))


def _is_surely_late(draft: Draft) -> bool:
    """True where the record shows it."""
    order = order_at_hand.look_up(draft).order
    return order is not None and draft.proven and order_at_hand.is_overdue(order, draft.world)
