"""Faults that are really brought about: each scene does the harm, calls the command line and gives what it said.

The tests beside it check each scene; ``benchmarks/faults.py`` writes the table of them.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
NAME = "年度考核"
LINE = "县水利局推诿扯皮，群众来电三个月无人接听。张局长主动协调，二十天打通断头路。"
RULE = """[[category]]
id = "own_mediation"
name = "调解不力"
kind = "risk"

[[rule]]
id = "own.mediation.copied"
category = "own_mediation"
weight = 0.9
reason = "照抄协议"
phrases = ["协议是照抄的"]
matches = ["三起纠纷的协议是照抄的，连姓名都没改。"]
misses = ["协议是双方商定的。"]
"""


@dataclass(frozen=True)
class Stage:
    """Where a scene plays: an empty folder, a finished run to copy, and a fresh installation."""

    folder: Path
    run: Path
    installed: Path

    @property
    def out(self) -> Path:
        """A copy of the finished run, made when first asked for."""
        place = self.folder / "out"
        return place if place.exists() else Path(shutil.copytree(self.run / "out", place))

    @property
    def store(self) -> Path:
        return self.out / "mingcha.db"


@dataclass(frozen=True)
class Seen:
    """What the command said, and its exit code; ``after`` tells how it ended well, empty where nothing is to follow."""

    code: int
    told: str
    after: str = ""


@dataclass(frozen=True)
class Fault:
    """A fault: what is done, what is expected, the exit code, words of the message, and the scene."""

    about: str
    expected: str
    code: int
    words: tuple[str, ...]
    act: Callable[[Stage], Seen]
    after: str = ""
    needs: str = ""

    @property
    def id(self) -> str:
        return self.act.__name__


def call(*arguments: object, before: tuple[str, ...] = (), **options: object) -> Seen:
    """Call the command line in a process of its own."""
    command = [*before, sys.executable, "-m", "mingcha.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240, **options)  # type: ignore[call-overload]
    return Seen(done.returncode, done.stdout + done.stderr)


def analyze(folder: Path, out: Path, *more: object, **options: object) -> Seen:
    return call("run", folder, "--out", out, "--assessment", NAME, *more, **options)


def make_run(folder: Path) -> Path:
    """Make the finished run that scenes copy, with a backup beside it."""
    (folder / "材料").mkdir(parents=True)
    for number in range(3):
        (folder / "材料" / f"{number}.txt").write_text(f"第{number}份材料。" + LINE * (number + 1), encoding="utf-8")
    assert analyze(folder / "材料", folder / "out").code == 0
    assert call("db", "backup", folder / "out" / "备份.db", "--db", folder / "out" / "mingcha.db").code == 0
    return folder


def make_installation(folder: Path) -> Path:
    """Install the software as pip does, with the list of hashes; return the folder."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", folder / "site", wheel], check=True)
    return folder / "site"


# Hostile files


def hostile_files(stage: Stage) -> Seen:
    """A folder with a bomb, an archive that climbs out, deep XML, an entity bomb, a huge cell, and one good file."""
    material = stage.folder / "材料"
    material.mkdir()
    (material / "好.txt").write_text(LINE, encoding="utf-8")
    with zipfile.ZipFile(material / "炸弹.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("大.txt", bytes(150 << 20))
    with zipfile.ZipFile(material / "爬出.zip", "w") as packed:
        packed.writestr("../../../逃出.txt", LINE)
    _docx(material / "深.docx", "<w:p>" * 200_000)
    _docx(material / "实体.docx", "&b;", '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>')
    (material / "格.csv").write_text("a,b\n" + "长" * 3_000_000 + ",1\n", encoding="utf-8")
    seen = analyze(material, stage.folder / "out")
    outside = [path.name for path in (stage.folder, stage.folder.parent) if (path / "逃出.txt").exists()]
    good = '"好.txt"' in (stage.folder / "out" / "findings.jsonl").read_text(encoding="utf-8")
    return Seen(seen.code, seen.told, "好的文件照常读取，没有写到外面" if good and not outside else "")


def _docx(path: Path, body: str, head: str = "") -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f"<?xml version='1.0'?>{head}<w:document {space}><w:body>{body}")


# Processes that are killed, disks that are full


