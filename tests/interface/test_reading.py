"""What other systems get: everything once, in the shapes that the description gives, and nothing that is not theirs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.interface.description import describe
from mingcha.pipeline.store.clients import revoke_client
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.scorecards import save_scorecards
from mingcha.pipeline.store.writing import Entry, save_document, start_run
from tests.review.conftest import ROSTER, SPEAKER, make_case
from tests.store.stocked import finding_at, read_document, stock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.interface.conftest import Reader
    from tests.review.conftest import Case

AT = "2024-03-02T10:00:00+08:00"
LISTS = ("/documents", "/findings", "/facts", "/scorecards")


def conforms(body: Any, address: str) -> None:
    """Check an answer against the description."""
    described = describe()
    answer = described["paths"][address]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema.Draft202012Validator({**answer, "components": described["components"]})
    validator.validate(body)


@pytest.fixture
def scored(case: Case, store: Engine) -> Case:
    """The case with one finding confirmed, one rejected, one about another person, and three scorecards."""
    first, third, second = case.findings[:3]
    made = [
        Decision(first.id, "confirm", "王某", "属实", AT),
        Decision(second.id, "reject", "王某", "不实", AT),
        Decision(third.id, "change", "王某", "另有其人", AT, changes=(("subject", "p1"),)),
        Decision(third.id, "confirm", "王某", "属实", AT),
    ]
    append_decisions(store, made, assessment=case.name)
    lines = [{"indicator": "履职", "amount": "-0.50", "findings": [first.id], "explanation": "一条"}]
    for subject in ROSTER:
        card = {"subject": subject.id, "scheme": "deneng", "scheme_version": "1", "total": "-0.50", "at": AT}
        save_scorecards(store, case.name, [card | {"preview": False, "lines": lines}])  # type: ignore[list-item]
    return case


@pytest.mark.parametrize("limit", [1, 7, 26, 500])
def test_the_pages_of_findings_give_each_once(scored: Case, reader_of: Callable[..., Reader], limit: int) -> None:
    reader = reader_of(scored.name)
    pages = reader.pages("/findings", standing="any", limit=limit)
    given = [(one["id"], one["document"]) for page in pages for one in page]
    assert sorted(given) == sorted((one.id, reader.key(one.document)) for one in scored.findings)
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.parametrize("path", LISTS)
def test_every_list_gives_each_item_once_whatever_the_limit(scored: Case, reader: Reader, path: str) -> None:
    whole = [one for page in reader.pages(path, limit=500) for one in page]
    single = [one for page in reader.pages(path, limit=1) for one in page]
    assert whole == single
    assert whole
    key = "number" if path == "/scorecards" else "id"
    assert len({one[key] for one in whole}) == len(whole)


def test_copies_of_a_file_share_ids_and_are_all_given(store: Engine, reader_of: Callable[..., Reader]) -> None:
    case = make_case(store, 3)
    run = Run(f"{case.name}-b", case.name, "材料", AT, {"lexicon": "1"})
    start_run(store, Assessment(case.name, "2024", ROSTER), run)
    for name in ("甲.txt", "乙.txt", "丙.txt"):
        document = read_document(name)
        save_document(store, run, Entry(document, None, [finding_at(document, "项目推进迟缓")]))
    reader = reader_of(case.name)
    given = [
        (one["id"], one["document"]) for page in reader.pages("/findings", standing="any", limit=1) for one in page
    ]
    assert len(given) == len(set(given)) == 3 + len(case.findings)
    twin = finding_at(read_document("甲.txt"), "项目推进迟缓").id
    assert {one["document"] for one in reader.body(f"/findings/{twin}")["items"]} == {
        reader.key(name) for name in ("甲.txt", "乙.txt", "丙.txt")
    }


def test_only_confirmed_findings_come_unasked(scored: Case, reader: Reader) -> None:
    plain = reader.body("/findings")["items"]
    assert {one["id"] for one in plain} == {scored.findings[0].id, scored.findings[1].id}
    assert {one["standing"] for one in plain} == {"confirmed"}
    rejected = reader.body("/findings", standing="rejected")["items"]
    assert [one["id"] for one in rejected] == [scored.findings[2].id]


def test_filters_go_by_what_people_corrected(scored: Case, reader: Reader) -> None:
    found = {one["id"]: one for one in reader.body("/findings", subject="p1")["items"]}
    corrected = found[scored.findings[1].id]
    assert (corrected["subject"], corrected["decided_subject"]) == (None, "p1")
    assert corrected["decided_subject_name"] == "周启明"
    evidence = reader.body("/findings", standing="any", kind="evidence")["items"]
    assert {one["kind"] for one in evidence} == {"evidence"}
    here = reader.key(scored.documents[1].name)
    assert {one["document"] for one in reader.body("/findings", standing="any", document=here)["items"]} == {here}
    assert reader.body("/findings", document="0" * 16)["items"] == []


@pytest.mark.parametrize("names", [False, True])
def test_every_answer_has_the_shape_that_the_description_gives(
    scored: Case, reader_of: Callable[..., Reader], names: bool
) -> None:
    reader = reader_of(scored.name, names=names)
    conforms(reader.body("/assessment"), "/assessment")
    for path in LISTS:
        conforms(reader.body(path, **({"standing": "any"} if path == "/findings" else {})), path)
    for document in reader.body("/documents")["items"]:
        conforms(reader.body(f"/documents/{document['id']}"), "/documents/{document}")
    conforms(reader.body(f"/findings/{scored.findings[0].id}"), "/findings/{finding}")
    conforms(reader.body("/facts/f1"), "/facts/{fact}")
    number = reader.body("/scorecards")["items"][0]["number"]
    conforms(reader.body(f"/scorecards/{number}"), "/scorecards/{number}")
    place = f"/documents/{reader.key(scored.documents[0].name)}/text"
    conforms(reader.body(place, start=0, end=9), "/documents/{document}/text")


def test_a_shape_that_differs_from_the_description_is_noticed(scored: Case, reader: Reader) -> None:
    body = reader.body("/facts")
    with pytest.raises(jsonschema.ValidationError):
        conforms({**body, "items": [{**body["items"][0], "more": 1}]}, "/facts")


def test_the_text_of_a_span_is_the_span_of_the_text(scored: Case, reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(scored.name, names=True)
    document = scored.documents[1]
    place = f"/documents/{reader.key(document.name)}/text"
    for finding in [one for one in scored.findings if one.document == document.name][:5]:
        body = reader.body(place, start=finding.span.start, end=finding.span.end)
        assert body["text"] == finding.span.of(document.text) == finding.text
        assert body["characters"] == len(document.text)
    size = len(document.text)
    for start, end in ((0, size + 1), (5, 5), (6, 5)):
        refused = reader.ask(place, start=start, end=end)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
        assert str(size) in refused.json()["message"]
    assert reader.body(place, start=size - 1, end=size)["text"] == document.text[-1]


def test_nobody_gets_passages_on_integrity_whatever_is_granted(scored: Case, reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(scored.name, names=True)
    document = scored.documents[0]
    line = document.text.index("\n")
    body = reader.body(f"/documents/{reader.key(document.name)}/text", start=0, end=line + 3)
    assert body["text"] == "■" * line + document.text[line : line + 3]
    whole = "".join(reader.ask(path).text for path in (*LISTS, "/findings?standing=any", "/findings/r1", "/facts/r1"))
    assert "打招呼" not in whole
    assert reader.ask("/referrals").status_code == 404


def test_names_of_who_spoke_are_in_no_answer_unless_granted(scored: Case, reader_of: Callable[..., Reader]) -> None:
    document = scored.documents[0]
    veiled, granted = reader_of(scored.name), reader_of(scored.name, names=True)
    paths = [
        "/assessment",
        *LISTS,
        "/findings?standing=any",
        "/facts/f1",
        f"/documents/{veiled.key(document.name)}",
        f"/documents/{veiled.key(document.name)}/text?start=0&end={len(document.text)}",
        *(f"/findings/{one.id}" for one in scored.findings[:3]),
    ]
    assert not [path for path in paths if SPEAKER in veiled.ask(path).text]
    assert SPEAKER in granted.ask("/documents").text
    assert granted.body("/findings?standing=any")["items"][0]["speaker"] in (SPEAKER, None)
    assert SPEAKER in granted.ask("/findings?standing=any").text


def test_a_cursor_tells_no_file_name(case: Case, reader: Reader) -> None:
    for path in ("/documents", "/findings?standing=any"):
        cursor = reader.body(path + ("&" if "?" in path else "?") + "limit=1")["next_cursor"]
        assert cursor.isascii()
        assert not any(one.name in cursor for one in case.documents)


def test_a_guessed_file_name_leads_to_no_document(case: Case, reader_of: Callable[..., Reader]) -> None:
    mine, theirs = reader_of(case.name), reader_of(case.name)
    name = case.documents[0].name
    guesses = [hashlib.sha256(name.encode()).hexdigest()[:16], theirs.key(name)]
    assert [mine.ask(f"/documents/{guess}").status_code for guess in guesses] == [404, 404]
    assert mine.ask(f"/documents/{mine.key(name)}").status_code == 200


def test_lone_surrogates_and_nul_keep_their_places(store: Engine, reader_of: Callable[..., Reader]) -> None:
    name = make_case(store, 3).name + "乙"
    stock(store, name, login=f"u{name}")
    reader = reader_of(name, names=True)
    finding = next(one for one in reader.body("/findings", standing="any")["items"] if one["speaker"])
    assert finding["speaker"] == "张\N{REPLACEMENT CHARACTER}某"
    body = reader.body(f"/documents/{finding['document']}/text", start=finding["start"], end=finding["end"])
    assert body["text"] == finding["text"]


def test_a_revoked_token_opens_nothing_any_more(case: Case, reader: Reader, store: Engine) -> None:
    assert reader.ask("/assessment").status_code == 200
    revoke_client(store, reader.name, by="管理员")
    assert reader.ask("/assessment").status_code == 401
