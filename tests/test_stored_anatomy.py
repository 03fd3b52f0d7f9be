"""What the store has of a real run's documents is what the run wrote into its files, cut from the same text."""

from __future__ import annotations

from collections import Counter

import pytest

from mingcha.models.characters import load_normalizer
from mingcha.pipeline.document import Document
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.rewriting import replay
from mingcha.pipeline.store import queries
from mingcha.pipeline.store.database import open_store
from tests.conftest import SAMPLE

NAME = "青岭县2024年度考核"


@pytest.fixture(scope="module")
def store(sample_run):
    engine = open_store(sample_run.out / "mingcha.db")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def read_documents(sample_run):
    found = [one for one in sample_run.records("documents.jsonl") if one["status"] == "read"]
    assert len(found) > 10
    return found


def test_structure_is_that_of_the_file_line_by_line(store, sample_run, read_documents):
    stored = [line for one in read_documents for line in queries.load_structure(store, NAME, one["document"])]
    assert stored == sample_run.records("structure.jsonl")


def test_blocks_and_repairs_add_up_to_the_counts_in_the_file(store, read_documents):
    for one in read_documents:
        characters: Counter[str] = Counter()
        for block in queries.load_blocks(store, NAME, one["document"]):
            characters[block.locator.part] += len(block.span)
        assert characters == one["parts"], one["document"]
        mended = queries.load_repairs(store, NAME, one["document"])
        assert Counter(repair.kind for repair in mended) == one["repairs"], one["document"]
    assert any(one["repairs"] for one in read_documents)


def test_blocks_and_repairs_are_those_of_the_original(store, read_documents):
    """The file is read again: each block cuts the stored text where it cut the file's, and the repairs mend it alike."""
    clean_of, met = load_normalizer(), 0
    for one in read_documents:
        if "!" in one["document"]:
            continue
        (document,) = read(SAMPLE / "材料" / one["document"], one["document"])
        assert isinstance(document, Document)
        text = queries.load_text(store, one["sha256"], format=one["format"])
        assert text == document.text
        assert queries.load_blocks(store, NAME, one["document"]) == document.blocks
        clean = clean_of(document)
        mended = queries.load_repairs(store, NAME, one["document"])
        assert mended == clean.repairs
        assert replay(text, mended) == clean.text
        met += 1
    assert met > 5
