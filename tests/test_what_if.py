"""What would be if, what a grade hangs on, how firm the order is, and a score as a tree."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.schemebook import load_scheme
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.reporting.score_tree import score_tree
from mingcha.pipeline.reporting.sensitivity_plot import sensitivity_plot
from mingcha.pipeline.scoring.decisions import Reviewed
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.matters import years_of
from mingcha.pipeline.scoring.scheme import Scheme, parse_scheme
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.scoring.sensitivity import sensitivity
from mingcha.pipeline.scoring.what_if import Hanging, altered, changes, hanging_on, without
from mingcha.pipeline.subjects import Subject

DENENG = load_scheme("deneng")
LIN, SONG = Subject("p1", "林远山"), Subject("p2", "宋雪梅")
TYPED = {"de_political": Decimal(55), "lian": Decimal(90)}


def passage(key: str, category: str, subject: str = "p1", text: str = "拖着不办") -> Reviewed:
    kind = "evidence" if category in ("achievement", "initiative", "shortfall") else "risk"
    finding = Finding(
        *(key, "谈话记录.txt", Span(0, len(text)), text, Locator(line=1), kind, category, None, "asserted", None),
        subject=subject,
        candidates=(),
        speaker=None,
        source_kind="S-INSP",
        quantities=extract_quantities(text),
        strength="E4",
        confidence=0.9,
        sources=("rule",),
        versions={},
    )
    return Reviewed(finding, "confirm", "周明", "2025-01-10T09:00:00+08:00", "核实")


def evidence(*reviewed: Reviewed, period: str = "") -> Evidence:
    return Evidence(reviewed, (), {"p1": TYPED, "p2": TYPED}, period=period)


RISKS = [passage(f"r{number}", "inaction") for number in range(3)]
GOOD = [passage(f"g{number}", "achievement") for number in range(4)]


def test_a_changed_point_shows_in_its_line_only() -> None:
    given_ = evidence(*RISKS, *GOOD)
    before = score(LIN, DENENG, given_)
    after = score(LIN, altered(DENENG, "items.qin.1.points=-10"), given_)
    assert [(row.indicator, row.before, row.after) for row in changes(before, after)] == [
        ("qin", Decimal("11.25"), Decimal(9)),
    ]
    assert changes(before, before) == ()


def test_a_changed_weight_lets_the_others_scale() -> None:
    changed = altered(DENENG, "indicators.qin.weight=30")
    weights = [part.weight for part in changed.branches["total"]]
    assert sum(filter(None, weights), Decimal(0)) == 100
    assert changed.places["qin"].weight == 30


def test_a_threshold_and_a_band_can_be_tried() -> None:
    assert altered(DENENG, "strength=E5").strength == "E5"
    assert altered(DENENG, "scales.total.优秀=95").scales[0].bands[0].at_least == 95


@pytest.mark.parametrize(
    "change",
    [
        "strength=E1",
        "strength=强",
        "indicators.nobody.full=10",
        "indicators.qin.weight=120",
        "indicators.qin.colour=3",
        "items.qin.9.points=-1",
        "items.qin.1.points=0",
        "scales.total.良好=80",
        "scales.total.优秀=10",
        "total=100",
        "",
        "items.qin.x.points=1",
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: str) -> None:
    with pytest.raises(UsageError, match="改动"):
        altered(DENENG, change)


def test_what_a_grade_hangs_on_is_the_smallest_set() -> None:
    given_ = evidence(*RISKS, *GOOD)
    card = score(LIN, DENENG, given_)
    sharp = altered(DENENG, f"scales.total.优秀={(card.total or Decimal(0)) + Decimal('0.5')}")
    found = hanging_on(LIN, sharp, given_)
    assert found == Hanging(1, (("r0",), ("r1",), ("r2",)))
    for findings in found.sets:
        assert score(LIN, sharp, without(given_, findings)).grade != score(LIN, sharp, given_).grade
    assert hanging_on(LIN, sharp, Evidence((), (), {})) == Hanging(0)


def test_the_search_stays_short_where_there_are_many_matters() -> None:
    many = evidence(*(passage(f"r{place}", "inaction", text=f"第{place}件事拖延") for place in range(80)), *GOOD)
    start = time.process_time()
    found = hanging_on(LIN, DENENG, many)
    assert found.sets or found.tried == 2
    assert time.process_time() - start < 30


def test_what_names_only_other_years_is_refused() -> None:
    old, new = passage("old", "inaction", text="2019年该项目停工"), passage("new", "inaction", text="2024年项目停工")
    card = score(LIN, DENENG, evidence(old, new, period="2024"))
    texts = {line.findings: (line.points, line.explanation) for line in card.lines if line.findings}
    assert texts["old",][0] == 0
    assert "2019年）不在考核期间内" in texts["old",][1]
    assert texts["new",][0] == -5
    assert score(LIN, DENENG, evidence(old)).lines != score(LIN, DENENG, evidence(old, period="2024")).lines
    assert sorted(years_of("2023年1月至2024年6月")) == [2023, 2024]


def test_a_scheme_out_of_force_is_told() -> None:
    text = 'id = "t"\nname = "试"\nsource = "自拟"\nstanding = "正式"\neffective = { since = 2024-01-01, until = 2024-12-31 }\n'
    scheme = parse_scheme(text + '[[indicators]]\nid = "total"\nname = "总分"\nmethod = "manual"\nfull = 100\n')
    assert score(LIN, scheme, Evidence(period="2024")).remarks == ()
    assert "不在本方案的施行期" in score(LIN, scheme, Evidence(period="2026")).remarks[0]


RATED = """id = "t"
name = "试"
source = "自拟"
standing = "正式"

