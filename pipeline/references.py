"""What in a sentence can be its actor besides a name: I, he, that town, and those who are outside the roster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.document import Span
from mingcha.pipeline.titles import POST_REFERENCE, SURNAMES, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mingcha.pipeline.registry import Mention

ReferenceKind = Literal[
    "name", "kin", "speaker", "outside", "self", "person", "unit", "vague", "plural", "post", "pair", "left", "spared"
]


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that stand for an actor; ``span`` counts from the sentence's start.

    ``subjects`` are the roster ids they can mean; empty means somebody outside the roster. ``governed`` tells an
    object (对周镇长, 责成柳河镇) from an actor, ``reporting`` one who only says so (周镇长反映), ``admitting`` one who
    takes the blame (我负主要责任). A ``speaker`` opens the sentence with a colon behind: in minutes what follows are
    his words, and seldom about him. ``kin`` is somebody near the one named (孙海的司机), who may not act for him.
    """

    span: Span
    words: str
    kind: ReferenceKind
    subjects: tuple[str, ...] = ()
    governed: bool = False
    reporting: bool = False
    admitting: bool = False


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
            r"|(?<![一-龥])(?:[局委院镇乡县区]|街道)?(?:党组|党委|党工委|机关)(?!书记|副|委员|政府|会|决定|事务|报|干部)"
            r"|街道(?=干部|会议|机关)|[他她]们[局委院镇乡校]"
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
_FIRM = (
    "施工(?:方|单位|企业|队)|承包(?:方|商|人|单位)|分包(?:方|商)|中标(?:单位|企业|方|人)|供应商|供货(?:方|商)|物业(?:公司|企业)|开发(?:商|企业)"
    "|包工头|运营(?:公司|方|企业|单位)|(?:企业|公司)(?:老板|负责人)|监理(?:单位|公司|方)|设计(?:单位|公司|院)|代建(?:单位|方)|建筑公司"
    "|第三方[一-龥]{0,4}(?:公司|机构)|第三方|总包(?:单位|方)|设计院|派出所|租户|房东|店主|房主|(?:货车|客车)?司机|外包(?:公司|单位)|承建(?:企业|方|单位)|[某一]?物业公司|我们?(?:公司|企业|厂|村|小区|社区|部门|科|股|班)(?![长子])|那[个位]领导|有(?:一|几|两)?[个位名](?:单位|部门|领导|干部|同事|老板|副?[局镇乡县科股站所院]长)|我家[一-龥]{0,6}"
)
_PREDECESSOR = (
    rf"前任(?:{TITLE}|班子)?|原任(?:{TITLE}|班子)?|上一(?:届|任)(?:{TITLE}|班子|党委|领导)?|上届(?:班子|党委)?|往届班子"
    rf"|时任(?:[一-龥]{{0,6}}?{TITLE})|(?:那时|当时)的?{TITLE}|那一任的?{TITLE}?|历任(?:领导|{TITLE})?"
    rf"|以前的?(?:老|分管)?(?:领导|{TITLE})|老(?:局长|书记|镇长|乡长|主任|领导)"
)
_ELSEWHERE = (
    r"上级(?:部门|机关|单位)?|省里|外单位|邻(?:县|镇|乡|市|区)|隔壁(?:县|镇|乡)|兄弟(?:县|镇|乡|单位)|(?:外|别的)(?:县|镇|乡|单位)"
    r"|(?:省|部)厅|[省市县区]直部门|部里|市里|上面(?=[要催派定压])"
)
_PERSON = (
    rf"(?<![一-龥×])(?:[{SURNAMES}](?:某某?|[×xX＊*○]{{1,2}})(?:同志|{TITLE})?)|(?<=[、，对由])[{SURNAMES}](?:某某?|×{{1,2}})"
    rf"|(?<![许每上本下这两半])[{SURNAMES}][一-龥]{{0,2}}?{TITLE}(?!办公会|办公室|信箱|热线|会议)"
    rf"|{TITLE}[{SURNAMES}](?:某某?|×{{1,2}})|(?<=[长记任员、书人])[一-龥]某某?(?![一-龥]?[年月日]|[些种个项])"
    "|[老小][王李张刘陈杨赵黄吴徐孙胡朱郭何罗宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕蒋蔡丁魏薛潘杜姜范姚谭廖邹熊陆郝崔邱秦侯邵孟尹周]"
    "(?=[^一-龥]|[在是的对说也就又还把被给没不每整常总一从迟经拖擅收请])"
)
_CITIZEN = (
    r"(?:少数|个别|部分)?(?:群众|村民|居民|业主|商户)(?=[一-龥]{0,4}(?:阻工|阻挠|乱|私自|私搭|拒不|不配合|漫天要价|偷))"
)
_VILLAGE = r"(?:村|居)委会|村(?:支书|支部书记|委会主任|主任|会计|干部|两委)(?!会)"
# A place that the roster does not know, where a clause begins: 云台镇上报的进度.
_OTHER_PLACE = (
    r"(?:^|(?<=[，。；：、“]))(?!不过|但是|而且|因为|就是|会议|[到在从向对把被与和全各该本我有一两几多每整邻外其某基部分相关这那个少])"
    r"[一-龥]{2,3}(?:(?:镇|乡|街道)(?![长域里级])|[县区市][一-龥]{1,6}(?:局|委|办|医院|中心|所)(?!长))(?=[一-龥])"
    r"|(?:^|(?<=[，。；：、“]))(?!该|本|各|全|某|两|几|这|那)(?:(?![到给对向把让被是有在和与跟同由说找遇将])[一-龥]){2,6}(?<![我们负责家])公司(?=[一-龥])"
    r"|(?:^|(?<=[，。；：、“由]))[县区市省](?!里|级|场|委|政|长)[一-龥]{2,6}?(?:局|办|中心|公司|医院|集团)(?![长党班领里])(?=[一-龥])"
)
_OUTSIDE = re.compile("|".join((_FIRM, _PREDECESSOR, _ELSEWHERE, _PERSON, _CITIZEN, _VILLAGE, _OTHER_PLACE)))
_LEFT = re.compile("以前|老|前任|原任|上[一届]|上届|时任|那时|当时|历任")
# 前任留下的欠款 is about what he left; 企业反映窗口推诿 is about the window; 上级要求 is a reason.
_NO_ACTOR = re.compile(
    r"(?:留下|遗留|定下|定|欠下|欠|签订|签|批准|批|承诺|提出|反映|交办|移交|交代|下达|制定)(?:来|过)?的"
    r"|(?:一再|多次|都|也|曾|还)?(?:反映|投诉|举报|认为|表示|告诉|称|说|要求|部署|安排|交办|督办|提醒|通报|来电|诉说)"
    r"|(?:决策|精神|文件|政策|规定|检查|考核|督查|资金|领导)(?!拖|推)"
)
# Who only says so is no actor: 周镇长反映, 县委书记批评.
_REPORTING = re.compile(
    r"(?:同志|本人)?(?:也|还|曾|都|多次)?(?:普遍)?(?:反映|评价|认为|介绍|说明|解释|指出|提到|告诉|来电|批评(?=[一-龥]{2,6}(?:把|将|对|没|不))|称(?![职呼号])|说[他她“]|(?:笑着|回忆|感慨地?)?(?:说|道)[。]"
    "|(?:也|都|还|曾|多次)?(?:批评|提醒|劝|催|约谈|骂|说|问)过?[他她我]?[几多两三好一]+[回次遍])"
)
_TOLD = re.compile("(?:也|就|还|又|常|总)?[说讲][，：:]")  # what follows is his view of something, not his act
_ADMITTING = re.compile("对此?[^，。；]{0,6}负|[应要]?(?:负|承担)[^，。；]{0,6}责任")
_SPEAKER = re.compile(r"(?:[（(][^（）()]{1,20}[）)])?[：:]")
# 协助钟书记 names whom the actor stood beside: neither actor nor object.
_EXEMPT = re.compile(r"除了?$|(?<!是)(?:不是|并非|而非)(?!因)$")
_KIN = re.compile(
    "的?(?:司机|秘书|联络员|继任者?|接任者?|家属|家人|家里|亲属|亲戚|妻子|丈夫|爱人|老婆|老公|儿子|女儿|弟弟|哥哥|姐姐|妹妹|兄弟|父亲|母亲|小舅子"
    "|妹夫|姐夫|女婿|连襟|侄子|外甥|同学|战友|朋友|老乡|身边人)(?!关系)"
)
_COMPANION = re.compile(
    r"(?:^|[，；：。、])(?:[一二三四五]是|积极|主动|全力)?(?:协助|配合|陪同|会同|帮助|支持|跟随|跟着|同意|赞成)$"
)
# 龚玉芬提的方案, 欧阳静任职期间: a name that only tells which, or when.
_ASIDE = re.compile(
    r"[以之]?外(?=[，,]|其[他余])|无关|没有?关系|提[出的]?的|(?:离任|卸任|到任|上任|就任|调[走离任来]|离开|退休|来|走)[以之]?[前后](?=[，,该他])"
    r"|不在[一-龥]{0,4}(?:期间|时)|任职(?:期间|以来)|在任(?:期间|时)|任内|的(?:方案|意见|建议|提议)被|(?:相)?比(?=[，,])"
)
_GOVERNING = re.compile(
    r"(?:授意|指使|指令|暗示|接替|代替|代|替|给了|已转|转|对|对于|针对|主持|负责|分管|主管|赴|往|向|给|把|将|跟|让|请|找|责成|责令|要求|督促|指导|约谈|批评|联系|致电|问责|给予|关于|按照|根据|经|报|在|比|到|去|从"
    r"|监督|配合|协调|服务|纵容|放任|袒护|催促|推给|甩给|转给|交给|联合)$"
)


