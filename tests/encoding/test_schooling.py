"""What the encoder is taught of public text before it is tuned."""

import lzma
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.encoding.loading import load_cascade
from mingcha.models.encoding.making import schooling
from mingcha.models.encoding.making.examples import Read
from mingcha.models.encoding.making.settings import load_settings
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages

LINES = st.lists(st.text("甲乙丙。，", max_size=4000), max_size=8)


@given(LINES)
def test_passages_are_short_and_lose_only_a_short_end(lines):
    passages = list(schooling.passages_of("\n".join(lines)))
    assert all(len(passage.replace("\n", "")) <= schooling.LONGEST for passage in passages)
    kept, whole = "".join(passages).replace("\n", ""), "".join(lines)
    assert whole.startswith(kept)
    assert len(whole) - len(kept) <= schooling.SHORTEST


def test_texts_belong_to_the_first_source_that_their_name_holds(tmp_path):
    path = tmp_path / "public.xz"
    texts = [f"{name}\n{mark * 80}" for name, mark in (("laws/案例/1", "甲"), ("laws/2", "乙"), ("else/3", "丙"))]
    path.write_bytes(lzma.compress("\x1e".join(texts).encode()))
    sources = schooling.read_sources(path, ["案例", "laws"])
    assert {name: [one[0] for one in passages] for name, passages in sources.items()} == {
        "案例": ["甲"],
        "laws": ["乙"],
    }


def lesson(first, count):
    return schooling.Lesson({"s": count}, {"s": first}, 10, 1, 1e-4)


def test_lessons_that_skip_enough_share_no_passage():
    sources = {"s": [str(number) for number in range(50)]}
    one, other = schooling.chosen(sources, lesson(0, 20), 7), schooling.chosen(sources, lesson(20, 30), 7)
    assert sorted([*one, *other], key=int) == sources["s"]
    assert one != sources["s"][:20]


def test_the_least_clear_passages_are_kept():
    def read(sentences, said):
        return Read([[1]] * sentences, np.zeros((sentences, 1)), np.full((sentences, 2), said), np.ones(sentences))

    clear, open_, half = read(4, 0.001), read(4, 0.5), read(4, 0.1)
    assert schooling.least_clear([clear, half, open_], 5) == [open_, half]


def test_the_cascade_answers_for_every_sentence():
    cascade = load_cascade()
    teacher = schooling.Teacher(load_stages(), cascade, cascade.encoder.vocabulary)
    (read,) = schooling.answered(
        ["报告递上去三个多月，一点回音都没有。全年完成投资3.2亿元，同比增长12%。", ""], teacher
    )
    assert read.targets.shape == (2, len(HEADS))
    assert len(read.tokens) == len(read.dense) == len(read.sure) == 2
    said = dict(zip(HEADS, read.targets.T, strict=True))
    assert said["inaction"][0] > 0.5 > said["inaction"][1]
    assert said["achievement"][1] > 0.5 > said["achievement"][0]


def test_the_lessons_of_the_settings_share_no_passage():
    lessons = [schooling.Lesson(**row) for row in load_settings().schooling]
    assert len(lessons) == 2
    for one, other in pairwise(lessons):
        both = set(one.take) & set(other.take)
        assert all(one.skip.get(name, 0) + one.take[name] <= other.skip.get(name, 0) for name in both)
