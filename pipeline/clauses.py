"""How a clause is built: where it ends, whether its subject is left out, whether somebody else acts in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.titles import TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.document import Span

_OWN_ACT = re.compile(
    r"(?:我|咱)们?(?!觉得|认为|看|感觉|听|了解|知道|记得|没有?(?:发现|看到|见过|听|碰)|不(?:好说|清楚|知道|掌握|能|敢)|反映|打|问|找|去|跑|等"
    r"|说|想|希望|建议|补充|参加|见|接触|举|讲|印象|个人(?:觉得|认为|看|感觉|印象|建议|希望)|印|承认|办公|局|镇|县|中心|单位|股的|请示|向|投诉|递|交|报|申请|发现|亲眼)"
)
_LABEL = re.compile(r"\s*[^，。；：:]{1,12}[：:]")
_BREAK = re.compile(r"[，,；;：:。！？!?]")


def tells_of_himself(text: str, target: Span | None) -> bool:
    """Tell whether the clause of *target* (the first clause without one) says what the speaker himself did."""
    start, end = clause_around(text, target.start if target else 0)
    return bool(_OWN_ACT.search(text, start, end))


# How a sentence begins whose subject is left out: a preposition, an adverb or a verb, after 答： and a word of time.
_OPENING = (
    r"(?:[问答QA][：:])?[“（(]?(?:[一二三四五六七八九]是|\d{1,2}[.．、]|不足[：:，]|优点[：:，]|缺点[：:，])?"
    r"(?:但|但是|不过|而且|并且|同时|另外|此外|后来|最后|平时|平常|今年|去年|一年来?|一开始|有时候?|尤其|特别|至今)?[，]?"
)
# Numbers count times and months here; 三号库, 两个窗口 and 几家企业 are subjects.
_COUNTED = (
    r"[一两二三四五六七八九十几][余多]?"
    r"(?:[次回度天]|年(?!来|间)|个多?(?:月|星期)|直(?!属)|味|再|贯|心|向|边|律|旦|门心思|去|来(?=[，就都]))"
)
_PREDICATE = re.compile(
    rf"{_OPENING}"
    r"(?:对|在|把|将|被|从|向|给|为|以|用|按|就|不|没|未|无|常|总|往往|多次|曾|已|还|也|又|都|却|并|遇|碰|处理|处置|推|主(?![管席任])|带|敢|善|能|会(?![议上后前中间员场])|肯"
    r"|抓|分管|牵头|负责(?!人)|协调|坚持|创新|深入|缺点|不足|优点|毛病|最大|突出|工作(?![组群])|个人|本人|为人|作风|脾气|性格|性子|能力|思路|落实|执行"
    r"|服务|帮|替|跟|因|由于|受|存在|虚|违|擅|私|拖|压|躲|绕|敷衍|应付|拒|瞒|骗|套|挪|占|收|借|利用|指使|授意|要|让|叫|派|催|批|签|审(?!计)|查"
    r"|办(?!公|证)|做|干(?!部)|搞|改(?!厕)|修|建(?!材|议)|清|拆(?!迁[公办])|化|解|劝|追|引|招(?!标|生|聘|待所)|争|跑|走|看|听|说(?!好)|讲|开|写|报(?!表)|填|交(?!通|警)|送|发|下(?!属)|上(?!级|届)"
    r"|来(?![信电访客人件])|去(?![年冬春夏秋岁])|回|到|接(?!访)|约|谈(?!话)|问(?!题)|管(?!网|道|委)|教(?!育|师)|培|选|先|只|仅|常年|长期|连|几乎|凡|凭|爱(?![人心])|喜欢|习惯|满足|忙|缺|懒|怕|力|勤于|勤|急于|疏于|惯于|乐于|热衷"
    # What in a paper about one person is always his: 学习上浅尝辄止, 担当上有欠账, 理论学习碎片化.
    r"|(?:理论|政治|业务)?学习(?:上|方面|不|抓|浮|浅|碎|满)|(?:担当|决策|思想|用人|廉洁|纪律|履职|处事|政治)(?:上|方面)|嗓门|耳根子|胆子|心气"
    rf"|调研(?:蜻蜓|走马|不|少|浮)|{_COUNTED})"
)
# 在改厕中，, 对上述问题，, 因经费不足，: who acts stands behind the comma, or nobody does.
_ADVERBIAL = re.compile(
    r"[对为因据就由]此，|[^，。；：]{0,8}?(?:年来|以来|期间|[会时]上|[年月日初底])，|"
    r"(?:[对在因从由自经根据按以为随]|由于|除了?|关于|截至)[^，。；：]{0,24}?"
    r"(?:中|上|下|时|后|前|间|里|内|以来|面前|来看|看|方面|问题|原因|[一二三四五六七八九十]）|不足|不够|影响|需要|要求|安排|部署|以外|之外|日|月|年|底)，"
)


def lacks_subject(text: str) -> bool:
    """Tell whether a sentence begins with a predicate, so that its subject is that of the sentence before.

    Where it begins with a place, a time or a reason, the clause behind that must begin so, too.

    >>> lacks_subject("遇到拆迁纠纷也不躲。"), lacks_subject("公路修得慢，生意受影响。")
    (True, False)
    >>> lacks_subject("在改厕中，一味求快。"), lacks_subject("在改厕中，厂家一味求快。")
    (True, False)
    """
    words = text.lstrip()
    adverbial = _ADVERBIAL.match(words)
    return bool(_PREDICATE.match(words)) and not (adverbial and not _PREDICATE.match(words, adverbial.end()))


_HEARSAY = re.compile(r"(?:听|据|经|从)[^，。；：]{0,10}(?:说|讲|反映|介绍|了解|查|看|称)，")
# A new subject at the head of a clause behind the first: 对后勤过问少，学校整改拖沓.
_NEW_ACTOR = re.compile(
    r"(?!服务|帮|走访|联系|推动|协调|督促|要求|监督|检查|对|把|将|让|给|向|在|从|为|被|由)(?:全|各|该|本|县|乡|镇|局)?[一-龥]{0,4}?"
    r"(?:学校|公司|单位|医院|部门|科室|窗口|中心|大厅|食堂|工地|施工队|站所|企业|社区|机关|有的|有些|个别|大家|群众|下面|[科股站所]里)"
    r"(?=[一-龥])"
)
_SETTING = re.compile(
    r"(?:经查|其中|此外|另外|同时|后来|最后|目前|现在|如今|近日|近期|平时|据悉|但是?|不过|结果|首先|其次|例如|比如|特别是|尤其是|今年|去年)，"
    r"|[^，。；：]{0,12}?(?:年|月|日|天|时|后|前|中|上|间|期间|以来|来|初|底|晚|早|凌晨|下午)，"
)
# What may stand between the beginning of a clause and who acts in it: numbers, when and why, whose he is, who says so.
_BEFORE_ACTOR = re.compile(
    rf".*(?:[的里\s|“”‘’\"《、和与及或由对给经被让叫是而但若如即故请因等于实正先且仅使然管悉解传来]|{TITLE}"
    r"|[局委镇乡县市区院校股科站所村]|街道|公司|中心|领导|负责人|同志|干部|支书|总工|人员|成员|代表|教师|医生|民警"
    r"|[年月日天时后前中上间初底]|称|说|讲|反映|听说|认为|发现|看[到见]|指出|举报|知道|提到|表示|查明|查实|建议|责成|责令|要求|授意|指使"
    r"|经查|其中|包括|此外|另外|因此|所以|结果|可惜|幸亏|现在|今天|昨天|不过|只有|还有|尤其|连|就|都|也|又|还|却|仍)"
    r"|[\s\d一二三四五六七八九十（()）.．、：:]*(?:[一-龥]{1,2})?"
)


def has_own_actor(text: str, targets: Sequence[Span]) -> bool:
    """Tell whether every target lies in a later clause that begins with a subject of its own."""
    clauses = {clause_around(text, target.start) for target in targets}
    first = after_main_clause(text)
    return bool(clauses) and all(start > first and _NEW_ACTOR.match(text, start, end) for start, end in clauses)


def heads_clause(text: str, position: int) -> bool:
    """Tell whether who is named at *position* can be the one who acts there: in 我们找过钟书记 he only is met.

    >>> heads_clause("孙海推诿。", 0), heads_clause("去年冬天，镇长孙海推诿。", 7), heads_clause("大家拦住了孙海。", 5)
    (True, True, False)
    """
    start, _ = clause_around(text, position)
    return bool(_BEFORE_ACTOR.fullmatch(text, start, position))


def after_main_clause(text: str) -> int:
    """Return where the first clause of *text* ends that says more than who speaks, when, why or from whom one knows.

    >>> text = "答：去年冬天，镇长孙海推诿，没有人管。"
    >>> text[: after_main_clause(text)]
    '答：去年冬天，镇长孙海推诿'
    """
    label = _LABEL.match(text)
    start = label.end() if label else 0
    while setting := _HEARSAY.match(text, start) or _SETTING.match(text, start) or _ADVERBIAL.match(text, start):
        start = setting.end()
    return clause_around(text, start)[1]


def clause_around(text: str, position: int) -> tuple[int, int]:
    """Return start and end of the clause of *text* in which *position* lies."""
    before = [match.end() for match in _BREAK.finditer(text, 0, position)]
    after = _BREAK.search(text, position)
    return (before[-1] if before else 0), (after.start() if after else len(text))
