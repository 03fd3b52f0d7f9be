"""JioNLP (money, dates, durations) and cn2an (numerals) beside ours on the same sentences, in one run.

Only values are compared, not places and approximators: that is what these libraries are for.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mingcha.pipeline.quantities import extract_quantities

if TYPE_CHECKING:
    from mingcha.corpora.quantity_gold import GoldQuantity, GoldSentence
    from mingcha.pipeline.quantity import Quantity

RIVALS = Path(__file__).resolve().parents[1] / ".venv" / "rivals" / "bin" / "python"
CLOSE = 0.006  # two thirds are written 66.67
MISSING = "\n对手未安装（`make rivals`），未比较。\n"

_NUMERAL = re.compile("[0-9零〇一二三四五六七八九十百千万亿两点.,]+")
_CALENDAR = {"年": "year", "月": "month", "天": "day", "日": "day", "小时": "hour", "分钟": "minute"}
_SIZES = {
    "年": {"year": 1, "month": 1 / 12},
    "月": {"year": 12, "month": 1},
    "天": {"day": 1},
    "日": {"day": 1},
    "小时": {"hour": 1, "minute": 1 / 60},
    "分钟": {"hour": 60, "minute": 1},
}


class Complaint(NamedTuple):
    """An issue of JioNLP, a sentence that shows it, and the value and unit that are right; no unit: nothing to find."""

    issue: str
    about: str
    sentence: str
    value: float = 0
    value_max: float | None = None
    unit: str = ""


COMPLAINTS = (
    Complaint("#80", "“结余10.56亿元”数额算错", "年末结转和结余10.56亿元。", 1056000000, None, "元"),
    Complaint("#144", "“此刻”无法解析", "此刻正在现场办公。"),
    Complaint("#169", "“减八点八”读成八点钟", "本月增八点八，减八点八。"),
    Complaint("#214", "起止时间读成开放区间或单月", "2024年3月至6月未开会。", 202403, 202406, "日期"),
    Complaint("#278", "文号使解析中断或读成日期", "县政府办〔2024〕3号文件要求各部门深刻汲取教训。"),
)


def close(gold: GoldQuantity | Complaint, low: float, high: float | None) -> bool:
    """Tell whether a value, or both ends of a range, is what was labelled."""
    if gold.value_max is None:
        return abs(gold.value - low) <= CLOSE
    return abs(gold.value - low) <= CLOSE and high is not None and abs(gold.value_max - high) <= CLOSE


def asked(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the rivals answer, one answer for each question."""
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in questions)
    script = Path(__file__).parent / "rival_numbers.py"
    done = subprocess.run([RIVALS, script], input=lines, capture_output=True, text=True, check=True, timeout=600)
    return [json.loads(line) for line in done.stdout.splitlines()]


def rivals_table(sentences: tuple[GoldSentence, ...]) -> str:
    """Return the table of ours beside theirs on the labelled sentences."""
    if not RIVALS.exists():
        return MISSING
    answers = asked(
        [{"text": one.text, "numerals": [numeral(gold.words) for gold in one.quantities]} for one in sentences]
    )
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sentence, answer in zip(sentences, answers, strict=True):
        found = extract_quantities(sentence.text)
        for place, gold in enumerate(sentence.quantities):
            for name, theirs in their_hits(gold, answer, answer["numbers"][place]):
                rows[name] = [a + b for a, b in zip(rows[name], (1, is_found(gold, found), theirs), strict=True)]
    head = "\n| 对手与种类（只比值，不比位置和约数） | 标注 | 我们 | 对手 |\n|---|---:|---:|---:|\n"
    return head + "".join(
        f"| {name} | {whole} | {ours / whole:.3f} | {theirs / whole:.3f} |\n"
        for name, (whole, ours, theirs) in rows.items()
    )


def is_found(gold: GoldQuantity, found: tuple[Quantity, ...]) -> bool:
    return any(one.unit == gold.unit and close(gold, one.value, one.value_max) for one in found)


