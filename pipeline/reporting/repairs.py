"""The repairs of a document as lines for a terminal: where, what, why, and how sure."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mingcha.pipeline.reporting.wording import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.rewriting import Repair, RepairKind

REPAIR_NAMES: Final[MappingProxyType[RepairKind, str]] = MappingProxyType(
    {
        "line_break": "换行",
        "invisible": "不可见字符",
        "variant": "异体字符",
        "pinyin": "注音",
        "gbk_slip": "丢失字节",
        "blank": "空格",
        "traditional": "繁体",
        "lost_character": "丢失的字",
        "width": "全半角",
    }
)
"""The Chinese name of each kind of repair."""

_LINE_END = re.compile(r"\r\n|\r|\n")


def repair_lines(clean: Clean) -> Iterator[str]:
    """Yield a Chinese line for each repair, in the order of the original text; characters count from 1.

    A line reads ``第1—7字｜注音｜領(lǐng)→領｜删去字后的注音｜把握 1.00``. Line ends show as ⏎, lone blanks as ␣.
    """
    for repair in sorted(clean.repairs, key=lambda repair: repair.span):
        name = REPAIR_NAMES[repair.kind]
        yield f"{_place(repair.span)}｜{name}｜{_exchange(repair)}｜{repair.reason}｜把握 {repair.confidence:.2f}"


def _place(span: Span) -> str:
    return f"第{span.start + 1}字" if len(span) <= 1 else f"第{span.start + 1}—{span.end}字"


def _exchange(repair: Repair) -> str:
    nothing = "（删去）" if repair.applied else "（不明）"
    return f"{_shown(repair.before)}→{_shown(repair.after) or nothing}"


def _shown(text: str) -> str:
    text = _LINE_END.sub("⏎", text).replace("\t", "⇥")
    return visible(re.sub(r"\s", "␣", text.replace("\u3000", "（全角空格）")) if text.isspace() else text)
