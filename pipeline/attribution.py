"""Whom a sentence is about, who says it, and what kind of source that is.

In this order: who is named, or named by 我 in his own report; somebody outside the roster as actor, who charges
nobody; 他 and 该镇; what the same turn or paragraph last spoke of; whom the document is about; nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.pipeline.choice import OUTSIDE, Choice, choose
from mingcha.pipeline.doubts import acts_somebody_else, has_only_objects, is_beside_the_question, may_be_own
from mingcha.pipeline.focus import Focus
from mingcha.pipeline.metadata import read_metadata
from mingcha.pipeline.omission import of_heading, omitted
from mingcha.pipeline.references import references_in
from mingcha.pipeline.registry import find_mentions
from mingcha.pipeline.relations import relation_of, responsibility_of
from mingcha.pipeline.resolution import resolve
from mingcha.pipeline.scene import Scene
from mingcha.pipeline.setting import setting_of
from mingcha.pipeline.sources import caller_of, document_source, source_of, speaker_of
from mingcha.pipeline.terms import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.detection import Hit
    from mingcha.pipeline.document import Span
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.metadata import Metadata
    from mingcha.pipeline.registry import Mention, Registry
    from mingcha.pipeline.relations import Relation, Responsibility
    from mingcha.pipeline.segmentation import Segmented, Sentence
    from mingcha.pipeline.setting import Setting

_MOST_TARGETS = 40  # a sentence with more is no sentence; it must not cost the square of its length
_NO_ROSTER = "没有名册，不判定对象"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom a sentence is about and who says it; ``reason`` (Chinese) tells how that was decided.

    ``relation`` is what the speaker is to the subject, ``responsibility`` whether that one answers for an act of his
    own or, as a leader, for that of others.

    ``subject`` is a roster id; where several are possible it is ``None`` and ``candidates`` lists them. ``outside``
    are the places (spans in the clean text) of rule hits whose actor stands outside the roster. ``beside`` is the
    same for the hits of categories that stand apart: they must not move what is said of the others.
    """

    subject: str | None
    candidates: tuple[str, ...]
    speaker: str | None
    source_kind: str
    reason: str
    relation: Relation = "other"
    responsibility: Responsibility = "direct"
    outside: tuple[Span, ...] = ()
    beside: Attribution | None = None

    def of(self, hits: Sequence[Hit]) -> Attribution:
        """Return the attribution of a judgment that rests on *hits*: to nobody inside where all are an outsider's."""
        if hits and self.beside is not None and all(hit.rule.category not in CATEGORIES for hit in hits):
            return self.beside.of(hits)
        if hits and self.subject is not None and all(hit.span in self.outside for hit in hits):
            return replace(self, subject=None, candidates=(), reason=f"{OUTSIDE}：这一行为的主语不在名册中")
        return self


