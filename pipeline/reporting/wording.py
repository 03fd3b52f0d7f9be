"""How names, reasons and missing figures are worded for readers, on the page and in the terminal alike."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mingcha.pipeline.document import Failure

_OTHER_MODELS = {"sentence-": "句子模型（当时所用的版本）", "encoder-": "编码器（当时所用的版本）"}
_MISSING = re.compile(r"“([^”]+)”尚未填写（(?:指标)?编号 ([^）]+)）")


def visible(text: str) -> str:
    r"""Escape what cannot be seen, so that a file name is one line and shows every character it has.

    >>> visible("甲　乙\n.txt")
    '甲　乙\\x0a.txt'
    """
    return "".join(each if _is_visible(each) else _escaped(each) for each in text)


def _is_visible(character: str) -> bool:
    """Tell whether a character leaves a mark or a space; ``isprintable`` alone refuses the Chinese space."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escaped(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def remedy(failure: Failure) -> str:
    """Return the cause and the remedy of a failure without the file name that opens its message."""
    rest = failure.message.removeprefix(f"“{failure.name}”").removeprefix(failure.name)
    return visible(rest.lstrip("：: "))


def reason_of(source: str, reasons: Mapping[str, str], *, otherwise: str) -> str:
    """Return the Chinese reason of a rule or model; *otherwise* where the id is unknown and no other model's."""
    return reasons.get(source) or next(
        (said for kind, said in _OTHER_MODELS.items() if source.startswith(kind)), otherwise
    )


def is_model(source: str) -> bool:
    """Tell whether what a finding names is a model, of whatever version, and no rule."""
    return source.startswith(tuple(_OTHER_MODELS))


def missing_figure(text: str) -> str:
    """Say plainly whose id it is that a scorecard gives for a figure nobody has typed in.

    >>> missing_figure("“廉”尚未填写（编号 lian）")
    '“廉”尚未填写（指标编号 lian）'
    """
    return _MISSING.sub(r"“\1”尚未填写（指标编号 \2）", text)


def awaited_indicators(scorecards: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the name of each indicator, by id, that waits for a figure in any of the scorecards."""
    texts = (text for card in scorecards for text in card.get("undetermined", ()))
    return {key: name for text in texts for name, key in _MISSING.findall(text)}
