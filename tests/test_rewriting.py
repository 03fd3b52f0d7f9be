"""Steps and repairs: every place is told, and the whole can be replayed."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Span
from mingcha.pipeline.rewriting import (
    Change,
    Repair,
    count_repairs,
    list_repairs,
    replaced,
    replay,
    rewritten,
)

TEXTS = st.text(alphabet="甲乙丙丁，", max_size=40)
KINDS = ("line_break", "invisible", "pinyin", "blank", "width")


@st.composite
def histories(draw):
    """A text and some steps from it, of one kind each, that change lengths or keep positions."""
    text = original = draw(TEXTS)
    steps = []
    for kind in KINDS[: draw(st.integers(0, len(KINDS)))]:
        if draw(st.booleans()):
            new = "".join(draw(st.sampled_from([character, "子"])) for character in text)
            steps.append(replaced(kind, text, new, "换字"))
        else:
            cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
            places = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
            changes = [Change(place, draw(st.text(alphabet="丑寅", max_size=3)), "改写") for place in places]
            steps.append(rewritten(kind, text, changes))
        text = steps[-1].after
    return original, tuple(steps)


@given(histories())
def test_replaying_the_repairs_gives_the_last_text(history):
    text, steps = history
    assert replay(text, list_repairs(steps)) == (steps[-1].after if steps else text)


@given(histories())
def test_every_repair_lies_in_the_original_and_in_the_text_of_its_step(history):
    text, steps = history
    before = {step.kind: step.before for step in steps}
    for repair in list_repairs(steps):
        assert 0 <= repair.span.start <= repair.span.end <= len(text)
        assert repair.place.of(before[repair.kind]) == repair.before


@given(TEXTS, st.data())
def test_a_step_that_keeps_positions_has_a_repair_for_each_run_and_none_between(text, data):
    new = "".join(data.draw(st.sampled_from([character, "子"])) for character in text)
    repairs = list(list_repairs([replaced("width", text, new, "")]))
    changed = {place for repair in repairs for place in range(repair.span.start, repair.span.end)}
    assert changed == {place for place, pair in enumerate(zip(text, new, strict=True)) if pair[0] != pair[1]}
    assert all(left.span.end < right.span.start for left, right in pairwise(repairs))


@pytest.mark.parametrize("length", [1023, 1024, 1025, 3000])
def test_a_run_across_the_stretches_of_comparison_is_one(length):
    (repair,) = list_repairs([replaced("width", "甲" * length, "乙" * length, "")])
    assert repair.span == Span(0, length)


def test_a_step_without_changes_is_idle():
    assert rewritten("pinyin", "甲", ()).idle
    assert replaced("width", "甲", "甲", "").idle
    assert not replaced("width", "甲", "乙", "").idle


def test_guesses_are_counted_but_not_replayed():
    place = Span(1, 2)
    guess = Repair(place, place, "□", "乙", "lost_character", "猜测", 0.6, applied=False)
    change = Repair(place, place, "□", "丙", "width", "换字")
    assert replay("甲□", [guess]) == "甲□"
    assert replay("甲□", [guess, change]) == "甲丙"
    assert count_repairs([guess, change, change]) == {"lost_character": 1, "width": 2}
    assert count_repairs([]) == {}


def seconds_to_list(changes):
    """Processor time, the least of three, so that what else the machine does counts little."""
    steps = [replaced("traditional", "甲乙" * changes, "子乙" * changes, "")]
    spent = []
    for _ in range(3):
        start = time.process_time()
        assert len(list(list_repairs(steps))) == changes
        spent.append(time.process_time() - start)
    return min(spent)


def test_the_time_to_list_repairs_grows_with_the_text_and_not_with_its_square():
    assert seconds_to_list(50_000) < 80 * seconds_to_list(2_500)  # a law of squares would give 400
