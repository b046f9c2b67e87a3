"""The moves of EOAC: explore, offer, act, confirm. Each takes a draft and hands on a richer one."""

from __future__ import annotations

from dialogues import facts, offers
from dialogues.draft import CONFIRM_BUBBLE, Draft
from dialogues.escalate import hand_over
from dialogues.plan import Call, Choice
from dialogues.playbook import Fact, Option
from dialogues.reading import Order
from dialogues.state import Stage

HUMAN = Choice("choice.human", "human")


def explore(draft: Draft) -> Draft:
    """Finds out what is needed; goes on to the answer or the offer as soon as everything is known."""
    draft = draft.set(stage=Stage.EXPLORE)
    if not draft.playbook.understood and draft.state.facts.get("understood") != draft.state.issue:
        return check_understanding(draft, draft.state.issue)
    if draft.playbook.verified:
        draft = facts.look_up_order(draft)
        if draft.order is None:
            return identify(draft)
        draft = remember_verified(draft)
    draft = facts.give_up_ignored(draft)
    wanted = facts.missing(draft)
    if wanted and draft.state.questions < draft.numbers.questions_per_episode:
        return draft if draft.asks_already else ask(draft, wanted[0])
    if wanted:
        return hand_over(draft, "missing_facts", f"still missing after three questions: {wanted[0].name}")
    if draft.playbook.answers:
        return answer(draft)
    return wish(draft) if draft.too_upset_for_offers else offer(draft)


def ask(draft: Draft, fact: Fact) -> Draft:
    """Asks for one fact, with choices to tap where there are any."""
    asked = {**draft.state.asked, fact.name: draft.state.asked.get(fact.name, 0) + 1}
    choices = tuple(Choice(key, f"fact:{fact.name}={value}") for value, key in fact.choices.items())
    draft = draft.say("ask", f"ask.{fact.name}", choices=choices, question=True, facts=(fact.name,))
    return draft.set(asked=asked, asked_now=fact.name, questions=draft.state.questions + 1)


def identify(draft: Draft) -> Draft:
    """Settles which order is meant, and that this customer may hear of it."""
    if len(draft.world.orders) > 1:
        return which_order(draft)
    known = draft.state.facts
    if "order_number" in known and "phone_last4" in known:
        return verify(draft)
    if "order_number" in draft.state.refused_facts:
        return hand_over(draft, "missing_facts", "no order can be found without its number")
    if draft.state.asked.get("order_number", 0) >= draft.numbers.fact_asked_at_most:
        return hand_over(draft, "missing_facts", "the order number was asked twice without an answer")
    if draft.too_upset_for_offers:
        return wish(draft)
    key = "ask.phone_last4" if "order_number" in known else "ask.verify"
    wanted = tuple(name for name in ("order_number", "phone_last4") if name not in known)
    return _ask_to_verify(draft, key, wanted)


def _ask_to_verify(draft: Draft, key: str, wanted: tuple[str, ...]) -> Draft:
    """Verification is one question for both figures and is not counted among the three of an episode."""
    if draft.asks_already:
        return draft
    asked = {**draft.state.asked, "order_number": draft.state.asked.get("order_number", 0) + 1}
    draft = draft.say("ask", key, question=True, facts=wanted, choices=(HUMAN,))
    return draft.set(asked=asked, asked_now=wanted[0])


def which_order(draft: Draft) -> Draft:
    """Several orders could be meant: the customer taps one."""
    if draft.asks_already:
        return draft
    choices = tuple(_order_choice(order) for order in draft.world.orders[:5])
    asked = {**draft.state.asked, "order_number": draft.state.asked.get("order_number", 0) + 1}
    if asked["order_number"] > draft.numbers.fact_asked_at_most:
        return hand_over(draft, "missing_facts", "which order is meant stayed open after two questions")
    draft = draft.say("ask", "ask.which_order", choices=choices, question=True, facts=("order_number",))
    return draft.set(asked=asked, asked_now="order_number", questions=draft.state.questions + 1)


def _order_choice(order: Order) -> Choice:
    params = {"item": order.item, "number": order.number, "number_end": order.number[-4:]}
    return Choice("choice.order", f"fact:order_number={order.number}", params)


def verify(draft: Draft) -> Draft:
    """Checks order number and phone with the shop before anything about the order is said."""
    known = draft.state.facts
    call = Call("verify", "orders", "verify",
                {"order_number": known["order_number"], "phone_last4": known["phone_last4"]})  # fmt: skip
    result = draft.result(call)
    if result is None:
        return draft.ask_port(call)
    if not result.ok and result.data.get("failed"):
        return hand_over(draft, "action_failed", "orders cannot be looked up now")
    tried = draft.state.asked.get("verify", 0) + 1
    rest = {name: value for name, value in known.items() if name not in ("order_number", "phone_last4")}
    draft = draft.set(facts=rest, asked={**draft.state.asked, "verify": tried})
    if tried >= draft.numbers.verifications_at_most:
        return hand_over(draft, "missing_facts", f"order number and phone did not match {tried} times")
    return _ask_to_verify(draft.because("no order with that number and phone"), "ask.verify_again",
                          ("order_number", "phone_last4"))  # fmt: skip


def remember_verified(draft: Draft) -> Draft:
    """An order that came into sight by its number and phone stays in sight for this customer."""
    if draft.state.verified or draft.world.linked or "verify" not in draft.world.results:
        return draft
    number = draft.state.facts["order_number"]
    return draft.set(verified=True).do("verify", order_number=number).because("order number and phone match")


