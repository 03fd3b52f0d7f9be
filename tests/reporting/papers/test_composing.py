"""What the reports say: with references, with figures that add up, confirmed and pending never mixed."""

import re
from dataclasses import replace

import pytest

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.reporting.papers.candidates import ADVICE
from mingcha.pipeline.reporting.papers.case import Extras, Progress, indexed
from mingcha.pipeline.reporting.papers.chronicles import chronicle
from mingcha.pipeline.reporting.papers.counts import category_table, dimension_table, month_table, source_table
from mingcha.pipeline.reporting.papers.feedback import accumulated, progress_table
from mingcha.pipeline.reporting.papers.kinds import KINDS, OF_ONE, compose
from mingcha.pipeline.reporting.papers.paper import DRAFT, Note, Statements, Table, outline
from mingcha.pipeline.reporting.papers.verdict_figures import agreement, binned, kept_shares, rule_yields
from mingcha.pipeline.scoring.decisions import Reviewed


@pytest.mark.parametrize("kind", KINDS)
def test_every_statement_says_where_it_stands(papers, kind):
    for statement in papers[kind].statements:
        assert statement.text
        assert statement.references
        assert all(reference.document and reference.place and reference.finding for reference in statement.references)


@pytest.mark.parametrize("kind", KINDS)
def test_confirmed_and_pending_never_stand_in_one_list(papers, kind):
    groups = [block for block in papers[kind].blocks if isinstance(block, Statements)]
    assert all(item.standing == group.standing for group in groups for item in group.items)


@pytest.mark.parametrize("kind", KINDS)
def test_totals_are_the_sums_of_their_columns(papers, kind):
    for table in papers[kind].tables:
        for place, column in enumerate(table.columns):
            if column.adds and table.rows:
                assert table.total[place] == sum(row[place] for row in table.rows)
        assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_composed_bears_the_mark_of_a_draft(papers, kind):
    notes = [block for block in papers[kind].blocks if isinstance(block, Note)]
    assert all(note.shown.startswith(DRAFT) == note.draft for note in notes)
    assert all("结论" in paper.notices[0] and paper.signatures for paper in papers.values())


def test_every_table_of_one_subject_accounts_for_the_same_findings(index):
    for subject in index.roster:
        found = index.holding(subject.id).active
        tables = (
            dimension_table(found, team=subject.type == "team"),
            category_table(found, index),
            source_table(found, index),
            month_table(found, "2024"),
        )
        assert {table.total[-1] if table.total else 0 for table in tables} == {len(found)}


def test_a_profile_lists_as_many_statements_as_it_counts(index):
    for subject in index.roster:
        paper = compose("profile", index, subject)
        listed = [
            one
            for section, level in outline(paper.sections)
            if level == 2
            for block in section.blocks
            if isinstance(block, Statements) and not section.title.endswith("来源印证、已确认")
            for one in block.items
        ]
        counted = index.holding(subject.id).active
        quoted = [one for one in listed if not one.remark.startswith("独立来源")]
        assert len(quoted) == len(counted)


def test_a_profile_tells_in_the_order_of_time_what_names_a_month(index, content):
    dated = [
        replace(each, quantities=(Quantity(Span(0, 1), "日期", value, "日期", "date"),))
        for each, value in zip(content.findings[:3], (20241105, 412, 2024), strict=True)
    ]
    table = chronicle([Reviewed(each) for each in dated], index)
    assert [row[0] for row in table.rows] == ["2024年4月", "2024年11月"]
    assert all(row[3] and "线索" in row[4] for row in table.rows)


def test_a_rejected_finding_is_in_no_report(papers, content):
    rejected = content.findings[6].text
    for kind, paper in papers.items():
        shown = [one.text for one in paper.statements] + [
            str(cell) for table in paper.tables for row in table.rows for cell in row
        ]
        assert not any(rejected in text for text in shown), kind


def test_no_report_names_who_spoke(papers):
    assert all(
        "C-02" not in reference.voice
        for paper in papers.values()
        for one in paper.statements
        for reference in one.references
    )
    voices = {reference.voice for one in papers["analysis"].statements for reference in one.references}
    assert "下属谈话（谈话对象1）" in voices


