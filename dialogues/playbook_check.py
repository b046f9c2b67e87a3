"""Holds playbooks against the catalogues: every text they need is there, and needs nothing that it will not get."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from dialogues.book import PLAYBOOKS, PlaybookError, read_book
from dialogues.checked_yaml import Place
from dialogues.playbook import Option, Playbook

Catalogues = Mapping[str, Mapping[str, tuple[str, ...]]]
Way = tuple[str | int, ...]

NAMES = ("issue", "issue_title", "cause")
ALWAYS = frozenset({"order_number", "item", "quantity"})  # what every order tells


def check(catalogues: Catalogues, folder: Path = PLAYBOOKS) -> list[str]:
    """Everything that is wrong with a folder's playbooks, each with file and line. Empty: all is well."""
    try:
        read = read_book(folder)
    except PlaybookError as error:
        return list(error.findings)
    return [finding for playbook, place in read.values() for finding in _check(playbook, place, catalogues)]


def _check(playbook: Playbook, place: Place, catalogues: Catalogues) -> Iterator[str]:
    for way, key in wanted(playbook):
        if lacking := [locale for locale, texts in catalogues.items() if key not in texts]:
            yield f"{place.at(*way)}: {key} is not worded in {', '.join(lacking)}"
    for i, option in enumerate(playbook.options):
        for key, told in _told(option, playbook):
            for locale, texts in catalogues.items():
                if unknown := sorted(needed(texts.get(key, ())) - told):
                    yield f"{place.at('options', i)}: {locale} {key} needs {_braced(unknown)}, which it will not get"


def wanted(playbook: Playbook) -> Iterator[tuple[Way, str]]:
    """The wording keys that a playbook needs, and the way to the place that names each."""
    issue = playbook.issue
    for name in NAMES if playbook.aside else (*NAMES, "explain", "need"):
        yield ("issue",), f"{name}.{issue}"
    for i, fact in enumerate(playbook.facts):
        for value, key in fact.choices.items():
            yield ("facts", i, "choices", value), key
        if fact.kind != "order" and (fact.required or fact.choices):
            yield ("facts", i), f"ask.{fact.name}"
    for i, option in enumerate(playbook.options):
        yield ("options", i), f"option.{option.id}"
        if not option.handover:
            yield ("options", i), f"act.{option.id}"
        else:
            yield ("options", i, "handover"), f"handover.why.{option.handover}"
        if option.promise:
            yield ("options", i, "promise"), f"promise.{option.promise.key}"
            yield ("options", i, "promise"), f"promised.{option.promise.key}"
        for topic, told in option.tells.items():
            yield ("options", i, "tells", topic), f"answer.tells.{topic}.{told}"


def needed(variants: tuple[str, ...]) -> frozenset[str]:
    """The parameters that the variants of a key need."""
    return frozenset(name for text in variants for _, name, _, _ in string.Formatter().parse(text) if name)


def _told(option: Option, playbook: Playbook) -> Iterator[tuple[str, frozenset[str]]]:
    """The keys said of an option, and what they can tell."""
    has_order = playbook.verified or bool(option.statuses or option.conditions)
    order = ALWAYS if has_order and not option.handover else frozenset()
    if "has_amount" in option.conditions:
        order |= {"amount"}
    yield f"option.{option.id}", order
    if not option.port:  # a port may answer with more
        yield f"act.{option.id}", order
    if option.promise:
        yield f"promise.{option.promise.key}", order | {"due"}


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def show(playbook: Playbook, texts: Mapping[str, tuple[str, ...]]) -> str:
    """A playbook in words, as the judging understands it, with the titles of one catalogue."""
    lines = [f"{playbook.issue}: {', '.join(_nature(playbook))}"]
    if playbook.becomes:
        lines.append(f"the same matter may be called {', '.join(playbook.becomes)}")
    lines.append(f"asks {playbook.confirm_after_hours:g} h later whether all is well")
    if playbook.facts:
        lines.append("\nTo find out:")
    for fact in playbook.facts:
        asked = "asked for when missing" if fact.required else "asked only when feelings run high" if (
            fact.choices) else "heard, never asked"  # fmt: skip
        titles = ", ".join(f"{value} “{_first(texts, key)}”" for value, key in fact.choices.items())
        lines.append(f"  {fact.name}: {fact.kind}, {fact.phase}, {asked}{'; ' + titles if titles else ''}")
    if playbook.options:
        lines.append("\nWays out, before the customer's needs reorder them:")
    for number, option in enumerate(playbook.options, 1):
        lines.append(f"  {number}. {option.id} “{_first(texts, f'option.{option.id}')}”")
        lines += [f"     {line}" for line in _option(option)]
    return "\n".join(lines)


def _nature(playbook: Playbook) -> Iterator[str]:
    yield f"a {playbook.kind} moment"
    for holds, words in (
        (playbook.verified, "only for verified customers"),
        (playbook.answers, "a question that is answered from the order"),
        (playbook.knowledge, "answered from the articles first"),
        (playbook.rule, "kept for staff"),
        (playbook.aside, "thanked for in passing"),
        (not playbook.understood, "first makes sure that it was understood"),
    ):
        if holds:
            yield words


def _option(option: Option) -> Iterator[str]:
    limits = [*option.statuses, *option.conditions, *(f"{n}={'|'.join(v)}" for n, v in option.when.items())]
    if option.within_days:
        limits.append(f"within {option.within_days} days of delivery")
    if option.after_days:
        limits.append(f"later than {option.after_days} days after delivery")
    yield f"for {', '.join(limits) if limits else 'everybody'}; meets {', '.join(option.meets) or 'no special need'}"
    does = f"calls {option.port}.{option.action}" if option.port else "a person takes it on"
    if option.handover:
        does = f"hands over ({option.handover})"
    if option.irreversible:
        does += ", needs a plain yes" + (f", undone by {option.undo}" if option.undo else "")
    yield does
    if option.promise:
        told = option.promise.due_hours + option.promise.buffer_hours
        yield f"promises {option.promise.key}: due in {option.promise.due_hours:g} h, the customer hears {told:g} h"


def _first(texts: Mapping[str, tuple[str, ...]], key: str) -> str:
    return texts[key][0] if texts.get(key) else f"{key} is not worded"
