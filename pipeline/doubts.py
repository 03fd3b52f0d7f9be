"""Where a sentence names somebody and yet need not be about him: then nobody is charged, and people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.clauses import after_main_clause, clause_around, has_own_actor, lacks_subject

if TYPE_CHECKING:
    from mingcha.pipeline.scene import Scene


def may_be_own(scene: Scene, chosen: str | None) -> bool:
    """Tell whether the one whose name is left out may have done it rather than *chosen*, who is only mentioned.

    In 说话冲，韦主任找我谈过 the name comes in a later clause than the act. In one's own report a name in
    an earlier clause is of no weight either: 沈书记多次催办，仍然敷衍了事.
    """
    if chosen == scene.own or not scene.are_persons(chosen, scene.own):
        return False
    places = [one.span.start for one in scene.references if chosen in one.subjects]
    return _comes_late(scene, places) or (scene.own == scene.setting.first_person and _acts_elsewhere(scene, places))


def _comes_late(scene: Scene, places: list[int]) -> bool:
    named = any(one.subjects == (scene.own,) and not one.governed for one in scene.references)
    late = bool(places) and places[0] >= after_main_clause(scene.text)
    return late and not named and not _acts_there(scene, places)


def _acts_there(scene: Scene, places: list[int]) -> bool:
    return bool(scene.targets) and not _acts_elsewhere(scene, places) and not lacks_subject(scene.text)


def _acts_elsewhere(scene: Scene, places: list[int]) -> bool:
    clauses = [clause_around(scene.text, target.start) for target in scene.targets]
    return bool(clauses) and not any(start <= place < end for start, end in clauses for place in places)


def is_beside_the_question(scene: Scene, chosen: str | None) -> bool:
    """Tell whether an answer to a question about one person names another, and no rule hit lies in that one's clause.

    焦志勇怎么样？有一次，凌书记急着用钱，催了三遍才签: what is told of another often tells of the one asked about.
    """
    focus = scene.focus
    asked = focus.topic[0] if focus.asked and focus.topic is not None and len(focus.topic) == 1 else None
    if asked == chosen or focus.sentence is None or focus.sentence.asks:
        return False
    places = [one.span.start for one in scene.references if chosen in one.subjects]
    if scene.targets and not _acts_elsewhere(scene, places):
        return False
    return scene.are_persons(chosen, asked) and all(asked not in one.subjects for one in scene.references)


def acts_somebody_else(scene: Scene, chosen: str | None) -> bool:
    """Tell whether every hit lies in a later clause with a subject of its own: 孙海到了现场，窗口敷衍了事."""
    places = [one.span.start for one in scene.references if chosen in one.subjects]
    return scene.are_persons(chosen) and has_own_actor(scene.text, scene.targets) and _acts_elsewhere(scene, places)


def has_only_objects(scene: Scene) -> bool:
    """Tell 协调县水务局解决饮水问题 in a paper about a person: the units are whom he dealt with, and he is left out."""
    inside = [one for one in scene.references if one.subjects and not one.reporting]
    teams = all(one.governed and not any(map(scene.are_persons, one.subjects)) for one in inside)
    person = any(map(scene.are_persons, (*scene.before, scene.setting.default)))
    return bool(inside) and len(inside) == len(scene.references) and teams and person and lacks_subject(scene.text)
