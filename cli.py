"""The command line: what each command is called. Chinese help, English option names."""

from __future__ import annotations

import io
import sys
from typing import NoReturn

import typer

from mingcha.pipeline.commands.explanations import explain_finding
from mingcha.pipeline.commands.exports import export, import_labels
from mingcha.pipeline.commands.learning import evaluate, train
from mingcha.pipeline.commands.options import FATAL, INTERRUPTED, OK, WRONG_USE
from mingcha.pipeline.commands.rules import check_rules, list_rules
from mingcha.pipeline.commands.runs import run, score
from mingcha.pipeline.commands.scoring import check_schemes, explain_score, list_schemes, what_if
from mingcha.pipeline.commands.texts import show_text
from mingcha.pipeline.commands.verdicts import decide_file, decide_finding
from mingcha.pipeline.errors import MingchaError, UsageError
from mingcha.pipeline.help_pages import Command, Group, usage_message

app = typer.Typer(
    name="mingcha",
    help="明察：读取考核材料，提取实绩证据与风险信号，每一处都能回到原文；软件只提示，结论由人作出。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=Group,
)
explain_app = typer.Typer(help="说明一条线索、一个得分的由来。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
decide_app = typer.Typer(help="记录人工决定，只追加不改写。", no_args_is_help=True, cls=Group, rich_markup_mode=None)
rules_app = typer.Typer(
    help="列出规则，核对和试用本单位的规则。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)
schemes_app = typer.Typer(
    help="列出自带的评分方案，核对它们的算例。", no_args_is_help=True, cls=Group, rich_markup_mode=None
)

import_app = typer.Typer(help="读入在标注工具中复核的结果。", no_args_is_help=True, cls=Group, rich_markup_mode=None)

app.command("run", cls=Command)(run)
app.command("text", cls=Command)(show_text)
app.add_typer(explain_app, name="explain")
explain_app.command("finding", cls=Command)(explain_finding)
explain_app.command("score", cls=Command)(explain_score)
app.add_typer(decide_app, name="decide")
decide_app.command("finding", cls=Command)(decide_finding)
decide_app.command("file", cls=Command)(decide_file)
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
app.command("train", cls=Command)(train)
app.command("evaluate", cls=Command)(evaluate)


def main() -> NoReturn:
    """Run the command line; whatever goes wrong by the user's or the data's fault is one line in Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character must not end the run
    try:
        code = app(prog_name="mingcha", standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except MingchaError as error:
        _end(f"错误：{error}", WRONG_USE if isinstance(error, UsageError) else FATAL)
    except (KeyboardInterrupt, typer.Abort):
        _end("已中断。已完成的文件保存在数据库中，重新运行即可。", INTERRUPTED)
    except Exception as error:
        message = usage_message(error)
        if message is None:
            raise
        _end(message, WRONG_USE)
    sys.exit(code if isinstance(code, int) else OK)


def _end(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
