"""Tables: records cut into fields, headers found, titles and repeated headers passed over."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.labelbook import load_labels
from mingcha.pipeline.document import Document, Locator
from mingcha.pipeline.grids import delimiter_of, split_record
from mingcha.pipeline.reading.assembly import Piece, assemble
from mingcha.pipeline.reading.encodings import decode
from mingcha.pipeline.reading.texts import read_records
from mingcha.pipeline.segmentation import segment
from mingcha.pipeline.tables import cell_fields, read_tables
from tests.test_structure import cleaned, lined, structured, tabled

LABELS = load_labels()


def tables_of(document):
    clean = cleaned(document)
    return clean, read_tables(clean, LABELS)


def shape(document):
    """Form, headers with what they keep, and the words of the entries, of each table."""
    clean, tables = tables_of(document)
    return [
        (
            table.form,
            [(column.name, column.field) for column in table.columns],
            [[cell.span.of(clean.text) for cell in row] for row in table.rows],
        )
        for table in tables
    ]


def recorded(text, name="a.csv"):
    reading = read_records(decode(text.encode()))
    return Document(name, "0" * 64, "csv", reading.text, reading.blocks)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("编号,内容\n1,灯坏了;水停了;路断了\n2,井盖丢了;没人管;催了三次", ","),
        ("编号,内容;备注,结果\n1,灯坏了;水停了;路断了,好\n2,水停了;没人管;催了三次,好", ","),
        ("编号;内容\n1;灯坏了,水停了,路断了\n2;3,5,7,9", ";"),
        ("编号\t内容\n1\t灯坏了,水停了;路断了\n2\t3,5;7,9", "\t"),
        ('"编号;原号","内容"\n"1;7","灯坏了;\n水;停;了"\n"2;8","他说""好;好""了;"', ","),
        ('编号\t"内容,诉求,事项"\n1\t"灯坏了,水停了\n路,断,了"', "\t"),
        ("城东网点，工单一览,2024年;上半年\n编号\t内容\n1\t灯坏了\n2\t水停了", "\t"),
        ("编号,内容\r1,灯坏了;水停了;路断了\r", ","),
        ('编号,内容\n1,"没有合上;;;;\n2,灯坏了;;;;', ","),
        ("灯坏了", ","),
        ("", ","),
    ],
)
def test_knows_what_parts_the_fields_of_a_file(text, delimiter):
    assert delimiter_of(text) == delimiter


@given(st.sampled_from(",\t;"), st.lists(st.tuples(*[st.text('甲,;\t"\n', max_size=8)] * 3), max_size=8))
def test_knows_what_a_spreadsheet_program_wrote_between_the_fields(delimiter, rows):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([("编号", "内容", "结果"), *rows])
    assert delimiter_of(out.getvalue()) == delimiter


def test_semicolons_in_their_words_cost_no_ticket():
    rows = [f'HT-{n},灯坏了;没人修;催了三次;还是黑的,"换了灯;\n回访;过",否' for n in range(200)]
    document = recorded("\n".join(["工单编号,诉求内容,办理结果,是否解决", *rows]))
    assert len(document.blocks) == 201
    _, structure = structured(document)
    assert [ticket.solved for ticket in structure.tickets] == [False] * 200


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        ("甲,乙,丙", ["甲", "乙", "丙"]),
        ('甲,"乙,丙",丁', ["甲", "乙,丙", "丁"]),
        ('"甲\n乙",丙', ["甲\n乙", "丙"]),
        ('"他说""好""",丙', ['他说""好""', "丙"]),
        ("甲,,丙,", ["甲", "", "丙", ""]),
        ('"没有合上,乙', ["没有合上,乙"]),
        ("", [""]),
    ],
)
def test_cuts_a_record_at_its_separators_but_not_inside_quotes(record, fields):
    assert [span.of(record) for span in split_record(record, ",")] == fields


