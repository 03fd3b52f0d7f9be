"""The structure of whole documents: parts that re-slice, headings, talks, endings, and the records made of them."""

import json
from itertools import accumulate, pairwise
from pathlib import Path

import docx
import jsonschema
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.corpora.genrebook import load_genres
from mingcha.corpora.labelbook import load_labels
from mingcha.models.characters import load_normalizer
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.genres import identify
from mingcha.pipeline.labels import parse_labels
from mingcha.pipeline.parts import HEADER, PART_KINDS
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.reading.assembly import Piece, assemble
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.segmentation import segment
from mingcha.pipeline.structure import read_fields, read_structure
from mingcha.pipeline.structure_records import structure_records
from mingcha.pipeline.tables import read_tables

LABELS = load_labels()
SCHEMA = Path(__file__).parent.parent / "docs" / "schemas" / "structure.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def lined(text, name="a.txt"):
    """A text file as it is read: a block for each line that is not blank."""
    places = accumulate((len(line) + 1 for line in text.split("\n")), initial=0)
    lines = enumerate(zip(text.split("\n"), places, strict=False), start=1)
    blocks = (Block(Span(at, at + len(line)), Locator(line=n), "line") for n, (line, at) in lines if line.strip())
    return Document(name, "0" * 64, "txt", text, tuple(blocks))


def tabled(rows, name="a.docx", before="", behind=""):
    """A Word file as it is read: a paragraph, a table with the given cells (None: covered by a merged cell), a paragraph."""
    cells = [
        Piece(cell, Locator("table", table=1, row=r, column=c), "cell", "\t" if place else "\n")
        for r, row in enumerate(rows, start=1)
        for place, (c, cell) in enumerate((c, cell) for c, cell in enumerate(row, start=1) if cell)
    ]
    pieces = [Piece(before, Locator(paragraph=1)), *cells, Piece(behind, Locator(paragraph=2))]
    text, blocks = assemble(pieces)
    return Document(name, "0" * 64, "docx", text, blocks)


def cleaned(document):
    return load_normalizer()(document)


def structured(document):
    """The clean text and the structure of a document, by the whole way that a run takes."""
    clean = cleaned(document)
    tables = read_tables(clean, LABELS)
    segmented = segment(clean, fields=read_fields(clean, tables, LABELS))
    genre = identify(document.name, clean.text, load_genres())
    return clean, read_structure(segmented, genre, LABELS, tables=tables)


def parts_of(document, *kinds):
    clean, structure = structured(document)
    return [(part.kind, part.span.of(clean.text)) for part in structure.parts if not kinds or part.kind in kinds]


TALK = """谈话记录（第3号）
谈话时间：2024年5月8日  地点：党校204
谈话人：考核组 段云、卢青   记录人：卢青
谈话对象：编号B-07（镇干部，女）  了解对象：祝山（镇长）
问：请您说说他今年抓的事。
答：水管那件事他跑了九趟，通了水。
家里人都说好。
问：有什么不足？
答：遇到拆迁的事爱先看看别的镇怎么办。
以上记录已阅，属实。
（签名）2024年5月8日"""


def test_a_talk_gives_numbered_questions_and_answers():
    _, structure = structured(lined(TALK))
    spoken = [(part.kind, part.group, part.label) for part in structure.parts if part.kind in {"question", "answer"}]
    assert spoken == [("question", 1, "问"), ("answer", 1, "答"), ("question", 2, "问"), ("answer", 2, "答")]


def test_an_answer_reaches_over_its_paragraphs_and_ends_before_the_closing():
    answers = parts_of(lined(TALK), "answer", "closing", "signature")
    assert answers == [
        ("answer", "水管那件事他跑了九趟，通了水。\n家里人都说好。"),
        ("answer", "遇到拆迁的事爱先看看别的镇怎么办。"),
        ("closing", "以上记录已阅，属实。"),
        ("signature", "（签名）2024年5月8日"),
    ]


def test_what_follows_a_question_without_a_mark_is_its_answer():
    text = "谈话记录\n问：水通了吗？\n答：通了。\n问：难处呢？\n有，泵房缺人。"
    assert parts_of(lined(text), "answer")[-1] == ("answer", "有，泵房缺人。")


