"""The findings that people made, as rows beside those of the software: derived from splits and marks alone.

Splits (decisions) and marks (``missed_passages``) are only ever appended; the rows here are worked out from them
whenever one is added or taken back and whenever a run wrote the document anew. A finding that is split is superseded
by the very run that made it: that is how it is told from one that no run makes any more.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import and_, bindparam, cast, delete, or_, select, update

from mingcha.pipeline.document import Document, Locator, Span
from mingcha.pipeline.handwork import Part, Passage, expand, is_handmade, marked
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.anatomy import blocks
from mingcha.pipeline.store.anatomy_rows import block_value
from mingcha.pipeline.store.bulk import insert_rows
from mingcha.pipeline.store.columns import Words
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.people import missed_passages, notes
from mingcha.pipeline.store.schema import decisions, documents, findings
from mingcha.pipeline.store.standings import refresh_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from mingcha.pipeline.findings import Decision, Finding
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.rows import StoredFinding

    Row: TypeAlias = Mapping[Any, Any]
    Was: TypeAlias = Callable[[str], bool]

_ASSESSMENT: Any = bindparam("of_assessment", type_=Words())
_DOCUMENT: Any = bindparam("of_document", type_=Words())
_HERE = and_(findings.c.assessment == _ASSESSMENT, findings.c.document == _DOCUMENT)
_SPLITTING = and_(
    decisions.c.assessment == _ASSESSMENT,
    decisions.c.verdict == "change",
    cast(decisions.c.changes, Words).contains("part1."),
)
# Built once: building them costs more than asking them of a document that nobody touched.
_ANY_MARK = (
    select(missed_passages.c.seq)
    .where(missed_passages.c.assessment == _ASSESSMENT, missed_passages.c.document == _DOCUMENT)
    .limit(1)
)
_ANY_SPLIT = select(decisions.c.seq).where(_SPLITTING, decisions.c.finding.in_(select(findings.c.id).where(_HERE)))
_ANY_SPLIT = _ANY_SPLIT.limit(1)


def has_handwork(connection: Connection, assessment: str, document: str) -> bool:
    """Tell whether anybody ever marked a passage of a document, or split a finding of it."""
    mine = {"of_assessment": assessment, "of_document": document}
    return any(connection.scalar(query, mine) is not None for query in (_ANY_MARK, _ANY_SPLIT))


def refresh_handmade(connection: Connection, assessment: str, document: str) -> None:
    """Write the findings that people made in a document, in place of those that were there before."""
    mine = {"of_assessment": assessment, "of_document": document}
    read, stored = _stored(connection, mine)
    present = [one.finding for one in stored if not is_handmade(one.finding) and _is_current(one)]
    old = {one.finding.id for one in stored if is_handmade(one.finding)}
    made = _expanded(connection, assessment, read, present)
    known, split = {one.id for one in present}, {finding.id for finding, is_split in made if is_split}
    parted = {one.finding.id for one in stored if one.superseded_by_run == one.run}
    _set_split(connection, mine, known & split, splits=True)
    _set_split(connection, mine, known - split, splits=False)
    wanted = {finding.id: (finding, is_split) for finding, is_split in made if finding.id not in known}
    _clear(connection, mine, old, wanted, read["run"])
    insert_rows(connection, findings, [_row(read, *one) for one in wanted.values()])
    for finding in sorted(_spoken_of(connection, assessment, {*wanted, *old, *split, *parted})):
        refresh_standing(connection, assessment, finding)


def findings_left(store: Store, assessment: str, document: str, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return what the software *found* in a document that was just saved, less what is split, with what people made."""
    with reading(store) as connection:
        if not has_handwork(connection, assessment, document):
            return tuple(found)
        mine = {"of_assessment": assessment, "of_document": document}
        query = select(findings).where(_HERE, findings.c.superseded_by_run.is_(None)).order_by(findings.c.id)
        there = {row["id"]: rows.finding_value(row) for row in connection.execute(query, mine).mappings()}
    return (*(one for one in found if one.id in there), *filter(is_handmade, there.values()))


