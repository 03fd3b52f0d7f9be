"""The labelled sentences in ``labelled/*.txt``: our own writing, one sentence a line, its labels behind ``@@``.

A document starts with ``##### id | source type | title``; an empty line is a paragraph break. Labels:
``r:CODE[,CODE][/reported]`` risk, ``e:CODE[,CODE]`` evidence, ``m:VALUE`` mere mention, ``?`` unsure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.corpora.datafiles import CORPORA
from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.terms import EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LABELLED = CORPORA / "labelled"
LIFELIKE = frozenset(f"t{number}" for number in range(19, 54))
"""The files whose documents are as long, as wordy and as thin in charges as real ones; the others are denser."""

_CLOSED = "。！？；…”』」）)：:"  # a sentence that ends so is followed on the same line


@dataclass(frozen=True, slots=True)
class Labels:
    """What one sentence says, in the codes of the codebook; ``status`` only with risk, ``mention`` only without."""

    risk: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    status: str | None = None
    mention: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document with a label for each of its sentences (span in ``text``)."""

    id: str
    source_type: str
    title: str
    text: str
    sentences: tuple[tuple[Span, Labels], ...]


def load_labelled(folder: Path = LABELLED) -> tuple[LabelledDocument, ...]:
    """Return all labelled documents of *folder*, in the order of their files."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise DataError(f"{folder}：没有找到标注语料（*.txt）。")
    return tuple(document for path in paths for document in read_labelled(path))


def read_labelled(path: Path) -> Iterator[LabelledDocument]:
    """Yield the documents of one file; a wrong label is a :class:`DataError` that names its line."""
    head, body = "", list[tuple[str, Labels] | None]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#####"):
            if head:
                yield _document(head, body)
            head, body = line, []
        elif not line.strip():
            body.append(None)
        else:
            text, _, words = line.partition(" @@ ")
            body.append((text.strip(), parse_labels(words.split(), f"{path.name} 第{number}行")))
    if head:
        yield _document(head, body)


def _document(head: str, body: Iterable[tuple[str, Labels] | None]) -> LabelledDocument:
    name, source_type, *title = (part.strip() for part in head.removeprefix("#####").split("|"))
    text, sentences = "", []
    for row in body:
        if row is None:
            text += "\n" if text and not text.endswith("\n") else ""
            continue
        span = Span(len(text), len(text) + len(row[0]))
        sentences.append((span, row[1]))
        text += row[0] + ("" if row[0].endswith(tuple(_CLOSED)) else "\n")
    return LabelledDocument(name, source_type, "|".join(title), text, tuple(sentences))


def parse_labels(words: Iterable[str], where: str) -> Labels:
    """Return the labels that *words* write; a wrong one is a :class:`DataError` that names *where* it stands."""
    labels = Labels()
    for word in words:
        labels = _with_label(labels, word, where)
    if labels.risk and labels.mention:
        raise DataError(f"{where}：同一句不能既标风险（r:）又标提及（m:）。")
    return labels


def _with_label(labels: Labels, word: str, where: str) -> Labels:
    if word == "?":
        return replace(labels, unsure=True)
    kind, _, value = word.partition(":")
    codes, _, status = value.partition("/")
    names = tuple(sorted(codes.split(",")))
    if kind == "r" and set(names) <= set(RISK_CATEGORIES) and status in {"", "asserted", "reported"}:
        return replace(labels, risk=names, status=status or "asserted")
    if kind == "e" and set(names) <= set(EVIDENCE_CATEGORIES):
        return replace(labels, evidence=names)
    if kind == "m" and value in MENTIONS:
        return replace(labels, mention=value)
    raise DataError(f"{where}：不认识的标签“{word}”。可用 r:、e:、m: 和 ?，代码见标注手册。")
