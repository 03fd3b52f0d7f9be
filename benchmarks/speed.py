"""Characters per second, end to end, against bare jieba over the same text in the same run.

    .venv/bin/python benchmarks/speed.py              prints the table and writes benchmarks/results/speed.md

The text is our own labelled corpus, written out as one file per document, several times over.
"""

from __future__ import annotations

import datetime as dt
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mingcha.corpora.labelled_documents import load_labelled

RESULTS = Path(__file__).parent / "results" / "speed.md"
ROUNDS = 3
JIEBA = "import sys, jieba\nfor p in open(sys.argv[1]): jieba.lcut(open(p.strip(), encoding='utf-8').read())"
START = "import time; t = time.perf_counter(); import mingcha.cli; print(time.perf_counter() - t)"


def main() -> None:
    """Time a run over some 1,100 files three times, and jieba over the same files."""
    with tempfile.TemporaryDirectory() as folder:
        documents = write_documents(Path(folder) / "documents")
        names = Path(folder) / "names.txt"
        names.write_text("\n".join(str(path) for path in sorted(documents.iterdir())), encoding="utf-8")
        characters = sum(len(path.read_text(encoding="utf-8")) for path in documents.iterdir())
        ours, bare = [], []
        for number in range(ROUNDS):
            out = Path(folder) / f"out{number}"
            ours.append(timed("-m", "mingcha.cli", "run", documents, "--out", out, "--workers", 1))
            bare.append(timed("-c", JIEBA, names))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    RESULTS.write_text(page(characters, ours, bare, peak), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def write_documents(folder: Path) -> Path:
    folder.mkdir()
    for copy in range(2):
        for document in load_labelled():
            (folder / f"{document.id}-{copy}.txt").write_text(f"{document.text}\n{copy}", encoding="utf-8")
    return folder


def timed(*arguments: object) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)
    return time.perf_counter() - start


def page(characters: int, ours: list[float], bare: list[float], peak: int) -> str:
    start = subprocess.run([sys.executable, "-c", START], check=True, capture_output=True, text=True).stdout
    middle, jieba = statistics.median(ours), statistics.median(bare)
    return (
        f"# Speed\n\n{dt.date.today()}, {platform.processor() or platform.machine()}, "  # noqa: DTZ011
        f"Python {platform.python_version()}, one process, median of {ROUNDS} whole runs (start-up, store and report "
        f"included), {characters:,} characters.\n\n"
        "| | seconds | characters/s |\n|---|---|---|\n"
        f"| mingcha run | {middle:.1f} | {characters / middle:,.0f} |\n"
        f"| bare jieba segmentation | {jieba:.1f} | {characters / jieba:,.0f} |\n\n"
        f"Ratio {middle / jieba:.2f}. Peak memory of the larger of the two: {peak} MB. "
        f"`import mingcha.cli`: {float(start) * 1000:.0f} ms.\n"
    )


if __name__ == "__main__":
    main()
