"""Full-text search over the shop's articles that works for Chinese and keeps silent when it does not know.

Each language is indexed for itself. Search is BM25 over pairs of neighbouring Chinese characters (single ones count a
little) and over words of Latin letters. The score is the share of the question that an article speaks to, raised where
the question holds a whole tag, so that one bar fits short and long questions.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from dialogues.articles import Article, load_articles
from dialogues.phrases.script import HAN, is_chinese

TEXT_LIMIT = 500
# The score an article must reach, with the issue known and without. Measured: knowledge/measured.yml.
BAR_IN_ISSUE = 0.29
BAR_ALONE = 0.40
WEIGHTS = {"title": 3.0, "tags": 3.0, "questions": 2.0, "headings": 2.0, "body": 1.0}
K1, B = 1.2, 0.4
SINGLE = 0.3  # the weight of a single Chinese character beside a pair
UNHEARD = 0.6  # the weight of a word that no article holds
TAGGED = 0.2  # how far one whole tag in the question raises the score towards 1
CLAUSE_WORDS = 2  # a clause of fewer words is no question of its own

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
    will shall should may might must how what when where which who whom whose why please thanks thank hello hi hey
    just any some all get got go im ive id ill dont doesnt cant s t m ve re ll d up out about into then than too very
    much many also want need like know tell let us them one ok okay still after before going come came keep keeps kept
    being pick choose
"""))  # fmt: skip
_RUN = re.compile(r"[㐀-䶿一-鿿]+|[a-z0-9]+")
_CLAUSE = re.compile(r"[，,。.!！?？;；\n…~～]+")


@dataclass(frozen=True)
class Hit:
    """An article that answers. ``quote`` is its paragraph nearest to the question; ``score`` is 0-1."""

    article_id: str
    title: str
    quote: str
    score: float
    link: str

    @property
    def key(self) -> str:
        """Names the paragraph, shortly."""
        return f"{self.article_id}:{zlib.crc32(self.quote.encode()):08x}"


def words(text: str) -> list[str]:
    """What is searched for in a text: Chinese characters by pairs and singly, stems of English words, numbers."""
    text = _folded(text).replace("'", "")
    for pattern, word in _SAME_ZH:
        text = pattern.sub(word, text)
    found: list[str] = []
    for run in _RUN.findall(_FILLER_ZH.sub(" ", text)):
        if HAN.match(run):
            found += [*(run[i : i + 2] for i in range(len(run) - 1)), *run]
        elif run not in _FILLER_EN:
            found.append(_stem(run))
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'")


def _weight(word: str) -> float:
    return SINGLE if len(word) == 1 and HAN.match(word) else 1.0


def _stem(word: str) -> str:
    """A light stem: what two forms of an English word share."""
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word


