"""Putting like with like, independent of order: chains for copies, agreement of the majority for matters."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def chained(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each of *count* things the smallest one that it hangs together with through *pairs*.

    >>> chained(4, [(1, 2), (2, 3)])
    [0, 1, 1, 1]
    """
    parent = list(range(count))

    def root(thing: int) -> int:
        while parent[thing] != thing:
            parent[thing] = parent[parent[thing]]
            thing = parent[thing]
        return thing

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return [root(thing) for thing in range(count)]


def agreed(
    things: Iterable[int], links: Mapping[tuple[int, int], float], barred: Iterable[tuple[int, int]] = ()
) -> list[list[int]]:
    """Return groups of *things*; the strongest *links* join first, and groups only where half of their pairs link.

    That keeps a chain of weak likenesses from running through a whole assessment. No group holds a *barred* pair.
    """
    apart: dict[int, set[int]] = defaultdict(set)
    for one, other in barred:
        apart[one].add(other)
        apart[other].add(one)
    group = {thing: [thing] for thing in things}
    linked: dict[int, set[int]] = defaultdict(set)
    for one, other in links:
        linked[one].add(other)
        linked[other].add(one)
    for one, other in sorted(links, key=lambda pair: (-links[pair], pair)):
        small, large = sorted((group[one], group[other]), key=lambda members: (len(members), members[0]))
        enough = small is not large and 2 * _links_between(small, large, linked) >= len(small) * len(large)
        if enough and not _links_between(small, large, apart):
            large.extend(small)
            group.update(dict.fromkeys(small, large))
    return list({id(members): sorted(members) for members in group.values()}.values())


def _links_between(small: Iterable[int], large: Iterable[int], linked: Mapping[int, set[int]]) -> int:
    members = set(large)
    return sum(len(linked[thing] & members) for thing in small)
