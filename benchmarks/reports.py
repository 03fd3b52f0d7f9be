"""How long reports take: the profiles of 500 subjects in each format, from the store on; writes ``results/reports.md``."""

from __future__ import annotations

import hashlib
import platform
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.models.senses import load_sense_model
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.commands.masks import make_key
from mingcha.pipeline.commands.reports import report
from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.document import Document, Locator, Span
from mingcha.pipeline.findings import Decision, Finding, finding_id
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.store.database import opened
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULT = Path(__file__).parent / "results" / "reports.md"
SUBJECTS, EACH, BOUND = 500, 20, 60.0
WORDS = (
    ("risk", "inaction", "S-12345", "第{n}号工单拖了{m}天没有答复，打了六次电话没人接。"),
    ("evidence", "achievement", "S-STAT", "{m}月建成管网{n}公里，完成年度目标的{m}8%。"),
    ("risk", "formalism", "S-INSP", "抽查第{n}批台账，{m}份签名为同一笔迹。"),
    ("evidence", "initiative", "S-SUB", "第{n}次抢修他带人连守{m}夜，恢复供水{n}户。"),
    ("evidence", "shortfall", "S-SELF", "2024年{m}月办结率{m}1.6%，低于95%的目标，排第{n}位。"),
)
STAMP = "2025-01-15T09:00:00+08:00"


def findings_of(subject: int) -> Iterator[tuple[str, Finding]]:
    """Yield lines of text with a finding in each."""
    place = 0
    for number, (kind, category, source, shape) in enumerate(islice(cycle(WORDS), EACH)):
        text = shape.format(n=subject + number + 2, m=number % 9 + 3)
        span = Span(place, place + len(text))
        name = f"材料{subject:03d}.txt"
        digest = hashlib.sha256(name.encode()).hexdigest()
        yield (
            text,
            Finding(
                id=finding_id(digest, span, kind, category),
                document=name,
                span=span,
                text=text,
                locator=Locator(line=number + 1),
                kind=kind,  # type: ignore[arg-type]
                category=category,
                subclass=None,
                status="asserted",
                cue=None,
                subject=f"P{subject:03d}",
                candidates=(),
                speaker="编号B-03" if source == "S-SUB" else None,
                source_kind=source,
                quantities=extract_quantities(text),
                strength="E2",
                confidence=0.6 + number % 4 / 10,
                sources=("R02.no_echo",),
                versions={},
            ),
        )
        place += len(text) + 1


def fill(path: Path) -> None:
    """Store 500 subjects with 20 findings each, half of them decided."""
    roster = tuple(
        Subject(f"P{number:03d}", f"对象{number:03d}", (), f"单位{number % 40}", "局长") for number in range(SUBJECTS)
    )
    run = Run("r1", "测速", "材料", STAMP, {})
    decisions, every = [], []
    with opened(str(path)) as store:
        start_run(store, Assessment("测速", "2024", roster), run)
        for number in range(SUBJECTS):
            pairs = list(findings_of(number))
            name = f"材料{number:03d}.txt"
            text = "\n".join(words for words, _ in pairs)
            document = Document(name, hashlib.sha256(name.encode()).hexdigest(), "txt", text, ())
            found = [one for _, one in pairs]
            save_document(store, run, Entry(document, "interview", found, []))
            decisions += [Decision(one.id, "confirm", "赵核", "已核对", STAMP) for one in found[::2]]
            every += found
        save_facts(store, run, corroborate(every, load_sense_model()))
        finish_run(store, run, STAMP)
        append_decisions(store, decisions, assessment="测速")


def main() -> None:
    lines = ["| 格式 | 500 份画像（秒） | 其中处理器（秒） | 合计大小（MB） |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        fill(place / "m.db")
        make_key(place / "key")
        for form, masked in (("html", False), ("docx", False), ("xlsx", False), ("docx", True)):
            out = place / f"{form}{masked}"
            start, used = time.perf_counter(), time.process_time()
            report(str(place / "m.db"), "profile", out, format=form, mask=masked, key=place / "key" if masked else None)
            seconds, used = time.perf_counter() - start, time.process_time() - used
            files = list(out.iterdir())
            assert len(files) == SUBJECTS
            assert seconds <= BOUND, f"{form}: {seconds:.1f} s"
            size = sum(file.stat().st_size for file in files) / 1e6
            name = f"{form}{'（化名版）' if masked else ''}"
            lines.append(f"| {name} | {seconds:.1f} | {used:.1f} | {size:.1f} |")
    text = (
        "# Reports\n\n"
        f"{SUBJECTS} subjects with {EACH} findings each (half of them confirmed), their facts and texts in one SQLite store; "
        f"each figure is one call of `mingcha report --kind profile` without `--subject`, reading the store included. "
        f"The bound is {BOUND:.0f} s. Python {platform.python_version()}, {platform.machine()}, one process of a machine with "
        "two cores that other work shared. Made by `python benchmarks/reports.py`.\n\n" + "\n".join(lines) + "\n"
    )
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
