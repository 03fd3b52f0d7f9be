"""The commands of the review page: serving it, and the accounts that may sign in."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import InputsFile, SchemeName, StoreName, opened, reasons
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.outputs import others_may_read, reason_of, reserve

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mingcha.pipeline.review.visit import Office

_LOG = "review.log"
_LOG_HELP = "日志写到哪个文件，默认在数据库旁边的 review.log；其中没有材料的文字和姓名。"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="登录名。")]
Hosts = Annotated[
    list[str] | None, typer.Option("--allow-host", metavar="NAME", help="允许用哪个主机名或地址打开，可写多次。")
]


def review(  # noqa: PLR0913 - one parameter an option
    db: StoreName,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="在哪个地址上提供；默认只有本机能打开。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=1, max=65535, help="端口。")] = 8400,
    allow_host: Hosts = None,
    scheme: SchemeName = "deneng",
    inputs: InputsFile = None,
    certificate: Annotated[Path | None, typer.Option(metavar="PEM", help="HTTPS 证书文件。")] = None,
    key: Annotated[Path | None, typer.Option(metavar="PEM", help="HTTPS 私钥文件。")] = None,
    log: Annotated[Path | None, typer.Option(metavar="FILE", help=_LOG_HELP)] = None,
) -> None:
    """打开审阅页面：分析人员登录后逐条确认、驳回、更正，一键一条，可撤销，全部留痕。"""
    import uvicorn

    from mingcha.pipeline.logs import logging_to
    from mingcha.pipeline.review.application import review_application
    from mingcha.pipeline.store.chain import begin_record
    from mingcha.pipeline.store.database import writing
    from mingcha.pipeline.store.standings import complete_standings
    from mingcha.pipeline.store.statistics import take_statistics

    if (certificate is None) != (key is None):
        raise UsageError("--certificate 和 --key 要一起给出。")
    if host not in _LOCAL and certificate is None:
        typer.echo(
            "提示：没有 HTTPS 证书，口令和材料在网络上不加密。请只在可信的内部网络上使用，或给出证书。", err=True
        )
    hosts = host_names((*_LOCAL, host, *(allow_host or ())), port, secure=certificate is not None)
    if key is not None:
        _warn_of_readers(key)
    _refuse_taken(host, port)
    with opened(db, must_exist=True) as store, logging_to(_log_place(log, db)):
        complete_standings(store)
        with writing(store) as connection:
            begin_record(connection)
        take_statistics(store)
        office = _office(store, scheme, inputs, hosts, secure=certificate is not None)
        typer.echo(f"审阅页面：{'https' if certificate else 'http'}://{host}:{port}　按 Ctrl-C 结束。")
        uvicorn.run(
            review_application(office),
            host=host,
            port=port,
            log_config=None,
            log_level="warning",
            server_header=False,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )


def host_names(names: tuple[str, ...], port: int, *, secure: bool) -> tuple[str, ...]:
    """Return what browsers may write as the host: name and port, or the name alone on the usual port."""
    written = tuple(f"{name.lower()}:{port}" for name in names)
    return (*written, *(name.lower() for name in names)) if port == (443 if secure else 80) else written


def _log_place(given: Path | None, db: str) -> Path:
    """Return where the log of the page lies: beside a database file, else in the present folder."""
    from mingcha.pipeline.store.vaults import file_of

    file = file_of(db)
    place = given or (Path(_LOG) if file is None else file.with_name(_LOG))
    try:
        reserve(place)
    except OSError as error:
        raise UsageError(f"无法写入日志“{place}”：{reason_of(error)}。请用 --log 换一个可写的位置。") from error
    return place


def _refuse_taken(host: str, port: int) -> None:
    """Say that the port is taken, or the address not ours, before anything is opened."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host.strip("[]"), port))
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(
            f"不能在 {host} 的端口 {port} 上提供页面（{reason}）。请关闭占用它的程序，或用 --port 换一个端口。"
        ) from error


def _warn_of_readers(key: Path) -> None:
    if key.exists() and others_may_read(key):
        typer.echo(f"提示：私钥文件“{key}”别人也能读取。请执行 chmod 600 “{key}”。", err=True)


def _office(store: Engine, scheme: str, inputs: Path | None, hosts: tuple[str, ...], *, secure: bool) -> Office:
    from mingcha.corpora.manual_inputs import read_inputs
    from mingcha.corpora.schemebook import load_scheme
    from mingcha.pipeline.integrity import refuse_altered
    from mingcha.pipeline.review.visit import Office
    from mingcha.pipeline.store.queries import load_assessment

    refuse_altered()
    typed = read_inputs(inputs, load_assessment(store).roster) if inputs else {}
    return Office(store, load_scheme(scheme), reasons(), hosts, typed, secure)


