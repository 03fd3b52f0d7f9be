"""The documents: a list of them, and one with its findings in place, where a missed passage can be marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reporting.content import subject_names
from mingcha.pipeline.reporting.repairs import REPAIR_NAMES
from mingcha.pipeline.review.excerpts import Highlight, excerpt
from mingcha.pipeline.review.gates import answer_fault, go
from mingcha.pipeline.review.overview import workers
from mingcha.pipeline.review.passages import highlights
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.veils import names_in, record_names_seen, veil_for
from mingcha.pipeline.review.words import ALL_CATEGORIES, STATUSES
from mingcha.pipeline.store.material import (
    document_counts,
    documents_holding,
    find_document,
    load_within,
)
from mingcha.pipeline.store.queries import load_assessment, load_documents, load_text
from mingcha.pipeline.store.reviewing import Mark, load_missed, mark_missed, unmark_missed

if TYPE_CHECKING:
    from starlette.responses import Response

    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.veils import Veil
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.rows import StoredDocument

WINDOW = 4000  # characters of a document on one page
_PAGE = 200
_LONGEST = 2000


def show_documents(visit: Visit) -> Response:
    """List the documents, those that could not be read first: nothing is dropped without a word."""
    wanted = visit.request.query_params.get("text", "").strip()[:_LONGEST]
    found = visit.recall(load_documents)
    if wanted:
        holding = frozenset(_holding(visit, wanted))
        found = tuple(one for one in found if one.name in holding)
    ordered = sorted(found, key=lambda one: (one.status == "read", one.name))
    first = min(_number(visit.request.query_params.get("from", "0")), max(len(ordered) - 1, 0))
    shown = ordered[first : first + _PAGE]
    hidden = veil_for(visit, [one.name for one in shown])
    return show(
        visit,
        "documents",
        wanted=wanted,
        documents=[(one, hidden.title(one.name), hidden.named(one.name, one.failure_message or "")) for one in shown],
        counts=visit.recall(document_counts),
        first=first,
        step=_PAGE,
        total=len(ordered),
        failed=sum(one.status == "failed" for one in ordered),
        missed=load_missed(visit.store, visit.assessment),
        titles={one.name: hidden.title(one.name) for one in shown},
    )


def _holding(visit: Visit, words: str) -> list[str]:
    """Return the documents that hold these words where the account may see them."""
    found = documents_holding(visit.store, visit.assessment, words)
    hidden = veil_for(visit, found)
    texts = {one.name: (one.sha256, one.format) for one in visit.recall(load_documents)}
    return [name for name in found if _stands_outside(visit, hidden, (name, words), texts.get(name))]


def _stands_outside(
    visit: Visit, hidden: Veil, wanted: tuple[str, str], content: tuple[str | None, str | None] | None
) -> bool:
    """Tell whether a document holds words where nothing is hidden; part of a hidden word is hidden, too."""
    name, words = wanted
    if not hidden.names.get(name) and not hidden.apart.get(name):
        return True
    text = load_text(visit.store, content[0], format=content[1]) if content and content[0] else None
    return text is not None and words in hidden.words(name, text)


def show_document(visit: Visit) -> Response:
    """Show a stretch of a document with what was found in it."""
    document = _document(visit, visit.request.path_params["document"])
    text = load_text(visit.store, document.sha256, format=document.format) if document and document.sha256 else None
    if document is None or text is None:
        return answer_fault(visit, "这次考核中没有这份材料，或它没有读成。", 404)
    at = min(_number(visit.request.query_params.get("at", "0")), max(len(text) - 1, 0))
    start = _start(text, at)
    window = Span(start, min(len(text), start + WINDOW))
    found = load_within(visit.store, visit.assessment, document.name, window)
    missed = load_missed(visit.store, visit.assessment, document=document.name)
    marks = [*highlights(found), *(Highlight(Span(one["start"], one["end"]), "missed") for one in missed)]
    hidden = veil_for(visit, {document.name})
    if visit.right.may_see_names:
        record_names_seen(visit, document.sha256 or "", names_in(visit, [document.name]))
    return show(
        visit,
        "document",
        document=document,
        title=hidden.title(document.name),
        notes=[hidden.named(document.name, note) for note in document.notes],
        excerpt=excerpt(text, window, marks, hidden.spans(document.name, text)),
        found=[hidden.over(one) for one in found],
        missed=[one for one in missed if Span(one["start"], one["end"]).overlaps(window)],
        names=subject_names(visit.recall(load_assessment)),
        step=WINDOW,
        workers=workers(visit),
        repairs={REPAIR_NAMES.get(kind, kind): count for kind, count in document.repairs.items()},  # type: ignore[call-overload]
    )


def mark(visit: Visit, form: Form) -> Response:
    """Write down a passage that the software missed."""
    document = _document(visit, form.get("document", ""))
    text = load_text(visit.store, document.sha256, format=document.format) if document and document.sha256 else None
    if document is None or text is None:
        raise DataError("这次考核中没有这份材料。请刷新页面。")
    start, end = _number(form.get("start", "0")) - 1, _number(form.get("end", "0"))
    category, status = form.get("category", ""), form.get("status", "")
    if not 0 <= start < end <= len(text):
        raise DataError("没有选中文字。请在正文中选中漏检的一句，或填写起止的字数。")
    if category not in ALL_CATEGORIES or status not in STATUSES:
        raise DataError("请选类别和状态。")
    here = (document.name, document.sha256 or "", document.format or "", start, end, text[start:end])
    subject, reason = form.get("subject") or None, form.get("reason", "").strip()[:_LONGEST]
    mark_missed(visit.store, visit.reviewer, Mark(*here, category, status, subject, reason))
    return go(visit, visit.link(f"document/{visit.key(document.name)}", at=start), "missed")


def unmark(visit: Visit, form: Form) -> Response:
    """Take back a mark of one's own."""
    unmark_missed(visit.store, visit.reviewer, _number(form.get("number", "0")))
    return go(visit, visit.link(f"document/{form.get('document', '')[:16]}", at=form.get("at", "0")[:9]), "unmissed")


def _document(visit: Visit, key: str) -> StoredDocument | None:
    return find_document(visit.store, visit.assessment, key, visit.key)


def _start(text: str, at: int) -> int:
    """Return where the page that shows *at* begins: pages begin at multiples, moved to the start of a line."""
    page = at // WINDOW * WINDOW
    line = text.rfind("\n", max(0, page - WINDOW // 8), page) + 1
    return line or page


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
