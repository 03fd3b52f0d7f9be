"""Which passages speak of one matter, and which only repeat another: shared characters, weighted by rarity.

People put one matter into other words (竹笋产业, 笋子; 转移群众, 把人接出来), so single characters count as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import fsum, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

_NO_WORDS = re.compile(r"[^\w]+|_")
# Words that name a failing, a form of speech or an amount, not a matter: 对供水推诿扯皮 and 对拆迁推诿扯皮 are two.
_COMMON = re.compile(
    "形式主义|官僚主义|不作为|慢作为|乱作为|推诿扯皮|推诿|扯皮|敷衍(?:了事|塞责)?|走过场|弄虚作假|流于形式|履职不到位|监管不[力到位]+"
    "|把关不严|不担当|落实不[力到位]+|不[够力严细实深](?:入)?|不到位|不及时|没有|存在|问题|工作|情况|方面|进行|开展|有关|相关|有的|有时"
    "|个别|一些|部分|干部|同志|领导|群众|反映|意见|完成|实现|推进|重点|进度|滞后|缓慢|迟缓|迟迟|回应|结果|解决|拖了|至今|一直|今年|去年"
    "|上半年|下半年|同比|增长|下降|全年|全县|全市|全镇|累计|达到|未能|及时|建设|项目|工程|年度|目标|计划|上轮|巡察|审计|指出|整改|表示|满意|责任"
    "|[一-龥]{2}[县市镇乡](?:党委|人民政府|政府|领导班子)?|[县市区镇](?:委|[一-龥]{2,6}?(?:局|中心|党委|政府))"
    "|(?:[\\d一二三四五六七八九十百千几两半]+[.多余]?\\d*(?:[万亿]?(?:元|吨|斤|亩|公里|公顷|平方米|米)|[年月日天号户件个人次%项名起家条座处盏所辆台栋株])?)+"
    "|诉求内容|来电人?|来信|没人管?|无人|从未|新增|方案|主任|副?局长|副?镇长|书记|校长|院长|窗口|现场|时间"
    "|据|称|说|等|对|把|将|的|了|是|在|和|与|及|也|都|就|又|还|不|未"
)
# Characters that any sentence may hold.
_EVERYDAY = frozenset(
    "的了是在和与及也都就又还不未有人他她我们你一二三四五六七八九十两几个没上下来去到说这那里什么给把被让叫对等从年月日次回为要会能可以着过"
    "得很后前中大小多少家自己点"
)
_RARE_GRAMS = 16  # how many of a passage's rarest bigrams and characters look for partners
_SHARED_GRAMS = 2  # how many of those two passages must share to be compared
_POSTINGS = 32  # up to so many passages with one bigram are all compared
_NEIGHBORS = 6  # in longer lists each only with the next few


# A place or project by its kind, with the two characters before it (白马村, 东干渠, 云岭茶场); or a name in quotes.
_ANCHOR = re.compile(
    r"(?=(?P<which>建设|(?:(?![的了在把对各全每这那本我该几两三一座条个有被将从到给和与是去来修建拆管说此其某们等看问听没不就还都也又很太更最您你他她它局委县市省镇乡米亩万])[一-龥]){2})[镇乡]?"
    r"(?P<kind>(?<![农乡全各])村|社区|小区|渠(?!道)|水厂|卫生室|治超站|客运站|加油站|处理站|护理院|新院区|民宿|古街|老街|茶场|农场|大道|大桥|桥|水库|泵站|(?<![巡治清护沿过])河(?!道)|湖|园区|景区|基地|停车场|填埋场|养老院|敬老院|图书馆|市场|检测站|站台|水站|小学|中学|卫生院|医院|公园|广场"
    r"|步道|大厦|管网|便桥|电站|矿|码头|(?<![公道铁马水线土耕])路)(?![长人民径集灯面肩段口况网]))"
)
# Routes go by number: 19路车 is not 7路车.
_NUMBERED = re.compile(r"(?P<which>\d+)(?P<kind>路)(?=公?[交汽]?车|司机|公交|线)")
_QUARTERS = frozenset({"村", "社区", "小区"})
_NO_PROJECTS = _QUARTERS | {"“”", "市场", "园区", "景区", "河", "湖", "路"}
_QUOTED = re.compile("[“「](?P<which>[一-龥]{3,8})[”」]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text made ready for comparison.

    ``plain`` are its characters without marks, ``fives`` their 5-grams, ``matter`` the bigrams and the telling
    characters of what it speaks of, ``anchors`` the places and projects it names, each with its kind.
    """

    plain: str
    fives: frozenset[str]
    matter: frozenset[str]
    anchors: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scale:
    """How much each bigram and character weighs (its rarity), and how much the matter of each plain text in all."""

    weights: Mapping[str, float]
    norms: Mapping[str, float]


