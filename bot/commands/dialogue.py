"""Playbooks and wording on the command line."""

from __future__ import annotations

from pathlib import Path

import typer

from dialogues import flow
from dialogues.book import PLAYBOOKS, PlaybookError, load_book, load_numbers
from dialogues.checked_yaml import Refused
from dialogues.language import LOCALES
from dialogues.playbook_check import check, show
from dialogues.wording import Wording
from dialogues.wording_lint import lint

DOCS = Path(__file__).resolve().parents[2] / "docs"


def check_folder(folder: Path | None) -> int:
    """Prints what is wrong with the playbooks, and with the numbers of the shop. 0 when nothing is."""
    folder = folder or PLAYBOOKS
    try:
        findings = check(Wording.load().catalogues, folder)
    except Refused as error:
        findings = list(error.findings)
    for finding in findings:
        typer.echo(_near(finding))
    if not findings:
        typer.echo(f"{len(load_book(folder).playbooks)} playbooks, nothing wrong")
    return 1 if findings else 0


def show_issue(issue: str, locale: str) -> str:
    """Prints a playbook. What cannot be shown is said instead."""
    if locale not in LOCALES:
        return f"there is no {locale}; one of {', '.join(LOCALES)}"
    try:
        book = load_book()
    except PlaybookError as error:
        return f"the playbooks cannot be used:\n{error}"
    if issue not in book.playbooks:
        return f"there is no playbook {issue}; there are {', '.join(sorted(book.playbooks))}"
    typer.echo(show(book.of(issue), Wording.load().catalogues[locale]))
    return ""


def lint_catalogues() -> int:
    """Prints what may not be said so. 0 when nothing is wrong."""
    try:
        catalogues = Wording.load().catalogues
    except Refused as error:
        typer.echo(str(error))
        return 1
    findings = lint(catalogues)
    for finding in findings:
        typer.echo(finding)
    if not findings:
        texts = sum(len(variants) for catalogue in catalogues.values() for variants in catalogue.values())
        typer.echo(f"{texts} texts in {len(catalogues)} languages, nothing wrong")
    return 1 if findings else 0


def show_flow(svg: Path | None, *, write: bool) -> None:
    """Prints the tables that decide, or draws them, or renews the page in the documentation."""
    page, picture = flow.markdown(load_numbers()), flow.svg()
    if svg:
        svg.write_text(picture, encoding="utf-8")
    elif write:
        (DOCS / "flow.md").write_text(page, encoding="utf-8")
        (DOCS / flow.PICTURE).write_text(picture, encoding="utf-8")
    else:
        typer.echo(page)


def _near(finding: str) -> str:
    """The finding with a path from here instead of from the root."""
    return finding.removeprefix(f"{Path.cwd()}/")
