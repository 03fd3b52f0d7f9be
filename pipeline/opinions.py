"""What a second reader said of a sentence, taken only as far as the text bears it out."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mingcha.pipeline.document import Span
from mingcha.pipeline.inquiries import AFFIRMING, CLAIMS
from mingcha.pipeline.terms import RISK_CATEGORIES, chinese

LEAST_QUOTED = 2  # letters or figures; one is found anywhere
# How a finding's sources call what was said, with the Chinese reason that pages and reports show.
OPINION_REASONS = MappingProxyType(
    {
        f"reader.{one}": f"第二读者（本单位的语言模型）读作：{'没有风险' if one == 'none' else chinese(one)}"
        for one in CLAIMS
    }
)
# What servers put around an answer that was asked for without anything around it.
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Opinion:
    """A grounded answer: what is claimed of the sentence, of which categories, and which words (span) show it."""

    claim: str
    categories: tuple[str, ...]
    span: Span

    @property
    def affirms(self) -> bool:
        """Whether it says that a risk of an identifiable subject is asserted or reported."""
        return self.claim in AFFIRMING

    @property
    def id(self) -> str:
        """What the sources of a finding, and its cue, call it."""
        return f"reader.{self.claim}"


def opinion_of(reply: str, sentence: str) -> Opinion | None:
    """Return what *reply* says of *sentence*; ``None`` where it is no JSON, its codes are unknown, or its quotation is
    not in the sentence: such an answer counts as none.

    >>> opinion_of('{"claim": "asserted", "categories": ["inaction"], "quotation": "无人接听"}', "电话无人接听。")
    Opinion(claim='asserted', categories=('inaction',), span=Span(start=2, end=6))
    >>> opinion_of('{"claim": "asserted", "categories": ["inaction"], "quotation": "没有人接"}', "电话无人接听。")
    """
    told = _parsed(reply)
    claim, quotation = told.get("claim"), told.get("quotation")
    categories = _categories(told.get("categories"))
    if claim not in CLAIMS or categories is None or not isinstance(quotation, str):
        return None
    if claim in AFFIRMING and not categories:
        return None
    span = find_quotation(quotation, sentence)
    return Opinion(claim, categories, span) if span else None


def _parsed(reply: str) -> dict[str, Any]:
    bare = _THOUGHTS.sub("", reply, count=1)
    fenced = _FENCE.match(bare)
    try:
        told = json.loads(fenced[1] if fenced else bare)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _categories(told: object) -> tuple[str, ...] | None:
    """Return the codes in the order of the codebook; ``None`` where one is unknown."""
    if not isinstance(told, list) or not all(isinstance(one, str) and one in RISK_CATEGORIES for one in told):
        return None
    return tuple(category for category in RISK_CATEGORIES if category in told)


def find_quotation(quotation: str, sentence: str) -> Span | None:
    """Return where *quotation* stands in *sentence*, width and blanks aside; ``None`` where it does not.

    >>> find_quotation("报修5次", "报修　５ 次，没人来。")
    Span(start=0, end=6)
    >>> find_quotation("。", "没人来。")
    """
    wanted = "".join(letter for letter, _ in _folded(quotation))
    if sum(map(str.isalnum, wanted)) < LEAST_QUOTED:
        return None
    letters = _folded(sentence)
    at = "".join(letter for letter, _ in letters).find(wanted)
    return Span(letters[at][1], letters[at + len(wanted) - 1][1] + 1) if at >= 0 else None


def _folded(text: str) -> list[tuple[str, int]]:
    """Return the characters of *text* in one width and without blanks, each with its place."""
    return [
        (letter, place)
        for place, character in enumerate(text)
        for letter in unicodedata.normalize("NFKC", character)
        if not letter.isspace()
    ]
