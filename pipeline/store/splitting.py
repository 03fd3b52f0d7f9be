"""What a split, or its withdrawal, does to the store: the parts come or go, and so does their place in facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.handwork import check_parts, heir, part_id, parts_said, split_changes, split_in_force
from mingcha.pipeline.scoring.rounds import in_effect
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.chain import Event
from mingcha.pipeline.store.handmade import refresh_handmade
from mingcha.pipeline.store.schema import fact_members, facts, findings, subjects
from mingcha.pipeline.store.standings import decisions_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Decision, Finding
    from mingcha.pipeline.handwork import Part


def follow_split(
    connection: Connection, assessment: str, decided: Decision, history: Sequence[Decision]
) -> Event | None:
    """Write what a decision that was just appended means for the parts of its finding; nothing for other decisions.

    *history* are the decisions before it. Raise DataError for parts that are no two matters, for a finding that is
    split already, and for a split that may not be taken back any more.
    """
    if not any(parts_said(one.changes) for one in (*history, decided)):
        return None
    finding = _finding(connection, assessment, decided.finding)
    before, after = (split_in_force(finding, made) for made in (history, (*history, decided)))
    if parts_said(decided.changes):
        _check_split(connection, assessment, decided, before)
    elif before == after:
        return None
    else:
        _check_alone(connection, assessment, decided, before)
    columns = findings.c
    of = select(columns.document).where(columns.assessment == assessment, columns.id == finding.id).distinct()
    for document in connection.scalars(of).all():
        refresh_handmade(connection, assessment, document)
    _move_facts(connection, assessment, finding, (before, after))
    parts = [part_id(finding.id, number) for number, _ in enumerate(after or before, 1)]
    action = "split" if after else "unsplit"
    return Event(decided.account or decided.by, action, finding.id, assessment, {"parts": parts})


def replace_member(connection: Connection, assessment: str, old: str, new: str | None) -> None:
    """Put a finding in the place of another in every fact, or take that other away; a fact without support goes."""
    columns, members = facts.c, fact_members.c
    holding = select(members.fact).where(members.assessment == assessment, members.finding == old)
    query = select(facts).where(columns.assessment == assessment, columns.id.in_(holding))
    for fact in [rows.fact_value(row) for row in connection.execute(query).mappings()]:
        lists = {name: _replaced(getattr(fact, name), old, new) for name in ("supports", "contradicts", "copies")}
        here = (columns.assessment == assessment, columns.id == fact.id)
        connection.execute(delete(fact_members).where(members.assessment == assessment, members.fact == fact.id))
        if not lists["supports"]:
            connection.execute(delete(facts).where(*here))
            continue
        connection.execute(update(facts).where(*here).values(**lists))
        connection.execute(fact_members.insert(), _members(assessment, fact.id, lists))


def decided_by_others(connection: Connection, assessment: str, finding: str, account: str | None) -> bool:
    """Tell whether a decision of another account on a finding holds."""
    return any(one.account != account for one in in_effect(decisions_on(connection, assessment, finding)))


def _members(assessment: str, fact: str, lists: dict[str, tuple[str, ...]]) -> list[dict[str, object]]:
    roles = {"supports": "support", "contradicts": "contradict", "copies": "copy"}
    return [
        {"assessment": assessment, "fact": fact, "role": roles[name], "position": position, "finding": one}
        for name, listed in lists.items()
        for position, one in enumerate(listed)
    ]


def _replaced(listed: Sequence[str], old: str, new: str | None) -> tuple[str, ...]:
    return tuple(one if one != old else new for one in listed if one != old or new is not None)  # type: ignore[misc]


def _finding(connection: Connection, assessment: str, finding: str) -> Finding:
    columns = findings.c
    query = select(findings).where(columns.assessment == assessment, columns.id == finding)
    order = (columns.superseded_by_run.is_not(None), columns.document)
    return rows.finding_value(connection.execute(query.order_by(*order).limit(1)).mappings().one())


def _check_split(connection: Connection, assessment: str, decided: Decision, before: Sequence[Part]) -> None:
    columns = subjects.c
    parts = parts_said(decided.changes)
    check_parts(parts, connection.scalars(select(columns.id).where(columns.assessment == assessment)))
    if sorted(split_changes(parts)) != sorted(decided.changes):
        raise DataError("拆分不能与其他更正写在一起。请只写两条各是什么。")
    if before:
        raise DataError("这条线索已经拆开。请在拆出的两条上作决定，或先撤销原来的拆分。")


def _check_alone(connection: Connection, assessment: str, decided: Decision, before: Sequence[Part]) -> None:
    """Refuse to take a split back when somebody else has decided on a part: his work would be lost unseen."""
    for number, _ in enumerate(before, 1):
        part = part_id(decided.finding, number)
        if any(parts_said(one.changes) for one in in_effect(decisions_on(connection, assessment, part))):
            raise DataError("拆出的一条又拆过，不能先撤销前一次拆分。请先撤销后一次。")
        if decided_by_others(connection, assessment, part, decided.account):
            raise DataError("拆出的线索已有别人作出决定，不能撤销拆分。不成立的一条请驳回，或请裁定人处理。")


def _move_facts(
    connection: Connection, assessment: str, finding: Finding, splits: tuple[Sequence[Part], Sequence[Part]]
) -> None:
    """Let the part that says what the finding said take its place in facts, and give the place back.

    Other parts come into facts with the next run, which compares them with everything else.
    """
    before, after = splits
    if after and (first := heir(finding, after)) is not None:
        replace_member(connection, assessment, finding.id, first)
    for number, _ in enumerate(before, 1):
        part = part_id(finding.id, number)
        replace_member(connection, assessment, part, finding.id if part == heir(finding, before) else None)
