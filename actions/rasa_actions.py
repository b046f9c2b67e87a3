"""Speaks Rasa's action protocol: takes the policy's plan out of the call and settles the turn with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions import turns
from actions.services import Services
from actions.settle import Settled, check_unsettled, settle
from dialogues.plan import Plan
from dialogues.reading import Reading, heard_as

SETTLE = "action_settle"
PLAN_SLOT = "plan"


class UnknownAction(LookupError):
    """The engine asked for an action that is not ours."""


async def run_action(call: Mapping[str, Any], services: Services) -> Settled:
    """Runs one action call, a dict in the form that Rasa sends to an action server.

    Raises TurnMoved when the turn has to be opened again, and whatever a handler raises.
    """
    if call.get("next_action") != SETTLE:
        raise UnknownAction(str(call.get("next_action")))
    tracker = call["tracker"]
    message = tracker["latest_message"]
    plan = Plan.from_dict(tracker["slots"][PLAN_SLOT])
    turn = turns.turn_in(message["metadata"])
    heard = heard_as(message["heard"], turn.choice, turn.enclosed)
    reading = Reading.from_dict({**heard, "choice": turn.choice, "enclosed": turn.enclosed})
    acts_outside = bool(plan.calls)
    if acts_outside:
        await check_unsettled(turn, services)
        plan = await turns.carry_out_calls(plan, turn, reading, services)
    return await settle(turn, plan, heard, services, by_itself=acts_outside)
