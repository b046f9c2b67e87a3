"""The feeling before the matter: the conflict steps that a turn earns, said together in front of the rest."""

from __future__ import annotations

from dialogues import causes, order_at_hand, owning, record
from dialogues.asking import invite
from dialogues.circumstances import alarm, grief
from dialogues.conflict import UNCOMFORTED, Temper, is_heated, steps_of, temper_of
from dialogues.draft import COMFORT_BUBBLE, Draft
from dialogues.meaning import LATE
from dialogues.phrases import danger, feeling, story
from dialogues.phrases.clauses import asks
from dialogues.plan import OPENING_ACTS
from dialogues.state import Conflict
from dialogues.values import changed

WORRY_TOLD = "empathise.anxious.told"  # the wording
PUTS_THE_WISH = frozenset({"offer.asked_for", "clarify.whether_option"})  # wording that says what they asked for
_FAULT_FEELINGS = frozenset({"angry", "frustrated", "disappointed"})


def tempered(draft: Draft, *, passing: bool) -> Draft:
    """The draft with the temper of this turn and the step that the episode comes to rest at."""
    at = draft.state.conflict
    temper = temper_of(
        at=at, heated=is_heated(at, draft.felt, draft.numbers), abusive=draft.reading.emotion == "abusive",
        passing=passing, issue_known=draft.has_issue, heat=draft.felt.heat,
        ends_below=draft.numbers.conflict_ends_below,
    )  # fmt: skip
    rests_at = steps_of(at, temper).rests_at
    return changed(draft, temper=temper).set(conflict=at if rests_at is None else rests_at)


def invites(draft: Draft, at: Conflict) -> bool:
    """True when this turn earns an invitation to tell the whole story, and nothing else."""
    told = story.told(draft.reading) and any(map(draft.book.is_issue, (draft.reading.intent, draft.reading.runner_up)))
    may_invite = draft.may_ask and not draft.state.invited and not told and not grief.is_new(draft)
    return may_invite and steps_of(at, draft.temper).said == ("listen",)


def invited(draft: Draft) -> Draft:
    """The feeling is named, and the whole story asked for: a bare question would be a clerk's."""
    return invite(draft.because("invites")).in_front(_empathise)


def with_comfort(draft: Draft, at: Conflict) -> Draft:
    """The draft with the steps of this turn in front. ``at`` is the step before the turn.

    What the rest of the reply does is known here: when people take over, the feeling is named and nothing is taken on.
    """
    if alarm.is_on(draft) and draft.temper is not Temper.ABUSIVE:
        hurts = draft.temper not in UNCOMFORTED and not _opens_already(draft)
        return draft.in_front(_worried) if hurts else draft
    if draft.reading.safety and not alarm.is_on(draft):
        return draft.in_front(_safety)
    kind = "" if draft.state.asked.get(danger.CAUTION) or draft.is_handed_over else danger.caution(draft.reading.text)
    if kind:
        draft = draft.set(asked={**draft.state.asked, danger.CAUTION: 1})
        return draft.in_front(lambda first: _caution(first, kind))
    if grief.is_new(draft) and draft.temper is not Temper.ABUSIVE:
        return draft.in_front(grief.condole).because("bereaved")
    temper = draft.temper
    if draft.is_handed_over and temper in (Temper.KNOWN, Temper.UNKNOWN):
        temper = Temper.PASSING
    if draft.is_handed_over and temper in UNCOMFORTED:
        return _said_back(draft)
    steps = steps_of(at, temper).said
    steps = _fewer(draft, at, steps)
    if "empathise" in steps and any(act.key in PUTS_THE_WISH for act in draft.acts):
        steps = tuple(step for step in steps if step != "listen")  # what they want is said back as it is put to them
    if owning.is_owned_now(draft) and _opens_already(draft):
        return draft  # what is owned is the customer's own view, and stands in front
    if owning.is_owned_now(draft):
        steps = tuple(step for step in steps if step not in ("listen", "accept"))  # what is owned reflects and accepts
    if not steps or (steps == ("listen",) and _opens_already(draft)):
        return draft
    draft = draft.because("comforts", steps=steps, temper=temper.value)
    if steps == ("listen",) and any(act.name == "act" for act in draft.acts):
        return draft.in_front(lambda opening: _in_their_words(opening) or _at_once(opening))
    return draft.in_front(lambda opening: _say(opening, steps))


