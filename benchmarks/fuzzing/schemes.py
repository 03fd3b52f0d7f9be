"""Scheme files: a scheme that scores, or the project's own error in Chinese."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from refusals import BEYOND, told

from mingcha.corpora.schemebook import SCHEMES, load_scheme
from mingcha.pipeline.scoring.assessment import assess
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 20_000
_PAPER = Path(__file__).resolve().parents[2] / "docs" / "评分方案.md"
_SUBJECTS = (Subject("p1", "周启明", (), "县水利局", "局长"), Subject("t1", "柳河镇", (), "柳河镇", "", "team"))
_VALUES = (None, Decimal(0), Decimal("73.5"), True)


def seeds() -> Iterator[bytes]:
    """Yield the shipped schemes, the pieces of schemes in the paper about them, and what no reader of TOML likes."""
    yield from (path.read_bytes() for path in sorted(SCHEMES.glob("*.toml")))
    for piece in re.findall(r"```toml\n(.*?)```", _PAPER.read_text(encoding="utf-8"), re.DOTALL):
        yield piece.encode()
    yield from BEYOND


def checker(place: Path) -> Callable[[bytes], None]:
    """Return the check of one input: read it, and score two subjects by it with few and with all values typed in."""
    path = place / "scheme.toml"

    def check(data: bytes) -> None:
        path.write_bytes(data)
        with told():
            scheme = load_scheme(path)
            for value in _VALUES:
                typed = dict.fromkeys((*scheme.entries, *scheme.places), value)
                assess(scheme, _SUBJECTS, Evidence(inputs={one.id: typed for one in _SUBJECTS}))

    return check
