"""Damaged files by the thousand through `mingcha run`: every one is read or reported, none ends or hangs the run.

Writes benchmarks/results/fuzz.md; ends with 1 where a file is missing from the list or a message lacks its remedy.
Files that LibreOffice or the OCR engine would have to open are few, because each costs seconds.
"""

from __future__ import annotations

import io
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from planted import planted_files

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "fuzz.md"
FILES, SECONDS, SEED = 2_400, 900, 20241205
SLOW = {"doc", "rtf", "odt", "png"}  # at most so many of each:
MOST_SLOW = 15


def flip(data: bytes, chance: random.Random) -> bytes:
    body = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return bytes(body)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def splice(data: bytes, chance: random.Random) -> bytes:
    place, junk = chance.randrange(len(data)), chance.randbytes(chance.randrange(1, 400))
    return data[:place] + junk + data[place + chance.choice((0, len(junk))) :]


def repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start : start + chance.randrange(1, 2_000)] * 3 + data[start:]


def inside(data: bytes, chance: random.Random) -> bytes:
    """Damage one member of a sound package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        return flip(data, chance)
    name = chance.choice([name for name, body in members.items() if body])
    members[name] = chance.choice((flip, cut, splice, repeat))(members[name], chance)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for member, body in members.items():
            package.writestr(member, body)
    return buffer.getvalue()


def make_files(folder: Path, chance: random.Random) -> None:
    sources = {file.format: file.data for file in planted_files(filler=3)}
    kinds, made = sorted(sources), Counter[str]()
    for number in range(FILES):
        kind = chance.choice([kind for kind in kinds if kind not in SLOW or made[kind] < MOST_SLOW])
        suffix = chance.choice(kinds) if chance.random() < 0.15 else kind
        made[kind] += 1
        data = chance.choice((flip, cut, splice, repeat, inside))(sources[kind], chance)
        (folder / f"{number:04d}.{suffix}").write_bytes(data)


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "材料", Path(place) / "out"
        folder.mkdir()
        make_files(folder, random.Random(SEED))
        start = time.perf_counter()
        command = [sys.executable, "-m", "mingcha.cli", "run", str(folder), "--out", str(out), "--workers", "2"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        seconds = time.perf_counter() - start
        records = [json.loads(line) for line in (out / "documents.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = list(faults(records, done.returncode))
    RESULT.write_text(report(records, seconds, wrong), encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"), done.stderr[-2000:] if done.returncode != 3 else "", sep="\n")
    return 1 if wrong else 0


def faults(records: list[dict], code: int):
    if code != 3:
        yield f"the run ended with {code} instead of 3"
    named = {record["document"].partition("!")[0] for record in records}
    if len(named) != FILES:
        yield f"{FILES - len(named)} files are not accounted for"
    for record in records:
        failure = record["failure"]
        if failure and not (record["document"] in failure["message"] and "请" in failure["message"]):
            yield f"{record['document']}: {failure['message']}"
        if failure and "内部错误" in failure["message"]:
            yield f"{record['document']}: an exception nobody expected"
        if failure and "超过上限，已放弃" in failure["message"]:
            yield f"{record['document']}: a hang"


def report(records: list[dict], seconds: float, wrong: list[str]) -> str:
    fates = Counter((r["document"].rpartition(".")[2], (r["failure"] or {}).get("kind", "read")) for r in records)
    died = sum("意外终止" in (r["failure"] or {}).get("message", "") for r in records)
    kinds = sorted({kind for _, kind in fates})
    suffixes = sorted({suffix for suffix, _ in fates})
    rows = [
        f"| {suffix} | " + " | ".join(str(fates[suffix, kind] or "") for kind in kinds) + " |" for suffix in suffixes
    ]
    head = f"| name ends in | {' | '.join(kinds)} |\n|---{'|---' * len(kinds)}|"
    return (
        f"# Damaged files\n\n`make soak` or `python benchmarks/fuzz.py`: {FILES} files with flipped, cut, spliced or"
        " repeated bytes, "
        f"also inside packages, some under a wrong suffix (seed {SEED}), through `mingcha run --workers 2`.\n\n"
        f"{len(records)} entries in documents.jsonl, {seconds:.0f} s, {platform.machine()}, {len(wrong)} faults"
        f" (a crash of the run, a hang, an unexpected exception, a missing file or message).\n"
        f"Worker processes that died over a file, which cost that file alone: {died}.\n\n"
        + "\n".join([head, *rows])
        + "".join(f"\n- {fault}" for fault in wrong[:20])
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
