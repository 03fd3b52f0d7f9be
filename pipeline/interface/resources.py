"""What each address answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from mingcha.pipeline.document import Span
from mingcha.pipeline.interface.faults import invalid, not_found
from mingcha.pipeline.interface.parameters import LONGEST_STRETCH
from mingcha.pipeline.interface.records import (
    document_record,
    fact_record,
    finding_record,
    scorecard_record,
    subject_record,
)
from mingcha.pipeline.review.excerpts import veil
from mingcha.pipeline.store import pages
from mingcha.pipeline.store.material import find_document, load_by_id
from mingcha.pipeline.store.queries import load_assessment, load_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.interface.calls import Call
    from mingcha.pipeline.interface.records import Record
    from mingcha.pipeline.store.pages import Judged
    from mingcha.pipeline.store.rows import StoredDocument

_Value = TypeVar("_Value")
_STALE = "参数 cursor 不对，或它所指的一项已经不在。请从第一页重新读起。"
_LARGEST = 2_147_483_647


def answer_assessment(call: Call) -> Record:
    """Answer with the assessment and its roster."""
    found = load_assessment(call.store, call.assessment)
    return {"name": found.name, "period": found.period, "subjects": [subject_record(one) for one in found.roster]}


def answer_documents(call: Call) -> Record:
    """Answer with a page of documents, those that could not be read among them."""
    cursor = call.asked["cursor"]
    after = None if cursor is None else _named(call, cursor)
    if cursor is not None and after is None:
        raise invalid(_STALE)
    found = pages.documents_after(call.store, call.part("status"), after.name if after else None)
    named = call.client.may_see_names
    return _page(
        call,
        found,
        lambda shown: [document_record(one, call.key(one.name), named=named) for one in shown],
        lambda one: call.key(one.name),
    )


def answer_document(call: Call) -> Record:
    """Answer with one document."""
    document = _document(call)
    return document_record(document, call.key(document.name), named=call.client.may_see_names)


def answer_text(call: Call) -> Record:
    """Answer with the characters of a document from start to end."""
    document = _document(call)
    text = load_text(call.store, document.sha256, format=document.format) if document.sha256 else None
    if text is None or document.status != "read":
        raise not_found()
    span = _span(call, len(text))
    shown = veil(text, call.veil([document.name]).spans(document.name, text), span)
    place = {"document": call.key(document.name), "start": span.start, "end": span.end}
    return place | {"characters": len(text), "text": shown}


def _span(call: Call, characters: int) -> Span:
    start, end = call.asked["start"], call.asked["end"]
    if not start < end <= characters:
        raise invalid(f"起点要小于终点，终点不超过全文的 {characters} 字。")
    if end - start > LONGEST_STRETCH:
        raise invalid(f"一次最多取 {LONGEST_STRETCH} 字。请分几次取。")
    return Span(start, end)


def answer_findings(call: Call) -> Record:
    """Answer with a page of findings, only confirmed ones unless others are asked for."""
    asked = call.asked["standing"]
    wanted: dict[str, Any] = {"standing": None if asked == "any" else asked}
    if call.asked["document"] is not None:
        document = _named(call, call.asked["document"])
        if document is None:
            return {"items": [], "next_cursor": None}
        wanted["document"] = document.name
    part = call.part("kind", "category", "status", "subject", **wanted)
    found = pages.findings_after(call.store, part, _place(call))
    return _page(
        call,
        found,
        lambda shown: _findings(call, shown),
        lambda one: f"{one.finding.id}.{call.key(one.finding.document)}",
    )


def answer_finding(call: Call) -> Record:
    """Answer with a finding, once for each copy of the file that it is in."""
    found = pages.find_judged(call.store, call.assessment, call.path["finding"])
    if not found:
        raise not_found()
    return {"items": _findings(call, found), "next_cursor": None}


def _place(call: Call) -> tuple[str, str] | None:
    """Return the id and document after which a page begins; a cursor has no file name, which may name who spoke."""
    cursor = call.asked["cursor"]
    if cursor is None:
        return None
    if not re.fullmatch(r"[0-9a-f]{20}\.[0-9a-f]{16}", cursor):
        raise invalid(_STALE)
    document = _named(call, cursor[21:])
    if document is None:
        raise invalid(_STALE)
    return cursor[:20], document.name


def _findings(call: Call, found: Sequence[Judged]) -> list[Record]:
    hidden, names = call.veil(one.finding.document for one in found), call.names()
    return [finding_record(one, call.key(one.finding.document), hidden, names) for one in found]


def answer_facts(call: Call) -> Record:
    """Answer with a page of facts."""
    found = pages.facts_after(call.store, call.part("kind", "category", "subject"), call.asked["cursor"])
    return _page(call, found, lambda shown: _facts(call, shown), lambda one: one.id)


def answer_fact(call: Call) -> Record:
    """Answer with one fact."""
    part = pages.Part(call.assessment, {"id": call.path["fact"]}, 1)
    found = _facts(call, pages.facts_after(call.store, part, None))
    if not found:
        raise not_found()
    return found[0]


def _facts(call: Call, found: Sequence[Fact]) -> list[Record]:
    ids = sorted({one for fact in found for one in fact.supports})
    known: dict[str, Finding] = {}
    for some in pages.in_parts(ids):
        known |= load_by_id(call.store, call.assessment, some)
    hidden, names = call.veil(one.document for one in known.values()), call.names()
    confirmed = pages.confirmed_supports(call.store, call.assessment, [fact.id for fact in found])
    return [
        fact_record(fact, [known[one] for one in fact.supports if one in known], hidden, names)
        | {"confirmed": confirmed.get(fact.id, 0)}
        for fact in found
    ]


def answer_scorecards(call: Call) -> Record:
    """Answer with a page of scorecards, history and previews among them."""
    cursor = call.asked["cursor"] or "0"
    if not re.fullmatch(r"[0-9]{1,10}", cursor) or int(cursor) > _LARGEST:
        raise invalid(_STALE)
    found, names = pages.scorecards_after(call.store, call.part("subject", "scheme"), int(cursor)), call.names()
    return _page(
        call,
        found,
        lambda shown: [scorecard_record(one, names) for one in shown],
        lambda one: str(one["seq"]),
    )


def answer_scorecard(call: Call) -> Record:
    """Answer with one scorecard."""
    number = call.path["number"]
    part = pages.Part(call.assessment, {"seq": number}, 1)
    found = pages.scorecards_after(call.store, part, 0) if number <= _LARGEST else []
    if not found:
        raise not_found()
    return scorecard_record(found[0], call.names())


def _document(call: Call) -> StoredDocument:
    found = _named(call, call.path["document"])
    if found is None:
        raise not_found()
    return found


def _named(call: Call, key: str) -> StoredDocument | None:
    return find_document(call.store, call.assessment, key, call.key)


def _page(
    call: Call,
    found: Sequence[_Value],
    told: Callable[[Sequence[_Value]], list[Record]],
    mark: Callable[[_Value], str],
) -> Record:
    """Return as many as were asked for, and where the next page begins if there is one more."""
    limit = call.asked["limit"]
    shown = found[:limit]
    return {"items": told(shown), "next_cursor": mark(shown[-1]) if len(found) > limit else None}
