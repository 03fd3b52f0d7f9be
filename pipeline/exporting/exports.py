"""One export: what is asked for, drawn from the store at one moment and written in one format."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.exporting import doccano, label_studio
from mingcha.pipeline.exporting.columns import COLUMNS, TITLES
from mingcha.pipeline.exporting.content import draw
from mingcha.pipeline.exporting.csv_files import write_csv
from mingcha.pipeline.exporting.docbins import write_docbins
from mingcha.pipeline.exporting.json_files import write_lines, write_list
from mingcha.pipeline.exporting.labels import category_names
from mingcha.pipeline.exporting.parquet_files import write_parquet
from mingcha.pipeline.exporting.places import replacing
from mingcha.pipeline.exporting.tables import lines_of, rows_for_programs, rows_for_readers
from mingcha.pipeline.exporting.workbooks import Layout, write_workbook
from mingcha.pipeline.store.forms import exported_forms, last_decision
from mingcha.pipeline.store.streams import snapshot, stream_labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from mingcha.pipeline.exporting.content import What
    from mingcha.pipeline.exporting.offsets import Units
    from mingcha.pipeline.exporting.records import Record, Scope
    from mingcha.pipeline.exporting.tables import Cell
    from mingcha.pipeline.outgoing import Form

Format = Literal["csv", "xlsx", "parquet", "jsonl", "label-studio", "doccano", "docbin"]

_TABLES = frozenset({"csv", "xlsx", "parquet", "jsonl"})  # the others hold whole texts with the findings in them

# How each tool counts the places in a text.
UNITS: Mapping[str, Units] = {"label-studio": "code-points", "doccano": "utf-16"}


@dataclass(frozen=True, slots=True)
class Request:
    """What to export, how, and where to; ``units`` is how a tool counts, if not as usual."""

    what: What
    format: Format
    place: Path
    units: Units | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """How many records were written (documents for annotation tools and spaCy), and into which files.

    ``beside`` are those of the files that only set a tool up. ``carried`` is how the findings stood that are in the
    others, by id, ``decisions`` the number of the last decision at that moment.
    """

    count: int
    files: tuple[Path, ...]
    beside: tuple[Path, ...] = ()
    carried: Mapping[str, Form] = field(default_factory=dict)
    decisions: int = 0


def export(store: Engine, scope: Scope, request: Request) -> Exported:
    """Write what is asked for; memory stays flat, and what is written appears whole or not at all."""
    with snapshot(store) as connection:
        written = _WRITERS[request.format](connection, scope, request)
        what = request.what if request.format in _TABLES else "texts"
        carried = exported_forms(connection, scope.assessment, what, superseded=scope.superseded)
        return replace(written, carried=carried, decisions=last_decision(connection, scope.assessment))


def _csv(connection: Connection, scope: Scope, request: Request) -> Exported:
    rows = rows_for_readers(_drawn(connection, scope, request), COLUMNS[request.what], scope.names)
    return Exported(write_csv(request.place, COLUMNS[request.what], rows), (request.place,))


def _xlsx(connection: Connection, scope: Scope, request: Request) -> Exported:
    columns = COLUMNS[request.what]
    rows = rows_for_readers(_drawn(connection, scope, request), columns, scope.names)
    layout = Layout(TITLES[request.what], _notes(scope, request))
    return Exported(write_workbook(request.place, columns, rows, layout), (request.place,))


def _parquet(connection: Connection, scope: Scope, request: Request) -> Exported:
    columns = COLUMNS[request.what]
    rows: Iterator[tuple[Cell, ...]] = rows_for_programs(_drawn(connection, scope, request), columns)
    return Exported(write_parquet(request.place, columns, rows), (request.place,))


def _jsonl(connection: Connection, scope: Scope, request: Request) -> Exported:
    return Exported(write_lines(request.place, draw(connection, request.what, scope)), (request.place,))


def _label_studio(connection: Connection, scope: Scope, request: Request) -> Exported:
    names, units = category_names(scope.names), request.units or UNITS["label-studio"]
    documents = stream_labelled(connection, scope.assessment)
    count = write_list(request.place, (label_studio.task_of(document, scope, names, units) for document in documents))
    beside = _beside(request.place, "interface.xml", label_studio.interface_of(names))
    return Exported(count, (request.place, beside), (beside,))


def _doccano(connection: Connection, scope: Scope, request: Request) -> Exported:
    names, units = category_names(scope.names), request.units or UNITS["doccano"]
    documents = stream_labelled(connection, scope.assessment)
    count = write_lines(request.place, (doccano.line_of(document, scope, names, units) for document in documents))
    beside = _beside(request.place, "labels.json", doccano.label_types(names))
    return Exported(count, (request.place, beside), (beside,))


def _docbin(connection: Connection, scope: Scope, request: Request) -> Exported:
    return Exported(*write_docbins(request.place, stream_labelled(connection, scope.assessment), scope))


def _drawn(connection: Connection, scope: Scope, request: Request) -> Iterator[Record]:
    """Yield the records that become rows: a scorecard gives one for each line of its ledger."""
    records = draw(connection, request.what, scope)
    return lines_of(records) if request.what == "scores" else records


def _beside(place: Path, ending: str, text: str) -> Path:
    """Write what the tool needs besides the data next to it."""
    beside = place.with_name(f"{place.stem}.{ending}")
    with replacing(beside) as part:
        part.write_text(text, encoding="utf-8")
    return beside


def _notes(scope: Scope, request: Request) -> tuple[tuple[str, str], ...]:
    return (
        ("考核", scope.assessment),
        ("内容", TITLES[request.what] + ("（含已停用的）" if scope.superseded else "")),
        ("导出时间", scope.at),
        ("怎样看待", "线索是软件的提示，不是结论；以“决定”一栏中人工作出的决定为准，“决定”为空的尚未经人核实。"),
        ("位置", "起点、终点以字符计，从 0 数起，含起点不含终点。"),
        ("特殊字符", "控制字符写成对应的图形（如 ␀），一格放不下的文字在末尾注明；逐字的原文请导出 jsonl。"),
    )


_WRITERS: Mapping[Format, Callable[[Connection, Scope, Request], Exported]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "jsonl": _jsonl,
    "label-studio": _label_studio,
    "doccano": _doccano,
    "docbin": _docbin,
}
