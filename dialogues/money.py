"""Ways out that move money: none is done on half a word, nor where another sum is named."""

from __future__ import annotations

import re

from dialogues.draft import Draft
from dialogues.offers import open_options
from dialogues.phrases import willing
from dialogues.phrases.clauses import clauses_of
from dialogues.phrases.naming import beside, named_among
from dialogues.phrases.refusing import TELLS, says_rather_not
from dialogues.playbook import Option
from dialogues.reading import Reading

# A refund that was promised before and is awaited, or asked about: "any news on my refund", 「退款審批中」.
_AWAITED = re.compile(
    r"进度|進度|审批|審批|初审|初審|状态|狀態|(?:还|還|仲)(?:没|沒|未)|(?:没|沒|未)(?:退|到|收|还|還|返)|几时|幾時|催|还是|還是"
    r"|\b(?:news|outstanding|lost|progress|status|pending|still|where|when|yet|went back|waiting)\b",
    re.IGNORECASE,
)
# Another sum than the price: the difference, a part, a deposit, a fee.
_ANOTHER_SUM = re.compile(
    r"差价|差價|差额|差額|余款|餘款|余下|餘下|剩下|一半|部分|零头|零頭|押金|[定订訂]金|手续费|手續費|[年会會月]费|[年會月]費|订阅|訂閱|运费|運費|邮费|郵費|重付|那[份项項]"
    r"|\b(?:difference|half|part(?:ial)?|deposit|fee|postage|subscription|second payment|(?:the|of the) rest)\b",
    re.IGNORECASE,
)


def is_guarded(draft: Draft, option: Option) -> bool:
    """True when the message is no plain yes to a way out that moves money."""
    reading = draft.reading
    if not moves_money(option):
        return False
    said = beside(option, reading.text)
    if said is None:
        asked = open_options(draft) == (option,)  # the question was about this one alone
        parts = clauses_of(reading.text) if asked else [reading.text]
        said = "，".join(part for part in parts if option.is_named_in(part) or not (asked and TELLS.search(part)))
    other = _AWAITED.search(said) or _ANOTHER_SUM.search(said)
    return bool(other) or says_rather_not(said) or not reading.outright or not is_sum_of(draft, reading)


def is_plain(option: Option, reading: Reading) -> bool:
    """True when the turn names it as what is wanted, so that it can be done; never for what moves money."""
    return not moves_money(option) and not reading.asks and bool(named_among((option,), reading.text))


def takes_a_yes(option: Option, reading: Reading) -> bool:
    """True when this yes is enough to do it: what moves money takes one that says nothing else."""
    return willing.is_plain_yes(reading.text) or (reading.outright and not moves_money(option))


def moves_money(option: Option) -> bool:
    """True for what stops an order or pays its price back: never done on half a word."""
    return option.irreversible or option.action == "create_with_return"


def is_sum_of(draft: Draft, reading: Reading) -> bool:
    """False when the message names a sum that is not the order's: the difference is wanted, not the whole price."""
    named, order = reading.first("amount"), draft.order
    digits = re.search(r"\d+(?:\.\d+)?", named.replace(",", ""))
    if digits is None or order is None or not order.amount:
        return True
    return abs(float(digits.group()) - float(order.amount)) < 0.5
