"""The commands for other systems that read over HTTP: giving each its token, and taking it back."""

from __future__ import annotations

from typing import Annotated

import typer

from mingcha.pipeline.commands.options import StoreName, opened
from mingcha.pipeline.errors import UsageError

Name = Annotated[str, typer.Argument(metavar="NAME", help="客户端名称，记入操作记录。")]
By = Annotated[str, typer.Option(metavar="NAME", help="操作人，记入操作记录。")]


def add_client(
    name: Name,
    db: StoreName,
    assessment: Annotated[str, typer.Option(metavar="NAME", help="可以读取哪个考核；一个客户端只对一个考核。")],
    names: Annotated[bool, typer.Option("--names", help="可以得到谈话人姓名和文件名。")] = False,
    by: By = "命令行",
) -> None:
    """登记一个读取结果的系统，给出它的令牌；令牌只显示这一次，库里只存散列值。"""
    from mingcha.pipeline.interface.tokens import hash_of, new_token
    from mingcha.pipeline.store import clients

    name = name.strip()
    if not name or len(name) > 60 or not name.isprintable():
        raise UsageError("客户端名称应是 1 至 60 个看得见的字符。")
    token = new_token()
    with opened(db, must_exist=True) as store:
        clients.add_client(store, clients.Client(name, assessment, names), hash_of(token), by=by)
    typer.echo(f"已登记客户端“{name}”，可以只读“{assessment}”。下一行是令牌，只显示这一次，请妥善交给对方：", err=True)
    typer.echo(token)


def list_clients(db: StoreName) -> None:
    """列出已登记的客户端；不显示令牌。"""
    from mingcha.pipeline.store.clients import load_clients

    with opened(db, must_exist=True) as store:
        found = load_clients(store)
    for one in found:
        marks = ("，可得姓名" * one.may_see_names) + (f"，已于 {one.revoked_at} 作废" if one.revoked_at else "")
        typer.echo(f"{one.name}：{one.assessment}{marks}")
    if not found:
        typer.echo("还没有客户端。用 mingcha clients add 登记。")


def revoke_client(name: Name, db: StoreName, by: By = "命令行") -> None:
    """作废一个客户端的令牌，立即生效，不能恢复。"""
    from mingcha.pipeline.store import clients

    with opened(db, must_exist=True) as store:
        clients.revoke_client(store, name, by=by)
    typer.echo(f"客户端“{name}”的令牌已作废。")
