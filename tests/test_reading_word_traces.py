"""Tracked changes and comments: each is kept once, with who, when, its words, and where they stand or stood."""

from __future__ import annotations

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Span, Trace
from mingcha.pipeline.reading.word import read_word
from tests.test_reading_word import NS, saved, with_body, with_parts

_DATE = "2024-03-05T10:20:00Z"


def _run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def _changed(tag: str, *runs: str, author: str = "张三") -> str:
    signed = f'w:author="{author}" w:date="{_DATE}"' if author else ""
    return f'<w:{tag} w:id="1" {signed}>{"".join(runs)}</w:{tag}>'


def _inserted(text: str, author: str = "张三") -> str:
    return _changed("ins", _run(text), author=author)


def _deleted(text: str, author: str = "李四") -> str:
    return _changed("del", _run(text, "delText"), author=author)


def _insertion(text: str, start: int, author: str = "张三") -> Trace:
    return Trace("insertion", author, text, Span(start, start + len(text)), _DATE)


def _deletion(text: str, at: int, author: str = "李四") -> Trace:
    return Trace("deletion", author, text, Span(at, at), _DATE)


_BOX = "<w:r><w:pict><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></w:pict></w:r>"


@pytest.mark.parametrize(
    ("paragraph", "text", "traces"),
    [
        (_run("甲") + _inserted("乙") + _run("丙"), "甲乙丙", [_insertion("乙", 1)]),
        (_run("甲") + _deleted("乙") + _run("丙"), "甲丙", [_deletion("乙", 1)]),
        (_deleted("甲") + _run("乙"), "乙", [_deletion("甲", 0)]),
        (_run("甲") + _changed("moveTo", _run("乙")), "甲乙", [_insertion("乙", 1)]),
        (_run("甲") + _changed("moveFrom", _run("乙"), author="李四"), "甲", [_deletion("乙", 1)]),
        (_changed("ins", _run("甲"), _run("乙")), "甲乙", [_insertion("甲乙", 0)]),
        (_inserted("甲") + _inserted("乙"), "甲乙", [_insertion("甲", 0), _insertion("乙", 1)]),
        (
            _run("甲")
            + _changed("del", _run("乙", "delText"), "<w:r><w:tab/></w:r>", _run("丙", "delText"), author="李四"),
            "甲",
            [_deletion("乙\t丙", 1)],
        ),
        (
            _changed("ins", _run("甲"), _deleted("乙"), _run("丙")),
            "甲丙",
            [_insertion("甲丙", 0), _deletion("乙", 1)],
        ),
        (_run("甲") + _deleted("乙") + _inserted("丙"), "甲丙", [_deletion("乙", 1), _insertion("丙", 1)]),
        (_run("甲") + _deleted("乙") + _deleted("丙", "王五"), "甲", [_deletion("乙", 1), _deletion("丙", 1, "王五")]),
        (
            _run("甲") + _changed("hyperlink", _inserted("乙")),
            "甲乙",
            [_insertion("乙", 1)],
        ),
        (_run("甲") + _changed("ins", _BOX.format(_run("乙"))), "甲\n乙", [_insertion("乙", 2)]),
        (_run("甲") + _changed("del", _BOX.format(_run("乙")), author="李四"), "甲", [_deletion("乙", 1)]),
        (_changed("ins", "<w:r><w:rPr/></w:r>") + _run("甲"), "甲", []),
        ("<w:pPr><w:rPr><w:ins w:author='张三'/></w:rPr></w:pPr>" + _run("甲"), "甲", []),
        ("<w:pPr><w:rPr><w:del w:author='张三'/></w:rPr></w:pPr>" + _run("甲"), "甲", []),
        (_run("甲", "t").replace("<w:r>", "<w:r><w:rPr><w:rPrChange w:author='张三'/></w:rPr>"), "甲", []),
        (_run("甲"), "甲", []),
    ],
)
def test_each_change_is_one_trace_where_it_stands(paragraph: str, text: str, traces: list[Trace]) -> None:
    reading = read_word(with_body(f"<w:p>{paragraph}</w:p>"))
    assert (reading.text, list(reading.traces), reading.coverage) == (text, traces, 1.0)
    assert all(trace.span.of(reading.text) in {trace.text, ""} for trace in reading.traces)


def test_changes_without_a_name_or_date_are_unsigned() -> None:
    unsigned = f"<w:p>{_run('甲')}{_changed('ins', _run('乙'), author='')}{_run('丙', 'delText')}</w:p>"
    reading = read_word(with_body(unsigned))
    assert reading.traces == (
        Trace("insertion", "未署名", "乙", Span(1, 2)),
        Trace("deletion", "未署名", "丙", Span(2, 2)),
    )


def test_a_paragraph_deleted_as_a_whole_stood_behind_the_block_before() -> None:
    paragraphs = [f"<w:p>{content}</w:p>" for content in (_deleted("零"), _run("甲"), _deleted("乙"), _run("丙"))]
    reading = read_word(with_body(*paragraphs))
    assert reading.text == "甲\n丙"
    assert [(trace.text, trace.span.start) for trace in reading.traces] == [("零", 0), ("乙", 1)]


_MARK = '<w:{} w:author="王五" w:date="2024-03-05T10:20:00Z"/>'


