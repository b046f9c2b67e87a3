"""What a customer asked for in words of their own: one way out is put to them as one question, not as a menu."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogues import facts, offers, remedies
from dialogues.circumstances.collecting import COLLECTING, PICKUP
from dialogues.circumstances.variant import REPLACING, VARIANT
from dialogues.draft import Draft
from dialogues.facts import CHANGE
from dialogues.phrases.clauses import asks, clauses_of, is_request, only_asks, only_marked, parted, puts_case
from dialogues.phrases.naming import named_among
from dialogues.phrases.script import size
from dialogues.playbook import Option
from dialogues.state import Stage

REFERRED = "referred"  # the fact: what is asked of people, as no way out covers it
ECHO = "restate.change"  # the wording in which it is said back
ECHOED_AT_MOST = 120  # characters of the customer's own words
# "Hi, could you please …, thanks": politeness around what is asked for, not said back.
_LEAD = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear|ok|okay|so|and|also|well|um|then|fine)\b\W*)*(?:please\b\W*)?"
    r"(?:(?:can|could|would|will) (?:you|u|i|we)\b\W*|i(?:'d| would) like (?:you )?to\b\W*"
    r"|i (?:want|need) (?:you )?to\b\W*)?"
    r"(?:please\b\W*|just\b\W*)*|^(?:您好|你好|麻烦|麻煩|请(?!问)|請(?!問)|帮我|幫我|[你您妳][们們]?|[\s，,])+",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"\W*(?:\b(?:please|pls|plz|thanks|thank you)|谢谢|謝謝|唔該)\W*$", re.IGNORECASE)
CHANGES = frozenset({"change", "redirect", "correct"})  # the port's actions that the words of a change go into
_IN_PLACE = re.compile(r"\binstead of\b[^,.;!?]*", re.IGNORECASE)
BRIEF = 5  # Chinese characters or words: "cancel it", 「退货吧」
# A wish by its first word; and what tells of something that was, not of a wish.
_WISH = re.compile(
    r"^(?:那|就|只|还是|還是|直接|先|马上|馬上|立刻|赶紧|趕緊|赶快|趕快|快|[你您妳](?:们|們)?|把[^，,。]{1,8}?)*(?:想|要|换|換|退|修|改|补|補|取消|开|開|给|給)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^(?:(?:and|then|so|just|please|ok(?:ay)?|well|no|at least|you can|you could) )*"
    r"(?:send|give|put|write|make|let|leave|refund|replace|pay|take|bring|move|keep|issue|cover|add|include|drop|split|hold|stop|come|collect|cancel|chase|swap|exchange|return|repair|fix|change)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"[没沒未过過]|\b(?:did|was|were|has|have|had|already)\b", re.IGNORECASE)


def way_out(draft: Draft, options: Sequence[Option]) -> Option | None:
    """The one of these ways out that was asked for: named in this turn, else where the matter was raised, or told with
    what goes into it. None where none was, or several. Who has something booked and asks whether they can have another
    instead asks for that.
    """
    real = [option for option in options if not (option.handover or option.fallback)]
    now = "" if draft.reading.choice else draft.reading.text
    for words in dict.fromkeys((now, draft.state.stories.get(draft.state.issue, ""))):
        wished = wished_in(words)
        if named := named_among(real, wished, wavering=draft.booked is not None):
            done = [option for option in named if option.port not in remedies.ASKING]  # before what only looks into it
            return named[0] if len(named) == 1 else done[0] if len(done) == 1 else None
    with_details = [option for option in real if details(draft, option)]
    return with_details[0] if len(with_details) == 1 else None


def wished_in(text: str) -> str:
    """The clauses of a text that want something."""
    return "，".join(clause for clause in clauses_of(text) if _is_wish(clause))


def _is_wish(clause: str) -> bool:
    """True for a clause that wants something, or a few words that tell of nothing past: "new one"."""
    return wishes(clause) or (not asks(clause) and size(clause) <= BRIEF and not _PAST.search(clause))


def wishes(clause: str) -> bool:
    """True for a clause that says by a word of it that something is wanted."""
    return is_request(clause) or (not asks(clause) and bool(_WISH.search(clause) or _ORDER.search(clause)))


def asks_for_a_remedy(draft: Draft) -> bool:
    """True for "great, then please book the repair" where so far something was only answered."""
    state, reading = draft.state, draft.reading
    if state.stage is not Stage.CONFIRM or not draft.has_issue or state.options_done or reading.choice:
        return False
    wished = [part for part in parted(reading.text)[0] if wishes(part)]
    named = [option for option in draft.playbook.options if option.port and any(map(option.is_named_in, wished))]
    return bool(named) and not any(reading.intent in option.intents for option in named)


def goes_into(option: Option) -> tuple[str, ...]:
    """The facts in the customer's words that the option's request carries."""
    if option.fallback and option.promise:
        return (REFERRED,)
    collected = (PICKUP,) if option.promise and option.promise.key in COLLECTING else ()
    return (CHANGE,) if option.action in CHANGES else (VARIANT, *collected) if option.action in REPLACING else collected


def details(draft: Draft, option: Option) -> tuple[str, ...]:
    """What is known of how it is wanted: which one, or what is to change."""
    return tuple(name for name in goes_into(option) if name in draft.state.facts and name in (CHANGE, VARIANT))


def carried(draft: Draft, option: Option) -> tuple[str, ...]:
    """All that is known and goes into the option's request, when it is to be collected too."""
    return tuple(name for name in goes_into(option) if name in draft.state.facts)


