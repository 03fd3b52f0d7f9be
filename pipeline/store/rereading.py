"""What the store has of documents and filled-in files, read again: passages, blocks and repairs against the text.

Each check yields, for each item, nothing where it is right and else what is wrong with it (Chinese).
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mingcha.pipeline.document import Span
from mingcha.pipeline.offsets import rewrite
from mingcha.pipeline.store.anatomy import blocks, repairs, structures
from mingcha.pipeline.store.anatomy_rows import repair_value
from mingcha.pipeline.store.registering import contents_id
from mingcha.pipeline.store.registers import ballots, register_rows, registers
from mingcha.pipeline.store.schema import documents, quantities, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Select, Table

    from mingcha.pipeline.rewriting import Repair

    Verdicts = Iterator[str | None]
    Joined = Iterator[tuple[Mapping[Any, Any], str | None]]

_ALTERED = "其中之一被改动过。"


def streamed(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    """Yield the rows of a query as the database sends them."""
    with connection.execute(query.execution_options(stream_results=True, max_row_buffer=1000)) as found:
        yield from found


def with_own_texts(connection: Connection, table: Table, *names: str) -> Joined:
    """Yield rows that name the file they stand in, each with the whole text of that file."""
    wanted = (*names, "document", "sha256", "format", "start", "end", "text")
    query = select(*(table.c[name] for name in wanted)).order_by(table.c.sha256, table.c.format)
    return _joined(connection, query)


def check_texts(connection: Connection) -> Verdicts:
    """Check that every document that was read has its text, of as many characters as when it was written."""
    owner = documents.c
    columns = (owner.assessment, owner.name, owner.characters, owner.sha256, owner.format)
    query = select(*columns).where(owner.status == "read").order_by(owner.sha256, owner.format)
    for row, text in _joined(connection, query):
        name = f"材料“{row['name']}”（考核“{row['assessment']}”）的正文"
        yield f"{name}不在库里。" if text is None else _length_fault(name, len(text), row["characters"])


def _length_fault(name: str, found: int, stated: int) -> str | None:
    return None if found == stated else f"{name}有 {found} 字，写入时是 {stated} 字：被改动过。"


def passage_fault(row: Mapping[Any, Any], text: str | None, name: str) -> str | None:
    """Tell whether the words of a row are no longer those of its place in the text."""
    if text is None:
        return f"{name}（材料“{row['document']}”）所在的正文不在库里。"
    if text[row["start"] : row["end"]] != row["text"]:
        return f"{name}（材料“{row['document']}”）与正文第 {row['start']} 至 {row['end']} 字不符：{_ALTERED}"
    return None


def check_quantities(connection: Connection) -> Verdicts:
    """Check that every quantity stands where it is said to stand."""
    for row, text in _with_texts(connection, quantities, "start", "end", "text"):
        yield passage_fault(row, text, f"材料“{row['document']}”的第 {row['position']} 个数量")


def check_structures(connection: Connection) -> Verdicts:
    """Check that every passage of a document's structure stands where it is said to stand."""
    for row, text in _with_texts(connection, structures, "start", "end", "text"):
        yield passage_fault(row, text, f"材料“{row['document']}”的第 {row['position']} 个文书要素")


def check_blocks(connection: Connection) -> Verdicts:
    """Check that the blocks of every document follow each other within its text and cover all of it but blanks."""
    for row, text, rows in _by_document(connection, blocks, "start", "end"):
        spans = [Span(one["start"], one["end"]) for one in rows]
        fault = _block_fault(spans, text)
        yield None if fault is None else f"材料“{row['document']}”的文字块{fault}：被改动过。"
        yield from [None] * (len(rows) - 1)


def _block_fault(spans: Sequence[Span], text: str | None) -> str | None:
    if text is None:
        return "所在的正文不在库里"
    if spans[-1].end > len(text):
        return "超出正文"
    if any(left.end > right.start for left, right in pairwise(spans)):
        return "前后重叠"
    gaps = pairwise([0, *(edge for span in spans for edge in (span.start, span.end)), len(text)])
    between = [text[start:end] for number, (start, end) in enumerate(gaps) if number % 2 == 0]
    return "没有盖住全部正文" if any(words.strip() for words in between) else None


