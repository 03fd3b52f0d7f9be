"""The card of the sentence model: what it is and what it reached, readable without its weights."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

WEIGHTS = Path(__file__).parent / "weights" / "sentence.npz"


def load_card(path: Path = WEIGHTS) -> Mapping[str, Any]:
    """Return the card that lies beside the weights at *path*; refuse weights whose hash the card does not give.

    A hundred times faster than loading the model, and numpy stays out: a run names the model in one process and uses
    it in others.
    """
    card_path = path.with_suffix(".json")
    if not path.exists() or not card_path.exists():
        raise DataError(f"{path}：缺少模型文件或模型卡。请重新安装，或运行 mingcha train 重新训练。")
    card: Mapping[str, Any] = json.loads(card_path.read_text(encoding="utf-8"))
    known = path.stat()
    if _hash_of(path, known.st_mtime_ns, known.st_size) != card["sha256"]:
        raise DataError(f"{path}：模型文件与模型卡的校验值不符，可能被改动或损坏，已拒绝使用。请重新安装。")
    return card


@lru_cache(maxsize=8)
def _hash_of(path: Path, _changed: int, _size: int) -> str:
    """Return the hash of a file, read once as long as it stays as it is."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
