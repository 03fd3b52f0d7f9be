"""Files for a personnel database: tables A15, A14 and A01, a fragment of the form (lrmx) a person, and the grounds."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.exporting.places import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mingcha.pipeline.personnel import Field, Person, PersonnelMapping, Reward, Row

GROUNDS = ("人员编号", "姓名", "内容", "决定或批准机关", "日期")
_UNFIT_FOR_NAMES = re.compile(r"[^\w（）()·-]")


def write_personnel(folder: Path, persons: Sequence[Person], mapping: PersonnelMapping) -> tuple[Path, ...]:
    """Write all files into *folder* and return them: the tables, ``依据.csv`` and the fragments in ``lrmx``.

    Raise UsageError for a folder that has anything in it: what an earlier export left there must not get into a
    database along with this one.
    """
    _check_empty(folder)
    grades = [(person, row) for person in persons for row in person.rows]
    rewards = [(person, reward) for person in persons for reward in person.rewards]
    tables = {
        "A15.csv": _table(mapping.grade_fields, (grade_values(person, row) for person, row in grades)),
        "A14.csv": _table(mapping.reward_fields, (reward_values(person, one) for person, one in rewards)),
        "A01.csv": _table(mapping.summary_fields, map(summary_values, persons)),
        "依据.csv": [GROUNDS, *_grounds(persons)],
    }
    files = [_write_table(folder / name, rows) for name, rows in tables.items()]
    return (*files, *(_write_fragment(folder / "lrmx", person, mapping.form_tags) for person in persons))


def _check_empty(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and next(folder.iterdir(), None) is None):
        raise UsageError(
            f"“{folder}”已经存在，里面有文件。为免新旧混在一起导入人事库，请在 --out 中写一个新的或空的文件夹。"
        )


def grade_values(person: Person, row: Row) -> dict[str, str]:
    """Return what fields of A15 can take."""
    grade = row.grade
    return {
        "person": person.person,
        "name": person.name,
        "year": str(grade.year),
        "code": row.code,
        "grade": grade.grade,
        "years": str(row.years),
        "decided_by": grade.decided_by,
        "decided_on": f"{grade.decided_on:%Y%m%d}",
    }


def reward_values(person: Person, reward: Reward) -> dict[str, str]:
    """Return what fields of A14 can take."""
    return {
        "person": person.person,
        "name": person.name,
        "title": reward.title,
        "code": reward.code,
        "authority": reward.authority,
        "approved_on": f"{reward.approved_on:%Y%m%d}",
    }


def summary_values(person: Person) -> dict[str, str]:
    """Return what fields of A01 and tags of the form can take."""
    return {
        "person": person.person,
        "name": person.name,
        "rewards_text": person.rewards_text,
        "grades_text": person.grades_text,
        "years": str(person.years),
    }


def fragment_of(person: Person, tags: Iterable[Field]) -> bytes:
    """Return a part of the form as XML: the given tags under ``Person``, texts as CDATA."""
    from lxml import etree

    root: Any = etree.Element("Person")
    for tag in tags:
        element = etree.SubElement(root, tag.name)
        words = _cell(tag, summary_values(person))
        element.text = etree.CDATA(words) if tag.value.endswith("_text") and words else words
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _table(fields: Sequence[Field], rows: Iterable[dict[str, str]]) -> list[Sequence[str]]:
    return [[field.name for field in fields], *([_cell(field, row) for field in fields] for row in rows)]


def _cell(field: Field, values: dict[str, str]) -> str:
    return field.value.removeprefix("=") if field.value.startswith("=") else values[field.value]


def _grounds(persons: Iterable[Person]) -> Iterator[Sequence[str]]:
    for person in persons:
        for row in person.rows:
            told = f"{row.grade.year}年年度考核{row.grade.grade}"
            yield person.person, person.name, told, row.grade.decided_by, row.grade.decided_on.isoformat()
        for one in person.rewards:
            yield person.person, person.name, one.title, one.authority, one.approved_on.isoformat()


def _write_table(place: Path, rows: Iterable[Sequence[str]]) -> Path:
    with replacing(place) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return place


def _write_fragment(folder: Path, person: Person, tags: Iterable[Field]) -> Path:
    place = folder / f"{_UNFIT_FOR_NAMES.sub('_', f'{person.person}_{person.name}')}.xml"
    with replacing(place) as part:
        part.write_bytes(fragment_of(person, tags))
    return place
