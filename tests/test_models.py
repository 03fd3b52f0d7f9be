"""Models that learned from decisions: trained, compared, adopted by a person, taken back; a small corpus, a small store."""

import json
import re
import shlex
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from mingcha.corpora.frozen_split import is_kept_apart, split
from mingcha.corpora.labelled_documents import LABELLED, load_labelled
from mingcha.models import shelf
from mingcha.models.contrast import card_rows, contrast, lost
from mingcha.models.evaluation import Measured
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.store.database import opened
from mingcha.pipeline.store.decisions import append_decisions
from mingcha.pipeline.store.model_events import record_training

ROOT = Path(__file__).parent.parent
MANUAL = (ROOT / "docs" / "管理员手册.md").read_text(encoding="utf-8")
NAME = "青岭县2024年度考核"
AT = "2025-01-06T10:00:00+08:00"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """One in thirty documents of our own corpus."""
    folder, number = tmp_path_factory.mktemp("语料"), 0
    for path in sorted(LABELLED.glob("*.txt")):
        documents = f"\n{path.read_text(encoding='utf-8')}".split("\n##### ")[1:]
        kept = [one for place, one in enumerate(documents, start=number) if place % 30 == 0]
        (folder / path.name).write_text("".join(f"##### {one}\n" for one in kept), encoding="utf-8")
        number += len(documents)
    return folder


@pytest.fixture(scope="module")
def decided(sample_run, tmp_path_factory):
    """A copy of the sample run in which a third of the findings are rejected and the others confirmed."""
    out = shutil.copytree(sample_run.out, tmp_path_factory.mktemp("审阅") / "out")
    ids = sorted({one["id"] for one in sample_run.records("findings.jsonl") if one["kind"] != "check"})
    made = [Decision(one, "reject" if n % 3 == 0 else "confirm", "王敏", "核对过", AT) for n, one in enumerate(ids)]
    with opened(str(out / "mingcha.db")) as store:
        append_decisions(store, made, assessment=NAME)
    return out / "mingcha.db"


@pytest.fixture(scope="module")
def trained(mingcha, corpus, decided, tmp_path_factory):
    """A folder with one candidate, as a user makes it."""
    folder = tmp_path_factory.mktemp("模型") / "模型"
    call = mingcha(
        "train", "--with-decisions", "--db", decided, "--models-dir", folder, "--corpus", corpus, "--by", "王某"
    )
    assert call.code == 0, call.stderr
    assert "尚未采用" in call.stdout
    return folder


@pytest.fixture
def office(trained, decided, tmp_path):
    """A copy of the models and of the store that a test may change."""
    shutil.copytree(trained, tmp_path / "模型")
    shutil.copy(decided, tmp_path / "mingcha.db")
    return tmp_path


def adopt(mingcha, office, *more, by="王某", reason="试用"):
    named = ("--models-dir", office / "模型", "--db", office / "mingcha.db", "--by", by, "--reason", reason)
    return mingcha("model", "adopt", "sentence-", *named, *more)


def roll_back(mingcha, office):
    named = ("--models-dir", office / "模型", "--db", office / "mingcha.db", "--by", "李某", "--reason", "漏报多")
    return mingcha("model", "rollback", *named)


def card_path(folder):
    (path,) = folder.glob("sentence-*/sentence.json")
    return path


def events(db):
    with sqlite3.connect(db) as store:
        rows = store.execute(
            "SELECT who, action, target, detail FROM audit WHERE action LIKE 'model_%' ORDER BY seq"
        ).fetchall()
    store.close()
    return [(who, action, target, json.loads(detail)) for who, action, target, detail in rows]


def test_the_split_is_an_eighth_and_stays_when_documents_come_and_go():
    every = load_labelled()
    rest, apart = split(every)
    assert 0.09 < len(apart) / len(every) < 0.16
    assert {one.id for one in apart} == {one.id for one in every if is_kept_apart(one.id)}
    assert {one.id for one in split(every[::3])[1]} <= {one.id for one in apart}
    assert not {one.id for one in rest} & {one.id for one in apart}


def test_the_card_tells_what_was_learned_and_both_models_figures_with_intervals(trained):
    card = json.loads(card_path(trained).read_text(encoding="utf-8"))
    counts = card["decisions"]
    assert counts["confirmed"] > counts["rejected"] > 20
    assert counts["single"] == counts["confirmed"] + counts["rejected"]
    assert card["compared_with"] == "shipped"
    assert card["frozen"]["documents"] > 3
    for name in ("average_precision", "risk.f1", "evidence.f1"):
        for side in ("old", "new"):
            value, low, high = card["frozen"]["figures"][name][side]
            assert low <= value <= high
    assert card["past"]["risks"] > 10
    assert set(card["past"]["figures"]) == {"average_precision", "kept", "dropped"}
    assert {"made", "made_of", "sha256", "privacy"} <= card.keys()


