"""What the files of a run gave, into the store: several files in one transaction, each of them whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Failure
from mingcha.pipeline.findings import sharing
from mingcha.pipeline.resumption import known_file, resume, taken
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.files import file_names, forget_file, keep_file
from mingcha.pipeline.store.handmade import findings_left
from mingcha.pipeline.store.writing import Entry, save_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.analyzed import Analysis
    from mingcha.pipeline.assessments import Run
    from mingcha.pipeline.resumption import Resumed
    from mingcha.pipeline.running import Result
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.files import KnownFile

_MOST, _SECONDS = 32, 1.0  # a transaction costs as much as a small file; a break costs what these gathered


@dataclass(frozen=True, slots=True)
class Work:
    """What the files of one run are saved with; ``kept`` are those that are not read again."""

    store: Engine
    run: Run
    method: str
    recorded: frozenset[str]
    kept: Mapping[str, KnownFile]


@dataclass(frozen=True, slots=True)
class Done:
    """A file and what was found in it; ``None`` where it is taken from the store."""

    name: str
    path: Path
    result: Result | None


def work_of(store: Engine, run: Run, method: str, kept: Mapping[str, KnownFile]) -> Work:
    """Return what the files of *run* are saved with, read by *method*."""
    return Work(store, run, method, file_names(store, run.assessment), kept)


def saved(work: Work, done: Iterable[Done]) -> Iterator[tuple[Done, tuple[Resumed | Failure, ...]]]:
    """Save what was *done*, some files at a time; yield each once it is saved, with what it holds as people left it."""
    for batch in batches(done):
        yield from zip(batch, _saved_together(work, batch), strict=True)


def batches(done: Iterable[Done]) -> Iterator[list[Done]]:
    """Yield the files that are finished within a second, and no more than a few dozen."""
    batch, began = list[Done](), monotonic()
    for one in done:
        began = began if batch else monotonic()
        batch.append(one)
        if len(batch) == _MOST or monotonic() - began >= _SECONDS:
            yield batch
            batch = []
    if batch:
        yield batch


def _saved_together(work: Work, batch: Iterable[Done]) -> list[tuple[Resumed | Failure, ...]]:
    """Save the files, all in one transaction: a break leaves them as they were, to be read again."""
    with writing(work.store) as connection:
        return [_saved(connection, work, one) for one in batch]


def _saved(connection: Store, work: Work, one: Done) -> tuple[Resumed | Failure, ...]:
    result = one.result
    if result is None:
        return resume(connection, work.run.assessment, work.kept[one.name])
    if one.name in work.recorded:
        forget_file(connection, work.run, one.name)
    known = [save_document(connection, work.run, _entry(item)) for item in result]
    file = known_file(one.name, one.path, work.method, result)
    if file is not None:
        keep_file(connection, work.run, file)
    return tuple(
        item if isinstance(item, Failure) else _left(connection, work, taken(item), touched=touched)
        for item, touched in zip(result, known, strict=True)
    )


def _left(store: Store, work: Work, item: Resumed, *, touched: bool) -> Resumed:
    """Return what a document gave as people leave it: with what they marked and split in it, if they can have."""
    name = str(item.record["document"])
    left = findings_left(store, work.run.assessment, name, item.findings) if touched else item.findings
    return replace(item, findings=tuple(map(sharing, left)))


def _entry(item: Analysis | Failure) -> Entry:
    if isinstance(item, Failure):
        return Entry(item)
    mended = {str(kind): count for kind, count in item.repairs.items()}
    found = (item.findings, item.quantities, item.genre.evidence, mended, item.referrals, item.mended, item.structure)
    return Entry(item.document, item.genre.id, *found)
