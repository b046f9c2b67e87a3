"""Never silent: when the engine gives nothing, the customer hears an honest line and people are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.services import Services
from actions.settle import Settled, settle
from actions.turns import Turn, world_of
from dialogues.because import because
from dialogues.draft import Draft
from dialogues.escalate import hand_over
from dialogues.language import reply_locale
from dialogues.plan import Act, Plan
from dialogues.reading import Reading
from dialogues.state import Owner


def unheard(turn: Turn) -> Reading:
    """What can be said of a message that nobody heard: nothing."""
    return Reading(text=turn.text, language=turn.state.locale, intent="", confidence=0.0, unsure=True,
                   choice=turn.choice, enclosed=turn.enclosed)  # fmt: skip


def fallback_plan(turn: Turn, services: Services, kind: str) -> Plan:
    """The honest line and the handover, decided without the engine."""
    reading = unheard(turn)
    state = replace(turn.state, locale=reply_locale(turn.state.locale, reading))
    draft = Draft(state=state, reading=reading, world=world_of(turn, services), book=services.book,
                  numbers=services.numbers)  # fmt: skip
    if state.owner is Owner.HUMAN:
        return draft.because("engine", kind=kind).plan()
    if state.owner is Owner.QUEUE:
        return draft.say("listen", "listen.waiting").because("engine", kind=kind).plan()
    plan = hand_over(draft, "engine_down", because("engine", kind=kind)).plan()
    return replace(plan, acts=(Act("handover", "fallback"), *plan.acts), expectation="missed")


async def settle_without_engine(turn: Turn, services: Services, kind: str, heard: Mapping[str, Any]) -> Settled:
    """Settles a turn that the engine failed to settle. Raises TurnMoved when it was settled after all."""
    return await settle(turn, fallback_plan(turn, services, kind), heard, services)
