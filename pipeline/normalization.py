"""Clean text for analysis: pinyin out, byte slips mended, simplified characters, one width; and the way back.

The original is never changed. Every stage gives a new text with the map to the one before; what it did is recorded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Span
from mingcha.pipeline.noise import Noise, mark_noise
from mingcha.pipeline.offsets import OffsetMap, rewrite
from mingcha.pipeline.repair import LETTERS, TONED, find_slips

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.document import Document
    from mingcha.pipeline.noise import NoiseRule
    from mingcha.pipeline.repair import Convert, Score

RepairKind = Literal["line_break", "variant", "invisible", "pinyin", "gbk_slip", "traditional", "width"]


@dataclass(frozen=True, slots=True)
class Repair:
    """What normalisation changed. ``span`` counts in the original text; ``before`` and ``after`` are the first place.

    A byte slip has a repair of its own; of the other kinds a document has one at most, which reaches from the first
    place to the last and counts them. ``reason`` is Chinese; ``confidence`` is a probability.
    """

    span: Span
    before: str
    after: str
    kind: RepairKind
    reason: str
    confidence: float = 1.0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Clean:
    """A document's text as the analysis sees it, the map to the original, what was repaired and which lines are noise.

    The spans of ``noise`` count in the clean text.
    """

    document: Document
    text: str
    offsets: OffsetMap
    repairs: tuple[Repair, ...]
    noise: tuple[Noise, ...]


def normalize(document: Document, *, convert: Convert, score: Score, noise_rules: Sequence[NoiseRule] = ()) -> Clean:
    """Return the clean form of *document*.

    *convert* turns Traditional into simplified characters (OpenCC's t2s); *score* is the natural logarithm of the
    chance that one simplified character follows another.
    """
    text, offsets, repairs = document.text, OffsetMap(), list[Repair]()
    for stage in _stages(document, convert, score):
        repairs += (replace(repair, span=offsets.to_original(repair.span)) for repair in stage.repairs)
        text, offsets = stage.text, offsets.then(stage.offsets)
    return Clean(document, text, offsets, tuple(repairs), mark_noise(text, noise_rules))


@dataclass(frozen=True, slots=True)
class _Stage:
    """One rewrite: its text, its map, and its repairs with spans in the text it started from."""

    text: str
    offsets: OffsetMap = field(default_factory=OffsetMap)
    repairs: tuple[Repair, ...] = ()


def _stages(document: Document, convert: Convert, score: Score) -> Iterator[_Stage]:
    """Yield the stages in order; each works on the text of the one before."""
    yield (joined := _joined_lines(document))
    yield (visible := _without_invisible(joined.text))
    yield (unified := _unified(visible.text))
    yield (plain := _without_pinyin(unified.text, convert))
    # Which character is read how is told by the annotations, so the mending looks at the text before they went.
    yield (mended := _mended(plain.text, unified.text, convert, score))
    yield (simplified := _simplified(mended.text, convert))
    yield _even_width(simplified.text)


_BREAK = re.compile(r"([^\n])\n(?=([^\n]))")


def _joined_lines(document: Document) -> _Stage:
    """Take out the line breaks inside the paragraphs of a PDF: they are where the page was full, no more."""
    if document.format != "pdf":
        return _Stage(document.text)
    breaks = [
        (Span(*match.span()), match[1] if _is_wide(match[1]) or _is_wide(match[2]) else f"{match[1]} ")
        for block in document.blocks
        for match in _BREAK.finditer(document.text, block.span.start, block.span.end)
    ]
    return _rewritten(document.text, breaks, kind="line_break", reason="接合段落内的换行{}处")


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_BEFORE_INVISIBLE = re.compile(rf"([^\u200b\u2060\ufeff\u00ad\r\n]?){_INVISIBLE.pattern}+")


def _without_invisible(text: str) -> _Stage:
    """Drop zero-width marks and soft hyphens; each goes with the character before it."""
    if not _INVISIBLE.search(text):
        return _Stage(text)
    dropped = [(Span(*match.span()), match[1]) for match in _BEFORE_INVISIBLE.finditer(text)]
    return _rewritten(text, dropped, kind="invisible", reason="删去看不见的字符{}处")


# PDF fonts often report radicals where the page shows characters; NFKC knows only some of these.
_RADICALS = dict(
    zip(
        "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母民西见角贝车长门青页风飞食马鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
_VARIANT = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")


def _unified(text: str) -> _Stage:
    """Replace radicals and compatibility characters by the characters that they look like, one by one."""
    return _replaced(text, _VARIANT.sub(_unify, text), kind="variant", reason="部首或兼容字符还原为通用汉字{}处")


def _unify(match: re.Match[str]) -> str:
    character = _RADICALS.get(match[0]) or unicodedata.normalize("NFKC", match[0])
    return character if len(character) == 1 else match[0]


# The bracket comes first, as that is rare; a search for the Chinese character before it takes many times as long.
_ANNOTATION = re.compile(
    rf"[(（](?:(?<=[\u3400-\u9fff].)|(?<=[\u3400-\u9fff] .))(?P<reading>[{LETTERS}]{{1,6}}) ?[)）]"
)
_TONED = re.compile(f"[{TONED}]")
_TONELESS = frozenset({"de", "le", "ge", "men", "me", "ma", "ne", "ba", "zi", "zhe", "tou", "la", "li", "lou", "guo"})


def _without_pinyin(text: str, convert: Convert) -> _Stage:
    """Drop the pinyin that a page put behind its characters; each goes with its character."""
    places = (
        (match, match.start() - (2 if text[match.start() - 1] == " " else 1)) for match in _ANNOTATION.finditer(text)
    )
    dropped = [
        (Span(start, match.end()), text[start])
        for match, start in places
        if _is_pinyin(text[start], match["reading"], convert)
    ]
    return _rewritten(text, dropped, kind="pinyin", reason="删去字后的注音{}处")


def _is_pinyin(character: str, reading: str, convert: Convert) -> bool:
    return bool(_TONED.search(reading)) or (reading in _TONELESS and convert(character) != character)


def _mended(text: str, annotated: str, convert: Convert, score: Score) -> _Stage:
    slips = find_slips(text, annotated=annotated, convert=convert, score=score)
    reason = "原文在转码时丢了字节，按前后文还原，请对照原件核实"
    repairs = tuple(
        Repair(slip.span, slip.span.of(text), slip.restored, "gbk_slip", reason, slip.confidence) for slip in slips
    )
    return _Stage(*rewrite(text, ((slip.span, slip.restored) for slip in slips)), repairs)


def _simplified(text: str, convert: Convert) -> _Stage:
    """Convert character for character: where a phrase would change the length, its line, or its characters alone."""
    new = convert(text)
    if len(new) != len(text):
        new = "".join(_same_length(line, convert) for line in text.splitlines(keepends=True))
    return _replaced(text, new, kind="traditional", reason="繁体字转为简体字{}处")


def _same_length(line: str, convert: Convert) -> str:
    new = convert(line)
    if len(new) == len(line):
        return new
    return "".join(one if len(one := convert(character)) == 1 else character for character in line)


_FULL = re.compile("[０-９Ａ-Ｚａ-ｚ％]+|(?<=[0-9０-９])．(?=[0-9０-９])")
_TO_HALF = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_TO_HALF |= {ord("％"): ord("%"), ord("．"): ord(".")}
_BLANKS = re.compile("[\u00a0\u2002-\u200a\u202f\u205f\u3000]+")
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff、。“”‘’《》〈〉「」『』【】〔〕…—"
_MARKS = re.compile(rf"[,;:?!()](?:(?<=[{_CHINESE}].)[,;:?!()]*|[,;:?!()]*(?=[{_CHINESE}]))")
_TO_WIDE = str.maketrans(",;:?!()", "，；：？！（）")
_HALF_PAIR = re.compile(r"（[^()（）\r\n]{0,80}\)|\([^()（）\r\n]{0,80}）")


def _even_width(text: str) -> _Stage:
    """Make digits, letters and blanks half as wide and the marks beside Chinese full; every character stays one."""
    new = _FULL.sub(lambda match: match[0].translate(_TO_HALF), text)
    new = _BLANKS.sub(lambda match: " " * len(match[0]), new)
    new = _MARKS.sub(lambda match: match[0].translate(_TO_WIDE), new)
    new = _HALF_PAIR.sub(lambda match: f"（{match[0][1:-1]}）", new)
    return _replaced(text, new, kind="width", reason="全角、半角及空格统一{}处")


def _replaced(old: str, new: str, *, kind: RepairKind, reason: str) -> _Stage:
    """Return the stage of a rewrite that keeps every position."""
    if old == new:
        return _Stage(old)
    places = list(_changed(old, new))
    first, span = places[0], Span(places[0], places[-1] + 1)
    number = len(places)
    return _Stage(new, repairs=(Repair(span, old[first], new[first], kind, reason.format(number), count=number),))


def _changed(old: str, new: str) -> Iterator[int]:
    """Yield the places where two texts of one length differ; equal stretches are passed over as a whole."""
    for start in range(0, len(old), 1024):
        before, after = old[start : start + 1024], new[start : start + 1024]
        if before != after:
            yield from compress(count(start), map(ne, before, after))


def _rewritten(text: str, changes: Sequence[tuple[Span, str]], *, kind: RepairKind, reason: str) -> _Stage:
    """Return the stage of a rewrite that changes lengths."""
    if not changes:
        return _Stage(text)
    first, after = changes[0]
    span, number = Span(first.start, changes[-1][0].end), len(changes)
    repair = Repair(span, first.of(text), after, kind, reason.format(number), count=number)
    return _Stage(*rewrite(text, changes), (repair,))
