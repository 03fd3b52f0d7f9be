"""The scoring scheme an office writes as a TOML file: its models, and the reader that explains every mistake."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError

from mingcha.pipeline.errors import BEYOND_TOML, DataError
from mingcha.pipeline.scoring.calculations import (
    Calculation,
    Column,
    Correspondence,
    Figure,
    Key,
    Name,
    Parameter,
    Part,
    Ranking,
    TableShape,
    Total,
    Verdict,
)
from mingcha.pipeline.scoring.faults import faults_of, message_of, syntax_message
from mingcha.pipeline.scoring.indicators import (
    Checklist,
    Entry,
    Indicator,
    Item,
    Knot,
    Linear,
    Mean,
    Number,
    OwnCategory,
    Percent,
    Product,
    Question,
    Series,
    Step,
    Sum,
    Table,
    Tally,
    Threshold,
    Worked,
)
from mingcha.pipeline.scoring.soundness import unsound

if TYPE_CHECKING:
    from mingcha.pipeline.scoring.ledger import Ledger

Rounding = Literal["floor", "half_up"]


class Input(Part):
    """A number, or a yes or no, that a person types in for each subject and that formulas use."""

    id: Key
    name: Name
    kind: Literal["number", "yesno"] = "number"
    note: str = ""


class Band(Part):
    """A name for the values from ``at_least`` upwards, that value included; the last band has no ``at_least``."""

    name: Name
    at_least: Number | None = None
    notes: tuple[str, ...] = ()


class Scale(Part):
    """The bands an indicator's value is compared with, unrounded unless ``digits`` says that the rule rounds first."""

    indicator: str
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]
    digits: Annotated[int, Field(ge=0, le=6)] | None = None


class Veto(Part):
    """A yes-or-no matter that a person answers; yes leads to ``grade`` whatever the points (一票否决)."""

    id: Name
    name: Name
    grade: str


class Quota(Part):
    """How many of a group may be proposed for ``grade``: a share in percent and the way to round."""

    grade: str
    percent: Percent
    rounding: Rounding = "floor"
    category: str | None = None
    note: str = ""


class Effective(Part):
    """From when until when a scheme is in force, both days included."""

    since: date | None = None
    until: date | None = None


class Scheme(Part):
    """A whole scheme. ``weights`` gives groups (a subject's category or type) their own; the rest is scaled.

    ``names`` are the Chinese names of an office's own categories that the scheme scores: no other ever touches a score.
    """

    id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    name: Name
    source: Name
    standing: Literal["正式", "示例", "来源待核"]
    objects: Annotated[tuple[Literal["person", "team"], ...], Field(min_length=1)] = ("person", "team")
    strength: Threshold = "E3"
    digits: Annotated[int, Field(ge=0, le=6)] = 2
    effective: Effective | None = None
    inputs: tuple[Input, ...] = ()
    indicators: tuple[Annotated[Indicator, Field(discriminator="method")], ...] = ()
    tables: tuple[TableShape, ...] = ()
    correspondences: tuple[Correspondence, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    weights: dict[str, dict[str, Percent]] = Field(default_factory=dict)
    names: dict[OwnCategory, Name] = Field(default_factory=dict)
    scales: tuple[Scale, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    quotas: tuple[Quota, ...] = ()

    @property
    def root(self) -> Indicator:
        """The one indicator without a parent; its value is the total."""
        return self.branches[None][0]

    @cached_property
    def places(self) -> dict[str, Indicator]:
        """The indicators by id."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def branches(self) -> dict[str | None, tuple[Indicator, ...]]:
        """The parts of each node by the node's id, in the order of the file."""
        parents = {indicator.parent for indicator in self.indicators}
        return {key: tuple(part for part in self.indicators if part.parent == key) for key in parents}

    @cached_property
    def entries(self) -> dict[str, Literal["number", "yesno"]]:
        """What people type in for a subject, by id: a number, or a yes or no."""
        entries: dict[str, Literal["number", "yesno"]] = {entry.id: entry.kind for entry in self.inputs}
        entries |= {veto.id: "yesno" for veto in self.vetoes}
        for leaf in self.indicators:
            match leaf.method:
                case "manual" | "table" | "linear":
                    entries[leaf.id] = "number"
                case "series":
                    entries |= dict.fromkeys(leaf.periods, "number")
                case "checklist":
                    entries |= {f"{leaf.id}.{question.id}": "yesno" for question in leaf.questions}
        return entries

    @cached_property
    def entered(self) -> dict[tuple[str, str], Ledger]:
        """The ledgers worked out so far for typed numbers, by indicator and number as written; filled by scoring."""
        return {}

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """The indicators fed from findings, in the order of the file."""
        return tuple(indicator for indicator in self.indicators if isinstance(indicator, Tally))


_TREE = (Sum, Mean, Product, Tally, Entry, Table, Linear, Worked, Checklist, Series, Item, Step, Knot, Question)
_TABLES = (TableShape, Column, Correspondence, Calculation, Parameter, Total, Figure, Ranking, Verdict)
_MODELS = (Scheme, Input, Effective, Band, Scale, Veto, Quota, *_TREE, *_TABLES)
_KEYS = frozenset(key for model in _MODELS for key in model.model_fields)


def parse_scheme(text: str, source: str = "方案") -> Scheme:
    """Return the scheme in a TOML text.

    A :class:`DataError` lists all mistakes at once, each with *source*, line, place, cause and remedy.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DataError(syntax_message(source, str(error))) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{source}：{BEYOND_TOML}。") from error
    try:
        scheme = Scheme.model_validate(table)
    except ValidationError as error:
        raise DataError(message_of(source, text, faults_of(error, table, _KEYS))) from error
    if faults := unsound(scheme):
        raise DataError(message_of(source, text, faults))
    return scheme
