"""The labelled quantities in ``gold/quantities``: sentences with every quantity that a careful reader finds in them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUANTITIES = Path(__file__).parent / "gold" / "quantities"

_NUMBER = r"-?\d+(?:\.\d+)?"
_ENTRY = re.compile(
    rf"(?P<words>[^=]+)=(?P<low>{_NUMBER})(?:\.\.(?P<high>{_NUMBER}))? (?P<unit>\S+)(?P<rest>(?: \S+)*)"
)
_APPROXIMATORS = frozenset({"more", "less", "nearly", "about"})
_FLAGS = {"up": ("direction", "up"), "down": ("direction", "down"), "plan": ("plan", "plan")}
_KEYS = frozenset({"base", "target", "period", "measure", "share"})


@dataclass(frozen=True, slots=True)
class GoldQuantity:
    """A quantity as labelled; ``attributes`` holds what else is to be checked (direction, base, target, …).

    Value, unit and approximator are as :class:`mingcha.pipeline.quantities.Quantity` has them.
    """

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


@dataclass(frozen=True, slots=True)
class SeedNumber:
    """A number that a scraped document states; ``seed`` begins its file's name, ``what`` says it in our own words."""

    seed: str
    section: str
    what: str
    value: float
    value_max: float | None
    unit: str
    approximator: str | None


def load_quantities(path: Path) -> tuple[GoldSentence, ...]:
    """Return the labelled sentences of a file; a :class:`DataError` names the line that does not fit."""
    return tuple(_sentences(path))


def load_seed_numbers(path: Path = QUANTITIES / "seeds.csv") -> tuple[SeedNumber, ...]:
    """Return the numbers that the five scraped documents are known to state."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            SeedNumber(
                row["seed"],
                row["section"],
                row["what"],
                float(row["value"]),
                float(row["value_max"]) if row["value_max"] else None,
                row["unit"],
                row["approximator"] or None,
            )
            for row in csv.DictReader(lines)
        )


def _sentences(path: Path) -> Iterator[GoldSentence]:
    kind = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# kind:"):
            kind = line.removeprefix("# kind:").strip()
        elif line.strip():
            text, mark, labels = line.partition(" @@ ")
            where = f"{path.name} 第{number}行"
            if not mark:
                raise DataError(f"{where}：没有“ @@ ”。请在句子后写明数量，没有数量写“ @@ -”。")
            yield GoldSentence(kind, text, tuple(_quantities(text, labels, where)))


def _quantities(text: str, labels: str, where: str) -> Iterator[GoldQuantity]:
    position = 0
    for entry in labels.split(" ; ") if labels.strip() != "-" else ():
        match = _ENTRY.fullmatch(entry.strip())
        if match is None:
            raise DataError(f"{where}：“{entry}”写法不对。应为 词=值 单位。")
        place = text.find(match["words"], position)
        if place < 0:
            raise DataError(f"{where}：句中（前一个数量之后）没有“{match['words']}”。请核对。")
        position = place + len(match["words"])
        yield _quantity(match, where)


def _quantity(match: re.Match[str], where: str) -> GoldQuantity:
    marks = match["rest"].split()
    approximators = [mark[1:] for mark in marks if mark.startswith("~")]
    attributes = dict(_attribute(mark, where) for mark in marks if not mark.startswith("~"))
    if len(approximators) > 1 or not _APPROXIMATORS.issuperset(approximators):
        raise DataError(f"{where}：约数标记“{'、'.join(approximators)}”不对。请写 ~more、~less、~nearly、~about 之一。")
    high = float(match["high"]) if match["high"] else None
    approximator = approximators[0] if approximators else None
    return GoldQuantity(match["words"], float(match["low"]), high, match["unit"], approximator, attributes)


def _attribute(mark: str, where: str) -> tuple[str, str]:
    key, _, value = mark.partition("=")
    if mark in _FLAGS:
        return _FLAGS[mark]
    if key in _KEYS and value:
        return key, value
    raise DataError(f"{where}：不认识的标记“{mark}”。请用 up、down、plan，或 {'、'.join(sorted(_KEYS))} 加“=值”。")