def findings_at(
    connection: Connection, assessment: str, later: Collection[str], made: Iterable[Decision], was: Was
) -> tuple[Finding, ...]:
    """Return the findings as they were when only *made* had been decided, by document and place.

    *later* are the runs since then; *was* tells of a time (ISO 8601) whether it lies before that moment: marks made
    after it are not there yet, those taken back after it still are.
    """
    there: dict[str, list[Finding]] = defaultdict(list)
    columns = findings.c
    standing = or_(
        columns.superseded_by_run.is_(None),
        columns.superseded_by_run.in_(later),
        columns.superseded_by_run == columns.run,
    )
    query = select(findings).where(columns.assessment == assessment, standing)
    for one in map(rows.finding_value, connection.execute(query).mappings()):
        if not is_handmade(one):
            there[one.document].append(one)
    for document in _documents_marked(connection, assessment):
        present = sorted(there[document["name"]], key=lambda one: (one.span.start, one.id))
        there[document["name"]] += _marked(connection, document, present, was)
    histories = _by_finding(made)
    every = (expand(one, histories) for found in there.values() for one in found)
    left = [finding for expanded in every for finding, is_split in expanded if not is_split]
    return tuple(sorted(left, key=lambda one: (one.document, one.span.start, one.span.end, one.id)))


def marks_of(connection: Connection, assessment: str, document: str | None = None, was: Was = bool) -> list[Row]:
    """Return the marks that hold, of an assessment or of one document, in the order of the text."""
    columns = missed_passages.c
    query = select(missed_passages).where(columns.assessment == assessment)
    if document is not None:
        query = query.where(columns.document == document)
    found = connection.execute(query.order_by(columns.document, columns.start, columns.seq)).mappings()
    made = [row for row in found if was(row["at"])]
    undone = {row["withdraws"] for row in made}
    return [row for row in made if not row["withdraws"] and row["seq"] not in undone]


def passage_of(mark: Row, genre: str) -> Passage:
    """Return a mark as the passage that it marks."""
    said = Part(mark["category"], mark["status"], mark["subject"] or "")
    return Passage(mark["document"], mark["sha256"], genre, Span(mark["start"], mark["end"]), mark["text"], said)


def _expanded(
    connection: Connection, assessment: str, read: Row, present: Sequence[Finding]
) -> list[tuple[Finding, bool]]:
    """Return what the software found and people marked in a document, what is split followed by its parts."""
    marks = _marked(connection, read, present)
    ids = select(findings.c.id).where(findings.c.assessment == assessment, findings.c.document == read["name"])
    query = select(decisions).where(decisions.c.assessment == assessment, decisions.c.finding.in_(ids))
    made = connection.execute(query.order_by(decisions.c.seq)).mappings()
    histories = _by_finding(map(rows.decision_value, made))
    return [each for one in (*present, *marks) for each in expand(one, histories)]


def _marked(connection: Connection, read: Row, present: Sequence[Finding], was: Was = bool) -> list[Finding]:
    """Return the passages that people marked in the text that a document has, without those that are found now."""
    marks = [
        passage_of(one, read["genre"] or "")
        for one in marks_of(connection, read["assessment"], read["name"], was)
        if read["status"] == "read" and (one["sha256"], one["format"]) == (read["sha256"], read["format"])
    ]
    known = {one.id for one in present}
    made = {one.id: one for one in _as_findings(connection, read, marks, present)} if marks else {}
    return [one for id_, one in made.items() if id_ not in known]


def _as_findings(
    connection: Connection, read: Row, marks: Sequence[Passage], present: Sequence[Finding]
) -> Iterator[Finding]:
    columns = blocks.c
    query = select(blocks).where(columns.assessment == read["assessment"], columns.document == read["name"])
    stored = connection.execute(query.order_by(columns.start, columns.position)).mappings()
    document = Document(read["name"], read["sha256"], read["format"], "", tuple(map(block_value, stored)))
    for mark in marks:
        near = min(present, key=lambda one: abs(one.span.start - mark.span.start), default=None)
        place = document.locator_at(mark.span) if document.blocks else near.locator if near else Locator()
        yield marked(mark, place, near)


def _documents_marked(connection: Connection, assessment: str) -> Sequence[Row]:
    columns, marks = documents.c, missed_passages.c
    some = select(marks.document).where(marks.assessment == assessment)
    query = select(documents).where(columns.assessment == assessment, columns.name.in_(some))
    return connection.execute(query).mappings().all()