def test_the_candidate_holds_numbers_and_no_words_of_the_material(trained, sample_run):
    folder = card_path(trained).parent
    assert {path.name for path in folder.iterdir()} == {"sentence.npz", "sentence.json"}
    with np.load(folder / "sentence.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"f", "i"}
    card = card_path(trained).read_text(encoding="utf-8")
    told = {one["speaker"] for one in sample_run.records("findings.jsonl")} | {NAME, "周启明", "何春燕", "王敏", "王某"}
    told |= {one["text"] for one in sample_run.records("findings.jsonl")} | {"花名册.csv", "柳河镇"}
    assert [words for words in told - {None, "问", "谈话人"} if words in card] == []


def test_training_on_the_same_again_or_on_nothing_is_refused(mingcha, trained, corpus, decided, sample_run):
    named = ("--models-dir", trained, "--corpus", corpus)
    again = mingcha("train", "--with-decisions", "--db", decided, *named)
    assert again.code == 2
    assert "已经训练过" in again.stderr
    nothing = mingcha("train", "--with-decisions", "--db", sample_run.out / "mingcha.db", *named)
    assert nothing.code == 1
    assert "没有可以学习的决定" in nothing.stderr
    for arguments, words in (((), "缺少 --out"), (("--with-decisions", "--out", "a.npz"), "不能用 --out"),
                             (("--with-decisions", "--db", decided, *named, "--assessment", "没有"), "没有考核“没有”")):  # fmt: skip
        call = mingcha("train", *arguments)
        assert (call.code, words in call.stderr) == (2, True), call.stderr


def test_comparing_lists_the_passages_that_come_go_and_change_and_changes_nothing(mingcha, office):
    before = (office / "mingcha.db").read_bytes()
    named = ("--models-dir", office / "模型", "--out", office / "变化.csv")
    folder = mingcha("model", "compare", "sentence-", *named, "--folder", ROOT / "corpora" / "sample" / "材料")
    assert folder.code == 0, folder.stderr
    told = re.search(r"新增 (\d+) 条，消失 (\d+) 条，改变 (\d+) 条", folder.stdout)
    rows = (office / "变化.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "变化,材料,位置,原来,现在,原文"
    assert len(rows) - 1 == sum(map(int, told.groups())) > 5
    assert "| 变化 | 材料 | 位置 | 原来 | 现在 | 原文 |" in folder.stdout
    assert "| 风险 F1 | " in folder.stdout
    stored = mingcha("model", "compare", "sentence-", "--models-dir", office / "模型", "--db", office / "mingcha.db")
    assert "线索：新增" in stored.stdout
    assert (office / "mingcha.db").read_bytes() == before
    assert not (office / "模型" / "adopted.jsonl").exists()
    assert mingcha("model", "compare", "没有", "--models-dir", office / "模型").code == 2


@pytest.mark.parametrize(("by", "reason"), [(" ", "试用"), ("王某", " ")])
def test_nobody_and_no_reason_adopt_nothing(mingcha, office, by, reason):
    call = adopt(mingcha, office, by=by, reason=reason)
    assert call.code == 2
    assert "更换模型须写明" in call.stderr
    assert not (office / "模型" / "adopted.jsonl").exists()


@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_tampered_candidate_is_refused_even_where_its_card_was_made_to_fit(mingcha, office, suffix):
    path = card_path(office / "模型")
    if suffix == ".json":
        path.write_text(path.read_text(encoding="utf-8").replace('"risk.f1"', '"risk.f0"'), encoding="utf-8")
    else:
        place = path.with_suffix(".npz")
        place.write_bytes(place.read_bytes() + b"\0")
        card = json.loads(path.read_text(encoding="utf-8")) | {"sha256": shelf.hashes_of(place).weights}
        path.write_text(json.dumps(card, ensure_ascii=False), encoding="utf-8")
    call = adopt(mingcha, office, "--anyway")
    assert call.code == 1
    assert "校验值不符" in call.stderr
    assert not (office / "模型" / "adopted.jsonl").exists()


def test_a_candidate_of_another_store_is_refused(mingcha, office, sample_run):
    shutil.copy(sample_run.out / "mingcha.db", office / "mingcha.db")
    call = adopt(mingcha, office)
    assert call.code == 2
    assert "没有训练过" in call.stderr


def make_worse(office):
    """Give the candidate figures that are worse beyond the interval, and record it as trained so."""
    path = card_path(office / "模型")
    card = json.loads(path.read_text(encoding="utf-8"))
    for row in card["frozen"]["figures"].values():
        row["difference"] = [0.0, -0.1, 0.1]
    card["frozen"]["figures"]["risk.f1"]["difference"] = [-0.2, -0.3, -0.1]
    path.write_text(json.dumps(card, ensure_ascii=False), encoding="utf-8")
    hashes = shelf.hashes_of(path.with_suffix(".npz"))
    with opened(str(office / "mingcha.db")) as store:
        record_training(store, card["id"], {"weights": hashes.weights, "card": hashes.card}, by="王某")


def test_a_worse_candidate_is_refused_unless_somebody_takes_it_anyway_with_a_reason(mingcha, office):
    make_worse(office)
    refused = adopt(mingcha, office)
    assert refused.code == 2
    assert "风险 F1 比原模型差" in refused.stderr
    assert [action for _, action, *_ in events(office / "mingcha.db")] == ["model_trained"] * 2
    taken = adopt(mingcha, office, "--anyway", reason="误报少更要紧")
    assert taken.code == 0, taken.stderr
    assert events(office / "mingcha.db")[-1][3]["anyway"] is True
    assert "比原模型差，仍采用" in mingcha("model", "list", "--models-dir", office / "模型").stdout


def test_adopted_taken_back_and_adopted_again_with_every_step_on_record(mingcha, office):
    assert adopt(mingcha, office, "--anyway").code == 0
    assert "已经在用" in adopt(mingcha, office).stderr
    model = card_path(office / "模型").parent.name
    assert shelf.weights_in_use(office / "模型") == office / "模型" / model / "sentence.npz"
    assert roll_back(mingcha, office).code == 0
    assert shelf.weights_in_use(office / "模型") is None
    assert "没有可以退回的模型" in roll_back(mingcha, office).stderr
    assert adopt(mingcha, office, "--anyway").code == 0
    done = [
        (who, action, target, detail.get("former")) for who, action, target, detail in events(office / "mingcha.db")
    ]
    assert done == [
        ("王某", "model_trained", model, None),
        ("王某", "model_adopted", model, "shipped"),
        ("李某", "model_rolled_back", "shipped", model),
        ("王某", "model_adopted", model, "shipped"),
    ]
    assert mingcha("db", "verify", "--db", office / "mingcha.db").code == 0
    assert "［在用］" in mingcha("model", "list", "--models-dir", office / "模型").stdout.splitlines()[1]


def test_a_model_that_changed_after_its_adoption_is_not_used(mingcha, office):
    assert adopt(mingcha, office, "--anyway").code == 0
    path = card_path(office / "模型")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="与采用时的校验值不符"):
        shelf.weights_in_use(office / "模型")
    (office / "模型" / "adopted.jsonl").write_text("不是记录\n", encoding="utf-8")
    with pytest.raises(DataError, match="读不懂"):
        shelf.load_steps(office / "模型")


def test_a_missing_folder_of_models_is_told_and_not_passed_over(mingcha, tmp_path):
    call = mingcha("model", "list", "--models-dir", tmp_path / "没有")
    assert call.code == 2
    assert "找不到模型文件夹" in call.stderr


def test_the_manual_can_be_followed_as_written(mingcha, corpus, decided, trained, tmp_path):
    """The section on models, with a small corpus; a run with the adopted model supersedes and erases nothing."""
    section = re.search(r"\n## [^\n]*训练模型\n.*?(?=\n## )", MANUAL, re.DOTALL)[0]
    blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    lines = [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]
    shutil.copytree(ROOT / "corpora" / "sample", tmp_path / "corpora" / "sample")
    shutil.copytree(decided.parent, tmp_path / "out")
    shutil.copytree(
        trained / "reference", tmp_path / "模型" / "reference"
    )  # what the first training keeps for later ones
    findings = tmp_path / "out" / "findings.jsonl"
    for words in lines:
        small = {"train": ["--corpus", corpus], "adopt": ["--anyway"]}
        more = next((small[word] for word in words[:2] if word in small), [])
        done = mingcha(*words, *more, out=tmp_path / "out")
        assert done.code == (3 if words[0] == "run" else 0), (words, done.stderr)
        if words[0] == "run":
            versions = json.loads(findings.read_text(encoding="utf-8").splitlines()[0])["versions"]
            path = card_path(tmp_path / "模型")
            assert versions["model"] == path.parent.name
            assert versions["weights"] == shelf.hashes_of(path.with_suffix(".npz")).weights
    assert {words[1] for words in lines if words[0] == "model"} == {"list", "compare", "adopt", "rollback"}
    with sqlite3.connect(tmp_path / "out" / "mingcha.db") as store:
        (superseded,) = store.execute("SELECT count(*) FROM findings WHERE superseded_by_run IS NOT NULL").fetchone()
        (models,) = store.execute("SELECT count(DISTINCT json_extract(versions, '$.model')) FROM runs").fetchone()
    store.close()
    assert superseded > 5
    assert models == 2


def test_worse_means_that_the_whole_interval_of_the_paired_difference_lies_below_zero():
    rounds = np.linspace(0.5, 0.9, 100)
    old = Measured({"risk.f1": np.asarray(0.7)}, {"risk.f1": rounds})
    worse = Measured({"risk.f1": np.asarray(0.68)}, {"risk.f1": rounds - 0.02})
    rows = card_rows(contrast(old, worse))
    assert rows["risk.f1"]["difference"] == [-0.02, -0.02, -0.02]
    assert rows["risk.f1"]["new"][2] > rows["risk.f1"]["old"][0]  # by themselves the intervals overlap
    assert lost(rows) == ("risk.f1",)
    assert lost(card_rows(contrast(old, old))) == ()
    assert lost({"risk.f1": {"difference": [None, None, None]}}) == ()