def test_candidates_need_independent_sources_and_a_confirmation(papers):
    sections = list(outline(papers["candidates"].sections))
    named = [section.title for section, _ in sections if ADVICE in section.title]
    assert any("何春燕" in title for title in named)
    assert not any(name in title for title in named for name in ("周启明", "周立新", "柳河镇", "邓小禾"))
    waiting = next(section for section, _ in sections if "待核实后再议" in section.title)
    assert ["柳河镇" in section.title for section in waiting.sections] == [True]


def test_candidates_are_told_with_both_sides_and_without_scores(papers):
    candidate = next(section for section, _ in outline(papers["candidates"].sections) if "何春燕" in section.title)
    assert any(isinstance(block, Note) and "另一方面" in block.text for block in candidate.blocks)
    assert any(isinstance(block, Statements) and block.items for block in candidate.blocks)
    text = repr(papers["candidates"])
    assert "总分" not in text
    assert "不是名次" in text
    table = next(iter(papers["candidates"].tables))
    assert [row[0] for row in table.rows] == ["周启明", "何春燕", "周立新", "邓小禾", "柳河镇"]


def test_an_anonymous_or_single_source_is_never_a_candidate(index, case):
    alone = replace(case, facts=tuple(replace(fact, independent=1) for fact in case.facts))
    paper = compose("candidates", indexed(alone))
    assert list(paper.statements) == []


def test_the_rate_of_rectification_counts_only_what_is_done(papers):
    notes = " ".join(block.shown for block in papers["problems"].blocks if isinstance(block, Note))
    assert "25项，已完成19项，整改率76.00%" in notes
    overview = next(iter(papers["problems"].tables))
    assert overview.total[-1] == 25


def test_a_case_without_rectification_has_no_rate(case):
    paper = compose("problems", indexed(replace(case, extras=Extras())))
    assert any("整改率无从计算" in block.shown for block in paper.blocks if isinstance(block, Note))


def test_missing_talks_are_named(papers):
    tables = {table.caption: table for table in papers["interviews"].tables}
    assert [row[0] for row in tables["应谈未谈的人"].rows] == ["A-06", "B-05"]
    assert tables["各单位谈话人数"].total == ("合计", 4, 2, 2)
    assert [row[1:4] for row in tables["四必谈完成情况"].rows] == [(2, 1, 1), (1, 1, 0), (0, 0, 0), (1, 0, 1)]


def test_without_a_plan_nobody_is_called_missing(case):
    paper = compose("interviews", indexed(replace(case, extras=replace(case.extras, planned=None))))
    assert any("无法判断应谈未谈" in block.shown for block in paper.blocks if isinstance(block, Note))
    assert "应谈未谈的人" not in {table.caption for table in paper.tables}


def test_interviewees_with_names_are_not_shown(papers):
    assert "王桂兰" not in repr([table for table in papers["interviews"].tables if table.caption == "谈话记录"])


def test_half_a_year_is_compared_with_half_the_time(papers):
    table = next(table for table in papers["progress"].tables if table.caption.startswith("指标完成"))
    assert table.rows[0][4:7] == (57, 47.5, -2.5)
    assert table.rows[1][4:7] == (None, None, None)
    assert "缺数，不作结论" in table.rows[1][7]


@pytest.mark.parametrize(
    ("parts", "quarter", "sum_"),
    [((), 2, 99.0), ((30, 27), 2, 57), ((30, 27), 3, None), ((30, None, 5), 2, None), ((30, None), 1, 30)],
)
def test_quarters_add_up_only_where_none_is_missing(parts, quarter, sum_):
    one = Progress("表", "第2行", "局", "指标", "户", 120, 99.0, parts)
    assert accumulated(one, quarter) == sum_


def test_rates_and_what_is_better_when_low_are_not_compared_with_time():
    rate = Progress("表", "第2行", "局", "办结率", "%", 95, 81.6)
    low = Progress("表", "第3行", "局", "办理时间", "天", 2.5, 1.8, remark="越低越好")
    rows = progress_table((rate, low), 4).rows
    assert [row[5:7] for row in rows] == [(85.89, None), (None, None)]


