"""Gold documents of other hands, in the codebook's form: one JSON object a line, labels by sentence.

A label that is not in the codebook would be counted as none, so everything that is wrong with one is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.corpora.json_lines import read_objects
from mingcha.corpora.labelled_documents import LabelledDocument, Labels
from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.terms import ACTIVE_STATUSES, EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_FORM = "每份文档应有 id、text 和 sentences，每句有 start、end"


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A labelled document; ``origin`` tells public documents from written ones, empty where the file is silent."""

    labelled: LabelledDocument
    origin: str = ""


def read_gold(path: Path) -> tuple[GoldDocument, ...]:
    """Return the documents of a gold file; a :class:`DataError` names the wrong line."""
    documents: dict[str, GoldDocument] = {}
    for where, row in read_objects(path):
        document = _document(row, where)
        if document.labelled.id in documents:
            raise DataError(f"{where}：文档编号“{document.labelled.id}”前面已经有了。请给每份文档一个不同的编号。")
        documents[document.labelled.id] = document
    if not documents:
        raise DataError(f"{path}：没有标注文档。{_FORM}，一行一份。")
    return tuple(documents.values())


def _document(row: Mapping[str, Any], where: str) -> GoldDocument:
    name, text, sentences = row.get("id"), row.get("text"), row.get("sentences")
    if not (isinstance(name, str) and name and isinstance(text, str) and isinstance(sentences, list)):
        raise DataError(f"{where}：不是标注文档。{_FORM}。")
    labelled = tuple(_sentence(one, len(text), f"{where}第{number}句") for number, one in enumerate(sentences, 1))
    kind, title, origin = (str(row.get(key) or "") for key in ("source_type", "title", "origin"))
    return GoldDocument(LabelledDocument(name, kind or "other", title, text, labelled), origin)


def _sentence(row: object, length: int, where: str) -> tuple[Span, Labels]:
    if not isinstance(row, dict):
        raise DataError(f"{where}：应是用花括号括起的标注。{_FORM}。")
    start, end = row.get("start"), row.get("end")
    if not (type(start) is int and type(end) is int and 0 <= start < end <= length):
        raise DataError(f"{where}：起止位置 {start}—{end} 不在正文（0—{length}）之内。请按 Unicode 字符数填写。")
    return Span(start, end), _labels(row, where)


def _labels(row: Mapping[str, Any], where: str) -> Labels:
    risk = _codes(row, "risk", RISK_CATEGORIES, where)
    mention = _code(row, "mention", MENTIONS, where)
    if risk and mention:
        raise DataError(f"{where}：同一句不能既标风险（risk）又标提及（mention）。请删去其中一个。")
    status = _code(row, "status", sorted(ACTIVE_STATUSES), where)
    evidence = _codes(row, "evidence", EVIDENCE_CATEGORIES, where)
    return Labels(risk, evidence, (status or "asserted") if risk else None, mention, bool(row.get("unsure")))


def _codes(row: Mapping[str, Any], field: str, known: Collection[str], where: str) -> tuple[str, ...]:
    codes = row.get(field) or []
    if not isinstance(codes, list) or not all(isinstance(code, str) and code in known for code in codes):
        raise DataError(f"{where}：{field} 的内容“{codes}”不对。应是由 {'、'.join(known)} 组成的列表。")
    return tuple(sorted(set(codes)))


def _code(row: Mapping[str, Any], field: str, known: Collection[str], where: str) -> str | None:
    code = row.get(field)
    if code is None:
        return None
    if not isinstance(code, str) or code not in known:
        raise DataError(f"{where}：{field} 的内容“{code}”不对。应是 {'、'.join(known)} 之一。")
    return code
