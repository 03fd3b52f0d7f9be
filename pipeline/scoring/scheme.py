"""The scoring scheme an office writes as a TOML file: its models, and the reader that explains every mistake."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.faults import faults_of, message_of, syntax_message
from mingcha.pipeline.scoring.soundness import unsound
from mingcha.pipeline.terms import APART_CATEGORIES, CATEGORIES, OWN, chinese

Scope = Literal["共性", "个性", "加分", "减分"]
Rounding = Literal["floor", "half_up"]
_LIMIT = 1_000_000_000


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "这里应当是一个数字。请直接写数字，不加引号，例如 20 或 2.5")
    return value


def _category(value: str) -> str:
    if value in APART_CATEGORIES:
        raise PydanticCustomError("apart", "“{name}”只单列，不计分。请删去", {"name": chinese(value)})
    if value not in CATEGORIES and not value.startswith(OWN):
        choices = "、".join(CATEGORIES)
        raise PydanticCustomError(
            "category", "没有“{value}”这个类别。可写：{choices}", {"value": value, "choices": choices}
        )
    return value


Number = Annotated[Decimal, BeforeValidator(_number), Field(ge=-_LIMIT, le=_LIMIT, decimal_places=6)]
Positive = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=_LIMIT, decimal_places=6)]
Percent = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=100, decimal_places=6)]
Category = Annotated[str, AfterValidator(_category)]
OwnCategory = Annotated[str, Field(pattern=f"^{OWN}[a-z][a-z0-9_]*$")]
Subclass = Annotated[str, Field(pattern=r"^R(0[1-9]|1[0-2])")]
Threshold = Literal["E2", "E3", "E4", "E5"]  # ritual phrases and single statements can never be admitted
Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Place(_Part):
    """Where an indicator stands in the tree; ``weight`` is its share in percent where the parent is a ``mean``."""

    id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    name: Name
    parent: str | None = None
    scope: Scope = "共性"
    weight: Positive | None = None
    missing: Literal["undetermined", "exclude"] = "undetermined"
    note: str = ""


class Sum(_Place):
    """A node that adds its parts."""

    method: Literal["add"]
    full: Positive | None = None


class Mean(_Place):
    """A node that averages its parts by weight; the weights of all parts make 100."""

    method: Literal["mean"]
    full: Positive | None = None


class Product(_Place):
    """A node with the value ``base`` × ``factor`` ÷ ``neutral`` (乘数计分法)."""

    method: Literal["multiply"]
    base: str
    factor: str
    neutral: Positive


class Item(_Part):
    """What one confirmed matter is worth: ``points`` each, at most ``cap`` in all; ``rule`` is the office's wording."""

    rule: Name
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    subclasses: tuple[Subclass, ...] = ()
    strength: Threshold | None = None
    points: Number
    cap: Positive | None = None


class _Leaf(_Place):
    """An indicator with an input of its own. ``full`` is the most it gives or, in scope 减分, the most it takes."""

    full: Positive


class Tally(_Leaf):
    """Confirmed findings, counted from ``start`` points by the first item that fits."""

    method: Literal["findings"]
    start: Number
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    when_empty: Literal["undetermined", "start"] = "undetermined"


class Entry(_Leaf):
    """A number that a person types in."""

    method: Literal["manual"]


class Step(_Part):
    """The points from ``at_least`` upwards, that value included; the last step has no ``at_least``."""

    at_least: Number | None = None
    points: Number


class Table(_Leaf):
    """Points looked up by steps for a number that a person types in."""

    method: Literal["table"]
    direction: Literal["正向", "逆向"] = "正向"
    steps: Annotated[tuple[Step, ...], Field(min_length=2)]


class Knot(_Part):
    """One corner of a straight-line rule: the typed number ``at`` gives ``points``."""

    at: Number
    points: Number


class Linear(_Leaf):
    """Points on the straight lines between the knots, and level outside them."""

    method: Literal["linear"]
    direction: Literal["正向", "逆向"] = "正向"
    knots: Annotated[tuple[Knot, ...], Field(min_length=2)]


Leaf = Tally | Entry | Table | Linear
Node = Sum | Mean | Product
Indicator = Node | Leaf


class Band(_Part):
    """A name for the values from ``at_least`` upwards, that value included; the last band has no ``at_least``."""

    name: Name
    at_least: Number | None = None
    notes: tuple[str, ...] = ()


class Scale(_Part):
    """The bands an indicator's value is compared with, unrounded unless ``digits`` says that the rule rounds first."""

    indicator: str
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]
    digits: Annotated[int, Field(ge=0, le=6)] | None = None


class Veto(_Part):
    """A yes-or-no matter that a person answers; yes leads to ``grade`` whatever the points (一票否决)."""

    id: Name
    name: Name
    grade: str


class Quota(_Part):
    """How many of a group may be proposed for ``grade``: a share in percent and the way to round."""

    grade: str
    percent: Percent
    rounding: Rounding = "floor"
    category: str | None = None
    note: str = ""


class Scheme(_Part):
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
    indicators: Annotated[tuple[Annotated[Indicator, Field(discriminator="method")], ...], Field(min_length=1)]
    weights: dict[str, dict[str, Percent]] = {}
    names: dict[OwnCategory, Name] = {}
    scales: tuple[Scale, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    quotas: tuple[Quota, ...] = ()

    @property
    def root(self) -> Indicator:
        """The one indicator without a parent; its value is the total."""
        return self.branches[None][0]

    @cached_property
    def branches(self) -> dict[str | None, tuple[Indicator, ...]]:
        """The parts of each node by the node's id, in the order of the file."""
        parents = {indicator.parent for indicator in self.indicators}
        return {key: tuple(part for part in self.indicators if part.parent == key) for key in parents}

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """The indicators fed from findings, in the order of the file."""
        return tuple(indicator for indicator in self.indicators if isinstance(indicator, Tally))


_MODELS = (Scheme, Sum, Mean, Product, Tally, Entry, Table, Linear, Item, Step, Knot, Band, Scale, Veto, Quota)
_KEYS = frozenset(key for model in _MODELS for key in model.model_fields)


def parse_scheme(text: str, source: str = "方案") -> Scheme:
    """Return the scheme in a TOML text.

    A :class:`DataError` lists all mistakes at once, each with *source*, line, place, cause and remedy.
    """
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DataError(syntax_message(source, str(error))) from error
    try:
        scheme = Scheme.model_validate(table)
    except ValidationError as error:
        raise DataError(message_of(source, text, faults_of(error, table, _KEYS))) from error
    if faults := unsound(scheme):
        raise DataError(message_of(source, text, faults))
    return scheme
