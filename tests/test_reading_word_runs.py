"""The characters of a Word paragraph that are no plain text: fields, symbols, equations, ruby, hidden words."""

from __future__ import annotations

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from mingcha.pipeline.reading.word import read_word
from tests.test_reading_word import with_body


def _words(xml: str) -> str:
    return read_word(with_body(xml)).text


def _field(data: str, instruction: str, result: str = "") -> str:
    shown = f"<w:r><w:t>{result}</w:t></w:r>" if result else ""
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        f'<w:r><w:instrText> {instruction} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{shown}'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>。</w:t></w:r></w:p>'
    )


_CHOICES = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="优秀"/><w:listEntry w:val="合格"/></w:ddList>'
_STATE = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (_field("<w:textInput/>", "FORMTEXT", "柳河镇"), "柳河镇。"),
        (_field("<w:checkBox><w:checked/></w:checkBox>", "FORMCHECKBOX"), "☑。"),
        (_field('<w:checkBox><w:default w:val="1"/></w:checkBox>', "FORMCHECKBOX"), "☑。"),
        (_field('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "FORMCHECKBOX"), "☐。"),
        (_field(_CHOICES, "FORMDROPDOWN"), "合格。"),
        (_field(_CHOICES, "FORMDROPDOWN", "合格"), "合格。"),
        (_field('<w:ddList><w:result w:val="7"/></w:ddList>', "FORMDROPDOWN"), "。"),
        ('<w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>3</w:t></w:r></w:fldSimple></w:p>', "3"),
        (f"<w:p>{_STATE.format(1, '<w:r><w:t>☒</w:t></w:r>')}<w:r><w:t>是</w:t></w:r></w:p>", "☒是"),
        (f"<w:p>{_STATE.format(1, '')}<w:r><w:t>是</w:t></w:r></w:p>", "☑是"),
        (f"<w:p>{_STATE.format(0, '')}<w:r><w:t>否</w:t></w:r></w:p>", "☐否"),
    ],
)
def test_form_fields_show_their_result_once(xml: str, text: str) -> None:
    assert _words(xml) == text


def _typed(font: str, text: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t>{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "☐"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "√"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="00A3"/></w:r>', "☐"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F08A"/></w:r>', "⑩"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', "≥"),
        ('<w:r><w:sym w:font="Times New Roman" w:char="2103"/></w:r>', "℃"),
        ('<w:r><w:sym w:font="Webdings" w:char="F0F5"/></w:r>', "\ufffd"),
        ('<w:r><w:sym w:font="Wingdings" w:char="D800"/></w:r>', "\ufffd"),
        ('<w:r><w:sym w:font="Wingdings" w:char="?"/></w:r>', ""),
        (_typed("Wingdings 2", "R"), "☑"),
        (_typed("Wingdings 2", "同意\uf0a3"), "同意☐"),
        (_typed("宋体", "R"), "R"),
        (_typed("Wingdings 2", "h"), "h"),
    ],
)
def test_symbols_are_written_as_what_they_show(run: str, text: str) -> None:
    reading = read_word(with_body(f"<w:p><w:r><w:t>甲</w:t></w:r>{run}</w:p>"))
    assert (reading.text, reading.coverage) == (f"甲{text}", 1.0)
    assert bool(reading.notes) == ("\ufffd" in text)
    assert all("1 个符号没有对应的文字" in note for note in reading.notes)


def _math(*runs: str) -> str:
    return "".join(f"<m:r><m:t>{text}</m:t></m:r>" for text in runs)


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        (_math("x=", "2"), "x=2"),
        (f"<m:f><m:num>{_math('3')}</m:num><m:den>{_math('4')}</m:den></m:f>", "3/4"),
        (f"<m:f><m:num>{_math('实际')}</m:num><m:den>{_math('计划', '+', '1')}</m:den></m:f>", "实际/(计划+1)"),
        (f"<m:sSup><m:e>{_math('x')}</m:e><m:sup>{_math('2')}</m:sup></m:sSup>", "x^2"),
        (f"<m:d><m:dPr><m:begChr m:val='['/></m:dPr><m:e>{_math('a')}</m:e></m:d>", "[a)"),
        (f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub/><m:sup/><m:e>{_math('x')}</m:e></m:nary>", "∑x"),
    ],
)
def test_equations_keep_their_numbers_apart(equation: str, text: str) -> None:
    reading = read_word(with_body(f"<w:p><m:oMath>{equation}</m:oMath></w:p>"))
    assert (reading.text, reading.coverage, reading.notes) == (text, 1.0, ())


def test_ruby_gives_the_base_and_not_the_reading() -> None:
    ruby = "<w:ruby><w:rt><w:r><w:t>pō</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>陂</w:t></w:r></w:rubyBase></w:ruby>"
    reading = read_word(with_body(f"<w:p><w:r><w:t>黄</w:t></w:r><w:r>{ruby}</w:r></w:p>"))
    assert (reading.text, reading.coverage) == ("黄陂", 1.0)


@pytest.mark.parametrize(
    ("properties", "notes"),
    [
        ("<w:vanish/>", ("有 2 个字设为隐藏，打印时看不到，已照常读入",)),
        ('<w:rStyle w:val="Secret"/>', ("有 2 个字设为隐藏，打印时看不到，已照常读入",)),
        ('<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>', ()),
        ('<w:vanish w:val="false"/>', ()),
        ("<w:webHidden/>", ()),
    ],
)
def test_hidden_text_is_kept_and_noted(properties: str, notes: tuple[str, ...]) -> None:
    document = docx.Document()
    document.styles.add_style("Secret", WD_STYLE_TYPE.CHARACTER).font.hidden = True
    hidden = f"<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:rPr>{properties}</w:rPr><w:t>乙 丙</w:t></w:r></w:p>"
    reading = read_word(with_body(hidden, document=document))
    assert (reading.text, reading.notes) == ("甲乙 丙", notes)


@pytest.mark.parametrize(("run", "hidden"), [("", 1), ('<w:rStyle w:val="Plain"/>', 1), ('<w:vanish w:val="0"/>', 0)])
def test_a_hidden_paragraph_style_hides_its_runs(run: str, hidden: int) -> None:
    document = docx.Document()
    document.styles.add_style("Secret", WD_STYLE_TYPE.PARAGRAPH).font.hidden = True
    document.styles.add_style("Plain", WD_STYLE_TYPE.CHARACTER)
    runs = f"<w:r><w:rPr>{run}</w:rPr><w:t>甲</w:t></w:r>"
    reading = read_word(with_body(f'<w:p><w:pPr><w:pStyle w:val="Secret"/></w:pPr>{runs}</w:p>', document=document))
    assert reading.notes == (("有 1 个字设为隐藏，打印时看不到，已照常读入",) if hidden else ())
