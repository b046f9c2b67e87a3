"""Whether a turn or a conversation looked as wanted. Pure: one row per key says what it takes and when it holds.

An ``expect`` is held against everything since its entry (automatic answers are turns of their own): what was
heard and the moment's kind are those of the entry itself, the state is the last one, limits hold for every reply
of the span, and what must be included may stand in any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk import checked
from bot.talk.checked import Place
from bot.talk.seen import Failure, SeenAct, SeenConversation, SeenTurn

ACTS = (
    "safety", "greet", "listen", "empathise", "accept", "boundary", "ask", "restate", "offer", "explain",
    "act", "promise", "confirm", "recover", "handover", "schedule", "survey", "thank", "close", "clarify",
    "answer", "decline",
)  # fmt: skip
OPENINGS = ("listen", "empathise", "accept", "boundary", "safety")
QUESTIONS = ("ask", "clarify", "confirm")
STAGES = ("idle", "explore", "offer", "action", "confirm", "closed")
CONFLICTS = ("none", "listen", "empathise", "accept", "resolve")
OWNERS = ("bot", "queue", "human")
EMOTIONS = ("neutral", "happy", "anxious", "confused", "disappointed", "frustrated", "angry", "abusive")
NEEDS = ("speed", "certainty", "fairness", "respect", "compensation", "ease")
KINDS = ("zero", "first", "second", "ultimate")
LOCALES = ("zh-CN", "zh-TW", "en")

Span = Sequence[SeenTurn]


class Unseen:
    """The value of what cannot be seen from outside."""


UNSEEN = Unseen()


@dataclass(frozen=True)
class Rule:
    """``check`` refuses what a key cannot take, ``got`` finds what there was, ``holds(wanted, got)`` compares."""

    check: Callable[[Any, Place], Any]
    got: Callable[[Any], Any]
    holds: Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Verdict:
    """What did not hold, and how many expectations could not be checked."""

    failures: tuple[Failure, ...] = ()
    unchecked: int = 0


def check_wanted(wanted: Any, place: Place, rules: Mapping[str, Rule]) -> Mapping[str, Any]:
    """An ``expect`` as written, when every key and value can be used. Raises ScriptError."""
    if not wanted:
        if wanted is None or not isinstance(wanted, Mapping):
            raise place.refuse("expected keys and values, got nothing")
        return wanted
    data = checked.mapping(wanted, place, tuple(rules))
    for key, value in data.items():
        rules[key].check(value, place.at(key))
    return data


def judge_turn(wanted: Mapping[str, Any], span: Span, entry: int) -> Verdict:
    """What an entry's ``expect`` says of the turns since that entry."""
    return _judge(wanted, span, TURN, entry)


def judge_conversation(wanted: Mapping[str, Any], seen: SeenConversation) -> Verdict:
    """What a conversation's ``expect`` says of it."""
    return _judge(wanted, seen, CONVERSATION, None)


def _judge(wanted: Mapping[str, Any], seen: Any, rules: Mapping[str, Rule], entry: int | None) -> Verdict:
    failures, unchecked = [], 0
    for key, value in wanted.items():
        got = rules[key].got(seen)
        if isinstance(got, Unseen):
            unchecked += 1
        elif not rules[key].holds(value, got):
            failures.append(Failure(entry, key, value, got))
    return Verdict(tuple(failures), unchecked)


# What a key takes.


def _words(*allowed: str) -> Callable[[Any, Place], Any]:
    def check(value: Any, place: Place) -> None:
        for item in checked.texts(value, place):
            if allowed:
                checked.one_of(item, place, allowed)

    return check


def _act_list(value: Any, place: Place) -> None:
    for name in checked.names(value, place):
        checked.one_of(name, place, ACTS)


def _numbers(value: Any, place: Place) -> None:
    items = value if isinstance(value, list) else [value]
    if not items:
        raise place.refuse("expected a number, got an empty list")
    for item in items:
        checked.count(item, place)


def _seconds(value: Any, place: Place) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise place.refuse(f"expected seconds, got {value!r}")


def _entities(value: Any, place: Place) -> None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            for kind, wanted in item.items():
                checked.texts(wanted, place.at(checked.text(kind, place)))
        else:
            checked.text(item, place)


# When it holds. A list wants any of its items.


