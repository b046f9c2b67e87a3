from __future__ import annotations

import re

import pytest

from bot.staff.catalogue import UnknownLabel, areas, label, labels

pytestmark = pytest.mark.fast
NAMES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("area", areas())
def test_the_three_languages_have_the_same_labels_with_the_same_values(area: str):
    english = labels(area, "en")
    assert english
    for locale in ("zh-CN", "zh-TW"):
        other = labels(area, locale)
        plain = {key.removesuffix(".one") for key in english}  # Chinese has one form for all numbers
        assert plain - {k.removesuffix(".one") for k in other} == set() and set(other) - set(english) == set(), locale
        for key, text in other.items():
            assert set(NAMES.findall(text)) == set(NAMES.findall(english[key])), f"{locale} {key}"


@pytest.mark.parametrize("area", areas())
def test_no_label_is_empty_or_left_in_english(area: str):
    for locale in ("zh-CN", "zh-TW"):
        for key, text in labels(area, locale).items():
            assert text.strip(), key
            same = text == labels(area, "en")[key]
            assert not same or not re.search(r"[a-z]{4}", text.replace("Kairos", "")), f"{locale} {key}: {text}"


def test_the_two_chinese_labels_are_written_in_their_own_script():
    for area in areas():
        assert not re.search("[们这个请后设页时对]", "".join(labels(area, "zh-TW").values()).replace("個", "")), area
        assert not re.search("[們這請後設頁時對]", "".join(labels(area, "zh-CN").values())), area


def test_values_are_put_in_and_an_unknown_label_is_an_error():
    assert label("shell.error.too_many", "en", minutes=3) == "Too many tries. Please wait 3 min and try again."
    with pytest.raises(UnknownLabel):
        label("shell.none", "en")
