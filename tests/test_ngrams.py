"""Hashed windows: the same sentence gives the same columns, whatever stands around it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.ngrams import BUCKETS, grams_of, sums_by_row

sentences = st.lists(st.text(max_size=12), max_size=6)


@given(sentences)
def test_columns_of_a_sentence_do_not_depend_on_its_neighbours(texts):
    together = grams_of(texts)
    for number, text in enumerate(texts):
        alone = grams_of([text])
        assert sorted(together.columns[together.rows == number]) == sorted(alone.columns)


@given(sentences)
def test_rows_are_in_order_and_columns_in_range(texts):
    grams = grams_of(texts)
    assert grams.size == len(texts)
    assert np.all(np.diff(grams.rows) >= 0)
    assert np.all((grams.columns >= 0) & (grams.columns < BUCKETS))


def test_digits_are_one_letter():
    assert np.array_equal(grams_of(["拖了3年"]).columns, grams_of(["拖了8年"]).columns)


def test_sums_are_per_sentence():
    grams = grams_of(["甲", "", "乙乙"], longest=1)
    sums = sums_by_row(grams, np.ones((len(grams.columns), 2), np.float32))
    assert sums.tolist() == [[3, 3], [2, 2], [4, 4]]


def test_nothing_gives_nothing():
    assert sums_by_row(grams_of([]), np.zeros((0, 3), np.float32)).shape == (0, 3)
