"""What a figure counts, by its own words: 粮食总产18.4万吨 and 油菜籽产量1.6万吨 are of two things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.common_units import common_unit
from mingcha.pipeline.quantity import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.quantity import Quantity

_BEFORE = re.compile("[一-龥]{2,10}$")
_NAMED_TIME = re.compile("([一-龥]{2}(?:时间|时长|时限|用时|周期))[一-龥]{0,6}$")
# What says how, when or how much, not what.
_NO_THING = re.compile(
    "全[年县市镇乡]|本年|累计|新[增建]|完成|建成|实现|达到?|共|总|产量|面积|资金|数量|实际|率$|[为约近超达]$|我|上报|组织|开展|发放|投入"
)


def of_two_things(one: Finding, other: Finding) -> bool:
    """Tell whether both count in one unit, but neither speaks of what the other counts."""
    first, second = dict(_named(one)), dict(_named(other))
    sorts = first.keys() & second.keys()
    return bool(sorts) and not any(
        _speaks(first[sort], other.text) or _speaks(second[sort], one.text) for sort in sorts
    )


def of_one_thing(one: Finding, other: Finding) -> bool:
    """Tell whether both count in one unit, and each speaks of what the other counts."""
    first, second = dict(_named(one)), dict(_named(other))
    return any(
        first[sort].strip()
        and second[sort].strip()
        and _speaks(first[sort], other.text)
        and _speaks(second[sort], one.text)
        for sort in first.keys() & second.keys()
    )


def kind_of_figure(text: str, quantity: Quantity) -> str:
    """Return the kind of a figure that is compared, empty where none is; of durations, the time that is named."""
    if quantity.kind in FIGURES:
        return quantity.kind
    named = _NAMED_TIME.search(text_before(text, quantity)) if quantity.kind == "duration" else None
    return named[1] if named else ""


def text_before(text: str, quantity: Quantity) -> str:
    """Return what stands before a quantity, nothing where it is told otherwise in *text*."""
    return text[: max(text.find(quantity.text), 0)]


def _named(finding: Finding) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the sorts of figure of a finding, each with what it counts."""
    for quantity in finding.quantities:
        if kind := kind_of_figure(finding.text, quantity):
            yield (kind, common_unit(quantity.unit)[0]), _thing(finding.text, quantity)


def _thing(text: str, quantity: Quantity) -> str:
    before = _BEFORE.search(text_before(text, quantity))
    return _NO_THING.sub(" ", quantity.measure or (before[0] if before else ""))


def _speaks(thing: str, text: str) -> bool:
    """Tell whether *text* holds two characters of *thing* that stand together; what has no name is of anything."""
    pairs = [pair for place in range(len(thing) - 1) if " " not in (pair := thing[place : place + 2])]
    return not pairs or any(pair in text for pair in pairs)
