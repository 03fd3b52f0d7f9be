"""What in a sentence can be its actor besides a name: I, he, that town, and those who are outside the roster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Span
from mingcha.pipeline.titles import SURNAMES, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.registry import Mention

ReferenceKind = Literal["name", "outside", "self", "person", "unit", "vague", "plural"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that stand for an actor; ``span`` counts from the sentence's start.

    ``subjects`` are the roster ids they can mean; empty means somebody outside the roster. ``governed`` tells an
    object (对周镇长, 责成柳河镇) from an actor.
    """

    span: Span
    words: str
    kind: ReferenceKind
    subjects: tuple[str, ...] = ()
    governed: bool = False


_PRONOUNS: tuple[tuple[ReferenceKind, re.Pattern[str]], ...] = (
    (
        "unit",
        re.compile(
            r"(?:该|本|我们?|咱们?)(?:[镇乡县区市局委办院厅站所校]|街道|中心|单位|部门|公司|党委|党组|班子)(?!长|里人|民|域|场|员)"
        ),
    ),
    ("unit", re.compile(r"(?<![一-龥])(?:[镇乡局县](?:里|上|党委|政府|党组))|(?<=归|找|到|给|由|是)[镇乡局](?:里|上)")),
    (
        "vague",
        re.compile(
            r"(?:有的|个别|少数|部分|一些|有些)(?:党员|领导|机关|窗口|基层)?(?:干部|同志|领导|单位|部门|站所|人员|窗口|股室)"
        ),
    ),
    ("plural", re.compile(r"(?<!其)[他她]们")),
    ("person", re.compile(r"(?<![其吉])[他她](?![们人乡国日山杀])|该(?:同志|局长|镇长|书记|主任|站长|干部)")),
    ("self", re.compile(r"本人|(?<!自)我(?![国省县市区镇乡局委办院厅部处校所站州]|们|单位|中心|党)")),
    ("self", re.compile(r"(?:我|咱)们(?![国省县市区镇乡局委办院厅部处校所站州]|单位|中心|党)")),
)
_FIRM = (
    "施工(?:方|单位|企业|队)|承包(?:方|商|人|单位)|分包(?:方|商)|中标(?:单位|企业|方|人)|供应商|供货(?:方|商)|物业(?:公司|企业)|开发(?:商|企业)"
    "|包工头|运营(?:公司|方|企业|单位)|(?:企业|公司)(?:老板|负责人)|监理(?:单位|公司|方)|设计(?:单位|公司|院)|代建(?:单位|方)|建筑公司"
    "|第三方(?:公司|机构)?|外包(?:公司|单位)"
)
_PREDECESSOR = (
    rf"前任(?:{TITLE}|班子)?|原任(?:{TITLE}|班子)?|上一(?:届|任)(?:{TITLE}|班子|党委|领导)?|上届(?:班子|党委)?|往届班子"
    rf"|时任(?:[一-龥]{{0,6}}?{TITLE})|(?:那时|当时)的?{TITLE}|那一任的?{TITLE}?|历任(?:领导|{TITLE})?"
)
_ELSEWHERE = (
    r"上级(?:部门|机关|单位)?|省里|外单位|邻(?:县|镇|乡|市|区)|隔壁(?:县|镇|乡)|兄弟(?:县|镇|乡|单位)|(?:外|别的)(?:县|镇|乡|单位)"
    r"|(?:省|部)(?:厅|直部门)"
)
_PERSON = (
    rf"(?<![一-龥×])(?:[{SURNAMES}](?:某某?|[×xX＊*○]{{1,2}})(?:同志|{TITLE})?)|(?<=[、，对由])[{SURNAMES}](?:某某?|×{{1,2}})"
    rf"|(?<![许每上本下这两半])[{SURNAMES}][一-龥]{{0,2}}?{TITLE}(?!办公会|办公室|信箱|热线|会议)"
    rf"|{TITLE}[{SURNAMES}](?:某某?|×{{1,2}})"
    "|[老小][王李张刘陈杨赵黄吴徐孙胡朱郭何罗宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕蒋蔡丁魏薛潘杜姜范姚谭廖邹熊陆郝崔邱秦侯邵孟尹周]"
    "(?=[^一-龥]|[在是的对说也就又还把被给没不每整常总一从迟经拖擅收请])"
)
_CITIZEN = (
    r"(?:少数|个别|部分)?(?:群众|村民|居民|业主|商户)(?=[一-龥]{0,4}(?:阻工|阻挠|乱|私自|私搭|拒不|不配合|漫天要价|偷))"
)
_OUTSIDE = re.compile("|".join((_FIRM, _PREDECESSOR, _ELSEWHERE, _PERSON, _CITIZEN)))
# 前任留下的欠款 is about what he left; 企业反映窗口推诿 is about the window; 上级要求 is a reason.
_NO_ACTOR = re.compile(
    r"(?:留下|遗留|定下|定|欠下|欠|签订|签|批准|批|承诺|提出|反映|交办|移交|交代|下达|制定)(?:来|过)?的"
    r"|(?:一再|多次|都|也|曾|还)?(?:反映|投诉|举报|认为|表示|告诉|称|说|要求|部署|安排|交办|督办|提醒|通报|来电|诉说)"
    r"|(?:决策|精神|文件|政策|规定|检查|考核|督查|资金|领导)(?!拖|推)"
)
_GOVERNING = re.compile(
    r"(?:对|对于|针对|主持|负责|分管|主管|赴|往|向|给|把|将|跟|让|请|找|责成|责令|要求|督促|指导|约谈|批评|联系|致电|问责|给予|关于|按照|根据|经|报|在|比|到|去|从"
    r"|监督|配合|协调|服务|纵容|放任|袒护|催促|推给|甩给|转给|交给|联合)$"
)


