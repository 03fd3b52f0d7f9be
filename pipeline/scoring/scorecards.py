"""Scoring one subject under one scheme: the ledger, and the scorecard that is computed from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.arithmetic import plain, rounded
from mingcha.pipeline.scoring.feeding import allocate
from mingcha.pipeline.scoring.grades import comparison, vetoed
from mingcha.pipeline.scoring.ledger import Ledger, LedgerLine
from mingcha.pipeline.scoring.matters import countable, matters_of, years_of
from mingcha.pipeline.scoring.valuation import Material, Valuation
from mingcha.pipeline.terms import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.scoring.decisions import Reviewed
    from mingcha.pipeline.scoring.evidence import Evidence
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.subjects import Subject

_TYPES = {"person": "个人", "team": "班子"}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What a ledger adds up to for a subject. A *preview* shows what would count if everything were confirmed.

    ``grade`` is never a decision: it says which band the total would meet, or why none is named. ``remarks`` are
    what a reader must know besides (Chinese). ``digits`` is how many decimals are shown.
    """

    subject: str
    name: str
    scheme: str
    scheme_name: str
    ledger: Ledger
    preview: bool
    grade: str | None = None
    remarks: tuple[str, ...] = ()
    digits: int = 2

    @property
    def lines(self) -> tuple[LedgerLine, ...]:
        """The ledger's lines."""
        return self.ledger.lines

    @property
    def total(self) -> Decimal | None:
        """The exact sum of the lines, or ``None`` while something is undetermined."""
        return self.ledger.total

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Why there is no total (Chinese); empty where there is one."""
        return self.ledger.undetermined

    def as_json(self) -> dict[str, Any]:
        """Return plain values: each number as a string rounded for display, and unrounded under ``…_raw``."""
        return {
            "subject": self.subject,
            "subject_name": self.name,
            "scheme": self.scheme,
            "scheme_name": self.scheme_name,
            "preview": self.preview,
            **_number("total", self.total, self.digits),
            "grade": self.grade,
            "undetermined": list(self.undetermined),
            "remarks": list(self.remarks),
            "subtotals": [_subtotal(line, self.digits) for line in self.ledger.subtotals],
            "lines": [_line(line, self.digits) for line in self.lines],
        }


def score(subject: Subject, scheme: Scheme, evidence: Evidence) -> Scorecard:
    """Score a subject from what people confirmed and typed in; nothing else touches the total.

    A finding of a category that stands apart is as if it were not there, unless the scheme names the category, and
    what names only years outside the period is refused. The subject's inputs are numbers and yes-or-no answers; an
    id the scheme does not know, or a value of the wrong sort, is a :class:`DataError`.
    """
    inputs = evidence.inputs.get(subject.id, {})
    _refuse_strange(inputs, scheme, subject)
    reviewed = [entry for entry in evidence.reviewed if _concerns(entry.finding, scheme)]
    about = [entry for entry in reviewed if entry.finding.subject == subject.id]
    preview = _is_preview(scheme, about, reviewed)
    period = years_of(evidence.period)
    claims = allocate(scheme, matters_of(subject.id, reviewed, evidence.facts, preview=preview), period)
    valuation = Valuation(scheme, subject, Material(claims, inputs, present=bool(about), preview=preview))
    ledger = valuation.ledger(scheme.root) if subject.type in scheme.objects else _inapplicable(scheme, subject)
    left_out = _left_out(scheme, subject, reviewed, preview=preview)
    return Scorecard(
        *(subject.id, subject.name, scheme.id, scheme.name, ledger, preview),
        grade=_grade(scheme, ledger, inputs),
        remarks=(*_standing(scheme, period), *_comparisons(valuation), *left_out),
        digits=scheme.digits,
    )


def _concerns(finding: Finding, scheme: Scheme) -> bool:
    return finding.kind == "check" or finding.category in CATEGORIES or finding.category in scheme.names


def _refuse_strange(inputs: Mapping[str, Decimal | bool | None], scheme: Scheme, subject: Subject) -> None:
    for key, value in inputs.items():
        if key not in scheme.entries:
            raise DataError(f"“{subject.name}”的手工输入“{key}”：方案“{scheme.name}”没有这个编号。请核对编号。")
        wanted, kind = (Decimal, "数字") if scheme.entries[key] == "number" else (bool, "是或否")
        if value is not None and not isinstance(value, wanted):
            raise DataError(f"“{subject.name}”的手工输入“{key}”：应当填写{kind}。请改正。")
        if isinstance(value, Decimal) and not value.is_finite():
            raise DataError(f"“{subject.name}”的手工输入“{key}”：“{value}”不是可以计算的数字。请改正。")


def _is_preview(scheme: Scheme, about: Sequence[Reviewed], everything: Sequence[Reviewed]) -> bool:
    """Tell whether nobody has decided anything yet: on the subject's findings or, where there are none, on any."""
    if not scheme.tallies:
        return False
    return all(entry.verdict is None for entry in about or everything)


