"""Claims, each with what denies it in other words and what complains of another side: ``denials/*.jsonl``.

Our own writing, by many hands, fictional. From it is learnt which words speak of one matter
(:mod:`mingcha.models.senses`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from mingcha.corpora.datafiles import CORPORA
from mingcha.corpora.json_lines import read_objects

if TYPE_CHECKING:
    from typing import Final

DENIALS: Final = CORPORA / "denials"


@dataclass(frozen=True, slots=True)
class DeniedClaim:
    """A claim of a result, of one's own conduct, or of a cure; ``denials`` say that it is not so, in other words;
    ``beside`` complain of the same thing and deny nothing.
    """

    claim: str
    sort: Literal["result", "conduct", "cure"]
    denials: tuple[str, ...]
    beside: tuple[str, ...]


@cache
def load_denied_claims() -> tuple[DeniedClaim, ...]:
    """Return all claims, file by file."""
    rows = (row for path in sorted(DENIALS.glob("*.jsonl")) for _, row in read_objects(path))
    return tuple(DeniedClaim(row["claim"], row["sort"], tuple(row["denials"]), tuple(row["beside"])) for row in rows)
