"""Files in the web chat, from outside: sent up, sent with a message, served to whom they belong."""

from __future__ import annotations

import asyncio
import uuid

import httpx
import pytest

from tests.bot.client import Client, Frame, chatting
from tests.bot.nursery import Application
from tests.photos import GPS, PDF, opened, photo

UPLOAD_LIMIT = 10 * 1024 * 1024


async def upload(
    application: Application, session: str | None, data: bytes, name: str = "IMG_0001.jpg", **headers: str
) -> httpx.Response:
    """Sends a file up as a form, as the chat element does."""
    form = {"session": session} if session else {}
    async with httpx.AsyncClient(base_url=application.url, timeout=30) as http:
        return await http.post("/chat/upload", data=form, files={"file": (name, data)}, headers=headers)


async def fetch(application: Application, attachment_id: str, session: str | None, **more: str) -> httpx.Response:
    """Asks for a file."""
    params = {**({"session": session} if session else {}), **more}
    async with httpx.AsyncClient(base_url=application.url, timeout=30) as http:
        return await http.get(f"/chat/attachments/{attachment_id}", params=params)


async def send(client: Client, upload_id: str, caption: str = "", client_id: str | None = None) -> str:
    """Sends a file that was sent up before."""
    client_id = client_id or str(uuid.uuid4())
    await client.send({"type": "attachment", "client_id": client_id, "upload": upload_id, "caption": caption})
    return client_id


async def sent(application: Application, client: Client, data: bytes) -> tuple[str, list[Frame]]:
    """Sends a file up and on; its id, and what the bot said to it."""
    upload_id = (await upload(application, client.session, data)).json()["upload"]
    return upload_id, await client.answer(await send(client, upload_id))


async def test_a_photo_is_acknowledged_shown_and_answered(application: Application):
    async with chatting(application.ws_url) as client:
        answer = await upload(application, client.session, photo(), "../my photo.jpg")
        assert answer.status_code == 201
        told = answer.json()
        assert (told["kind"], told["type"], told["width"], told["height"]) == ("photo", "image/jpeg", 320, 200)
        client_id = await send(client, told["upload"], "it came like this")
        assert await client.answer(client_id)
        [own] = [m for m in client.messages if m["author"] == "customer"]
        assert (own["client_id"], own["text"]) == (client_id, "it came like this")
        [file] = own["attachments"]
        assert (file["id"], file["kind"], file["name"]) == (told["upload"], "photo", "my photo.jpg")


async def test_what_is_served_is_the_photo_without_its_metadata(application: Application):
    async with chatting(application.ws_url) as client:
        upload_id, _ = await sent(application, client, photo(1200, 800))
        whole = await fetch(application, upload_id, client.session)
        assert whole.status_code == 200 and whole.headers["content-type"] == "image/jpeg"
        assert whole.headers["x-content-type-options"] == "nosniff"
        assert opened(whole.content).size == (1200, 800)
        assert not opened(whole.content).getexif().get_ifd(GPS)
        small = await fetch(application, upload_id, client.session, thumbnail="1")
        assert opened(small.content).size == (480, 320)


async def test_nobody_else_is_served(application: Application):
    async with chatting(application.ws_url) as client, chatting(application.ws_url) as other:
        upload_id, _ = await sent(application, client, photo())
        assert (await fetch(application, upload_id, other.session)).status_code == 404
        assert (await fetch(application, upload_id, None)).status_code == 404
        assert (await fetch(application, upload_id, "no such session")).status_code == 404
        assert (await fetch(application, "0" * 32, client.session)).status_code == 404


async def test_nobody_else_can_send_it(application: Application):
    async with chatting(application.ws_url) as client, chatting(application.ws_url) as other:
        upload_id = (await upload(application, client.session, photo())).json()["upload"]
        await send(other, upload_id)
        error = await other.wait_for(lambda f: f["type"] == "error")
        assert error["code"] == "bad_frame" and not other.messages


async def test_the_same_file_is_sent_once(application: Application):
    async with chatting(application.ws_url) as client:
        upload_id = (await upload(application, client.session, photo())).json()["upload"]
        client_id = await send(client, upload_id)
        await client.answer(client_id)
        await send(client, upload_id, client_id=client_id)  # again, as after a lost acknowledgement
        await client.wait_for(lambda f: len(client.of("ack")) == 2)
        await send(client, upload_id)  # another message with the same file
        await client.wait_for(lambda f: f["type"] == "error" and f["code"] == "bad_frame")
        assert sum(m["author"] == "customer" for m in client.messages) == 1


