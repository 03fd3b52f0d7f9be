"""``mingcha evaluate`` and ``mingcha train`` as a user calls them."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models import training
from mingcha.models.building import calibration_of, reached_lines
from mingcha.models.examples import prepare_examples
from mingcha.models.ranking import Bin, reliability_of
from mingcha.models.stages import load_stages
from mingcha.pipeline.commands.reliability_diagram import draw_reliability

SENTENCES = (
    ("督查发现，该局推诿扯皮，群众的报告交上去三个月没有回音。", {"risk": ["inaction"], "status": "asserted"}),
    ("全年完成投资3.2亿元，同比增长12%。", {"evidence": ["achievement"]}),
    ("要坚决整治形式主义。", {"mention": "normative"}),
    ("值班表挂在走廊的东头。", {"risk": ["formalism"], "status": "asserted"}),
    ("食堂中午供应两荤一素。", {"unsure": True}),
)


def gold_row(name: str, source_type: str, origin: str = "", *, extra: str = "") -> str:
    text, rows = "", []
    for words, labels in (*SENTENCES, (extra, {})) if extra else SENTENCES:
        rows.append({"start": len(text), "end": len(text) + len(words), **labels})
        text += words
    return json.dumps(
        {"id": name, "source_type": source_type, "text": text, "sentences": rows, "origin": origin}, ensure_ascii=False
    )


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    rows = [
        gold_row("甲", "audit", "public"),
        gold_row("乙", "complaint", "authored"),
        gold_row("丙", "audit", "public"),
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def section(page: str, title: str) -> str:
    return page.partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_the_help_is_chinese(mingcha, command):
    page = mingcha(command, "--help").stdout
    assert page.startswith("用法：mingcha")
    assert not [word for word in ("Usage", "Options", "required", "default", "x>=") if word in page]


def test_every_measure_is_printed_with_its_interval(mingcha, gold):
    call = mingcha("evaluate", gold)
    assert call.code == 0, call.stderr
    assert "3 份文档，15 句；其中标为“不确定”的 3 句不计分" in call.stdout
    overall = section(call.stdout, "总体")
    rows = {row.split(" | ")[0]: row.split(" | ")[1:] for row in overall.splitlines() if row.startswith("| ")}
    assert len(rows) == 16  # the header and fifteen measures
    assert rows["| 风险（任一类）召回率"] == ["0.500", "0.500—0.500 |"]
    assert rows["| 仅提及的句子状态判对的比例"][0] == "1.000"
    assert "审计材料 | 2 |" in section(call.stdout, "按材料类型")
    assert "公开文件 | 2 |" in section(call.stdout, "按来源")
    assert len(section(call.stdout, "概率可靠性").strip().splitlines()) == 14
    assert "`R0" in section(call.stdout, "规则")
    assert "最严重的漏报" not in call.stdout


def test_the_worst_slips_are_listed_on_demand(mingcha, gold):
    call = mingcha("evaluate", gold, "--errors", 2)
    misses = section(call.stdout, "最严重的漏报").strip().splitlines()
    assert len(misses) == 2
    assert all("值班表挂在走廊的东头。" in line and "标注 形式主义" in line for line in misses)


def test_the_page_and_the_diagram_are_written(mingcha, gold, tmp_path):
    call = mingcha("evaluate", gold, "--out", tmp_path / "结果" / "评测.md")
    assert call.code == 0, call.stderr
    page = (tmp_path / "结果" / "评测.md").read_text(encoding="utf-8")
    assert "![概率可靠性图](<评测.svg>)" in page
    assert section(page, "总体") == section(call.stdout, "总体")
    assert ET.parse(tmp_path / "结果" / "评测.svg").getroot().tag.endswith("svg")
    assert {path.name for path in (tmp_path / "结果").iterdir()} == {"评测.md", "评测.svg"}


def test_what_has_nothing_to_measure_is_a_dash_not_a_zero(mingcha, tmp_path):
    row = json.loads(gold_row("甲", "audit")) | {"sentences": [{"start": 0, "end": 10}]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    overall = section(mingcha("evaluate", tmp_path / "gold.jsonl").stdout, "总体")
    assert "| 风险（任一类）F1 | — | — |" in overall
    assert "| 平均精度（按概率排序） | — | — |" in overall


def test_a_gold_text_that_cannot_be_read_counts_as_missed_and_is_told(mingcha, tmp_path):
    blank = json.dumps({"id": "空", "text": " \n ", "sentences": [{"start": 0, "end": 1, "risk": ["inaction"]}]})
    (tmp_path / "gold.jsonl").write_text(f"{gold_row('甲', 'audit')}\n{blank}", encoding="utf-8")
    call = mingcha("evaluate", tmp_path / "gold.jsonl")
    assert call.code == 0
    assert "空.txt" in call.stderr
    assert "都按漏报计算" in call.stderr
    assert "| 风险（任一类）召回率 | 0.333 |" in call.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"document": "a.txt", "start": 1}', "第2行：不是标注文档"),
        ("no json", "第2行"),
        ('{"id": "x", "text": "\\ud800甲", "sentences": []}', "“x”"),
    ],
)
def test_a_gold_file_that_is_none_ends_in_one_line(mingcha, tmp_path, line, words):
    (tmp_path / "gold.jsonl").write_text(f"{gold_row('甲', 'audit')}\n{line}\n", encoding="utf-8")
    call = mingcha("evaluate", tmp_path / "gold.jsonl")
    assert call.code == 1
    assert words in call.stderr
    assert len(call.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("out", ["图.svg", "."])
def test_a_place_where_the_page_cannot_be_written_is_refused(mingcha, gold, tmp_path, out):
    call = mingcha("evaluate", gold, "--out", tmp_path / out)
    assert call.code == 2
    assert "错误：" in call.stderr


def test_the_diagram_marks_every_bin_that_holds_a_sentence():
    bins = (Bin(0.0, 0.5, 8, 0.2, 0.25), Bin(0.5, 1.0, 0, float("nan"), float("nan")))
    drawing = draw_reliability(bins)
    assert drawing.count("<circle") == 1
    assert "概率 0.20，实际 0.25，8 句" in drawing
    assert "nan" not in draw_reliability(reliability_of(np.zeros(0), np.zeros(0, bool)))


@pytest.fixture(scope="module")
def card():
    """What a card says after training on a tenth of the corpus."""
    examples = prepare_examples(load_labelled()[::10], load_stages())
    matrix = training.design(examples, training.count_frequencies(examples))
    scores = training.cross_validate(matrix)
    return calibration_of(examples, matrix, training.read_again(matrix, scores).probabilities)


def test_the_card_offers_precisions_from_the_held_out_folds(card):
    points = card["precision_points"]
    assert "0.50" in points
    assert all(0.5 <= float(name) <= 0.99 for name in points)
    ordered = [points[name] for name in sorted(points)]
    assert [row["risk"] for row in ordered] == sorted(row["risk"] for row in ordered)
    assert [row["recall"] for row in ordered] == sorted((row["recall"] for row in ordered), reverse=True)
    assert json.loads(json.dumps(card)) == card


def test_training_tells_what_it_reached(card):
    lines = list(reached_lines(card))
    assert any(line.startswith("  风险信号：平均精度 0.") for line in lines)
    assert any(f"准确率 {card['reached']['precision']:.3f}" in line for line in lines)
    assert f"≥{max(card['precision_points'])} 时召回率" in lines[-1]
    assert "没有能稳定达到" in list(reached_lines(card | {"precision_points": {}}))[-1]


@pytest.mark.soak
def test_training_twice_gives_the_same_weights_and_card(mingcha, tmp_path):
    for name in ("a", "b"):
        call = mingcha("train", "--out", tmp_path / f"{name}.npz", timeout=1200)
        assert call.code == 0, call.stderr
        assert "默认操作点" in call.stdout
    with np.load(tmp_path / "a.npz") as first, np.load(tmp_path / "b.npz") as second:
        assert set(first.files) == set(second.files)
        for name in first.files:
            assert np.abs(first[name].astype(np.float64) - second[name].astype(np.float64)).max() < 1e-6, name
    cards = [json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8")) for name in ("a", "b")]
    assert cards[0]["operating_point"] == cards[1]["operating_point"]
    assert cards[0]["precision_points"] == cards[1]["precision_points"]
