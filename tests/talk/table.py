"""Which golden conversation shows what: docs/conversations.md, made by ``python -m tests.talk.table``.

Issues and handover reasons are read from what a conversation expects of its turns. What must always hold is named by
the conversation itself (``shows``) and believed only when it expects something that would notice the opposite.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.talk.script import Agent, Script, load
from dialogues.book import load_book
from dialogues.handover import REASONS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conversations.md"
FILES = sorted((ROOT / "tests" / "conversations").glob("*.yml"))
ISSUES = tuple(load_book().playbooks)
LOCALES = ("zh-CN", "zh-TW", "en")

TIRED = {"unresolved", "offers_refused", "misunderstood", "missing_facts"}
Wanted = Sequence[Mapping[str, Any]]


def _some(*keys: str) -> Callable[[Script], bool]:
    return lambda script: any(key in wanted for wanted in everything_wanted(script) for key in keys)


def _excludes(act: str) -> Callable[[Script], bool]:
    return lambda script: any(act in names(wanted.get("acts_exclude")) for wanted in everything_wanted(script))


# What must always hold, in the words of the design, and what a conversation must expect to notice the opposite.
INVARIANTS: Mapping[int, tuple[str, Callable[[Script], bool]]] = {
    1: ("No offer while a required fact is neither known nor refused", lambda s: _excludes("offer")(s) or _asks(s)),
    2: (
        "A heated turn opens with a conflict step, the safety line or the boundary",
        lambda s: _some("opens_with", "handover_reason")(s),
    ),
    3: ("One question a turn, three an episode, none whose answer is known", _some("questions_at_most")),
    4: ("One apology an episode, unless a new fault appears", _some("apologies_at_most")),
    5: ("No close without Confirm or goodbye; no promise forgotten", _some("promises_open", "promises_kept")),
    6: (
        "Exactly one speaker",
        lambda s: any(isinstance(entry.does, Agent) for entry in s.entries) and _some("owner")(s),
    ),
    7: ("Every turn gets a reply or has a human owner who is being timed", _some("silent_turns")),
    8: ("A wish for a person works from every state in one turn", lambda s: "asked" in reasons(s)),
    9: ("Every handover has a reason and a notice", lambda s: bool(reasons(s)) and _some("acts_include")(s)),
    10: (
        "Refusals and “still not fixed” reach a human in at most six turns",
        lambda s: len(s.entries) <= 7 and bool(reasons(s) & TIRED),
    ),
    11: ("stop_contact leaves no follow-up pending", _some("followups_pending")),
    12: (
        "No promise without a succeeded action or an owner",
        lambda s: _some("promises_open")(s) or _excludes("promise")(s),
    ),
    13: ("Each turn writes exactly one moment, also when everything else fails", _some("moments_exactly")),
    14: ("The same inputs give the same decision", lambda s: any(entry.expect for entry in s.entries)),
    15: (
        "Nothing about an order is shown to an unverified customer",
        lambda s: not s.customer.known and (_some("reply_excludes")(s) or bool(s.answers)),
    ),
}


def _asks(script: Script) -> bool:
    return any("ask" in names(wanted.get("acts_include")) for wanted in everything_wanted(script))


def everything_wanted(script: Script) -> Wanted:
    """What a conversation expects, turn by turn, and at its end."""
    return [*(entry.expect for entry in script.entries), script.expect]


def names(value: Any) -> tuple[str, ...]:
    """One name or several."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def issues(script: Script) -> set[str]:
    """The service issues that a conversation expects to be heard or to be at hand."""
    heard = (
        name for wanted in everything_wanted(script) for key in ("intent", "issue") for name in names(wanted.get(key))
    )
    return {name for name in heard if name in ISSUES}


def reasons(script: Script) -> set[str]:
    """The handover reasons that a conversation expects, where only one will do."""
    wanted = (names(each.get("handover_reason")) for each in everything_wanted(script))
    return {found[0] for found in wanted if len(found) == 1 and found[0] in REASONS}


def shown(scripts: Iterable[Script], what: Callable[[Script], Iterable[Any]]) -> dict[Any, list[Script]]:
    """The conversations that show each thing."""
    found: dict[Any, list[Script]] = defaultdict(list)
    for script in scripts:
        for thing in what(script):
            found[thing].append(script)
    return dict(found)


def page(scripts: Sequence[Script]) -> str:
    """The page as it must be."""
    counts = ", ".join(f"{sum(s.name.endswith(f', {locale}') for s in scripts)} in {locale}" for locale in LOCALES)
    lines = [
        "# Golden conversations", "",
        f"{len(scripts)} conversations ({counts}) in `tests/conversations/`",
        "are played through the real engine by `make talk` and by the tests. This page is made from them by",
        "`python -m tests.talk.table`; a test keeps it true.",
        "", "## Service issues", "", "| issue | conversations |", "|---|---|",
    ]  # fmt: skip
    by_issue = shown(scripts, issues)
    lines += [f"| `{issue}` | {_list(by_issue.get(issue, []))} |" for issue in ISSUES]
    lines += ["", "## Reasons for a human", "", "| reason | conversations |", "|---|---|"]
    by_reason = shown(scripts, reasons)
    lines += [f"| `{reason}` | {_list(by_reason.get(reason, []))} |" for reason in REASONS]
    lines += ["", "## What must always hold", "", "| | | shown by |", "|---|---|---|"]
    by_number = shown(scripts, lambda script: script.shows)
    lines += [f"| {n} | {text} | {_list(by_number.get(n, []))} |" for n, (text, _) in INVARIANTS.items()]
    return "\n".join(lines) + "\n"


def _list(scripts: Sequence[Script]) -> str:
    return " · ".join(f"{script.name} ([{Path(script.file).stem}](../tests/conversations/{Path(script.file).name}))"
                      for script in scripts)  # fmt: skip


if __name__ == "__main__":
    PAGE.write_text(page(load(FILES)), encoding="utf-8")
