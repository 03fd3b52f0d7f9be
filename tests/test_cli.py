"""The command line beside the main run: help, deciding, explaining, scoring again."""

import json
import zipfile
from email.message import EmailMessage

import pytest

COMMANDS = (
    [],
    ["run"],
    ["text"],
    ["score"],
    ["train"],
    ["evaluate"],
    ["explain"],
    ["explain", "finding"],
    ["decide"],
    ["decide", "finding"],
    ["decide", "file"],
    ["rules"],
    ["rules", "check"],
    ["rules", "list"],
    ["model"],
    ["model", "list"],
    ["model", "compare"],
    ["model", "adopt"],
    ["model", "rollback"],
)


def active_risk(run):
    return next(
        r for r in run.records("findings.jsonl") if r["kind"] == "risk" and r["status"] == "asserted" and r["subject"]
    )


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(c) or "mingcha" for c in COMMANDS])
def test_every_command_has_chinese_help(mingcha, command):
    page = mingcha(*command, "--help").stdout
    assert page.startswith("用法：mingcha")
    assert "显示本说明" in page
    assert not [word for word in ("Usage", "Options", "Arguments", "Commands", "required", "default") if word in page]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "缺少 FOLDER"),
        (["run", "x"], "缺少 --out"),
        (["run", "x", "--out", "y", "--workers", "-1"], "--workers 的值不合要求"),
        (["nope"], "nope"),
        (["run", "x", "y", "--out", "z"], "多余的内容 y"),
        (["run", "x", "--nope"], "没有 --nope 这个选项"),
    ],
)
def test_wrong_calls_are_told_in_chinese(mingcha, arguments, words):
    call = mingcha(*arguments)
    assert call.code == 2
    assert words in call.stderr
    assert "--help" in call.stderr


def test_text_is_the_file_to_the_letter(mingcha, tmp_path):
    words = "第一行\r\n第二行\n😀末行"
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + words.encode())
    assert mingcha("text", tmp_path / "a.txt").stdout == words


def test_clean_text_and_its_repairs_are_shown(mingcha, tmp_path):
    (tmp_path / "a.txt").write_text("領(lǐng)導２０２４年推\ufffd扯皮", encoding="utf-8")
    assert mingcha("text", "--clean", tmp_path / "a.txt").stdout == "领导2024年推\ufffd扯皮"
    lines = mingcha("text", "--clean", "--show-repairs", tmp_path / "a.txt").stdout.splitlines()
    assert lines[0] == "第1—7字｜注音｜領(lǐng)→領｜删去字后的注音｜把握 1.00"
    assert any("丢失的字" in line and "→诿" in line and "未写入正文" in line for line in lines)


def test_a_marked_file_is_shown_only_where_that_is_allowed(mingcha, tmp_path):
    (tmp_path / "a.txt").write_text("机密★1年\n正文", encoding="utf-8")
    assert mingcha("text", tmp_path / "a.txt").code == 1
    assert mingcha("text", "--allow-classified", tmp_path / "a.txt").stdout == "机密★1年\n正文"


def test_text_of_an_unreadable_file_says_why(mingcha, tmp_path):
    (tmp_path / "空.txt").write_bytes(b"")
    call = mingcha("text", tmp_path / "空.txt")
    assert call.code == 1
    assert "空.txt" in call.stderr


def _pack(path, members):
    with zipfile.ZipFile(path, "w") as package:
        for name, text in members.items():
            package.writestr(name, text)
    return path


def test_text_of_a_member_is_that_member_to_the_letter(mingcha, tmp_path):
    long = "长" * 120 + ".txt"
    members = {"坏.docx": "", "附件/乙.txt": "乙的文字", "丙!丁.txt": "丙的文字\r\n", long: "长的文字"}
    package = _pack(tmp_path / "甲.zip", members)
    assert mingcha("text", f"{package}!{long}").stdout == "长的文字"
    assert mingcha("text", f"{package}!附件/乙.txt").stdout == "乙的文字"
    assert mingcha("text", f"{package}!丙!丁.txt").stdout == "丙的文字\r\n"
    bad = mingcha("text", f"{package}!坏.docx")
    assert (bad.code, bad.stdout) == (1, "")
    assert "“甲.zip!坏.docx”：文件是空的" in bad.stderr


