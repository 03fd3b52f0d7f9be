"""The shipped Word templates, made anew by ``python -m mingcha.pipeline.reporting.papers.word_templates FOLDER``.

The layout is that of official papers (GB/T 9704): A4 with margins of 37, 35, 28 and 26 mm, 仿宋 of size 3 on lines of
28 points, headings in 黑体, 楷体 and 仿宋. Each font names the one that stands in where it is not installed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

from mingcha.pipeline.reporting.papers.word_file import SHIPPED
from mingcha.pipeline.reporting.papers.word_tables import HEAD, NUMBER, STYLE, TEXT

TITLE_FONT, BODY_FONT, HEAD_FONT, SECOND_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
FALLBACKS = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEAD_FONT: "SimHei", SECOND_FONT: "楷体"}
_LATIN = "Times New Roman"


class Look(NamedTuple):
    """A paragraph style: its name in Word, font, size in points, line in points; ``indent`` in characters."""

    name: str
    font: str
    size: float
    line: float
    indent: int = 2
    align: str = "both"
    bold: bool = False
    border: str = ""


LOOKS = {
    "MingchaTitle": Look("明察标题", TITLE_FONT, 22, 32, 0, "center"),
    "MingchaFacts": Look("明察题注", SECOND_FONT, 14, 24, 0, "center"),
    "MingchaNotice": Look("明察提示", SECOND_FONT, 14, 24, 2),
    "MingchaHeading1": Look("明察一级标题", HEAD_FONT, 16, 28),
    "MingchaHeading2": Look("明察二级标题", SECOND_FONT, 16, 28),
    "MingchaHeading3": Look("明察三级标题", BODY_FONT, 16, 28, bold=True),
    "MingchaBody": Look("明察正文", BODY_FONT, 16, 28),
    "MingchaDraft": Look("明察机器草稿", BODY_FONT, 16, 28, border="dotted"),
    "MingchaConfirmed": Look("明察已确认", BODY_FONT, 16, 28, border="single"),
    "MingchaPending": Look("明察待确认", BODY_FONT, 16, 28, border="dashed"),
    "MingchaContext": Look("明察供核对", BODY_FONT, 16, 28),
    "MingchaPlace": Look("明察出处", SECOND_FONT, 12, 20),
    "MingchaCaption": Look("明察表题", HEAD_FONT, 12, 22, 0, "center"),
    "MingchaRemark": Look("明察表注", SECOND_FONT, 10.5, 18, 0),
    "MingchaSignature": Look("明察落款", BODY_FONT, 16, 36, 0, "right"),
    HEAD: Look("明察表头", HEAD_FONT, 10.5, 15, 0, "center"),
    TEXT: Look("明察表格文字", BODY_FONT, 10.5, 15, 0, "left"),
    NUMBER: Look("明察表格数字", BODY_FONT, 10.5, 15, 0, "right"),
}
_STATEMENT = "{{ item.number }}〔{{ item.mark }}〕{{ item.text }}"
_REFERENCE = "{% if item.remark %}{{ item.remark }}。{% endif %}出处：{{ item.reference }}"
# The lines of the template: style, and what it says. An office may move, reword or restyle each of them.
LINES = (
    ("MingchaTitle", "{{ title }}"),
    (
        "MingchaFacts",
        "{% for name, value in facts %}{{ name }}：{{ value }}{% if not loop.last %}　{% endif %}{% endfor %}",
    ),
    ("MingchaNotice", "{%p for notice in notices %}"),
    ("MingchaNotice", "{{ notice }}"),
    ("MingchaNotice", "{%p endfor %}"),
    ("MingchaBody", "{%p for item in body %}"),
    *(
        line
        for kind, style in (
            ("heading1", "MingchaHeading1"),
            ("heading2", "MingchaHeading2"),
            ("heading3", "MingchaHeading3"),
            ("note", "MingchaBody"),
            ("draft", "MingchaDraft"),
            ("caption", "MingchaCaption"),
        )
        for line in ((style, f'{{%p if item.kind == "{kind}" %}}'), (style, "{{ item.text }}"), (style, "{%p endif %}"))
    ),
    *(
        line
        for kind, style in (
            ("confirmed", "MingchaConfirmed"),
            ("pending", "MingchaPending"),
            ("context", "MingchaContext"),
        )
        for line in (
            (style, f'{{%p if item.kind == "{kind}" %}}'),
            (style, _STATEMENT),
            ("MingchaPlace", _REFERENCE),
            (style, "{%p endif %}"),
        )
    ),
    ("MingchaBody", '{%p if item.kind == "table" %}'),
    ("MingchaBody", "{{p item.table }}"),
    ("MingchaBody", "{%p endif %}"),
    ("MingchaRemark", '{%p if item.kind == "remark" %}'),
    ("MingchaRemark", "{{ item.text }}"),
    ("MingchaRemark", "{%p endif %}"),
    ("MingchaBody", "{%p endfor %}"),
    ("MingchaSignature", "{%p for role in signatures %}"),
    ("MingchaSignature", "{{ role }}（签名）：　　　　　　　　　　年　　月　　日"),
    ("MingchaSignature", "{%p endfor %}"),
)


def make_template(path: Path, *, wide: bool) -> None:
    """Write a template to *path*, upright or *wide*."""
    import docx

    document: Any = docx.Document()
    for identity, look in LOOKS.items():
        _add_style(document, identity, look)
    _add_table_style(document)
    _set_page(document, wide=wide)
    for style, words in LINES:
        document.add_paragraph(words, style=document.styles[LOOKS[style].name])
    _name_fallbacks(document)
    _forget_authors(document)
    document.save(str(path))


def _add_style(document: Any, identity: str, look: Look) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.element.set(_word("styleId"), identity)
    style.quick_style, style.font.size, style.font.bold = True, Pt(look.size), look.bold
    style.paragraph_format.line_spacing = Pt(look.line)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    # A title stays with what follows it, and the places to sign stay on one page.
    style.paragraph_format.keep_with_next = any(word in look.name for word in ("标题", "表题", "落款"))
    _set_fonts(style.element, look.font)
    _shape(style.element, look)


def _set_fonts(element: Any, font: str) -> None:
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for attribute, value in (
        ("ascii", _LATIN),
        ("hAnsi", _LATIN),
        ("cs", _LATIN),
        ("eastAsia", font),
        ("hint", "eastAsia"),
    ):
        fonts.set(_word(attribute), value)


def _shape(element: Any, look: Look) -> None:
    """Set indent in characters, alignment and the border at the left, which python-docx has no words for."""
    properties = element.get_or_add_pPr()
    if look.border:
        borders = _child(properties, "pBdr")
        _child(borders, "left", val=look.border, sz="18", space="4", color="404040")
    _child(properties, "ind", firstLineChars=str(100 * look.indent), firstLine=str(int(20 * look.size * look.indent)))
    _child(properties, "jc", val=look.align)
    order = ("keepNext", "pBdr", "spacing", "ind", "jc")
    for child in sorted(properties, key=lambda one: _place(one.tag, order)):
        properties.append(child)


def _place(tag: str, order: tuple[str, ...]) -> int:
    name = tag.rpartition("}")[2]
    return order.index(name) if name in order else -1


def _add_table_style(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    style = document.styles.add_style("明察表格", WD_STYLE_TYPE.TABLE)
    style.element.set(_word("styleId"), STYLE)


def _set_page(document: Any, *, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (Mm(28), Mm(26)) if wide else (Mm(37), Mm(35))
    section.left_margin, section.right_margin = (Mm(37), Mm(35)) if wide else (Mm(28), Mm(26))
    section.footer_distance = Mm(20 if wide else 28)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """Put — 1 — into the footer, in 宋体 of size 4 as the standard has it."""
    paragraph.alignment = 1
    for words in ("— ", "1", " —"):
        run = paragraph.add_run(words)
        _set_fonts(run._r, "宋体")
        run.font.size = 177800  # 14 points
        if words == "1":
            _child(paragraph._p, "fldSimple", instr=" PAGE ").append(run._r)


def _name_fallbacks(document: Any) -> None:
    """Say which font stands in for one that is not installed."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = f'{head}\n<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()


def _forget_authors(document: Any) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = "明察"
    properties.title = properties.comments = properties.keywords = ""


def _child(parent: Any, name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    for attribute, value in attributes.items():
        made.set(_word(attribute), value)
    parent.append(made)
    return made


def _word(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


if __name__ == "__main__":
    for wide, name in SHIPPED.items():
        make_template(Path(sys.argv[1]) / name, wide=wide)
