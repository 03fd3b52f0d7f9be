"""Ballots: who got how many votes of which grade, how many were given out, and whether the figures agree."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.parts import Check, Part, Passage, ends_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.grids import Row
    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.tables import Column, Table

_TOKEN = re.compile(r"[^\s|｜]+")
_VOTES = re.compile(r"(\d{1,5})(?:票|人|张)?(?:[（(][^）)]*[）)])?")
_TICKS = frozenset("√✓☑●○〇◯Vv对")
_ASIDE = frozenset({"unknown", "abstain"})
_SUMS = re.compile("合计|总计|小计|平均|总票数")
_FOOTER = {
    "issued": re.compile(r"(?:发出|发放|印发)[^\d\n，。；,]{0,10}?(\d{1,5})"),
    "returned": re.compile(r"(?:收回|回收)[^\d\n，。；,率]{0,10}?(\d{1,5})"),
    "valid": re.compile(r"(?<!无)有效[^\d\n，。；,]{0,8}?(\d{1,5})"),
    "invalid": re.compile(r"(?:无效|废)票?[^\d\n，。；,]{0,6}?(\d{1,5})"),
}
_BEFORE, _BEHIND = 300, 600  # how far from its rows the footer of a ballot may stand


@dataclass(frozen=True, slots=True)
class Count:
    """The votes for one option; ``number`` is ``None`` for a tick. ``kind`` is option, unknown, abstain or total.

    ``over`` is the header above several options, as 德 above 好, 较好, 一般, 差; empty where there is none.
    """

    kind: str
    option: str
    over: str
    number: int | None
    passage: Passage


@dataclass(frozen=True, slots=True)
class BallotRow:
    """Who or what was voted on, with the counts in the order of the columns."""

    name: Passage
    post: Passage | None
    counts: tuple[Count, ...]

    @property
    def span(self) -> Span:
        """From the name to the last count."""
        return Span(self.name.span.start, max(self.name.span.end, *(count.passage.span.end for count in self.counts)))


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot table with the figures below or above it; ``footer`` is where these stand."""

    rows: tuple[BallotRow, ...]
    issued: int | None = None
    returned: int | None = None
    valid: int | None = None
    invalid: int | None = None
    footer: Span | None = None
    checks: tuple[Check, ...] = ()


def read_ballots(text: str, tables: Sequence[Table], book: LabelBook) -> tuple[Ballot, ...]:
    """Return the ballots of a clean text: from its tables, else from lines whose words are parted by blanks."""
    found = [_table_rows(table, text) for table in tables if table.form == "ballot"]
    groups = [rows for rows in (found or _line_groups(text, book)) if rows]
    ends = ends_of([rows[0].span.start for rows in groups], len(text))
    starts = [0, *(rows[-1].span.end for rows in groups[:-1])][: len(groups)]
    bounds = zip(starts, ends, strict=True)
    return tuple(_with_footer(rows, text, bound) for rows, bound in zip(groups, bounds, strict=True))


def ballot_parts(ballots: Iterable[Ballot]) -> Iterator[Part]:
    """Yield rows and footers of *ballots* as parts; ``group`` counts the ballots."""
    for group, ballot in enumerate(ballots, start=1):
        for row in ballot.rows:
            yield Part("ballot_row", row.span, group, row.name.text)
        if ballot.footer is not None:
            yield Part("ballot_footer", ballot.footer, group)


def _table_rows(table: Table, text: str) -> list[BallotRow]:
    return [found for row in table.rows if (found := _table_row(table, row, text)) is not None]


def _table_row(table: Table, row: Row, text: str) -> BallotRow | None:
    cells = [(column, Passage(c.span, c.span.of(text))) for c in row if (column := table.column_of(c)) is not None]
    counts = tuple(count for column, passage in cells if (count := _count(column, passage)) is not None)
    names = [passage for column, passage in cells if column.field == "name"]
    names += [passage for column, passage in cells if column.field is None]
    post = next((passage for column, passage in cells if column.field == "post"), None)
    name = next(iter(names), None) or post
    return BallotRow(name, post, counts) if name is not None and counts else None


def _count(column: Column, passage: Passage) -> Count | None:
    """Return the votes in one cell; ``None`` where the cell is no count."""
    if column.field not in {"option", "unknown", "abstain", "total"}:
        return None
    votes = _VOTES.fullmatch(passage.text)
    if votes is None and passage.text not in _TICKS:
        return None
    return Count(column.field, column.name, column.over, int(votes[1]) if votes else None, passage)


