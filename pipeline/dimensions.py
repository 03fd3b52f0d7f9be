"""Which content of assessment a category speaks to: 德能勤绩廉 for persons, the five contents for teams.

Persons: civil servants' law, article 35, and the usual placing of the failings (facts B3); teams: the five contents of
the 2019 regulation as far as they are known (来源待核). A category has one main place; 廉 and 党风廉政建设 have none:
integrity is never concluded from text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PERSON: Final[Mapping[str, tuple[str, ...]]] = {
    "德": ("timidity", "formalism", "bureaucratism"),
    "能": ("incapacity", "initiative"),
    "勤": ("inaction",),
    "绩": ("achievement", "shortfall", "overreach"),
    "廉": (),
}
TEAM: Final[Mapping[str, tuple[str, ...]]] = {
    "政治思想建设": (),
    "领导能力": ("incapacity", "initiative"),
    "工作实绩": ("achievement", "shortfall", "inaction", "overreach"),
    "党风廉政建设": (),
    "作风建设": ("timidity", "formalism", "bureaucratism"),
}


def dimensions_for(*, team: bool) -> Mapping[str, tuple[str, ...]]:
    """Return the contents of assessment in their usual order, each with its categories."""
    return TEAM if team else PERSON


def dimension_of(category: str, *, team: bool) -> str | None:
    """Return the main place of a category; an office's own categories have none.

    >>> dimension_of("inaction", team=False), dimension_of("inaction", team=True), dimension_of("own_x", team=True)
    ('勤', '工作实绩', None)
    """
    places = dimensions_for(team=team).items()
    return next((name for name, categories in places if category in categories), None)
