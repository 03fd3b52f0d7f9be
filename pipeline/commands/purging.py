"""The commands that remove an assessment for good and give back its space."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import FATAL, StoreName, now, opened
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from mingcha.pipeline.store.certificates import Circumstances
    from mingcha.pipeline.store.retention import Purge


def purge_database(  # noqa: PLR0913 - one parameter an option
    db: StoreName,
    assessment: Annotated[str, typer.Option(metavar="NAME", help="要清除的考核。")],
    confirm: Annotated[str, typer.Option(metavar="NAME", help="再写一遍考核名称，以防误删。")],
    by: Annotated[str, typer.Option(metavar="NAME", help="执行人。")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="理由，如保存期满。")],
    out: Annotated[Path, typer.Option(metavar="JSON", help="证明写到哪里；同名的 .txt 供打印签字。")],
    backup: Annotated[list[str] | None, typer.Option(metavar="PLACE", help="已知的备份，可写多次；写进证明。")] = None,
) -> None:
    """彻底清除一次考核：材料、正文、线索、决定、计分全部删除，不能恢复；写出清除证明。

    退出码：0 已清除；1 已清除但空间尚未收回，或无法清除；2 用法有误，没有改动。
    """
    from mingcha.pipeline.store.refusals import target_of
    from mingcha.pipeline.store.retention import compact, purge_assessment

    _check(assessment, confirm, by, reason)
    _reserve(out)
    try:
        with opened(db, must_exist=True) as store:
            purge = purge_assessment(store, assessment, by=by, reason=reason)
            compacted = compact(store)
            circumstances = _circumstances(target_of(store.url), by, reason, tuple(backup or ()))
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    _write(out, purge, circumstances, compacted=compacted)
    typer.echo(f"考核“{assessment}”已清除：共 {sum(purge.removed.values())} 条。证明：{out}，{out.with_suffix('.txt')}")
    if not compacted:
        typer.echo("空间尚未收回：数据库正被别的程序使用。请关闭其他程序，再执行 mingcha db compact。", err=True)
        raise typer.Exit(FATAL)


def compact_database(db: StoreName) -> None:
    """收回已删除内容占用的空间，使其不再留在数据库文件中；需要没有别的程序在使用。"""
    from mingcha.pipeline.errors import StoreError
    from mingcha.pipeline.store.retention import compact

    with opened(db, must_exist=True) as store:
        if not compact(store):
            raise StoreError("数据库正被别的程序使用，空间没有收回，数据没有改动。请关闭其他程序后重试。")
    typer.echo("空间已收回。")


def _check(assessment: str, confirm: str, by: str, reason: str) -> None:
    if assessment != confirm:
        raise UsageError(f"两次写的考核名称不同（“{assessment}”和“{confirm}”），没有清除任何内容。请核对。")
    if not by.strip() or not reason.strip():
        raise UsageError("清除须写明执行人（--by）和理由（--reason）。请补上。")


def _reserve(out: Path) -> None:
    """Make sure that the certificate can be written before anything is removed."""
    from mingcha.pipeline.outputs import reason_of

    if out.suffix == ".txt":
        raise UsageError("证明文件请以 .json 结尾；供打印的 .txt 会写在它旁边。")
    try:
        with out.open("x", encoding="utf-8"):
            pass
    except OSError as error:
        raise UsageError(f"无法写入证明“{out}”：{reason_of(error)}。没有清除任何内容；请换一个位置。") from error


def _circumstances(database: str, by: str, reason: str, backups: tuple[str, ...]) -> Circumstances:
    from importlib.metadata import version

    from mingcha.pipeline.store.certificates import Circumstances

    return Circumstances(database, by, reason, now(), backups, version("mingcha"))


def _write(out: Path, purge: Purge, circumstances: Circumstances, *, compacted: bool) -> None:
    from dataclasses import replace

    from mingcha.pipeline.store.certificates import certificate, certificate_text

    written = certificate(replace(purge, compacted=compacted), circumstances)
    out.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    out.with_suffix(".txt").write_text(certificate_text(written), encoding="utf-8")
