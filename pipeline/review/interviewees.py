"""Whom an interview was held with: read from its fields and its file name, whether or not anything was found in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from mingcha.pipeline.metadata import find_fields, find_interviewees
from mingcha.pipeline.reporting.papers.personal_names import is_name
from mingcha.pipeline.store.database import reading
from mingcha.pipeline.store.pages import in_parts
from mingcha.pipeline.store.queries import load_roster
from mingcha.pipeline.store.schema import documents, texts
from mingcha.pipeline.titles import SURNAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Engine

_TALK = re.compile("谈话|访谈|座谈|询问|笔录|采访|走访")
_EDGES = re.compile(r"[\s_\-—－·、，,;；。.（）()《》【】\[\]|/\\!！：:]+")
_OF_A_FILE = re.compile(
    rf"(?:{_TALK.pattern}|个别|记录|纪要|提纲|摘要|整理|情况|对象|同志|补充|扫描件|第?\d+[号次份]?)+"
)
_PERSON = re.compile(rf"[{SURNAMES}高方任于马金江毛常武乔贺万文白史汤黎易阚童][一-龥某×]{{1,2}}")


def names_within(told: str) -> frozenset[str]:
    """Return a name as a document gives it, and the bare name where a post or a unit is written beside it.

    >>> sorted(names_within("赵小兰（县水利局工程股股长）"))
    ['赵小兰', '赵小兰（县水利局工程股股长）']
    """
    parts = {part for part in _EDGES.split(told) if is_name(part)}
    return frozenset(one for one in {told, *parts} if len(one) > 1)


def names_of_file(name: str) -> frozenset[str]:
    """Return who the file name of an interview names.

    >>> sorted(names_of_file("谈话/个别谈话记录_赵小兰.txt")), names_of_file("第3号谈话记录.txt")
    (['赵小兰'], frozenset())
    """
    words = (word for part in _EDGES.split(name.rpartition(".")[0] or name) for word in _OF_A_FILE.split(part))
    return frozenset(word for word in words if _PERSON.fullmatch(word) and is_name(word))


def interviewees_of(name: str, text: str, roster: Collection[str]) -> frozenset[str]:
    """Return whom the interview *name* was held with.

    A file name often says about whom, too: who is on the roster counts as interviewed only where no field says who was.
    """
    told = frozenset(one for value in find_interviewees(text) for one in names_within(value))
    about = {
        part for field in find_fields(text) if field.name == "assessed" for part in names_within(field.passage.text)
    }
    named = names_of_file(name) - about
    return told | (named - frozenset(roster) if told else named)


def load_interviewees(
    store: Engine, assessment: str, names: Collection[str] | None = None
) -> Mapping[str, frozenset[str]]:
    """Return whom each interview was held with, by document: of all documents, or of those named."""
    roster = {word for one in load_roster(store, assessment) for word in (one.name, *one.aliases)}
    parts = [None] if names is None else in_parts(sorted(names))
    found = (interview for some in parts for interview in _interviews(store, assessment, some))
    return {name: people for name, text in found if (people := interviewees_of(name, text, roster))}


def _interviews(store: Engine, assessment: str, names: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of each interview; one that was not read is known by its name and has no text."""
    columns = documents.c
    same = (texts.c.sha256 == columns.sha256) & (texts.c.format == columns.format)
    query = select(columns.name, columns.genre, texts.c.text).outerjoin_from(documents, texts, same)
    query = query.where(columns.assessment == assessment, or_(columns.genre == "interview", columns.genre.is_(None)))
    if names is not None:
        query = query.where(columns.name.in_(list(names)))
    with reading(store) as connection:
        for row in connection.execute(query):
            if row.genre is not None or _TALK.search(row.name):
                yield row.name, (row.text or "") if row.genre else ""
