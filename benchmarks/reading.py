"""Marks planted in files of every format, and big files, through our readers and two well-known ones.

    make bench      writes benchmarks/results/reading.md

The rivals (markitdown, docx2python) are called as their documentation says, in an environment of their own
(`make rivals`), on the very same files. Each big file is read in a fresh process, so that the peak memory is its own.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import docx
import openpyxl
from planted import Planted, mark, planted_files, prose

from mingcha.pipeline.document import Document
from mingcha.pipeline.reading.conversion import find_office
from mingcha.pipeline.reading.files import read

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "reading.md"
RIVALS = ROOT / ".venv" / "rivals" / "bin" / "python"
_RIVAL = """
import sys, json, time, warnings, logging
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
which, paths = sys.argv[1], sys.argv[2:]
if which == "markitdown":
    from markitdown import MarkItDown
    reader = MarkItDown()
    def text(path): return reader.convert(path).text_content
else:
    from docx2python import docx2python
    def text(path):
        with docx2python(path) as result: return result.text + "\\n" + str(result.comments)
out = {}
for path in paths:
    start = time.perf_counter()
    try: words = text(path)
    except Exception as error: words = None
    out[path] = [words, time.perf_counter() - start]
print(json.dumps(out))
"""
_ALONE = """
import sys, time, json
from pathlib import Path
from mingcha.pipeline.reading.files import read
start = time.perf_counter()
(item,) = read(Path(sys.argv[1]), Path(sys.argv[1]).name)
seconds = time.perf_counter() - start
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([seconds, peak // 1024, len(item.text), item.coverage]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        table = "\n".join(mark_rows(folder))
        big = "\n".join(big_rows(folder))
    today = dt.datetime.now(tz=dt.UTC).date()
    RESULT.write_text(
        f"# Reading\n\n{today}, {platform.machine()}, Python {platform.python_version()},"
        " `python benchmarks/reading.py`.\n\n"
        "Marks that a reader of the original sees, planted one in each kind of place, and how many come back\n"
        "exactly once. “places right”: the block that holds the mark has the expected page, paragraph, table cell,\n"
        "sheet cell, line or field. "
        "“deleted text kept out” counts tracked deletions and scripts that must not be read as text.\n"
        "Seconds per MB: the same file with some thousand paragraphs or rows more, LibreOffice and OCR included.\n\n"
        f"{table}\n\n## Big files, each in a process of its own\n\n{big}\n",
        encoding="utf-8",
    )
    print(RESULT.read_text(encoding="utf-8"))


def mark_rows(folder: Path):
    files, grown = planted_files(), {file.format: file for file in planted_files(filler=2_000)}
    paths = {file.format: folder / file.name for file in files}
    for file in files:
        paths[file.format].write_bytes(file.data)
    rivals = {name: ask_rival(name, list(paths.values())) for name in ("markitdown", "docx2python")}
    yield "| format | marks | back once | places right | deleted text kept out | s/MB | markitdown | docx2python |"
    yield "|---|---|---|---|---|---|---|---|"
    for file in files:
        text, places = ours(file, paths[file.format])
        once = sum(text.count(mark_) == 1 for mark_ in file.marks)
        kept_out = f"{sum(one not in text for one in file.absent)} of {len(file.absent)}" if file.absent else "—"
        others = [rival_cell(file, rivals[name].get(str(paths[file.format]))) for name in rivals]
        seconds = seconds_per_mb(grown[file.format], folder)
        cells = [file.format, len(file.marks), once, places, kept_out, seconds, *others]
        yield "| " + " | ".join(map(str, cells)) + " |"


def ours(file: Planted, path: Path) -> tuple[str, int]:
    items = [item for item in read(path, path.name) if isinstance(item, Document)]
    right = 0
    for planted, wanted in file.marks.items():
        blocks = [(item, block) for item in items for block in item.blocks if planted in block.span.of(item.text)]
        right += len(blocks) == 1 and all(
            getattr(blocks[0][1].locator, name) == value for name, value in wanted.items()
        )
    return "\n".join(item.text for item in items), right


def ask_rival(name: str, paths: list[Path]) -> dict[str, list]:
    if not RIVALS.exists():
        return {}
    command = [str(RIVALS), "-c", _RIVAL, name, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


def rival_cell(file: Planted, answer: list | None) -> str:
    if answer is None:
        return "not run"
    text, _ = answer
    if text is None:
        return "error"
    once = sum(text.count(one) == 1 for one in file.marks)
    more = sum(text.count(one) > 1 for one in file.marks)
    wrong = sum(one in text for one in file.absent)
    extra = [f"{more} twice" if more else "", f"{wrong} deleted read" if wrong else ""]
    return "; ".join([f"{once} of {len(file.marks)}", *filter(None, extra)])


def seconds_per_mb(file: Planted, folder: Path) -> str:
    path = folder / f"big-{file.name}"
    path.write_bytes(file.data)
    start = time.perf_counter()
    read(path, path.name)
    seconds = time.perf_counter() - start
    return f"{seconds / (len(file.data) / (1 << 20)):.2f} ({len(file.data) / (1 << 20):.2f} MB)"


def big_rows(folder: Path):
    yield "| file | MB | seconds | peak MB | characters | coverage |"
    yield "|---|---|---|---|---|---|"
    for name, data in big_files(folder):
        path = folder / name
        path.write_bytes(data)
        command = [sys.executable, "-c", _ALONE, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
        seconds, peak, characters, coverage = json.loads(done.stdout.splitlines()[-1])
        yield f"| {name} | {len(data) / (1 << 20):.1f} | {seconds:.2f} | {peak} | {characters:,} | {coverage:.3f} |"


def big_files(folder: Path):
    line = "督查发现，项目批复十九个月仍未开工，报告交上去没有回音，群众问了五趟也没有人答复。"
    document = docx.Document()
    for number in range(3_000):
        document.add_paragraph(f"{number}、{prose(number)}{prose(-number)}{line}")
    buffer = io.BytesIO()
    document.save(buffer)
    yield "3000-paragraphs.docx", buffer.getvalue()
    if find_office() is not None:
        yield "200-pages.pdf", long_pdf(folder, line)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    sheet.append([f"列{n}" for n in range(10)])
    for number in range(50_000):
        sheet.append(
            [number, "12345", line[: 10 + number % 20], 0.5, "2024-05-06", mark(number % 999), "已办结", 3, 4.5, "满意"]
        )
    buffer = io.BytesIO()
    book.save(buffer)
    yield "50000-rows.xlsx", buffer.getvalue()


def long_pdf(folder: Path, line: str) -> bytes:
    document = docx.Document()
    for number in range(200):
        document.add_heading(f"{number}、情况", level=1)
        for _ in range(8):
            document.add_paragraph(line * 4)
        if number < 199:
            document.add_page_break()
    document.save(str(folder / "long.docx"))
    command = [find_office(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", folder, folder / "long.docx"], check=True, capture_output=True, timeout=300)
    return (folder / "long.pdf").read_bytes()


if __name__ == "__main__":
    main()
