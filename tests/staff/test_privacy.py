"""What is kept, handed over, and erased for good; also when a back-up from before is put back."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from actions.insights import rollup
from actions.privacy import erasing, persons, retention
from models.attachments import Attachment
from models.audit import AuditEntry
from models.backup import copy_sqlite
from models.base import Base
from models.conversations import Conversation
from models.customers import Customer
from models.desk import DeskEntry
from models.insights import InsightCell, InsightShare
from models.learning import ReviewItem, TrainingRow
from models.messages import Message
from models.moments import Moment
from models.privacy import Erasure
from models.promises import Promise
from models.session import Database
from tests.conftest import Server
from tests.photos import photo
from tests.staff.desk import Browser, Desk, open_desk
from tests.staff.said import Turn, talk

PHONE, NAME = "13912345678", "欧阳娜娜"
OLD = timedelta(days=100)


async def _shop(desk: Desk) -> tuple[str, str]:
    """A person who left traces everywhere, and somebody else; their customer ids."""
    house, now = desk.house, desk.house.services.clock()
    turns = [Turn(f"我叫{NAME}，电话{PHONE}", "provide_info", unsure=True), Turn("不对", "deny", "angry", 2)]
    hers = await talk(house.database, turns, name=NAME, account="c1001", at=now - OLD, handover={"agent": "小林"})
    other = await talk(house.database, [Turn("你好", "greet")], name="王芳", account="c1002", at=now - OLD)
    async with house.database.read() as session:
        ids = [(await session.get_one(Conversation, each)).customer_id for each in (hers, other)]
    kept = await house.cabinet.keep(hers, photo(), f"{NAME}.jpg")
    async with house.database.write() as session:
        message = (
            await session.execute(select(Message).where(Message.conversation_id == hers, Message.seq == 1))
        ).scalar_one()
        row = await session.get_one(Attachment, kept.id)
        row.message_id, row.created_at = message.id, now - OLD
        message.attachments = [{"id": row.id, "kind": "image", "name": row.name, "status": "kept"}]
        session.add(
            DeskEntry(id="note", conversation_id=hers, n=1, kind="note", text=f"{NAME} {PHONE}", created_at=now)
        )
    admin = await desk.signed_in("administrator")
    await admin.call("POST", f"/log/api/conversations/{hers}/comments", json={"text": f"call {PHONE}"})
    await admin.call("POST", "/log/api/export", json={"form": "jsonl", "personal": True})
    async with house.database.read() as session:
        turn = (await session.execute(select(Moment.turn_id).where(Moment.touchpoint == "provide_info"))).scalar_one()
    item = (await admin.call("POST", "/learning/api/review/add", json={"turn": turn})).json()
    labels = {"lang": "zh-CN", "intent": "provide_info", "emotion": "neutral", "intensity": 0}
    assert (await admin.call("POST", f"/learning/api/review/{item['id']}/label", json=labels)).status_code == 200
    assert (await admin.call("POST", "/learning/api/sets", json={})).json()["n"] == 1
    return ids[0], ids[1]


async def _erase(desk: Desk, customer: str, **body: str) -> Any:
    admin = desk.browser()
    await admin.sign_in("administrator")
    given = {"confirm": customer[:8], "reason": "asked by letter", **body}
    return await admin.call("POST", f"/settings/api/privacy/persons/{customer}/erase", json=given)


async def _left(database: Database, customer: str) -> dict[str, int]:
    async with database.read() as session:
        return await persons.count(session, customer)


async def _counted(database: Database) -> dict[str, int]:
    """What the measured pages read: how many conversations are part of the counts, and all that was counted."""
    async with database.read() as session:
        shares = (await session.execute(select(func.count(InsightShare.conversation_id.distinct())))).scalar_one()
        return {"shares": shares, "n": int((await session.execute(select(func.sum(InsightCell.n)))).scalar_one())}


@pytest.mark.fast
def test_every_table_is_a_persons_or_declared_to_be_nobodys():
    theirs = {table.name for table, _ in persons.tables_of("x")}
    declared = theirs | persons.NOT_OF_PERSONS | persons.OF_COUNTS
    assert declared == set(Base.metadata.tables), "decide what a new table holds"
    assert theirs & persons.NOT_OF_PERSONS == set()
    assert {"messages", "moments", "training_rows", "review_labels", "message_search", "links"} <= theirs


async def test_a_person_is_erased_everywhere_with_a_proof(desk_on_both: Desk, tmp_path: Path):
    desk = desk_on_both
    customer, other = await _shop(desk)
    before = await _left(desk.house.database, other)
    await rollup.catch_up(desk.house.services)
    both = await _counted(desk.house.database)
    answer = await _erase(desk, customer)
    assert answer.status_code == 200, answer.text
    proof = answer.json()["proof"]
    assert await _left(desk.house.database, customer) == {} and await _left(desk.house.database, other) == before
    removed = {
        "messages": 4, "moments": 2, "message_search": 4, "attachments": 1, "training_rows": 1, "review_labels": 1,
        "desk_entries": 1, "log_comments": 1, "log_export_subjects": 1, "handovers": 1, "identities": 1,
        "conversations": 1, "customers": 1,
    }  # fmt: skip
    assert {name: proof["removed"].get(name) for name in removed} == removed
    assert (proof["remaining"], proof["files"], proof["files_gone"], proof["applied"]) == (0, 1, True, 1)
    assert proof["exports"][0]["by"] == "Administrator" and proof["exports"][0]["redacted"] is False
    assert answer.json()["chain_holds"] is True and answer.json()["proofs"][0]["id"] == proof["id"]
    one = await _counted(desk.house.database)
    assert both["shares"] == 2 and one["shares"] == 1 and 0 < one["n"] < both["n"], "the counts were taken back"
    kept = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert [path.parent.name for path in kept] == ["erasures"], "the files are gone, the list of erasures stays"
    assert NAME not in kept[0].read_text() and PHONE not in kept[0].read_text()
    async with desk.house.database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = str((await session.execute(select(table))).all())
            assert PHONE not in rows and NAME not in rows, table.name
        told = (await session.execute(select(AuditEntry).where(AuditEntry.what == "privacy.erased"))).scalar_one()
    assert told.after["erasure"] == proof["id"]


@pytest.mark.fast
async def test_not_a_byte_of_it_stays_in_the_file(desk: Desk, tmp_path: Path):
    customer, _ = await _shop(desk)
    assert (await _erase(desk, customer)).status_code == 200
    async with desk.house.database.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    copy_sqlite(desk.house.database.url, tmp_path / "copy.db")
    data = (tmp_path / "copy.db").read_bytes()
    assert PHONE.encode() not in data and NAME.encode() not in data and "王芳".encode() in data


@pytest.mark.fast
async def test_erasing_is_confirmed_and_has_a_reason(desk: Desk):
    customer, _ = await _shop(desk)
    for body, error in (({"confirm": "yes"}, "not_confirmed"), ({"reason": " "}, "no_reason")):
        answer = await _erase(desk, customer, **body)
        assert (answer.status_code, answer.json()["error"]) == (422, error)
    assert (await _erase(desk, "none")).json()["error"] == "no_such_person_here"
    assert await _left(desk.house.database, customer)
    assert (await _erase(desk, customer)).status_code == 200
    assert (await _erase(desk, customer)).json()["error"] == "no_such_person_here"


@asynccontextmanager
async def _started(url: str, folder: Path) -> AsyncIterator[Desk]:
    async with open_desk(url, folder) as desk:
        yield desk


async def _back_up(url: str, folder: Path, request: pytest.FixtureRequest, name: str) -> str:
    """A copy of the database as it is now; its URL."""
    if "sqlite" in url:
        copy_sqlite(url, folder / f"{name}.db")
        return f"sqlite:///{folder / f'{name}.db'}"
    server: Server = request.getfixturevalue("postgresql")
    source = url.partition("?")[0].rpartition("/")[2]
    await asyncio.to_thread(server.command, f"CREATE DATABASE {source}_{name} TEMPLATE {source}")
    request.addfinalizer(lambda: server.command(f"DROP DATABASE IF EXISTS {source}_{name} WITH (FORCE)"))
    return server.url_of(f"{source}_{name}")


async def test_an_erasure_survives_the_restore_of_a_backup_from_before(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
):
    async with _started(database_url, tmp_path / "data") as desk:
        customer, other = await _shop(desk)
    backup = await _back_up(database_url, tmp_path, request, "before")
    async with _started(database_url, tmp_path / "data") as desk:
        assert (await _erase(desk, customer)).status_code == 200
    restored = Database(backup)
    assert await _left(restored, customer), "the back-up has them still"
    await restored.close()
    async with _started(backup, tmp_path / "data") as desk:
        assert await _left(desk.house.database, customer) == {}, "gone before anybody is answered"
        assert await _left(desk.house.database, other)
        async with desk.house.database.read() as session:
            proof = (await session.execute(select(Erasure))).scalar_one()
            assert proof.customer_id == customer and proof.remaining == 0 and proof.removed["messages"] == 4
            assert proof.by_name == "Administrator" and erasing.chain_holds([proof])
    async with _started(backup, tmp_path / "data") as desk:
        assert await desk.house.eraser.again() == 0, "once is enough"


@pytest.mark.fast
async def test_an_erasure_that_was_interrupted_is_finished_by_the_next_start(sqlite_url: str, tmp_path: Path):
    async with _started(sqlite_url, tmp_path) as desk:
        customer, _ = await _shop(desk)
        async with desk.house.database.read() as session:
            files = tuple(await persons.files_of(session, customer))
        order = erasing.Order("interrupted", customer, "", "kairos", "test", files)
        storage = desk.house.eraser._storage
        await storage.put("erasures/interrupted.json", order.to_bytes(), "application/json")
    async with _started(sqlite_url, tmp_path) as desk:
        assert await _left(desk.house.database, customer) == {}
    assert [path.parent.name for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == ["erasures"]


@pytest.mark.fast
async def test_a_proof_that_was_changed_or_taken_out_is_seen(desk: Desk):
    customer, other = await _shop(desk)
    await _erase(desk, customer)
    await _erase(desk, other)
    async with desk.house.database.read() as session:
        rows = await erasing.proofs(session)
    assert erasing.chain_holds(rows) and len(rows) == 2
    assert not erasing.chain_holds(rows[:1]), "the first was taken out"
    rows[1].reason = "another"
    assert not erasing.chain_holds(rows)


async def test_a_person_gets_everything_that_is_known_of_them(desk_on_both: Desk):
    customer, _ = await _shop(desk_on_both)
    admin = desk_on_both.browser()
    await admin.sign_in("administrator")
    found = (await admin.call("GET", "/settings/api/privacy/persons", params={"q": "娜娜"})).json()["persons"]
    assert [(each["id"], each["accounts"], each["conversations"]) for each in found] == [(customer, ["shop: c1001"], 1)]
    by_account = (await admin.call("GET", "/settings/api/privacy/persons", params={"q": "c1001"})).json()["persons"]
    assert by_account == found
    answer = await admin.call("POST", f"/settings/api/privacy/persons/{customer}/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("person.json"))
        files = [name for name in archive.namelist() if name.startswith("files/")]
        assert archive.read(files[0])
    assert told["messages"][0]["text"].endswith(PHONE) and told["customers"][0]["name"] == NAME
    assert "token_hash" not in str(told) and "王芳" not in str(told) and len(files) == 1
    assert {"moments", "training_rows", "identities", "review_items"} <= set(told)


async def _keep(browser: Browser, **days: int | None) -> Any:
    return await browser.call("PUT", "/settings/api/privacy/days", json={"days": days})


async def test_what_was_kept_long_enough_goes_by_kind(desk_on_both: Desk, tmp_path: Path):
    desk = desk_on_both
    customer, _ = await _shop(desk)
    now = desk.house.services.clock()
    await talk(desk.house.database, [Turn("新的", "refund")], name="新人", at=now - timedelta(days=5))
    held = await talk(desk.house.database, [Turn("有承诺", "refund")], at=now - OLD)
    async with desk.house.database.write() as session:
        session.add(
            Promise(id="p", conversation_id=held, turn_id="t", issue="refund", key="k", owner="duty", due_at=now,
                    told_due_at=now, created_at=now)
        )  # fmt: skip
    admin = desk.browser()
    await admin.sign_in("administrator")
    keeper = retention.Keeper(desk.house.services, desk.house.cabinet)
    assert await keeper.let_go() == {}, "nothing goes until somebody sets it"
    assert (await _keep(admin, words=30, files=30)).status_code == 200
    assert await keeper.let_go() == {"files": 1, "words": 2}
    async with desk.house.database.read() as session:
        said = (await session.execute(select(Message.text).where(Message.text != ""))).scalars().all()
        moment = (await session.execute(select(Moment).where(Moment.touchpoint == "deny"))).scalar_one()
        found = (await session.execute(text("SELECT count(*) FROM message_search"))).scalar_one()
        file = (await session.execute(select(Attachment))).scalar_one()
        names = (await session.execute(select(Message.attachments).where(Message.seq == 1))).scalars().all()
        note = await session.get_one(DeskEntry, "note")
        assert PHONE not in str((await session.execute(select(Moment))).scalars().all()[0].heard)
    assert {"新的", "有承诺"} <= set(said) and PHONE not in str(said) and found == 4
    assert (moment.emotion, moment.intensity, moment.heard["text"]) == ("angry", 2, ""), "the figures stay"
    assert file.status == "expired" and NAME not in str(names) and note.text == ""
    assert not [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert await keeper.let_go() == {}
    assert (await _keep(admin, conversations=60, reviews=60, exports=1)).status_code == 200
    assert await keeper.let_go() == {"conversations": 2}
    assert await _left(desk.house.database, customer) == {}
    async with desk.house.database.read() as session:
        assert (await session.execute(select(func.count()).select_from(Conversation))).scalar_one() == 2
        assert (await session.execute(select(Customer.name))).scalars().all().count("新人") == 1
        logged = (
            (await session.execute(select(AuditEntry).where(AuditEntry.what == "privacy.retention"))).scalars().all()
        )
        assert (await session.execute(select(func.count()).select_from(TrainingRow))).scalar_one() == 0
        assert (await session.execute(select(func.count()).select_from(ReviewItem))).scalar_one() == 0
    assert [line.after["let_go"] for line in logged] == [{"files": 1, "words": 2}, {"conversations": 2}]


@pytest.mark.fast
@pytest.mark.parametrize(
    ("days", "error"),
    [
        ({"words": 0}, "bad_days"),
        ({"words": 4000}, "bad_days"),
        ({"everything": 3}, "bad_days"),
        ({"words": 30, "conversations": 20}, "words_outlive"),
    ],
)
async def test_days_that_make_no_sense_are_refused(desk: Desk, days: dict[str, int], error: str):
    admin = await desk.signed_in("administrator")
    answer = await _keep(admin, **days)
    assert (answer.status_code, answer.json()["error"]) == (422, error)
    assert (await admin.call("POST", "/settings/api/privacy/let-go")).json()["let_go"] == {}
