"""The command that looks over an installation and says what is missing and how to get it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import mingcha
from mingcha.pipeline.commands.options import DB_HELP, FATAL, OK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.commands.checks import Check

_MARKS = {"sound": "　", "optional": "－", "faulty": "！"}


def doctor(
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help=f"一并查看这个数据库。{DB_HELP}")] = None,
    out: Annotated[Path, typer.Option(metavar="OUT", help="准备写结果的文件夹。")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="写成 JSON，供程序读取。")] = False,
) -> None:
    """检查安装：逐项说明有什么、缺什么、怎样补上；什么都不改动，不联网。

    退出码：0 可以使用（标“－”的是可有可无的）；1 标“！”的须先解决。
    """
    checks = list(_checks(out, db))
    faulty = sum(check.grade == "faulty" for check in checks)
    if as_json:
        told = {"software": mingcha.__version__, "usable": not faulty, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join((f"　明察：{mingcha.__version__}", *map(_line, checks), _verdict(faulty))))
    raise typer.Exit(FATAL if faulty else OK)


def _checks(out: Path, db: str | None) -> Iterator[Check]:
    from mingcha.pipeline.commands.installation import installation_checks
    from mingcha.pipeline.commands.machine import database_checks, machine_checks

    yield from installation_checks()
    yield from machine_checks(out)
    if db is not None:
        yield from database_checks(db)


def _line(check: Check) -> str:
    remedy = f"。{check.remedy}。" if check.remedy else ""
    return f"{_MARKS[check.grade]}{check.about}：{check.said.rstrip('。') if remedy else check.said}{remedy}"


def _verdict(faulty: int) -> str:
    return f"有 {faulty} 处须先解决（标“！”的）。" if faulty else "可以使用。标“－”的是可有可无的。"
