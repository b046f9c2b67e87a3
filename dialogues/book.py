"""Reads playbooks and numbers from YAML. What is wrong with them is refused with file and line, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from dialogues.checked_yaml import Place, Refused, build, line_of, read_mapping
from dialogues.handover import REASONS
from dialogues.numbers import Numbers
from dialogues.phrases.naming import title_pattern
from dialogues.playbook import (
    CONDITIONS,
    FACT_KINDS,
    KINDS,
    NEEDS,
    PHASES,
    PORTS,
    STATUSES,
    TOPICS,
    Book,
    Fact,
    Option,
    Playbook,
    Promised,
    compiled,
)
from dialogues.wording import wording

HERE = Path(__file__).parent
PLAYBOOKS = HERE / "playbooks"
SHOP = HERE / "shop.yml"
GENERAL, NAMING = "_general", "_naming"


class PlaybookError(Refused):
    """Playbooks or numbers that cannot be used; each line names file and line and what is wrong there."""


def load_numbers(path: Path = SHOP) -> Numbers:
    """The shop's numbers; what the file leaves out keeps its default. Raises PlaybookError."""
    try:
        return build(Numbers, *read_mapping(path)) if path.exists() else Numbers()
    except Refused as error:
        raise PlaybookError(*error.findings) from error


@cache
def load_book(folder: Path = PLAYBOOKS) -> Book:
    """All playbooks of a folder, one file per issue; read once in a process. Raises PlaybookError: all that is wrong.

    ``_general.yml`` stands in for the issues it lists that have no playbook of their own yet.
    """
    return Book({issue: playbook for issue, (playbook, _) in read_book(folder).items()})


def read_book(folder: Path = PLAYBOOKS) -> dict[str, tuple[Playbook, Place]]:
    """All playbooks of a folder with the places where they are written. Raises PlaybookError."""
    read: dict[str, tuple[Playbook, Place]] = {}
    findings = list[str]()
    paths = [*sorted(folder.glob("[!_]*.yml")), *filter(Path.exists, (folder / f"{GENERAL}.yml",))]
    for path in paths:
        try:
            data, place = read_mapping(path)
            for each in _entries(data, path, read):
                playbook = _playbook(each, place)
                read[playbook.issue] = playbook, place
        except Refused as error:
            findings += error.findings
    try:
        naming = _naming(folder / f"{NAMING}.yml")
    except Refused as error:
        findings += error.findings
    for playbook, place in read.values():
        findings += _becomes(playbook, place, {*read, *(path.stem for path in paths)})
    if findings:
        raise PlaybookError(*findings)
    return {issue: (_named(playbook, naming), place) for issue, (playbook, place) in read.items()}


def _naming(path: Path) -> dict[str, tuple[str, ...]]:
    """How customers name options in their own words, by the option's id. Raises Refused."""
    if not path.exists():
        return {}
    data, place = read_mapping(path)
    findings = [
        finding for option, patterns in data.items()
        for finding in _patterns(patterns, place.at(option), f"{option!r}")
    ]  # fmt: skip
    if findings:
        raise Refused(*findings)
    return {option: tuple(patterns) for option, patterns in data.items()}


def _patterns(patterns: Any, place: Place, where: str) -> Iterator[str]:
    """What is wrong with a list of patterns."""
    if not isinstance(patterns, list | tuple) or not all(isinstance(each, str) for each in patterns):
        yield f"{place}: {where}: expected a list of patterns"
        return
    for i, pattern in enumerate(patterns):
        try:
            compiled(pattern)
        except re.error as error:
            yield f"{place.at(i)}: {where}: {pattern!r} is no pattern: {error}"


def _named(playbook: Playbook, naming: Mapping[str, tuple[str, ...]]) -> Playbook:
    options = tuple(
        replace(option, said=option.said or naming.get(option.id, ()), titles=_titles(option.id))
        for option in playbook.options
    )
    return replace(playbook, options=options)


@cache
def _titles(option: str) -> tuple[str, ...]:
    """Patterns for an option's titles in all languages."""
    shown = (title for texts in wording().catalogues.values() for title in texts.get(f"option.{option}", ()))
    return tuple(dict.fromkeys(map(title_pattern, shown)))


def _entries(data: dict[str, Any], path: Path, read: Collection[str]) -> list[dict[str, Any]]:
    """The playbooks that a file holds: one, or in ``_general.yml`` one for each issue that is named there."""
    if path.stem != GENERAL:
        return [data]
    own = data.pop("issues", None) or {}
    return [{**data, "issue": issue, **(more or {})} for issue, more in own.items() if issue not in read]


def _playbook(data: Mapping[str, Any], place: Place) -> Playbook:
    """A playbook with its facts and options. Raises Refused with everything that is wrong in it."""
    findings = list[str]()

    def built(kind: type[Any], item: Any, where: Place) -> Any:
        try:
            return build(kind, item, where)
        except Refused as error:
            findings.extend(error.findings)
            return None

    facts = [built(Fact, item, place.at("facts", i)) for i, item in enumerate(_list(data, "facts", place))]
    options = [built(Option, item, place.at("options", i)) for i, item in enumerate(_list(data, "options", place))]
    playbook = built(Playbook, {k: v for k, v in data.items() if k not in ("facts", "options")}, place)
    for i, item in enumerate(_list(data, "options", place)):  # pydantic lets unknown keys in a nested value pass
        if isinstance(item, Mapping) and isinstance(promise := item.get("promise"), Mapping):
            built(Promised, promise, place.at("options", i, "promise"))
    if findings or playbook is None:
        raise Refused(*sorted(dict.fromkeys(findings), key=line_of))
    whole: Playbook = replace(playbook, facts=tuple(facts), options=tuple(options))
    if wrong := list(_wrong(whole, place)):
        raise Refused(*wrong)
    return whole


