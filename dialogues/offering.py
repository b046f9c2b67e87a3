"""Offer and Act: ways out are shown, one is chosen, it is done; nothing is said to be done before it is."""

from __future__ import annotations

from collections.abc import Sequence

from dialogues import (
    advising,
    asked_for,
    asking,
    doing,
    half_named,
    limits,
    money,
    offers,
    picking,
    record,
    referring,
    remedies,
    standing,
    telling,
    undoing,
)
from dialogues.because import because
from dialogues.circumstances import deadline, ease
from dialogues.circumstances.collecting import PICKUP
from dialogues.circumstances.variant import VARIANT
from dialogues.confirming import WITHDRAWN, confirm, told_promise
from dialogues.conflict import UNCOMFORTED, Temper
from dialogues.draft import Draft
from dialogues.escalate import hand_over
from dialogues.facts import CHANGE
from dialogues.phrases import story, which_matter
from dialogues.plan import Choice
from dialogues.playbook import Option
from dialogues.state import Stage

RESTATED, UNDERSTOOD = "restate.need", "restate.refused"


def offer(draft: Draft, restate: str = RESTATED, key: str = "", *, whole: bool = False) -> Draft:
    """Shows one to three ways out, best first; in conflict at least two. ``key``: the wording, if not the usual.

    One that the customer asked for is put to them alone, so that a plain yes does it; ``whole``: not even then.
    """
    if not draft.has_issue:
        return asking.clarify(draft, "clarify.open")
    if draft.state.refusals >= draft.numbers.refusals_before_human:
        return hand_over(draft, "offers_refused", because("refused_often", times=draft.state.refusals))
    if not whole and (put := referring.put_part(draft)):
        return put
    beside = draft.playbook.kind  # buying is never pushed on somebody who wants help
    fitting = [option for option in offers.rank(draft) if option.kind in ("", beside)]
    asked = None if whole else asked_for.way_out(draft, fitting)
    if asked is None and not whole and (other := _of_another_matter(draft)):
        return offer(other, restate, key)
    if draft.too_upset_for_offers and not (asked and asked.port and draft.may_ask):
        return asking.wish(draft)
    if asked and draft.too_upset_for_offers:  # who says what to do is asked for no more than a yes to it
        so_far = tuple(dict.fromkeys((*draft.state.options_shown, asked.id)))
        return advising.whether(draft, asked).set(stage=Stage.OFFER, options_shown=so_far)
    if asked and draft.in_conflict and not (asked.is_remedy or asked.port in remedies.OF_THE_THING):
        asked = None  # a wish to have it soon leaves the choice to them
    if not (asked or whole or draft.in_conflict or draft.state.options_shown) and ease.is_known(draft):
        asked = advising.safest(fitting)  # one thing at a time; the others are a tap away
    shown = (asked,) if asked else _placed(draft, _shortlist(draft, fitting))
    if all(option.handover for option in shown):
        return hand_over(draft, *_nothing_left(draft))
    choices = (*offers.as_choices(shown, draft), *((asking.OTHERWISE,) if asked else ()))
    if draft.in_conflict and len(shown) < draft.numbers.options_in_conflict:
        choices = (*choices, asking.HUMAN)
    if (
        asked
        and (known := asked_for.carried(draft, asked))
        and not any(act.key == asked_for.ECHO for act in draft.acts)
    ):
        restate, draft = "", asked_for.echoed(draft, *known)
    elif CHANGE in draft.learnt and draft.state.options_shown:
        restate, draft = "", asked_for.echoed(draft, CHANGE)
    if restate and not any(act.name == "restate" for act in draft.acts):
        draft = _restated(draft, restate)
    if beyond := asked_for.out_of_reach(draft):
        draft = draft.say("answer", "answer.out_of_reach", offers.deed(draft, beyond))
        draft = draft.because("out_of_reach", option=beyond.id)
    if draft.booked and any(remedies.in_place_of(option, draft.booked) for option in shown):
        what = offers.deed(draft, draft.booked)
        draft = draft.say("restate", "restate.booked", what)
    draft = limits.told(draft, shown)
    if limits.none_in_time(draft, shown) and not any(option.handover for option in shown):
        choices = (*choices, asking.HUMAN)
    if asked:
        draft = draft.say("offer", "offer.asked_for", offers.deed(draft, asked), choices=choices)
    else:
        alone = sum(not (option.handover or option.fallback) for option in shown) == 1
        draft = draft.say("offer", key or ("offer.one" if alone else "offer.several"), choices=choices)
    ids = tuple(option.id for option in shown)
    return draft.set(
        stage=Stage.OFFER, asked_now="choice", options_open=ids,
        options_shown=tuple(dict.fromkeys((*draft.state.options_shown, *ids))),
    ).because("offers", options=ids)  # fmt: skip


