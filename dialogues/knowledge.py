"""The shop's articles, and full-text search over them that works for Chinese and keeps silent when it does not know.

An article is ``knowledge/<locale>/<id>.md``: front matter (title, tags, questions, optionally ``about``), then short
paragraphs, each of which can be quoted by itself. Each language is written and indexed for itself. Search is BM25 over
pairs of neighbouring Chinese characters and over words of Latin letters; the score is the share of the question that
the article speaks to, so that one bar fits short and long questions.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dialogues.language import LOCALES

HERE = Path(__file__).parent / "knowledge"
LINK = "/help/{locale}/{article_id}"
TEXT_LIMIT = 500
# The share of a question that an article must speak to. Calibrated with tests/dialogues/knowledge_questions.yml.
BAR = {"zh-CN": 0.34, "zh-TW": 0.34, "en": 0.34}
WEIGHTS = {"title": 3.0, "tags": 3.0, "questions": 2.0, "body": 1.0}
K1, B = 1.2, 0.4

# Words that carry no matter. They part what stands around them, in articles and in questions alike.
_FILLER_ZH = re.compile(
    "请问|請問|你好|您好|麻烦|麻煩|谢谢|謝謝|一下|有没有|有沒有|是不是|能不能|可不可以|可以|怎么样|怎麼樣|怎么办|怎麼辦|怎么|怎麼|"
    "如何|为什么|為什麼|为啥|什么|什麼|多少|哪里|哪裡|哪裏|知道|想问|想問|告诉|告訴|帮我|幫我|我们|我們|你们|你們|"
    "[的了吗嗎嘛呢呀啊吧哦喔啦哈唷是我你您他她它这這那个個就都也很还還能会會要想有把被给給和跟与與在到]"
)
_SAME_ZH = (
    (re.compile("什么时候|什麼時候|啥时候|啥時候|何时|何時|几时|幾時|几天|幾天|几日|幾日|多长时间|多長時間"), "多久"),
)
_FILLER_EN = frozenset(re.findall(r"\w+", """
    a an the is are was were be been am do does did have has had i you he she it we they me my your our their its his
    her this that these those there here to of for on in at by with from as and or if so but not no can could would
    will shall should may might must how what when where which who whom whose why please thanks thank hello hi hey just any
    some all get got go im ive id ill dont doesnt cant s t m ve re ll d up out about into then than too very much many
    also want need like know tell let us them one ok okay still after before
"""))  # fmt: skip
_RUN = re.compile(r"[㐀-䶿一-鿿]+|[a-z0-9]+")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_CLAUSE = re.compile(r"[，,。.!！?？;；\n…~～]+")
_FRONT = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)


class ArticleError(ValueError):
    """An article that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Article:
    """One article. ``about``: when given, it is only found for questions that name one of these things."""

    id: str
    locale: str
    title: str
    tags: tuple[str, ...]
    questions: tuple[str, ...]
    paragraphs: tuple[str, ...]
    about: tuple[str, ...] = ()

    @property
    def link(self) -> str:
        """Where the article can be read in full."""
        return LINK.format(locale=self.locale, article_id=self.id)


@dataclass(frozen=True)
class Hit:
    """An article that answers. ``quote`` is its paragraph nearest to the question; ``score`` is 0-1."""

    article_id: str
    title: str
    quote: str
    score: float
    link: str


