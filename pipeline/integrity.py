"""Whether the rules, schemes and weights that came with the software are still those that were installed.

pip lists the hash of every file it installs (RECORD). Where the software runs from its source folder there is no such
list, and nothing is compared.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import PackagePath

_GUARDED = ("mingcha/corpora/rules/", "mingcha/corpora/schemes/", "mingcha/corpora/data/", "mingcha/models/weights/")


def refuse_altered() -> None:
    """Raise DataError where a rule, scheme, list or model of ours is not as it was installed."""
    if altered := tuple(altered_files()):
        listed = "、".join(altered[:5]) + ("等" if len(altered) > 5 else "")
        raise DataError(
            f"随软件安装的文件与安装时的校验值不符，可能被改动或损坏，已拒绝使用：{listed}。"
            "要改规则请用 --rules，要改评分方案请另存一份用 --scheme 指定；请重新安装本软件，并查明原因。"
        )


def altered_files() -> Iterator[str]:
    """Yield the names of our data files whose bytes are not those that were installed, or that are gone."""
    try:
        files = distribution("mingcha").files or ()
    except PackageNotFoundError:
        return
    for file in files:
        if file.as_posix().startswith(_GUARDED) and file.hash is not None and not _is_as_installed(file):
            yield file.as_posix()


def _is_as_installed(file: PackagePath) -> bool:
    assert file.hash is not None
    try:
        digest = hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()  # type: ignore[attr-defined]
    except OSError:
        return False
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value
