"""Every reason that a decision can give, by code, in the words in which it is kept; and a kept one read again.

Kept reasons are plain sentences, so that whoever reads the log or an export needs nothing else. The staff's pages read
the code and the figures back and say the same in their reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

REASONS: Mapping[str, str] = {
    # What was heard, and which row of which table that met.
    "felt": "{emotion} {intensity}: own heat {own}, heat {heat}",
    "move": "{stage} + {signal}: {move}",
    "heard": "heard {issue} at {sure:.2f}",
    "advises": "puts {option} to them",
    "named_outright": "the words name {issue}",
    "said_all": "what is known was said already",
    "unsure": "unsure: {intent} at {sure:.2f}",
    "agreed": "the customer agrees: {issue}",
    "named_beside": "{issue} was named beside {intent}",
    "surely_broken": "heard unsurely, but the words tell that what was delivered does not work",
    "surely_late": "no matter is named, and the one order in sight is overdue",
    "new_episode": "a new matter: a new episode",
    "something_else": "something else: a new episode",
    "parked": "parked {issues}",
    "taken_up": "takes up the parked {issue}",
    "on_to": "what was asked is answered: on to {issue}",
    # The feeling.
    "comforts": "conflict step: {steps} ({temper})",
    "hears_out": "tells what came before, and asks for nothing yet",
    "invites": "conflict step: listen, the matter is not known yet",
    "bereaved": "somebody died",
    "eases": "typing or reading is hard: one thing at a time, and a call is offered",
    "unhurt": "nobody was hurt",
    "reproached": "a reproach about being read, not a question about bots",
    "in_danger": "somebody may be in danger: what to keep away from and whom to call, and nothing else",
    "named_often": "the feeling was named often enough in this episode",
    "too_early": "no offer while the feeling is this strong",
    "asked_later": "{fact} is asked later: no form while the feeling is this strong",
    # What is known.
    "learnt": "learnt {facts}",
    "not_to_be_had": "not to be had: {facts}",
    "only_order": "looked up the only order",
    "only_fitting": "looked up the only order that this can be about",
    "not_that_order": "the thing of the order at hand is not meant",
    "charged_twice": "the record shows more than one charge",
    "denied": "says that it is not there, and the record calls it delivered",
    "to_be_changed": "the order is to be changed, not stopped",
    "record_differs": "the record differs: {record}",
    "proven": "order number and phone match",
    "not_proven": "no order with that number and phone",
    "where_number": "tells where the order number is",
    # What was answered, offered, done.
    "article": "answered from an article",
    "no_article": "no article answers this well enough",
    "overdue": "due {due} and not delivered",
    "order_is": "the order is {order}",
    "refund_is": "a refund is {status}",
    "return_over": "delivered more than {days} days ago: the period for a return is over",
    "too_late": "what was done comes after the day it is needed by",
    "unkept": "what was promised by {due} was not kept",
    "promised": "promised until {due}, now {now}",
    "says_when": "each way says by when",
    "nothing_yet": "nothing is under way yet, and that is said",
    "arranged": "staff arranged this before they handed back: {note}",
    "otherwise": "what happens if it does not come or work",
    "impostor": "somebody may only pretend to be the shop",
    "tells": "what is asked of a way out is told",
    "offers": "offers {options}",
    "refused": "refused {options}",
    "refused_done": "refused what was done",
    "did": "did {option}",
    "undid": "undid {option}",
    "holds": "a no after {option} was done",
    "refers": "puts to people what no way out covers",
    "out_of_reach": "{option} is asked for and cannot be had here",
    "changed": "what the order should become changed",
    "withdrawn": "nothing is wanted after all",
    "not_well": "still not well: {times} time in this episode",
    "score": "survey: {score}",
    "silence": "the customer wants no more messages",
    "no_followup": "no {followup}: the customer wants no messages",
    # People.
    "handover": "handover ({handover}): {why}",
    "graver": "graver now ({handover}): {why}",
    "held": "a human holds the conversation, the bot says nothing",
    "awaited": "a human is awaited",
    "settled_waiting": "settled while waiting",
    "wants_nobody": "wants nobody any more",
    "how_long": "how long it takes until somebody comes",
    # Why people are called; these stand behind a handover's name.
    "harm": "the message speaks of harm",
    "threatens": "escalation threat heard at {sure:.2f}",
    "is_threat": "the matter is a threat to take it further",
    "abuse": "abuse again within {hours:g} h",
    "asks_person": "the customer asks for a person",
    "chose_person": "the customer chose {option}",
    "marked": "the shop marks {issue} for staff",
    "hot_twice": "heat {first} and {second}: {limit} or more twice running",
    "rising": "heat rose {first}, {second}, {third}, ending at {limit} or more",
    "unresolved": "still not well, {times} times in this episode",
    "refused_often": "offers refused {times} times",
    "nothing_left": "nothing is left to offer",
    "nothing_without": "nothing can be done without {facts}",
    "nothing_here": "the shop leaves nothing for the bot to offer here",
    "not_understood": "not understood {times} times running",
    "not_understood_asked": "not understood, and three questions were asked",
    "guessed_wrong": "guessed wrong {times} times running",
    "sent_beyond": "{enclosed} that needs a person, {times} times",
    "stayed_unclear": "the matter stayed unclear after three questions",
    "stayed_open": "whether {issue} is meant stayed open after three questions",
    "no_answer": "no article answers this",
    "status_unknown": "the status {status} means nothing to the bot",
    "low_score": "a score of {score}",
    "no_lookup": "orders cannot be looked up now",
    "failed": "{port}.{action} failed",
    "given_away": "something was given to an impostor",
    "cannot_undo": "{option} is done and cannot be undone by the bot",
    "stays_done": "{why}: {option} stays done",
    "slipped_twice": "the promise {promise} slipped twice",
    "went_silent": "the agent was silent",
    "engine": "engine: {kind}",
}  # fmt: skip
_LISTS = frozenset({"issues", "facts", "options", "steps"})
_FREE = frozenset({"why", "status", "note"})  # in somebody's words: a shop's system may say anything
_WORD, _FIELD = r"[^\s,()]*", re.compile(r"\\\{(\w+)(?::[^}]*)?\\\}")


@dataclass(frozen=True)
class Because:
    """A reason that was read: its code, and what was put into the sentence, by name; lists stay joined by commas."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def because(code: str, /, **values: object) -> str:
    """The reason as it is kept. Raises KeyError for a code or a value that is missing."""
    told = {name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
            for name, value in values.items()}  # fmt: skip
    return REASONS[code].format_map(told)


@lru_cache(maxsize=4096)
def read(text: str) -> Because | None:
    """What a kept reason says; None when it is none of ours, as a reason in the words of a shop's system."""
    for code, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(text):
            return Because(code, found.groupdict())
    return None


def _pattern(sentence: str) -> re.Pattern[str]:
    def part(found: re.Match[str]) -> str:
        name = found[1]
        shape = ".+" if name in _FREE else f"{_WORD}(?:, {_WORD})*" if name in _LISTS else _WORD
        return f"(?P<{name}>{shape})"

    return re.compile(_FIELD.sub(part, re.escape(sentence)), re.DOTALL)


_PATTERNS = {code: _pattern(sentence) for code, sentence in REASONS.items()}
