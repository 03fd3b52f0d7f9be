"""What a tool's labels say: one mark for each labelled span, in our own words and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.exporting.doccano import JOINT, PENDING
from mingcha.pipeline.exporting.labels import OPINIONS, STATUSES, Label, codes_of
from mingcha.pipeline.exporting.offsets import from_units

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mingcha.pipeline.exporting.label_files import Given, Part
    from mingcha.pipeline.exporting.offsets import Units

_OPINIONS = {word: code for code, word in OPINIONS.items()}
_STATUSES = codes_of(STATUSES)


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled span. ``finding`` is the id that the tool kept, if it is one.

    A field of the label that the tool did not tell is ``None``. ``trouble`` (Chinese) is why the mark says nothing.
    """

    span: Span
    label: Label
    finding: str | None = None
    reason: str = ""
    trouble: str | None = None


def marks_of(given: Given, names: Mapping[str, str], units: Units) -> tuple[Mark, ...] | None:
    """Return the marks of a document, ``None`` where nobody annotated it; *names* are the labels by category.

    Raise DataError where the tool's own quotation of a span shows that its places are counted otherwise.
    """
    present = {stood.category for stood in given.origin.findings.values()}
    reading = _Reading(given, codes_of(names, present), from_units(given.text, units))
    if given.spans is not None:
        return tuple(_from_span(span, reading) for span in given.spans)
    if given.parts is None:
        return None
    regions: dict[str, list[Part]] = {}
    for part in given.parts:
        regions.setdefault(part.id, []).append(part)
    return tuple(_from_region(parts, reading) for parts in regions.values())


@dataclass(frozen=True, slots=True)
class _Reading:
    given: Given
    codes: Mapping[str, str]
    place: Callable[[int], int]

    def span(self, start: int, end: int) -> Span:
        span = Span(self.place(start), self.place(end))
        if not 0 <= span.start <= span.end <= len(self.given.text):
            raise DataError(f"{self.given.where}：标注的位置 {start}—{end} 超出原文。{_COUNTED}")
        return span


_COUNTED = "可能是标注工具计算字符的方法不同，请加上 --offsets utf-16 或 --offsets code-points 重试。"


def _from_span(span: tuple[int, int, str], reading: _Reading) -> Mark:
    start, end, words = span
    verdict, joint, category = words.partition(JOINT)
    known = joint and (verdict == PENDING or verdict in _OPINIONS) and category in reading.codes
    label = Label(reading.codes.get(category, ""), _OPINIONS.get(verdict))
    return Mark(reading.span(start, end), label, trouble=None if known else f"不认识标签“{words}”")


def _from_region(parts: Sequence[Part], reading: _Reading) -> Mark:
    first = parts[0]
    span = reading.span(first.value.start, first.value.end)
    _check_quotation(parts, span, reading.given)
    told = {part.from_name: _words(part) for part in parts}
    categories = told.get("category", [])
    known = len(categories) == 1 and categories[0] in reading.codes
    label = Label(
        reading.codes.get(categories[0], "") if categories else "",
        _coded(told, "verdict", _OPINIONS),
        _coded(told, "status", _STATUSES),
        "".join(told.get("subject", [])).strip() or None,
    )
    finding = first.id if first.id in reading.given.origin.findings else None
    trouble = None if known else f"应当有一个认识的类别，现为“{'、'.join(categories)}”"
    return Mark(span, label, finding, "；".join(told.get("reason", [])).strip(), trouble)


def _words(part: Part) -> list[str]:
    typed = part.value.text if isinstance(part.value.text, list) else []
    return [*part.value.labels, *part.value.choices, *typed]


def _coded(told: Mapping[str, list[str]], name: str, codes: Mapping[str, str]) -> Any:
    return next((codes[word] for word in told.get(name, []) if word in codes), None)


def _check_quotation(parts: Sequence[Part], span: Span, given: Given) -> None:
    """Refuse a region whose quotation is not what stands at its place."""
    quoted = next((part.value.text for part in parts if isinstance(part.value.text, str)), None)
    stands = span.of(given.text)
    if quoted is not None and _flat(quoted) != _flat(stands):
        raise DataError(f"{given.where}：标注引的是“{quoted[:30]}”，同一位置的原文却是“{stands[:30]}”。{_COUNTED}")


def _flat(text: str) -> str:
    """Return *text* without line breaks, which Label Studio quotes as backslash and n."""
    return text.replace("\\n", "").replace("\n", "").replace("\r", "")
