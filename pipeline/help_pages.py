"""Help pages and usage errors of the command line in Chinese; option names stay English."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_CONTEXT: type[Any] = TyperCommand.context_class
_FORMATTER: type[Any] = _CONTEXT.formatter_class
_UsageError: type[Any] = typer.BadParameter.__mro__[1]

_WORDS = {
    "Options": "选项",
    "Arguments": "参数",
    "Commands": "命令",
    "[required]": "［必填］",
    "Show this message and exit.": "显示本说明。",
    "[default: ": "［默认：",
    "x>=0]": "不小于 0］",
    "Install completion for the current shell.": "为当前的命令行环境装上按 Tab 键补全（bash、zsh、fish、PowerShell）。",
    "Show completion for the current shell, to copy it or customize the installation.": "显示补全脚本，供自行安装。",
    "]": "］",
}


class _Formatter(_FORMATTER):  # type: ignore[misc]
    """Write the fixed words of a help page in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        words = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]")
        super().write_usage(prog, words, "用法：")

    @contextmanager
    def section(self, name: str) -> Generator[None]:
        with super().section(_WORDS.get(name, name)):
            yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(first, _translated(second)) for first, second in rows], col_max, col_spacing)


def _translated(words: str) -> str:
    for english, chinese in _WORDS.items():
        words = words.replace(english, chinese)
    return words.replace("; 不小于", "，不小于")


class _Context(_CONTEXT):  # type: ignore[misc]
    formatter_class = _Formatter


class Command(TyperCommand):
    """A command with a Chinese help page."""

    context_class = _Context


class Group(TyperGroup):
    """A group of commands with a Chinese help page."""

    context_class = _Context


def usage_message(error: Exception) -> str | None:
    """Return what is wrong with a call in Chinese, or ``None`` where *error* is no usage error."""
    if not isinstance(error, _UsageError):
        return None
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return str(error.format_message())
    name = getattr(error, "option_name", None) or _name_of(getattr(error, "param", None))
    message = str(error.format_message())
    cause = _CAUSES.get(kind, _UNKNOWN).format(name=name, words=_quoted(message), bounds=_bounds(message))
    path = error.ctx.command_path if error.ctx else "mingcha"
    return f"用法有误：{cause}。{_question(error)}运行 {path} --help 查看用法。"


_UNKNOWN = "不认识或多余的内容 {words}"
_CAUSES = {
    "MissingParameter": "缺少 {name}",
    "NoSuchOption": "没有 {name} 这个选项",
    "BadParameter": "{name} 的值不合要求{bounds}",
    "BadOptionUsage": "选项 {name} 后面缺少内容",
}


def _quoted(message: str) -> str:
    """Return the user's own words out of an English message, which stand in quotes or brackets."""
    unknown = re.match(r"No such command '([^']+)'", message)
    words = re.findall(r"'([^']+)'|\(([^()]{2,}|[^s])\)", message)
    return unknown[1] if unknown else "".join(words[-1]) if words else ""


def _question(error: Any) -> str:
    """Return what a misspelt command or option may have meant, as a question."""
    near = getattr(error, "possibilities", None) or re.findall(r"Did you mean '([^']+)'", error.format_message())
    return f"是否想写 {' 或 '.join(near)}？" if near else ""


def _bounds(message: str) -> str:
    """Return what kind of number an option wants; empty where it wants something else."""
    limit = re.search(r"(less|greater) than or equal to (\d+)", message)
    if limit:
        return f"，应{'不大于' if limit[1] == 'less' else '不小于'} {limit[2]}"
    return "，应是整数" if "integer" in message else "，应是数" if "number" in message else ""


def _name_of(parameter: Any) -> str:
    if parameter is None:
        return "参数"
    return str(parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar or parameter.name)
