"""What the stages of a judgement cost beside bare jieba on the same text; writes ``results/cost.md``. Needs ../shared.

Ordinary text (a sample of the public texts) and dense text (our labelled documents); medians of three, one process.
"""

from __future__ import annotations

import lzma
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

import jieba

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models.choice import LIGHT
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.detection import detect
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.genres import identify
from mingcha.pipeline.marking import mark
from mingcha.pipeline.segmentation import segment

PUBLIC = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "public_text.txt.xz"
RESULT = Path(__file__).parent / "results" / "cost.md"
CHARACTERS, PIECE = 300_000, 2_000
STAGES = ("清理", "分句", "规则", "语气", "句模型", "整份分析", "jieba 分词")


def public_texts() -> list[str]:
    with lzma.open(PUBLIC, "rt", encoding="utf-8") as file:
        file.read(2_000_000)
        text = file.read(CHARACTERS)
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def documents(texts: list[str]) -> list[Document]:
    return [Document(f"{place}.txt", str(place), "txt", text, tuple(blocks(text))) for place, text in enumerate(texts)]


def blocks(text: str):
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        yield Block(Span(start, start + len(line)), Locator(line=number))
        start += len(line) + 1


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def timed(self, stage: str, call, *arguments):
        start = time.perf_counter()
        result = call(*arguments)
        self.seconds[stage] += time.perf_counter() - start
        return result


def once(texts: list[str], kit) -> tuple[dict[str, float], int]:
    clock, sentences = Clock(), 0
    for document in documents(texts):
        clean = clock.timed("清理", kit.stages.normalize, document)
        segmented = clock.timed("分句", segment, clean)
        hits = clock.timed("规则", detect, segmented, kit.stages.matcher)
        marked = clock.timed("语气", mark, segmented, hits, kit.stages.cues)
        genre = identify(document.name, clean.text, kit.stages.genres)
        clock.timed("句模型", kit.scorer, marked, genre)
        clock.timed("整份分析", analyze, document, kit)
        clock.timed("jieba 分词", jieba.lcut, document.text)
        sentences += len(marked)
    return dict(clock.seconds), sentences


def table(name: str, texts: list[str], kit) -> str:
    runs = [once(texts, kit) for _ in range(3)]
    seconds = {stage: statistics.median(run[stage] for run, _ in runs) for stage in STAGES}
    characters, sentences, bare = sum(map(len, texts)), runs[0][1], seconds["jieba 分词"]
    rows = "".join(
        f"| {stage} | {1e6 * seconds[stage] / characters:.2f} | {1e6 * seconds[stage] / sentences:.0f} | {seconds[stage] / bare:.2f} |\n"
        for stage in STAGES
    )
    judged = sum(seconds[stage] for stage in ("规则", "语气", "句模型"))
    return (
        f"\n## {name}（{characters:,} 字，{sentences:,} 句）\n\n| 步骤 | 微秒/字 | 微秒/句 | 与 jieba 之比 |\n|---|---:|---:|---:|\n{rows}"
        f"\n一句的检测（规则、语气、句模型，不计分句）是 jieba 分词的 {judged / bare:.2f} 倍；目标 0.2。\n"
    )


def main() -> None:
    if not PUBLIC.exists():
        sys.exit("公开文本（../shared/corpora）不在，无法测量。")
    jieba.lcut("预热")
    kit = load_toolkit(models=LIGHT)
    dense = [document.text for document in load_labelled()][:150]
    text = (
        "# 检测的代价\n\n`python benchmarks/cost.py`；中位数，单进程。\n"
        + table("公开文本", public_texts(), kit)
        + table("自有语料（密集）", dense, kit)
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
