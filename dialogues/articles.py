"""The shop's articles: ``knowledge/<locale>/<id>.md``, each language written for itself.

Front matter, then paragraphs that can each be quoted alone, each under a heading (``## …``) that says in customers'
words what it answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dialogues.language import LOCALES

HERE = Path(__file__).parent / "knowledge"
LINK = "/help/{locale}/{article_id}"
_LISTS = ("issues", "tags", "questions", "about")
_FRONT = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)


class ArticleError(ValueError):
    """An article that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Article:
    """One article. ``issues`` it belongs to. ``about``: only found for questions that name one of these things."""

    id: str
    locale: str
    title: str
    tags: tuple[str, ...]
    questions: tuple[str, ...]
    headings: tuple[str, ...]
    paragraphs: tuple[str, ...]
    issues: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """Where the article can be read in full."""
        return LINK.format(locale=self.locale, article_id=self.id)


def load_articles(folder: Path = HERE) -> dict[str, tuple[Article, ...]]:
    """All articles by locale, sorted by id. Raises ArticleError."""
    return {locale: tuple(_read(path, locale) for path in sorted((folder / locale).glob("*.md"))) for locale in LOCALES}


def _read(path: Path, locale: str) -> Article:
    parts = _FRONT.match(path.read_text(encoding="utf-8"))
    if parts is None:
        raise ArticleError(f"{path}: expected front matter between two lines of ---")
    try:
        head: Mapping[str, Any] = yaml.safe_load(parts["head"])
    except yaml.YAMLError as error:
        raise ArticleError(f"{path}: front matter is not readable as YAML: {error}") from error
    if unknown := sorted(set(head) - {"title", *_LISTS}):
        raise ArticleError(f"{path}: unknown key {', '.join(unknown)} (known: title, {', '.join(_LISTS)})")
    headings, paragraphs = _body(parts["body"])
    if not (head.get("title") and head.get("questions") and paragraphs):
        raise ArticleError(f"{path}: an article needs a title, questions and a body")
    told = {name: tuple(str(each) for each in head.get(name) or ()) for name in _LISTS}
    return Article(
        id=path.stem, locale=locale, title=str(head["title"]), headings=headings, paragraphs=paragraphs, **told
    )


def _body(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paragraphs of a body, and for each the heading that stands over it ("" where there is none)."""
    headings, paragraphs, heading = list[str](), list[str](), ""
    for block in filter(None, (" ".join(part.split()) for part in text.split("\n\n"))):
        if block.startswith("## "):
            heading = block[3:]
        else:
            headings.append(heading)
            paragraphs.append(block)
            heading = ""
    return tuple(headings), tuple(paragraphs)
