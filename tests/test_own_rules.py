"""An office's own rules through the command line: tried, adopted, told when idle, explained later without the file."""

import json
import sqlite3
import stat
import sys
from pathlib import Path

import jsonschema
import pytest

SCHEMAS = Path(__file__).parent.parent / "docs" / "schemas"
CATEGORY = '[[category]]\nid = "own_mediation"\nname = "调解不力"\nkind = "risk"\n'
COPIED = """
[[rule]]
id = "own.copied"
category = "own_mediation"
weight = 0.9
reason = "调解协议照抄"
phrases = ["协议是照抄的"]
matches = ["三起纠纷的协议是照抄的。"]
misses = ["协议由双方商定。"]
"""
IDLE = COPIED.replace("own.copied", "own.idle").replace("协议是照抄的", "协议抄了墙报")
OFF = '\n[[rule]]\nid = "R07.shirk"\nenabled = false\n'
TEXT = "巡察发现，石坎镇三起纠纷的协议是照抄的。\n要防止协议是照抄的。\n群众反映，验收的人吃拿卡要。\n两位主官有半年不碰头。\n"


def lay_out(place):
    (place / "材料").mkdir()
    (place / "材料" / "反馈意见.txt").write_text(TEXT, encoding="utf-8")
    (place / "own.toml").write_text(CATEGORY + COPIED + IDLE, encoding="utf-8")
    return place


@pytest.fixture
def case(tmp_path):
    """A folder of material and a rule file beside it."""
    return lay_out(tmp_path)


@pytest.fixture(scope="module")
def run(mingcha, tmp_path_factory):
    """A run with own rules; their file is gone afterwards, as it may be when somebody asks months later."""
    place = lay_out(tmp_path_factory.mktemp("own"))
    done = mingcha("run", place / "材料", "--out", place / "out", "--rules", place / "own.toml", out=place / "out")
    assert done.code == 0, done.stderr
    (place / "own.toml").unlink()
    return done


def test_own_findings_stand_in_the_files_and_fit_the_schemas(run):
    own = [row for row in run.records("findings.jsonl") if row["category"] == "own_mediation"]
    assert [(row["status"], row["sources"]) for row in own] == [
        ("asserted", ["own.copied"]),
        ("normative", ["own.copied"]),
    ]
    assert {"own_rules", "rules"} <= own[0]["versions"].keys()
    for name in ("findings", "facts", "referrals"):
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        records = run.records(f"{name}.jsonl")
        assert records
        for record in records:
            jsonschema.validate(record, schema)


