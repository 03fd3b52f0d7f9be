"""Undo one-byte slips in GBK text: a lead byte was lost, and what follows was decoded one byte off.

The lost byte shows as ``?``. Each later character is the second half of one original character and the first half
of the next, until a one-byte character (the second half of its original, such as ``M`` in 組 = ``BD 4D``) or another
lost byte brings the reading back into step. Full-width marks among them were narrowed afterwards (``？`` to ``?``).
Where pinyin had been put in first, by a tool that misread bytes as well, its opening bracket was swallowed together
with the lost byte: 表揚 (``B1 ED 93 50``) became ``表?yè)P``, because ``ED 93`` is 頁, which reads yè.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from itertools import islice, pairwise
from math import exp, log
from operator import attrgetter
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Convert = Callable[[str], str]
    Score = Callable[[str, str], float]
    Readings = Mapping[str, frozenset[str]]

LETTERS = "a-zA-Zɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"

_LOST = re.compile(rf"\?(?:(?=[{LETTERS}]*[{TONED}])([{LETTERS}]{{1,6}}) ?\))?")
_ANNOTATED = re.compile(rf"([\u3400-\u9fff]) ?\(([{LETTERS}]{{1,6}}) ?\)")
_WIDENED = dict(zip("?!,;:()", "？！，；：（）", strict=True))
_MARKS = frozenset("。，、；：！？（）《》“”‘’—…·")
_LEADS = range(0x81, 0xFF)
_TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
_LONGEST = 40
"""Characters of one slip that are tried; Traditional text mostly falls back into step after a few."""
_BEAM = 16
"""Ways that are followed from one place to the next."""
_CLOSINGS = 4
"""Places that are tried as the end of one slip, nearest first; like the beam, a bound on time for ruined text."""
_UNSEEN = 3.0
"""Nats that a character costs which the text does not have elsewhere; keeps simplified ones out of Traditional text."""
_FOREIGN = 20.0
"""Nats that a Traditional character costs in a text that is simplified throughout."""
_LEAST_GAIN = 6.0
"""Nats by which the best restoration must be likelier than the text as it stands."""
_LEAST_LIKELY = -9.0
"""Nats per character that a restoration must reach by itself, as anything is likelier than the rarest signs."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A damaged passage and what stood there. ``confidence`` (0 to 1) is the restoration's share among all readings."""

    span: Span
    restored: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Guess:
    """One reading of the damage: up to ``end``, with the characters possible at each place, and its cost in nats."""

    end: int
    options: tuple[Sequence[str], ...]
    cost: float


def find_slips(text: str, *, annotated: str = "", convert: Convert, score: Score) -> tuple[Slip, ...]:
    """Return the slips of *text*, in order, that can be restored with good reason.

    *convert* turns Traditional into simplified characters; *score* is the natural logarithm of the chance that one
    simplified character follows another. Characters lost altogether are found by the pinyin left of them, among
    those that *annotated*, the same text with its pinyin, reads so.
    """
    return tuple(_slips(text, annotated, _judge(text, convert, score))) if "?" in text else ()


def _slips(text: str, annotated: str, judge: _Judge) -> Iterator[Slip]:
    readings = _readings(annotated)
    done = 0
    while (start := text.find("?", done)) >= 0:
        done = start + 1
        if start and text[start - 1].isascii() and text[start - 1].isalnum():
            continue
        guesses = list(_guesses(text, start, readings))
        slip = _best(text, start, guesses, judge) if guesses else None
        if slip is not None:
            yield slip
            done = slip.span.end


def _readings(text: str) -> Readings:
    """Return which characters the text itself annotates with which pinyin."""
    characters = defaultdict(set)
    for character, reading in _ANNOTATED.findall(text):
        characters[reading.lower()].add(character)
    return {reading: frozenset(found) for reading, found in characters.items()}


def _guesses(text: str, start: int, readings: Readings) -> Iterator[_Guess]:
    opening = _LOST.match(text, start)
    assert opening is not None
    said = _said(opening, readings)
    if said:
        yield _Guess(opening.end(), (said,), log(len(said)))
    leads = _leads(text[start - 1 : start], said)
    for place, body in islice(_bodies(text, opening.end()), _CLOSINGS):
        closing = _LOST.match(text, place)
        if closing is None:
            yield from _closed_by_letter(text, place, body, leads)
        elif opening[1] or closing[1] or _is_odd(text[opening.end() : place]):
            yield from _closed_by_loss(closing, body, leads, _said(closing, readings))


def _said(lost: re.Match[str], readings: Readings) -> Sequence[str]:
    """Return the characters that are read as the pinyin left at a lost byte."""
    return sorted(readings.get((lost[1] or "").lower(), ()))


def _leads(before: str, said: Sequence[str]) -> Sequence[int]:
    """Return the lead bytes that make, with the second byte before them, a character that is *said*; else all."""
    pairs = [_pair(character) for character in said]
    return [pair[1] for pair in pairs if before and pair[:1] == _pair(before)[1:]] or _LEADS


def _bodies(text: str, begin: int) -> Iterator[tuple[int, bytes]]:
    """Yield the places where a slip that began before *begin* may have ended, with the bytes up to there."""
    body = b""
    for place in range(begin, min(len(text), begin + _LONGEST)):
        if text[place] == "?" or "@" <= text[place] <= "~":
            yield place, body
        body += (pair := _pair(text[place]))
        if not pair:
            return


