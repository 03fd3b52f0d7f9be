"""The second reading: its windows, its two halves, and that documents do not see one another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.sentence_model import HEADS, load_sentence_model
from mingcha.models.surroundings import FAR, NEAR, bounded, joined, surroundings
from mingcha.models.surroundings_training import fit_reading, inputs_of

ROWS = st.integers(1, 40).flatmap(
    lambda count: st.lists(
        st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=2), min_size=count, max_size=count
    )
)


def window(rows, place, reach):
    return rows[max(0, place - reach) : place + reach + 1]


@given(ROWS)
def test_the_columns_are_the_sentence_its_means_and_its_maximum(rows):
    first = np.array(rows, dtype=np.float32)
    held, seen = bounded(first), surroundings(first)
    for place in range(len(first)):
        wanted = np.hstack([
            held[place],
            window(held, place, NEAR).mean(axis=0),
            window(held, place, FAR).mean(axis=0),
            window(held, place, FAR).max(axis=0),
        ])  # fmt: skip
        assert np.allclose(seen[place], wanted, atol=1e-4)


def test_documents_do_not_see_one_another():
    first = np.random.default_rng(1).normal(size=(7, 2)).astype(np.float32)
    apart = inputs_of(first, (3, 4))
    assert np.allclose(apart[:3], surroundings(first[:3]))
    assert np.allclose(apart[3:], surroundings(first[3:]))


def test_a_far_sentence_changes_nothing():
    first = np.random.default_rng(2).normal(size=(40, 2)).astype(np.float32)
    other = first.copy()
    other[39] = 9
    assert np.allclose(surroundings(first)[: 39 - FAR], surroundings(other)[: 39 - FAR])
    assert not np.allclose(surroundings(first)[39 - FAR], surroundings(other)[39 - FAR])


def test_networks_side_by_side_give_the_mean_of_their_answers_and_twice_the_same():
    random = np.random.default_rng(3)
    first = random.normal(size=(300, 2)).astype(np.float32)
    inputs, targets = inputs_of(first, (300,)), (random.random((300, 2)) < 0.3).astype(np.int8)
    one, again = (fit_reading(inputs, targets, seed=5) for _ in range(2))
    assert all(np.abs(getattr(one, name) - getattr(again, name)).max() < 1e-6 for name in ("hidden", "out", "out_bias"))
    scaled = replace(one, slopes=np.full(2, 2, np.float32), offsets=np.ones(2, np.float32))
    assert np.allclose(scaled.read(first), 2 * one.joined(first) + 1, atol=1e-5)
    assert np.isfinite(one.joined(np.full((3, 2), 1e6, np.float32))).all()


def test_both_readings_have_their_say():
    assert np.allclose(joined(np.full((1, 1), 3.0), np.zeros((1, 1))), 1)
    assert np.allclose(joined(np.zeros((1, 1)), np.full((1, 1), 3.0)), 2)


def test_the_shipped_reading_fits_the_heads():
    second = load_sentence_model().second
    assert second.hidden.shape[0] == 4 * len(HEADS)
    assert second.out.shape[1] == len(second.slopes) == len(HEADS)
