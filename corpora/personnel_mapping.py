"""The mapping file of a personnel database (TOML): codes of grades, fields of tables, wording of texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline import personnel
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.personnel import Code, Order, PersonnelMapping, Wording
from mingcha.pipeline.scoring.faults import faults_of, message_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHIPPED = CORPORA / "data" / "personnel.toml"

# What a field may take; ``=`` and words are the same in every row.
GRADE_VALUES = ("person", "name", "year", "code", "grade", "years", "decided_by", "decided_on")
REWARD_VALUES = ("person", "name", "title", "code", "authority", "approved_on")
SUMMARY_VALUES = ("person", "name", "rewards_text", "grades_text", "years")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def _known(values: tuple[str, ...]) -> Callable[[tuple[str, str]], tuple[str, str]]:
    def check(field: tuple[str, str]) -> tuple[str, str]:
        name, value = field
        if not _NAME.fullmatch(name):
            raise ValueError(f"字段名“{name}”只能用字母、数字和下划线。请改正")
        if value not in values and not value.startswith("="):
            raise ValueError(f"“{value}”不是可以写出的内容。可写：{'、'.join(values)}，或 = 加固定内容")
        return field

    return check


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Grade(_Part):
    code: str = Field(min_length=1)
    names: tuple[str, ...] = Field(min_length=1)
    signs: tuple[str, ...] = ()


class _Texts(_Part):
    pattern: str
    joint: str = "；"
    ending: str = "。"
    order: Order = "oldest"


class _A15(_Texts):
    fields_: tuple[Annotated[tuple[str, str], AfterValidator(_known(GRADE_VALUES))], ...] = Field(alias="fields")
    years: int = Field(0, ge=0)


class _A14(_Texts):
    fields_: tuple[Annotated[tuple[str, str], AfterValidator(_known(REWARD_VALUES))], ...] = Field(alias="fields")


class _A01(_Part):
    fields_: tuple[Annotated[tuple[str, str], AfterValidator(_known(SUMMARY_VALUES))], ...] = Field(alias="fields")


class _Form(_Part):
    tags: tuple[Annotated[tuple[str, str], AfterValidator(_known(SUMMARY_VALUES))], ...]


class _File(_Part):
    grades: tuple[_Grade, ...] = Field(min_length=1)
    a15: _A15
    a14: _A14
    a01: _A01
    lrmx: _Form


def read_mapping(path: Path = SHIPPED) -> PersonnelMapping:
    """Return the mapping of a file, the shipped one by default; a DataError names line and cause of each mistake."""
    table = read_toml(path)
    try:
        read = _File.model_validate(table)
    except ValidationError as error:
        keys = ("grades", "a15", "a14", "a01", "lrmx", "fields", "tags", "pattern", "names", "signs", "code", "years")
        text = path.read_text(encoding="utf-8-sig")
        raise DataError(message_of(str(path), text, faults_of(error, table, keys))) from error
    return PersonnelMapping(
        tuple(Code(one.code, one.names, one.signs) for one in read.grades),
        _fields(read.a15.fields_),
        _fields(read.a14.fields_),
        _fields(read.a01.fields_),
        _fields(read.lrmx.tags),
        _wording(read.a15),
        _wording(read.a14),
        read.a15.years or None,
    )


def _fields(pairs: tuple[Any, ...]) -> tuple[personnel.Field, ...]:
    return tuple(personnel.Field(*pair) for pair in pairs)


def _wording(texts: _Texts) -> Wording:
    return Wording(texts.pattern, texts.joint, texts.ending, texts.order)
