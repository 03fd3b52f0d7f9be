"""Rival: spaCy's blank Chinese pipeline and its PhraseMatcher, as the documentation shows them; writes a CSV file.

KIT holds phrases.txt (a phrase a line). SEGMENTER is jieba or char.
Frozen: written once and since then unchanged; its hash stands in SHA256SUMS and a test compares it. Who has
a better script proposes it with figures of both.

    python phrases.py FOLDER OUT.csv KIT SEGMENTER
"""

import csv
import sys
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher


def main(folder: Path, out: Path, kit: Path, segmenter: str) -> None:
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    phrases = (kit / "phrases.txt").read_text(encoding="utf-8").split()
    matcher = PhraseMatcher(nlp.vocab)
    matcher.add("PHRASE", list(nlp.tokenizer.pipe(phrases)))
    texts = ((path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.iterdir()))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "start", "end", "phrase"])
        for doc, name in nlp.pipe(texts, as_tuples=True):
            spans = matcher(doc, as_spans=True)
            writer.writerows([name, span.start_char, span.end_char, span.text] for span in spans)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
