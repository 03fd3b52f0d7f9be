"""Random samples of sentences that nothing was found in, and what people made of them: how much is missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.segmentation import split_sentences
from mingcha.pipeline.store.chain import Event, append_events, lock_record
from mingcha.pipeline.store.database import reading, writing
from mingcha.pipeline.store.people import elusion_samples, elusion_sentences, elusion_verdicts, referrals
from mingcha.pipeline.store.queries import load_text
from mingcha.pipeline.store.schema import documents, findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.store.people import SampleVerdict
    from mingcha.pipeline.store.reviewing import Reviewer

SHORTEST = 6  # characters: shorter lines are headings, names and dates


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in which nothing was found: where it stands and its words."""

    document: str
    sha256: str
    format: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample with where it stands: how many sentences there were to draw from, were drawn, judged, found missed."""

    number: int
    seed: int
    size: int
    frame: int
    judged: int
    missed: int
    by: str
    at: str


def draw(store: Store, reviewer: Reviewer, *, size: int, seed: int) -> int:
    """Draw a sample, each sentence as likely as any other, write it down, and return its number.

    The same seed over the same material draws the same sentences. Raise DataError where there is nothing to draw from.
    """
    chosen, frame = _reservoir(_unflagged(store, reviewer.assessment), size, Random(seed))  # noqa: S311 - it is to be repeatable
    if not chosen:
        raise DataError("没有可以抽查的句子：材料都没有读成，或每一句都已标出。")
    with writing(store) as connection:
        head = {"assessment": reviewer.assessment, "seed": seed, "size": len(chosen), "frame": frame}
        signed = {"by": reviewer.name, "at": _now()}
        number: int = connection.scalar(insert(elusion_samples).returning(elusion_samples.c.seq), head | signed) or 0
        connection.execute(insert(elusion_sentences), [_row(number, *each) for each in enumerate(chosen)])
        detail = {"seed": seed, "size": len(chosen), "frame": frame}
        append_events(connection, [Event(reviewer.account, "sampled", str(number), reviewer.assessment, detail)])
    return number


def judge(store: Store, reviewer: Reviewer, place: tuple[int, int], verdict: SampleVerdict, category: str = "") -> None:
    """Append what a reviewer makes of a sentence, *place* being the number of the sample and the position in it."""
    with writing(store) as connection:
        lock_record(connection)
        known = select(elusion_samples.c.seq).join(
            elusion_sentences, elusion_sentences.c.sample == elusion_samples.c.seq
        )
        mine = (elusion_samples.c.assessment == reviewer.assessment, elusion_samples.c.seq == place[0])
        if connection.scalar(known.where(*mine, elusion_sentences.c.position == place[1])) is None:
            raise DataError("这次考核的抽查中没有这一句。请刷新页面。")
        row = {"sample": place[0], "position": place[1], "verdict": verdict, "category": category or None}
        signed = {"reason": "", "by": reviewer.name, "account": reviewer.account, "at": _now()}
        connection.execute(insert(elusion_verdicts), row | signed)
        target = f"{place[0]}/{place[1]}"
        detail = {"verdict": verdict, "category": category}
        append_events(connection, [Event(reviewer.account, "sample_verdict", target, reviewer.assessment, detail)])


def load_samples(store: Store, assessment: str) -> list[Sample]:
    """Return the samples of an assessment, the latest first."""
    columns = elusion_samples.c
    query = select(elusion_samples).where(columns.assessment == assessment).order_by(columns.seq.desc())
    with reading(store) as connection:
        heads = list(connection.execute(query).mappings())
    samples = []
    for head in heads:
        verdicts = _verdicts(store, head["seq"])
        missed = sum(one["verdict"] == "missed" for one in verdicts.values())
        counts = (head["seed"], head["size"], head["frame"], len(verdicts), missed)
        samples.append(Sample(head["seq"], *counts, head["by"], head["at"]))
    return samples


def load_sentences(store: Store, assessment: str, number: int) -> list[dict[str, Any]]:
    """Return the sentences of a sample in their order, each with its ``verdict`` (or none) and ``category``."""
    columns = elusion_sentences.c
    joined = elusion_sentences.join(elusion_samples, columns.sample == elusion_samples.c.seq)
    query = select(elusion_sentences).select_from(joined).where(elusion_samples.c.assessment == assessment)
    with reading(store) as connection:
        rows = connection.execute(query.where(columns.sample == number).order_by(columns.position)).mappings().all()
    verdicts = _verdicts(store, number)
    nothing = {"verdict": None, "category": None}
    return [dict(row) | {name: verdicts.get(row["position"], nothing)[name] for name in nothing} for row in rows]


def _verdicts(store: Store, number: int) -> dict[int, dict[str, Any]]:
    """Return the last verdict on each position."""
    columns = elusion_verdicts.c
    query = select(elusion_verdicts).where(columns.sample == number).order_by(columns.seq)
    with reading(store) as connection:
        return {row["position"]: dict(row) for row in connection.execute(query).mappings()}


def _reservoir(sentences: Iterator[Sentence], size: int, random: Random) -> tuple[list[Sentence], int]:
    """Return *size* of the sentences, each as likely as any other, and how many there were."""
    kept: list[Sentence] = []
    count = 0
    for count, sentence in enumerate(sentences, start=1):
        if len(kept) < size:
            kept.append(sentence)
        elif (place := random.randrange(count)) < size:
            kept[place] = sentence
    random.shuffle(kept)
    return kept, count


def _unflagged(store: Store, assessment: str) -> Iterator[Sentence]:
    """Yield the sentences that no finding and no passage set apart touches; of identical files the first."""
    columns, seen = documents.c, set()
    query = select(columns.name, columns.sha256, columns.format).where(
        columns.assessment == assessment, columns.status == "read"
    )
    with reading(store) as connection:
        named = connection.execute(query.order_by(columns.name)).all()
    for name, sha256, format_ in named:
        text = None if sha256 in seen else load_text(store, sha256 or "", format=format_)
        seen.add(sha256)
        taken = _taken(store, assessment, name) if text else []
        for span in split_sentences(text or ""):
            if len(span) >= SHORTEST and not any(span.overlaps(one) for one in taken):
                yield Sentence(name, sha256 or "", format_ or "", span, span.of(text or ""))


def _taken(store: Store, assessment: str, document: str) -> Sequence[Span]:
    spans = []
    with reading(store) as connection:
        for table in (findings, referrals):
            columns = table.c
            query = select(columns.start, columns.end).where(
                columns.assessment == assessment, columns.document == document
            )
            spans += [Span(*row) for row in connection.execute(query)]
    return spans


def _row(number: int, position: int, sentence: Sentence) -> dict[str, Any]:
    place = {"start": sentence.span.start, "end": sentence.span.end, "text": sentence.text}
    origin = {"document": sentence.document, "sha256": sentence.sha256, "format": sentence.format}
    return {"sample": number, "position": position} | origin | place


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="microseconds")
