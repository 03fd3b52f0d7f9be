"""What reports read from the store beside its values: texts with their genre, and samples with their last verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert

from mingcha.corpora.labelbook import load_labels
from mingcha.models.characters import load_normalizer
from mingcha.pipeline.document import Document, Failure
from mingcha.pipeline.reporting.papers.case import indexed
from mingcha.pipeline.reporting.papers.kinds import KINDS, OF_ONE, compose
from mingcha.pipeline.reporting.papers.loading import Sources, load_case, with_texts
from mingcha.pipeline.reporting.papers.sample_figures import load_drawn
from mingcha.pipeline.reporting.papers.stored_texts import load_texts
from mingcha.pipeline.reporting.papers.told import Reading, callers_of, progress_of, rectified_of, talks_of
from mingcha.pipeline.store.people import elusion_samples, elusion_sentences, elusion_verdicts
from mingcha.pipeline.store.writing import Entry, save_document
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mingcha.pipeline.assessments import Run

AT = "2025-01-15T10:20:00+08:00"
TABLE = "单位,指标,计量单位,年度目标,一季度,二季度,备注\n松溪镇,供水入户,户,120,30,27,\n松溪镇,办理时间,天,2.5,1.8,—,越低越好\n"
TALK = "谈话记录\n谈话对象：编号B-03（干部）\n了解对象：陆建明（镇长）\n谈话时间：2025年1月8日\n问：情况怎样？\n答：还可以。\n"
MENDED = "关于整改情况的报告\n一、整改进展\n1.关于“管网未开工”问题。整改：5月6日开工，完成1.8公里。（正在推进）\n2.关于“台账补签”问题。整改：重新核对。（已完成）\n"
TICKETS = "工单编号\t来电人\t诉求内容\t承办单位\nA1\t蒋女士\t停水十一天没人来。\t松溪镇\n"


def text_of(name: str, text: str, form: str) -> Document:
    return Document(name, (name.encode().hex() * 64)[:64], form, text, ())


def fill(engine: Engine, run: Run) -> None:
    for name, text, form, genre in (
        ("指标.csv", TABLE, "csv", "statistics"),
        ("谈话.txt", TALK, "txt", "interview"),
        ("整改.txt", MENDED, "txt", "rectification"),
        ("工单.xlsx", TICKETS, "xlsx", "ticket"),
    ):
        save_document(engine, run, Entry(text_of(name, text, form), genre))
    save_document(engine, run, Entry(Failure("坏.docx", "corrupt", "坏.docx：打不开。请重新索取。")))


def draw(engine: Engine, assessment: str) -> None:
    """Keep a sample of three sentences: one missed, one at first missed and then clean, one not judged."""
    with engine.begin() as connection:
        head = {"assessment": assessment, "seed": 1, "size": 3, "frame": 400, "by": "赵核", "at": AT}
        number = connection.scalar(insert(elusion_samples).returning(elusion_samples.c.seq), head)
        place = {
            "sample": number,
            "document": "谈话.txt",
            "sha256": "a" * 64,
            "format": "txt",
            "start": 0,
            "end": 2,
            "text": "还可以。",
        }
        connection.execute(insert(elusion_sentences), [place | {"position": position} for position in range(3)])
        said = {"sample": number, "category": None, "reason": "", "by": "赵核", "account": "zhao", "at": AT}
        for position, verdict in ((0, "missed"), (1, "missed"), (1, "clean")):
            connection.execute(insert(elusion_verdicts), said | {"position": position, "verdict": verdict})


def test_texts_come_back_with_their_genre_and_nothing_unread(engine: Engine, run: Run) -> None:
    fill(engine, run)
    texts = load_texts(engine, run.assessment)
    assert {one.name: (one.genre, one.text) for one in texts} == {
        "工单.xlsx": ("ticket", TICKETS),
        "指标.csv": ("statistics", TABLE),
        "整改.txt": ("rectification", MENDED),
        "谈话.txt": ("interview", TALK),
    }


def test_texts_tell_talks_progress_rectification_and_callers(engine: Engine, run: Run) -> None:
    fill(engine, run)
    texts = load_texts(engine, run.assessment)
    reading = Reading(load_normalizer(), load_labels())
    (talk,) = talks_of(texts, [Subject("P1", "陆建明")])
    assert (talk.interviewee, talk.about, talk.time) == ("编号B-03（干部）", ("P1",), "2025年1月8日")
    supply, speed = progress_of(texts, reading)
    assert (supply.indicator, supply.target, supply.parts, supply.place) == ("供水入户", 120, (30, 27), "文本第2行")
    assert (speed.parts, speed.remark) == ((1.8, None), "越低越好")
    assert [(one.state, one.place) for one in rectified_of(texts, reading)] == [
        ("正在推进", "文本第3行"),
        ("已完成", "文本第4行"),
    ]
    assert list(callers_of(texts, reading)) == ["蒋女士"]


def test_a_sample_counts_the_last_verdict_on_each_sentence(engine: Engine, run: Run) -> None:
    fill(engine, run)
    draw(engine, run.assessment)
    (drawn,) = load_drawn(engine, run.assessment)
    assert (drawn.frame, drawn.size, drawn.judged, drawn.missed) == (400, 3, 2, 1)


def test_every_report_comes_from_either_database(engine: Engine, run: Run) -> None:
    fill(engine, run)
    draw(engine, run.assessment)
    reading = Reading(load_normalizer(), load_labels())
    case = load_case(engine, run.assessment, Sources(reading, {}), made_at="2025-01-16 09:30")
    for kind in set(KINDS) - set(OF_ONE):
        assert compose(kind, indexed(with_texts(case, kind, engine, reading))).sections
    assert with_texts(case, "explanation", engine, reading).extras.apart == ()
    quality = compose("quality", indexed(with_texts(case, "quality", engine, reading)))
    elusion = next(table for table in quality.tables if table.caption == "漏报抽查")
    assert elusion.rows[0][1:] == (400, 3, 2, 1, 50.0, "9.45—90.55")
