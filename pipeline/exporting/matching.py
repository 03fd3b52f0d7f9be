"""Which mark belongs to which exported finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.exporting.label_files import Given, Stood
    from mingcha.pipeline.exporting.marks import Mark

_QUOTED = 20  # characters of a span that a message shows


def match(given: Given, marks: Sequence[Mark]) -> tuple[dict[str, Mark], frozenset[str], tuple[str, ...]]:
    """Return the mark of each finding, the findings that have any mark, and what is told of marks that say nothing.

    A mark belongs to the finding whose id the tool kept, or to that of its place and category, or to the only finding
    that is left at its place: then the category was changed.
    """
    findings = given.origin.findings
    claims: dict[str, list[Mark]] = {}
    rest = [mark for mark in marks if not mark.trouble]
    for finder in (_by_id, _by_label, _by_place):
        claims, rest = _claimed(claims, rest, finder(rest, {one: findings[one] for one in findings.keys() - claims}))
    single = {finding: _only(found, findings[finding].span) for finding, found in claims.items()}
    told = [
        *(f"“{_quoted(mark, given)}”{mark.trouble}" for mark in marks if mark.trouble),
        *(f"“{_quoted(mark, given)}”是新标的，明察没有这一处线索，不能凭标注建立" for mark in rest),
        *(
            f"线索 {finding}（“{_quoted(claims[finding][0], given)}”）{_UNCLEAR}"
            for finding in claims
            if not single[finding]
        ),
    ]
    return {one: mark for one, mark in single.items() if mark}, frozenset(claims), tuple(told)


_UNCLEAR = "的标签被移动了位置，或有几个互相矛盾的标签"


def _claimed(
    claims: Mapping[str, list[Mark]], rest: Sequence[Mark], pairs: Iterable[tuple[str, Mark]]
) -> tuple[dict[str, list[Mark]], list[Mark]]:
    joined = {finding: list(marks) for finding, marks in claims.items()}
    taken = set()
    for finding, mark in pairs:
        joined.setdefault(finding, []).append(mark)
        taken.add(id(mark))
    return joined, [mark for mark in rest if id(mark) not in taken]


def _by_id(marks: Sequence[Mark], findings: Mapping[str, Stood]) -> Iterator[tuple[str, Mark]]:
    return ((mark.finding, mark) for mark in marks if mark.finding is not None and mark.finding in findings)


def _by_label(marks: Sequence[Mark], findings: Mapping[str, Stood]) -> Iterator[tuple[str, Mark]]:
    places = {(stood.span, stood.category): finding for finding, stood in findings.items()}
    found = ((places.get((mark.span, mark.label.category)), mark) for mark in marks)
    return ((finding, mark) for finding, mark in found if finding)


def _by_place(marks: Sequence[Mark], findings: Mapping[str, Stood]) -> Iterator[tuple[str, Mark]]:
    for finding, stood in findings.items():
        here = [mark for mark in marks if mark.span == stood.span]
        if here and sum(other.span == stood.span for other in findings.values()) == 1:
            yield from ((finding, mark) for mark in here)


def _only(marks: Sequence[Mark], place: Span) -> Mark | None:
    """Return the one mark that counts: one that says a verdict before those that still wait for one."""
    decided = [mark for mark in marks if mark.label.verdict] or list(marks)
    clear = all(mark.label == decided[0].label for mark in decided)
    same = all(mark.label.category == decided[0].label.category for mark in marks)
    return decided[0] if clear and same and decided[0].span == place else None


def _quoted(mark: Mark, given: Given) -> str:
    words = mark.span.of(given.text)
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED]}……"
