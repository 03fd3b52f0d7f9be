"""How long scoring takes: 10,000 subjects × 100 indicators, and one what-if; writes ``results/scoring.md``."""

from __future__ import annotations

import platform
import statistics
import time
from decimal import Decimal
from pathlib import Path

from mingcha.pipeline.scoring.assessment import assess
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.scheme import parse_scheme
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.scoring.what_if import altered, changes
from mingcha.pipeline.subjects import Subject

RESULT = Path(__file__).parent / "results" / "scoring.md"
SUBJECTS, INDICATORS = 10_000, 100
HEAD = 'id = "large"\nname = "大方案"\nsource = "测速用"\nstanding = "示例"\n\n[[indicators]]\nid = "total"\nname = "总分"\nmethod = "mean"\n'
BANDS = '\n[[scales]]\nindicator = "total"\nbands = [{ name = "优秀", at_least = 90 }, { name = "称职" }]\n'


def scheme_text() -> str:
    """A tree of ten groups with ten leaves each: typed, by steps, on lines, by formula."""
    parts = [HEAD]
    for group in range(10):
        parts.append(
            f'\n[[indicators]]\nid = "g{group}"\nname = "第{group}组"\nparent = "total"\nweight = 10\nmethod = "mean"\n'
        )
        parts.extend(leaf(group, place) for place in range(10))
    return "".join((*parts, BANDS))


def leaf(group: int, place: int) -> str:
    key = f"i{group}_{place}"
    head = f'\n[[indicators]]\nid = "{key}"\nname = "指标{key}"\nparent = "g{group}"\nweight = 10\nfull = 100\n'
    kinds = (
        'method = "manual"\n',
        'method = "linear"\nknots = [{ at = 0, points = 0 }, { at = 100, points = 100 }]\n',
        'method = "table"\nsteps = [{ at_least = 90, points = 100 }, { at_least = 60, points = 80 }, { points = 40 }]\n',
    )
    return head + (kinds[place % 3] if place else f'method = "formula"\nformula = "(i{group}_1 + i{group}_2) / 2"\n')


def main() -> None:
    scheme = parse_scheme(scheme_text())
    keys = list(scheme.entries)
    subjects = [Subject(f"p{number}", f"对象{number}") for number in range(SUBJECTS)]
    inputs = {
        one.id: {key: Decimal((number * 7 + place) % 1001) / 10 for place, key in enumerate(keys)}
        for number, one in enumerate(subjects)
    }
    evidence = Evidence(inputs=inputs)
    tries = [what_if(scheme, subjects[number], evidence) for number in range(50)]
    start = time.perf_counter()
    cards = assess(scheme, subjects, evidence).scorecards
    whole = time.perf_counter() - start
    assert all(card.total is not None for card in cards)
    text = (
        "# 计分速度\n\n`python benchmarks/scoring.py`；"
        f"{platform.python_implementation()} {platform.python_version()}，单进程。\n\n| 项 | 实测 | 目标 |\n|---|---|---|\n"
        f"| {SUBJECTS:,} 个对象 × {INDICATORS} 个指标 | {whole:.2f} 秒 | ≤ 10 秒（两核） |\n"
        f"| 一个对象试算一次（中位数 / 最慢） | {statistics.median(tries) * 1000:.1f} / {max(tries) * 1000:.1f} 毫秒 | ≤ 50 毫秒 |\n"
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)


def what_if(scheme, subject: Subject, evidence: Evidence) -> float:
    start = time.perf_counter()
    before = score(subject, scheme, evidence)
    changes(before, score(subject, altered(scheme, "indicators.g3.weight=20"), evidence))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
