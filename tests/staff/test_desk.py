"""The desk over HTTP: what each may do, what is refused, what the pages are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response

from actions import conversations, handovers
from actions.conversations import Inbound
from actions.services import new_id
from actions.turns import keep_state, state_of
from dialogues.state import Owner
from tests.models.rows import add_conversation
from tests.staff.desk import Browser, Desk

pytestmark = pytest.mark.fast
BRIEF = {"issue": "refund", "next_step": "hear_out", "needs": ["speed"]}


class Agents:
    """Two agents and a supervisor at one desk, and customers who wait."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.by: dict[str, Browser] = {}

    async def page(self, who: str) -> Browser:
        """That person's page; they sign in when they are needed first."""
        if who not in self.by:
            self.by[who] = await self.desk.signed_in("supervisor" if who == "chen" else "agent", who)
        return self.by[who]

    async def waiting(self, text: str = "<b>SIX DAYS</b>", *, locale: str = "en", token: str | None = None) -> str:
        """A conversation that waits for a person."""
        house = self.desk.house
        row = await add_conversation(house.database, locale=locale, token=token, now=house.services.clock())
        async with house.database.write() as session:
            await conversations.record_message(
                session, Inbound(row.id, new_id(), text, house.services.clock()), new_id()
            )
            conversation = await conversations.lock_conversation(session, row.id)
            handovers.open_handover(session, handover_id=new_id(), conversation_id=row.id, turn_id=row.id,
                                    data={"reason": "asked", "why": "asked", "brief": BRIEF},
                                    now=house.services.clock())  # fmt: skip
            keep_state(conversation, replace(state_of(conversation), owner=Owner.QUEUE, issue="refund"))
        return row.id

    async def do(self, who: str, path: str, **body: Any) -> Response:
        """What that person's page asks for."""
        return await (await self.page(who)).call("POST", f"/desk/api/{path}", json=body)

    async def say_now(self, who: str, conversation: str, text: str) -> None:
        """That person writes, and does not wait for the time to undo."""
        send = (await self.say(who, conversation, text)).json()
        assert (await self.do(who, f"sends/{send['id']}/now")).json()["status"] == "sent"

    async def read(self, who: str, path: str) -> Any:
        """What that person's page reads."""
        return (await (await self.page(who)).call("GET", f"/desk/api/{path}")).json()

    async def say(self, who: str, conversation: str, text: str, **more: Any) -> Response:
        """That person writes."""
        return await self.do(who, f"conversations/{conversation}/send", id=new_id(), text=text, **more)


@pytest.fixture
async def agents(desk: Desk) -> AsyncIterator[Agents]:
    desk.app.state.desk.undo_s = 60.0
    yield Agents(desk)


async def test_one_takes_over_says_hello_and_the_customer_gets_it_after_the_time_to_undo(agents: Agents):
    agents.desk.app.state.desk.undo_s = 1.0
    conversation = await agents.waiting()
    assert (await agents.do("li", f"conversations/{conversation}/take")).status_code == 200
    answer = await agents.do("wu", f"conversations/{conversation}/take")
    assert (answer.status_code, answer.json()["error"]) == (409, "held") and "Agent" in answer.json()["text"]
    assert (await agents.say("li", conversation, "Hello, this is Li.")).json()["status"] == "pending"
    async with asyncio.timeout(20):
        while (page := await agents.read("li", f"conversations/{conversation}"))["sends"]:
            assert [m["author"] for m in page["messages"]] == ["customer"]
            await asyncio.sleep(0.1)
    assert [m["text"] for m in page["messages"]][1:] == ["Hello, this is Li."]


async def test_an_undone_reply_is_never_said(agents: Agents):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    send = (await agents.say("li", conversation, "wrong chat")).json()
    assert (await agents.do("wu", f"sends/{send['id']}/undo")).status_code == 409, "nobody undoes another's"
    assert (await agents.do("li", f"sends/{send['id']}/undo")).json()["status"] == "undone"
    assert (await agents.do("li", f"sends/{send['id']}/now")).json()["status"] == "done"
    assert len((await agents.read("li", f"conversations/{conversation}"))["messages"]) == 1


