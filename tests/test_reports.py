"""The reports from the command line: every kind in every format, and no planted detail in a pseudonymized edition."""

import re
import shlex
import shutil
import stat
import zipfile
from contextlib import chdir
from inspect import signature
from pathlib import Path

import openpyxl
import pytest

from mingcha.cli import app
from mingcha.pipeline.commands.masks import make_key, reveal
from mingcha.pipeline.commands.reports import report
from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.reporting.papers.kinds import KINDS, OF_ONE

ROOT = Path(__file__).parent.parent
FORMATS = ("html", "docx", "xlsx")
GUIDE = ROOT / "docs" / "报告.md"

INTERVIEW = """谈话记录
谈话时间：2025年1月8日
谈话人：郑海波、冯兰英
记录人：冯兰英
谈话对象：阚秀云（松溪镇干部）
了解对象：陆建明（镇长）
问：请谈谈他的工作。
答：陆镇长在供水上推诿扯皮，村民打了六次电话都没人接，到现在也没解决。
答：我家邻居的电话13912345678打过去，镇里总说再等等，拖了八个月没有答复。
问：还有别的吗？
答：阚秀云我自己去问过三次，答复都是研究研究，一直没有结果。
答：他主动带人连守三夜修好了泵站，恢复供水412户。
"""
LETTER = """反映松溪镇办事拖拉
县考核组：
我家住松溪镇柳坪村4组17号，反映陆镇长对停水的事不管不问，打了七次电话没有人来。
身份证33010619650412001X的低保申请报上去一年没有批下来，问谁都说不归自己管。
退款说好打到6222020200001234567这张卡，拖了十个月也没有到账，没人负责。
陆镇长开着浙A·88K66下村只拍照不解决问题，群众反映多次没有下文。
材料发到wu.tg@example.com要求补正六次，还是没有办成。
吴铁根
2025年1月5日
"""
TICKETS = (
    ("工单编号", "来电人", "联系电话", "诉求内容", "承办单位", "办理答复"),
    (
        "SX24120031",
        "蒋女士",
        "0571-87654321",
        "停水十一天，打镇里电话0571-87654321没人接，到现在没人来看。",
        "松溪镇",
        "正在处理。",
    ),
    ("SX24120032", "沈玉芬", "13700001111", "沈玉芬反映自来水发黄，反映过三次没有下文，没人管。", "松溪镇", "已转办。"),
)
ROSTER = "id,name,aliases,unit,post,type,category\nP1,陆建明,陆镇长,松溪镇,镇长,person,乡镇正职\nT1,松溪镇,松溪镇政府,松溪镇,,team,乡镇\n"
PLANTED = (
    *("郑海波", "冯兰英", "阚秀云", "吴铁根", "蒋女士", "沈玉芬", "孙复核"),
    *("13912345678", "13700001111", "0571-87654321", "33010619650412001X", "6222020200001234567"),
    *("浙A·88K66", "wu.tg@example.com", "松溪镇柳坪村4组17号"),
)
ASSESSED = ("陆建明", "陆镇长", "松溪镇")


@pytest.fixture(scope="module")
def planted(mingcha, tmp_path_factory):
    """A store whose texts, file names and decisions are full of personal details."""
    folder = tmp_path_factory.mktemp("planted")
    material = folder / "材料"
    material.mkdir()
    (material / "谈话记录（阚秀云）.txt").write_text(INTERVIEW, encoding="utf-8")
    (material / "群众来信.txt").write_text(LETTER, encoding="utf-8")
    book = openpyxl.Workbook()
    for row in TICKETS:
        book.active.append(row)
    book.save(material / "热线工单.xlsx")
    (material / "沈玉芬补充材料.txt").write_text("", encoding="utf-8")
    (folder / "花名册.csv").write_text(ROSTER, encoding="utf-8")
    out = folder / "out"
    named = ("--assessment", "松溪镇考核", "--period", "2024", "--roster", folder / "花名册.csv")
    done = mingcha("run", material, "--out", out, *named, out=out)
    assert done.code == 3, done.stderr
    found = next(one for one in done.records("findings.jsonl") if "13912345678" in one["text"])
    named = ("--by", "孙复核", "--reason", "已核对", "--db", out / "mingcha.db")
    assert mingcha("decide", "finding", found["id"], "confirm", *named, out=out).code == 0
    return str(out / "mingcha.db")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "本单位.key"
    make_key(path)
    return path


