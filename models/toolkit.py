"""Everything one analysis needs, loaded once: the stages, the sentence model, the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.models.characters import simplify
from mingcha.models.choice import SHIPPED_MODELS
from mingcha.models.operating_points import choose_operating_point
from mingcha.models.stages import load_stages
from mingcha.models.versions import current_versions, light_card, point_card
from mingcha.pipeline.analysis import READ_BY_ENCODER, Toolkit
from mingcha.pipeline.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.models.choice import Models
    from mingcha.models.encoding.cascade import Cascade
    from mingcha.models.sentence_model import SentenceModel
    from mingcha.pipeline.analysis import Scorer
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.rules import RuleBook
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class _Scorer:
    """The sentence model as the analysis wants it: a mapping by head for each sentence."""

    model: SentenceModel
    heads: tuple[str, ...]

    def __call__(self, sentences: Sequence[Marked], genre: Genre, /) -> list[dict[str, float]]:
        rows = self.model.probabilities(sentences, genre).tolist()
        return [dict(zip(self.heads, row, strict=True)) for row in rows]


@dataclass(frozen=True, slots=True)
class _CascadeScorer:
    """The same with an encoder behind it; what the encoder read bears :data:`READ_BY_ENCODER`."""

    cascade: Cascade
    heads: tuple[str, ...]

    def __call__(self, sentences: Sequence[Marked], genre: Genre, /) -> list[dict[str, float]]:
        judged = self.cascade.judge(sentences, genre)
        scores = [dict(zip(self.heads, row, strict=True)) for row in judged.probabilities.tolist()]
        for number in judged.read.tolist():
            scores[number][READ_BY_ENCODER] = 1.0
        return scores


def load_toolkit(
    roster: Sequence[Subject] = (),
    *,
    min_precision: float | None = None,
    book: RuleBook | None = None,
    models: Models = SHIPPED_MODELS,
) -> Toolkit:
    """Return the toolkit for *roster*, with the rules of *book* or the shipped ones, and with *models*.

    For *min_precision* see ``choose_operating_point``.
    """
    scorer = _load_scorer(models)
    return Toolkit(
        stages=load_stages(book),
        scorer=scorer,
        point=choose_operating_point(point_card(models), min_precision),
        registry=build_registry([_simplified(subject) for subject in roster]),
        versions=current_versions(min_precision, book=book, models=models),
        model=light_card(models)["id"],
        encoder=point_card(models)["id"] if models.encoder else "",
    )


def _load_scorer(models: Models) -> Scorer:
    from mingcha.models.sentence_model import HEADS, load_sentence_model

    if models.encoder:
        from mingcha.models.encoding.loading import load_cascade

        return _CascadeScorer(load_cascade(models.encoder), HEADS)
    return _Scorer(load_sentence_model(models.weights) if models.weights else load_sentence_model(), HEADS)


def _simplified(subject: Subject) -> Subject:
    """Return *subject* with simplified names: clean text has no others."""
    names = (subject.name, *subject.aliases, subject.unit, subject.post)
    name, *aliases, unit, post = (simplify(words) for words in names)
    return replace(subject, name=name, aliases=tuple(aliases), unit=unit, post=post)
