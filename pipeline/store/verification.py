"""Whether a store still says what its sources said: passages cut again, ids and hashes recomputed, sums added up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select

from mingcha.pipeline.document import Span
from mingcha.pipeline.findings import finding_id
from mingcha.pipeline.handwork import PARTS, part_id, parts_said
from mingcha.pipeline.scoring.arithmetic import total
from mingcha.pipeline.store.chain import verify_chain
from mingcha.pipeline.store.condition import inspect_store
from mingcha.pipeline.store.handmade import check_handmade
from mingcha.pipeline.store.people import missed_passages, referrals
from mingcha.pipeline.store.replay import check_accounts, check_notes, check_permissions, check_standings
from mingcha.pipeline.store.rereading import (
    check_blocks,
    check_quantities,
    check_registers,
    check_repairs,
    check_structures,
    check_texts,
    passage_fault,
    streamed,
    with_own_texts,
)
from mingcha.pipeline.store.schema import (
    decisions,
    facts,
    findings,
    ledger_lines,
    schemes,
    scorecards,
)
from mingcha.pipeline.store.schemes import text_version
from mingcha.pipeline.store.transfer import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Engine

    # What a check yields for each item: nothing where it is right, else what is wrong with it (Chinese).
    Verdicts = Iterator[str | None]

_KEPT = 100  # faults of one kind that are told


@dataclass(frozen=True, slots=True)
class Inspection:
    """One check over all of a store: what it looked at (Chinese), how many, and how many of them were wrong.

    ``faults`` say what was wrong (Chinese), at most a hundred of them.
    """

    about: str
    count: int
    faulty: int = 0
    faults: tuple[str, ...] = ()


def verify_store(store: Engine, *, told: Callable[[str], None] = lambda about: None) -> tuple[Inspection, ...]:
    """Check all that can be checked against something else, without changing anything; *told* hears what is next."""
    done = []
    with snapshot(store) as connection:
        for about, check in _CHECKS.items():
            told(about)
            done.append(_inspection(about, check(connection)))
    told("操作记录")
    report = verify_chain(store)
    done.append(Inspection("操作记录（散列链）", report.entries, len(report.faults), report.faults[:_KEPT]))
    told("数据库本身")
    remarks = inspect_store(store)
    unsound = tuple(f"{one.about}：{one.said}" for one in remarks if not one.sound)
    return (*done, Inspection("数据库本身", len(remarks), len(unsound), unsound))


def _inspection(about: str, verdicts: Iterable[str | None]) -> Inspection:
    count, faulty = 0, 0
    faults: list[str] = []
    for verdict in verdicts:
        count += 1
        if verdict is not None:
            faulty += 1
            faults += [verdict] if faulty <= _KEPT else []
    return Inspection(about, count, faulty, tuple(faults))


def _check_findings(connection: Connection) -> Verdicts:
    parts = _part_ids(connection)
    for row, text in with_own_texts(connection, findings, "id", "kind", "category"):
        name = f"线索 {row['id']}"
        known = row["id"] in parts
        yield passage_fault(row, text, name) or (None if known else _id_fault(row, row["kind"], name))


def _part_ids(connection: Connection) -> set[str]:
    """Return the ids that splits gave: the record has the splits, and `check_handmade` compares the parts with them."""
    query = select(decisions.c.finding, decisions.c.changes).where(decisions.c.verdict == "change")
    split = (row.finding for row in streamed(connection, query) if parts_said((a, b) for a, b in row.changes))
    return {part_id(finding, number) for finding in split for number in range(1, PARTS + 1)}


def _check_referrals(connection: Connection) -> Verdicts:
    for row, text in with_own_texts(connection, referrals, "id", "category"):
        yield passage_fault(row, text, f"廉洁表述 {row['id']}") or _id_fault(row, "referral", f"廉洁表述 {row['id']}")


def _check_missed(connection: Connection) -> Verdicts:
    for row, text in with_own_texts(connection, missed_passages, "seq"):
        yield passage_fault(row, text, f"补记的漏报第 {row['seq']} 号")


def _id_fault(row: Mapping[Any, Any], kind: str, name: str) -> str | None:
    expected = finding_id(row["sha256"], Span(row["start"], row["end"]), kind, row["category"])
    return None if expected == row["id"] else f"{name} 的编号与内容不符，应为 {expected}：内容被改动过。"


def _check_facts(connection: Connection) -> Verdicts:
    known: dict[str, set[str]] = {}
    columns = (facts.c.assessment, facts.c.id, facts.c.supports, facts.c.contradicts, facts.c.copies)
    for assessment, fact, *members in streamed(connection, select(*columns).order_by(facts.c.assessment)):
        if assessment not in known:
            known = {assessment: _finding_ids(connection, assessment)}
        lost = sorted({one for listed in members for one in listed} - known[assessment])
        yield f"事实 {fact}（考核“{assessment}”）提到的线索不在库里：{'、'.join(lost)}。" if lost else None


def _finding_ids(connection: Connection, assessment: str) -> set[str]:
    return set(connection.scalars(select(findings.c.id).where(findings.c.assessment == assessment)))


def _check_decisions(connection: Connection) -> Verdicts:
    columns = decisions.c
    there = exists().where(findings.c.assessment == columns.assessment, findings.c.id == columns.finding)
    query = select(columns.seq, columns.assessment, columns.finding, there)
    for seq, assessment, finding, kept in streamed(connection, query):
        yield None if kept else f"第 {seq} 号决定（考核“{assessment}”）所说的线索 {finding} 不在库里。"


def _check_ledgers(connection: Connection) -> Verdicts:
    cards = select(scorecards.c.seq, scorecards.c.subject, scorecards.c.scheme, scorecards.c.total)
    lines = select(ledger_lines.c.scorecard, ledger_lines.c.amount).order_by(ledger_lines.c.scorecard)
    amounts: dict[int, list[str]] = {}
    for card, amount in streamed(connection, lines):
        amounts.setdefault(card, []).append(amount)
    for seq, subject, scheme, stated in streamed(connection, cards):
        yield _sum_fault(f"第 {seq} 号计分卡（对象 {subject}，方案 {scheme}）", stated, amounts.get(seq, []))


def _check_schemes(connection: Connection) -> Verdicts:
    for scheme, version, text in streamed(connection, select(schemes.c.id, schemes.c.version, schemes.c.text)):
        fault = f"评分方案 {scheme}（版本 {version}）的文本与版本号不符：文本被改动过。"
        yield None if text_version(text) == version else fault


def _sum_fault(name: str, stated: str | None, amounts: Iterable[str | None]) -> str | None:
    if stated is None:
        return None
    try:
        added = total(Decimal(amount) for amount in amounts if amount is not None)
        right = added == Decimal(stated)
    except InvalidOperation:
        return f"{name}含有不是数字的分数：被改动过。"
    return None if right else f"{name}的明细相加是 {added}，总分写的是 {stated}：被改动过。"


_CHECKS: Mapping[str, Callable[[Connection], Verdicts]] = {
    "材料的正文": check_texts,
    "线索的位置与编号": _check_findings,
    "人工标注与拆分的线索": check_handmade,
    "涉及廉洁的表述": _check_referrals,
    "数量的位置": check_quantities,
    "文字块": check_blocks,
    "文字修复": check_repairs,
    "文书要素的位置": check_structures,
    "补记的漏报": _check_missed,
    "事实的成员": _check_facts,
    "决定所说的线索": _check_decisions,
    "评分方案的文本": _check_schemes,
    "计分卡的合计": _check_ledgers,
    "填报的表": check_registers,
    "审阅状态": check_standings,
    "备注与标记": check_notes,
    "账号": check_accounts,
    "权限": check_permissions,
}
