"""The first administrator, the command line, the demonstration's accounts."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import Refused, app
from bot.staff.demo import ACCOUNTS
from bot.staff.demo import PASSWORD as DEMO_PASSWORD
from tests.staff.desk import PASSWORD, Desk, open_desk

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 120.0


@pytest.mark.fast
async def test_without_an_administrator_a_link_makes_one_and_is_over_then(sqlite_url: str, tmp_path: Path):
    async with open_desk(sqlite_url, tmp_path) as desk:
        link, browser = desk.app.state.first_link, desk.browser()
        assert link.startswith("/staff/set-up/")
        for _ in range(2):
            assert "first administrator" in (await browser.get(link)).text, "looking does not use it up"
        short = await browser.post(link, {"login": "boss", "name": "Boss", "password": "short", "again": "short"})
        assert short.status_code == 422 and "fewer than 10" in short.text
        given = {"login": "boss", "name": "Boss", "password": PASSWORD, "again": PASSWORD}
        assert (await browser.post(link, given)).status_code == 303
        assert (await browser.call("GET", "/staff/me")).json()["role"] == "administrator"
        assert (await browser.get(link)).status_code == 404
        other = desk.browser()
        await other.get("/staff/sign-in")
        assert (await other.post(link, {**given, "login": "second"})).status_code == 404
    async with open_desk(sqlite_url, tmp_path) as desk:
        assert desk.app.state.first_link == "", "and none is printed any more"


@pytest.mark.fast
async def test_the_link_of_an_earlier_start_holds_until_one_is_used(sqlite_url: str, tmp_path: Path):
    async with open_desk(sqlite_url, tmp_path) as desk:
        earlier = desk.app.state.first_link
    async with open_desk(sqlite_url, tmp_path) as desk:
        later, browser = desk.app.state.first_link, desk.browser()
        await browser.get(later)
        given = {"login": "boss", "name": "Boss", "password": PASSWORD, "again": PASSWORD}
        assert earlier != later and (await browser.post(earlier, given)).status_code == 303
        assert (await desk.browser().get(later)).status_code == 404


@pytest.mark.fast
async def test_demonstration_accounts_are_there_only_when_demo_was_said_outright(sqlite_url: str, tmp_path: Path):
    async with open_desk(sqlite_url, tmp_path, DEMO=True) as desk:
        assert desk.app.state.first_link == ""
        browser = desk.browser()
        assert DEMO_PASSWORD in (await browser.get("/staff/sign-in")).text
        assert (await browser.sign_in(ACCOUNTS[0].login, DEMO_PASSWORD)).status_code == 303
        kept = browser.cookies["kairos-staff"]
    async with open_desk(sqlite_url, tmp_path) as desk:
        browser = desk.browser()
        assert DEMO_PASSWORD not in (await browser.get("/staff/sign-in")).text
        assert (await browser.sign_in(ACCOUNTS[0].login, DEMO_PASSWORD)).status_code == 401
        browser.cookies.set("kairos-staff", kept, domain="desk.test")
        assert (await browser.call("GET", "/staff/me")).status_code == 401, "nor does an old session help"
        assert desk.app.state.first_link, "and the demonstration's administrator does not count"


@pytest.mark.fast
async def test_demonstration_accounts_are_not_there_by_default(desk: Desk):
    assert desk.house.settings.demo and not desk.house.settings.is_demonstration
    assert (await desk.browser().sign_in("max", DEMO_PASSWORD)).status_code == 401


@pytest.fixture
def kairos(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``kairos(*words, typed=…)`` runs the command on an empty database and returns what it printed."""
    for name, value in (("DATABASE_URL", sqlite_url), ("KAIROS_DATA_DIR", str(tmp_path)),
                        ("KAIROS_PASSWORD_MEMORY_MB", "8")):  # fmt: skip
        monkeypatch.setenv(name, value)

    def run(*words: str, typed: str = "") -> str:
        done = CliRunner().invoke(app, ["staff", *words], input=typed, catch_exceptions=True)
        if done.exception:
            raise done.exception
        return done.output

    return run


