"""Two reviewers and a third who settles: what the decisions on one finding amount to, round by round.

Analysts decide in the first round, reviewers in the second without seeing the first, a lead where the two disagree.
What was withdrawn counts as if it had never been said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mingcha.pipeline.findings import Decision, Round

Standing = Literal["pending", "confirmed", "rejected", "disputed"]
_ROUNDS: tuple[Round, ...] = ("first", "second", "adjudication")
_STANDING: dict[str | None, Standing] = {"confirm": "confirmed", "reject": "rejected", None: "pending"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one round stands: its decisions in order, what they correct, and the verdict, ``None`` after a change."""

    decisions: tuple[Decision, ...]
    changes: tuple[tuple[str, str], ...]
    verdict: Literal["confirm", "reject"] | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of each round of one finding, ``None`` where a round has not begun."""

    first: Outcome | None = None
    second: Outcome | None = None
    adjudication: Outcome | None = None

    @property
    def both_in(self) -> bool:
        """Whether both reviewers have given a verdict."""
        return all(one is not None and one.verdict is not None for one in (self.first, self.second))

    @property
    def disagree(self) -> bool:
        """Whether both reviewers have given a verdict and not the same one."""
        return self.both_in and _said(self.first) != _said(self.second)

    @property
    def counting(self) -> Outcome | None:
        """The outcome that counts: adjudicated, else agreed, else that of the only reviewer; ``None`` while disputed.

        A reviewer who corrected but has not yet confirmed keeps the finding open, whatever the other said.
        """
        if self.adjudication is not None:
            return self.adjudication
        given = [one for one in (self.first, self.second) if one is not None]
        if self.disagree or not given:
            return None
        return next((one for one in given if one.verdict is None), given[-1])

    @property
    def standing(self) -> Standing:
        """What the finding is worth now."""
        if self.adjudication is None and self.disagree:
            return "disputed"
        return "pending" if self.counting is None else _STANDING[self.counting.verdict]


def settle(decisions: Iterable[Decision]) -> Settlement:
    """Return what the decisions on one finding, given in their order, amount to."""
    left = in_effect(tuple(decisions))
    return Settlement(*(_outcome([one for one in left if one.round == name]) for name in _ROUNDS))


def in_effect(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that nobody took back, without the withdrawals themselves."""
    withdrawn = {one.withdraws for one in decisions if one.verdict == "withdraw"}
    return tuple(one for one in decisions if one.verdict != "withdraw" and one.number not in withdrawn)


def _outcome(decisions: Sequence[Decision]) -> Outcome | None:
    if not decisions:
        return None
    changes = {field: value for one in decisions for field, value in one.changes}
    last = decisions[-1].verdict
    verdict: Literal["confirm", "reject"] | None = last if last in ("confirm", "reject") else None
    return Outcome(tuple(decisions), tuple(sorted(changes.items())), verdict)


def _said(outcome: Outcome | None) -> tuple[object, ...]:
    """Return what two reviewers must share to agree; how they would correct what they reject does not matter."""
    assert outcome is not None
    return (outcome.verdict, outcome.changes if outcome.verdict == "confirm" else ())
