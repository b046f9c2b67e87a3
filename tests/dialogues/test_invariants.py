"""What must always hold, over every reachable abstract state."""

from __future__ import annotations

import pytest

from dialogues.state import Owner
from tests.dialogues.abstract import WALKS, Step, Walk, walk_through
from tests.dialogues.invariants import TURNS_TO_A_HUMAN, turns_until_a_human, wrong_with

pytestmark = pytest.mark.fast
EVERY = 20  # of the states, for the runs of refusals


@pytest.mark.long
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_every_reachable_state_keeps_the_invariants(walk: Walk):
    wrong: dict[str, Step] = {}
    seen = 0

    def see(step: Step) -> None:
        nonlocal seen
        seen += 1
        for what in wrong_with(step, seen):
            wrong.setdefault(what, step)

    states, steps = walk_through(walk, see)
    print(f"{walk.name}: {len(states)} states, {steps} transitions")
    assert not wrong, [(what, step.letter.name, step.before) for what, step in wrong.items()]
    known: dict[tuple[object, ...], int] = {}
    held = [state for state in states if state.owner is Owner.BOT][::EVERY]
    runs = {turns_until_a_human(walk, state, known): state for state in held}
    assert max(runs) <= TURNS_TO_A_HUMAN, runs[max(runs)]
    assert len(states) > 300 and steps > 5_000
