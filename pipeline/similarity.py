"""Which passages speak of one matter, and which only repeat another: overlap of characters, weighted by rarity."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import nsmallest
from math import log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_NO_WORDS = re.compile(r"[^\w]+|_")
# Words that name a failing, a form of speech or an amount, not a matter: 对供水推诿扯皮 and 对拆迁推诿扯皮 are two.
_COMMON = re.compile(
    "形式主义|官僚主义|不作为|慢作为|乱作为|推诿扯皮|推诿|扯皮|敷衍(?:了事|塞责)?|走过场|弄虚作假|流于形式|履职不到位|监管不[力到位]+"
    "|把关不严|不担当|落实不[力到位]+|不[够力严细实深](?:入)?|不到位|不及时|没有|存在|问题|工作|情况|方面|进行|开展|有关|相关|有的|有时"
    "|个别|一些|部分|干部|同志|领导|群众|反映|意见|完成|实现|推进|重点|进度|滞后|缓慢|迟缓|迟迟|回应|结果|解决|拖了|至今|一直|今年|去年"
    "|上半年|下半年|同比|增长|下降|全年|全县|全市|全镇|累计|达到|未能|及时|建设|项目|工程|年度|目标|计划|上轮|巡察|审计|指出|整改|来电人|表示|满意|责任"
    "|[一-龥]{2}[县市镇乡](?:党委|人民政府|政府|领导班子)?|[县市区镇](?:委|[一-龥]{2,6}?(?:局|中心|党委|政府))"
    "|(?:[\\d一二三四五六七八九十百千几两半]+[.多余]?\\d*(?:[万亿]?元|[年月日天号户件个人次%项名起家])?)+"
    "|据|称|说|等|对|把|将|的|了|是|在|和|与|及|也|都|就|又|还|不|未"
)
_RARE_GRAMS = 10  # how many of a passage's rarest bigrams look for partners
_SHARED_GRAMS = 2  # how many of those two passages must share to be compared
_POSTINGS = 32  # up to so many passages with one bigram are all compared
_NEIGHBORS = 6  # in longer lists each only with the next few


@dataclass(frozen=True, slots=True)
class Passage:
    """A text made ready for comparison: its plain characters, their 5-grams, and the bigrams of its matter."""

    plain: str
    fives: frozenset[str]
    matter: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much each bigram weighs (its rarity), and how much the matter of each plain text weighs in all."""

    weights: Mapping[str, float]
    norms: Mapping[str, float]


def passage_of(text: str) -> Passage:
    """Return *text* without marks and blanks, and the bigrams of what is left without common words."""
    plain = _NO_WORDS.sub("", text)
    words = (word for part in _NO_WORDS.split(text) for word in _COMMON.split(part))
    return Passage(plain, grams(plain, 5), frozenset(pair for word in words for pair in grams(word, 2)))


def grams(text: str, size: int) -> frozenset[str]:
    """Return the character n-grams of *text*; none where it is shorter.

    >>> sorted(grams("修水渠", 2))
    ['修水', '水渠']
    """
    return frozenset(text[start : start + size] for start in range(len(text) - size + 1))


def repeats(one: Passage, other: Passage, threshold: float) -> bool:
    """Tell whether two passages are copies: the Jaccard index of their 5-grams exceeds *threshold*."""
    if one.plain == other.plain:
        return True
    shared = len(one.fives & other.fives)
    return shared > threshold * (len(one.fives) + len(other.fives) - shared)


def scale_of(passages: Iterable[Passage]) -> Scale:
    """Weigh every bigram by how rare it is among the different texts of an assessment."""
    distinct = {passage.plain: passage for passage in passages}
    counts = Counter(gram for passage in distinct.values() for gram in passage.matter)
    weights = {gram: log(1 + len(distinct) / count) ** 2 for gram, count in counts.items()}
    return Scale(weights, {plain: _mass(passage.matter, weights) for plain, passage in distinct.items()})


def overlap(one: Passage, other: Passage, scale: Scale) -> float:
    """Return the weighted overlap of two matters, 0 to 1 (the cosine of their bigram weights)."""
    shared = one.matter & other.matter
    if not shared:
        return 0.0
    return _mass(shared, scale.weights) / sqrt(scale.norms[one.plain] * scale.norms[other.plain])


def _mass(matter: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(sorted(weights[gram] for gram in matter))  # sorted: sums of floats depend on their order


def candidate_pairs(passages: Sequence[Passage], scale: Scale) -> Iterator[tuple[int, int]]:
    """Yield the pairs of *passages* (by place, smaller first) that share rare bigrams, each once.

    Posting lists are capped, so the number of pairs grows with the number of passages, not with its square; hand
    them in sorted by text, so that what is cut off does not depend on the order of reading.
    """
    weights = scale.weights
    rare = [nsmallest(_RARE_GRAMS, passage.matter, key=lambda gram: (-weights[gram], gram)) for passage in passages]
    postings: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(rare):
        for gram in found:
            postings[gram].append(place)
    for place, found in enumerate(rare):
        shared = Counter(other for gram in found for other in _later(postings[gram], place))
        yield from ((place, other) for other in sorted(shared) if shared[other] >= min(_SHARED_GRAMS, len(found)))


def _later(posting: Sequence[int], place: int) -> Sequence[int]:
    start = bisect_right(posting, place)
    return posting[start:] if len(posting) <= _POSTINGS else posting[start : start + _NEIGHBORS]