def _line_groups(text: str, book: LabelBook) -> list[list[BallotRow]]:
    """Return the rows below each line of options, as a ballot looks in plain text."""
    groups: list[list[BallotRow]] = []
    header: list[tuple[str, str]] = []
    for line in lines_of(text):
        options = _options(line.of(text), book)
        if options:
            header = options
            groups.append([])
        elif header:
            row = _line_row(line, text, header)
            header = header if row else []
            groups[-1] += [row] if row else []
    return groups


def _options(line: str, book: LabelBook) -> list[tuple[str, str]]:
    """Return kind and name of the counted columns of a header line; empty where the line is none."""
    words = _TOKEN.findall(line)
    named = [(book.field_of(word, "ballot"), word) for word in words] if len(line) < 100 else []
    counted = [(field, word) for field, word in named if field in {"option", "unknown", "abstain", "total"}]
    if any(field is None for field, _ in named) or [field for field, _ in counted].count("option") < 2:
        return []
    return [(str(field), word) for field, word in counted]


def _line_row(line: Span, text: str, header: Sequence[tuple[str, str]]) -> BallotRow | None:
    words = [Passage(Span(*match.span()).shifted(line.start), match[0]) for match in _TOKEN.finditer(line.of(text))]
    counted, named = words[len(words) - len(header) :], words[: len(words) - len(header)]
    votes = [_VOTES.fullmatch(word.text) for word in counted]
    if not named or len(counted) != len(header) or not all(votes) or _VOTES.fullmatch(named[-1].text):
        return None
    counts = tuple(
        Count(kind, option, "", int(vote[1]), passage)
        for (kind, option), vote, passage in zip(header, votes, counted, strict=True)
        if vote is not None
    )
    post = Span(named[1].span.start, named[-1].span.end) if len(named) > 1 else None
    return BallotRow(named[0], Passage(post, post.of(text)) if post else None, counts)


def _with_footer(rows: Sequence[BallotRow], text: str, bounds: tuple[int, int]) -> Ballot:
    """Return the ballot with the figures that stand behind its rows, else with those before them."""
    first, last = rows[0].span.start, rows[-1].span.end
    behind = (last, min(bounds[1], last + _BEHIND))
    before = (max(bounds[0], first - _BEFORE), first)
    hits = _footer_hits(text, behind) or _footer_hits(text, before)
    numbers = {name: int(match[1]) for name, match in hits.items()}
    places = [match.span() for match in hits.values()]
    footer = Span(min(start for start, _ in places), max(end for _, end in places)) if places else None
    ballot = Ballot(
        tuple(rows),
        issued=numbers.get("issued"),
        returned=numbers.get("returned"),
        valid=numbers.get("valid"),
        invalid=numbers.get("invalid"),
        footer=footer,
    )
    return replace(ballot, checks=tuple(_checks(ballot)))


def _footer_hits(text: str, bounds: tuple[int, int]) -> dict[str, re.Match[str]]:
    found = {name: pattern.search(text, *bounds) for name, pattern in _FOOTER.items()}
    hits = {name: match for name, match in found.items() if match is not None}
    return hits if hits.keys() & {"issued", "returned", "valid"} else {}


def _checks(ballot: Ballot) -> Iterator[Check]:
    for row in ballot.rows:
        if ballot.valid is not None and not _SUMS.search(row.name.text):
            yield from _row_checks(row, ballot.valid)
    if ballot.footer is not None:
        yield from _footer_checks(ballot, ballot.footer)


def _row_checks(row: BallotRow, valid: int) -> Iterator[Check]:
    """Compare the votes of each group of options with the valid ballots; who abstains may count among them."""
    for over in dict.fromkeys(count.over for count in row.counts):
        counts = [count for count in row.counts if count.over == over and count.number is not None]
        options = [count.number or 0 for count in counts if count.kind == "option"]
        aside = sum(count.number or 0 for count in row.counts if count.kind in _ASIDE and count.over in {over, ""})
        if len(options) < 2:
            continue
        total, name = sum(options), f"{row.name.text}{f'（{over}）' if over else ''}"
        sum_of = "+".join(map(str, options))
        holds = valid in {total, total + aside}
        yield Check("ballot.row_sum", holds, f"{name}各档票数{sum_of}={total}，有效票{valid}", row.span)


def _footer_checks(ballot: Ballot, place: Span) -> Iterator[Check]:
    issued, returned, valid, invalid = ballot.issued, ballot.returned, ballot.valid, ballot.invalid
    if issued is not None and returned is not None:
        yield Check("ballot.returned", returned <= issued, f"收回{returned}张，发出{issued}张", place)
    if returned is not None and valid is not None:
        whole = valid + invalid if invalid is not None else None
        holds = valid <= returned if whole is None else whole == returned
        rest = "" if invalid is None else f"，无效{invalid}张"
        yield Check("ballot.valid", holds, f"有效{valid}张{rest}，收回{returned}张", place)
