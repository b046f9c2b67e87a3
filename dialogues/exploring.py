"""Explore: what is needed is looked up or asked for; then the question is answered, or ways out are offered."""

from __future__ import annotations

import functools
import re

from dialogues import (
    another_order,
    asked_for,
    asked_too,
    asking,
    doing,
    facts,
    money,
    offering,
    offers,
    order_at_hand,
    owning,
    picking,
    record,
    referring,
    telling,
    two_orders,
    undoing,
)
from dialogues.because import because
from dialogues.circumstances import deadline, pieces
from dialogues.confirming import confirm, told_promise
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import Draft
from dialogues.eoac import OVER
from dialogues.escalate import hand_over
from dialogues.meaning import LATE
from dialogues.phrases import story
from dialogues.phrases.clauses import asks, clauses_of, puts_case
from dialogues.plan import Call
from dialogues.playbook import STATUSES
from dialogues.reading import NEGATIVE, Order
from dialogues.state import Stage

THREAT, REFUND = "escalation_threat", "refund"
# "A hundred short", of the money that came back.
_LESS = re.compile(
    r"少(?:了|咗|退)|[不唔](?:够|夠|对|對|啱)|差(?:了|咗)"
    r"|\b(?:short|less than|wrong amount|not (?:all|the full|enough)|only (?:got|part))\b",
    re.IGNORECASE,
)
_OURS = frozenset({"membership", "price_promotion"})  # what goes wrong there is ours to look into


def explore(draft: Draft) -> Draft:
    """Finds out what is needed; goes on to the answer or the offer as soon as everything is known."""
    if not draft.has_issue:
        return asking.clarify(draft, "clarify.open")
    in_general = _asks_in_general(draft)
    draft = draft.set(stage=Stage.EXPLORE, options_open=())
    if draft.state.issue == THREAT:
        return hand_over(draft, "threat", because("is_threat"))
    if draft.playbook.rule:
        return hand_over(draft, "rule", because("marked", issue=draft.state.issue))
    if told := telling.told_warranty(draft):
        return gather(told) if telling.wants_repair(draft.reading.text) else confirm(told, "confirm.light")
    if not draft.playbook.understood and draft.state.understood != draft.state.issue and draft.may_ask:
        return asking.check_understanding(draft, draft.state.issue)
    if draft.playbook.knowledge and not draft.state.unresolved and not _tells_a_wrong(draft):
        return from_articles(draft)
    asked = {"question": draft.reading.text, "issue": draft.state.issue}
    if in_general and (quoted := telling.quote_article(draft, **asked)):
        return quoted if quoted.calls else confirm(quoted, "confirm.light")
    return gather(draft)


def _asks_in_general(draft: Draft) -> bool:
    """True for "how long do refunds take?" out of the blue: it is asked how things go, and nothing is wanted yet."""
    reading, text = draft.reading, draft.reading.text
    order = order_at_hand.look_up(draft).order
    under_way = bool(order and order.refunds) or bool(draft.state.booked)
    asks_how = reading.asks in ("duration", "cost") or puts_case(text)
    wanted = any(asked_for.wishes(clause) for clause in clauses_of(text))
    fresh = draft.state.stage in OVER and draft.temper in UNCOMFORTED and not reading.choice
    return fresh and asks_how and not (wanted or under_way or draft.playbook.answers)


def _tells_a_wrong(draft: Draft) -> bool:
    """True for "my points are gone!": no rule is read out to who tells what went wrong and asks nothing."""
    reading = draft.reading
    return reading.hurts and draft.state.issue in _OURS and not asks(reading.text) and bool(story.told(reading))


def gather(draft: Draft) -> Draft:
    """Order and facts, looked up before they are asked for."""
    draft = order_at_hand.look_up(draft)
    draft = facts.give_up_ignored(draft)
    if draft.playbook.verified and _is_unproven(draft) and not _is_hopeless(draft):
        return identify(draft)
    wanted = facts.missing(draft)
    if wanted and draft.may_ask:
        if wanted[0].kind == "order" and len(draft.world.orders) > 1:
            return asking.which_order(draft)
        return asking.ask(draft, wanted[0])
    if wanted:
        draft = facts.refuse(draft, *(fact.name for fact in wanted))
    if draft.playbook.answers:
        return answer(draft)
    order = draft.order
    if draft.state.issue == LATE and order is not None and _asks_for_it(draft):
        draft = telling.tell(draft, order)
    if draft.state.issue == REFUND and order is not None and order.refunds and not draft.state.unresolved:
        return telling.how_the_remedy_goes(draft, order) or _refund_told(draft, order)
    return offering.offer(draft)