def _items(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _is_any(wanted: Any, got: Any) -> bool:
    return got in _items(wanted)


def _at_least(wanted: Any, got: Any) -> bool:
    return bool(got >= wanted)


def _at_most(wanted: Any, got: Any) -> bool:
    return bool(got <= wanted)


def _has_any(wanted: Any, got: Any) -> bool:
    return any(item in got for item in _items(wanted))


def _has_all(wanted: Any, got: Any) -> bool:
    return all(item in got for item in _items(wanted))


def _has_none(wanted: Any, got: Any) -> bool:
    return not _has_any(wanted, got)


def _is(wanted: Any, got: Any) -> bool:
    return bool(wanted == got)


def _opens(wanted: Any, got: Any) -> bool:
    return any(got in OPENINGS if item == "conflict" else got == item for item in _items(wanted))


def _reads(wanted: Any, got: Any) -> bool:
    return any(item.casefold() in text.casefold() for item in _items(wanted) for text in got)


def _reads_not(wanted: Any, got: Any) -> bool:
    return not _reads(wanted, got)


def _handed(wanted: Any, got: Any) -> bool:
    return any(got is not None if item == "any" else got == item for item in _items(wanted))


def _names(wanted: Any, got: Any) -> bool:
    return any(_names_one(item, got) for item in _items(wanted))


def _names_one(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, str):
        return any(entity["kind"] == wanted for entity in got)
    return all(
        any(entity["kind"] == kind and str(entity["value"]) in _items(values) for entity in got)
        for kind, values in wanted.items()
    )


# What there was.


def _heard(name: str) -> Callable[[Span], Any]:
    return lambda span: span[0].heard.get(name) if span[0].inside else UNSEEN


def _heard_list(name: str) -> Callable[[Span], Any]:
    return lambda span: list(span[0].heard.get(name) or ()) if span[0].inside else UNSEEN


def _after(name: str) -> Callable[[Span], Any]:
    return lambda span: span[-1].after.get(name) if span[-1].inside else UNSEEN


def _act_names(span: Span) -> Any:
    return [act.name for turn in span for act in turn.acts] if span[0].inside else UNSEEN


def _first_act(span: Span) -> Any:
    names = _act_names(span)
    return names if isinstance(names, Unseen) else next(iter(names), None)


def _asks(act: SeenAct) -> bool:
    return act.name in QUESTIONS or (act.name == "listen" and act.question)


def _questions(span: Span) -> Any:
    return max(sum(map(_asks, turn.acts)) for turn in span) if span[0].inside else UNSEEN


def _words_of_bot(span: Span) -> Any:
    return [text for turn in span for bubble in turn.bubbles for text in bubble.words()]


def _seen(name: str) -> Callable[[SeenConversation], Any]:
    return lambda seen: UNSEEN if getattr(seen, name) is None else getattr(seen, name)


TURN: Mapping[str, Rule] = {
    "intent": Rule(_words(), _heard("intent"), _is_any),
    "emotion": Rule(_words(*EMOTIONS), _heard("emotion"), _is_any),
    "intensity": Rule(_numbers, _heard("intensity"), _is_any),
    "needs_include": Rule(_words(*NEEDS), _heard_list("needs"), _has_any),
    "entities": Rule(_entities, _heard_list("entities"), _names),
    "stage": Rule(_words(*STAGES), _after("stage"), _is_any),
    "conflict": Rule(_words(*CONFLICTS), _after("conflict"), _is_any),
    "heat_at_least": Rule(checked.count, _after("heat"), _at_least),
    "heat_at_most": Rule(checked.count, _after("heat"), _at_most),
    "owner": Rule(_words(*OWNERS), lambda span: span[-1].owner, _is_any),
    "issue": Rule(lambda v, p: [checked.text(i, p, empty=True) for i in _items(v)], _after("issue"), _is_any),
    "acts_include": Rule(_words(*ACTS), _act_names, _has_all),
    "acts_exclude": Rule(_words(*ACTS), _act_names, _has_none),
    "acts": Rule(_act_list, _act_names, _is),
    "opens_with": Rule(_words("conflict", *ACTS), _first_act, _opens),
    "questions_at_most": Rule(checked.count, _questions, _at_most),
    "bubbles_at_most": Rule(checked.count, lambda span: max(len(turn.bubbles) for turn in span), _at_most),
    "unresolved": Rule(_numbers, _after("unresolved"), _is_any),
    "handover_reason": Rule(_words(), lambda span: span[-1].handover if span[-1].inside else UNSEEN, _handed),
    "offers_at_least": Rule(checked.count, lambda span: max(turn.options() for turn in span), _at_least),
    "reply_contains": Rule(_words(), _words_of_bot, _reads),
    "reply_excludes": Rule(_words(), _words_of_bot, _reads_not),
    "locale": Rule(_words(*LOCALES), lambda span: span[-1].locale, _is_any),
    "moment_kind": Rule(_words(*KINDS), lambda s: s[0].moment.get("kind") if s[0].inside else UNSEEN, _is_any),
    "seconds_at_most": Rule(_seconds, lambda span: max(turn.seconds for turn in span), _at_most),
}

CONVERSATION: Mapping[str, Rule] = {
    "moments_at_least": Rule(checked.count, _seen("moments"), _at_least),
    "moments_exactly": Rule(_numbers, _seen("moments"), _is_any),
    "promises_open": Rule(_numbers, _seen("promises_open"), _is_any),
    "promises_kept": Rule(_numbers, _seen("promises_kept"), _is_any),
    "followups_pending": Rule(_numbers, _seen("followups_pending"), _is_any),
    "followups_pending_at_least": Rule(checked.count, _seen("followups_pending"), _at_least),
    "apologies_at_most": Rule(checked.count, _seen("apologies"), _at_most),
    "silent_turns": Rule(_numbers, _seen("silent_turns"), _is_any),
    "owner": Rule(_words(*OWNERS), _seen("owner"), _is_any),
    "stage": Rule(_words(*STAGES), _seen("stage"), _is_any),
}
