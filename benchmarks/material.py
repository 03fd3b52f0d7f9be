"""Folders of files for the measurements of speed, all made of our own labelled corpus, and what the rivals need."""

from __future__ import annotations

import csv
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.corpora.lexicon import load_rules
from mingcha.pipeline.reading.conversion import find_office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RIVALS = Path(__file__).parent / "rivals"


def write_texts(folder: Path, count: int, longest: int | None = None) -> Path:
    """Write *count* text files, no two alike; *longest* cuts each document to so many characters."""
    folder.mkdir(parents=True)
    for number, text in enumerate(texts(count)):
        (folder / f"{number:06d}.txt").write_text(f"{text[:longest]}\n第{number}份", encoding="utf-8")
    return folder


def texts(count: int) -> Iterator[str]:
    """Yield *count* documents, evenly chosen from the corpus, and again from its start where it has fewer."""
    documents = load_labelled()
    step = max(1, len(documents) // count)
    return islice(cycle([document.text for document in documents[::step]]), count)


def write_office(folder: Path, count: int) -> dict[str, Path]:
    """Write the same *count* documents as Word, Excel and PDF, each in a folder; no PDF without LibreOffice."""
    folders = {kind: folder / kind for kind in ("docx", "xlsx", "pdf")}
    for place in folders.values():
        place.mkdir(parents=True)
    for number, text in enumerate(texts(count)):
        _write_word(folders["docx"] / f"{number:04d}.docx", text)
        _write_workbook(folders["xlsx"] / f"{number:04d}.xlsx", text)
    _print_pages(folders["docx"], folders["pdf"])
    return {kind: place for kind, place in folders.items() if any(place.iterdir())}


def _write_word(path: Path, text: str) -> None:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(path))


def _write_workbook(path: Path, text: str) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("材料")
    for number, line in enumerate(text.splitlines(), 1):
        sheet.append([number, line])
    book.save(path)


def _print_pages(source: Path, target: Path) -> None:
    office = find_office()
    if office is None:
        return
    profile = f"-env:UserInstallation=file://{target.parent}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", target, *source.iterdir()]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=600)


def write_kit(folder: Path) -> Path:
    """Write what the rivals work with: the phrases of our rules, and a classifier learned from our sentences."""
    folder.mkdir(parents=True)
    phrases = sorted({phrase for rule in load_rules() for phrase in rule.phrases})
    (folder / "phrases.txt").write_text("\n".join(phrases), encoding="utf-8")
    with (folder / "sentences.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_labelled_sentences())
    subprocess.run([sys.executable, RIVALS / "training.py", folder], check=True, capture_output=True)
    return folder


def _labelled_sentences() -> Iterator[tuple[str, int]]:
    """Yield the sentences of every fourth document: what a user would have, and enough for the time it takes."""
    for document in load_labelled()[::4]:
        for span, labels in document.sentences:
            yield span.of(document.text), int(bool(labels.risk))


def rivals_commands(kit: Path, out: Path) -> dict[str, Callable[[Path], list[object]]]:
    """Return how each rival is called on a folder."""

    def call(name: str, *more: object) -> Callable[[Path], list[object]]:
        return lambda folder: [sys.executable, RIVALS / f"{name}.py", folder, *more]

    return {
        "jieba 分词": call("segmentation"),
        "脚本（OpenCC、jieba、关键词、分类器）": call("script", out / "script.csv", kit),
        "spaCy PhraseMatcher，jieba 分词": call("phrases", out / "words.csv", kit, "jieba"),
        "spaCy PhraseMatcher，按字": call("phrases", out / "characters.csv", kit, "char"),
        "spaCy 线索词（medspaCy 式）": call("context", out / "context.csv", kit),
    }
