"""The mistakes of a newcomer: each is told in Chinese with its cause and its remedy, none with a trace."""

import os
import re
import shutil
import socket
import subprocess
import sys

import pytest

from mingcha.cli import main
from mingcha.pipeline.scratch import sole_use

ROSTER = "编号,姓名\nP01,周启明\nP02,何春燕\n"
# What was typed; the exit code; the words that tell the cause; the words that tell the remedy.
MISTAKES = [
    pytest.param("run 材枓 --out 出", 2, "找不到文件夹“材枓”", "是否想写“材料”？", id="folder misspelt"),
    pytest.param("run 没有/材料 --out 出", 2, "找不到文件夹", "上一级“{here}/没有”也打不开或不存在", id="folder above misspelt"),
    pytest.param("run 材料/甲.txt --out 出", 2, "是文件，不是文件夹", "请把材料放进一个文件夹", id="file for folder"),
    pytest.param("run “材料” --out 出", 2, "路径里带有引号", "请去掉引号", id="Chinese quotes"),
    pytest.param("run '材料 --out 出'", 2, "缺少 --out", "run --help", id="all in one pair of quotes"),
    pytest.param("run 材料 出", 2, "缺少 --out", "run --help", id="no --out"),
    pytest.param("run 空 --out 出", 0, "里没有文件", "请确认材料放在其中", id="empty folder"),
    pytest.param("run 材料 --out 材料", 2, "输出文件夹不能是材料文件夹本身", "请用 --out 指定另一个", id="output into the material"),
    pytest.param("run 材料 --out 名册.csv", 2, "无法建立输出文件夹“名册.csv”：那里已有同名文件", "请换一个", id="output is a file"),
    pytest.param("run 材料 --out 出 --roster 无表头.csv", 1, "表头缺少“编号、姓名”", "请补上，表头为", id="roster without header"),
    pytest.param("run 材料 --out 出 --roster 没有.csv", 1, "找不到名册文件", "请检查路径", id="roster misspelt"),
    pytest.param("run 材料 --out 出 --roster 材料", 1, "这是一个文件夹", "请检查它是不是文件", id="folder for roster"),
    pytest.param("run 材料 --out 出 --roster 乱码.csv", 1, "无法识别文字编码", "另存为 UTF-8", id="roster in no encoding"),
    pytest.param("run 材料 --out 出 --roster 名册.docx", 1, "这不是可以读取的 xlsx 文件", "另存为 xlsx 或 CSV", id="Word file for roster"),
    pytest.param("run 空 --out 出 --roster 国标.csv", 0, "没有文件", "请确认", id="roster in GBK is read"),
    pytest.param("run 空 --out 出 --period 今年", 0, "考核期间“今年”里没有年份", "--period 2024", id="period without a year"),
    pytest.param("run 空 --out 出 --period 204", 0, "考核期间“204”里没有年份", "--period 2024", id="period misspelt"),
    pytest.param("run 空 --out 出 --scheme denneg", 1, "读不了这个方案文件", "是否想写“deneng”？", id="scheme misspelt"),
    pytest.param("run 空 --out 出 --db postgresql://u:secret@h/db", 1, "数据库地址里写了口令", "写进口令文件后重试", id="password in the address"),
    pytest.param("run 空 --out 出 --db mysql://h/db", 1, "不支持数据库类型“mysql”", "请用 SQLite", id="MySQL"),
    pytest.param("run 空 --out 出 --db postgresql://127.0.0.1:9/db", 1, "连接不上", "请核对主机名和端口", id="server does not answer"),
    pytest.param("run 材料 --out 出 --workers 两", 2, "--workers 的值不合要求，应是整数", "run --help", id="word for a number"),
    pytest.param("run 材料 --output 出", 2, "没有 --output 这个选项", "是否想写 --out", id="option misspelt"),
    pytest.param("runn 材料 --out 出", 2, "不认识或多余的内容 runn", "是否想写 run？", id="command misspelt"),
    pytest.param("run 空 --out 出 --min-precision 90", 2, "应在 0.50 到 0.99 之间", "不能是 90", id="percent for a share"),
    pytest.param("run 空 --out 出 --reader http://8.8.8.8/v1", 2, "8.8.8.8 不是本机或内部网络的地址", "不用第二读者就去掉 --reader", id="reader outside"),
    pytest.param("run 空 --out 出 --reader 127.0.0.1:8080", 2, "应以 http:// 或 https:// 开头", "如 http://127.0.0.1:8080/v1", id="reader without a scheme"),
    pytest.param("run 空 --out 出 --reader http://127.0.0.1:9/v1", 3, "没有应答（连不上", "请确认它已启动", id="reader is down"),
    pytest.param("run 空 --out 出 --inputs 无表头.csv", 1, "第一行应是表头", "请补上", id="inputs without header"),
    pytest.param("text 材料", 2, "“材料”是文件夹，不是文件", "请用 mingcha run", id="folder for file"),
    pytest.param("score --db 没有.db --out 出", 2, "找不到数据库", "请先运行 mingcha run", id="nothing was run yet"),
    pytest.param("score --db 名册.csv --out 出", 1, "不是明察的数据库文件", "请核对路径", id="table for database"),
    pytest.param("score --db 库.db --out 出 --assessment 2023年考核", 1, "没有考核“2023年考核”", "已有的考核：“考核甲”", id="assessment misspelt"),
    pytest.param("explain score 何春艳 --db 库.db", 2, "花名册里没有“何春艳”", "是否想写“何春燕”？", id="person misspelt"),
    pytest.param("explain finding a --db 库.db", 1, "没有编号为“a”的线索", "至少写 6 位", id="id too short"),
    pytest.param("decide finding abcdef 确认 --by 王某 --reason 属实 --db 库.db", 1, "verdict 应为", "confirm（确认）", id="verdict in Chinese"),
    pytest.param("what-if 何春燕 --set indicators.qing.weight=25 --db 库.db", 2, "方案里没有“qing”", "是否想写“qin”？", id="indicator misspelt"),
    pytest.param("report --db 库.db --kind profiles --out 甲.docx", 2, "没有“profiles”这种报告", "profile（画像）", id="report misspelt"),
    pytest.param("report --db 库.db --kind analysis --out 甲.pdf", 2, "不知道要什么格式", "html、docx、xlsx", id="PDF wanted"),
    pytest.param("report --db 库.db --kind analysis --out 没有/甲.docx", 2, "路径中有一段不存在", "请检查文件夹是否存在", id="report into no folder"),
    pytest.param("users grant wang --db 库.db --assessment 考核甲 --role boss", 2, "没有角色“boss”", "可写 analyst", id="role misspelt"),
    pytest.param("review --db 库.db --port 99999", 2, "--port 的值不合要求，应不大于 65535", "--help", id="port too high"),
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder as a newcomer has it: material, rosters of several kinds, a database with one assessment."""
    from docx import Document

    from mingcha.pipeline.assessments import Assessment, Run
    from mingcha.pipeline.store.database import opened
    from mingcha.pipeline.store.writing import start_run
    from mingcha.pipeline.subjects import Subject

    here = tmp_path_factory.mktemp("newcomer")
    for folder in ("材料", "空"):
        (here / folder).mkdir()
    (here / "材料" / "甲.txt").write_text("巡察发现，该局推诿扯皮。", encoding="utf-8")
    (here / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (here / "国标.csv").write_text(ROSTER, encoding="gbk")
    (here / "无表头.csv").write_text("张三,P01\n", encoding="utf-8")
    (here / "乱码.csv").write_bytes(bytes(range(128, 256)) * 3 + b"\xff\xff\n")
    Document().save(str(here / "名册.docx"))
    people = (Subject("P01", "周启明", ()), Subject("P02", "何春燕", ()))
    with opened(str(here / "库.db")) as store:
        start_run(
            store, Assessment("考核甲", "2024", people), Run("r1", "考核甲", "材料", "2025-01-06T09:00:00+08:00", {})
        )
    return here


def words_of(line):
    return [word.strip("'") for word in re.findall(r"'[^']*'|\S+", line)]


def typed(line, here):
    words = words_of(line)
    done = subprocess.run(
        [sys.executable, "-m", "mingcha.cli", *words],
        cwd=here,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(("line", "code", "cause", "remedy"), MISTAKES)
def test_a_mistake_is_told_with_its_cause_and_its_remedy(place, line, code, cause, remedy, monkeypatch, capsys):
    shutil.rmtree(place / "出", ignore_errors=True)
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "argv", ["mingcha", *words_of(line)])
    mask = os.umask(0o077)
    with pytest.raises(SystemExit) as ended:
        main()
    os.umask(mask)
    told = capsys.readouterr().err
    assert ended.value.code == code, told
    assert cause in told
    assert remedy.format(here=place) in told
    assert "Traceback" not in told
    assert "内部错误" not in told
    assert "secret" not in told


def test_a_second_run_into_the_same_folder_waits_for_nobody_and_changes_nothing(place):
    out = place / "占用"
    out.mkdir()
    with sole_use(out) as alone:
        assert alone
        code, told = typed("run 空 --out 占用", place)
    assert code == 2
    assert "另一个 mingcha run 正在往“占用”写结果" in told
    assert "请等它结束" in told
    assert not (out / "findings.jsonl").exists()
    assert typed("run 空 --out 占用", place)[0] == 0


def test_a_port_that_is_taken_is_told_in_chinese(place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, told = typed(f"review --db 库.db --port {taken.getsockname()[1]}", place)
    assert code == 2
    assert "用 --port 换一个端口" in told
    assert "已被别的程序占用" in told