def passage_of(text: str, names: Sequence[str] = ()) -> Passage:
    """Return *text* ready for comparison; *names* are those of the subjects and do not count."""
    plain = _NO_WORDS.sub("", text)
    bare = _without(text, tuple(names)) if names else text
    known = "\n".join(names)
    words = [word for part in _NO_WORDS.split(bare) for word in _COMMON.split(part) if word]
    pairs = (pair for word in words for pair in grams(word, 2))
    letters = (letter for word in words for letter in word if "一" <= letter <= "龥" and letter not in _EVERYDAY)
    anchors = frozenset(_anchors(text, known))
    matter = frozenset(chain(pairs, letters)).difference(*map(_quarter, anchors))
    return Passage(plain, grams(plain, 5), matter, anchors)


def _quarter(anchor: tuple[str, str]) -> Iterable[str]:
    """Return what the name of a village or quarter is written with: much happens there, it is no matter by itself."""
    name = "".join(anchor)
    return chain(name, grams(name, 2)) if anchor[1] in _QUARTERS else ()


@lru_cache(maxsize=4)
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


def _without(text: str, names: tuple[str, ...]) -> str:
    return _names(names).sub(" ", text)


def _anchors(text: str, known: str) -> Iterator[tuple[str, str]]:
    """Yield the places and projects that *text* names, but for those in the names of subjects (*known*)."""
    for match in chain(_ANCHOR.finditer(text), _NUMBERED.finditer(text)):
        if match["which"] + match["kind"] not in known:
            yield match["which"], match["kind"]
    for match in _QUOTED.finditer(text):
        yield match["which"], "“”"


def anchored(one: Passage, other: Passage) -> bool:
    """Tell whether two passages name one place or project."""
    return not one.anchors.isdisjoint(other.anchors)


def parted(one: Passage, other: Passage) -> bool:
    """Tell whether two passages name different places or projects of one kind, and none that both name."""
    if not one.anchors or not other.anchors or anchored(one, other):
        return False
    return not {kind for _, kind in one.anchors}.isdisjoint(kind for _, kind in other.anchors)


def name_others(one: Passage, other: Passage) -> bool:
    """Tell whether two passages name projects or places of any kind, quarters aside, and none in common."""
    first, second = ({anchor for anchor in some.anchors if anchor[1] not in _NO_PROJECTS} for some in (one, other))
    return bool(first and second) and first.isdisjoint(second)


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
    """Weigh every bigram and character by how rare it is among the different texts of an assessment."""
    distinct = {passage.plain: passage for passage in passages}
    counts = Counter(chain.from_iterable(passage.matter for passage in distinct.values()))
    weights = {gram: log(1 + len(distinct) / count) ** 2 for gram, count in counts.items()}
    return Scale(weights, {plain: _mass(passage.matter, weights) for plain, passage in distinct.items()})


def nearness(one: Passage, other: Passage, scale: Scale) -> float:
    """Return how near two matters are, 0 to 1: the square root of the cosine of their weights."""
    shared = one.matter & other.matter
    if not shared:
        return 0.0
    return sqrt(_mass(shared, scale.weights) / sqrt(scale.norms[one.plain] * scale.norms[other.plain]))


def _mass(matter: Iterable[str], weights: Mapping[str, float]) -> float:
    return fsum(map(weights.__getitem__, matter))  # an ordinary sum of floats depends on their order


def candidate_pairs(
    passages: Sequence[Passage], scale: Scale, marks: Sequence[Iterable[Hashable]]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of *passages* (by place, smaller first) that share rare bigrams or characters, a place
    or one of their *marks*, each once.

    Posting lists are capped, so the number of pairs grows with the number of passages, not with its square; hand
    them in sorted by text, so that what is cut off does not depend on the order of reading.
    """
    weights = scale.weights
    held = Counter(chain.from_iterable(passage.matter for passage in passages))
    shared_ones = {gram for gram, count in held.items() if count > 1}  # the others match nothing
    order = {gram: place for place, gram in enumerate(sorted(shared_ones, key=lambda gram: (-weights[gram], gram)))}
    rare = [sorted(passage.matter & shared_ones, key=order.__getitem__)[:_RARE_GRAMS] for passage in passages]
    postings: dict[object, list[int]] = defaultdict(list)
    named = [passage.anchors.union(own) for passage, own in zip(passages, marks, strict=True)]
    for place, found in enumerate(rare):
        for key in (*found, *named[place]):
            postings[key].append(place)
    for place, found in enumerate(rare):
        shared = Counter(chain.from_iterable(_later(postings[gram], place) for gram in found))
        least = min(_SHARED_GRAMS, len(found))
        near = {other for name in named[place] for other in _later(postings[name], place)}
        near.update(other for other, count in shared.items() if count >= least)
        yield from ((place, other) for other in sorted(near))


def _later(posting: Sequence[int], place: int) -> Sequence[int]:
    start = bisect_right(posting, place)
    return posting[start:] if len(posting) <= _POSTINGS else posting[start : start + _NEIGHBORS]
