"""Personal details in a text: numbers that lead to a person, addresses, and names that forms and letters give away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.titles import SURNAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Detail:
    """One detail at its place in a text. ``sort`` is Chinese; ``value`` is its plain form, the same however written."""

    span: Span
    sort: str
    value: str


# Full-width digits, letters and signs count as the narrow ones; each is one character, so that places stay.
_NARROW = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum() or chr(code) in "＠．－＊"
}
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_FREE, _END = r"(?<![0-9A-Za-z])(?<!线索)", r"(?![0-9A-Za-z])"  # the id of a finding is no number of anybody
_NO_DIGIT, _LAST = r"(?<!\d)(?<!线索)", r"(?!\d)"  # letters may stand right beside a phone: tel13800138000
_GAP = r"[ \-—·]?"
_PLACE = "村|社区|屯|寨|路|街|巷|弄|胡同|大道|小区|花园|家园|公寓|新村|苑|里"
_LIVING = "家庭住址|现住址|住址|户籍地址?|住所|家住|居住地|联系地址|通讯地址"
_HOUSE = r"(?:\d{1,5}|[一二三四五六七八九十百]{1,4})(?:号楼|号院|号|栋|幢|座|单元|层|楼|室|组|社|户)"
_SHAPES = (
    ("邮箱", re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)),
    ("证件", re.compile(rf"{_NO_DIGIT}\d{{6}}{_GAP}(?:19|20)\d\d[01]\d[0-3]\d{_GAP}\d{{3}}[\dXx]{_LAST}")),
    ("证件", re.compile(rf"{_FREE}(?=[\dXx*×]*[*×])\d{{3,6}}[\d*×xX]{{8,14}}[\dXx*]{_END}")),
    ("证件", re.compile(rf"{_NO_DIGIT}\d{{17}}[\dXx]{_LAST}")),
    ("证件", re.compile(rf"{_NO_DIGIT}[1-9]\d{{7}}[01]\d[0-3]\d{{4}}{_LAST}")),
    ("证件", re.compile(rf"{_FREE}(?:[EGDSPHCWM]\d{{8}}|[EC][A-Z]\d{{7}}){_END}")),
    ("银行卡", re.compile(rf"{_FREE}\d{{4}}(?:[ \-]?\d{{4}}){{2,3}}[ \-]?\d{{3,7}}{_END}")),
    ("电话", re.compile(rf"{_NO_DIGIT}(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}[\d*×xX]){{8}}{_LAST}")),
    ("电话", re.compile(rf"{_FREE}[（(]?0\d{{2,3}}[)）]?[ \-—]?\d{{7,8}}(?:[\-转]\d{{1,6}})?{_END}")),
    (
        "电话",
        re.compile(
            rf"(?:电话|手机|热线|传真|座机)(?:号码?|是|为)?[：: ]{{0,2}}(?P<value>\d{{3,4}}{_GAP}\d{{4}}){_END}"
        ),
    ),
    ("车牌", re.compile(rf"[{_PROVINCES}][A-Z][ ·•.]?[A-Z0-9]{{5,6}}{_END}")),
    (
        "账号",
        re.compile(
            r"(?:微信号?|QQ号?|账号|卡号)(?:是|为)?[：: ]{1,2}(?P<value>[\w\-]{5,30})", re.ASCII | re.IGNORECASE
        ),
    ),
    ("地址", re.compile(rf"(?:{_LIVING})[：: ]{{0,2}}(?P<value>[^\s，。；;,、？！（）()]{{3,40}})")),
)
_HOUSED = re.compile(rf"(?:{_PLACE})(?:[一-龥]{{0,4}}?{_HOUSE})+")
_TOWARDS = re.compile(r"(?:[一-龥]{2,3}(?:省|市|县|区|镇|乡|街道))*[一-龥]{1,3}$")
_BEFORE_PLACE = 24  # characters that the names of province, county and village may take
_LABEL = (
    r"(?:姓\s?名|联系人|来电人|来信人|反映人|举报人|信访人|投诉人|申诉人|控告人|署名|签名|签字|户主|经办人|受访人|受访者"
    r"|被访谈人|被谈话人|谈话对象"
    r"|访谈人|谈话人|记录人|记录员|整理人|询问人|回访人|接线员|话务员|诉求人|申请人|当事人|写信人)"
)
_SURNAMES = f"{SURNAMES}高方任于马金江毛常武乔贺万文白史汤黎易"
_COMPOUND = "欧阳|司马|上官|诸葛|皇甫|尉迟|慕容|司徒|夏侯"
_NAME = rf"(?:[{_SURNAMES}]|{_COMPOUND})[一-龥·]{{1,3}}"
_LABELLED = re.compile(rf"{_LABEL}(?:[（(][^）)]{{1,8}}[）)])?[ \t]?[：:][ \t]*(?P<value>[一-龥·]{{2,4}})(?![一-龥])")
_HONORED = re.compile(
    rf"(?P<value>[{SURNAMES}](?:先生|女士|小姐|大爷|大妈|大娘|大叔|大婶|大嫂|阿姨|师傅|老太|老汉|老人|姓))"
)
_INTRODUCED = re.compile(
    rf"(?:村民|群众|居民|商户|业主|职工|贫困户|低保户|反映人|举报人|来信人|来电人|投诉人|当事人)(?P<value>[{SURNAMES}][一-龥]{{2}})"
)
_AGED = re.compile(rf"(?P<value>{_NAME})(?=[（(](?:男|女)[，,、）)]|，[男女]，)")
_SIGNED = re.compile(rf"(?m)^[ \t　]*(?P<value>{_NAME})[ \t　]*\n[ \t　]*(?:19|20)\d\d年")
_NAMES = (_LABELLED, _HONORED, _INTRODUCED, _AGED, _SIGNED)
_GENERIC = frozenset(
    [
        "匿名",
        "群众",
        "村民",
        "市民",
        "来电人",
        "来信人",
        "保密",
        "不详",
        "未留",
        "无",
        "本人",
        "工作人员",
        "谈话对象",
        "同上",
        "考核组",
        "热心市民",
        "某某",
    ]
)


def find_numbers(text: str) -> Iterator[Detail]:
    """Yield phones, identity numbers, cards, plates, mail addresses and places to live; they may overlap."""
    narrow = text.translate(_NARROW)
    for sort, shape in _SHAPES:
        for match in shape.finditer(narrow):
            group = "value" if "value" in shape.groupindex else 0
            yield Detail(Span(*match.span(group)), sort, _plain(match[group], sort))
    yield from _addresses(narrow)


def _addresses(text: str) -> Iterator[Detail]:
    """Yield the places that go down to a house or a group of houses, with the names of village and town before."""
    for match in _HOUSED.finditer(text):
        before = text[max(0, match.start() - _BEFORE_PLACE) : match.start()]
        named = _TOWARDS.search(before)
        head = named[0].lstrip("在住于到是从家") if named else ""
        span = Span(match.start() - len(head), match.end())
        yield Detail(span, "地址", span.of(text))


def _plain(value: str, sort: str) -> str:
    """Return a number without what parts its digits, so that every way of writing it is one value.

    >>> _plain("+86 138-0013-8000", "电话"), _plain("11010119900307888x", "证件")
    ('13800138000', '11010119900307888X')
    """
    if sort in {"电话", "证件", "银行卡", "车牌"}:
        bare = re.sub(r"[ \-—·•.（）()]", "", value).upper()
        return re.sub(r"^\+?86(?=1\d{10}$)", "", bare)
    return value.lower() if sort == "邮箱" else value


def find_names(text: str) -> Iterator[Detail]:
    """Yield the names that labels, forms of address, ages and signatures give away."""
    for shape in _NAMES:
        for match in shape.finditer(text):
            if match["value"] not in _GENERIC:
                yield Detail(Span(*match.span("value")), "人员", match["value"])


def names_to_keep(text: str) -> Iterator[str]:
    """Yield the names in *text* that are worth looking for in other places as well.

    A form of address (王女士) is found by itself wherever it stands.
    """
    for shape in (_LABELLED, _INTRODUCED, _AGED, _SIGNED):
        yield from (match["value"] for match in shape.finditer(text) if is_name(match["value"]))


_WORDED = re.compile(r"[一-龥·×某*Xx]{2,4}|[A-Za-z][A-Za-z .]{1,30}")
# What stands in the place of a name and names nobody.
_POSTS = re.compile(
    r"(?:长|书记|主任|干部|人员|负责人|负责同志|村民|群众|市民|居民|代表|职工|教师|医生|委员|会计|文书|同志|领导|企业|公司|单位|学校|医院"
    r"|组|室|局|办|科|处|部|委|院|所|站|中心|委员会|政府|党委|县|镇|乡|村|市|区|街道|社区)$"
)


def is_name(words: str) -> bool:
    """Tell whether what a form keeps in the place of a name may be one, rather than a post, an office or nobody.

    >>> [is_name(words) for words in ("王桂兰", "阚秀", "匿名", "郑××", "李", "副镇长", "综合科")]
    [True, True, False, True, False, False, False]
    """
    return words not in _GENERIC and _WORDED.fullmatch(words) is not None and not _POSTS.search(words)


def apart(details: Sequence[Detail], text: str) -> list[Detail]:
    """Return details that do not overlap: one within another gives way, two that overlap in part become one."""
    kept: list[Detail] = []
    for detail in sorted(details, key=lambda one: (one.span.start, -one.span.end)):
        last = kept[-1] if kept else None
        if last is None or detail.span.start >= last.span.end:
            kept.append(detail)
        elif detail.span.end > last.span.end:
            whole = Span(last.span.start, detail.span.end)
            kept[-1] = Detail(whole, last.sort, whole.of(text))
    return kept
