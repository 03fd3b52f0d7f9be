"""Automatic numbers are those that Word prints: each style, each way to restart, and what does not count."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Locator
from mingcha.pipeline.numerals import parse_numeral
from mingcha.pipeline.reading.numbering import format_number
from mingcha.pipeline.reading.word import read_word
from tests.test_reading_word import NS, with_body, with_parts

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.reading.assembly import Reading


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("decimal", {1: "1", 12: "12", 0: "0"}),
        ("decimalZero", {1: "01", 12: "12", 100: "100"}),
        ("decimalFullWidth", {12: "１２"}),
        ("numberInDash", {3: "- 3 -"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 28: "BB", 53: "AAA", 0: "0"}),
        ("lowerLetter", {2: "b", 27: "aa", 781: "781"}),
        ("upperRoman", {4: "IV", 9: "IX", 14: "XIV", 40: "XL", 1999: "MCMXCIX"}),
        ("lowerRoman", {8: "viii", 0: "0"}),
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一○○", 115: "一一五"}),
        (
            "chineseCountingThousand",
            {
                10: "十",
                19: "十九",
                20: "二十",
                100: "一百",
                101: "一百零一",
                110: "一百一十",
                1001: "一千零一",
                10000: "10000",
            },
        ),
        ("japaneseCounting", {10: "十", 11: "十一", 21: "二十一", 100: "百", 101: "百一", 1100: "千百"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 12: "壹拾贰", 105: "壹佰零伍"}),
        ("ideographLegalTraditional", {6: "陸", 20: "貳拾"}),
        ("ideographDigital", {9: "九", 10: "一〇", 23: "二三"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥", 13: "13"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedParen", {1: "⑴", 20: "⒇", 21: "21"}),
        ("decimalEnclosedFullstop", {2: "⒉"}),
        ("ideographEnclosedCircle", {1: "㊀", 10: "㊉", 11: "11"}),
        ("none", {1: "", 0: ""}),
        ("bullet", {1: ""}),
        ("klingonCounting", {7: "7"}),
    ],
)
def test_each_style_writes_its_numbers(style: str, written: dict[int, str]) -> None:
    assert {number: format_number(number, style) for number in written} == written


@given(st.integers(1, 9999))
def test_words_name_the_number_that_they_count(number: int) -> None:
    assert parse_numeral(format_number(number, "chineseCountingThousand")) == number
    assert parse_numeral(format_number(number, "chineseLegalSimplified")) == number


def _level(index: int, style: str, text: str, *, more: str = "", start: int | None = 1) -> str:
    begins = "" if start is None else f'<w:start w:val="{start}"/>'
    return f'<w:lvl w:ilvl="{index}">{begins}<w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def _family(key: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{"".join(levels)}</w:abstractNum>'


def _list(number: int, family: int, override: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{family}"/>{override}</w:num>'


def _restart(index: int, start: int) -> str:
    return f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{start}"/></w:lvlOverride>'


_ITEM = '<w:p><w:pPr>{0}<w:numPr><w:ilvl w:val="{2}"/><w:numId w:val="{1}"/></w:numPr></w:pPr><w:r><w:t>文</w:t></w:r></w:p>'


def _item(place: str) -> str:
    """Write a paragraph at a place like ``1.0``: list and level."""
    return _ITEM.format("", *place.split("."))


def _document(definitions: str, *paragraphs: str, document: docx.document.Document | None = None) -> bytes:
    numbering = f"<w:numbering {NS}>{definitions}</w:numbering>"
    parts = {"word/numbering.xml": ("officedocument.wordprocessingml.numbering", numbering)}
    return with_parts(with_body(*paragraphs, document=document), parts)


def _read(definitions: str, *paragraphs: str, document: docx.document.Document | None = None) -> Reading:
    reading = read_word(_document(definitions, *paragraphs, document=document))
    assert reading.coverage == 1.0
    return reading


_OFFICIAL = _family(
    0,
    _level(0, "chineseCounting", "%1、"),
    _level(1, "chineseCounting", "（%2）"),
    _level(2, "decimal", "%3."),
)
_LEGAL = _family(0, _level(0, "chineseCounting", "第%1章"), _level(1, "decimal", "%1.%2"))
_SUFFIXED = '<w:suff w:val="{}"/>'


@pytest.mark.parametrize(
    ("definitions", "places", "numbers"),
    [
        pytest.param(
            _OFFICIAL + _list(1, 0),
            "1.0 1.1 1.1 1.2 1.2 1.0 1.1 1.2",
            ["一、", "（一）", "（二）", "1. ", "2. ", "二、", "（一）", "1. "],
            id="deeper levels start anew",
        ),
        pytest.param(
            _family(0, _level(0, "decimal", "%1."), _level(1, "decimal", "%2)", more='<w:lvlRestart w:val="0"/>'))
            + _list(1, 0),
            "1.0 1.1 1.0 1.1",
            ["1. ", "1) ", "2. ", "2) "],
            id="a level that never starts anew",
        ),
        pytest.param(
            _family(
                0,
                _level(0, "decimal", "%1."),
                _level(1, "decimal", "%2)"),
                _level(2, "decimal", "%3]", more='<w:lvlRestart w:val="1"/>'),
            )
            + _list(1, 0),
            "1.0 1.1 1.2 1.1 1.2 1.0 1.1 1.2",
            ["1. ", "1) ", "1] ", "2) ", "2] ", "2. ", "1) ", "1] "],
            id="a level that only the first starts anew",
        ),
        pytest.param(
            _OFFICIAL + _list(1, 0) + _list(2, 0),
            "1.0 2.0 1.0",
            ["一、", "二、", "三、"],
            id="lists of a family count on",
        ),
        pytest.param(
            _OFFICIAL + _list(1, 0) + _list(2, 0, _restart(0, 1)),
            "1.0 1.0 2.0 2.0 1.0",
            ["一、", "二、", "一、", "二、", "三、"],
            id="a list that starts anew when first met",
        ),
        pytest.param(
            _OFFICIAL + _list(1, 0) + _list(2, 0, _restart(1, 5)),
            "2.0 2.1 2.1 2.0 2.1",
            ["一、", "（五）", "（六）", "二、", "（五）"],
            id="a level with a start of its own",
        ),
        pytest.param(
            _OFFICIAL + _family(1, _level(0, "decimal", "%1)")) + _list(1, 0) + _list(2, 1),
            "1.0 2.0 1.0 2.0",
            ["一、", "1) ", "二、", "2) "],
            id="families count apart",
        ),
        pytest.param(
            _OFFICIAL + _list(1, 0, f'<w:lvlOverride w:ilvl="0">{_level(0, "upperRoman", "%1.")}</w:lvlOverride>'),
            "1.0 1.1",
            ["I. ", "（一）"],
            id="a level of its own",
        ),
        pytest.param(
            _LEGAL + _list(1, 0), "1.0 1.1 1.0 1.1", ["第一章 ", "一.1 ", "第二章 ", "二.1 "], id="two numbers"
        ),
        pytest.param(
            _family(0, _level(0, "chineseCounting", "%1"), _level(1, "chineseCounting", "%1.%2", more="<w:isLgl/>"))
            + _list(1, 0),
            "1.0 1.1",
            ["一 ", "1.1 "],
            id="digits throughout",
        ),
        pytest.param(_LEGAL + _list(1, 0), "1.1 1.1 1.0", ["一.1 ", "一.2 ", "第二章 "], id="the level above left out"),
        pytest.param(
            _family(0, _level(0, "decimal", "%1", start=None), _level(1, "decimal", "%2", start=4)) + _list(1, 0),
            "1.0 1.1 1.1",
            ["0 ", "4 ", "5 "],
            id="other starts",
        ),
        pytest.param(
            _family(0, _level(0, "decimal", "%1.", more=_SUFFIXED.format("nothing"))) + _list(1, 0),
            "1.0",
            ["1."],
            id="nothing between number and text",
        ),
        pytest.param(
            _family(0, _level(0, "decimal", "%1.", more=_SUFFIXED.format("space"))) + _list(1, 0),
            "1.0",
            ["1. "],
            id="a blank between them",
        ),
        pytest.param(
            _family(0, _level(0, "bullet", "\uf0b7"), _level(1, "bullet", "-")) + _list(1, 0), "1.0 1.1", ["• ", "• "]
        ),
        pytest.param(_family(0, _level(0, "none", "")) + _list(1, 0), "1.0", [""], id="no number"),
        pytest.param(_family(0, _level(0, "none", "注：")) + _list(1, 0), "1.0", ["注： "], id="words for a number"),
        pytest.param(
            _family(0, _level(0, "decimal", "")) + _list(1, 0), "1.0 1.0", ["", ""], id="counted, not printed"
        ),
        pytest.param(
            _family(0, _level(0, "decimal", "%1.", more="<w:rPr><w:vanish/></w:rPr>")) + _list(1, 0),
            "1.0",
            [""],
            id="hidden",
        ),
        pytest.param(
            '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice Requires="w14">'
            '<w:numFmt w:val="custom" w:format="001, 002"/></mc:Choice><mc:Fallback><w:numFmt w:val="decimalZero"/></mc:Fallback>'
            '</mc:AlternateContent><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>' + _list(1, 0),
            "1.0",
            ["01 "],
            id="a newer style with its older stand-in",
        ),
        pytest.param(
            _OFFICIAL.replace("<w:lvl ", '<w:styleLink w:val="公文"/><w:lvl ', 1)
            + '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="公文"/></w:abstractNum>'
            + _list(1, 0)
            + _list(2, 1),
            "1.0 2.0 2.1",
            ["一、", "二、", "（一）"],
            id="a family that is another's",
        ),
        pytest.param(_OFFICIAL + _list(1, 0), "0.0", [""], id="numbering taken off"),
        pytest.param(_OFFICIAL + _list(1, 0), "9.0", [""], id="unknown list"),
        pytest.param(_OFFICIAL + _list(1, 0), "1.7", [""], id="unknown level"),
        pytest.param(_OFFICIAL + _list(1, 5), "1.0", [""], id="unknown family"),
        pytest.param("", "1.0", [""], id="no lists at all"),
    ],
)
def test_numbers_are_counted_and_written_as_defined(definitions: str, places: str, numbers: list[str]) -> None:
    reading = _read(definitions, *map(_item, places.split()))
    assert reading.text.split("\n") == [f"{number}文" for number in numbers]


def _styled(style: str, direct: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{direct}</w:pPr><w:r><w:t>文</w:t></w:r></w:p>'


def _with_styles() -> docx.document.Document:
    document = docx.Document()
    styles = document.styles.element
    for style, base, properties in (
        ("Top", "Normal", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
        ("Sub", "Top", '<w:numPr><w:ilvl w:val="1"/></w:numPr>'),
        ("Linked", "Top", ""),
        ("Bare", "Top", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
    ):
        styles.append(
            docx.oxml.parse_xml(
                f'<w:style {NS} w:type="paragraph" w:styleId="{style}"><w:name w:val="{style}"/><w:basedOn w:val="{base}"/>'
                f"<w:pPr>{properties}</w:pPr></w:style>"
            )
        )
    return document


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        (_styled("Top"), "一、文"),
        (_styled("Sub"), "（一）文"),
        (_styled("Linked"), "1. 文"),
        (_styled("Linked", '<w:numPr><w:ilvl w:val="1"/></w:numPr>'), "（一）文"),
        (_styled("Bare"), "文"),
        (_styled("Top", '<w:numPr><w:numId w:val="0"/></w:numPr>'), "文"),
        (_styled("Bare", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'), "一、文"),
        (_styled("Nowhere"), "文"),
        (_styled("Normal", '<w:pPrChange><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:pPrChange>'), "文"),
    ],
)
def test_styles_number_their_paragraphs(paragraph: str, text: str) -> None:
    linked = _OFFICIAL.replace('<w:numFmt w:val="decimal"/>', '<w:numFmt w:val="decimal"/><w:pStyle w:val="Linked"/>')
    assert _read(linked + _list(1, 0), paragraph, document=_with_styles()).text == text


_BLANK = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>{}</w:pPr>{}</w:p>'
_DELETED = '<w:del w:author="李四"><w:r><w:delText>旧</w:delText></w:r></w:del>'


@pytest.mark.parametrize(
    ("between", "text"),
    [
        ("<w:p></w:p>", "一、文\n二、文"),
        (_BLANK.format(1, "", ""), "一、文\n二、\n三、文"),
        (_BLANK.format(1, "", _DELETED), "一、文\n二、\n三、文"),
        (_BLANK.format(1, "<w:rPr><w:del/></w:rPr>", _DELETED), "一、文\n二、文"),
        (_BLANK.format(1, "<w:rPr><w:moveFrom/></w:rPr>", _DELETED), "一、文\n二、文"),
        (_BLANK.format(2, "", ""), "一、文\n二、文"),
    ],
    ids=["not in the list", "blank", "text deleted", "all deleted", "moved away", "blank bullet"],
)
def test_blank_items_count_and_deleted_ones_do_not(between: str, text: str) -> None:
    definitions = _OFFICIAL + _family(1, _level(0, "bullet", "-")) + _list(1, 0) + _list(2, 1)
    assert _read(definitions, _item("1.0"), between, _item("1.0")).text == text


def test_cells_count_with_the_body_and_boxes_on_their_own() -> None:
    row = f"<w:tr><w:tc>{_item('1.0')}</w:tc><w:tc>{_BLANK.format(1, '', '')}</w:tc></w:tr>"
    box = f"<w:p><w:r><w:pict><v:textbox><w:txbxContent>{_item('1.0')}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    reading = _read(_OFFICIAL + _list(1, 0), _item("1.0"), f"<w:tbl>{row}</w:tbl>", box, _item("1.0"))
    assert [(block.span.of(reading.text), block.locator) for block in reading.blocks] == [
        ("一、文", Locator(paragraph=1)),
        ("二、文", Locator("table", table=1, row=1, column=1)),
        ("三、", Locator("table", table=1, row=1, column=2)),
        ("一、文", Locator("textbox", paragraph=1)),
        ("四、文", Locator(paragraph=3)),
    ]


def test_traces_stand_behind_the_number() -> None:
    added = _item("1.0").replace("<w:r>", '<w:ins w:author="张三"><w:r>').replace("</w:r>", "</w:r></w:ins>")
    (trace,) = _read(_OFFICIAL + _list(1, 0), added).traces
    assert (trace.text, trace.span.start, trace.span.end) == ("文", 2, 3)


def test_a_number_does_not_make_up_for_lost_text() -> None:
    lost = _item("1.0").replace("<w:r>", "<w:sectPr><w:t>失</w:t></w:sectPr><w:r>")
    assert read_word(_document(_OFFICIAL + _list(1, 0), lost)).coverage == 0.5


_COMMON = (
    *("decimal", "decimalZero", "upperLetter", "lowerLetter", "upperRoman", "lowerRoman", "decimalEnclosedCircle"),
    *(
        "chineseCounting",
        "chineseCountingThousand",
        "ideographTraditional",
        "japaneseCounting",
        "chineseLegalSimplified",
    ),
)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_numbers_are_those_that_libreoffice_prints(tmp_path: Path) -> None:
    chance = random.Random(7)
    families, places = [], []
    for key, style in enumerate(_COMMON):
        other = _COMMON[(key + 5) % len(_COMMON)]
        levels = (
            _level(0, style, "%1、"),
            _level(1, other, "（%2）"),
            _level(2, "decimal", "%1.%3."),
        )
        families += [_family(key, *levels), _list(2 * key + 1, key), _list(2 * key + 2, key, _restart(0, 1))]
        depths = [1] * (key % 2) + [0] * 10 + chance.choices((0, 1, 1, 2), k=25)
        places += [f"{2 * key + 1}.{depth}" for depth in depths] + [f"{2 * key + 2}.{depth}" for depth in (0, 1, 1, 0)]
    ordered = sorted(families, key=lambda xml: xml.startswith("<w:num "))
    data = _document("".join(ordered), *map(_item, places))
    (tmp_path / "甲.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "甲.docx")], check=True, capture_output=True, timeout=120)
    printed = (tmp_path / "甲.txt").read_text(encoding="utf-8-sig")
    ours = read_word(data).text
    assert [re.sub(r"\s", "", line) for line in ours.split("\n")] == [
        re.sub(r"\s", "", line) for line in printed.splitlines()
    ]