@pytest.mark.parametrize("category", ["integrity", "mediation", "own_", "R13"])
def test_the_schema_of_findings_refuses_what_is_no_category(run, category):
    schema = json.loads((SCHEMAS / "findings.schema.json").read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(run.records("findings.jsonl")[0] | {"category": category}, schema)


def test_the_last_lines_list_apart_what_is_apart_and_tell_the_idle_rule(run):
    assert "另行单列：调解不力 1 条，班子运行问题 1 条。" in run.stdout
    assert "另有 1 处涉及廉洁的表述，单独存放（referrals.jsonl），仅供授权人员查看。" in run.stdout
    assert "您的规则 own.idle 在本次材料中没有命中" in run.stdout
    assert "own.copied" not in run.stdout
    assert "待核实的风险信号 0 条" in run.stdout


def test_a_run_without_own_rules_or_integrity_says_nothing_of_them(case, mingcha):
    (case / "材料" / "反馈意见.txt").write_text("全镇通水。", encoding="utf-8")
    done = mingcha("run", case / "材料", "--out", case / "out", out=case / "out")
    assert not [words for words in ("单列", "单独存放", "您的规则") if words in done.stdout]
    assert done.records("referrals.jsonl") == []


def test_integrity_stands_in_its_own_file_alone(run):
    (row,) = run.records("referrals.jsonl")
    assert row["text"] == "群众反映，验收的人吃拿卡要。"
    assert (row["category"], row["status"], row["sources"]) == ("integrity", "reported", ["R14.grab"])
    assert "subject" not in row
    for name in ("findings.jsonl", "facts.jsonl", "report.html", "run.log", "scorecards.jsonl"):
        assert "吃拿卡要" not in (run.out / name).read_text(encoding="utf-8"), name
    with sqlite3.connect(run.out / "mingcha.db") as database:
        assert database.execute("SELECT count(*) FROM findings WHERE text LIKE '%吃拿卡要%'").fetchone() == (0,)
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_only_the_owner_may_read_what_is_put_aside(run):
    assert stat.S_IMODE((run.out / "referrals.jsonl").stat().st_mode) == 0o600


def test_the_report_lists_own_categories_apart_and_by_name(run):
    page = (run.out / "report.html").read_text(encoding="utf-8")
    assert "另行单列：调解不力（1 处），方案没有写明的不计分" in page
    assert "另行单列：班子运行问题（1 处）" in page
    assert "own_mediation" not in page
    assert "<dt>风险信号</dt><dd>0 <small>处</small></dd>" in page
    assert "调解协议照抄" in page


def test_a_finding_is_explained_and_published_later_without_the_rule_file(run, mingcha, case):
    finding = next(row for row in run.records("findings.jsonl") if row["category"] == "own_mediation")
    page = mingcha("explain", "finding", finding["id"], "--db", run.out / "mingcha.db").stdout
    assert "类别：风险信号·调解不力" in page
    assert "调解协议照抄（own.copied）" in page
    scored = mingcha("score", "--db", run.out / "mingcha.db", "--out", case / "again", out=case / "again")
    assert scored.code == 0, scored.stderr
    assert "另行单列：调解不力" in (case / "again" / "report.html").read_text(encoding="utf-8")


def test_an_own_finding_can_be_decided(run, mingcha):
    finding = next(row for row in run.records("findings.jsonl") if row["category"] == "own_mediation")
    database = run.out / "mingcha.db"
    done = mingcha("decide", "finding", finding["id"], "confirm", "--by", "王某", "--reason", "属实", "--db", database)
    assert done.code == 0, done.stderr
    assert "王某 确认：属实" in mingcha("explain", "finding", finding["id"], "--db", database).stdout


def test_two_processes_find_what_one_finds(run, mingcha, case):
    arguments = ("--rules", case / "own.toml", "--workers", 2)
    (case / "材料" / "副本.txt").write_text(TEXT + "另一份。", encoding="utf-8")
    parallel = mingcha("run", case / "材料", "--out", case / "two", *arguments, out=case / "two")
    first = [row for row in parallel.records("findings.jsonl") if row["document"] == "反馈意见.txt"]
    assert first == run.records("findings.jsonl")


@pytest.mark.parametrize("command", [("run", "材料", "--out", "out"), ("rules", "check"), ("rules", "list")])
def test_a_faulty_file_stops_before_the_work_and_names_file_rule_and_remedy(case, mingcha, command):
    (case / "bad.toml").write_text(CATEGORY + COPIED.replace("0.9", "1.9"), encoding="utf-8")
    words = [case / word if word in {"材料", "out"} else word for word in command]
    done = mingcha(*words, "--rules", case / "bad.toml")
    assert done.code == 1
    assert "规则文件“bad.toml”的规则“own.copied”，字段 weight：“1.9”不在 0 到 1 之间。请写成" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (case / "out").exists()


def test_a_missing_file_is_told(case, mingcha):
    done = mingcha("rules", "check", "--rules", case / "none.toml")
    assert done.code == 1
    assert "找不到这个文件" in done.stderr


# ---- rules check


def test_check_passes_where_all_examples_hold(case, mingcha):
    done = mingcha("rules", "check", "--rules", case / "own.toml")
    assert done.code == 0, done.stderr
    assert "本单位规则 2 条" in done.stdout
    assert "全部符合" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("三起纠纷的协议是照抄的。", "三起纠纷的协议是抄的。", "“own.copied”应命中而没有命中：三起纠纷的协议是抄的。"),
        ("协议由双方商定。", "有人说协议是照抄的。", "“own.copied”不应命中而命中了：有人说协议是照抄的。"),
    ],
)
def test_check_fails_with_1_where_an_example_does_not_hold(case, mingcha, old, new, words):
    (case / "own.toml").write_text(CATEGORY + COPIED.replace(old, new), encoding="utf-8")
    done = mingcha("rules", "check", "--rules", case / "own.toml")
    assert done.code == 1
    assert words in done.stdout
    assert "不符 1 个" in done.stdout