async def test_a_pdf_comes_back_to_be_saved_not_run(application: Application):
    async with chatting(application.ws_url) as client:
        told = (await upload(application, client.session, PDF, "invoice.pdf")).json()
        assert (told["kind"], told["type"]) == ("document", "application/pdf")
        await client.answer(await send(client, told["upload"]))
        served = await fetch(application, told["upload"], client.session)
        assert served.content == PDF
        assert served.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in served.headers["content-security-policy"]


@pytest.mark.parametrize(("locale", "language"), [("zh-TW", "zh-TW"), ("zh-CN", "zh-CN"), ("en", "en")])
async def test_what_only_calls_itself_a_photo_is_refused_in_the_customers_language(
    application: Application, locale: str, language: str
):
    async with chatting(application.ws_url, locale=locale) as client:
        answer = await upload(application, client.session, b"<script>alert(1)</script>", "photo.jpg")
        assert (answer.status_code, answer.json()["error"]) == (415, "bad_type")
        assert {"zh-TW": "檔案", "zh-CN": "文件", "en": "file"}[language] in answer.json()["text"]


async def test_more_than_ten_megabytes_are_refused(application: Application):
    async with chatting(application.ws_url) as client:
        too_much = photo() + b"\0" * (UPLOAD_LIMIT + 1)
        assert (await upload(application, client.session, too_much)).json()["error"] == "too_large"

        async def endless():
            for _ in range(200):
                yield b"\0" * 65536

        async with httpx.AsyncClient(base_url=application.url, timeout=30) as http:
            answer = await http.post("/chat/upload", params={"session": client.session}, content=endless())
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


@pytest.mark.parametrize("token", [None, "no such session"])
async def test_without_a_session_nothing_is_taken(application: Application, token: str | None):
    answer = await upload(application, token, photo())
    assert (answer.status_code, answer.json()["error"]) == (401, "bad_session")


async def test_a_file_may_come_as_the_body_with_a_bearer_token(application: Application):
    async with chatting(application.ws_url) as client, httpx.AsyncClient(base_url=application.url) as http:
        headers = {"Authorization": f"Bearer {client.session}", "Content-Type": "image/png"}
        answer = await http.post("/chat/upload", content=photo(form="PNG"), headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (201, "image/png")
        served = await http.get(f"/chat/attachments/{answer.json()['upload']}", headers=headers)
        assert served.headers["content-type"] == "image/png"


async def test_an_empty_or_broken_form_is_refused(application: Application):
    async with chatting(application.ws_url) as client, httpx.AsyncClient(base_url=application.url) as http:
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        for request in ({"content": b"--x\r\nbroken", "headers": kind}, {"data": {"session": client.session}}):
            answer = await http.post("/chat/upload", params={"session": client.session}, **request)
            assert answer.status_code == 400 or answer.json()["error"] == "bad_type"


async def test_files_that_are_never_sent_are_not_taken_without_end(application: Application):
    async with chatting(application.ws_url) as client:
        answers = [await upload(application, client.session, photo(20, 20)) for _ in range(21)]
        assert [a.status_code for a in answers[:20]] == [201] * 20
        assert answers[20].status_code == 429 and int(answers[20].headers["retry-after"]) >= 1


async def test_pages_of_other_origins_may_send_files(application: Application):
    async with httpx.AsyncClient(base_url=application.url) as http:
        asked = await http.options("/chat/upload", headers={"Origin": "https://shop.example"})
        assert asked.headers["access-control-allow-origin"] == "*"
    async with chatting(application.ws_url) as client:
        answer = await upload(application, client.session, photo(), Origin="https://shop.example")
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_photo_while_the_matter_is_explored_counts_as_information(application: Application):
    async with chatting(application.ws_url) as client:
        await client.ask("The rice cooker you sent me arrived broken")
        _, said = await sent(application, client, photo())
        assert "photo" in " ".join(bubble["text"] for bubble in said)


async def test_photos_sent_together_are_one_turn(application: Application):
    async with chatting(application.ws_url) as client:
        uploads = [(await upload(application, client.session, photo())).json()["upload"] for _ in range(3)]
        ids = [await send(client, each) for each in uploads]
        await asyncio.gather(*(client.wait_for(lambda f, i=i: f == {"type": "done", "in_reply_to": i}) for i in ids))
        assert len({m["in_reply_to"] for m in client.messages if m["author"] == "bot"}) == 1
