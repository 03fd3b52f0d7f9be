"""The labelled assessments in ``gold/facts``: which passages speak of one matter, and which against it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingcha.corpora.roster import read_roster
from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mingcha.pipeline.subjects import Subject

FACTS = Path(__file__).parent / "gold" / "facts"


@dataclass(frozen=True, slots=True)
class GoldPassage:
    """A sentence of a document as it stands; ``judged`` tells what it says (status, or kind:category)."""

    document: str
    text: str
    judged: str = "asserted"


@dataclass(frozen=True, slots=True)
class GoldFact:
    """A matter: the passages that assert it, those of them that only repeat another, and those against it."""

    id: str
    subject: str
    kind: str
    category: str
    supports: tuple[GoldPassage, ...]
    copies: tuple[GoldPassage, ...]
    contradicts: tuple[GoldPassage, ...]


@dataclass(frozen=True, slots=True)
class FactCase:
    """One assessment: its roster, the texts of its documents by name, and the facts a careful reader sees."""

    name: str
    roster: tuple[Subject, ...]
    texts: Mapping[str, str]
    facts: tuple[GoldFact, ...]


def load_fact_case(name: str) -> FactCase:
    """Return a labelled assessment; a :class:`DataError` names the passage that its document does not hold once."""
    folder = FACTS / name
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    table = tomllib.loads((folder / "facts.toml").read_text(encoding="utf-8"))
    return FactCase(name, read_roster(folder / "roster.csv"), texts, tuple(_fact(row, texts) for row in table["fact"]))


def _fact(row: Mapping[str, Any], texts: Mapping[str, str]) -> GoldFact:
    fields = (row["id"], row["subject"], row["kind"], row["category"])
    supports, copies = (_passages(row.get(key, ()), texts, row["id"]) for key in ("supports", "copies"))
    against = [_judged(one, row) for one in _passages(row.get("contradicts", ()), texts, row["id"])]
    return GoldFact(*fields, supports, copies, tuple(against))


def _passages(rows: Sequence[Sequence[str]], texts: Mapping[str, str], fact: str) -> tuple[GoldPassage, ...]:
    for row in rows:
        if texts.get(row[0], "").count(row[1]) != 1:
            raise DataError(f"{fact}：{row[0]} 里没有（或不止一处）“{row[1]}”。")
    return tuple(GoldPassage(*row) for row in rows)


def _judged(passage: GoldPassage, row: Mapping[str, Any]) -> GoldPassage:
    """Say what a passage against a fact is: a cure where a rectification report says so, else another figure."""
    if passage.judged != "asserted":
        return passage
    cured = "整改" in passage.document and row["kind"] == "risk"
    return GoldPassage(passage.document, passage.text, "resolved" if cured else "evidence:achievement")
