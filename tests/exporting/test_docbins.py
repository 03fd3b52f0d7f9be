"""spaCy's DocBin: read back by spaCy alone, every span where its finding stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import spacy
from spacy.tokens import DocBin

from mingcha.pipeline.exporting.content import scope_of
from mingcha.pipeline.exporting.docbins import write_docbins
from mingcha.pipeline.exporting.exports import Request, export
from mingcha.pipeline.store.streams import snapshot, stream_labelled

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.findings import Finding


def docs_in(place: Path) -> list[Any]:
    return list(DocBin().from_disk(place).get_docs(spacy.blank("zh").vocab))


def test_spans_stand_where_the_findings_do(
    engine: Engine, case: str, findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    export(engine, scope_of(engine, case), Request("findings", "docbin", tmp_path / "x.spacy"))
    doc, empty = sorted(docs_in(tmp_path / "x.spacy"), key=lambda one: -len(one.spans["mingcha"]))
    assert len(empty.spans["mingcha"]) == 0
    group = doc.spans["mingcha"]
    told = {span.id_: (span.start_char, span.end_char, span.label_) for span in group}
    assert told == {one.id: (one.span.start, one.span.end, one.category) for one in findings}
    for span in group:
        record = group.attrs["findings"][span.id_]
        assert span.text == doc.text[record["start"] : record["end"]]
        assert json.loads(json.dumps(record)) == record
    assert group.attrs["findings"][findings[0].id]["decision"]["verdict"] == "confirm"
    assert doc.user_data["title"] == "热线/工单😀.txt"
    assert doc.user_data["mingcha"]["assessment"] == case


@pytest.mark.parametrize(("largest", "files"), [(1, 2), (10_000, 1)])
def test_many_documents_go_into_several_files(
    engine: Engine, case: str, tmp_path: Path, largest: int, files: int
) -> None:
    scope = scope_of(engine, case)
    with snapshot(engine) as connection:
        documents = stream_labelled(connection, case)
        count, places = write_docbins(tmp_path / "x.spacy", documents, scope, largest=largest)
    assert (count, len(places)) == (2, files)
    assert [place.name for place in places] == ["x.spacy", "x-2.spacy"][:files]
    assert sum(len(docs_in(place)) for place in places) == 2


def test_halves_of_characters_do_not_stop_it(engine: Engine, make: Any, tmp_path: Path) -> None:
    case, (finding,) = make("甲\ud800乙\x00丙", [(0, 4, "inaction")])
    export(engine, scope_of(engine, case), Request("findings", "docbin", tmp_path / "x.spacy"))
    (doc,) = docs_in(tmp_path / "x.spacy")
    (span,) = doc.spans["mingcha"]
    assert (span.id_, span.text, doc.text) == (finding, "甲\ufffd乙\ufffd", "甲\ufffd乙\ufffd丙")
