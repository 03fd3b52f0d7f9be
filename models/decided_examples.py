"""Decisions of an office made into examples: sentences of its documents, and what people answered about each.

Nothing of the documents may be found in a model that learned from them. Passages for authorized reviewers are blotted
out, names of people too; of what is left only windows of characters count that our own corpus has (``training``).
Sentences that nobody spoke about are no negative examples: they bear no answer and are there as surroundings only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mingcha.corpora.labelled_documents import Labels
from mingcha.models.examples import Answer, Example
from mingcha.pipeline.document import Document
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.terms import ACTIVE_STATUSES, EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.document import Span
    from mingcha.pipeline.lessons import Lesson, Taught
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.preparation import Stages

    Answers = dict[str, Answer]

TRUST = {"adjudicated": 1.0, "agreed": 1.0, "single": 0.5}
"""What two people agreed on, or a third settled, weighs as much as a label of ours; what one said, half of that."""

_RISK_HEADS = ("risk", *RISK_CATEGORIES, "reported")
_HOLE = "\ue000"  # a character that no text of ours has: every window that touches it is unknown
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Decided:
    """The examples, the same documents' sentences as they are (to be scored, not learned), and what was counted."""

    examples: tuple[Example, ...]
    originals: tuple[Example, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document with its sentences, their places in the original text, and the answers about each."""

    taught: Taught
    original: Example
    places: tuple[Span, ...]
    answers: tuple[Answers, ...]


def decided_examples(documents: Iterable[Taught], stages: Stages) -> Decided:
    """Return what *documents* teach; those of one text are taken together, whatever assessment they come from."""
    merged = _merged(documents)
    prepared = [_prepared(taught, stages) for taught in merged]
    dropped = _drop_contradicted(prepared)
    groups = _groups(prepared)
    pairs = zip(prepared, groups, strict=True)
    examples = tuple(_example(one, f"decided{group}-{number}") for number, (one, group) in enumerate(pairs))
    return Decided(examples, tuple(one.original for one in prepared), _counts(merged, prepared, dropped))


def _merged(documents: Iterable[Taught]) -> list[Taught]:
    merged: dict[tuple[str, str], Taught] = {}
    for one in documents:
        key = (one.sha256, one.format)
        known = merged.get(key)
        merged[key] = one if known is None else _joined(known, one)
    return [merged[key] for key in sorted(merged)]


def _joined(known: Taught, other: Taught) -> Taught:
    lessons = tuple(dict.fromkeys((*known.lessons, *other.lessons)))
    apart, undecided = (*known.apart, *other.apart), (*known.undecided, *other.undecided)
    return replace(known, lessons=lessons, apart=apart, undecided=undecided, names=known.names | other.names)


def _prepared(taught: Taught, stages: Stages) -> _Prepared:
    made = prepare(Document(taught.name, taught.sha256, taught.format, taught.text, ()), stages)
    places = tuple(made.clean.offsets.to_original(marked.sentence.span) for marked in made.sentences)
    unsure = (Labels(unsure=True),) * len(places)
    return _Prepared(
        taught,
        Example(taught.sha256, "", made.sentences, made.genre, unsure),
        places,
        tuple(_answers(place, taught) for place in places),
    )


def _answers(place: Span, taught: Taught) -> Answers:
    """Return what is known of the sentence at *place*; where lessons differ in one point, a yes stands."""
    if any(place.overlaps(one) for one in taught.apart):
        return {}
    lessons = [one for one in taught.lessons if _shares_half(one.span, place)]
    answers: Answers = {}
    for lesson in lessons:
        for head, said in answers_of(lesson).items():
            _lay(answers, head, Answer(said, TRUST[lesson.hands]))
    refused = [one for one in lessons if one.sort == "rejected" and one.found in RISK_CATEGORIES]
    if refused and not any(_shares_half(span, place) for span in taught.undecided):
        trust = max(TRUST[one.hands] for one in refused)
        for head in _RISK_HEADS:
            answers.setdefault(head, Answer(said=False, trust=trust))
    return answers


def answers_of(lesson: Lesson) -> dict[str, bool]:
    """Return the questions (heads) that a lesson answers by itself; all others stay open.

    That a passage is no risk at all follows from a rejection only where all its risks are decided.
    """
    if lesson.sort == "clean":
        return dict.fromkeys((*_RISK_HEADS, *EVIDENCE_CATEGORIES), False)
    if lesson.sort == "rejected":
        return {lesson.category: False}
    denied = {lesson.found: False} if lesson.found else {}
    if lesson.category in EVIDENCE_CATEGORIES:
        gone = dict.fromkeys(_RISK_HEADS, False) if lesson.found in RISK_CATEGORIES else {}
        return denied | gone | {lesson.category: True}
    if lesson.status not in ACTIVE_STATUSES:
        return dict.fromkeys(_RISK_HEADS, False) | {lesson.status: True}
    mentions = dict.fromkeys(MENTIONS, False)
    return denied | mentions | {"risk": True, lesson.category: True, "reported": lesson.status == "reported"}


def _lay(answers: Answers, head: str, answer: Answer) -> None:
    known = answers.get(head)
    if known is None or (answer.said, answer.trust) > (known.said, known.trust):
        answers[head] = answer


def _shares_half(span: Span, place: Span) -> bool:
    shared = min(span.end, place.end) - max(span.start, place.start)
    return shared > 0 and 2 * shared >= min(len(span), len(place))


def _drop_contradicted(prepared: Sequence[_Prepared]) -> int:
    """Drop answers that others about the same words contradict: the lesser trusted, both where equal; count them."""
    trusts: dict[tuple[str, str], dict[bool, float]] = defaultdict(dict)
    for _, words, head, answer in _every_answer(prepared):
        sides = trusts[words, head]
        sides[answer.said] = max(answer.trust, sides.get(answer.said, 0.0))
    dropped = 0
    for answers, words, head, answer in list(_every_answer(prepared)):
        if answer.trust <= trusts[words, head].get(not answer.said, 0.0):
            del answers[head]
            dropped += 1
    return dropped


def _every_answer(prepared: Iterable[_Prepared]) -> Iterator[tuple[Answers, str, str, Answer]]:
    for one in prepared:
        for marked, answers in zip(one.original.sentences, one.answers, strict=True):
            words = _letters(marked.text)
            yield from ((answers, words, head, answer) for head, answer in answers.items())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _groups(prepared: Sequence[_Prepared]) -> list[int]:
    """Number the documents so that those that share the words of an answered sentence have one number.

    Such documents were copied from one another and must not be learned from while they are held out.
    """
    parents, first = list(range(len(prepared))), dict[str, int]()
    for number, one in enumerate(prepared):
        for marked, answers in zip(one.original.sentences, one.answers, strict=True):
            if answers:
                other = first.setdefault(_letters(marked.text), number)
                parents[_root(parents, number)] = _root(parents, other)
    return [_root(parents, number) for number in range(len(prepared))]


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _example(one: _Prepared, name: str) -> Example:
    rows = zip(one.original.sentences, one.places, strict=True)
    sentences = tuple(_blotted(marked, place, one.taught) for marked, place in rows)
    return replace(one.original, id=name, sentences=sentences, answers=one.answers)


def _blotted(marked: Marked, place: Span, taught: Taught) -> Marked:
    """Take out of a sentence what must not be learned: all of it where it is set apart, else the names."""
    if any(place.overlaps(one) for one in taught.apart):
        return replace(marked, text="", hits=(), governed=(), cues=(), cue=None)
    text = marked.text
    for name in sorted(taught.names, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            text = text.replace(name, _HOLE * len(name))
    return replace(marked, text=text)


def _counts(merged: Sequence[Taught], prepared: Sequence[_Prepared], contradicted: int) -> dict[str, int]:
    """Return how many lessons of each sort and by whom, how many sentences bear an answer, what was left out."""
    lessons = [lesson for taught in merged for lesson in taught.lessons]
    sorts, hands = Counter(one.sort for one in lessons), Counter(one.hands for one in lessons)
    return {
        **{name: sorts[name] for name in ("confirmed", "corrected", "rejected", "missed", "clean")},
        **{name: hands[name] for name in ("adjudicated", "agreed", "single")},
        "documents": len(merged),
        "sentences": sum(bool(answers) for one in prepared for answers in one.answers),
        "set_apart": sum(
            any(lesson.span.overlaps(one) for one in taught.apart) for taught in merged for lesson in taught.lessons
        ),
        "contradicted": contradicted,
    }
