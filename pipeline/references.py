"""What in a sentence can be its actor besides a name: I, he, that town, and those who are outside the roster."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.clauses import heads_clause
from mingcha.pipeline.document import Span
from mingcha.pipeline.outsiders import KIN, LEFT, NO_ACTOR, OUTSIDERS
from mingcha.pipeline.titles import POST_REFERENCE, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.registry import Mention

ReferenceKind = Literal[
    "name",
    "kin",
    "speaker",
    "outside",
    "self",
    "person",
    "unit",
    "vague",
    "plural",
    "post",
    "pair",
    "left",
    "spared",
    "met",
]


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that stand for an actor; ``span`` counts from the sentence's start.

    ``subjects`` are the roster ids they can mean; empty means somebody outside the roster. ``governed`` tells an
    object (对周镇长, 责成柳河镇) from an actor, ``reporting`` one who only says so (周镇长反映), ``admitting`` one who
    takes the blame (我负主要责任). A ``speaker`` opens the sentence with a colon behind: in minutes what follows are
    his words, and seldom about him. Who is not ``acting`` stands where nobody can act: 我们找过孙海; a person there is
    only ``met``. ``kin`` is somebody near the one named (孙海的司机), who may not act for him.
    """

    span: Span
    words: str
    kind: ReferenceKind
    subjects: tuple[str, ...] = ()
    governed: bool = False
    reporting: bool = False
    admitting: bool = False
    acting: bool = True


