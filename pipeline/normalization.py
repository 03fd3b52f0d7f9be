"""Clean text for analysis: pinyin out, byte slips mended, simplified characters, one width; and the way back.

The original is never changed. Every step gives a new text with the map to the one before; what it did is recorded.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from mingcha.pipeline.blanks import BLANKS, close_blanks
from mingcha.pipeline.document import Span
from mingcha.pipeline.furniture import mark_furniture
from mingcha.pipeline.line_breaks import join_lines
from mingcha.pipeline.losses import guess_lost, no_words
from mingcha.pipeline.noise import Noise, mark_noise, merge_noise
from mingcha.pipeline.offsets import OffsetMap
from mingcha.pipeline.repair import LETTERS, TONED, find_slips
from mingcha.pipeline.rewriting import Change, Repair, Step, list_repairs, replaced, rewritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.document import Document
    from mingcha.pipeline.losses import Words
    from mingcha.pipeline.noise import NoiseRule
    from mingcha.pipeline.repair import Convert, Score


@dataclass(frozen=True, slots=True)
class Clean:
    """A document's text as the analysis sees it, the map to the original, the steps between, and which lines are noise.

    The spans of ``noise`` count in the clean text.
    """

    document: Document
    text: str
    offsets: OffsetMap
    steps: tuple[Step, ...]
    noise: tuple[Noise, ...]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """Every place that was repaired, step by step; made anew at each call, as most callers never ask.

        ``replay`` makes the clean text of the original with them.
        """
        return tuple(list_repairs(self.steps))


def normalize(
    document: Document,
    *,
    convert: Convert,
    score: Score,
    noise_rules: Sequence[NoiseRule] = (),
    words: Words = no_words,
) -> Clean:
    """Return the clean form of *document*.

    *convert* turns Traditional into simplified characters (OpenCC's t2s); *score* is the natural logarithm of the
    chance that one simplified character follows another; *words* guesses at lost characters and is asked only if some
    are lost.
    """
    steps = tuple(step for step in _steps(document, convert, score, words) if not step.idle)
    text = steps[-1].after if steps else document.text
    offsets = reduce(OffsetMap.then, (step.offsets for step in steps), OffsetMap())
    noise = merge_noise(mark_furniture(document, text, offsets), mark_noise(text, noise_rules))
    return Clean(document, text, offsets, steps, noise)


def _steps(document: Document, convert: Convert, score: Score, words: Words) -> Iterator[Step]:
    """Yield the steps in order; each works on the text of the one before, and no two are of one kind."""
    yield (joined := join_lines(document, convert=convert, score=score))
    yield (visible := _without_invisible(joined.after))
    yield (unified := _unified(visible.after))
    yield (plain := _without_pinyin(unified.after, convert))
    # Which character is read how is told by the annotations, so the mending looks at the text before they went.
    yield (mended := _mended(plain.after, unified.after, convert, score))
    yield (closed := close_blanks(mended.after, document.format))
    yield (simplified := _simplified(closed.after, convert))
    yield guess_lost(simplified.after, words=words, score=score)
    yield _even_width(simplified.after)


_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
_BEFORE_INVISIBLE = re.compile(rf"([^\u200b\u2060\ufeff\u00ad\r\n]?){_INVISIBLE.pattern}+")


def _without_invisible(text: str) -> Step:
    """Drop zero-width marks and soft hyphens; each goes with the character before it."""
    found = _BEFORE_INVISIBLE.finditer(text) if _INVISIBLE.search(text) else ()
    return rewritten("invisible", text, (Change(Span(*match.span()), match[1], "删去看不见的字符") for match in found))


# PDF fonts often report radicals where the page shows characters; NFKC knows only some of these.
_RADICALS = dict(
    zip(
        "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母民西见角贝车长门青页风飞食马鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
_VARIANT = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")


def _unified(text: str) -> Step:
    """Replace radicals and compatibility characters by the characters that they look like, one by one."""
    return replaced("variant", text, _VARIANT.sub(_unify, text), "部首或兼容字符还原为通用汉字")


def _unify(match: re.Match[str]) -> str:
    character = _RADICALS.get(match[0]) or unicodedata.normalize("NFKC", match[0])
    return character if len(character) == 1 else match[0]


# The bracket comes first, as that is rare; a search for the Chinese character before it takes many times as long.
_ANNOTATION = re.compile(
    rf"[(（](?:(?<=[\u3400-\u9fff].)|(?<=[\u3400-\u9fff] .))(?P<reading>[{LETTERS}]{{1,6}}) ?[)）]"
)
_TONED = re.compile(f"[{TONED}]")
_TONELESS = frozenset({"de", "le", "ge", "men", "me", "ma", "ne", "ba", "zi", "zhe", "tou", "la", "li", "lou", "guo"})


def _without_pinyin(text: str, convert: Convert) -> Step:
    """Drop the pinyin that a page put behind its characters; each goes with its character."""
    places = (
        (match, match.start() - (2 if text[match.start() - 1] == " " else 1)) for match in _ANNOTATION.finditer(text)
    )
    dropped = (
        Change(Span(start, match.end()), text[start], "删去字后的注音")
        for match, start in places
        if _is_pinyin(text[start], match["reading"], convert)
    )
    return rewritten("pinyin", text, dropped)


def _is_pinyin(character: str, reading: str, convert: Convert) -> bool:
    return bool(_TONED.search(reading)) or (reading in _TONELESS and convert(character) != character)


def _mended(text: str, annotated: str, convert: Convert, score: Score) -> Step:
    reason = "原文在转码时丢了字节，按前后文还原，请对照原件核实"
    slips = find_slips(text, annotated=annotated, convert=convert, score=score)
    return rewritten("gbk_slip", text, (Change(slip.span, slip.restored, reason, slip.confidence) for slip in slips))


def _simplified(text: str, convert: Convert) -> Step:
    """Convert character for character: where a phrase would change the length, its line, or its characters alone."""
    new = convert(text)
    if len(new) != len(text):
        new = "".join(_same_length(line, convert) for line in text.splitlines(keepends=True))
    return replaced("traditional", text, new, "繁体字转为简体字")


def _same_length(line: str, convert: Convert) -> str:
    new = convert(line)
    if len(new) == len(line):
        return new
    return "".join(one if len(one := convert(character)) == 1 else character for character in line)


_FULL = re.compile("[０-９Ａ-Ｚａ-ｚ％]+|(?<=[0-9０-９])．(?=[0-9０-９])")
_TO_HALF = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_TO_HALF |= {ord("％"): ord("%"), ord("．"): ord(".")}
_WIDE_BLANKS = re.compile(f"[{BLANKS[1:]}]+")
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff、。“”‘’《》〈〉「」『』【】〔〕…—"
_MARKS = re.compile(rf"[,;:?!()](?:(?<=[{_CHINESE}].)[,;:?!()]*|[,;:?!()]*(?=[{_CHINESE}]))")
_TO_WIDE = str.maketrans(",;:?!()", "，；：？！（）")
_HALF_PAIR = re.compile(r"（[^()（）\r\n]{0,80}\)|\([^()（）\r\n]{0,80}）")


def _even_width(text: str) -> Step:
    """Make digits, letters and blanks half as wide and the marks beside Chinese full; every character stays one."""
    new = _FULL.sub(lambda match: match[0].translate(_TO_HALF), text)
    new = _WIDE_BLANKS.sub(lambda match: " " * len(match[0]), new)
    new = _MARKS.sub(lambda match: match[0].translate(_TO_WIDE), new)
    new = _HALF_PAIR.sub(lambda match: f"（{match[0][1:-1]}）", new)
    return replaced("width", text, new, "全角、半角及空格统一")
