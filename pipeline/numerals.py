"""Arabic and Chinese numerals as numbers: 3.2亿, 1,200万, 二十余万, 一亿二, 两万三, 廿六, 十几, 二三十."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

DIGITS = "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
MAGNITUDES = "十百千万亿拾佰仟"
CHINESE_NUMERALS = f"{DIGITS}{MAGNITUDES}廿卅"
BLANK = "[ \N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}]?"

# A unit may begin like a magnitude: 3千瓦 is three 千瓦, and 百 in 两个百分点 is no hundred.
_MAGNITUDE = r"(?:百(?!分)|千(?![瓦米克卡])|万|亿)"
_LEADS = "[到至为达资额共约过计近超出]"
_ARABIC = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)"
    # A text layer may part thousands by a blank; two numbers side by side are cells of a table.
    rf"|(?:(?<={_LEADS})|(?<={_LEADS} ))\d{{1,3}}(?: \d{{3}})+(?=(?:\.\d+)? ?[万亿]{{0,2}} ?元)"
    # Normalisation widens commas; between digits one is a separator of thousands only where such a unit follows.
    rf"|\d{{1,3}}(?:，\d{{3}})+(?=(?:\.\d+)?{BLANK}[余多]?{BLANK}[百千万亿]{{0,2}}{BLANK}(?:[元户人件份名次吨亩条批]|平方米|公里))"
    r"|\d+)(?:\.\d+)?"
)
_CHINESE = rf"(?:百(?!分)|千(?!瓦)|参(?=[拾佰仟])|[{DIGITS}十万亿拾佰仟廿卅])"
NUMBER = (
    rf"(?:{_ARABIC}(?:{BLANK}[余多几]?{BLANK}{_MAGNITUDE}{{1,3}}(?:[余多来]{_MAGNITUDE}+)?(?:零?{_ARABIC}{_MAGNITUDE}{{1,2}}|零{_CHINESE}+)*)?"
    rf"|[几数]?{_CHINESE}+(?:点[{DIGITS}]+[百千万亿]*)?(?:[余多来几]{_MAGNITUDE}+)?|[百千万]把)(?:[余多来几]|好几[十百千]?)?"
)

_PLAIN = str.maketrans(
    dict(zip("〇○两壹贰叁参肆伍陆柒捌玖拾佰仟", "零零二一二三三四五六七八九十百千", strict=True))
    | {"廿": "二十", "卅": "三十"}
    | dict.fromkeys(" ,，\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}", "")
)
_VALUE_OF_DIGIT = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_VALUE_OF_MAGNITUDE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_ARABIC_ALONE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_VAGUE = re.compile("[余多来几数]")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[零一二三四五六七八九]+|[十百千万亿]")
_NOUGHT_BEFORE_DIGITS = re.compile(r"(?<=[十百千万亿])零(?=\d)")  # 1亿零60万
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?|[零一二三四五六七八九十百千万亿])+")
_RUN_BEFORE_MAGNITUDE = re.compile("[一二三四五六七八九]{2}[十百千万亿]")
_POINT = re.compile(r"([零一二三四五六七八九十百千万]+)点([零一二三四五六七八九]+)")
_PAIR = re.compile("(?<![零一二三四五六七八九])([一二三四五六七八九])([一二三四五六七八九])(?![零一二三四五六七八九])")
_SCALE, _SCALE_INSIDE = re.compile("[万亿]+$"), re.compile("[万亿]")
_SHORT_FROM = 100
_LONGEST = 40


# Hundreds and thousands told by the way: 百十号人, 百八十块, 千八百; none of them is 110, 180 or 1800.
COLLOQUIAL = {"百十": 100, "百八十": 100, "千八百": 1000, "万八千": 10**4}
_SOME_MORE = re.compile("(?P<stem>.*[百千万亿])几[十百千]?")


class Numeral(NamedTuple):
    """The number that a numeral stands for; ``value_max`` is set where it names a range such as 二三十."""

    value: float
    value_max: float | None = None
    approximator: str | None = None


def parse_numeral(text: str) -> float | None:
    """Return the exact number that *text* writes, ``None`` where it is no well-formed numeral.

    A last single digit stands one place below the magnitude before it (一亿二, 两万三). Two digits side by side
    (二三) name a range in Chinese and no number; three and more, or any with 〇, are read by position.

    >>> parse_numeral("一亿二"), parse_numeral("1,200万"), parse_numeral("二〇二四"), parse_numeral("三心二意")
    (120000000.0, 12000000.0, 2024.0, None)
    """
    plain = text.translate(_PLAIN)
    if len(plain) > _LONGEST:  # no number of anything
        return None
    if _ARABIC_ALONE.fullmatch(plain):
        return float(plain)
    value = _exact(plain)
    return None if value is None else float(value)


@lru_cache(maxsize=8192)
def read_numeral(text: str) -> Numeral | None:
    """Return what a numeral with 余, 多, 来, 几 or a pair of neighbouring digits says.

    几十 is 20 to 90, 十几 is 10 to 20, 二三十 is 20 to 30, all of them ``about``.

    >>> read_numeral("二十余万")
    Numeral(value=200000.0, value_max=None, approximator='more')
    >>> read_numeral("二三十")
    Numeral(value=20.0, value_max=30.0, approximator='about')
    """
    if text.startswith("三两"):  # 三两个: two or three, told the other way round
        return read_numeral(f"两三{text[2:]}")
    plain = text.translate(_PLAIN).replace("好几", "几")
    if some_more := _read_some_more(plain):
        return some_more
    if plain.endswith("把"):  # 万把块钱: ten thousand or so
        plain = f"{plain[:-1]}来"
    if colloquial := COLLOQUIAL.get(plain.rstrip("来多")):
        return Numeral(float(colloquial), None, "about")
    if not _VAGUE.search(plain) and ("点" in plain or not _PAIR.search(plain)):
        exact = parse_numeral(plain)
        return None if exact is None else Numeral(exact)
    approximator = "more" if re.search("[余多]", plain) else "about" if re.search("[来几数]", plain) else None
    low, high = _bounds(re.sub("[余多来]", "", plain))
    value, value_max = parse_numeral(low), parse_numeral(high)
    if value is None or value_max is None:
        return None
    if low == high:
        return Numeral(value, None, approximator)
    return Numeral(value, value_max, "about") if value < value_max else None


def read_range(low: str, high: str | None, *, alike: bool = False) -> Numeral | None:
    """Read one number or the two of a range; 5至10万 shares the 万 unless both are written *alike*, each with its unit.

    >>> read_range("5", "10万"), read_range("5万", "3万")
    (Numeral(value=50000.0, value_max=100000.0, approximator=None), None)
    """
    numeral = read_numeral(low)
    if numeral is None or high is None:
        return numeral
    upper = read_numeral(high)
    if upper is None or upper.value_max is not None or numeral.value_max is not None:
        return None
    scale = _SCALE.search(high)
    if scale and not alike and not _SCALE_INSIDE.search(low):
        shared = read_numeral(low + scale[0])
        numeral = shared if shared and shared.value < upper.value else numeral
    if numeral.value >= upper.value:
        return None
    return Numeral(numeral.value, upper.value, numeral.approximator or upper.approximator)


def _read_some_more(plain: str) -> Numeral | None:
    """Read 三百几十 and 两千几, three hundred and more; 几十 itself is told by its bounds."""
    more = _SOME_MORE.fullmatch(plain)
    value = parse_numeral(more["stem"]) if more else None
    return None if value is None else Numeral(value, None, "more")


def _bounds(plain: str) -> tuple[str, str]:
    """Write the least and the greatest numeral that a vague one allows; the same twice for a plain one."""
    if plain[:1] in ("几", "数") and len(plain) > 1:
        return f"二{plain[1:]}", f"九{plain[1:]}"
    if tens := re.fullmatch("(.*[百千万亿])?([一二三四五六七八]?)十几(.*)", plain):
        following = "零一二三四五六七八九"[_VALUE_OF_DIGIT.get(tens[2], 1) + 1]
        head = tens[1] or ""
        return f"{head}{tens[2]}十{tens[3]}", f"{head}{following}十{tens[3]}"
    if arabic := re.fullmatch(r"(\d*0)几(.*)", plain):
        return f"{arabic[1]}{arabic[2]}", f"{int(arabic[1]) + 10}{arabic[2]}"
    return _pair_bounds(plain)


def _pair_bounds(plain: str) -> tuple[str, str]:
    pair = _PAIR.search(plain)
    if pair is None:
        return plain, plain
    step = _VALUE_OF_DIGIT[pair[2]] - _VALUE_OF_DIGIT[pair[1]]
    if step != 1 and pair[0] != "三五":
        return "", ""
    head, tail = plain[: pair.start()], plain[pair.end() :]
    return f"{head}{pair[1]}{tail}", f"{head}{pair[2]}{tail}"


def _exact(plain: str) -> Fraction | None:
    plain = _NOUGHT_BEFORE_DIGITS.sub("", plain)
    if point := _POINT.match(plain):
        whole = _evaluate(_TOKEN.findall(point[1]))
        plain = f"{whole}.{_positional(point[2])}{plain[point.end() :]}"
    if _WHOLE.fullmatch(plain) is None or _RUN_BEFORE_MAGNITUDE.search(plain):
        return None
    return _evaluate(_TOKEN.findall(plain))


def _evaluate(tokens: list[str]) -> Fraction | None:
    """Split at the greatest magnitude: what stands before it is multiplied, what stands after it is added."""
    sizes = [_VALUE_OF_MAGNITUDE.get(token, 0) for token in tokens]
    greatest = max(sizes, default=0)
    if not greatest:
        return _single(tokens)
    if sizes.count(greatest) > 1:
        return None
    place = sizes.index(greatest)
    before = _evaluate(tokens[:place]) if place else Fraction(1)
    after = _remainder(tokens[place + 1 :], greatest)
    return None if before is None or after is None else before * greatest + after


def _remainder(tokens: list[str], magnitude: int) -> Fraction | None:
    if not tokens:
        return Fraction(0)
    if len(tokens) == 1 and tokens[0] in _VALUE_OF_DIGIT and magnitude >= _SHORT_FROM:
        return Fraction(_VALUE_OF_DIGIT[tokens[0]] * magnitude, 10)
    value = _evaluate(tokens)
    return value if value is not None and value < magnitude else None


def _single(tokens: list[str]) -> Fraction | None:
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token[0] in "0123456789":
        return Fraction(token)
    significant = token.lstrip("零")
    two_side_by_side = len(significant) == 2 and "零" not in token
    return None if two_side_by_side else Fraction(_positional(token))


def _positional(digits: str) -> str:
    return "".join(str(_VALUE_OF_DIGIT[digit]) for digit in digits)
