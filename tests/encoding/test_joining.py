from __future__ import annotations

import numpy as np
import pytest

from mingcha.models.encoding.fitting import CLEAR, FEW, LOST, fit_band, fit_joining
from mingcha.models.encoding.joining import BOUND, Band, Joining, log_odds
from mingcha.models.sentence_model import HEADS

CHANCE = np.random.default_rng(7)


def test_log_odds_are_the_inverse_of_probabilities_and_bounded():
    held = log_odds(np.array([0.5, 0.9, 0.0, 1.0], np.float32))
    assert held.tolist() == pytest.approx([0.0, np.log(9), -BOUND, BOUND], abs=1e-5)


def test_both_readings_count_by_their_weights_and_certainty_is_bounded():
    joining = Joining(*(np.array([value], np.float32) for value in (0.5, 2.0, 1.0)))
    said = joining.joined(np.array([[2.0], [100.0]], np.float32), np.array([[-1.0], [0.0]], np.float32))
    assert said.ravel().tolist() == [0.5 * 2 - 2 * 1 + 1, 0.5 * BOUND + 1]


def test_the_band_takes_what_any_head_leaves_open():
    band = Band(np.array([0.2, 2.0], np.float32), np.array([0.9, 0.9], np.float32))
    rows = np.array([[0.1, 0.5], [0.3, 0.5], [0.95, 0.5], [0.9, 0.0]], np.float32)
    assert band.unsure(rows).tolist() == [1, 3]


def test_the_fitted_band_passes_over_few_signals_and_what_is_all_but_certain():
    targets = (CHANCE.random((4000, len(HEADS))) < 0.1).astype(np.int8)
    rows = np.clip(0.1 + 0.5 * targets + 0.2 * CHANCE.standard_normal(targets.shape), 0, 1).astype(np.float32)
    band = fit_band(rows, targets)
    signals = rows[targets[:, 0] == 1, 0]
    assert 0 < (signals < band.low[0]).mean() < 2 * LOST
    assert band.high[0] == np.float32(CLEAR)
    assert band.low[HEADS.index("negated")] > 1  # its sentences alone open nothing


def test_the_better_reading_weighs_more_and_a_rare_head_keeps_the_light_one():
    targets = (CHANCE.random((3000, 2)) < 0.3).astype(np.int8)
    targets[:, 1] = 0
    targets[: FEW - 1, 1] = 1
    truth = 4.0 * targets - 2
    light = (truth + 4 * CHANCE.standard_normal(truth.shape)).astype(np.float32)
    encoder = (truth + CHANCE.standard_normal(truth.shape)).astype(np.float32)
    joining = fit_joining(light, encoder, targets)
    assert joining.encoder[0] > 2 * joining.light[0] > 0
    assert (joining.light[1], joining.encoder[1], joining.offset[1]) == (1, 0, 0)
