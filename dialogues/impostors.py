"""Messages and calls in the shop's name that may not be the shop's: told at once what it never asks for."""

from __future__ import annotations

import re

from dialogues import telling
from dialogues.asking import HUMAN
from dialogues.because import because
from dialogues.draft import Draft
from dialogues.escalate import hand_over

ARTICLES = "impostors"  # what the articles on this are filed under
_MESSAGE = "短信|簡訊|电话|電話|邮件|郵件|信件|来电|來電|消息|訊息|链接|連結|微信|LINE|客服|WhatsApp"
_SUSPECTED = re.compile(
    rf"钓鱼|釣魚|冒充|假冒|(?:是不是|会不会是|會不會是|怕是|疑似|遇到|碰到|像是?|防)(?:了)?(?:诈骗|詐騙|骗子|騙子|骗局|騙局)|(?:诈骗|詐騙)(?:短信|簡訊|电话|電話|邮件|郵件|吗|嗎)"
    rf"|(?:{_MESSAGE}).{{0,40}}(?:是|系|係)(?:不是|唔係)?(?:你们|妳們|你們|你哋|贵店|貴店|官方)(?:发|發|打|寄|的|嗎|吗|真)"
    rf"|(?:{_MESSAGE}).{{0,30}}(?:是真的|真的假的|真假|可信吗|可信嗎|可靠吗|可靠嗎)"
    rf"|(?:自称|自稱|说是|說是|號稱|号称)(?:你们|妳們|你們|你哋|贵店|貴店).{{0,10}}(?:客服|的人|员工|員工|店)"
    r"|\b(?:scam\w*|phish\w*|impost\w*|impersonat\w*|spoof\w*)\b|\bfake (?:text|e?-?mail|sms|message|call|site|website)\b"
    r"|\b(?:text|sms|e-?mail|message|call|link|caller)\b.{0,40}\b(?:really )?(?:from you|you guys|genuine|legit\w*|yours)\b"
    r"|\bdid you (?:really )?(?:send|text|call|e-?mail|ring)\b.{0,30}\bme\b.{0,60}\?"
    r"|\b(?:claim\w*|said|says|saying|pretend\w*) (?:(?:to be|they'?re|they are|he'?s|she'?s|it'?s|that they are) (?:from )?|from )(?:you|your (?:shop|company|store|team))\b",
    re.IGNORECASE,
)  # fmt: skip
_ACCUSES = re.compile(
    r"你们(?:就是|都是|是)?(?:骗子|诈骗)|你們(?:就是|都是|是)?(?:騙子|詐騙)|\byou(?:'re| are)?\b.{0,12}\bscam",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"(?:已经|已經|我)?(?:转了|轉了|转账了|轉帳了|汇了|匯了|付了|点了|點了|点进去了|點進去了|填了|给了|給了|告诉了|告訴了|输了|輸入了|报了|報了)"
    r"|\b(?:i|i'?ve|have) (?:already )?(?:paid|sent|gave|given|told|entered|clicked|typed|transferred|filled)\b",
    re.IGNORECASE,
)


def suspected(draft: Draft) -> bool:
    """True when the customer asks or tells of somebody who may only pretend to be the shop."""
    text = draft.reading.text
    return not draft.reading.choice and bool(_SUSPECTED.search(text)) and not _ACCUSES.search(text)


def warn(draft: Draft) -> Draft:
    """What the shop never asks for, from the article; where something was given already, what to do now, and a person."""
    if _GIVEN.search(draft.reading.text):
        return hand_over(draft.say("answer", "answer.impostor.given"), "rule", because("given_away"))
    found = telling.quote_article(draft, question=draft.reading.text, issue=ARTICLES)
    if found is not None and found.calls:
        return found
    told = found or draft.say("answer", "answer.impostor.first")
    return told.beside_the_last((HUMAN,)).because("impostor")