@pytest.mark.parametrize(
    ("row_mark", "cell_mark", "text", "traces"),
    [
        ("", "", "表\n甲\t乙", []),
        (_MARK.format("ins"), "", "表\n甲\t乙", [_insertion("甲", 2, "王五"), _insertion("乙", 4, "王五")]),
        (_MARK.format("del"), "", "表", [_deletion("甲", 1, "王五"), _deletion("乙", 1, "王五")]),
        ("", _MARK.format("cellDel"), "表\n乙", [_deletion("甲", 1, "王五")]),
        ("", _MARK.format("cellIns"), "表\n甲\t乙", [_insertion("甲", 2, "王五")]),
    ],
)
def test_rows_and_cells_are_put_in_and_taken_out(row_mark: str, cell_mark: str, text: str, traces: list[Trace]) -> None:
    cells = f"<w:tc><w:tcPr>{cell_mark}</w:tcPr><w:p>{_run('甲')}</w:p></w:tc><w:tc><w:p>{_run('乙')}</w:p></w:tc>"
    table = f"<w:tbl><w:tr><w:trPr>{row_mark}</w:trPr>{cells}</w:tr></w:tbl>"
    reading = read_word(with_body(f"<w:p>{_run('表')}</w:p>", table))
    assert (reading.text, list(reading.traces), reading.coverage) == (text, traces, 1.0)


def test_what_was_put_into_a_deleted_row_is_deleted_with_it() -> None:
    row = f"<w:tr><w:trPr>{_MARK.format('del')}</w:trPr><w:tc><w:p>{_run('甲')}{_inserted('乙')}</w:p></w:tc></w:tr>"
    reading = read_word(with_body(f"<w:p>{_run('表')}</w:p>", f"<w:tbl>{row}</w:tbl>"))
    assert (reading.text, reading.traces) == ("表", (_deletion("甲乙", 1, "王五"),))


def test_blanks_put_into_a_blank_paragraph_leave_no_trace() -> None:
    assert read_word(with_body(f"<w:p>{_run('甲')}</w:p>", f"<w:p>{_inserted('  ')}</w:p>")).traces == ()


def test_what_somebody_had_deleted_before_keeps_its_hand_in_a_deleted_row() -> None:
    row = f"<w:tr><w:trPr>{_MARK.format('del')}</w:trPr><w:tc><w:p>{_run('甲')}{_deleted('乙')}</w:p></w:tc></w:tr>"
    reading = read_word(with_body(f"<w:p>{_run('表')}</w:p>", f"<w:tbl>{row}</w:tbl>"))
    assert [(trace.author, trace.text) for trace in reading.traces] == [("王五", "甲"), ("李四", "乙")]


def test_comments_are_traces_over_their_own_words() -> None:
    document = docx.Document()
    first = document.add_paragraph("正文")
    comment = document.add_comment(first.runs, text="请核实", author="王五")
    comment.add_paragraph("并附依据")
    document.add_comment(first.runs, text="同意", author="赵六")
    document.add_comment(first.runs, text="", author="赵六")
    reading = read_word(saved(document))
    assert reading.text == "正文\n请核实\n并附依据\n同意"
    assert [(trace.author, trace.text, trace.span) for trace in reading.traces] == [
        ("王五", "请核实\n并附依据", Span(3, 11)),
        ("赵六", "同意", Span(12, 14)),
    ]
    assert {trace.kind for trace in reading.traces} == {"comment"}
    assert all(trace.date for trace in reading.traces)
    assert reading.notes == ()


def test_a_comment_without_author_is_unsigned_and_its_changes_are_traces_of_their_own() -> None:
    comments = f"<w:comments {NS}><w:comment w:id='0'><w:p>{_run('甲')}{_inserted('乙')}</w:p></w:comment></w:comments>"
    data = with_parts(
        with_body(f"<w:p>{_run('正文')}</w:p>"),
        {"word/comments.xml": ("officedocument.wordprocessingml.comments", comments)},
    )
    assert read_word(data).traces == (_insertion("乙", 4), Trace("comment", "未署名", "甲乙", Span(3, 5)))


def test_a_box_in_a_comment_is_part_of_the_comment() -> None:
    words = f"<w:p>{_run('甲')}{_BOX.format(_run('乙'))}</w:p>"
    comments = f"<w:comments {NS}><w:comment w:id='0' w:author='王五'>{words}</w:comment></w:comments>"
    part = ("officedocument.wordprocessingml.comments", comments)
    data = with_parts(with_body(f"<w:p>{_run('正文')}</w:p>"), {"word/comments.xml": part})
    assert read_word(data).traces == (Trace("comment", "王五", "甲\n乙", Span(3, 6)),)


def test_notes_sum_up_the_changes_of_each_hand() -> None:
    body = f"<w:p>{_inserted('一二')}{_deleted('三')}{_deleted('四五')}{_deleted('六', '王五')}{_run('末')}</w:p>"
    assert read_word(with_body(body)).notes == (
        "修订痕迹：李四删除的文字未计入正文（2 处，共 3 字）",
        "修订痕迹：王五删除的文字未计入正文（1 处，共 1 字）",
        "修订痕迹：张三插入的文字已计入正文（1 处，共 2 字）",
    )


@given(st.lists(st.tuples(st.sampled_from("kid"), st.text("甲乙 丙", min_size=1, max_size=4)), min_size=1, max_size=8))
def test_spans_undo_the_changes(parts: list[tuple[str, str]]) -> None:
    """Taking the insertions out and putting the deletions back gives the text before all changes."""
    write = {"k": _run, "i": _inserted, "d": _deleted}
    reading = read_word(with_body(f"<w:p>{_run('首')}{''.join(write[kind](text) for kind, text in parts)}</w:p>"))
    before = reading.text
    for trace in sorted(reading.traces, key=lambda trace: trace.span)[::-1]:  # the last first, ties too
        restored = "" if trace.kind == "insertion" else trace.text
        before = before[: trace.span.start] + restored + before[trace.span.end :]
    assert reading.text == "首" + "".join(text for kind, text in parts if kind != "d")
    assert before == "首" + "".join(text for kind, text in parts if kind != "i")