def echoed(draft: Draft, *names: str) -> Draft:
    """What is asked for, in the customer's own words."""
    words = " · ".join(_wished_part(draft, name) for name in names)
    return draft.say("restate", ECHO, {CHANGE: f"={to_the_point(words)}"})


def _wished_part(draft: Draft, name: str) -> str:
    """The words of a fact from where they say what is wanted, without the questions after it."""
    words, fact = draft.state.facts[name], draft.playbook.fact(name)
    parts = clauses_of(words)
    first = next((part for part in parts if fact and fact.heard(part)), "")
    words = words[words.find(first) :]
    while len(parts := clauses_of(words)) > 1 and _only_asks(parts[-1]):
        words = words[: words.rfind(parts[-1])].rstrip(" ，,。.;；!！")
    return words


def _only_asks(clause: str) -> bool:
    return only_asks(clause) and not only_marked(clause)


def to_the_point(words: str) -> str:
    """The words without the politeness around them, and not too many of them."""
    words = (_LEAD.sub("", _PLEASE.sub("", words)) or words).rstrip(" .。?？")
    return words if len(words) <= ECHOED_AT_MOST else f"{words[:ECHOED_AT_MOST].rstrip()}…"


def out_of_reach(draft: Draft) -> Option | None:
    """The remedy that this turn names and that cannot be had for this order here; None where none is, or one can."""
    reading = draft.reading
    if reading.choice or not draft.has_issue or draft.order is None or draft.booked or puts_case(reading.text):
        return None
    wanted, _ = parted(_IN_PLACE.sub("", reading.text))
    issues = filter(draft.book.is_issue, (draft.state.issue, *draft.playbook.becomes))
    there = [
        (each, option) for each in (draft.set(issue=issue) for issue in issues) for option in each.playbook.options
    ]
    named = [(each, option) for each, option in there if any(map(option.is_named_in, wanted))]
    if any((option.port or option.after_days) and offers.is_possible(each, option) for each, option in named):
        return None
    beyond = {option.id: option for _, option in named if option.is_remedy and option.port in remedies.OF_THE_THING}
    if not beyond:
        return None
    had = {option.port for each, option in there if option.is_remedy and offers.is_possible(each, option)}
    thing = [option for option in beyond.values() if option.port not in had]
    return thing[0] if len(thing) == 1 else None


def is_amiss(draft: Draft) -> bool:
    """True when something was done with what they told, and they say that it came out otherwise."""
    told = any(details(draft, option) for option in draft.done)
    anew = {VARIANT, PICKUP}.intersection(draft.learnt)  # "I wrote the wrong one, the 36"
    return told and not (anew or draft.reading.choice) and facts.is_amiss(draft.reading.text)
