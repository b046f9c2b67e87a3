"""What customers sent, as staff see it."""

from __future__ import annotations

import pytest

from bot.channels.webchat.frames import Hello
from bot.channels.webchat.sessions import open_session
from tests.photos import GPS, opened, photo
from tests.staff.desk import Desk

pytestmark = pytest.mark.fast


async def _kept(desk: Desk) -> str:
    session = await open_session(Hello(type="hello"), desk.house.services, desk.house.identity_secret)
    return (await desk.house.cabinet.keep(session.conversation_id, photo(900, 600), "photo.jpg")).id


async def test_staff_see_a_customers_photo(desk: Desk):
    browser, file = await desk.signed_in("agent"), await _kept(desk)
    whole = await browser.call("GET", f"/desk/attachments/{file}")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "image/jpeg")
    assert opened(whole.content).size == (900, 600) and not opened(whole.content).getexif().get_ifd(GPS)
    assert "access-control-allow-origin" not in whole.headers
    small = await browser.call("GET", f"/desk/attachments/{file}?thumbnail=1")
    assert opened(small.content).size == (480, 320)


async def test_who_is_not_signed_in_sees_none(desk: Desk):
    assert (await desk.browser().call("GET", f"/desk/attachments/{await _kept(desk)}")).status_code == 401


async def test_what_was_never_sent_is_deleted_after_a_day(desk: Desk):
    file = await _kept(desk)
    assert await desk.house.cabinet.forget_unsent() == 0
    services = desk.house.services
    earlier = services.clock
    services.clock = lambda: earlier().replace(year=earlier().year + 1)
    assert await desk.house.cabinet.forget_unsent() == 1
    services.clock = earlier
    assert await desk.house.cabinet.open(file, None) is None
