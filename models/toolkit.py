"""Everything one analysis needs, loaded once: the stages, the sentence model, the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import mingcha
from mingcha.corpora.lexicon import rules_version
from mingcha.models.cards import load_card
from mingcha.models.characters import simplify
from mingcha.models.choice import SHIPPED_MODELS
from mingcha.models.encoding.cards import encoder_card
from mingcha.models.operating_points import choose_operating_point, describe_point
from mingcha.models.stages import load_stages, shipped_book
from mingcha.pipeline.analysis import READ_BY_ENCODER, Toolkit
from mingcha.pipeline.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        point=choose_operating_point(_card(models), min_precision),
        registry=build_registry([_simplified(subject) for subject in roster]),
        versions=current_versions(min_precision, book=book, models=models),
        model=_light_card(models)["id"],
        encoder=_card(models)["id"] if models.encoder else "",
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


def current_versions(
    min_precision: float | None = None, *, book: RuleBook | None = None, models: Models = SHIPPED_MODELS
) -> dict[str, str]:
    """Return the versions that every finding of a run bears: software, rules, model.

    ``encoder`` is there where one is used, ``point`` where an operating point was chosen, ``own_rules`` where *book*
    has anything of an office, ``weights`` (their hash) where an adopted model is used and not the shipped one.
    """
    rules, light = book or shipped_book(), _light_card(models)
    hashed = rules_version(rules.rules, rules.categories)
    versions = {"software": mingcha.__version__, "rules": hashed, "model": light["id"]}
    if models.encoder is not None:
        versions["encoder"] = _card(models)["id"]
    if models.weights is not None:
        versions["weights"] = light["sha256"]
    if rules != shipped_book():
        own = (rule for rule in rules.rules if rule.id in rules.own)
        versions["own_rules"] = rules_version(own, rules.categories)
    return versions if min_precision is None else versions | {"point": describe_point(_card(models), min_precision)}


def _card(models: Models) -> Mapping[str, Any]:
    """Return the card that holds the operating point: the encoder's where one is used."""
    return encoder_card(models.encoder) if models.encoder else _light_card(models)


def _light_card(models: Models) -> Mapping[str, Any]:
    """Return the card of the sentence model; an office's own is tried out first: it may be older than this software."""
    if models.weights is None:
        return load_card()
    from mingcha.models.sentence_model import load_sentence_model

    return load_sentence_model(models.weights).card


def rule_reasons() -> dict[str, str]:
    """Return the Chinese reason of every shipped rule and of the models, by id."""
    cards = (load_card(), encoder_card())
    reasons = {rule.id: rule.reason for rule in shipped_book().rules}
    return reasons | {card["id"]: str(card["reason"]) for card in cards} | {"check.sum": "文中数字与算出的结果不一致"}
