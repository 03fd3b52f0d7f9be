"""Worked values of the shipped schemes: what a rule must come to for given figures, run through the engine itself."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mingcha.corpora.schemebook import SCHEMES, load_scheme
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.assessment import assess
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.outcomes import Outcome, Record
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard

CHECKS = SCHEMES / "checks"
Cell = Decimal | int | bool | str | date


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expected(_Part):
    """What is expected of one group; ``figures`` are as shown, without units; ``said`` are all its verdicts."""

    about: str
    figures: dict[str, str] = Field(default_factory=dict)
    place: int | None = None
    said: tuple[str, ...] | None = None
    undetermined: str | None = None


class Case(_Part):
    """One worked value: rows for a calculation, or inputs for the indicators; ``source`` says where it is worked."""

    name: str
    source: str
    calculation: str | None = None
    rows: tuple[tuple[Cell, ...], ...] = ()
    expect: tuple[Expected, ...] = ()
    inputs: dict[str, Cell] = Field(default_factory=dict)
    type: Literal["person", "team"] = "team"
    category: str = ""
    total: str | None = None
    raw: str | None = None
    grade: str | None = None
    undetermined: str | None = None
    contains: tuple[str, ...] = ()


class Sheet(_Part):
    """The worked values of one scheme; ``system`` names the assessment system it stands for."""

    system: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How one worked value came out; ``faults`` (Chinese) is empty where it agrees. ``values`` were compared."""

    scheme: str
    system: str
    case: str
    values: int
    faults: tuple[str, ...]


def check_schemes() -> tuple[Result, ...]:
    """Run every worked value of every shipped scheme."""
    return tuple(result for path in sorted(CHECKS.glob("*.toml")) for result in check_scheme(path))


def check_scheme(path: Path) -> Iterator[Result]:
    """Run the worked values in *path* against the shipped scheme of that name."""
    scheme = load_scheme(path.stem)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        sheet = Sheet.model_validate(table)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DataError(f"{path}：算例文件写法不对：{error}") from error
    for case in sheet.cases:
        faults = [*_calculated(scheme, case)] if case.calculation else [*_scored(scheme, case)]
        yield Result(scheme.id, sheet.system, case.name, _compared(case), tuple(faults))


def _compared(case: Case) -> int:
    groups = sum(
        len(one.figures) + (one.place is not None) + len(one.said or ()) + (one.undetermined is not None)
        for one in case.expect
    )
    return (
        groups
        + sum(value is not None for value in (case.total, case.raw, case.grade, case.undetermined))
        + len(case.contains)
    )


# ---- calculations


def _calculated(scheme: Scheme, case: Case) -> Iterator[str]:
    rule = next(rule for rule in scheme.calculations if rule.id == case.calculation)
    shape = next(table for table in scheme.tables if table.id == rule.table)
    keys = [column.id for column in shape.columns]
    records = tuple(
        Record(f"第{number}行", {key: _cell(cell) for key, cell in zip(keys, row, strict=True)})
        for number, row in enumerate(case.rows, 1)
    )
    outcomes = assess(scheme, (), Evidence(tables={rule.table: records})).outcomes
    found = {"/".join(outcome.about): outcome for outcome in outcomes if outcome.calculation == rule.id}
    for expected in case.expect:
        if expected.about in found:
            yield from _differences(expected, found[expected.about])
        else:
            yield f"没有“{expected.about}”的结果（有：{'、'.join(found)}）"


def _cell(cell: Cell) -> Decimal | bool | str | date | None:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return Decimal(cell)
    return None if cell == "" else cell


def _differences(expected: Expected, outcome: Outcome) -> Iterator[str]:
    shown = {one.id: one.shown.removesuffix(one.unit) for one in outcome.reckoned}
    for key, value in expected.figures.items():
        if shown.get(key) != value:
            yield f"“{expected.about}”的{key}应为{value}，得{shown.get(key)}"
    if expected.place is not None and outcome.place != expected.place:
        yield f"“{expected.about}”应为第{expected.place}名，得{outcome.place}"
    said = tuple(one.text for one in outcome.said)
    if expected.said is not None and said != expected.said:
        got = "；".join((*said, *outcome.undetermined))
        yield f"“{expected.about}”应得“{'；'.join(expected.said)}”，得“{got}”"
    if expected.undetermined is not None and expected.undetermined not in "；".join(outcome.undetermined):
        yield f"“{expected.about}”应待定（{expected.undetermined}），得“{'；'.join((*said, *outcome.undetermined))}”"


# ---- indicators


def _scored(scheme: Scheme, case: Case) -> Iterator[str]:
    subject = Subject("算例", "算例", (), type=case.type, category=case.category)
    inputs: Any = {key: _cell(cell) for key, cell in case.inputs.items()}
    card = assess(scheme, (subject,), Evidence(inputs={subject.id: inputs})).scorecards[0]
    whole = card.as_json()
    for key, wanted in (("total", case.total), ("total_raw", case.raw), ("grade", case.grade)):
        if wanted is not None and wanted != (whole[key] or ""):
            yield f"{key}应为“{wanted}”，得“{whole[key]}”（{'；'.join(card.undetermined)}）"
    if case.undetermined is not None and case.undetermined not in "；".join(card.undetermined):
        yield f"应待定（{case.undetermined}），得{whole['total']}（{'；'.join(card.undetermined)}）"
    text = _everything(card)
    yield from (f"得分单里没有“{words}”" for words in case.contains if words not in text)


def _everything(card: Scorecard) -> str:
    lines = (f"{line.name} {line.explanation}" for line in card.lines)
    return "\n".join((*lines, *card.remarks, *card.undetermined, card.grade or ""))
