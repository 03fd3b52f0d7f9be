"""What is handed over with a release: one version everywhere, a source package and a wheel that are complete."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import mingcha

ROOT = Path(__file__).parent.parent
LEFT_OUT = (".*", "build", "dist", "out", "*.egg-info", "__pycache__", "benchmarks", "tests")


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The names in the source package and in the wheel made of it, as `python -m build` makes them."""
    place = tmp_path_factory.mktemp("release")
    source = shutil.copytree(ROOT, place / "source", ignore=shutil.ignore_patterns(*LEFT_OUT))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), str(source)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PIP_NO_INDEX": "1"})
    (archive,), (wheel,) = place.glob("*.tar.gz"), place.glob("*.whl")
    with tarfile.open(archive) as opened, zipfile.ZipFile(wheel) as zipped:
        return {name.partition("/")[2] for name in opened.getnames()}, set(zipped.namelist()), wheel.name


@pytest.mark.parametrize(
    "file",
    [
        *("models/weights/sentence.npz", "models/weights/sentence.json", "models/weights/characters.npz"),
        *(f"corpora/rules/{path.name}" for path in (ROOT / "corpora" / "rules").iterdir()),
        *(f"corpora/schemes/{path.name}" for path in (ROOT / "corpora" / "schemes").glob("*.toml")),
        *("corpora/sample/花名册.csv", "pipeline/reporting/templates/公文.docx", "cli.py", "py.typed"),
    ],
)
def test_the_source_package_and_the_wheel_hold(packages, file):
    source, wheel, _ = packages
    assert file in source
    assert f"mingcha/{file}" in wheel


def test_the_licence_and_the_version_go_with_them(packages):
    source, wheel, name = packages
    assert "LICENSE" in source
    assert [one for one in wheel if one.endswith("licenses/LICENSE")]
    assert name.split("-")[1] == mingcha.__version__


def test_the_version_is_the_same_everywhere():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["version"] == mingcha.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", mingcha.__version__)


def test_the_change_log_has_a_place_for_what_comes_next():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.match(r"\[\d+\.\d+\.\d+\]", heading) for heading in headings[1:])


@pytest.mark.parametrize("name", ["sentence", "characters"])
def test_the_card_of_a_model_fits_the_model(name):
    weights = ROOT / "models" / "weights" / f"{name}.npz"
    card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == card["sha256"]
    assert card["purpose"]
    assert len(card["data"]["sha256"]) == 64
    assert (name != "sentence") or (card["limits"] and card["reached"]["precision"] and card["rules"])


def test_the_list_names_tests_that_exist():
    paper = (ROOT / "docs" / "发布清单.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|benchmarks)/[\w./]+)`", paper)
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name).exists()] == []
