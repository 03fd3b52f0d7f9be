"""The command line: what each command is called. Chinese help, English option names."""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
from typing import NoReturn

import typer

from mingcha.pipeline.commands.adoption import adopt_model, roll_back
from mingcha.pipeline.commands.clients import add_client, list_clients, revoke_client
from mingcha.pipeline.commands.databases import (
    back_up_database,
    check_database,
    move_database,
    upgrade_database,
    verify_database,
    write_ddl,
)
from mingcha.pipeline.commands.doctor import doctor
from mingcha.pipeline.commands.explanations import explain_finding
from mingcha.pipeline.commands.exports import export, import_labels
from mingcha.pipeline.commands.hearings import add_statement, list_statements
from mingcha.pipeline.commands.learning import evaluate, train
from mingcha.pipeline.commands.masks import make_key, reveal
from mingcha.pipeline.commands.models import compare_models, list_models
from mingcha.pipeline.commands.options import FATAL, INTERRUPTED, OK, WRONG_USE
from mingcha.pipeline.commands.outgoing import list_outgoing, recall_outgoing
from mingcha.pipeline.commands.purging import compact_database, purge_database
from mingcha.pipeline.commands.reports import report
from mingcha.pipeline.commands.reviewing import add_user, change_password, grant_right, list_users, lock_user, review
from mingcha.pipeline.commands.rules import check_rules, list_rules
from mingcha.pipeline.commands.runs import run, score
from mingcha.pipeline.commands.scoring import check_schemes, explain_score, list_schemes, what_if
from mingcha.pipeline.commands.texts import show_text
from mingcha.pipeline.commands.verdicts import decide_file, decide_finding
from mingcha.pipeline.errors import MingchaError, UsageError
from mingcha.pipeline.help_pages import Command, Group, usage_message
from mingcha.pipeline.logs import describe, quiet_screen
from mingcha.pipeline.scratch import private_temp

log = logging.getLogger(__name__)

# How seldom Python looks for cycles (see gc.set_threshold): ten thousands of findings hold none, and each search goes
# through all of them. It cost a run of a thousand files a tenth of its time.
_SELDOM = (50_000, 20, 100)

