"""What stands against the ways out is said: a return too late, an exchange after the day it is needed."""

from __future__ import annotations

import pytest

from dialogues.book import load_book
from dialogues.reading import Order
from dialogues.state import Stage, State
from tests.dialogues.build import NOW, Talk, answered, reading, world

pytestmark = pytest.mark.fast
BOOK = load_book()


def _delivered(day: str) -> Order:
    return Order(
        number="2026110100011", status="delivered", item="rug", amount="90.00", currency="GBP", delivered_at=day
    )


@pytest.mark.parametrize("issue", ["refund", "return_exchange"])
@pytest.mark.parametrize(("day", "over"), [("2026-11-08", False), ("2026-11-07", True)])
def test_a_return_past_its_period_is_said_to_be_and_left_to_people(issue: str, day: str, over: bool):
    plan = answered(
        State(locale="en"), reading(issue, text="I'd like my money back"), world(_delivered(day)), book=BOOK
    )
    assert ("answer.return_over" in [act.key for act in plan.acts]) is over
    assert ("late_return" in plan.state.options_open) is over
    assert ("return_refund" in plan.state.options_open) is not over


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("想把钱退回来", False), ("要寄回哪里", False), ("可以帮我退回去吗", False),
        ("do you have it in blue instead", False),
        ("我已经寄回了", True), ("退货你们上周就签收了", True), ("早就退给你们了", True), ("寄回去五天了", True),
        ("寄返俾你哋咗", True), ("I posted it back last week", True), ("you've received the return", True),
    ],
)  # fmt: skip
def test_a_return_is_traced_only_where_it_was_made(text: str, sent: bool):
    fact = BOOK.of("refund").fact("sent_back")
    assert fact and (fact.heard(text) == "yes") is sent


@pytest.mark.parametrize(("needed", "late"), [("2026-11-24", True), ("2026-11-25", False), ("", False)])
def test_what_comes_after_the_day_it_is_needed_is_said_to_before_and_after_it_is_chosen(needed: str, late: bool):
    facts = {"order_number": "2026110100011", **({"needed_by": needed} if needed else {})}
    talk = Talk(
        _delivered("2026-11-22"), state=State(locale="en", stage=Stage.EXPLORE, issue="item_problem", facts=facts)
    )
    around = world(_delivered("2026-11-22"))
    shown = answered(talk.state, reading("item_problem", text="the seam came apart"), around, book=BOOK)
    assert ("answer.none_in_time" in [act.key for act in shown.acts]) is late
    done = answered(shown.state, reading(choice="option:exchange"), around, book=BOOK)
    assert ("act.too_late" in [act.key for act in done.acts]) is late
    if late:
        again = answered(done.state, reading("order_status", text="what use is that to me"), around, book=BOOK)
        assert again.state.unresolved == 1 and again.state.stage is Stage.OFFER


def test_what_use_is_it_is_no_time_for_the_collection():
    state = State(locale="zh-CN", stage=Stage.ACTION, issue="item_problem", facts={"order_number": "2026110100011"},
                  options_shown=("exchange",), options_done=("exchange",), booked={"2026110100011": "exchange"},
                  promised={"pickup": NOW.replace(day=25).isoformat()})  # fmt: skip
    said = reading("ask_alternative", text="明天一早我就走了 你周四来取有什么用", unsure=True)
    plan = answered(state, said, world(_delivered("2026-11-22")), book=BOOK)
    assert "pickup_when" not in plan.state.facts and plan.state.unresolved == 1
