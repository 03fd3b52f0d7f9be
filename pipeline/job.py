"""One run from folder to output: reading, findings and facts, into files and store. Scores come after it."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mingcha.pipeline import records
from mingcha.pipeline.analyzed import Consulted
from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.changes import Changes, compare
from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.document import Failure
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.exposures import find_exposures
from mingcha.pipeline.logs import called
from mingcha.pipeline.outputs import Outputs
from mingcha.pipeline.progress import tell_conversions
from mingcha.pipeline.reading.conversion import converting
from mingcha.pipeline.reading.folder import list_files
from mingcha.pipeline.reading.settings import ReadingSettings
from mingcha.pipeline.resumption import method_of, unchanged_files
from mingcha.pipeline.rules import Glossary
from mingcha.pipeline.running import analyze_files, plan_run
from mingcha.pipeline.saving import Done, saved, work_of
from mingcha.pipeline.scratch import sole_use
from mingcha.pipeline.store.queries import present_documents
from mingcha.pipeline.store.writing import finish_run, save_facts, start_run
from mingcha.pipeline.titles import names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.exposures import ExposureRule
    from mingcha.pipeline.findings import Fact, Finding
    from mingcha.pipeline.opposition import SenseReader
    from mingcha.pipeline.records import Record
    from mingcha.pipeline.resumption import Resumed
    from mingcha.pipeline.running import Plan, Result

log = logging.getLogger(__name__)

DOCUMENTS, FINDINGS, QUANTITIES = "documents.jsonl", "findings.jsonl", "quantities.jsonl"
STRUCTURE = "structure.jsonl"
FACTS, SENTENCES, REFERRALS = "facts.jsonl", "sentences.jsonl", "referrals.jsonl"
LOG = "run.log"


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is asked to do. ``scores`` asks for the sentence scores; ``workers`` 0 leaves the number open.

    ``resume`` takes from the store what an earlier run found in files that have not changed since.
    """

    folder: Path
    out: Path
    assessment: Assessment
    workers: int = 0
    scores: bool = False
    allow_classified: bool = False
    resume: bool = False


