"""What several sources bear out, and what they contradict each other in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.gaps import widest_gap
from mingcha.pipeline.reporting.papers.case import standing_of
from mingcha.pipeline.reporting.papers.paper import MARKS, Column, Note, Section, Statements, Table, row_of
from mingcha.pipeline.reporting.papers.statements import PENDING_TITLE, fact_statement, members, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.findings import Fact
    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Row
    from mingcha.pipeline.scoring.decisions import Reviewed

_COLUMNS = (Column("序号", 0.4), Column("一方说法及出处", 3), Column("另一方说法及出处", 3), Column("差额", 1))
_NEITHER = "两方说法并列，软件不判断哪一方属实。"


def agreement_section(facts: Sequence[Fact], index: Index) -> Section:
    """Return what is corroborated, confirmed and pending apart, and what is contradicted."""
    shown = [one for fact in facts if fact.independent > 1 and (one := fact_statement(fact, index)) is not None]
    confirmed = tuple(one for one in shown if one.standing == "confirmed")
    pending = tuple(one for one in shown if one.standing == "pending")
    return Section(
        "印证与矛盾",
        sections=(
            Section("两类以上独立来源印证、已确认", (Statements("confirmed", confirmed),)),
            Section(f"两类以上独立来源印证、{PENDING_TITLE}", (Statements("pending", pending),)),
            Section("矛盾", (contradiction_table(facts, index), Note(_NEITHER))),
        ),
    )


def contradiction_table(facts: Iterable[Fact], index: Index) -> Table:
    """Return the pairs of statements that contradict each other, each pair once, both sides with their places."""
    rows: list[Row] = []
    for ours, theirs in disputes(facts, index):
        gap = widest_gap([one.finding for one in ours], [one.finding for one in theirs]) or "—"
        rows.append(row_of(len(rows) + 1, quoted(ours, index), quoted(theirs, index), gap))
    return Table("互相矛盾的说法", _COLUMNS, tuple(rows))


def disputes(facts: Iterable[Fact], index: Index) -> Iterator[tuple[tuple[Reviewed, ...], tuple[Reviewed, ...]]]:
    """Yield both sides of every dispute once, whichever fact tells of it first; rejected passages are on no side."""
    seen = set[frozenset[str]]()
    for fact in facts:
        ours, theirs = members(fact.supports, index), members(fact.contradicts, index)
        pairs = {frozenset((one.finding.id, other.finding.id)) for one in ours for other in theirs}
        if pairs - seen:
            yield ours, theirs
        seen |= pairs


def quoted(ones: Iterable[Reviewed], index: Index) -> str:
    """Return passages one below the other, each with its mark, its words and all its references.

    A passage that was found under two categories stands once.
    """
    places: dict[str, list[str]] = {}
    for one in ones:
        words = f"{MARKS[standing_of(one)]}{' '.join(one.finding.text.split())}"
        places.setdefault(words, []).append(reference_of(one.finding, index).label)
    return "\n".join(f"{words}（{'；'.join(labels)}）" for words, labels in places.items())