def their_hits(gold: GoldQuantity, answer: dict[str, Any], number: float | None) -> list[tuple[str, bool]]:
    """Return the kinds in which a rival competes for a labelled quantity, each with whether it has the value."""
    hits = []
    if gold.unit == "元":
        hits.append(("JioNLP：钱", any(close(gold, low, high) for _, low, high in answer["money"] or ())))
    if gold.unit == "日期" and gold.value >= 1900:
        hits.append(("JioNLP：日期", has_date(gold, answer["times"] or [])))
    if gold.unit in _CALENDAR and gold.value_max is None:
        hits.append(("JioNLP：时长", has_duration(gold, answer["times"] or [])))
    if is_numeral(gold):
        hits.append(("cn2an：数字（已替它切出）", number is not None and abs(number - gold.value) < CLOSE))
    return hits


def has_date(gold: GoldQuantity, times: list[list[Any]]) -> bool:
    """Tell whether a time begins on the labelled day, month or year and, for a range, ends in the labelled one."""
    start, end = str(int(gold.value)), str(int(gold.value_max or gold.value))
    spans = [time for _, kind, time in times if kind in ("time_point", "time_span") and isinstance(time, list)]
    return any(
        first.replace("-", "").startswith(start) and last.replace("-", "").startswith(end) for first, last in spans
    )


def has_duration(gold: GoldQuantity, times: list[list[Any]]) -> bool:
    deltas = [time for _, kind, time in times if kind == "time_delta" and isinstance(time, dict)]
    return any(total(time, gold.unit) == gold.value for time in deltas)


def total(time: dict[str, Any], unit: str) -> float | None:
    """Return a duration that JioNLP gives by units as one number of *unit*."""
    known = [value * _SIZES[unit][key] for key, value in time.items() if key in _SIZES[unit] and _is_number(value)]
    return round(sum(known), 6) if len(known) == len(time) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def is_numeral(gold: GoldQuantity) -> bool:
    """Tell whether the value is that of one exact numeral in the words, so that a reader of numerals can have it."""
    plain = gold.value_max is None and gold.approximator is None and gold.unit != "日期"
    shares = gold.unit == "%" and not gold.words.endswith(("%", "％"))
    return plain and not shares and "半" not in gold.words and len(_NUMERAL.findall(gold.words)) == 1


def numeral(words: str) -> str:
    """Cut the numeral out of the words, which cn2an does not do itself."""
    found = _NUMERAL.search(words)
    return found[0] if found else words


def complaints_table() -> str:
    """Return what became of the issues of JioNLP, in ours and in the version installed."""
    theirs: list[str] = ["未安装"] * len(COMPLAINTS)
    if RIVALS.exists():
        theirs = [_their_answer(answer) for answer in asked([{"text": c.sentence, "numerals": []} for c in COMPLAINTS])]
    head = "\n| JioNLP 问题 | 说的是什么 | 句子 | 我们 | 是否对 | JioNLP 的回答 |\n|---|---|---|---|---|---|\n"
    rows = zip(COMPLAINTS, theirs, strict=True)
    return head + "".join(
        f"| {one.issue} | {one.about} | {one.sentence} | {_our_answer(one)} | {'对' if passes(one) else '**错**'} | {other} |\n"
        for one, other in rows
    )


def passes(complaint: Complaint) -> bool:
    """Tell whether ours finds exactly what is right in the sentence of an issue."""
    found = extract_quantities(complaint.sentence)
    if not complaint.unit:
        return not found
    return len(found) == 1 and found[0].unit == complaint.unit and close(complaint, found[0].value, found[0].value_max)


def _our_answer(complaint: Complaint) -> str:
    found = extract_quantities(complaint.sentence)
    return "；".join(f"{one.text}={one.value:.15g}{_high(one)} {one.unit}" for one in found) or "无数量"


def _high(quantity: Quantity) -> str:
    return "" if quantity.value_max is None else f"–{quantity.value_max:.15g}"


def _their_answer(answer: dict[str, Any]) -> str:
    if answer["money"] is None or answer["times"] is None:
        return "出错中断"
    money = [f"{words}={low:.15g}" for words, low, _ in answer["money"]]
    times = [f"{words}→{_told(time)}" for words, _, time in answer["times"]]
    return "；".join((*money, *times)) or "无"


def _told(time: object) -> str:
    return "至".join(str(one)[:10] for one in time) if isinstance(time, list) else str(time)
