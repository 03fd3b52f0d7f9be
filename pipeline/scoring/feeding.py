"""From matters to points: which indicator counts which matter, once, and the lines that say so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import ZERO, difference, plain, product, quotient, total
from mingcha.pipeline.scoring.ledger import Ledger, LedgerLine
from mingcha.pipeline.scoring.matters import CORROBORATED, refusal
from mingcha.pipeline.scoring.soundness import bounds
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.scoring.indicators import Item, Leaf, Tally
    from mingcha.pipeline.scoring.matters import Matter
    from mingcha.pipeline.scoring.scheme import Scheme


_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Claim:
    """A matter under the item it falls under; ``refused`` (Chinese) says why it bears no points there."""

    matter: Matter
    item: Item
    refused: str | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a scheme and a period admit."""

    scheme: Scheme
    period: frozenset[int]

    def refusal(self, matter: Matter, item: Item) -> str | None:
        return refusal(matter, item.strength or self.scheme.strength, self.period)


def allocate(
    scheme: Scheme, matters: Iterable[Matter], period: frozenset[int] = frozenset()
) -> Mapping[str, tuple[Claim, ...]]:
    """Give each matter to the first indicator that counts it; later ones get a reference without points.

    *period* are the years of the assessment.
    """
    matters = tuple(matters)
    counted: dict[str, str] = {}
    claims: dict[str, list[Claim]] = defaultdict(list)
    for tally in scheme.tallies:
        for matter in matters:
            if (claim := _claim(matter, tally, _Rule(scheme, period), counted.get(matter.key))) is not None:
                claims[tally.id].append(claim)
                if claim.refused is None:
                    counted[matter.key] = tally.name
    return {indicator: tuple(found) for indicator, found in claims.items()}


@dataclass(frozen=True, slots=True)
class Count:
    """An indicator's claims, and the exposures (件数、人口) that some of its items divide by."""

    tally: Tally
    claims: Sequence[Claim]
    exposures: Mapping[str, Decimal | bool | None]
    preview: bool

    def worth(self, item: Item, matters: int) -> Decimal | None:
        """Return the points of so many matters under *item*: one division; ``None`` without an exposure above 0."""
        whole = product(item.points, Decimal(matters))
        if item.per is None:
            return whole
        exposure = self.exposures.get(item.per)
        known = isinstance(exposure, Decimal) and exposure > 0
        return quotient(product(whole, _HUNDRED), exposure) if known else None  # type: ignore[arg-type]


def feed(count: Count, names: Mapping[str, str]) -> Ledger:
    """Return an indicator's lines: the start, one line a matter, what the caps give back, what the full mark cuts.

    *names* are those of an office's own categories.
    """
    tally = count.tally
    if unknown := [item for item in tally.items if count.worth(item, 0) is None]:
        return Ledger(undetermined=tuple(f"“{tally.name}”缺少基数“{item.per}”，不能按率计分" for item in unknown))
    start = line(tally, tally.start, "起评分", f"从{plain(tally.start)}分起评")
    return bounded(tally, (start, *_matter_lines(count, names), *_caps(count)))


def bounded(leaf: Leaf, lines: Sequence[LedgerLine]) -> Ledger:
    """Close an indicator's lines with one that keeps their sum between nothing and the full mark, where needed."""
    value = total(entry.points for entry in lines)
    least, most = bounds(leaf)
    if least <= value <= most:
        return Ledger(tuple(lines))
    edge = most if value > most else least
    text = f"各项合计{plain(value)}分，按{'最高' if value > most else '最低'}{plain(edge)}分计"
    return Ledger((*lines, line(leaf, difference(edge, value), "不超出本项分值范围", text)))


def line(leaf: Leaf, points: Decimal, rule: str, explanation: str) -> LedgerLine:
    """Return a line of an indicator that rests on no finding."""
    return LedgerLine(leaf.id, leaf.name, points, points, rule, explanation)


def _claim(matter: Matter, tally: Tally, rule: _Rule, first: str | None) -> Claim | None:
    """Take the first item that admits the matter, else the last that names it, with the reason of its refusal."""
    fitting = [item for item in tally.items if _fits(matter, item)]
    if not fitting:
        return None
    claims = (Claim(matter, item, rule.refusal(matter, item)) for item in fitting)
    claim = next((claim for claim in claims if claim.refused is None), None)
    if claim is None:
        return Claim(matter, fitting[-1], rule.refusal(matter, fitting[-1]))
    return claim if first is None else Claim(matter, claim.item, f"同一事实已在“{first}”计分，此处仅作参照，不重复计分")


def _fits(matter: Matter, item: Item) -> bool:
    if matter.category not in item.categories:
        return False
    return not item.subclasses or any(found.startswith(item.subclasses) for found in matter.subclasses)


def _matter_lines(count: Count, names: Mapping[str, str]) -> Iterator[LedgerLine]:
    """Yield one line a matter; each bears what it adds to those before it, so that the lines sum up exactly."""
    before: dict[str, int] = defaultdict(int)
    for claim in count.claims:
        item, matter = claim.item, claim.matter
        met = before[item.rule]
        worth = difference(count.worth(item, met + 1) or ZERO, count.worth(item, met) or ZERO)
        points = worth if claim.refused is None else ZERO
        before[item.rule] += claim.refused is None
        yield LedgerLine(
            *(count.tally.id, count.tally.name, points, points, item.rule, _explanation(count, claim, names, worth)),
            findings=matter.findings,
            fact=matter.fact,
        )


def _explanation(count: Count, claim: Claim, names: Mapping[str, str], worth: Decimal) -> str:
    matter, preview = claim.matter, count.preview
    named = "、".join(matter.confirmed_by)
    state = "预览，尚未经人确认" if preview else f"确认人：{named}"
    category = names.get(matter.category, chinese(matter.category))
    head = f"“{category}”1项，依据线索{len(matter.findings)}条（{state}）"
    if claim.refused is not None:
        return f"{head}。{claim.refused}"
    single = "单一来源，经人工审核采用；" if matter.strength < CORROBORATED else ""
    effect = f"{'加' if worth > 0 else '扣'}{plain(worth.copy_abs())}分{_rate(count, claim.item)}"
    strength = f"{single}证据强度{matter.strength}（{chinese(matter.strength)}）"
    return f"{head}；{strength}。{'如经确认，' if preview else ''}{effect}"


def _rate(count: Count, item: Item) -> str:
    exposure = count.exposures.get(item.per) if item.per is not None else None
    return (
        f"（每百{item.per}1项计{plain(item.points)}分，{item.per}为{plain(exposure)}）"
        if isinstance(exposure, Decimal)
        else ""
    )


def _caps(count: Count) -> Iterator[LedgerLine]:
    for item in count.tally.items:
        matters = sum(claim.item is item and claim.refused is None for claim in count.claims)
        value = count.worth(item, matters) or ZERO
        if item.cap is None or value.copy_abs() <= item.cap:
            continue
        edge = item.cap.copy_sign(value)
        text = f"{matters}项合计{plain(value)}分，本条封顶，按{plain(edge)}分计"
        yield line(count.tally, difference(edge, value), item.rule, text)