def check_repairs(connection: Connection) -> Verdicts:
    """Check that the repairs of every document can be made again, one after the other, on its text."""
    for row, text, rows in _by_document(connection, repairs, *_REPAIR):
        made = [repair_value(one) for one in rows]
        fits = text is not None and _can_be_made(text, made)
        yield None if fits else f"材料“{row['document']}”的文字修复与正文不符，不能重做：{_ALTERED}"
        yield from [None] * (len(rows) - 1)


_REPAIR = ("start", "end", "place", "before", "after", "kind", "reason", "confidence", "applied")


def _can_be_made(text: str, made: Iterable[Repair]) -> bool:
    for _, step in groupby(made, key=lambda repair: repair.kind):
        listed = list(step)
        in_order = all(left.place.end <= right.place.start for left, right in pairwise(listed))
        if not in_order or any(one.place.of(text) != one.before for one in listed):
            return False
        text = rewrite(text, ((one.place, one.after) for one in listed if one.applied))[0]
    return True


def check_registers(connection: Connection) -> Verdicts:
    """Check that the id of every filled-in file is that of its rows."""
    for head in connection.execute(select(registers)).mappings().all():
        told = _told(connection, head)
        right = contents_id(head["scheme"], head["table_id"], head["sha256"], told) == head["id"]
        fault = f"填报的表“{head['file']}”（编号 {head['id']}）的内容与编号不符：被改动过。"
        yield None if right and len(told) == head["row_count"] else fault


def _told(connection: Connection, head: Mapping[Any, Any]) -> list[list[Any]]:
    """Return the rows of a file as its id was made of."""
    votes: dict[int, dict[str, int | None]] = {}
    order = [column["id"] for column in head["columns"]]
    cast = select(ballots.c.line, ballots.c.option, ballots.c.votes)
    for line, option, count in connection.execute(cast.where(*_of(ballots, head))):
        votes.setdefault(line, {})[option] = count
    columns = [register_rows.c[name] for name in ("line", "subject", "indicator", "cells")]
    query = select(*columns).where(*_of(register_rows, head)).order_by(register_rows.c.line)
    counted = {line: {name: found[name] for name in order if name in found} for line, found in votes.items()}
    return [[*row, counted.get(row[0], {})] for row in connection.execute(query)]


def _of(table: Table, head: Mapping[Any, Any]) -> tuple[Any, Any]:
    return table.c.assessment == head["assessment"], table.c.register == head["id"]


def _by_document(
    connection: Connection, table: Table, *names: str
) -> Iterator[tuple[Mapping[Any, Any], str | None, list[Mapping[Any, Any]]]]:
    """Yield, for each document, its first row, its text and its rows in order."""
    found = _with_texts(connection, table, *names)
    for _, group in groupby(found, key=lambda pair: (pair[0]["assessment"], pair[0]["document"])):
        listed = list(group)
        yield listed[0][0], listed[0][1], [row for row, _ in listed]


def _with_texts(connection: Connection, table: Table, *names: str) -> Joined:
    """Yield rows that name their document only, each with the whole text of it, document by document in order."""
    columns = [table.c[name] for name in ("assessment", "document", "position", *names)]
    owner = documents.c
    same = (table.c.assessment == owner.assessment) & (table.c.document == owner.name)
    order = (owner.sha256, owner.format, table.c.assessment, table.c.document, table.c.position)
    return _joined(connection, select(*columns, owner.sha256, owner.format).join(documents, same).order_by(*order))


def _joined(connection: Connection, query: Select[Any]) -> Joined:
    """Yield the rows with the whole text that each stands in; texts are loaded one at a time."""
    key: tuple[str, str] | None = None
    text: str | None = None
    for row in streamed(connection, query):
        values = row._mapping
        if key != (values["sha256"], values["format"]):
            key = (values["sha256"], values["format"])
            text = connection.scalar(select(texts.c.text).where(texts.c.sha256 == key[0], texts.c.format == key[1]))
        yield values, text