class Index:
    """The articles of one language, ready to be searched."""

    def __init__(self, articles: tuple[Article, ...]) -> None:
        self.articles = articles
        self._counts = [_weighted(article) for article in articles]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(len(articles), 1)
        held = Counter(word for counts in self._counts for word in counts)
        self._rarity = {word: math.log(1 + (len(articles) - n + 0.5) / (n + 0.5)) for word, n in held.items()}
        self._unheard = UNHEARD * math.log(1 + (len(articles) + 0.5) / 0.5)
        names = {name for each in articles for name in _names(each)}
        self._names = [_tag(name) for name in sorted(names, key=lambda name: (-len(name), name))]
        self._tags = [
            [(_tag(tag), tag) for tag in dict.fromkeys(map(_folded, each.tags)) if tag not in _names(each)]
            for each in articles
        ]
        self._sharing = Counter(tag for tags in self._tags for _, tag in tags)

    def search(
        self, text: str, limit: int, bar: float, about: str = "", issue: str = "", *, surely: bool = False
    ) -> list[Hit]:
        """The articles that answer, best first; none when nothing reaches the bar.

        ``surely``: not by one word alone, which any question may share, but for a whole tag.
        """
        asked, named = _folded(text[:TEXT_LIMIT]), _folded(f"{text[:TEXT_LIMIT]} {about}")
        questions = self._questions(asked)
        scored = [
            (self._score(questions, asked, i), each.id, i) for i, each in enumerate(self.articles)
            if (not issue or issue in each.issues)
            and (not each.about or any(_folded(thing) in named for thing in each.about))
        ]  # fmt: skip
        best = sorted(
            (each for each in scored if each[0] >= bar and (not surely or self._speaks_to(questions, asked, each[2]))),
            key=lambda each: (-each[0], each[1]),
        )
        return [self._hit(i, score, questions) for score, _, i in best[:limit]]

    def _questions(self, text: str) -> list[list[str]]:
        """The message as a whole, and each of its clauses that is long enough to be a question of its own.

        The names of products are left out: that one is named says nothing of what is asked about it.
        """
        bare = text
        for name in self._names:
            bare = name.sub(" ", bare)
        text = bare if words(bare) else text
        whole, *clauses = (list(dict.fromkeys(words(part))) for part in (text, *_CLAUSE.split(text)))
        long_enough = [part for part in clauses if sum(_weight(word) == 1.0 for word in part) >= CLAUSE_WORDS]
        return [part for part in (whole, *long_enough) if part]

    def _score(self, questions: list[list[str]], asked: str, i: int) -> float:
        share = max((self._share(question, i) for question in questions), default=0.0)
        tagged = sum(1 / self._sharing[tag] for pattern, tag in self._tags[i] if pattern.search(asked))
        return share + TAGGED * min(tagged, 2.0) * (1 - share)

    def _speaks_to(self, questions: list[list[str]], asked: str, i: int) -> bool:
        """True when the article holds two words of a question, or one of its tags stands in it."""
        held = max((sum(_weight(w) == 1.0 and w in self._counts[i] for w in each) for each in questions), default=0)
        return held >= CLAUSE_WORDS or any(pattern.search(asked) for pattern, _ in self._tags[i])

    def _share(self, question: list[str], i: int) -> float:
        """The share of the question's weight that the article holds, 0-1."""
        counts, total, got = self._counts[i], 0.0, 0.0
        stretch = K1 * (1 - B + B * self._lengths[i] / self._mean)
        for word in question:
            weight = _weight(word) * self._rarity.get(word, self._unheard)
            total += weight
            if n := counts.get(word):
                got += weight * n / (n + stretch)
        return got / total if total else 0.0

    def _hit(self, i: int, score: float, questions: list[list[str]]) -> Hit:
        article = self.articles[i]
        wanted = {word for question in questions for word in question}
        sections = zip(article.headings, article.paragraphs, strict=True)
        elsewhere = wanted - set(words(article.title))  # what the title says is what all of it is about
        _, quote = max(sections, key=lambda section: self._nearness(section, elsewhere or wanted))
        return Hit(article.id, article.title, quote, round(score, 3), article.link)

    def _nearness(self, section: tuple[str, str], wanted: set[str]) -> float:
        """How much of the question a paragraph speaks to; what its heading says counts more."""
        held = [wanted & set(words(text)) for text in section]
        weights = (WEIGHTS["headings"], WEIGHTS["body"])
        return sum(
            weight * _weight(word) * self._rarity.get(word, 0.0)
            for weight, found in zip(weights, held, strict=True) for word in found
        )  # fmt: skip


def _names(article: Article) -> tuple[str, ...]:
    """What the thing is called that an article is about."""
    things, title = [_folded(thing) for thing in article.about], _folded(article.title)
    full = [tag for tag in map(_folded, article.tags) if tag in title and any(thing in tag for thing in things)]
    return tuple(dict.fromkeys((*things, *full)))


def _tag(tag: str) -> re.Pattern[str]:
    """Finds a whole tag: Chinese anywhere, English as words, also in the plural."""
    return re.compile(re.escape(tag) if is_chinese(tag) else rf"(?<![a-z0-9]){re.escape(tag)}(s|es)?(?![a-z0-9])")


def _weighted(article: Article) -> dict[str, float]:
    fields = {"title": article.title, "tags": "\n".join(article.tags), "questions": "\n".join(article.questions),
              "headings": "\n".join(article.headings), "body": "\n".join(article.paragraphs)}  # fmt: skip
    counts: dict[str, float] = {}
    for name, text in fields.items():
        for word in words(text):
            counts[word] = counts.get(word, 0.0) + WEIGHTS[name]
    return counts


@lru_cache(maxsize=1)
def _indexes() -> Mapping[str, Index]:
    return {locale: Index(articles) for locale, articles in load_articles().items()}


def search(
    locale: str, text: str, limit: int = 3, *, about: str = "", issue: str = "", surely: bool = False
) -> list[Hit]:
    """The shop's articles that answer a customer's question, best first; empty when nothing good enough is there.

    ``about`` is a thing the question is known to be about, for example the item of the order at hand. ``issue`` keeps
    to the articles of that service issue; the bar is then lower, unless it has to be found ``surely``.
    """
    bar = BAR_IN_ISSUE if issue and not surely else BAR_ALONE
    return _indexes()[locale].search(text, limit, bar, about, issue, surely=surely)


def article(locale: str, article_id: str) -> Article | None:
    """The article with that id."""
    return next((each for each in _indexes()[locale].articles if each.id == article_id), None)
