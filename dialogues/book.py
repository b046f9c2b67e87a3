"""Reads playbooks and numbers from YAML. Unknown keys and dangling references are refused with file and reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from dialogues.numbers import Numbers
from dialogues.playbook import (
    CONDITIONS,
    KINDS,
    NEEDS,
    PHASES,
    PORTS,
    STATUSES,
    Book,
    Fact,
    Option,
    Playbook,
    Promised,
)

HERE = Path(__file__).parent
PLAYBOOKS = HERE / "playbooks"
SHOP = HERE / "shop.yml"
GENERAL = "_general"

T = TypeVar("T")


class PlaybookError(ValueError):
    """A playbook that cannot be used; the message names the file and what is wrong."""


def load_numbers(path: Path = SHOP) -> Numbers:
    """The shop's numbers; what the file leaves out keeps its default. Raises PlaybookError."""
    data = _read(path) if path.exists() else {}
    return _value(Numbers, data, path)


def load_book(folder: Path = PLAYBOOKS) -> Book:
    """All playbooks of a folder, one file per issue. Raises PlaybookError.

    ``_general.yml`` stands in for the issues it lists that have no playbook of their own yet.
    """
    playbooks: dict[str, Playbook] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        playbook = _playbook(_read(path), path)
        if playbook.issue != path.stem:
            raise PlaybookError(f"{path}: issue is {playbook.issue!r}, expected {path.stem!r} as the file is named")
        playbooks[playbook.issue] = playbook
    general = folder / f"{GENERAL}.yml"
    if general.exists():
        data = dict(_read(general))
        for issue, own in (data.pop("issues", None) or {}).items():
            if issue not in playbooks:
                playbooks[issue] = _playbook({**data, "issue": issue, **(own or {})}, general)
    _check_references(playbooks, folder)
    return Book(playbooks)


def _playbook(data: Mapping[str, Any], path: Path) -> Playbook:
    values = dict(data)
    values["facts"] = tuple(_value(Fact, item, path) for item in values.get("facts") or ())
    values["options"] = tuple(_option(item, path) for item in values.get("options") or ())
    playbook = _value(Playbook, values, path)
    _known((playbook.kind,), KINDS, f"{path}: kind")
    for fact in playbook.facts:
        _known((fact.phase,), PHASES, f"{path}: fact {fact.name!r}: phase")
        _check_hears(fact, path)
    for option in playbook.options:
        _check_option(option, playbook, path)
    return playbook


def _known(names: Collection[str], allowed: Collection[str], where: str) -> None:
    if unknown := sorted(set(names) - set(allowed)):
        raise PlaybookError(f"{where} {', '.join(unknown)} is unknown; there are {', '.join(allowed)}")


def _check_hears(fact: Fact, path: Path) -> None:
    if fact.hears and fact.kind == "order":
        raise PlaybookError(f"{path}: fact {fact.name!r} is an order; the customer's words are searched for it anyway")
    if fact.choices and (unknown := sorted(set(fact.hears) - set(fact.choices))):
        raise PlaybookError(f"{path}: fact {fact.name!r} hears {', '.join(unknown)}, which is none of its choices")
    for pattern in (pattern for patterns in fact.hears.values() for pattern in patterns):
        try:
            re.compile(pattern)
        except re.error as error:
            raise PlaybookError(f"{path}: fact {fact.name!r}: {pattern!r} is no pattern: {error}") from error


def _check_option(option: Option, playbook: Playbook, path: Path) -> None:
    where = f"{path}: option {option.id!r}:"
    _known(option.conditions, CONDITIONS, f"{where} condition")
    _known(option.statuses, STATUSES, f"{where} status")
    _known(option.meets, NEEDS, f"{where} need")
    _known((option.port,) if option.port else (), PORTS, f"{where} port")
    _known((option.kind,) if option.kind else (), KINDS, f"{where} kind")
    _known(option.requires or (), [fact.name for fact in playbook.facts], f"{where} requires")
    if option.undo and not option.port:
        raise PlaybookError(f"{where} only what a port did can be undone")
    for name, values in option.when.items():
        fact = playbook.fact(name)
        if fact is None:
            raise PlaybookError(f"{path}: option {option.id!r} depends on {name!r}, which is no fact of this playbook")
        if unknown := sorted(set(values) - set(fact.choices) - set(fact.hears)):
            raise PlaybookError(f"{path}: option {option.id!r}: {name!r} is never {', '.join(unknown)}")


def _option(item: Mapping[str, Any], path: Path) -> Option:
    values = dict(item)
    if values.get("promise"):
        values["promise"] = _value(Promised, values["promise"], path)
    option = _value(Option, values, path)
    if bool(option.port) != bool(option.action):
        raise PlaybookError(f"{path}: option {option.id!r} needs both port and action, or neither")
    if not (option.port or option.promise or option.handover):
        raise PlaybookError(f"{path}: option {option.id!r} does nothing: give it a port, a promise or a handover")
    return option


def _value(kind: type[T], data: Mapping[str, Any], path: Path) -> T:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(data) - known):
        raise PlaybookError(f"{path}: unknown key {', '.join(unknown)} (known: {', '.join(sorted(known))})")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise PlaybookError(f"{path}: {error}") from error


def _check_references(playbooks: Mapping[str, Playbook], folder: Path) -> None:
    for playbook in playbooks.values():
        if dangling := [issue for issue in playbook.becomes if issue not in playbooks]:
            raise PlaybookError(f"{folder / playbook.issue}.yml: becomes names unknown {', '.join(dangling)}")


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise PlaybookError(f"{path}: not readable as YAML: {error}") from error
    if not isinstance(data, dict):
        raise PlaybookError(f"{path}: expected keys and values")
    return data
