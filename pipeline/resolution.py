"""From pronouns to subjects: what 我, 他, 该镇 and 有的干部 mean at their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.titles import HEADS, held_titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.focus import Antecedent, Focus
    from mingcha.pipeline.references import Reference
    from mingcha.pipeline.setting import Setting
    from mingcha.pipeline.subjects import Subject

_PAIR = 2
_LEVELS = ("街道", "中心", *"镇乡县区市局委办院厅站所校")


def resolve(references: Sequence[Reference], focus: Focus, setting: Setting) -> tuple[Reference, ...]:
    """Return the references with the subjects they mean; those that mean no assessed subject at all are dropped.

    What cannot be resolved keeps its kind without subjects: it stands for nobody, and nobody else may step in.
    """
    resolved: list[Reference] = []
    for reference in references:
        meant = _resolved(reference, resolved, focus, setting)
        if meant is not None:
            resolved.append(meant)
    return tuple(resolved)


def _resolved(reference: Reference, before: Sequence[Reference], focus: Focus, setting: Setting) -> Reference | None:
    if reference.kind == "outside" and reference.words in setting.registry.forms:
        return None  # a unit of the roster that only says where: 栗坪镇幸福里小区
    if reference.kind == "self":
        return replace(reference, subjects=(setting.first_person,)) if setting.first_person else None
    if reference.kind == "person":
        return _as(reference, _person(before, focus, setting))
    if reference.kind == "post":
        return _holder(reference, focus, setting)
    if reference.kind == "pair":
        pair = next((one for one in focus.history if one is not None and len(one) == _PAIR), None)
        return replace(reference, subjects=(pair[0 if reference.words == "前者" else 1],) if pair else ())
    if reference.kind == "unit":
        team = _team(reference.words, focus, setting)
        return replace(reference, subjects=(team,) if team else ())
    if reference.kind == "vague":
        return _as(reference, _staff(focus, setting))
    if reference.kind == "plural":
        return _as(reference, _teams(before, focus, setting))
    return reference


def _as(reference: Reference, antecedent: Antecedent | None) -> Reference:
    """Tie a pronoun to its antecedent; to an outsider where that is empty."""
    if antecedent == ():
        return replace(reference, kind="outside")
    return replace(reference, subjects=antecedent or ())


def _person(before: Sequence[Reference], focus: Focus, setting: Setting) -> Antecedent | None:
    for earlier in reversed(before):
        if earlier.reporting:
            continue
        persons = tuple(filter(setting.registry.is_person, earlier.subjects))
        if persons or (earlier.kind == "outside" and not earlier.governed):
            return persons
    known = focus.latest_of(setting.registry.is_person)
    if known is None and setting.default is not None and setting.registry.is_person(setting.default):
        return (setting.default,)
    return known


def _team(words: str, focus: Focus, setting: Setting) -> str | None:
    """Return the team that 该镇 or 我局 means: a team of that level spoken of, else the document's own."""
    level = next((level for level in _LEVELS if level in words), "")
    if not level and "公司" in words:
        level = "公司"
    spoken = focus.latest_of(lambda subject: not setting.registry.is_person(subject)) or ()
    latest = focus.latest() or ()
    owners = (*spoken, *latest, *((setting.default,) if setting.default else ()))
    teams = [team for team in map(setting.team_of, owners) if team is not None]
    return next((team for team in teams if any(level in name for name in setting.registry.units[team])), None)


def _holder(reference: Reference, focus: Focus, setting: Setting) -> Reference | None:
    """Return who of the roster holds a post in the unit spoken of; somebody outside it where nobody there does."""
    team = _team("", focus, setting)
    if team is None:
        return None
    registry = setting.registry
    names = registry.units[team]
    members = [one for one in registry.subjects.values() if one.type == "person" and names & registry.units[one.id]]
    holders = tuple(one.id for one in members if _holds(reference.words, one))
    return replace(reference, subjects=holders) if holders else replace(reference, kind="outside")


def _holds(words: str, person: Subject) -> bool:
    titles = held_titles(person)
    if words.endswith(HEADS):
        return any(not title.startswith("副") for title in titles)
    title = words.removeprefix("分管").removeprefix("的")
    if title.endswith("书记"):
        return "书记" in titles and "副" not in title
    return title in titles


def _staff(focus: Focus, setting: Setting) -> Antecedent | None:
    """Return the unit whose 有的干部 are meant; never a person."""
    team = _team("", focus, setting)
    return (team,) if team else None


def _teams(before: Sequence[Reference], focus: Focus, setting: Setting) -> Antecedent | None:
    """Return the team that 他们 means, only where it was the last thing spoken of."""
    latest = before[-1].subjects if before else focus.latest()
    if latest == () and not before:
        return ()
    return latest if latest and len(latest) == 1 and not setting.registry.is_person(latest[0]) else None
