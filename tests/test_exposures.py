"""Counts of workload beside a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mingcha.corpora.exposurebook import exposure_rows, load_exposures
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.exposures import find_exposures
from mingcha.pipeline.findings import Fact, Finding
from mingcha.pipeline.job import Summary
from mingcha.pipeline.progress import summary_lines
from mingcha.pipeline.quantities import extract_quantities

EXAMPLES = [(row["id"], text) for row in exposure_rows() for text in row["matches"]]
COUNTEREXAMPLES = [text for row in exposure_rows() for text in row["misses"]]


def told(text: str, start: int = 0) -> Finding:
    quantities = tuple(replace(one, span=one.span.shifted(start)) for one in extract_quantities(text))
    return Finding(
        id="f", document="a.txt", span=Span(start, start + len(text)), text=text, locator=Locator(), kind="evidence",
        category="shortfall", subclass=None, status="asserted", cue=None, subject="P1", candidates=(), speaker=None,
        source_kind="S-SELF", quantities=quantities, strength="E2", confidence=0.9, sources=(), versions={},
    )  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_the_examples_of_a_rule_are_workload(rule, text):
    found = list(find_exposures(told(text, start=7), load_exposures()))
    assert rule in [one.rule for one in found]
    counts = [one for one in extract_quantities(text) if one.kind == "count"]
    assert found[0].quantity.value == counts[0].value


@pytest.mark.parametrize("text", COUNTEREXAMPLES)
def test_the_counterexamples_are_none(text):
    assert not list(find_exposures(told(text), load_exposures()))


def test_errors_beside_the_work_are_no_workload():
    found = list(find_exposures(told("全年办件3000件，超时2件，退回5件。"), load_exposures()))
    assert [one.quantity.value for one in found] == [3000]


def test_the_report_names_the_work_beside_an_error(sample_run):
    facts = sample_run.records("facts.jsonl")
    beside = {one["text"] for fact in facts for one in fact["exposures"]}
    assert beside
    assert "比较时宜按比率" in (sample_run.out / "report.html").read_text(encoding="utf-8")


def test_passages_that_repeat_one_another_raise_an_alarm(tmp_path):
    copied = Fact(
        "a", "P1", "risk", "inaction", "报告交了三个月没有回音。", ("f1",), (), ("f2", "f3"), ("S-PEER",), 1, "E2"
    )
    lines = summary_lines(Summary(3, (), (), (copied,)), tmp_path, {})
    assert any("雷同提醒：1 项事实中有 2 处" in line for line in lines)
    quiet = summary_lines(Summary(3, (), (), (replace(copied, copies=()),)), tmp_path, {})
    assert not any("雷同" in line for line in quiet)
