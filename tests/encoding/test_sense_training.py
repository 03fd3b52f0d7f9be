"""Learning which words speak of one matter, on tiny data. Who has no torch cannot train and skips these."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="只有训练编码器的人装 torch（make encoder）")

from mingcha.models.encoding.making import senses
from mingcha.models.encoding.vocabulary import SPECIAL

WORDS = [*SPECIAL, "水", "龙", "头", "管", "网", "水龙头", "路", "灯", "门", "锁", "贵", "价", "票"]
PART = {"seed": 3, "width": 8, "rounds": 40, "batch": 4, "rate": 1e-2, "sharpness": 10}
PAIRS = [([5, 6, 7], [8, 9], 0), ([11, 12], [13, 14], 1), ([6, 7], [8], 2), ([12], [14], 3)]


def learnt() -> senses.Rows:
    torch.manual_seed(1)
    pairs = [senses.Said(said, claim, number) for said, claim, number in PAIRS]
    return senses.learn(torch.randn(len(WORDS), 12), pairs, PART, lambda _: None)


def test_what_is_said_of_a_claim_comes_nearer_to_it_than_to_another():
    model = learnt()
    with torch.no_grad():
        read = model(torch.tensor([[5, 6, 7], [8, 9, 0], [13, 14, 0]])).numpy()
    assert read[0] @ read[1] > read[0] @ read[2] + 0.3


def test_the_same_seed_learns_the_same():
    assert np.array_equal(learnt().table(), learnt().table())


def test_a_word_has_the_rows_of_its_characters_as_well():
    assert senses.parts_of(WORDS)[10] == [10, 5, 6, 7]
    assert senses.parts_of(WORDS)[5] == [5]


def test_what_is_served_is_what_was_learnt_in_eight_bits(tmp_path):
    model, denying = learnt(), senses.Denying(np.arange(len(WORDS), dtype=np.float32), -0.5)
    served = senses.write(model, denying, WORDS, tmp_path / "senses.npz")
    own = model.table()
    assert np.allclose(served.table[10], own[[10, 5, 6, 7]].sum(0), atol=np.abs(own).max() / 20)
    assert not served.table[: len(SPECIAL)].any()
    assert served(["水龙头"]).denials[0] == pytest.approx(10 - 0.5)
