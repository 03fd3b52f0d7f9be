"""What a run names as its means - software, rules, models - without loading any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mingcha
from mingcha.corpora.lexicon import rules_version
from mingcha.corpora.rulebook import shipped_book
from mingcha.models.cards import load_card
from mingcha.models.choice import SHIPPED_MODELS
from mingcha.models.encoding.cards import encoder_card
from mingcha.models.operating_points import describe_point

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.models.choice import Models
    from mingcha.pipeline.rules import RuleBook


def current_versions(
    min_precision: float | None = None, *, book: RuleBook | None = None, models: Models = SHIPPED_MODELS
) -> dict[str, str]:
    """Return the versions that every finding of a run bears: software, rules, model.

    ``encoder`` is there where one is used, ``point`` where an operating point was chosen, ``own_rules`` where *book*
    has anything of an office, ``weights`` (their hash) where an adopted model is used and not the shipped one.
    """
    rules, light = book or shipped_book(), light_card(models)
    hashed = rules_version(rules.rules, rules.categories)
    versions = {"software": mingcha.__version__, "rules": hashed, "model": light["id"]}
    if models.encoder is not None:
        versions["encoder"] = point_card(models)["id"]
    if models.weights is not None:
        versions["weights"] = light["sha256"]
    if rules != shipped_book():
        own = (rule for rule in rules.rules if rule.id in rules.own)
        versions["own_rules"] = rules_version(own, rules.categories)
    return (
        versions if min_precision is None else versions | {"point": describe_point(point_card(models), min_precision)}
    )


def point_card(models: Models) -> Mapping[str, Any]:
    """Return the card that holds the operating point: the encoder's where one is used."""
    return encoder_card(models.encoder) if models.encoder else light_card(models)


def light_card(models: Models) -> Mapping[str, Any]:
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
