"""How exactly quantities are read, on our labelled set; beside JioNLP and cn2an; writes ``results/quantities.md``.

``held.txt`` and ``blind.txt`` were not looked at while the extraction was worked on; only their figures are printed.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rival_quantities import CLOSE, complaints_table, rivals_table
from seed_numbers import seeds_table

from mingcha.corpora.quantity_gold import QUANTITIES, GoldQuantity, GoldSentence, load_quantities
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.quantities import extract_quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.quantity import Quantity

RESULT = Path(__file__).parent / "results" / "quantities.md"
HALVES = {
    "dev": "开发时可看",
    "dev2": "开发时可看，各种写法",
    "held": "写定后只计分",
    "fresh2": "先不改程序计分一次，然后据它改过",
    "blind": "另一位作者不看程序写成，只计分",
}
STAGES = load_stages()
TIMES = (8, 16, 32, 64)
ATTRIBUTES = {
    "direction": "direction",
    "base": "baseline",
    "target": "target",
    "period": "period",
    "measure": "measure",
    "plan": "plan",
    "share": "share",
}


def cleaned(text: str) -> str:
    """Clean a text as every stage after reading sees it: even width, simplified characters, no blanks in numbers."""
    document = Document("材料.pdf", "0", "pdf", text, (Block(Span(0, len(text)), Locator(line=1)),))
    return STAGES.normalize(document).text


def prepared(sentence: GoldSentence) -> GoldSentence:
    """Return the sentence and its words as they stand in clean text."""
    text = cleaned(sentence.text)
    return replace(sentence, text=text, quantities=tuple(_in_clean(sentence, text)))


def _in_clean(sentence: GoldSentence, text: str) -> Iterator[GoldQuantity]:
    """Find each quantity's words again, whatever blanks were taken out beside or between their characters."""
    position = 0
    for one in sentence.quantities:
        characters = cleaned(one.words).replace(" ", "")
        match = re.compile(" ?".join(map(re.escape, characters))).search(text, position)
        assert match is not None, f"not in the clean text: {sentence.kind} {one.value} {one.unit}"
        position = match.end()
        yield replace(one, words=match[0])


def same(gold: GoldQuantity, found: Quantity) -> bool:
    """Tell whether words, value, unit and approximator all agree."""
    if (gold.words, gold.unit, gold.approximator) != (found.text, found.unit, found.approximator):
        return False
    ends = ((gold.value, found.value), (gold.value_max, found.value_max))
    return all(a == b or (a is not None and b is not None and abs(a - b) <= CLOSE) for a, b in ends)


def pairs(sentence: GoldSentence, found: tuple[Quantity, ...]) -> list[tuple[GoldQuantity, Quantity | None]]:
    """Give each labelled quantity the one found that is the same; each found one serves once."""
    rest = list(found)
    paired = []
    for gold in sentence.quantities:
        partner = next((one for one in rest if same(gold, one)), None)
        if partner is not None:
            rest.remove(partner)
        paired.append((gold, partner))
    return paired


def tally(sentences: tuple[GoldSentence, ...]) -> dict[str, list[int]]:
    """Count, by kind, the labelled, found and exactly matching quantities."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for sentence in sentences:
        found = extract_quantities(sentence.text)
        hits = sum(partner is not None for _, partner in pairs(sentence, found))
        for name in (sentence.kind, "全部"):
            rows[name] = [a + b for a, b in zip(rows[name], (len(sentence.quantities), len(found), hits), strict=True)]
    return rows


def attributes(sentences: tuple[GoldSentence, ...]) -> dict[str, list[int]]:
    """Count, by attribute, how many are labelled, and how many of these the exactly matching quantity bears."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sentence in sentences:
        for gold, partner in pairs(sentence, extract_quantities(sentence.text)):
            for name, wanted in gold.attributes.items():
                rows[name] = [rows[name][0] + 1, rows[name][1] + (borne(partner, name) == wanted)]
    return rows