def test_feedback_quotes_nobody_who_spoke_in_confidence(papers):
    voices = {reference.voice for one in papers["progress"].statements for reference in one.references}
    assert voices
    assert not any(re.search("谈话|匿名|信访|来电|热线|测评", voice) for voice in voices)


def test_contradictions_stand_once_with_both_sides(papers):
    table = next(table for table in papers["analysis"].tables if table.caption == "互相矛盾的说法")
    assert len(table.rows) == 1
    assert "412户" in table.rows[0][1]
    assert "286户" in table.rows[0][2]
    assert all("线索" in cell for cell in table.rows[0][1:3])


def test_the_consultation_sheet_leaves_room_for_answers(papers):
    sheets = [table for table in papers["consultation"].tables if table.caption == "提请会商的事项"]
    rows = [row for sheet in sheets for row in sheet.rows]
    assert rows
    assert all(row[-1] == "" for row in rows)
    assert any("审计" in row[4] for row in rows)


def test_unread_documents_are_named_with_cause_and_remedy(papers, content):
    table = next(table for table in papers["quality"].tables if table.caption == "未能读取的文件")
    assert [row[0] for row in table.rows] == [failure.name for failure in content.failures]
    assert all(row[1] for row in table.rows)


def test_a_kind_that_is_not_there_is_refused_with_those_that_are(index):
    with pytest.raises(UsageError, match="画像"):
        compose("ranking", index)
    with pytest.raises(UsageError, match="--subject"):
        compose("profile", index)
    with pytest.raises(UsageError, match="请去掉 --subject"):
        compose("quality", index, index.roster[0])


def verdict(finding, given, by):
    return Decision(finding, given, by, "理由", "2025-01-15T10:20:00+08:00")


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([], (0, 0, None, None)),
        ([("a", "confirm", "甲")], (0, 0, None, None)),
        (
            [
                ("a", "confirm", "甲"),
                ("a", "reject", "甲"),
                ("a", "reject", "乙"),
                ("b", "confirm", "甲"),
                ("b", "confirm", "乙"),
            ],
            (2, 2, 1.0, 1.0),
        ),
        (
            [("a", "confirm", "甲"), ("a", "reject", "乙"), ("b", "confirm", "甲"), ("b", "reject", "乙")],
            (2, 0, 0.0, -1.0),
        ),
        ([("a", "confirm", "甲"), ("a", "confirm", "乙")], (1, 1, 1.0, None)),
    ],
)
def test_agreement_counts_the_last_verdicts_of_different_people(decisions, expected):
    found = agreement([verdict(*each) for each in decisions])
    assert (found.twice, found.agreed, found.share, found.kappa) == expected


def test_bins_and_thresholds_account_for_every_verdict():
    verdicts = ((0.0, False), (0.19, True), (0.2, True), (0.95, True), (1.0, False))
    bins = binned(verdicts)
    assert sum(one.count for one in bins) == 5
    assert (bins[0].count, bins[1].count, bins[4].count, bins[4].share) == (2, 1, 2, 0.5)
    shares = list(kept_shares(verdicts))
    assert shares[0][1:] == (5, 3, 0.6, 1.0)
    assert [row[1] for row in shares] == sorted((row[1] for row in shares), reverse=True)


def test_a_rule_s_yield_is_not_judged_before_people_did(content):
    findings = content.findings[:3]
    made = {one.rule: one for one in rule_yields([Reviewed(findings[0], "reject"), Reviewed(findings[1], None)])}
    assert (made["r-tardy"].fired, made["r-tardy"].precision, made["r-other"].precision) == (1, 0.0, None)


def test_an_empty_assessment_still_makes_every_report(case):
    bare = replace(case, reviewed=(), facts=(), decisions=(), materials=(), failures=(), extras=Extras())
    index = indexed(bare)
    for kind in KINDS:
        paper = compose(kind, index, index.roster[0] if kind in OF_ONE else None)
        assert paper.sections
        assert all(isinstance(table, Table) for table in paper.tables)
