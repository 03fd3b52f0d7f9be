"""A real scheduler and real workers give what this machine gives, whoever of them dies on the way."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.analyzed import Analysis
from mingcha.pipeline.document import Failure
from mingcha.pipeline.errors import MingchaError, UsageError
from mingcha.pipeline.running import Plan, analyze_files
from mingcha.pipeline.store.digests import digest_rows
from mingcha.pipeline.store.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

psutil = pytest.importorskip("psutil", reason="dask is not installed")
pytest.importorskip("distributed", reason="dask is not installed")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # dask leaves sockets of the dead to the collector

from mingcha.pipeline.distribution import Cluster, cluster_at, distribute  # noqa: E402

ROOT = Path(__file__).parent.parent
PAPER = ROOT / "docs" / "集群.md"
DASK = Path(sys.executable).parent / "dask"
# What one run has and another has not, although they found the same.
PASSING = {
    "run",
    "superseded_by_run",
    "started",
    "finished",
    "created_at",
    "at",
    "first_used",
    "folder",
    "seq",
    "scorecard",
}
SENTENCES = (
    "巡察发现，该镇推诿扯皮，报告交上去三个月没有回音。",
    "全年新增就业1200人，比上年增长12%。",
    "会议开了四次，没有定下一件事。",
)

HOSTILE = """
import os, signal, time
from dataclasses import replace
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.document import Document

def hostile_kit():
    kit = load_toolkit()
    analyze(Document("先", "0" * 64, "txt", "该镇推诿扯皮。", ()), kit)  # what loads late is not to count as time of a file

    def normalize(document):
        if document.name.startswith("弄垮"):
            os.kill(os.getppid(), signal.SIGKILL)  # the worker of the cluster, as a machine without memory would
            time.sleep(60)
        if document.name.startswith("崩溃"):
            os._exit(9)
        if document.name.startswith("死循环"):
            time.sleep(3600)
        return kit.stages.normalize(document)

    return replace(kit, stages=replace(kit.stages, normalize=normalize))