@given(st.lists(st.text(alphabet='甲乙,"\n x', max_size=6), min_size=1, max_size=6), st.sampled_from([",", ";", "\t"]))
def test_cuts_a_record_as_spreadsheet_programs_wrote_it(fields, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="", quoting=csv.QUOTE_ALL).writerow(fields)
    cut = [span.of(out.getvalue()).replace('""', '"') for span in split_record(out.getvalue(), delimiter)]
    assert cut == fields


HEADER = ["序号", "存在问题", "整改措施", "责任单位", "完成时限", "整改状态"]
KEPT = ["number", "problem", "measure", "owner", "deadline", "state"]
ENTRY = ["1", "泵房停水", "换泵", "水务局", "6月底前", "已完成"]


def test_columns_are_known_in_any_order():
    table = tabled([HEADER[::-1], ENTRY[::-1]])
    assert shape(table) == [("rectification", list(zip(HEADER[::-1], KEPT[::-1], strict=True)), [ENTRY[::-1]])]


def test_titles_above_the_header_are_no_entries():
    ((form, columns, entries),) = shape(tabled([["整改清单"], ["填报单位：清溪镇", "2024年"], HEADER, ENTRY]))
    assert (form, [field for _, field in columns], entries) == ("rectification", KEPT, [ENTRY])


def test_a_header_may_stand_again_on_every_page():
    ((_, _, entries),) = shape(tabled([HEADER, ENTRY, HEADER, ["2", *ENTRY[1:]]]))
    assert [row[0] for row in entries] == ["1", "2"]


def test_a_table_goes_on_behind_a_page_break_without_its_header():
    rows = [[*HEADER], [*ENTRY], ["2", *ENTRY[1:]]]
    places = [(1, 1), (1, 2), (2, 1)]
    pieces = [
        Piece(cell, Locator("table", table=table, row=row, column=column), "cell", "\t" if column > 1 else "\n")
        for cells, (table, row) in zip(rows, places, strict=True)
        for column, cell in enumerate(cells, start=1)
    ]
    text, blocks = assemble(pieces)
    found = shape(Document("a.docx", "0" * 64, "docx", text, blocks))
    assert [(form, [row[0] for row in entries]) for form, _, entries in found] == [
        ("rectification", ["1"]),
        ("rectification", ["2"]),
    ]


def test_a_header_of_two_rows_spans_its_columns():
    upper = ["姓名", "职务", "评价等次", None, None, "不了解"]
    lower = [None, None, "优秀", "称职", "不称职", None]
    clean, (table,) = tables_of(tabled([upper, lower, ["段云", "镇长", "18", "9", "1", "2"]]))
    assert [(column.name, column.over) for column in table.columns] == [
        ("姓名", ""),
        ("职务", ""),
        ("优秀", "评价等次"),
        ("称职", "评价等次"),
        ("不称职", "评价等次"),
        ("不了解", ""),
    ]
    assert [cell.span.of(clean.text) for cell in table.rows[0]] == ["段云", "镇长", "18", "9", "1", "2"]


def test_a_cell_of_two_paragraphs_is_one_cell():
    pieces = [
        *(Piece(cell, Locator("table", table=1, row=1, column=c), "cell", "\t") for c, cell in enumerate(HEADER, 1)),
        Piece("泵房停水", Locator("table", table=1, row=2, column=2), "cell"),
        Piece("三个月没人修", Locator("table", table=1, row=2, column=2), "cell"),
        Piece("换泵", Locator("table", table=1, row=2, column=3), "cell", "\t"),
    ]
    text, blocks = assemble(pieces)
    ((_, _, entries),) = shape(Document("a.docx", "0" * 64, "docx", text, blocks))
    assert entries == [["泵房停水\n三个月没人修", "换泵"]]


