"""What the report commands share: the case from the store with scores and plan, and the mask from the office's key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mingcha.pipeline.commands.options import now, reasons
from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.outputs import others_may_read

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mingcha.pipeline.reporting.papers.case import Case, Scores
    from mingcha.pipeline.reporting.papers.mask_names import Secrecy
    from mingcha.pipeline.reporting.papers.masking import Mask
    from mingcha.pipeline.reporting.papers.told import Reading

LEAST_KEY = 16  # bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report is to be made of: kind, assessment, scheme, figures typed in, plan of talks, quarters gone by.

    *named* tells that whoever decided is told by name.
    """

    kind: str
    assessment: str | None = None
    scheme: str | None = None
    inputs: Path | None = None
    plan: Path | None = None
    quarter: int = 4
    named: bool = False


def reading() -> Reading:
    """Return what reads the structure of stored texts again."""
    from mingcha.corpora.labelbook import load_labels
    from mingcha.models.characters import load_normalizer
    from mingcha.pipeline.reporting.papers.told import Reading

    return Reading(load_normalizer(), load_labels())


def case_of(store: Engine, wish: Wish) -> Case:
    """Return the case for a report, read from the store."""
    from mingcha.pipeline.commands.talk_plans import read_plan
    from mingcha.pipeline.reporting.papers.loading import Sources, load_case, with_texts

    reader = reading()
    sources = Sources(reader, reasons() if wish.kind == "quality" else {})
    case = load_case(store, wish.assessment, sources, made_at=now().replace("T", " ")[:16])
    case = with_texts(case, wish.kind, store, reader)
    planned = read_plan(wish.plan) if wish.plan else None
    case = replace(case, extras=replace(case.extras, planned=planned, quarter=wish.quarter, named=wish.named))
    return replace(case, scores=_scores(case, wish)) if wish.scheme else case


def _scores(case: Case, wish: Wish) -> Scores:
    from mingcha.corpora.manual_inputs import read_inputs
    from mingcha.corpora.schemebook import load_scheme
    from mingcha.pipeline.reporting.papers.case import Scores
    from mingcha.pipeline.scoring.assessment import assess
    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.sensitivity import sensitivity

    roster, scheme = case.assessment.roster, load_scheme(wish.scheme or "")
    typed = read_inputs(wish.inputs, roster) if wish.inputs else {}
    evidence = Evidence(case.reviewed, case.facts, typed, period=case.assessment.period)
    shifts = sensitivity(scheme, roster, evidence) if wish.kind == "analysis" else ()
    return Scores(scheme.name, assess(scheme, roster, evidence).scorecards, shifts)


def secrecy_of(key: Path | None, *, subjects: bool) -> Secrecy:
    """Return how to mask: with the office's key, or with one that is forgotten at once, so that nothing leads back."""
    from mingcha.pipeline.reporting.papers.mask_names import Secrecy

    return Secrecy(read_key(key) if key else secrets.token_bytes(32), subjects)


def read_key(path: Path) -> bytes:
    """Return the key in a file, without the blanks around it."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(
            f"密钥文件“{path}”打不开（{error.strerror}）。还没有密钥的，先用 mingcha mask key 建一个。"
        ) from error
    if others_may_read(path):
        typer.echo(f"提示：密钥文件“{path}”别人也能读取。请执行 chmod 600 “{path}”。", err=True)
    if len(key) < LEAST_KEY:
        raise DataError(f"密钥文件“{path}”太短，至少{LEAST_KEY}个字节。请用 mingcha mask key 建一个。")
    return key


def mask_of(store: Engine, case: Case, secrecy: Secrecy) -> Mask:
    """Return the mask with every name that the store gives away."""
    from mingcha.pipeline.reporting.papers.mask_names import mask_for
    from mingcha.pipeline.reporting.papers.stored_texts import load_texts

    return mask_for(case, load_texts(store, case.assessment.name), reading(), secrecy)


def shelter_mask(store: Engine, case: Case, secrecy: Secrecy) -> Mask:
    """Return the mask for what the assessed is given: as every mask, but those who decided stay where named."""
    mask = mask_of(store, case, secrecy)
    if not case.extras.named:
        return mask
    deciders = {shadow_of(decision.by) for decision in case.decisions}
    names = {name: sort for name, sort in mask.names.items() if name not in deciders}
    return replace(mask, names=names, spared=mask.spared | deciders)


def shadow_of(name: str) -> str:
    """Return a name as masks know it."""
    from mingcha.pipeline.reporting.papers.personal_details import shadow

    return shadow(name)
