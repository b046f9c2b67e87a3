"""What staff send beside words: brought first, sent with a reply, and nobody else's to send or see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import Response

from actions.conversations import Inbound, record_message
from actions.services import new_id
from models.attachments import Attachment
from tests.photos import PDF, opened, photo
from tests.staff.desk import Desk
from tests.staff.test_desk import Agents

pytestmark = pytest.mark.fast
NAME = "<img src=x onerror=alert(1)>.jpg"


@pytest.fixture
async def agents(desk: Desk) -> AsyncIterator[Agents]:
    desk.app.state.desk.undo_s = 60.0
    yield Agents(desk)


async def bring(agents: Agents, who: str, conversation: str, data: bytes, name: str = "label.jpg") -> Response:
    page = await agents.page(who)
    return await page.call(
        "POST", f"/desk/api/conversations/{conversation}/files", files={"file": (name, data, "image/jpeg")}
    )


async def brought(agents: Agents, who: str, conversation: str) -> str:
    return str((await bring(agents, who, conversation, photo())).json()["id"])


async def as_customer(agents: Agents, token: str, file: str) -> Response:
    """What the customer's page gets of a file."""
    return await agents.desk.browser().get(f"/chat/attachments/{file}?session={token}")


async def taken(agents: Agents, token: str | None = None) -> str:
    """A conversation that li holds."""
    conversation = await agents.waiting(token=token)
    assert (await agents.do("li", f"conversations/{conversation}/take")).status_code == 200
    return conversation


async def sent(agents: Agents, conversation: str) -> list[dict[str, Any]]:
    page = await agents.read("li", f"conversations/{conversation}")
    return [message for message in page["messages"] if message["author"] == "agent"]


async def test_a_picture_goes_with_the_reply_and_not_before(agents: Agents):
    conversation = await taken(agents, token="the customer's token")
    told = (await bring(agents, "li", conversation, photo(), NAME)).json()
    assert (told["kind"], told["type"]) == ("photo", "image/jpeg") and "/" not in told["name"]
    send = (await agents.say("li", conversation, "Here is your label.", files=[told["id"]])).json()
    assert (send["status"], [file["id"] for file in send["files"]]) == ("pending", [told["id"]])
    assert (await as_customer(agents, "the customer's token", told["id"])).status_code == 404
    await agents.do("li", f"sends/{send['id']}/now")
    [message] = await sent(agents, conversation)
    assert [file["id"] for file in message["attachments"]] == [told["id"]]
    got = await as_customer(agents, "the customer's token", told["id"])
    assert got.status_code == 200 and opened(got.content).size == (320, 200)


async def test_a_file_needs_no_words(agents: Agents):
    conversation = await taken(agents)
    file = (await bring(agents, "li", conversation, PDF, "invoice.pdf")).json()
    send = (await agents.say("li", conversation, "", files=[file["id"]])).json()
    await agents.do("li", f"sends/{send['id']}/now")
    [message] = await sent(agents, conversation)
    assert (message["text"], message["attachments"][0]["name"]) == ("", "invoice.pdf")


async def test_what_was_taken_back_can_go_with_another_reply_but_only_once(agents: Agents):
    conversation = await taken(agents)
    file = await brought(agents, "li", conversation)
    first = (await agents.say("li", conversation, "this one", files=[file])).json()
    await agents.do("li", f"sends/{first['id']}/undo")
    second = (await agents.say("li", conversation, "no, this one", files=[file])).json()
    await agents.do("li", f"sends/{second['id']}/now")
    again = await agents.say("li", conversation, "and again", files=[file])
    assert (again.status_code, again.json()["error"]) == (409, "unknown_file") and again.json()["text"]
    assert [message["text"] for message in await sent(agents, conversation)] == ["no, this one"]


async def test_a_file_in_two_waiting_replies_fails_the_second_and_says_so(agents: Agents):
    conversation = await taken(agents)
    file = await brought(agents, "li", conversation)
    answers = await asyncio.gather(*(agents.say("li", conversation, text, files=[file]) for text in ("one", "two")))
    assert 200 in {answer.status_code for answer in answers}
    for answer in answers:
        if answer.is_success:
            await agents.do("li", f"sends/{answer.json()['id']}/now")
    assert len([message for message in await sent(agents, conversation) if message.get("attachments")]) == 1


async def test_only_who_holds_the_conversation_brings_a_file(agents: Agents):
    conversation = await taken(agents)
    answer = await bring(agents, "wu", conversation, photo())
    assert (answer.status_code, answer.json()["error"]) == (409, "not_yours")


async def test_nobody_sends_anothers_file(agents: Agents):
    token = "somebody"
    mine, other = await taken(agents), await taken(agents, token=token)
    file = await brought(agents, "li", other)
    customers = await agents.desk.house.cabinet.keep(other, photo(), "mine.jpg")
    for conversation, upload in ((mine, file), (other, customers.id), (other, "f" * 32)):
        answer = await agents.say("li", conversation, "look", files=[upload])
        assert (answer.status_code, answer.json()["error"]) == (409, "unknown_file")
    assert (await as_customer(agents, token, customers.id)).status_code == 200
    house = agents.desk.house
    inbound = Inbound(other, new_id(), "look", house.services.clock(), uploads=(file,))
    with pytest.raises(LookupError):  # the customer's page names the file that staff brought
        async with house.database.write() as session:
            await record_message(session, inbound, new_id())
    await agents.do("chen", f"conversations/{other}/take")
    answer = await agents.say("chen", other, "I send what my colleague brought", files=[file])
    assert (answer.status_code, answer.json()["error"]) == (409, "unknown_file")


@pytest.mark.parametrize(("data", "code"), [
    (b"<html><script>alert(1)</script></html>", "bad_type"), (b"", "bad_upload"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bad_type"),
])  # fmt: skip
async def test_what_could_run_is_not_taken(agents: Agents, data: bytes, code: str):
    conversation = await taken(agents)
    answer = await bring(agents, "li", conversation, data, "photo.jpg")
    assert (answer.status_code, answer.json()["error"]) == (409, code) and answer.json()["text"]


async def test_a_reply_with_a_file_that_is_gone_is_not_said_and_says_why(agents: Agents):
    conversation = await taken(agents)
    file = await brought(agents, "li", conversation)
    send = (await agents.say("li", conversation, "here it is", files=[file])).json()
    async with agents.desk.house.database.write() as session:
        await session.delete(await session.get_one(Attachment, file))
    await agents.do("li", f"sends/{send['id']}/now")
    page = await agents.read("li", f"conversations/{conversation}")
    assert [(each["status"], each["error"]) for each in page["sends"]] == [("failed", "unknown_file")]
    assert await sent(agents, conversation) == []
