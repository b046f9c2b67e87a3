from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.app import create_app
from bot.settings import Settings
from tests.bot.client import chatting
from tests.bot.conftest import MakeApplication
from tests.bot.nursery import Application


async def _get(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(url)


async def test_a_running_application_is_alive_and_ready(application: Application):
    alive, ready = await _get(f"{application.url}/healthz"), await _get(f"{application.url}/readyz")
    assert (alive.status_code, alive.text) == (200, "ok")
    assert (ready.status_code, ready.text) == (200, "ready")


async def test_without_an_engine_it_is_alive_and_not_ready(make_application: MakeApplication, tmp_path: Path):
    application = make_application(KAIROS_MODEL=str(tmp_path / "no-model.tar.gz"))
    application.start()
    assert (await _get(f"{application.url}/healthz")).status_code == 200
    ready = await _get(f"{application.url}/readyz")
    assert (ready.status_code, ready.text) == (503, "not ready")


async def test_figures_are_prometheus_text(application: Application):
    async with chatting(application.ws_url) as client:
        await client.ask("hello")
        answer = await _get(f"{application.url}/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    for name in ('kairos_messages_total{channel="web"}', "kairos_turn_seconds_count", "kairos_sockets"):
        assert name in answer.text
    [sockets] = [line for line in answer.text.splitlines() if line.startswith("kairos_sockets ")]
    assert float(sockets.split()[1]) >= 1


@pytest.mark.fast
@pytest.mark.parametrize(("host", "token", "header", "status"), [
    ("127.0.0.1", "", "", 200), ("::1", "", "", 200), ("203.0.113.9", "", "", 403),
    ("203.0.113.9", "", "Bearer ", 403), ("203.0.113.9", "let-me-in", "", 403),
    ("203.0.113.9", "let-me-in", "Bearer let-me-out", 403), ("203.0.113.9", "let-me-in", "Bearer let-me-in", 200),
    ("203.0.113.9", "let-me-in", "let-me-in", 403), ("127.0.0.1", "let-me-in", "", 200),
])  # fmt: skip
async def test_figures_are_for_the_loopback_or_with_a_token(
    tmp_path: Path, host: str, token: str, header: str, status: int
):
    app = create_app(Settings(data_dir=tmp_path, metrics_token=token))
    transport = httpx.ASGITransport(app, client=(host, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://kairos") as http:
        answer = await http.get("/metrics", headers={"authorization": header} if header else {})
    assert answer.status_code == status
