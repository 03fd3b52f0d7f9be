"""What left is kept whole in little room, and what counts as cleared is what the table says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.outgoing import (
    Form,
    Sending,
    SentFile,
    as_detail,
    from_detail,
    held_by,
    pack,
    reissue_of,
    turn_of,
    turned,
)

USUAL = st.text("0123456789abcdef", min_size=20, max_size=20)
IDS = st.lists(USUAL | st.text(max_size=22) | st.just("AB" * 10) | st.just("a" * 19), max_size=12)
FORMS = st.builds(
    Form,
    st.sampled_from(["pending", "confirmed", "rejected", "disputed"]),
    st.sampled_from(["inaction", "甲"]),
    st.sampled_from(["asserted", "resolved"]),
    st.sampled_from([None, "p1", "p2"]),
    st.booleans(),
)
HELD = st.dictionaries(USUAL | st.text(max_size=5), FORMS, max_size=12).map(held_by)
FILES = st.builds(SentFile, st.text(max_size=5), st.text(max_size=5), st.integers(0, 10**9), HELD)
WORDS = st.text(max_size=5)
SENDINGS = st.builds(
    Sending,
    WORDS,
    WORDS,
    WORDS,
    st.lists(FILES, max_size=3).map(tuple),
    WORDS,
    WORDS,
    st.booleans(),
    st.integers(0, 10**9),
)
THEN = Form("confirmed", "inaction", "asserted", "p1")
ONE = "ab" * 10


@given(IDS, IDS)
def test_packed_ids_are_the_ids_and_no_others(there: list[str], asked: list[str]) -> None:
    packed = pack(there)
    assert sorted(packed) == sorted(set(there))
    assert len(packed) == len(set(there))
    assert [one in packed for one in (*there, *asked)] == [one in set(there) for one in (*there, *asked)]


@given(SENDINGS)
def test_a_sending_comes_out_of_the_record_as_it_went_in(sending: Sending) -> None:
    assert from_detail(json.loads(json.dumps(as_detail(sending)))) == sending


@given(st.dictionaries(USUAL, FORMS, max_size=12))
def test_every_finding_of_a_file_is_found_in_the_form_in_which_it_left(forms: dict[str, Form]) -> None:
    file = SentFile("a.csv", "", 0, held_by(forms))
    assert {one: file.form_of(one) for one in forms} == forms
    assert file.count == len(forms)
    assert turned(file, forms) == {}


@pytest.mark.parametrize(
    ("changed", "turn"),
    [
        pytest.param({}, None, id="as it was"),
        pytest.param({"standing": "rejected"}, "rejected", id="rejected"),
        pytest.param({"standing": "pending"}, "withdrawn", id="confirmation taken back"),
        pytest.param({"standing": "disputed"}, "withdrawn", id="the second reviewer disagrees"),
        pytest.param({"status": "exculpatory"}, "changed", id="another status"),
        pytest.param({"subject": "p2"}, "changed", id="somebody else"),
        pytest.param({"subject": None}, "changed", id="nobody"),
        pytest.param({"category": "formalism", "standing": "pending"}, "changed", id="another category"),
        pytest.param({"superseded": True}, "vanished", id="no run makes it"),
        pytest.param({"superseded": True, "standing": "rejected"}, "vanished", id="neither made nor upheld"),
    ],
)
def test_what_left_confirmed_is_cleared_by(changed: dict[str, object], turn: str | None) -> None:
    assert turn_of(THEN, THEN._replace(**changed)) == turn  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("then", "now"),
    [
        pytest.param(THEN._replace(standing="rejected"), None, id="left as rejected and is gone"),
        pytest.param(THEN._replace(standing="rejected"), THEN, id="left as rejected and counts now"),
        pytest.param(THEN._replace(standing="pending"), THEN, id="left open and was confirmed"),
        pytest.param(THEN._replace(standing="pending"), THEN._replace(standing="disputed"), id="left open, disputed"),
        pytest.param(THEN._replace(superseded=True), THEN._replace(superseded=True), id="left as superseded"),
        pytest.param(THEN._replace(superseded=True), THEN, id="left as superseded and is made again"),
    ],
)
def test_what_takes_nothing_back(then: Form, now: Form | None) -> None:
    assert turn_of(then, now) is None


def sending_of(number: int, form: Form | None, **changes: object) -> Sending:
    file = SentFile(f"/{number}/问题.docx", "", 0, held_by({ONE: form, "cd" * 10: THEN} if form else {"cd" * 10: THEN}))
    return replace(Sending("report", "problems", "docx", (file,), purpose="县委", number=number), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("later", "number"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([sending_of(2, None)], 2, id="the same without it"),
        pytest.param([sending_of(2, THEN._replace(standing="rejected"))], 2, id="the same saying that it is rejected"),
        pytest.param([sending_of(2, None), sending_of(3, None)], 3, id="the latest"),
        pytest.param([sending_of(2, None), sending_of(3, THEN)], 2, id="the one that is right"),
        pytest.param([sending_of(2, THEN)], None, id="the same with it"),
        pytest.param([sending_of(2, None, purpose="县纪委")], None, id="to somebody else"),
        pytest.param([sending_of(2, None, what="analysis")], None, id="another report"),
        pytest.param([sending_of(2, None, about="p1")], None, id="about one subject alone"),
        pytest.param([sending_of(2, None, masked=True)], None, id="the masked edition"),
        pytest.param([sending_of(2, None, format="xlsx")], 2, id="in another format"),
    ],
)
def test_what_stands_in_the_place_of_a_file(later: list[Sending], number: int | None) -> None:
    first, now = sending_of(1, THEN), {ONE: THEN._replace(standing="rejected"), "cd" * 10: THEN}
    found = reissue_of((first, first.files[0]), [ONE], later, now)
    assert (found and found[0].number) == number


def test_of_several_files_the_one_of_the_same_name_stands_in() -> None:
    files = tuple(SentFile(f"C:\\甲\\{name}.html", "", 0, held_by({ONE: THEN})) for name in ("周启明", "何春燕"))
    anew = tuple(SentFile(f"/乙/{name}.docx", "", 0, held_by({"cd" * 10: THEN})) for name in ("何春燕", "周启明"))
    first = Sending("report", "profile", "html", files, number=1)
    later = Sending("report", "profile", "docx", anew, number=2)
    found = reissue_of((first, files[0]), [ONE], [later], {})
    assert found == (later, anew[1])
