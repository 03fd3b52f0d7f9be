"""What a paragraph's properties and its style say of it: heading or not, its list and level, hidden or deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.word_parts import child_of, switched_on, value_of
from mingcha.pipeline.reading.xml_parts import attribute, local_name

if TYPE_CHECKING:
    from lxml import etree

    Element = etree._Element

_HEADING_STYLES = ("heading", "title", "标题")
_BODY_TEXT = "9"  # the outline level that stands for none


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits; properties that are not set are empty."""

    id: str = ""
    name: str = ""
    outline: str = ""
    list_id: str = ""
    level: str = ""
    hidden: bool = False

    @property
    def heading(self) -> bool:
        """Tell whether paragraphs of this style are headings."""
        named = self.name.lower().startswith(_HEADING_STYLES)
        return named or self.outline not in {"", _BODY_TEXT}


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of a document by id, and the one of paragraphs that name none."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Shape:
    """A paragraph's properties, those of its style included. ``deleted`` speaks of its end, not of its text."""

    style: Style = PLAIN
    heading: bool = False
    list_id: str = ""
    level: str = ""
    deleted: bool = False


def read_styles(root: Element | None) -> Styles:
    """Return the styles of a styles part, each with what it inherits from the styles it is based on."""
    elements = [] if root is None else list(root.iterchildren("{*}style"))
    raw = {attribute(element, "styleId"): element for element in elements}
    by_id = {style_id: _inherited(style_id, raw) for style_id in raw}
    defaults = (
        by_id[attribute(element, "styleId")]
        for element in elements
        if attribute(element, "type") == "paragraph" and attribute(element, "default") in {"1", "true", "on"}
    )
    return Styles(by_id, next(defaults, PLAIN))


def _inherited(style_id: str, raw: dict[str, Element]) -> Style:
    """Return the style with what it does not set itself filled in along its chain of bases, which may be a circle."""
    chain: list[str] = []
    base = style_id
    while base in raw and base not in chain:
        chain.append(base)
        base = value_of(raw[base], "basedOn")
    elements = [raw[link] for link in chain]
    vanish = [child_of(element, "rPr", "vanish") for element in elements]
    return Style(
        id=style_id,
        name=value_of(raw[style_id], "name"),
        outline=_first(elements, "pPr", "outlineLvl"),
        list_id=_first(elements, "pPr", "numPr", "numId"),
        level=_first(elements, "pPr", "numPr", "ilvl"),
        hidden=switched_on(next((switch for switch in vanish if switch is not None), None)),
    )


def _first(elements: list[Element], *path: str) -> str:
    return next((value for element in elements if (value := value_of(element, *path))), "")


def read_shape(paragraph: Element, styles: Styles) -> Shape:
    """Return what the paragraph's properties say, filled in from its style."""
    style = styles.default
    outline = list_id = level = ""
    deleted = False
    properties = child_of(paragraph, "pPr")
    for child in properties if properties is not None else ():
        name = local_name(child)
        if name == "pStyle":
            style = styles.by_id.get(attribute(child, "val"), styles.default)
        elif name == "outlineLvl":
            outline = attribute(child, "val")
        elif name == "numPr":
            list_id, level = value_of(child, "numId"), value_of(child, "ilvl")
        elif name == "rPr":
            deleted = child_of(child, "del") is not None or child_of(child, "moveFrom") is not None
    heading = style.heading or outline not in {"", _BODY_TEXT}
    return Shape(style, heading, list_id or style.list_id, level, deleted)
