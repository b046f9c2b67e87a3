"""Three replies to begin with: the next conflict step in our wording, the shop's articles, what worked before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import conversations, shop
from actions.desk.scenes import scene_of
from actions.services import Services
from actions.turns import state_of
from dialogues import knowledge, offers
from dialogues.desk.guiding import Scene, conflict_steps
from dialogues.draft import Draft
from dialogues.reading import Reading, World
from dialogues.state import Stage, State
from dialogues.wording import WordingError
from models.conversations import Conversation
from models.desk import StaffSend
from models.messages import Message
from models.moments import Moment

SHOWN = 3
COOLED_BY = 5  # tenths of intensity: so much cooler next is "it worked"
LOOKED_AT = 200
_TAPS = re.compile("tap|点|點")  # a list to read has nothing to tap


@dataclass(frozen=True)
class Suggestion:
    """``source``: wording, knowledge or worked. ``about``: the step, the article's title, or how far the heat fell."""

    text: str
    source: str
    about: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"text": self.text, "source": self.source, "about": self.about}


async def suggest(session: AsyncSession, conversation: Conversation, services: Services) -> list[Suggestion]:
    """Up to three, of different kinds where there are, the next step first."""
    state = state_of(conversation)
    scene = await scene_of(session, conversation, services)
    last = await _last_customer(session, conversation.id)
    said = await _said_by_staff(session, conversation.id)
    abused = await _is_abused(session, conversation.id)
    own = _from_wording(state, scene, services, conversation.id, first=not said, abused=abused)
    frightened = state.handover_reason == "safety" and not said
    heated = _is_heated(scene, services)
    opens = frightened or heated or _is_first_for_upset(scene, services, said)
    found = own[: 2 if abused else 1] if opens or abused else []
    article = _from_knowledge(state, last.text if last else "", services)
    if article is None:
        article = _from_knowledge(state, await _matter_told(session, conversation.id, state.issue), services)
    ways_out = [] if heated else await _ways_out(session, conversation, state, services)
    if not heated:
        found += [each for each in (*ways_out[:1], article) if each]
    found += (await _that_worked(session, conversation, state))[:1]
    found += [each for each in (*ways_out, *own, article) if each and each not in found]
    return [each for each in found if each.text not in said][:SHOWN]


async def _is_abused(session: AsyncSession, conversation_id: str) -> bool:
    """True when the customer's last message insults."""
    query = select(Moment.emotion).where(Moment.conversation_id == conversation_id).order_by(Moment.created_at.desc())
    return (await session.execute(query.limit(1))).scalar_one_or_none() == "abusive"