def references_in(text: str, mentions: Iterable[Mention], start: int) -> tuple[Reference, ...]:
    """Return the references of a sentence in order; names win over the words that overlap them.

    *mentions* are those of the sentence, with spans in the text it was cut from at *start*.
    """
    places = ((mention, mention.span.shifted(-start)) for mention in mentions)
    names = [_named(text, mention, span) for mention, span in places if not _is_aside(text, span)]
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


def _leads_to(text: str, end: int, heads: set[int]) -> bool:
    """Tell whether a name follows: at once, after 的 (市里的鲁局长), after more of his posts (党组书记、局长鲁秀英)."""
    return any(head in heads for head in {end, *(match.end() for match in [_APPOSED.match(text, end)] if match)})


_APPOSED = re.compile(rf"的|(?:[、兼和](?:党组|党委|党工委)?{TITLE}){{1,2}}")


def _is_aside(text: str, span: Span) -> bool:
    if _EXEMPT.search(text, max(0, span.start - 3), span.start) and not text.startswith("一", span.end):
        return True
    return bool(_ASIDE.match(text, span.end) or _COMPANION.search(text, max(0, span.start - 8), span.start))


def _named(text: str, mention: Mention, span: Span) -> Reference:
    kind: ReferenceKind = "name" if mention.subjects else "outside"
    if mention.subjects and not text[: span.start].strip() and _SPEAKER.match(text, span.end):
        kind = "speaker"
    elif mention.subjects and _KIN.match(text, span.end):
        kind = "kin"
    told = bool(mention.subjects and _TOLD.match(text, span.end))
    kind = "speaker" if told else kind
    governed, reporting = _is_governed(text, span), told or bool(_REPORTING.match(text, span.end))
    return Reference(span, span.of(text), kind, mention.subjects, governed, reporting)


