"""Words and parts of words are found in Chinese and in English, on both databases, and by the index where it is one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, delete, insert, select, text, update

from models import schema, search
from models.messages import Message
from models.search import SearchText
from models.session import Database
from tests.models.rows import NOON, add_conversation

SAID = {
    "chinese": "我要退货，钱什么时候退回来？",
    "taiwan": "背包的背帶斷了，我想要退貨",
    "english": "The strap of my Backpack broke",
    "number": "order KA-20261118-0042",
    "wide": "ＡＢＣ１２３",
    "percent": "100% sure_thing",
}
FINDS: Sequence[tuple[str, set[str]]] = [
    ("退货", {"chinese", "taiwan"}),
    ("退貨", {"chinese", "taiwan"}),
    ("退", {"chinese", "taiwan"}),
    ("背带", {"taiwan"}),
    ("背包", {"taiwan"}),
    ("包背", set()),
    ("backpack", {"english"}),
    ("ackpa", {"english"}),
    ("packs", set()),
    ("BROKE", {"english"}),
    ("0042", {"number"}),
    ("KA-2026", {"number"}),
    ("abc123", {"wide"}),
    ("100%", {"percent"}),
    ("0%s", set()),
    ("sure_t", {"percent"}),
    ("sureXt", set()),
    ("我", {"chinese", "taiwan"}),
    ("什么时候", {"chinese"}),
    ("my", {"english"}),
    ("", set()),
]


async def _say(database: Database, **said: str) -> dict[str, str]:
    """Messages of one conversation through the models' own door; their ids by name."""
    conversation = await add_conversation(database)
    ids = {name: uuid4().hex for name in said}
    async with database.write() as session:
        session.add_all(
            Message(id=ids[name], conversation_id=conversation.id, seq=place, author="customer", text=words,
                    created_at=NOON)
            for place, (name, words) in enumerate(said.items(), 1)
        )  # fmt: skip
    return ids


def _holding(word: str, database: Database) -> ColumnElement[bool]:
    return search.has_word(word, fts=database.is_sqlite and len(search.fold(word)) >= search.TRIGRAM)


async def _found(database: Database, word: str) -> set[str]:
    query = select(SearchText.message_id).where(_holding(word, database))
    async with database.read() as session:
        return set((await session.execute(query)).scalars())


async def test_words_and_parts_of_words_are_found(database: Database):
    ids = await _say(database, **SAID)
    for word, wanted in FINDS:
        assert await _found(database, word) == {ids[name] for name in wanted}, word


async def test_letters_never_match_inside_the_code_of_a_chinese_character(database: Database):
    every = "".join(chr(point) for point in range(0x4E00, 0x4E00 + 2000))
    await _say(database, han=every)
    for word in ("bag", "ab", "12", "345"):
        assert await _found(database, word) == set(), word


async def test_a_changed_message_is_found_by_what_it_says_now_and_a_deleted_one_no_more(database: Database):
    ids = await _say(database, first="退货", other="换货")
    async with database.write() as session:
        (await session.get_one(Message, ids["first"])).text = "不退了"
    assert await _found(database, "退货") == set() and await _found(database, "不退") == {ids["first"]}
    async with database.write() as session:
        await session.execute(delete(SearchText).where(SearchText.message_id == ids["other"]))
    assert await _found(database, "换货") == set()


async def test_what_came_in_past_the_models_is_indexed_afterwards(database: Database):
    conversation = await add_conversation(database)
    rows = [{"id": uuid4().hex, "conversation_id": conversation.id, "seq": n, "author": "customer", "text": f"退货 {n}",
             "created_at": NOON, "name": "", "choices": [], "wording": [], "attachments": [], "trace_id": ""}
            for n in range(1, 1201)]  # fmt: skip
    async with database.write() as session:
        await session.execute(insert(Message), rows)
        await session.execute(update(Message).where(Message.seq == 7).values(text=""))
    assert await search.index_missing(database) == 1199 and await search.index_missing(database) == 0
    assert len(await _found(database, "退货")) == 1199


@pytest.mark.fast
def test_a_word_is_shown_as_it_was_written():
    assert search.occurrences("我要退貨，退货！", "退货") == {"退貨", "退货"}
    assert search.occurrences("ＡＢＣ abc Abcd", "abc") == {"ＡＢＣ", "abc", "Abc"}
    assert search.occurrences("😀 lamp", "LAMP") == {"lamp"} and search.occurrences("lamp", "") == set()


@pytest.mark.fast
async def test_sqlite_asks_its_index_also_for_a_single_character(sqlite_url: str):
    database = Database(sqlite_url)
    for word in ("退", "退货", "backpack"):
        plan = await _plan(database, "EXPLAIN QUERY PLAN ", word)
        assert "VIRTUAL TABLE INDEX" in plan and "SCAN message_search" not in plan, plan
    await database.close()


@pytest.fixture(scope="module")
def server_with_trigrams() -> Iterator[str]:
    """A PostgreSQL that has pg_trgm, in locale C: the one installed on this machine, for this test alone."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not tools or not list(Path("/usr/share/postgresql").glob("*/extension/pg_trgm.control")):
        pytest.skip("no PostgreSQL with pg_trgm is installed")
    if shutil.which("runuser") is None:
        pytest.skip("a server cannot be started as another user")
    folder = Path(tempfile.mkdtemp(prefix="kairos-trigrams-"))
    folder.chmod(0o777)

    def run(*command: str) -> None:
        subprocess.run(["runuser", "-u", "postgres", "--", *command], check=True, capture_output=True, timeout=60)

    run(str(tools[-1] / "initdb"), "-D", f"{folder}/data", "--locale=C", "-E", "UTF8", "-A", "trust", "-U", "postgres")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(str(tools[-1] / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    yield f"postgresql://postgres@/postgres?host={folder}"
    run(str(tools[-1] / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


async def test_postgresql_asks_pg_trgm_where_it_is_also_in_locale_c(server_with_trigrams: str):
    database = Database(server_with_trigrams)
    await schema.upgrade(database)
    ids = await _say(database, **SAID)
    for word, wanted in FINDS:
        assert await _found(database, word) == {ids[name] for name in wanted}, word
    async with database.write() as session:
        await session.execute(text("ANALYZE message_search"))
    for word in ("退", "退货", "backpack"):
        assert search.PG_INDEX in await _plan(database, "SET enable_seqscan = off; EXPLAIN ", word), word
    await database.close()


async def _plan(database: Database, explain: str, word: str) -> str:
    query = select(SearchText.id).where(_holding(word, database))
    sql = str(query.compile(database.engine.sync_engine, compile_kwargs={"literal_binds": True}))
    async with database.read() as session:
        *before, last = explain.split(";")
        for statement in before:
            await session.execute(text(statement))
        return "\n".join(str(row) for row in (await session.execute(text((last + sql).replace(":", "\\:")))).all())
