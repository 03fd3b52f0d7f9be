"""Schooling: before it sees our labels, the encoder learns what the shipped cascade says of public text.

The cascade knows more than the encoder alone, and public text has words that our own writing lacks. Nothing of the
text is kept, and no label of a person is used: only the weights change.
"""

from __future__ import annotations

import lzma
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from mingcha.corpora.labelled_documents import LabelledDocument
from mingcha.models.encoding.joining import log_odds
from mingcha.models.encoding.making.examples import Read
from mingcha.models.examples import prepare_examples
from mingcha.models.features import dense_features
from mingcha.models.sentence_model import sigmoid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mingcha.models.encoding.cascade import Cascade
    from mingcha.models.encoding.vocabulary import Vocabulary
    from mingcha.pipeline.preparation import Stages

LONGEST = 1500  # characters of a passage
SHORTEST = 60


@dataclass(frozen=True, slots=True)
class Lesson:
    """One part of the schooling: how many passages of each source are read, after how many, and what is kept."""

    take: Mapping[str, int]
    skip: Mapping[str, int]
    sentences: int
    rounds: int
    rate: float


@dataclass(frozen=True, slots=True)
class Teacher:
    """What answers, and in which tokens the encoder that learns will read."""

    stages: Stages
    cascade: Cascade
    vocabulary: Vocabulary


def read_sources(path: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the passages of the public text at *path* by source: the one of *names* that a text's own name holds."""
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        texts = file.read().split("\x1e")
    sources, names = defaultdict[str, list[str]](list), list(names)
    for text in texts:
        name, _, body = text.partition("\n")
        source = next((one for one in names if one in name), None)
        if source:
            sources[source].extend(passages_of(body))
    return sources


def passages_of(body: str) -> Iterator[str]:
    """Yield *body* line by line in passages of at most :data:`LONGEST` characters; what is too short is left out."""
    pieces = [line[at : at + LONGEST] for line in body.split("\n") for at in range(0, max(1, len(line)), LONGEST)]
    passage = ""
    for piece in pieces:
        if len(passage) + len(piece) > LONGEST:
            yield passage
            passage = ""
        passage += piece + "\n"
    if len(passage) > SHORTEST:
        yield passage


def chosen(sources: Mapping[str, Sequence[str]], lesson: Lesson, seed: int) -> list[str]:
    """Return the passages of *lesson*, source by source; with one *seed* two lessons that skip enough share none."""
    found = []
    for source, count in lesson.take.items():
        passages, first = sources[source], lesson.skip.get(source, 0)
        order = np.random.default_rng(seed).permutation(len(passages))
        found += [passages[place] for place in order[first : first + count]]
    return found


def answered(passages: Iterable[str], teacher: Teacher) -> Iterator[Read]:
    """Yield *passages* with what the cascade says of their sentences; every one is read by both of its readings."""
    cascade = teacher.cascade
    for number, passage in enumerate(passages):
        (example,) = prepare_examples([LabelledDocument(str(number), "other", "", passage, ())], teacher.stages)
        texts = [marked.text for marked in example.sentences]
        if not texts:
            continue
        dense = dense_features(example.sentences, example.genre)
        light, ours = log_odds(cascade.light.read(texts, dense)), cascade.encoder.read(texts, dense, range(len(texts)))
        said = sigmoid(cascade.joining.joined(light, ours)).astype(np.float32)
        tokens = [teacher.vocabulary.tokens(text) for text in texts]
        yield Read(tokens, dense, said, np.ones(len(texts), np.float32))


def least_clear(read: Iterable[Read], sentences: int) -> list[Read]:
    """Return the passages of whose sentences the cascade is least sure, with together about as many *sentences*."""
    ordered = sorted(read, key=lambda one: -_doubt(one.targets))
    before = accumulate((len(one.tokens) for one in ordered), initial=0)
    return [one for one, count in zip(ordered, before, strict=False) if count < sentences]


def _doubt(said: NDArray[np.float32]) -> float:
    """Return the mean entropy (nats) of a sentence's answers."""
    sure = np.clip(said, 1e-4, 1 - 1e-4)
    return float(-(sure * np.log(sure) + (1 - sure) * np.log(1 - sure)).sum(axis=1).mean())
