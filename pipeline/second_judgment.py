"""What a second reader's opinion may change in the judgement on an unsure sentence; small enough to be argued with.

1. It changes risks only, and only of sentences in the unsure band; without an opinion everything stays as it was.
2. It affirms (asserted or reported, by an identifiable subject) what the model nearly flagged: the probability is
   raised to the operating point and the first policy judges again, so that its every bar still stands. Of the
   categories only those remain that both think conceivable; where there is none, nothing is raised. Nor is it where a
   cue takes the words back or the document exhorts: a false accusation is worse than a missed one.
3. It sees a mere mention (a demand, a denial, something settled …) in what is flagged barely and by no unmistakable
   rule: the flag is withheld, and the sentence is listed as that mention.
4. It sees no risk at all, or a mention in what is flagged more clearly: the flag stays for people to decide, with half
   the confidence, so that it comes later in the queue.
5. Whatever it said of a flag stands in the finding: among its sources, and where it decided, its quotation as the cue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from mingcha.pipeline.findings import Cue
from mingcha.pipeline.hesitation import unsure_band
from mingcha.pipeline.judgment import UNMISTAKABLE, is_restrained, judge
from mingcha.pipeline.terms import ACTIVE_STATUSES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from mingcha.pipeline.document import Span
    from mingcha.pipeline.findings import Finding
    from mingcha.pipeline.judgment import Judgment, OperatingPoint, Witness
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.opinions import Opinion
    from mingcha.pipeline.terms import Status

Effect = Literal["raised", "agreed", "withheld", "doubted"]
_DOUBT = 0.5  # what is left of a confidence, or a probability, that the second reader does not share
_HEARSAY = 0.5  # the probability from which the first policy calls a risk reported


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """The judgements on one sentence, its probability of risk, and what an opinion did to its flags, if anything."""

    judgments: tuple[Judgment, ...]
    risk: float
    effect: Effect | None = None
    opinion: Opinion | None = None


def reconsider(witness: Witness, point: OperatingPoint, opinion: Opinion | None) -> Reconsidered:
    """Judge one sentence, with what a second reader said of it where it was asked."""
    first, probability = judge(witness, point), witness.probabilities["risk"]
    if opinion is None:
        return Reconsidered(first, probability)
    flagged = any(map(_is_flag, first))
    if not opinion.affirms:
        return _denied(witness, point, opinion, first if flagged else None) or Reconsidered(first, probability * _DOUBT)
    if flagged:
        return Reconsidered(first, probability, "agreed", opinion)
    raised = judge(_raised(witness, point, opinion), point)
    if is_restrained(witness) or not any(map(_is_flag, raised)):
        return Reconsidered(first, probability)
    return Reconsidered(raised, max(probability, point.risk), "raised", opinion)


def _is_flag(judgment: Judgment) -> bool:
    return judgment.category in RISK_CATEGORIES and judgment.status in ACTIVE_STATUSES


def _raised(witness: Witness, point: OperatingPoint, opinion: Opinion) -> Witness:
    """Return what would be known if the model were as sure as is needed, of the categories that both name alone."""
    own = witness.probabilities
    agreed = {one: own[one] if one in opinion.categories else 0.0 for one in RISK_CATEGORIES}
    hearsay = max(own["reported"], _HEARSAY) if opinion.claim == "reported" else own["reported"]
    return replace(witness, probabilities={**own, **agreed, "risk": max(own["risk"], point.risk), "reported": hearsay})


def _denied(
    witness: Witness, point: OperatingPoint, opinion: Opinion, first: tuple[Judgment, ...] | None
) -> Reconsidered | None:
    """Return the flagged judgements *first* under the third and fourth rule; ``None`` where nothing was flagged."""
    if first is None:
        return None
    probability = witness.probabilities["risk"]
    sure = any(hit.rule.category in RISK_CATEGORIES and hit.rule.weight >= UNMISTAKABLE for hit in witness.hits)
    if opinion.claim in MENTIONS and not sure and probability <= unsure_band(point.risk).barely:
        status = cast("Status", opinion.claim)
        listed = tuple(replace(one, status=status, cue=None) if _is_flag(one) else one for one in first)
        return Reconsidered(listed, probability * _DOUBT, "withheld", opinion)
    doubted = tuple(replace(one, confidence=one.confidence * _DOUBT) if _is_flag(one) else one for one in first)
    return Reconsidered(doubted, probability * _DOUBT, "doubted", opinion)


def noted(finding: Finding, judged: Reconsidered, place: Span, clean: Clean) -> Finding:
    """Return *finding* with what the second reader said of it; *place* is that of its sentence in the clean text."""
    opinion = judged.opinion
    if opinion is None or finding.category not in RISK_CATEGORIES:
        return finding
    sources = (*finding.sources, opinion.id)
    decided = judged.effect in {"raised", "withheld"} or (judged.effect == "agreed" and finding.cue is None)
    if not decided:
        return replace(finding, sources=sources)
    span = clean.offsets.to_original(opinion.span.shifted(place.start))
    return replace(finding, sources=sources, cue=Cue(opinion.id, span.of(clean.document.text), span))
