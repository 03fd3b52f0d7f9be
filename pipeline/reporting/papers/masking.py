"""The pseudonymized edition: every personal detail in every string of a report gives way to a keyed pseudonym."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from mingcha.pipeline.document import Span
from mingcha.pipeline.reporting.papers.personal_details import Detail, apart, find_numbers, shadow
from mingcha.pipeline.reporting.papers.personal_names import find_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Value = TypeVar("_Value")

# Sixteen letters that make no words, digits or vowels: forty bits are ten letters.
_LETTERS = "BCDFGHJKLMNPQRST"
_LENGTH = 10
_TOKEN = re.compile(rf"〔[一-龥]{{2,3}}·[{_LETTERS}]{{{_LENGTH}}}〕")


@dataclass(frozen=True, slots=True)
class Mask:
    """What makes pseudonyms: the office's key, and the names to be found wherever they stand, with their sorts.

    The names are in simplified characters. ``spared`` are words that no pattern may take for a name: those of subjects
    that stay.
    """

    key: bytes
    names: Mapping[str, str]
    spared: frozenset[str] = frozenset()


def pseudonym(key: bytes, sort: str, value: str) -> str:
    """Return the pseudonym of a value: HMAC-SHA256 under the key, cut to forty bits.

    The same value has the same pseudonym in every file made with the key. Two of *n* values share one with a chance
    of about n²/2⁴¹: one in two million for a thousand.
    """
    digest = hmac.digest(key, f"{sort}\n{value}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:5])
    letters = "".join(_LETTERS[number >> (4 * place) & 15] for place in range(_LENGTH))
    return f"〔{sort}·{letters}〕"


def masking(mask: Mask) -> Callable[[str], str]:
    """Return the function that masks a text; what it has masked stays as it is."""
    known = _alternatives(mask.names)

    @lru_cache(maxsize=65536)
    def masked_text(text: str) -> str:
        before, after = "", text
        while after != before:  # what stood beside a detail may be one, once that is gone
            before, after = after, _masked(after, mask, known)
        return after

    return masked_text


def details_of(text: str, mask: Mask, known: re.Pattern[str] | None = None) -> list[Detail]:
    """Return every detail of a text that is masked, in order; the pseudonyms in it are none."""
    known = known or _alternatives(mask.names)
    plain = shadow(text)
    tokens = [Span(*match.span()) for match in _TOKEN.finditer(text)]
    named = [Detail(Span(*match.span()), mask.names[match[0]], match[0]) for match in known.finditer(plain)]
    found = [*named, *find_numbers(plain), *(one for one in find_names(plain) if one.value not in mask.spared)]
    return apart([one for one in found if not any(one.span.overlaps(token) for token in tokens)], plain)


def _masked(text: str, mask: Mask, known: re.Pattern[str]) -> str:
    pieces, place = list[str](), 0
    for detail in details_of(text, mask, known):
        pieces += [text[place : detail.span.start], pseudonym(mask.key, detail.sort, detail.value)]
        place = detail.span.end
    return "".join((*pieces, text[place:]))


def _alternatives(names: Iterable[str]) -> re.Pattern[str]:
    """Return an expression that finds the longest name at each place, by its first character first."""
    groups: dict[str, list[str]] = {}
    for name in sorted({name for name in names if name}, key=lambda name: (-len(name), name)):
        groups.setdefault(name[0], []).append(re.escape(name[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items()) or r"(?!)")


# What is a word of the software, not of a document.
_OURS = frozenset({"standing", "form", "kind", "finding"})


def masked(value: _Value, mask_text: Callable[[str], str]) -> _Value:
    """Return *value* with every string in it masked, however deep in dataclasses and tuples it stands."""
    made: Any = value
    if isinstance(value, str):
        made = mask_text(value)
    elif isinstance(value, tuple):
        made = tuple(masked(each, mask_text) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changes = {
            one.name: masked(getattr(value, one.name), mask_text) for one in fields(value) if one.name not in _OURS
        }
        made = replace(value, **changes)
    return made  # type: ignore[no-any-return]
