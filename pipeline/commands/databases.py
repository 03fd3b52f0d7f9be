"""The commands for whoever looks after the database: its condition, upgrades, copies, moves and proofs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import FATAL, OK, StoreName, opened
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mingcha.pipeline.store.condition import Remark
    from mingcha.pipeline.store.verification import Inspection

_SHOWN = 10
_SCRIPT_HELP = "写到这个文件；不写则显示在屏幕上。"


def upgrade_database(db: StoreName) -> None:
    """建立数据表，或把旧版本的数据表升级到最新；要么全部完成，要么不动。"""
    from mingcha.pipeline.store import revisions
    from mingcha.pipeline.store.database import upgrade_store

    with opened(db, upgrade=False) as store:
        before = upgrade_store(store)
    newest = revisions.newest()
    if before == newest:
        typer.echo(f"结构版本 {newest} 已是最新，没有改动。")
    else:
        typer.echo(f"结构版本：{before or '无'} → {newest}。")


def check_database(db: StoreName) -> None:
    """查看数据库：能否打开、结构版本、完整性、编码、条数、当前用户的权限；什么都不改动。

    退出码：0 一切正常；1 有需要处理的地方。
    """
    from mingcha.pipeline.store.condition import inspect_store

    with opened(db, must_exist=True, upgrade=False) as store:
        remarks = inspect_store(store)
    for remark in remarks:
        typer.echo(_remark_line(remark))
    raise typer.Exit(OK if all(remark.sound for remark in remarks) else FATAL)


def verify_database(db: StoreName) -> None:
    """逐条核对：位置能否回到原文、编号能否重新算出、事实和决定所指是否存在、分数能否相加、记录有没有被改动。

    退出码：0 全部相符；1 有不符之处。
    """
    from mingcha.pipeline.store.verification import verify_store

    with opened(db, must_exist=True) as store:
        done = verify_store(store, told=lambda about: typer.echo(f"正在核对：{about}……", err=True))
    for line in (line for inspection in done for line in _inspection_lines(inspection)):
        typer.echo(line)
    faulty = sum(inspection.faulty for inspection in done)
    typer.echo(f"共有 {faulty} 处不符。请停止使用这个库，用备份恢复，并查明原因。" if faulty else "全部相符。")
    raise typer.Exit(FATAL if faulty else OK)


def move_database(
    source: Annotated[str, typer.Argument(metavar="SRC", help="来源：SQLite 文件，或 postgresql:// 开头的地址。")],
    target: Annotated[str, typer.Argument(metavar="DST", help="目标：空的数据库，或一个新文件。")],
) -> None:
    """把整个库搬到另一个数据库：全部搬完并逐条核对，否则目标里什么也不留；来源不改动。"""
    from mingcha.pipeline.store.transfer import move_store

    _refuse_same(source, target)
    with opened(source, must_exist=True, upgrade=False) as origin, opened(target) as place:
        digest = move_store(origin, place, told=_telling())
    typer.echo(f"已复制 {digest.rows} 条，两边内容一致。内容散列值：{digest.whole}")
    typer.echo("请把 --db 改为新的地址；确认无误后，再由您自行处理旧库。")


def back_up_database(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份写到哪个文件；已有的文件不会被覆盖。")],
    db: StoreName,
) -> None:
    """备份成一个 SQLite 文件；别人正在使用时也可以备份。备份文件可以直接打开，也可以用 db move 搬回服务器。"""
    from mingcha.pipeline.store.copies import back_up

    with opened(db, must_exist=True, upgrade=False) as store:
        digest = back_up(store, file, told=_telling())
        served = store.dialect.name == "postgresql"
    typer.echo(f"已备份到 {file}（{file.stat().st_size / 1_000_000:.1f} MB），已通过完整性检查。")
    if digest is not None:
        typer.echo(f"共 {digest.rows} 条，内容散列值：{digest.whole}")
    if served:
        typer.echo("服务器上的用户、权限和其他库不在其中，请另用 pg_dump 和 pg_dumpall 备份。")


def write_ddl(
    dialect: Annotated[str, typer.Option(metavar="postgresql|sqlite", help="为哪种数据库。")] = "postgresql",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help=_SCRIPT_HELP)] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="0004", help="从这个结构版本升级；默认从空库。")
    ] = None,
    schema: Annotated[str, typer.Option(metavar="NAME", help="PostgreSQL 的模式。")] = "public",
    prefix: Annotated[str, typer.Option(metavar="NAME", help="四个角色名称的开头。")] = "mingcha",
) -> None:
    """写出建表脚本，供管理员离线审阅、手工执行；PostgreSQL 另附四个最小权限的角色。"""
    from mingcha.pipeline.store.scripts import write_roles, write_script

    if dialect == "sqlite":
        script = write_script("sqlite", since=since)
    elif dialect == "postgresql":
        setting = f'SET search_path TO "{schema}";\n\n'
        script = setting + write_script("postgresql", since=since) + "\n" + write_roles(prefix, schema)
    else:
        raise UsageError(f"--dialect “{dialect}”不认识。只能是 postgresql 或 sqlite。")
    if out is None:
        typer.echo(script)
        return
    _write(out, script)
    typer.echo(f"已写入 {out}。")


def _refuse_same(source: str, target: str) -> None:
    from mingcha.pipeline.store.vaults import file_of

    one, other = file_of(source), file_of(target)
    same_file = one is not None and other is not None and one.resolve() == other.resolve()
    if source == target or same_file:
        raise UsageError("来源和目标是同一个数据库。请给出另一个地址。")


def _write(out: Path, script: str) -> None:
    from mingcha.pipeline.outputs import reason_of

    try:
        out.write_text(script, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"无法写入“{out}”：{reason_of(error)}。请换一个位置。") from error


def _remark_line(remark: Remark) -> str:
    mark = "　" if remark.sound else "！"
    return f"{mark}{remark.about}：{remark.said}"


def _inspection_lines(inspection: Inspection) -> Iterator[str]:
    mark, said = ("！", f"{inspection.faulty} 处不符") if inspection.faulty else ("　", "相符")
    yield f"{mark}{inspection.about}：核对 {inspection.count}，{said}"
    yield from (f"　　{fault}" for fault in inspection.faults[:_SHOWN])
    if inspection.faulty > _SHOWN:
        yield f"　　……另有 {inspection.faulty - _SHOWN} 处"


def _telling() -> Callable[[str, int, int], None]:
    """Return what tells of progress: a line for each tenth."""
    last: tuple[str, int] = ("", -1)

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal last
        tenth = done * 10 // total if total else 10
        if (stage, tenth) != last:
            last = (stage, tenth)
            typer.echo(f"{stage} {done}/{total}", err=True)

    return tell
