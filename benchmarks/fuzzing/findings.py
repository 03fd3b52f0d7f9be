"""What a run finds: one entry for each kind of exception and place, with the smallest input that brings it about."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SLOW = 5.0  # seconds of the processor for one small input, with every branch counted; without, about a third of it


@dataclass(frozen=True, slots=True)
class Finding:
    """What came out, where it came from and the input, in a file of its own."""

    kind: str
    place: str
    message: str
    input: str


@contextmanager
def noting(folder: Path, data: bytes) -> Iterator[None]:
    """Write down what comes out of the block, or that it took too long, and go on."""
    start = time.process_time()
    try:
        yield
    except Exception as error:  # noqa: BLE001 - every exception is what is looked for
        note(folder, type(error).__name__, _place(error), f"{error}"[:300], data)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of a parser written in Rust
            raise
        note(folder, "PanicException", _place(error), f"{error}"[:300], data)
    seconds = time.process_time() - start
    if seconds > SLOW:
        note(folder, "slow", f"{seconds:.0f} s", "", data)


def note(folder: Path, kind: str, place: str, message: str, data: bytes) -> None:
    """Keep a finding, unless the same one is there with an input as small."""
    name = hashlib.sha256(f"{kind} {place}".encode()).hexdigest()[:12]
    entry, kept = folder / f"{name}.json", folder / f"{name}.bin"
    if kept.exists() and kept.stat().st_size <= len(data):
        return
    kept.write_bytes(data)
    entry.write_text(json.dumps(asdict(Finding(kind, place, message, kept.name)), ensure_ascii=False), encoding="utf-8")


def noted(folder: Path) -> list[Finding]:
    """Return what was kept."""
    return [Finding(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


def _place(error: BaseException) -> str:
    """Return the innermost place in mingcha that the exception came through, and where it was raised."""
    first = error if error.__cause__ is None else error.__cause__
    frames = traceback.extract_tb(first.__traceback__)
    ours = [frame for frame in frames if "/mingcha/" in frame.filename]
    return " ← ".join(dict.fromkeys(_named(frames[-1:]) + _named(ours[-1:])))


def _named(frames: Iterable[traceback.FrameSummary]) -> list[str]:
    return [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
