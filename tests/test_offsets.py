import pickle
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Span
from mingcha.pipeline.offsets import OffsetMap, rewrite

TEXTS = st.text(alphabet="甲乙丙丁ab()，", max_size=30)


@st.composite
def rewritings(draw, texts=TEXTS):
    """A text, its rewriting, and the map between them, from random replacements of random lengths."""
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    spans = [Span(a, b) for a, b in list(pairwise(cuts))[::2]]
    replacements = [(span, draw(st.text(alphabet="子丑寅", max_size=4))) for span in spans]
    return text, *rewrite(text, replacements)


@st.composite
def chains(draw):
    text, middle, first = draw(rewritings())
    _, clean, second = draw(rewritings(st.just(middle)))
    return text, middle, clean, first, second


def spans_of(text):
    return [Span(a, b) for a in range(len(text) + 1) for b in range(a, len(text) + 1)]


def test_maps_an_empty_text_onto_itself():
    text, offsets = rewrite("", [])
    assert text == ""
    assert offsets.to_original(Span(0, 0)) == offsets.to_clean(Span(0, 0)) == Span(0, 0)


def test_covers_a_deleted_tail_only_when_it_belongs_to_the_replaced_passage():
    text, offsets = rewrite("一领(líng)二", [(Span(1, 8), "领")])
    assert text == "一领二"
    assert offsets.to_original(Span(1, 2)) == Span(1, 8)
    assert offsets.to_original(Span(2, 3)) == Span(8, 9)
    assert offsets.to_clean(Span(3, 5)) == Span(1, 2)


def test_leaves_a_deletion_beside_a_span_outside_it():
    text, offsets = rewrite("甲xx乙", [(Span(1, 3), "")])
    assert text == "甲乙"
    assert offsets.to_original(Span(0, 1)) == Span(0, 1)
    assert offsets.to_original(Span(1, 2)) == Span(3, 4)
    assert offsets.to_original(Span(0, 2)) == Span(0, 4)
    assert offsets.to_clean(Span(1, 3)) == Span(1, 1)


def test_maps_inserted_characters_to_an_empty_place():
    text, offsets = rewrite("甲乙", [(Span(1, 1), "丙丁")])
    assert text == "甲丙丁乙"
    assert offsets.to_original(Span(1, 3)) == Span(1, 1)
    assert offsets.to_original(Span(3, 4)) == Span(1, 2)


@given(TEXTS)
def test_is_the_identity_where_nothing_changed(text):
    same, offsets = rewrite(text, [])
    assert same == text
    assert offsets == OffsetMap()
    assert all(offsets.to_original(s) == s == offsets.to_clean(s) for s in spans_of(text))


@given(rewritings())
def test_spans_stay_inside_the_text_and_start_before_they_end(rewriting):
    text, clean, offsets = rewriting
    assert all(0 <= s.start <= s.end <= len(text) for s in map(offsets.to_original, spans_of(clean)))
    assert all(0 <= s.start <= s.end <= len(clean) for s in map(offsets.to_clean, spans_of(text)))


@given(rewritings())
def test_is_monotone_in_both_directions(rewriting):
    text, clean, offsets = rewriting
    for size, project in ((len(clean), offsets.to_original), (len(text), offsets.to_clean)):
        for mapped in (
            [project(Span(i, i + 1)) for i in range(size)],
            [project(Span(i, i)) for i in range(size + 1)],
        ):
            assert all(a.start <= b.start and a.end <= b.end for a, b in pairwise(mapped))


@given(rewritings())
def test_a_span_that_survives_is_contained_in_its_round_trip(rewriting):
    text, clean, offsets = rewriting
    for one_way, back, size in (
        (offsets.to_clean, offsets.to_original, len(text)),
        (offsets.to_original, offsets.to_clean, len(clean)),
    ):
        survives = [bool(len(one_way(Span(i, i + 1)))) for i in range(size)]
        for span in spans_of("x" * size):
            if len(span) and survives[span.start] and survives[span.end - 1]:
                assert span.within(back(one_way(span)))


@given(rewritings())
def test_untouched_characters_are_found_at_their_exact_place(rewriting):
    text, _, offsets = rewriting
    touched = {i for a, b in zip(offsets.original_starts, offsets.original_ends, strict=True) for i in range(a, b)}
    kept = [i for i in range(len(text)) if i not in touched and len(offsets.to_clean(Span(i, i + 1))) == 1]
    assert all(offsets.to_original(offsets.to_clean(Span(i, i + 1))) == Span(i, i + 1) for i in kept)
    assert len(text) - len(touched) == len(kept)


@given(chains())
def test_composition_covers_what_the_two_maps_cover_one_after_the_other(chain):
    text, _, clean, first, second = chain
    both = first.then(second)
    for span in spans_of(clean):
        if len(span):
            step = first.to_original(second.to_original(span))
            whole = both.to_original(span)
            assert whole.start <= step.start or not len(step)
            assert whole.end >= step.end or not len(step)
    assert both.to_original(Span(0, len(clean))).within(Span(0, len(text)))


@given(chains())
def test_composition_is_exact_where_the_rewritings_lie_apart(chain):
    *_, clean, first, second = chain
    near = {i for a, b in zip(first.clean_starts, first.clean_ends, strict=True) for i in range(a, b)}
    near2 = {i for a, b in zip(second.original_starts, second.original_ends, strict=True) for i in range(a, b)}
    strictly_inside = any(
        a < p < b
        for a, b in zip(first.clean_starts, first.clean_ends, strict=True)
        for p in second.original_starts
    ) or any(
        a < p < b
        for a, b in zip(second.original_starts, second.original_ends, strict=True)
        for p in first.clean_starts
    )  # fmt: skip
    if near & near2 or strictly_inside:
        return
    both = first.then(second)
    for i in range(len(clean)):
        middle = second.to_original(Span(i, i + 1))
        if len(middle):
            assert both.to_original(Span(i, i + 1)) == first.to_original(middle)


@given(chains())
def test_composing_with_the_identity_changes_nothing(chain):
    first = chain[3]
    assert first.then(OffsetMap()) == first == OffsetMap().then(first)


@given(rewritings())
def test_survives_pickling(rewriting):
    offsets = rewriting[2]
    assert pickle.loads(pickle.dumps(offsets)) == offsets
