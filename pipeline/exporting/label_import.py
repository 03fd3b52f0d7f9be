"""Labels brought into the store: all decisions of a file are written or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.exporting.cells import writable
from mingcha.pipeline.exporting.intake import Intake, take_in
from mingcha.pipeline.exporting.label_files import read_labels
from mingcha.pipeline.exporting.labels import category_names
from mingcha.pipeline.exporting.marks import marks_of
from mingcha.pipeline.store.database import writing
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.queries import load_assessment, load_glossary, load_text
from mingcha.pipeline.store.streams import judged_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from mingcha.pipeline.exporting.intake import Reviewer
    from mingcha.pipeline.exporting.label_files import Given, Tool
    from mingcha.pipeline.exporting.offsets import Units
    from mingcha.pipeline.findings import Decision

_LISTED = 20


def import_labels(store: Engine, path: Path, tool: Tool, units: Units, reviewer: Reviewer) -> Intake:
    """Write what a reviewer decided in *tool* as decisions and return what became of each label.

    A second import of the same file finds everything known and writes nothing. Raise DataError, and write nothing,
    for a file that is no labelled export of ours, and where people decided otherwise in the store meanwhile.
    """
    documents = tuple(read_labels(path, tool))
    with writing(store) as connection:
        taken = _taken(connection, documents, units, reviewer)
        taken = replace(taken, decisions=_once(taken.decisions))
        if conflicts := (*taken.conflicts, *_contradictory(taken.decisions)):
            raise DataError(_conflict(conflicts))
        if taken.decisions:
            append_decisions(connection, taken.decisions, assessment=documents[0].origin.assessment)
    return taken


def _once(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Leave out what two copies of a file say alike: a decision holds for all copies."""
    return tuple({(one.finding, one.act, one.verdict): one for one in decisions}.values())


def _contradictory(decisions: Iterable[Decision]) -> Iterator[str]:
    """Tell of the findings that were labelled otherwise in two copies of a file."""
    acts: dict[str, set[str | None]] = {}
    for decision in decisions:
        acts.setdefault(decision.finding, set()).add(decision.act)
    return (f"线索 {finding} 在同一文件的几份材料中标注不同" for finding, given in acts.items() if len(given) > 1)


def _taken(connection: Connection, documents: Iterable[Given], units: Units, reviewer: Reviewer) -> Intake:
    assessment = _assessment(connection, documents)
    names = category_names(load_glossary(connection, assessment).names) if assessment else {}
    taken = Intake()
    for given in documents:
        _check_text(connection, given)
        stored = judged_in(connection, given.origin.assessment, given.origin.document)
        taken += take_in(given, marks_of(given, names, units), stored, reviewer)
    return taken


def _assessment(connection: Connection, documents: Iterable[Given]) -> str | None:
    """Return the assessment that all documents belong to; it must be in the store."""
    found = sorted({given.origin.assessment for given in documents})
    if len(found) > 1:
        raise DataError(f"文件中有几个考核的材料：{'、'.join(found)}。请每个考核分别导出、分别导入。")
    return load_assessment(connection, found[0]).name if found else None


def _check_text(connection: Connection, given: Given) -> None:
    """Refuse a document whose text the tool changed: its places would mean something else."""
    text = load_text(connection, given.origin.sha256)
    if text is not None and writable(text) != given.text:
        cause = f"材料“{given.origin.document}”的文字与库中的不同，标注的位置不可靠"
        raise DataError(f"{given.where}：{cause}。请不要在标注工具中改动原文；重新导出、标注后再导入。")


def _conflict(conflicts: tuple[str, ...]) -> str:
    listed = "\n".join(f"  {words}" for words in conflicts[:_LISTED])
    more = f"\n  等共 {len(conflicts)} 处" if len(conflicts) > _LISTED else ""
    remedy = "请重新导出，在标注工具中核对这几处后再导入；或在复核页面逐条决定"
    return f"下列线索有互相矛盾的决定，全部没有写入：\n{listed}{more}\n{remedy}。"
