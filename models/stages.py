"""Rules, cues and genres, made ready for the stages before the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.corpora.cuebook import load_cues
from mingcha.corpora.genrebook import load_genres
from mingcha.corpora.labelbook import load_labels
from mingcha.corpora.rulebook import shipped_book
from mingcha.models.characters import load_normalizer
from mingcha.models.segmenters import load_segmenter
from mingcha.models.token_rules import load_token_matcher
from mingcha.pipeline.detection import Matcher, compile_rules
from mingcha.pipeline.preparation import Stages
from mingcha.pipeline.terms import CATEGORIES

if TYPE_CHECKING:
    from mingcha.pipeline.rules import Rule, RuleBook


def load_stages(book: RuleBook | None = None) -> Stages:
    """Return the stages with the rules of *book*, by default the shipped ones."""
    rules = (book or shipped_book()).rules
    return Stages(load_normalizer(), load_genres(), load_matcher(rules), load_cues(), load_labels())


def learned_rules() -> tuple[Rule, ...]:
    """Return the shipped rules of the codebook's categories: the sentence model has learned from what they match."""
    return tuple(rule for rule in shipped_book().rules if rule.category in CATEGORIES)


def load_matcher(rules: tuple[Rule, ...]) -> Matcher:
    """Return the matcher of *rules*; spaCy is loaded only when a sentence bears an anchor of a token rule."""
    return compile_rules(rules, match_tokens=load_token_matcher(rules, load_segmenter))
