"""What would be if: changed weights, thresholds and findings left out, beside the score and never in it."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from mingcha.corpora.schemebook import load_scheme
from mingcha.pipeline.scoring.trials import reweighted, weights_of
from mingcha.pipeline.store.schema import metadata
from mingcha.pipeline.subjects import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

DENENG = load_scheme("deneng")
PARTS = ("de", "neng", "qin", "ji", "lian")
ANYBODY, CHIEF = Subject("p2", "何春燕"), Subject("p1", "周启明", category="正职")


def figures(page: str) -> list[str]:
    return [re.sub(r"<.*?>", "", html.unescape(one)).strip() for one in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL)]


def rows(case: Any) -> dict[str, int]:
    with case.store.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) for name, table in metadata.tables.items()
        }


@pytest.fixture
def scored(case: Any, browser: Callable[..., Any]) -> Any:
    """The case with every finding about 何春燕 confirmed, so that there is something to leave out."""
    zhou = browser("zhou")
    for finding in case.findings:
        if finding.subject == "p2":
            zhou.decide(case, finding)
    return case


def test_nothing_moved_changes_nothing(scored: Any, browser: Callable[..., Any]) -> None:
    wang = browser("wang")
    page = wang.get(f"{scored.root}/what-if/p2")
    assert page.status_code == 200
    assert "试算，不保存" in page.text
    assert "还没有改动" in page.text
    now, tried, *_ = figures(page.text)
    assert now == tried
    sent = dict(re.findall(r'type="range" name="([^"]+)" [^>]*?value="([^"]+)"', page.text))
    assert {f"w.{part}" for part in PARTS} <= set(sent)
    same = wang.client.get(f"{scored.root}/what-if/p2", params=sent)
    assert "还没有改动" in same.text  # the sliders as they stand, sent by a browser without scripts


def test_a_weight_moves_the_total_beside_the_old_one_and_nothing_is_written(
    scored: Any, browser: Callable[..., Any]
) -> None:
    wang = browser("wang")
    before = rows(scored)
    page = wang.get(f"{scored.root}/what-if/p2?w.ji=60").text
    now, tried, *_ = figures(page)
    assert now != tried
    assert now == figures(wang.get(f"{scored.root}/subject/p2").text)[0]
    assert "变动的明细" in page
    assert "绩 60%" in page
    assert rows(scored) == before
    assert figures(wang.get(f"{scored.root}/what-if/p2").text)[0] == now


def test_a_finding_left_out_gives_its_points_back(scored: Any, browser: Callable[..., Any]) -> None:
    wang = browser("wang")
    page = wang.get(f"{scored.root}/what-if/p2").text
    boxes = re.findall(r'name="out" value="([^"]+)"', page)
    assert boxes
    tried = wang.client.get(f"{scored.root}/what-if/p2", params={"out": boxes}).text
    assert figures(tried)[0] != figures(tried)[1]
    assert tried.count(" checked") == len(boxes)
    strange = wang.get(f"{scored.root}/what-if/p2?out=nothing&out=%00").text
    assert "还没有改动" in strange


def test_thresholds_are_tried(scored: Any, browser: Callable[..., Any]) -> None:
    wang = browser("wang")
    weaker = wang.get(f"{scored.root}/what-if/p2?strength=E2").text
    assert figures(weaker)[0] != figures(weaker)[1]
    band = wang.get(f"{scored.root}/what-if/p2?b.0=1&b.1=0.5&b.2=0").text
    assert figures(band)[2] != figures(band)[3]
    assert figures(band)[0] == figures(band)[1]


@pytest.mark.parametrize("query", ["b.0=10", "b.2=99"])
def test_what_cannot_be_is_said_in_words(scored: Any, browser: Callable[..., Any], query: str) -> None:
    answer = browser("wang").get(f"{scored.root}/what-if/p2?{query}")
    assert (answer.status_code, "不成立" in answer.text) == (400, True)


@pytest.mark.parametrize(
    "query", ["w.ji=nan", "w.ji=inf", "w.ji=", "w.ji=1e9999999", "strength=E9", "w.%00=3", "b.99=2"]
)
def test_what_makes_no_sense_is_passed_over(scored: Any, browser: Callable[..., Any], query: str) -> None:
    answer = browser("wang").get(f"{scored.root}/what-if/p2?{query}")
    assert answer.status_code in (200, 400)
    assert "出了问题" not in answer.text


def test_who_reviews_blind_sees_no_trial(doubled: Any, browser: Callable[..., Any]) -> None:
    assert browser("zhou").get(f"{doubled.root}/what-if/p2").status_code == 400
    assert browser("wang").get(f"{doubled.root}/what-if/nobody").status_code == 404


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(PARTS), st.integers(1, 99).map(Decimal), min_size=1),
    st.sampled_from([ANYBODY, CHIEF]),
)
def test_weights_make_a_hundred_and_those_that_fit_are_kept(wanted: dict[str, Decimal], subject: Subject) -> None:
    before = weights_of(DENENG, subject)
    after = weights_of(reweighted(DENENG, subject, wanted), subject)
    assert sum(after[part] for part in PARTS) == 100
    if sum(wanted.values()) < 100 and len(wanted) < len(PARTS):
        assert all(abs(after[part] - weight) < Decimal("0.0001") for part, weight in wanted.items())
        rest = [part for part in PARTS if part not in wanted]
        shared = [after[part] / before[part] for part in rest]
        assert max(shared) - min(shared) < Decimal("0.0001")


def test_the_weights_of_a_group_are_those_that_are_tried() -> None:
    assert (weights_of(DENENG, CHIEF)["ji"], weights_of(DENENG, ANYBODY)["ji"]) == (40, 30)
    assert weights_of(reweighted(DENENG, CHIEF, {"ji": Decimal(50)}), CHIEF)["ji"] == 50
