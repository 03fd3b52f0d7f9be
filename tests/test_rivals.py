"""The rivals that our speed is compared with: as they were frozen, and really doing what they are timed for."""

import csv
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
RIVALS = BENCHMARKS / "rivals"
TEXT = "该局没有推诿扯皮。督查发现，该站推诿扯皮，办事拖了八个月。\n如有推诿扯皮，一律追责。"


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """Write a kit with one phrase and a classifier of a few sentences."""
    folder = tmp_path_factory.mktemp("kit")
    (folder / "phrases.txt").write_text("推诿扯皮\n弄虚作假", encoding="utf-8")
    rows = [("该站推诿扯皮", 1), ("道路建成通车", 0)] * 4
    (folder / "sentences.csv").write_text("\n".join(f"{text},{label}" for text, label in rows), encoding="utf-8")
    subprocess.run([sys.executable, RIVALS / "training.py", folder], check=True, capture_output=True)
    return folder


def answered(name, folder, *more):
    """Run a rival over *folder* and return the rows that it wrote."""
    out = folder.parent / f"{name}.csv"
    subprocess.run([sys.executable, RIVALS / f"{name}.py", folder, out, *more], check=True, capture_output=True)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_text(tmp_path):
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_every_rival_is_as_it_was_frozen():
    lines = (RIVALS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    frozen = {name: digest for digest, name in map(str.split, lines)}
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in RIVALS.glob("*.py")} == frozen


def test_the_segmentation_alone_reads_the_files(tmp_path):
    folder = write_text(tmp_path)
    (folder / "b.txt").write_bytes(b"\xff\xfe\xfa")  # no UTF-8: who reads it at all must fail
    command = [sys.executable, RIVALS / "segmentation.py", folder]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "UnicodeDecodeError" in done.stderr


@pytest.mark.parametrize("segmenter", ["jieba", "char"])
def test_spacy_finds_the_phrases_where_they_stand(tmp_path, kit, segmenter):
    rows = answered("phrases", write_text(tmp_path), kit, segmenter)
    assert [int(row["start"]) for row in rows] == [TEXT.index("推"), TEXT.index("站推") + 1, TEXT.rindex("推")]


def test_the_context_pass_tells_negated_and_supposed_from_asserted(tmp_path, kit):
    rows = answered("context", write_text(tmp_path), kit)
    assert [row["statuses"] for row in rows] == ["NEGATED", "ASSERTED", "HYPOTHETICAL"]


def test_the_script_reads_office_files_as_it_reads_text(tmp_path, kit):
    folder = write_text(tmp_path)
    document, book = docx.Document(), openpyxl.Workbook()
    for number, line in enumerate(TEXT.splitlines(), 1):
        document.add_paragraph(line)
        book.active.cell(number, 1).value = line
    document.save(str(folder / "b.docx"))
    book.save(folder / "c.xlsx")
    rows = answered("script", folder, kit)
    found = {name: [row["text"] for row in rows if row["file"] == name] for name in ("a.txt", "b.docx", "c.xlsx")}
    assert len(found["a.txt"]) >= 3
    assert found["a.txt"] == found["b.docx"] == found["c.xlsx"]
    assert {row["keywords"] for row in rows} >= {"推诿扯皮"}


def test_the_measure_counts_children_and_tells_a_failure():
    spec = importlib.util.spec_from_file_location("benchmark_processes", BENCHMARKS / "processes.py")
    processes = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = processes  # dataclasses look their module up
    spec.loader.exec_module(processes)
    child = "import time; held = bytearray(120 << 20); end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    run = processes.measured([sys.executable, "-c", parent])
    assert run.busy >= 0.3
    assert run.peak >= 120
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        processes.measured([sys.executable, "-c", "1 / 0"])