def _of_another_matter(draft: Draft) -> Draft | None:
    """The draft in which the matter whose remedy this turn asks for is the open one; None where that is no other."""
    issue = picking.elsewhere(draft)
    if not issue:
        return None
    return draft.set(issue=issue, understood=issue).because("heard", issue=issue, sure=draft.reading.confidence)


def _shortlist(draft: Draft, fitting: Sequence[Option]) -> tuple[Option, ...]:
    """The best of the ways out; where what is wanted cannot be had, with the people who may decide otherwise."""
    shown = offers.shortlist(fitting, draft.numbers.options_at_most, draft.numbers.options_in_conflict)
    decider = next((option for option in fitting if option.fallback and option not in shown), None)
    if decider is None or not asked_for.out_of_reach(draft):
        return shown
    return (*shown[: draft.numbers.options_at_most - 1], decider)


def _placed(draft: Draft, shown: Sequence[Option]) -> tuple[Option, ...]:
    """The ways out in the places where they stood before, where all did; a person last."""
    before = draft.state.options_shown
    again = all(option.id in before for option in shown)
    return tuple(sorted(shown, key=lambda each: (bool(each.handover), before.index(each.id) if again else 0)))


def hold(draft: Draft) -> Draft:
    """A no right after something was done: asks whether that is to be taken back, or whether it is well."""
    option = undoing.last(draft)
    if option is None:
        return confirm(draft)
    if draft.state.asked_now == undoing.ASKED or not draft.may_ask:
        draft = draft.say("answer", "answer.booked", offers.deed(draft, option))
        return confirm(told_promise(draft, option) or draft)
    choices = (Choice("choice.undo", f"undo:{option.id}"), Choice("choice.leave_it", "no"))
    draft = draft.say("clarify", "clarify.whether_undo", offers.deed(draft, option), choices=choices, question=True)
    return draft.set(asked_now=undoing.ASKED).because("holds", option=option.id)


def _restated(draft: Draft, key: str) -> Draft:
    """The need in the customer's terms: by when, or what; without it where this reply has told it already."""
    if any(act.key in deadline.COMPARED or act.key.startswith("answer.order.") for act in draft.acts):
        return draft
    if deadline.is_new(draft):
        if draft.temper not in UNCOMFORTED and draft.reading.emotion == "anxious":
            return draft  # the worry about it is named
        return draft.say("restate", RESTATED, deadline.words(draft))
    if key == RESTATED and CHANGE in draft.learnt:
        return asked_for.echoed(draft, CHANGE)
    if key == RESTATED and (borne_out := telling.bears_out(draft)):
        return draft.say("restate", *borne_out)
    if key == RESTATED and (draft.temper is Temper.KNOWN or record.told(draft)):
        return draft
    if key == RESTATED and (noted := said_back(draft)):
        return noted
    return draft.say("restate", key, asking.need(draft))


def said_back(draft: Draft) -> Draft | None:
    """What this turn tells, in their own words; None where it tells nothing new, or a conflict step says it."""
    words = story.to_say_back(draft.state, draft.reading) if draft.temper in UNCOMFORTED else ""
    return draft.say("restate", "restate.told", {"words": f"={words}"}) if words else None


def _nothing_left(draft: Draft) -> tuple[str, str]:
    if draft.state.refusals:
        return "offers_refused", because("nothing_left")
    if draft.state.refused_facts:
        return "missing_facts", because("nothing_without", facts=draft.state.refused_facts)
    return "rule", because("nothing_here")


