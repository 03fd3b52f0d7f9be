"""Whom a sentence is about that names nobody: what a label, the sentences before, a heading or the title says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.choice import OUTSIDE, Choice
from mingcha.pipeline.clauses import has_own_actor, lacks_subject, tells_of_himself
from mingcha.pipeline.setting import only_subject

if TYPE_CHECKING:
    from mingcha.pipeline.focus import Antecedent
    from mingcha.pipeline.scene import Scene

_SAID_BY = re.compile(r"^\s*(?:[（(]?\d{1,2}[）)]?[.．、]?)?\s*[一-龥]{2,8}[：:]")
# What who writes or is asked does himself, and leaves himself out: 去找镇政府，没人理.
_WRITERS_ACT = re.compile(
    r"(?:[答A][：:])?(?:后来|又|也|再|就|每次|多次|只好|最后|但|可)*"
    r"(?:去找|找(?!到?(?:群众|干部|职工))|去问|问(?!题|责|效)|打(?:了|过)?电话|打(?:12345|热线)|跑了?[一两三四五几\d]+[趟次回]"
    r"|等了|投诉|去了?[一两三几\d]+[趟次回])"
)


def omitted(scene: Scene) -> Choice:
    """Return whom a sentence is about that refers to nobody: what was spoken of before, else the document's subject."""
    focus, setting = scene.focus, scene.setting
    before = focus.latest()
    labelled = _labelled(scene)
    if labelled is not None:
        return labelled
    answers = setting.interview and not setting.own_words and focus.sentence is not None and not focus.sentence.asks
    if answers and tells_of_himself(scene.text, scene.targets[0] if scene.targets else None):
        reason = "谈话对象说的是自己" + ("" if setting.speaker else "，不计入考核对象")
        return Choice(setting.speaker, (), reason, himself=True)
    if before == ():
        return Choice(None, (), f"{OUTSIDE}：主语承前省略，前文所说的不在名册中或所指不明")
    return _carried(scene, before) if before is not None else _of_document(scene)


def _labelled(scene: Scene) -> Choice | None:
    """Return whom 对韦秋月同志：工作节奏快 is about, which the label says."""
    sentence = scene.focus.sentence
    label = (sentence.turn.speaker if sentence.turn else sentence.field or "") if sentence else ""
    subject = only_subject(label, scene.setting.registry) if label.startswith(("对", "给")) else None
    return Choice(subject, (), f"按“{label}：”认定", (subject,)) if subject else None


def _carried(scene: Scene, before: Antecedent) -> Choice:
    setting = scene.setting
    target = scene.targets[0] if scene.targets else None
    writers = _WRITERS_ACT.match(scene.text) or any(tells_of_himself(scene.text, one) for one in (None, target))
    writer = setting.letter or (setting.first_person is None and writers)
    if writer and any(map(scene.are_persons, before)):
        return Choice(None, before, "写信人或谈话对象也会省略主语，不能认定仍指前文所说的人，请人工判断")
    own = setting.first_person
    if own is not None and setting.team_of(own) in before and not _has_other_actor(own, scene):
        return Choice(own, (), "主语省略，自述材料中说的是本人")
    if len(before) > 1:
        return Choice(None, before, "主语承前省略，前文涉及多个对象，请人工判断")
    if not lacks_subject(scene.text) or _has_other_actor(before[0], scene):
        return Choice(None, before, "句中另有主语，不能认定仍指前文所说的对象，请人工判断")
    return Choice(before[0], (), "主语承前省略")


def _of_document(scene: Scene) -> Choice:
    focus, setting = scene.focus, scene.setting
    if focus.about is not None:
        return of_heading(scene, focus.about[1])
    if focus.asked and focus.topic:
        return Choice(None, focus.topic, "问到的对象未必仍是这句话所说的，请人工判断")
    if setting.default is not None and _has_other_actor(setting.default, scene):
        return Choice(None, (setting.default,), "句中另有主语，不能认定指材料所写的人，请人工判断")
    return Choice(setting.default, (), setting.because)


def of_heading(scene: Scene, subject: str) -> Choice:
    """Return whom a heading says that all below is about, unless a person's sentence may have a subject of its own."""
    if _has_other_actor(subject, scene, _SAID_BY.sub("", scene.text, count=1)):
        return Choice(None, (subject,), "句中另有主语，不能认定指小标题所写的人，请人工判断")
    return Choice(subject, (), f"句中未点名，按小标题中的“{scene.setting.registry.subjects[subject].name}”认定")


def _has_other_actor(subject: str, scene: Scene, text: str | None = None) -> bool:
    """Tell whether a sentence may have a subject of its own: then no person, unlike a team, is charged with it."""
    if not scene.are_persons(subject):
        return False
    return not lacks_subject(text or scene.text) or has_own_actor(scene.text, scene.targets)
