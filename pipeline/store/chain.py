"""The record of what people did: entries appended one by one, each sealed with the hash of the one before.

Nobody changes or removes an entry without breaking the chain from there on; to notice that the end was cut off, keep
the number and hash of the last entry elsewhere (`verify_chain` gives them).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, insert, select, text

from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import audit, users
from mingcha.pipeline.store.schema import decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from mingcha.pipeline.store.database import Store

BEGINNING = "0" * 64
_BATCH = 100  # entries that are held at a time: some are megabytes
_LOCK = 0x6D696E68  # PostgreSQL lets one transaction at a time append; SQLite has one writer anyway
_KEPT = (
    *("seq", "assessment", "finding", "verdict", "by", "reason", "at", "changes"),
    *("round", "account", "act", "withdraws", "before"),
)
_SEALED = ("seq", "at", "who", "action", "assessment", "target", "previous")
PURGED = "purged:"  # stands before the hash of a detail whose words were removed with their assessment
SENT = "sent"  # something left the system; the details name every finding in it and may be large
BEGUN = "record_begun"  # the entry that seals the decisions which are older than the record


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

    ``unrecorded`` counts the decisions that were made before there was a record; the record has only their digest.
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
    """Append events in their order within the caller's transaction, which must be one that writes.

    The first entry of a record seals the decisions that were there before it.
    """
    lock_record(connection)
    told = tuple(events)
    if told and connection.scalar(select(audit.c.seq).where(audit.c.action == BEGUN).limit(1)) is None:
        told = (_beginning(connection, told), *told)
    _append(connection, told)


def _append(connection: Connection, events: Iterable[Event]) -> None:
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


def begin_record(connection: Connection) -> None:
    """Seal the decisions that an older version wrote, where there are any and no record yet."""
    lock_record(connection)
    begun = connection.scalar(select(audit.c.seq).limit(1)) is not None
    if not begun and connection.scalar(select(decisions.c.seq).limit(1)) is not None:
        _append(connection, [_beginning(connection, ())])


def _beginning(connection: Connection, coming: Iterable[Event]) -> Event:
    """Return the entry that seals every decision before the first that is recorded, or is about to be."""
    first_recorded = select(audit.c.detail).where(audit.c.action == "decision", ~audit.c.detail.startswith(PURGED))
    recorded = connection.scalar(first_recorded.order_by(audit.c.seq).limit(1))
    seqs = [event.detail["seq"] for event in coming if event.action == "decision" and event.detail]
    seqs += [json.loads(recorded)["seq"]] if recorded else []
    query = select(decisions).order_by(decisions.c.seq)
    rows = connection.execute(query.where(decisions.c.seq < min(seqs)) if seqs else query).mappings().all()
    last = max((row["seq"] for row in rows), default=0)
    return Event("明察", BEGUN, detail={"last": last, "older": _digests(rows)})


def _digests(rows: Iterable[Mapping[Any, Any]]) -> dict[str, str]:
    """Return one digest of the decisions of each assessment, so that a purge of one leaves the others checkable."""
    grouped: dict[str, list[object]] = {}
    for row in rows:
        grouped.setdefault(row["assessment"], []).append(decision_detail(row))
    return {assessment: _hash(_canonical(listed)) for assessment, listed in grouped.items()}


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


@dataclass(slots=True)
class _Reading:
    """What was read of the record so far."""

    count: int = 0
    head: str = BEGINNING
    faults: list[str] = field(default_factory=list)
    recorded: dict[int, str] = field(default_factory=dict)
    emptied: list[tuple[int, str | None]] = field(default_factory=list)
    purges: dict[str | None, int] = field(default_factory=dict)
    sealed: dict[str, Any] | None = None

    def take(self, entry: Mapping[Any, Any]) -> None:
        """Check the next entry and keep what later checks need of it."""
        self.faults += _faults(entry, self.count + 1, self.head)
        self.count, self.head = entry["seq"], entry["hash"]
        if entry["detail"].startswith(PURGED):
            self.emptied.append((self.count, entry["assessment"]))
        elif entry["action"] == "purge":
            self.purges[entry["assessment"]] = self.count
        elif entry["action"] == "decision":
            self.recorded[json.loads(entry["detail"])["seq"]] = entry["detail"]
        elif entry["action"] == BEGUN and self.sealed is None:
            self.sealed = json.loads(entry["detail"])

    def is_older(self, seq: int) -> bool:
        """Tell whether a decision of this number was made before there was a record."""
        if self.sealed is not None:
            return seq <= int(self.sealed["last"])
        return seq < min(self.recorded, default=seq + 1)


def verify_chain(store: Store) -> ChainReport:
    """Check that no entry was changed, removed or put in, and that every decision is just as the record has it.

    Decisions older than the record (written before the store had one) are compared with the digest that the first
    entry has of them; they are counted.
    """
    with reading(store) as connection:
        read = _Reading()
        every = select(audit).order_by(audit.c.seq)
        with connection.execute(every, execution_options={"yield_per": _BATCH}) as found:
            for entry in found.mappings():
                read.take(entry)
        made, older, drifted = _compare(connection, read)
        faults = [*read.faults, *_emptied(read), *drifted, *_older_faults(read, older)]
        if not read.count and (made or connection.scalar(select(users.c.login).limit(1)) is not None):
            faults.append(
                "操作记录是空的，而库里已有决定或账号：有人删除过全部记录。"
                "（如果数据库刚由脚本从旧版升级，请先打开一次审阅页面，再核对。）"
            )
    return ChainReport(read.count, read.head, made, len(older), tuple(faults))


def _emptied(read: _Reading) -> list[str]:
    return [
        f"操作记录第{seq}条的详情被抹去，而其后没有清除这个考核的记录：有人删除过内容。"
        for seq, assessment in read.emptied
        if read.purges.get(assessment, 0) < seq
    ]


def _faults(entry: Mapping[Any, Any], expected: int, previous: str) -> Iterator[str]:
    if entry["seq"] != expected:
        yield f"操作记录第{expected}条缺失（其后是第{entry['seq']}条）：有人删除过记录。"
    elif entry["previous"] != previous:
        yield f"操作记录第{entry['seq']}条与上一条接不上：其中一条被改动过。"
    if entry["hash"] != seal(entry):
        yield f"操作记录第{entry['seq']}条的内容与散列值不符：这一条被改动过。"


def _compare(connection: Connection, read: _Reading) -> tuple[int, list[Mapping[Any, Any]], list[str]]:
    """Return how many decisions there are, those that are older than the record, and what does not match it."""
    older: list[Mapping[Any, Any]] = []
    made, faults, left = 0, [], set(read.recorded)
    for row in connection.execute(select(decisions).order_by(decisions.c.seq)).mappings():
        made += 1
        left.discard(row["seq"])
        if row["seq"] in read.recorded:
            if read.recorded[row["seq"]] != _canonical(decision_detail(row)):
                faults.append(f"第{row['seq']}号决定与操作记录不一致：决定被改动过。")
        # Numbers begin at 1, and no version without a record knew accounts.
        elif row["seq"] >= 1 and row["account"] is None and row["act"] is None and read.is_older(row["seq"]):
            older.append(row)
        else:
            faults.append(f"第{row['seq']}号决定在操作记录中没有：它不是通过明察写入的。")
    faults += [f"第{seq}号决定在操作记录中有，在决定表中没有：有人删除过决定。" for seq in sorted(left)]
    return made, older, faults


def _older_faults(read: _Reading, older: Iterable[Mapping[Any, Any]]) -> list[str]:
    """Return the assessments whose decisions from before the record are not those that it sealed."""
    if read.sealed is None:
        return []
    kept, found = read.sealed["older"], _digests(older)
    wrong = [name for name in {**kept, **found} if kept.get(name) != found.get(name) and name not in read.purges]
    return [f"考核“{name}”中早于操作记录的决定与记录开始时不一致：有人增删或改动过。" for name in sorted(wrong)]


def load_record(
    store: Store, *, assessment: str | None = None, before: int | None = None, limit: int = 100, brief: bool = False
) -> list[dict[str, Any]]:
    """Return the latest entries of the record, the newest first, those before number *before* where one is given.

    In a *brief* record the details of what left are empty.
    """
    columns: list[Any] = [column for column in audit.c if not brief or column.name != "detail"]
    columns += [case((audit.c.action == SENT, "{}"), else_=audit.c.detail).label("detail")] if brief else []
    query = select(*columns).order_by(audit.c.seq.desc()).limit(limit)
    if assessment is not None:
        query = query.where(audit.c.assessment == assessment)
    if before is not None:
        query = query.where(audit.c.seq < before)
    with reading(store) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
