"""What the server of a second reader answers: silence, no opinion, or one whose words stand in the sentence."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from mingcha.models.reader_calls import SilenceError, read_json
from mingcha.models.second_reader import content_of, names_of
from mingcha.pipeline.inquiries import CLAIMS
from mingcha.pipeline.opinions import opinion_of
from mingcha.pipeline.terms import RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 3_000
_SENTENCE = "窗口长期无人值守，群众报修５次，没有回音。"


def seeds() -> Iterator[bytes]:
    """Yield answers with every claim and category, in a fence and after thoughts, a list of models, and brackets."""
    for number, claim in enumerate(CLAIMS):
        category = RISK_CATEGORIES[number % len(RISK_CATEGORIES)]
        told = json.dumps({"claim": claim, "categories": [category], "quotation": "报修5次"}, ensure_ascii=False)
        for words in (told, f"```json\n{told}\n```", f"<think>好</think>{told}"):
            yield json.dumps({"choices": [{"message": {"content": words}}]}, ensure_ascii=False).encode()
    yield b'{"object": "list", "data": [{"id": "qwen"}]}'
    yield b"[" * 2_900


def checker(place: object) -> Callable[[bytes], None]:
    """Return the check of one input."""

    def check(data: bytes) -> None:
        with suppress(SilenceError):
            told = read_json(data)
            names_of(told)
            opinion = opinion_of(content_of(told), _SENTENCE)
            if opinion is not None:
                assert opinion.span.of(_SENTENCE)
                assert {*opinion.categories} <= {*RISK_CATEGORIES}

    return check
