"""The report as one HTML page that needs nothing but a browser: no script, no network, charts drawn inline."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.charts import BarChart, bar_chart, heat_level
from mingcha.pipeline.reporting.content import is_active, stands_apart, subject_names
from mingcha.pipeline.reporting.dossiers import sections
from mingcha.pipeline.reporting.passages import standing
from mingcha.pipeline.reporting.tables import CrossTable, cross_table
from mingcha.pipeline.reporting.wording import awaited_indicators, missing_figure, remedy, visible
from mingcha.pipeline.terms import CATEGORIES, CHINESE, MENTIONS, chinese

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Environment

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.reporting.content import ReportContent

TEMPLATES = Path(__file__).parent / "templates"
_PAGE = "report.html.j2"
_BUFFERED = 100  # parts of the template that are put together before they are written
STATUSES = ("asserted", "reported", *MENTIONS)
STANDINGS = ("confirmed", "pending", "rejected")
SOURCE_KINDS = tuple(term for term in CHINESE if term.startswith("S-"))
NOBODY = "未归属"


@dataclass(frozen=True, slots=True)
class Overview:
    """The counts that open the report.

    Mere mentions are counted in ``by_status`` and ``statuses`` alone, rejected findings in ``statuses`` alone.
    ``tallies`` counts what is active by kind; ``coverage`` is the share (0 to 1) of the visible text read. What stands
    apart is in none of these: ``apart`` counts what is active of it by category.
    """

    bars: BarChart
    by_status: CrossTable
    by_source: CrossTable
    by_subject: CrossTable
    statuses: CrossTable
    tallies: Counter[str]
    coverage: float | None
    apart: Counter[str]


def report_pieces(content: ReportContent) -> Iterator[str]:
    """Yield the page piece by piece: that of a hundred thousand documents need not stand in memory.

    The same content always gives the same characters.
    """
    stream = (
        environment(content.names)
        .get_template(_PAGE)
        .stream(
            content=content,
            overview=overview(content),
            sections=sections(content),
            known=frozenset(finding.id for finding in content.findings),
            awaited=awaited_indicators(content.scorecards),
        )
    )
    stream.enable_buffering(_BUFFERED)
    return stream


def prepare_rendering(names: Mapping[str, str]) -> None:
    """Load what :func:`report_pieces` needs, ahead of it: this takes longer than rendering a short report."""
    environment(names).get_template(_PAGE)


def overview(content: ReportContent) -> Overview:
    """Count the findings by category, status, source kind and subject."""
    judged = [finding for finding in content.findings if finding.category in CATEGORIES]
    kept = [finding for finding in judged if _standing(finding, content) != "rejected"]
    active = [finding for finding in kept if is_active(finding)]
    names = subject_names(content.assessment)
    by_category = partial(cross_table, column=lambda finding: finding.category, columns=CATEGORIES)
    by_status = cross_table(kept, _category, _status, rows=CATEGORIES, columns=STATUSES)
    return Overview(
        bars=bar_chart(by_status),
        by_status=by_status,
        by_source=by_category(active, lambda finding: finding.source_kind, rows=SOURCE_KINDS),
        by_subject=by_category(
            active, lambda finding: names.get(finding.subject or "", NOBODY), rows=(*names.values(), NOBODY)
        ),
        statuses=cross_table(judged, _status, partial(_standing, content=content), rows=STATUSES, columns=STANDINGS),
        tallies=Counter(finding.kind for finding in (*active, *_checks(content))),
        coverage=_coverage(content),
        apart=_apart(content),
    )


def _category(finding: Finding) -> str:
    return finding.category


def _status(finding: Finding) -> str:
    return finding.status


def _standing(finding: Finding, content: ReportContent) -> str:
    return standing(content.decisions.get(finding.id))


def _checks(content: ReportContent) -> list[Finding]:
    return [finding for finding in content.findings if finding.kind == "check"]


def _apart(content: ReportContent) -> Counter[str]:
    active = (finding for finding in content.findings if stands_apart(finding) and is_active(finding))
    return Counter(finding.category for finding in active if _standing(finding, content) != "rejected")


def _coverage(content: ReportContent) -> float | None:
    """Return the share of the visible text that was read, weighted by length; ``None`` if nothing was read."""
    visible = sum(material.characters / material.coverage for material in content.materials if material.coverage)
    return sum(material.characters for material in content.materials) / visible if visible else None


def environment(names: Mapping[str, str]) -> Environment:
    """Return the template environment; *names* are those of an office's own categories.

    It is the same for the same names, so that its templates are compiled once.
    """
    return _environment(tuple(sorted(names.items())))


@lru_cache(maxsize=4)
def _environment(listed: tuple[tuple[str, str], ...]) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    names = dict(listed)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["chinese"] = lambda term: names.get(term) or chinese(term)
    environment.filters |= {"percent": _percent, "moment": _moment}
    environment.filters |= {"visible": visible, "remedy": remedy, "missing_figure": missing_figure}
    environment.globals |= {"heat_level": heat_level}
    return environment


def _moment(at: str) -> str:
    """Shorten an ISO 8601 time to the minute, as people write it."""
    return at[:16].replace("T", " ") if at[10:11] == "T" else at


def _percent(share: float) -> str:
    """Return a share as a percentage that never rounds up to 100 % or down to 0 % (both would claim too much)."""
    percent = round(share * 100, 1)
    if 0 < share < 1:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:g}%"
