"""What a page shows beside a finding: the rows of a list, its neighbors in the text, the facts it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from mingcha.pipeline.document import Span
from mingcha.pipeline.store import rows
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.escapes import escape
from mingcha.pipeline.store.people import referrals
from mingcha.pipeline.store.schema import assessments, documents, fact_members, facts, findings, runs, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.rows import StoredDocument, StoredFinding

_MOST_FACTS = 20


def load_listed(store: Store, assessment: str, places: Sequence[tuple[str, str]]) -> list[Finding]:
    """Return findings by document and id, in the order given."""
    columns = findings.c  # asked by ids alone: SQLite finds no way to pairs but by reading everything
    keyed = select(findings).where(columns.assessment == assessment, columns.id.in_({id_ for _, id_ in places}))
    with reading(store) as connection:
        found = {(row["document"], row["id"]): row for row in connection.execute(keyed).mappings()}
    return [rows.finding_value(found[place]) for place in places if place in found]


def load_by_id(store: Store, assessment: str, ids: Collection[str]) -> dict[str, Finding]:
    """Return current findings by id; of identical copies of a file the first by name."""
    columns = findings.c
    query = select(findings).where(
        columns.assessment == assessment, columns.id.in_(list(ids)), columns.superseded_by_run.is_(None)
    )
    with reading(store) as connection:
        found = connection.execute(query.order_by(columns.document.desc())).mappings()
        return {row["id"]: rows.finding_value(row) for row in found}


def load_here(store: Store, assessment: str, finding: str) -> StoredFinding | None:
    """Return a finding of this very assessment, superseded or not, ``None`` where it has none of that id."""
    columns = findings.c
    query = select(findings).where(columns.assessment == assessment, columns.id == finding)
    order = (columns.superseded_by_run.is_not(None), columns.document)
    with reading(store) as connection:
        row = connection.execute(query.order_by(*order).limit(1)).mappings().one_or_none()
        return None if row is None else rows.stored_finding(row)


def load_within(store: Store, assessment: str, document: str, window: Span) -> list[Finding]:
    """Return the findings of a document that touch a stretch of its text, in the order of the text."""
    columns = findings.c
    query = select(findings).where(
        columns.assessment == assessment,
        columns.document == document,
        columns.superseded_by_run.is_(None),
        columns.start < window.end,
        columns.end > window.start,
    )
    with reading(store) as connection:
        found = connection.execute(query.order_by(columns.start, columns.id)).mappings()
        return [rows.finding_value(row) for row in found]


def folder_of(store: Store, run: str) -> str:
    """Return the folder that a run read."""
    with reading(store) as connection:
        return connection.scalar(select(runs.c.folder).where(runs.c.id == run)) or ""


def facts_of(store: Store, assessment: str, finding: Finding) -> list[Fact]:
    """Return the facts that a finding supports or contradicts."""
    columns, members = facts.c, fact_members.c
    mine = select(members.fact).where(members.assessment == assessment, members.finding == finding.id)
    query = select(facts).where(columns.assessment == assessment, columns.id.in_(mine)).limit(_MOST_FACTS)
    with reading(store) as connection:
        return [rows.fact_value(row) for row in connection.execute(query.order_by(columns.id)).mappings()]


def speakers_in(store: Store, assessment: str, names: Collection[str]) -> dict[str, set[str]]:
    """Return who speaks in each of these documents, as the findings name them."""
    columns = findings.c
    query = select(columns.document, columns.speaker).where(
        columns.assessment == assessment, columns.document.in_(list(names)), columns.speaker.is_not(None)
    )
    spoken: dict[str, set[str]] = {}
    with reading(store) as connection:
        for document, speaker in connection.execute(query.distinct()):
            spoken.setdefault(document, set()).add(speaker or "")
    return spoken


def set_apart(store: Store, assessment: str, names: Collection[str]) -> dict[str, list[Span]]:
    """Return the places in each of these documents that only authorized reviewers may see."""
    columns = referrals.c
    query = select(columns.document, columns.start, columns.end).where(
        columns.assessment == assessment, columns.document.in_(list(names))
    )
    places: dict[str, list[Span]] = {}
    with reading(store) as connection:
        for document, start, end in connection.execute(query):
            places.setdefault(document, []).append(Span(start, end))
    return places


def set_apart_in(store: Store, assessment: str, content: tuple[str, str]) -> list[Span] | None:
    """Return the places set apart in a text (sha256 and format), ``None`` where no document has this text any more.

    A finding that outlived its text stands at places of the old one: the places of the new one mean nothing there.
    """
    sha256, kind = content
    here, apart = documents.c, referrals.c
    known = select(here.name).where(
        here.assessment == assessment, here.sha256 == sha256, here.format == kind, here.status == "read"
    )
    query = select(apart.start, apart.end).where(
        apart.assessment == assessment, apart.sha256 == sha256, apart.format == kind
    )
    with reading(store) as connection:
        if connection.scalar(known.limit(1)) is None:
            return None
        return [Span(start, end) for start, end in connection.execute(query.distinct())]


def current_content(store: Store, assessment: str, document: str) -> tuple[str, str] | None:
    """Return sha256 and format of the text that a document has now, ``None`` where it has none."""
    columns = documents.c
    query = select(columns.sha256, columns.format).where(
        columns.assessment == assessment, columns.name == document, columns.status == "read"
    )
    with reading(store) as connection:
        found = connection.execute(query).one_or_none()
        return None if found is None else (found.sha256 or "", found.format or "")


def find_document(store: Store, assessment: str, key: str, key_of: Callable[[str], str]) -> StoredDocument | None:
    """Return the document of an assessment whose name has this key."""
    columns = documents.c
    with reading(store) as connection:
        names = connection.scalars(select(columns.name).where(columns.assessment == assessment))
        name = next((one for one in names if key_of(one) == key), None)
        if name is None:
            return None
        query = select(documents).where(columns.assessment == assessment, columns.name == name)
        return rows.document_value(connection.execute(query).mappings().one())


def document_counts(store: Store, assessment: str) -> dict[str, dict[str, int]]:
    """Return how many findings of each kind every document has."""
    columns = findings.c
    query = select(columns.document, columns.kind, func.count()).where(
        columns.assessment == assessment, columns.superseded_by_run.is_(None)
    )
    counts: dict[str, dict[str, int]] = {}
    with reading(store) as connection:
        for document, kind, count in connection.execute(query.group_by(columns.document, columns.kind)):
            counts.setdefault(document, {})[kind] = count
    return counts


def periods(store: Store, names: Collection[str]) -> dict[str, str]:
    """Return the period of each of these assessments."""
    columns = assessments.c
    with reading(store) as connection:
        found: list[Any] = list(connection.execute(select(columns.name, columns.period)))
    return {name: period for name, period in found if name in names}


def assessment_names(store: Store) -> list[str]:
    """Return the names of all assessments."""
    with reading(store) as connection:
        return list(connection.scalars(select(assessments.c.name).order_by(assessments.c.name)))


def documents_holding(store: Store, assessment: str, words: str) -> list[str]:
    """Return the names of the documents whose text holds these characters, in the order of names."""
    columns = documents.c
    with reading(store) as connection:
        place = func.strpos if connection.dialect.name == "postgresql" else func.instr
        query = select(columns.name).join(
            texts, (texts.c.sha256 == columns.sha256) & (texts.c.format == columns.format)
        )
        found = query.where(columns.assessment == assessment, place(texts.c.text, escape(words)) > 0)
        return list(connection.scalars(found.order_by(columns.name)))