def test_text_of_several_members_is_refused_and_says_how_to_ask(mingcha, tmp_path):
    package = _pack(tmp_path / "甲.zip", {"乙.txt": "乙", "坏.docx": ""})
    for asked, words in ((package, "里有 2 个文件，要指明看哪一个"), (f"{package}!无.txt", "“甲.zip”里没有“无.txt”")):
        call = mingcha("text", asked)
        assert (call.code, call.stdout) == (2, "")
        assert words in call.stderr
        assert f"mingcha text '{package}!乙.txt'\n" in call.stderr
        assert f"mingcha text '{package}!坏.docx'\n" in call.stderr


def test_text_of_an_archive_that_holds_one_file_or_cannot_be_opened(mingcha, tmp_path):
    assert mingcha("text", _pack(tmp_path / "一.zip", {"乙.txt": "乙"})).stdout == "乙"
    ruined = tmp_path / "坏.zip"
    ruined.write_bytes(b"PK\x03\x04 ruined")
    for asked in (ruined, f"{ruined}!乙.txt"):
        call = mingcha("text", asked)
        assert call.code == 1
        assert "“坏.zip”：文件已损坏" in call.stderr


def test_text_of_a_name_with_an_exclamation_mark_is_that_file(mingcha, tmp_path):
    _pack(tmp_path / "甲", {"乙.txt": "成员"})
    (tmp_path / "甲!乙.txt").write_text("文件", encoding="utf-8")
    assert mingcha("text", tmp_path / "甲!乙.txt").stdout == "文件"
    missing = mingcha("text", tmp_path / "没有!乙.txt")
    assert missing.code == 1
    assert "没有!乙.txt”：文件不存在" in missing.stderr


def test_text_of_a_mail_is_its_own_and_its_attachments_are_named(mingcha, tmp_path):
    mail = EmailMessage()
    mail["Subject"] = "报送材料"
    mail.set_content("请查收。")
    mail.add_attachment("附件的文字", filename="附件.txt")
    (tmp_path / "信.eml").write_bytes(mail.as_bytes())
    call = mingcha("text", tmp_path / "信.eml")
    assert call.stdout == "主题：报送材料\n请查收。"
    assert f"mingcha text '{tmp_path / '信.eml'}!附件.txt'" in call.stderr
    assert "附件的文字" in mingcha("text", f"{tmp_path / '信.eml'}!附件.txt").stdout


def test_explain_shows_passage_cue_rules_and_place(sample_run, mingcha):
    finding = active_risk(sample_run)
    page = mingcha("explain", "finding", finding["id"][:8], "--db", sample_run.out / "mingcha.db").stdout
    assert finding["document"] in page
    assert finding["locator"]["label"] in page
    assert all(source in page for source in finding["sources"])
    assert "尚无人工决定" in page
    assert "已不在当前规则库" not in page


def test_a_decision_is_recorded_explained_and_scored(sample_run, mingcha, reviewed):
    finding, database = active_risk(sample_run), reviewed / "mingcha.db"
    done = mingcha(
        "decide", "finding", finding["id"], "confirm", "--by", "王某", "--reason", "已核实", "--db", database
    )
    assert done.code == 0, done.stderr
    assert "王某 确认：已核实" in mingcha("explain", "finding", finding["id"], "--db", database).stdout
    scored = mingcha("score", "--db", database, "--out", reviewed, out=reviewed)
    assert scored.code == 0, scored.stderr
    card = next(card for card in scored.records("scorecards.jsonl") if card["subject"] == finding["subject"])
    assert card["preview"] is False


