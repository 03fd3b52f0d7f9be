"""One unit for each sort of size, so that 31700米 can be compared with 43公里, and 2300公顷 with 5.2万亩."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# What is told in fields (亩) and what is told in floors (平方米) measure other things and stay apart.
_SIZES: Final = MappingProxyType(
    {
        "公里": ("米", 1000.0),
        "千米": ("米", 1000.0),
        "km": ("米", 1000.0),
        "里": ("米", 500.0),
        "m": ("米", 1.0),
        "公顷": ("亩", 15.0),
        "ha": ("亩", 15.0),
        "平方公里": ("亩", 1500.0),
        "平方千米": ("亩", 1500.0),
        "平米": ("平方米", 1.0),
        "㎡": ("平方米", 1.0),
        "m²": ("平方米", 1.0),
        "平方": ("平方米", 1.0),
        "斤": ("公斤", 0.5),
        "千克": ("公斤", 1.0),
        "kg": ("公斤", 1.0),
        "吨": ("公斤", 1000.0),
        "t": ("公斤", 1000.0),
    }
)


def common_unit(unit: str) -> tuple[str, float]:
    """Return the unit in which sizes of that sort are compared, and how many of it one *unit* is.

    >>> common_unit("公顷"), common_unit("户")
    (('亩', 15.0), ('户', 1.0))
    """
    return _SIZES.get(unit, (unit, 1.0))
