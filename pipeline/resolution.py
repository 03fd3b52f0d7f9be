"""From pronouns to subjects: what 我, 他, 该镇 and 有的干部 mean at their place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mingcha.pipeline.outsiders import is_family
from mingcha.pipeline.titles import HEADS, held_titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.pipeline.focus import Antecedent, Focus
    from mingcha.pipeline.references import Reference
    from mingcha.pipeline.setting import Setting
    from mingcha.pipeline.subjects import Subject

_PAIR = 2
_SCHOOLS = ("中学", "小学", "高中", "学院", "幼儿园")
_OWN = re.compile("[我本咱]")
_ORGAN = re.compile("[镇乡局院校](?![里上党班领干])")
_OWNER = re.compile("^(?:公司|集团|[局镇乡院校](?=党|董|总|主|书))")
_GREAT = ("县", "市", "区")
_LEVELS = ("街道", "中心", *"镇乡县区市局委办院厅站所校")


def resolve(references: Sequence[Reference], focus: Focus, setting: Setting) -> tuple[Reference, ...]:
    """Return the references with the subjects they mean; those that mean no assessed subject at all are dropped.

    What cannot be resolved keeps its kind without subjects: it stands for nobody, and nobody else may step in.
    """
    resolved: list[Reference] = []
    for reference in references:
        unit = _unit_before(reference, resolved, setting)
        meant = _holder(reference, (unit,), setting) if unit else _resolved(reference, resolved, focus, setting)
        if unit and meant is not None:
            resolved.pop()  # 县水利局主要负责人 is he, not the bureau
        if meant is not None:
            resolved.append(_told(meant, setting))
    return tuple(resolved)


def _resolved(reference: Reference, before: Sequence[Reference], focus: Focus, setting: Setting) -> Reference | None:
    if reference.kind == "outside" and reference.words in setting.registry.forms:
        return None  # a unit of the roster that only says where: 栗坪镇幸福里小区
    if reference.kind == "name" and not reference.acting and setting.registry.is_person(reference.subjects[0]):
        return replace(reference, kind="met")
    if reference.kind in ("speaker", "self"):
        return _speaking(reference, before, focus, setting)
    if reference.kind == "person":
        return _as(reference, _person(reference, before, focus, setting))
    if reference.kind == "post":
        return _holder(reference, _teams_spoken_of(focus, setting), setting)
    if reference.kind == "pair":
        return _one_of_two(reference, focus)
    if reference.kind == "unit":
        own = _OWN.match(reference.words)
        team = (_own_team if own else _team)(reference.words, focus, setting)
        return replace(reference, subjects=(team,) if team else ())
    if reference.kind == "vague":
        return reference if _is_of_unknown(reference, before) else _as(reference, _staff(focus, setting))
    if reference.kind == "plural":
        return _as(reference, _teams(before, focus, setting))
    return reference


def _speaking(reference: Reference, before: Sequence[Reference], focus: Focus, setting: Setting) -> Reference | None:
    """Return whom 我 means: in minutes who speaks, else who wrote or was asked; only there a name speaks."""
    if reference.kind == "speaker":
        spoken = setting.meeting or reference.reporting
        return replace(reference, reporting=True) if spoken else replace(reference, kind="name")
    if setting.meeting and before and before[0].kind == "speaker":
        if reference.reporting and not reference.admitting:
            return None
        other = focus.about is not None and before[0].subjects != (focus.about[1],)
        return None if other else replace(reference, subjects=before[0].subjects)  # others' remarks on one: 我 tells
    own = setting.first_person or (setting.ours if reference.words.endswith("们") else None)
    return replace(reference, subjects=(own,)) if own else None


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
        if earlier.kind == "outside" and is_family(earlier.words):
            continue  # 妻子住院，他只陪了半天
        if earlier.kind == "kin":
            return None  # 孙海的外甥来过，活也是他包的: the kinsman as well as the one named
        persons = tuple(one for one in earlier.subjects if _is_other(one, setting))
        if persons or (earlier.kind == "outside" and not earlier.governed):
            return persons
    spoken = _spoken_of(focus, setting)
    telling = tuple(one for other in before if other.kind == "speaker" for one in other.subjects)
    return tuple(dict.fromkeys((*spoken, *telling))) if spoken else spoken


def _spoken_of(focus: Focus, setting: Setting) -> Antecedent | None:
    """Return whom 他 means that nobody in his sentence explains: never the one who speaks.

    A new question that names nobody may turn back from whom the last answer mentioned by the way to whom it is all
    about; then both are possible. So are two persons in the two sentences before, where no answer holds them together,
    and the one spoken of beside the one asked about or written about.
    """
    known = focus.latest_of(lambda one: _is_other(one, setting))
    own = tuple(one for one in focus.topic or () if _is_other(one, setting)) or _assessed(setting)
    if not known:
        return known if known == () else own or None
    before = (known,) if focus.sentence is not None and focus.sentence.turn is not None else focus.history
    spoken = (one for several in before for one in several or () if _is_other(one, setting))
    return tuple(dict.fromkeys((*spoken, *own)))


def _assessed(setting: Setting) -> Antecedent:
    return (setting.default,) if setting.default and _is_other(setting.default, setting) else ()


def _is_other(subject: str, setting: Setting) -> bool:
    return setting.registry.is_person(subject) and subject != setting.first_person


def _team(words: str, focus: Focus, setting: Setting) -> str | None:
    """Return the team that 该镇 or 我局 means: a team of that level spoken of, else the document's own."""
    spoken = focus.latest_of(lambda subject: not setting.registry.is_person(subject)) or ()
    author = None if setting.letter else setting.author
    return _of_level(words, (*spoken, *(focus.latest() or ()), focus.host, setting.default, author), setting)