def _said_back(draft: Draft) -> Draft:
    """The draft of a calm turn that calls people, with what it tells in front: nothing of it has to be told again."""
    told = any(act.key in story.SAID_BACK for act in draft.acts)
    return draft if told or _waits_already(draft) else draft.in_front(lambda first: _in_their_words(first) or first)


def _in_their_words(opening: Draft) -> Draft | None:
    """What this turn tells, said back in the customer's own words; None where nothing is."""
    reading = opening.reading
    words = story.to_say_back(opening.state, reading)
    if not words and feeling.is_reproach(reading):
        words = story.worth_it(story.told(reading))  # said once more, as it was not heard
    return opening.say("listen", "listen.told", {"words": f"={words}"}, bubble=COMFORT_BUBBLE) if words else None


def _fewer(draft: Draft, at: Conflict, steps: tuple[str, ...]) -> tuple[str, ...]:
    """Once the matter is taken on that is not said again; a feeling is named once, and again only where it rises.

    A worry or a doubt that is nobody's fault earns one sentence: there is nothing to take the blame for.
    """
    state = draft.state
    if draft.temper is Temper.UNKNOWN and steps == ("listen",):
        return ("listen", "empathise")  # the story was told: it is heard, though what it is about is asked
    if state.empathised and not _is_hotter(draft) and at is not Conflict.NONE and "empathise" in steps:
        return ("listen",)
    if draft.reading.emotion in causes.BLAMES_NOBODY and "empathise" in steps:
        if _is_in_hand(draft):
            return ("listen",)  # it is in hand: what is asked now is answered, in few words
        if "accept" in steps and not causes.is_ours(draft):
            return ("empathise",)
    words = story.to_say_back(draft.state, draft.reading)
    if steps == ("empathise", "accept") and at in (Conflict.ACCEPT, Conflict.RESOLVE):
        steps = ("empathise",)
    said_back = any(act.key in story.SAID_BACK for act in draft.acts)
    tells = "empathise" in steps and "listen" not in steps and not said_back and words
    return ("listen", *steps) if tells else steps


def _is_in_hand(draft: Draft) -> bool:
    """True when something was done, or is taken back in this reply."""
    return bool(draft.state.options_done) or any(effect.name == "withdraw" for effect in draft.effects)


def _is_hotter(draft: Draft) -> bool:
    """True when feelings run higher in this turn than in those before."""
    *before, now = draft.state.heats
    return now > max(before, default=0)


def _waits_already(draft: Draft) -> bool:
    """True while people are awaited since an earlier turn."""
    return draft.is_handed_over and not any(act.name == "handover" for act in draft.acts)


def _opens_already(draft: Draft) -> bool:
    return bool(draft.acts) and draft.acts[0].name in OPENING_ACTS


def _caution(opening: Draft, kind: str) -> Draft:
    """A defect that might hurt somebody: a word of care, and what was told is said back."""
    opening = opening.say("safety", f"safety.{kind}", bubble=COMFORT_BUBBLE)
    return opening if opening.temper in UNCOMFORTED else _in_their_words(opening) or opening


def _safety(opening: Draft) -> Draft:
    opening = opening.say("safety", f"safety.{danger.kind_of(opening.reading.text)}", bubble=COMFORT_BUBBLE)
    return _worried(opening)


def _worried(opening: Draft) -> Draft:
    despairs = opening.state.facts.get(alarm.DANGER) == danger.DESPAIR
    key = "empathise.despair" if despairs else "empathise.safety"
    return opening.say("empathise", key, bubble=COMFORT_BUBBLE)


def _say(opening: Draft, steps: tuple[str, ...]) -> Draft:
    for step in steps:
        opening = _SAY[step](opening)
    return opening if opening.acts else opening.say("listen", "listen.noted", bubble=COMFORT_BUBBLE)


