"""Advice that a shop is asked for and does not give: it says where to ask."""

from __future__ import annotations

import re

_WORDS = {
    "medical": re.compile(
        "药(?!费)|藥(?!費)|剂量|劑量|症状|症狀|看医生|看醫生|发烧|發燒|血压(?![计計仪])|血壓(?![計儀])|孕妇能|孕婦能|副作用|治疗|治療|去医院|去醫院|看急诊|看急診|挂号|掛號"
        r"|\b(?:doctor|medicine|medication|dose|dosage|symptoms?|painkillers?|ibuprofen|paracetamol"
        r"|blood pressure(?! (?:monitor|meter|cuff|gauge))|hospital|side effects?|diagnos\w*"
        r"|treat(?:ment)? (?:for|of))\b",
        re.IGNORECASE,
    ),
    "legal": re.compile(
        "律师函|律師函|打官司|起诉书|起訴書|法律上|合同|合約|继承|繼承|离婚|離婚|遗嘱|遺囑|劳动仲裁|勞動仲裁"
        r"|\b(?:sue|lawsuit|legal advice|contract|divorce|inherit\w*|landlord|tenancy|will and testament)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip


def asked(text: str) -> str:
    """Which advice a message asks for, ``medical`` or ``legal``; "" for none."""
    return next((kind for kind, words in _WORDS.items() if words.search(text)), "")
