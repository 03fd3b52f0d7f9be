"""Nothing that we ship as our own writing stands in the evaluation documents: no 12 characters in a row."""

import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingcha.corpora.datafiles import CORPORA, read_toml
from mingcha.corpora.denialbook import load_denied_claims
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.corpora.lexicon import load_rules
from mingcha.models.training import GOLDEN

DEV = Path(__file__).parent.parent.parent / "shared" / "evaluation" / "dev.jsonl"
PUBLIC = DEV.parents[1] / "corpora" / "public_text.txt.xz"
LENGTH = 12
UNREADABLE = {"民主测评汇总表"}  # a damaged file, without any text
pytestmark = pytest.mark.skipif(not DEV.exists(), reason="the evaluation documents are not here")


@pytest.fixture(scope="module")
def windows() -> set[str]:
    texts = [json.loads(line)["text"] for line in DEV.read_text(encoding="utf-8").splitlines()]
    return {text[place : place + LENGTH] for text in texts for place in range(len(text) - LENGTH + 1)}


def rule_examples() -> Iterator[tuple[str, str]]:
    for rule in load_rules():
        yield from ((rule.id, text) for text in (*rule.matches, *rule.misses))


def cue_examples() -> Iterator[tuple[str, str]]:
    for row in read_toml(CORPORA / "data" / "cues.toml")["cue"]:
        yield from ((row["id"], text) for text in (*row["matches"], *row["misses"]))


def labelled_sentences() -> Iterator[tuple[str, str]]:
    for document in load_labelled():
        yield from ((document.id, span.of(document.text)) for span, _ in document.sentences)


def sample_texts() -> Iterator[tuple[str, str]]:
    """Read the sample's plain files, its roster, and the plain sources of its office files."""
    for path in sorted((CORPORA / "sample").rglob("*")):
        if path.suffix in {".txt", ".md", ".html", ".csv"}:
            yield path.relative_to(CORPORA).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def gold_texts() -> Iterator[tuple[str, str]]:
    """Read the labelled sets of subjects, quantities and facts, and the examples of the kinds of error."""
    for path in sorted((CORPORA / "gold").rglob("*")):
        if path.is_file():
            yield path.relative_to(CORPORA).as_posix(), path.read_text(encoding="utf-8")
    kinds = Path(__file__).resolve().parents[1] / "benchmarks" / "errors" / "kinds.toml"
    yield kinds.name, kinds.read_text(encoding="utf-8")


def denied_claims() -> Iterator[tuple[str, str]]:
    for one in load_denied_claims():
        yield from ((one.claim, text) for text in (one.claim, *one.denials, *one.beside))


def test_every_office_file_of_the_sample_has_a_plain_source_that_is_read():
    read = {name for name, _ in sample_texts()}
    office = {
        path.stem for path in (CORPORA / "sample" / "材料").iterdir() if path.suffix in {".docx", ".xlsx", ".pdf"}
    }
    assert {f"sample/原稿/{stem}.txt" for stem in office - UNREADABLE} <= read
    assert {"sample/花名册.csv", "sample/材料/县政府专题会议纪要.md"} <= read


@pytest.mark.parametrize(
    "source", [rule_examples, cue_examples, labelled_sentences, sample_texts, gold_texts, denied_claims]
)
def test_no_twelve_characters_are_shared(windows, source):
    shared = {
        (name, text[place : place + LENGTH])
        for name, text in source()
        for place in range(len(text) - LENGTH + 1)
        if text[place : place + LENGTH] in windows
    }
    assert shared == set()


def test_golden_sentences_are_our_own(windows):
    assert not [text for text in GOLDEN if any(text[p : p + LENGTH] in windows for p in range(len(text) - LENGTH + 1))]


@pytest.mark.soak
@pytest.mark.skipif(not PUBLIC.exists(), reason="the public text is not here")
def test_no_sentence_that_counts_stands_in_the_text_that_the_encoder_has_read():
    """Set phrases of speeches stand in both; what is labelled as risk or evidence does not."""
    with lzma.open(PUBLIC, "rt", encoding="utf-8") as file:
        read = re.sub(r"\W", "", file.read())
    documents = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    labelled = [
        re.sub(r"\W", "", document["text"][one["start"] : one["end"]])
        for document in documents
        for one in document["sentences"]
        if one.get("risk") or one.get("evidence")
    ]
    assert [sentence for sentence in labelled if len(sentence) >= LENGTH and sentence in read] == []
