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
    "I took an overdose", "she has swallowed a whole box of paracetamol", "I hope I don't wake up", "I don't see a reason to go on", "I started cutting my wrists",
    "I can't carry on, no one would even notice", "the rope is next to me, I've said my goodbyes", "大家再见，遗书写好了", "没有我家里会更好过", "真想睡过去再也不要醒",
    "吞了一整瓶安眠药", "撑不住了，没人会在乎的", "又割自己了", "食晒成樽安眠藥", "活着太累了，没有力气活了",
])  # fmt: skip
def test_despair_is_heard(text: str) -> None:
    assert speaks_of_despair(prepare(text, "").plain)


@pytest.mark.parametrize("text", [
    "气死我了", "笑死", "急死了", "想死你们家的蛋糕了", "自杀式包装", "跳楼价", "跳楼大甩卖", "this is killing me", "dying to know when it arrives",
    "I want to die of embarrassment", "kill the order", "烦死了", "热死了这空调", "I nearly killed myself laughing haha",
    "cut myself on price, lol",
    "goodbye everyone", "大家再见", "I can't do this any more", "no point going on about it", "the pills are in front of me, which one is the vitamin", "a bridge on the box", "烤肉炭够烧多久",
    "how do I sharpen it without cutting myself", "这张床软得我想死在上面", "吃了一瓶没效果", "给我个痛快，就想死个明白", "nobody noticed my complaint",
])  # fmt: skip
def test_figures_of_speech_are_none(text: str) -> None:
    assert not speaks_of_despair(prepare(text, "").plain)