def _inapplicable(scheme: Scheme, subject: Subject) -> Ledger:
    kinds = "、".join(_TYPES[kind] for kind in scheme.objects)
    return Ledger(undetermined=(f"方案“{scheme.name}”只适用于{kinds}，“{subject.name}”是{_TYPES[subject.type]}",))


def _grade(scheme: Scheme, ledger: Ledger, inputs: Mapping[str, Decimal | bool | None]) -> str | None:
    scale = next((scale for scale in scheme.scales if scale.indicator == scheme.root.id), None)
    if scale is None or ledger.total is None:
        return None
    return vetoed(scheme, inputs) or comparison(scale, ledger.total, scheme.digits)


def _standing(scheme: Scheme, period: frozenset[int]) -> Iterator[str]:
    if scheme.standing != "正式":
        yield f"本方案标注为“{scheme.standing}”，使用前须由考核机关核定"
    since, until = (scheme.effective.since, scheme.effective.until) if scheme.effective else (None, None)
    if period and ((since and max(period) < since.year) or (until and min(period) > until.year)):
        yield f"考核期间不在本方案的施行期（{since or ''}至{until or ''}）内，请核对是否用错方案"


def _comparisons(valuation: Valuation) -> Iterator[str]:
    """Compare the other indicators that have a scale of their own."""
    scheme = valuation.scheme
    for scale in scheme.scales:
        place = scheme.places[scale.indicator]
        if place is scheme.root:
            continue
        if (text := comparison(scale, valuation.ledger(place).total, scheme.digits)) is not None:
            yield f"“{place.name}”{text}"


def _left_out(scheme: Scheme, subject: Subject, reviewed: Sequence[Reviewed], *, preview: bool) -> Iterator[str]:
    """Say what exists about the subject and was not counted because nobody has dealt with it."""
    if not scheme.tallies:
        return
    waiting = [entry.finding for entry in reviewed if countable(entry.finding) and entry.verdict is None]
    pending = sum(finding.subject == subject.id for finding in waiting)
    unclear = sum(finding.subject is None and subject.id in finding.candidates for finding in waiting)
    if pending and not preview:
        yield f"另有{pending}条线索尚未确认或驳回，未计入"
    if unclear:
        yield f"另有{unclear}条线索可能涉及“{subject.name}”，对象未定，未计入"


def _number(key: str, value: Decimal | None, digits: int) -> dict[str, str | None]:
    shown = None if value is None else str(rounded(value, digits))
    return {key: shown, f"{key}_raw": None if value is None else plain(value)}


def _subtotal(line: LedgerLine, digits: int) -> dict[str, Any]:
    numbers = {**_number("amount", line.amount, digits), **_number("points", line.points, digits)}
    return {"indicator": line.indicator, "name": line.name, **numbers}


def _line(line: LedgerLine, digits: int) -> dict[str, Any]:
    return {
        **_subtotal(line, digits),
        "rule": line.rule,
        "explanation": line.explanation,
        "findings": list(line.findings),
        "fact": line.fact,
    }
