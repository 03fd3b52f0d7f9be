"""Many documents by the workers of a dask cluster: results in the order of the plan, as from the pool of this machine.

Only this process writes. Workers are handed few files at a time; what they give stays with them until it is its turn,
so that the memory of this process does not grow with the number of files. A task that was lost with its worker is done
again by another one; a file whose workers die again and again is tried once more alone, and then is a failure.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections import deque
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pickle import dumps, loads
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import MingchaError, UsageError
from mingcha.pipeline.outfits import differences, outfit
from mingcha.pipeline.reading.failures import RefusalError, failure, unreadable
from mingcha.pipeline.reading.files import file_bytes
from mingcha.pipeline.remote import Errand, Setup, survey, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from distributed import Client, Future

    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.remote import Reply
    from mingcha.pipeline.running import Plan, Result

log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"dask(?P<tls>\+tls)?://(?P<place>(?:\[[\da-fA-F:]+\]|[^\s/:\[\]]+):\d{1,5})/?")
_AHEAD = 4  # files handed out for each that can be worked on at once, before the first result is taken
_MOST_SENT = 256 << 20  # bytes of files that travel or wait at a time, where the workers do not see them
_SECONDS_BETWEEN_LOOKS = 2.0
_INSTALL = "pip install 'mingcha[cluster]'"
_DETAILS = "见 docs/集群.md"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the scheduler of a cluster answers, as dask writes it (``tcp://host:port``).

    ``files`` are those besides the material that the workers must see and that must be equal there. ``patience`` are
    the seconds to wait while there is no worker at all; for ``longest`` see :class:`mingcha.pipeline.remote.Setup`.
    """

    address: str
    files: tuple[Path, ...] = ()
    patience: float = 300.0  # a worker that was lost, or its machine, may be starting again
    longest: float | None = None


def cluster_at(engine: str, files: Iterable[Path] = ()) -> Cluster:
    """Return the cluster that the address *engine* names; raise ``UsageError`` where it names none.

    >>> cluster_at("dask://10.1.2.3:8786").address, cluster_at("dask+tls://head:8786").address
    ('tcp://10.1.2.3:8786', 'tls://head:8786')
    """
    found = _ADDRESS.fullmatch(engine.strip())
    if found is None:
        raise UsageError(
            f"--engine “{engine}”不成立：请写成 dask://主机:端口（加密连接写 dask+tls://主机:端口），{_DETAILS}；"
            "在本机运行则去掉这个选项。"
        )
    if find_spec("distributed") is None:
        raise UsageError(f"--engine 要用 dask 组件，本机没有安装。请执行 {_INSTALL}，或去掉这个选项。")
    return Cluster(f"{'tls' if found['tls'] else 'tcp'}://{found['place']}", tuple(files))


def distribute(cluster: Cluster, plan: Plan, load_kit: Callable[[], Toolkit]) -> Iterator[Result]:
    """Yield what each file gave, in the order of the plan; a file's failure is a result like any other.

    Raise ``MingchaError`` where the scheduler is lost or the workers are not as this machine.
    """
    if not plan.files:
        return
    # What LibreOffice converted here would lie in a folder of this machine alone; the workers convert for themselves.
    settings = replace(plan.settings, conversions=None)
    ours = outfit(cluster.files)
    with _connected(cluster) as client:
        _refuse_unlike(client, cluster, ours)
        shared = (settings, plan.log, ours, cluster.files, cluster.longest)
        setup = Setup(os.urandom(8).hex(), dumps(load_kit), *shared)
        yield from _Desk(client, cluster, setup).results(plan.files)


