"""What a calculation came to, as a plain record for ``outcomes.jsonl``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mingcha.pipeline.scoring.operations import shown

if TYPE_CHECKING:
    from mingcha.pipeline.scoring.outcomes import Outcome, Reckoned


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    """Return plain values: each figure rounded as shown, and unrounded as text under ``raw``."""
    return {
        "calculation": outcome.calculation,
        "name": outcome.name,
        "about": list(outcome.about),
        "figures": [_figure(one) for one in outcome.reckoned],
        "place": outcome.place,
        "ranked": outcome.ranked,
        "said": [{"text": one.text, "proposal": one.proposal} for one in outcome.said],
        "undetermined": list(outcome.undetermined),
        "remarks": list(outcome.remarks),
        "records": list(outcome.records),
    }


def _figure(one: Reckoned) -> dict[str, Any]:
    raw = None if one.value is None else shown(one.value)
    return {"id": one.id, "value": one.shown, "raw": raw, "working": one.working, "reasons": list(one.reasons)}
