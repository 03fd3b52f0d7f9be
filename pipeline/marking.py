"""Sentences with the rules that fired and the cues that govern them: what the model and the policy look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.assertion import deciding_cue, find_cues, weakest
from mingcha.pipeline.terms import CATEGORIES, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.assertion import CueBook, CueHit
    from mingcha.pipeline.detection import Hit
    from mingcha.pipeline.segmentation import Segmented, Sentence

# （三）公共服务。 and 2.县文旅局。 only say what is spoken of next; （三）院感防控存在薄弱环节。 says how it is.
_TOPIC = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}[.．、])\s*(?!.*(?:存在|薄弱|[不未没无無沒失缺差弱虚假]))[^，,；;：:]{1,18}?"
    "(?:[乡镇局站所系委办院校村厅处科段鄉鎮]|街道|中心|社区|公司|系[统統]|服[务務]|管控|管理|建[设設]|工作|情[况況]|方面|[领領]域|[环環][节節])"
    r"[。：:．]?\s*"
)
# 三是分析研判求“透”，在一贯表现中考核了解干部。 tells how work is meant to be done.
_SLOGAN = re.compile(
    '[一二三四五六七八九十]+[是要][^，。；,;]{2,14}求[“"‘「][^”"’」]{1,4}[”"’」](?:[，,][^但却卻仍未没沒不]{0,40})?[。；;]?'
)
_WORDS = re.compile("(?:[\u3400-\u9fff][^\u3400-\u9fff]*){4}")


@dataclass(frozen=True, slots=True)
class Marked:
    """One sentence with everything known before the model speaks.

    ``governed`` gives, for each hit, the cue that decides its status (``None``: nothing takes it back); ``cue``
    decides over all risk hits of the codebook's categories together. The spans of cues count from the sentence's start.
    """

    text: str
    sentence: Sentence
    hits: tuple[Hit, ...]
    governed: tuple[CueHit | None, ...]
    cues: tuple[CueHit, ...]
    cue: CueHit | None

    @property
    def topic(self) -> bool:
        """Whether this is a numbered heading that only names a unit or a field of work, or a measure's motto."""
        return any(form.fullmatch(self.text) for form in (_TOPIC, _SLOGAN))

    @property
    def known(self) -> tuple[Hit, ...]:
        """The hits of the codebook's categories, which the sentence model has learned."""
        return tuple(hit for hit in self.hits if hit.rule.category in CATEGORIES)

    @property
    def apart(self) -> tuple[Hit, ...]:
        """The hits of all other categories."""
        return tuple(hit for hit in self.hits if hit.rule.category not in CATEGORIES)


def mark(segmented: Segmented, hits: Mapping[int, tuple[Hit, ...]], book: CueBook) -> tuple[Marked, ...]:
    """Return every sentence that can state something, with its hits and cues.

    Noise is left out, and so is what has fewer than four Chinese characters: a number, a name, a date in a cell.
    """
    return tuple(
        _marked(segmented.text_of(sentence), sentence, hits.get(number, ()), book)
        for number, sentence in enumerate(segmented.sentences)
        if not sentence.noise and _WORDS.search(segmented.text_of(sentence))
    )


def _marked(text: str, sentence: Sentence, hits: tuple[Hit, ...], book: CueBook) -> Marked:
    cues = find_cues(text, book)
    targets = [hit.span.shifted(-sentence.span.start) for hit in hits]
    governed = tuple(deciding_cue(text, target, cues, book) for target in targets)
    risks = [cue for hit, cue in zip(hits, governed, strict=True) if hit.rule.category in RISK_CATEGORIES]
    return Marked(text, sentence, hits, governed, cues, weakest(risks))
