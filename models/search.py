"""Finding words, and parts of words, in what was said: an index of every message, Chinese and English alike.

Both databases find parts of words by runs of three characters (SQLite FTS5 ``trigram``, PostgreSQL ``pg_trgm``), and
most Chinese words have two. So each Chinese character is kept as a code of four: digit, letter, digit, letter. Two of
them are a run of eight, and one alone is long enough. Simplified and Traditional forms of a character have one code.
It also makes the index independent of the database's locale: in locale C ``pg_trgm`` passes over everything that is not
ASCII. A word of letters never lies within codes.

``pg_trgm`` is used where the server has it; without it everything is found all the same, by reading.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from typing import Any, cast

import opencc
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ForeignKey,
    Integer,
    Table,
    TextClause,
    bindparam,
    event,
    false,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from models.base import ID, Base
from models.messages import Message
from models.session import AsyncSession, Database

AT_ONCE = 500
LONGEST = 8000  # characters of one message that can be found
TRIGRAM = 3
RARE = 10_000  # messages
FTS, PG_INDEX = "message_fts", "ix_message_search_trigrams"
_CJK = (
    (0x3040, 0x30FF), (0x3100, 0x312F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)  # fmt: skip


class SearchText(Base):
    """One message as it is searched. ``folded``: see ``fold``."""

    __tablename__ = "message_search"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), unique=True)
    conversation_id: Mapped[str] = mapped_column(ID, index=True)
    folded: Mapped[str]
    said_at: Mapped[datetime]


class _Codes(dict[int, str]):
    """The code of each character that is written without spaces between words; others stay as they are."""

    def __missing__(self, point: int) -> str:
        is_cjk = any(low <= point <= high for low, high in _CJK)
        code = _code(ord((_converter().convert(chr(point)) or chr(point))[0])) if is_cjk else chr(point)
        self[point] = code
        return code


def _code(point: int) -> str:
    rest, last = divmod(point, 26)
    rest, third = divmod(rest, 10)
    first, second = divmod(rest % 260, 26)
    return f"{first}{chr(97 + second)}{third}{chr(97 + last)}"


_codes = _Codes()


@cache
def _converter() -> opencc.OpenCC:
    """Traditional to Simplified; one character at a time, so that what stands around it changes nothing."""
    return opencc.OpenCC("t2s")


def plain(said: str) -> str:
    """Without differences of width and case."""
    return unicodedata.normalize("NFKC", said).casefold()


def fold(said: str) -> str:
    """The text as the index keeps it."""
    return plain(said[:LONGEST]).translate(_codes)


def has_word(word: str, *, fts: bool) -> ColumnElement[bool]:
    """A condition on ``SearchText``: the word, as people write it, occurs. An empty one occurs nowhere.

    ``fts``: all that hold it are looked up in SQLite's index (see ``is_rare``); else each text is read, unless
    PostgreSQL finds its own index the better way.
    """
    folded = fold(word)
    if not folded:
        return false()
    if fts:
        return SearchText.id.in_(select(text("rowid")).select_from(_matching(folded).columns().subquery()))
    return SearchText.folded.contains(folded, autoescape=True)


async def is_rare(session: AsyncSession, word: str, *, sqlite: bool) -> bool:
    """Whether an index knows the word, and from so few messages that it is best to look them all up at once.

    Whoever wants the latest conversations with a word that is said everywhere finds them sooner by reading backwards.
    """
    folded = fold(word)
    if len(folded) < TRIGRAM:
        return False
    if sqlite:
        some = _matching(folded, limit=RARE + 1).columns().subquery()
    else:
        some = select(SearchText.id).where(has_word(word, fts=False)).limit(RARE + 1).subquery()
    return int((await session.execute(select(func.count()).select_from(some))).scalar_one()) <= RARE


def _matching(folded: str, *, limit: int = -1) -> TextClause:
    phrase = '"' + folded.replace('"', '""') + '"'
    matching = text(f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH :phrase LIMIT {limit}")
    return matching.bindparams(bindparam("phrase", phrase, unique=True))


def occurrences(said: str, word: str) -> set[str]:
    """How the word is written where it occurs in a text."""
    wanted = fold(word)
    places: dict[int, int] = {}
    length = 0
    folded = []
    for place, character in enumerate(said[:LONGEST]):
        places[length] = place
        folded.append(fold(character))
        length += len(folded[-1])
    places[length] = len(said)
    joined, found = "".join(folded), set[str]()
    at = joined.find(wanted) if wanted else -1
    while at >= 0:
        if at in places and at + len(wanted) in places:
            found.add(said[places[at] : places[at + len(wanted)]])
        at = joined.find(wanted, at + 1)
    return found - {""}


_ADDED = insert(cast(Table, SearchText.__table__))  # the table, not the class: a session need not know of these rows


@event.listens_for(Message, "after_insert")
def _added(_mapper: Any, connection: Connection, message: Message) -> None:
    if message.text:
        connection.execute(_ADDED, _row(message))


@event.listens_for(Message, "after_update")
def _changed(_mapper: Any, connection: Connection, message: Message) -> None:
    if inspect(message).attrs.text.history.has_changes():
        connection.execute(
            update(SearchText).where(SearchText.message_id == message.id).values(folded=fold(message.text))
        )


def _row(message: Message) -> dict[str, Any]:
    return {"message_id": message.id, "conversation_id": message.conversation_id, "folded": fold(message.text),
            "said_at": message.created_at}  # fmt: skip


async def index_missing(database: Database) -> int:
    """Indexes messages that came in another way than through ``Message`` itself; says how many. One pass over all."""
    known = select(SearchText.message_id).where(SearchText.message_id == Message.id).exists()
    last, done = "", 0
    while True:
        query = select(Message).where(Message.id > last, Message.text != "", ~known).order_by(Message.id).limit(AT_ONCE)
        async with database.write() as session:
            rows = (await session.execute(query)).scalars().all()
            if not rows:
                return done
            await session.execute(insert(SearchText), [_row(row) for row in rows])
        last, done = rows[-1].id, done + len(rows)


def prepare(connection: Connection) -> None:
    """Sets up the index itself, which is no table of the models. Doing it again changes nothing."""
    if connection.dialect.name == "sqlite":
        for statement in _SQLITE:
            connection.execute(text(statement))
        return
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(text(
                f"CREATE INDEX IF NOT EXISTS {PG_INDEX} ON message_search USING gin (folded gin_trgm_ops)"
            ))  # fmt: skip
    except DBAPIError:
        pass  # the server does not have it, or it is not ours to add: found by reading until it has


def take_away(connection: Connection) -> None:
    """Undoes ``prepare``; the extension stays, others may use it."""
    if connection.dialect.name == "sqlite":
        for name in ("ai", "ad", "au"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS message_search_{name}"))
        connection.execute(text(f"DROP TABLE IF EXISTS {FTS}"))
    else:
        connection.execute(text(f"DROP INDEX IF EXISTS {PG_INDEX}"))


def is_ours(name: str | None) -> bool:
    """True for what ``prepare`` made: the models do not describe it."""
    return name is not None and (name in (PG_INDEX, FTS) or name.startswith(f"{FTS}_"))


_REMOVE = f"INSERT INTO {FTS}({FTS}, rowid, folded) VALUES ('delete', old.id, old.folded);"
_ADD = f"INSERT INTO {FTS}(rowid, folded) VALUES (new.id, new.folded);"
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS} USING fts5("
    "folded, content='message_search', content_rowid='id', tokenize='trigram')",
    f"CREATE TRIGGER IF NOT EXISTS message_search_ai AFTER INSERT ON message_search BEGIN {_ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS message_search_ad AFTER DELETE ON message_search BEGIN {_REMOVE} END",
    f"CREATE TRIGGER IF NOT EXISTS message_search_au AFTER UPDATE ON message_search BEGIN {_REMOVE} {_ADD} END",
)