@dataclass(slots=True)
class Tally:
    """What a run has met so far; the one value that grows while it goes on.

    ``met`` has the hash of each document's file by its name; ``kept`` counts the files taken from the store.
    """

    read: int = 0
    kept: int = 0
    met: dict[str, str | None] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    referrals: int = 0
    fired: set[str] = field(default_factory=set)
    consulted: Consulted = field(default_factory=Consulted)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run gave, for the last lines on the screen and the exit code.

    ``referrals`` counts what was put aside for authorized reviewers; ``idle`` are the office's rules without a match.
    ``kept`` counts the files that were not read again; ``changes`` compares the files with those of the last run.
    ``consulted`` counts what a second reader was asked about the files that were read.
    """

    read: int
    failures: tuple[Failure, ...]
    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...]
    referrals: int = 0
    idle: tuple[str, ...] = ()
    kept: int = 0
    changes: Changes = field(default_factory=Changes)
    consulted: Consulted = field(default_factory=Consulted)


@dataclass(frozen=True, slots=True)
class Means:
    """What the work is done with: how a toolkit is loaded (in each worker), and the versions it will have.

    ``read_senses`` tells what the findings speak of, when they are put together.
    ``glossary`` has the office's own rules and categories; ``workload`` tells the counts of work behind a figure.
    ``spread`` has the files analyzed elsewhere, under the contract of :func:`analyze_files`, where that is asked for.
    """

    load_kit: Callable[[], Toolkit]
    versions: Mapping[str, str]
    read_senses: SenseReader
    glossary: Glossary = field(default_factory=Glossary)
    workload: tuple[ExposureRule, ...] = ()
    spread: Callable[[Plan, Callable[[], Toolkit]], Iterator[Result]] | None = None


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
    """Analyze every file of the plan, write the output files and the store; *tell* hears of each file's result.

    Raise ``UsageError`` where another run is writing to the same folder.
    """
    with sole_use(job.out) as alone:
        if not alone:
            raise UsageError(f"另一个 mingcha run 正在往“{job.out}”写结果。请等它结束，或用 --out 换一个输出文件夹。")
        return _carried_out(job, plan, store, means, tell)


def _carried_out(job: Job, plan: Plan, store: Engine, means: Means, tell: Callable[[Result], None]) -> Summary:
    run = _new_run(job, means)
    log.info("run begins with %d files", len(plan.files), extra={"run": run.id})
    before = present_documents(store, run.assessment)
    start_run(store, job.assessment, run)
    method = method_of(run.versions, job.assessment.roster, plan.settings)
    kept = unchanged_files(store, run.assessment, method, plan.files) if job.resume else {}
    work, tally = work_of(store, run, method, kept), Tally()
    paths = [path for name, path in plan.files if name not in kept and means.spread is None]
    with Outputs(job.out) as outputs, converting(paths, tell=tell_conversions) as conversions:
        plan = replace(plan, settings=replace(plan.settings, conversions=conversions))
        for name in (DOCUMENTS, STRUCTURE, FINDINGS, QUANTITIES, FACTS, *([SENTENCES] if job.scores else [])):
            outputs.begin(name)
        outputs.begin(REFERRALS)
        fresh = replace(plan, files=tuple(file for file in plan.files if file[0] not in kept))
        results = (means.spread or analyze_files)(fresh, means.load_kit)
        done = (Done(name, path, None if name in kept else next(results)) for name, path in plan.files)
        for one, items in saved(work, done):
            tally.kept += one.result is None
            tally.consulted += _consulted(one.result or ())
            for item in items:
                _take(item, tally, outputs)
            if job.scores:
                outputs.write(SENTENCES, _sentences(one.result or ()))
            tell(one.result or ())
        facts = corroborate(tally.findings, means.read_senses, names_of(job.assessment.roster))
        teams = {one.id for one in job.assessment.roster if one.type == "team"}
        loads = {one.id: tuple(find_exposures(one, means.workload)) for one in tally.findings}
        outputs.write(FACTS, (records.fact_record(fact, teams, loads) for fact in facts))
    if not job.scores:
        (job.out / SENTENCES).unlink(missing_ok=True)  # scores of an earlier run would not fit these findings
    save_facts(store, run, facts)
    finish_run(store, run, _now(), met=tally.met)
    log.info("run ends: %d read, %d failed, %d kept", tally.read, len(tally.failures), tally.kept)
    return _summary(tally, facts, means, compare(before, tally.met) if before else Changes())


def _summary(tally: Tally, facts: tuple[Fact, ...], means: Means, changes: Changes) -> Summary:
    idle = tuple(sorted(means.glossary.reasons.keys() - tally.fired))
    found = (tuple(tally.failures), tuple(tally.findings), facts, tally.referrals)
    return Summary(tally.read, *found, idle, tally.kept, changes, tally.consulted)


def _consulted(result: Result) -> Consulted:
    """Return what a second reader was asked about a file; the log has it for each document."""
    counts = Consulted()
    for item in result:
        if not isinstance(item, Failure) and item.consulted.asked:
            one, known = item.consulted, {"document": called(item.document.sha256)}
            told = (one.asked, one.unanswered, one.ungrounded)
            log.info("second reader asked about %d, silent on %d, without ground on %d", *told, extra=known)
            counts += one
    return counts


def _sentences(result: Result) -> Iterator[Record]:
    for item in result:
        if not isinstance(item, Failure):
            yield from (records.sentence_record(item.document.name, sentence) for sentence in item.sentences)


def _take(item: Resumed | Failure, tally: Tally, outputs: Outputs) -> None:
    if isinstance(item, Failure):
        log.info("not read", extra={"document": called(item.sha256), "outcome": item.kind})
        tally.met[item.name] = item.sha256
        tally.failures.append(item)
        outputs.write(DOCUMENTS, [records.failure_record(item)])
        return
    name = str(item.record["document"])
    tally.met[name] = item.record["sha256"]
    log.info("read, %d findings", len(item.findings), extra={"document": called(item.record["sha256"])})
    tally.read += 1
    tally.findings.extend(item.findings)
    tally.referrals += len(item.referrals)
    tally.fired |= item.fired
    outputs.write(DOCUMENTS, [item.record])
    outputs.write(STRUCTURE, item.structure)
    outputs.write(FINDINGS, map(records.finding_record, item.findings))
    outputs.write(REFERRALS, map(records.referral_record, item.referrals))
    outputs.write(QUANTITIES, ({"document": name} | records.quantity_record(q) for q in item.quantities))


def _new_run(job: Job, means: Means) -> Run:
    started = _now()
    key = f"{job.assessment.name}\n{job.folder.resolve()}\n{started}"
    digest = hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    folder = str(job.folder.resolve())
    return Run(digest, job.assessment.name, folder, started, means.versions, means.glossary)


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="microseconds")