def borne(quantity: Quantity | None, name: str) -> str | None:
    """Return an attribute as the labels write it."""
    value = getattr(quantity, ATTRIBUTES[name], None)
    return ("plan" if value else None) if name == "plan" else value


def errors(sentences: tuple[GoldSentence, ...]) -> Iterator[str]:
    """Yield what differs, for working on ``dev``."""
    for sentence in sentences:
        found = extract_quantities(sentence.text)
        paired = pairs(sentence, found)
        if any(partner is None for _, partner in paired) or len(found) > len(paired):
            shown = [(q.text, q.value, q.value_max, q.unit, q.approximator) for q in found]
            yield f"{sentence.kind}｜{sentence.text}｜{shown}"
        for gold, partner in paired:
            for name, wanted in gold.attributes.items() if partner else ():
                if (got := borne(partner, name)) != wanted:
                    yield f"　{name}｜{sentence.text}｜{gold.words}｜要 {wanted}，得 {got}"


def exact_table(rows: dict[str, list[int]]) -> str:
    head = "| 种类 | 标注 | 取出 | 完全一致 | 精确率 | 召回率 |\n|---|---:|---:|---:|---:|---:|\n"
    return head + "".join(
        f"| {name} | {gold} | {found} | {hits} | {share(hits, found)} | {share(hits, gold)} |\n"
        for name, (gold, found, hits) in sorted(rows.items(), key=lambda row: row[0] == "全部")
    )


def attribute_table(rows: dict[str, list[int]]) -> str:
    head = "\n| 附加项 | 标注 | 一致 | 比例 |\n|---|---:|---:|---:|\n"
    return head + "".join(f"| {key} | {gold} | {hits} | {share(hits, gold)} |\n" for key, (gold, hits) in rows.items())


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "—"


def speed_table(sentences: tuple[GoldSentence, ...]) -> str:
    """Time texts of one, two, four and eight times the length; the best of three runs each."""
    text = "\n".join(sentence.text for sentence in sentences)
    rows = [(len(text) * times, min(_seconds(text * times) for _ in range(3))) for times in TIMES]
    lines = [
        f"| {characters:,} | {seconds:.3f} | {characters / seconds:,.0f} | {seconds * rows[0][0] / characters / rows[0][1]:.2f} |\n"
        for characters, seconds in rows
    ]
    return "\n| 字数 | 秒 | 字/秒 | 每字用时（以最短的为1） |\n|---:|---:|---:|---:|\n" + "".join(lines)


def _seconds(text: str) -> float:
    start = time.perf_counter()
    extract_quantities(text)
    return time.perf_counter() - start


def report(halves: dict[str, tuple[GoldSentence, ...]]) -> str:
    everything = tuple(sentence for sentences in halves.values() for sentence in sentences)
    head = "# 数量\n\n`python benchmarks/quantities.py`。词、值、单位、约数词全部一致才算对；标注集见 `corpora/gold/quantities/`。\n"
    exact = (
        f"\n## {name}（{HALVES[name]}，{len(sentences)} 句）\n\n{exact_table(tally(sentences))}{attribute_table(attributes(sentences))}"
        for name, sentences in halves.items()
    )
    rivals = f"\n## 与 JioNLP、cn2an 相比（同一次运行，{len(everything)} 句）\n{rivals_table(everything)}{complaints_table()}"
    return f"{head}{''.join(exact)}{rivals}\n## 速度\n{speed_table(everything)}\n## 五篇网页文章里的数\n{seeds_table()}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", action="store_true", help="print what differs in dev")
    arguments = parser.parse_args()
    paths = {name: QUANTITIES / f"{name}.txt" for name in HALVES}
    halves = {
        name: tuple(map(prepared, load_quantities(path)))
        for name, path in paths.items()
        if path.exists() and (name == "dev" or not arguments.errors)
    }
    if arguments.errors:
        print("\n".join(errors(halves["dev"])))
        return
    text = report(halves)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