def words(text: str) -> list[str]:
    """What is searched for in a text: pairs of Chinese characters, stems of English words, numbers."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("'", "")
    for pattern, word in _SAME_ZH:
        text = pattern.sub(word, text)
    text = _FILLER_ZH.sub(" ", text)
    found: list[str] = []
    for run in _RUN.findall(text):
        if not _HAN.match(run):
            if run not in _FILLER_EN:
                found.append(_stem(run))
        elif len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def _stem(word: str) -> str:
    """A light stem: what two forms of an English word share."""
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word


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
    if unknown := sorted(set(head) - {"title", "tags", "questions", "about"}):
        raise ArticleError(f"{path}: unknown key {', '.join(unknown)} (known: title, tags, questions, about)")
    paragraphs = tuple(" ".join(p.split()) for p in parts["body"].split("\n\n") if p.strip())
    if not (head.get("title") and head.get("questions") and paragraphs):
        raise ArticleError(f"{path}: an article needs a title, questions and a body")
    told = {name: tuple(str(each) for each in head.get(name) or ()) for name in ("tags", "questions", "about")}
    return Article(id=path.stem, locale=locale, title=str(head["title"]), paragraphs=paragraphs, **told)


class Index:
    """The articles of one language, ready to be searched."""

    def __init__(self, articles: tuple[Article, ...]) -> None:
        self.articles = articles
        self._counts = [_weighted(article) for article in articles]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(len(articles), 1)
        held = Counter(word for counts in self._counts for word in counts)
        self._rarity = {word: math.log(1 + (len(articles) - n + 0.5) / (n + 0.5)) for word, n in held.items()}
        self._unheard = math.log(1 + (len(articles) + 0.5) / 0.5)

    def search(self, text: str, limit: int, bar: float, about: str = "") -> list[Hit]:
        """The articles that answer, best first; none when nothing reaches the bar."""
        asked = unicodedata.normalize("NFKC", f"{text[:TEXT_LIMIT]} {about}").lower()
        questions = self._questions(text[:TEXT_LIMIT])
        scored = [
            (max((self._score(question, i) for question in questions), default=0.0), i)
            for i, article in enumerate(self.articles)
            if not article.about or any(word.lower() in asked for word in article.about)
        ]
        best = sorted(
            (each for each in scored if each[0] >= bar), key=lambda each: (-each[0], self.articles[each[1]].id)
        )
        return [self._hit(i, score, questions) for score, i in best[:limit]]

    def _questions(self, text: str) -> list[list[str]]:
        """The message as a whole and each of its clauses: one of them may hold the question."""
        parts = [words(part) for part in (text, *_CLAUSE.split(text))]
        return [list(dict.fromkeys(part)) for part in parts if part]

    def _score(self, question: list[str], i: int) -> float:
        """The share of the question's weight that the article holds, 0-1."""
        counts, total, got = self._counts[i], 0.0, 0.0
        stretch = K1 * (1 - B + B * self._lengths[i] / self._mean)
        for word in question:
            rarity = self._rarity.get(word, self._unheard)
            total += rarity
            if n := counts.get(word):
                got += rarity * n * (K1 + 1) / (n + stretch) / (K1 + 1)
        return got / total if total else 0.0

    def _hit(self, i: int, score: float, questions: list[list[str]]) -> Hit:
        article = self.articles[i]
        wanted = {word for question in questions for word in question}
        quote = max(article.paragraphs, key=lambda text: self._nearness(text, wanted))
        return Hit(article.id, article.title, quote, round(score, 3), article.link)

    def _nearness(self, paragraph: str, wanted: set[str]) -> float:
        return sum(self._rarity.get(word, 0.0) for word in wanted & set(words(paragraph)))


def _weighted(article: Article) -> dict[str, float]:
    fields = {"title": article.title, "tags": "\n".join(article.tags), "questions": "\n".join(article.questions),
              "body": "\n".join(article.paragraphs)}  # fmt: skip
    counts: dict[str, float] = {}
    for name, text in fields.items():
        for word in words(text):
            counts[word] = counts.get(word, 0.0) + WEIGHTS[name]
    return counts


@lru_cache(maxsize=1)
def _indexes() -> Mapping[str, Index]:
    return {locale: Index(articles) for locale, articles in load_articles().items()}


def search(locale: str, text: str, limit: int = 3, about: str = "") -> list[Hit]:
    """The shop's articles that answer a customer's question, best first; empty when nothing good enough is there.

    ``about`` is a thing the question is known to be about, for example the item of the order at hand.
    """
    return _indexes()[locale].search(text, limit, BAR[locale], about)


def article(locale: str, article_id: str) -> Article | None:
    """The article with that id."""
    return next((each for each in _indexes()[locale].articles if each.id == article_id), None)
