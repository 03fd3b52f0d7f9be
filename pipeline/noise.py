"""Lines that are no part of a document: adverts, navigation, site headers and footers. Marked, never deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class NoiseRule:
    """A kind of noise line. ``pattern`` matches from the beginning of a line of clean text without its outer blanks.

    Lines longer than ``longest`` characters are never noise under this rule. ``reason`` is Chinese and for the
    analyst; ``matches`` and ``misses`` are lines that must and must not be noise, and are tests.
    """

    id: str
    reason: str
    pattern: re.Pattern[str]
    longest: int
    matches: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Noise:
    """A line of clean text that is noise, without its line end, and the id of the rule that says so."""

    span: Span
    rule: str


def mark_noise(text: str, rules: Sequence[NoiseRule]) -> tuple[Noise, ...]:
    """Return the noise lines of clean *text* in order; the first rule that fits names a line."""
    if not rules:
        return ()
    longest = max(rule.longest for rule in rules)
    return tuple(
        Noise(span, rule)
        for span in _lines(text, longest)
        if (rule := _rule_for(span.of(text).strip(), rules)) is not None
    )


def merge_noise(first: Iterable[Noise], second: Iterable[Noise]) -> tuple[Noise, ...]:
    """Return the noise of two markings in order; a line that both marked keeps the *first* rule."""
    lines = {noise.span: noise for noise in second} | {noise.span: noise for noise in first}
    return tuple(lines[span] for span in sorted(lines))


def parse_rules(table: Mapping[str, Any]) -> tuple[NoiseRule, ...]:
    """Return the rules of a parsed noise file; a ``DataError`` names the rule that cannot be used."""
    return tuple(_rule(entry) for entry in table.get("rule", ()))


def _rule(entry: Mapping[str, Any]) -> NoiseRule:
    try:
        return NoiseRule(
            id=entry["id"],
            reason=entry["reason"],
            pattern=re.compile(entry["pattern"]),
            longest=int(entry.get("longest", 40)),
            matches=tuple(entry["matches"]),
            misses=tuple(entry["misses"]),
        )
    except KeyError as error:
        raise DataError(f"噪声规则 {entry.get('id', '（无编号）')} 缺少 {error} 一项。请补上后重试。") from error
    except re.error as error:
        raise DataError(f"噪声规则 {entry['id']} 的 pattern 有误：{error}。请改正后重试。") from error


def _lines(text: str, longest: int) -> Iterator[Span]:
    """Yield the lines of *text* that are not blank and not longer than *longest*."""
    for match in re.finditer(r"[^\r\n]+", text):
        if match.end() - match.start() <= longest and not match.group().isspace():
            yield Span(match.start(), match.end())


def _rule_for(line: str, rules: Sequence[NoiseRule]) -> str | None:
    return next((rule.id for rule in rules if len(line) <= rule.longest and rule.pattern.match(line)), None)