def _other_references(text: str) -> Iterator[Reference]:
    taken: set[int] = set()
    for kind, pattern in (("outside", _OUTSIDE), *_PRONOUNS):
        for match in pattern.finditer(text):
            span = Span(*match.span())
            if kind == "self" and _OPINION.match(text, span.end):
                continue
            if not taken.isdisjoint(range(span.start, span.end)):
                continue
            sort = kind
            if kind == "outside" and _NO_ACTOR.match(text, span.end):
                if not _LEFT.match(match.group()):
                    continue
                sort = "left"
            taken.update(range(span.start, span.end))
            how = (_is_governed(text, span), *(bool(cue.match(text, span.end)) for cue in (_REPORTING, _ADMITTING)))
            yield Reference(span, match.group(), sort, (), *how)


def _is_governed(text: str, span: Span) -> bool:
    if text.startswith("副", span.start) and text.endswith(("分管", "主管"), 0, span.start):
        return False  # 分管副局长葛某某 is he, not what he is in charge of
    return bool(_GOVERNING.search(text, max(0, span.start - 4), span.start))


_OWN_ACT = re.compile(
    r"(?:我|咱)们?(?!觉得|认为|看|感觉|听|了解|知道|记得|没有?(?:发现|看到|见过|听|碰)|不(?:好说|清楚|知道|掌握|能|敢)|反映|打|问|找|去|跑|等"
    r"|说|想|希望|建议|补充|参加|见|接触|举|讲|印象|个人(?:觉得|认为|看|感觉|印象|建议|希望)|印|承认|办公|局|镇|县|中心|单位|股的|请示|向|投诉|递|交|报|申请|发现|亲眼)"
)
# 我对祥泰同志的意见是：…, 我给他提一条 are about him.
_OPINION = re.compile(
    "对[^，。；：]{1,10}的(?:意见|批评|建议|看法|印象)|[给对向][^，。；：]{1,10}提(?:[一两三几]?[条点个]|意见|批评|建议)"
)
_BREAK = re.compile(r"[，,；;：:。！？!?]")


