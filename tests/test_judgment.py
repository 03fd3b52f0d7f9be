"""The policy that joins rules, cues and model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.cuebook import load_cues
from mingcha.models.sentence_model import HEADS
from mingcha.pipeline.assertion import CueHit
from mingcha.pipeline.detection import Hit
from mingcha.pipeline.document import Span
from mingcha.pipeline.judgment import OperatingPoint, Witness, judge
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.terms import ACTIVE_STATUSES, EVIDENCE_CATEGORIES, RISK_CATEGORIES

POINT = OperatingPoint(0.5, 0.8, dict.fromkeys(EVIDENCE_CATEGORIES, 0.5), 0.4)
SURE = Hit(Rule("R07.x", "risk", "inaction", "R07", 0.9, "推诿"), Span(0, 2))
WEAK = Hit(Rule("R03.x", "risk", "inaction", "R03", 0.5, "拖延"), Span(0, 2))


def cue(status: str) -> CueHit:
    rule = next(rule for rule in load_cues().rules if rule.status == status)
    return CueHit(rule, Span(0, 2))


def witness(
    *hits: Hit, by: CueHit | None = None, asks: bool = False, genre: str = "inspection", **heads: float
) -> Witness:
    return Witness(hits, by, (by,) if by else (), asks, genre, dict.fromkeys(HEADS, 0.01) | heads)


def judged(case: Witness) -> list[tuple[str, str]]:
    return [(judgment.category, judgment.status) for judgment in judge(case, POINT)]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(witness(), [], id="nothing"),
        pytest.param(witness(risk=0.9, inaction=0.8), [("inaction", "asserted")], id="model alone"),
        pytest.param(witness(risk=0.9, inaction=0.8, formalism=0.7), [("inaction", "asserted"), ("formalism", "asserted")], id="two near categories"),
        pytest.param(witness(SURE, risk=0.4, inaction=0.3), [("inaction", "asserted")], id="sure rule, hesitating model"),
        pytest.param(witness(SURE, risk=0.1, inaction=0.1), [], id="sure rule, model against"),
        pytest.param(witness(WEAK, risk=0.3, inaction=0.3), [], id="weak rule, hesitating model"),
        pytest.param(witness(SURE, by=cue("negated"), risk=0.3, inaction=0.3), [("inaction", "negated")], id="cue takes back"),
        pytest.param(witness(SURE, by=cue("normative"), risk=0.1, inaction=0.1), [("inaction", "normative")], id="mere mention by cue"),
        pytest.param(witness(SURE, asks=True, risk=0.99, inaction=0.9), [("inaction", "hypothetical")], id="the asker never asserts"),
        pytest.param(witness(asks=True, risk=0.99, inaction=0.9), [], id="the asker without words"),
        pytest.param(witness(risk=0.9, inaction=0.8, genre="ticket"), [("inaction", "reported")], id="a ticket reports"),
        pytest.param(witness(SURE, by=cue("reported"), risk=0.9, inaction=0.8), [("inaction", "reported")], id="hearsay"),
        pytest.param(witness(risk=0.7, inaction=0.6, genre="speech"), [], id="a speech exhorts"),
        pytest.param(witness(SURE, by=cue("asserted"), risk=0.7, inaction=0.6, genre="speech"), [("inaction", "asserted")], id="a speech that reports what was found"),
        pytest.param(witness(SURE, by=cue("generic"), risk=0.99, inaction=0.9, genre="commentary"), [("inaction", "generic")], id="officials at large"),
        pytest.param(witness(risk=0.9, inaction=0.1), [], id="no conceivable category"),
        pytest.param(witness(achievement=0.9, shortfall=0.6), [("achievement", "asserted")], id="never achievement and shortfall"),
        pytest.param(witness(resolved=0.7, inaction=0.2), [("inaction", "resolved")], id="mention by model"),
        pytest.param(witness(achievement=0.7), [("achievement", "asserted")], id="evidence"),
        pytest.param(witness(achievement=0.7, asks=True), [], id="the asker gives no evidence"),
        pytest.param(witness(risk=0.9, inaction=0.8, achievement=0.7), [("inaction", "asserted"), ("achievement", "asserted")], id="both"),
    ],
)  # fmt: skip
def test_the_policy(case, expected):
    assert judged(case) == expected


@given(
    st.fixed_dictionaries({head: st.floats(0, 1) for head in HEADS}),
    st.lists(st.sampled_from([SURE, WEAK]), max_size=2),
    st.sampled_from([None, *load_cues().rules]),
)
def test_an_askers_turn_is_never_active(heads, hits, rule):
    by = CueHit(rule, Span(0, 1)) if rule else None
    assert not [status for _, status in judged(witness(*hits, by=by, asks=True, **heads)) if status in ACTIVE_STATUSES]


@given(
    st.fixed_dictionaries({head: st.floats(0, 1) for head in HEADS}),
    st.lists(st.sampled_from([SURE, WEAK]), max_size=2),
)
def test_active_and_mere_mention_never_stand_together(heads, hits):
    statuses = {status for category, status in judged(witness(*hits, **heads)) if category in RISK_CATEGORIES}
    assert not (statuses & ACTIVE_STATUSES) or statuses <= ACTIVE_STATUSES


@given(st.fixed_dictionaries({head: st.floats(0, 1) for head in HEADS}))
def test_no_category_is_judged_twice(heads):
    categories = [category for category, _ in judged(witness(SURE, **heads))]
    assert len(categories) == len(set(categories))
