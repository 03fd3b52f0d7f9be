"""The score of one subject, made from what bears on it alone, is the score made from everything."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.corpora.schemebook import load_scheme
from mingcha.pipeline.publishing import reviewed_findings
from mingcha.pipeline.scoring.decisions import current_findings
from mingcha.pipeline.scoring.evidence import Evidence
from mingcha.pipeline.scoring.scorecards import score
from mingcha.pipeline.store.concerns import load_concern, unclear_findings
from mingcha.pipeline.store.queries import load_facts, load_roster
from mingcha.pipeline.store.reviewing import Act, Reviewer, decide

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("seed", range(6))
def test_the_score_is_that_of_everything(make: Callable[..., Any], seed: int) -> None:
    case, random, scheme = make(20), Random(seed), load_scheme("deneng")
    people = [Reviewer(case.name, "zhou", "周审", "first"), Reviewer(case.name, "wang", "王裁", "adjudication")]
    for finding in random.sample(case.findings, 5 * seed):
        verdict = random.choice(["confirm", "reject", "change"])
        changes = (("subject", random.choice(["p1", "p2", "t1"])),) if verdict == "change" else ()
        act = Act(uuid4().hex, (finding.id,), verdict, "看过", changes)  # type: ignore[arg-type]
        decide(case.store, random.choice(people), act)
    everything = Evidence(reviewed_findings(case.store, case.name), load_facts(case.store, case.name), period="2024")
    unclear = unclear_findings(case.store, case.name)
    for subject in load_roster(case.store, case.name):
        concern = load_concern(case.store, case.name, subject.id, unclear.get(subject.id, []))
        reviewed = current_findings(concern.findings, concern.decisions)
        card = score(subject, scheme, Evidence(reviewed, concern.facts, period="2024"))
        assert card.as_json() == score(subject, scheme, everything).as_json()
