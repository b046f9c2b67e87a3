"""When a human takes over, and why: the first reason that applies is named."""

from __future__ import annotations

import re
from datetime import datetime

from dialogues.because import because
from dialogues.numbers import Numbers
from dialogues.phrases.clauses import clauses_of
from dialogues.reading import Reading
from dialogues.state import State

# In the order of precedence: the first that applies is named. The last three come from outside a customer's turn.
WHEN: dict[str, str] = {
    "safety": "the message speaks of harm that happens or is threatened",
    "threat": "a threat to take it further: regulator, lawyer, press, bad review",
    "abuse": "abusive again within the boundary's memory",
    "asked": "the customer asks for a person",
    "rule": "the shop keeps this issue for staff",
    "action_failed": "one of the shop's systems failed, or what was done cannot be taken back",
    "heat": "very high twice running, or three strictly rising turns that end high",
    "unresolved": "still not well, for the second time in an episode",
    "offers_refused": "offers refused twice, or nothing left to offer",
    "missing_facts": "what is needed cannot be found out, or nobody wrote down the answer",
    "misunderstood": "not understood twice running; small talk and what no shop does are not counted",
    "survey": "a low score",
    "agent_silent": "the member of staff fell silent",
    "engine_down": "the engine gave no answer",
}
REASONS = tuple(WHEN)
LIKELY = 0.5
HEAD = r"(?:客服|值班|门市|門市)?(?:主管|经理|經理|店长|店長|负责人|負責人|领班|領班|上司)"
_WANTS_PERSON = re.compile(
    r"(?:我要|我想|给我|給我|帮我|幫我|请|請|叫|让我|讓我)(?:找|转|轉|叫|换|換|接|跟|和)?(?:一?[个個位])?(?:真人|人工|活人)|(?:给我|給我)(?:找|叫|派|换|換)?一?[个個位]人(?:来|來)?(?:说|說|讲|講|谈|談|听|聽|处理|處理)"
    rf"|(?:要|想|给我|給我|帮我|幫我|请|請|麻烦|麻煩|让我|讓我|直接|^)(?:找|转|轉|叫|换|換|接|跟|和|同|搵|联系|聯絡)(?:你们|你們|你哋|您们)?的?(?:一?[个個位])?{HEAD}"
    rf"|(?:叫|请|請|找|换|換|让|讓|搵)(?:你们|你們|你哋)的?{HEAD}"
    r"|\b(?:get|put|want|need|bring|call)(?: me)?(?: through to| to)? (?:your|a|the) (?:\w+ )?(?:manager|supervisor|boss)\b(?!')"
    r"|\b(?:let me|i want to|i need to|i'?d like to|can i|could i|may i) (?:speak|talk) (?:to|with) (?:a |an |some|one of your )(?:one|body|real |actual |human|person|manager|supervisor|people)"
    r"|(?:帮我|幫我|麻烦|麻煩|可以|能|请|請|那)[^，,。]{0,4}(?:问问|問問|问一下|問一下|问下|問下|问|問)(?:一?[个個位])?(?:同事|专人|專人|别人|別人|懂的人)"
    r"|\b(?:can|could|would|will|please|pls) (?:you |u )?(?:please )?(?:ask|check with|find|get) (?:someone|somebody|a colleague|your colleagues?|a person|a human|a team ?mate|the team)\b"
    r"|\b(?:get|give|find) me (?:a|an|some) ?(?:one|body|human|real person|actual person|person|manager|supervisor)\b",
    re.IGNORECASE,
)
_RATHER_NOT = re.compile(
    r"不用|不要|别|別|不必|唔使|\b(?:don'?t|do not|no need|never ?mind|rather not)\b", re.IGNORECASE
)


def abused_lately(state: State, now: datetime, numbers: Numbers) -> bool:
    """True when the customer was abusive before, within the boundary's memory."""
    if not state.abused_at:
        return False
    hours = (now - datetime.fromisoformat(state.abused_at)).total_seconds() / 3600
    return hours <= numbers.abuse_again_within_hours


def too_hot(state: State, numbers: Numbers) -> str:
    """Why the feelings alone call for a human, or "". ``state`` already holds this turn's heat."""
    heats = state.heats
    if len(heats) >= 2 and min(heats[-2:]) >= numbers.heat_for_human:
        return because("hot_twice", first=heats[-2], second=heats[-1], limit=numbers.heat_for_human)
    if len(heats) >= 3 and heats[-3] < heats[-2] < heats[-1] and heats[-1] >= numbers.rising_ends_at:
        return because("rising", first=heats[-3], second=heats[-2], third=heats[-1], limit=numbers.rising_ends_at)
    return ""


def _is_heard(reading: Reading) -> bool:
    """A wish for a person counts where it is likelier than not: one too many costs less than one missed."""
    return not reading.unsure or reading.confidence >= LIKELY


def wants_person(text: str) -> bool:
    """True where a clause of a message plainly asks for a person, whatever the others are about."""
    return any(_WANTS_PERSON.search(clause) and not _RATHER_NOT.search(clause) for clause in clauses_of(text))


def reason_in_turn(
    state: State, before: State, reading: Reading, now: datetime, numbers: Numbers, rule_issues: frozenset[str]
) -> tuple[str, str] | None:
    """(reason, why in words) when this turn by itself goes to a human, else None.

    ``state`` already holds this turn's heat; ``before`` tells of abuse in earlier turns.
    """
    spoken = not reading.choice
    sure = spoken and not reading.unsure
    if reading.safety:
        return "safety", because("harm")
    if sure and reading.intent == "escalation_threat":
        return "threat", because("threatens", sure=reading.confidence)
    if reading.emotion == "abusive" and abused_lately(before, now, numbers):
        return "abuse", because("abuse", hours=numbers.abuse_again_within_hours)
    wants = spoken and ((reading.intent == "request_human" and _is_heard(reading)) or wants_person(reading.text))
    if reading.choice == "human" or wants:
        return "asked", because("asks_person")
    if sure and reading.intent in rule_issues:
        return "rule", because("marked", issue=reading.intent)
    why = too_hot(state, numbers)
    return ("heat", why) if why else None
