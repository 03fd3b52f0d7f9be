"""The characters of one paragraph in the order of the line, and the boxes that hang on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.assembly import inked
from mingcha.pipeline.reading.symbols import is_symbol_font, read_letters, read_symbol
from mingcha.pipeline.reading.word_parts import child_of, switched_on, value_of, whole_number
from mingcha.pipeline.reading.word_traces import UNSIGNED_DELETION, Fragment, read_revision
from mingcha.pipeline.reading.xml_parts import attribute, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from mingcha.pipeline.reading.word_styles import Styles
    from mingcha.pipeline.reading.word_traces import Revision

    Element = etree._Element

# What holds no text of the page: properties, the older copy of a drawing, the reading above a character.
SKIPPED = frozenset(
    {"pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "tblPrEx", "tblGrid", "sdtPr", "sdtEndPr", "Fallback", "rt"}
)
REVISIONS = frozenset({"ins", "moveTo", "del", "moveFrom"})
_BOXES = frozenset({"txbxContent", "txBody"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Signs of an equation that its structure stands for: what is written before an argument, the argument in brackets.
_ARGUMENTS = {"num": "", "den": "/", "sup": "^", "sub": "_", "rad": "√"}
_ONE_TERM = re.compile(r"[\w.%]+")
_SPECIAL = frozenset({"delText", "sym", "fldChar", "sdt", "d", "naryPr", *_ARGUMENTS})


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for the characters being read: the revision they are part of, their font, whether they are hidden."""

    styles: Styles
    revision: Revision | None = None
    font: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A text box, or a word drawn as a picture, that hangs on a paragraph and is read after it."""

    content: Element
    revision: Revision | None


def read_runs(node: Element, setting: Setting) -> Iterator[Fragment | Box]:
    """Yield what stands in *node*, a paragraph or a part of one, from left to right."""
    for child in node:
        name = local_name(child)
        if name == "t":
            if child.text:
                yield _written(child.text, setting)
        elif name == "rPr":
            setting = _formatted(child, setting)
        elif name in SKIPPED:
            continue
        elif name in _SIGNS:
            yield _drawn(_SIGNS[name], setting)
        elif name in REVISIONS:
            yield from read_runs(child, replace(setting, revision=read_revision(child, setting.revision)))
        elif name in _BOXES or (name == "textpath" and attribute(child, "string")):
            yield Box(child, setting.revision)
        elif name in _SPECIAL:
            yield from _special(child, name, setting)
        else:
            yield from read_runs(child, setting)


def _special(element: Element, name: str, setting: Setting) -> Iterator[Fragment | Box]:
    """Yield what an element says by more than its text."""
    if name == "delText":
        deleted = setting.revision if setting.revision and setting.revision.kind == "deletion" else UNSIGNED_DELETION
        yield Fragment(element.text or "", deleted)
    elif name == "sym":
        yield _drawn(_symbol(element), setting)
    elif name == "fldChar":
        yield _drawn(_form_field(element), setting)
    elif name == "sdt":
        yield from _control(element, setting)
    else:
        yield from _equation(element, name, setting)


def _written(text: str, setting: Setting) -> Fragment:
    if setting.font:
        shown = read_letters(setting.font, text)
        return Fragment(shown, setting.revision, inked(shown) - inked(text), setting.hidden)
    return Fragment(text, setting.revision, 0, setting.hidden)


def _drawn(sign: str, setting: Setting) -> Fragment:
    return Fragment(sign, setting.revision, inked(sign), setting.hidden)


def _formatted(properties: Element, setting: Setting) -> Setting:
    """Return the setting with a run's own font and hiding; a character style may hide, too."""
    font, hidden = setting.font, setting.hidden
    for child in properties:
        name = local_name(child)
        if name == "vanish":
            hidden = switched_on(child)
        elif name == "rStyle":
            style = setting.styles.by_id.get(attribute(child, "val"))
            hidden = hidden or (style is not None and style.hidden)
        elif name == "rFonts":
            ascii_font = attribute(child, "ascii")
            font = ascii_font if is_symbol_font(ascii_font) else ""
    if font == setting.font and hidden == setting.hidden:
        return setting
    return replace(setting, font=font, hidden=hidden)


def _symbol(element: Element) -> str:
    try:
        code = int(attribute(element, "char"), 16)
    except ValueError:
        return ""
    return read_symbol(attribute(element, "font"), code)


def _form_field(mark: Element) -> str:
    """Return the tick of a checkbox, or the choice of a list that is not written out after it."""
    box = child_of(mark, "ffData", "checkBox")
    if box is not None:
        state = child_of(box, "checked")
        state = child_of(box, "default") if state is None else state
        return "☑" if switched_on(state) else "☐"
    choices = child_of(mark, "ffData", "ddList")
    if choices is None or _has_result(mark):
        return ""
    entries = [attribute(entry, "val") for entry in choices.iterchildren("{*}listEntry")]
    chosen = whole_number(value_of(choices, "result") or value_of(choices, "default"), 0)
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def _has_result(mark: Element) -> bool:
    """Tell whether text stands between the beginning of a field and its end in the same paragraph."""
    run = mark.getparent()
    for sibling in run.itersiblings() if run is not None else ():
        if any((text.text or "").strip() for text in sibling.iter("{*}t")):
            return True
        if any(attribute(other, "fldCharType") == "end" for other in sibling.iter("{*}fldChar")):
            return False
    return False


def _control(control: Element, setting: Setting) -> Iterator[Fragment | Box]:
    """Yield a content control's content; a checkbox without any shows its state."""
    items = list(read_runs(control, setting))
    box = child_of(control, "sdtPr", "checkbox")
    if box is not None and not any(isinstance(item, Fragment) and item.text for item in items):
        items = [_drawn("☑" if value_of(box, "checked") in {"1", "true"} else "☐", setting)]
    yield from items


def _equation(element: Element, name: str, setting: Setting) -> Iterator[Fragment | Box]:
    """Yield a part of an equation with the signs that its structure stands for: 3 over 4 reads 3/4 and not 34."""
    if name == "naryPr":
        yield _drawn(value_of(element, "chr") or "∫", setting)
    elif name == "d":
        yield _drawn(_bracket(element, "begChr", "("), setting)
        yield from read_runs(element, setting)
        yield _drawn(_bracket(element, "endChr", ")"), setting)
    else:
        items = list(read_runs(element, setting))
        text = "".join(item.text for item in items if isinstance(item, Fragment))
        opening, closing = ("", "") if _ONE_TERM.fullmatch(text) else ("(", ")")
        yield _drawn(_ARGUMENTS[name] + opening if text else "", setting)
        yield from items
        yield _drawn(closing if text else "", setting)


def _bracket(element: Element, side: str, usual: str) -> str:
    bracket = child_of(element, "dPr", side)
    return usual if bracket is None else attribute(bracket, "val")
