"""The labelled corpus and its format."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from mingcha.corpora.labelled_documents import load_labelled, parse_labels, read_labelled
from mingcha.pipeline.errors import DataError

ROOT = Path(__file__).parent.parent
BASELINE = ROOT.parent / "shared" / "evaluation" / "keyword_baseline.py"
READINGS = ROOT / "benchmarks" / "agreement" / "readings.tsv"


def test_every_sentence_is_the_slice_of_its_document():
    for document in load_labelled():
        ends = [0]
        for span, _ in document.sentences:
            assert span.start >= ends[-1]
            assert span.of(document.text).strip()
            ends.append(span.end)


def test_ids_are_unique_and_the_corpus_is_whole():
    documents = load_labelled()
    assert len({document.id for document in documents}) == len(documents) == 4_615
    assert sum(len(document.sentences) for document in documents) == 79_224


def test_every_risk_code_has_six_hundred_asserted_sentences():
    asserted = [labels for d in load_labelled() for _, labels in d.sentences if labels.status == "asserted"]
    count = Counter(code for labels in asserted for code in labels.risk)
    assert min(count.values()) >= 600
    assert len(count) == 6


def test_no_sentence_is_a_variant_of_another():
    sentences = [span.of(d.text) for d in load_labelled() for span, _ in d.sentences]
    grams = [frozenset(text[at : at + 5] for at in range(len(text) - 4)) for text in sentences if len(text) >= 10]
    places = defaultdict(list)
    alike = []
    for number, mine in enumerate(grams):
        shared = Counter(other for gram in mine for other in places[gram])
        alike += [other for other, count in shared.items() if count > 0.6 * (len(mine) + len(grams[other]) - count)]
        for gram in mine:
            places[gram].append(number)
    assert alike == []


def test_most_risks_are_told_without_their_name():
    if not BASELINE.exists():
        pytest.skip("the keyword matcher is not here")
    words = {
        word for names in re.findall(r'"([^"]+)"\.split\(\)', BASELINE.read_text("utf-8"))[:6] for word in names.split()
    }
    risks = [span.of(d.text) for d in load_labelled() for span, labels in d.sentences if labels.risk]
    assert len(words) > 60
    assert sum(not any(word in text for word in words) for text in risks) > 0.5 * len(risks)


def test_both_readings_of_every_difference_are_kept():
    with READINGS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    readers = [
        [parse_labels(row[one].replace("-", "").split(), "readings") for row in rows] for one in ("first", "second")
    ]
    assert all(first != second for first, second in zip(*readers, strict=True))
    sizes = Counter(d.id.partition("-")[0] for d in load_labelled() for _ in d.sentences)
    assert all(1 <= int(row["sentence"]) <= sizes[row["file"]] for row in rows)


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
