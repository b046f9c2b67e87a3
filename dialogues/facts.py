"""What the playbook needs to know: learnt from what the customer says, asked for where it is missing, or given up."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogues import order_at_hand
from dialogues.circumstances import alarm, collecting, deadline, ease, grief, pieces, place, variant
from dialogues.draft import Draft
from dialogues.phrases import which_matter, willing
from dialogues.phrases.accepting import acceptance
from dialogues.phrases.clauses import asks, clauses_of, is_request
from dialogues.phrases.ordinals import position
from dialogues.phrases.script import joined
from dialogues.playbook import PHASES, Fact
from dialogues.reading import SEEN, Reading
from dialogues.state import WORDS_AT_MOST, Owner, State
from dialogues.values import changed

# "It was made out to me, and I gave you the company": what was done is not what was told.
_AMISS = re.compile(
    r"(?:开|開|改|发|發|寄|送|换|換|弄|搞|写|寫|填|打|登记|登記)(?:成了?(?=[^，,。吗嗎没沒]{1,12}了)|错|錯)|不对|不對|不是我(?:说|說|要|给|給)"
    r"|我(?:明明|已经|已經|早就|都)?(?:给|給|说|說|讲|講|填|写|寫)(?:过|過)"
    r"|\b(?:wrong|incorrect|mistake|not what i (?:asked|said|told|gave|wanted))\b"
    r"|\b(?:is|are|was|were|came|made|put|issued|got)\b.{0,20}\b(?:out to|in|to|as|under) (?:me|my)\b"
    r"|\bi (?:already |did )?(?:told|gave|said|asked|tell|give) (?:you|it|for)\b",
    re.IGNORECASE,
)
# "Don't get it wrong", of what is still to come.
_WARNS = re.compile(
    r"(?:别|別|不要|唔好|勿).{0,3}(?:错|錯)|\b(?:don'?t|do not|not to)\b.{0,16}\b(?:wrong|mistake)", re.IGNORECASE
)
# Facts that answer no question.
BESIDES = frozenset({
    deadline.NEEDED_BY, deadline.OCCASION, grief.BEREAVED, alarm.DANGER, ease.EASE, collecting.PICKUP,
    collecting.PICKUP_DAY, place.PLACE,
})  # fmt: skip
CHANGE = "change"  # the fact that tells what an order should become
DETAIL_AT_LEAST = 3  # letters or digits of a detail
_CORRECTS = re.compile(
    r"(?:啊|哦|喔|欸|诶|哎|oh|ah|er)?[,，!！\s]*(?:不对|不對|不是|错了|錯了|说错|說錯|講錯|更正|打错|打錯|唔啱|唔係|no\b|wait|sorry|correction"
    r"|i mean|scrap that)(?:.*?\d|.*?(?:是|系|係|it'?s|should be|meant))", re.IGNORECASE,
)  # fmt: skip
# Dialogue acts that answer no question for a fact in free words.
_NOT_AN_ANSWER = frozenset({
    "dont_know", "deny", "request_human", "goodbye", "ask_reason", "ask_alternative", "greet", "thank",
    "stop_contact", "bot_identity", "chitchat", "out_of_scope", "unresolved", "resolved", "praise", "suggestion",
})  # fmt: skip


def told(draft: Draft) -> dict[str, str]:
    """The facts that this turn gives, by name."""
    if draft.reading.choice:
        return _tapped(draft)
    return (
        heard(draft)
        | order_at_hand.named(draft)
        | _answered(draft)
        | _detailed(draft)
        | _shown(draft)
        | _besides(draft)
    )


def _besides(draft: Draft) -> dict[str, str]:
    """What is told of the circumstances, whatever the matter is."""
    collected = collecting.told(draft)
    needed = deadline.told(draft)
    if needed.get(deadline.NEEDED_BY, "none") == collected.get(collecting.PICKUP_DAY, ""):
        del needed[deadline.NEEDED_BY]  # the day that the courier may come is no day that it is needed by
    return (
        needed
        | grief.told(draft)
        | alarm.told(draft)
        | ease.told(draft)
        | collected
        | variant.told(draft)
        | place.told(draft)
    )


def keep(draft: Draft, found: Mapping[str, str]) -> Draft:
    """The draft with those facts known."""
    fresh = {name: value for name, value in found.items() if draft.state.facts.get(name) != value}
    if not fresh:
        return draft
    if "order_number" in fresh and "order_number" in draft.state.facts:
        draft = _about_another_order(draft)
    given = {
        *fresh,
        *(order_at_hand.VERIFYING if any(name in fresh for name in (*order_at_hand.VERIFYING, *pieces.PARTS)) else ()),
    }
    refused = tuple(name for name in draft.state.refused_facts if name not in given)
    draft = draft.set(facts={**draft.state.facts, **fresh}, refused_facts=refused)
    draft = changed(draft, learnt=(*draft.learnt, *fresh))
    return draft.because("learnt", facts=sorted(fresh))


def _about_another_order(draft: Draft) -> Draft:
    """What was proved, offered and done for the order before does not hold for this one."""
    return draft.set(verified=False, options_shown=(), options_open=(), options_refused=(), options_done=())


def _shown(draft: Draft) -> dict[str, str]:
    """A photo or a document is information given: staff see it, and that it came is known."""
    return {} if SEEN.isdisjoint(draft.reading.enclosed) else {"photo": "yes"}


def _tapped(draft: Draft) -> dict[str, str]:
    """A tapped fact, when the playbook knows that value or it is an order that the customer may see."""
    name, eq, value = draft.reading.choice.removeprefix("fact:").partition("=")
    if not draft.reading.choice.startswith("fact:") or not eq:
        return {}
    if name == "order_number":
        return {name: value} if draft.world.order(value) else {}
    fact = draft.playbook.fact(name) if draft.has_issue else None
    return {name: value} if fact and value in fact.choices else {}


def heard(draft: Draft) -> dict[str, str]:
    """Facts of the open issue that the message, or the words that raised the matter, tell without being asked."""
    if not draft.has_issue:
        return {}
    story = draft.state.stories.get(draft.state.issue, "")
    known = {fact.name: draft.state.facts.get(fact.name, "") for fact in draft.playbook.facts if fact.kind == "text"}
    heard = {
        fact.name: _heard(draft, fact, draft.reading.text)
        or ("" if fact.name in draft.state.facts else _heard(draft, fact, story))
        for fact in draft.playbook.facts
    }
    return {name: value for name, value in heard.items() if value and value not in known.get(name, "")}


def _heard(draft: Draft, fact: Fact, text: str) -> str:
    """What a text tells of a fact of the open matter; free words with the clause that they stand in, to be said back."""
    about = which_matter.part_about(draft.state.issue, text)
    value = fact.heard(about)
    if not value or fact.kind != "text":
        return value
    return next((clause for clause in clauses_of(about) if value in clause), value)[:WORDS_AT_MOST]


def _answered(draft: Draft) -> dict[str, str]:
    """An answer in words to the fact that was just asked."""
    state, reading = draft.state, draft.reading
    fact = draft.playbook.fact(state.asked_now) if draft.has_issue else None
    if fact is None or fact.kind == "order":
        return {}
    if fact.kind == "choice" and (value := _choice_named(fact, reading)):
        return {fact.name: value}
    if fact.kind == "choice" and not fact.required:
        return {}
    if reading.intent in _NOT_AN_ANSWER or not any(char.isalnum() for char in reading.text):
        return {}
    if willing.is_plain_yes(reading.text) or (fact.kind == "text" and fact.hears and not fact.heard(reading.text)):
        return {}  # says nothing of what it is to be
    if draft.book.is_issue(reading.intent) and not reading.unsure and not _is_same_matter(draft, reading.intent):
        return {}
    return {fact.name: reading.text[:WORDS_AT_MOST]}


def _detailed(draft: Draft) -> dict[str, str]:
    """More of what an order should become, after it was said once: the address in full, or a correction."""
    state, reading = draft.state, draft.reading
    fact = draft.playbook.fact(CHANGE) if draft.has_issue else None
    known = state.facts.get(CHANGE, "")
    if state.owner is not Owner.BOT:
        return {}
    asked_only = reading.puts_question and not any(map(is_request, clauses_of(reading.text)))
    if fact is None or not fact.grows or asked_only or (fact.required and not known) or not state.options_shown:
        return {}
    corrects = bool(known) and bool(_CORRECTS.match(reading.text))
    amiss = state.options_done and is_amiss(reading.text)  # that it was done otherwise tells no more of it
    told = not amiss and (
        reading.intent in ("provide_info", state.issue)
        or (reading.unsure and reading.intent not in {*_NOT_AN_ANSWER, "affirm"})
    )
    number = reading.first("order_number")
    if not corrects and (
        not told or position(reading) or (number and not order_at_hand.is_another_number(draft, number))
    ):
        return {}
    words = _without_yes(reading.text).strip()
    if sum(char.isalnum() for char in words) < DETAIL_AT_LEAST or words in known:
        return {}
    whole = f"{known[: WORDS_AT_MOST - len(words)]} · {words}" if known else words
    return {CHANGE: whole[-WORDS_AT_MOST:]}


def _without_yes(text: str) -> str:
    """The text; after a yes that opens it, what else it tells: "yes please, has it left?" tells nothing."""
    said = acceptance(text)
    if said is None or not said.opens:
        return text
    return joined((part for part in said.after if not asks(part)), like=text)


def is_amiss(text: str) -> bool:
    """True when what was done is said to be other than what was told."""
    return any(_AMISS.search(_WARNS.sub("", part)) and not asks(part) for part in clauses_of(text))


def _is_same_matter(draft: Draft, intent: str) -> bool:
    return intent == draft.state.issue or draft.book.continues(draft.state.issue, intent)


def _choice_named(fact: Fact, reading: Reading) -> str:
    """The value that a message picks without tapping: by its words, its place, a yes or no, or the need it names."""
    if heard := fact.heard(reading.text):
        return heard
    values = tuple(fact.choices)
    if 0 < (place := position(reading)) <= len(values):
        return values[place - 1]
    plain = {"affirm": "yes", "deny": "no"}.get(reading.intent, "")
    if plain in values:
        return plain
    needed = [need for need in reading.needs if need in values]
    return needed[0] if needed else ""


def is_settled(state: State, fact: Fact) -> bool:
    """True when a fact needs no asking: it is known, or the customer refused it."""
    return fact.name in state.facts or fact.name in state.refused_facts


def missing(draft: Draft) -> tuple[Fact, ...]:
    """Required facts of the open issue that are neither known nor refused, in SPIN order."""
    linked = draft.world.linked
    wanted = (
        fact for fact in draft.playbook.facts
        if fact.required and not is_settled(draft.state, fact) and not (linked and fact.unless_linked)
    )  # fmt: skip
    return tuple(sorted(wanted, key=lambda fact: PHASES.index(fact.phase)))


def refuse(draft: Draft, *names: str) -> Draft:
    """The draft with those facts given up: the customer will not or cannot tell them."""
    refused = tuple(dict.fromkeys((*draft.state.refused_facts, *names)))
    return draft.set(refused_facts=refused).because("not_to_be_had", facts=names)


def give_up_ignored(draft: Draft) -> Draft:
    """A fact asked often enough and still missing counts as refused."""
    limit = draft.numbers.fact_asked_at_most
    ignored = tuple(f.name for f in missing(draft) if draft.state.asked.get(f.name, 0) >= limit)
    return refuse(draft, *ignored) if ignored else draft


def count_asked(draft: Draft, name: str) -> Draft:
    """The draft with one more asking of that fact remembered."""
    return draft.set(asked={**draft.state.asked, name: draft.state.asked.get(name, 0) + 1})
