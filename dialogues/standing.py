"""What stands once something was taken back: the order that goes on, or that nothing of it is done."""

from __future__ import annotations

from dialogues import offers, telling, undoing
from dialogues.draft import Draft
from dialogues.phrases import which_matter
from dialogues.phrases.denied import GIVES_UP
from dialogues.playbook import Option
from dialogues.reading import Order

_STOPS = frozenset({"refund", "cancel"})  # kinds of what is undone that had stopped the order


def told(draft: Draft, undone: Option, order: Order | None) -> Draft:
    """The draft that tells what stands now. ``order``: as it is without what was undone.

    Where nobody wants to give it up any more, how the order goes on is the matter from here.
    """
    kind = undoing.kind_of(undone)
    if order is None or kind not in _STOPS or not (order.is_coming and draft.proven):
        return draft.say("answer", f"answer.stands.{kind}", offers.params_of(draft)) if kind else draft
    draft = telling.tell(draft, order)
    if draft.state.issue not in GIVES_UP or draft.done or not draft.book.is_issue(which_matter.STATUS):
        return draft
    return draft.set(issue=which_matter.STATUS, understood=which_matter.STATUS)
