"""Whose is what: an id that somebody learns opens nothing that is not theirs.

Every member of staff who serves customers may read every conversation, in any language: colleagues help each other.
Speaking, promising and giving away are for who holds it; a customer's session sees its own conversation alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute

from actions.services import new_id
from bot.staff.routes import all_routes
from tests.photos import photo
from tests.staff.desk import Desk
from tests.staff.test_desk import Agents

pytestmark = pytest.mark.fast
OF_ONE = "/desk/api/conversations/{conversation_id}/"
# What may be done in a conversation that somebody else holds: nothing that its customer notices.
FOR_ALL = {"hints", "notes"}
FOR_SUPERVISORS = {"assign", "whisper"}


@pytest.fixture
async def agents(desk: Desk) -> AsyncIterator[Agents]:
    desk.app.state.desk.undo_s = 60.0
    yield Agents(desk)


def _acts(desk: Desk) -> set[str]:
    return {
        route.path.removeprefix(OF_ONE) for route in all_routes(desk.app.routes)
        if isinstance(route, APIRoute) and route.path.startswith(OF_ONE) and "POST" in route.methods
    }  # fmt: skip


def _body(act: str, desk: Desk) -> dict[str, Any]:
    due = (desk.house.services.clock() + timedelta(hours=1)).isoformat()
    return {"id": new_id(), "text": "for you", "override": "because", "what": "a call", "due_at": due, "to": None,
            "act": act}  # fmt: skip


async def _speaks_chinese_only(agents: Agents, who: str) -> None:
    admin = await agents.desk.signed_in("administrator")
    me = await (await agents.page(who)).call("GET", "/staff/me")
    answer = await admin.call("PUT", f"/settings/api/staff/{me.json()['id']}", json={"languages": ["zh-CN"]})
    assert answer.status_code == 200


async def test_an_agent_of_other_languages_does_nothing_in_a_conversation_that_somebody_holds(agents: Agents):
    conversation = await agents.waiting(locale="en")
    await agents.do("li", f"conversations/{conversation}/take")
    await _speaks_chinese_only(agents, "wu")
    before = await agents.read("li", f"conversations/{conversation}")
    acts = _acts(agents.desk)
    assert {"take", "send", "close", "hand-back", "transfer", "promises", "files"} <= acts
    for act in sorted(acts - FOR_ALL):
        answer = await agents.do("wu", f"conversations/{conversation}/{act}", **_body(act, agents.desk))
        wanted = 403 if act in FOR_SUPERVISORS else 409
        assert answer.status_code == wanted, f"{act}: {answer.text}"
    after = await agents.read("li", f"conversations/{conversation}")
    for what in ("messages", "entries", "sends", "owner"):
        assert after[what] == before[what], what


async def test_a_reply_that_waits_is_its_writers_alone(agents: Agents):
    conversation = await agents.waiting()
    await agents.do("li", f"conversations/{conversation}/take")
    send = (await agents.say("li", conversation, "I am about to say")).json()
    for act in ("undo", "now"):
        answer = await agents.do("wu", f"sends/{send['id']}/{act}")
        assert (answer.status_code, answer.json()["error"]) == (409, "unknown_send"), act
    again = await agents.do("wu", f"conversations/{conversation}/send", id=send["id"], text="in your name")
    assert again.status_code == 409
    [waits] = (await agents.read("li", f"conversations/{conversation}"))["sends"]
    assert (waits["status"], waits["text"]) == ("pending", "I am about to say")


async def test_an_analyst_reads_and_changes_nothing(agents: Agents):
    conversation = await agents.waiting()
    analyst = await agents.desk.signed_in("analyst")
    assert (await analyst.call("GET", f"/desk/api/conversations/{conversation}")).status_code == 200
    before = await agents.read("li", f"conversations/{conversation}")
    for act in sorted(_acts(agents.desk)):
        body = _body(act, agents.desk)
        answer = await analyst.call("POST", f"/desk/api/conversations/{conversation}/{act}", json=body)
        assert answer.status_code == 403, act
    assert (await agents.read("li", f"conversations/{conversation}"))["entries"] == before["entries"]


async def test_a_customers_session_opens_no_other_customers_file_and_no_page_of_staff(agents: Agents):
    house = agents.desk.house
    hers, his = await agents.waiting(token="her token"), await agents.waiting(token="his token")
    file = (await house.cabinet.keep(hers, photo(), "receipt.jpg")).id
    browser = agents.desk.browser()
    own = await browser.get(f"/chat/attachments/{file}?session=her token")
    assert own.status_code == 200
    for session in ("his token", "", hers, his):
        answer = await browser.get(f"/chat/attachments/{file}", params={"session": session})
        assert (answer.status_code, answer.content) == (404, b""), session
    for path in (f"/desk/attachments/{file}", f"/desk/api/conversations/{hers}", "/desk/api/queue"):
        for given in ({"authorization": "Bearer her token"}, {"cookie": "kairos-staff=her token"}):
            assert (await browser.call("GET", path, headers=given)).status_code == 401, path
