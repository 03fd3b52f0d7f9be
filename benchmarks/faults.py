"""Bring about every fault of ``tests/faults`` and write the table of them: ``python benchmarks/faults.py``."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.faults.elsewhere import ELSEWHERE  # noqa: E402
from tests.faults.scenes import FAULTS, Fault, Seen, Stage, make_installation, make_run  # noqa: E402
from tests.faults.test_faults import possible  # noqa: E402

TABLE = ROOT / "benchmarks" / "results" / "faults.md"
HEAD = """# 故障

`python benchmarks/faults.py` 真的造出每一种故障，再看软件怎么说、怎么收场；`tests/faults` 逐条检查同样的内容。退出码：0 正常，1 无法继续或有问题，2 用法有误，3 有文件未能读取。

| 故障 | 应当 | 实际（退出码，提示摘要，结局） |
|---|---|---|
"""
REST = """
## 由别的测试造出的故障

每次 `make test` 都真的造出来。

| 故障 | 应当 | 测试 |
|---|---|---|
"""


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        run, installed = make_run(root / "run"), make_installation(root / "installed")
        for fault in FAULTS:
            folder = root / fault.id
            folder.mkdir()
            rows.append(_row(fault, fault.act(Stage(folder, run, installed)) if possible(fault) else None))
            print(rows[-1], flush=True)
    others = (f"| {about} | {expected} | `{test}` |" for about, expected, test in ELSEWHERE)
    TABLE.write_text(HEAD + "\n".join(rows) + "\n" + REST + "\n".join(others) + "\n", encoding="utf-8")


def _row(fault: Fault, seen: Seen | None) -> str:
    if seen is None:
        return f"| {fault.about} | {fault.expected} | 本机试不了（需要 {fault.needs}） |"
    right = seen.code == fault.code and all(words in seen.told for words in fault.words) and seen.after == fault.after
    told = next((line.strip() for line in seen.told.splitlines() if fault.words[0] in line), "")
    ended = f"；{seen.after}" if seen.after else ""
    return (
        f"| {fault.about} | {fault.expected} | {'' if right else '**没有做到** '}{seen.code}：{_short(told)}{ended} |"
    )


def _short(told: str) -> str:
    """Cut what was said, without the places of this machine."""
    words = [word for word in told.replace("|", "／").split() if not word.startswith("/")]
    joined = re.sub(r"“/[^”]*/([^/”]+)”", r"“\1”", " ".join(words))
    return joined if len(joined) <= 90 else joined[:90] + "……"


if __name__ == "__main__":
    main()