def test_manual_inputs_give_a_total_and_its_lines_add_up(mingcha, reviewed, tmp_path):
    from decimal import Decimal

    inputs = tmp_path / "inputs.csv"
    inputs.write_text("对象,指标,数值\nP02,de_political,56\nP02,lian,90\n", encoding="utf-8")
    mingcha_score = mingcha(
        "score", "--db", reviewed / "mingcha.db", "--out", reviewed, "--inputs", inputs, out=reviewed
    )
    assert mingcha_score.code == 0, mingcha_score.stderr
    card = next(card for card in mingcha_score.records("scorecards.jsonl") if card["subject"] == "P02")
    assert card["total"] is not None
    assert sum(Decimal(line["amount_raw"]) for line in card["lines"]) == Decimal(card["total_raw"])


def test_decisions_come_from_a_file_all_or_none(sample_run, mingcha, reviewed, tmp_path):
    rows = [
        {"finding": record["id"], "verdict": "reject", "by": "李某", "reason": "与考核无关"}
        for record in sample_run.records("findings.jsonl")[:3]
    ]
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    unknown = json.dumps({"finding": "0" * 20, "verdict": "reject", "by": "李某", "reason": "无"}, ensure_ascii=False)
    bad.write_text(good.read_text(encoding="utf-8") + "\n" + unknown, encoding="utf-8")
    refused = mingcha("decide", "file", bad, "--db", reviewed / "mingcha.db")
    assert refused.code == 1
    assert "0" * 20 in refused.stderr
    assert "3 条" in mingcha("decide", "file", good, "--db", reviewed / "mingcha.db").stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "JSON"),
        ('["a"]', "JSON 对象"),
        ('{"finding": "abcdef", "verdict": "maybe", "by": "a", "reason": "b"}', "verdict"),
        ('{"finding": "abcdef", "verdict": "reject", "by": "", "reason": "b"}', "by"),
        ('{"finding": "abcdef", "verdict": "change", "by": "a", "reason": "b"}', "更正"),
        (
            '{"finding": "abcdef", "verdict": "reject", "by": "a", "reason": "b", "changes": {"status": "negated"}}',
            "更正",
        ),
    ],
)
def test_wrong_lines_of_a_decision_file_are_named(mingcha, reviewed, tmp_path, line, words):
    (tmp_path / "d.jsonl").write_text(line, encoding="utf-8")
    call = mingcha("decide", "file", tmp_path / "d.jsonl", "--db", reviewed / "mingcha.db")
    assert call.code == 1
    assert "第1行" in call.stderr
    assert words in call.stderr


def test_decisions_survive_a_second_run_with_the_same_files(mingcha, tmp_path):
    folder, out = tmp_path / "材料", tmp_path / "out"
    folder.mkdir()
    (folder / "反馈.txt").write_text("巡察发现，该局推诿扯皮，报告交上去三个月没有回音。", encoding="utf-8")
    first = mingcha("run", folder, "--out", out, out=out)
    finding = first.records("findings.jsonl")[0]
    mingcha(
        "decide", "finding", finding["id"], "confirm", "--by", "王某", "--reason", "属实", "--db", out / "mingcha.db"
    )
    second = mingcha("run", folder, "--out", out, out=out)
    assert second.records("findings.jsonl") == first.records("findings.jsonl")
    assert "王某 确认：属实" in mingcha("explain", "finding", finding["id"], "--db", out / "mingcha.db").stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["--category", "lazy"], "category 不能更正为“lazy”"),
        (["--status", "maybe"], "status 不能更正为“maybe”"),
        (["--subject", "无此人"], "没有编号为“无此人”的对象。已有编号：P"),
    ],
)
def test_a_correction_that_means_nothing_is_refused_and_not_kept(sample_run, mingcha, reviewed, changes, words):
    finding, database = active_risk(sample_run), reviewed / "mingcha.db"
    call = mingcha(
        *("decide", "finding", finding["id"], "change", "--by", "王某", "--reason", "已核实", "--db", database),
        *changes,
    )
    assert call.code == 1
    assert words in call.stderr
    assert "尚无人工决定" in mingcha("explain", "finding", finding["id"], "--db", database).stdout
