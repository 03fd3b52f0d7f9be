"""The indicators of a scheme: nodes that join their parts, and leaves with an input of their own."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from mingcha.pipeline.scoring.arithmetic import plain
from mingcha.pipeline.scoring.calculations import Formula, Key, Name, Part
from mingcha.pipeline.terms import APART_CATEGORIES, CATEGORIES, OWN, chinese

Scope = Literal["共性", "个性", "加分", "减分"]
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


class _Place(Part):
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


class Item(Part):
    """What one confirmed matter is worth: ``points`` each, at most ``cap`` in all; ``rule`` is the office's wording.

    With ``per``, an input's id, the matters are first divided by that exposure (tasks, tickets, inhabitants) and
    ``points`` is the worth of one matter in a hundred: who does more must not look worse (洗碗效应).
    """

    rule: Name
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    subclasses: tuple[Subclass, ...] = ()
    strength: Threshold | None = None
    points: Number
    cap: Positive | None = None
    per: Key | None = None


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


class Step(Part):
    """The points from ``at_least`` upwards, that value included; the last step has no ``at_least``."""

    at_least: Number | None = None
    points: Number


class Table(_Leaf):
    """Points looked up by steps for a number that a person types in."""

    method: Literal["table"]
    direction: Literal["正向", "逆向"] = "正向"
    steps: Annotated[tuple[Step, ...], Field(min_length=2)]


class Knot(Part):
    """One corner of a straight-line rule: the typed number ``at`` gives ``points``."""

    at: Number
    points: Number


class Linear(_Leaf):
    """Points on the straight lines between the knots, and level outside them."""

    method: Literal["linear"]
    direction: Literal["正向", "逆向"] = "正向"
    knots: Annotated[tuple[Knot, ...], Field(min_length=2)]

    @cached_property
    def wording(self) -> str:
        """The rule in words."""
        ends = (f"{plain(knot.at)}得{plain(knot.points)}分" for knot in (self.knots[0], self.knots[-1]))
        return f"线性计分：{'，'.join(ends)}，其间按直线折算"


class Worked(_Leaf):
    """Points worked out by a formula from the scheme's inputs and from other indicators, named by their ids."""

    method: Literal["formula"]
    formula: Formula


class Question(Part):
    """One yes-or-no question of a checklist (25个是否); the input has the checklist's id, a dot, and ``id``."""

    id: Key
    text: Name
    expected: bool = True


class Checklist(_Leaf):
    """Yes-or-no questions of equal weight.

    An unanswered question can be left out or taken as not fulfilled; both are worked out, and where the two fall on
    two sides of a bound of the indicator's scale, the points stay undetermined.
    """

    method: Literal["checklist"]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Series(_Leaf):
    """One number a period (quarters, years), the inputs named by ``periods``: their mean, or the latest, worst or best.

    ``least`` is how many periods must be known; with fewer, the points stay undetermined.
    """

    method: Literal["series"]
    periods: Annotated[tuple[Key, ...], Field(min_length=2)]
    take: Literal["mean", "latest", "worst", "best"] = "mean"
    least: Annotated[int, Field(ge=1)] = 1


Leaf = Tally | Entry | Table | Linear | Worked | Checklist | Series
Node = Sum | Mean | Product
Indicator = Node | Leaf
