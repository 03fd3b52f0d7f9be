"""How exactly quantities are read, on our labelled set; beside JioNLP and cn2an; writes ``results/quantities.md``."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from mingcha.corpora.quantity_gold import QUANTITIES, GoldQuantity, GoldSentence, load_quantities
from mingcha.models.stages import load_stages, shipped_book
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.numerals import parse_numeral
from mingcha.pipeline.quantities import Quantity, extract_quantities

RESULT = Path(__file__).parent / "results" / "quantities.md"
STAGES = load_stages(shipped_book())
CLOSE = 0.006  # two thirds are written 66.67


def key(one: GoldQuantity | Quantity) -> tuple:
    words = one.words if isinstance(one, GoldQuantity) else one.text
    return words, one.unit, one.approximator


def same(gold: GoldQuantity, found: Quantity) -> bool:
    if key(gold) != key(found) or abs(gold.value - found.value) > CLOSE:
        return False
    if gold.value_max is None or found.value_max is None:
        return gold.value_max is None and found.value_max is None
    return abs(gold.value_max - found.value_max) <= CLOSE


def matches(sentence: GoldSentence, found: tuple[Quantity, ...]) -> int:
    rest = list(found)
    hits = 0
    for gold in sentence.quantities:
        partner = next((one for one in rest if same(gold, one)), None)
        if partner is not None:
            rest.remove(partner)
            hits += 1
    return hits


def cleaned(text: str) -> str:
    """Clean a text as every stage after reading sees it: even width, simplified characters, no blanks in numbers."""
    document = Document("材料.pdf", "0", "pdf", text, (Block(Span(0, len(text)), Locator(line=1)),))
    return STAGES.normalize(document).text


def prepared(sentence: GoldSentence) -> GoldSentence:
    text = cleaned(sentence.text)
    quantities = tuple(replace(one, words=in_clean(one.words, text)) for one in sentence.quantities)
    return replace(sentence, text=text, quantities=quantities)


def in_clean(words: str, text: str) -> str:
    """Write words of a sentence as they stand in its clean text."""
    clean = cleaned(words)
    return clean if clean in text else clean.replace(" ", "")


def tally(sentences: tuple[GoldSentence, ...]) -> dict[str, list[int]]:
    """Count, by kind, the labelled, found and exactly matching quantities."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sentence in sentences:
        found = extract_quantities(sentence.text)
        counts = (len(sentence.quantities), len(found), matches(sentence, found))
        for name in (sentence.kind, "全部"):
            rows[name] = [a + b for a, b in zip(rows[name], counts, strict=True)]
    return rows


ATTRIBUTES = {
    "direction": "direction",
    "base": "baseline",
    "target": "target",
    "period": "period",
    "measure": "measure",
    "plan": "plan",
    "share": "share",
}


