"""The scoring commands on the sample case: the tree, what-if, tables, the shipped schemes."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "docs" / "schemas" / "outcomes.schema.json"
TICKETS = (
    "单位,派单数,响应数,回访成功,解决数,满意数\n甲街道,200,200,150,120,129\n乙镇,80,76,60,54,57\n丁街道,0,0,0,0,0\n"
)


def test_a_score_is_shown_as_a_tree(sample_run, mingcha):
    page = mingcha("explain", "score", "P02", "--db", sample_run.out / "mingcha.db")
    assert page.code == 0, page.stderr
    assert "▪ 年度得分（total）" in page.stdout
    assert "▪ 德（de，权重25%）" in page.stdout
    part = mingcha("explain", "score", "何春燕", "--db", sample_run.out / "mingcha.db", "--indicator", "qin").stdout
    assert "▪ 勤" in part
    assert "▪ 绩" not in part


def test_wrong_names_are_told(sample_run, mingcha):
    database = sample_run.out / "mingcha.db"
    for arguments, words in (
        (("explain", "score", "P99"), "没有“P99”这个对象"),
        (("explain", "score", "P02", "--indicator", "勤"), "没有指标“勤”"),
        (("what-if", "P02", "--set", "qin=3"), "看不懂改动"),
        (("what-if", "P02", "--drop", "zzz"), "没有编号为“zzz”的线索"),
    ):
        told = mingcha(*arguments, "--db", database)
        assert told.code == 2, told.stdout
        assert words in told.stderr


def test_what_if_shows_the_changed_lines_and_writes_nothing(sample_run, mingcha):
    database = sample_run.out / "mingcha.db"
    before = database.read_bytes()
    tried = mingcha("what-if", "P02", "--set", "indicators.qin.weight=30", "--db", database)
    assert tried.code == 0, tried.stderr
    assert "（试算，不写入）" in tried.stdout
    assert database.read_bytes() == before


def test_what_if_without_a_change_looks_for_what_matters(sample_run, mingcha, tmp_path):
    plot = tmp_path / "敏感度.svg"
    filled = ROOT / "corpora" / "sample" / "手工填写.csv"
    asked = ("what-if", "P02", "--db", sample_run.out / "mingcha.db")
    shown = mingcha(*asked, "--inputs", filled, "--plot", plot)
    assert shown.code == 0, shown.stderr
    assert "等次对照都不变" in shown.stdout or "等次对照就会改变" in shown.stdout
    undetermined = mingcha(*asked)
    assert "总分待定" in undetermined.stdout
    assert "<svg" in plot.read_text(encoding="utf-8")


def test_tables_are_reckoned_written_and_shown(mingcha, reviewed, tmp_path):
    tickets = tmp_path / "工单.csv"
    tickets.write_text(TICKETS, encoding="utf-8")
    database = reviewed / "mingcha.db"
    done = mingcha(
        *("score", "--db", database, "--out", reviewed, "--scheme", "beijing_12345"),
        *("--table", f"工单汇总={tickets}"),
        out=reviewed,
    )
    assert done.code == 0, done.stderr
    assert "响应率、解决率、满意率与排名　乙镇：第1名，共2个单位参排" in done.stdout
    assert "〔建议〕建议列入" in done.stdout
    assert "热线三项得分：没有给出表格，未核算" in done.stdout
    records = done.records("outcomes.jsonl")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for record in records:
        jsonschema.validate(record, schema)
    assert [record["place"] for record in records] == [2, 1, None]
    assert records[2]["undetermined"]
    page = (reviewed / "report.html").read_text(encoding="utf-8")
    assert re.search(r"第1名，共2个单位参排", page)
    assert "没有给出表格，未作核算" in page


def test_a_wrong_table_is_told(mingcha, reviewed, tmp_path):
    told = mingcha(
        "score", "--db", reviewed / "mingcha.db", "--out", tmp_path, "--scheme", "water", "--table", "账=x.csv"
    )
    assert told.code == 2
    assert "方案里的表有：红线、整改、指标清单" in told.stderr


def test_schemes_are_listed_and_checked(mingcha):
    listed = mingcha("schemes", "list").stdout
    assert "gansu　年度考核" in listed
    checked = mingcha("schemes", "check")
    assert checked.code == 0
    assert re.search(r"合计：\d+个方案，\d+个算例，核对\d{3}个数，不符0个", checked.stdout)


def test_an_earlier_moment_gives_the_same_bytes_again(mingcha, reviewed, tmp_path):
    database, inputs = reviewed / "mingcha.db", ROOT / "corpora" / "sample" / "手工填写.csv"
    subject, finding = _counted(mingcha, database)
    said = ("--db", database, "--by", "考核员甲", "--reason", "已核对原件")
    assert mingcha("decide", "finding", finding, "confirm", *said).code == 0
    first = mingcha("score", "--db", database, "--inputs", inputs, "--out", tmp_path / "当时")
    assert first.code == 0, first.stderr
    moment = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    time.sleep(1.1)
    assert mingcha("decide", "finding", finding, "reject", *said).code == 0
    later = mingcha("score", "--db", database, "--inputs", inputs, "--out", tmp_path / "后来")
    assert later.code == 0, later.stderr
    kept = database.read_bytes()
    asked = ("--db", database, "--inputs", inputs, "--as-of", moment)
    again = mingcha("score", *asked, "--out", tmp_path / "重现")
    assert again.code == 0, again.stderr
    then, since, replayed = ((tmp_path / name / "scorecards.jsonl").read_bytes() for name in ("当时", "后来", "重现"))
    assert replayed == then != since
    assert "逐行一致" in mingcha("explain", "score", subject, *asked).stdout
    assert "没有保存过" in mingcha("explain", "score", subject, *asked[:-1], "2020-01-01").stdout
    assert database.read_bytes() == kept


def test_a_time_that_is_none_is_told(mingcha, sample_run):
    told = mingcha("explain", "score", "P02", "--db", sample_run.out / "mingcha.db", "--as-of", "去年")
    assert told.code == 2
    assert "看不懂时间“去年”" in told.stderr


def _counted(mingcha, database) -> tuple[str, str]:
    """Return a subject and the first finding that gives it points in the preview."""
    for subject in ("P01", "P02", "P03", "P04", "P05", "P06", "P07", "T01", "T02", "T03"):
        tree = mingcha("explain", "score", subject, "--db", database).stdout
        if found := re.search(r"(?:\+[1-9]|-[0-9]).*依据：(\w+)", tree):
            return subject, found[1]
    raise AssertionError("nothing in the sample gives points")


def test_what_was_filled_in_is_kept_and_ledger_lines_lead_to_it(mingcha, reviewed, tmp_path):
    database, inputs = reviewed / "mingcha.db", ROOT / "corpora" / "sample" / "手工填写.csv"
    for _ in range(2):
        done = mingcha("score", "--db", database, "--inputs", inputs, "--out", tmp_path / "甲")
        assert done.code == 0, done.stderr
    votes = tmp_path / "票.csv"
    votes.write_text("对象,优秀,称职,基本称职,不称职\n何春燕,30,8,,0\n外来的人,1,2,3,4\n", encoding="utf-8")
    asked = ("score", "--db", database, "--scheme", "civil_servant", "--out", tmp_path / "乙")
    done = mingcha(*asked, "--table", f"测评票={votes}")
    assert done.code == 0, done.stderr
    with sqlite3.connect(database) as store:
        heads = store.execute("SELECT kind, scheme, file, row_count FROM registers ORDER BY kind").fetchall()
        rows = store.execute(SOURCES).fetchall()
        cast = store.execute(BALLOTS).fetchall()
    store.close()
    assert heads == [("ballot", "civil_servant", "票.csv", 2), ("inputs", "deneng", "手工填写.csv", heads[1][3])]
    listed = inputs.read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) >= 10
    for indicator, explanation, line, value in rows:
        assert indicator in listed[line - 1]
        assert value in listed[line - 1]
        assert value in explanation
    who = next(row[0] for row in cast if row[0])
    assert cast == [(who, 2, 30, 8, None, 0), (None, 3, 1, 2, 3, 4)]
    assert mingcha("db", "verify", "--db", database).code == 0


SOURCES = """
SELECT l.indicator, l.explanation, o.line, json_extract(r.cells, '$.value') FROM ledger_sources o
JOIN ledger_lines l ON l.scorecard = o.scorecard AND l.position = o.position
JOIN scorecards c ON c.seq = o.scorecard
JOIN register_rows r ON r.register = o.register AND r.line = o.line AND r.subject = c.subject
"""
BALLOTS = """
SELECT r.subject, r.line, max(CASE option WHEN '优秀' THEN votes END), max(CASE option WHEN '称职' THEN votes END),
  max(CASE option WHEN '基本称职' THEN votes END), max(CASE option WHEN '不称职' THEN votes END)
FROM ballots v JOIN register_rows r ON r.register = v.register AND r.line = v.line GROUP BY r.line ORDER BY r.line
"""