def test_check_over_a_folder_shows_what_comes_and_goes_and_what_is_idle(case, mingcha):
    (case / "own.toml").write_text(CATEGORY + COPIED + IDLE + OFF, encoding="utf-8")
    (case / "材料" / "工单.txt").write_text("巡察发现，要坚决防止推诿扯皮。", encoding="utf-8")
    done = mingcha("rules", "check", "--rules", case / "own.toml", case / "材料")
    assert done.code == 0, done.stderr
    assert "本单位规则 2 条，没有命中的 1 条：own.idle" in done.stdout
    assert "新增（调解不力 2）：" in done.stdout
    assert (
        "反馈意见.txt 第1行｜调解不力·直接认定｜巡察发现，石坎镇三起纠纷的协议是照抄的。（own.copied）" in done.stdout
    )
    assert "吃拿卡要" not in done.stdout
    assert {path.name for path in case.iterdir()} == {"材料", "own.toml"}


def test_check_only_counts_what_is_put_aside(case, mingcha):
    (case / "off.toml").write_text(OFF + OFF.replace("R07.shirk", "R14.grab"), encoding="utf-8")
    (case / "材料" / "反馈意见.txt").write_text("巡察发现，该局推诿。\n验收的人吃拿卡要。\n", encoding="utf-8")
    done = mingcha("rules", "check", "--rules", case / "off.toml", case / "材料")
    assert "单独存放的表述：新增 0 处，减少 1 处" in done.stdout
    assert "吃拿卡要" not in done.stdout


def test_check_without_own_rules_compares_nothing(case, mingcha):
    done = mingcha("rules", "check", case / "材料")
    assert done.code == 0, done.stderr
    assert "没有命中的" in done.stdout
    assert "与只用自带规则相比" not in done.stdout


def test_check_lists_no_more_than_twenty_sentences(case, mingcha):
    lines = (f"巡察发现，{number}号纠纷的协议是照抄的。" for number in range(25))
    (case / "材料" / "反馈意见.txt").write_text("\n".join(lines), encoding="utf-8")
    done = mingcha("rules", "check", "--rules", case / "own.toml", case / "材料")
    assert done.stdout.count("协议是照抄的。") == 20
    assert "另有 5 条" in done.stdout


def test_unread_files_are_counted_and_named(case, mingcha):
    (case / "材料" / "空.txt").write_bytes(b"")
    done = mingcha("rules", "check", "--rules", case / "own.toml", case / "材料")
    assert "未能读取 1 个文件" in done.stdout
    assert "空.txt" in done.stderr


# ---- rules list


@pytest.mark.parametrize("name", ["own_mediation", "调解不力"])
def test_list_shows_one_category_by_code_or_name(case, mingcha, name):
    done = mingcha("rules", "list", "--rules", case / "own.toml", "--category", name)
    assert done.stdout.splitlines() == [
        "own.copied｜调解不力（own_mediation）｜0.9 明确｜调解协议照抄［本单位］",
        "own.idle｜调解不力（own_mediation）｜0.9 明确｜调解协议照抄［本单位］",
    ]


def test_list_without_category_shows_every_rule(mingcha):
    from mingcha.corpora.lexicon import load_rules

    lines = mingcha("rules", "list").stdout.splitlines()
    assert [line.split("｜")[0] for line in lines] == [rule.id for rule in load_rules()]


def test_list_of_an_unknown_category_names_those_there_are(mingcha):
    done = mingcha("rules", "list", "--category", "懒惰")
    assert done.code == 2
    assert "inaction（不作为）" in done.stderr