def killed_run(stage: Stage) -> Seen:
    """End a run with kill -9 in the middle of its files, then go on with --resume."""
    material, out = stage.folder / "材料", stage.folder / "新"
    material.mkdir()
    for number in range(400):
        (material / f"{number}.txt").write_text(f"{number}。{LINE * 5}", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mingcha.cli",
        "run",
        material,
        "--out",
        out,
        "--assessment",
        NAME,
        "--workers",
        "1",
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        if _count(out / "mingcha.db") > 20:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = _count(out / "mingcha.db")
    seen = analyze(material, out, "--resume")
    whole = _count(out / "mingcha.db") == 400 and not list(out.glob(".*.part"))
    sound = call("db", "verify", "--db", out / "mingcha.db").code == 0
    return Seen(seen.code, seen.told, "接着做完，核对全部相符" if 20 < kept < 400 and whole and sound else "")


def _count(store: Path) -> int:
    if not store.exists():
        return 0
    try:
        with closing(sqlite3.connect(store)) as connection:
            return int(connection.execute("SELECT count(*) FROM files").fetchone()[0])
    except sqlite3.OperationalError:  # the tables are not made yet
        return 0


def limited_file(stage: Stage) -> Seen:
    """Let no file grow beyond 700 KB, as a quota does; then lift the limit."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    material = _much(stage)
    seen = analyze(material, stage.folder / "新", preexec_fn=limit)
    return Seen(seen.code, seen.told, _again(material, stage.folder / "新"))


def full_disk(stage: Stage) -> Seen:
    """Write to a disk of 2 MB; then give it room."""
    disk, material = stage.folder / "盘", _much(stage)
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        seen = analyze(material, disk / "新")
        subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
        # Whether the database (1) or a result file (2) meets the end of the disk first is chance.
        return Seen(min(seen.code, 1), seen.told, _again(material, disk / "新"))
    finally:
        subprocess.run(["umount", disk], check=True)


def _much(stage: Stage) -> Path:
    material = stage.folder / "材料"
    material.mkdir()
    for number in range(60):
        (material / f"{number}.txt").write_text(f"{number}。" + LINE * 60, encoding="utf-8")
    return material


def _again(material: Path, out: Path) -> str:
    done = analyze(material, out, "--resume")
    sound = call("db", "verify", "--db", out / "mingcha.db").code == 0
    return "有了空间后接着做完，核对全部相符" if done.code == 0 and sound else ""


def clock_back(stage: Stage) -> Seen:
    """Decide on a finding, set the clock of the machine back by years, and decide otherwise."""
    with closing(sqlite3.connect(stage.store)) as connection:
        (finding,) = connection.execute("SELECT min(id) FROM findings WHERE superseded_by_run IS NULL").fetchone()
    written = ("--db", stage.store, "--by", "王某", "--reason", "核过")
    assert call("decide", "finding", finding, "confirm", *written).code == 0
    seen = call("decide", "finding", finding, "reject", *written, before=("faketime", "2020-01-01 10:00:00"))
    assert call("score", "--db", stage.store, "--out", stage.out).code == 0
    with closing(sqlite3.connect(stage.store)) as connection:
        standing = connection.execute("SELECT standing FROM v_findings WHERE id = ?", [finding]).fetchone()
    exported = call("export", "--format", "jsonl", "--out", stage.folder / "a.jsonl", "--db", stage.store)
    last = '"verdict": "reject"' in (stage.folder / "a.jsonl").read_text(encoding="utf-8")
    sound = call("db", "verify", "--db", stage.store).code == 0
    ended = standing == ("rejected",) and exported.code == 0 and last and sound
    return Seen(seen.code, seen.told, "后作的决定算数，核对全部相符" if ended else "")


# Databases that are damaged, tampered with or too new


def broken_page(stage: Stage) -> Seen:
    """Flip bytes at the head of a page of the findings, then put the backup in its place as the manual says."""
    with closing(sqlite3.connect(stage.store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'findings'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with stage.store.open("r+b") as file:
        file.seek((page - 1) * size)
        head = file.read(64)
        file.seek((page - 1) * size)
        file.write(bytes(byte ^ 0xFF for byte in head))
    seen = call("db", "check", "--db", stage.store)
    return Seen(seen.code, seen.told, restored(stage))


def restored(stage: Stage) -> str:
    """Put the backup in place of the database, and verify it."""
    for ending in ("-wal", "-shm"):
        stage.store.with_name(stage.store.name + ending).unlink(missing_ok=True)
    shutil.copyfile(stage.out / "备份.db", stage.store)
    return "换上备份后核对全部相符" if call("db", "verify", "--db", stage.store).code == 0 else ""


def flipped_text(stage: Stage) -> Seen:
    """Flip one bit of a stored text, which no check of the file can see."""
    with closing(sqlite3.connect(stage.store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(stage.store.read_bytes())
    at = data.find((LINE * 3).encode())
    assert at >= 0
    data[data.find("无人接听".encode(), at) + 2] ^= 0x01
    stage.store.write_bytes(data)
    assert "完整性：通过" in call("db", "check", "--db", stage.store).told
    seen = call("db", "verify", "--db", stage.store)
    return Seen(seen.code, seen.told, restored(stage))


def cut_file(stage: Stage) -> Seen:
    """Cut the database file in half, as a broken copy does."""
    with closing(sqlite3.connect(stage.store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(stage.store, stage.store.stat().st_size // 8192 * 4096)
    seen = call("db", "check", "--db", stage.store)
    return Seen(seen.code, seen.told, restored(stage))


def forged_record(stage: Stage) -> Seen:
    """Take away the guard of the record, change who did it, and put the guard back."""
    with closing(sqlite3.connect(stage.store)) as connection:
        (finding,) = connection.execute("SELECT min(id) FROM findings").fetchone()
    written = ("--db", stage.store, "--by", "王某", "--reason", "核过")
    assert call("decide", "finding", finding, "confirm", *written).code == 0
    with closing(sqlite3.connect(stage.store)) as connection:
        (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_refuse_UPDATE'").fetchone()
        connection.execute("DROP TRIGGER audit_refuse_UPDATE")
        connection.execute("UPDATE audit SET who = '别人' WHERE seq = (SELECT min(seq) FROM audit)")
        connection.execute(guard)
        connection.commit()
    return call("db", "verify", "--db", stage.store)


def newer_store(stage: Stage) -> Seen:
    """Open a database of a later version of the software with this one."""
    with closing(sqlite3.connect(stage.store)) as connection:
        connection.execute("UPDATE mingcha_version SET version_num = '9999'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = stage.store.read_bytes()
    seen = analyze(stage.run / "材料", stage.folder / "新", "--db", stage.store)
    return Seen(seen.code, seen.told, "数据没有改动" if stage.store.read_bytes() == before else "")


# Models, rules and schemes that are gone or altered


def altered(stage: Stage, name: str, change: Callable[[Path], None]) -> Seen:
    """Run a fresh installation in which one file was changed."""
    site = Path(shutil.copytree(stage.installed, stage.folder / "site"))
    change(site / "mingcha" / name)
    told = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    seen = analyze(stage.run / "材料", stage.folder / "新", env=told, cwd=stage.folder)
    return Seen(seen.code, seen.told, "" if (stage.folder / "新" / "findings.jsonl").exists() else "没有用它分析")


def untouched_installation(stage: Stage) -> Seen:
    seen = altered(stage, "cli.py", lambda path: None)
    return Seen(seen.code, seen.told, "分析照常" if seen.after == "" else "")


def missing_model(stage: Stage) -> Seen:
    return altered(stage, "models/weights/sentence.npz", Path.unlink)


def altered_model(stage: Stage) -> Seen:
    return altered(stage, "models/weights/sentence.npz", _flip)


def altered_card(stage: Stage) -> Seen:
    return altered(stage, "models/weights/sentence.json", lambda path: _replace(path, '"risk"', '"Risk"'))


def altered_rule(stage: Stage) -> Seen:
    return altered(stage, "corpora/rules/r02_inaction.toml", lambda path: _replace(path, "reason = ", "reason  = "))


def altered_scheme(stage: Stage) -> Seen:
    return altered(stage, "corpora/schemes/deneng.toml", lambda path: _replace(path, "=", " ="))


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(data)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def changed_own_rules(stage: Stage) -> Seen:
    """Run again with an office's rule file that was changed since."""
    own = stage.folder / "本单位.toml"
    own.write_text(RULE, encoding="utf-8")
    assert analyze(stage.run / "材料", stage.out, "--rules", own).code == 0
    own.write_text(RULE.replace("照抄协议", "照抄"), encoding="utf-8")
    return analyze(stage.run / "材料", stage.out, "--rules", own)


def changed_own_scheme(stage: Stage) -> Seen:
    """Score again by an office's scheme file that was changed since."""
    own = stage.folder / "方案.toml"
    shutil.copyfile(ROOT / "corpora" / "schemes" / "deneng.toml", own)
    roster = stage.folder / "花名册.csv"
    roster.write_text(
        "id,name,aliases,unit,post,type,category\nP1,张建国,张局长,县水利局,局长,person,\n", encoding="utf-8"
    )
    assert analyze(stage.run / "材料", stage.out, "--roster", roster, "--scheme", own).code == 0
    _replace(own, "\nname = ", "\nname  = ")  # the same scheme, written otherwise
    assert "不同" not in call("score", "--db", stage.store, "--out", stage.out, "--scheme", own).told
    first = next(line for line in own.read_text(encoding="utf-8").splitlines() if line.startswith("name"))
    _replace(own, first, 'name = "改过的方案"')
    return call("score", "--db", stage.store, "--out", stage.out, "--scheme", own)


FAULTS = (
    Fault("恶意文件：压缩炸弹、要写到外面的压缩包、二十万层的 XML、实体炸弹、三百万字的单元格", "各自记为未读取或照常读取，别的文件不受影响，什么也不写到外面", 3, ("未读取：“炸弹.zip", "未读取：“实体.docx", "请"), hostile_files, after="好的文件照常读取，没有写到外面"),
    Fault("分析途中被 kill -9", "已做完的完整，--resume 接着做完", 0, ("没有重读",), killed_run, after="接着做完，核对全部相符"),
    Fault("文件大小受限（配额，RLIMIT_FSIZE）", "说明原因和办法，已写入的完好，之后可以接着做", 1, ("磁盘", "请"), limited_file, after="有了空间后接着做完，核对全部相符"),
    Fault("磁盘写满（2 MB 的盘）", "说明原因和办法，已写入的完好，之后可以接着做", 1, ("磁盘已满", "请"), full_disk, after="有了空间后接着做完，核对全部相符", needs="mount"),
    Fault("机器时钟被调回几年", "后作的决定仍然算数；操作记录仍是完整的链", 0, ("已记录",), clock_back, after="后作的决定算数，核对全部相符", needs="faketime"),
    Fault("数据库文件有一页损坏", "`mingcha db check` 发现；用备份恢复", 1, ("损坏", "备份"), broken_page, after="换上备份后核对全部相符"),
    Fault("库中正文坏了一位（文件结构完好）", "`mingcha db verify` 发现；用备份恢复", 1, ("处不符", "用备份恢复"), flipped_text, after="换上备份后核对全部相符"),
    Fault("数据库文件只剩一半", "`mingcha db check` 发现；用备份恢复", 1, ("损坏", "备份"), cut_file, after="换上备份后核对全部相符"),
    Fault("操作记录被改（先撤下触发器，改完再装回）", "`mingcha db verify` 指出是哪一条", 1, ("操作记录", "处不符"), forged_record),
    Fault("用旧版软件打开新版的库（降级）", "拒绝，数据不动", 1, ("由更新版本的明察建立", "请先升级"), newer_store, after="数据没有改动"),
    Fault("对照：安装完好", "照常分析", 0, ("读取 3 份材料",), untouched_installation, after="分析照常"),
    Fault("模型文件不见了", "拒绝，说明缺哪个文件", 1, ("sentence.npz", "请重新安装"), missing_model, after="没有用它分析"),
    Fault("模型文件被改一位", "校验值不符，拒绝", 1, ("sentence.npz", "校验值不符", "已拒绝使用"), altered_model, after="没有用它分析"),
    Fault("模型卡被改", "校验值不符，拒绝", 1, ("sentence.json", "校验值不符", "已拒绝使用"), altered_card, after="没有用它分析"),
    Fault("自带规则被改", "校验值不符，拒绝；要改请用 --rules", 1, ("r02_inaction.toml", "校验值不符", "--rules"), altered_rule, after="没有用它分析"),
    Fault("自带评分方案被改", "校验值不符，拒绝；要改请另存", 1, ("deneng.toml", "校验值不符", "另存"), altered_scheme, after="没有用它分析"),
    Fault("本单位的规则文件与上次运行时不同", "照常分析，给出提示", 0, ("本单位的规则与", "请核对规则文件"), changed_own_rules),
    Fault("本单位的评分方案与上次计分时不同", "照常计分，给出提示", 0, ("与上次计分时不同", "请核对方案文件"), changed_own_scheme),
)  # fmt: skip
