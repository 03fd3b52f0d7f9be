"""Everything that an office does, on a machine without a network: installed from the wheelhouse, run, reported, reviewed.

Call it after ``make wheelhouse``, outside the environment: ``python3 benchmarks/offline.py``. Each command runs under
``unshare -rn`` (a network of its own, in which nothing is reachable) with a new home and none of the caller's settings.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "benchmarks" / "results" / "offline.md"
WHEELS = ROOT / "dist" / "wheelhouse"
SAMPLE = ROOT / "corpora" / "sample"
FOLLOW = "'import urllib.request as u; u.urlopen(\"https://example.com\", timeout=5)'"
ASSESSED = "--assessment 青岭县2024年度考核 --period 2024 --roster 样例/花名册.csv"
OPEN_PAGE = "'import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:8471/\", timeout=5).status)'"
SERVE = "ip link set lo up && { 环境/bin/mingcha review --db 结果/mingcha.db --port 8471 & "
WAIT = f'for i in $(seq 60); do sleep 0.5; python3 -c {OPEN_PAGE} 2>/dev/null && seen=1 && break; done; kill %1; [ "$seen" ]; }}'
# What is typed, and the exit code that it should have.
STEPS = (
    (f"python3 -c {FOLLOW}", 1),
    ("cd 安装包 && sha256sum --quiet -c SHA256SUMS", 0),
    ("python3 -m venv 环境", 0),
    ("环境/bin/python -m pip install --quiet --no-index --find-links 安装包 'mingcha[postgres]'", 0),
    ("环境/bin/mingcha doctor --out 结果", 0),
    (f"环境/bin/mingcha run 样例/材料 --out 结果 {ASSESSED}", 3),
    ("环境/bin/mingcha report --db 结果/mingcha.db --kind analysis --out 结果/综合分析.docx", 0),
    ("环境/bin/mingcha report --db 结果/mingcha.db --kind problems --out 结果/问题清单.xlsx", 0),
    ("环境/bin/mingcha export --db 结果/mingcha.db --format xlsx --out 结果/线索.xlsx", 0),
    ("环境/bin/mingcha db verify --db 结果/mingcha.db", 0),
    ("echo 一句不短的口令2024 | 环境/bin/mingcha users add wang --name 王某 --db 结果/mingcha.db", 0),
    (f"{SERVE}{WAIT}", 0),
)


def main() -> None:
    if not list(WHEELS.glob("mingcha-*.whl")):
        sys.exit("make wheelhouse first")
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        (home / "安装包").symlink_to(WHEELS)
        (home / "样例").symlink_to(SAMPLE)
        rows = [tried(step, wanted, home) for step, wanted in STEPS]
    PAGE.write_text(page(rows), encoding="utf-8")
    sys.exit(any(code != wanted for _, code, wanted, _ in rows))


def tried(step: str, wanted: int, home: Path) -> tuple[str, int, int, float]:
    clean = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull}
    begun = time.perf_counter()
    command = ["unshare", "-rn", "bash", "-c", step]
    done = subprocess.run(command, cwd=home, env=clean, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    print(f"{seconds:7.1f} s  {done.returncode} ({wanted})  {step}\n{done.stdout[-300:]}{done.stderr[-600:]}")
    return step, done.returncode, wanted, seconds


def page(rows: list[tuple[str, int, int, float]]) -> str:
    wheels = list(WHEELS.glob("*.whl"))
    size = sum(path.stat().st_size for path in wheels) / 1e6
    lines = [
        f"| `{step.replace('|', chr(92) + '|')}` | {code} | {wanted} | {seconds:.1f} |"
        for step, code, wanted, seconds in rows
    ]
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return "\n".join((
        "# Without a network",
        "",
        "Made by `make wheelhouse` and `python3 benchmarks/offline.py`. Every command ran under `unshare -rn`: a network of its own in which",
        "nothing is reachable, which the first row proves. The home was new and empty, and no setting of the caller was passed on.",
        f"{machine}; {len(wheels)} wheels, {size:.0f} MB. The exit code 3 of `run` is right: two files of the sample cannot be read.",
        "The last row starts the review page on the loopback device and opens it.",
        "",
        "| command | exit code | expected | seconds |",
        "|---|---|---|---|",
        *lines,
        "",
    ))  # fmt: skip


if __name__ == "__main__":
    main()