async def test_the_queue_tells_why_and_what_the_customer_wrote(agents: Agents):
    conversation = await agents.waiting()
    [row] = (await agents.read("li", "queue"))["rows"]
    assert (row["id"], row["status"], row["reason"]) == (conversation, "waiting", "asked")
    assert row["words"]["text"] == "<b>SIX DAYS</b>" and row["urgency"]["reasons"][0]["code"] == "queue"


async def test_a_whisper_and_a_hand_are_for_supervisors_and_a_taken_chat_can_be_reassigned(agents: Agents):
    conversation = await agents.waiting()
    for path in ("whisper", "assign"):
        assert (await agents.do("li", f"conversations/{conversation}/{path}", text="psst")).status_code == 403
    await agents.do("li", f"conversations/{conversation}/take")
    await agents.say("li", conversation, "I am about to say")
    assert (await agents.do("chen", f"conversations/{conversation}/whisper", text="be brief")).status_code == 200
    assert (await agents.do("chen", f"conversations/{conversation}/assign", to=None)).status_code == 200
    page = await agents.read("chen", f"conversations/{conversation}")
    assert [e["kind"] for e in page["entries"]] == ["taken", "whisper", "assigned"]
    assert [(s["status"], s["error"]) for s in page["sends"]] == [("failed", "reassigned")]
    assert page["owner"] == "queue"


async def test_closing_asks_for_a_yes_or_a_reason(agents: Agents):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    refused = await agents.do("li", f"conversations/{conversation}/close")
    assert refused.json()["error"] == "close_unconfirmed"
    closed = await agents.do("li", f"conversations/{conversation}/close", override="she will come to the shop")
    assert closed.status_code == 200
    rows = (await agents.read("li", "queue?which=closed_mine"))["rows"]
    assert [row["id"] for row in rows] == [conversation] and rows[0]["status"] == "closed"


async def test_hints_suggestions_and_promises_come_with_the_conversation(agents: Agents):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    told = (
        await agents.do("li", f"conversations/{conversation}/hints", text="Calm down, I'll call you within 2 hours")
    ).json()
    assert {"phrase", "promise"} <= {hint["code"] for hint in told["hints"]} and len(told["eoac"]) == 4
    suggestions = (await agents.read("li", f"conversations/{conversation}/suggestions"))["suggestions"]
    assert 1 <= len(suggestions) <= 3 and all(each["text"] for each in suggestions)
    due = (agents.desk.house.services.clock() + timedelta(hours=2)).isoformat()
    promise = (await agents.do("li", f"conversations/{conversation}/promises", what="call back", due_at=due)).json()
    card = await agents.read("li", f"conversations/{conversation}/card")
    assert [each["what"] for each in card["promises"]] == ["call back"]
    await agents.do("wu", f"promises/{promise['id']}/kept")
    assert (await agents.read("li", f"conversations/{conversation}/card"))["promises"] == []


async def test_a_suggestion_that_was_sent_counts_as_its_step_and_is_not_made_again(agents: Agents):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    first = (await agents.read("li", f"conversations/{conversation}/suggestions"))["suggestions"][0]
    await agents.say_now("li", conversation, first["text"])
    card = await agents.read("li", f"conversations/{conversation}/card")
    assert set(first["about"].split("+")) <= set(card["steps"]["said"])
    again = (await agents.read("li", f"conversations/{conversation}/suggestions"))["suggestions"]
    assert first["text"] not in [each["text"] for each in again]


async def test_the_board_counts_and_names_what_is_late(agents: Agents):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    await agents.say_now("li", conversation, "Hello")
    await agents.waiting("hello?")
    board = await agents.read("chen", "board")
    assert (board["waiting"], board["served"], board["first_reply"]["n"]) == (1, 1, 1)
    assert (await (await agents.page("li")).call("GET", "/desk/api/board")).status_code == 403


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 4001}, {"text": "ok", "id": "short"}, {}])
async def test_a_reply_that_is_none_is_refused(agents: Agents, body: dict[str, Any]):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    answer = await agents.do("li", f"conversations/{conversation}/send", **{"id": new_id(), **body})
    assert answer.status_code in (409, 422)


async def test_a_conversation_that_is_none_is_not_found(agents: Agents):
    for path in ("take", "close", "notes", "hand-back"):
        assert (await agents.do("li", f"conversations/none/{path}", text="x")).status_code == 404
    answer = await (await agents.page("li")).call("GET", "/desk/api/conversations/none")
    assert answer.status_code == 404 and answer.json()["text"]
