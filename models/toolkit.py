"""Everything one analysis needs, loaded once: the stages, the sentence model, the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import mingcha
from mingcha.corpora.lexicon import rules_version
from mingcha.models.characters import simplify
from mingcha.models.sentence_model import HEADS, load_sentence_model
from mingcha.models.stages import all_rules, load_stages
from mingcha.pipeline.analysis import Toolkit
from mingcha.pipeline.judgment import OperatingPoint
from mingcha.pipeline.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.models.sentence_model import SentenceModel
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class _Scorer:
    """The sentence model as the analysis wants it: a mapping by head for each sentence."""

    model: SentenceModel

    def __call__(self, sentences: Sequence[Marked], genre: Genre, /) -> list[dict[str, float]]:
        rows = self.model.probabilities(sentences, genre).tolist()
        return [dict(zip(HEADS, row, strict=True)) for row in rows]


def load_toolkit(roster: Sequence[Subject] = ()) -> Toolkit:
    """Return the toolkit of the shipped rules and model for *roster*."""
    model = load_sentence_model()
    return Toolkit(
        stages=load_stages(),
        scorer=_Scorer(model),
        point=operating_point(model.card["operating_point"]),
        registry=build_registry([_simplified(subject) for subject in roster]),
        versions=current_versions(),
        model=model.id,
    )


def _simplified(subject: Subject) -> Subject:
    """Return *subject* with simplified names: clean text has no others."""
    names = (subject.name, *subject.aliases, subject.unit, subject.post)
    name, *aliases, unit, post = (simplify(words) for words in names)
    return replace(subject, name=name, aliases=tuple(aliases), unit=unit, post=post)


def current_versions() -> dict[str, str]:
    """Return the versions that every finding of a run bears: software, rules, model."""
    return {
        "software": mingcha.__version__,
        "rules": rules_version(all_rules()),
        "model": load_sentence_model().id,
    }


def rule_reasons() -> dict[str, str]:
    """Return the Chinese reason of every rule and of the model, by id."""
    model = load_sentence_model()
    reasons = {rule.id: rule.reason for rule in all_rules()}
    return reasons | {model.id: str(model.card["reason"]), "check.sum": "文中数字与算出的结果不一致"}


def operating_point(row: Mapping[str, Any]) -> OperatingPoint:
    """Return the operating point written in a model card."""
    return OperatingPoint(row["risk"], row["share"], row["evidence"], row["mention"])