def wish(draft: Draft) -> Draft:
    """Feelings run too high for an offer: one easy question that can be tapped, or none."""
    fact = draft.playbook.fact("wish")
    room = draft.state.questions < draft.numbers.questions_per_episode
    if fact is None or facts.is_settled(draft.state, fact) or draft.asks_already or not room:
        return draft.because("no offer while the feeling is this strong")
    return ask(draft, fact).because("no offer while the feeling is this strong")


def offer(draft: Draft) -> Draft:
    """Shows one to three ways out, best first; in conflict at least two."""
    if draft.state.refusals >= draft.numbers.refusals_before_human:
        return hand_over(draft, "offers_refused", f"offers refused {draft.state.refusals} times")
    if draft.too_upset_for_offers:
        return wish(draft)
    ranked = offers.rank(draft)
    if not ranked:
        return hand_over(draft, "offers_refused", "nothing is left to offer")
    shown = ranked[: draft.numbers.options_at_most]
    choices = tuple(offers.as_choice(option, draft) for option in shown)
    draft = draft.say("restate", "restate.need", {"issue": f"@issue.{draft.state.issue}"})
    draft = draft.say("offer", "offer.one" if len(shown) == 1 else "offer.several", choices=choices)
    ids = tuple(option.id for option in shown)
    return draft.set(
        stage=Stage.OFFER, asked_now="choice", options_shown=tuple(dict.fromkeys((*draft.state.options_shown, *ids)))
    ).because(f"offers {', '.join(ids)}")


def choose(draft: Draft) -> Draft:
    """The customer picked an option."""
    option = offers.named(draft)
    return act(draft, option) if option else offer(draft)


def agree(draft: Draft) -> Draft:
    """A yes to what was offered: clear when one thing was offered, else it is asked which."""
    open_options = offers.rank(draft)[: draft.numbers.options_at_most]
    if len(open_options) == 1:
        return act(draft, open_options[0])
    if draft.state.questions >= draft.numbers.questions_per_episode:
        return offer(draft)
    choices = tuple(offers.as_choice(option, draft) for option in open_options)
    draft = draft.say("clarify", "clarify.which_option", choices=choices, question=True)
    return draft.set(questions=draft.state.questions + 1, asked_now="choice", stage=Stage.OFFER)


def refuse(draft: Draft) -> Draft:
    """What was shown is refused: something else, or a human with authority after the second time."""
    last = offers.rank(draft)[: draft.numbers.options_at_most]
    refused = (*draft.state.options_refused, *(option.id for option in last))
    draft = draft.set(options_refused=refused, refusals=draft.state.refusals + 1)
    return offer(draft.because(f"refused {', '.join(option.id for option in last)}"))


def act(draft: Draft, option: Option) -> Draft:
    """Does what was chosen. Nothing is said to be done, or promised, before it is."""
    if option.handover:
        return hand_over(draft, option.handover, f"the customer chose {option.id}")
    params = offers.params_of(draft)
    if option.port:
        call = Call(option.id, option.port, option.action, {**params, "option": option.id})
        result = draft.result(call)
        if result is None:
            return draft.ask_port(call)
        if not result.ok:
            return hand_over(draft, "action_failed", f"{option.port}.{option.action} failed")
        params = {**params, **result.data}
    draft = draft.set(
        stage=Stage.ACTION, asked_now="", options_refused=(*draft.state.options_refused, option.id),
        facts={**draft.state.facts, "option": option.id},
    )  # fmt: skip
    draft = draft.say("act", f"act.{option.id}", params).because(f"did {option.id}")
    if option.promise:
        draft = offers.promise(draft, option.promise, params)
    return confirm(draft) if option.instant else draft


def answer(draft: Draft) -> Draft:
    """Answers a pure question from the shop's systems, then lightly confirms."""
    order = draft.order
    if order is None:
        return hand_over(draft, "missing_facts", "there is no order to speak of")
    if offers.is_overdue(order, draft.world) and draft.book.is_issue("delivery_problem"):
        draft = draft.say("answer", "answer.order.overdue", offers.order_params(order))
        return offer(draft.set(issue="delivery_problem").because(f"due {order.eta} and not delivered"))
    key = f"answer.order.{order.status}"
    if order.status in ("shipped", "paid") and not order.eta:
        key += "_no_eta"
    draft = draft.say("answer", key, offers.order_params(order)).because(f"the order is {order.status}")
    return confirm(draft, "confirm.light")


def confirm(draft: Draft, key: str = "confirm.full") -> Draft:
    """Asks whether things are truly well. One question, three choices."""
    if draft.asks_already:
        return draft
    choices = (Choice("choice.settled", "confirm:settled"), Choice("choice.not_yet", "confirm:not_yet"),
               Choice("choice.something_else", "confirm:other"))  # fmt: skip
    draft = draft.say("confirm", key, choices=choices, question=True, bubble=CONFIRM_BUBBLE)
    return draft.set(stage=Stage.CONFIRM, asked_now="confirm")


def check_understanding(draft: Draft, issue: str) -> Draft:
    """Did I understand you? Yes, no, or a person."""
    if draft.asks_already:
        return draft
    choices = (Choice("choice.yes", "yes"), Choice("choice.no", "no"), HUMAN)
    draft = draft.say("clarify", "clarify.guess", {"issue": f"@issue.{issue}"}, choices=choices, question=True)
    questions = min(draft.state.questions + 1, draft.numbers.questions_per_episode)
    return draft.set(guess=issue, asked_now="clarify", questions=questions)
