"""What the decisions of two reviewers and a lead amount to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.findings import Decision
from mingcha.pipeline.scoring.decisions import decisions_in_force
from mingcha.pipeline.scoring.rounds import in_effect, settle

AT = "2024-03-02T10:00:00+08:00"
ROUNDS = {"1": "first", "2": "second", "3": "adjudication"}
VERDICTS = {"+": "confirm", "-": "reject", "*": "change"}


def made(words: str) -> list[Decision]:
    """Read decisions: ``1+`` the first confirms, ``2-`` the second rejects, ``3*p2`` the lead corrects, ``u2`` takes back."""
    decisions = []
    for number, word in enumerate(words.split(), start=1):
        if word[0] == "u":
            undone = decisions[int(word[1:]) - 1]
            one = Decision(
                "f", "withdraw", "某", "撤销", AT, round=undone.round, withdraws=undone.number or 0, number=number
            )
        else:
            changes = (("subject", word[2:]),) if word[2:] else ()
            kept: dict[str, Any] = {"round": ROUNDS[word[0]], "number": number}
            one = Decision("f", VERDICTS[word[1]], "某", "看过", AT, changes, **kept)  # type: ignore[arg-type]
        decisions.append(one)
    return decisions


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ("", "pending"),
        ("1+", "confirmed"),
        ("2-", "rejected"),
        ("1+ 1-", "rejected"),
        ("1+ 2+", "confirmed"),
        ("1- 2-", "rejected"),
        ("1+ 2-", "disputed"),
        ("1- 2+", "disputed"),
        ("1+ 2- 3-", "rejected"),
        ("1+ 2- 3+", "confirmed"),
        ("3+ 1- 2-", "confirmed"),
        ("1*p2", "pending"),
        ("1*p2 1+", "confirmed"),
        ("1*p2 1+ 2+", "disputed"),
        ("1*p2 1+ 2*p2 2+", "confirmed"),
        ("1*p2 1+ 2*p3 2+", "disputed"),
        ("1*p2 1- 2*p3 2-", "rejected"),
        ("1+ 2*p2", "pending"),
        ("1+ u1", "pending"),
        ("1+ 1- u2", "confirmed"),
        ("1+ 2- u2", "confirmed"),
        ("1+ 2- 3- u3", "disputed"),
        ("1*p2 1+ u2 u1", "pending"),
        ("1+ u1 1-", "rejected"),
        ("1+ 2- 3*p2", "pending"),
    ],
)
def test_standings(words: str, standing: str) -> None:
    assert settle(made(words)).standing == standing


WORDS = st.lists(st.sampled_from(["1+", "1-", "2+", "2-", "1*p2", "2*p2", "3+", "3-"]), max_size=8).map(" ".join)


@given(WORDS)
def test_one_decision_counts_where_the_finding_is_settled(words: str) -> None:
    settled, force = settle(made(words)), decisions_in_force(made(words))
    assert ("f" in force) == (settled.counting is not None)
    if settled.standing in ("confirmed", "rejected"):
        assert force["f"].verdict == {"confirmed": "confirm", "rejected": "reject"}[settled.standing]


@given(WORDS)
def test_the_two_reviewers_count_alike(words: str) -> None:
    swapped = words.translate(str.maketrans("12", "21"))
    assert settle(made(words)).standing == settle(made(swapped)).standing


@given(WORDS)
def test_who_takes_back_everything_has_said_nothing(words: str) -> None:
    count = len(words.split())
    undone = made(" ".join([words, *(f"u{number}" for number in range(count, 0, -1))]))
    assert in_effect(undone) == ()
    assert settle(undone).standing == "pending"
