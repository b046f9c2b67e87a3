"""The light of the question: how what was just asked changes what a short answer means.

Every rule is an addition to the logarithm of a label's probability, so that it moves an open reading and
leaves a plain one alone: "refund" stays a refund whatever was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.hearing import Context, Entity
from nlu.prepare import Prepared

# What an answer to each kind of question is likely to be. Facts (anything not named here) use "fact".
_LIGHT: dict[str, dict[str, float]] = {
    "fact": {"provide_info": 2.5, "dont_know": 1.2, "deny": 0.4, "affirm": 0.4},
    "invitation": {"provide_info": 0.3, "chitchat": -1.0, "affirm": 0.3},
    "clarify": {"affirm": 1.5, "deny": 1.5, "chitchat": -1.0},
    "confirm": {"affirm": 1.2, "resolved": 2.5, "thank": -1.5, "deny": 1.0, "unresolved": 1.2, "chitchat": -1.0},
    "choice": {"affirm": 1.8, "deny": 1.0, "ask_alternative": 0.8, "provide_info": 0.5, "chitchat": -1.0},
    "survey": {"provide_info": 1.8, "praise": 0.4, "affirm": 0.4, "chitchat": -1.0},
}
_SHORT = 8  # tokens up to which the light falls in full; it fades until three times as many
# An answer that is nothing but the detail asked for.
_BARE_DETAIL = 10.0
_PICKED = re.compile(
    r"^\W*(?:[a-d1-4]|第?[一二三四1234][个种项]?|(?:the )?(?:first|second|third|last|former|latter)(?: one| option)?"
    r"|(?:option|number|no\.?|choice|选项?|方案|选择)\s*[a-d1-4一二三四]|前者|后者)\W*$"
)
_FACT_KINDS: dict[str, tuple[str, ...]] = {
    "order_number": ("order_number",),
    "tracking_number": ("tracking_number", "order_number"),
    "phone": ("phone",),
    "phone_last4": ("phone",),
    "email": ("email",),
    "amount": ("amount",),
    "date": ("date",),
    "product": ("product",),
    "quantity": ("quantity",),
    "score": ("score",),
}
_YES = "affirm"


def light_on(message: Prepared, context: Context, entities: Sequence[Entity]) -> dict[str, float]:
    """Additions to the log-probability of intents; empty when nothing was asked."""
    if context.asked is None or not message.tokens:
        return {}
    kind = context.asked if context.asked in _LIGHT else "fact"
    strength = max(0.0, min(1.0, 1.5 - len(message.tokens) / (2 * _SHORT)))
    shifts = {intent: strength * shift for intent, shift in _LIGHT[kind].items()}
    if kind in ("choice", "clarify") and _PICKED.match(message.plain.strip()):
        shifts[_YES] = shifts.get(_YES, 0.0) + _BARE_DETAIL
    elif kind in ("fact", "survey") and _is_bare_detail(message, context, entities):
        shifts["provide_info"] = shifts.get("provide_info", 0.0) + _BARE_DETAIL
    return shifts


def _is_bare_detail(message: Prepared, context: Context, entities: Sequence[Entity]) -> bool:
    """The message holds the detail that was asked for and hardly a word beside it."""
    wanted = ("score",) if context.asked == "survey" else _FACT_KINDS.get(context.asked or "", ())
    rest = message.surface
    for entity in reversed(entities):
        if entity.kind in wanted:
            rest = rest[: entity.start] + rest[entity.end :]
    return len(rest) < len(message.surface) and sum(char.isalnum() for char in rest) <= 6


def details_asked_for(message: Prepared, context: Context, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Bare numbers that only the question explains: "8812" after the last four digits were asked for."""
    asked = context.asked
    taken = [(entity.start, entity.end) for entity in entities if entity.kind != "quantity"]
    pattern, kind = {
        "phone_last4": (r"(?<!\d)\d{4}(?!\d)", "phone"),
        "order_number": (r"(?<![\w-])#?[A-Za-z]{0,6}-?\d{4,24}(?![\w-])", "order_number"),
        "tracking_number": (r"(?<![\w-])[A-Za-z]{0,6}-?\d{6,24}(?![\w-])", "tracking_number"),
        "survey": (r"(?<![\d.])(?:10|\d)(?![\d.])", "score"),
        "score": (r"(?<![\d.])(?:10|\d)(?![\d.])", "score"),
        "quantity": (r"(?<![\d.])\d{1,3}(?![\d.])", "quantity"),
        "amount": (r"(?<![\d.])\d+(?:\.\d{1,2})?(?![\d.])", "amount"),
    }.get(asked or "", ("", ""))
    if not pattern:
        return entities
    if asked == "tracking_number":  # whatever long code comes back is the tracking number
        entities = tuple(
            Entity(kind, e.value, e.text, e.start, e.end) if e.kind == "order_number" else e for e in entities
        )
        if any(entity.kind == kind for entity in entities):
            return entities
    elif any(entity.kind == kind for entity in entities):
        return entities
    found = re.search(pattern, message.surface, re.ASCII)
    if not found or any(start < found.end() and found.start() < end for start, end in taken):
        return entities
    text = message.text[found.start() : found.end()]
    value = found.group().lstrip("#").upper()
    entity = Entity(kind, f"{float(value):.2f}" if kind == "amount" else value, text, found.start(), found.end())
    kept = [e for e in entities if e.end <= entity.start or entity.end <= e.start]
    return tuple(sorted([*kept, entity], key=lambda e: e.start))