@pytest.mark.fast
def test_the_command_adds_lists_disables_and_lets_in_again(kairos):
    kairos("add", "lin@shop.example", "--name", "小林", "--role", "supervisor", typed=f"{PASSWORD}\n")
    told = kairos("add", "chen", "--name", "Chen", "--languages", "zh-TW", "--link")
    assert re.search(r"http://\S+/staff/set-up/\S{20,}", told)
    assert "lin@shop.example\t小林\tsupervisor\tzh-CN,zh-TW,en\tpassword" in kairos("list")
    assert "chen\tChen\tagent\tzh-TW\tno password yet" in kairos("list")
    kairos("disable", "chen")
    assert "\tdisabled" in kairos("list")
    kairos("enable", "CHEN")
    kairos("password", "chen", typed="a new long password\n")
    assert "\tdisabled" not in kairos("list") and kairos("list").count("password") == 2


@pytest.mark.fast
@pytest.mark.parametrize(("words", "typed", "says"), [
    (("add", "x y", "--name", "X"), PASSWORD, "A login has"), (("add", "x1", "--name", "X", "--role", "king"), PASSWORD,
    "no such role"), (("add", "x1", "--name", "X"), "short", "fewer than 10"),
    (("password", "nobody"), PASSWORD, "nobody signs in as 'nobody'"), (("disable", "nobody"), "", "nobody signs in"),
])  # fmt: skip
def test_the_command_says_what_is_wrong_in_one_line(kairos, words: tuple[str, ...], typed: str, says: str):
    with pytest.raises(Refused, match=says):
        kairos(*words, typed=f"{typed}\n")


@pytest.mark.fast
def test_the_last_administrator_cannot_be_disabled_from_the_command_line_either(kairos):
    kairos("add", "boss", "--name", "Boss", "--role", "administrator", typed=f"{PASSWORD}\n")
    with pytest.raises(Refused, match="last administrator"):
        kairos("disable", "boss")


def test_at_a_terminal_the_first_start_asks_for_the_administrator(tmp_path: Path):
    ours, theirs = pty.openpty()
    env = {**os.environ, "PORT": "0", "KAIROS_DATA_DIR": str(tmp_path), "DATABASE_URL": "", "KAIROS_LOG_LEVEL": "error",
           "KAIROS_MODEL": str(tmp_path / "none.tar.gz"), "KAIROS_PASSWORD_MEMORY_MB": "8"}  # fmt: skip
    env.pop("DEMO", None)
    command = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    try:
        for asked, answer in (("login", "boss"), ("name that customers see", "Chef"), ("password", PASSWORD),
                              ("and again", PASSWORD)):  # fmt: skip
            _wait_for(ours, asked)
            if answer == PASSWORD:
                _wait_until_unseen(ours)
            os.write(ours, f"{answer}\n".encode())
        said = _wait_for(ours, "Kairos is at http")
        assert PASSWORD not in said
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        os.close(ours)
    listed = subprocess.run([*command[:-1], "staff", "list"], cwd=ROOT, env=env, capture_output=True, text=True,
                            check=True, timeout=120)  # fmt: skip
    assert listed.stdout.startswith("boss\tChef\tadministrator\t")


def _wait_until_unseen(terminal: int) -> None:
    """What is typed between the prompt and the moment when the terminal stops echoing would be thrown away."""
    give_up = time.monotonic() + WITHIN_S
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def _wait_for(terminal: int, words: str) -> str:
    said, give_up = "", time.monotonic() + WITHIN_S
    while words not in said:
        assert time.monotonic() < give_up, said
        if select.select([terminal], [], [], 1)[0]:
            with contextlib.suppress(OSError):
                said += os.read(terminal, 4096).decode(errors="replace")
    return said