def _list(data: Mapping[str, Any], name: str, place: Place) -> list[Any]:
    found = data.get(name) or []
    if not isinstance(found, list):
        raise Refused(f"{place.at(name)}: {name}: expected a list")
    return found


def _wrong(playbook: Playbook, place: Place) -> Iterator[str]:
    """What is wrong in a playbook whose keys and types are right."""
    if place.path.stem not in (GENERAL, playbook.issue):
        yield (f"{place.at('issue')}: issue is {playbook.issue!r}, expected {place.path.stem!r} as the file is named")
    yield from _unknown((playbook.kind,), KINDS, f"{place.at('kind')}: kind")
    yield from _same([fact.name for fact in playbook.facts], place, "facts")
    yield from _same([option.id for option in playbook.options], place, "options")
    for i, fact in enumerate(playbook.facts):
        yield from _wrong_fact(fact, place.at("facts", i))
    for i, option in enumerate(playbook.options):
        yield from _wrong_option(option, playbook, place.at("options", i))


def _becomes(playbook: Playbook, place: Place, issues: Collection[str]) -> Iterator[str]:
    if dangling := [issue for issue in playbook.becomes if issue not in issues]:
        yield f"{place.at('becomes')}: becomes names unknown {', '.join(dangling)}"


def _unknown(names: Collection[str], allowed: Collection[str], where: str) -> Iterator[str]:
    if unknown := sorted(set(names) - set(allowed)):
        yield f"{where} {', '.join(unknown)} is unknown; there are {', '.join(allowed)}"


def _same(names: list[str], place: Place, what: str) -> Iterator[str]:
    for i, name in enumerate(names):
        if name in names[:i]:
            yield f"{place.at(what, i)}: {name!r} is here a second time"


def _wrong_fact(fact: Fact, place: Place) -> Iterator[str]:
    where = f"fact {fact.name!r}"
    yield from _unknown((fact.kind,), FACT_KINDS, f"{place.at('kind')}: {where}: kind")
    yield from _unknown((fact.phase,), PHASES, f"{place.at('phase')}: {where}: phase")
    if fact.kind == "choice" and fact.required and not fact.choices:
        yield f"{place}: {where} is asked for and offers no choices"
    if fact.kind != "choice" and fact.choices:
        yield f"{place.at('choices')}: {where}: only a fact of kind choice has choices"
    yield from _unknown(fact.meant, STATUSES, f"{place.at('meant')}: {where}: status")
    if fact.meant and fact.kind != "order":
        yield f"{place.at('meant')}: {where} is no order, so that no status tells which is meant"
    if fact.hears and fact.kind == "order":
        yield f"{place.at('hears')}: {where} is an order; the customer's words are searched for it anyway"
    if fact.choices and (unknown := sorted(set(fact.hears) - set(fact.choices))):
        yield f"{place.at('hears', unknown[0])}: {where} hears {', '.join(unknown)}, which is none of its choices"
    for value, patterns in fact.hears.items():
        yield from _patterns(patterns, place.at("hears", value), where)


def _wrong_option(option: Option, playbook: Playbook, place: Place) -> Iterator[str]:
    where = f"option {option.id!r}"
    for names, allowed, key, what in (
        (option.conditions, CONDITIONS, "conditions", "condition"),
        (option.statuses, STATUSES, "statuses", "status"),
        (option.meets, NEEDS, "meets", "need"),
        ((option.port,) if option.port else (), PORTS, "port", "port"),
        ((option.kind,) if option.kind else (), KINDS, "kind", "kind"),
        (tuple(option.tells), TOPICS, "tells", "topic"),
        ((option.handover,) if option.handover else (), REASONS, "handover", "handover reason"),
        (option.requires or (), [fact.name for fact in playbook.facts], "requires", "requires"),
    ):
        yield from _unknown(names, allowed, f"{place.at(key)}: {where}: {what}")
    if bool(option.port) != bool(option.action):
        yield f"{place}: {where} needs both port and action, or neither"
    if not (option.port or option.promise or option.handover):
        yield f"{place}: {where} does nothing: give it a port, a promise or a handover"
    yield from _patterns(option.said, place.at("said"), where)
    if option.undo and not option.port:
        yield f"{place.at('undo')}: {where}: only what a port did can be undone"
    if option.instant and option.promise:
        yield f"{place.at('promise')}: {where} is done at once, so there is nothing left to promise"
    for name, values in option.when.items():
        fact = playbook.fact(name)
        if fact is None:
            yield f"{place.at('when', name)}: {where} depends on {name!r}, which is no fact of this playbook"
        elif unknown := sorted(set(values) - set(fact.choices) - set(fact.hears)):
            yield f"{place.at('when', name)}: {where}: {name!r} is never {', '.join(unknown)}"
