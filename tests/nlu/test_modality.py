"""How a message is put: questions by their kind, what is ruled out or put off, conditions."""

from __future__ import annotations

import pytest

from nlu.modality import ASKS, Modality, modality_of
from nlu.prepare import prepare

pytestmark = pytest.mark.fast


def heard(text: str) -> Modality:
    return modality_of(prepare(text).plain)


@pytest.mark.parametrize(
    ("asks", "texts"),
    [
        ("duration", ["退款要多久到账", "要等幾天才退得到", "幾耐先有得退呀", "How long would a refund take if I cancel", "how many working days?"]),
        ("amount", ["能退多少錢給我", "可以退返幾多錢呀", "how much do I get back"]),
        ("cost", ["取消的话会扣手续费吗", "取消要唔要錢呀", "寄回去運費誰出", "what do I have to pay to send it back", "is there a fee for that"]),
        ("when", ["啥时候退", "幾時到貨", "想知道禮拜幾會到", "when will it ship", "could you tell me when"]),
        ("where", ["我的包裹到哪了", "喺邊度可以退", "維修點在哪裡", "where do I send it", "any idea where my parcel is"]),
        ("why", ["为什么不能退", "點解要等三個禮拜", "怎麼又缺貨", "how come it's more expensive", "why was it refused"]),
        ("how", ["怎么退", "點樣換貨", "要如何申請", "how do I return this", "not sure how to open it, tell me how"]),
        ("who", ["谁签收的", "邊個攞咗我個包裹", "who is delivering it"]),
        ("what", ["哪个颜色有货", "which one is bigger?", "what happens next"]),
        ("whether", ["你给我退款了吗", "L號還有嗎", "係咪寄咗", "能不能开发票", "can I pay by card", "do you know if it's waterproof"]),
        ("", ["退钱！", "直接全额退款", "幫我取消", "退返錢俾我", "just give me my money back then", "cancel it please",
              "it broke when I opened it", "推迟几天也行", "沒什麼", "我等了三天了"]),
    ],
)  # fmt: skip
def test_questions_are_told_by_their_kind(asks: str, texts: list[str]) -> None:
    assert {text: heard(text).asks for text in texts} == dict.fromkeys(texts, asks)
    assert not asks or asks in ASKS


def test_a_yes_or_no_question_gives_way_to_the_plainer_one() -> None:
    assert heard("is it on its way? how long will it take?").asks == "duration"
    assert heard("还在吗？多少钱").asks == "cost"


@pytest.mark.parametrize(
    "text",
    [
        "全额退款的话要几天？先别退啊，我就问问",
        "等下，你取消的是没付款那个吧？别把付了钱的给我取消了",
        "先不要退",
        "唔好退住",
        "我沒有要退",
        "不要取消我的訂單",
        "退款没到",
        "I don't want to cancel the order",
        "It will not cancel my order no?",
        "please dont refund me",
        "not yet, let me think about it",
        "never got the refund",
    ],
)
def test_what_is_ruled_out_or_put_off_is_heard(text: str) -> None:
    assert heard(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "能不能退款",
        "要不要運費",
        "東西沒收到，退錢",
        "it does not work, please refund",
        "不好意思，麻烦退款",
        "别的颜色",
        "Refund me.",
    ],
)
def test_what_is_only_missing_or_asked_is_not_ruled_out(text: str) -> None:
    assert not heard(text).negated


@pytest.mark.parametrize(
    ("text", "conditional"),
    [
        ("如果今天不发货就取消", True),
        ("取消嘅話點計", True),
        ("萬一壞了可以退嗎", True),
        ("refund it if it isn't here by Friday", True),
        ("unless you replace it I'm done", True),
        ("I'd like to know if it shipped", False),
        ("請直接取消", False),
        ("cancel it if you don't mind", False),
    ],
)
def test_conditions_are_heard(text: str, conditional: bool) -> None:
    assert heard(text).conditional is conditional


@pytest.mark.parametrize("text", ["", "???", "？", "。。。", "a" * 4000, "不" * 4000, "when " * 800])
def test_whatever_is_written_has_a_modality(text: str) -> None:
    assert heard(text).asks in ("", *ASKS)