def _refund_told(draft: Draft, order: Order) -> Draft:
    """How far the refund is; whom that does not help hears what can be done, and is not asked if that was clear."""
    if asked_for.way_out(draft, offers.rank(draft)):
        return offering.offer(draft)
    told = telling.how_the_refund_goes(draft, order)
    if not told.calls and draft.reading.puts_question and telling.tells_nothing_new(told):
        told = asked_too.looked_up(draft, "knowledge")
    if told.calls:
        return told
    is_done = any(act.key == "answer.refund.done" for act in told.acts)
    helps_not = draft.reading.emotion in NEGATIVE or telling.tells_nothing_new(told)
    if _LESS.search(draft.reading.text) or (helps_not and not is_done):
        return offering.offer(told, restate="")
    return confirm(told, "confirm.light")


def _asks_for_it(draft: Draft) -> bool:
    """True for "so is it coming today or not?" while it is on its way: what the record tells is told at once."""
    reading, order = draft.reading, draft.order
    known = order is not None and order.is_coming and draft.proven and not record.told(draft)
    told = any(act.key.startswith("answer.order.") for act in draft.acts)
    return (
        known
        and not told
        and not reading.choice
        and (reading.asks in ("where", "when") or telling.asks_if_coming(reading.text))
    )


def _is_unproven(draft: Draft) -> bool:
    """True while the order is unknown, or was proved in this very turn and that is not yet remembered."""
    return draft.order is None or ("verify" in draft.world.results and not draft.state.verified)


def _is_hopeless(draft: Draft) -> bool:
    """True when it will not be known which order is meant, or that this customer may hear of it."""
    return any(name in draft.state.refused_facts for name in order_at_hand.VERIFYING)


def identify(draft: Draft) -> Draft:
    """Settles which order is meant, and that this customer may hear of it."""
    known = draft.state.facts
    if draft.world.orders_unknown and (draft.world.linked or draft.state.verified):
        return hand_over(draft, "action_failed", because("no_lookup"))
    if "order_number" in known and "phone_last4" in known:
        return verify(draft)
    telling_it = any(name in draft.learnt for name in (*order_at_hand.VERIFYING, *pieces.PARTS))
    if draft.state.asked.get("order_number", 0) >= draft.numbers.fact_asked_at_most and not telling_it:
        return _give_up(draft)
    if draft.playbook.answers and (several := two_orders.asked_after(draft)):
        return confirm(functools.reduce(telling.tell, several, draft), "confirm.light")
    if len(draft.world.orders) > 1 and "order_number" not in known:
        return asking.which_order(draft) if draft.may_ask else _give_up(draft)
    if draft.too_upset_for_offers:
        return asking.wish(draft)
    wanted = tuple(name for name in order_at_hand.VERIFYING if name not in known)
    rest, part = pieces.asked_for_rest(draft)
    key = rest or ("ask.phone_last4" if "order_number" in known else "ask.verify")
    return asking.verify_with(draft, key, wanted, {"part": f"={part}"} if part else {})


def _give_up(draft: Draft) -> Draft:
    """Without the order: only what does not need it."""
    return gather(facts.refuse(draft, "order_number"))


def verify(draft: Draft) -> Draft:
    """Checks order number and phone with the shop before anything about the order is said."""
    known = draft.state.facts
    call = Call("verify", "orders", "verify",
                {"order_number": known["order_number"], "phone_last4": known["phone_last4"]})  # fmt: skip
    result = draft.result(call)
    if result is None:
        return draft.ask_port(call)
    if result.ok and draft.world.order(known["order_number"]):
        draft = draft.set(verified=True).do("verify", order_number=known["order_number"])
        return gather(draft.because("proven"))
    if not result.ok and result.data.get("failed"):
        return hand_over(draft, "action_failed", because("no_lookup"))
    draft = facts.count_asked(draft, "verify")
    rest = {name: value for name, value in known.items() if name not in (*order_at_hand.VERIFYING, *pieces.PARTS)}
    draft = draft.set(facts={**rest, order_at_hand.TRIED: known["order_number"]}).because("not_proven")
    if draft.state.asked["verify"] >= draft.numbers.verifications_at_most:
        return _give_up(draft)
    if draft.too_upset_for_offers:
        return asking.wish(draft)
    return asking.verify_with(draft, "ask.verify_again", order_at_hand.VERIFYING)