def _closed_by_letter(text: str, place: int, body: bytes, leads: Sequence[int]) -> Iterator[_Guess]:
    """Yield the reading in which the one-byte character at *place* is a second half and nothing else is lost."""
    following = text[place + 1 : place + 2]
    options = _decoded(body + text[place].encode(), leads)
    if options and not (following.isascii() and following.isalnum()):
        yield _Guess(place + 1, options, log(len(leads)))


def _closed_by_loss(closing: re.Match[str], body: bytes, leads: Sequence[int], said: Sequence[str]) -> Iterator[_Guess]:
    """Yield the reading in which the second half of the last character is lost too."""
    if not body:
        if said:
            yield _Guess(closing.end(), (said,), log(len(said)))
        return
    options = _decoded(body[:-1], leads)
    last = [character for trail in _TRAILS if (character := _character(body[-1], trail))]
    last = [character for character in last if character in said] or last
    if options and last:
        yield _Guess(closing.end(), (*options, last), log(len(leads)) + log(len(last)))


def _decoded(body: bytes, leads: Sequence[int]) -> tuple[Sequence[str], ...]:
    """Return the possible characters of *body* behind a lost lead byte; empty where some place has none."""
    first = [character for lead in leads if (character := _character(lead, body[0]))]
    rest = [_character(body[place], body[place + 1]) for place in range(1, len(body), 2)]
    return (first, *rest) if first and all(rest) else ()


@cache
def _character(lead: int, trail: int) -> str:
    """Return the Chinese character or mark that two bytes of GBK stand for, or nothing."""
    character = bytes((lead, trail)).decode("gbk", errors="ignore")
    return character if character in _MARKS or "\u4e00" <= character <= "\u9fff" else ""


def _pair(character: str) -> bytes:
    """Return the two bytes of a character before its mark was narrowed; nothing where it never had two."""
    code = _WIDENED.get(character, character).encode("gb18030")  # unlike gbk, it knows the user-defined area
    return code if len(code) == 2 else b""


def _is_odd(body: str) -> bool:
    """Tell whether *body* holds a character that Chinese prose of today hardly uses."""
    return any(_pair(character) and not _is_ordinary(character) for character in body)


def _is_ordinary(character: str) -> bool:
    if character in _WIDENED or character in _MARKS:
        return True
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7  # the 3,755 characters of level 1
    except UnicodeEncodeError:
        return False


@dataclass(frozen=True, slots=True)
class _Path:
    """The likeliest way to a place, with the log-probability of that one and of all ways together."""

    best: float
    all: float
    text: str
    last: str


@dataclass(frozen=True, slots=True)
class _Judge:
    """How likely characters are beside each other, whichever script they are in."""

    convert: Convert
    score: Score
    seen: frozenset[str]
    traditional: bool

    def likelihood(self, text: str) -> float:
        """Return the log-probability of all characters of *text* but the first."""
        text = self.simplified(text)
        return sum(self.score(left, right) for left, right in pairwise(text))

    def best(self, before: str, guess: _Guess, after: str) -> tuple[float, float, str]:
        """Return the likeliest choice among the options of *guess* between two characters (Viterbi with a beam).

        The first number is its log-probability, the second that of all choices followed.
        """
        paths = [_Path(0.0, 0.0, "", self.simplified(before))]
        for options in (*guess.options, after):
            paths = nlargest(_BEAM, (self._extended(paths, option) for option in options), key=attrgetter("best"))
        (end,) = paths
        return end.best - guess.cost, end.all - guess.cost, end.text[:-1]

    def _extended(self, paths: Sequence[_Path], option: str) -> _Path:
        last = self.simplified(option)
        cost = self._cost(option)
        scores = [self.score(path.last, last) - cost for path in paths]
        best, text = max((path.best + score, path.text) for path, score in zip(paths, scores, strict=True))
        return _Path(
            best, _log_sum(path.all + score for path, score in zip(paths, scores, strict=True)), text + option, last
        )

    def _cost(self, character: str) -> float:
        if character in self.seen:
            return 0.0
        foreign = not self.traditional and self.simplified(character) != character
        return _FOREIGN if foreign else _UNSEEN

    def simplified(self, text: str) -> str:
        """Return *text* character by character in simplified form, of the same length."""
        return "".join(_simple(character, self.convert) for character in text)


def _judge(text: str, convert: Convert, score: Score) -> _Judge:
    seen = frozenset(text)
    characters = "\n".join(sorted(seen))
    return _Judge(convert, score, seen, traditional=convert(characters) != characters)


@cache
def _simple(character: str, convert: Convert) -> str:
    return simple if len(simple := convert(character)) == 1 else character


def _log_sum(values: Iterable[float]) -> float:
    found = list(values)
    highest = max(found)
    return highest + log(sum(exp(value - highest) for value in found))


def _best(text: str, start: int, guesses: Sequence[_Guess], judge: _Judge) -> Slip | None:
    before = text[start - 1] if start else "\n"
    gains = []
    for guess in guesses:
        after = text[guess.end : guess.end + 1] or "\n"
        best, every, restored = judge.best(before, guess, after)
        standing = judge.likelihood(before + text[start : guess.end] + after)
        gains.append((best - standing, every - standing, restored, guess.end))
    gain, _, restored, end = max(gains)
    mended = before + restored + (text[end : end + 1] or "\n")
    if gain < _LEAST_GAIN or judge.likelihood(mended) < _LEAST_LIKELY * (len(mended) - 1):
        return None
    share = exp(gain - _log_sum([0.0, *(every for _, every, _, _ in gains)]))
    return Slip(Span(start, end), restored, round(share, 3))
