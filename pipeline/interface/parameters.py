"""What may be asked of a resource, said once: requests are read by it and the description is written from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from mingcha.pipeline.interface.faults import invalid
from mingcha.pipeline.terms import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_ROWS = 500
LONGEST_STRETCH = 20_000  # characters of a text in one answer
LONGEST_WORD = 200
PLAIN = r"^[^\x00-\x1f\x7f]+$"  # the description has it, too
_LARGEST = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the address: a word, one of some choices, or a number between two."""

    name: str
    description: str
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    default: Any = None
    required: bool = False

    def read(self, given: str) -> Any:
        """Return the value of what was given; refuse what it cannot be."""
        if self.bounds is not None:
            return self._number(given, *self.bounds)
        if self.choices and given not in self.choices:
            raise invalid(f"参数 {self.name} 只能是：{'、'.join(self.choices)}。")
        if len(given) > LONGEST_WORD or not re.fullmatch(PLAIN, given):
            raise invalid(f"参数 {self.name} 应是 1 至 {LONGEST_WORD} 个字符，没有换行等控制字符。")
        return given

    def _number(self, given: str, least: int, most: int) -> int:
        plain = given.isascii() and given.isdigit() and len(given) <= len(str(most))
        if not plain or not least <= int(given) <= most:
            raise invalid(f"参数 {self.name} 应是 {least} 至 {most} 的整数。")
        return int(given)


LIMIT = Parameter("limit", f"一页最多几项，1 至 {MOST_ROWS}。", bounds=(1, MOST_ROWS), default=100)
CURSOR = Parameter("cursor", "上一页给出的 next_cursor，原样写入；第一页不写。其余参数要与上一页相同。")
PAGING = (CURSOR, LIMIT)
KIND = Parameter("kind", "risk 风险信号，evidence 实绩证据，check 数据核对。", get_args(Kind))
CATEGORY = Parameter("category", "类别，如 inaction 不作为；按人工更正后的算。")
SUBJECT = Parameter("subject", "对象编号；线索按人工更正后的算。")
STANDING = Parameter(
    "standing",
    "confirmed 已确认（不写即是），pending 待核，rejected 已驳回，disputed 有分歧，any 全部。未确认的只是提示。",
    ("confirmed", "pending", "rejected", "disputed", "any"),
    default="confirmed",
)
STATUS = Parameter("status", "性质：asserted 直接认定，reported 据反映等；按人工更正后的算。", get_args(Status))
DOCUMENT = Parameter("document", "材料编号。")
SCHEME = Parameter("scheme", "评分方案编号。")
READ = Parameter("status", "read 已读，failed 未读成。", ("read", "failed"))
START = Parameter("start", "起点（字符序号，从 0 起）。", bounds=(0, _LARGEST), required=True)
END = Parameter("end", f"终点（不含）；与起点相距不超过 {LONGEST_STRETCH}。", bounds=(0, _LARGEST), required=True)


def read_parameters(given: Iterable[tuple[str, str]], known: tuple[Parameter, ...]) -> Mapping[str, Any]:
    """Return the value of every known parameter; refuse what is unknown, given twice, missing or impossible."""
    by_name = {one.name: one for one in known}
    values: dict[str, Any] = {}
    for name, text in given:
        if name not in by_name:
            listed = "、".join(by_name) or "（没有）"
            raise invalid(f"没有名为“{name[:LONGEST_WORD]}”的参数。可用的参数：{listed}。")
        if name in values:
            raise invalid(f"参数 {name} 写了两次。请只写一次。")
        values[name] = by_name[name].read(text)
    missing = [one.name for one in known if one.required and one.name not in values]
    if missing:
        raise invalid(f"缺少参数 {'、'.join(missing)}。")
    return {one.name: one.default for one in known} | values
