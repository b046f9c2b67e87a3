"""A process that serves nobody: it comes back to customers, and mends what a process that died has left."""

from __future__ import annotations

import asyncio
import signal

import structlog

from bot.channels.telegram import telegram_of
from bot.house import open_house
from bot.settings import Settings

log = structlog.get_logger("worker")


def run(settings: Settings) -> None:
    """Works until it is told to stop."""
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    house = await open_house(settings, lasting=True)
    telegram = telegram_of(house)
    if telegram:
        telegram.start(receives=False)
    try:
        await house.look_after_what_falls_due()
        print("Kairos works", flush=True)
        await stop.wait()
    finally:
        if telegram:
            await telegram.stop()
        await house.close()
        if telegram:
            await telegram.close()
