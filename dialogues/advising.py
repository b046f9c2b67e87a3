"""Which way out is meant is asked, or the best is put to them alone: "this one?", "which of these?"."""

from __future__ import annotations

from collections.abc import Sequence

from dialogues import asked_for, asking, half_named, money, offers, picking, referring
from dialogues.draft import Draft
from dialogues.playbook import Option
from dialogues.state import Stage


def safest(options: Sequence[Option]) -> Option | None:
    """The best of what can be done that moves no money."""
    return next((each for each in options if each.port and not money.moves_money(each)), None)


def advise(draft: Draft) -> Draft | None:
    """The best of what lies open is put to them alone, with the others and a person to tap: a list is not read twice.

    None where it was put to them already, or only what moves money is there: that is theirs to name.
    """
    on_table = offers.open_options(draft)
    best = safest(on_table)
    if best is None or len(on_table) < 2 or not draft.may_ask:
        return None
    choices = (*offers.as_choices((best,), draft), asking.OTHERWISE, asking.HUMAN)
    draft = draft.say("clarify", "clarify.advised", offers.deed(draft, best), choices=choices, question=True)
    return draft.set(asked_now="choice", options_open=(best.id,)).because("advises", option=best.id)


def which(draft: Draft, options: Sequence[Option]) -> Draft:
    """Asks which of these is meant."""
    draft = draft.say("clarify", "clarify.which_option", choices=offers.as_choices(options, draft), question=True)
    return draft.set(asked_now="choice", options_open=tuple(option.id for option in options))


def ask_whether(draft: Draft) -> Draft | None:
    """Asks whether a way out is meant that was named among words that rule something out; None when none was.

    Where the place and the words of a message name two, it is asked which.
    """
    if draft.state.stage is not Stage.OFFER or not draft.may_ask:
        return None
    if put := referring.put_part(draft):
        return put
    if two := picking.at_odds(draft):
        return which(draft, two)
    option = half_named.asked_for_fit(draft) or half_named.half_named(draft)
    if option:
        return whether(draft, option)
    return advise(draft) if half_named.leaves_choice(draft) else None


def whether(draft: Draft, option: Option) -> Draft:
    """Asks whether it is this way out that is meant; its title states the effect."""
    if (known := asked_for.carried(draft, option)) and not any(act.key == asked_for.ECHO for act in draft.acts):
        draft = asked_for.echoed(draft, *known)
    choices = (*offers.as_choices((option,), draft), asking.OTHERWISE, asking.HUMAN)
    draft = draft.say("clarify", "clarify.whether_option", offers.deed(draft, option), choices=choices, question=True)
    return draft.set(asked_now="choice", options_open=(option.id,)).because(
        "unsure", intent=draft.reading.intent, sure=draft.reading.confidence
    )
