"""What a scheme must fulfil beyond the shape of its fields: one tree, weights of 100, points inside the full marks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import ZERO, plain, total
from mingcha.pipeline.scoring.faults import Fault
from mingcha.pipeline.scoring.formula_checks import unsound_formulas, unsound_tables
from mingcha.pipeline.terms import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from mingcha.pipeline.scoring.indicators import Indicator, Item, Leaf, Linear, Table, Tally
    from mingcha.pipeline.scoring.scheme import Scheme

NODES = ("add", "mean", "multiply")  # these need parts; a formula may have some
_HUNDRED = 100
_EMPTY = "方案里既没有指标（indicators），也没有核算（calculations）。请至少写一个"


def unsound(scheme: Scheme) -> list[Fault]:
    """Return every fault; the later checks need a tree and are left out where there is none."""
    tables = [*unsound_tables(scheme)]
    if not scheme.indicators:
        idle = {"scales": scheme.scales, "vetoes": scheme.vetoes, "quotas": scheme.quotas, "weights": scheme.weights}
        faults = [
            Fault((key,), "方案没有指标，这一段不起作用。请补上指标或删去这一段") for key, part in idle.items() if part
        ]
        return faults + (tables if scheme.calculations else [*tables, Fault(("indicators",), _EMPTY)])
    if faults := [*_tree(scheme)]:
        return [*faults, *tables]
    checks = (_products, _weights, _groups, _fulls, _leaves, _scales, _grades, _own_categories, unsound_formulas)
    return [*(fault for check in checks for fault in check(scheme)), *tables]


def bounds(leaf: Leaf) -> tuple[Decimal, Decimal]:
    """Return the least and the most points a leaf can give: 减分 runs from minus its full mark to 0."""
    return (leaf.full.copy_negate(), ZERO) if leaf.scope == "减分" else (ZERO, leaf.full)


def _tree(scheme: Scheme) -> Iterator[Fault]:
    places = {indicator.id: indicator for indicator in reversed(scheme.indicators)}
    parents = {indicator.parent for indicator in scheme.indicators}
    for index, indicator in enumerate(scheme.indicators):
        path = ("indicators", index)
        if places[indicator.id] is not indicator:
            yield Fault((*path, "id"), f"编号“{indicator.id}”用了两次。请改成不同的编号")
        if (text := _misplaced(indicator, places)) is not None:
            yield Fault((*path, "parent"), text)
        if indicator.method in NODES and indicator.id not in parents:
            yield Fault(
                path, f'“{indicator.name}”没有下级指标。请给下级写上 parent = "{indicator.id}"，或改用别的 method'
            )
    roots = [indicator.id for indicator in scheme.indicators if indicator.parent is None]
    if len(roots) != 1:
        named = "、".join(roots) or "一个也没有"
        yield Fault(("indicators",), f"总分只能有一个，即只有一个指标不写 parent（现在是：{named}）。请改正 parent")


def _misplaced(indicator: Indicator, places: dict[str, Indicator]) -> str | None:
    if indicator.parent is None:
        return None
    if indicator.parent not in places:
        return f"没有编号为“{indicator.parent}”的指标。请改成已有的编号"
    if places[indicator.parent].method not in (*NODES, "formula"):
        return f"“{indicator.parent}”自己有数据来源，不能再有下级。请把它的 method 改为 add、mean、multiply 或 formula"
    chain, above = {indicator.id}, indicator.parent
    while above is not None and above in places:
        if above in chain:
            return f"上下级绕成了圈（经过“{above}”）。请改正其中一个 parent"
        chain.add(above)
        above = places[above].parent or ""
    return None


def _products(scheme: Scheme) -> Iterator[Fault]:
    for index, node in enumerate(scheme.indicators):
        if node.method == "multiply" and {part.id for part in scheme.branches[node.id]} != {node.base, node.factor}:
            yield Fault(("indicators", index), f"“{node.name}”的下级应当正好是 base 和 factor 两个指标。请核对三处编号")
        if node.method == "multiply" and len(scheme.branches[node.id]) != len({node.base, node.factor}):
            yield Fault(("indicators", index), "base 和 factor 不能是同一个指标。请改正")


def _weights(scheme: Scheme) -> Iterator[Fault]:
    means = {indicator.id for indicator in scheme.indicators if indicator.method == "mean"}
    for index, indicator in enumerate(scheme.indicators):
        averaged = indicator.parent in means
        if averaged and indicator.weight is None:
            yield Fault(("indicators", index), f"“{indicator.name}”缺少 weight。上级是 mean，每个下级都要写权重")
        if not averaged and indicator.weight is not None:
            yield Fault(("indicators", index, "weight"), "上级不是 mean，权重不起作用。请删去 weight 或改上级的 method")
        if not averaged and indicator.missing == "exclude":
            yield Fault(("indicators", index, "missing"), "缺项剔除只能用在 mean 之下，别处等于按零分算。请删去这一项")
        if indicator.id in means:
            yield from _hundred(scheme, index)


def _hundred(scheme: Scheme, index: int) -> Iterator[Fault]:
    node = scheme.indicators[index]
    weights = total(part.weight or ZERO for part in scheme.branches[node.id])
    if weights != _HUNDRED:
        yield Fault(
            ("indicators", index), f"“{node.name}”下级的权重合计为{plain(weights)}，应当为100。请调整各个 weight"
        )


def _groups(scheme: Scheme) -> Iterator[Fault]:
    means = {
        part.id: node.id for node in scheme.indicators if node.method == "mean" for part in scheme.branches[node.id]
    }
    for group, own in scheme.weights.items():
        for indicator in own.keys() - means.keys():
            yield Fault(("weights", group, indicator), f"没有可加权的指标“{indicator}”。请写 mean 之下某个指标的编号")
        for mean in sorted({means[indicator] for indicator in own if indicator in means}):
            parts = [part.id for part in scheme.branches[mean]]
            fixed = [own[part] for part in parts if part in own]
            if (len(fixed) == len(parts)) != (total(fixed) == _HUNDRED) or total(fixed) > _HUNDRED:
                yield Fault(
                    ("weights", group),
                    f"“{group}”的权重合计为{plain(total(fixed))}，没有给其余指标留下余地或不足100。请调整",
                )


def _fulls(scheme: Scheme) -> Iterator[Fault]:
    for index, node in enumerate(scheme.indicators):
        if node.method not in ("add", "mean") or node.full is None:
            continue
        parts = [part for part in scheme.branches[node.id] if part.scope in ("共性", "个性")]
        fulls = [part.full for part in parts if part.method != "multiply" and part.full is not None]
        same = total(fulls) == node.full if node.method == "add" else set(fulls) <= {node.full}
        if len(fulls) == len(parts) and not same:
            named = "、".join(map(plain, fulls))
            yield Fault(("indicators", index, "full"), f"满分{plain(node.full)}与下级满分（{named}）对不上。请核对满分")


def _leaves(scheme: Scheme) -> Iterator[Fault]:
    for index, leaf in enumerate(scheme.indicators):
        path = ("indicators", index)
        if leaf.method == "findings":
            yield from _tally(path, leaf)
        elif leaf.method == "table":
            yield from _table(path, leaf)
        elif leaf.method == "linear":
            yield from _linear(path, leaf)


def _tally(path: tuple[str | int, ...], leaf: Tally) -> Iterator[Fault]:
    least, most = bounds(leaf)
    if not least <= leaf.start <= most:
        yield Fault(
            (*path, "start"), f"起评分{plain(leaf.start)}不在{plain(least)}到{plain(most)}之间。请调整起评分或满分"
        )
    for index, item in enumerate(leaf.items):
        if (text := _wrong_points(leaf, item)) is not None:
            yield Fault((*path, "items", index, "points"), text)


def _wrong_points(leaf: Tally, item: Item) -> str | None:
    if item.points == 0:
        return "每项分值不能为0。请写正数（加分）或负数（扣分）"
    if leaf.scope == "减分" and item.points > 0:
        return "减分项的每项分值应当是负数。请加上负号"
    if leaf.scope == "加分" and item.points < 0:
        return "加分项的每项分值应当是正数。请去掉负号"
    return None


def _table(path: tuple[str | int, ...], leaf: Table) -> Iterator[Fault]:
    yield from _descending((*path, "steps"), [step.at_least for step in leaf.steps])
    yield from _points(path, "steps", leaf)


def _linear(path: tuple[str | int, ...], leaf: Linear) -> Iterator[Fault]:
    for index, (left, right) in enumerate(pairwise(leaf.knots)):
        if left.at >= right.at:
            yield Fault((*path, "knots", index + 1, "at"), "拐点应当从小到大排列，且不重复。请调整次序")
    yield from _points(path, "knots", leaf)


def _points(path: tuple[str | int, ...], key: str, leaf: Table | Linear) -> Iterator[Fault]:
    """Check that the points stay within the full mark and run the way the direction promises."""
    least, most = bounds(leaf)
    upwards = (
        [step.points for step in reversed(leaf.steps)]
        if leaf.method == "table"
        else [knot.points for knot in leaf.knots]
    )
    if not all(least <= points <= most for points in upwards):
        yield Fault((*path, key), f"分值应当在{plain(least)}到{plain(most)}之间。请调整分值或满分")
    rising = upwards == sorted(upwards)
    falling = upwards == sorted(upwards, reverse=True)
    if not (rising if leaf.direction == "正向" else falling):
        yield Fault((*path, "direction"), f"写明是{leaf.direction}指标，分值的走向却不一致。请改 direction 或分值")


def _scales(scheme: Scheme) -> Iterator[Fault]:
    known = {indicator.id for indicator in scheme.indicators}
    for index, scale in enumerate(scheme.scales):
        if scale.indicator not in known:
            yield Fault(("scales", index, "indicator"), f"没有编号为“{scale.indicator}”的指标。请改成已有的编号")
        yield from _descending(("scales", index, "bands"), [band.at_least for band in scale.bands])
    if len({scale.indicator for scale in scheme.scales}) != len(scheme.scales):
        yield Fault(("scales",), "同一个指标写了两套等次线。请合并成一套")


def _descending(path: tuple[str | int, ...], floors: Sequence[Decimal | None]) -> Iterator[Fault]:
    """Check that the floors fall from step to step and only the last one is open below."""
    if floors[-1] is not None or None in floors[:-1]:
        yield Fault(path, "除最后一档外都要写 at_least，最后一档不写（表示其余）。请补上或删去")
    given = [floor for floor in floors if floor is not None]
    if any(upper <= lower for upper, lower in pairwise(given)):
        yield Fault(path, "各档的 at_least 应当从高到低排列，且不重复。请调整次序")


def _grades(scheme: Scheme) -> Iterator[Fault]:
    scales = [scale for scale in scheme.scales if scale.indicator == scheme.root.id]
    names = {band.name for scale in scales for band in scale.bands}
    grades = {"vetoes": [veto.grade for veto in scheme.vetoes], "quotas": [quota.grade for quota in scheme.quotas]}
    for key, named in grades.items():
        for index, grade in enumerate(named):
            if grade not in names:
                yield Fault((key, index, "grade"), f"总分的等次线里没有“{grade}”。请改成已有的等次")
    others = {indicator.id for indicator in scheme.indicators} | {entry.id for entry in scheme.inputs}
    answers = [veto.id for veto in scheme.vetoes]
    if len({*answers, *others}) < len(answers) + len(others):
        yield Fault(("vetoes",), "否决事项的编号与别的编号重复。请改成不同的编号")


def _own_categories(scheme: Scheme) -> Iterator[Fault]:
    for index, indicator in enumerate(scheme.indicators):
        for place, item in enumerate(indicator.items if indicator.method == "findings" else ()):
            for category in item.categories:
                if category.startswith(OWN) and category not in scheme.names:
                    remedy = f'请在方案里加一段 [names]，写上 {category} = "它的中文名称"'
                    yield Fault(("indicators", index, "items", place, "categories"), f"{category} 没有名称。{remedy}")
