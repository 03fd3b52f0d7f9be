"""A network in an ONNX file: loaded without pickle, network or locale."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mingcha.models.encoding.cards import MODEL, TOKENIZER, require_files
from mingcha.models.encoding.vocabulary import Vocabulary
from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WORDS = "words"
"""The name under which the vocabulary stands in the file of our own encoder."""


@dataclass(frozen=True, slots=True)
class Network:
    """A loaded network: named arrays in, its first output out."""

    session: InferenceSession

    def run(self, given: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the first output for the named inputs."""
        out: NDArray[Any] = self.session.run(None, dict(given))[0]
        return out

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs."""
        return [one.name for one in self.session.get_inputs()]

    def vocabulary(self) -> Vocabulary:
        """Return the vocabulary that travels in the file."""
        return Vocabulary.of(json.loads(self.session.get_modelmeta().custom_metadata_map[WORDS]))


@cache
def open_network(folder: Path) -> Network:
    """Open the network in *folder* on one thread; a :class:`DataError` names the file that is missing or broken."""
    from onnxruntime import InferenceSession, SessionOptions
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    broken = (states.Fail, states.InvalidProtobuf, states.InvalidGraph, states.InvalidArgument, states.NotImplemented)
    require_files(folder, MODEL)
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a run has a process for each core
    options.log_severity_level = 3
    try:
        return Network(InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"]))
    except (*broken, states.RuntimeException) as error:  # classes without a common parent
        raise DataError(f"{folder / MODEL}：不是可用的 ONNX 模型（{type(error).__name__}）。请换一个文件。") from error


@dataclass(frozen=True, slots=True)
class VectorSession:
    """An office's own sentence encoder: the network and what cuts its tokens."""

    network: Network
    tokenizer: Tokenizer

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each of *texts*, with the marks that the tokenizer sets."""
        return [one.ids for one in self.tokenizer.encode_batch(list(texts))]


def open_vectors(folder: Path) -> VectorSession:
    """Open the encoder of an office in *folder*; DataError where a file or the library for tokens is missing."""
    require_files(folder, MODEL, TOKENIZER)
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise DataError("使用本单位的编码器要装 tokenizers 组件。请执行 pip install 'mingcha[encoder]'。") from error
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # the library, written in Rust, raises bare Exception for whatever is wrong
        raise DataError(f"{folder / TOKENIZER}：不是可用的分词文件。请换一个文件。") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return VectorSession(open_network(folder), tokenizer)
