"""What stands apart (班子运行问题, 廉洁风险, an office's own categories) never moves what is found beside it."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.corpora.rulebook import shipped_book
from mingcha.corpora.schemebook import load_scheme
from mingcha.models.senses import load_sense_model
from mingcha.models.stages import load_matcher
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline import corroboration
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision, Finding
from mingcha.pipeline.plain_text import document_of
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.scoring.decisions import current_findings
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.scheme import parse_scheme
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.subjects import Subject
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES

corroborate = partial(corroboration.corroborate, read=load_sense_model())

ROSTER = (
    Subject("P1", "周启明", ("周局长",), "县水利局", "局长", "person", "县直部门正职"),
    Subject("P2", "何春燕", ("何副局长",), "县水利局", "副局长", "person", "县直部门副职"),
    Subject("T1", "县水利局", ("水利局",), "县水利局", "", "team", "县直部门"),
)
KIT = load_toolkit(ROSTER)
# Rules that fire nearly everywhere: if anything apart could move its neighbours, these would.
EVERYWHERE = tuple(
    Rule(f"own.{kind}", kind, f"own_{kind}", None, 0.9, "测试", phrases=tuple("的了是不有在人"))
    for kind in ("risk", "evidence")
)
REFERRED = Rule("own.referral", "referral", "own_referral", None, 0.9, "测试", phrases=("的",))


def with_rules(*rules):
    return replace(KIT, stages=replace(KIT.stages, matcher=load_matcher((*shipped_book().rules, *rules))))


def known(findings):
    return [finding for finding in findings if finding.kind == "check" or finding.category in CATEGORIES]


def found(text, name="反馈意见.txt", kit=KIT):
    return analyze(document_of(text, name), kit)


def test_rules_apart_that_fire_everywhere_leave_all_other_findings_as_they_are():
    noisy, met = with_rules(*EVERYWHERE), 0
    for labelled in load_labelled()[::12]:
        document = document_of(labelled.text, f"{labelled.id}.txt")
        plain, loud = analyze(document, KIT), analyze(document, noisy)
        assert known(loud.findings) == known(plain.findings)
        assert loud.sentences == plain.sentences
        met += len(loud.findings) - len(plain.findings)
    assert met > 500


def test_what_is_put_aside_has_no_other_finding_and_leaves_its_neighbours_as_they_are():
    """The words of a sentence on integrity must not come back as an ordinary finding about somebody."""
    noisy, met = with_rules(REFERRED), 0
    for labelled in load_labelled()[::12]:
        document = document_of(labelled.text, f"{labelled.id}.txt")
        plain, loud = analyze(document, KIT), analyze(document, noisy)
        aside = {referral.span for referral in loud.referrals}
        kept = [one for one in plain.findings if one.kind == "check" or one.span not in aside]
        assert list(loud.findings) == kept
        met += len(plain.findings) - len(kept)
    assert met > 100


def test_hearsay_of_a_favor_is_put_aside_alone():
    hearsay = "答：听说周局长在白石水库的项目上给熟人打过招呼，群众意见很大，工期一拖再拖。"
    analysis = found(f"谈话对象：赵某\n{hearsay}\n答：窗口长期无人值守，群众跑了三趟没办成。", "谈话记录.txt")
    assert len(analysis.referrals) == 1
    assert not [finding for finding in analysis.findings if "打过招呼" in finding.text]
    assert [finding for finding in analysis.findings if "无人值守" in finding.text]


def test_a_team_that_does_not_get_on_is_listed_under_its_own_category():
    analysis = found("巡察发现，水利局正副职互相拆台。会议材料开会前五分钟才发。")
    apart = [finding for finding in analysis.findings if finding.category == "team_conflict"]
    assert [(finding.kind, finding.status, finding.subclass) for finding in apart] == [("risk", "asserted", "R13")] * 2
    assert apart[0].subject == "T1"
    assert apart[0].sources == ("R13.discord",)
    assert apart[0].confidence == 0.9


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("没有发现班子闹不团结的情况。", "反馈意见.txt"),
        ("要坚决防止班子闹不团结。", "反馈意见.txt"),
        ("问：班子里有没有闹不团结的情况？", "谈话记录.txt"),
        ("对班子闹不团结的，由组织部门约谈。", "领导班子管理办法.txt"),
        ("全局上下心往一处想，劲往一处使。", "反馈意见.txt"),
    ],
)
def test_no_team_is_accused_by_what_is_denied_wished_asked_ruled_or_not_said(text, name):
    active = [finding for finding in found(text, name).findings if finding.status in ACTIVE_STATUSES]
    assert [finding for finding in active if finding.category == "team_conflict"] == []


def test_hits_apart_have_an_actor_of_their_own():
    text = "巡察发现，周启明抓工期推诿扯皮、久拖不决，何春燕和两位副局长被晾在一边。"
    by_category = {finding.category: finding for finding in found(text).findings}
    assert by_category["inaction"].subject == "P1"
    assert by_category["team_conflict"].subject != "P1"


def test_integrity_is_put_aside_and_never_among_the_findings():
    analysis = found("群众反映，周局长的表弟承包了维修项目，验收的人吃拿卡要。\n报告交上去三个月没有回音。")
    (aside,) = analysis.referrals
    assert (aside.category, aside.status, aside.sources) == ("integrity", "reported", ("R14.grab", "R14.kin_contract"))
    assert aside.text == "群众反映，周局长的表弟承包了维修项目，验收的人吃拿卡要。"
    assert aside.locator == Locator(line=1)
    assert "integrity" not in {finding.category for finding in analysis.findings}
    assert not hasattr(aside, "subject")
    assert {"R14.grab", "R14.kin_contract"} <= analysis.fired


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("严禁吃拿卡要。", "反馈意见.txt"),
        ("没有发现优亲厚友的问题。", "反馈意见.txt"),
        ("凡吃拿卡要的，一律先停职。", "干部管理办法.txt"),
        ("问：验收时有没有人吃拿卡要？", "谈话记录.txt"),
    ],
)
def test_what_is_forbidden_denied_or_asked_is_not_put_aside(text, name):
    assert found(text, name).referrals == ()


# ---- facts and scores


def finding(number, category, kind, status="asserted", text="报告交上去三个月没有回音", **fields):
    span = Span(number * 100, number * 100 + len(text))
    values = {"subject": "P1", "source_kind": "S-INSP", "strength": "E4", "sources": ("r",), **fields}
    return Finding(
        id=f"{number:020x}",
        document=f"{number % 3}.txt",
        span=span,
        text=text,
        locator=Locator(),
        kind=kind,
        category=category,
        subclass=None,
        status=status,
        cue=None,
        candidates=(),
        speaker=None,
        quantities=(),
        confidence=0.9,
        versions={},
        **values,
    )


TEXTS = ("报告交上去三个月没有回音", "全年完成投资三亿元", "两个村通上了自来水", "报告交上去三个月还没有回音")
COUNTED = st.sampled_from([("inaction", "risk"), ("achievement", "evidence"), ("shortfall", "evidence")])
APART = st.sampled_from([("team_conflict", "risk"), ("own_visits", "evidence"), ("own_mediation", "risk")])


@st.composite
def mixed(draw):
    """Findings of the codebook's categories and, over the same passages, findings that stand apart."""

    def some(first, pairs):
        drawn = draw(
            st.lists(st.tuples(pairs, st.sampled_from(TEXTS), st.sampled_from(["asserted", "negated"])), max_size=6)
        )
        return [finding(first + n, *pair, status, text) for n, (pair, text, status) in enumerate(drawn)]

    return some(1, COUNTED), some(50, APART)


