"""People who are beaten, threatened, caught or lying there are heard, and things that break are not taken for them."""

from __future__ import annotations

import pytest

from nlu.peril import speaks_of_peril
from nlu.prepare import prepare

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("text", [
    "my boyfriend keeps hitting me", "he beats me when he's drunk", "he beat me up", "I'm scared he'll kill me", "老公喝醉酒又打我", "前夫扬言要弄死我们",
    "佢又郁手打我", "my dad hits the kids", "I'm going to smash that clerk's teeth in", "I'll stab whoever brings it", "we'll burn the warehouse down",
    "把你们店员的腿打断", "信不信我弄死你", "我提把刀去你们店里", "砍死你们全家", "my neighbour is trapped under the shelves", "the fitter got his arm crushed, it's pinned",
    "I'm trapped in the lift", "我妈被压在柜子下面出不来", "孩子困在电梯里", "my dad just collapsed", "the baby isn't breathing", "阿嬤昏倒了叫不醒", "我爸突然中风了",
    "阿爺暈倒咗", "mum is having a stroke",
])  # fmt: skip
def test_peril_is_heard(text: str) -> None:
    assert speaks_of_peril(prepare(text, "").plain)


@pytest.mark.parametrize("text", [
    "the chair collapsed", "my dad's chair collapsed, he wasn't on it", "she beats me at chess", "hit me up when it's back in stock", "they hit me with a delivery charge",
    "he hit me up", "kill the order", "I'll kill that subscription", "trapped in a subscription", "the cable is trapped under the sofa", "快递员打我电话没人接", "他打我手机三次",
    "打死也不买了", "卡在验证码那一步", "爸爸中风后手没力，想买汤匙", "刀要拿去门店磨", "打断一下，请问", "价格打折了吗", "the wait is killing me", "the price is to die for",
    "games where she punches me lol", "I'm stuck in a login loop", "用不了，气死我了", "家暴题材的书有吗", "把订单剁了吧",
])  # fmt: skip
def test_what_breaks_or_beats_otherwise_is_no_peril(text: str) -> None:
    assert not speaks_of_peril(prepare(text, "").plain)
