"""The parts of a scheme that reckon with tables: their columns, what is taken from them, and what is said of it.

A calculation takes the rows of one table, gathers them into groups, adds them up, works out figures, ranks the groups
and says what the scheme's conditions lead to. What is said of people is a proposal; nothing here decides.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from mingcha.pipeline.scoring.expressions import Expression, ExpressionError, parse_expression

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _formula(text: Any) -> Expression:
    if not isinstance(text, str):
        raise PydanticCustomError("formula", '这里应当是算式。请写成加引号的文字，例如 "100 * 办结 / 派单"')
    try:
        return parse_expression(text)
    except ExpressionError as error:
        raise PydanticCustomError("formula", "{reason}", {"reason": str(error)}) from error


def _given(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal | bool | str | date):
        return value
    raise PydanticCustomError("given", "这里应当是数字、文字、日期或 true、false")


Formula = Annotated[Expression, PlainValidator(_formula), PlainSerializer(lambda formula: formula.text)]
Given = Annotated[Decimal | bool | str | date, BeforeValidator(_given)]
Name = Annotated[str, Field(min_length=1)]
# A name that formulas can hold; words of Python's own and of the language are kept out by the soundness checks.
Key = Annotated[str, Field(pattern=r"^[^\W\d]\w*$")]
Take = Literal["count", "sum", "mean", "max", "min", "distinct", "names", "first", "last", "run", "falls"]


class Part(BaseModel):
    """A piece of a scheme: frozen, and without room for keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Column(Part):
    """A column of a table; ``headings`` are what an office's own file may call it besides ``id``."""

    id: Key
    kind: Literal["text", "number", "yesno", "date"] = "text"
    headings: tuple[Name, ...] = ()
    required: bool = False


class TableShape(Part):
    """A table that the office fills in or exports: questionnaires, ballots, indicators, registers, tickets."""

    id: Key
    name: Name
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    note: str = ""


class Correspondence(Part):
    """A list of words with what stands for each: 等次 → 名额比例."""

    id: Key
    name: Name
    entries: Annotated[dict[str, Decimal | str], Field(min_length=1)]
    note: str = ""


class Total(Part):
    """What the rows of a group come to, as far as they fulfil ``where``.

    ``of`` is a formula of a row's columns. ``names`` lists the words of ``of``; ``run`` counts how many rows in a row,
    from the last backwards, fulfil ``of``; ``falls`` counts the strict falls in a row, from the last backwards. A row
    whose value is missing makes the total undetermined, unless ``missing`` says that such rows are skipped.
    """

    id: Key
    take: Take
    of: Formula | None = None
    where: Formula | None = None
    missing: Literal["undetermined", "skip"] = "undetermined"


class Figure(Part):
    """A number or word worked out from a row's columns, the totals, the parameters and the figures before it."""

    id: Key
    formula: Formula
    unit: str = ""
    digits: Annotated[int, Field(ge=0, le=6)] = 2
    note: str = ""


class Ranking(Part):
    """The order of the groups by a figure: equal values share a place (1, 1, 3); what has no value is not ranked."""

    by: Key
    order: Literal["descending", "ascending"] = "descending"
    within: tuple[Key, ...] = ()


class Verdict(Part):
    """What is said where ``when`` holds, or where it is left out and none before it held.

    ``{编号}`` in the words stands for a figure. ``proposal`` marks what only a named person can decide.
    """

    say: Name
    when: Formula | None = None
    proposal: bool = False

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names between braces."""
        return tuple(_PLACEHOLDER.findall(self.say))

    def worded(self, shown: dict[str, str]) -> str:
        """Return the words with the figures in place."""
        return _PLACEHOLDER.sub(lambda match: shown[match[1]], self.say)


class Parameter(Part):
    """A number, word or date of a rule that an office sets for itself; ``note`` says where it comes from."""

    id: Key
    value: Given
    note: str = ""


class Calculation(Part):
    """One rule of an assessment system that reckons with a table."""

    id: Key
    name: Name
    source: Name
    standing: Literal["正式", "示例", "来源待核"] = "示例"
    table: Key
    where: Formula | None = None
    group: tuple[Key, ...] = ()
    order: tuple[Key, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    totals: tuple[Total, ...] = ()
    figures: tuple[Figure, ...] = ()
    ranking: Ranking | None = None
    verdicts: tuple[Verdict, ...] = ()
    note: str = ""
