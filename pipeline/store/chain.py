"""The record of what people did: entries appended one by one, each sealed with the hash of the one before.

Nobody changes or removes an entry without breaking the chain from there on; to notice that the end was cut off, keep
the number and hash of the last entry elsewhere (`verify_chain` gives them).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import audit
from mingcha.pipeline.store.schema import decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store

BEGINNING = "0" * 64
_LOCK = 0x6D696E68  # PostgreSQL lets one transaction at a time append; SQLite has one writer anyway
_KEPT = (
    *("seq", "assessment", "finding", "verdict", "by", "reason", "at", "changes"),
    *("round", "account", "act", "withdraws", "before"),
)
_SEALED = ("seq", "at", "who", "action", "assessment", "target", "previous")
PURGED = "purged:"  # stands before the hash of a detail whose words were removed with their assessment


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did: who, what, in which assessment, to what, and details that JSON can hold."""

    who: str
    action: str
    target: str = ""
    assessment: str | None = None
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What checking the record came to: ``faults`` in Chinese, none where all is well.

    ``unrecorded`` counts the decisions that were made before there was a record.
    """

    entries: int
    head: str
    decisions: int
    unrecorded: int
    faults: tuple[str, ...]


def record(store: Store, event: Event) -> None:
    """Append one event to the record."""
    with writing(store) as connection:
        append_events(connection, [event])


def append_events(connection: Connection, events: Iterable[Event]) -> None:
    """Append events in their order within the caller's transaction, which must be one that writes."""
    lock_record(connection)
    last = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    count, previous = (0, BEGINNING) if last is None else last
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    entries = []
    for seq, event in enumerate(events, start=count + 1):
        entry = _entry(event) | {"seq": seq, "at": at, "previous": previous}
        previous = entry["hash"] = seal(entry)
        entries.append(entry)
    if entries:
        connection.execute(insert(audit), entries)


def lock_record(connection: Connection) -> None:
    """Let no other transaction append or decide until this one ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def seal(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry, over all its fields and the hash before it.

    The detail enters by its own hash, so that a purge can take the words away and leave the chain whole.
    """
    return _hash(_canonical([entry[name] for name in _SEALED] + [detail_hash(entry["detail"])]))


def detail_hash(detail: str) -> str:
    """Return the hash of a detail, be it there or purged."""
    return detail.removeprefix(PURGED) if detail.startswith(PURGED) else _hash(detail)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def decision_detail(decision: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what the record keeps of a row of ``decisions``: all of it, so that the row cannot drift away."""
    return {name: decision[name] for name in _KEPT} | {"changes": [list(change) for change in decision["changes"]]}


def _entry(event: Event) -> dict[str, Any]:
    return {
        "who": event.who,
        "action": event.action,
        "assessment": event.assessment,
        "target": event.target,
        "detail": _canonical(dict(event.detail or {})),
    }


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify_chain(store: Store) -> ChainReport:
    """Check that no entry was changed, removed or put in, and that every decision is just as the record has it.

    Decisions older than the record (written before the store had one) cannot be checked; they are counted.
    """
    with reading(store) as connection:
        faults: list[str] = []
        recorded: dict[int, str] = {}
        emptied: list[tuple[int, str | None]] = []
        purges: dict[str | None, int] = {}
        count, head = 0, BEGINNING
        for entry in connection.execute(select(audit).order_by(audit.c.seq)).mappings():
            faults += _faults(entry, count + 1, head)
            count, head = entry["seq"], entry["hash"]
            if entry["detail"].startswith(PURGED):
                emptied.append((count, entry["assessment"]))
            elif entry["action"] == "purge":
                purges[entry["assessment"]] = count
            elif entry["action"] == "decision":
                recorded[json.loads(entry["detail"])["seq"]] = entry["detail"]
        made, unrecorded, drifted = _compare(connection, recorded)
    faults += [
        f"操作记录第{seq}条的详情被抹去，而其后没有清除这个考核的记录：有人删除过内容。"
        for seq, assessment in emptied
        if purges.get(assessment, 0) < seq
    ]
    return ChainReport(count, head, made, unrecorded, (*faults, *drifted))


def _faults(entry: Mapping[Any, Any], expected: int, previous: str) -> Iterator[str]:
    if entry["seq"] != expected:
        yield f"操作记录第{expected}条缺失（其后是第{entry['seq']}条）：有人删除过记录。"
    elif entry["previous"] != previous:
        yield f"操作记录第{entry['seq']}条与上一条接不上：其中一条被改动过。"
    if entry["hash"] != seal(entry):
        yield f"操作记录第{entry['seq']}条的内容与散列值不符：这一条被改动过。"


def _compare(connection: Connection, recorded: dict[int, str]) -> tuple[int, int, list[str]]:
    """Return how many decisions there are, how many are older than the record, and what does not match it."""
    first = min(recorded, default=None)
    made, unrecorded, faults, left = 0, 0, [], set(recorded)
    for row in connection.execute(select(decisions).order_by(decisions.c.seq)).mappings():
        made += 1
        left.discard(row["seq"])
        if row["seq"] in recorded:
            if recorded[row["seq"]] != _canonical(decision_detail(row)):
                faults.append(f"第{row['seq']}号决定与操作记录不一致：决定被改动过。")
        elif first is None or row["seq"] < first:
            unrecorded += 1
        else:
            faults.append(f"第{row['seq']}号决定在操作记录中没有：它不是通过明察写入的。")
    faults += [f"第{seq}号决定在操作记录中有，在决定表中没有：有人删除过决定。" for seq in sorted(left)]
    return made, unrecorded, faults


def load_record(
    store: Store, *, assessment: str | None = None, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return the latest entries of the record, the newest first, those before number *before* where one is given."""
    query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if assessment is not None:
        query = query.where(audit.c.assessment == assessment)
    if before is not None:
        query = query.where(audit.c.seq < before)
    with reading(store) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
