"""Rival: the script that a competent user writes: OpenCC, jieba, a set of key words, a classifier, a CSV file.

Reads text, Word, Excel and PDF. KIT holds phrases.txt (a phrase a line) and model.joblib (training.py made it).
Frozen: written once and since then unchanged; its hash stands in SHA256SUMS and a test compares it. Who has
a better script proposes it with figures of both.

    python script.py FOLDER OUT.csv KIT
"""

import csv
import re
import sys
from pathlib import Path

import jieba
import joblib
from opencc import OpenCC

SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


def read(path: Path) -> str:
    if path.suffix == ".docx":
        return read_word(path)
    if path.suffix == ".xlsx":
        return read_workbook(path)
    if path.suffix == ".pdf":
        return read_pdf(path)
    return path.read_text(encoding="utf-8")


def read_word(path: Path) -> str:
    import docx

    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def read_workbook(path: Path) -> str:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    return "\n".join("\t".join(str(cell) for cell in row if cell is not None) for row in rows)


def read_pdf(path: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def rows_of(path: Path, convert, keywords: set, model) -> list:
    sentences = [match.strip() for match in SENTENCE.findall(convert(read(path))) if match.strip()]
    if not sentences:
        return []
    words = [jieba.lcut(sentence) for sentence in sentences]
    scores = model.predict_proba([" ".join(one) for one in words])[:, 1]
    found = [sorted(keywords.intersection(one)) for one in words]
    rows = zip(sentences, found, scores, strict=True)
    return [
        [path.name, n, "、".join(hit), f"{p:.3f}", text] for n, (text, hit, p) in enumerate(rows) if hit or p >= 0.5
    ]


def main(folder: Path, out: Path, kit: Path) -> None:
    convert = OpenCC("t2s").convert
    keywords = set((kit / "phrases.txt").read_text(encoding="utf-8").split())
    for word in keywords:
        jieba.add_word(word)
    model = joblib.load(kit / "model.joblib")
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "sentence", "keywords", "probability", "text"])
        for path in sorted(folder.iterdir()):
            writer.writerows(rows_of(path, convert, keywords, model))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