@contextmanager
def _connected(cluster: Cluster) -> Iterator[Client]:
    """Give the connection to the scheduler; that it is lost ends the block with a message."""
    from distributed import Client
    from distributed.comm.core import CommClosedError

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # the same is said in Chinese, once
    try:
        client = Client(cluster.address, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise MingchaError(
            f"连不上集群的调度程序 {cluster.address}。请确认它已经启动、地址和端口正确、防火墙放行，"
            f"加密连接还要核对证书的设置，{_DETAILS}。"
        ) from error
    try:
        yield client
    except (CancelledError, CommClosedError, TimeoutError, OSError) as error:
        log.exception("scheduler lost")
        raise MingchaError(
            f"与集群调度程序 {cluster.address} 的连接断了，没有做完；已读完的文件都保存在数据库中。"
            "请恢复调度程序后用同样的命令加上 --resume 接着做，已读完的不再重读；也可以去掉 --engine 在本机做完。"
        ) from error
    finally:
        client.close(timeout=2)  # type: ignore[no-untyped-call]


def _refuse_unlike(client: Client, cluster: Cluster, ours: dict[str, str]) -> None:
    """Wait for the first worker; raise ``MingchaError`` where a worker is not as this machine, or cannot guard."""
    try:
        client.wait_for_workers(1, timeout=cluster.patience)
    except TimeoutError as error:
        raise _deserted(cluster) from error
    found: dict[str, Any] = client.run(survey, cluster.files, on_error="return")
    for address, told in found.items():
        if isinstance(told, BaseException):
            cause = f"没有装好明察，或版本不同（{type(told).__name__}）"
            raise _unlike(address, cause)
        theirs, may_start = told
        if unlike := list(differences(ours, theirs)):
            raise _unlike(address, "；".join(unlike[:5]))
        if not may_start:
            raise MingchaError(
                f"集群的工作进程 {address} 不能另起受保护的子进程。请在它的 dask 设置里写上 "
                f"distributed.worker.daemon: false 后重新启动，{_DETAILS}。"
            )


def _unlike(address: str, cause: str) -> MingchaError:
    return MingchaError(
        f"集群的工作进程 {address} 与本机不一致：{cause}。结果会不同，已拒绝使用。"
        f"请在各台机器上安装同一个安装包后重新启动工作进程，{_DETAILS}。"
    )


def _deserted(cluster: Cluster) -> MingchaError:
    return MingchaError(
        f"集群 {cluster.address} 里没有工作进程，等了 {cluster.patience:.0f} 秒。已读完的文件都保存在数据库中。"
        f"请启动 dask worker 后用同样的命令加上 --resume 接着做，{_DETAILS}。"
    )


@dataclass(slots=True)
class _Sent:
    """A file that was handed out; ``size`` counts the bytes that were sent along."""

    name: str
    path: Path
    future: Future[Any] | None
    failed: Failure | None = None
    size: int = 0


class _Desk:
    """What is handed out and taken back in one run; it remembers whether the workers see the files."""

    def __init__(self, client: Client, cluster: Cluster, setup: Setup) -> None:
        self._client, self._cluster = client, cluster
        self._given = setup
        self._setup = self._send_setup()
        self._sending = False
        self._looked, self._threads = 0.0, 1
        self._peopled = time.monotonic()  # when there was a worker last

    def results(self, files: Sequence[tuple[str, Path]]) -> Iterator[Result]:
        """Yield the results in the order of *files*, with few of them handed out at a time."""
        waiting: deque[_Sent] = deque()
        for name, path in files:
            waiting.append(self._hand_out(name, path))
            while len(waiting) >= self._most() or sum(sent.size for sent in waiting) > _MOST_SENT:
                yield self._taken(waiting.popleft(), waiting)
        while waiting:
            yield self._taken(waiting.popleft(), waiting)

    def _most(self) -> int:
        self._look()
        return _AHEAD * self._threads

    def _look(self) -> None:
        """Count how many files the workers can have in hand; raise ``MingchaError`` where there was none for long."""
        now = time.monotonic()
        if now - self._looked < _SECONDS_BETWEEN_LOOKS:
            return
        threads = sum(self._client.nthreads().values())  # type: ignore[no-untyped-call]
        self._looked, self._threads = now, max(1, threads)
        if threads:
            self._peopled = now
        elif now - self._peopled > self._cluster.patience:
            raise _deserted(self._cluster)

    def _send_setup(self) -> Future[Any]:
        """Hand the setup over as a task: the scheduler can make it anew wherever the worker that had it is lost."""
        return self._client.submit(_same, self._given, pure=False, key=f"mingcha-setup-{self._given.key}")

    def _hand_out(self, name: str, path: Path) -> _Sent:
        try:
            errand = _errand(name, path, send=self._sending)
        except OSError as error:
            return _Sent(name, path, None, failure(name, unreadable(error)))
        except RefusalError as refusal:
            return _Sent(name, path, None, failure(name, refusal))
        future = self._client.submit(work, errand, self._setup, pure=False)
        return _Sent(name, path, future, size=len(errand.data or b""))

    def _taken(self, sent: _Sent, others: Iterable[_Sent]) -> Result:
        from distributed import KilledWorker

        if sent.future is None:
            assert sent.failed is not None
            return (sent.failed,)
        try:
            return self._result(sent, self._awaited(sent.future))
        except KilledWorker:
            log.warning("workers died with a file", exc_info=True)
        self._settle(others)
        return self._alone(sent)

    def _alone(self, sent: _Sent) -> Result:
        """Try a file whose workers died once more with nothing beside it: it may have been an innocent neighbor."""
        from distributed import KilledWorker

        self._setup = self._send_setup()
        again = self._hand_out(sent.name, sent.path)
        try:
            return (again.failed,) if again.failed else self._result(again, self._awaited(again.future))
        except KilledWorker:
            return (failure(sent.name, _deadly()),)

    def _result(self, sent: _Sent, reply: Reply) -> Result:
        if reply.outcome == "unseen":
            self._sending = True
            again = self._hand_out(sent.name, sent.path)
            return (again.failed,) if again.failed else self._result(again, self._awaited(again.future))
        if reply.outcome == "unlike":
            raise _unlike("（后加入的）", reply.words)
        if reply.outcome == "broken":
            raise MingchaError(f"集群的一个工作进程做不下去：{reply.words}")
        result: Result = loads(reply.told)  # noqa: S301 - the workers of this cluster are trusted, see the paper
        return result

    def _awaited(self, future: Future[Any] | None) -> Reply:
        assert future is not None
        while True:
            try:
                reply: Reply = future.result(timeout=_SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                self._look()
            else:
                return reply

    def _settle(self, others: Iterable[_Sent]) -> None:
        """Wait until nothing else is being worked on."""
        pending = [sent.future for sent in others if sent.future is not None]
        while any(future.status == "pending" for future in pending):
            time.sleep(0.1)
            self._look()


def _same(setup: Setup) -> Setup:
    return setup


def _errand(name: str, path: Path, *, send: bool) -> Errand:
    """Describe a file for the workers, with its bytes where they are to be sent; raises as :func:`file_bytes` does."""
    status = path.stat()
    return Errand(name, path, status.st_size, status.st_mtime, file_bytes(path) if send else None)


def _deadly() -> RefusalError:
    return RefusalError(
        "corrupt",
        "处理它的集群工作进程一再意外终止（多因内存不足，或文件损坏），已放弃",
        "请将文件另存为 docx 或 txt 后重试，或去掉 --engine 在内存充足的电脑上单独处理",
    )
