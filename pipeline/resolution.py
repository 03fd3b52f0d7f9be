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
_GREAT = ("县", "市", "区")
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
    if reference.kind in ("speaker", "self"):
        return _speaking(reference, before, setting)
    if reference.kind == "person":
        return _as(reference, _person(reference, before, focus, setting))
    if reference.kind == "post":
        return _holder(reference, focus, setting)
    if reference.kind == "pair":
        return _one_of_two(reference, focus)
    if reference.kind == "unit":
        team = _team(reference.words, focus, setting)
        return replace(reference, subjects=(team,) if team else ())
    if reference.kind == "vague":
        return reference if _is_of_unknown(reference, before) else _as(reference, _staff(focus, setting))
    if reference.kind == "plural":
        return _as(reference, _teams(before, focus, setting))
    return reference


def _speaking(reference: Reference, before: Sequence[Reference], setting: Setting) -> Reference | None:
    """Return whom 我 means: in minutes who speaks, else who wrote or was asked; only there a name speaks."""
    if reference.kind == "speaker":
        spoken = setting.meeting or reference.reporting
        return replace(reference, reporting=True) if spoken else replace(reference, kind="name")
    if setting.meeting and before and before[0].kind == "speaker":
        return replace(reference, subjects=before[0].subjects)
    return replace(reference, subjects=(setting.first_person,)) if setting.first_person else None


def _one_of_two(reference: Reference, focus: Focus) -> Reference:
    pair = next((one for one in focus.history if one is not None and len(one) == _PAIR), None)
    return replace(reference, subjects=(pair[0 if reference.words == "前者" else 1],) if pair else ())


def _is_of_unknown(reference: Reference, before: Sequence[Reference]) -> bool:
    """Tell 该县有的部门 of a county that nobody knows."""
    owner = before[-1] if before else None
    return owner is not None and owner.kind == "unit" and not owner.subjects and owner.span.end == reference.span.start


def _as(reference: Reference, antecedent: Antecedent | None) -> Reference:
    """Tie a pronoun to its antecedent; to an outsider where that is empty."""
    if antecedent == ():
        return replace(reference, kind="outside")
    return replace(reference, subjects=antecedent or ())


def _person(reference: Reference, before: Sequence[Reference], focus: Focus, setting: Setting) -> Antecedent | None:
    himself = reference.words.endswith(("本人", "自己"))  # of whom says so: 谭县长指出，她本人也有责任
    for earlier in reversed([one for one in before if himself or not one.reporting]):
        persons = tuple(one for one in earlier.subjects if _is_other(one, setting))
        if persons or (earlier.kind == "outside" and not earlier.governed):
            return persons
    return _spoken_of(focus, setting)


def _spoken_of(focus: Focus, setting: Setting) -> Antecedent | None:
    """Return whom 他 means that nobody in his sentence explains: never the one who speaks.

    A new question that names nobody may turn back from whom the last answer mentioned by the way to whom it is all
    about; then both are possible. So are two persons in the two sentences before, where no answer holds them together.
    """
    known = focus.latest_of(lambda one: _is_other(one, setting))
    if known and focus.sentence is not None and focus.sentence.turn is None:
        return tuple(dict.fromkeys(one for spoken in focus.history for one in spoken or () if _is_other(one, setting)))
    asked = tuple(one for one in focus.topic or () if _is_other(one, setting))
    own = asked or ((setting.default,) if setting.default and _is_other(setting.default, setting) else ())
    if known and own and focus.turned and not focus.asked:
        return tuple(dict.fromkeys((*known, *own)))
    return known if known is not None or not own else own


def _is_other(subject: str, setting: Setting) -> bool:
    return setting.registry.is_person(subject) and subject != setting.first_person


def _team(words: str, focus: Focus, setting: Setting) -> str | None:
    """Return the team that 该镇 or 我局 means: a team of that level spoken of, else the document's own."""
    level = next((level for level in _LEVELS if level in words), "")
    if not level and "公司" in words:
        level = "公司"
    spoken = focus.latest_of(lambda subject: not setting.registry.is_person(subject)) or ()
    latest = focus.latest() or ()
    owners = (*spoken, *latest, *((setting.default,) if setting.default else ()))
    teams = [team for team in map(setting.team_of, owners) if team is not None]
    return next((team for team in teams if any(_is_of(level, name) for name in setting.registry.units[team])), None)


def _is_of(level: str, name: str) -> bool:
    """Tell whether a name is that of a unit of a level; 县 stands in 县供水公司 without making it a county."""
    return name.endswith((level, f"{level}委", f"{level}政府")) if level in _GREAT else level in name


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
