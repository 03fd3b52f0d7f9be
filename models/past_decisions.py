"""How well models agree with what people decided before: passages they confirmed or marked come before rejected ones.

Past decisions are on what some model found, so the figures of the model that found it are no fair measure of it: by
its own choice it flags nearly all of them. The ranking is the figure to look at. Pure; numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mingcha.models.evaluation import Measured, Ranked, draws_of, resampled_ranking
from mingcha.models.ranking import ranking_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mingcha.models.examples import Example

FIGURES = ("average_precision", "kept", "dropped")


@dataclass(frozen=True, slots=True)
class Asked:
    """The sentences of an office on which people said whether they assert a risk.

    ``rows`` counts among all sentences of the documents; ``documents`` numbers the document that each stands in.
    """

    rows: NDArray[np.int64]
    answers: NDArray[np.bool_]
    documents: NDArray[np.int64]


def asked_of(examples: Sequence[Example]) -> Asked:
    """Return where people answered the question for a risk in *examples*."""
    found, first = [], 0
    for number, example in enumerate(examples):
        for row, answers in enumerate(example.answers or (), start=first):
            if "risk" in answers:
                found.append((row, answers["risk"].said, number))
        first += len(example.sentences)
    rows, answers_, documents = zip(*found, strict=True) if found else ((), (), ())
    return Asked(np.array(rows, np.int64), np.array(answers_, np.bool_), np.array(documents, np.int64))


def measure_past(asked: Asked, probabilities: NDArray[np.float64], flagged: NDArray[np.bool_]) -> Measured:
    """Return average precision, the share of risks still flagged, and that of other passages no longer flagged.

    *probabilities* and *flagged* are those of all sentences of the documents. NaN where there is nothing to tell.
    """
    names, documents = np.unique(asked.documents, return_inverse=True)
    ranked = Ranked(np.asarray(probabilities[asked.rows], np.float64), asked.answers, documents)
    draws = draws_of(len(names)) if len(names) else np.zeros((1, 0), np.int64)
    values = ranking_of(ranked.probabilities, ranked.answers) | _shares(asked.answers, flagged[asked.rows])
    rounds = [
        _shares(np.repeat(asked.answers, draw[documents]), np.repeat(flagged[asked.rows], draw[documents]))
        for draw in draws
    ]
    resampled = resampled_ranking(ranked, draws)
    resampled |= {name: np.array([one[name] for one in rounds]) for name in ("kept", "dropped")}
    return Measured({name: np.asarray(values[name]) for name in FIGURES}, {name: resampled[name] for name in FIGURES})


def _shares(answers: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> dict[str, float]:
    return {"kept": _mean(flagged[answers]), "dropped": _mean(~flagged[~answers])}


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
