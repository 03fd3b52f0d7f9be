"""Matters of integrity for who is authorized, and the record of what people did, to read and to take away."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.outgoing import Sending, SentFile, held_by
from mingcha.pipeline.review.gates import answer_fault
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.veils import veil_for
from mingcha.pipeline.review.words import REFUSED
from mingcha.pipeline.store.chain import PURGED, SENT, Event, load_record, record, verify_chain
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.forms import exported_forms, last_decision
from mingcha.pipeline.store.referrals import load_referrals
from mingcha.pipeline.store.sendings import append_sending

if TYPE_CHECKING:
    from mingcha.pipeline.findings import Referral
    from mingcha.pipeline.review.veils import Veil
    from mingcha.pipeline.review.visit import Visit

_PAGE, _MOST = 100, 1_000_000
_OF_DOCUMENTS = frozenset({"missed", "missed_withdrawn", "see_names"})
_OF_WORK = frozenset({"assigned", "unassigned"})


def show_referrals(visit: Visit) -> Response:
    """Show the passages on integrity; every look is recorded."""
    if not visit.right.may_see_integrity:
        record(visit.store, Event(visit.account.login, "denied", "referrals", visit.assessment, {"reason": "廉洁类"}))
        return answer_fault(visit, "没有这项权限，或没有这个页面。", 404)
    record(visit.store, Event(visit.account.login, "see_integrity", "", visit.assessment))
    found = load_referrals(visit.store, visit.assessment)
    veil = veil_for(visit, {one.document for one in found})
    shown = [_referral(one, veil) for one in found]
    return show(visit, "referrals", shown=shown)


def _referral(one: Referral, veil: Veil) -> tuple[Referral, str, bool]:
    """Return a passage as it may be shown, its title, and whether it may be told who speaks."""
    text = veil.words(one.document, one.text, one.span.start)
    sheet = one.locator.sheet and veil.named(one.document, one.locator.sheet)
    shown = replace(one, text=text, locator=replace(one.locator, sheet=sheet))
    return shown, veil.title(one.document), bool(one.speaker) and not veil.hides_names


def show_record(visit: Visit) -> Response:
    """Show the latest entries of the record."""
    _check(visit)
    given = visit.request.query_params.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    entries = load_record(visit.store, assessment=visit.assessment, before=before, limit=_PAGE, brief=True)
    report = verify_chain(visit.store) if visit.request.query_params.get("verify") else None
    return show(
        visit,
        "record",
        entries=[_shown(_masked(visit, one)) for one in entries],
        report=report,
        refused=REFUSED,
        page=_PAGE,
    )


def export_record(visit: Visit) -> Response:
    """Give the whole record of the assessment as JSON lines, hashes included; the taking away is recorded, too.

    Names of files name people: without the right they are masked, and ``masked`` says where, because the hash of
    such a line is that of the whole words.
    """
    _check(visit)
    record(visit.store, Event(visit.account.login, "exported", "record", visit.assessment))
    entries = load_record(visit.store, assessment=visit.assessment, limit=_MOST)
    lines = (json.dumps(_masked(visit, entry), ensure_ascii=False) for entry in reversed(entries))
    data = ("\n".join(lines) + "\n").encode(errors="surrogatepass")
    _record_sending(visit, data)
    headers = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
    return Response(data, media_type="application/x-ndjson", headers=headers)


def _record_sending(visit: Visit, data: bytes) -> None:
    """Put on record what is taken away: the decisions in it tell of findings."""
    with reading(visit.store) as connection:
        forms = exported_forms(connection, visit.assessment, "decisions", superseded=True)
        last = last_decision(connection, visit.assessment)
    file = SentFile("record.jsonl", hashlib.sha256(data).hexdigest(), len(data), held_by(forms))
    masked, by = not visit.right.may_see_names, visit.account.login
    append_sending(
        visit.store,
        visit.assessment,
        Sending("record", "decisions", "jsonl", (file,), masked=masked, decisions=last, by=by),
    )


def _check(visit: Visit) -> None:
    if visit.right.role not in ("lead", "readonly"):
        raise DataError("操作记录含有各人的决定，只向裁定人和只读人员开放。")


def _masked(visit: Visit, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as the account may see it: a document by its key alone where names are hidden from it."""
    if visit.right.may_see_names:
        return entry
    if entry["action"] in _OF_DOCUMENTS:
        return entry | {"target": visit.key(entry["target"]), "masked": ["target"]}
    if entry["action"] in _OF_WORK and not entry["detail"].startswith(PURGED):
        told = json.loads(entry["detail"])
        if told.get("scope") == "document":
            told["value"] = visit.key(told["value"])
            return entry | {"detail": json.dumps(told, ensure_ascii=False), "masked": ["detail"]}
    if entry["action"] == SENT and not entry["detail"].startswith(PURGED):
        told = json.loads(entry["detail"])
        told["files"] = [one | {"path": visit.key(one["path"])} for one in told.get("files", ())]
        return entry | {"detail": json.dumps(told, ensure_ascii=False), "masked": ["detail"]}
    return entry


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    purged = entry["detail"].startswith(PURGED)
    return entry | {"told": {"reason": "（详情已随考核清除）"} if purged else json.loads(entry["detail"])}
