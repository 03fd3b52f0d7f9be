"""What an assessment's scores may come from, gathered in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from mingcha.pipeline.findings import Fact
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.scoring.outcomes import Record


@dataclass(frozen=True, slots=True)
class Evidence:
    """What people reviewed, typed in (by subject and indicator) and filled into tables, and the period assessed."""

    reviewed: Sequence[Reviewed] = ()
    facts: Sequence[Fact] = ()
    inputs: Mapping[str, Mapping[str, Decimal | bool | None]] = field(default_factory=dict)
    tables: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    period: str = ""
