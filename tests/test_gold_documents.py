"""Gold files: read as the codebook writes them, refused with the line where they are none."""

import json

import pytest

from mingcha.corpora.gold_documents import read_gold
from mingcha.corpora.labelled_documents import Labels
from mingcha.pipeline.document import Span
from mingcha.pipeline.errors import DataError

TEXT = "报告交上去三个月没有回音。桥已建成。要防止走过场。"
SENTENCES = [
    {"start": 0, "end": 13, "risk": ["inaction"], "status": "reported"},
    {"start": 13, "end": 18, "evidence": ["achievement"], "unsure": True},
    {"start": 18, "end": 25, "mention": "normative"},
]
ROW = {"id": "g1", "source_type": "minutes", "title": "记录", "text": TEXT, "sentences": SENTENCES, "origin": "public"}


def written(tmp_path, *rows):
    path = tmp_path / "gold.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def with_sentence(**fields):
    return ROW | {"sentences": [{"start": 0, "end": 5} | fields]}


def test_documents_and_labels_are_read(tmp_path):
    (document,) = read_gold(written(tmp_path, ROW, ""))
    assert (document.labelled.id, document.labelled.source_type, document.origin) == ("g1", "minutes", "public")
    assert document.labelled.sentences == (
        (Span(0, 13), Labels(("inaction",), status="reported")),
        (Span(13, 18), Labels(evidence=("achievement",), unsure=True)),
        (Span(18, 25), Labels(mention="normative")),
    )


def test_what_may_be_left_out_is_left_out(tmp_path):
    (document,) = read_gold(
        written(tmp_path, {"id": "g", "text": TEXT, "sentences": [{"start": 0, "end": 5, "risk": ["inaction"]}]})
    )
    assert (document.labelled.source_type, document.origin) == ("other", "")
    assert document.labelled.sentences[0][1].status == "asserted"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{", "合法的 JSON"),
        ("[1]", "JSON 对象"),
        ('{"a": ' + "9" * 5000 + "}", "过长"),
        ({"document": "a.txt", "start": 1, "end": 2}, "不是标注文档"),
        (ROW | {"id": ""}, "不是标注文档"),
        (ROW | {"text": 5}, "不是标注文档"),
        (ROW | {"sentences": {}}, "不是标注文档"),
        (ROW | {"sentences": [5]}, "第1句"),
        (ROW, "前面已经有了"),
        (with_sentence(id="x", start=4, end=4) | {"id": "g2"}, "不在正文"),
        (with_sentence(end=len(TEXT) + 1) | {"id": "g2"}, "不在正文"),
        (with_sentence(start=-1) | {"id": "g2"}, "不在正文"),
        (with_sentence(start=True) | {"id": "g2"}, "不在正文"),
        (with_sentence(risk=["laziness"]) | {"id": "g2"}, "laziness"),
        (with_sentence(risk="inaction") | {"id": "g2"}, "risk"),
        (with_sentence(evidence=[["x"]]) | {"id": "g2"}, "evidence"),
        (with_sentence(mention="wished") | {"id": "g2"}, "wished"),
        (with_sentence(risk=["inaction"], status="negated") | {"id": "g2"}, "negated"),
        (with_sentence(risk=["inaction"], mention="negated") | {"id": "g2"}, "不能既标风险"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path, row, words):
    with pytest.raises(DataError, match="第2行") as refusal:
        read_gold(written(tmp_path, ROW, row))
    assert words in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"\n\n", "\ufeff \n".encode()])
def test_a_file_without_documents_is_refused(tmp_path, content):
    (tmp_path / "gold.jsonl").write_bytes(content)
    with pytest.raises(DataError, match="没有标注文档"):
        read_gold(tmp_path / "gold.jsonl")


def test_a_file_that_is_no_text_and_a_file_that_is_not_there_are_refused(tmp_path):
    (tmp_path / "gold.jsonl").write_bytes(b"\xd5\xe2")
    with pytest.raises(DataError, match="UTF-8"):
        read_gold(tmp_path / "gold.jsonl")
    with pytest.raises(DataError, match="无法读取"):
        read_gold(tmp_path / "none.jsonl")