def _listen(opening: Draft) -> Draft:
    """Reflects the facts back in the customer's terms: in their own words, where this turn tells what happened."""
    if opening.has_issue and (told := record.told(opening)):
        return opening.say("listen", *told, bubble=COMFORT_BUBBLE)
    if told_back := _in_their_words(opening):
        return told_back
    if wanted := story.wanted_to_say_back(opening.state, opening.reading):
        key = "listen.asked" if asks(wanted) else "listen.wanted"
        return opening.say("listen", key, {"words": f"={wanted}"}, bubble=COMFORT_BUBBLE)
    if not opening.has_issue:
        return opening.say("listen", "listen.noted", bubble=COMFORT_BUBBLE)
    in_hand = opening.state.empathised or _is_in_hand(opening)
    if in_hand and not opening.reading.repeat:
        return opening.say("listen", "listen.plain", bubble=COMFORT_BUBBLE)  # it was reflected before
    return reflected(opening)


def reflected(draft: Draft) -> Draft:
    """The draft with the matter said back as it is known: late, told before, the order, or only heard."""
    return draft.say("listen", _reflected(draft), causes.thing(draft), bubble=COMFORT_BUBBLE)


def _at_once(opening: Draft) -> Draft:
    """What they said to do is done: no more than that is said of it."""
    return opening.say("listen", "listen.at_once", bubble=COMFORT_BUBBLE)


def _reflected(opening: Draft) -> str:
    """The key of what is reflected: first what weighs most, that it is late or was said before."""
    order = order_at_hand.look_up(opening).order
    if (
        opening.state.issue in (LATE, "order_status")
        and order is not None
        and order_at_hand.is_overdue(order, opening.world)
    ):
        return "listen.late"
    if opening.reading.repeat:
        return "listen.repeat"
    return "listen.order" if "placed" in causes.thing(opening) else "listen.plain"


def _empathise(opening: Draft) -> Draft:
    """Names the feeling and its cause; so often at most that the words never come again in an episode."""
    state, felt = opening.state, opening.reading.emotion
    named = feeling.named_as(opening.reading)
    often = state.empathised >= opening.numbers.empathy_per_episode
    opening = opening.set(empathised=state.empathised + 1)
    if often:  # the cause is known by now: the feeling alone is heard
        key = f"empathise.{named}.bare"
        return opening.because("named_often").say("empathise", key, bubble=COMFORT_BUBBLE)
    ours = felt in _FAULT_FEELINGS and causes.is_ours(opening)
    sorry = ours and opening.may_apologise and not _said_sorry(opening)
    cause = causes.cause(opening)
    if "need" in cause and named != "anxious":
        cause = {}  # what they need it for is not what they are cross about
    words = "" if cause or opening.acts or named != "anxious" else story.to_say_back(state, opening.reading)
    if words:  # what worries them, where nobody is to blame for it
        return opening.say("empathise", WORRY_TOLD, {"words": f"={words}"}, bubble=COMFORT_BUBBLE)
    manner = "bare" if not cause else "sorry" if sorry else "plain"
    opening = causes.with_named(opening, cause)
    return opening.say("empathise", f"empathise.{named}.{manner}", cause, bubble=COMFORT_BUBBLE)


def _said_sorry(opening: Draft) -> bool:
    """True when the rest of this reply apologises already."""
    return any(effect.name == "apology" for effect in opening.effects)


def _accept(opening: Draft) -> Draft:
    """Takes the customer's view as it is, and the matter on; the blame only where it is ours."""
    key = "look" if record.told(opening) else "plain" if causes.is_ours(opening) else "task"
    return opening.say("accept", f"accept.{key}", bubble=COMFORT_BUBBLE)


def _boundary(opening: Draft) -> Draft:
    """One calm line; the matter in it is still worked on."""
    opening = opening.set(abused_at=opening.world.now.isoformat())
    return opening.say("boundary", "boundary.calm", bubble=COMFORT_BUBBLE)


_SAY = {"listen": _listen, "empathise": _empathise, "accept": _accept, "boundary": _boundary}
