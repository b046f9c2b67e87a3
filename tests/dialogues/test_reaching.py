"""Whom customers want to hear from, how and when: it is passed on in their words, and they see that it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogues.circumstances import reaching
from dialogues.values import changed
from tests.dialogues.build import keys, reading
from tests.dialogues.test_in_passing import DELIVERED, Shop

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(("text", "words"), [
    ("你們客服昨天掛我電話，叫主管打給我，我要她道歉", "叫主管打給我"),
    ("叫你哋經理覆我電話，62223333，今晚七點後", "叫你哋經理覆我電話，62223333，今晚七點後"),
    ("打我公司 02-2345-6789 分機 12", "打我公司 02-2345-6789 分機 12"),
    ("让经理回电给我，我下午四点下班", "让经理回电给我，我下午四点下班"),
    ("Get your manager to ring me, I'm free after 5", "Get your manager to ring me, I'm free after 5"),
])  # fmt: skip
def test_a_person_a_number_and_a_time_are_told_in_their_words(text: str, words: str):
    assert reaching.words(reading("request_human", text=text), waiting=False) == words


@pytest.mark.parametrize("text", ["轉真人", "a person please", "明天到得了嗎", "my card is 4929 1234 5678 9012"])
def test_who_only_wants_a_person_or_asks_something_tells_nothing_of_it(text: str):
    assert not reaching.words(reading("request_human", text=text), waiting=False)


def test_what_is_asked_of_a_supervisor_is_said_back_at_the_handover_and_more_of_it_while_they_wait():
    shop = Shop(DELIVERED)
    plan = shop.says("get your manager to ring me", "request_human")
    assert keys(plan)[-2:] == ("handover.open", reaching.TOLD)
    plan = shop.says("not before ten tomorrow", "provide_info")
    assert keys(plan) == (reaching.TOLD,)


def test_once_nobody_came_and_the_call_back_was_not_kept_no_other_time_is_told():
    shop = Shop(DELIVERED)
    shop.says("a person please", "request_human")
    assert keys(shop.says("has nobody come?", asks="whether")) == ("answer.waiting",)
    due = (shop.around.now + timedelta(hours=1)).isoformat()
    shop.state = changed(shop.state, promised={"call_back": due}, said=("handover.nobody#0",))
    assert keys(shop.says("has nobody come?", asks="whether")) == ("promise.call_back",)
    shop.state = changed(shop.state, promised={}, said=("handover.nobody#0", "recover.broken#0"))
    assert keys(shop.says("has nobody come?", asks="whether")) == ("answer.waiting_on",)