def test_a_talk_without_marks_gives_statements_under_their_topics():
    text = "谈话记录\n谈话对象：编号A-01\n我在镇里干了三年，他抓水抓得紧。\n关于能力：图纸他看得懂。\n一、关于作风\n他对事不对人，也肯听。"
    clean, structure = structured(lined(text))
    told = [(part.label, part.span.of(clean.text)) for part in structure.parts if part.kind == "statement"]
    assert told == [
        (None, "我在镇里干了三年，他抓水抓得紧。"),
        ("关于能力", "图纸他看得懂。"),
        ("一、关于作风", "他对事不对人，也肯听。"),
    ]


def test_only_talks_have_statements():
    assert parts_of(lined("政府工作报告\n各位代表，水通了，路修了。"), "statement") == []


def test_headings_know_their_level_and_styled_ones_need_no_number():
    text = "一、成绩\n（一）供水\n1.水管\n（1）阀门\n1.会开了三次，没有定下一件事。"
    _, structure = structured(lined(text))
    assert [part.level for part in structure.parts if part.kind == "heading"] == [1, 2, 3, 4]
    whole, blocks = assemble(
        [Piece("年度总结", Locator(paragraph=1), "heading"), Piece("水通了。", Locator(paragraph=2))]
    )
    assert parts_of(Document("a.docx", "0" * 64, "docx", whole, blocks), "heading") == [("heading", "年度总结")]


def test_markdown_marks_are_no_part_of_a_heading():
    assert parts_of(lined("## 一、听取汇报\n水通了。"), "heading") == [("heading", "一、听取汇报")]


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("第一段。\n第二段。\n清溪镇委员会\n2024年12月25日", ["清溪镇委员会", "2024年12月25日"]),
        ("第一段。\n第二段。\n述职人：段云\n2024.12.25", ["述职人：段云", "2024.12.25"]),
        ("述职报告\n2024年12月25日\n第一段。\n第二段。\n第三段。\n第四段。\n第五段。\n第六段。", []),
        ("第一段。\n第二段。\n水通了\n路修了", []),
        ("谈话人：段云\n记录人：卢青\n时间：2024年5月8日", []),
    ],
)
def test_a_paper_is_signed_at_its_end(text, signed):
    assert [words for _, words in parts_of(lined(text), "signature")] == signed


ALPHABET = st.sampled_from(
    [
        *(
            "问：",
            "答：",
            "谈话人：",
            "。",
            "？",
            "\n",
            "\t",
            "|",
            "，",
            "（",
            "）",
            " ",
            "一、",
            "1.",
            "（已完成）",
            "水通了",
        ),
        *(
            "工单编号：",
            "诉求内容：",
            "办理结果：",
            "是否解决：",
            "关于“停水”问题",
            "整改：",
            "反馈问题3个",
            "已完成2个",
        ),
        *("姓名", "优秀", "称职", "18", "发出32", "有效30", "出席：", "段云", "议定事项", "由县水务局负责", "3月底前"),
        *("\u200b", "😀", "領(lǐng)", "谈话记录", "会议纪要", "整改报告", "以上记录属实", "2024年5月8日", "**", "# "),
    ]
)


@given(st.lists(ALPHABET, max_size=40))
def test_every_part_re_slices_and_parts_of_one_kind_do_not_overlap(pieces):
    clean, structure = structured(lined("".join(pieces)))
    assert all(0 <= part.span.start < part.span.end <= len(clean.text) for part in structure.parts)
    assert [part.span.start for part in structure.parts] == sorted(part.span.start for part in structure.parts)
    for kind in PART_KINDS:
        spans = [part.span for part in structure.parts if part.kind == kind]
        assert all(left.end <= right.start for left, right in pairwise(spans))


@given(st.lists(ALPHABET, max_size=40))
def test_every_record_fits_its_schema_and_re_slices_in_the_original(pieces):
    document = lined("".join(pieces))
    for record in structure_records(*structured(document)):
        VALIDATOR.validate(record)
        for one in (record, *record["fields"]):
            assert document.text[one["start"] : one["end"]] == one["text"]


@given(st.lists(ALPHABET, max_size=40))
def test_cells_and_labels_lose_no_word_but_separators(pieces):
    clean = cleaned(lined("".join(pieces)))
    tables = read_tables(clean, LABELS)
    fields = read_fields(clean, tables, LABELS)
    kept = "".join(sentence.span.of(clean.text) for sentence in segment(clean, fields=fields).sentences)
    told = [field for field in fields if field.name != HEADER]
    assert all("".join(field.passage.text.split()) in "".join(kept.split()) for field in told)


