"""The package holds what it should: every sub-package, every data file, and nothing heavy on start-up."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EDGES = {
    "workers",
    "help_pages",
    "job",
    "integrity",
    "logs",
    "scratch",
    "publishing",
    "progress",
    "resumption",
    "running",
    "saving",
    "distribution",
    "remote",
    "outfits",
    "outputs",
}
HEAVY = {
    "spacy",
    "sklearn",
    "pandas",
    "jieba",
    "rjieba",
    "sqlalchemy",
    "openpyxl",
    "docx",
    "pypdfium2",
    "jinja2",
    "numpy",
    "dask",
    "distributed",
}


def test_every_folder_with_code_is_a_listed_package():
    folders = {
        path.parent.relative_to(ROOT).as_posix()
        for top in ("pipeline", "models", "corpora")
        for path in (ROOT / top).rglob("__init__.py")
    }
    listed = {name.removeprefix("mingcha.").replace(".", "/") for name in SETTINGS["tool"]["setuptools"]["packages"]}
    assert listed - {"mingcha"} == folders


def test_the_core_contract_names_every_module_of_the_core():
    contract = next(c for c in SETTINGS["tool"]["importlinter"]["contracts"] if c["id"] == "core")
    named = {name.removeprefix("mingcha.pipeline.") for name in contract["source_modules"]} - {"scoring"}
    modules = {path.stem for path in (ROOT / "pipeline").glob("*.py")} - {"__init__"} - EDGES
    assert named == modules


def test_no_requirements_file_names_a_registry():
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def packages_loaded_by(program: str) -> set[str]:
    """Run a program by itself and return the top-level packages that are imported at its end."""
    ending = "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    command = [sys.executable, "-c", f"import sys\n{program}{ending}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "LOADED" in done.stdout
    return set(done.stdout.partition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    program = f"from mingcha.cli import app\ntry:\n    app({arguments!r})\nexcept SystemExit:\n    pass\n"
    assert packages_loaded_by(program) & HEAVY == set()


def test_showing_a_text_loads_no_model(tmp_path):
    (tmp_path / "a.txt").write_text("推诿扯皮。", encoding="utf-8")
    program = (
        "from mingcha.cli import app\n"
        f"try:\n    app(['text', {str(tmp_path / 'a.txt')!r}])\nexcept SystemExit:\n    pass\n"
    )
    assert (
        packages_loaded_by(program) & {"spacy", "sklearn", "pandas", "jieba", "rjieba", "sqlalchemy", "numpy"} == set()
    )


def test_serving_the_model_needs_no_scikit_learn():
    program = "from mingcha.models.toolkit import load_toolkit\nload_toolkit()\n"
    assert packages_loaded_by(program) & {"spacy", "sklearn", "scipy", "pandas", "jieba", "rjieba"} == set()


def test_the_process_that_holds_a_run_together_does_not_load_the_analysis():
    program = (
        "import sys, mingcha.pipeline.job, mingcha.pipeline.publishing, mingcha.models.versions\n"
        "parts = ('analysis', 'amounts', 'blanks', 'attribution', 'detection')\n"
        "assert not {f'mingcha.pipeline.{part}' for part in parts} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(("told", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_the_command_line_keeps_numpy_to_one_thread_unless_told_otherwise(told, threads):
    program = (
        "import os, sys\nfrom mingcha import cli\nsys.argv = ['mingcha', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print('THREADS', os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    )
    plain = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=plain | told)
    assert f"THREADS {threads} False" in done.stdout


def test_a_run_names_its_versions_without_the_model():
    program = "from mingcha.models.versions import current_versions\nassert current_versions()['model']\n"
    assert packages_loaded_by(program) & {*HEAVY, "scipy"} == set()


def test_the_shipped_rules_are_read_without_compiling_their_expressions():
    program = (
        "import re, re._compiler as engine\nfrom mingcha.corpora.rulebook import load_rulebook\nparsed = []\n"
        "compiling = engine.compile\nre._compiler.compile = lambda *given: parsed.append(given) or compiling(*given)\n"
        "rules = load_rulebook().rules\nre.compile('先前没有的')\n"
        "assert 1 <= len(parsed) < sum(rule.pattern is not None for rule in rules) / 10, len(parsed)\n"
    )
    packages_loaded_by(program)


def test_the_wheel_holds_code_and_data_and_nothing_else(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", tmp_path, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        *(f"mingcha/corpora/rules/{path.name}" for path in (ROOT / "corpora" / "rules").iterdir()),
        *(f"mingcha/corpora/data/{path.name}" for path in (ROOT / "corpora" / "data").iterdir()),
        *(f"mingcha/corpora/schemes/{path.name}" for path in (ROOT / "corpora" / "schemes").glob("*.toml")),
        *(f"mingcha/models/weights/{path.name}" for path in (ROOT / "models" / "weights").iterdir() if path.is_file()),
        *(
            f"mingcha/models/weights/encoder/{path.name}"
            for path in (ROOT / "models" / "weights" / "encoder").iterdir()
        ),
        *(f"mingcha/corpora/labelled/{path.name}" for path in (ROOT / "corpora" / "labelled").iterdir()),
        *(f"mingcha/corpora/sample/材料/{path.name}" for path in (ROOT / "corpora" / "sample" / "材料").iterdir()),
        "mingcha/pipeline/reporting/templates/report.html.j2",
        "mingcha/cli.py",
        "mingcha/py.typed",
    }
    assert wanted <= names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"mingcha"}
    assert not [name for name in names if "/tests/" in name or "__pycache__" in name]
