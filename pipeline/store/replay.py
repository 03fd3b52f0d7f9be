"""What the record says there should be, compared with what there is: accounts, rights, notes, and where findings stand.

Each check yields, for each item, nothing where it is right and else what is wrong with it (Chinese).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select, union

from mingcha.pipeline.store.chain import PURGED
from mingcha.pipeline.store.people import audit, notes, permissions, standings, users
from mingcha.pipeline.store.schema import decisions
from mingcha.pipeline.store.standings import decisions_on, standing_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    Right: TypeAlias = tuple[str, str]  # the assessment and the login
    Told: TypeAlias = tuple[str | None, ...]  # a note as the record tells it

_RIGHTS = ("role", "may_see_integrity", "may_see_names")
_ALTERED = "不是通过明察写入的，或被改动过。"


def check_accounts(connection: Connection) -> Iterator[str | None]:
    """Check that every account was made, and locked or not, as the record tells."""
    told: dict[str, tuple[object, object, bool]] = {}
    for entry in _entries(connection, "user_added", "user_locked", "user_opened"):
        login, detail = entry["target"], json.loads(entry["detail"])
        if entry["action"] == "user_added":
            told[login] = (detail["name"], detail["administrator"], False)
        elif login in told:
            told[login] = (*told[login][:2], entry["action"] == "user_locked")
    for row in connection.execute(select(users).order_by(users.c.login)).mappings():
        same = told.pop(row["login"], None) == (row["name"], row["administrator"], row["locked"])
        yield None if same else f"账号“{row['login']}”的姓名、管理员身份或停用与操作记录不符：{_ALTERED}"
    for login in sorted(told):
        yield f"账号“{login}”在操作记录中有，在账号表中没有：有人删除过。"


def check_permissions(connection: Connection) -> Iterator[str | None]:
    """Check that everybody may do what the record tells that he was given, and nothing else."""
    told = _told_permissions(connection)
    query = select(permissions).order_by(permissions.c.assessment, permissions.c.login)
    for row in connection.execute(query).mappings():
        given = told.pop((row["assessment"], row["login"]), None)
        same = given == {name: row[name] for name in _RIGHTS}
        yield None if same else f"账号“{row['login']}”在考核“{row['assessment']}”中的权限与操作记录不符：{_ALTERED}"
    for assessment, login in sorted(told):
        yield f"账号“{login}”在考核“{assessment}”中的权限在操作记录中有，在权限表中没有：有人删除过。"


def _told_permissions(connection: Connection) -> dict[Right, dict[str, Any]]:
    told: dict[Right, dict[str, Any]] = {}
    for entry in _entries(connection, "granted", "revoked", "purge"):
        right = (entry["assessment"], entry["target"])
        if entry["action"] == "granted" and not entry["detail"].startswith(PURGED):
            told[right] = json.loads(entry["detail"])
        elif entry["action"] == "revoked":
            told.pop(right, None)
        elif entry["action"] == "purge":
            told = {one: given for one, given in told.items() if one[0] != entry["assessment"]}
    return told


def check_notes(connection: Connection) -> Iterator[str | None]:
    """Check that notes and flags are those that the record tells, no more and no fewer."""
    told = Counter(_told_notes(connection))
    for row in connection.execute(select(notes).order_by(notes.c.seq)).mappings():
        short = tuple(row[name] for name in ("assessment", "finding", "kind", "account", "text"))
        full = (*short, row["by"], row["at"])
        older = (*short, None, None)  # as an older version recorded it
        found = full if told[full] else older
        yield None if told[found] else f"第 {row['seq']} 号备注（线索 {row['finding']}）与操作记录不符：{_ALTERED}"
        told[found] -= 1
    for one, count in told.items():
        if count > 0:
            yield f"线索 {one[1]} 的备注在操作记录中有，在备注表中没有：有人删除或改动过。"


def _told_notes(connection: Connection) -> Iterator[Told]:
    for entry in _entries(connection, "note", "flag", "unflag"):
        if not entry["detail"].startswith(PURGED):
            detail = json.loads(entry["detail"])
            place = (entry["assessment"], entry["target"], entry["action"], entry["who"])
            yield (*place, detail.get("text"), detail.get("by"), detail.get("at"))


def check_standings(connection: Connection) -> Iterator[str | None]:
    """Check that every finding stands where its decisions and flags put it."""
    found = {(row["assessment"], row["finding"]): dict(row) for row in connection.execute(select(standings)).mappings()}
    for assessment, finding in _decided(connection):
        wanted = standing_row(connection, assessment, finding, decisions_on(connection, assessment, finding))
        there = found.get((assessment, finding))
        yield None if there == wanted else _standing_fault(finding, there)


def _decided(connection: Connection) -> Iterable[tuple[str, str]]:
    decided, standing = ((table.c.assessment, table.c.finding) for table in (decisions, standings))
    rows = connection.execute(union(select(*decided), select(*standing)).order_by("assessment", "finding")).all()
    return [(row[0], row[1]) for row in rows]


def _standing_fault(finding: str, there: Mapping[str, Any] | None) -> str:
    if there is None:
        return f"线索 {finding} 有决定而没有审阅状态。重新打开一次审阅页面即可补上；若仍如此，有人删除过。"
    return f"线索 {finding} 的审阅状态与对它的决定不符：{_ALTERED}"


def _entries(connection: Connection, *actions: str) -> Iterable[Mapping[Any, Any]]:
    columns = audit.c
    wanted = (columns.who, columns.action, columns.assessment, columns.target, columns.detail)
    query = select(*wanted).where(columns.action.in_(actions))
    return connection.execute(query.order_by(audit.c.seq)).mappings().all()
