"""What a message asks beside the rest: each question is answered in the same reply, or said not to be known.

What the reply tells already, what asks for something to be done, and what raises the matter itself are no such
questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogues import by_when, money, offers, particulars, telling
from dialogues.circumstances import collecting
from dialogues.confirming import told_promise
from dialogues.conflict import UNCOMFORTED
from dialogues.draft import Draft
from dialogues.eoac import Signal
from dialogues.phrases import reversing, which_matter
from dialogues.phrases.clauses import asks_if_possible, is_request, only_marked, questions_of
from dialogues.phrases.denied import fears
from dialogues.phrases.script import size
from dialogues.plan import Act
from dialogues.reading import STRAINED
from dialogues.values import changed

ASKED_AT_LEAST = 3  # more words or Chinese characters than a tag: "will you?", 「好吗」
ANSWERED_AT_MOST = 2  # questions beside the rest in one reply
GOES_ON = frozenset({"offer", "ask", "clarify", "confirm", "survey", "schedule"})  # acts that come after the answers
# "Do I have to …?" is no request, though it speaks of "I".
_WHETHER = re.compile(r"(?:and |or |also |so )*(?:do|does|must|should) (?:i|we|it|they)\b", re.IGNORECASE)
# What is to be done, why, and what is said of people: no fact answers it.
_NO_FACT = re.compile(
    r"(?:有没有|有沒有|有冇|还有|還有|仲有)(?:别|別|其他|其它|另外)|难道|難道|唔通"
    r"|\b(?:any|anything|something) (?:else|other)\b"
    r"|为什么|為什麼|为啥|為啥|凭什么|憑什麼|怎么|怎麼|咋|点算|點算|什么(?:意思|态度|东西|玩意)|什麼(?:意思|態度|東西)"
    r"|(?:谁|誰)|你们(?:到底|都|就)|你們(?:到底|都|就)"
    r"|\b(?:why|how come|who|who'?s)\b"
    r"|\bwhat (?:can|do|should|shall|could|would|am|are|now|next|then|else|about|kind of|sort of) ?(?:i|you|we)?\b"
    r"|\bhow (?:do|can|could|should|would|dare|hard|am|many times) ?(?:i|you|we)?\b"
    r"|\b(?:what|which) (?:\w+ )?(?:options?|ways?|choices?)\b|\b(?:any|all|none) of you\b|\byou (?:lot|people)\b",
    re.IGNORECASE,
)
_OR_NOT = re.compile(r"(?:还是|還是)[不没沒]|\bor not\b", re.IGNORECASE)
# Answers that leave room for others; whatever else was answered took the whole message for its question.
_OF_ONE_THING = ("answer.order.", "answer.tells.", "answer.tracking", "answer.out_of_reach", "record.")
# Turns that take the matter up or on; the others are answered as a whole, or put off.
_TAKES_ON = frozenset({
    Signal.ISSUE, Signal.SAME, Signal.INFORM, Signal.CORRECTS, Signal.CHOSE, Signal.UNDO, Signal.INSTEAD, Signal.YES,
    Signal.ANOTHER, Signal.SETTLED, Signal.ELSE, Signal.WITHDRAWN,
})  # fmt: skip


def answered(draft: Draft, signal: Signal) -> Draft:
    """The draft with what this turn asks beside the rest answered as well: none of several questions is lost."""
    if signal not in _TAKES_ON or not _has_room(draft):
        return draft
    beside = changed(draft, acts=())
    for number, question in enumerate(list(_beside(draft))[:ANSWERED_AT_MOST]):
        beside = with_answer(beside, question, f"beside.{number}", said=draft.acts)
    at = next((i for i, act in enumerate(draft.acts) if act.name in GOES_ON), len(draft.acts))
    return changed(beside, acts=(*draft.acts[:at], *beside.acts, *draft.acts[at:]))


def with_answer(draft: Draft, question: str, search: str, said: tuple[Act, ...] = ()) -> Draft:
    """The draft with the answer to that question of the turn at its end, where something is to be said of it.

    ``search``: the name of the search for an article; ``said``: what the rest of the reply says, and is not said again.
    """
    known = (*said, *draft.acts)
    knows_where = any(act.key.startswith("answer.order.") for act in known)
    of_it = changed(draft, acts=(), reading=changed(draft.reading, text=question, asks=""))
    found = _told(of_it, search, knows_where=knows_where)
    if found is None:
        return draft
    fresh = tuple(act for act in found.acts if _topic(act) not in map(_topic, known))
    return changed(found, acts=(*draft.acts, *fresh), reading=draft.reading)


def _topic(act: Act) -> str:
    """What an answer about a way out tells of, so that it is told once; of other acts their whole key and words."""
    own = f"{act.key} {sorted(act.params.items())}"
    return act.key.rpartition(".")[0] if act.key.startswith("answer.tells.") else own


def _has_room(draft: Draft) -> bool:
    """True for a reply of ours in words to words, that has not answered the whole message already."""
    silent = draft.reading.choice or draft.calls or draft.is_handed_over or not draft.has_issue
    whole = any(act.name == "answer" and not act.key.startswith(_OF_ONE_THING) for act in draft.acts)
    return not (silent or whole or draft.too_upset_for_offers)


def _beside(draft: Draft) -> Iterator[str]:
    """The questions of this turn that the reply leaves open. The one that opens the message is taken for its matter."""
    text, acts = draft.reading.text, draft.acts
    picks = any(act.name == "act" for act in acts)
    undone = any(act.key == "act.undone" for act in acts)
    wished = draft.state.facts.get(collecting.PICKUP, "")
    raised = {draft.state.issue, *draft.state.parked} - {which_matter.STATUS}
    for question in questions_of(text):
        leads = not picks and text.lstrip().startswith(question)
        asked_for = is_request(question) and not _WHETHER.match(question)
        if (
            leads
            or asked_for
            or only_marked(question)
            or size(question) <= ASKED_AT_LEAST
            or question in wished
            or (undone and reversing.wish(question))
            or _NO_FACT.search(question)
        ):
            continue
        of_the_matter = which_matter.matter_of(question, "") in raised and not telling.asks_for_warranty(question)
        offered = any(act.name == "offer" for act in acts)
        put = offered or any(act.name == "clarify" for act in acts)
        shown = (offered and asks_if_possible(question)) or (put and _is_on_the_table(draft, question))
        where = any(act.key.startswith(("answer.order.", "answer.tracking")) for act in acts)
        if where and which_matter.matter_of(question, "") == which_matter.STATUS:
            continue
        if picks or not (of_the_matter or shown):
            yield question


def _is_on_the_table(draft: Draft, question: str) -> bool:
    """True for "do I get all of it back?" beside such a way out: its title says what is paid back, and by when.

    "Will you look for it or not?" is answered by what is put to them.
    """
    on_table = offers.open_options(draft)
    told = on_table if _OR_NOT.search(question) else filter(money.moves_money, on_table)
    return any(option.is_named_in(question) for option in told)


def _told(draft: Draft, search: str, *, knows_where: bool) -> Draft | None:
    """The draft with the answer to the one question that it is about; None where nothing is to be said of it.

    ``knows_where``: the reply tells where the order is.
    """
    text = draft.reading.text
    where = (telling.asks_if_coming, telling.asks_if_sent, telling.asks_where, fears)
    if any(asked(text) for asked in where) and draft.order and draft.order.is_coming:
        return None if knows_where else telling.told_order(draft)
    if told := telling.told_warranty(draft) or particulars.told(draft):
        return told
    if by_when.is_asked(draft):
        return told_promise(draft)  # each of the ways out says by when
    calm = draft.temper in UNCOMFORTED and draft.reading.emotion not in STRAINED | {"disappointed"}
    return looked_up(draft, search) if calm else None  # what the upset ask is mostly no question


def looked_up(draft: Draft, search: str) -> Draft:
    """The draft with what the articles say of the text of the turn; else that it is not known, in its own words."""
    text = draft.reading.text
    found = telling.quote_article(draft, search, question=text, within=telling.everywhere(draft))
    words = {"words": f"={text.rstrip(' ?？')}"}
    return found or draft.say("answer", "answer.not_that", words).because("no_article")