async def _matter_told(session: AsyncSession, conversation_id: str, issue: str) -> str:
    """What the customer wrote when the matter came up."""
    query = (
        select(Message.text)
        .join(Moment, Moment.turn_id == Message.id)
        .where(Moment.conversation_id == conversation_id, Moment.issue == issue, Message.author == "customer")
        .order_by(Message.seq)
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none() or ""


async def _said_by_staff(session: AsyncSession, conversation_id: str) -> frozenset[str]:
    """What people said in this conversation: nobody is advised to say it again."""
    query = select(StaffSend.text).where(
        StaffSend.conversation_id == conversation_id, StaffSend.status.in_(("pending", "sent"))
    )
    return frozenset((await session.execute(query)).scalars())


def _is_first_for_upset(scene: Scene, services: Services, said: frozenset[str]) -> bool:
    """True for the first words of a person to somebody upset: that the bot named the feeling is not enough."""
    return not said and scene.heat >= services.numbers.conflict_starts_at


def _is_heated(scene: Scene, services: Services) -> bool:
    return any(step.state == "now" and step.name != "resolve" for step in conflict_steps(scene, services.numbers))


async def _ways_out(
    session: AsyncSession, conversation: Conversation, state: State, services: Services
) -> list[Suggestion]:
    """What may be offered now, best first: all as a list to read, then the best alone. As the bot would rank them."""
    if not services.book.is_issue(state.issue) or state.stage not in (Stage.EXPLORE, Stage.OFFER):
        return []
    account = await conversations.linked_account(session, conversation.customer_id)
    number = state.facts.get("order_number", "") if state.verified else ""
    orders = await shop.visible_orders(session, account=account, number=number)
    now = services.clock()
    reading = Reading(text="", language=state.locale, intent=state.issue)
    draft = Draft(state=state, reading=reading, world=World(now=services.hours.local(now), orders=orders,
                  linked=bool(account)), book=services.book, numbers=services.numbers)  # fmt: skip
    options = [option for option in offers.rank(draft) if not option.handover][: services.numbers.options_at_most]
    if not options:
        return []
    lead = services.wording.catalogues[state.locale]["offer.several"]
    words = next((text for text in lead if not _TAPS.search(text)), lead[0])
    say, params = services.wording.say, offers.params_of(draft)
    try:
        titles = [say(f"option.{option.id}", state.locale, params).text for option in options]
        best = say("offer.asked_for", state.locale, {"what": say(f"deed.{options[0].id}", state.locale, params).text})
    except WordingError:
        return []
    listed = "\n".join(f"{place}. {title}" for place, title in enumerate(titles, 1))
    return [Suggestion(f"{words}\n{listed}", "wording", "offer"), Suggestion(best.text, "wording", "offer")]


async def _last_customer(session: AsyncSession, conversation_id: str) -> Message | None:
    query = select(Message).where(Message.conversation_id == conversation_id, Message.author == "customer")
    return (await session.execute(query.order_by(Message.seq.desc()).limit(1))).scalar_one_or_none()


def _from_wording(
    state: State, scene: Scene, services: Services, seed: str, *, first: bool, abused: bool
) -> list[Suggestion]:
    """What the steps call for now, as the catalogues say it. ``first``: no person has said anything yet.

    ``abused``: nobody has to take insults; the boundary is kept ready behind the first.
    """
    steps = {step.name: step.state for step in conflict_steps(scene, services.numbers)}
    cause = f"@cause.{state.issue}" if services.book.is_issue(state.issue) else "@cause.unknown"
    emotion = "angry" if scene.heat >= services.numbers.conflict_starts_at else "frustrated"
    kind = "plain" if scene.apologised else "sorry"
    keys = {"empathise": f"empathise.{emotion}.{kind}", "accept": "accept.plain"}
    wanted: list[tuple[str, tuple[str, ...]]] = []
    if first and state.handover_reason == "safety":
        wanted.append(("empathise", ("empathise.safety",)))
    if "now" in (steps["listen"], steps["empathise"], steps["accept"]):
        if not state.issue and steps["listen"] != "done":
            wanted.append(("listen", ("listen.invite",)))
        missing = [name for name in ("empathise", "accept") if steps[name] != "done"]
        wanted.append(("+".join(missing), tuple(keys[name] for name in missing)))
        wanted += [(name, (keys[name],)) for name in missing if len(missing) > 1]
    elif scene.stage in ("action", "confirm", "closed") or scene.promises:
        wanted.append(("confirm", ("confirm.full",)))
    elif first and emotion == "angry":
        wanted.append(("empathise+accept", tuple(keys.values())))
    elif not services.book.is_issue(state.issue):
        wanted.append(("listen", ("listen.invite",)))
    wanted.append(("listen", ("listen.noted",)))
    if abused:
        wanted.insert(1, ("boundary", ("boundary.calm",)))
    params = {"cause": cause}
    said = [_say(about, lines, params, scene, services, seed, state.said) for about, lines in wanted]
    return [each for each in said if each]


def _say(
    about: str,
    keys: tuple[str, ...],
    params: dict[str, str],
    scene: Scene,
    services: Services,
    seed: str,
    used: tuple[str, ...],
) -> Suggestion | None:
    """``used``: the variants that the bot said already; the customer does not hear the same words from a person."""
    try:
        texts = [services.wording.say(key, scene.locale, params, seed=seed, used=used).text for key in keys if key]
    except WordingError:
        return None
    if scene.locale == "en":
        texts = [text[:1].upper() + text[1:] for text in texts]
    return Suggestion((" " if scene.locale == "en" else "").join(texts), "wording", about)


def _from_knowledge(state: State, question: str, services: Services) -> Suggestion | None:
    if not question.strip():
        return None
    hits = knowledge.search(state.locale, question, 1, issue=state.issue, about="")
    if not hits:
        return None
    return Suggestion(f"{hits[0].quote} {services.base_url}{hits[0].link}".strip(), "knowledge", hits[0].title)


async def _that_worked(session: AsyncSession, conversation: Conversation, state: State) -> list[Suggestion]:
    """What colleagues said in the same matter and language, after which the customer cooled most."""
    if not state.issue:
        return []
    query = (
        select(StaffSend, Message.seq)
        .join(Message, Message.id == StaffSend.message_id)
        .join(Conversation, Conversation.id == StaffSend.conversation_id)
        .where(StaffSend.status == "sent", Conversation.locale == conversation.locale,
               StaffSend.conversation_id != conversation.id)
        .order_by(StaffSend.closed_at.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip
    sends = (await session.execute(query)).all()
    if not sends:
        return []
    around = (
        select(Moment.conversation_id, Message.seq, Moment.heat, Moment.issue)
        .join(Message, Message.id == Moment.turn_id)
        .where(Moment.conversation_id.in_({send.conversation_id for send, _ in sends}))
        .order_by(Message.seq)
    )
    heats: dict[str, list[tuple[int, int, str]]] = {}
    for cid, seq, heat, issue in (await session.execute(around)).all():
        heats.setdefault(cid, []).append((seq, heat, issue))
    scored: dict[str, int] = {}
    for send, seq in sends:
        before = next((each for each in reversed(heats.get(send.conversation_id, [])) if each[0] < seq), None)
        after = next((each for each in heats.get(send.conversation_id, []) if each[0] > seq), None)
        if before and after and before[2] == state.issue and before[1] - after[1] >= COOLED_BY:
            scored[send.text] = max(scored.get(send.text, 0), before[1] - after[1])
    best = sorted(scored.items(), key=lambda item: -item[1])
    return [Suggestion(text, "worked", str(fell)) for text, fell in best[:SHOWN]]
