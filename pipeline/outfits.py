"""What a machine analyzes with: where two machines differ in it, they may find different things in the same file."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import mingcha
from mingcha.pipeline.reading.conversion import find_office
from mingcha.pipeline.reading.files import file_hash
from mingcha.pipeline.reading.ocr import available

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PACKAGE = Path(mingcha.__file__).parent
_SUFFIXES = frozenset({".py", ".toml", ".json", ".npz", ".onnx"})
_UNUSED = frozenset({"gold", "labelled", "sample", "__pycache__"})  # material for tests and training
_MISSING = "没有"


def outfit(files: Iterable[Path] = ()) -> dict[str, str]:
    """Return what this machine has, by what it is called (Chinese): software, its files by hash, packages, programs.

    *files* are others that the work needs (an office's own model), compared by their bytes.
    """
    told = {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "明察": mingcha.__version__,
        "程序、规则和模型的校验值": _package_hash(),
        "LibreOffice": "有" if find_office() else _MISSING,
        "OCR 组件": "有" if available() else _MISSING,
    }
    packages = {f"组件 {name}": _version(name) for name in ("distributed", *_required())}
    return told | packages | {f"文件 {path}": (file_hash(path) or _MISSING)[:12] for path in files}


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[str]:
    """Yield what differs, in Chinese, with both values.

    >>> list(differences({"明察": "0.2", "Python": "3.11"}, {"明察": "0.1", "Python": "3.11"}))
    ['明察：本机 0.2，对方 0.1']
    """
    for about in {**ours, **theirs}:
        one, other = ours.get(about, _MISSING), theirs.get(about, _MISSING)
        if one != other:
            yield f"{about}：本机 {one}，对方 {other}"


def _package_hash() -> str:
    """Return a hash over the code, rules and weights of the package, by their names within it."""
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(_PACKAGE).as_posix(), path) for path in _files()):
        digest.update(f"{name} {file_hash(path)}\n".encode())
    return digest.hexdigest()[:12]


def _files() -> Iterator[Path]:
    for folder in ("pipeline", "models", "corpora"):
        for path in (_PACKAGE / folder).rglob("*"):
            if path.suffix in _SUFFIXES and not _UNUSED.intersection(path.relative_to(_PACKAGE).parts):
                yield path


def _required() -> Iterator[str]:
    """Yield the packages that the software cannot do without."""
    from packaging.requirements import Requirement

    for line in metadata.requires("mingcha") or ():
        asked = Requirement(line)
        if asked.marker is None or asked.marker.evaluate({"extra": ""}):
            yield asked.name


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _MISSING
