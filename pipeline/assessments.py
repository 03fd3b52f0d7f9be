"""What findings, decisions and scores belong to: an assessment, and one run of the software over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mingcha.pipeline.rules import Glossary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Assessment:
    """A named assessment with its period (a year such as 2024, or any label) and its roster."""

    name: str
    period: str = ""
    roster: tuple[Subject, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: when it started (ISO 8601 with zone), over which folder, with which versions.

    ``glossary`` explains the ids of an office's own rules and categories, which the software does not come with.
    """

    id: str
    assessment: str
    folder: str
    started: str
    versions: Mapping[str, str]
    glossary: Glossary = field(default_factory=Glossary)
