"""The commands that list what left the system and what of it was cleared since, and note what was taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingcha.pipeline.commands.options import FATAL, OK, StoreName, opened
from mingcha.pipeline.commands.sendings import digest_of
from mingcha.pipeline.reporting.outgoing_words import moment_of, title_of, turn_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.outgoing import Sending, SentFile
    from mingcha.pipeline.store.clearings import Cleared, Passage
    from mingcha.pipeline.store.database import Store

_SHOWN = 20  # passages of a file on the screen
_CLEARED_HELP = "只列发出后又有线索被驳回、更正、撤回或不再产生的，写明是哪几条、由谁决定、是否已重新发出。"
_TO_DO = "！须收回或重新发出：再执行一次同样的 report 或 export，或用 mingcha outgoing recall 记下收回。"
_UNKNOWN_PLACE = "（库里已没有，请按编号在文件中查）"
_TAKEN = "由浏览器取走"
_SAME, _OTHER, _GONE = "与发出时一致", "已改动或被新文件覆盖", "已不在原处"
AssessmentName = Annotated[
    str | None, typer.Option("--assessment", metavar="NAME", help="考核名称；数据库里只有一个时可省略。")
]


def list_outgoing(
    db: StoreName,
    assessment: AssessmentName = None,
    cleared: Annotated[bool, typer.Option("--cleared", help=_CLEARED_HELP)] = False,
    as_json: Annotated[bool, typer.Option("--json", help="写成 JSON，供程序读取。")] = False,
) -> None:
    """列出发出过的报告和导出：何时、何人、给谁、哪些文件；加 --cleared 只列其后有变动、须收回或重新发出的。

    退出码：0 没有须处理的；1 加了 --cleared，且有既未重新发出、也未收回的；2 用法有误。
    """
    from mingcha.pipeline.reporting.content import subject_names
    from mingcha.pipeline.store.clearings import load_cleared
    from mingcha.pipeline.store.queries import load_assessment
    from mingcha.pipeline.store.sendings import load_sendings

    with opened(db, must_exist=True) as store:
        found = load_assessment(store, assessment)
        names = {**subject_names(found), **_categories(store, found.name)}
        after = load_cleared(store, found.name) if cleared else ()
        sendings = () if cleared else load_sendings(store, found.name)
    told = [cleared_record(one) for one in after] + [sending_record(one) for one in sendings]
    lines = [*_cleared_lines(after, names)] if cleared else [line for one in sendings for line in _sending_lines(one)]
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else "\n".join(lines or [_none(cleared)]))
    raise typer.Exit(FATAL if any(one.is_open for one in after) else OK)


def recall_outgoing(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="第几号，见 mingcha outgoing list。")],
    db: StoreName,
    by: Annotated[str, typer.Option(metavar="NAME", help="收回的经办人。")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="怎样收回的，如“纸质件已收回销毁”。")],
    assessment: AssessmentName = None,
) -> None:
    """记下一份发出的材料已经收回；只追加，写进操作记录。"""
    from mingcha.pipeline.store.queries import load_assessment
    from mingcha.pipeline.store.sendings import recall_sending

    with opened(db, must_exist=True) as store:
        found = load_assessment(store, assessment)
        sending = recall_sending(store, found.name, number, by=by.strip(), reason=reason.strip())
    typer.echo(f"已记下第{number}号（{title_of(sending)}）收回，经办人{by.strip()}。")


def sending_record(sending: Sending) -> dict[str, Any]:
    """Return what left as JSON, with the ids of the findings in each file."""
    told = {name: getattr(sending, name) for name in ("number", "at", "by", "kind", "what", "format", "purpose")}
    told |= {"masked": sending.masked, "subjects": list(sending.subjects), "recalled": sending.recalled or None}
    return told | {"files": [_file_record(one) | {"findings": _ids(one)} for one in sending.files]}


def cleared_record(one: Cleared) -> dict[str, Any]:
    """Return a file of which something was cleared, as JSON."""
    told = sending_record(one.sending)
    del told["files"]
    reissue = one.reissue and {"number": one.reissue[0].number, "at": one.reissue[0].at, "path": one.reissue[1].path}
    passages = [_passage_record(each) for each in one.passages]
    return told | {"file": _file_record(one.file), "cleared": passages, "reissued": reissue, "open": one.is_open}


def _ids(file: SentFile) -> list[str]:
    return sorted(finding for ids in file.held.values() for finding in ids)


def _file_record(file: SentFile) -> dict[str, Any]:
    return {"path": file.path, "sha256": file.sha256, "size": file.size, "state": state_of(file)}


def _passage_record(one: Passage) -> dict[str, Any]:
    place = (one.finding.document, one.finding.locator.label) if one.finding else (None, None)
    told = {"finding": one.id, "turn": one.turn, "document": place[0], "place": place[1], "changes": dict(one.changes)}
    return told | {"by": one.by, "at": one.at, "reason": one.reason, "stated": one.stated or None}


def state_of(file: SentFile) -> str:
    """Tell whether a file that was written still lies there as it was."""
    place = Path(file.path)
    if not place.is_absolute():
        return _TAKEN
    try:
        same = place.stat().st_size == file.size and digest_of(place) == file.sha256
    except OSError:
        return _GONE
    return _SAME if same else _OTHER


def _sending_lines(sending: Sending) -> Iterator[str]:
    yield _head(sending)
    yield from (f"　　{file.path}　含线索 {file.count} 条　{state_of(file)}" for file in sending.files)


def _head(sending: Sending) -> str:
    marks = ("给：" + sending.purpose) * bool(sending.purpose), "化名版" * sending.masked
    back = f"已收回（{sending.recalled}）" if sending.recalled else ""
    words = (moment_of(sending.at), sending.by, title_of(sending), *marks, back)
    return f"第{sending.number}号　{'　'.join(word for word in words if word)}"


def _cleared_lines(after: Iterable[Cleared], names: Mapping[str, str]) -> Iterator[str]:
    for one in after:
        yield _head(one.sending)
        yield f"　　{one.file.path}　{state_of(one.file)}　发出后有变动的线索 {len(one.passages)} 条："
        yield from (f"　　　　{_passage_line(each, names)}" for each in one.passages[:_SHOWN])
        if len(one.passages) > _SHOWN:
            yield f"　　　　……另有 {len(one.passages) - _SHOWN} 条，加 --json 全部列出"
        yield f"　　{_handled(one)}"


def _handled(one: Cleared) -> str:
    if one.reissue is not None:
        sending, file = one.reissue
        return f"已重新发出：第{sending.number}号，{moment_of(sending.at)}，{file.path}"
    return "已收回" if one.sending.recalled else _TO_DO


def _passage_line(one: Passage, names: Mapping[str, str]) -> str:
    place = f"《{one.finding.document}》{one.finding.locator.label}" if one.finding else _UNKNOWN_PLACE
    said = f"{one.by}，{moment_of(one.at)}" + (f"，{one.reason}" if one.reason else "")
    stated = f"　本人 {moment_of(one.stated)} 有陈述" if one.stated else ""
    return f"{one.id[:10]}　{place}　{turn_words(one.turn, one.changes, names)}（{said}）{stated}"


def _categories(store: Store, assessment: str) -> Mapping[str, str]:
    from mingcha.pipeline.store.queries import load_glossary

    return load_glossary(store, assessment).names


def _none(cleared: bool) -> str:  # noqa: FBT001 - said in one place
    return "发出的材料里没有后来驳回、更正、撤回的线索。" if cleared else "还没有发出过报告或导出。"