_PRONOUNS: tuple[tuple[ReferenceKind, re.Pattern[str]], ...] = (
    (
        "unit",
        re.compile(
            r"(?:该|本|我们?|咱们?)(?:[镇乡县区市局委办院厅站所校]|街道|中心|单位|部门|公司|党委|党组|班子)(?!长|里人|民|域|场|员)"
        ),
    ),
    ("post", POST_REFERENCE),
    (
        "unit",
        re.compile(
            r"(?:[局委院镇乡县区我该]|街道)?(?:领导)?班子(?:成员)?(?!会|长)"
            r"|(?<![一-龥])(?:[局委院镇乡县区]|街道)?(?:党组|党委|党工委|机关)(?!书记|副|委员|成员|政府|会|决定|事务|报|干部)"
            r"|街道(?=干部|会议|机关)|(?:^|(?<=[）)：]))(?:街道|公司|医院|学校|分局|中心|管委会)(?=[\d一-龥])(?!办事处|主任|书记|要|工|居|上的)|[他她]们[局委院镇乡校]"
        ),
    ),
    # An organ of the unit counts as the unit: 镇财政所, 局办公室.
    (
        "unit",
        re.compile(
            r"(?<![一-龥])[镇乡局院校](?:纪委|[一-龥]{2,4}?(?:[所站办科股队组]|中心|办公室))(?![长员])(?=[一-龥])"
        ),
    ),
    ("pair", re.compile("前者|后者")),
    ("unit", re.compile(r"(?<![一-龥])(?:[镇乡局县](?:里|上|党委|政府|党组))|(?<=归|找|到|给|由|是)[镇乡局](?:里|上)")),
    (
        "vague",
        re.compile(
            r"(?:几|各|其他几?|其余几?)[个位名]?(?:副职|(?:班子)?副手)|(?:有的|个别|少数|部分|一些|有些)(?:党员|领导|机关|窗口|基层)?(?:干部|同志|领导|单位|部门|站所|执法人员|工作人员|人员|窗口|股室)"
        ),
    ),
    ("plural", re.compile(r"(?<!其)[他她]们")),
    # 不怪他 takes the blame off him; what is done 在他身后 others do.
    (
        "spared",
        re.compile(
            r"(?:不(?:能|应|该)?怪|怪不得|怪不着|怪不了|不赖|赖不着|怨不得|不怨)[他她]|[他她](?:身后|身边|背后|手下)"
        ),
    ),
    (
        "person",
        re.compile(r"(?<![其吉])[他她](?:本人|自己|(?![们人乡国日山杀]))|该(?:同志|局长|镇长|书记|主任|站长|干部)"),
    ),
    ("self", re.compile(r"本人|(?<!自)我(?![国省县市区镇乡局委办院厅部处校所站州]|们|单位|中心|党)")),
    ("self", re.compile(r"(?:我|咱)们(?![国省县市区镇乡局委办院厅部处校所站州]|单位|中心|党)")),
)
# Who only says so is no actor: 周镇长反映, 县委书记批评.
_REPORTING = re.compile(
    r"(?:等[一-龥\d]{0,3}?)?(?:同志|本人)?(?:在[^，。；：]{1,12}?(?:中|上|时|会|里))?(?:也|还|曾|都|多次)?(?:普遍)?(?:反映|评价|认为|介绍|说明|解释|指出|汇报(?!时|中|虚|假|不实|材料)|通报(?!批评)|传达|宣读|强调|透露|提到|提起|谈起|谈到|说起|告诉|来电"
    r"|批评(?=[一-龥]{2,6}(?:把|将|对|没|不|办事|工作|落实|推进|存在|的))|对[其他她][^，。；：]{0,6}(?:评价|印象|看法|肯定)|提过|提议|对[^，。；]{1,16}(?:表示|给予|予以|提出)(?:了|充分|高度)*(?:赞赏|肯定|感谢|不满|批评|表扬)|称(?![职呼号])|说[他她“]|(?:笑着|回忆|感慨地?)?(?:说|道)[。]|(?:说|讲|表示|要求|建议|补充|插话|坦言|问(?:起来?)?|追问)(?:道|过)?(?=[，：:“])"
    "|(?:也|都|还|曾|多次)?(?:批评|提醒|劝|催|约谈|骂|说|问)过?[他她我]?[几多两三好一]+[回次遍])"
)
_TOLD = re.compile(
    "(?:同志)?(?:在[^，。；：]{1,12}?(?:中|上|时|会|里))?(?:也|就|还|又|常|总)?(?:[说讲]|(?:指出|强调|表示|要求|建议|说明|解释|介绍|认为|反映|提出|补充))[，：:]"
)  # what follows is his view of something, not his act
# 我批评过你, 我补充一句: in a meeting who says so speaks of others.
_REMARKING = re.compile(
    "(?:也|还|就|再|多次|反复)*(?:批评|提醒|说|讲|问|建议|补充|觉得|认为|看|听|要求|同意|赞成|希望|给|对|跟|想)(?!不)"
)
_ADMITTING = re.compile("对此?[^，。；]{0,6}负|[应要]?(?:负|承担)[^，。；]{0,6}责任")
_NUMBERED = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]?[、.．]?)?\s*")
_SPEAKER = re.compile(r"(?:[（(][^（）()]{1,20}[）)])?[：:]")
# 协助钟书记 names whom the actor stood beside: neither actor nor object.
_EXEMPT = re.compile(r"除了?$|(?<!是)(?:不是|并非|而非)(?!因)$")
_COMPANION = re.compile(
    r"(?:^|[，；：。、])(?:[一二三四五]是|积极|主动|全力|平时|经常|多次|长期|[曾常不未])?(?:协助|配合|陪同|会同|帮助|支持|跟随|跟着|同意|赞成|与|同|和)$"
)
# 龚玉芬提的方案, 欧阳静任职期间: a name that only tells which, or when.
_ASIDE = re.compile(
    r"[以之]?外(?=[，,]|其[他余])|无关|没有?关系|提[出的]?的|(?:离任|卸任|到任|上任|就任|调[走离任来]|离开|退休|来|走)[以之]?[前后](?=[，,该他])"
    r"|不在[一-龥]{0,4}(?:期间|时)|任职(?:期间|以来)|在任(?:期间|时)|任内|之间|的(?:方案|意见|建议|提议)被|(?:相)?比(?=[，,])"
)
# 结果由孙海同志调度 says who is to do it, not who did.
_IN_CHARGE = re.compile(r"(?:同志)?(?:具体)?(?:牵头|负责|调度|督办|统筹|组织)[^，。；的]{0,10}(?:[，。；]|$)")
# 邢家宝任期内公司欠债, 孙海挂点的村虚报进度: who acted is said behind.
_ONLY_WHOSE = re.compile(
    "(?:同志)?任期[内中]?|(?:同志|[一-龥]?[书镇乡局县主][记长任])?"
    "(?:挂点|挂钩|联系|包联|包保|包抓|帮扶|结对|分管|主管|所在|下辖|管理)的"
    "[一-龥]{0,6}?(?:村|企业|公司|社区|商户|[队所站科股局镇乡]|单位|部门|学校|医院|街道)(?=[一-龥])"
)
_WORKPLACE = re.compile("任教|上班|工作|就读|读书|任职|挂职")  # 妻子在县二中任教
_GOVERNING = re.compile(
    r"(?:授意|指使|指令|暗示|接替|代替|代|替|给了|已转|转|对|对于|针对|主持|负责|分管|主管|赴|往|向|给|把|将|跟|让|请|找|责成|责令|要求|督促|指导|约谈|批评|联系|致电|问责|给予|关于|按照|根据|经|报|在|比|到|去|从"
    r"|拨付|拨到|移交|交|抄送|通知|学习|监督|配合|协调|服务|纵容|放任|袒护|催促|推给|甩给|转给|交给|联合)$"
)


