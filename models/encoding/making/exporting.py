"""From the tuned network to the shipped file: ONNX, the weights of all products in eight bits."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from mingcha.models.encoding.session import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingcha.models.encoding.making.tuning import Judge

OPSET = 17
_AXES = {
    "ids": {0: "passages", 1: "tokens"},
    "owned": {0: "passages", 1: "sentences", 2: "tokens"},
    "features": {0: "passages", 1: "sentences"},
    "answers": {0: "passages", 1: "sentences"},
}


def export(judge: Judge, features: int, words: Sequence[str], path: Path) -> None:
    """Write *judge* to *path* with the *words* of its vocabulary; the word table and all products are in eight bits."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = (
        torch.ones((2, 16), dtype=torch.int64),
        torch.ones((2, 3, 16)),
        torch.zeros((2, 3, features)),
    )
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            judge.eval(),
            example,
            str(full),
            input_names=["ids", "owned", "features"],
            output_names=["answers"],
            dynamic_axes=_AXES,
            opset_version=OPSET,
            dynamo=False,
        )
        # Seven bits of the eight: on processors without VNNI the sums of full bytes would overflow and differ.
        quantize_dynamic(full, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    model = onnx.load(path)
    model.metadata_props.add(key=WORDS, value=json.dumps(list(words), ensure_ascii=False))
    onnx.save(model, path)
