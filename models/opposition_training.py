"""Fit the weights of :mod:`mingcha.pipeline.opposition`: ``python -m mingcha.models.opposition_training``.

Pairs of a charge and a claim about one subject, from our labelled assessments of facts but for the blind ones. Most
charges there have the claim that they deny among the documents; in the folders of an office many have none. So each
case comes again several times with half of its findings left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from mingcha.corpora.fact_gold import FACTS, load_fact_case
from mingcha.models.fact_examples import given
from mingcha.models.senses import load_sense_model
from mingcha.pipeline.corroboration import compared
from mingcha.pipeline.likeness import dated, utterances_of
from mingcha.pipeline.opposition import LEAST, WEIGHTS, aims, traits
from mingcha.pipeline.similarity import scale_of
from mingcha.pipeline.titles import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from mingcha.corpora.fact_gold import FactCase
    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.likeness import Utterance

BLIND = frozenset({"blind", "blind3"})
SEED, HALVES, WHOLES, STIFFNESS = 20261127, 6, 3, 0.3


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of charges and claims: ``traits`` (pairs, traits), whether the one denies the other, and of which case.

    ``whole`` tells those of a whole case from those of a half.
    """

    traits: NDArray[np.float64]
    denies: NDArray[np.bool_]
    cases: NDArray[np.str_]
    whole: NDArray[np.bool_]

    def part(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Return the *chosen* pairs."""
        return Pairs(self.traits[chosen], self.denies[chosen], self.cases[chosen], self.whole[chosen])


def learning_cases() -> tuple[FactCase, ...]:
    """Return the labelled cases to learn from: all but the blind ones."""
    return tuple(
        load_fact_case(path.name) for path in sorted(FACTS.iterdir()) if path.is_dir() and path.name not in BLIND
    )


def pairs_of(cases: Sequence[FactCase]) -> Pairs:
    """Return the pairs of whole cases and of halves of them."""
    rows = [
        (row, denies, case.name, whole)
        for case in cases
        for whole, row, denies in _rows(case, np.random.default_rng(SEED))
    ]
    return Pairs(
        np.array([row for row, *_ in rows]),
        np.array([denies for _, denies, *_ in rows]),
        np.array([name for *_, name, _ in rows]),
        np.array([whole for *_, whole in rows]),
    )


def _rows(case: FactCase, chance: np.random.Generator) -> Iterator[tuple[bool, tuple[float, ...], bool]]:
    made = given(case)
    findings = list(made.findings.values())
    opposed = {
        frozenset({made.of(fact, one).id, made.of(fact, other).id})
        for fact in case.facts
        for one in fact.supports
        for other in fact.contradicts
    }
    names = names_of(case.roster)
    for row, denies in _compared(findings, names, opposed):
        yield True, row, denies
    for _ in range(HALVES):
        kept = [one for one in findings if chance.random() < 0.5]
        yield from ((False, row, denies) for row, denies in _compared(kept, names, opposed))


def _compared(
    findings: Sequence[Finding], names: Sequence[str], opposed: set[frozenset[str]]
) -> Iterator[tuple[tuple[float, ...], bool]]:
    spoken = dated(sorted(utterances_of(findings, names), key=lambda one: one.key))
    scale = scale_of(one.passage for one in spoken)
    for _, group in groupby(spoken, key=lambda one: one.owner):
        told = list(group)
        for (charge, claim), aim in aims(told, compared(told, scale), load_sense_model(), scale).items():
            yield traits(told[charge], told[claim], aim), _are_opposed(told[charge], told[claim], opposed)


def _are_opposed(charge: Utterance, claim: Utterance, opposed: set[frozenset[str]]) -> bool:
    return any(frozenset({one.id, other.id}) in opposed for one in charge.findings for other in claim.findings)


def fit(pairs: Pairs) -> dict[str, float]:
    """Return the weights, to three places, by what they weigh."""
    spread = np.maximum(pairs.traits[:, :-1].std(axis=0), 1e-9)
    model = LogisticRegression(C=STIFFNESS, max_iter=5000, tol=1e-8)
    model.fit(pairs.traits[:, :-1] / spread, pairs.denies, np.where(pairs.whole, WHOLES, 1.0))
    weights = [*(model.coef_[0] / spread), model.intercept_[0]]
    return {name: round(float(weight), 3) for name, weight in zip(WEIGHTS, weights, strict=True)}


def probabilities(pairs: Pairs, weights: Mapping[str, float]) -> NDArray[np.float64]:
    """Return how likely each pair is a denial."""
    odds: NDArray[np.float64] = pairs.traits @ np.array(list(weights.values()))
    return 1 / (1 + np.exp(-odds))


def held_out(pairs: Pairs) -> NDArray[np.float64]:
    """Return how likely each pair is a denial by weights that saw nothing of its case."""
    said = np.zeros(len(pairs.denies))
    for name in np.unique(pairs.cases):
        own = pairs.cases == name
        said[own] = probabilities(pairs.part(own), fit(pairs.part(~own)))
    return said


def _told(name: str, said: NDArray[np.float64], denies: NDArray[np.bool_]) -> str:
    taken = said >= LEAST
    precision, recall = denies[taken].mean() if taken.any() else 1.0, taken[denies].mean() if denies.any() else 1.0
    ranked = average_precision_score(denies, said) if denies.any() else 1.0
    return f"{name:16} {len(said):5} pairs, {denies.sum():4} deny: AP {ranked:.3f}, P {precision:.3f}, R {recall:.3f}"


def main() -> None:
    """Print the weights, and how right they are case by case, each case held out."""
    pairs = pairs_of(learning_cases())
    for name, weight in fit(pairs).items():
        print(f'    "{name}": {weight},')
    said = held_out(pairs)
    for whole, title in ((True, "whole cases"), (False, "halves")):
        print(_told(title, said[pairs.whole == whole], pairs.denies[pairs.whole == whole]))
    for name in np.unique(pairs.cases):
        here = (pairs.cases == name) & pairs.whole
        print(_told(name, said[here], pairs.denies[here]))


if __name__ == "__main__":
    main()
