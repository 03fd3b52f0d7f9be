"""Numerals with a measure word that count nothing: 四个意识, 一个问题, 三番五次, 万件 without a number before it."""

from __future__ import annotations

import re
from typing import Final

from mingcha.pipeline.numbered_names import NAMES
from mingcha.pipeline.numerals import COLLOQUIAL
from mingcha.pipeline.units import unit_name

# 一 before other measure words is mostly an article (一个, 一种, 一张), not a count.
_ONE_COUNTS: Final = frozenset("件户人名家次趟遍例亩台辆")
_VAGUE_ONE = re.compile("[这那每某另任哪其同统唯单逐专划归惟之独又再上下前后有新多一何]$")
_NOT_ONE = re.compile("(?:没有?|从未|从不|不曾|未曾)[^，。；、]{0,6}$")  # 没有开过一次会: not even once
_COUNTED_ONE = re.compile("(?:仅|只|共|仅有|只有|共有|计)$")

# “四个办”: a counted thing in quotation marks is the name of a program; 三番五次 is a phrase.
_HERD: Final = frozenset("牛猪羊驴马骡鹿")
_SET_OFF: Final = frozenset("“《「『番")
_SET_PHRASES = re.compile(
    "[一二两三四五六七八九十]个(?=[一二三四五六七八九十两]|到位|必须|不准|坚持|一律|统筹|带头|过硬|更加|凡是|不得|敢于|善于|转变|聚焦)"
    "|两个(?:维护|确立|责任|务必|健康|毫不|结合)|三个(?:代表|区分|务必)"
    "|四个(?:意识|自信|全面|伟大|服从|最严)|六个必须|一个(?:中心|中国|声音)|八项规定|六项纪律|四项基本|[三四五]位一体|三次产业|四种形态"
    "|[四五]套班子|七天无理由|三天(?:两头|打[鱼渔])|五次三番|一次(?:性|次)|一年(?:一度|四季|到头|之计)|一天到晚|一家(?:之言|亲|一)"
    "|一条(?:龙|心|线)|一名一|一[人户企村事案件项县镇街校院厂品局](?=一)|十年(?:如一日|树木)|[一两]面[人派]|三人(?:成虎|行必)"
    "|七个有之|一(?P<again>[遍次趟轮回])又一(?P=again)|一块[去来儿]|一起|一件件|一票否决|一(?P<twice>.)一(?P=twice)|[一二三四五]期"
    "|一本(?:正经|通|账)|一张(?:网|蓝图|表|图)|一门(?:心思|式)|一层(?:次|楼)|零件|三包|一百年(?=奋斗|目标)"
    "|[一二三四五]类(?=事业单位|地区|城市|疫苗|费区|水[质体域]|医疗器械|资质|本科|幼儿园|园区|工资区)"
    "|八小时(?:之|以)?外|三分钟热度"
)
_GROUPED = frozenset("村屯庄社")  # 牛角塘村五组 is the fifth group
_ORDINAL_TWO: Final = frozenset("次类期层轮本")  # counted things are 两次, the second one 二次: 二次供水, 二轮承包
_LONG_TEXT = re.compile("[百千万]")  # “同意”二字 are the words themselves
_QUARTERS: Final = frozenset("一二三四1234")


def counts_nothing(text: str, match: re.Match[str]) -> bool:
    """Tell whether a numeral (group ``low``) with a measure word (group ``unit``) is a set phrase or an article."""
    low, unit, start = match["low"], match["unit"], match.start()
    before = text[max(0, start - 3) : start]
    if (unit == "组" and before[-1:] in _GROUPED) or (unit == "季度" and _is_quarter(match, before)):
        return True
    if low[0].isdigit():
        return unit.startswith("年") and bool(re.search(r"\.\d\d", low))
    return _is_other_word(text, match) or (
        low == "一" and (_is_article(unit, before) or bool(_NOT_ONE.search(text, max(0, start - 9), start)))
    )


def _is_quarter(match: re.Match[str], before: str) -> bool:
    """Tell 二季度, the second quarter, from 连续三季度."""
    last = match.groupdict().get("high") or match["low"]
    return last in _QUARTERS and not before.endswith(("连续", "过去", "最近"))


def _is_other_word(text: str, match: re.Match[str]) -> bool:
    low, unit, start = match["low"], match["unit"], match.start()
    before = text[max(0, start - 3) : start]
    return bool(
        unit == "部门"  # 五部门 is a name for them, 9部门 a number
        or (low[0] in "百千万亿" and not _is_counted_magnitude(low, unit, before))
        or (unit == "头" and text[match.end() : match.end() + 1] not in _HERD)
        or (unit == "方" and len(low) == 1)  # 监管一方, 涉及三方
        or (unit == "分" and not re.search("[得扣加减评打满计为达高低]$", before))
        or (low == "二" and unit in _ORDINAL_TWO and not match.groupdict().get("high"))
        or (unit == "字" and not _LONG_TEXT.search(low))
        or text[start : start + 3] in NAMES
        or _SET_PHRASES.match(text, start)
        or before[-2:] in ("民国", "民國")
        or (before[-1:] in _SET_OFF and unit_name(unit)[1] == "count")
    )


def _is_counted_magnitude(low: str, unit: str, before: str) -> bool:
    money = unit == "元" and len(low) > 1
    return (
        money
        or low.rstrip("来多") in COLLOQUIAL
        or "把" in low
        or bool(re.search("[余多来]", low))
        or bool(re.search("[近超逾过约上成破]$|接近|超过|不足", before))
    )


def _is_article(unit: str, before: str) -> bool:
    if _COUNTED_ONE.search(before):
        return False
    return (unit_name(unit)[1] == "count" and unit not in _ONE_COUNTS) or bool(_VAGUE_ONE.search(before))