def attribute_document(
    segmented: Segmented, sentences: Sequence[Marked], genre: Genre, registry: Registry, document_name: str
) -> tuple[Attribution, ...]:
    """Return one attribution for each of *sentences*, which are those of *segmented* in order; linear in the text."""
    text = segmented.clean.text
    metadata = read_metadata(text)
    setting = setting_of(text, genre, metadata, registry, document_name)
    source = document_source(genre, metadata, setting.title, text, own_words=setting.own_words)
    caller = caller_of(text, genre) if source != "S-ANON" else None
    if registry.subjects:
        choices = list(_subjects(segmented, sentences, find_mentions(text, registry), setting))
    else:
        choices = [(Choice(None, (), _NO_ROSTER), None)] * len(sentences)
    speaking = _Speaking(genre, metadata, caller, source)
    return tuple(
        _attribution(*choice, marked.sentence, _voice(segmented.text_of(marked.sentence), marked.sentence, speaking))
        for marked, choice in zip(sentences, choices, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Voice:
    """Who says a sentence, what kind of source that is, and the words."""

    speaker: str | None
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class _Speaking:
    """What a whole document says about who speaks in it."""

    genre: Genre
    metadata: Metadata
    caller: str | None
    source: str


def _voice(text: str, sentence: Sentence, document: _Speaking) -> _Voice:
    speaker = speaker_of(sentence, document.genre, document.metadata, document.caller)
    source = source_of(sentence, document.genre, document.metadata, document_kind=document.source)
    return _Voice(speaker, source, text)


def _attribution(choice: Choice, beside: Choice | None, sentence: Sentence, voice: _Voice) -> Attribution:
    outside = tuple(span.shifted(sentence.span.start) for span in choice.outside)
    other = _attribution(beside, None, sentence, voice) if beside else None
    return Attribution(
        *(choice.subject, choice.candidates, voice.speaker, voice.source, choice.reason),
        relation="self" if choice.himself else relation_of(voice.source),
        responsibility=responsibility_of(voice.text),
        outside=outside,
        beside=other,
    )


def _subjects(
    segmented: Segmented, sentences: Sequence[Marked], mentions: Sequence[Mention], setting: Setting
) -> Iterator[tuple[Choice, Choice | None]]:
    """Yield whom each of *sentences* is about, and whom the rules apart in it, where there are any.

    Every sentence of the document lends what it speaks of to the next.
    """
    targets = {marked.sentence.span: (_targets(marked), _targets_apart(marked)) for marked in sentences}
    spoken = [sentence for sentence in segmented.sentences if not sentence.noise]
    focus = Focus()
    for sentence, found in zip(spoken, _by_sentence(spoken, mentions), strict=True):
        focus = focus.entering(sentence)
        text = segmented.text_of(sentence)
        references = resolve(references_in(text, found, sentence.span.start), focus, setting)
        focus = focus.noting(references, text)
        aims, apart = targets.get(sentence.span, ([], []))
        choice = _choice(Scene(text, references, aims, focus, setting))
        beside = _choice(Scene(text, references, apart, focus, setting)) if apart else None
        puzzling = sentence.asks and choice.antecedent is None and any(one.kind == "plural" for one in references)
        focus = focus.lost() if puzzling else focus.after(choice.antecedent)
        if sentence.span in targets:
            yield choice, beside


def _choice(scene: Scene) -> Choice:
    choice = choose(scene.text, scene.references, scene.targets)
    if choice is None or has_only_objects(scene):
        return omitted(scene)
    if choice.subject is not None and may_be_own(scene, choice.subject):
        both = (choice.subject, *((scene.own,) if scene.own else ()))
        return Choice(None, both, "句首省略了主语，后面才提到他人，不能认定是谁所为，请人工判断", choice.antecedent)
    if is_beside_the_question(scene, choice.subject):
        both = tuple(filter(None, (choice.subject, *(scene.focus.topic or ()))))
        return Choice(None, both, "问的是一人，答话说到另一人，不能认定是谁所为，请人工判断", choice.antecedent)
    if choice.subject is not None and acts_somebody_else(scene, choice.subject):
        reason = "行为所在的分句另有主语，不能认定是前面点名的人，请人工判断"
        return Choice(None, (choice.subject,), reason, choice.antecedent)
    return _spoken(scene, choice) if choice.spoken else choice


def _spoken(scene: Scene, choice: Choice) -> Choice:
    """Return whom a sentence is about of which only the teller is known; next, he can be meant as well as the other."""
    if scene.focus.about is not None:
        return of_heading(scene, scene.focus.about[1])
    possible = (*choice.candidates, *filter(None, (scene.own,)))
    return replace(choice, antecedent=tuple(dict.fromkeys(possible)))


def _by_sentence(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    place = 0
    for sentence in sentences:
        found: list[Mention] = []
        while place < len(mentions) and mentions[place].span.start < sentence.span.end:
            if mentions[place].span.within(sentence.span):
                found.append(mentions[place])
            place += 1
        yield found


def _targets(marked: Marked) -> list[Span]:
    risks = [hit for hit in marked.known if hit.rule.kind == "risk"]
    return _places(risks or marked.known, marked.sentence)


def _targets_apart(marked: Marked) -> list[Span]:
    return _places(marked.apart, marked.sentence)


def _places(hits: Sequence[Hit], sentence: Sentence) -> list[Span]:
    return [hit.span.shifted(-sentence.span.start) for hit in hits[:_MOST_TARGETS]]
