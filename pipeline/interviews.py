"""The parts of a talk: questions with their answers, or paragraph by paragraph where nobody is marked as speaking."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.parts import Field
    from mingcha.pipeline.segmentation import Segmented, Sentence

_TOPIC = re.compile(
    r"[ \t]*(?:\d{1,2}[.．、][ \t]*)?(?P<topic>(?:关于|对于?)[^：:，。；\n]{2,24}|[^：:，。；\s]{2,10}方面)[：:][ \t]*"
)
_TALKING = re.compile(r"[。！？；，…]")
_LONGEST_TITLE = 40


def interview_parts(segmented: Segmented, fields: Sequence[Field], closed: Iterable[Span], *, told: bool) -> list[Part]:
    """Return questions and answers, an answer with the number of its question; else the paragraphs as statements.

    *closed* are lines that confirm or sign the record. Statements are told apart only where *told* says that the
    document is the record of a talk; *fields* are those of its head.
    """
    ends = list(closed)
    sentences = [
        sentence
        for sentence in segmented.sentences
        if not sentence.noise and not any(sentence.span.overlaps(end) for end in ends)
    ]
    if any(sentence.turn is not None for sentence in sentences):
        return list(_exchanges(sentences))
    return list(_statements(segmented, sentences, fields)) if told else []


def _exchanges(sentences: Iterable[Sentence]) -> Iterator[Part]:
    """Yield the turns; what follows a finished question without a mark of its own is its answer."""
    number, asked = 0, False
    for _, group in groupby(sentences, key=lambda sentence: (id(sentence.turn), sentence.heading)):
        spoken = list(group)
        turn, span = spoken[0].turn, Span(spoken[0].span.start, spoken[-1].span.end)
        if turn is None:
            if asked and not spoken[0].heading:
                yield Part("answer", span, number)
            asked = False
            continue
        asked = turn.role == "asker"
        number += asked
        yield Part("question" if asked else "answer", span, number or None, turn.speaker)


def _statements(segmented: Segmented, sentences: Sequence[Sentence], fields: Sequence[Field]) -> Iterator[Part]:
    """Yield the paragraphs, under the topic that each begins with or under its section."""
    text = segmented.clean.text
    heads = [field.passage.span for field in fields]
    for line, group in groupby(sentences, key=lambda sentence: sentence.line):
        spoken = list(group)
        span = Span(spoken[0].span.start, spoken[-1].span.end)
        titled = line == 0 and len(span) <= _LONGEST_TITLE and not span.of(text).endswith(("。", "！", "？"))
        if spoken[0].heading or titled or any(span.overlaps(head) for head in heads):
            continue
        topic = _TOPIC.match(span.of(text))
        if topic or _TALKING.search(span.of(text)):
            start = span.start + (topic.end() if topic else 0)
            yield Part("statement", Span(start, span.end), None, topic["topic"] if topic else spoken[0].section or None)
