"""The labelled documents in ``gold/subjects``: whom each statement is about, as a careful reader says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.corpora.roster import read_roster
from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.pipeline.subjects import Subject

SUBJECTS = Path(__file__).parent / "gold" / "subjects"
NOBODY = frozenset({"outside", "none"})
_HEAD = re.compile(r"##### (?P<id>\S+) \| (?P<type>[^|]+) \| (?P<title>.+)")
_OWN_LINE = re.compile(
    r"[问答][：:]|[一二三四五六七八九十]+[、是]|[一-龥（）]{2,8}[：:]|##|编号|针对|关于|反映问题|[（(][一二三四五六七八九十][）)]"
)
_CLOSED = "。！？；”"


@dataclass(frozen=True, slots=True)
class SubjectLabel:
    """Whom a sentence (``span`` in the document's text) is about.

    ``subjects`` are roster ids; with ``unclear`` nobody can tell which, else all are meant. Without any, it is about
    somebody outside the roster or nobody (``nobody`` says which). ``lead`` are those meant only as leaders.
    """

    span: Span
    subjects: tuple[str, ...]
    unclear: bool
    nobody: str | None
    lead: tuple[str, ...]
    source: str | None
    relation: str | None


@dataclass(frozen=True, slots=True)
class SubjectDocument:
    """A document with the labels of its sentences."""

    id: str
    source_type: str
    title: str
    text: str
    labels: tuple[SubjectLabel, ...]


@dataclass(frozen=True, slots=True)
class SubjectCase:
    """A roster with its documents."""

    name: str
    roster: tuple[Subject, ...]
    documents: tuple[SubjectDocument, ...]


def load_subject_cases(half: str) -> tuple[SubjectCase, ...]:
    """Return the cases of a half (``dev``, ``held``); a :class:`DataError` names the line that does not fit."""
    folders = sorted(path for path in (SUBJECTS / half).iterdir() if path.is_dir())
    return tuple(_case(folder) for folder in folders)


def _case(folder: Path) -> SubjectCase:
    roster = read_roster(folder / "roster.csv")
    known = {subject.id for subject in roster}
    documents = (document for path in sorted(folder.glob("*.txt")) for document in _documents(path, known))
    return SubjectCase(folder.name, roster, tuple(documents))


def _documents(path: Path, known: set[str]) -> Iterator[SubjectDocument]:
    head: re.Match[str] | None = None
    text, labels = "", list[SubjectLabel]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name} 第{number}行"
        if line.startswith("#####"):
            if head is not None:
                yield _document(head, text, labels)
            head, text, labels = _HEAD.fullmatch(line), "", []
            if head is None:
                raise DataError(f"{where}：应为 ##### 编号 | 文种 | 题名。")
            continue
        words, _, marks = line.partition(" @@ ")
        text += "" if not text or (text[-1] in _CLOSED and words and not _OWN_LINE.match(words)) else "\n"
        if marks:
            labels.append(_label(Span(len(text), len(text) + len(words)), marks.split(), known, where))
        text += words
    if head is not None:
        yield _document(head, text, labels)


def _document(head: re.Match[str], text: str, labels: list[SubjectLabel]) -> SubjectDocument:
    title = head["title"].strip()
    whole = f"{title}\n{text}"
    moved = (_moved(label, len(title) + 1) for label in labels)
    return SubjectDocument(head["id"], head["type"].strip(), title, whole, tuple(moved))


def _moved(label: SubjectLabel, by: int) -> SubjectLabel:
    fields = (label.subjects, label.unclear, label.nobody, label.lead, label.source, label.relation)
    return SubjectLabel(label.span.shifted(by), *fields)


def _label(span: Span, marks: list[str], known: set[str], where: str) -> SubjectLabel:
    names = [mark for mark in marks if mark[0] not in "@%"]
    source = next((mark[1:] for mark in marks if mark.startswith("@")), None)
    relation = next((mark[1:] for mark in marks if mark.startswith("%")), None)
    if len(names) == 1 and names[0] in NOBODY:
        return SubjectLabel(span, (), unclear=False, nobody=names[0], lead=(), source=source, relation=relation)
    plain = [part.removesuffix("+lead") for name in names for part in name.split("|")]
    if not plain or not known.issuperset(plain):
        raise DataError(f"{where}：“{' '.join(names)}”不在花名册里。")
    return SubjectLabel(
        span,
        tuple(plain),
        unclear=any("|" in name for name in names),
        nobody=None,
        lead=tuple(name.removesuffix("+lead") for name in names if name.endswith("+lead")),
        source=source,
        relation=relation,
    )
