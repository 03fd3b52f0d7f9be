"""What became of the files between two runs: new, replaced, renamed or gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of documents by what became of their files; ``renamed`` has the old name before the new one."""

    new: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.new or self.replaced or self.renamed or self.gone)


def compare(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Changes:
    """Compare the documents of two runs, each given as name and hash of the file (``None`` where it was not read).

    >>> compare({"甲": "1", "乙": "2", "丙": "3"}, {"甲": "9", "乙二": "2", "丁": "4"})
    Changes(new=('丁',), replaced=('甲',), renamed=(('乙', '乙二'),), gone=('丙',))
    >>> bool(compare({"甲": "1"}, {"甲": "1"}))
    False
    """
    lost = {name: sha256 for name, sha256 in sorted(before.items()) if name not in after}
    come = {name: sha256 for name, sha256 in sorted(after.items()) if name not in before}
    renamed = []
    for old, sha256 in lost.items():
        new = next((name for name, other in come.items() if sha256 is not None and other == sha256), None)
        if new is not None:
            renamed.append((old, new))
            del come[new]
    moved = {old for old, _ in renamed}
    return Changes(
        new=tuple(come),
        replaced=tuple(name for name in sorted(after) if name in before and before[name] != after[name]),
        renamed=tuple(renamed),
        gone=tuple(name for name in lost if name not in moved),
    )
