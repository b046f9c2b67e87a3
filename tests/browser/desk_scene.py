"""Customers who need people, written through the chat's own socket, so that the desk has something to show."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from tests.bot.client import Client

PASSWORD = "show me Kairos"
SAYS: dict[str, tuple[str, ...]] = {
    "zh-CN": ("等了六天了！！包裹到现在都没到，你们太过分了！", "别跟我说这些，给我转人工！！"),
    "zh-TW": ("收到的背包背帶整個斷掉，這是第二次了，真的很失望", "我要找真人處理"),
    "en": ("SIX DAYS and my parcel still is not here!! This is outrageous!", "Let me talk to a person. NOW!"),
}


@dataclass
class Customers:
    """The demonstration shop's customers, by language, each with a chat."""

    chats: dict[str, Client]

    async def close(self) -> None:
        """They leave."""
        for chat in self.chats.values():
            await chat.close()


async def chat_of(url: str, language: str) -> Client:
    """A chat of the demonstration's customer of that language, signed as the shop's page signs it."""
    async with httpx.AsyncClient() as http:
        people = (await http.get(f"{url}/shop/customers.json")).json()
    person = next(each for each in people if each["locale"] == language)
    identity = {key: person[key] for key in ("id", "name", "email", "signature")}
    chat = Client(url.replace("http", "ws", 1) + "/chat/ws", locale=language, identity=identity)
    await chat.connect()
    return chat


async def upset_customers(url: str, languages: tuple[str, ...] = ("zh-CN", "zh-TW", "en")) -> Customers:
    """Customers who were heard by the bot and asked for a person."""
    chats = {}
    for language in languages:
        chats[language] = await chat_of(url, language)
        for text in SAYS[language]:
            await chats[language].answer(await chats[language].say(text))
            await asyncio.sleep(0.2)
    return Customers(chats)


async def curious_customer(url: str, text: str = "Do you have this backpack in blue?") -> Client:
    """A visitor who talks with the bot."""
    chat = Client(url.replace("http", "ws", 1) + "/chat/ws", locale="en")
    await chat.connect()
    await chat.answer(await chat.say(text))
    return chat
