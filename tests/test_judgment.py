"""The policy that joins rules, cues and model."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.cuebook import load_cues
from mingcha.models.sentence_model import HEADS
from mingcha.pipeline.assertion import CueHit
from mingcha.pipeline.detection import Hit
from mingcha.pipeline.document import Span
from mingcha.pipeline.judgment import OperatingPoint, Witness, judge, refer
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES, EVIDENCE_CATEGORIES, RISK_CATEGORIES

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
        pytest.param(witness(SURE, risk=0.47, inaction=0.4), [("inaction", "asserted")], id="sure rule, hesitating model"),
        pytest.param(witness(WEAK, risk=0.47, inaction=0.4), [], id="weak rule, model just as hesitating"),
        pytest.param(witness(SURE, risk=0.4, inaction=0.3), [], id="sure rule, doubting model"),
        pytest.param(replace(witness(SURE, risk=0.25, inaction=0.25), alone=True), [("inaction", "asserted")], id="sure rule in a short text"),
        pytest.param(replace(witness(WEAK, risk=0.4, inaction=0.3), alone=True), [], id="weak rule in a short text"),
        pytest.param(witness(SURE, risk=0.1, inaction=0.1), [], id="sure rule, model against"),
        pytest.param(witness(WEAK, risk=0.3, inaction=0.3), [], id="weak rule, hesitating model"),
        pytest.param(witness(SURE, by=cue("negated"), risk=0.3, inaction=0.3), [("inaction", "negated")], id="cue takes back"),
        pytest.param(witness(SURE, by=cue("negated"), risk=0.87, formalism=0.87), [("inaction", "negated")], id="cue takes back, model sure"),
        pytest.param(witness(SURE, by=cue("negated"), risk=0.93, inaction=0.9), [("inaction", "asserted")], id="cue takes back, model all but certain"),
        pytest.param(witness(SURE, by=cue("normative"), risk=0.1, inaction=0.1), [("inaction", "normative")], id="mere mention by cue"),
        pytest.param(witness(SURE, asks=True, risk=0.99, inaction=0.9), [("inaction", "hypothetical")], id="the asker never asserts"),
        pytest.param(witness(asks=True, risk=0.99, inaction=0.9), [], id="the asker without words"),
        pytest.param(witness(risk=0.9, inaction=0.8, genre="ticket"), [("inaction", "reported")], id="a ticket reports"),
        pytest.param(witness(SURE, by=cue("reported"), risk=0.9, inaction=0.8), [("inaction", "reported")], id="hearsay"),
        pytest.param(witness(risk=0.55, inaction=0.5, genre="speech"), [], id="a speech exhorts"),
        pytest.param(witness(risk=0.7, inaction=0.6, genre="speech"), [("inaction", "asserted")], id="a speech that says it plainly"),
        pytest.param(witness(SURE, by=cue("asserted"), risk=0.7, inaction=0.6, genre="speech"), [("inaction", "asserted")], id="a speech that reports what was found"),
        pytest.param(witness(SURE, by=cue("generic"), risk=0.99, inaction=0.9, genre="commentary"), [("inaction", "generic")], id="officials at large"),
        pytest.param(replace(witness(risk=0.9, inaction=0.8), topic=True), [], id="a heading that only names its topic"),
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


# ---- categories that stand apart: no model, only unmistakable rules


OWN = Hit(Rule("own.x", "risk", "own_mediation", None, 0.9, "调解不力"), Span(0, 2))
FAINT = Hit(Rule("own.y", "risk", "own_mediation", None, 0.7, "调解不力"), Span(0, 2))
PRAISE = Hit(Rule("own.z", "evidence", "own_visits", None, 0.9, "上门办事"), Span(0, 2))
ASIDE = Hit(Rule("R14.x", "referral", "integrity", "R14", 0.9, "廉洁"), Span(0, 2))


def apart(*pairs, cues=(), asks=False, genre="inspection", heading=False, **heads):
    hits, governed = zip(*pairs, strict=True)
    probabilities = dict.fromkeys(HEADS, 0.01) | heads
    return Witness(hits, None, cues, asks, genre, probabilities, heading, governed)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(apart((OWN, None)), [("own_mediation", "asserted")], id="an unmistakable rule"),
        pytest.param(apart((FAINT, None)), [], id="a faint rule says nothing by itself"),
        pytest.param(apart((FAINT, None), (OWN, None)), [("own_mediation", "asserted")], id="one judgement a category"),
        pytest.param(apart((OWN, cue("negated"))), [("own_mediation", "negated")], id="denied"),
        pytest.param(apart((OWN, cue("normative"))), [("own_mediation", "normative")], id="wished for"),
        pytest.param(apart((OWN, cue("resolved"))), [("own_mediation", "resolved")], id="put right"),
        pytest.param(apart((OWN, cue("exculpatory"))), [("own_mediation", "exculpatory")], id="excused"),
        pytest.param(apart((OWN, cue("negated")), (OWN, None)), [("own_mediation", "asserted")], id="one free word asserts"),
        pytest.param(apart((OWN, cue("reported"))), [("own_mediation", "reported")], id="hearsay"),
        pytest.param(apart((OWN, None), cues=(cue("reported"),)), [("own_mediation", "reported")], id="hearsay elsewhere in the sentence"),
        pytest.param(apart((OWN, cue("asserted")), cues=(cue("reported"),)), [("own_mediation", "asserted")], id="found true after hearsay"),
        pytest.param(apart((OWN, None), genre="ticket"), [("own_mediation", "reported")], id="a ticket reports"),
        pytest.param(apart((OWN, None), asks=True), [("own_mediation", "hypothetical")], id="the asker"),
        pytest.param(apart((OWN, cue("asserted")), asks=True), [("own_mediation", "hypothetical")], id="the asker, whatever he says"),
        pytest.param(apart((OWN, None), genre="speech"), [("own_mediation", "generic")], id="a speech exhorts"),
        pytest.param(apart((OWN, None), genre="policy"), [("own_mediation", "generic")], id="a policy exhorts"),
        pytest.param(apart((OWN, cue("reported")), genre="commentary"), [("own_mediation", "generic")], id="a commentary tells hearsay"),
        pytest.param(apart((OWN, cue("asserted")), genre="speech"), [("own_mediation", "asserted")], id="a speech that reports what was found"),
        pytest.param(apart((OWN, None), risk=0.99, inaction=0.9), [("inaction", "asserted"), ("own_mediation", "asserted")], id="beside a risk of the model"),
        pytest.param(apart((PRAISE, None)), [("own_visits", "asserted")], id="own evidence"),
        pytest.param(apart((PRAISE, cue("normative"))), [], id="a wish is no evidence"),
        pytest.param(apart((PRAISE, None), asks=True), [], id="a question is no evidence"),
        pytest.param(apart((PRAISE, None), heading=True), [], id="a heading is no evidence"),
        pytest.param(apart((ASIDE, None)), [], id="a referral is never a judgement"),
        pytest.param(witness(OWN, risk=0.01), [], id="without its governing cue nothing is judged"),
    ],
)  # fmt: skip
def test_the_policy_for_what_stands_apart(case, expected):
    assert judged(case) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(apart((ASIDE, None)), ["asserted"], id="stated"),
        pytest.param(apart((ASIDE, cue("reported"))), ["reported"], id="hearsay"),
        pytest.param(apart((ASIDE, None), genre="petition"), ["reported"], id="a petition"),
        pytest.param(apart((ASIDE, cue("negated"))), [], id="denied"),
        pytest.param(apart((ASIDE, cue("normative"))), [], id="forbidden"),
        pytest.param(apart((ASIDE, None), asks=True), [], id="asked"),
        pytest.param(apart((ASIDE, None), genre="policy"), [], id="a policy"),
        pytest.param(apart((OWN, None)), [], id="another category"),
    ],
)
def test_what_is_referred(case, expected):
    assert [referred.status for referred in refer(case)] == expected


@given(
    st.fixed_dictionaries({head: st.floats(0, 1) for head in HEADS}),
    st.lists(st.sampled_from([SURE, WEAK, OWN, FAINT, PRAISE, ASIDE]), max_size=4),
    st.sampled_from([None, *load_cues().rules]),
    st.booleans(),
    st.sampled_from(["inspection", "speech", "ticket"]),
)
def test_what_stands_apart_never_moves_the_other_judgements(heads, hits, rule, asks, genre):
    by = CueHit(rule, Span(0, 1)) if rule else None
    both = Witness(hits, by, (by,) if by else (), asks, genre, heads, False, [by] * len(hits))
    known = [hit for hit in hits if hit.rule.category in CATEGORIES]
    alone = replace(both, hits=known, governed=[by] * len(known))
    assert [one for one in judge(both, POINT) if one.category in CATEGORIES] == list(judge(alone, POINT))
