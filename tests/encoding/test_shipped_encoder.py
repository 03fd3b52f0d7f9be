from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from mingcha.cli import app
from mingcha.models.choice import LIGHT, SHIPPED_MODELS
from mingcha.models.encoding.cards import CARD, ENCODER, MODEL, encoder_card
from mingcha.models.encoding.loading import load_cascade
from mingcha.models.features import WIDTH
from mingcha.models.sentence_model import HEADS
from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.document import Document
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.preparation import prepare

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "谈话对象：清河县水务局副局长\n问：请谈谈你们局的情况。\n答：泵站坏了报到局里，局里说归镇上管，镇上说图纸在局里，这么来回跑了一个夏天。\n"
    "他这个人平时话不多。\n去年新建管网12公里，提前两个月完工。\n要坚决克服推诿扯皮的现象。\n"
)
DOCUMENT = Document("谈话.txt", "0" * 64, "txt", TEXT, ())
RUNNER = CliRunner()


def test_the_encoder_is_used_where_nobody_chooses():
    assert SHIPPED_MODELS.encoder == ENCODER
    assert load_toolkit().versions["encoder"] == encoder_card()["id"]
    assert "encoder" not in load_toolkit(models=LIGHT).versions


def test_it_is_smaller_than_thirty_megabytes():
    assert sum(path.stat().st_size for path in ENCODER.iterdir()) < 30_000_000


def test_what_it_read_names_it_and_what_it_did_not_read_is_left_as_it_was():
    kit = load_toolkit()
    prepared = prepare(DOCUMENT, kit.stages)
    judged = load_cascade().judge(prepared.sentences, prepared.genre)
    light = load_toolkit(models=LIGHT).scorer(prepared.sentences, prepared.genre)
    rest = np.setdiff1d(np.arange(len(light)), judged.read)
    assert len(judged.read) > 0
    assert np.allclose(judged.probabilities[rest], [[light[n][head] for head in HEADS] for n in rest])
    findings = analyze(DOCUMENT, kit).findings
    assert any(kit.encoder in finding.sources for finding in findings)


def test_a_sentence_is_read_the_same_whatever_else_is_asked():
    """What an office sees of a sentence must not hang on which other sentences were unsure far away in the document."""
    reading = load_cascade().encoder
    texts = [f"第{number}项工作报上去三个月没有回音，谁也不管。" for number in range(40)]
    features = np.zeros((len(texts), WIDTH), np.float32)
    alone = reading.read(texts, features, [20])
    among = reading.read(texts, features, [2, 20, 37])
    assert np.allclose(alone[0], among[1], atol=0.35)  # eight-bit products are scaled by the batch


def test_a_changed_network_is_refused(tmp_path: Path):
    shutil.copytree(ENCODER, tmp_path / "e")
    with (tmp_path / "e" / MODEL).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DataError, match=r"model\.onnx.*校验值不符"):
        encoder_card(tmp_path / "e")


def test_a_network_that_answers_the_golden_sentences_otherwise_is_refused(tmp_path: Path):
    shutil.copytree(ENCODER, tmp_path / "e")
    card = json.loads((tmp_path / "e" / CARD).read_text("utf-8"))
    card["golden"]["answers"][0][0] += 1
    (tmp_path / "e" / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(DataError, match="标准例句"):
        load_cascade(tmp_path / "e")


def test_the_light_path_loads_no_network():
    program = "from mingcha.models.choice import LIGHT\nfrom mingcha.models.toolkit import load_toolkit\nimport sys\nload_toolkit(models=LIGHT)\nassert 'onnxruntime' not in sys.modules\n"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_light_path_can_be_asked_for(tmp_path: Path):
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "谈话.txt").write_text(TEXT, "utf-8")
    result = RUNNER.invoke(
        app, ["run", str(folder), "--out", str(tmp_path / "out"), "--model", "light", "--workers", "1"]
    )
    assert result.exit_code == 0, result.output
    findings = [json.loads(line) for line in (tmp_path / "out" / "findings.jsonl").read_text("utf-8").splitlines()]
    assert findings
    assert all("encoder" not in finding["versions"] for finding in findings)


def test_the_operating_point_is_that_of_both_together():
    card = encoder_card()
    assert load_toolkit().point.risk == card["operating_point"]["risk"]
    assert load_toolkit(min_precision=0.9).point.risk == card["precision_points"]["0.90"]["risk"]
