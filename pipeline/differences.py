"""What other rules make of the same document: findings that come, that go, and that change their status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.analyzed import Analysis
    from mingcha.pipeline.document import Span
    from mingcha.pipeline.findings import Finding


@dataclass(frozen=True, slots=True)
class Difference:
    """The findings of one document that two sets of rules disagree on; ``changed`` are (before, after).

    Referrals are only counted: who compares rules need not be allowed to see them.
    """

    added: tuple[Finding, ...] = ()
    removed: tuple[Finding, ...] = ()
    changed: tuple[tuple[Finding, Finding], ...] = ()
    referrals_added: int = 0
    referrals_removed: int = 0


def differ(before: Analysis, after: Analysis) -> Difference:
    """Return what distinguishes two analyses of the same document, each in the order of its findings.

    What one of the two puts aside is shown in no finding of the other.
    """
    aside = [referral.span for one in (before, after) for referral in one.referrals]
    old, new = ({finding.id: finding for finding in _shown(one, aside)} for one in (before, after))
    old_aside, new_aside = ({referral.id for referral in one.referrals} for one in (before, after))
    return Difference(
        added=tuple(finding for name, finding in new.items() if name not in old),
        removed=tuple(finding for name, finding in old.items() if name not in new),
        changed=tuple((old[name], one) for name, one in new.items() if name in old and old[name].status != one.status),
        referrals_added=len(new_aside - old_aside),
        referrals_removed=len(old_aside - new_aside),
    )


def _shown(analysis: Analysis, aside: Sequence[Span]) -> Iterator[Finding]:
    return (finding for finding in analysis.findings if not any(finding.span.overlaps(span) for span in aside))
