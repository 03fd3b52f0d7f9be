"""What would be if: a changed weight, threshold or point, a finding less; and which findings a grade hangs on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mingcha.pipeline.errors import UsageError, meant
from mingcha.pipeline.scoring.arithmetic import ZERO, difference, plain
from mingcha.pipeline.scoring.faults import faults_of
from mingcha.pipeline.scoring.grades import band_of
from mingcha.pipeline.scoring.scheme import Scheme
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.scoring.soundness import unsound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.subjects import Subject

_LARGEST = 3  # matters taken away at once in the search for what a grade hangs on
_MOST_TRIES = 5_000  # of one size; 80 matters have 82,160 sets of three, which would take minutes


@dataclass(frozen=True, slots=True)
class Change:
    """How one indicator's amount moves from one scorecard to another; ``None`` where it had or has none."""

    indicator: str
    name: str
    before: Decimal | None
    after: Decimal | None


def altered(scheme: Scheme, *changed: str) -> Scheme:
    """Return *scheme* with some things changed, each written as ``path=value``; what comes out must hold together.

    The path is ``strength``, ``indicators.ID.KEY``, ``items.ID.NUMBER.KEY`` (the items of an indicator, from 1),
    ``scales.ID.BAND`` (the floor of a band) or ``weights.GROUP.ID``. A :class:`UsageError` says what does not fit.
    """
    table = scheme.model_dump(exclude_unset=True)
    for change in changed:
        _change(table, change)
    return checked(table, "、".join(changed))


def _change(table: dict[str, Any], change: str) -> None:
    path, _, value = change.partition("=")
    place, key = _place(table, path.strip().split("."), change)
    place[key] = _typed(value.strip())
    if isinstance(place.get("weight"), Decimal) and key == "weight":
        _rescale(table, place)


def checked(table: dict[str, Any], change: str) -> Scheme:
    """Return the scheme of a table that was changed; a :class:`UsageError` says why *change* cannot be."""
    try:
        changed = Scheme.model_validate(table)
    except ValidationError as error:
        raise UsageError(f"改动“{change}”不成立：{faults_of(error, table, ())[0].text}。") from error
    if faults := unsound(changed):
        raise UsageError(f"改动“{change}”不成立：{faults[0].text}。")
    return changed


def _place(table: dict[str, Any], path: Sequence[str], change: str) -> tuple[dict[str, Any], str]:
    """Return the table in which the change falls, and the key."""
    match path:
        case ["strength"]:
            return table, "strength"
        case ["indicators", indicator, key]:
            return _named(table, "indicators", indicator, change), key
        case ["items", indicator, number, key] if number.isdecimal():
            items = _named(table, "indicators", indicator, change).get("items", ())
            if 0 < int(number) <= len(items):
                return items[int(number) - 1], key
        case ["scales", indicator, band]:
            scale = _named(table, "scales", indicator, change, by="indicator")
            for entry in scale["bands"]:
                if entry["name"] == band:
                    return entry, "at_least"
        case ["weights", group, indicator]:
            return table.setdefault("weights", {}).setdefault(group, {}), indicator
    forms = "strength=E2、indicators.编号.full=20、items.编号.1.points=-3、scales.total.优秀=85、weights.类别.编号=40"
    raise UsageError(f"看不懂改动“{change}”。可写：{forms}。")


def _named(table: dict[str, Any], key: str, name: str, change: str, *, by: str = "id") -> dict[str, Any]:
    for entry in table.get(key, ()):
        if entry[by] == name:
            return entry  # type: ignore[no-any-return]
    question = meant(name, [entry[by] for entry in table.get(key, ())])
    raise UsageError(f"改动“{change}”：方案里没有“{name}”。{question}请核对编号。")


def _typed(value: str) -> object:
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def _rescale(table: dict[str, Any], changed: dict[str, Any]) -> None:
    """Let the other parts of the mean share what the changed weight leaves, in their proportions."""
    others = [
        entry
        for entry in table["indicators"]
        if entry.get("parent") == changed.get("parent") and entry is not changed and "weight" in entry
    ]
    weights = sum((entry["weight"] for entry in others), ZERO)
    room = difference(Decimal(100), changed["weight"])
    if weights and room > 0:
        shares = [(entry["weight"] * room / weights).quantize(Decimal("0.000001")) for entry in others]
        shares[-1] = room - sum(shares[:-1], ZERO)
        for entry, share in zip(others, shares, strict=True):
            entry["weight"] = share


def changes(before: Scorecard, after: Scorecard) -> tuple[Change, ...]:
    """Return the indicators whose amounts differ between two scorecards of one subject."""
    first = {line.indicator: line for line in before.ledger.subtotals}
    second = {line.indicator: line for line in after.ledger.subtotals}
    rows = (
        Change(
            key,
            (first.get(key) or second[key]).name,
            first[key].amount if key in first else None,
            second[key].amount if key in second else None,
        )
        for key in dict.fromkeys((*first, *second))
    )
    return tuple(row for row in rows if row.before != row.after)


def without(evidence: Evidence, findings: Collection[str]) -> Evidence:
    """Return the evidence as if *findings* had been rejected."""
    kept = [replace(one, verdict="reject") if one.finding.id in findings else one for one in evidence.reviewed]
    return replace(evidence, reviewed=kept)


@dataclass(frozen=True, slots=True)
class Hanging:
    """The smallest sets of matters (each as its finding ids) without which the total meets another band.

    ``tried`` says up to how many matters were taken away at once; 0 where the total is undetermined or has no scale.
    """

    tried: int
    sets: tuple[tuple[str, ...], ...] = ()


def hanging_on(subject: Subject, scheme: Scheme, evidence: Evidence) -> Hanging:
    """Search for what a grade hangs on: one matter, two, three, as long as the sets of that size are not too many."""
    scale = next((scale for scale in scheme.scales if scale.indicator == scheme.root.id), None)
    card = score(subject, scheme, evidence)
    if scale is None or card.total is None:
        return Hanging(0)
    band = band_of(card.total, scale)
    matters = tuple(dict.fromkeys(line.findings for line in card.lines if line.findings and line.points))
    sizes = [size for size in range(1, _LARGEST + 1) if comb(len(matters), size) <= _MOST_TRIES]
    for size in sizes:
        sets = [
            tuple(sorted(finding for matter in chosen for finding in matter))
            for chosen in combinations(matters, size)
            if band_of(_total_without(subject, scheme, evidence, chosen), scale) != band
        ]
        if sets:
            return Hanging(size, tuple(sets))
    return Hanging(len(sizes))


def _total_without(
    subject: Subject, scheme: Scheme, evidence: Evidence, chosen: Sequence[tuple[str, ...]]
) -> Decimal | None:
    taken = {finding for matter in chosen for finding in matter}
    return score(subject, scheme, without(evidence, taken)).total


def change_lines(rows: Sequence[Change]) -> Iterator[str]:
    """Yield the changes as text."""
    for row in rows:
        before, after = ("—" if value is None else plain(value) for value in (row.before, row.after))
        yield f"{row.name}：{before} → {after}"
