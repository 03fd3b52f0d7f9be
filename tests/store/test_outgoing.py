"""What left and what of it was cleared, in both databases: a finding is listed if and only if it went out and turned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.exporting.content import scope_of
from mingcha.pipeline.exporting.exports import Request, export
from mingcha.pipeline.findings import Answer, Decision
from mingcha.pipeline.outgoing import Form, Sending, SentFile, held_by
from mingcha.pipeline.store.chain import SENT, load_record, verify_chain
from mingcha.pipeline.store.clearings import ANEW, load_cleared
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.decisions import append_decision, load_decisions
from mingcha.pipeline.store.forms import forms_of
from mingcha.pipeline.store.hearings import append_answer
from mingcha.pipeline.store.retention import purge_assessment
from mingcha.pipeline.store.sendings import append_sending, latest_sending, load_sendings, recall_sending
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.document import Document
    from mingcha.pipeline.findings import Finding

ROSTER = (Subject("p1", "周启明"), Subject("p2", "何春燕"))
COUNT = 4


class Office:
    """An assessment of a few findings, what people do to it, and beside it a plain notion of how each finding stands."""

    def __init__(self, engine: Engine, folder: Path, document: Document, made: list[Finding]) -> None:
        self.engine, self.folder, self.document, self.made = engine, folder, document, made
        self.name, self.clock = f"考核{uuid4().hex}", 0
        self.there = set(range(len(made)))
        self.said: dict[int, list[Decision]] = {number: [] for number in self.there}
        self.sent: list[dict[int, tuple[Any, ...]]] = []
        self.run()

    def run(self) -> None:
        run = Run(uuid4().hex, self.name, "材料", "2024-03-01T09:00:00+08:00", {})
        start_run(self.engine, Assessment(self.name, "2024", ROSTER), run)
        kept = [self.made[number] for number in sorted(self.there)]
        save_document(self.engine, run, Entry(self.document, None, kept))
        finish_run(self.engine, run, "2024-03-01T10:00:00+08:00")

    def drop(self, number: int) -> None:
        self.there.discard(number)
        self.run()

    def decide(self, number: int, verdict: str, changes: tuple[tuple[str, str], ...] = ()) -> None:
        if number not in self.there and not self.said[number]:
            return  # the store has it no more
        self.clock += 1
        at = f"2024-03-02T10:{self.clock:02}:00+08:00"
        withdraws = self.said[number][-1].number or 0 if verdict == "withdraw" and self.said[number] else 0
        if verdict == "withdraw" and not withdraws:
            return
        given = Decision(self.made[number].id, verdict, "王裁", "核对", at, changes, withdraws=withdraws)  # type: ignore[arg-type]
        kept = append_decision(self.engine, given, assessment=self.name)
        self.said[number] = self.said[number][:-1] if withdraws else [*self.said[number], kept]

    def form(self, number: int) -> tuple[Any, ...] | None:
        """Say how a finding stands, worked out from nothing but what was done to it."""
        made, said = self.made[number], self.said[number]
        if number not in self.there:
            return None
        changed = {name: value for one in said for name, value in one.changes}
        last = said[-1].verdict if said else None
        standing = {"confirm": "confirmed", "reject": "rejected"}.get(last or "", "pending")
        fields = {name: getattr(made, name) for name in ("category", "status", "subject")} | changed
        return (standing, *fields.values())

    def send(self) -> None:
        """Export the findings as the command does."""
        request = Request("findings", "csv", self.folder / f"{len(self.sent)}.csv")
        written = export(self.engine, scope_of(self.engine, self.name), request)
        file = SentFile(str(request.place), "0" * 64, 1, held_by(written.carried))
        sending = Sending("export", "findings", "csv", (file,), purpose=str(len(self.sent)), by="赵某")
        append_sending(self.engine, self.name, replace(sending, decisions=written.decisions))
        lines = request.place.read_text("utf-8-sig")
        self.sent.append({n: form for n in self.said if self.made[n].id in lines and (form := self.form(n))})

    def expected(self) -> dict[str, set[str]]:
        """Say which findings are to be listed of each sending: in the file, and said otherwise there than now."""
        return {
            str(place): turned
            for place, forms in enumerate(self.sent)
            if (turned := {self.made[n].id for n, then in forms.items() if has_turned(then, self.form(n))})
        }


def has_turned(then: tuple[Any, ...], now: tuple[Any, ...] | None) -> bool:
    if then[0] == "rejected":
        return False
    lost = now is None or now[0] == "rejected" or now[1:] != then[1:]
    return lost or (then[0] == "confirmed" and now is not None and now[0] == "pending")


@pytest.fixture
def office(
    engine: Engine, tmp_path: Path, document_of: Callable[..., Document], finding_of: Callable[..., Finding]
) -> Office:
    return office_in(engine, tmp_path, document_of, finding_of)


def office_in(engine: Engine, folder: Path, document_of: Any, finding_of: Any) -> Office:
    document = document_of("谈话.txt", f"{uuid4().hex}\n" + "该局推进项目迟缓，窗口长期无人值守。" * COUNT)
    made = [finding_of(document, 40 + 5 * n, cue=None, subject=("p1", "p2")[n % 2]) for n in range(COUNT)]
    return Office(engine, folder, document, made)


NUMBERS = st.integers(0, COUNT - 1)
STEPS = st.one_of(
    st.tuples(st.just("decide"), NUMBERS, st.sampled_from(["confirm", "reject", "withdraw"])),
    st.tuples(
        st.just("decide"),
        NUMBERS,
        st.just("change"),
        st.sampled_from([(("status", "exculpatory"),), (("subject", "p2"),), (("category", "formalism"),)]),
    ),
    st.tuples(st.just("drop"), NUMBERS),
    st.tuples(st.just("send")),
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(STEPS, max_size=12))
def test_a_finding_is_listed_if_and_only_if_it_was_in_the_file_and_was_cleared_since(
    engine: Engine, tmp_path: Path, document_of: Any, finding_of: Any, steps: list[tuple[Any, ...]]
) -> None:
    office = office_in(engine, tmp_path, document_of, finding_of)
    for step, *given_ in (*steps[: len(steps) // 2], ("send",), *steps[len(steps) // 2 :]):
        getattr(office, step)(*given_)
    listed = {one.sending.purpose: {each.id for each in one.passages} for one in load_cleared(engine, office.name)}
    assert listed == office.expected()


def test_the_form_that_is_kept_is_the_one_that_people_left(office: Office) -> None:
    office.decide(0, "confirm")
    office.decide(1, "change", (("subject", "p1"), ("status", "resolved")))
    office.decide(2, "reject")
    office.send()
    (sending,) = load_sendings(office.engine, office.name)
    kept = [sending.files[0].form_of(one.id) for one in office.made]
    assert kept == [
        Form("confirmed", "inaction", "asserted", "p1"),
        Form("pending", "inaction", "resolved", "p1"),
        Form("rejected", "inaction", "asserted", "p1"),
        Form("pending", "inaction", "asserted", "p2"),
    ]
    assert (sending.by, sending.number) == ("赵某", load_record(office.engine, assessment=office.name)[0]["seq"])
    assert sending.decisions == load_decisions(office.engine, office.name)[-1].number
    assert sending.subjects == ("p1", "p2")


def test_who_cleared_it_is_told_with_the_statement_and_what_vanished_with_the_run(office: Office) -> None:
    office.send()
    append_answer(office.engine, office.name, Answer("p1", office.made[0].id, "当时在等批文", "钱记"))
    office.decide(0, "reject")
    office.drop(1)
    (cleared,) = load_cleared(office.engine, office.name)
    told = {one.id: one for one in cleared.passages}
    first, second = told[office.made[0].id], told[office.made[1].id]
    assert (first.turn, first.by, first.reason, first.at[:10]) == ("rejected", "王裁", "核对", "2024-03-02")
    assert first.stated
    assert first.finding is not None
    assert (second.turn, second.by, second.finding, second.stated) == ("vanished", ANEW, None, "")
    assert cleared.is_open


def test_what_is_sent_anew_or_taken_back_is_no_longer_open(office: Office) -> None:
    office.send()
    office.send()
    office.decide(0, "reject")
    first, second = load_cleared(office.engine, office.name)
    recall_sending(office.engine, office.name, second.sending.number, by="赵某", reason="纸质件已销毁")
    again = replace(first.sending, decisions=99, files=(replace(first.file, held={}),))
    append_sending(
        office.engine, office.name, replace(again, files=(replace(first.file, held=held_by(forms(office))),))
    )
    first, second = load_cleared(office.engine, office.name)
    assert first.reissue is not None
    assert "赵某" in second.sending.recalled
    assert [first.is_open, second.is_open] == [False, False]


def forms(office: Office) -> dict[str, Form]:
    with reading(office.engine) as connection:
        return forms_of(connection, office.name)


@pytest.mark.parametrize(("number", "by", "fault"), [(10**6, "赵某", "没有第1000000号"), (0, " ", "经办人")])
def test_what_never_left_is_not_taken_back(office: Office, number: int, by: str, fault: str) -> None:
    with pytest.raises(DataError, match=fault):
        recall_sending(office.engine, office.name, number, by=by, reason="收回")


def test_a_thing_is_taken_back_once(office: Office) -> None:
    office.send()
    (sending,) = load_sendings(office.engine, office.name)
    recall_sending(office.engine, office.name, sending.number, by="赵某", reason="收回")
    with pytest.raises(DataError, match="已经收回"):
        recall_sending(office.engine, office.name, sending.number, by="赵某", reason="收回")


def test_what_left_is_sealed_brief_on_the_page_and_gone_with_a_purge(office: Office) -> None:
    office.send()
    assert verify_chain(office.engine).faults == ()
    with pytest.raises(DBAPIError), office.engine.begin() as connection:
        connection.execute(text("UPDATE audit SET detail = '{}' WHERE action = 'sent'"))
    whole, brief = (load_record(office.engine, assessment=office.name, brief=one)[0] for one in (False, True))
    assert whole["action"] == SENT
    assert brief == whole | {"detail": "{}"}
    purge_assessment(office.engine, office.name, by="管理员", reason="期满")
    assert load_sendings(office.engine, office.name) == ()
    assert verify_chain(office.engine).faults == ()


def test_the_stamp_of_what_left_is_that_of_its_own_assessment(office: Office) -> None:
    with reading(office.engine) as connection:
        assert latest_sending(connection, office.name) == 0
    office.send()
    with reading(office.engine) as connection:
        assert latest_sending(connection, office.name) == load_sendings(office.engine, office.name)[0].number
        assert latest_sending(connection, "别的考核") == 0


def test_copies_of_a_file_have_one_form_and_it_is_the_same_when_it_is_asked_again(office: Office) -> None:
    copy = replace(office.document, name="副本.txt")
    begun = Run(uuid4().hex, office.name, "材料", "2024-03-01T09:00:00+08:00", {})
    start_run(office.engine, Assessment(office.name, "2024", ROSTER), begun)
    found = [replace(one, document=copy.name, subject="p2") for one in office.made]
    save_document(office.engine, begun, Entry(copy, None, found))
    office.send()
    assert load_cleared(office.engine, office.name) == ()
    assert forms(office)[office.made[0].id].subject == "p2"  # of the first by name
