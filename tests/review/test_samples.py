"""Elusion: a sample is drawn fairly and again the same, and what it says holds; marks of what was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.concordance import cohen_kappa, exact_interval, krippendorff_alpha
from mingcha.pipeline.store.reviewing import Reviewer, load_missed
from mingcha.pipeline.store.samples import draw, judge, load_samples, load_sentences

if TYPE_CHECKING:
    from collections.abc import Callable


def reviewer(case: Any) -> Reviewer:
    return Reviewer(case.name, "zhou", "周审", "first")


def test_a_sample_holds_no_sentence_that_was_flagged_and_the_same_seed_draws_it_again(case: Any) -> None:
    numbers = [draw(case.store, reviewer(case), size=3, seed=11) for _ in range(2)]
    first, again = (load_sentences(case.store, case.name, number) for number in numbers)
    assert [one["text"] for one in first] == [one["text"] for one in again]
    flagged = [(one.document, one.span) for one in case.findings]
    for one in first:
        span = Span(one["start"], one["end"])
        assert not any(document == one["document"] and span.overlaps(other) for document, other in flagged)
        assert "熟人打招呼" not in one["text"]
    samples = load_samples(case.store, case.name)
    assert {(one.seed, one.size) for one in samples} == {(11, len(first))}
    assert samples[0].frame >= len(first)


def test_sentences_are_judged_one_by_one_and_the_last_word_counts(case: Any, browser: Callable[..., Any]) -> None:
    zhou = browser("zhou")
    there = zhou.post(f"{case.root}/samples", size=2, seed=5).json()["go"].partition("?")[0]
    assert zhou.post(there, position=0, verdict="missed").status_code == 400
    zhou.post(there, position=0, verdict="missed", category="inaction")
    zhou.post(there, position=1, verdict="clean")
    (sample,) = load_samples(case.store, case.name)
    assert (sample.judged, sample.missed) == (2, 1)
    zhou.post(there, position=0, verdict="clean")
    (sample,) = load_samples(case.store, case.name)
    assert (sample.judged, sample.missed) == (2, 0)
    assert "漏检率" in zhou.get(f"{case.root}/").text
    assert zhou.get(there).headers["location"].endswith("said=finished")


def test_a_sample_of_another_assessment_is_not_there(
    case: Any, make: Callable[..., Any], browser: Callable[..., Any]
) -> None:
    other = make()
    number = draw(case.store, reviewer(other), size=2, seed=1)
    assert browser("zhou").get(f"{case.root}/sample/{number}").status_code == 404
    with pytest.raises(DataError, match="没有这一句"):
        judge(case.store, reviewer(case), (number, 0), "clean")


def test_a_missed_passage_is_marked_where_it_stands_and_taken_back(case: Any, browser: Callable[..., Any]) -> None:
    zhou, document = browser("zhou"), case.documents[0]
    start = document.text.index("窗口长期")
    fields = {"document": case.key(document), "category": "inaction", "status": "asserted"}
    wrong = zhou.post(f"{case.root}/mark", start=start + 9, end=start + 3, **fields)
    assert wrong.status_code == 400
    assert zhou.post(f"{case.root}/mark", start=start + 1, end=start + 8, **fields).status_code == 200
    (mark,) = load_missed(case.store, case.name)
    assert (mark["text"], mark["account"]) == (document.text[start : start + 8], "zhou")
    assert browser("sun").post(f"{case.root}/unmark", number=mark["seq"]).status_code == 400
    assert zhou.post(f"{case.root}/unmark", number=mark["seq"]).status_code == 200
    assert zhou.post(f"{case.root}/unmark", number=mark["seq"]).status_code == 400
    assert load_missed(case.store, case.name) == []


def test_known_values_of_the_intervals() -> None:
    # Clopper and Pearson (1934); the values as R's binom.test gives them.
    assert [round(bound, 4) for bound in exact_interval(0, 300)] == [0.0, 0.0122]
    assert [round(bound, 4) for bound in exact_interval(5, 50)] == [0.0333, 0.2181]
    assert exact_interval(7, 7)[1] == 1.0


@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))))
def test_an_interval_holds_its_share_and_mirrors(counts: tuple[int, int]) -> None:
    found, size = counts
    low, high = exact_interval(found, size)
    assert 0 <= low <= found / size <= high <= 1
    mirrored = exact_interval(size - found, size)
    assert mirrored[0] == pytest.approx(1 - high, abs=1e-9)
    assert mirrored[1] == pytest.approx(1 - low, abs=1e-9)


VERDICTS = st.sampled_from(["confirm", "reject", "otherwise"])


@given(st.lists(st.tuples(VERDICTS, VERDICTS), min_size=1, max_size=40))
def test_agreement_is_whole_only_where_all_agree(units: list[tuple[str, str]]) -> None:
    counts = {pair: units.count(pair) for pair in units}
    kappa, alpha = cohen_kappa(counts), krippendorff_alpha(units)
    same = all(one == other for one, other in units)
    for measure in (kappa, alpha):
        assert measure is None or measure <= 1 + 1e-9
        assert measure is None or (measure == pytest.approx(1)) == same
    assert alpha == pytest.approx(krippendorff_alpha([(other, one) for one, other in units])) or alpha is None
