"""A running shop with something said in it, for the log's and the learning pages."""

from __future__ import annotations

import asyncio

from tests.bot.client import Client

SAID = {
    "zh-CN": ("我要退货，背包的背带断了", "我的电话是13912345678"),
    "zh-TW": ("我想要退貨，背包的背帶斷了", "謝謝"),
    "en": ("The strap of my backpack broke and I am furious!!", "no, that is not what I asked"),
}


async def customers_spoke(url: str, said: dict[str, tuple[str, ...]] = SAID) -> dict[str, str]:
    """Customers of three languages wrote and were answered; their conversations' ids."""
    found = {}
    for language, lines in said.items():
        chat = Client(url.replace("http", "ws", 1) + "/chat/ws", locale=language)
        await chat.connect()
        for line in lines:
            await chat.answer(await chat.say(line))
            await asyncio.sleep(0.1)
        found[language] = chat.conversation
        await chat.close()
    return found