@given(mixed())
def test_facts_of_the_codebook_do_not_see_what_stands_apart(drawn):
    counted, apart = drawn
    facts = corroborate([*counted, *apart])
    assert [fact for fact in facts if fact.category in CATEGORIES] == list(corroborate(counted))
    assert {fact.category for fact in facts} <= CATEGORIES_AND_APART


CATEGORIES_AND_APART = {*CATEGORIES, "team_conflict", "own_visits", "own_mediation"}


@given(mixed(), st.booleans())
def test_what_stands_apart_never_moves_a_score(drawn, confirmed):
    counted, apart = drawn
    decided = [
        Decision(one.id, "confirm", "甲", "属实", "2025-01-01T08:00:00+08:00") for one in (apart if confirmed else [])
    ]
    scheme = load_scheme("deneng")
    reviewed = current_findings([*counted, *apart], decided)
    with_them = score(ROSTER[0], scheme, Evidence(reviewed, corroborate([*counted, *apart])))
    without = score(ROSTER[0], scheme, Evidence(current_findings(counted, ()), corroborate(counted)))
    assert with_them.as_json() == without.as_json()


SCHEME = """
id = "own"
name = "自立类别计分"
source = "自拟"
standing = "示例"
strength = "E2"

[[indicators]]
id = "total"
name = "调解"
method = "findings"
full = 10
start = 10

[[indicators.items]]
rule = "调解不力，每项扣2分"
categories = ["own_mediation"]
points = -2
"""


def test_a_scheme_that_names_an_own_category_scores_it():
    scheme = parse_scheme(SCHEME + '\n[names]\nown_mediation = "调解不力"\n')
    one = finding(1, "own_mediation", "risk")
    decided = [Decision(one.id, "confirm", "甲", "属实", "2025-01-01T08:00:00+08:00")]
    card = score(ROSTER[0], scheme, Evidence(current_findings([one], decided), corroborate([one])))
    assert card.total == Decimal(8)
    assert any("“调解不力”1项" in line.explanation for line in card.lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SCHEME, "[names]"),
        (SCHEME.replace("own_mediation", "team_conflict"), "只单列，不计分"),
        (SCHEME.replace("own_mediation", "mediation"), "没有“mediation”这个类别"),
    ],
)
def test_a_scheme_cannot_score_a_category_without_a_name_nor_the_team(text, words):
    with pytest.raises(DataError) as caught:
        parse_scheme(text)
    assert words in str(caught.value)
