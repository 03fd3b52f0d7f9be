"""Decided grades and rewards as personnel databases hold them: rows of A15 and A14, and the texts made of the rows.

Only what people decided for good comes in here. No function takes a finding, a score or a proposal, and none makes a
grade. Field names and codes come with a :class:`PersonnelMapping`, because databases differ (facts F2: A1521 year,
A1517 result in the codes of ZB18).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

Order = Literal["oldest", "newest"]

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)
_CLAUSE = re.compile("[；;，,。]")


@dataclass(frozen=True, slots=True)
class Grade:
    """A final grade: who was graded (``person`` is the database's own key), for which year, by whom and when."""

    person: str
    name: str
    year: int
    grade: str
    decided_by: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward or punishment in force: what, its code, which authority approved it and when."""

    person: str
    name: str
    title: str
    code: str
    authority: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class Code:
    """A grade's names as people write them and its code; ``signs`` tell it in a text, a name does so anyway."""

    code: str
    names: tuple[str, ...]
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a table or a tag of a form, and the value it takes (``year``, ``code`` …) or ``=`` and fixed words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How rows become a text: one clause a row by ``pattern``, joined and ended."""

    pattern: str
    joint: str = "；"
    ending: str = "。"
    order: Order = "oldest"


@dataclass(frozen=True, slots=True)
class PersonnelMapping:
    """What a personnel database calls everything; ``codes`` are tried in their order when a text is read."""

    codes: tuple[Code, ...]
    grade_fields: tuple[Field, ...]
    reward_fields: tuple[Field, ...]
    summary_fields: tuple[Field, ...]
    form_tags: tuple[Field, ...]
    grade_wording: Wording
    reward_wording: Wording
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A grade with its code, and how many years the person's text tells."""

    grade: Grade
    code: str
    years: int


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that is written of one person; the texts are empty where there is nothing to tell."""

    person: str
    name: str
    rows: tuple[Row, ...] = ()
    rewards: tuple[Reward, ...] = ()
    grades_text: str = ""
    rewards_text: str = ""
    years: int = field(default=0)


def persons_of(grades: Iterable[Grade], rewards: Iterable[Reward], mapping: PersonnelMapping) -> tuple[Person, ...]:
    """Return the persons by key, each with rows in the order of the years and with the texts.

    Raise DataError for a person with two grades for one year or two names, a grade that the mapping does not know,
    and a text that would be read back as other rows than it was made of.
    """
    everything: list[Grade | Reward] = [*grades, *rewards]
    ordered = sorted(everything, key=lambda one: one.person)
    return tuple(_person(list(group), mapping) for _, group in groupby(ordered, key=lambda one: one.person))


def _person(given: Sequence[Grade | Reward], mapping: PersonnelMapping) -> Person:
    key = given[0].person
    names = sorted({one.name for one in given if one.name})
    if len(names) > 1:
        raise DataError(f"人员“{key}”有几个姓名：{'、'.join(names)}。请核对人员编号和姓名。")
    grades = sorted((one for one in given if isinstance(one, Grade)), key=lambda one: one.year)
    rewards = sorted((one for one in given if isinstance(one, Reward)), key=lambda one: one.approved_on)
    _check_years(grades)
    told = grades[-mapping.years :] if mapping.years else grades
    rows = tuple(Row(grade, code_of(grade.grade, mapping), len(told)) for grade in grades)
    return Person(
        key,
        names[0] if names else "",
        rows,
        tuple(rewards),
        _grades_text([row for row in rows if row.grade in told], mapping),
        _rewards_text(rewards, mapping.reward_wording),
        len(told),
    )


def _check_years(grades: Sequence[Grade]) -> None:
    twice = [year for year, count in Counter(one.year for one in grades).items() if count > 1]
    if twice:
        who = f"{grades[0].name}（{grades[0].person}）"
        raise DataError(f"{who} {twice[0]} 年有不止一个等次。一年只能有一个最终等次，请核对后只留一个。")


def code_of(grade: str, mapping: PersonnelMapping) -> str:
    """Return the code of a grade by its name; a name that the mapping does not have is a DataError."""
    found = [code.code for code in mapping.codes if grade in code.names]
    if not found:
        known = "、".join(name for code in mapping.codes for name in code.names)
        raise DataError(f"不认识等次“{grade}”。对照文件中有：{known}。请改正等次，或在对照文件中补上它的代码。")
    return found[0]


def _grades_text(rows: Sequence[Row], mapping: PersonnelMapping) -> str:
    wording = mapping.grade_wording
    ordered = rows if wording.order == "oldest" else list(reversed(rows))
    text = _joined((_clause(wording, year=row.grade.year, grade=row.grade.grade) for row in ordered), wording)
    if text and parse_results(text, mapping) != tuple((row.grade.year, row.code) for row in ordered):
        raise DataError(
            f"按对照文件生成的综述“{text}”读回来不是原来的年度和等次。请检查对照文件中的 pattern 和各等次的 signs。"
        )
    return text


def _rewards_text(rewards: Sequence[Reward], wording: Wording) -> str:
    ordered = rewards if wording.order == "oldest" else list(reversed(rewards))
    return _joined((_reward_clause(one, wording) for one in ordered), wording)


def _reward_clause(reward: Reward, wording: Wording) -> str:
    day = reward.approved_on
    return _clause(wording, year=day.year, month=day.month, day=day.day, authority=reward.authority, title=reward.title)


def _clause(wording: Wording, **values: object) -> str:
    try:
        return wording.pattern.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        known = "、".join(f"{{{name}}}" for name in values)
        raise DataError(f"对照文件中的 pattern “{wording.pattern}”有看不懂的地方。可以用：{known}。请改正。") from error


def _joined(clauses: Iterator[str], wording: Wording) -> str:
    text = wording.joint.join(clauses)
    return text + wording.ending if text else ""


def parse_results(text: str, mapping: PersonnelMapping) -> tuple[tuple[int, str | None], ...]:
    """Read a text of yearly results as the years and codes it tells, in its order.

    A clause may tell several years of one result; a result that the mapping does not know has no code. The codes are
    tried in the mapping's order: 基本称职 and 不称职 stand before 称职, which they contain.
    """
    return tuple(
        (int(year), _code_in(clause, mapping)) for clause in _CLAUSE.split(text) for year in _YEAR.findall(clause)
    )


def _code_in(clause: str, mapping: PersonnelMapping) -> str | None:
    signs = ((sign, code.code) for code in mapping.codes for sign in (*code.signs, *code.names))
    return next((code for sign, code in signs if sign in clause), None)
