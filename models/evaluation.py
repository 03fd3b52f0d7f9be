"""Quality on labelled documents in the codebook's measures, each with its uncertainty. Pure; numpy only.

The uncertainty is a percentile bootstrap over whole documents (Efron and Tibshirani 1993), because sentences of one
document are not independent. Seed and draws are those of the evaluation's own script, so that intervals agree too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mingcha.models.ranking import ranking_of
from mingcha.models.tallies import figures_of, tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from mingcha.corpora.labelled_documents import LabelledDocument
    from mingcha.models.comparison import Compared

ROUNDS, SEED = 500, 7


@dataclass(frozen=True, slots=True)
class Examined:
    """One gold document, the genre that was seen in it, and its sentences compared.

    ``origin`` is that of the gold file: who wrote the document.
    """

    labelled: LabelledDocument
    genre: str
    sentences: tuple[Compared, ...]
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Probabilities and answers of all sure sentences, and the number of the document that each stands in."""

    probabilities: NDArray[np.float64]
    answers: NDArray[np.bool_]
    documents: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by name, and the same over each resample of the documents."""

    values: Mapping[str, NDArray[np.float64]]
    resampled: Mapping[str, NDArray[np.float64]]


def evaluate(documents: Sequence[Examined]) -> dict[str, Figure]:
    """Return every figure of ``figures_of`` and ``ranking_of`` over *documents*, with its interval."""
    measured = measure(documents)
    return {name: Figure(float(value), *interval(measured.resampled[name])) for name, value in measured.values.items()}


def measure(documents: Sequence[Examined]) -> Measured:
    """Return the figures of *documents* and those of their resamples; the resamples hang on their number alone."""
    counts = np.array([tally(document.sentences) for document in documents])
    draws = draws_of(len(documents))
    values = figures_of(counts.sum(axis=0))
    resampled = figures_of(draws @ counts)
    ranked = rank(documents)
    values |= {name: np.asarray(value) for name, value in ranking_of(ranked.probabilities, ranked.answers).items()}
    return Measured(values, resampled | resampled_ranking(ranked, draws))


def rank(documents: Sequence[Examined]) -> Ranked:
    """Return the sure sentences of *documents*, in their order."""
    rows = [
        (sentence.probability, bool(sentence.labels.risk), number)
        for number, document in enumerate(documents)
        for sentence in document.sentences
        if not sentence.labels.unsure
    ]
    probabilities, answers, places = zip(*rows, strict=True) if rows else ((), (), ())
    return Ranked(np.array(probabilities, np.float64), np.array(answers, np.bool_), np.array(places, np.int64))


def draws_of(size: int) -> NDArray[np.int64]:
    """Return how often each of *size* documents is drawn in each round."""
    generator = random.Random(SEED)  # noqa: S311 - the evaluation script's generator, so that the draws are the same
    return np.array(
        [np.bincount([generator.choice(range(size)) for _ in range(size)], minlength=size) for _ in range(ROUNDS)]
    )


def resampled_ranking(ranked: Ranked, draws: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return the figures of ``ranking_of`` for each of *draws* of the documents."""
    order = np.argsort(-ranked.probabilities, kind="stable")
    probabilities, answers, places = ranked.probabilities[order], ranked.answers[order], ranked.documents[order]
    rounds = [ranking_of(np.repeat(probabilities, row[places]), np.repeat(answers, row[places])) for row in draws]
    return {name: np.array([one[name] for one in rounds]) for name in rounds[0]}


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the bounds that 95 % of the *values* lie within; those that cannot be told do not count."""
    told = np.sort(values[np.isfinite(values)])
    if not len(told):
        return float("nan"), float("nan")
    return float(told[int(0.025 * len(told))]), float(told[max(int(0.975 * len(told)) - 1, 0)])


@dataclass(frozen=True, slots=True)
class Slip:
    """A sentence on which gold and analysis differ about a risk."""

    document: str
    text: str
    sentence: Compared


def worst_misses(documents: Sequence[Examined], number: int) -> list[Slip]:
    """Return the risks that were not flagged, the least likely first."""
    slips = (slip for slip in _sure(documents) if slip.sentence.labels.risk and not slip.sentence.risk)
    return sorted(slips, key=lambda slip: slip.sentence.probability)[:number]


def worst_false_flags(documents: Sequence[Examined], number: int) -> list[Slip]:
    """Return the sentences that were flagged and are no risk, the most likely first."""
    slips = (slip for slip in _sure(documents) if slip.sentence.risk and not slip.sentence.labels.risk)
    return sorted(slips, key=lambda slip: -slip.sentence.probability)[:number]


def _sure(documents: Sequence[Examined]) -> Iterator[Slip]:
    for document in documents:
        for sentence in document.sentences:
            if not sentence.labels.unsure:
                yield Slip(document.labelled.id, sentence.span.of(document.labelled.text).strip(), sentence)
