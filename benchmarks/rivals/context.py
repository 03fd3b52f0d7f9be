"""Rival: a context pass in the manner of medspaCy: phrases are targets, cues before or after them give their status.

A cue governs the targets on its side up to the end of the sentence or a word that ends its scope; all sentences that
hold a target are looked at. spaCy cuts characters, which is the faster way and finds phrases that words would cut.
KIT holds phrases.txt (a phrase a line). Writes a CSV file.
Frozen: written once and since then unchanged; its hash stands in SHA256SUMS and a test compares it. Who has
a better script proposes it with figures of both.

    python context.py FOLDER OUT.csv KIT
"""

import csv
import sys
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

CUES = {
    ("NEGATED", "forward"): "没有 未 未发现 未见 不存在 从未 尚未 无 杜绝 避免 防止 并非 不是 没发现",
    ("NEGATED", "backward"): "不属实 不存在 查无实据 未予认定 没有依据",
    ("HYPOTHETICAL", "forward"): "如果 假如 倘若 一旦 如有 如发现 凡 要是 万一 是否",
    ("HYPOTHETICAL", "backward"): "一律追责 将严肃处理",
    ("NORMATIVE", "forward"): "不得 严禁 禁止 应当 必须 要 坚决 着力 整治 纠治 力戒 克服 防范 反对 治理 警惕",
    ("REPORTED", "forward"): "反映 举报 投诉 据称 群众称 网传 有人说 听说 信访件称",
    ("HISTORICAL", "forward"): "曾 曾经 过去 以前 此前 往年 原先",
    ("RESOLVED", "backward"): "已整改 已解决 已纠正 整改完毕 已办结 已销号 得到解决",
    ("TERMINATE", "both"): "但 但是 然而 不过 可是 却 实际上 事实上",
}


def build_matcher(nlp, phrases: list) -> PhraseMatcher:
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("TARGET", list(nlp.tokenizer.pipe(phrases)))
    for (status, direction), words in CUES.items():
        matcher.add(f"{status} {direction}", list(nlp.tokenizer.pipe(words.split())))
    return matcher


def scope(cue, sentence, ends: list) -> tuple:
    """Return the tokens a cue reaches: to the border of the sentence, or to the nearest word that ends a scope."""
    if cue.label_.endswith("forward"):
        return cue.end, min([end.start for end in ends if end.start >= cue.end], default=sentence.end)
    return max([end.end for end in ends if end.end <= cue.start], default=sentence.start), cue.start


def statuses(sentence, matcher: PhraseMatcher) -> list:
    found = matcher(sentence, as_spans=True)
    targets = filter_spans([span for span in found if span.label_ == "TARGET"])
    if not targets:
        return []
    cues = filter_spans([span for span in found if span.label_ != "TARGET"])
    ends = [cue for cue in cues if cue.label_.startswith("TERMINATE")]
    reached = [(cue, *scope(cue, sentence, ends)) for cue in cues if cue not in ends]
    return [
        (target, [cue for cue, start, end in reached if start <= target.start and target.end <= end])
        for target in targets
    ]


def main(folder: Path, out: Path, kit: Path) -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("sentencizer", config={"punct_chars": ["。", "！", "？", "；", "\n"]})
    matcher = build_matcher(nlp, (kit / "phrases.txt").read_text(encoding="utf-8").split())
    texts = ((path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.iterdir()))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "start", "phrase", "statuses", "sentence"])
        for doc, name in nlp.pipe(texts, as_tuples=True):
            for sentence in doc.sents:
                for target, cues in statuses(sentence, matcher):
                    kinds = sorted({cue.label_.split()[0] for cue in cues}) or ["ASSERTED"]
                    writer.writerow([name, target.start_char, target.text, " ".join(kinds), sentence.text.strip()])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
