"""The commands that record what people decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingcha.pipeline.commands.options import StoreName, now, opened
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mingcha.pipeline.findings import Decision


def decide_finding(  # noqa: PLR0913 - one parameter an option
    finding: Annotated[str, typer.Argument(metavar="ID", help="线索编号，可只写开头几位。")],
    verdict: Annotated[str, typer.Argument(metavar="confirm|reject|change", help="确认、驳回或更正。")],
    db: StoreName,
    by: Annotated[str, typer.Option(metavar="NAME", help="作出决定的人。")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="理由。")],
    category: Annotated[str | None, typer.Option(help="更正后的类别（仅 change）。")] = None,
    status: Annotated[str | None, typer.Option(help="更正后的状态（仅 change）。")] = None,
    subject: Annotated[str | None, typer.Option(help="更正后的对象编号（仅 change）。")] = None,
) -> None:
    """对一条线索作出决定。更正后需再次确认才会计分。"""
    from mingcha.corpora.decision_files import decision_of
    from mingcha.pipeline.store.decisions import append_decision

    changes = {"category": category, "status": status, "subject": subject}
    row: dict[str, Any] = {"finding": finding, "verdict": verdict, "by": by, "reason": reason, "at": now()}
    row["changes"] = {field: value for field, value in changes.items() if value is not None}
    with opened(db, must_exist=True) as store:
        written = append_decision(store, decision_of(row, "命令行"), clocked=True)
        left = _left(store, written)
    typer.echo(f"已记录：线索 {written.finding} {chinese(written.verdict)}（{written.by}）。")
    if left:
        typer.echo(f"这条线索已随 {left} 份材料发出，须收回或重新发出。用 mingcha outgoing list --cleared 查看。")
    typer.echo("运行 mingcha score 重新计分。")


def _left(store: Engine, written: Decision) -> int:
    """Return how many files that left with the finding say of it what no longer holds."""
    from mingcha.pipeline.store.clearings import cleared_files

    return cleared_files(store, written.finding)


def decide_file(
    file: Annotated[Path, typer.Argument(metavar="JSONL", help="decisions.jsonl：每行一个决定。")],
    db: StoreName,
) -> None:
    """从文件读入一批决定：全部写入，或一条也不写。"""
    from mingcha.corpora.decision_files import read_decisions
    from mingcha.pipeline.store.decisions import append_decisions

    decisions = read_decisions(file, now=now())
    with opened(db, must_exist=True) as store:
        written = append_decisions(store, decisions)
    typer.echo(f"已记录 {len(written)} 条决定。运行 mingcha score 重新计分。")
