"""The labelled corpus and its format."""

from collections import Counter
from pathlib import Path

import pytest

from mingcha.corpora.labelled_documents import load_labelled, read_labelled
from mingcha.pipeline.errors import DataError

SHARED = Path(__file__).parent.parent.parent / "shared" / "corpora"


def test_every_sentence_is_the_slice_of_its_document():
    for document in load_labelled():
        ends = [0]
        for span, _ in document.sentences:
            assert span.start >= ends[-1]
            assert span.of(document.text).strip()
            ends.append(span.end)


def test_ids_are_unique_and_the_corpus_is_whole():
    documents = load_labelled()
    assert len({document.id for document in documents}) == len(documents) == 555
    assert sum(len(document.sentences) for document in documents) == 10_466


def test_every_risk_code_has_sentences():
    count = Counter(code for d in load_labelled() for _, labels in d.sentences for code in labels.risk)
    assert min(count.values()) > 200
    assert len(count) == 6


def read(tmp_path, text):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    return list(read_labelled(tmp_path / "t.txt"))


def test_reads_labels_paragraphs_and_joins_closed_sentences(tmp_path):
    (document,) = read(
        tmp_path, "##### d1 | interview | 题\n甲。 @@ r:inaction/reported e:shortfall\n乙\n\n丙。 @@ m:negated ?\n"
    )
    assert document.text == "甲。乙\n丙。"
    first, second, third = (labels for _, labels in document.sentences)
    assert (first.risk, first.status, first.evidence) == (("inaction",), "reported", ("shortfall",))
    assert (second.risk, second.mention) == ((), None)
    assert (third.mention, third.unsure) == ("negated", True)


@pytest.mark.parametrize(
    "labels", ["r:nothing", "e:risk", "m:asserted", "x:1", "r:inaction/maybe", "r:inaction m:negated"]
)
def test_refuses_wrong_labels_and_names_the_line(tmp_path, labels):
    with pytest.raises(DataError, match="第2行"):
        read(tmp_path, f"##### d1 | interview | 题\n甲。 @@ {labels}\n")


def test_refuses_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match="标注语料"):
        load_labelled(tmp_path)
