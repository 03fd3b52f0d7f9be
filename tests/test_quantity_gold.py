"""The labelled quantities: every line is understood or refused with its place, and ours are as exact as demanded."""

from __future__ import annotations

import pytest

from mingcha.corpora.quantity_gold import QUANTITIES, GoldQuantity, load_quantities, load_seed_numbers
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.quantities import extract_quantities


def written(tmp_path, text: str):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_words_value_unit_approximator_and_attributes(tmp_path):
    path = written(
        tmp_path,
        "# kind: money\n争取近3万元，15至18个村参与。 @@ 近3万元=30000 元 ~nearly up base=同比 ; 15至18个=15..18 个 plan share=part\n"
        "\n# kind: negative\n第二批。 @@ -\n",
    )
    first, second = load_quantities(path)
    assert (first.kind, second.kind, second.quantities) == ("money", "negative", ())
    assert first.quantities == (
        GoldQuantity("近3万元", 30000, None, "元", "nearly", {"direction": "up", "base": "同比"}),
        GoldQuantity("15至18个", 15, 18, "个", None, {"plan": "plan", "share": "part"}),
    )


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("办结5件。", "没有“ @@ ”"),
        ("办结5件。 @@ 5件", "应为 词=值 单位"),
        ("办结5件。 @@ 6件=6 件", "没有“6件”"),
        ("办结5件、5件。 @@ 5件=5 件 ; 5件=5 件 ; 5件=5 件", "没有“5件”"),
        ("办结5件。 @@ 5件=5 件 ~some", "约数标记“some”"),
        ("办结5件。 @@ 5件=5 件 ~more ~less", "约数标记“more、less”"),
        ("办结5件。 @@ 5件=5 件 sideways", "不认识的标记“sideways”"),
        ("办结5件。 @@ 5件=5 件 base=", "不认识的标记“base=”"),
    ],
)
def test_a_line_that_does_not_fit_is_named_with_its_cause(tmp_path, line, cause):
    with pytest.raises(DataError, match=r"a\.txt 第2行") as caught:
        load_quantities(written(tmp_path, f"# kind: count\n{line}\n"))
    assert cause in str(caught.value)


def test_the_halves_share_no_sentence():
    halves = [load_quantities(path) for path in sorted(QUANTITIES.glob("*.txt"))]
    sentences = [sentence.text for half in halves for sentence in half]
    assert len(halves) >= 2
    assert len(sentences) == len(set(sentences)) > 400


def test_the_numbers_of_the_scraped_documents_are_told_once_each_with_a_unit():
    numbers = load_seed_numbers()
    assert len(numbers) == len(set(numbers)) > 80
    assert all(number.unit and number.what and number.seed in {"000", "001", "002", "003", "004"} for number in numbers)


@pytest.mark.parametrize("half", sorted(path.stem for path in QUANTITIES.glob("*.txt")))
def test_quantities_are_found_exactly(half):
    """At least 0.95 of the labelled are found, and of the found labelled: value, unit, approximator."""
    normalize = load_stages().normalize
    labelled = found = exact = 0
    for sentence in load_quantities(QUANTITIES / f"{half}.txt"):
        text = sentence.text
        clean = normalize(Document("材料.pdf", "0", "pdf", text, (Block(Span(0, len(text)), Locator(line=1)),)))
        ours = [(round(q.value, 1), q.value_max, q.unit, q.approximator) for q in extract_quantities(clean.text)]
        gold = [(round(q.value, 1), q.value_max, q.unit, q.approximator) for q in sentence.quantities]
        exact += sum(min(ours.count(one), gold.count(one)) for one in set(gold))
        labelled, found = labelled + len(gold), found + len(ours)
    assert exact / labelled >= 0.95
    assert exact / found >= 0.95
