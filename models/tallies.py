"""Counts of right and wrong sentences, and the codebook's figures made of them.

A tally is one row of counts; rows may be added up, so that all resamples of the documents are one matrix product.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from mingcha.pipeline.terms import CATEGORIES, EVIDENCE_CATEGORIES, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from mingcha.models.comparison import Compared
    from mingcha.models.evaluation import Examined

LEAST_GOLD = 5
"""A category with fewer gold sentences stays out of the means over categories."""

_CELLS = ("tp", "fp", "fn")
_SEEN = ("mention", "mention.flagged", "mention.right", "plain", "plain.flagged")
COLUMNS = (*(f"{name}.{cell}" for name in ("risk", *CATEGORIES) for cell in _CELLS), *_SEEN)


def tally(sentences: Iterable[Compared]) -> NDArray[np.int64]:
    """Count the *sentences* of a document by :data:`COLUMNS`; unsure ones are left out."""
    counted = Counter(name for one in sentences if not one.labels.unsure for name in _columns_of(one))
    return np.array([counted[name] for name in COLUMNS], dtype=np.int64)


def tallied(documents: Iterable[Examined]) -> dict[str, int]:
    """Return the counts over all *documents* by column."""
    rows = [tally(document.sentences) for document in documents]
    return dict(zip(COLUMNS, np.sum(rows, axis=0).tolist(), strict=True))


def _columns_of(sentence: Compared) -> Iterator[str]:
    gold = {*sentence.labels.risk, *sentence.labels.evidence}
    said = sentence.risk | sentence.evidence
    yield from _cell("risk", gold=bool(sentence.labels.risk), said=bool(sentence.risk))
    for category in CATEGORIES:
        yield from _cell(category, gold=category in gold, said=category in said)
    if not sentence.labels.risk:
        kind = "mention" if sentence.labels.mention else "plain"
        yield kind
        if sentence.risk:
            yield f"{kind}.flagged"
        if sentence.labels.mention and sentence.statuses == {sentence.labels.mention}:
            yield "mention.right"


def _cell(name: str, *, gold: bool, said: bool) -> Iterator[str]:
    if gold or said:
        yield f"{name}.{'tp' if gold and said else 'fn' if gold else 'fp'}"


def figures_of(counts: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return the figures of each row of *counts* (last axis: :data:`COLUMNS`) by name; 0 where there is nothing.

    ``risk``, ``evidence`` and every category have ``.p``, ``.r`` and ``.f1``; ``risk.macro`` and ``evidence.macro`` are
    means of F1 over categories; ``flagged.mention`` and ``flagged.plain`` are shares of sentences falsely flagged, and
    ``status`` is the share of mentions with exactly the right status.
    """
    column = {name: counts[..., number] for number, name in enumerate(COLUMNS)}
    figures: dict[str, NDArray[np.float64]] = {}
    for name in ("risk", "evidence", *CATEGORIES):
        parts: tuple[str, ...] = EVIDENCE_CATEGORIES if name == "evidence" else (name,)
        cells = (sum(column[f"{part}.{cell}"] for part in parts) for cell in _CELLS)
        figures |= {f"{name}.{kind}": value for kind, value in _precision_recall(*cells).items()}  # type: ignore[arg-type]
    figures["risk.macro"] = _mean_over(RISK_CATEGORIES, figures, column)
    figures["evidence.macro"] = _mean_over(EVIDENCE_CATEGORIES, figures, column)
    for kind in ("mention", "plain"):
        figures[f"flagged.{kind}"] = _ratio(column[f"{kind}.flagged"], column[kind])
    figures["status"] = _ratio(column["mention.right"], column["mention"])
    return figures


def _precision_recall(
    right: NDArray[np.int64], false: NDArray[np.int64], missed: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    precision, recall = _ratio(right, right + false), _ratio(right, right + missed)
    return {"p": precision, "r": recall, "f1": _ratio(2 * precision * recall, precision + recall)}


def _mean_over(
    categories: Sequence[str], figures: dict[str, NDArray[np.float64]], column: dict[str, NDArray[np.int64]]
) -> NDArray[np.float64]:
    f1 = np.stack([figures[f"{category}.f1"] for category in categories])
    enough = np.stack([column[f"{name}.tp"] + column[f"{name}.fn"] for name in categories]) >= LEAST_GOLD
    return _ratio((f1 * enough).sum(axis=0), enough.sum(axis=0))


def _ratio(
    above: NDArray[np.float64] | NDArray[np.int64], below: NDArray[np.float64] | NDArray[np.int64]
) -> NDArray[np.float64]:
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.divide(above, below, out=np.zeros_like(below), where=below > 0)
