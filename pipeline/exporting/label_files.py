"""Files that annotation tools give back, read as marks on documents; what is no such file is refused with its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.exporting.labels import Label, Opinion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Tool = Literal["label-studio", "doccano"]
_Shape = TypeVar("_Shape", bound=BaseModel)

_FOREIGN = "这个文件不是由 mingcha export 导出后标注的，无法对回线索。请用 mingcha export 导出，标注后再导入"


class _Lenient(BaseModel):
    """Part of a file that a tool wrote: fields that we do not read may be there or not."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Stood(_Lenient):
    """Where a finding stands in the text (code points), and how it stood at the export."""

    start: int
    end: int
    category: str
    verdict: Opinion | None = None
    status: str | None = None
    subject: str | None = None

    @property
    def span(self) -> Span:
        """The place."""
        return Span(self.start, self.end)

    @property
    def label(self) -> Label:
        """What may be decided about it."""
        return Label(self.category, self.verdict, self.status, self.subject)


class Origin(_Lenient):
    """What an exported document bears to be found again."""

    exported_at: str
    assessment: str
    document: str
    sha256: str
    findings: dict[str, Stood]


class Value(_Lenient):
    """The value of one part of a region; ``text`` is a list where somebody typed it."""

    start: int
    end: int
    text: str | list[str] | None = None
    labels: list[str] = Field(default_factory=list)
    choices: list[str] = Field(default_factory=list)


class Part(_Lenient):
    """One part of a region of Label Studio."""

    id: str = ""
    from_name: str = ""
    value: Value


class Annotation(_Lenient):
    """One person's annotation of a task."""

    result: list[dict[str, Any]]
    was_cancelled: bool = False


class TaskData(_Lenient):
    """The data of a task."""

    text: str
    mingcha: Origin


class Task(_Lenient):
    """A task of Label Studio."""

    data: TaskData
    annotations: list[Annotation] = Field(default_factory=list)


class Line(_Lenient):
    """A line of doccano; newer versions call the text ``text``, the spans ``label`` or ``labels``."""

    text: str
    mingcha: str
    label: list[tuple[int, int, str]] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Given:
    """A document as a tool gave it back: ``parts`` for Label Studio, ``None`` where nobody annotated it; or ``spans``.

    ``where`` names its place in the file in messages.
    """

    where: str
    origin: Origin
    text: str
    parts: tuple[Part, ...] | None = None
    spans: tuple[tuple[int, int, str], ...] | None = None


def read_labels(path: Path, tool: Tool) -> Iterator[Given]:
    """Yield the documents of a file; raise DataError for what *tool* did not write from an export of ours."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}：无法读取（{error.strerror}）。请确认文件存在、能够打开。") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}：不是 UTF-8 编码。请从标注工具重新导出。") from error
    return _tasks(path, text) if tool == "label-studio" else _lines(path, text)


def _tasks(path: Path, text: str) -> Iterator[Given]:
    tasks = _parsed(text, str(path))
    if not isinstance(tasks, list):
        raise DataError(f"{path}：应是任务的列表。请在 Label Studio 中选择导出格式 JSON（不是 JSON-MIN、CSV）。")
    for number, task in enumerate(tasks, 1):
        where = f"{path} 第{number}个任务"
        if isinstance(task, dict) and "data" not in task:
            raise DataError(f"{where}：没有 data。请在 Label Studio 中选择导出格式 JSON（不是 JSON-MIN、CSV）。")
        shaped = _shaped(Task, task, where)
        done = [one.result for one in shaped.annotations if not one.was_cancelled]
        yield Given(where, shaped.data.mingcha, shaped.data.text, parts=_parts(done, where))


def _parts(done: list[list[dict[str, Any]]], where: str) -> tuple[Part, ...] | None:
    """Return the parts of the one annotation there is; whose opinion counts among several is not for us to choose."""
    if not done:
        return None
    if any(result != done[0] for result in done):
        cause = f"有{len(done)}份互不相同的标注，无法判断以哪一份为准"
        raise DataError(f"{where}：{cause}。请在 Label Studio 中只保留一份，重新导出。")
    return tuple(_shaped(Part, part, where) for part in done[0] if "value" in part)


def _lines(path: Path, text: str) -> Iterator[Given]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{path} 第{number}行"
            row = _parsed(line, where)
            shaped = _shaped(Line, _renamed(row) if isinstance(row, dict) else row, where)
            origin = _shaped(Origin, _parsed(shaped.mingcha, where), where)
            yield Given(where, origin, shaped.text, spans=tuple(shaped.label))


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a line with the names of the newest doccano, and its spans as tuples."""
    text = row.get("text", row.get("data"))
    spans = row.get("label", row.get("labels", row.get("entities"))) or []
    return row | {"text": text, "label": [_span(span) for span in spans] if isinstance(spans, list) else spans}


def _span(span: object) -> object:
    if isinstance(span, dict):
        return tuple(span.get(name) for name in ("start_offset", "end_offset", "label"))
    return tuple(span) if isinstance(span, list) else span


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}：不是合法的 JSON。请从标注工具重新导出，不要手工修改。") from error


def _shaped(shape: type[_Shape], value: object, where: str) -> _Shape:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        place = ".".join(str(name) for name in error.errors()[0]["loc"]) or "整条"
        if place.startswith(("mingcha", "data.mingcha")):
            raise DataError(f"{where}：{_FOREIGN}。") from error
        raise DataError(f"{where}：{place} 缺失或不是应有的样子。请从标注工具重新导出，不要手工修改。") from error
