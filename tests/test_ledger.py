"""Scoring from confirmed findings and typed numbers: the ledger adds up, and nothing counts that must not."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.schemebook import load_scheme
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision, Fact, Finding
from mingcha.pipeline.scoring.decisions import current_findings
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.scheme import Scheme, parse_scheme
from mingcha.pipeline.scoring.scorecards import Scorecard, score
from mingcha.pipeline.subjects import Subject

GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "domain" / "golden.json"
JIANGSU = load_scheme("jiangsu_multiplier")
DENENG = load_scheme("deneng")
COUNTY = Subject("c1", "南坡县", type="team")
LIN = Subject("p1", "林远山")
HEAD = 'id = "t"\nname = "试"\nsource = "自拟"\nstanding = "正式"\n'


def finding(key: str, category: str = "inaction", **fields: Any) -> Finding:
    """One passage about 林远山, from a single concrete source unless told otherwise."""
    plain: dict[str, Any] = {
        "id": key,
        "document": "谈话记录.txt",
        "span": Span(0, 4),
        "text": "拖着不办",
        "locator": Locator(line=1),
        "kind": "evidence" if category in ("achievement", "initiative", "shortfall") else "risk",
        "category": category,
        "subclass": None,
        "status": "asserted",
        "cue": None,
        "subject": "p1",
        "candidates": (),
        "speaker": None,
        "source_kind": "S-INSP",
        "quantities": (),
        "strength": "E4",
        "confidence": 0.9,
        "sources": ("rule",),
        "versions": {},
    }
    return Finding(**{**plain, **fields})


def fact(key: str, *supports: str, **fields: Any) -> Fact:
    plain: dict[str, Any] = {
        "id": key,
        "subject": "p1",
        "kind": "risk",
        "category": "inaction",
        "text": "",
        "supports": supports,
        "contradicts": (),
        "copies": (),
        "source_kinds": (),
        "independent": 2,
        "strength": "E3",
    }
    return Fact(**{**plain, **fields})


def decide(key: str, verdict: Any = "confirm", at: str = "2025-01-10T09:00:00+08:00", **changes: str) -> Decision:
    return Decision(key, verdict, "周明", "已核对原文", at, tuple(changes.items()))


def duty(findings: list[Finding], decisions: list[Decision], facts: list[Fact], **options: str) -> Scorecard:
    """Score 林远山 under a scheme with one indicator: 20 points, 3 off a matter of inaction, at most 8 off."""
    return score(LIN, tally(**options), Evidence(current_findings(findings, decisions), facts))


def tally(*, strength: str = "E3", items: str = "", extra: str = "") -> Scheme:
    item = 'rule = "不作为每项扣3分，最多扣8分"\ncategories = ["inaction"]\npoints = -3\ncap = 8\n'
    rows = f"[[indicators.items]]\n{items or item}"
    place = 'id = "qin"\nname = "勤"\nparent = "total"\nmethod = "findings"\nfull = 20\nstart = 20\n'
    root = '[[indicators]]\nid = "total"\nname = "总分"\nmethod = "add"\n'
    return parse_scheme(f'{HEAD}strength = "{strength}"\n{root}[[indicators]]\n{place}{rows}\n{extra}')


def golden(key: str) -> Any:
    if not GOLDEN.exists():
        pytest.skip("the golden figures are kept beside the repository")
    return json.loads(GOLDEN.read_text(encoding="utf-8"))[key]


def amounts(card: Scorecard) -> list[str]:
    return [str(line.amount) for line in card.lines]


# --- 乘数计分法 ---------------------------------------------------------------------------------------------------

MULTIPLIED = {"88": "92.84", "80": "84.40", "72": "75.96", "0": "0.00", "100": "105.50", "83": "87.57", "missing": None}


def multiplied(party: str) -> Scorecard:
    typed = {"common": "58.6", "specific": "24.3", "bonus": "2.5", "penalty": "-1.0", "party": party}
    inputs = {key: Decimal(value) for key, value in typed.items() if value != "missing"}
    return score(COUNTY, JIANGSU, Evidence(inputs={COUNTY.id: inputs}))


@pytest.mark.parametrize(("party", "total"), MULTIPLIED.items())
def test_multiplies_development_by_party_building(party: str, total: str | None) -> None:
    assert multiplied(party).as_json()["total"] == total


def test_agrees_with_the_golden_file_on_the_multiplier() -> None:
    assert golden("js") == MULTIPLIED
    assert multiplied("83").as_json()["total_raw"] == golden("js_83_raw")
    assert multiplied("80").total == Decimal(golden("js_base"))


def test_shows_the_multiplier_as_a_line_and_its_factor_without_amount() -> None:
    card = multiplied("83")
    assert amounts(card) == ["58.6", "24.3", "2.5", "-1.0", "0", "3.165"]
    assert [str(line.points) for line in card.lines][-2:] == ["83", "3.165"]
    assert "84.4×83÷80" in card.lines[-1].explanation
    assert card.preview is False  # nothing in this scheme waits for a confirmation


def test_names_what_a_missing_total_lacks() -> None:
    card = multiplied("missing")
    assert card.total is None
    assert card.undetermined == ("“党建得分”尚未填写（指标编号 party）",)
    assert amounts(card) == ["58.6", "24.3", "2.5", "-1.0"]


def test_a_number_out_of_range_is_undetermined_and_not_cut() -> None:
    assert multiplied("101").undetermined == ("“党建得分”填写的101超出0至100的范围，请核对后重填",)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"partty": Decimal(1)}, "没有这个编号"),
        ({"party": True}, "应当填写数字"),
        ({"party": 88.0}, "应当填写数字"),
        ({"party": Decimal("NaN")}, "不是可以计算的数字"),
    ],
)
def test_refuses_typed_values_that_fit_nothing(inputs: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        score(COUNTY, JIANGSU, Evidence(inputs={COUNTY.id: inputs}))


def test_a_scheme_for_teams_leaves_a_person_undetermined() -> None:
    card = score(LIN, JIANGSU, Evidence())
    assert card.total is None
    assert card.undetermined == ("方案“乘数计分法（高质量发展 × 党建）”只适用于班子，“林远山”是个人",)


# --- weights, means, tables, straight lines -----------------------------------------------------------------------

FIVE = {"经济": ("30", "82"), "生态": ("8", "95"), "民生": ("22", "88"), "党建": ("25", "90"), "创新": ("15", "76")}


def weighted(
    rows: dict[str, tuple[str, str]], extra: str = "", method: str = 'method = "manual"\nfull = 100'
) -> Scheme:
    parts = "".join(
        f'[[indicators]]\nid = "{name}"\nname = "{name}"\nparent = "total"\nweight = {weight}\n{method}\n'
        for name, (weight, _) in rows.items()
    )
    return parse_scheme(f'{HEAD}[[indicators]]\nid = "total"\nname = "总分"\nmethod = "mean"\n{parts}{extra}')


def average(rows: dict[str, tuple[str, str]], category: str = "", extra: str = "", **options: str) -> Scorecard:
    inputs = {name: Decimal(value) for name, (_, value) in rows.items() if value}
    subject = Subject("s", "某市", category=category)
    return score(subject, weighted(rows, extra, **options), Evidence(inputs={"s": inputs}))


@pytest.mark.parametrize(("category", "total"), [("其他", "85.46"), ("祁连山四市", "86.19")])
def test_gives_a_group_its_own_weight_and_scales_the_rest(category: str, total: str) -> None:
    card = average(FIVE, category, '[weights."祁连山四市"]\n"生态" = 15\n')
    assert card.as_json()["total"] == total


def test_agrees_with_the_golden_file_on_weights() -> None:
    expected = golden("gs_weights")
    hundred = {name: (weight, "100") for name, (weight, _) in FIVE.items()}
    card = average(hundred, "祁连山四市", '[weights."祁连山四市"]\n"生态" = 15\n')
    assert {line.name: str(round(line.amount, 4)) for line in card.lines} == expected
    assert card.total == Decimal(100)


@pytest.mark.parametrize(
    ("quarters", "mean"),
    [
        (("92", "85", "90", "95"), "90.5000"),
        (("92", "85", "", "95"), "90.6667"),
        (("", "", "", ""), None),
    ],
)
def test_leaves_a_missing_part_out_where_the_scheme_says_so(quarters: tuple[str, ...], mean: str | None) -> None:
    rows = {f"q{number}": ("25", value) for number, value in enumerate(quarters, 1)}
    scheme = weighted(rows, method='missing = "exclude"\nmethod = "manual"\nfull = 100')
    inputs = {name: Decimal(value) for name, (_, value) in rows.items() if value}
    card = score(LIN, scheme.model_copy(update={"digits": 4}), Evidence(inputs={LIN.id: inputs}))
    assert card.as_json()["total"] == mean
    assert mean != "90.6667" or "缺项剔除" in [line.rule for line in card.lines]


def test_a_missing_part_is_undetermined_otherwise() -> None:
    assert average({"a": ("50", "90"), "b": ("50", "")}).total is None


def test_three_parts_of_91_reach_91_exactly() -> None:
    rows = {name: (weight, "91") for name, weight in zip("abc", ("33.3", "33.3", "33.4"), strict=True)}
    assert average(rows).total == Decimal(91)
    scaled = average(
        FIVE | {name: (weight, "90") for name, (weight, _) in FIVE.items()}, "甲", '[weights."甲"]\n"生态" = 15'
    )
    assert scaled.total == Decimal(90)


PROVINCE = 'method = "linear"\nfull = 25\nknots = [{ at = 73, points = 12.5 }, { at = 98, points = 25 }]'
ON_TIME = 'method = "linear"\nfull = 15\nknots = [{ at = 75, points = 0 }, { at = 90, points = 15 }]'
VOTES = (
    'method = "table"\nfull = 200\nsteps = [{ at_least = 90, points = 200 }, { at_least = 80, points = 190 }, '
    "{ at_least = 70, points = 180 }, { at_least = 60, points = 170 }, { points = 160 }]"
)


@pytest.mark.parametrize(
    ("method", "value", "points"),
    [
        (PROVINCE, "50", "12.50"),
        (PROVINCE, "71.43", "12.50"),
        (PROVINCE, "75", "13.50"),
        (PROVINCE, "83.33", "17.67"),
        (PROVINCE, "87.5", "19.75"),
        (PROVINCE, "98", "25.00"),
        (PROVINCE, "100", "25.00"),
        (ON_TIME, "66.67", "0.00"),
        (ON_TIME, "89.82", "14.82"),
        (ON_TIME, "90", "15.00"),
        (VOTES, "90", "200.00"),
        (VOTES, "89.99", "190.00"),
        (VOTES, "79.99", "180.00"),
        (VOTES, "60", "170.00"),
        (VOTES, "59.99", "160.00"),
    ],
)
def test_converts_a_typed_number(method: str, value: str, points: str) -> None:
    assert average({"x": ("100", value)}, method=method).as_json()["total"] == points


# --- decisions ----------------------------------------------------------------------------------------------------


def test_the_last_decision_stands_whatever_the_order_given() -> None:
    early, late = decide("f", "confirm"), decide("f", "reject", at="2025-01-10T02:30:00+01:00")  # 01:00Z, then 01:30Z
    for decisions in ([early, late], [late, early]):
        (reviewed,) = current_findings([finding("f")], decisions)
        assert (reviewed.verdict, reviewed.by) == ("reject", "周明")


def test_a_change_must_be_confirmed_anew() -> None:
    change = decide(
        "f", "change", at="2025-01-11T09:00:00+08:00", category="achievement", subject="p2", status="reported"
    )
    (reviewed,) = current_findings([finding("f", subclass="R03")], [decide("f"), change])
    assert reviewed.verdict is None
    found = reviewed.finding
    assert (found.category, found.kind, found.subclass) == ("achievement", "evidence", None)
    assert (found.subject, found.status) == ("p2", "reported")


@pytest.mark.parametrize("unknown", [{"text": "x"}, {"category": "lazy"}, {"status": "maybe"}], ids=str)
def test_leaves_out_an_unknown_correction_and_asks_anew(
    unknown: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    change = decide("f", "change", at="2025-01-11T09:00:00+08:00", **unknown, subject="p2")
    (reviewed,) = current_findings([finding("f")], [decide("f"), change])
    assert (reviewed.finding, reviewed.verdict) == (finding("f", subject="p2"), None)
    assert "更正看不懂，未采用" in caplog.text


@pytest.mark.parametrize("at", ["昨天", "", "\ud800"])
def test_a_decision_without_a_readable_time_comes_after_those_given_before_it(
    at: str, caplog: pytest.LogCaptureFixture
) -> None:
    unreadable, plain = decide("f", "reject", at=at), decide("f")
    later = decide("f", at="2025-01-12T09:00:00+08:00")
    for decisions, verdict in (
        ([unreadable], "reject"),
        ([plain, unreadable], "reject"),
        ([later, plain, unreadable], "reject"),
        ([unreadable, plain], "confirm"),
        ([plain, unreadable, later], "confirm"),
    ):
        (reviewed,) = current_findings([finding("f")], decisions)
        assert reviewed.verdict == verdict
    assert "看不懂，按写入的先后处理" in caplog.text


def test_passes_over_decisions_on_findings_that_are_not_here() -> None:
    assert current_findings([], [decide("gone")]) == ()


# --- from findings to points --------------------------------------------------------------------------------------


def test_only_confirmed_findings_count() -> None:
    findings = [finding("a"), finding("b"), finding("c")]
    card = duty(findings, [decide("a"), decide("b", "reject")], [])
    assert (card.total, card.preview) == (Decimal(17), False)
    assert card.lines[1].findings == ("a",)
    assert "确认人：周明" in card.lines[1].explanation
    assert card.remarks == ("另有1条线索尚未确认或驳回，未计入",)


def test_without_decisions_the_scorecard_is_a_preview() -> None:
    card = duty([finding("a")], [], [])
    assert (card.total, card.preview) == (Decimal(17), True)
    assert "预览，尚未经人确认" in card.lines[1].explanation


def test_a_preview_leaves_out_nothing_but_the_rejected() -> None:
    card = duty([finding("a"), finding("b")], [decide("b", "reject")], [])
    assert (card.total, card.preview) == (Decimal(20), False)


def test_nothing_read_about_a_subject_is_not_full_marks() -> None:
    card = duty([finding("a", subject="p2")], [decide("a")], [])
    assert card.total is None
    assert card.undetermined == ("“勤”没有可用材料：所读材料中没有涉及“林远山”的内容",)


def test_caps_what_one_rule_takes_and_says_so() -> None:
    card = duty([finding(key) for key in "abcd"], [decide(key) for key in "abcd"], [])
    assert amounts(card) == ["20", "-3", "-3", "-3", "-3", "4"]
    assert card.lines[-1].explanation == "4项合计-12分，本条封顶，按-8分计"


def test_never_falls_below_nothing_or_above_the_full_mark() -> None:
    items = 'rule = "每项扣15分"\ncategories = ["inaction"]\npoints = -15\n'
    card = duty([finding("a"), finding("b")], [decide("a"), decide("b")], [], items=items)
    assert (card.total, str(card.lines[-1].amount)) == (Decimal(0), "10")
    items = 'rule = "每项加5分"\ncategories = ["achievement"]\npoints = 5\n'
    card = duty([finding("a", "achievement")], [decide("a")], [], items=items)
    assert (card.total, str(card.lines[-1].amount)) == (Decimal(20), "-5")


@pytest.mark.parametrize("status", ["normative", "negated", "generic", "resolved", "hypothetical", "exculpatory"])
def test_a_mention_bears_no_points_even_when_confirmed(status: str) -> None:
    assert duty([finding("a", status=status)], [decide("a")], []).total == Decimal(20)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"strength": "E2"}, "证据强度E2（单一来源的具体事实），属单一来源，未达到方案要求的E3"),
        ({"strength": "E1"}, "未达到方案要求的E3"),
        ({"source_kind": "S-ANON", "strength": "E5"}, "仅有匿名反映，不单独计分"),
    ],
)
def test_weak_or_anonymous_matter_is_listed_without_points(fields: dict[str, str], words: str) -> None:
    card = duty([finding("a", **fields)], [decide("a")], [])
    assert amounts(card) == ["20", "0"]
    assert words in card.lines[1].explanation


def test_a_scheme_may_admit_a_single_source_and_shows_it() -> None:
    card = duty([finding("a", strength="E2")], [decide("a")], [], strength="E2")
    assert card.total == Decimal(17)
    assert "单一来源，经人工审核采用" in card.lines[1].explanation


def test_the_same_fact_is_deducted_once() -> None:
    findings = [finding("a", strength="E2"), finding("b", strength="E2", source_kind="S-SUB")]
    card = duty(findings, [decide("a"), decide("b")], [fact("F", "a", "b")])
    assert amounts(card) == ["20", "-3"]
    assert (card.lines[1].findings, card.lines[1].fact) == (("a", "b"), "F")


def test_a_second_indicator_only_refers_to_a_counted_fact() -> None:
    second = '[[indicators]]\nid = "ji"\nname = "绩"\nparent = "total"\nmethod = "findings"\nfull = 30\nstart = 30\n'
    item = '[[indicators.items]]\nrule = "另扣"\ncategories = ["inaction"]\npoints = -5\n'
    card = duty([finding("a")], [decide("a")], [fact("F", "a", strength="E4")], extra=second + item)
    assert amounts(card) == ["20", "-3", "30", "0"]
    assert "同一事实已在“勤”计分" in card.lines[-1].explanation
    assert card.lines[-1].fact == "F"


def test_a_fact_is_only_as_strong_as_its_confirmed_sources() -> None:
    findings = [finding("a", strength="E2"), finding("b", strength="E2", source_kind="S-SUB")]
    card = duty(findings, [decide("a"), decide("b", "reject")], [fact("F", "a", "b")])
    assert amounts(card) == ["20", "0"]
    assert "证据强度E2" in card.lines[1].explanation


@pytest.mark.parametrize(("verdict", "total"), [("reject", 17), ("confirm", 20), (None, 20)])
def test_disputed_matter_waits_until_the_contrary_is_dealt_with(verdict: str | None, total: int) -> None:
    findings = [finding("a"), finding("no", status="negated")]
    decisions = [decide("a"), *([decide("no", verdict)] if verdict else [])]
    assert duty(findings, decisions, [fact("F", "a", contradicts=("no",), strength="E4")]).total == total


def test_an_excuse_within_the_fact_suspends_it() -> None:
    findings = [finding("a"), finding("x", status="exculpatory")]
    card = duty(findings, [decide("a")], [fact("F", "a", "x", strength="E4")])
    assert amounts(card) == ["20", "0"]


def test_an_unclear_subject_is_mentioned_and_not_counted() -> None:
    unclear = finding("b", subject=None, candidates=("p1", "p2"))
    card = duty([finding("a"), unclear], [decide("a")], [])
    assert card.total == Decimal(17)
    assert card.remarks == ("另有1条线索可能涉及“林远山”，对象未定，未计入",)


# --- the shipped scheme for persons ---------------------------------------------------------------------------------


def test_scores_a_person_under_the_shipped_scheme() -> None:
    findings = [finding("a"), finding("b", "achievement"), finding("c", "formalism", subclass="R12.Z1")]
    reviewed = current_findings(findings, [decide("a"), decide("b"), decide("c")])
    inputs = {"de_political": Decimal(55), "lian": Decimal(95)}
    card = score(LIN, DENENG, Evidence(reviewed, inputs={LIN.id: inputs}))
    parts = {line.indicator: line.points for line in card.ledger.subtotals}
    assert parts == {"de_political": 55, "de_conduct": 32, "neng": 85, "qin": 85, "ji": 80, "lian": 95}
    assert card.total == Decimal("85.5")  # 87·25% + 85·15% + 85·15% + 80·30% + 95·15%
    assert card.grade == "建议对照：称职（85.50分，界限70）"
    assert card.remarks == ("本方案标注为“示例”，使用前须由考核机关核定",)
    assert json.loads(json.dumps(card.as_json(), ensure_ascii=False)) == card.as_json()


def test_political_quality_and_integrity_are_never_inferred() -> None:
    card = score(LIN, DENENG, Evidence(current_findings([finding("a")], [decide("a")])))
    assert card.total is None
    assert card.grade is None
    assert card.undetermined == ("“德·政治素质”尚未填写（指标编号 de_political）", "“廉”尚未填写（指标编号 lian）")


# --- laws -----------------------------------------------------------------------------------------------------------

CATEGORIES = ("inaction", "timidity", "formalism", "overreach", "achievement", "initiative", "shortfall")
STRENGTHS = ("E1", "E2", "E3", "E4", "E5")
KINDS = ("S-INSP", "S-SUB", "S-ANON", "S-AUDIT")
POINTS = st.decimals(0, 100, places=2)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Finding], list[Decision], list[Fact], dict[str, Decimal]]:
    count = draw(st.integers(1, 8))
    pick = st.sampled_from
    findings = [
        finding(
            f"f{number}",
            draw(pick(CATEGORIES)),
            strength=draw(pick(STRENGTHS)),
            source_kind=draw(pick(KINDS)),
            status=draw(pick(("asserted", "reported", "negated"))),
        )
        for number in range(count)
    ]
    decisions = [decide(found.id, draw(pick(("confirm", "reject")))) for found in findings if draw(st.booleans())]
    cut = draw(st.integers(0, count))
    joined = [found.id for found in findings[:cut]]
    facts = [fact("F", *joined, strength=draw(pick(STRENGTHS)))] if joined else []
    inputs = {"de_political": draw(st.decimals(0, 60, places=2)), "lian": draw(POINTS)}
    return findings, decisions, facts, inputs


def scored(case: tuple[list[Finding], list[Decision], list[Fact], dict[str, Decimal]], category: str = "") -> Scorecard:
    findings, decisions, facts, inputs = case
    subject = replace(LIN, category=category)
    return score(subject, DENENG, Evidence(current_findings(findings, decisions), facts, {subject.id: inputs or {}}))


@given(cases(), st.sampled_from(["", "正职"]))
def test_the_ledger_adds_up_to_the_scorecard(case: Any, category: str) -> None:
    card = scored(case, category)
    raw = card.as_json()
    with localcontext(prec=200):
        assert sum((Decimal(line["amount_raw"]) for line in raw["lines"]), Decimal(0)) == Decimal(raw["total_raw"])
        assert sum((Decimal(part["amount_raw"]) for part in raw["subtotals"]), Decimal(0)) == card.total


@given(cases(), st.integers())
def test_the_order_of_findings_changes_nothing(case: Any, seed: int) -> None:
    findings, decisions, facts, inputs = case
    shuffled = random.Random(seed).sample(findings, len(findings))
    again = random.Random(seed).sample(decisions, len(decisions))
    assert scored((shuffled, again, facts, inputs)).as_json() == scored(case).as_json()


@given(cases(), st.integers(1, 12))
def test_the_callers_decimal_context_changes_nothing(case: Any, precision: int) -> None:
    expected = scored(case).as_json()
    with localcontext(prec=precision):
        assert scored(case).as_json() == expected


@given(cases())
def test_a_fact_counts_at_most_once(case: Any) -> None:
    counted = [line.fact for line in scored(case).lines if line.fact and line.points]
    assert len(counted) == len(set(counted))


@given(cases())
def test_every_scored_finding_was_confirmed_unless_it_is_a_preview(case: Any) -> None:
    confirmed = {decision.finding for decision in case[1] if decision.verdict == "confirm"}
    card = scored(case)
    used = {key for line in card.lines if line.points for key in line.findings}
    assert used <= confirmed or (card.preview and not case[1])


@given(cases(), st.sampled_from(["de_political", "lian"]))
def test_a_missing_input_never_becomes_a_number(case: Any, key: str) -> None:
    findings, decisions, facts, inputs = case
    card = scored((findings, decisions, facts, {name: value for name, value in inputs.items() if name != key}))
    assert card.total is None
    assert card.as_json()["total"] is None
    assert card.grade is None


@given(cases(), POINTS)
def test_a_higher_typed_number_never_lowers_the_total(case: Any, value: Decimal) -> None:
    findings, decisions, facts, inputs = case
    low, high = sorted((inputs["lian"], value))
    totals = [scored((findings, decisions, facts, {**inputs, "lian": typed})).total for typed in (low, high)]
    assert None not in totals
    assert totals == sorted(totals)  # type: ignore[type-var]


def test_the_report_and_the_score_follow_the_same_decision():
    from mingcha.pipeline.scoring.decisions import decisions_in_force

    early = Decision("f1", "confirm", "甲", "属实", "2024-05-01T09:00:00+08:00")
    late = Decision("f1", "reject", "乙", "说的是别人", "2024-05-02T09:00:00+08:00")
    assert decisions_in_force([late, early]) == {"f1": late}
    assert decisions_in_force([]) == {}