def write_all(db, folder, subject="P1", **options):
    """Write every kind in every format and return the folder; *subject* is whom the reports on one are about."""
    folder.mkdir()
    for form in FORMATS:
        report(db, "profile", folder / f"画像{form}", format=form, **options)
        for kind in KINDS:
            if kind != "profile":
                one = {"subject": subject} if kind in OF_ONE else {}
                report(db, kind, folder / f"{kind}.{form}", **one, **options)
    return folder


def contents(folder):
    """Return everything that is written in a folder's files, the names of files and parts, and properties among it."""
    pieces = []
    for path in sorted(folder.rglob("*")):
        pieces.append(path.relative_to(folder).as_posix())
        if path.suffix == ".html":
            pieces.append(path.read_text(encoding="utf-8"))
        elif path.is_file():
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    pieces += [name, archive.read(name).decode("utf-8", "replace")]
    # Words may be cut by tags; what a reader sees runs on without them.
    return "\n".join((*pieces, *(re.sub(r"<[^>]+>", "", piece) for piece in pieces)))


@pytest.fixture(scope="module")
def plain(planted, tmp_path_factory):
    return contents(write_all(planted, tmp_path_factory.mktemp("plain") / "out"))


@pytest.fixture(scope="module")
def hidden(planted, key, tmp_path_factory):
    return write_all(planted, tmp_path_factory.mktemp("hidden") / "out", mask=True, key=key)


def test_the_open_edition_has_the_details_that_the_other_hides(plain):
    absent = [detail for detail in PLANTED if detail not in plain]
    assert set(absent) <= {"郑海波", "冯兰英", "吴铁根", "蒋女士", "13700001111"}  # they stand in no quoted sentence


def test_no_planted_detail_is_anywhere_in_the_masked_edition(hidden):
    text = contents(hidden)
    assert [detail for detail in PLANTED if detail in text] == []
    assert all(name in text for name in ASSESSED)


def test_names_of_the_assessed_go_on_request_even_from_the_names_of_files(planted, key, tmp_path):
    text = contents(write_all(planted, tmp_path / "out", mask_subjects=True, key=key))
    assert [detail for detail in (*PLANTED, *ASSESSED) if detail in text] == []


def test_pseudonyms_agree_between_all_files(hidden):
    tokens = {
        path.name: set(re.findall("〔人员·[A-Z]{10}〕", contents_of(path)))
        for path in hidden.rglob("*")
        if path.is_file()
    }
    shared = tokens["analysis.html"] & tokens["analysis.docx"] & tokens["analysis.xlsx"]
    assert shared == tokens["analysis.html"]
    assert shared


def contents_of(path):
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_only_the_key_leads_back(planted, key, hidden, tmp_path, capsys):
    token = re.findall("〔电话·[A-Z]{10}〕", contents_of(hidden / "analysis.html"))[0]
    reveal([token], planted, key)
    assert re.search(r"〕　(13912345678|057187654321)\n", capsys.readouterr().out)
    other = tmp_path / "别的.key"
    make_key(other)
    capsys.readouterr()
    reveal([token], planted, other)
    assert "查不到" in capsys.readouterr().out


def test_without_a_key_nothing_is_kept_that_leads_back(planted, tmp_path):
    found = []
    for name in ("一.html", "二.html"):
        report(planted, "analysis", tmp_path / name, mask=True)
        found.append(set(re.findall("〔电话·[A-Z]{10}〕", contents_of(tmp_path / name))))
    assert found[0]
    assert not found[0] & found[1]


def test_a_key_is_its_owner_s_alone_and_never_overwritten(key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="已经存在"):
        make_key(key)


def test_reports_of_the_sample_come_in_every_format(sample_run, tmp_path):
    folder = write_all(str(sample_run.out / "mingcha.db"), tmp_path / "out", "P01", scheme="deneng")
    assert len([path for path in folder.iterdir() if path.is_file()]) == 27
    for form in FORMATS:
        assert len(list((folder / f"画像{form}").glob(f"*.{form}"))) == 10


def test_a_scheme_s_ledger_adds_up_in_the_report(sample_run, tmp_path):
    inputs = ROOT / "corpora" / "sample" / "手工填写.csv"
    report(
        str(sample_run.out / "mingcha.db"),
        "profile",
        tmp_path / "a.xlsx",
        subject="何春燕",
        scheme="deneng",
        inputs=inputs,
    )
    sheet = next(sheet for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx") if "明细" in sheet.title)
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if isinstance(row[1], int | float)]
    assert rows[-1][0] == "总分"
    assert sum(row[1] for row in rows[:-1]) == pytest.approx(rows[-1][1], abs=1e-9)


