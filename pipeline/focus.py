"""What the last sentences of a turn or paragraph spoke of: the antecedents of pronouns and omitted subjects."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.segmentation import heading_level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mingcha.pipeline.references import Reference
    from mingcha.pipeline.segmentation import Sentence

_REACH = 2  # sentences back
_HOST = re.compile("(?:承办|责任|主办|办理|答复|回复|反馈|交办)(?:单位|部门)?[：:]")
# What a heading holds beside the name of whom all below is about: 一、对严知行同志的批评意见.
_ABOUT = re.compile(
    r"[（(]?[一二三四五六七八九十\d]*[）)、.．]*(?:给|对|关于)?(?:同志)?的?(?:相互|互相)?(?:批评)?(?:意见|建议|评价)?[：:]?"
)

Antecedent = tuple[str, ...]  # roster ids; empty means somebody outside the roster


@dataclass(frozen=True, slots=True)
class Focus:
    """What the last two sentences spoke of, latest first; ``None`` where a sentence referred to nobody.

    Only the first ``near`` of them may lend an omitted subject: an interviewer's next question begins a new topic,
    though 他 may still mean the one spoken of before. ``topic`` is whom a question last named, ``asked`` tells that the
    answer at hand is to that question, ``turned`` that nothing was answered yet to one that named nobody. ``about`` is
    whom the heading above names, with its level; ``host`` the unit that answers (承办单位：…), which says 我局 below.
    """

    history: tuple[Antecedent | None, ...] = ()
    near: int = 0
    sentence: Sentence | None = None
    topic: Antecedent | None = None
    asked: bool = False
    turned: bool = False
    about: tuple[int, str] | None = None
    host: str | None = None

    def entering(self, sentence: Sentence) -> Focus:
        """Return what still holds when *sentence* begins."""
        last = self.sentence
        if last is None or sentence.heading or (last.turn is None) != (sentence.turn is None):
            return self._fresh(sentence)
        if sentence.turn is None:
            return replace(self, sentence=sentence) if sentence.line == last.line else self._fresh(sentence)
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

    def noting(self, references: Sequence[Reference], text: str) -> Focus:
        """Return the focus with whom a heading names alone, and with the unit that a field says is to answer."""
        named = [one for one in references if one.subjects]
        only = named[0] if len({one.subjects for one in named}) == 1 and len(named[0].subjects) == 1 else None
        if self.sentence is None or not self.sentence.heading:
            field = f"{self.sentence.field}：" if self.sentence is not None and self.sentence.field else text
            return replace(self, host=only.subjects[0]) if only is not None and _HOST.match(field) else self
        level = heading_level(text) or 1
        if only is not None and _ABOUT.fullmatch(text[: only.span.start] + text[only.span.end :]):
            return replace(self, about=(level, only.subjects[0]))
        return replace(self, about=None) if self.about is not None and level <= self.about[0] else self

    def lost(self) -> Focus:
        """Return the focus after a question about somebody who cannot be made out: nobody before it is meant."""
        return self._fresh(self.sentence)

    def _fresh(self, sentence: Sentence | None) -> Focus:
        return Focus(sentence=sentence, about=self.about, host=self.host)

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