app = typer.Typer(
    name="mingcha",
    help="明察：读取考核材料，提取实绩证据与风险信号，每一处都能回到原文；软件只提示，结论由人作出。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Group,
)
explain_app = typer.Typer(help="说明一条线索、一个得分的由来。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
decide_app = typer.Typer(help="记录人工决定，只追加不改写。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
statement_app = typer.Typer(
    help="对象本人的陈述和申辩：记录、列出。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)
rules_app = typer.Typer(
    help="列出规则，核对和试用本单位的规则。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)
schemes_app = typer.Typer(
    help="列出自带的评分方案，核对它们的算例。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)

import_app = typer.Typer(help="读入在标注工具中复核的结果。", no_args_is_help=True, cls=Group, rich_markup_mode=None)

users_app = typer.Typer(
    help="审阅页面的账号和权限。口令从终端或标准输入读取，不写在命令里。",
    no_args_is_help=True,
    cls=Group,
    rich_markup_mode=None,
)
clients_app = typer.Typer(
    help="通过接口读取结果的其他系统：登记、列出、作废令牌。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)
model_app = typer.Typer(
    help="从决定中学习的模型：列出、比较、采用、退回。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)
mask_app = typer.Typer(help="化名版报告的密钥和代号的还原。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
db_app = typer.Typer(
    help="管理数据库：查看、升级、备份、搬移、核对、清除。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)

outgoing_app = typer.Typer(
    help="发出过的报告和导出：列出、找出其后有变动的、记下收回。",
    no_args_is_help=True,
    cls=Group,
    rich_markup_mode=None,
)

app.command("run", cls=Command)(run)
app.command("doctor", cls=Command)(doctor)
app.command("text", cls=Command)(show_text)
app.add_typer(explain_app, name="explain")
explain_app.command("finding", cls=Command)(explain_finding)
explain_app.command("score", cls=Command)(explain_score)
app.add_typer(decide_app, name="decide")
decide_app.command("finding", cls=Command)(decide_finding)
decide_app.command("file", cls=Command)(decide_file)
app.add_typer(statement_app, name="statement")
statement_app.command("add", cls=Command)(add_statement)
statement_app.command("list", cls=Command)(list_statements)
app.add_typer(rules_app, name="rules")
rules_app.command("check", cls=Command)(check_rules)
rules_app.command("list", cls=Command)(list_rules)
app.command("score", cls=Command)(score)
app.command("what-if", cls=Command)(what_if)
app.add_typer(schemes_app, name="schemes")
schemes_app.command("list", cls=Command)(list_schemes)
schemes_app.command("check", cls=Command)(check_schemes)
app.command("export", cls=Command)(export)
app.add_typer(import_app, name="import")
import_app.command("labels", cls=Command)(import_labels)
app.command("review", cls=Command)(review)
app.add_typer(users_app, name="users")
users_app.command("add", cls=Command)(add_user)
users_app.command("list", cls=Command)(list_users)
users_app.command("password", cls=Command)(change_password)
users_app.command("grant", cls=Command)(grant_right)
users_app.command("lock", cls=Command)(lock_user)
app.add_typer(clients_app, name="clients")
clients_app.command("add", cls=Command)(add_client)
clients_app.command("list", cls=Command)(list_clients)
clients_app.command("revoke", cls=Command)(revoke_client)
app.command("report", cls=Command)(report)
app.add_typer(outgoing_app, name="outgoing")
outgoing_app.command("list", cls=Command)(list_outgoing)
outgoing_app.command("recall", cls=Command)(recall_outgoing)
app.add_typer(mask_app, name="mask")
mask_app.command("key", cls=Command)(make_key)
mask_app.command("reveal", cls=Command)(reveal)
app.command("train", cls=Command)(train)
app.add_typer(model_app, name="model")
model_app.command("list", cls=Command)(list_models)
model_app.command("compare", cls=Command)(compare_models)
model_app.command("adopt", cls=Command)(adopt_model)
model_app.command("rollback", cls=Command)(roll_back)
app.command("evaluate", cls=Command)(evaluate)

app.add_typer(db_app, name="db")
db_app.command("check", cls=Command)(check_database)
db_app.command("upgrade", cls=Command)(upgrade_database)
db_app.command("backup", cls=Command)(back_up_database)
db_app.command("move", cls=Command)(move_database)
db_app.command("verify", cls=Command)(verify_database)
db_app.command("ddl", cls=Command)(write_ddl)
db_app.command("purge", cls=Command)(purge_database)
db_app.command("compact", cls=Command)(compact_database)


def main() -> NoReturn:
    """Run the command line; whatever goes wrong by the user's or the data's fault is one line in Chinese.

    What it writes only its owner can read, and its temporary files lie in a folder that the next start removes.
    """
    os.umask(0o077)
    gc.set_threshold(*_SELDOM)
    _calculate_in_one_thread()
    quiet_screen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character must not end the run
    try:
        with private_temp():
            code = app(prog_name="mingcha", standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except MingchaError as error:
        _end(f"错误：{error}", WRONG_USE if isinstance(error, UsageError) else FATAL)
    except (KeyboardInterrupt, typer.Abort):
        _end("已中断。已完成的文件保存在数据库中，重新运行即可。", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: told without what was worked on
        message = usage_message(error)
        if message is None:
            _end_broken(error)
        _end(message, WRONG_USE)
    sys.exit(code if isinstance(code, int) else OK)


def _end_broken(error: Exception) -> NoReturn:
    """End by a mistake of ours: the screen and the log say where it happened, and nothing of what was worked on."""
    if logging.getLogger().handlers:
        log.critical("ended by an error", exc_info=error)
    _end("\n　".join(("内部错误，没有完成。已完成的部分不受影响；请把下面几行交给技术支持。", *describe(error))), FATAL)


def _calculate_in_one_thread() -> None:
    """Keep numpy's libraries, and those of the workers, to one thread unless told otherwise.

    Our matrices are small: a second thread only waits for the first, which takes twice the processor's time. numpy
    reads these names when it is first imported, so this comes before.
    """
    for library in ("OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
