"""The options of a run that name a second reader, and what is said where it does not answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from mingcha.models.second_reader import ReaderSettings
    from mingcha.pipeline.job import Summary

REPLIES = "reader"  # the folder in the output that keeps the answers
_READER_HELP = (
    "第二读者：本机或内部网络里语言模型的地址（OpenAI 接口），如 http://127.0.0.1:8080/v1；"
    "只读句子模型拿不准的句子，见 docs/管理员手册.md。默认不用。"
)
ReaderUrl = Annotated[str | None, typer.Option("--reader", metavar="URL", help=_READER_HELP)]
_NAME_HELP = "第二读者的模型名称；服务器上只有一个模型时可省略。"
ReaderModel = Annotated[str | None, typer.Option("--reader-model", metavar="NAME", help=_NAME_HELP)]


def engage(url: str | None, model: str | None, out: Path, *, engine: str | None) -> ReaderSettings | None:
    """Return the second reader that is asked for; ``None`` where none is, or where it does not answer, which is said.

    Raise ``UsageError`` where it may not be asked: outside the private network, or by the workers of a cluster.
    """
    if url is None:
        if model is not None:
            raise UsageError("--reader-model 要和 --reader 同用。请用 --reader 写明第二读者的地址，或去掉这个选项。")
        return None
    if engine:
        raise UsageError("--reader 和 --engine 不能同用：集群的各台机器未必连得到第二读者。请去掉其中一个。")
    return _engaged(url, model, out)


def _engaged(url: str, model: str | None, out: Path) -> ReaderSettings | None:
    from mingcha.models.reader_address import address_of
    from mingcha.models.reader_calls import SilenceError
    from mingcha.models.second_reader import ReaderSettings, name_model

    address = address_of(url)
    try:
        name = name_model(address, model)
    except SilenceError as error:
        typer.echo(
            f"提示：第二读者“{url}”没有应答（{error}）。这次运行不用它，其余照常。"
            "请确认它已启动、地址写到 /v1 为止，再重新运行。",
            err=True,
        )
        return None
    return ReaderSettings(address, name, out.absolute() / REPLIES)


def is_short_of(url: str | None, second: ReaderSettings | None, summary: Summary) -> bool:
    """Tell whether a second reader was asked for and did not answer, or not everything; say so of the latter."""
    unanswered = summary.consulted.unanswered
    if unanswered:
        typer.echo(
            f"提示：第二读者有 {unanswered} 句没有答（停了、太慢，或答得不合接口），这些句子按没有第二读者判断。"
            "排除故障后用同样的命令加上 --resume 重新运行：答过的不再问。",
            err=True,
        )
    return url is not None and (second is None or unanswered > 0)
