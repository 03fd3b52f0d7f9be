"""One run from folder to output: reading, findings and facts, into files and store. Scores come after it."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mingcha.pipeline import records
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.document import Failure
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.outputs import Outputs
from mingcha.pipeline.progress import tell_conversions
from mingcha.pipeline.reading.conversion import converting
from mingcha.pipeline.reading.folder import list_files
from mingcha.pipeline.reading.settings import ReadingSettings
from mingcha.pipeline.rules import Glossary
from mingcha.pipeline.running import analyze_files, plan_run
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, save_facts, start_run
from mingcha.pipeline.titles import names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.analysis import Analysis, Toolkit
    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.running import Plan, Result

log = logging.getLogger(__name__)

DOCUMENTS, FINDINGS, QUANTITIES = "documents.jsonl", "findings.jsonl", "quantities.jsonl"
STRUCTURE = "structure.jsonl"
FACTS, SENTENCES, REFERRALS = "facts.jsonl", "sentences.jsonl", "referrals.jsonl"
LOG = "run.log"


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is asked to do. ``scores`` asks for the sentence scores; ``workers`` 0 leaves the number open."""

    folder: Path
    out: Path
    assessment: Assessment
    workers: int = 0
    scores: bool = False
    allow_classified: bool = False


@dataclass(slots=True)
class Tally:
    """What a run has met so far; the one value that grows while it goes on."""

    read: int = 0
    failures: list[Failure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    referrals: int = 0
    fired: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run gave, for the last lines on the screen and the exit code.

    ``referrals`` counts what was put aside for authorized reviewers; ``idle`` are the office's rules without a match.
    """

    read: int
    failures: tuple[Failure, ...]
    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...]
    referrals: int = 0
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What the work is done with: how a toolkit is loaded (in each worker), and the versions it will have.

    ``glossary`` has the office's own rules and categories.
    """

    load_kit: Callable[[], Toolkit]
    versions: Mapping[str, str]
    glossary: Glossary = field(default_factory=Glossary)


def plan_job(job: Job) -> Plan:
    """List the files of the job's folder, without what an earlier run or this one puts there."""
    out, folder = job.out.resolve(), job.folder.resolve()
    if out == folder or out in folder.parents:
        raise UsageError(f"输出文件夹不能是材料文件夹本身或它的上级（{job.out}）。请用 --out 指定另一个文件夹。")
    listed = tuple(list_files(job.folder))
    earlier = earlier_outputs(listed) - {folder, out}
    outputs = {out, *earlier}
    files = ((name, path) for name, path in listed if not outputs.intersection(path.resolve().parents))
    settings = ReadingSettings(allow_classified=job.allow_classified)
    plan = plan_run(files, job.workers)
    return replace(plan, passed_over=tuple(sorted(earlier)), settings=settings, log=job.out / LOG)


def earlier_outputs(files: Iterable[tuple[str, Path]]) -> set[Path]:
    """Return the folders that hold the output of a run: reading them would multiply the findings."""
    found = (path.parent.resolve() for _, path in files if path.name == FINDINGS)
    return {path for path in found if (path / DOCUMENTS).exists()}


def carry_out(job: Job, plan: Plan, store: Engine, means: Means, *, tell: Callable[[Result], None]) -> Summary:
    """Analyze every file of the plan, write the output files and the store; *tell* hears of each file's result."""
    run = _new_run(job, means)
    start_run(store, job.assessment, run)
    tally = Tally()
    paths = [path for _, path in plan.files]
    with Outputs(job.out) as outputs, converting(paths, tell=tell_conversions) as conversions:
        plan = replace(plan, settings=replace(plan.settings, conversions=conversions))
        for name in (DOCUMENTS, STRUCTURE, FINDINGS, QUANTITIES, FACTS, *([SENTENCES] if job.scores else [])):
            outputs.begin(name)
        outputs.begin(REFERRALS, private=True)
        for result in analyze_files(plan, means.load_kit):
            for item in result:
                _take(item, tally, outputs, scores=job.scores)
                save_document(store, run, _entry(item))
            tell(result)
        facts = corroborate(tally.findings, names_of(job.assessment.roster))
        teams = {one.id for one in job.assessment.roster if one.type == "team"}
        outputs.write(FACTS, (records.fact_record(fact, teams) for fact in facts))
    if not job.scores:
        (job.out / SENTENCES).unlink(missing_ok=True)  # scores of an earlier run would not fit these findings
    save_facts(store, run, facts)
    finish_run(store, run, _now())
    idle = tuple(sorted(means.glossary.reasons.keys() - tally.fired))
    return Summary(tally.read, tuple(tally.failures), tuple(tally.findings), facts, tally.referrals, idle)


def _take(item: Analysis | Failure, tally: Tally, outputs: Outputs, *, scores: bool) -> None:
    if isinstance(item, Failure):
        tally.failures.append(item)
        outputs.write(DOCUMENTS, [records.failure_record(item)])
        return
    name = item.document.name
    tally.read += 1
    tally.findings.extend(item.findings)
    tally.referrals += len(item.referrals)
    tally.fired |= item.fired
    outputs.write(DOCUMENTS, [records.document_record(item)])
    outputs.write(STRUCTURE, item.structure)
    outputs.write(FINDINGS, map(records.finding_record, item.findings))
    outputs.write(REFERRALS, map(records.referral_record, item.referrals))
    outputs.write(QUANTITIES, ({"document": name} | records.quantity_record(q) for q in item.quantities))
    if scores:
        outputs.write(SENTENCES, (records.sentence_record(name, sentence) for sentence in item.sentences))


def _entry(item: Analysis | Failure) -> Entry:
    if isinstance(item, Failure):
        return Entry(item)
    mended = {str(kind): count for kind, count in item.repairs.items()}
    found = (item.findings, item.quantities, item.genre.evidence, mended, item.referrals)
    return Entry(item.document, item.genre.id, *found)


def _new_run(job: Job, means: Means) -> Run:
    started = _now()
    key = f"{job.assessment.name}\n{job.folder.resolve()}\n{started}"
    digest = hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    folder = str(job.folder.resolve())
    return Run(digest, job.assessment.name, folder, started, means.versions, means.glossary)


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="microseconds")
