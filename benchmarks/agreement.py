"""How far two readers of the labelled corpus agree, and what became of their differences.

    .venv/bin/python benchmarks/agreement.py      writes benchmarks/results/agreement.md

`agreement/readings.tsv` holds both readings of every sentence on which they differed in anything; on all others
both gave the labels of the corpus.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.corpora.labelled_documents import Labels, load_labelled, parse_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HERE = Path(__file__).parent
READINGS = HERE / "agreement" / "readings.tsv"
RESULT = HERE / "results" / "agreement.md"

Pair = tuple[Labels, Labels, Labels]  # first reader, second reader, settled


def pairs_by_file() -> dict[str, list[Pair]]:
    """Return the three readings of every sentence, by file."""
    with READINGS.open(encoding="utf-8", newline="") as lines:
        differing = {(row["file"], int(row["sentence"])): row for row in csv.DictReader(lines, delimiter="\t")}
    files: dict[str, list[Pair]] = defaultdict(list)
    for document in load_labelled():
        file = document.id.partition("-")[0]
        for _, settled in document.sentences:
            row = differing.get((file, len(files[file]) + 1))
            first, second = (read(row["first"]), read(row["second"])) if row else (settled, settled)
            files[file].append((first, second, settled))
    return files


def read(words: str) -> Labels:
    return parse_labels([word for word in words.split() if word != "-"], str(READINGS))


def f1(pairs: Iterable[Pair], of: Callable[[Labels], object]) -> float:
    """Return the F1 of "bears any of it" between the readers, sentences that either called unsure left out."""
    count = Counter((bool(of(a)), bool(of(b))) for a, b, _ in pairs if not (a.unsure or b.unsure))
    both, one = count[True, True], count[True, False] + count[False, True]
    return 2 * both / (2 * both + one) if both else 0.0


def kappa(pairs: Iterable[Pair], of: Callable[[Labels], object]) -> float:
    """Return Cohen's kappa of the same question."""
    count = Counter((bool(of(a)), bool(of(b))) for a, b, _ in pairs if not (a.unsure or b.unsure))
    total = sum(count.values())
    observed = (count[True, True] + count[False, False]) / total
    first, second = (count[True, True] + count[True, False]) / total, (count[True, True] + count[False, True]) / total
    chance = first * second + (1 - first) * (1 - second)
    return (observed - chance) / (1 - chance)


def row_of(name: str, pairs: list[Pair]) -> str:
    risks = [(a, b) for a, b, _ in pairs if a.risk and b.risk]
    same_codes = sum(a.risk == b.risk for a, b in risks) / len(risks)
    same_status = sum(a.status == b.status for a, b in risks) / len(risks)
    differ = sum(a != b for a, b, _ in pairs)
    cells = [
        name,
        f"{len(pairs):,}",
        *(f"{measure(pairs, of):.3f}" for measure, of in MEASURES),
        f"{same_codes:.3f}",
        f"{same_status:.3f}",
        f"{differ:,}",
    ]
    return f"| {' | '.join(cells)} |"


MEASURES = (
    (f1, lambda labels: labels.risk),
    (kappa, lambda labels: labels.risk),
    (f1, lambda labels: labels.evidence),
    (f1, lambda labels: labels.mention),
)
HEAD = (
    "| file | sentences | any risk F1 | kappa | evidence F1 | mention F1 | same risk codes | same status | differ |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    files = pairs_by_file()
    everything = [pair for pairs in files.values() for pair in pairs]
    settled = [(a, b, c) for a, b, c in everything if a != b]
    kept = Counter("first" if c == a else "second" if c == b else "neither" for a, b, c in settled)
    rows = [row_of(file, files[file]) for file in sorted(files, key=lambda name: int(name[1:]))]
    RESULT.write_text(
        "# Two readers of the labelled corpus\n\n`python benchmarks/agreement.py`. Sentences that either reader called"
        " unsure are left out of the first four figures.\n\n"
        + "\n".join([HEAD, *rows, row_of("all", everything)])
        + f"\n\nOf the {len(settled):,} sentences on which they differed in anything, a third reader kept the first"
        f" reading {kept['first']:,} times, the second {kept['second']:,} times and neither {kept['neither']:,} times;"
        f" {sum(c.unsure for *_, c in settled):,} of them bear “unsure” and train nothing.\n",
        encoding="utf-8",
    )
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
