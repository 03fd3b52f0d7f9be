"""Tables for people and programs: every file is opened again with the reader it is made for."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.exporting.cells import LONGEST, neutral, original, printable, shortened
from mingcha.pipeline.exporting.columns import COLUMNS
from mingcha.pipeline.exporting.content import What, scope_of
from mingcha.pipeline.exporting.csv_files import write_csv
from mingcha.pipeline.exporting.exports import Format, Request, export
from mingcha.pipeline.exporting.json_files import write_lines, written
from mingcha.pipeline.exporting.parquet_files import write_parquet
from mingcha.pipeline.exporting.tables import Column
from mingcha.pipeline.exporting.workbooks import MOST_ROWS, Layout, write_workbook
from mingcha.pipeline.store import streams

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mingcha.pipeline.findings import Finding

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "export"
WHATS: tuple[What, ...] = get_args(What)
TEXT = Column("text", "原文")


def exported(engine: Engine, case: str, what: What, format_: Format, place: Path, *, superseded: bool = False) -> Path:
    export(engine, scope_of(engine, case, superseded=superseded), Request(what, format_, place))
    return place


def lines(engine: Engine, case: str, what: What, place: Path, *, superseded: bool = False) -> list[dict[str, Any]]:
    path = exported(engine, case, what, "jsonl", place, superseded=superseded)
    return [json.loads(line) for line in path.read_bytes().decode().split("\n") if line]


@pytest.mark.parametrize("what", WHATS)
def test_every_line_of_json_keeps_its_schema(engine: Engine, case: str, tmp_path: Path, what: What) -> None:
    schema = json.loads((SCHEMAS / f"{what}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    found = lines(engine, case, what, tmp_path / "x.jsonl")
    assert found
    for record in found:
        jsonschema.validate(record, schema)
        assert record["assessment"] == case


def test_schemas_refuse_what_is_no_export(engine: Engine, case: str, tmp_path: Path) -> None:
    for what in WHATS:
        schema = json.loads((SCHEMAS / f"{what}.schema.json").read_text(encoding="utf-8"))
        record = lines(engine, case, what, tmp_path / "x.jsonl")[0]
        for wrong in (record | {"more": 1}, {name: record[name] for name in list(record)[1:]}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(wrong, schema)


@pytest.mark.parametrize("what", ["findings", "quantities"])
def test_an_export_tells_every_field_that_a_run_tells(what: str) -> None:
    run, out = (json.loads((place / f"{what}.schema.json").read_text("utf-8")) for place in (SCHEMAS.parent, SCHEMAS))
    assert set(run["properties"]) < set(out["properties"])


def test_findings_come_as_people_left_them(
    engine: Engine, case: str, findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    found = {record["id"]: record for record in lines(engine, case, "findings", tmp_path / "x.jsonl")}
    assert set(found) == {one.id for one in findings}
    confirmed, changed, rejected, untouched, _ = (found[one.id] for one in findings)
    assert confirmed["decision"] == {
        "verdict": "confirm",
        "by": "王某",
        "at": "2024-03-02T10:00:00+08:00",
        "reason": "已核对",
    }
    assert (changed["decision"]["verdict"], changed["subject"], changed["subject_name"]) == ("change", "P02", "=何春燕")
    assert changed["detected"] == {"category": "inaction", "status": "reported", "subject": "P01"}
    assert rejected["decision"]["reason"] == "施工方\x00的事"
    assert untouched["decision"] is None
    assert untouched["detected"] is None
    assert untouched["text"].endswith("\x00\x07")


def test_superseded_rows_come_only_if_asked_for(engine: Engine, case: str, tmp_path: Path) -> None:
    for what, now, ever in (("findings", 5, 6), ("scores", 1, 2)):
        named: Any = what
        assert len(lines(engine, case, named, tmp_path / "a")) == now
        assert len(lines(engine, case, named, tmp_path / "b", superseded=True)) == ever
    (card,) = lines(engine, case, "scores", tmp_path / "c")
    assert card["total"] == "91.10"


def test_no_document_is_left_out(engine: Engine, case: str, tmp_path: Path) -> None:
    found = {record["document"]: record for record in lines(engine, case, "documents", tmp_path / "x")}
    assert set(found) == {"热线/工单😀.txt", "空白.txt", "坏.docx"}
    assert found["坏.docx"]["failure"] == {"kind": "corrupt", "message": "文件已损坏。请重新提供。"}


@pytest.mark.parametrize("format_", ["jsonl", "csv", "label-studio", "doccano"])
def test_what_is_for_authorized_reviewers_alone_is_not_exported(
    engine: Engine, case: str, tmp_path: Path, format_: Format
) -> None:
    for what in WHATS if format_ in ("jsonl", "csv") else ("findings",):
        named: Any = what
        text = exported(engine, case, named, format_, tmp_path / "x", superseded=True).read_text("utf-8")
        assert not [word for word in ("feed" * 5, "integrity", "廉洁") if word in text]


def test_the_decision_in_force_is_marked(engine: Engine, case: str, tmp_path: Path) -> None:
    found = lines(engine, case, "decisions", tmp_path / "x")
    assert len(found) == 4
    assert all(record["in_force"] for record in found)


@pytest.mark.parametrize("what", WHATS)
def test_csv_and_parquet_and_workbook_have_the_same_rows(engine: Engine, case: str, tmp_path: Path, what: What) -> None:
    csv_file = exported(engine, case, what, "csv", tmp_path / "x.csv").read_bytes()
    assert csv_file.startswith(b"\xef\xbb\xbf")
    assert csv_file.count(b"\r\n") >= 2
    rows = list(csv.reader(csv_file.decode("utf-8-sig").splitlines(keepends=True), strict=True))
    sheet = load_workbook(exported(engine, case, what, "xlsx", tmp_path / "x.xlsx")).worksheets[0]
    table = pd.read_parquet(exported(engine, case, what, "parquet", tmp_path / "x.parquet"))
    headings = [column.heading for column in COLUMNS[what]]
    assert rows[0] == [cell.value for cell in sheet[1]] == headings
    assert list(table.columns) == [column.key.replace(".", "_") for column in COLUMNS[what]]
    assert len(rows) - 1 == sheet.max_row - 1 == len(table) > 0
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None


def test_csv_and_workbook_speak_chinese_and_nothing_in_them_runs(engine: Engine, case: str, tmp_path: Path) -> None:
    with exported(engine, case, "findings", "csv", tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    book = load_workbook(exported(engine, case, "findings", "xlsx", tmp_path / "x.xlsx"))
    assert [row["类别"] for row in rows] == ["不作为", "不作为", "不作为", "形式主义", "办事拖拉"]
    assert [row["决定"] for row in rows] == ["确认", "更正", "驳回", "", ""]
    assert rows[3]["原文"] == "'=cmd|' /C calc'!A0␀␇"
    assert rows[1]["对象"] == "'=何春燕"
    assert not [row for row in rows if any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())]
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert not [cell for cell in cells if cell.hyperlink]
    assert "=cmd|' /C calc'!A0␀␇" in {cell.value for cell in cells}
    assert book.worksheets[-1].title == "说明"


def test_numbers_stay_numbers(engine: Engine, case: str, tmp_path: Path) -> None:
    with exported(engine, case, "quantities", "csv", tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["数值"] == "-3.5"
    sheet = load_workbook(exported(engine, case, "scores", "xlsx", tmp_path / "x.xlsx")).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert [sheet.cell(2, headings.index(name) + 1).value for name in ("总分", "分值", "只是预览")] == [
        91.1,
        -2.5,
        "否",
    ]
    table = pd.read_parquet(exported(engine, case, "scores", "parquet", tmp_path / "x.parquet"))
    assert list(table["line_amount"]) == ["-2.50", "-2.50"]
    assert list(table["preview"]) == [False, False]


@given(st.text())
def test_a_neutral_cell_gives_its_text_back_and_never_begins_a_formula(text: str) -> None:
    assert original(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"])
def test_every_sign_that_begins_a_formula_is_told_apart(sign: str) -> None:
    assert neutral(f"{sign}1") == f"'{sign}1"
    assert neutral(f"1{sign}") == f"1{sign}"


@given(st.text(st.characters()))
def test_printable_text_keeps_its_length_and_can_be_written(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert shown.encode().decode() == shown
    assert not any(ord(character) < 32 and character not in "\t\n\r" for character in shown)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5))
def test_csv_gives_every_text_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    place = tmp_path_factory.mktemp("csv") / "x.csv"
    write_csv(place, (TEXT, Column("n", "数", "integer")), [(text, n) for n, text in enumerate(texts)])
    with place.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, strict=True))[1:]
    assert [(original(cell), number) for cell, number in rows] == [
        (printable(text), str(n)) for n, text in enumerate(texts)
    ]


@pytest.mark.parametrize(("count", "sheets"), [(0, [1]), (1, [2]), (2, [3]), (3, [3, 2]), (4, [3, 3]), (5, [3, 3, 2])])
def test_rows_that_fill_a_sheet_go_on_in_the_next(tmp_path: Path, count: int, sheets: list[int]) -> None:
    rows = [(str(number),) for number in range(count)]
    assert write_workbook(tmp_path / "x.xlsx", (TEXT,), rows, Layout("线索", most_rows=3)) == count
    book = load_workbook(tmp_path / "x.xlsx")
    assert [sheet.max_row for sheet in book.worksheets] == sheets
    assert [sheet["A1"].value for sheet in book.worksheets] == ["原文"] * len(sheets)
    told = [row[0] for sheet in book.worksheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert told == [str(number) for number in range(count)]


@pytest.mark.soak
def test_more_rows_than_a_sheet_takes_go_on_in_the_next(tmp_path: Path) -> None:
    rows = (("甲", number) for number in range(MOST_ROWS + 10))
    columns = (TEXT, Column("n", "数", "integer"))
    assert write_workbook(tmp_path / "x.xlsx", columns, rows, Layout("线索")) == MOST_ROWS + 10
    book = load_workbook(tmp_path / "x.xlsx", read_only=True)
    assert [sheet.max_row for sheet in book.worksheets] == [MOST_ROWS, 12]
    assert next(book.worksheets[1].iter_rows(min_row=2, values_only=True)) == ("甲", MOST_ROWS - 1)


def test_a_text_too_long_for_a_cell_says_so(tmp_path: Path) -> None:
    long = "😀" * LONGEST
    write_workbook(tmp_path / "x.xlsx", (TEXT,), [(long,), ("甲" * LONGEST,)], Layout("线索"))
    sheet = load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert sheet["A2"].value.endswith(f"……（此格只放得下前{LONGEST // 2}字，全文{LONGEST}字，请导出 jsonl 查看）")
    assert sheet["A2"].value.startswith("😀" * (LONGEST // 2) + "…")
    assert sheet["A3"].value == "甲" * LONGEST
    assert len(shortened("甲" + long).encode("utf-16-le")) < 2 * 32_767


@given(st.dictionaries(st.text(st.characters()), st.text(st.characters())))
def test_json_gives_every_character_back(record: dict[str, str]) -> None:
    assert json.loads(written(record).encode()) == record


def test_parquet_keeps_its_types_without_rows(tmp_path: Path) -> None:
    write_parquet(tmp_path / "x.parquet", COLUMNS["findings"], [])
    table = pd.read_parquet(tmp_path / "x.parquet")
    assert len(table) == 0
    assert str(table["confidence"].dtype) == "float64"


def test_a_missing_pyarrow_is_told_with_its_remedy(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path\n"
        "from mingcha.pipeline.errors import UsageError\n"
        "from mingcha.pipeline.exporting.parquet_files import write_parquet\n"
        "try:\n    write_parquet(Path(sys.argv[1]), (), [])\n"
        "except UsageError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "x"], capture_output=True, check=True)
    assert "pip install 'mingcha[parquet]'" in done.stdout.decode()
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "x.jsonl"
    place.write_text("旧", encoding="utf-8")

    def broken() -> Any:
        yield {"a": 1}
        raise DataError("中途出错")

    with pytest.raises(DataError):
        write_lines(place, broken())
    assert place.read_text(encoding="utf-8") == "旧"
    assert list(tmp_path.iterdir()) == [place]


def test_a_folder_is_no_place_for_an_export(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="是一个文件夹"):
        write_lines(tmp_path, [])


def test_an_unknown_assessment_is_told(engine: Engine, case: str) -> None:
    with pytest.raises(DataError, match="没有考核“别的”"):
        scope_of(engine, "别的")
    assert case


def test_findings_come_from_the_database_a_few_at_a_time(
    engine: Engine, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, judge = [], streams._judged

    def noted(connection: Any, assessment: str, found: Any) -> Any:
        held.append(len(found))
        return judge(connection, assessment, found)

    monkeypatch.setattr(streams, "_BATCH", 2)
    monkeypatch.setattr(streams, "_judged", noted)
    assert len(lines(engine, case, "findings", tmp_path / "x")) == 5
    assert held == [2, 2, 1]


def test_memory_stays_flat_however_many_rows(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        rows = ((f"第{number}行" * 20, number) for number in range(count))
        tracemalloc.start()
        write_csv(tmp_path / "x.csv", (TEXT, Column("n", "数", "integer")), rows)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < peak(200) + 200_000
