"""Which ways out there are, and in what order."""

from __future__ import annotations

from collections.abc import Sequence

from dialogues import remedies
from dialogues.circumstances import deadline, grief
from dialogues.draft import Draft
from dialogues.phrases import notes
from dialogues.plan import Choice
from dialogues.playbook import Option
from dialogues.reading import Order


def rank(draft: Draft) -> tuple[Option, ...]:
    """The options that can be taken now and were not refused or done.

    First what a known fact asks for by name, then what meets the customer's needs best.
    """
    state = draft.state
    gone = {*state.options_refused, *(option.id for option in draft.done)}
    theirs = notes.remedies(state.note)  # what staff arranged need not be chosen again
    possible = [
        option for option in draft.playbook.options
        if option.id not in gone and not (option.is_remedy and option.port in theirs) and is_possible(draft, option)
    ]  # fmt: skip
    wanted = {state.facts.get("wish", ""), *state.needs}
    if grief.is_known(draft):
        wanted = {"compensation"}  # a new one for somebody who died is the last thing to offer

    leaves_soon = deadline.is_by_the_hour(draft)  # another time or place before what takes a day

    def place(option: Option) -> tuple[bool, bool, bool, int]:
        elsewhere = leaves_soon and option.action == "redirect"
        return not option.speaks_to(state.facts), option.fallback, not elsewhere, -len(wanted & set(option.meets))

    return tuple(sorted(possible, key=place))


def shortlist(options: Sequence[Option], at_most: int, at_least: int) -> tuple[Option, ...]:
    """The first of the ranked options; those that fit anything only fill up to ``at_least``."""
    shown = tuple(options[:at_most])
    while len(shown) > at_least and shown[-1].fallback:
        shown = shown[:-1]
    return shown


def is_possible(draft: Draft, option: Option) -> bool:
    """True when the shop allows the option for this order, and nothing that it needs to know is missing.

    Where an order is involved, nothing is done to it for a customer who did not prove to know it.
    """
    if draft.playbook.verified and option.port and draft.order is None:
        return False
    fits = option.fits(remedies.order_for(draft, option), draft.state.facts, draft.world.now.date())
    return fits and all(name in draft.state.facts for name in _required(draft, option))


def _required(draft: Draft, option: Option) -> tuple[str, ...]:
    if option.requires is not None:
        return option.requires
    if option.handover:
        return ()
    linked = draft.world.linked
    return tuple(f.name for f in draft.playbook.facts if f.required and not (linked and f.unless_linked))


def as_choices(options: Sequence[Option], draft: Draft) -> tuple[Choice, ...]:
    """The options as something to tap, in order."""
    return tuple(as_choice(option, draft) for option in options)


def as_choice(option: Option, draft: Draft) -> Choice:
    """The option as something to tap; its title states the effect, and by when where something is promised."""
    payload, params = f"option:{option.id}", params_of(draft)
    if option.promise is None:
        return Choice(f"option.{option.id}", payload, params)
    _, told = draft.when(option.promise)
    return Choice(
        "choice.by_when", payload, {**params, "what": f"@option.{option.id}", "due": f"time:{told.isoformat()}"}
    )


def still_possible(draft: Draft, option_id: str) -> Option | None:
    """The way out of the open matter with that name; None where it was done already or cannot be had any more."""
    option = draft.playbook.option(option_id)
    if option is None or any(option_id == done.id for done in draft.done) or not is_possible(draft, option):
        return None
    return option


def open_options(draft: Draft) -> tuple[Option, ...]:
    """What lies on the table and can still be taken."""
    found = (still_possible(draft, option_id) for option_id in draft.state.options_open)
    return tuple(option for option in found if option)


def params_of(draft: Draft) -> dict[str, str]:
    """What the wording may say of the order at hand."""
    return order_params(draft.order) if draft.order else {}


def deed(draft: Draft, option: Option) -> dict[str, str]:
    """The way out by its title, which states the effect, for the wording."""
    return {**params_of(draft), "what": f"@deed.{option.id}"}


def order_params(order: Order) -> dict[str, str]:
    """An order's wording parameters. Values with a prefix (date:, money:) are formatted for the locale."""
    params = {"order_number": order.number, "item": order.item, "quantity": str(order.quantity)}
    if order.amount:
        params["amount"] = f"money:{order.amount} {order.currency}"
    if order.tracking:
        params["tracking"] = order.tracking
    for name in ("eta", "placed", "delivered_at"):
        if value := getattr(order, name):
            params[name] = f"date:{value}"
    return params
