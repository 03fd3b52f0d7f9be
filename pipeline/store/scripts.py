"""SQL for the administrator who makes the tables by hand, and the four roles of a PostgreSQL server."""

from __future__ import annotations

from io import StringIO
from typing import Literal

from alembic import command

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.store import revisions
from mingcha.pipeline.store.people import APPENDED
from mingcha.pipeline.store.schema import metadata

Dialect = Literal["postgresql", "sqlite"]

VIEWS = ("v_findings", "v_facts", "v_scores", "v_progress")
# What each role may write; the writer and the reviewer may read everything.
_WRITTEN_BY_RUNS = (
    *("assessments", "subjects", "runs", "documents", "files", "texts", "findings", "quantities", "referrals"),
    *("blocks", "repairs", "structures", "facts", "fact_members", "schemes", "scorecards", "ledger_lines", "standings"),
    *("registers", "register_rows", "ballots", "ledger_sources"),
)
_APPENDED_BY_ALL = ("decisions", *APPENDED, "elusion_samples")
_WRITTEN_BY_REVIEW = ("standings", "sessions", "assignments", "users", "permissions", "clients", "schemes")
_REWRITTEN_BY_REVIEW = ("scorecards", "ledger_lines")
# The role that only reads sees no accounts, no record, no whole texts, no passages on integrity, no speakers.
_READ_BY_ALL = (
    *("assessments", "subjects", "runs", "quantities", "facts", "fact_members"),
    *("schemes", "scorecards", "ledger_lines", revisions.VERSION_TABLE),
    *("blocks", "registers", "register_rows", "ballots", "ledger_sources"),
)
_DOCUMENT_COLUMNS = (
    *("assessment", "name", "status", "format", "genre", "characters", "coverage"),
    *("failure_kind", "failure_message", "run", "absent_since"),
)


def write_script(dialect: Dialect, *, since: str | None = None) -> str:
    """Return the SQL that makes the tables, indexes, guards and views, or brings them up from the revision *since*.

    Raise UsageError for a revision that this software does not know.
    """
    if since is not None and since not in revisions.known()[:-1]:
        listed = "、".join(revisions.known()[:-1])
        raise UsageError(f"没有可以从 {since} 升级的结构版本。已知的旧版本：{listed}。当前版本见 mingcha db check。")
    config = revisions.configuration()
    config.attributes["dialect"] = dialect
    config.output_buffer = written = StringIO()
    command.upgrade(config, f"{since or 'base'}:head", sql=True)
    return written.getvalue()


def write_roles(prefix: str, schema: str) -> str:
    """Return the SQL that makes four roles of least privilege for the tables in *schema* of a PostgreSQL database.

    ``<prefix>_owner`` owns the tables: upgrades and purges. ``<prefix>_writer`` runs analyses and scores.
    ``<prefix>_reviewer`` serves the review page. ``<prefix>_reader`` reads the views and what they are made of, but
    no accounts, no record, no whole texts and no passages on integrity. Names are quoted, so that they may be Chinese.
    """
    for name in (prefix, schema):
        if '"' in name or "'" in name or not name.strip():
            raise UsageError(f"名称“{name}”不能为空，也不能含有引号。请改写 --prefix 或 --schema。")
    return "\n".join((*_made(prefix, schema), *_granted(prefix, schema), *_owned(prefix, schema), ""))


def _role(prefix: str, duty: str) -> str:
    return f'"{prefix}_{duty}"'


def _made(prefix: str, schema: str) -> list[str]:
    create = (
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{0}')"
        " THEN CREATE ROLE {1} LOGIN; END IF; END $$;"
    )
    roles = [
        create.format(f"{prefix}_{duty}", _role(prefix, duty)) for duty in ("owner", "writer", "reviewer", "reader")
    ]
    users = ", ".join(_role(prefix, duty) for duty in ("writer", "reviewer", "reader"))
    return [
        "-- 角色：owner 所有者（升级、清除），writer 运行分析和计分，reviewer 审阅页面，reader 只读查询。",
        "-- 口令另用 psql 的 \\password 设置。",
        *roles,
        f'REVOKE ALL ON SCHEMA "{schema}" FROM PUBLIC;',
        f'GRANT USAGE, CREATE ON SCHEMA "{schema}" TO {_role(prefix, "owner")};',
        f'GRANT USAGE ON SCHEMA "{schema}" TO {users};',
    ]


def _granted(prefix: str, schema: str) -> list[str]:
    tables = [*metadata.tables, revisions.VERSION_TABLE]
    writer, reviewer, reader = (_role(prefix, duty) for duty in ("writer", "reviewer", "reader"))
    return [
        _grant("SELECT", (*tables, *VIEWS), schema, f"{writer}, {reviewer}"),
        _grant("SELECT", (*_READ_BY_ALL, *VIEWS), schema, reader),
        f'GRANT SELECT ({", ".join(_DOCUMENT_COLUMNS)}) ON "{schema}"."documents" TO {reader};',
        _grant("INSERT, UPDATE, DELETE", _WRITTEN_BY_RUNS, schema, writer),
        _grant("INSERT", _APPENDED_BY_ALL, schema, f"{writer}, {reviewer}"),
        _grant("INSERT, UPDATE, DELETE", _WRITTEN_BY_REVIEW, schema, reviewer),
        _grant("INSERT, DELETE", _REWRITTEN_BY_REVIEW, schema, reviewer),
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA "{schema}" TO {writer}, {reviewer};',
    ]


def _grant(rights: str, tables: tuple[str, ...] | list[str], schema: str, roles: str) -> str:
    listed = ", ".join(f'"{schema}"."{name}"' for name in tables)
    return f"GRANT {rights} ON {listed} TO {roles};"


def _owned(prefix: str, schema: str) -> list[str]:
    owner = _role(prefix, "owner")
    altered = [
        f'ALTER TABLE "{schema}"."{name}" OWNER TO {owner};' for name in (*metadata.tables, revisions.VERSION_TABLE)
    ]
    views = [f'ALTER VIEW "{schema}"."{name}" OWNER TO {owner};' for name in VIEWS]
    guards = [f'ALTER FUNCTION "{schema}"."{name}_refuse"() OWNER TO {owner};' for name in ("decisions", *APPENDED)]
    return [*altered, *views, *guards]