def test_the_label_of_a_field_is_no_sentence_and_every_sentence_knows_its_field():
    clean = cleaned(lined("工单编号：HT-1 来电人：匿名\n诉求内容：灯坏了半年。没人修。\n办理结果：换了灯。\n别的话。"))
    fields = read_fields(clean, (), LABELS)
    found = [(sentence.field, sentence.span.of(clean.text)) for sentence in segment(clean, fields=fields).sentences]
    assert found == [
        ("工单编号", "HT-1"),
        ("来电人", "匿名"),
        ("诉求内容", "灯坏了半年。"),
        ("诉求内容", "没人修。"),
        ("办理结果", "换了灯。"),
        ("办理结果", "别的话。"),
    ]


def sentences_of(document):
    clean = cleaned(document)
    fields = read_fields(clean, read_tables(clean, LABELS), LABELS)
    return [sentence.span.of(clean.text) for sentence in segment(clean, fields=fields).sentences]


HEADED = [
    pytest.param(
        tabled([["工单编号", "诉求内容", "办理结果", "是否解决"], ["HT-1", "灯坏了", "换了灯", "否"]]),
        ["HT-1", "灯坏了", "换了灯", "否"],
        id="the header of tickets",
    ),
    pytest.param(
        tabled([["工单编号", "诉求内容", "办理结果"], ["1", "灯坏了", "换了灯"], ["工单编号", "诉求内容", "办理结果"]]),
        ["1", "灯坏了", "换了灯"],
        id="the header once more",
    ),
    pytest.param(
        lined("工单编号\t诉求内容\t是否解决\nHT-1\t灯坏了\t否"), ["HT-1", "灯坏了", "否"], id="a header before tabs"
    ),
    pytest.param(
        tabled([["网点", "是否按期盘点"], ["城东网点", "是否盘点说不清"]]),
        ["网点", "城东网点", "是否盘点说不清"],
        id="a question over unknown columns",
    ),
    pytest.param(
        tabled([["城东网点", "盘点一拖再拖"], ["城西网点", "账实相符"]]),
        ["城东网点", "盘点一拖再拖", "城西网点", "账实相符"],
        id="a first row that is data",
    ),
    pytest.param(
        tabled(
            [["工单编号", "诉求内容", "办理结果", "承办网点一拖再拖，来电人催了三次没人理。"], ["1", "灯坏了", "无"]]
        ),
        ["承办网点一拖再拖，来电人催了三次没人理。", "1", "灯坏了", "无"],
        id="a sentence in the header",
    ),
    pytest.param(
        tabled([["城东网点盘点一拖再拖"], ["工单编号", "诉求内容", "办理结果"], ["1", "灯坏了", "无"]]),
        ["城东网点盘点一拖再拖", "1", "灯坏了", "无"],
        id="a title above the header",
    ),
    pytest.param(
        tabled(
            [
                ["工单编号", "诉求内容", "办理结果", "回访中一拖再拖"],
                [None, None, None, "是否解决", "是否满意"],
                ["1", "灯坏了", "无", "否", "否"],
            ]
        ),
        ["回访中一拖再拖", "1", "灯坏了", "无", "否", "否"],
        id="a name above names",
    ),
    pytest.param(
        tabled([["盘点一拖再拖"], [None, "工单编号", "诉求内容", "办理结果"], ["1", "2", "灯坏了", "无"]]),
        ["盘点一拖再拖", "1", "2", "灯坏了", "无"],
        id="a title above a column without a name",
    ),
]


@pytest.mark.parametrize(("document", "sentences"), HEADED)
def test_the_header_of_a_column_is_no_sentence_but_what_may_be_data_is(document, sentences):
    assert sentences_of(document) == sentences


def test_the_headers_of_the_hotline_workbook_are_never_judged():
    (path,) = (CORPORA / "sample" / "材料").glob("*热线工单*.xlsx")
    (document,) = read(path, path.name)
    prepared = prepare(document, load_stages())
    judged = [one.sentence.span for one in prepared.sentences]
    tables = [table for table in prepared.tables if table.form == "ticket"]
    assert {"是否解决", "是否满意"} <= {column.name for table in tables for column in table.columns}
    assert not any(span.overlaps(table.header) for table in tables for span in judged)
    rows = [row for table in tables for row in table.rows]
    assert all(any(span.overlaps(cell.span) for cell in row for span in judged) for row in rows)


