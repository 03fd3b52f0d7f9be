"""What would be if: sliders beside a scorecard. The address alone says what is tried; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, get_args

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.review.gates import answer_fault
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.subject_pages import evidence_on, subject_asked
from mingcha.pipeline.scoring.arithmetic import plain
from mingcha.pipeline.scoring.indicators import Threshold
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.scoring.trials import Trial, moved, try_out, weights_of
from mingcha.pipeline.scoring.what_if import changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.datastructures import QueryParams
    from starlette.responses import Response

    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.scoring.scheme import Scheme
    from mingcha.pipeline.scoring.scorecards import Scorecard
    from mingcha.pipeline.subjects import Subject

_LONGEST = 40  # characters of a number


@dataclass(frozen=True, slots=True)
class Slider:
    """A number that can be tried: its name in the address, what it is now, and what the address asks for."""

    key: str
    label: str
    now: Decimal
    asked: Decimal
    least: Decimal
    most: Decimal
    step: str
    unit: str = ""

    @property
    def changed(self) -> bool:
        """Whether the address asks for something else."""
        return self.asked != self.now


def show_trial(visit: Visit) -> Response:
    """Show the sliders and, where one was moved, what it would change."""
    subject = subject_asked(visit)
    if subject is None:
        return answer_fault(visit, "名册中没有这个对象。", 404)
    scheme, evidence, asked = visit.office.scheme, evidence_on(visit, subject), visit.request.query_params
    before = score(subject, scheme, evidence)
    weights, bands = list(_weights(scheme, subject, asked)), list(_bands(scheme, asked))
    trial = _trial(scheme, before, asked, (weights, bands))
    fault, tried, after = "", scheme, before
    try:
        tried, after = try_out(subject, scheme, evidence, trial)
    except UsageError as error:
        fault = str(error)
    return show(
        visit,
        "what_if",
        status=400 if fault else 200,
        fault=fault,
        subject=subject,
        before=before,
        after=after,
        shown=(before.as_json(), after.as_json()),
        moved=moved(before, after),
        changes=changes(before, after),
        weights=weights,
        bands=bands,
        resulting=_resulting(tried, subject, weights),
        strengths=get_args(Threshold),
        strength=_strength(scheme, asked),
        usual=scheme.strength,
        matters=[line for line in before.lines if line.findings and line.points],
        left_out=trial.left_out,
        tried=trial != Trial(),
    )


def _trial(scheme: Scheme, card: Scorecard, asked: QueryParams, sliders: tuple[list[Slider], list[Slider]]) -> Trial:
    weights, bands = ([one for one in some if one.changed] for some in sliders)
    settings = [f"scales.{scheme.root.id}.{one.label}={one.asked}" for one in bands]
    strength = _strength(scheme, asked)
    known = {finding for line in card.lines for finding in line.findings}
    out = {finding for value in asked.getlist("out") for finding in value.split(",")}
    return Trial(
        {one.key.removeprefix("w."): one.asked for one in weights},
        (*settings, *([f"strength={strength}"] if strength != scheme.strength else [])),
        frozenset(out & known),
    )


def _weights(scheme: Scheme, subject: Subject, asked: Mapping[str, str]) -> Iterator[Slider]:
    for part, weight in weights_of(scheme, subject).items():
        now = weight.quantize(Decimal(1))
        key = f"w.{part}"
        yield Slider(key, scheme.places[part].name, now, _number(asked, key, now, (1, 99)), *_bounds(1, 99), "1", "%")


def _bands(scheme: Scheme, asked: Mapping[str, str]) -> Iterator[Slider]:
    """Yield the least totals of the bands with which the total is compared."""
    scale = next((one for one in scheme.scales if one.indicator == scheme.root.id), None)
    for number, band in enumerate(scale.bands if scale else ()):
        if band.at_least is not None:
            most = max(100, int(band.at_least) * 2)
            key, now = f"b.{number}", band.at_least
            yield Slider(key, band.name, now, _number(asked, key, now, (0, most)), *_bounds(0, most), "0.5", "分")


def _bounds(least: int, most: int) -> tuple[Decimal, Decimal]:
    return Decimal(least), Decimal(most)


def _number(asked: Mapping[str, str], key: str, now: Decimal, bounds: tuple[int, int]) -> Decimal:
    """Return the number that an address asks for, kept within bounds; what is no number asks for nothing."""
    try:
        given = Decimal(asked.get(key, "")[:_LONGEST])
    except InvalidOperation:
        return now
    return min(max(given, Decimal(bounds[0])), Decimal(bounds[1])) if given.is_finite() else now


def _strength(scheme: Scheme, asked: Mapping[str, str]) -> str:
    given = asked.get("strength", "")
    return given if given in get_args(Threshold) else scheme.strength


def _resulting(tried: Scheme, subject: Subject, weights: list[Slider]) -> str:
    """Return the weights that the trial comes to, where any was changed."""
    if not any(one.changed for one in weights):
        return ""
    found = weights_of(tried, subject)
    return "、".join(
        f"{one.label} {plain(found[one.key.removeprefix('w.')].quantize(Decimal('0.01')))}%" for one in weights
    )
