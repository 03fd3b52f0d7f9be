"""Elusion: draw sentences that nothing was found in, judge them one by one, and see how much is missed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review.excerpts import Highlight, around, excerpt
from mingcha.pipeline.review.gates import answer_fault, go
from mingcha.pipeline.review.overview import elusion_of
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.veils import ALL, veil_for, veil_in
from mingcha.pipeline.review.words import ALL_CATEGORIES
from mingcha.pipeline.store.queries import load_text
from mingcha.pipeline.store.samples import draw, judge, load_samples, load_sentences

if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response

    from mingcha.pipeline.review.excerpts import Excerpt
    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.visit import Visit

REACH = 120
_MOST, _SEEDS = 2000, 2**31 - 1


def show_samples(visit: Visit) -> Response:
    """List the samples with what they say."""
    samples = load_samples(visit.store, visit.assessment)
    said = {one.number: elusion_of(one) for one in samples if one.judged}
    return show(visit, "samples", samples=samples, said=said)


def draw_sample(visit: Visit, form: Form) -> Response:
    """Draw a sample and go to its first sentence."""
    size, seed = (_number(form.get(name, "")) for name in ("size", "seed"))
    if not 1 <= size <= _MOST:
        raise DataError(f"抽查的句数应在 1 至 {_MOST} 之间。")
    number = draw(visit.store, visit.reviewer, size=size, seed=seed or secrets.randbelow(_SEEDS))
    return go(visit, visit.link(f"sample/{number}"), "sampled")


def show_sample(visit: Visit) -> Response:
    """Show a sentence of a sample: the one asked for, else the first that nobody judged."""
    number = _number(visit.request.path_params["sample"])
    sentences = load_sentences(visit.store, visit.assessment, number)
    if not sentences:
        return answer_fault(visit, "这次考核没有这次抽查。", 404)
    asked = visit.request.query_params.get("position")
    waiting = next((one["position"] for one in sentences if one["verdict"] is None), None)
    place = _number(asked) if asked is not None else waiting
    if place is None or place >= len(sentences):
        return go(visit, visit.link("samples"), "finished")
    sentence = sentences[place]
    return show(
        visit,
        "sample",
        number=number,
        sentence=sentence,
        excerpt=_excerpt(visit, sentence),
        title=veil_for(visit, {sentence["document"]}).title(sentence["document"]),
        size=len(sentences),
        judged=sum(one["verdict"] is not None for one in sentences),
    )


def judge_sentence(visit: Visit, form: Form) -> Response:
    """Write what a reviewer makes of a sentence and go on to the next."""
    number, position = _number(visit.request.path_params["sample"]), _number(form.get("position", ""))
    category, verdict = form.get("category", ""), form.get("verdict", "")
    if verdict == "missed" and category not in ALL_CATEGORIES:
        raise DataError("请先选漏检的是哪一类，再记为漏检。")
    if verdict not in ("clean", "missed"):
        raise DataError("没有写明是否漏检。请重试。")
    judge(
        visit.store,
        visit.reviewer,
        (number, position),
        "missed" if verdict == "missed" else "clean",
        category if verdict == "missed" else "",
    )
    return go(visit, visit.link(f"sample/{number}"), "judged")


def _excerpt(visit: Visit, sentence: dict[str, Any]) -> Excerpt:
    text = load_text(visit.store, sentence["sha256"], format=sentence["format"])
    span = Span(sentence["start"], sentence["end"])
    veil = veil_in(visit, sentence["document"], (sentence["sha256"], sentence["format"]))
    if text is None or veil.apart.get(sentence["document"]) == ALL:
        told = veil.words(sentence["document"], sentence["text"], span.start)
        return excerpt(told, Span(0, len(told)), [Highlight(Span(0, len(told)), "here")])
    hidden = veil.spans(sentence["document"], text)
    return excerpt(text, around(span, text, REACH), [Highlight(span, "here")], hidden)


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 11 else 0