def test_a_plan_of_talks_is_compared_with_the_records(sample_run, tmp_path):
    plan = tmp_path / "计划.csv"
    plan.write_text("谈话对象,单位,必谈情形\nB-03,柳河镇,\n李长河,柳河镇,久任\n", encoding="utf-8")
    report(str(sample_run.out / "mingcha.db"), "interviews", tmp_path / "a.html", plan=plan)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "应谈2人，已谈1人，未谈1人" in text
    assert "李长河" in text


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("姓名\n甲\n", "第一行应是表头"),
        ("谈话对象,必谈情形\n甲,别的\n", "必谈情形“别的”不认识"),
        ("谈话对象,单位\n,镇\n", "没有写谈话对象"),
        ("谈话对象\n甲\n甲\n", "重复的行"),
    ],
)
def test_a_faulty_plan_is_refused_with_its_place(sample_run, tmp_path, rows, fault):
    plan = tmp_path / "计划.csv"
    plan.write_text(rows, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        report(str(sample_run.out / "mingcha.db"), "interviews", tmp_path / "a.html", plan=plan)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"kind": "analysis", "out": "a.pdf"}, "不知道要什么格式"),
        ({"kind": "analysis", "out": "a.html", "format": "pdf"}, "不知道要什么格式"),
        ({"kind": "ranking", "out": "a.html"}, "没有“ranking”这种报告"),
        ({"kind": "profile", "out": "a.html", "subject": "无此人"}, "没有“无此人”这个对象"),
        ({"kind": "analysis", "out": "没有/a.html"}, "无法写入"),
        ({"kind": "analysis", "out": "a.html", "key": Path("k")}, "只用于化名版"),
        ({"kind": "analysis", "out": "a.html", "template": Path("t.docx")}, "只用于 Word"),
        ({"kind": "analysis", "out": "a.html", "mask": True, "key": Path("没有.key")}, "密钥文件"),
    ],
)
def test_wrong_use_is_told_with_its_remedy(sample_run, tmp_path, options, fault):
    out = tmp_path / options.pop("out")
    with pytest.raises(UsageError, match=fault):
        report(str(sample_run.out / "mingcha.db"), out=out, **options)
    assert not out.exists()


def test_a_short_key_is_refused(planted, tmp_path):
    (tmp_path / "k").write_text("123", encoding="utf-8")
    with pytest.raises(DataError, match="太短"):
        report(planted, "analysis", tmp_path / "a.html", mask=True, key=tmp_path / "k")


def test_the_command_line_writes_a_report(sample_run, mingcha, tmp_path):
    done = mingcha(
        "report",
        "--db",
        sample_run.out / "mingcha.db",
        "--kind",
        "quality",
        "--out",
        tmp_path / "质量.html",
        out=tmp_path / "x",
    )
    assert (done.code, done.stderr) == (0, "")
    assert "已写出" in done.stdout
    assert "民主测评汇总表.docx" in (tmp_path / "质量.html").read_text(encoding="utf-8")


def test_the_examples_of_the_guide_run_as_written(sample_run, tmp_path):
    text = GUIDE.read_text(encoding="utf-8")
    shutil.copytree(sample_run.out, tmp_path / "out" / "sample")
    shutil.copytree(ROOT / "corpora" / "sample", tmp_path / "corpora" / "sample")
    shutil.copytree(ROOT / "pipeline" / "reporting" / "templates", tmp_path / "pipeline" / "reporting" / "templates")
    plan = re.search(r"```csv\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "out" / "sample" / "谈话计划.csv").write_text(plan, encoding="utf-8")
    lines = [line for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    for line in lines:
        if line.startswith("cp "):
            shutil.copy(*(tmp_path / name for name in line.split()[1:]))
            continue
        words = shlex.split(line.removeprefix(".venv/bin/mingcha "))
        with chdir(tmp_path):
            app(words, standalone_mode=False)
    made = {path.name for path in (tmp_path / "out" / "sample").iterdir()}
    assert {"周启明.docx", "综合分析.docx", "问题清单.xlsx", "运行质量.html", "画像", "化名版.docx"} <= made
    assert len(lines) == 12


def test_the_guide_names_every_kind_and_every_option():
    text = GUIDE.read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in text] == []
    options = set(signature(report).parameters) - {"assessment", "purpose"} | {"for"}
    assert [name for name in options if f"--{name.replace('_', '-')}" not in text] == []
