"""The card of an encoder: what it is and what it reached, readable without the network and without numpy."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingcha.models.cards import load_card
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reading.files import file_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

ENCODER = Path(__file__).parent.parent / "weights" / "encoder"
MODEL, TOKENIZER, CARD, ANSWERS = "model.onnx", "tokenizer.json", "encoder.json", "heads.npz"


@cache
def encoder_card(folder: Path = ENCODER) -> Mapping[str, Any]:
    """Return the card in *folder*; refuse files whose hashes it does not give."""
    path = folder / CARD
    require_files(folder, MODEL)
    if not path.is_file():
        raise DataError(f"{path}：编码器还没有配上判断层。请先{_remedy(folder)}。")
    card: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name, value in card["files"].items():
        if file_hash(folder / name) != value:
            raise DataError(
                f"{folder / name}：与编码器卡的校验值不符，可能被改动或损坏，已拒绝使用。请重新安装或重新训练。"
            )
    if card["light"] != load_card()["sha256"]:
        raise DataError(f"{path}：编码器是同另一版句子模型配好的。请{_remedy(folder)}，或改用 --model light。")
    return card


def _remedy(folder: Path) -> str:
    return "重新安装" if folder == ENCODER else f"运行 mingcha train --encoder {folder}"


def require_files(folder: Path, *names: str) -> None:
    """Raise a :class:`DataError` that tells which of *names* the *folder* lacks."""
    for name in names:
        if not (folder / name).is_file():
            raise DataError(f"{folder / name}：没有这个文件。编码器文件夹里应有 {MODEL} 和 {TOKENIZER}。")


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the files of an encoder in *folder*, by name; those that are not there are left out."""
    found = {name: file_hash(folder / name) for name in (MODEL, TOKENIZER, ANSWERS)}
    return {name: value for name, value in found.items() if value}
