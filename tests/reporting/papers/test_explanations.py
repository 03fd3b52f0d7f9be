"""What the assessed is given: everything confirmed and the reckoning, and nobody who spoke, called or wrote."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from mingcha.pipeline.findings import Decision
from mingcha.pipeline.meanings import MEANINGS
from mingcha.pipeline.reporting.papers.case import Extras, Scores, indexed
from mingcha.pipeline.reporting.papers.kinds import compose
from mingcha.pipeline.reporting.papers.paper import Note
from mingcha.pipeline.reporting.papers.sheltered import UNSHOWN, shown_statement
from mingcha.pipeline.scoring.decisions import Reviewed
from mingcha.pipeline.scoring.ledger import Ledger, LedgerLine
from mingcha.pipeline.scoring.scorecards import Scorecard
from mingcha.pipeline.terms import APART_CATEGORIES, CATEGORIES

CONFIRMED = "confirm"


def told(paper):
    """Return every word of a paper."""
    cells = (str(cell) for table in paper.tables for row in table.rows for cell in row)
    notes = (block.text for block in paper.blocks if isinstance(block, Note))
    shown = (f"{one.text}{one.tag}{one.remark}{one.references[0].label}" for one in paper.statements)
    return "\n".join((*paper.notices, *notes, *shown, *cells))


def about(case, subject="P1"):
    """Return the case with every finding confirmed of *subject* by the first reviewer."""
    found = tuple(
        Reviewed(replace(one.finding, subject=subject), CONFIRMED, "赵核", "2025-01-15T10:20:00+08:00")
        for one in case.reviewed
    )
    made = tuple(
        Decision(one.finding.id, "confirm", "赵核", f"{one.finding.speaker or ''}说得实在", one.at) for one in found
    )
    return replace(case, reviewed=found, decisions=made)


def pack(case, subject="P1"):
    index = indexed(case)
    return compose("explanation", index, next(one for one in index.roster if one.id == subject))


def test_every_confirmed_finding_is_told_and_can_be_answered(case):
    whole = about(case)
    judged = [one.finding.id for one in whole.reviewed if one.finding.kind != "check"]
    paper = pack(whole)
    assert sorted(one.references[0].finding for one in paper.statements) == sorted(judged)
    answers = next(table for table in paper.tables if table.caption.startswith("对各条"))
    assert sorted(row[0] for row in answers.rows) == sorted(each[:10] for each in judged)
    assert {cell for row in answers.rows for cell in row[1:]} == {""}


def test_nobody_who_spoke_or_wrote_and_no_file_of_theirs_is_told(case):
    whole = about(case)
    words = told(pack(whole))
    people = [one.finding for one in whole.reviewed if one.finding.speaker]
    assert people
    assert [one.speaker for one in people if one.speaker in words] == []
    assert [name for name in ("谈话记录/第5号.txt", "热线工单.xlsx") if name in words] == []
    assert "述职报告（周启明）.docx" in words


@pytest.mark.parametrize("source", ["S-ANON", "S-PETI"])
def test_the_words_of_letters_are_left_out(case, index, content, source):
    letter = replace(content.findings[0], source_kind=source)
    shown = shown_statement(Reviewed(letter, CONFIRMED), index)
    assert (shown.text, shown.references[0].document) == (UNSHOWN, "来信来访")
    assert letter.document not in repr(shown)


def test_the_words_of_what_is_kept_apart_are_left_out(case, content):
    finding = next(one for one in content.findings if one.source_kind == "S-AUDIT")
    apart = Extras(apart=((finding.document, finding.span),))
    shown = shown_statement(Reviewed(finding, CONFIRMED), indexed(replace(case, extras=apart)))
    assert shown.text == UNSHOWN
    elsewhere = Extras(apart=(("别的.txt", finding.span),))
    assert shown_statement(Reviewed(finding, CONFIRMED), indexed(replace(case, extras=elsewhere))).text != UNSHOWN


def test_whoever_decided_is_told_by_role_unless_the_office_gives_names(case):
    whole = about(case)
    by_role, by_name = pack(whole), pack(replace(whole, extras=Extras(named=True)))
    assert "赵核" not in told(by_role)
    assert "初审人" in told(by_role)
    assert "赵核" in told(by_name)


def test_every_line_of_the_ledger_stands_with_its_rule_and_adds_up(case):
    amounts = ("-5", "0", "91.505")
    lines = tuple(
        LedgerLine("i", "履职", Decimal(each), Decimal(each), "每件扣5分", "1项（确认人：赵核）", ("a" * 20,))
        for each in amounts
    )
    card = Scorecard("P1", "周启明", "county", "县级示例方案", Ledger(lines), preview=False, grade="对照良好线")
    paper = pack(replace(about(case), scores=Scores("县级示例方案", (card,))))
    table = next(table for table in paper.tables if table.caption.startswith("计分明细"))
    assert [row[1] for row in table.rows] == [*map(Decimal, amounts), Decimal("86.505")]
    assert {row[2] for row in table.rows[:-1]} == {"每件扣5分"}
    assert {row[3] for row in table.rows[:-1]} == {"1项（确认人：初审人）"}


def test_what_was_not_used_is_counted_with_its_rule_and_never_quoted(case, content):
    rejected = Decision(content.findings[0].id, "reject", "赵核", "不属实", "2025-01-15T10:20:00+08:00")
    gone = Reviewed(replace(content.findings[0], subject="P1"), "reject", "赵核", rejected.at, "不属实")
    paper = pack(replace(case, reviewed=(gone,), decisions=(rejected,)))
    unused = next(table for table in paper.tables if table.caption.startswith("没有作为依据"))
    assert ("经人工驳回的", 1, "驳回的不认定，不计分") in unused.rows
    assert content.findings[0].text not in told(paper)


def test_integrity_is_never_told(case, content):
    one = Reviewed(replace(content.findings[0], subject="P1", category="integrity"), CONFIRMED)
    paper = pack(replace(case, reviewed=(one,), decisions=()))
    assert list(paper.statements) == []
    assert not re.search("廉洁", told(paper))


def test_every_category_has_a_meaning():
    assert set(CATEGORIES) | {name for name, kind in APART_CATEGORIES.items() if kind != "referral"} == set(MEANINGS)


def test_it_bears_no_notice_that_forbids_giving_it_to_the_assessed(case):
    assert not any("不得转给" in notice for notice in pack(case).notices)
