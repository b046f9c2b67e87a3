"""Two members of staff and the bot in the same conversations, at random: exactly one may speak at any time.

``KAIROS_TEST_SEED`` chooses the same dice again; what falls between them is the machine's own chance.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import uuid
from collections import Counter
from itertools import groupby, pairwise

from tests.bot.client import Client
from tests.bot.conftest import MakeApplication
from tests.bot.nursery import Application
from tests.bot.staff_client import Agent

SECONDS_AT_MOST, CUSTOMERS = 60.0, 3
ENOUGH = {"take done": 6, "send done": 8, "send not_yours": 6, "hand-back done": 2}
WORDS = ("a person please", "where is my parcel", "this is outrageous", "hello?", "thanks", "it is still not here")
REPLIES = ("Hello, I am here.", "I have read it all.", "One moment please.", "It is on its way.")


async def _customer(client: Client, until: asyncio.Event, chance: random.Random) -> None:
    while not until.is_set():
        await client.say(chance.choice(WORDS))
        await asyncio.sleep(chance.uniform(0.05, 0.6))


async def _staff(agent: Agent, other: Agent, conversations: list[str], until: asyncio.Event,
                 chance: random.Random, came: Counter[str]) -> None:  # fmt: skip
    """Takes, says, takes back, gives on and hands back, whether it may or not."""
    last = conversations[0]
    while not until.is_set():
        conversation = last if chance.random() < 0.5 else chance.choice(conversations)
        path = f"conversations/{conversation}/"
        what = chance.choice(["take"] * 3 + ["send"] * 6 + ["hand-back", "transfer", "undo", "drop", "close"])
        if what == "send":
            body = {"id": uuid.uuid4().hex, "text": chance.choice(REPLIES), "override": "a rehearsal"}
            answer = await agent.post(path + "send", body)
            if answer.is_success and chance.random() < 0.2:
                answer = await agent.post(f"sends/{body['id']}/{chance.choice(['undo', 'now'])}")
        elif what == "transfer":
            answer = await agent.post(path + "transfer", {"to": other.id, "text": "over to you"})
        elif what == "drop":
            await agent.drop()
            await agent.connect()
            await agent.open(conversation)
            continue
        elif what == "close":
            answer = await agent.post(path + "close", {"override": "a rehearsal"})
        elif what == "undo":
            await asyncio.sleep(chance.uniform(0, 0.1))
            continue
        else:
            answer = await agent.post(path + what, {"text": "done"} if what == "hand-back" else {})
        assert answer.status_code in (200, 409), answer.text
        came[f"{what} {'done' if answer.is_success else answer.json()['error']}"] += 1
        last = conversation if what == "take" and answer.is_success else last
        if all(came[name] >= wanted for name, wanted in ENOUGH.items()):
            until.set()
        await asyncio.sleep(chance.uniform(0, 0.15))


def _check(application: Application, conversation: str) -> Counter[str]:
    """Replays who held the conversation, in the order of the locks, beside who spoke."""
    timeline: list[tuple[str, int, str, str]] = []
    for at, kind, staff_id in application.query(
        "SELECT created_at, kind, staff_id FROM desk_entries WHERE conversation_id = ?", conversation
    ):
        timeline.append((at, 0, kind, staff_id))
    senders = dict(application.query(
        "SELECT message_id, staff_id FROM staff_sends WHERE conversation_id = ? AND status = 'sent'", conversation
    ))  # fmt: skip
    rows = application.query("SELECT created_at, seq, author, id FROM messages WHERE conversation_id = ?", conversation)
    assert sorted(seq for _, seq, _, _ in rows) == list(range(1, len(rows) + 1))
    for at, _, author, message_id in rows:
        timeline.append((at, 1, author, senders.get(message_id, "")))
    holder, said = "", Counter[str]()
    for _, _, what, staff_id in sorted(timeline, key=lambda event: event[0]):
        if what == "taken":
            holder = staff_id
        elif what in ("handed_back", "transferred", "closed"):
            holder = ""
        elif what == "agent":
            assert staff_id and staff_id == holder, f"{staff_id} spoke while {holder or 'the bot'} could"
            said["agent"] += 1
        elif what == "bot":
            assert not holder, f"the bot spoke while {holder} held the conversation"
            said["bot"] += 1
    return said


async def test_two_members_of_staff_and_the_bot_never_speak_at_once(make_application: MakeApplication):
    seed = int(os.environ.get("KAIROS_TEST_SEED") or random.SystemRandom().randrange(10**9))
    print(f"\nKAIROS_TEST_SEED={seed}")
    chance = random.Random(seed)
    application = make_application(
        DEMO="1", KAIROS_UNDO_S="0.2", KAIROS_RATE_PER_S="1000", KAIROS_RATE_BURST="10000",
        KAIROS_FRAGMENT_WINDOW_S="0.02",
    )  # fmt: skip
    application.start()
    customers = [Client(application.ws_url, locale="en") for _ in range(CUSTOMERS)]
    for customer in customers:
        await customer.connect()
        await customer.answer(await customer.say("hello"))
    conversations = [customer.conversation for customer in customers]
    li, chen = [await (await Agent(application.url, login).sign_in()).connect() for login in ("li", "chen")]
    for agent in (li, chen):
        for conversation in conversations:
            await agent.open(conversation)
    until, came = asyncio.Event(), Counter[str]()
    async with asyncio.TaskGroup() as lives:
        for customer in customers:
            lives.create_task(_customer(customer, until, random.Random(chance.random())))
        for agent, other in ((li, chen), (chen, li)):
            lives.create_task(_staff(agent, other, conversations, until, random.Random(chance.random()), came))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_AT_MOST):
                await until.wait()
        until.set()
    await asyncio.sleep(1.0)  # the last ones are released
    said = sum((_check(application, conversation) for conversation in conversations), Counter[str]())
    print(dict(came), dict(said))
    assert said["agent"] > 2 and said["bot"] > 2 and all(came[name] for name in ENOUGH), "the dice were too kind"
    for agent in (li, chen):
        for customer in customers:
            await agent.open(customer.conversation)
            [last] = application.query("SELECT max(seq) FROM messages WHERE conversation_id = ?", customer.conversation)
            await agent.wait_for(lambda f, c=customer, n=last[0]: f.get("conversation") == c.conversation
                                 and f["type"] == "message" and f["seq"] == n)  # fmt: skip
            seqs = [message["seq"] for message in agent.messages(customer.conversation)]
            assert sorted(set(seqs)) == list(range(1, last[0] + 1))
            in_order = [key for key, _ in groupby(seqs)]
            assert all(later > earlier or later == 1 for earlier, later in pairwise(in_order))
    for each in (*customers, li, chen):
        await each.close()