def attributes(sentences: tuple[GoldSentence, ...]) -> dict[str, list[int]]:
    """Count, by attribute, how many labelled ones the exactly matching quantity bears."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sentence in sentences:
        found = extract_quantities(sentence.text)
        for gold in sentence.quantities:
            partner = next((one for one in found if same(gold, one)), None)
            for name, wanted in gold.attributes.items():
                got = getattr(partner, ATTRIBUTES[name], None) if partner else None
                got = "plan" if name == "plan" and got else got
                rows[name][0] += 1
                rows[name][1] += got == wanted
    return rows


def errors(sentences: tuple[GoldSentence, ...]) -> list[str]:
    lines = []
    for sentence in sentences:
        found = extract_quantities(sentence.text)
        if matches(sentence, found) < max(len(found), len(sentence.quantities)):
            shown = [(q.text, q.value, q.value_max, q.unit, q.approximator) for q in found]
            lines.append(f"{sentence.kind}｜{sentence.text}｜{shown}")
        for gold in sentence.quantities:
            partner = next((one for one in found if same(gold, one)), None)
            for name, wanted in gold.attributes.items() if partner else ():
                got = getattr(partner, ATTRIBUTES[name], None)
                if ("plan" if name == "plan" and got else got) != wanted:
                    lines.append(f"　{name}｜{sentence.text}｜{gold.words}｜要 {wanted}，得 {got}")
    return lines


def table(rows: dict[str, list[int]]) -> str:
    head = "| 种类 | 标注 | 取出 | 完全一致 | 精确率 | 召回率 |\n|---|---:|---:|---:|---:|---:|\n"
    return head + "".join(
        f"| {name} | {gold} | {found} | {hits} | {share(hits, found)} | {share(hits, gold)} |\n"
        for name, (gold, found, hits) in sorted(rows.items(), key=lambda row: row[0] == "全部")
    )


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "—"


RIVALS = Path(__file__).parents[1] / ".venv" / "rivals" / "bin" / "python"
_NUMERAL = re.compile("[0-9零〇一二三四五六七八九十百千万亿两点.,]+")


def rivals(sentences: tuple[GoldSentence, ...]) -> str:
    """Return a table of ours beside JioNLP (money, dates, durations) and cn2an (numerals) on the same sentences."""
    if not RIVALS.exists():
        return "\n对手未安装（`make rivals`），未比较。\n"
    asked = [{"text": one.text, "numerals": [numeral(gold.words) for gold in one.quantities]} for one in sentences]
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in asked)
    script = Path(__file__).parent / "rival_numbers.py"
    done = subprocess.run([RIVALS, script], input=lines, capture_output=True, text=True, check=True, timeout=600)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sentence, answer in zip(sentences, answers, strict=True):
        found = extract_quantities(sentence.text)
        for place, gold in enumerate(sentence.quantities):
            ours = any(one.unit == gold.unit and close(gold, one.value, one.value_max) for one in found)
            theirs = rival_hit(gold, answer)
            if theirs is not None:
                count(rows, f"JioNLP：{theirs[0]}", ours, theirs[1])
            if gold.value_max is None and gold.approximator is None:
                got = answer["numbers"][place]
                value = bare_number(gold)
                count(
                    rows,
                    "cn2an：数字（已切出）",
                    ours,
                    got is not None and value is not None and abs(got - value) < CLOSE,
                )
    head = "\n| 对手与种类（只比值，不比位置和约数） | 标注 | 我们 | 对手 |\n|---|---:|---:|---:|\n"
    return head + "".join(
        f"| {name} | {whole} | {share(mine, whole)} | {share(other, whole)} |\n"
        for name, (whole, mine, other) in rows.items()
    )


def count(rows: dict[str, list[int]], name: str, ours: bool, theirs: bool) -> None:  # noqa: FBT001
    rows[name] = [a + b for a, b in zip(rows[name], (1, ours, theirs), strict=True)]


def close(gold: GoldQuantity, low: float, high: float | None) -> bool:
    return abs(gold.value - low) <= CLOSE and (
        gold.value_max is None or (high is not None and abs(gold.value_max - high) <= CLOSE)
    )


def numeral(words: str) -> str:
    found = _NUMERAL.search(words)
    return found[0] if found else words


def bare_number(gold: GoldQuantity) -> float | None:
    """Return the number that the digits alone say, where the unit multiplies nothing out."""
    return parse_numeral(numeral(gold.words))


def rival_hit(gold: GoldQuantity, answer: dict) -> tuple[str, bool] | None:
    """Return the kind in which JioNLP competes for a labelled quantity, and whether it has the value."""
    if gold.unit == "元":
        return "钱", any(close(gold, low, high) for _, low, high in answer["money"] or ())
    if gold.unit == "日期" and gold.value >= 1900:
        start = str(int(gold.value))
        return "日期", any(
            kind in ("time_point", "time_span")
            and isinstance(time, list)
            and time[0].replace("-", "").startswith(start)
            for _, kind, time in answer["times"] or ()
        )
    keys = {"年": "year", "月": "month", "天": "day", "日": "day", "小时": "hour", "分钟": "minute"}
    if gold.unit in keys and gold.value_max is None:
        return "时长", any(
            kind == "time_delta" and isinstance(time, dict) and total(time, gold.unit) == gold.value
            for _, kind, time in answer["times"] or ()
        )
    return None


def total(time: dict, unit: str) -> float | None:
    """Return a duration that JioNLP gives by units as one number of *unit*."""
    sizes = {"年": {"year": 1, "month": 1 / 12}, "月": {"year": 12, "month": 1}, "天": {"day": 1}, "日": {"day": 1}}
    sizes |= {"小时": {"hour": 1, "minute": 1 / 60}, "分钟": {"hour": 60, "minute": 1}}
    parts = [
        value * sizes[unit][key] for key, value in time.items() if isinstance(value, int | float) and key in sizes[unit]
    ]
    return round(sum(parts), 6) if len(parts) == len(time) else None


def speed(sentences: tuple[GoldSentence, ...]) -> list[tuple[int, float]]:
    """Return characters and seconds for texts of one, two and four times the length."""
    text = "\n".join(sentence.text for sentence in sentences)
    points = []
    for times in (8, 16, 32):
        whole = text * times
        start = time.perf_counter()
        extract_quantities(whole)
        points.append((len(whole), time.perf_counter() - start))
    return points


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", choices=["dev", "held"], help="print what differs")
    arguments = parser.parse_args()
    halves = {name: tuple(map(prepared, load_quantities(QUANTITIES / f"{name}.txt"))) for name in ("dev", "held")}
    if arguments.errors:
        print("\n".join(errors(halves[arguments.errors])))
        return
    parts = [
        "# 数量\n\n`python benchmarks/quantities.py`。词、值、单位、约数词全部一致才算对；标注集见 `corpora/gold/quantities/`。\n"
    ]
    for name, sentences in halves.items():
        parts.append(f"\n## {name}（{len(sentences)} 句）\n\n{table(tally(sentences))}")
        parts.append("\n| 附加项 | 标注 | 一致 | 比例 |\n|---|---:|---:|---:|\n")
        parts.extend(
            f"| {key} | {gold} | {hits} | {share(hits, gold)} |\n"
            for key, (gold, hits) in attributes(sentences).items()
        )
    everything = halves["dev"] + halves["held"]
    parts.append(f"\n## 与 JioNLP、cn2an 相比（两半合计，{len(everything)} 句）\n{rivals(everything)}")
    points = speed(halves["dev"])
    rows = "；".join(
        f"{characters:,} 字 {seconds:.2f} 秒（{characters / seconds:,.0f} 字/秒）" for characters, seconds in points
    )
    parts.append(f"\n## 速度\n\n{rows}：随长度线性。\n")
    text = "".join(parts)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
