"""Personal details in a text: numbers that lead to a person, and addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opencc import OpenCC


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
_PLACE = "村|社区|屯|寨|路|街|巷|弄|胡同|大道|小区|花园|家园|公寓|新村|苑|里(?=[一二三四五六七八九十\\d])"
_LIVING = "家庭住址|现住址|住址|户籍地址?|住所|居住地|联系地址|通讯地址"
_NUMBERED = r"(?:\d{1,5}|[一二三四五六七八九十]{1,3})"
_FIRST = rf"{_NUMBERED}(?:号楼|号院|号|栋|幢|组|社)"
_HOUSE = rf"{_NUMBERED}(?:号楼|号院|号|栋|幢|座|单元|层|楼|室|组|社|户)"
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
    ("地址", re.compile(rf"(?:{_LIVING})[ ]?(?:[：:]|是|为|在)[ ]?(?P<value>[^\s，。；;,、？！（）()]{{3,40}})")),
    ("地址", re.compile(rf"(?<!国)(?:家住|现住)在?(?P<value>[一-龥\d]{{1,12}}(?:{_PLACE})[一-龥\d]{{0,12}})")),
)
_HOUSED = re.compile(rf"(?:{_PLACE})(?:(?![有共新建的了月])[一-龥]){{0,4}}?{_FIRST}(?:[一-龥]{{0,2}}?{_HOUSE})*")
_TOWARDS = re.compile(r"(?:[一-龥]{2,3}(?:省|市|县|区|镇|乡|街道))*[一-龥]{1,3}$")
_BEFORE_PLACE = 24  # characters that the names of province, county and village may take


def shadow(text: str) -> str:
    """Return the text in narrow signs and simplified characters, one for each of its own, so that places stay.

    >>> shadow("趙大叔１３８")
    '赵大叔138'
    """
    narrow = text.translate(_NARROW)
    return narrow if narrow.isascii() else "".join(map(_simplified, narrow))


@cache
def _simplified(character: str) -> str:
    made = _converter().convert(character) if "\u3400" <= character <= "\u9fff" else character
    return str(made) if len(made) == 1 else character


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def find_numbers(text: str) -> Iterator[Detail]:
    """Yield phones, identity numbers, cards, plates, mail addresses and places to live; they may overlap."""
    for sort, shape in _SHAPES:
        for match in shape.finditer(text):
            group = "value" if "value" in shape.groupindex else 0
            yield Detail(Span(*match.span(group)), sort, _plain(match[group], sort))
    yield from _addresses(text)


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