def references_in(text: str, mentions: Iterable[Mention], start: int) -> tuple[Reference, ...]:
    """Return the references of a sentence in order; names win over the words that overlap them.

    *mentions* are those of the sentence, with spans in the text it was cut from at *start*.
    """
    names = [_named(text, mention, mention.span.shifted(-start)) for mention in mentions]
    taken = {place for name in names for place in range(name.span.start, name.span.end)}
    heads = {name.span.start for name in names}
    others = (
        # Words that overlap a name, or are the title before it (时任镇长孙海), belong to the name.
        other
        for other in _other_references(text)
        if taken.isdisjoint(range(other.span.start, other.span.end))
        and not (other.kind == "outside" and other.span.end in heads)
    )
    return tuple(sorted((*names, *others), key=lambda reference: reference.span))


def _named(text: str, mention: Mention, span: Span) -> Reference:
    return Reference(
        span, span.of(text), "name" if mention.subjects else "outside", mention.subjects, _is_governed(text, span)
    )


def _other_references(text: str) -> Iterator[Reference]:
    taken: set[int] = set()
    for kind, pattern in (("outside", _OUTSIDE), *_PRONOUNS):
        for match in pattern.finditer(text):
            span = Span(*match.span())
            if taken.isdisjoint(range(span.start, span.end)) and not (
                kind == "outside" and _NO_ACTOR.match(text, span.end)
            ):
                taken.update(range(span.start, span.end))
                yield Reference(span, match.group(), kind, (), _is_governed(text, span))


def _is_governed(text: str, span: Span) -> bool:
    return bool(_GOVERNING.search(text, max(0, span.start - 4), span.start))


_OWN_ACT = re.compile(
    r"(?:我|咱)们?(?!觉得|认为|看|感觉|听|了解|知道|记得|没有?(?:发现|看到|见过|听|碰)|不(?:好说|清楚|知道|掌握|能|敢)|反映|打|问|找|去|跑|等"
    r"|说|想|希望|建议|补充|参加|见|接触|举|讲|印象|个人|印|承认|办公|局|镇|县|中心|单位|股的|请示|向|投诉|递|交|报|申请|发现|亲眼)"
)
_BREAK = re.compile(r"[，,；;：:。！？!?]")


def tells_of_himself(text: str, target: Span | None) -> bool:
    """Tell whether the clause of *target* (the first clause without one) says what the speaker himself did."""
    start, end = clause_around(text, target.start if target else 0)
    return bool(_OWN_ACT.search(text, start, end))


def clause_around(text: str, position: int) -> tuple[int, int]:
    """Return start and end of the clause of *text* in which *position* lies."""
    before = [match.end() for match in _BREAK.finditer(text, 0, position)]
    after = _BREAK.search(text, position)
    return (before[-1] if before else 0), (after.start() if after else len(text))