def add_user(
    login: Login,
    db: StoreName,
    name: Annotated[str, typer.Option(metavar="NAME", help="姓名，记入每个决定。")],
    administrator: Annotated[bool, typer.Option("--administrator", help="可以管理账号和权限。")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="操作人，记入操作记录。")] = "命令行",
) -> None:
    """新建账号。口令从终端输入（不显示）；也可以从标准输入给出一行。"""
    from mingcha.pipeline.review.passwords import hash_password
    from mingcha.pipeline.store.accounts import Account, add_account

    account = Account(_login(login), name.strip() or login, administrator)
    with opened(db) as store:
        add_account(store, account, hash_password(_password()), by=by)
    typer.echo(f"已新建账号“{account.login}”（{account.name}）。用 mingcha users grant 授权后才能看到材料。")


def list_users(db: StoreName) -> None:
    """列出账号和各自的权限。"""
    from mingcha.pipeline.review.words import ROLES
    from mingcha.pipeline.store.accounts import load_accounts, load_permissions

    with opened(db, must_exist=True) as store:
        accounts, permissions = load_accounts(store), load_permissions(store)
    for account in accounts:
        marks = [word for word, so in (("管理员", account.administrator), ("已停用", account.locked)) if so]
        told = f"（{'、'.join(marks)}）" if marks else ""
        typer.echo(f"{account.login}　{account.name}{told}")
        for one in permissions:
            if one.login == account.login:
                extra = "".join(("，可看廉洁类" * one.may_see_integrity, "，可看谈话人姓名" * one.may_see_names))
                typer.echo(f"　　{one.assessment}：{ROLES[one.role]}{extra}")


def change_password(login: Login, db: StoreName, by: Annotated[str, typer.Option(help="操作人。")] = "命令行") -> None:
    """改一个账号的口令，并让它在各处退出登录。"""
    from mingcha.pipeline.review.passwords import hash_password
    from mingcha.pipeline.store.accounts import change_secret

    with opened(db, must_exist=True) as store:
        change_secret(store, login, hash_password(_password()), by=by)
    typer.echo(f"账号“{login}”的口令已改。")


def grant_right(  # noqa: PLR0913 - one parameter an option
    login: Login,
    db: StoreName,
    assessment: Annotated[str, typer.Option(metavar="NAME", help="考核名称。")],
    role: Annotated[
        str, typer.Option(metavar="ROLE", help="analyst 初核，reviewer 复核，lead 裁定，readonly 只读，none 收回。")
    ],
    integrity: Annotated[bool, typer.Option("--integrity", help="可以看涉及廉洁的表述。")] = False,
    names: Annotated[bool, typer.Option("--names", help="可以看谈话人姓名。")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="操作人。")] = "命令行",
) -> None:
    """给账号授予（或收回）在一次考核中的权限。"""
    from mingcha.pipeline.review.words import ROLES
    from mingcha.pipeline.store.accounts import Permission, grant, revoke

    if role not in (*ROLES, "none"):
        raise UsageError(f"没有角色“{role}”。可写 {'、'.join(ROLES)}，或 none（收回）。")
    with opened(db, must_exist=True) as store:
        if role == "none":
            revoke(store, assessment, login, by=by)
        else:
            grant(store, Permission(assessment, login, role, integrity, names), by=by)  # type: ignore[arg-type]
    typer.echo(f"账号“{login}”在“{assessment}”中：{ROLES.get(role, '没有权限')}。")


def lock_user(
    login: Login,
    db: StoreName,
    open_again: Annotated[bool, typer.Option("--open", help="重新启用。")] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="操作人。")] = "命令行",
) -> None:
    """停用账号，立即退出登录；--open 重新启用。"""
    from mingcha.pipeline.store.accounts import lock_account

    with opened(db, must_exist=True) as store:
        lock_account(store, login, by=by, locked=not open_again)
    typer.echo(f"账号“{login}”已{'启用' if open_again else '停用'}。")


def _login(given: str) -> str:
    login = given.strip()
    if not login or len(login) > 60 or not login.isprintable():
        raise UsageError("登录名应是 1 至 60 个看得见的字符。")
    return login


def _password() -> str:
    """Read a password without showing it, twice at a terminal, or one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("口令", hide_input=True, confirmation_prompt="再输入一次"))
