from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.encoding.passages import BESIDE, passages
from mingcha.models.encoding.tokens import END_ID, START_ID, rows_of

ROOM = 64
documents = st.lists(st.integers(0, 90), min_size=1, max_size=30)


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    lengths = draw(documents)
    return lengths, sorted(draw(st.sets(st.integers(0, len(lengths) - 1), min_size=1)))


@given(asked())
def test_every_wanted_sentence_stands_in_one_passage(given_: tuple[list[int], list[int]]):
    lengths, wanted = given_
    found = list(passages(lengths, wanted, ROOM))
    assert [number for passage in found for number in passage.wanted] == wanted


@given(asked())
def test_a_wanted_sentence_has_its_neighbours_beside_it(given_: tuple[list[int], list[int]]):
    lengths, wanted = given_
    for passage in passages(lengths, wanted, ROOM):
        assert passage.first == max(passage.wanted[0] - 1, 0)
        assert passage.last == min(passage.wanted[-1] + 1, len(lengths) - 1)


@given(asked())
def test_a_passage_of_several_fits_into_the_window(given_: tuple[list[int], list[int]]):
    lengths, wanted = given_
    for passage in passages(lengths, wanted, ROOM):
        taken = sum(
            1 + (lengths[n] if n in passage.wanted else min(lengths[n], BESIDE))
            for n in range(passage.first, passage.last + 1)
        )
        assert len(passage.wanted) == 1 or taken + 1 <= ROOM


@given(asked())
def test_each_sentence_owns_its_own_tokens_and_no_others(given_: tuple[list[int], list[int]]):
    lengths, wanted = given_
    tokens = [[10 + number] * length for number, length in enumerate(lengths)]
    rows = rows_of(tokens, list(passages(lengths, wanted, ROOM)), ROOM)
    for ids, owned, places in zip(rows.ids, rows.owned, rows.places, strict=True):
        assert ids[0] == START_ID
        assert END_ID in ids
        for place, mine in zip(places, owned, strict=True):
            found = ids[mine > 0].tolist()
            assert found == ([10 + place] * len(found) if place >= 0 else [])
    whole = [
        length for number, length in enumerate(lengths) if number in wanted and length <= ROOM - 2 - 2 * (BESIDE + 1)
    ]
    assert rows.owned.sum() >= sum(whole)
