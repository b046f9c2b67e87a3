"""What the pages and the commands of learning do alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from actions.audit import Author
from actions.learning import queue, rating, releasing, sets, versions, watching
from actions.services import Services
from actions.staff import StaffRefused
from bot.engine.training import corpus_fingerprint
from bot.learning.kappa import agreement
from bot.settings import Settings
from models.learning import TrainingSet
from models.session import AsyncSession
from nlu.corpus import CorpusError, parse_line
from nlu.labels import INTENTS
from nlu.redaction import redact


def checked_labels(given: Mapping[str, Any], services: Services) -> dict[str, Any]:
    """Labels in the scheme's form. Raises StaffRefused ``bad_labels``."""
    intent = str(given.get("intent", ""))
    own = intent if intent not in INTENTS and services.book.is_issue(intent) else ""
    row = {"text": "x", **{name: given.get(name) for name in ("lang", "intent", "emotion", "intensity")},
           "needs": list(given.get("needs") or ()), "flags": list(given.get("flags") or ())}  # fmt: skip
    try:
        example = parse_line(json.dumps(row), "labels", own=own)
    except CorpusError as error:
        raise StaffRefused("bad_labels") from error
    return {"lang": example.lang, "intent": example.intent, "emotion": example.emotion, "intensity": example.intensity,
            "needs": list(example.needs), "flags": list(example.flags)}  # fmt: skip


def as_heard(heard: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """What was heard, as labels: what a rater confirms with one key."""
    flags = [flag for flag in ("safety", "repeat") if heard.get(flag)]
    return {"lang": locale, "intent": heard.get("intent"), "emotion": heard.get("emotion"),
            "intensity": heard.get("intensity"), "needs": list(heard.get("needs") or ()), "flags": flags}  # fmt: skip


async def make_set(
    session: AsyncSession, services: Services, settings: Settings, author: Author, note: str
) -> TrainingSet:
    """A new training set of all that was agreed. Raises StaffRefused ``nothing_new``."""
    told = agreement(await rating.pairs(session))
    base = corpus_fingerprint(settings.corpus / "train")
    return await sets.make_set(session, services, author, note=note, base=base, redact=redact, agreement=told)


async def overview(session: AsyncSession, services: Services) -> dict[str, Any]:
    """Queue, sets, versions, releases, and what came of the newest."""
    now = services.clock()
    release = await releasing.newest(session)
    return {
        "queue": await queue.counts(session), "two_raters": await rating.takes_two(session),
        "agreement": agreement(await rating.pairs(session)),
        "sets": [sets.shown(row, await sets.erased_of(session, row)) for row in await sets.all_sets(session)],
        "versions": [versions.shown(row) for row in await versions.all_versions(session)],
        "current": release.version if release else releasing.STANDARD, "before": await releasing.before(session),
        "releases": [releasing.shown(row) for row in await releasing.history(session)],
        "watch": await watching.watch(session, release.at, now) if release else None,
    }  # fmt: skip
