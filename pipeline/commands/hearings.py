"""The commands that take down what the assessed say of what was found, and list it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingcha.pipeline.commands.options import StoreName, opened
from mingcha.pipeline.errors import UsageError

AssessmentName = Annotated[
    str | None, typer.Option("--assessment", metavar="NAME", help="考核名称；数据库里只有一个时可省略。")
]


def add_statement(  # noqa: PLR0913 - one parameter an option
    db: StoreName,
    subject: Annotated[str, typer.Option(metavar="SUBJECT", help="陈述人：对象的编号或姓名。")],
    by: Annotated[str, typer.Option(metavar="NAME", help="记录这份陈述的人。")],
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="陈述的原话。")] = None,
    file: Annotated[Path | None, typer.Option(metavar="TXT", help="陈述写在这个文本文件里（UTF-8）。")] = None,
    finding: Annotated[str, typer.Option(metavar="ID", help="针对哪条线索；不写则针对全部内容。")] = "",
    assessment: AssessmentName = None,
) -> None:
    """记录对象本人的陈述和申辩：只追加，写进操作记录；以后的说明材料和画像里都有。"""
    from mingcha.pipeline.commands.cases import chosen_subject
    from mingcha.pipeline.findings import Answer
    from mingcha.pipeline.store.hearings import append_answer
    from mingcha.pipeline.store.queries import load_assessment

    if (text is None) == (file is None):
        raise UsageError("陈述的内容请写在 --text 或 --file 中，只用一个。")
    words = text if file is None else _read(file)
    with opened(db, must_exist=True) as store:
        found = load_assessment(store, assessment)
        who = chosen_subject(subject, found.roster)
        kept = append_answer(store, found.name, Answer(who.id, finding, words or "", by.strip()))
    typer.echo(f"已记录“{who.name}”的陈述，针对{_about(kept.finding)}（记录人：{kept.by}）。")


def list_statements(db: StoreName, assessment: AssessmentName = None) -> None:
    """列出对象本人的陈述和申辩。"""
    from mingcha.pipeline.reporting.content import subject_names
    from mingcha.pipeline.store.hearings import load_answers
    from mingcha.pipeline.store.queries import load_assessment

    with opened(db, must_exist=True) as store:
        found = load_assessment(store, assessment)
        answers = load_answers(store, found.name)
    names = subject_names(found)
    for one in answers:
        about = f"{names.get(one.subject, one.subject)}，针对{_about(one.finding)}，记录人{one.by}"
        typer.echo(f"{one.at[:16].replace('T', ' ')} {about}：{' '.join(one.text.split())}")
    if not answers:
        typer.echo("没有记录本人陈述。")


def _about(finding: str) -> str:
    return f"线索 {finding}" if finding else "全部内容"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"陈述文件“{file}”读不了。请核对路径，并另存为 UTF-8 的文本文件。") from error
