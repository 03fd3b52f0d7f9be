"""One target under atheris, in a process of its own: ``python loop.py TARGET FOLDER SECONDS``.

FOLDER gets ``corpus`` (inputs that reached something new), ``findings`` and what libFuzzer leaves of an input that
crashed the interpreter, hung it or took all memory. Its own lines go to stderr, where ``drive.py`` reads them.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import atheris
from findings import noting

if TYPE_CHECKING:
    from types import ModuleType

_HANGS, _MEMORY = 30, 3_000  # seconds, MB
_INSTRUMENTED = ("mingcha", "tomllib")
_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_.:-]{2,24}")
_MOST_WORDS = 600


def main(target: str, folder: Path, seconds: int) -> None:
    """Fuzz until *seconds* are over; the corpus begins with the seeds of the target."""
    logging.disable()
    warnings.simplefilter("ignore")
    # Never left: what mingcha imports only when it needs it is counted as well.
    with atheris.instrument_imports(include=list(_INSTRUMENTED)):
        module = import_module(target)
        check = module.checker(_made(folder / "place"))
        for seed in _plant(module, folder):  # what is loaded only when first needed is not the input's slowness
            with suppress(Exception):
                check(seed)
        found = _made(folder / "findings")

        def once(data: bytes) -> None:
            with noting(found, data):
                check(data)

        atheris.Setup(_arguments(module, folder, seconds), once, **_mutator(module))
        atheris.Fuzz()


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _plant(module: ModuleType, folder: Path) -> list[bytes]:
    """Write the seeds, and the words that stand in them as a dictionary; return the seeds."""
    seeds = [seed for seed in module.seeds() if len(seed) <= module.LONGEST]
    corpus = _made(folder / "corpus")
    for number, seed in enumerate(seeds):
        (corpus / f"seed{number:03d}").write_bytes(seed)
    words = {word for seed in seeds if b"\0" not in seed for word in _WORD.findall(seed)}
    lines = (f'"{word.decode()}"' for word in sorted(words)[:_MOST_WORDS])
    (folder / "words").write_text("\n".join(lines) + "\n", encoding="ascii")
    return seeds


def _arguments(module: ModuleType, folder: Path, seconds: int) -> list[str]:
    bounds = (f"-max_total_time={seconds}", f"-timeout={_HANGS}", f"-rss_limit_mb={_MEMORY}")
    shape = (f"-max_len={module.LONGEST}", f"-dict={folder / 'words'}", "-print_final_stats=1")
    return ["loop", *bounds, *shape, f"-artifact_prefix={folder}/left-", str(folder / "corpus")]


def _mutator(module: ModuleType) -> dict[str, object]:
    if not hasattr(module, "mutate"):
        return {}
    return {"custom_mutator": lambda data, largest, seed: module.mutate(data, largest, seed, atheris.Mutate)}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
