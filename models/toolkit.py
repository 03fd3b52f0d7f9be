"""Everything one analysis needs, loaded once: the stages, the sentence model, the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import mingcha
from mingcha.corpora.lexicon import rules_version
from mingcha.models.cards import load_card
from mingcha.models.characters import simplify
from mingcha.models.operating_points import choose_operating_point, describe_point
from mingcha.models.stages import load_stages, shipped_book
from mingcha.pipeline.analysis import Toolkit
from mingcha.pipeline.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mingcha.models.sentence_model import SentenceModel
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


def load_toolkit(
    roster: Sequence[Subject] = (),
    *,
    min_precision: float | None = None,
    book: RuleBook | None = None,
    weights: Path | None = None,
) -> Toolkit:
    """Return the toolkit for *roster*, with the rules of *book* or the shipped ones, the model at *weights* likewise.

    For *min_precision* see ``choose_operating_point``.
    """
    from mingcha.models.sentence_model import HEADS, load_sentence_model

    model = load_sentence_model(weights) if weights else load_sentence_model()
    return Toolkit(
        stages=load_stages(book),
        scorer=_Scorer(model, HEADS),
        point=choose_operating_point(model.card, min_precision),
        registry=build_registry([_simplified(subject) for subject in roster]),
        versions=current_versions(min_precision, book=book, weights=weights),
        model=model.id,
    )


def _simplified(subject: Subject) -> Subject:
    """Return *subject* with simplified names: clean text has no others."""
    names = (subject.name, *subject.aliases, subject.unit, subject.post)
    name, *aliases, unit, post = (simplify(words) for words in names)
    return replace(subject, name=name, aliases=tuple(aliases), unit=unit, post=post)


def current_versions(
    min_precision: float | None = None, *, book: RuleBook | None = None, weights: Path | None = None
) -> dict[str, str]:
    """Return the versions that every finding of a run bears: software, rules, model.

    ``point`` is there where an operating point was chosen, ``own_rules`` where *book* has anything of an office,
    ``weights`` (their hash) where the model at *weights* is used and not the shipped one.
    """
    card, rules = _card(weights), book or shipped_book()
    hashed = rules_version(rules.rules, rules.categories)
    versions = {"software": mingcha.__version__, "rules": hashed, "model": card["id"]}
    if weights is not None:
        versions["weights"] = card["sha256"]
    if rules != shipped_book():
        own = (rule for rule in rules.rules if rule.id in rules.own)
        versions["own_rules"] = rules_version(own, rules.categories)
    return versions if min_precision is None else versions | {"point": describe_point(card, min_precision)}


def _card(weights: Path | None) -> Mapping[str, Any]:
    """Return the card of the model; one of an office is tried out first: it may be older than this software."""
    if weights is None:
        return load_card()
    from mingcha.models.sentence_model import load_sentence_model

    return load_sentence_model(weights).card


def rule_reasons() -> dict[str, str]:
    """Return the Chinese reason of every shipped rule and of the model, by id."""
    card = load_card()
    reasons = {rule.id: rule.reason for rule in shipped_book().rules}
    return reasons | {card["id"]: str(card["reason"]), "check.sum": "文中数字与算出的结果不一致"}
