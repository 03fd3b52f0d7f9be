"""Which findings a report carries, by their ids, however they are written in it."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.outgoing import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.scoring.decisions import Reviewed

_SHOWN = 10  # digits of an id that a report shows
_CODE = re.compile(rf"(?<![0-9a-f])[0-9a-f]{{{_SHOWN}}}(?:[0-9a-f]{{10}})?(?![0-9a-f])")
_STANDING = {"confirm": "confirmed", "reject": "rejected", None: "pending"}


def by_code(reviewed: Iterable[Reviewed]) -> dict[str, dict[str, Form]]:
    """Return how findings stand by the code that reports show of them, once for all reports of a case.

    Of copies of a file the first by name counts, as it does wherever one of them is chosen.
    """
    known: dict[str, dict[str, Form]] = {}
    for one in sorted(reviewed, key=lambda one: one.finding.document, reverse=True):
        known.setdefault(one.finding.id[:_SHOWN], {})[one.finding.id] = _form(one)
    return known


def carried(paper: Paper, known: Mapping[str, Mapping[str, Form]]) -> dict[str, Form]:
    """Return how the findings stand that a report carries: those whose ids are anywhere in it, whole or shortened.

    Take the report before it is masked, for a mask may take the digits of an id for a number of somebody's.
    """
    codes = {code[:_SHOWN] for text in _strings(paper) for code in _CODE.findall(text)}
    return {finding: form for code in codes for finding, form in known.get(code, {}).items()}


def _form(one: Reviewed) -> Form:
    found = one.finding
    return Form(_STANDING[one.verdict], found.category, found.status, found.subject)


def _strings(value: Any) -> Iterator[str]:
    """Yield every string of a report, however deep it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _strings(each)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _strings(getattr(value, one.name))
