"""Matters of integrity for who is authorized, and the record of what people did, to read and to take away."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review.gates import answer_fault
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.veils import veil_for
from mingcha.pipeline.review.words import REFUSED
from mingcha.pipeline.store.chain import PURGED, Event, load_record, record, verify_chain
from mingcha.pipeline.store.referrals import load_referrals

if TYPE_CHECKING:
    from mingcha.pipeline.review.visit import Visit

_PAGE, _MOST = 100, 1_000_000


def show_referrals(visit: Visit) -> Response:
    """Show the passages on integrity; every look is recorded."""
    if not visit.right.may_see_integrity:
        record(visit.store, Event(visit.account.login, "denied", "referrals", visit.assessment, {"reason": "廉洁类"}))
        return answer_fault(visit, "没有这项权限，或没有这个页面。", 404)
    record(visit.store, Event(visit.account.login, "see_integrity", "", visit.assessment))
    found = load_referrals(visit.store, visit.assessment)
    veil = veil_for(visit, {one.document for one in found})
    shown = [(one, veil.title(one.document), one.speaker and not veil.hides_names) for one in found]
    return show(visit, "referrals", shown=shown)


def show_record(visit: Visit) -> Response:
    """Show the latest entries of the record."""
    _check(visit)
    given = visit.request.query_params.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    entries = load_record(visit.store, assessment=visit.assessment, before=before, limit=_PAGE)
    report = verify_chain(visit.store) if visit.request.query_params.get("verify") else None
    return show(visit, "record", entries=[_shown(one) for one in entries], report=report, refused=REFUSED, page=_PAGE)


def export_record(visit: Visit) -> Response:
    """Give the whole record of the assessment as JSON lines, hashes included; the taking away is recorded, too."""
    _check(visit)
    record(visit.store, Event(visit.account.login, "exported", "record", visit.assessment))
    entries = load_record(visit.store, assessment=visit.assessment, limit=_MOST)
    lines = (json.dumps(entry, ensure_ascii=False) for entry in reversed(entries))
    headers = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
    return Response("\n".join(lines) + "\n", media_type="application/x-ndjson", headers=headers)


def _check(visit: Visit) -> None:
    if visit.right.role not in ("lead", "readonly"):
        raise DataError("操作记录含有各人的决定，只向裁定人和只读人员开放。")


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    purged = entry["detail"].startswith(PURGED)
    return entry | {"told": {"reason": "（详情已随考核清除）"} if purged else json.loads(entry["detail"])}
