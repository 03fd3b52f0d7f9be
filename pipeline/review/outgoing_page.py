"""What left the system, told to who decides about it, and the list of what was cleared since, for whoever leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.content import subject_names
from mingcha.pipeline.reporting.outgoing_words import moment_of, title_of, turn_words
from mingcha.pipeline.review.gates import answer_fault
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.veils import veil_for
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.clearings import load_cleared, sendings_with
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.forms import forms_of, last_decision
from mingcha.pipeline.store.queries import load_assessment, load_glossary
from mingcha.pipeline.store.sendings import latest_sending, load_sendings
from mingcha.pipeline.store.tallies import latest_run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.responses import Response

    from mingcha.pipeline.outgoing import Sending, SentFile
    from mingcha.pipeline.review.veils import Veil
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.clearings import Cleared, Passage

_MOST = 50  # passages of a file on the page
UNNAMED = "（文件名不显示）"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of a finding that left: the files, each in words, the latest last."""

    finding: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A cleared passage as the page shows it; ``title`` is empty where the store has it no more."""

    passage: Passage
    title: str
    place: str
    turn: str


def show_outgoing(visit: Visit) -> Response:
    """Show what left, and first what of it was cleared since and is neither re-issued nor taken back."""
    if not may_see_outgoing(visit):
        record(
            visit.store, Event(visit.account.login, "denied", "outgoing", visit.assessment, {"reason": "发出的材料"})
        )
        return answer_fault(visit, "没有这项权限，或没有这个页面。", 404)
    names = {**subject_names(visit.recall(load_assessment)), **load_glossary(visit.store, visit.assessment).names}
    after = load_cleared(visit.store, visit.assessment)
    veil = veil_for(visit, {one.finding.document for each in after for one in each.passages if one.finding})
    return show(
        visit,
        "outgoing",
        after=sorted(((one, _rows(one, veil, names)) for one in after), key=lambda pair: not pair[0].is_open),
        open=sum(one.is_open for one in after),
        sendings=sendings_of(visit)[::-1],
        title_of=title_of,
        file_name=lambda file: file_name(visit, file),
        most=_MOST,
    )


def may_see_outgoing(visit: Visit) -> bool:
    """Tell whether the account may see what left an assessment: who leads it, and administrators who work in it."""
    return visit.right.role == "lead" or visit.account.administrator


def sendings_of(visit: Visit) -> tuple[Sending, ...]:
    """Return what left the assessment; read once until more leaves."""
    with reading(visit.store) as connection:
        stamp = latest_sending(connection, visit.assessment)
    make = (lambda: load_sendings(visit.store, visit.assessment)) if stamp else tuple
    return visit.office.memory.recall(("sendings", visit.assessment), str(stamp), make)


def open_count(visit: Visit) -> int:
    """Return how many files are to be re-issued or taken back; counted once until something changes."""
    if not sendings_of(visit):
        return 0
    with reading(visit.store) as connection:
        moment = (latest_sending(connection, visit.assessment), last_decision(connection, visit.assessment))
    stamp = f"{moment} {latest_run(visit.store, visit.assessment)}"
    key = ("cleared", visit.assessment)
    return visit.office.memory.recall(
        key, stamp, lambda: sum(one.is_open for one in load_cleared(visit.store, visit.assessment))
    )


def notice_of(visit: Visit, finding: str, *, cleared: bool = False) -> Notice | None:
    """Return what to tell of a finding that left with something, or with what no longer holds of it; else ``None``."""
    sendings = sendings_of(visit) if finding else ()
    if not sendings:
        return None
    with reading(visit.store) as connection:
        now = forms_of(connection, visit.assessment, [finding]).get(finding) if cleared else None
    files = sendings_with(sendings, finding, now, cleared=cleared)
    return Notice(finding, tuple(_words(visit, *pair) for pair in files)) if files else None


def cleared_by(visit: Visit, findings: Collection[str]) -> str:
    """Return the first of findings just decided on of which something that left no longer holds, empty for none.

    To reviewers who must not know each other's word, how a finding stands is not told: for them each counts that left.
    """
    sendings = sendings_of(visit)
    if not sendings:
        return ""
    with reading(visit.store) as connection:
        now = forms_of(connection, visit.assessment, findings)
    found = (one for one in findings if sendings_with(sendings, one, now.get(one), cleared=not visit.blind))
    return next(found, "")


def just_left(visit: Visit) -> Notice | None:
    """Return what to tell after a decision on something that left, as the address asks."""
    asked = visit.request.query_params.get("left", "")
    known = re.fullmatch(r"\w{1,40}", asked, re.ASCII)
    return notice_of(visit, asked, cleared=not visit.blind) if known else None


def file_name(visit: Visit, file: SentFile) -> str:
    """Return the name of a file without its folder; names of files may name people."""
    return re.split(r"[\\/]", file.path)[-1] if visit.right.may_see_names else UNNAMED


def _words(visit: Visit, sending: Sending, file: SentFile) -> str:
    name = f"《{file_name(visit, file)}》" if visit.right.may_see_names else ""
    purpose = f"，给{sending.purpose}" if sending.purpose else ""
    return f"第{sending.number}号 {title_of(sending)}{name}，{moment_of(sending.at)[:10]}{purpose}"


def _rows(cleared: Cleared, veil: Veil, names: Mapping[str, str]) -> list[Row]:
    return [_row(one, veil, names) for one in cleared.passages[:_MOST]]


def _row(one: Passage, veil: Veil, names: Mapping[str, str]) -> Row:
    turn = turn_words(one.turn, one.changes, names)
    if one.finding is None:
        return Row(one, "", "", turn)
    return Row(one, veil.title(one.finding.document), veil.over(one.finding).locator.label, turn)
