"""The commands that give results to other programs and take reviewed labels back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingcha.pipeline.commands.options import DB_HELP, SOME_UNREAD, StoreName, now, opened
from mingcha.pipeline.commands.sendings import Clerk, Purpose, clerk_of, keep_sending, sent_file
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from mingcha.pipeline.exporting.exports import Exported, Request
    from mingcha.pipeline.exporting.intake import Intake

_FORMATS = "csv|xlsx|parquet|jsonl|label-studio|doccano|docbin|personnel"
_WHATS = "findings|facts|scores|quantities|documents|decisions"
_FOR_FINDINGS = ("label-studio", "doccano", "docbin")
_TOOLS = {"label-studio": "Label Studio", "doccano": "doccano"}


@dataclass(frozen=True, slots=True)
class Note:
    """What the record says of an export beside the export itself: for whom and what for, and who made it."""

    purpose: str
    by: str


OffsetUnits = Annotated[
    str | None,
    typer.Option("--offsets", metavar="code-points|utf-16", help="标注工具怎样数字符；默认按各工具的通行版本。"),
]


def export(  # noqa: PLR0913 - one parameter an option
    format_: Annotated[str, typer.Option("--format", metavar=_FORMATS, help="写成哪种格式。")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="写到哪个文件；personnel 写到哪个文件夹。")],
    db: Annotated[str | None, typer.Option("--db", metavar="URL", help=DB_HELP)] = None,
    what: Annotated[str | None, typer.Option(metavar=_WHATS, help="导出什么，默认 findings（线索）。")] = None,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称；数据库里只有一个时可省略。")] = None,
    superseded: Annotated[bool, typer.Option("--superseded", help="也导出已停用的线索、较早的评分。")] = False,
    offsets: OffsetUnits = None,
    grades: Annotated[Path | None, typer.Option(metavar="FILE", help="personnel：最终等次表（CSV 或 xlsx）。")] = None,
    rewards: Annotated[Path | None, typer.Option(metavar="FILE", help="personnel：奖惩表（CSV 或 xlsx）。")] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="TOML", help="personnel：人事库对照文件。")] = None,
    purpose: Purpose = "",
    by: Clerk = None,
) -> None:
    """把数据库里的结果导出给别的软件；或把人已确定的等次写成人事库的表（personnel）。"""
    _check_one_of("--format", format_, _FORMATS)
    if format_ == "personnel":
        given = {"--db": db, "--what": what, "--assessment": assessment, "--offsets": offsets, "--by": by}
        _check_only_people(given=given | {"--for": purpose or None})
        _export_personnel(out, grades, rewards, mapping)
        return
    if grades or rewards or mapping:
        raise UsageError("--grades、--rewards、--mapping 只用于 --format personnel。请去掉，或改写格式。")
    request = _request(format_, what, out, offsets)
    exported = _export(db, (assessment, superseded), request, Note(purpose.strip(), clerk_of(by)))
    unit = "份材料" if format_ in _FOR_FINDINGS else "行" if format_ != "jsonl" else "条"
    typer.echo(f"已导出 {exported.count} {unit}：{'、'.join(map(str, exported.files))}")


def import_labels(  # noqa: PLR0913 - one parameter an option
    file: Annotated[Path, typer.Argument(metavar="FILE", help="从标注工具导出的文件。")],
    db: StoreName,
    format_: Annotated[str, typer.Option("--format", metavar="label-studio|doccano", help="哪种标注工具。")],
    by: Annotated[str, typer.Option(metavar="NAME", help="作出这些决定的人。")],
    offsets: OffsetUnits = None,
    deleted: Annotated[
        str, typer.Option(metavar="leave|reject", help="被删去的标注：不作决定，或作为驳回。")
    ] = "leave",
) -> None:
    """把在标注工具中复核的结果作为决定写入：全部写入，或一条也不写；重复导入不会重复写入。"""
    from mingcha.pipeline.exporting.exports import UNITS
    from mingcha.pipeline.exporting.intake import Reviewer
    from mingcha.pipeline.exporting.label_import import import_labels as take_labels

    _check_one_of("--format", format_, "|".join(_TOOLS))
    _check_one_of("--deleted", deleted, "leave|reject")
    if not by.strip():
        raise UsageError("--by 不能空着。请写明作出这些决定的人。")
    units: Any = _units(offsets) or UNITS[format_]
    tool: Any = format_
    reviewer = Reviewer(by.strip(), _TOOLS[format_], now(), reject_deleted=deleted == "reject")
    with opened(db, must_exist=True) as store:
        taken = take_labels(store, file, tool, units, reviewer)
    typer.echo("\n".join(_told(taken)))
    if taken.left_out:
        raise typer.Exit(SOME_UNREAD)


def _request(format_: str, what: str | None, out: Path, offsets: str | None) -> Request:
    from mingcha.pipeline.exporting.exports import Request

    chosen: Any = what or "findings"
    _check_one_of("--what", chosen, _WHATS)
    if format_ in _FOR_FINDINGS and chosen != "findings":
        raise UsageError(f"{format_} 只能导出线索（findings）。请去掉 --what，或改用 csv、xlsx、parquet、jsonl。")
    if offsets and format_ not in _TOOLS:
        raise UsageError("--offsets 只用于 label-studio 和 doccano。请去掉。")
    units: Any = _units(offsets)
    named: Any = format_
    return Request(chosen, named, out, units)


def _export(db: str | None, chosen: tuple[str | None, bool], request: Request, note: Note) -> Exported:
    """Write what is asked for of the chosen assessment, superseded findings too or not, and put it on record."""
    from mingcha.pipeline.exporting.content import scope_of
    from mingcha.pipeline.exporting.exports import export as write
    from mingcha.pipeline.outgoing import Sending, held_by

    if db is None:
        raise UsageError("没有写明 --db。请写数据库文件的路径，如 --db out/mingcha.db。")
    assessment, superseded = chosen
    with opened(db, must_exist=True) as store:
        scope = scope_of(store, assessment, superseded=superseded, at=now())
        exported = write(store, scope, request)
        held = held_by(exported.carried)
        files = tuple(sent_file(file, {} if file in exported.beside else held) for file in exported.files)
        act = Sending("export", request.what, request.format, files, purpose=note.purpose, by=note.by)
        keep_sending(store, scope.assessment, replace(act, decisions=exported.decisions))
    return exported


def _export_personnel(out: Path, grades: Path | None, rewards: Path | None, mapping: Path | None) -> None:
    from mingcha.corpora.decided_grades import read_grades, read_rewards
    from mingcha.corpora.personnel_mapping import SHIPPED, read_mapping
    from mingcha.pipeline.exporting.personnel_files import write_personnel
    from mingcha.pipeline.personnel import persons_of

    if grades is None and rewards is None:
        raise UsageError("没有写明 --grades（最终等次表）或 --rewards（奖惩表）。人事库导出只写人已经确定的内容。")
    today = datetime.fromisoformat(now()).date()
    fields = read_mapping(mapping or SHIPPED)
    given = read_grades(grades, today=today) if grades else ()
    granted = read_rewards(rewards, today=today) if rewards else ()
    persons = persons_of(given, granted, fields)
    files = write_personnel(out, persons, fields)
    tables = "、".join(file.name for file in files if file.suffix == ".csv")
    typer.echo(f"已写出 {len(persons)} 人：等次 {len(given)} 条、奖惩 {len(granted)} 条。{out}：{tables}、lrmx 文件夹")


def _check_only_people(*, given: dict[str, str | None]) -> None:
    if strange := [name for name, value in given.items() if value is not None]:
        raise UsageError(
            "人事库导出不从数据库取任何内容：线索、得分、建议等次都不能写入人事库，只写 --grades、--rewards 中"
            f"人已确定的等次和奖惩。请去掉 {'、'.join(strange)}。"
        )


def _check_one_of(option: str, value: str, known: str) -> None:
    if value not in known.split("|"):
        raise UsageError(f"{option} 没有“{value}”这一种。可写：{known.replace('|', '、')}。")


def _units(offsets: str | None) -> str | None:
    if offsets is not None:
        _check_one_of("--offsets", offsets, "code-points|utf-16")
    return offsets


def _told(taken: Intake) -> list[str]:
    verdicts = [decision.verdict for decision in taken.decisions]
    counts = f"确认 {verdicts.count('confirm')}、驳回 {verdicts.count('reject')}、更正 {verdicts.count('change')}"
    lines = [
        f"已写入 {len(verdicts)} 条决定（{counts}）。",
        f"与库中现有决定相同 {taken.known} 处，标注时没有改动 {taken.untouched} 处。",
    ]
    if taken.deleted:
        lines.append(f"在标注工具中删去 {taken.deleted} 处；默认不作决定，要作为驳回请加 --deleted reject。")
    if taken.left_out:
        lines.append(f"有 {len(taken.left_out)} 处没有导入，请在复核页面处理：")
        lines += [f"  {words}" for words in taken.left_out]
    return lines if not verdicts else [*lines, "运行 mingcha score 重新计分。"]