"""


class Machines:
    """A scheduler and its workers, each a process of its own, started with the settings of the paper."""

    def __init__(self, folder: Path) -> None:
        (settings,) = re.findall(r"```yaml\n(.*?)```", PAPER.read_text(encoding="utf-8"), re.DOTALL)
        (folder / "dask").mkdir()
        (folder / "dask" / "mingcha.yaml").write_text(settings, encoding="utf-8")
        (folder / "hostile.py").write_text(HOSTILE, encoding="utf-8")
        self.folder, self.started = folder, []
        self.environment = os.environ | {
            "DASK_CONFIG": str(folder / "dask"),
            "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        self.place = f"127.0.0.1:{free_port()}"
        self.address = f"tcp://{self.place}"
        host, port = self.place.split(":")
        self.scheduler = self.start("scheduler", "--host", host, "--port", port)
        await_answer(host, int(port))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(DASK), *arguments, "--no-dashboard"]
        with (self.folder / f"{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=log, stderr=log)
        self.started.append(process)
        return process

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        place = ("--local-directory", str(self.folder / "work"))
        return self.start("worker", self.address, "--nworkers", "1", "--nthreads", "1", *place, *options)

    def stop(self) -> None:
        family = [one for process in self.started for one in relatives(process)]
        for one in family:
            one.kill()
        psutil.wait_procs(family, timeout=10)
        for process in self.started:
            process.wait()


def relatives(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        whole = psutil.Process(process.pid)
        return [whole, *whole.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def busy_worker(cluster: Machines) -> list[psutil.Process]:
    """Return the process of a worker that has guarded processes, and those."""
    children = [child for process in cluster.started for child in psutil.Process(process.pid).children()]
    return next([one, *one.children(recursive=True)] for one in children if one.children())


def await_answer(host: str, port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the scheduler does not answer")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def machines(folder: Path, workers: int) -> Iterator[Machines]:
    with ExitStack() as stack:
        cluster = Machines(folder)
        stack.callback(cluster.stop)
        for _ in range(workers):
            cluster.start_worker()
        yield cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Machines]:
    with machines(tmp_path_factory.mktemp("集群"), 2) as started:
        yield started


def write_files(folder: Path, count: int, *names: str) -> tuple[tuple[str, Path], ...]:
    folder.mkdir(exist_ok=True)
    listed = [f"{number:03d}.txt" for number in range(count)]
    for number, name in enumerate(sorted({*listed, *names})):
        (folder / name).write_text(f"{SENTENCES[number % 3]}第{number}号。", encoding="utf-8")
    return tuple((path.name, path) for path in sorted(folder.iterdir()))


def found(results) -> list[object]:
    return [item if isinstance(item, Failure) else replace(item, repairs={}) for one in results for item in one]


def digest(database: Path) -> int:
    """Return the digest of what a store holds, without the names and times of runs."""
    total = 0
    with create_engine(f"sqlite:///{database}").connect() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in PASSING]
            if columns and table.name not in {"runs", "assessments"}:
                names = ", ".join(f'"{column.name}"' for column in columns)
                rows = connection.exec_driver_sql(f'SELECT {names} FROM "{table.name}"')
                total += digest_rows((table.name, *row) for row in rows)
    connection.engine.dispose()
    return total % (1 << 256)


def await_stored(database: Path, count: int) -> None:
    """Wait until so many files of a run that goes on are stored."""
    for _ in range(1200):
        time.sleep(0.1)
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store,
        ):
            if store.execute("SELECT count(*) FROM files").fetchone()[0] >= count:
                return
    raise AssertionError("nothing was stored")


def test_a_cluster_stores_what_this_machine_stores(cluster, mingcha, tmp_path):
    folder = tmp_path / "材料"
    write_files(folder, 9)
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 damaged")
    with zipfile.ZipFile(folder / "附件.zip", "w") as archive:
        archive.writestr("一.txt", SENTENCES[0])
        archive.writestr("空.txt", "")
    (folder / "断.txt").symlink_to(folder / "不存在.txt")
    here = mingcha("run", folder, "--out", tmp_path / "本机", "--assessment", "同", out=tmp_path / "本机")
    engine = ("--engine", f"dask://{cluster.place}")
    there = mingcha("run", folder, "--out", tmp_path / "集群", "--assessment", "同", *engine, out=tmp_path / "集群")
    assert (here.code, there.code) == (3, 3), there.stderr
    assert digest(tmp_path / "本机" / "mingcha.db") == digest(tmp_path / "集群" / "mingcha.db")
    for name in ("documents", "structure", "findings", "quantities", "facts", "referrals"):
        assert (here.out / f"{name}.jsonl").read_bytes() == (there.out / f"{name}.jsonl").read_bytes()
    assert here.records("findings.jsonl")
    with closing(sqlite3.connect(tmp_path / "集群" / "mingcha.db")) as store:
        store.execute("UPDATE findings SET text = text || '？' WHERE rowid = 1")
        store.commit()
    assert digest(tmp_path / "本机" / "mingcha.db") != digest(tmp_path / "集群" / "mingcha.db")


def test_files_that_the_workers_do_not_see_are_sent(cluster, tmp_path, monkeypatch):
    files = write_files(tmp_path / "材料", 6)
    monkeypatch.chdir(tmp_path)
    # Every process has another folder there: the workers see nothing under this path.
    unseen = tuple((name, Path("/proc/self/cwd/材料") / name) for name, _ in files)
    unseen += (("没有.txt", Path("/proc/self/cwd/材料/没有.txt")), ("文件夹.txt", tmp_path / "材料"))
    there = found(distribute(Cluster(cluster.address), Plan(unseen, 1), load_toolkit))
    here = found(analyze_files(Plan((*files, *unseen[-2:]), 1), load_toolkit))
    assert there == here
    assert [isinstance(item, Failure) for item in there] == [False] * 6 + [True] * 2


@pytest.mark.soak
def test_files_that_crash_hang_or_kill_their_workers_cost_themselves_alone(cluster, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(cluster.folder)
    from hostile import hostile_kit  # type: ignore[import-not-found]

    files = write_files(tmp_path / "材料", 5, "001弄垮.txt", "崩溃.txt", "弄垮.txt", "死循环.txt")
    results = list(distribute(Cluster(cluster.address, longest=15), Plan(files, 1), hostile_kit))
    failed = {item.name: item.message for (item,) in results if isinstance(item, Failure)}
    assert [item.document.name for (item,) in results if isinstance(item, Analysis)] == [
        name for name, _ in files if name not in failed
    ]
    assert failed.keys() == {"崩溃.txt", "弄垮.txt", "死循环.txt"}
    assert re.match("“崩溃.txt”：处理进程意外终止.*。请将文件另存为", failed["崩溃.txt"])
    assert re.match("“死循环.txt”：处理时间超过上限，已放弃。请将文件另存为", failed["死循环.txt"])
    assert re.match("“弄垮.txt”：处理它的集群工作进程一再意外终止.*。请将文件另存为", failed["弄垮.txt"])


@pytest.mark.soak
def test_workers_killed_on_the_way_cost_nothing(cluster, tmp_path):
    files = write_files(tmp_path / "材料", 24)
    results = []
    for result in distribute(Cluster(cluster.address), Plan(files, 1), load_toolkit):
        results.append(result)
        if len(results) == 3:
            victim = busy_worker(cluster)
            victim[0].kill()  # its nanny starts another
            psutil.wait_procs(victim, timeout=10)
            # They end with it; where nothing reaps orphans, an entry without a process stays.
            alive = [one for one in victim if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
            assert alive == []
    assert found(results) == found(analyze_files(Plan(files, 2), load_toolkit))


def test_a_worker_with_another_model_is_refused(cluster, tmp_path, monkeypatch):
    files = write_files(tmp_path / "材料", 1)
    (tmp_path / "模型.npz").write_bytes(b"ours")
    monkeypatch.chdir(tmp_path)
    other = Cluster(cluster.address, files=(Path("/proc/self/cwd/模型.npz"),))
    with pytest.raises(
        MingchaError, match=r"与本机不一致：文件 .*模型\.npz：本机 \w{12}，对方 没有。.*请在各台机器上安装同一个"
    ):
        list(distribute(other, Plan(files, 1), load_toolkit))


def test_a_worker_that_may_not_guard_its_files_is_refused(tmp_path):
    with machines(tmp_path, 0) as started:
        started.environment |= {"DASK_DISTRIBUTED__WORKER__DAEMON": "True"}
        started.start_worker()
        files = write_files(tmp_path / "材料", 1)
        with pytest.raises(MingchaError, match=r"distributed\.worker\.daemon: false"):
            list(distribute(Cluster(started.address), Plan(files, 1), load_toolkit))


def test_a_cluster_without_workers_is_told(tmp_path):
    with machines(tmp_path, 0) as started:
        files = write_files(tmp_path / "材料", 1)
        with pytest.raises(MingchaError, match=r"没有工作进程.*请启动 dask worker"):
            list(distribute(Cluster(started.address, patience=1), Plan(files, 1), load_toolkit))


@pytest.mark.soak
def test_a_lost_scheduler_ends_the_run_and_resume_finishes_it(mingcha, tmp_path):
    folder, out = tmp_path / "材料", tmp_path / "集群"
    write_files(folder, 150)
    named = ("--assessment", "同")
    (tmp_path / "机器").mkdir()
    with machines(tmp_path / "机器", 1) as started:
        command = [sys.executable, "-m", "mingcha.cli", "run", folder, "--out", out, *named]
        command += ["--engine", f"dask://{started.place}"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        await_stored(out / "mingcha.db", 5)
        started.scheduler.send_signal(signal.SIGKILL)
        before = time.monotonic()
        errors = process.stderr.read()
        assert process.wait(timeout=60) == 1, errors
        assert time.monotonic() - before < 30
    assert "错误：与集群调度程序" in errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    finished = mingcha("run", folder, "--out", out, *named, "--resume", out=out)
    assert finished.code == 0, finished.stderr
    assert re.search(r"其中 [1-9]\d* 个文件与上次相同，没有重读", finished.stdout)
    mingcha("run", folder, "--out", tmp_path / "本机", *named, out=tmp_path / "本机")
    assert digest(out / "mingcha.db") == digest(tmp_path / "本机" / "mingcha.db")


def test_an_address_where_nothing_answers_is_told(tmp_path):
    files = write_files(tmp_path / "材料", 1)
    with pytest.raises(MingchaError, match=r"连不上集群的调度程序.*请确认它已经启动"):
        list(distribute(Cluster(f"tcp://127.0.0.1:{free_port()}"), Plan(files, 1), load_toolkit))


@pytest.mark.parametrize("engine", ["", "dask", "dask://", "dask://host", "ray://host:1", "dask://a b:1", "dask://h:x"])
def test_what_names_no_cluster_is_refused(engine):
    with pytest.raises(UsageError, match="请写成 dask://主机:端口"):
        cluster_at(engine)


def test_the_number_of_processes_is_not_chosen_twice(mingcha, tmp_path):
    arguments = ("--engine", "dask://127.0.0.1:1", "--workers", 2)
    run = mingcha("run", tmp_path, "--out", tmp_path / "out", *arguments, out=tmp_path / "out")
    assert run.code == 2
    assert "--engine 和 --workers 不能同用" in run.stderr
