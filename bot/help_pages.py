"""The shop's articles as plain pages, for the links in answers."""

from __future__ import annotations

from html import escape

from dialogues import knowledge
from dialogues.language import LOCALES

_PAGE = """<!doctype html><html lang="{locale}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>:root{{color-scheme:light dark}}body{{font:1.05rem/1.7 system-ui,sans-serif;max-width:38rem;margin:3rem auto;
padding:0 1.2rem}}h1{{line-height:1.3}}</style></head><body><h1>{title}</h1>{body}</body></html>"""


def page(locale: str, article_id: str) -> str | None:
    """The article as HTML, or None when there is none."""
    article = knowledge.article(locale, article_id) if locale in LOCALES else None
    if article is None:
        return None
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    return _PAGE.format(locale=locale, title=escape(article.title), body=body)
