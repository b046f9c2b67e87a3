"""Questions to the customer: one a turn, three an episode, none whose answer is known."""

from __future__ import annotations

from collections.abc import Mapping

from dialogues import facts
from dialogues.because import because
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import Draft
from dialogues.eoac import OVER
from dialogues.escalate import hand_over
from dialogues.plan import Choice
from dialogues.playbook import Fact
from dialogues.reading import Order
from dialogues.state import Stage

HUMAN = Choice("choice.human", "human")
OTHERWISE = Choice("choice.otherwise", "no")  # not that one: the others are shown
FREQUENT = ("order_status", "delivery_problem", "refund")
ORDERS_AT_MOST = 5


# Issues whose need, and the cause of a feeling, can be told of the thing itself (need_of, cause_of).
OF_A_THING = frozenset({
    "order_status", "delivery_problem", "item_problem", "return_exchange", "refund", "order_cancel", "order_change",
    "payment_problem", "invoice", "repair_warranty",
})  # fmt: skip


def need(draft: Draft) -> dict[str, str]:
    """What the customer needs, for the wording: of the thing by its name where the order is known."""
    issue, order = draft.state.issue, draft.order
    if issue in OF_A_THING and draft.proven and order is not None and order.item:
        return {"need": f"@need_of.{issue}", "item": order.item}
    return {"need": f"@need.{issue}"}


def ask(draft: Draft, fact: Fact) -> Draft:
    """Asks for one fact, with choices to tap where there are any. A strong feeling gets no form to fill in."""
    if draft.asks_already:
        return draft
    choices = tuple(Choice(key, f"fact:{fact.name}={value}") for value, key in fact.choices.items())
    if draft.too_upset_for_offers and not choices:
        return wish(draft.because("asked_later", fact=fact.name))
    draft = facts.count_asked(draft, fact.name)
    draft = draft.say("ask", f"ask.{fact.name}", choices=choices, question=True, facts=(fact.name,))
    return draft.set(asked_now=fact.name)


def wish(draft: Draft) -> Draft:
    """Feelings run too high for an offer: one easy question that can be tapped, or none."""
    draft = draft.because("too_early")
    fact = draft.playbook.fact("wish")
    if fact is None or not fact.choices or facts.is_settled(draft.state, fact) or not draft.may_ask:
        return draft
    if draft.state.asked.get("wish", 0) >= draft.numbers.fact_asked_at_most:
        return draft
    return ask(draft, fact)


def which_order(draft: Draft) -> Draft:
    """Several orders could be meant: the customer taps one."""
    if draft.asks_already:
        return draft
    choices = tuple(_order_choice(order) for order in draft.world.orders[:ORDERS_AT_MOST])
    draft = facts.count_asked(draft, "order_number")
    draft = draft.say("ask", "ask.which_order", choices=choices, question=True, facts=("order_number",))
    return draft.set(asked_now="order_number")


def _order_choice(order: Order) -> Choice:
    params = {"item": order.item, "number": order.number, "number_end": order.number[-4:]}
    return Choice("choice.order", f"fact:order_number={order.number}", params)


def verify_with(draft: Draft, key: str, wanted: tuple[str, ...], params: Mapping[str, str] | None = None) -> Draft:
    """Verification is one question for both figures and is not counted among the three of an episode."""
    if draft.asks_already:
        return draft
    draft = facts.count_asked(draft, "order_number")
    draft = draft.say("ask", key, params or {}, question=True, facts=wanted, choices=(HUMAN,), free=True)
    return draft.set(asked_now=wanted[0])


def clarify(draft: Draft, key: str) -> Draft:
    """Asks what the matter is, with the frequent matters to tap."""
    if draft.asks_already:
        return draft
    if not draft.may_ask:
        return hand_over(draft, "missing_facts", because("stayed_unclear"))
    choices = tuple(Choice(f"issue_title.{i}", f"issue:{i}") for i in FREQUENT if draft.book.is_issue(i))
    draft = draft.say("clarify", key, choices=(*choices, HUMAN), question=True)
    return _in_explore(draft).set(asked_now="clarify")


def check_understanding(draft: Draft, issue: str) -> Draft:
    """Did I understand you? Yes, no, or a person."""
    if draft.asks_already:
        return draft
    if not draft.may_ask:
        return hand_over(draft, "missing_facts", because("stayed_open", issue=issue))
    choices = (Choice("choice.yes", "yes"), Choice("choice.no", "no"), HUMAN)
    key = "clarify.guess" if draft.temper in UNCOMFORTED else "clarify.guess_heard"
    draft = draft.say("clarify", key, {"issue": f"@issue.{issue}"}, choices=choices, question=True)
    return _in_explore(draft).set(guess=issue, asked_now="clarify")


def _in_explore(draft: Draft) -> Draft:
    return draft.set(stage=Stage.EXPLORE) if draft.state.stage in OVER else draft


def invite(draft: Draft) -> Draft:
    """Feelings run high and the matter is unknown: one open question, no solution, no form."""
    draft = _in_explore(draft).say("listen", "listen.invite", question=True, bubble=0)
    return draft.set(invited=True, asked_now="invitation")