def references_in(text: str, mentions: Iterable[Mention], start: int) -> tuple[Reference, ...]:
    """Return the references of a sentence in order; names win over the words that overlap them.

    *mentions* are those of the sentence, with spans in the text it was cut from at *start*.
    """
    places = ((mention, mention.span.shifted(-start)) for mention in mentions)
    names = _joined(text, [_named(text, mention, span) for mention, span in places if not _is_aside(text, span)])
    taken = {place for name in names for place in range(name.span.start, name.span.end)}
    heads = {name.span.start for name in names}
    others = (
        # Words that overlap a name, or are the title before it (时任镇长孙海), belong to the name.
        other
        for other in _other_references(text)
        if taken.isdisjoint(range(other.span.start, other.span.end))
        and not (other.kind != "vague" and _leads_to(text, other.span.end, heads))
    )
    return tuple(sorted((*names, *others), key=lambda reference: reference.span))


def _joined(text: str, names: list[Reference]) -> list[Reference]:
    """Let who is joined to an object be one as well: 协调县水务局、麻柳乡."""
    for place, (one, other) in enumerate(pairwise(names), 1):
        if names[place - 1].governed and text[one.span.end : other.span.start] in ("、", "和", "与", "及"):
            names[place] = replace(other, governed=True)
    return names


def _leads_to(text: str, end: int, heads: set[int]) -> bool:
    """Tell whether a name follows: at once, after 的 (市里的鲁局长), after more of his posts (党组书记、局长鲁秀英)."""
    return any(head in heads for head in {end, *(match.end() for match in [_APPOSED.match(text, end)] if match)})


_APPOSED = re.compile(rf"的|(?:[、兼和](?:党组|党委|党工委)?{TITLE}){{1,2}}")


def _is_aside(text: str, span: Span) -> bool:
    if _EXEMPT.search(text, max(0, span.start - 3), span.start) and not text.startswith("一", span.end):
        return True
    if text.endswith("由", 0, span.start) and _IN_CHARGE.match(text, span.end):
        return True
    if text.endswith(("在", "到"), 0, span.start) and _WORKPLACE.match(text, span.end):
        return True
    return bool(_ASIDE.match(text, span.end) or _COMPANION.search(text, max(0, span.start - 8), span.start))


def _named(text: str, mention: Mention, span: Span) -> Reference:
    kind: ReferenceKind = "name" if mention.subjects else "outside"
    if mention.subjects and _NUMBERED.fullmatch(text, 0, span.start) and _SPEAKER.match(text, span.end):
        kind = "speaker"
    elif mention.subjects and KIN.match(text, span.end):
        kind = "kin"
    told = bool(mention.subjects and _TOLD.match(text, span.end))
    kind = "speaker" if told else kind
    governed, reporting = _is_governed(text, span), told or bool(_REPORTING.match(text, span.end))
    acting = governed or (heads_clause(text, span.start) and not _ONLY_WHOSE.match(text, span.end))
    return Reference(span, span.of(text), kind, mention.subjects, governed, reporting, acting=acting)


def _other_references(text: str) -> Iterator[Reference]:
    taken: set[int] = set()
    for kind, pattern in (("outside", OUTSIDERS), *_PRONOUNS):
        for match in pattern.finditer(text):
            span = Span(*match.span())
            if kind == "self" and _OPINION.match(text, span.end):
                continue
            if kind == "post" and _is_set_phrase(text, span):
                continue
            if not taken.isdisjoint(range(span.start, span.end)):
                continue
            sort = "outside" if kind in ("self", "person", "post") and KIN.match(text, span.end) else kind
            if kind == "outside" and NO_ACTOR.match(text, span.end):
                if not LEFT.match(match.group()):
                    continue
                sort = "left"
            taken.update(range(span.start, span.end))
            reporting = bool(_REPORTING.match(text, span.end)) or (
                kind == "self" and bool(_REMARKING.match(text, span.end))
            )
            how = (_is_governed(text, span), reporting, bool(_ADMITTING.match(text, span.end)))
            yield Reference(span, match.group(), sort, (), *how)


def _is_set_phrase(text: str, span: Span) -> bool:
    """Tell a post within a phrase that is only quoted, “书记抓、抓书记”, from “一把手” alone and from what is said."""
    opened = text.rfind("“", 0, span.start)
    closed = text.find("”", span.end)
    if (
        opened < 0
        or closed < 0
        or "”" in text[opened : span.start]
        or (opened + 1 == span.start and closed == span.end)
    ):
        return False
    return not text.endswith(("：", ":", "说", "讲", "称", "，"), 0, opened)


# 我对祥泰同志的意见是：…, 我给他提一条 are about him.
_OPINION = re.compile(
    "对[^，。；：]{1,10}的(?:意见|批评|建议|看法|印象)|[给对向][^，。；：]{1,10}提(?:[一两三几]?[条点个]|意见|批评|建议)"
)


def _is_governed(text: str, span: Span) -> bool:
    if text.startswith("副", span.start) and text.endswith(("分管", "主管"), 0, span.start):
        return False  # 分管副局长葛某某 is he, not what he is in charge of
    return bool(_GOVERNING.search(text, max(0, span.start - 4), span.start))