def _by_finding(made: Iterable[Decision]) -> dict[str, list[Decision]]:
    found: dict[str, list[Decision]] = defaultdict(list)
    for one in made:
        found[one.finding].append(one)
    return found


def _set_split(connection: Connection, mine: Row, ids: Collection[str], *, splits: bool) -> None:
    """Mark findings of the software as superseded by their own run, or as there again."""
    if not ids:
        return
    columns = findings.c
    before = columns.superseded_by_run.is_(None) if splits else columns.superseded_by_run == columns.run
    after = columns.run if splits else None
    connection.execute(update(findings).where(_HERE, columns.id.in_(ids), before).values(superseded_by_run=after), mine)


def _clear(connection: Connection, mine: Row, old: Collection[str], wanted: Collection[str], run: str) -> None:
    """Take away what people had made: what somebody spoke of stays, superseded, unless it is written anew."""
    columns = findings.c
    spoken = _spoken_of(connection, mine["of_assessment"], old)
    gone, kept = ({*old} - spoken) | {*wanted}, spoken - {*wanted}
    connection.execute(delete(findings).where(_HERE, columns.id.in_(gone)), mine)
    left = update(findings).where(_HERE, columns.id.in_(kept), columns.superseded_by_run.is_(None))
    connection.execute(left.values(superseded_by_run=run), mine)


def _spoken_of(connection: Connection, assessment: str, ids: Collection[str]) -> set[str]:
    some = (
        select(table.c.finding).where(table.c.assessment == assessment, table.c.finding.in_(ids))
        for table in (decisions, notes)
    )
    return {finding for query in some for finding in connection.scalars(query)}


def check_handmade(connection: Connection) -> Iterator[str | None]:
    """Check that every finding that people made is just what their splits and marks come to (faults in Chinese)."""
    columns = findings.c
    made = cast(columns.sources, Words).startswith('["人工')
    query = select(findings).where(made).order_by(columns.id)
    place = (columns.assessment, columns.document)
    for assessment, document in connection.execute(select(*place).where(made).distinct().order_by(*place)).all():
        wanted = _wanted(connection, assessment, document)
        here = query.where(columns.assessment == assessment, columns.document == document)
        for row in connection.execute(here).mappings().all():
            gone = row["superseded_by_run"] is not None
            if row["id"] not in wanted and gone:  # kept for the decisions on it
                continue
            same = wanted.pop(row["id"], None) == (rows.finding_value(row), gone)
            yield None if same else f"人工线索 {row['id']}（材料“{document}”）与拆分、标注的记录不符：被改动过。"
        for lost in sorted(wanted):
            yield f"人工线索 {lost}（材料“{document}”）应有而没有：有人删除过。"


def _wanted(connection: Connection, assessment: str, document: str) -> dict[str, tuple[Finding, bool]]:
    read, stored = _stored(connection, {"of_assessment": assessment, "of_document": document})
    present = [one.finding for one in stored if not is_handmade(one.finding) and _is_current(one)]
    known = {one.id for one in present}
    made = _expanded(connection, assessment, read, present)
    return {finding.id: (finding, is_split) for finding, is_split in made if finding.id not in known}


def _stored(connection: Connection, mine: Row) -> tuple[Row, list[StoredFinding]]:
    """Return a document with all findings that the store has of it, in the order of the text."""
    place = and_(documents.c.assessment == _ASSESSMENT, documents.c.name == _DOCUMENT)
    read = connection.execute(select(documents).where(place), mine).mappings().one()
    query = select(findings).where(_HERE).order_by(findings.c.start, findings.c.id)
    return read, [rows.stored_finding(row) for row in connection.execute(query, mine).mappings()]


def _row(read: Row, finding: Finding, is_split: bool) -> dict[str, Any]:  # noqa: FBT001 - as `expand` yields them
    origin = {name: read[name] for name in ("assessment", "sha256", "format", "run")}
    return rows.finding_row(finding) | origin | {"superseded_by_run": read["run"] if is_split else None}


def _is_current(one: StoredFinding) -> bool:
    return one.superseded_by_run in (None, one.run)
