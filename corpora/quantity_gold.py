"""The labelled quantities in ``gold/quantities``: sentences with every quantity that a careful reader finds in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUANTITIES = Path(__file__).parent / "gold" / "quantities"
_ENTRY = re.compile(r"(?P<words>[^=]+)=(?P<low>-?\d+(?:\.\d+)?)(?:\.\.(?P<high>\d+(?:\.\d+)?))? (?P<unit>\S+)(?P<rest>(?: \S+)*)")
_FLAGS = {"up": ("direction", "up"), "down": ("direction", "down"), "plan": ("plan", "plan")}
_KEYS = ("base", "target", "period", "measure", "share")


@dataclass(frozen=True, slots=True)
class GoldQuantity:
    """A quantity as labelled; ``attributes`` holds what else is to be checked (direction, base, target, …)."""

    words: str
    value: float
    value_max: float | None
    unit: str
    approximator: str | None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A sentence with its quantities in order; ``kind`` is the section it stands in."""

    kind: str
    text: str
    quantities: tuple[GoldQuantity, ...]


def load_quantities(path: Path) -> tuple[GoldSentence, ...]:
    """Return the labelled sentences of a file; a :class:`DataError` names the line that does not fit."""
    return tuple(_sentences(path))


def _sentences(path: Path) -> Iterator[GoldSentence]:
    kind = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# kind:"):
            kind = line.removeprefix("# kind:").strip()
        elif line.strip():
            text, _, labels = line.partition(" @@ ")
            yield GoldSentence(kind, text, tuple(_quantities(text, labels, f"{path.name} 第{number}行")))


def _quantities(text: str, labels: str, where: str) -> Iterator[GoldQuantity]:
    position = 0
    for entry in labels.split(" ; ") if labels != "-" else ():
        match = _ENTRY.fullmatch(entry.strip())
        if match is None:
            raise DataError(f"{where}：“{entry}”写法不对。应为 词=值 单位。")
        place = text.find(match["words"], position)
        if place < 0:
            raise DataError(f"{where}：句中（前一个数量之后）没有“{match['words']}”。请核对。")
        position = place + len(match["words"])
        yield _quantity(match, where)


def _quantity(match: re.Match[str], where: str) -> GoldQuantity:
    approximator, attributes = None, {}
    for mark in match["rest"].split():
        key, _, value = mark.partition("=")
        if mark.startswith("~"):
            approximator = mark[1:]
        elif mark in _FLAGS:
            attributes[_FLAGS[mark][0]] = _FLAGS[mark][1]
        elif key in _KEYS and value:
            attributes[key] = value
        else:
            raise DataError(f"{where}：不认识的标记“{mark}”。")
    high = float(match["high"]) if match["high"] else None
    return GoldQuantity(match["words"], float(match["low"]), high, match["unit"], approximator, attributes)
