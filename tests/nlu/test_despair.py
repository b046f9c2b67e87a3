"""Somebody who speaks of ending their life is heard, and a figure of speech is not taken for it."""

from __future__ import annotations

import pytest

from nlu.despair import speaks_of_despair
from nlu.prepare import prepare

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("text", [
    "我不想活了", "想死", "活着没意思，想自杀", "我要跳楼", "我站在天台上", "三天没吃饭了，不想活了", "我想自殺", "我要去死",
    "唔想做人喇，想跳樓", "活著真的沒意義", "honestly after today I just want to kill myself", "I want to end it all",
    "I don't see the point of anything any more", "i don't want to be here anymore", "I wish I was dead", "我想死了算了", "真的很想死",
])  # fmt: skip
def test_despair_is_heard(text: str) -> None:
    assert speaks_of_despair(prepare(text, "").plain)


@pytest.mark.parametrize("text", [
    "气死我了", "笑死", "急死了", "想死你们家的蛋糕了", "自杀式包装", "跳楼价", "跳楼大甩卖", "this is killing me", "dying to know when it arrives",
    "I want to die of embarrassment", "kill the order", "烦死了", "热死了这空调", "I nearly killed myself laughing haha",
    "cut myself on price, lol",
])  # fmt: skip
def test_figures_of_speech_are_none(text: str) -> None:
    assert not speaks_of_despair(prepare(text, "").plain)