@pytest.mark.parametrize(("start", "line"), [(0, 2), (1, 2), (3, 2), (4, 2), (6, 4), (8, 4)])
def test_a_place_belongs_to_the_last_block_that_begins_no_later(start, line):
    document = lined("\n 甲乙\n\n丙丁")
    assert document.locator_at(Span(start, start + 1)) == Locator(line=line)


def test_a_document_without_blocks_has_no_places():
    assert Document("a.txt", "0" * 64, "txt", "甲", ()).locator_at(Span(0, 1)) == Locator()


def test_without_fields_no_sentence_has_one():
    clean = cleaned(lined("诉求内容：灯坏了半年。"))
    assert [(s.field, s.span.of(clean.text)) for s in segment(clean).sentences] == [(None, "诉求内容：灯坏了半年。")]


def test_records_of_every_sort_are_written():
    texts = {
        "谈话.txt": TALK,
        "测评表.txt": "民主测评表\n姓名 优秀 称职 不称职\n段云 20 9 1\n发出32 收回32 有效30",
        "工单.txt": "工单编号：HT-1\n来电人：匿名\n诉求内容：灯坏了。\n办理结果：换了灯。",
        "整改报告.txt": "整改报告\n反馈问题2个，已完成1个，正在整改1个。\n1.关于“停水”问题。整改：换了泵。（已完成）",
        "纪要.txt": "会议纪要\n出席：段云\n议定事项\n1.由县水务局负责，3月底前通水。",
    }
    kinds = {
        record["record"] for name, text in texts.items() for record in structure_records(*structured(lined(text, name)))
    }
    assert kinds == set(VALIDATOR.schema["properties"]["record"]["enum"])


def test_real_files_give_the_same_ticket(tmp_path):
    rows = [("工单编号", "诉求内容", "办理结果"), ("HT-1", "楼道灯坏了半年，没人修。", "换了灯。")]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    word = docx.Document()
    table = word.add_table(rows=2, cols=3)
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, words in zip(cells.cells, row, strict=True):
            cell.text = words
    word.save(str(tmp_path / "a.docx"))
    (tmp_path / "a.csv").write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    found = {}
    for path in sorted(tmp_path.iterdir()):
        (document,) = read(path, path.name)
        (ticket,) = structured(document)[1].tickets
        found[path.suffix] = [(field.name, field.label, field.passage.text) for field in ticket.fields]
    expected = [
        ("number", "工单编号", "HT-1"),
        ("content", "诉求内容", "楼道灯坏了半年，没人修。"),
        ("reply", "办理结果", "换了灯。"),
    ]
    assert found == {".csv": expected, ".docx": expected, ".xlsx": expected}


def test_an_empty_text_has_no_structure():
    _, structure = structured(Document("a.txt", "0" * 64, "txt", "", ()))
    assert (structure.parts, structure.tables, structure.tickets, structure.ballots) == ((), (), (), ())


ENTRIES = read_toml(CORPORA / "data" / "structure.toml")["label"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_label_fits_what_it_must_and_nothing_else(entry):
    form, _, field = entry["id"].partition(".")
    assert entry["reason"]
    assert entry["matches"]
    assert entry["misses"]
    assert [words for words in entry["matches"] if LABELS.field_of(words, form) != field] == []
    assert [words for words in entry["misses"] if LABELS.field_of(words, form) == field] == []


def test_label_ids_are_unique():
    assert len({entry["id"] for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"id": "a.b", "reason": "甲", "pattern": "(", "matches": [], "misses": []}, "a.b"),
        ({"id": "a.b", "pattern": "甲", "matches": [], "misses": []}, "reason"),
    ],
)
def test_refuses_a_label_that_cannot_be_used(entry, words):
    with pytest.raises(DataError, match=words):
        parse_labels({"label": [entry]})


def test_a_block_that_is_no_cell_ends_no_table_row():
    document = Document("a.txt", "0" * 64, "txt", "甲\t乙", (Block(Span(0, 3), Locator(line=1)),))
    assert structured(document)[1].tables == ()