def _own_team(words: str, focus: Focus, setting: Setting) -> str | None:
    """Return the team that 我局 means: the one that answers or writes, never one that it only speaks of.

    In a letter or a ticket the writer is somebody else; there only a place can be his and that of the team: 我镇.
    """
    inside = not setting.letter or any(place in words for place in "镇乡县区市")
    return _of_level(words, (focus.host, setting.author, setting.default if inside else None), setting)


def _of_level(words: str, owners: Sequence[str | None], setting: Setting) -> str | None:
    named = words[0] if _ORGAN.match(words) else words
    level = next((level for level in _LEVELS if level in named), "公司" if "公司" in words else "")
    teams = [team for team in (setting.team_of(owner) for owner in owners if owner) if team is not None]
    return next((team for team in teams if any(_is_of(level, name) for name in setting.registry.units[team])), None)


def _is_of(level: str, name: str) -> bool:
    """Tell whether a name is that of a unit of a level; 县 stands in 县供水公司 without making it a county."""
    if level in _GREAT:
        return name.endswith((level, f"{level}委", f"{level}政府"))
    return level in name or (level == "校" and name.endswith(_SCHOOLS))


def _told(reference: Reference, setting: Setting) -> Reference:
    """Return a unit to which somebody reports (向镇政府反映) as one that does not report itself."""
    team = reference.governed and reference.subjects and not setting.registry.is_person(reference.subjects[0])
    return replace(reference, reporting=False) if team and reference.reporting else reference


def _unit_before(reference: Reference, before: Sequence[Reference], setting: Setting) -> str | None:
    """Return the team to which a post belongs that follows at once: 县水利局主要负责人."""
    owner = before[-1] if reference.kind == "post" and before else None
    if owner is None or len(owner.subjects) != 1 or setting.registry.is_person(owner.subjects[0]):
        return None
    return owner.subjects[0] if owner.span.end == reference.span.start else None


def _teams_spoken_of(focus: Focus, setting: Setting) -> tuple[str, ...]:
    """Return the teams whose 局长 can be meant: the one last spoken of, the one that writes or that all is about."""
    own = next(filter(None, (focus.host, setting.author, setting.default and setting.team_of(setting.default))), None)
    return tuple(dict.fromkeys(team for team in (_team("", focus, setting), own) if team))


def _holder(reference: Reference, teams: Sequence[str], setting: Setting) -> Reference | None:
    """Return who of the roster holds a post in these units; somebody outside it where nobody there does."""
    if not teams:
        return None
    registry = setting.registry
    names = frozenset[str]().union(*(registry.units[team] for team in teams))
    members = [one for one in registry.subjects.values() if one.type == "person" and names & registry.units[one.id]]
    holders = tuple(one.id for one in members if _holds(reference.words, one))
    return replace(reference, subjects=holders) if holders else replace(reference, kind="outside")


def _holds(words: str, person: Subject) -> bool:
    titles = held_titles(person)
    if words.endswith(HEADS):
        return any(not title.startswith("副") for title in titles)
    title = _OWNER.sub("", words).removeprefix("分管").removeprefix("的")
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
