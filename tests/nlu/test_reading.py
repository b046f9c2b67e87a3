"""Training messages are read the same, in one process or in two."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nlu.calibrating import folds_of
from nlu.corpus import Example
from nlu.counting import Messages
from nlu.features import AT_LEAST, Vocabulary, counted, features_of
from nlu.prepare import prepare
from nlu.reading import read_all
from nlu.second_process import second_process

EXAMPLES = [
    Example(text, language, intent, voice=f"v{number % 3}", also=also)
    for number, (text, language, intent, also) in enumerate(
        [
            ("where is my coat", "en", "order_status", ()),
            ("大衣什么时候到，还有水壶漏水了", "zh-CN", "order_status", ("repair_warranty",)),
            ("the kettle leaks, and when is my coat due", "en", "repair_warranty", ("order_status",)),
            ("水壺漏水了", "zh-TW", "repair_warranty", ()),
            ("my coat, where is my coat", "en", "order_status", ()),
            ("?!", "en", "unresolved", ()),
        ]
        * 4
    )
]


def silent(share: float) -> None:
    """Nobody watches."""


def test_two_processes_read_what_one_reads() -> None:
    folds = folds_of(EXAMPLES)
    with second_process(wanted=False) as here, second_process(wanted=True) as there:
        alone, taught_alone = read_all(EXAMPLES, folds, here, silent)
        both, taught = read_all(EXAMPLES, folds, there, silent)
    assert both == alone
    assert taught == taught_alone


@pytest.mark.fast
def test_many_messages_are_counted_as_each_is_read() -> None:
    odd = ["$ ^ $ ^ _ $ ^", "", "no no no", "word " * 500 + "last"]
    prepared = [prepare(text) for text in [*(example.text for example in EXAMPLES), *odd * AT_LEAST]]
    documents = [features_of(message) for message in prepared]
    spread = Counter(name for document in documents[:-1] for name in set(document))
    names, often = Messages.of(prepared).count(learnt=len(prepared) - 1)
    assert set(names) == {name for name, many in spread.items() if many >= AT_LEAST}
    for row, document in zip(often, documents, strict=True):
        found = {names[place]: int(value) for place, value in zip(row.indices, row.data, strict=True)}
        assert found == {name: many for name, many in Counter(document).items() if name in set(names)}


@pytest.mark.fast
def test_one_message_is_weighed_as_many_are() -> None:
    documents = [features_of(prepare(example.text, example.lang)) for example in EXAMPLES]
    vocabulary, matrix = Vocabulary.learn_matrix(*counted(documents))
    for row, document in zip(matrix, documents, strict=True):
        numbers, values = vocabulary.vector(document)
        expected = np.zeros(len(vocabulary), np.float32)
        expected[numbers] = values
        assert np.allclose(row.toarray()[0], expected, atol=1e-6)


def doubled(number: int) -> int:
    """Work for a second process."""
    if number < 0:
        raise ValueError("too small")
    return 2 * number


@pytest.mark.parametrize("wanted", [False, True])
def test_what_goes_wrong_in_the_second_process_is_raised_here(wanted: bool) -> None:
    with second_process(wanted=wanted) as other:
        other.begin(doubled, 4)
        assert other.result() == 8
        other.begin(doubled, -1)
        with pytest.raises(ValueError, match="too small"):
            other.result()
