"""The reference of the public Python interface: the paper names its modules, every name is explained and has its place."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAPER = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
MODULES = re.findall(r"^mingcha\.[a-z_.]+$", PAPER, re.MULTILINE)


def public(module):
    """Return the functions and classes that a module has itself and shows, by name."""
    found = vars(importlib.import_module(module)).items()
    return {
        name: one
        for name, one in found
        if not name.startswith("_") and (inspect.isfunction(one) or inspect.isclass(one)) and one.__module__ == module
    }


def members(found):
    """Return the methods and properties that a class shows, by name."""
    kinds = (property, classmethod, staticmethod)
    own = vars(found).items() if inspect.isclass(found) else ()
    return {name: one for name, one in own if name[0] != "_" and (inspect.isfunction(one) or isinstance(one, kinds))}


def explained(name, found):
    """Tell whether somebody wrote what it means: a dataclass without a docstring is given its signature for one."""
    return bool(found.__doc__) and not found.__doc__.startswith(f"{name}(")


def test_the_paper_lists_every_module_that_its_examples_import():
    imported = set(re.findall(r"from (mingcha[\w.]*) import", PAPER))
    assert len(MODULES) == len(set(MODULES)) > 15
    assert imported - set(MODULES) == set()


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_of_the_interface_is_explained(module):
    names = public(module)
    told = [(name, found) for one, given in names.items() for name, found in ((one, given), *members(given).items())]
    assert importlib.import_module(module).__doc__
    assert [name for name, found in told if not explained(name, found)] == []


def test_a_signature_in_place_of_an_explanation_is_told():
    import dataclasses

    bare = dataclasses.make_dataclass("Bare", ["field"])
    assert not explained("Bare", bare)


def test_the_reference_has_a_place_for_every_public_name(tmp_path):
    command = [
        sys.executable,
        "-m",
        "pdoc",
        "--docformat",
        "restructuredtext",
        "--output-directory",
        tmp_path,
        *MODULES,
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for module in MODULES:
        page = (tmp_path / f"{module.replace('.', '/')}.html").read_text(encoding="utf-8")
        names = [
            f"{one}.{name}" if name else one for one, given in public(module).items() for name in ("", *members(given))
        ]
        assert [name for name in names if f'id="{name}"' not in page] == []
