from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from mingcha.cli import app
from mingcha.corpora.labelled_documents import LABELLED
from mingcha.models.encoding.cards import CARD, encoder_card
from mingcha.models.encoding.readers import sentence_vectors
from mingcha.models.encoding.session import open_network, open_vectors
from mingcha.pipeline.errors import DataError
from tests.encoding.office import WIDTH, make_encoder

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's encoder with heads fitted on two small labelled files."""
    folder = tmp_path_factory.mktemp("office")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in ("t1.txt", "t2.txt", "t3.txt", "t4.txt", "t5.txt", "t6.txt"):
        documents = (LABELLED / name).read_text(encoding="utf-8").split("#####")
        (corpus / name).write_text("#####".join(documents[:25]), encoding="utf-8")
    encoder = make_encoder(folder / "encoder")
    result = RUNNER.invoke(app, ["train", "--encoder", str(encoder), "--corpus", str(corpus)])
    assert result.exit_code == 0, result.output
    return encoder


@pytest.fixture
def material(tmp_path: Path) -> Path:
    folder = tmp_path / "材料"
    folder.mkdir()
    (folder / "谈话.txt").write_text(
        "群众反映的问题拖了三年没有解决。\n局里会议开了几次，材料报上去没有回音。\n全年完成投资3.2亿元。\n", "utf-8"
    )
    return folder


def test_a_vector_is_the_mean_over_the_tokens_of_a_sentence_alone(tmp_path: Path):
    session = open_vectors(make_encoder(tmp_path / "e"))
    alone = sentence_vectors(session, ["没有解决"], 128)
    among = sentence_vectors(session, ["没有解决", "群众反映的问题拖了三年没有解决材料报告", "局长"], 128)
    assert alone.shape == (1, WIDTH)
    assert np.allclose(alone[0], among[0], atol=1e-6)  # padding and order change nothing
    assert np.allclose(np.linalg.norm(among, axis=1), 1, atol=1e-5)


def test_a_network_that_pools_itself_is_taken_as_it_is(tmp_path: Path):
    session = open_vectors(make_encoder(tmp_path / "e", pooled=True))
    assert sentence_vectors(session, ["没有解决", "问题"], 128).shape == (2, WIDTH)


def test_the_run_names_the_encoder_in_versions_and_findings(fitted: Path, material: Path, tmp_path: Path):
    out = tmp_path / "out"
    result = RUNNER.invoke(
        app, ["run", str(material), "--out", str(out), "--encoder", str(fitted), "--scores", "--workers", "1"]
    )
    assert result.exit_code == 0, result.output
    name = encoder_card(fitted)["id"]
    findings = [json.loads(line) for line in (out / "findings.jsonl").read_text("utf-8").splitlines()]
    assert findings
    assert {finding["versions"]["encoder"] for finding in findings} == {name}
    assert any(name in finding["sources"] for finding in findings)


def test_without_heads_the_message_says_what_to_run(tmp_path: Path, material: Path):
    encoder = make_encoder(tmp_path / "bare")
    result = RUNNER.invoke(app, ["run", str(material), "--out", str(tmp_path / "out"), "--encoder", str(encoder)])
    assert isinstance(result.exception, DataError)
    assert "mingcha train --encoder" in str(result.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_broken_or_missing_file_is_named(tmp_path: Path, name: str):
    encoder = make_encoder(tmp_path / "e")
    (encoder / name).write_bytes(b"no such thing")
    with pytest.raises(DataError, match=name):
        open_vectors(encoder)
    (encoder / name).unlink()
    open_network.cache_clear()
    with pytest.raises(DataError, match=name):
        open_vectors(encoder)


def test_a_file_changed_after_fitting_is_refused(fitted: Path, tmp_path: Path):
    copy = tmp_path / "copy"
    shutil.copytree(fitted, copy)
    arrays = dict(np.load(copy / "heads.npz"))
    np.savez(copy / "heads.npz", weights=arrays["weights"] * 2, bias=arrays["bias"])
    with pytest.raises(DataError, match=r"heads\.npz.*校验值不符"):
        encoder_card(copy)


def test_an_encoder_fitted_beside_another_sentence_model_is_refused(fitted: Path, tmp_path: Path):
    copy = tmp_path / "copy"
    shutil.copytree(fitted, copy)
    card = json.loads((copy / CARD).read_text("utf-8")) | {"light": "0" * 64}
    (copy / CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(DataError, match="另一版句子模型"):
        encoder_card(copy)


def test_an_encoder_and_the_light_path_exclude_each_other(fitted: Path, material: Path, tmp_path: Path):
    options = ["--encoder", str(fitted), "--model", "light"]
    result = RUNNER.invoke(app, ["run", str(material), "--out", str(tmp_path / "out"), *options])
    assert "--model light" in str(result.exception)