[[inputs]]
id = "任务数"
name = "承担的任务数"

[[indicators]]
id = "total"
name = "差错"
method = "findings"
full = 100
start = 100

[[indicators.items]]
rule = "每百件任务1项差错扣10分"
categories = ["inaction"]
points = -10
per = "任务数"
"""


def rated(count: int, tasks: int | None) -> Decimal | None:
    inputs = {"p1": {"任务数": None if tasks is None else Decimal(tasks)}}
    reviewed = tuple(passage(f"r{number}", "inaction") for number in range(count))
    return score(LIN, parse_scheme(RATED), Evidence(reviewed, (), inputs)).total


def test_who_does_more_does_not_look_worse() -> None:
    busy, idle = rated(6, 120), rated(1, 10)
    assert (busy, idle) == (Decimal(50), Decimal(0))
    assert rated(1, None) is None
    assert rated(1, 0) is None


@given(st.integers(0, 6), st.integers(1, 500), st.integers(0, 500))
def test_more_tasks_with_the_same_errors_never_lower_the_points(count: int, tasks: int, more: int) -> None:
    assert (rated(count, tasks + more) or Decimal(0)) >= (rated(count, tasks) or Decimal(0))


def test_the_order_can_swap_and_the_plot_shows_it(tmp_path) -> None:
    strong = [passage(f"a{number}", "achievement", "p1") for number in range(5)]
    slow = [passage(f"s{number}", "inaction", "p1") for number in range(5)]
    shifts = sensitivity(DENENG, (LIN, SONG), evidence(*strong, *slow, passage("x", "achievement", "p2")))
    assert all(shift.pairs == 1 for shift in shifts)
    assert {shift.step for shift in shifts} == {-10, -5, 5, 10}
    assert all((shift.swapped == 0) == (shift.moved == ()) for shift in shifts)
    picture = sensitivity_plot(shifts)
    assert picture.count("<rect") >= len(shifts)
    assert "勤" in picture
    assert sensitivity_plot(()).startswith("\n<svg") or sensitivity_plot(()).startswith("<svg")


AMOUNT = re.compile(r"[+-]\d+(?:\.\d+)?")


def test_the_tree_names_every_line_and_adds_up() -> None:
    card = score(LIN, DENENG, evidence(*RISKS, *GOOD))
    tree = score_tree(card, DENENG)
    for line in card.lines:
        assert line.explanation in tree
    assert str(card.total and card.as_json()["total"]) in tree
    part = score_tree(card, DENENG, "qin")
    assert "▪ 勤" in part
    assert "▪ 绩" not in part


def test_the_same_evidence_gives_the_same_bytes() -> None:
    import json

    given_ = evidence(*RISKS, *GOOD)
    again = evidence(*reversed(GOOD), *reversed(RISKS))
    first, second = (json.dumps(score(LIN, DENENG, one).as_json()) for one in (given_, again))
    assert first == second


def no_float(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(no_float, value.values()))
    if isinstance(value, list | tuple):
        return all(map(no_float, value))
    return not isinstance(value, float)


def test_no_float_anywhere_in_a_score() -> None:
    card = score(LIN, DENENG, evidence(*RISKS, *GOOD))
    assert no_float(card.as_json())
    assert isinstance(DENENG, Scheme)
    assert no_float(DENENG.model_dump())
