"""What the last sentences of a turn or paragraph spoke of: the antecedents of pronouns and omitted subjects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingcha.pipeline.segmentation import Sentence

_REACH = 2  # sentences back

Antecedent = tuple[str, ...]  # roster ids; empty means somebody outside the roster


@dataclass(frozen=True, slots=True)
class Focus:
    """What the last two sentences spoke of, latest first; ``None`` where a sentence referred to nobody.

    Only the first ``near`` of them may lend an omitted subject: an interviewer's next question begins a new topic,
    though 他 may still mean the one spoken of before. ``topic`` is whom a question last named, ``asked`` tells that the
    answer at hand is to that question, ``turned`` that nothing was answered yet to one that named nobody.
    """

    history: tuple[Antecedent | None, ...] = ()
    near: int = 0
    sentence: Sentence | None = None
    topic: Antecedent | None = None
    asked: bool = False
    turned: bool = False

    def entering(self, sentence: Sentence) -> Focus:
        """Return what still holds when *sentence* begins."""
        last = self.sentence
        if last is None or sentence.heading or (last.turn is None) != (sentence.turn is None):
            return Focus(sentence=sentence)
        if sentence.turn is None:
            return replace(self, sentence=sentence) if sentence.line == last.line else Focus(sentence=sentence)
        answers = last.asks and not sentence.asks
        same_turn = sentence.turn is last.turn or answers
        near, asked = (self.near, self.asked) if same_turn else (0, False)
        return replace(self, sentence=sentence, near=near, asked=asked, turned=self.turned or sentence.asks)

    def after(self, antecedent: Antecedent | None) -> Focus:
        """Return the focus after a sentence that referred to *antecedent*; questions that name nobody do not count."""
        if antecedent is None and self.sentence is not None and self.sentence.asks:
            return self
        if antecedent is not None and self.sentence is not None and self.sentence.asks:
            return replace(self, history=(antecedent, *self.history)[:_REACH], near=1, topic=antecedent, asked=True)
        history = (antecedent, *self.history)[:_REACH]
        return replace(self, history=history, near=min(self.near + 1, _REACH), turned=False)

    def lost(self) -> Focus:
        """Return the focus after a question about somebody who cannot be made out: nobody before it is meant."""
        return Focus(sentence=self.sentence)

    def latest(self) -> Antecedent | None:
        """Return what an omitted subject refers to."""
        return next((one for one in self.history[: self.near] if one is not None), None)

    def latest_of(self, fits: Callable[[str], bool]) -> Antecedent | None:
        """Return those of the latest antecedent that *fits*, for a pronoun; empty where it was an outsider."""
        for antecedent in self.history:
            fitting = tuple(filter(fits, antecedent or ()))
            if fitting or antecedent == ():
                return fitting
        return None
