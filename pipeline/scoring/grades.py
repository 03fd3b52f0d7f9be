"""Comparing a value with a scheme's bands, and counting the places of a quota. Nothing here decides a grade."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.arithmetic import plain, product, quotient, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.scoring.scheme import Band, Quota, Rounding, Scale, Scheme

_HUNDRED = Decimal(100)
_ROUNDING = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP}


def band_of(value: Decimal | None, scale: Scale) -> Band | None:
    """Return the band a value falls into; bounds include equality, and the value is compared unrounded.

    A scale with ``digits`` rounds half up first, because some rules keep the score as an integer.
    """
    if value is None:
        return None
    compared = value if scale.digits is None else rounded(value, scale.digits)
    return next(band for band in scale.bands if band.at_least is None or compared >= band.at_least)


def places(count: int, percent: Decimal, rounding: Rounding = "floor") -> int:
    """Return how many of *count* people a share in percent allows.

    Rounding down is the safe reading of 不超过; half up is for rules that say 四舍五入.

    >>> places(165, Decimal(30)), places(165, Decimal(30), "half_up")
    (49, 50)
    """
    return int(quotient(product(Decimal(count), percent), _HUNDRED).to_integral_value(_ROUNDING[rounding]))


def quota_text(quota: Quota, count: int) -> str:
    """Say how many places a quota leaves in a group of *count*."""
    mode = "只舍不入" if quota.rounding == "floor" else "四舍五入"
    group = f"“{quota.category}”" if quota.category else "参加考核的"
    allowed = places(count, quota.percent, quota.rounding)
    return f"{group}{count}人，“{quota.grade}”比例{plain(quota.percent)}%（{mode}），名额{allowed}个"


def comparison(scale: Scale, value: Decimal | None, digits: int) -> str | None:
    """Say which band a value would meet, with the notes the scheme attaches to it; ``None`` without a value."""
    band = band_of(value, scale)
    if band is None or value is None:
        return None
    floor = "低于各档界限" if band.at_least is None else f"界限{plain(band.at_least)}"
    notes = f"；{'、'.join(band.notes)}" if band.notes else ""
    return f"建议对照：{band.name}（{rounded(value, digits)}分，{floor}{notes}）"


def vetoed(scheme: Scheme, answers: Mapping[str, Decimal | bool | None]) -> str | None:
    """Say what the answered vetoes lead to, or which are unanswered; ``None`` where all were answered with no."""
    for veto in scheme.vetoes:
        if answers.get(veto.id):
            return f"建议对照：{veto.grade}（“{veto.name}”填写为“是”）"
    open_matters = [veto.name for veto in scheme.vetoes if answers.get(veto.id) is None]
    return f"暂不对照等次：尚未填写“{'”、“'.join(open_matters)}”" if open_matters else None
