"""A small real sentence encoder as an office might have one: ONNX beside a tokenizer.json, made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

if TYPE_CHECKING:
    from pathlib import Path

CHARACTERS = "没有不推拖报告群众反映问题完成任务万元工作会议解决材料领导干部督促整改落实。，的了三年月项目局长镇"
WIDTH = 24


def make_encoder(folder: Path, *, pooled: bool = False) -> Path:
    """Write an encoder that gives each character a fixed vector; *pooled* gives one vector a sentence."""
    folder.mkdir(parents=True, exist_ok=True)
    words = {"[PAD]": 0, "[UNK]": 1, **{one: number for number, one in enumerate(dict.fromkeys(CHARACTERS), 2)}}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex(r"."), "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(3).standard_normal((len(words), WIDTH)).astype(np.float32)
    onnx.save(_model(table, pooled=pooled), str(folder / "model.onnx"))
    return folder


def _model(table: np.ndarray, *, pooled: bool) -> onnx.ModelProto:
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["rows", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens"])]
    nodes.append(
        helper.make_node("ReduceMean", ["tokens"], ["out"], axes=[1], keepdims=0)
        if pooled
        else helper.make_node("Identity", ["tokens"], ["out"])
    )
    shape = ["rows", WIDTH] if pooled else ["rows", "tokens", WIDTH]
    outputs = [helper.make_tensor_value_info("out", TensorProto.FLOAT, shape)]
    graph = helper.make_graph(nodes, "office", inputs, outputs, [numpy_helper.from_array(table, "table")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