def tells_of_himself(text: str, target: Span | None) -> bool:
    """Tell whether the clause of *target* (the first clause without one) says what the speaker himself did."""
    start, end = clause_around(text, target.start if target else 0)
    return bool(_OWN_ACT.search(text, start, end))


# How a sentence begins whose subject is left out: a preposition, an adverb or a verb, after 答： and a word of time.
_PREDICATE = re.compile(
    r"(?:[答A][：:])?[“（(]?(?:[一二三四五]是|但|但是|不过|而且|并且|同时|另外|此外|后来|最后|平时|平常|今年|去年|一年来?|一开始|有时候?|尤其|特别|至今)?[，]?"
    r"(?:对|在|把|将|被|从|向|给|为|以|用|按|就|不|没|未|无|常|总|往往|多次|曾|已|还|也|又|都|却|并|遇|碰|处理|处置|推|主|带|敢|善|能|会(?!议|上|后)|肯"
    r"|抓|分管|牵头|负责|协调|坚持|创新|深入|缺点|不足|优点|毛病|最大|突出|工作(?![组群])|个人|本人|为人|作风|脾气|性格|能力|思路|落实|执行"
    r"|服务|帮|替|跟|因|由于|受|存在|虚|违|擅|私|拖|压|躲|绕|敷衍|应付|拒|瞒|骗|套|挪|占|收|借|利用|指使|授意|要|让|叫|派|催|批|签|审|查"
    r"|办(?!公|证)|做|干(?!部)|搞|改(?!厕)|修|建(?!材)|清|拆(?!迁[公办])|化|解|劝|追|引|招|争|跑|走|看|听|说|讲|开|写|报(?!表)|填|交(?!通)|送|发|下(?!属)|上(?!级|届)"
    r"|来|去|回|到|接|约|谈|问(?!题)|管(?!网|道)|教(?!育|师)|培|选|先|只|仅|常年|长期|连|一|两|三|几|凡|凭|爱|喜欢|习惯|满足|忙|缺|懒|怕|力)"
)


def lacks_subject(text: str) -> bool:
    """Tell whether a sentence begins with a predicate, so that its subject is that of the sentence before.

    >>> lacks_subject("遇到拆迁纠纷也不躲。"), lacks_subject("公路修得慢，生意受影响。")
    (True, False)
    """
    return bool(_PREDICATE.match(text.lstrip()))


def clause_around(text: str, position: int) -> tuple[int, int]:
    """Return start and end of the clause of *text* in which *position* lies."""
    before = [match.end() for match in _BREAK.finditer(text, 0, position)]
    after = _BREAK.search(text, position)
    return (before[-1] if before else 0), (after.start() if after else len(text))
