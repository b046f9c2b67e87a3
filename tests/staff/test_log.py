"""The conversation log: found, read, commented, taken out; and who looked is known."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from sqlalchemy import select

from actions.log import filters
from models.audit import AuditEntry
from models.customers import Customer
from models.log import LogExport, LogExportSubject
from tests.models.rows import NOON
from tests.staff.desk import Browser, Desk
from tests.staff.said import Turn, talk

PHONE = "13912345678"


async def _shop(desk: Desk) -> dict[str, str]:
    """Three conversations; their ids by name."""
    database = desk.house.database
    return {
        "refund": await talk(database, [
            Turn("我要退货", "return_exchange", "angry", 2), Turn(f"我的电话{PHONE}", "provide_info", unsure=True)],
            name="王芳", account="c1001", handover={"agent": "小林", "agent_id": "lin"}),
        "strap": await talk(database, [Turn("背包的背帶斷了", "item_problem", "disappointed", 1, outcome="settled")],
                            name="陳先生", locale="zh-TW", at=NOON + timedelta(days=1), channel="telegram"),
        "lamp": await talk(database, [Turn("Does the lamp dim?", "product_question", answer="=1+1")], name="Emma",
                           locale="en", at=NOON + timedelta(days=2)),
    }  # fmt: skip


async def _found(browser: Browser, ids: dict[str, str], **asked: Any) -> set[str]:
    answer = await browser.call("GET", "/log/api/search", params=asked)
    assert answer.status_code == 200, answer.text
    told, names = answer.json(), {id: name for name, id in ids.items()}
    assert told["count"] == len(told["rows"])
    return {names[row["id"]] for row in told["rows"]}


ASKED: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({}, {"refund", "strap", "lamp"}),
    ({"q": "退货"}, {"refund"}),
    ({"q": "退貨"}, {"refund"}),
    ({"q": "背带"}, {"strap"}),
    ({"q": "背帶"}, {"strap"}),
    ({"q": "LAM"}, {"lamp"}),
    ({"q": "“the lamp”"}, {"lamp"}),
    ({"q": "“lamp the”"}, set()),
    ({"q": "lamp dim"}, {"lamp"}),
    ({"q": "退货 电话"}, {"refund"}),
    ({"q": "退货 lamp"}, set()),
    ({"channel": "telegram"}, {"strap"}),
    ({"language": "en"}, {"lamp"}),
    ({"issue": "item_problem"}, {"strap"}),
    ({"issue": "provide_info"}, {"refund"}),
    ({"emotion": "angry"}, {"refund"}),
    ({"emotion": "angry", "intensity": 3}, set()),
    ({"intensity": 1}, {"refund", "strap"}),
    ({"issue": "provide_info", "emotion": "angry"}, set()),
    ({"unsure": "true"}, {"refund"}),
    ({"reason": "asked"}, {"refund"}),
    ({"agent": "lin"}, {"refund"}),
    ({"agent": "nobody"}, set()),
    ({"outcome": "settled"}, {"strap"}),
    ({"kind": "second"}, {"refund", "strap", "lamp"}),
    ({"kind": "zero"}, set()),
    ({"owner": "human"}, set()),
    ({"customer": "emm"}, {"lamp"}),
    ({"customer": "c1001"}, {"refund"}),
    ({"customer": "100"}, set()),
    ({"since": "2026-11-24"}, {"strap", "lamp"}),
    ({"until": "2026-11-23"}, {"refund"}),
    ({"since": "2026-11-24", "until": "2026-11-24"}, {"strap"}),
    ({"commented": "true"}, set()),
    ({"stage": "offer"}, set()),
    ({"expectation": "met", "q": "lamp"}, {"lamp"}),
)


@pytest.mark.fast
async def test_conversations_are_found_by_words_and_by_every_field(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    ids = await _shop(desk)
    analyst = await desk.signed_in("analyst")
    for asked, wanted in ASKED:
        assert await _found(analyst, ids, **asked) == wanted, asked
    monkeypatch.setattr(filters, "FEW", 0)  # as where many have it
    for asked, wanted in (
        ({"emotion": "angry"}, {"refund"}),
        ({"reason": "asked"}, {"refund"}),
        ({"customer": "c1001"}, {"refund"}),
    ):
        assert await _found(analyst, ids, **asked) == wanted, asked


async def test_both_databases_find_the_same_in_the_same_order(desk_on_both: Desk):
    ids = await _shop(desk_on_both)
    analyst = await desk_on_both.signed_in("analyst")
    for asked, wanted in (
        ({"q": "退貨"}, {"refund"}),
        ({"q": "lamp", "language": "en"}, {"lamp"}),
        ({"unsure": "true"}, {"refund"}),
        ({"customer": "陳", "since": "2026-11-24"}, {"strap"}),
        ({"intensity": 1}, {"refund", "strap"}),
    ):
        assert await _found(analyst, ids, **asked) == wanted, asked
    rows = (await analyst.call("GET", "/log/api/search")).json()["rows"]
    assert [row["id"] for row in rows] == [ids["lamp"], ids["strap"], ids["refund"]]
    assert rows[2]["hits"][0]["text"] == "我要退货" and rows[2]["agents"] == ["小林"] and rows[2]["issues"]


@pytest.mark.fast
async def test_pages_follow_one_another_without_gap_or_repetition(desk: Desk):
    for number in range(65):
        await talk(desk.house.database, [Turn(f"message {number}")], at=NOON + timedelta(seconds=number // 2))
    analyst = await desk.signed_in("analyst")
    seen: list[str] = []
    after = ""
    while True:
        told = (await analyst.call("GET", "/log/api/search", params={"q": "message", "after": after})).json()
        seen += [row["id"] for row in told["rows"]]
        if not (after := told["after"]):
            break
    assert len(seen) == len(set(seen)) == 65
    wrong = await analyst.call("GET", "/log/api/search", params={"after": "bm9uc2Vuc2U="})
    assert wrong.status_code == 200 and wrong.json()["count"] == 65


@pytest.mark.fast
async def test_a_conversation_is_read_with_what_was_heard_and_why(desk: Desk):
    ids = await _shop(desk)
    agent = await desk.signed_in("agent")
    told = (await agent.call("GET", f"/log/api/conversations/{ids['refund']}")).json()
    assert [message["text"] for message in told["messages"]][:3] == ["我要退货", "…", f"我的电话{PHONE}"]
    first, second = told["moments"]
    assert (first["seq"], first["heard"]["intent"], first["reasons"]) == (1, "return_exchange", ["because"])
    assert second["heard"]["unsure"] and second["seq"] == 3 and first["emotion_after"] == "neutral"
    assert told["handovers"][0]["agent"] == "小林"
    assert (await agent.call("GET", "/log/api/conversations/none")).status_code == 404
    assert (await agent.call("GET", "/log/api/search")).status_code == 403, "an agent reads, and does not search"


@pytest.mark.fast
async def test_a_long_conversation_is_read_a_page_at_a_time(desk: Desk):
    id = await talk(desk.house.database, [Turn(f"line {n}") for n in range(150)])
    analyst = await desk.signed_in("analyst")
    first = (await analyst.call("GET", f"/log/api/conversations/{id}")).json()
    rest = (await analyst.call("GET", f"/log/api/conversations/{id}", params={"after": first["more"]})).json()
    assert len(first["messages"]) == 200 and len(rest["messages"]) == 100 and rest["more"] is None
    assert len(first["moments"]) == 100 and len(rest["moments"]) == 50


@pytest.mark.fast
async def test_searches_are_kept_and_shared(desk: Desk):
    analyst, chief = await desk.signed_in("analyst"), await desk.signed_in("supervisor")
    body = {"name": " Angry refunds ", "query": {"q": "退货", "emotion": "angry", "channel": ""}, "shared": True}
    told = (await analyst.call("POST", "/log/api/searches", json=body)).json()["searches"]
    assert (told[0]["name"], told[0]["query"]) == ("Angry refunds", {"q": "退货", "emotion": "angry"})
    await analyst.call("POST", "/log/api/searches", json={**body, "name": "mine", "shared": False})
    seen = (await chief.call("GET", "/log/api/searches")).json()["searches"]
    assert [each["name"] for each in seen] == ["Angry refunds"] and not seen[0]["mine"]
    refused = await chief.call("DELETE", f"/log/api/searches/{told[0]['id']}")
    assert (refused.status_code, refused.json()["error"]) == (422, "no_such_search")
    await analyst.call("POST", "/log/api/searches", json={**body, "name": "mine", "query": {"q": "x"}})
    kept = (await analyst.call("GET", "/log/api/searches")).json()["searches"]
    assert {each["name"]: each["query"]["q"] for each in kept} == {"Angry refunds": "退货", "mine": "x"}
    await analyst.call("DELETE", f"/log/api/searches/{told[0]['id']}")
    assert (await chief.call("GET", "/log/api/searches")).json()["searches"][0]["name"] == "mine"


@pytest.mark.fast
async def test_colleagues_comment_on_messages_and_find_what_was_commented(desk: Desk):
    ids = await _shop(desk)
    agent, analyst = await desk.signed_in("agent"), await desk.signed_in("analyst")
    where = f"/log/api/conversations/{ids['strap']}/comments"
    told = (await agent.call("POST", where, json={"text": " Well done <b> ", "seq": 2})).json()["comments"]
    assert (told[0]["text"], told[0]["seq"], told[0]["by"]) == ("Well done <b>", 2, "Agent")
    assert (await agent.call("POST", where, json={"text": "x", "seq": 99})).status_code == 404
    assert (await agent.call("POST", where, json={"text": "  "})).json()["error"] == "empty_comment"
    assert await _found(analyst, ids, commented="true") == {"strap"}
    assert (await analyst.call("DELETE", f"/log/api/comments/{told[0]['id']}")).json()["error"] == "no_such_comment"
    assert (await agent.call("DELETE", f"/log/api/comments/{told[0]['id']}")).json()["comments"] == []


async def _rows(browser: Browser, form: str, **more: Any) -> list[dict[str, Any]]:
    answer = await browser.call("POST", "/log/api/export", json={"form": form, **more})
    assert answer.status_code == 200 and f".{form}" in answer.headers["content-disposition"]
    if form == "csv":
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    elif form == "jsonl":
        rows = [json.loads(line) for line in answer.text.splitlines()]
    else:
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            import tempfile

            with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
                file.write(answer.content)
                file.flush()
                found = connection.execute("SELECT * FROM read_parquet(?)", [file.name])
                names = [column[0] for column in found.description or ()]
                rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert int(answer.headers["x-rows"]) == len(rows)
    return rows


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
async def test_rows_go_out_without_personal_data_unless_the_role_may(desk_on_both: Desk, form: str):
    ids = await _shop(desk_on_both)
    analyst, admin = await desk_on_both.signed_in("analyst"), await desk_on_both.signed_in("administrator")
    query = {"customer": "王芳"}
    for personal in (False, True):  # an analyst may not, also when asking for it
        rows = await _rows(analyst, form, query=query, personal=personal)
        assert len(rows) == 4 and PHONE not in str(rows) and "王芳" not in str(rows)
        assert rows[2]["text"] == "我的电话[phone]" and rows[0]["text"] == "我要退货"
    plain = await _rows(admin, form, query=query, personal=True)
    assert plain[2]["text"].endswith(PHONE) and plain[0]["name"] == "王芳"
    assert plain[0]["conversation"] == ids["refund"] and plain[0]["intent"] == "return_exchange"
    assert str(plain[0]["intensity"]) == "2" and plain[0]["handovers"] == "asked"
    assert str(plain[0]["at"])[:19].replace("T", " ") == "2026-11-23 04:00:00"
    async with desk_on_both.house.database.read() as session:
        exports = (await session.execute(select(LogExport).order_by(LogExport.created_at))).scalars().all()
        names = (await session.execute(select(Customer.name).join(
            LogExportSubject, LogExportSubject.customer_id == Customer.id))).scalars().all()  # fmt: skip
    assert sorted(row.redacted for row in exports) == [False, True, True] and all(row.rows == 4 for row in exports)
    assert names == ["王芳"] * 3 and len({row.digest for row in exports}) == 2
    assert "王芳" not in str([row.filters for row in exports])


@pytest.mark.fast
async def test_what_a_spreadsheet_would_run_is_only_text(desk: Desk):
    await _shop(desk)
    analyst = await desk.signed_in("analyst")
    rows = await _rows(analyst, "csv", query={"q": "lamp"})
    assert [row["text"] for row in rows] == ["Does the lamp dim?", "'=1+1"]
    assert [row["text"] for row in await _rows(analyst, "jsonl", query={"q": "lamp"})][1] == "=1+1"
    assert (await analyst.call("POST", "/log/api/export", json={"form": "xls"})).status_code == 422


@pytest.mark.fast
async def test_who_looked_at_what_is_in_the_audit_log_without_what_was_typed_of_persons(desk: Desk):
    ids = await _shop(desk)
    analyst = await desk.signed_in("analyst")
    await analyst.call("GET", "/log/api/search", params={"q": f"电话 {PHONE}", "customer": "王芳"})
    await analyst.call("GET", f"/log/api/conversations/{ids['refund']}")
    await _rows(analyst, "csv")
    async with desk.house.database.read() as session:
        lines = (await session.execute(select(AuditEntry).where(AuditEntry.what.startswith("log.")))).scalars().all()
    told = {line.what: line for line in lines}
    assert set(told) == {"log.searched", "log.read", "log.exported"} and {line.who_name for line in lines} == {
        "Analyst"
    }
    assert told["log.read"].after == {"conversation": ids["refund"]} and told["log.searched"].after["found"] == 1
    assert told["log.exported"].after["rows"] == 8 and told["log.exported"].after["redacted"] is True
    assert PHONE not in str([line.after for line in lines]) and "王芳" not in str([line.after for line in lines])


@pytest.mark.fast
async def test_a_link_to_a_conversation_serves_colleagues_and_nobody_else(desk: Desk):
    ids = await _shop(desk)
    agent = await desk.signed_in("agent")
    page = await agent.get(f"/log/{ids['lamp']}")
    assert page.status_code == 200 and "kairos-log-reading" in page.text and "content-security-policy" in page.headers
    stranger = await desk.browser().get(f"/log/{ids['lamp']}")
    assert (stranger.status_code, stranger.headers["location"]) == (303, f"/staff/sign-in?next=/log/{ids['lamp']}")
