"""The label scheme: every name that hearing may give to a message.

The meaning of each name is written in docs/hearing.md; the order here is the order of the columns in
reports and never carries meaning.
"""

from __future__ import annotations

LANGUAGES: tuple[str, ...] = ("zh-CN", "zh-TW", "en")

SERVICE_INTENTS: tuple[str, ...] = (
    "order_status", "delivery_problem", "item_problem", "return_exchange", "refund", "order_cancel",
    "order_change", "payment_problem", "invoice", "price_promotion", "product_question", "usage_help",
    "repair_warranty", "account_problem", "membership", "service_complaint", "escalation_threat",
    "privacy_request", "business_info", "suggestion", "praise",
)  # fmt: skip

ACT_INTENTS: tuple[str, ...] = (
    "greet", "goodbye", "thank", "affirm", "deny", "provide_info", "ask_alternative", "ask_reason",
    "dont_know", "resolved", "unresolved", "request_human", "stop_contact", "bot_identity", "chitchat",
    "out_of_scope",
)  # fmt: skip

INTENTS: tuple[str, ...] = SERVICE_INTENTS + ACT_INTENTS

NEUTRAL = "neutral"
EMOTIONS: tuple[str, ...] = (
    NEUTRAL, "happy", "anxious", "confused", "disappointed", "frustrated", "angry", "abusive",
)  # fmt: skip

NEEDS: tuple[str, ...] = ("speed", "certainty", "fairness", "respect", "compensation", "ease")

FLAGS: tuple[str, ...] = ("safety", "repeat")

ENTITY_KINDS: tuple[str, ...] = (
    "order_number", "tracking_number", "phone", "email", "amount", "date", "product", "quantity", "score",
)  # fmt: skip

OUT_OF_SCOPE = "out_of_scope"