def again(draft: Draft) -> Draft:
    """The ways out are still open: what this turn tells is said back, a word of it, and they can be tapped again."""
    says_only = not (draft.acts or draft.learnt)
    if says_only and (other := _of_another_matter(draft)):
        return offer(other)
    beyond = referring.asked_beyond(draft) if says_only else ""
    if put := referring.put_part(draft) or referring.refer(draft, beyond):
        return put
    wished = [name for name in (VARIANT, PICKUP) if name in draft.learnt]
    if wished and not draft.acts:
        draft = asked_for.echoed(draft, *wished)
    draft = draft if draft.acts else said_back(draft) or draft
    asks_for_them = draft.reading.choice or draft.reading.intent == "ask_alternative"
    if not (draft.acts or draft.learnt or asks_for_them) and (advised := advising.advise(draft)):
        return advised
    return offer(draft, restate="", key="offer.still" if draft.state.options_open else "")


def out_of_reach(draft: Draft) -> Draft | None:
    """What is asked for cannot be had here: that is said, with who may decide; what lies open stays. None: it can."""
    if draft.state.stage is not Stage.OFFER or not asked_for.out_of_reach(draft):
        return None
    return offer(draft, restate="", key="offer.still", whole=True)


def keep_open(draft: Draft) -> Draft:
    """The ways out can be tapped beside what is said last, without a word of them."""
    on_table = offers.open_options(draft)
    draft = draft.beside_the_last(offers.as_choices(on_table, draft))
    return draft.set(stage=Stage.OFFER, asked_now=picking.BESIDE, options_open=tuple(option.id for option in on_table))


def and_on(draft: Draft) -> Draft:
    """On with the matter where it was: what lies open stays open; what is done is not asked about once more."""
    return keep_open(draft) if draft.state.stage is Stage.OFFER else draft


def choose(draft: Draft) -> Draft:
    """The customer picked an option."""
    option = picking.picked(draft)
    if option is None:
        return again(draft)
    return _done(draft, option)


def _done(draft: Draft, option: Option) -> Draft:
    """It is done; people are asked beside it, where that is wanted too."""
    asking_too, team = referring.asked_beside(draft, option), draft.option(referring.TEAM)
    return doing.act(doing.act(asking_too, team) if asking_too and team else draft, option)


def agree(draft: Draft) -> Draft:
    """A yes to what was offered: clear when one thing was put to them just now, else it is asked which."""
    on_table = offers.open_options(draft)
    if half_named.leaves_choice(draft) and (advised := advising.advise(draft)):
        return advised
    if put := picking.put_alone(draft):
        if other := _of_another_matter(draft):
            return offer(other)  # "yes, refund it", said to a repair
        if draft.state.asked_now == picking.ASKED and money.takes_a_yes(put, draft.reading):
            return _done(draft, put)
        if draft.may_ask:
            return advising.whether(draft, put)
    return again(draft) if len(on_table) < 2 or not draft.may_ask else advising.which(draft, on_table)


def refused(draft: Draft) -> Draft:
    """The draft with what was shown noted as refused: what the words rule out by name, else all of it."""
    state = draft.state
    gone = picking.ruled_out(draft) or state.options_open
    refused = tuple(dict.fromkeys((*state.options_refused, *gone)))
    draft = draft.set(options_refused=refused, options_open=(), refusals=state.refusals + 1)
    return draft.because("refused", options=gone) if gone else draft.because("refused_done")


def undo(draft: Draft) -> Draft:
    """A change of mind: what was done is taken back while the port can, and the ways out are shown again."""
    option = undoing.takes_back(draft)
    if option is None:
        return confirm(draft)
    order = remedies.as_before(draft, option)
    draft, done = undoing.take_back(draft, option)
    if not done:
        return draft
    draft = standing.told(draft, option, order)
    if draft.done or draft.state.parked:
        return confirm(draft)
    draft = draft.set(asked={**draft.state.asked, WITHDRAWN: 1}, checked_at="")
    if draft.reading.choice and draft.state.issue != which_matter.STATUS:
        return offer(draft, restate="", key="offer.after_undo", whole=True)
    return draft.set(stage=Stage.CONFIRM, asked_now="confirm", options_open=())
