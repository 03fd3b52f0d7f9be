"""From a document to findings: what survives new rules and models, and what one document's end must not be."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.analyzed import Analysis
from mingcha.pipeline.document import Block, Document, Failure, Locator, Span
from mingcha.pipeline.reading.settings import ReadingSettings
from mingcha.pipeline.records import document_record, finding_record, quantity_record, sentence_record
from mingcha.pipeline.running import analyze_file, plan_run

KIT = load_toolkit()
TEXT = "巡察发现，该局推诿扯皮，报告交上去三个月没有回音。全年完成投资3.2亿元，同比增长12%。"


def document(text: str, name: str = "反馈意见.txt") -> Document:
    return Document(name, "ab" * 32, "txt", text, (Block(Span(0, len(text)), Locator(line=1)),) if text else ())


def test_an_empty_text_gives_nothing():
    analysis = analyze(document(""), KIT)
    assert (analysis.findings, analysis.quantities, analysis.sentences) == ((), (), ())


def test_findings_carry_evidence_of_their_judgement():
    risk = next(finding for finding in analyze(document(TEXT), KIT).findings if finding.kind == "risk")
    assert risk.category == "inaction"
    assert risk.text == TEXT[risk.span.start : risk.span.end]
    assert risk.locator == Locator(line=1)
    assert {"software", "rules", "model", "encoder"} == set(risk.versions)
    assert len(risk.sources) >= 2


def test_ids_survive_new_rules_and_models():
    newer = replace(KIT, versions={"software": "9", "rules": "x", "model": "y"}, model="y")
    before, after = analyze(document(TEXT), KIT).findings, analyze(document(TEXT), newer).findings
    assert [finding.id for finding in before] == [finding.id for finding in after]
    assert before[0].versions != after[0].versions


def test_ids_change_with_the_file():
    other = replace(document(TEXT), sha256="cd" * 32)
    ids = {finding.id for finding in analyze(document(TEXT), KIT).findings}
    assert ids.isdisjoint(finding.id for finding in analyze(other, KIT).findings)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "推诿扯皮",
                "没有回音",
                "要坚决整治",
                "，",
                "。",
                "\n",
                "問：",
                "領(lǐng)導(dǎo)",
                "3.2亿元",
                "？",
                "😀",
                "\u200b",
                "一、问题",
                " ",
                "abc",
                "流于形式",
            ]
        ),
        max_size=30,
    )
)
def test_every_span_re_slices_and_every_record_is_json(pieces):
    text = "".join(pieces)
    analysis = analyze(document(text), KIT)
    for finding in analysis.findings:
        assert finding.span.of(text) == finding.text
        assert 0 <= finding.confidence <= 1
    for quantity in analysis.quantities:
        assert quantity.span.of(text) == quantity.text
    rows = [
        document_record(analysis),
        *map(finding_record, analysis.findings),
        *map(quantity_record, analysis.quantities),
    ]
    rows += [sentence_record("a", sentence) for sentence in analysis.sentences]
    assert json.loads(json.dumps(rows, ensure_ascii=False)) == rows


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_is_analyzed(text):
    analysis = analyze(document(text.replace("\r\n", "\n")), KIT)
    ends = [0, *(sentence.span.end for sentence in analysis.sentences)]
    assert ends == sorted(ends)


def broken_kit():
    def fail(_sentences, _genre):
        raise ZeroDivisionError

    return replace(KIT, scorer=fail)


def test_an_unforeseen_error_in_a_file_is_its_failure_with_a_trace_in_the_log(tmp_path, caplog):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (failure,) = analyze_file("a.txt", tmp_path / "a.txt", broken_kit(), ReadingSettings())
    assert isinstance(failure, Failure)
    assert "a.txt" in failure.message
    assert "ZeroDivisionError" in caplog.text


def test_a_member_that_cannot_be_analyzed_costs_itself_only(tmp_path):
    def normalize(document):
        if document.name.endswith("坏.txt"):
            raise ZeroDivisionError
        return KIT.stages.normalize(document)

    with zipfile.ZipFile(tmp_path / "包.zip", "w") as package:
        for name in ("一.txt", "坏.txt", "二.txt"):
            package.writestr(name, TEXT)
    kit = replace(KIT, stages=replace(KIT.stages, normalize=normalize))
    first, bad, last = analyze_file("包.zip", tmp_path / "包.zip", kit, ReadingSettings())
    assert isinstance(first, Analysis)
    assert isinstance(last, Analysis)
    assert (first.document.name, last.document.name) == ("包.zip!一.txt", "包.zip!二.txt")
    assert isinstance(bad, Failure)
    assert bad.name == "包.zip!坏.txt"
    assert "“包.zip!坏.txt”：处理时出现内部错误" in bad.message


@pytest.mark.parametrize(("files", "asked", "workers"), [(0, 0, 1), (3, 0, 1), (3, 2, 2), (1, 8, 1), (200, 1, 1)])
def test_the_number_of_processes_fits_the_work(files, asked, workers):
    assert plan_run([(str(n), Path(str(n))) for n in range(files)], asked).workers == workers