def correct(draft: Draft) -> Draft:
    """Another order is meant than the one at hand: what was booked for that by mistake is taken back first."""
    order = another_order.named(draft, facts.told(draft))
    booked = draft.booked
    if booked and booked.id in draft.state.options_done and another_order.is_correction(draft):
        draft, done = undoing.take_back(draft, booked)
        if not done:
            return draft
    return explore(facts.keep(draft, {"order_number": order.number}) if order else draft)


def instead(draft: Draft) -> Draft:
    """Another remedy than the one that is booked: done in its place where it was named plainly, else offered."""
    named = picking.instead(draft)
    if named and money.is_plain(named[1], draft.reading):
        return doing.act(draft, named[1])
    return explore(draft)


def refuse(draft: Draft) -> Draft:
    """What was shown is refused: something else, or a human with authority after the second time."""
    if not draft.reading.choice and (put := referring.refer(draft, referring.asked_beyond(draft))):
        return put
    if draft.has_issue and not draft.state.options_shown and not draft.done:
        return gather(draft) if facts.missing(draft) else offering.offer(draft)  # what was answered was no offer
    draft = offering.refused(draft)
    too_often = draft.state.refusals >= draft.numbers.refusals_before_human
    if draft.has_issue and facts.missing(draft) and not too_often:
        return gather(draft)
    return offering.offer(draft, offering.UNDERSTOOD)


def skip(draft: Draft) -> Draft:
    """The customer cannot or will not answer: the fact is given up, the matter goes on."""
    asked = draft.state.asked_now
    if draft.has_issue and asked not in ("", "clarify", "invitation", "choice", "confirm", "survey"):
        draft = facts.refuse(draft, asked)
    return explore(draft)


def from_articles(draft: Draft) -> Draft:
    """Answers from the shop's articles; nothing good enough is said plainly, with what people can do instead."""
    issue = draft.state.issue
    question = draft.state.stories.get(issue) or draft.reading.text
    quoted = telling.quote_article(draft, question=question, issue=issue)
    if quoted is None:
        draft = draft.because("no_article").say("answer", "answer.unknown")
        return gather(draft) if draft.playbook.options else hand_over(draft, "missing_facts", because("no_answer"))
    if quoted.calls:
        return quoted
    draft = order_at_hand.look_up(quoted)
    beside = tuple(option for option in offers.rank(draft) if option.kind == doing.BUYING or option.with_answer)
    ids = tuple(option.id for option in beside)
    shown = tuple(dict.fromkeys((*draft.state.options_shown, *ids)))
    choices = offers.as_choices(beside, draft)
    return confirm(draft.set(options_shown=shown, options_open=ids), "confirm.light", choices)


def follow(draft: Draft) -> Draft:
    """The same matter again while ways out lie open: a new question is looked up, else the ways out are shown again."""
    return from_articles(draft) if asks_anew(draft) else offering.again(draft)


def asks_anew(draft: Draft) -> bool:
    """True for a question that the articles may answer, though an earlier one of its kind was answered or not."""
    return draft.has_issue and draft.playbook.knowledge and not draft.reading.repeat and not draft.reading.choice


def answer(draft: Draft) -> Draft:
    """Answers a pure question from the shop's systems, then lightly confirms."""
    order = draft.order
    if order is None:
        return offering.offer(draft)
    if order.status not in STATUSES:
        return hand_over(draft, "missing_facts", because("status_unknown", status=repr(order.status)))
    if told := telling.how_the_remedy_goes(draft, order):
        return told
    if order_at_hand.is_overdue(order, draft.world) and draft.book.is_issue(LATE):
        return gather(telling.tell(draft, order).set(issue=LATE))
    draft = telling.compared(telling.tell(draft, order), order)
    if deadline.against(draft, order) in ("tight", "tight_hour", "too_late") and draft.book.is_issue(LATE):
        return gather(draft.set(issue=LATE))
    return confirm(draft, "confirm.light")


def look(draft: Draft) -> Draft:
    """A question in passing: answered when the order is known, then on with the matter where it was."""
    draft = order_at_hand.look_up(draft)
    order = draft.order
    if order is not None and order.status in STATUSES:
        draft = telling.how_the_remedy_goes(draft, order) or telling.tell(draft, order)
    if not draft.calls and owning.unkept(draft):
        draft = told_promise(draft) or draft
    return draft if draft.calls else resume(draft)


def resume(draft: Draft) -> Draft:
    """On with the open matter, so that nothing said in between loses it."""
    match draft.state.stage:
        case Stage.EXPLORE:
            return explore(draft)
        case Stage.OFFER:
            return offering.again(draft)
        case Stage.ACTION | Stage.CONFIRM:
            return confirm(draft)
        case _:
            return draft
