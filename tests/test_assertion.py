"""Status cues: what governs what."""

import pytest

from mingcha.corpora.cuebook import load_cues
from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.pipeline.assertion import deciding_cue, find_cues, weakest
from mingcha.pipeline.document import Span

BOOK = load_cues()
ROWS = read_toml(CORPORA / "data" / "cues.toml")["cue"]


def status_of(text: str, *targets: str) -> str | None:
    spans = [Span(text.index(target), text.index(target) + len(target)) for target in targets]
    cues = find_cues(text, BOOK)
    cue = weakest([deciding_cue(text, span, cues, BOOK) for span in spans])
    return cue.rule.status if cue else None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("该局推诿扯皮，群众意见很大。", None),
        ("没有发现推诿扯皮现象。", "negated"),
        ("从不推诿扯皮。", "negated"),
        ("不是没有推诿扯皮，而是没人敢说。", "asserted"),
        ("要坚决整治推诿扯皮。", "normative"),
        ("主要负责人推诿扯皮。", None),
        ("是否存在推诿扯皮？", "hypothetical"),
        ("如发现推诿扯皮，一律追责。", "hypothetical"),
        ("反映的推诿扯皮问题经核查不属实。", "negated"),
        ("对推诿扯皮问题已整改到位。", "resolved"),
        ("对推诿扯皮问题尚未整改到位。", None),
        ("据反映，该局推诿扯皮。", "reported"),
        ("一些地方推诿扯皮。", "generic"),
        ("因汛期停工，不算推诿扯皮。", "negated"),
        ("推诿扯皮的，依法给予处分。", "normative"),
        ("因推诿扯皮受到警告处分。", None),
        ("制度没有漏洞，但推诿扯皮突出。", None),
        ("要求各部门反馈，结果推诿扯皮。", None),
        ("推诿扯皮的少了。", "resolved"),
        ("以前推诿扯皮的情况，现在基本没有了。", "resolved"),
        ("有人劝他推诿扯皮，他没有松口。", "negated"),
        ("过去担心推诿扯皮，这种担心没有成为现实。", "negated"),
        ("局里要盖个章，办事的推诿扯皮。", None),
        ("全年共查处推诿扯皮问题12起。", "normative"),
        ("开展推诿扯皮问题常态化治理。", "normative"),
        ("报告交上去没有回音，推诿扯皮。", None),
    ],
)
def test_the_deciding_cue_gives_the_status(text, status):
    assert status_of(text, "推诿扯皮") == status


def test_one_free_target_is_enough_to_assert():
    assert status_of("虽未发现弄虚作假，但推诿扯皮突出。", "弄虚作假", "推诿扯皮") is None


def test_no_target_means_no_cue():
    assert status_of("要坚决整治。") is None


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_every_cue_finds_its_examples_and_leaves_the_others(row):
    import re

    pattern = re.compile(row["pattern"])
    assert row["matches"]
    assert row["misses"]
    assert all(pattern.search(example) for example in row["matches"])
    assert not any(pattern.search(example) for example in row["misses"])


def test_cue_ids_are_unique():
    ids = [row["id"] for row in ROWS]
    assert len(ids) == len(set(ids))
