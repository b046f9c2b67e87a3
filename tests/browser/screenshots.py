"""Makes the pictures of README and docs: customers in each language, and the desk. ``make screenshots``.

Only some of them: ``python -m tests.browser.screenshots desk insights``.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from PIL import Image

from bot.cli import ensure_trained
from bot.settings import load_settings
from tests.browser.desk_pictures import take_desk
from tests.browser.insights_pictures import fill, take_insights
from tests.browser.learning_pictures import learn, take_log, take_versions
from tests.browser.page import chromium, open_browser, visit
from tests.browser.staff_pictures import take_staff
from tests.browser.test_customer import ANGRY, CALM
from tests.server import ROOT, Server

PICTURES = ROOT / "docs" / "pictures"


async def take(server: Server) -> None:
    """One picture for each language and temper, and one of a phone in the dark."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with open_browser() as browser:
        for language in ANGRY:
            for temper, says in (("angry", ANGRY), ("calm", CALM)):
                page = await browser.new_page(viewport={"width": 1120, "height": 760})
                chat = await (await visit(page, server.url, language)).open()
                await chat.say(says[language][0])
                await chat.answered(2 if temper == "angry" else 1)
                await page.wait_for_timeout(1500)
                await page.screenshot(path=PICTURES / f"{temper}-{language}.png")
                await page.close()
        phone = await browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark",
                                          device_scale_factor=2)  # fmt: skip
        page = await phone.new_page()
        chat = await (await visit(page, server.url, "zh-TW")).open()
        await chat.say(ANGRY["zh-TW"][0])
        await chat.answered(2)
        await page.wait_for_timeout(600)
        await page.screenshot(path=PICTURES / "phone-dark.png")


def slim(picture: Path) -> None:
    """A page needs no more than 256 colours, and so a third of the bytes."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(picture, optimize=True)


def shop(model: Path, folder: Path) -> None:
    """Customers in front of the demonstration shop."""
    with Server(folder, model) as server:
        asyncio.run(take(server))


def desk(model: Path, folder: Path) -> None:
    """The desk, signing in, the settings."""
    with Server(folder, model, {"DEMO": "1"}) as server:
        asyncio.run(take_desk(server, PICTURES))
        asyncio.run(take_staff(server, PICTURES))


def insights(model: Path, folder: Path) -> None:
    """The measured pages and the log, with months of conversations that were played."""
    url = f"sqlite:///{folder}/played.db"
    asyncio.run(fill(url))
    with Server(folder, model, {"DEMO": "1", "KAIROS_JOBS": "false", "DATABASE_URL": url}) as server:
        asyncio.run(take_insights(server, PICTURES))
        asyncio.run(take_log(server, PICTURES))


def learning(model: Path, folder: Path) -> None:
    """Relabelling, comparing, releasing: with a small model of its own."""
    given = learn(folder)
    with Server(folder / "data", Path(given["KAIROS_MODEL"]), {"DEMO": "1", **given}) as server:
        asyncio.run(take_versions(server, PICTURES))


PARTS = {part.__name__: part for part in (shop, desk, insights, learning)}


def main() -> None:
    """Starts servers of its own and takes the pictures: all, or those of the parts that are named."""
    if chromium() is None:
        raise SystemExit("screenshots: Chromium is needed and was not found (Debian: apt install chromium)")
    model = ensure_trained(load_settings())
    before = {picture: picture.stat().st_mtime_ns for picture in PICTURES.glob("*.png")}
    for name in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](model, Path(folder))
    for picture in PICTURES.glob("*.png"):
        if picture.stat().st_mtime_ns != before.get(picture):
            slim(picture)
    print(f"pictures are in {PICTURES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
