"""How strong one finding is by itself (facts C8): from the ritual phrase E0 to the final decision E5.

E3 is never given here: that several sources agree is said of facts only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.judgment import UNMISTAKABLE
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORY_OF_CLASS, chinese

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.detection import Hit
    from mingcha.pipeline.judgment import Judgment
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.terms import Strength

_OFFICIAL = frozenset({"S-AUDIT", "S-INSP", "S-DISC", "S-STAT"})
_RITUAL_GENRES = frozenset({"self_criticism", "self_report"})
_VERIFIED = re.compile(
    "现场(?:核实|核查|查实|查验|核对)|经(?:查|核查|核实|调查|实地查看)[，,]?(?:情况)?(?:属实|认定|查实)|经审理查明"
    "|(?:已经?|予以|依法)认定|查证属实"
)
_DATE = re.compile(
    r"\d{4}年|\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}[日号](?!召)|[一二三四五六七八九十]{1,3}月(?:[初中下上底]|份(?!以来)|[一二三四五六七八九十廿]+[日号])"
    r"|(?:去|前|今)年(?:初|底|[一二三四五六七八九十\d]+月)|上(?:周|个?月)"
)
_OBJECT = re.compile(
    "水库|广场|大桥|泵站|积案|拆迁案|安置房|产业园|山塘|(?:供水|清淤|改造|除险|扩建|绿化|亮化|治理)工程|欠款|欠薪|补偿款|专项资金|"
    "[一-龥]{2}(?:村|社区|小区|水厂|学校|医院)"
)
_CLASS_WORDS = frozenset(map(chinese, CATEGORY_OF_CLASS))


def strength_of(
    judgment: Judgment, quantities: Sequence[Quantity], text: str, *, source_kind: str, genre: str
) -> Strength:
    """Return the strength of one judgment on the sentence *text* with its *quantities*."""
    if source_kind in _OFFICIAL and judgment.status == "asserted":
        return "E5" if _VERIFIED.search(text) else "E4"
    measured = bool(quantities) or bool(_DATE.search(text))
    admits = genre in _RITUAL_GENRES and judgment.kind == "risk" and judgment.status in ACTIVE_STATUSES
    if admits and not (measured or _OBJECT.search(text) or any(map(_is_frame, judgment.hits))):
        return "E0"
    if source_kind == "S-ANON" or _is_hearsay(judgment):
        return "E1"
    return "E2" if measured or any(map(_tells_an_act, judgment.hits)) else "E1"


def _is_frame(hit: Hit) -> bool:
    """Tell a rule that describes how something was done from a list of words."""
    return bool(hit.rule.pattern or hit.rule.tokens)


def _tells_an_act(hit: Hit) -> bool:
    """Tell an unmistakable rule for a certain act from words that only name a class of failings."""
    return hit.rule.weight >= UNMISTAKABLE and not _CLASS_WORDS.intersection(hit.rule.phrases)


def _is_hearsay(judgment: Judgment) -> bool:
    return judgment.cue is not None and judgment.cue.rule.status == "reported"