def test_comments_on_cells_are_no_cells():
    pieces = [
        Piece("工单编号", Locator("sheet", sheet="甲", row=1, column=1), "cell"),
        Piece("诉求内容", Locator("sheet", sheet="甲", row=1, column=2), "cell", "\t"),
        Piece("办理结果", Locator("sheet", sheet="甲", row=1, column=3), "cell", "\t"),
        Piece("HT-1", Locator("sheet", sheet="甲", row=2, column=1), "cell"),
        Piece("灯坏了", Locator("sheet", sheet="甲", row=2, column=2), "cell", "\t"),
        Piece("请核实", Locator("comment", sheet="甲", row=2, column=2)),
    ]
    text, blocks = assemble(pieces)
    ((form, _, entries),) = shape(Document("a.xlsx", "0" * 64, "xlsx", text, blocks))
    assert (form, entries) == ("ticket", [["HT-1", "灯坏了"]])


@pytest.mark.parametrize(
    "text",
    [
        "| 工单编号 | 诉求内容 | 办理结果 |\n|---|---|---|\n| HT-1 | 灯坏了 | 换了灯 |",
        "工单编号\t诉求内容\t办理结果\nHT-1\t灯坏了\t换了灯",
    ],
)
def test_bars_and_tabs_make_a_table_of_text(text):
    ((form, _, entries),) = shape(lined(text))
    assert (form, entries) == ("ticket", [["HT-1", "灯坏了", "换了灯"]])


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(lined("甲|乙\n丙|丁"), id="unknown columns in text"),
        pytest.param(lined("诉求内容\t办理结果\n灯坏了。"), id="one row"),
        pytest.param(tabled([["1", "2"], ["3", "4"]]), id="figures only"),
        pytest.param(
            tabled([["灯坏了半年，没有人来修。", "好"], ["甲", "乙"]], before="表"), id="a sentence is no header"
        ),
        pytest.param(lined(""), id="empty"),
    ],
)
def test_what_has_no_header_is_no_table(document):
    assert shape(document) == []


def test_a_table_of_unknown_columns_has_no_form_but_names():
    ((form, columns, entries),) = shape(tabled([["主要指标", "年度目标"], ["水利投资", "2.20"]]))
    assert (form, columns, entries) == (None, [("主要指标", None), ("年度目标", None)], [["水利投资", "2.20"]])


def test_counts_of_problems_are_no_list_of_problems():
    ((form, _, _),) = shape(tabled([["责任单位", "问题数", "已完成", "正在整改"], ["清溪镇", "14", "10", "4"]]))
    assert form is None


def test_the_cells_of_a_record_are_sentences_of_their_own():
    clean, tables = tables_of(recorded('工单编号,诉求内容,办理结果\nHT-1,"灯坏了，没人修。报了三次",换了灯'))
    sentences = segment(clean, fields=cell_fields(tables, clean.text)).sentences
    assert [(s.field, s.span.of(clean.text)) for s in sentences if s.line] == [
        ("工单编号", "HT-1"),
        ("诉求内容", "灯坏了，没人修。"),
        ("诉求内容", "报了三次"),
        ("办理结果", "换了灯"),
    ]


def test_a_record_of_figures_stays_one_sentence():
    clean, tables = tables_of(recorded("单位,指标,完成值\n清溪镇,通水户数,286"))
    sentences = segment(clean, fields=cell_fields(tables, clean.text)).sentences
    assert [s.span.of(clean.text) for s in sentences][-1].startswith("清溪镇")
    assert sentences[-1].field is None


def test_the_cells_of_a_word_table_are_sentences_under_their_headers():
    clean, tables = tables_of(tabled([["主要指标", "年度目标"], ["水利投资增长", "2.20"]], behind="别的话。"))
    sentences = segment(clean, fields=cell_fields(tables, clean.text)).sentences
    found = [(s.field, s.span.of(clean.text)) for s in sentences]
    assert found[2:] == [("主要指标", "水利投资增长"), ("年度目标", "2.20"), (None, "别的话。")]
