"""Learning which words speak of one matter: a claim is to be nearest to what denies it, or complains beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional

from mingcha.corpora.denialbook import load_denied_claims
from mingcha.models.encoding.vocabulary import SPECIAL, Vocabulary
from mingcha.models.senses import SenseModel, said_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from mingcha.corpora.denialbook import DeniedClaim

_MOST = 4.0  # the logarithm of how much a word may weigh, or how little
_LEAST = 1e-4  # smaller ones are none in half precision


@dataclass(frozen=True, slots=True)
class Said:
    """Two that speak of one matter: what somebody says, and the claim that it is about; token ids of both."""

    said: Sequence[int]
    claim: Sequence[int]
    number: int  # of the claim


class Rows(nn.Module):
    """A row of numbers for each word: what the encoder knows of it, from the side that tells matters, weighed."""

    def __init__(self, words: Tensor, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(words.clone(), freeze=False)
        self.weights = nn.Embedding(len(words), 1)
        self.side = nn.Linear(words.shape[1], width, bias=False)
        nn.init.zeros_(self.weights.weight)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the vectors (texts, width) of token *ids* (texts, tokens); 0 is no token."""
        heavy = torch.exp(self.weights(ids).clamp(-_MOST, _MOST)) * (ids > 0)[..., None]
        return functional.normalize(self.side((self.words(ids) * heavy).sum(1)), dim=-1)

    def table(self) -> NDArray[np.float32]:
        """Return the rows of all words."""
        with torch.no_grad():
            heavy = torch.exp(self.weights.weight.clamp(-_MOST, _MOST))
            return np.asarray(self.side(self.words.weight * heavy).numpy())


def parts_of(words: Sequence[str]) -> list[list[int]]:
    """Return for each word its id and those of its characters: 灯杆 is also 灯."""
    singles = {word: number for number, word in enumerate(words) if len(word) == 1}
    parts = [[singles[letter] for letter in word if letter in singles and len(word) > 1] for word in words]
    return [[number, *(part if number >= len(SPECIAL) else [])] for number, part in enumerate(parts)]


def read_pairs(words: Sequence[str]) -> list[Said]:
    """Return what is said of each of our claims, denials and what stands beside."""
    known = Vocabulary.of(words), parts_of(words)
    return [
        Said(ids_of(said, *known), ids_of(one.claim, *known), number)
        for number, one in enumerate(load_denied_claims())
        for said in (*one.denials, *one.beside)
    ]


def ids_of(text: str, vocabulary: Vocabulary, parts: Sequence[Sequence[int]]) -> list[int]:
    """Return the ids of the words of *text* and of their characters."""
    return [part for word in vocabulary.tokens(text) for part in parts[word]]


def learn(words: Tensor, pairs: Sequence[Said], part: Mapping[str, Any], tell: Callable[[str], None]) -> Rows:
    """Return the rows learnt from *pairs*; *part* are the numbers of ``settings.toml``."""
    torch.manual_seed(part["seed"])
    chance, model = np.random.default_rng(part["seed"]), Rows(words, part["width"])
    optimizer = torch.optim.AdamW(_groups(model, part["rate"]), weight_decay=0.01)
    steps = part["rounds"] * (len(pairs) // part["batch"])
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.02, 1 - step / steps))
    for number in range(part["rounds"]):
        losses = []
        for lot in _lots(pairs, part["batch"], chance):
            loss = _loss(model, lot, part["sharpness"])
            loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(float(loss.item()))
        tell(f"round {number + 1}: loss {np.mean(losses):.3f}")
    return model


def _groups(model: Rows, rate: float) -> list[dict[str, object]]:
    return [
        {"params": [model.words.weight], "lr": rate},
        {"params": [model.weights.weight, model.side.weight], "lr": 3 * rate},
    ]


def _lots(pairs: Sequence[Said], size: int, chance: np.random.Generator) -> Iterator[list[Said]]:
    order, firsts = chance.permutation(len(pairs)), range(0, len(pairs) - size + 1, size)
    yield from ([pairs[place] for place in order[first : first + size]] for first in firsts)


def _loss(model: Rows, lot: Sequence[Said], sharpness: float) -> Tensor:
    """Each is to be told from all others of the lot, but for what is said of the same claim."""
    likeness = model(_padded([one.said for one in lot])) @ model(_padded([one.claim for one in lot])).T * sharpness
    numbers = torch.tensor([one.number for one in lot])
    same = (numbers[:, None] == numbers) & ~torch.eye(len(lot), dtype=torch.bool)
    likeness, own = likeness.masked_fill(same, -1e4), torch.arange(len(lot))
    return (functional.cross_entropy(likeness, own) + functional.cross_entropy(likeness.T, own)) / 2


def _padded(lists: Sequence[Sequence[int]]) -> Tensor:
    out = np.zeros((len(lists), max(map(len, lists))), np.int64)
    for row, one in enumerate(lists):
        out[row, : len(one)] = one
    return torch.from_numpy(out)


@dataclass(frozen=True, slots=True)
class Denying:
    """How much each word denies (``weights``), and a sentence without any (``offset``)."""

    weights: NDArray[np.float32]
    offset: float


def learn_denying(words: Sequence[str], stiffness: float) -> Denying:
    """Return how much each word denies: denials of our own writing are to be told from what stands beside them.

    A sentence of n words counts each for the n-th part's root, so that a long one denies no more than a short one.
    """
    vocabulary = Vocabulary.of(words)
    told = [(vocabulary.tokens(text), denies) for one in load_denied_claims() for text, denies in _told(one)]
    sizes = [len(ids) for ids, _ in told]
    owners, places = np.repeat(np.arange(len(told)), sizes), np.array([word for ids, _ in told for word in ids])
    shares = 1 / np.sqrt(np.repeat(sizes, sizes))
    model = LogisticRegression(C=stiffness, max_iter=1000, class_weight="balanced")
    model.fit(csr_matrix((shares, (owners, places)), shape=(len(told), len(words))), [denies for _, denies in told])
    return Denying(model.coef_[0].astype(np.float16).astype(np.float32), round(float(model.intercept_[0]), 4))


def _told(one: DeniedClaim) -> Iterator[tuple[str, bool]]:
    yield from ((text, True) for text in one.denials)
    yield from ((text, False) for text in one.beside)


def write(model: Rows, denying: Denying, words: Sequence[str], path: Path) -> SenseModel:
    """Write the rows in eight bits, each word's with those of its characters; return what will be served."""
    own = model.table()
    own[: len(SPECIAL)] = 0  # marks that are no words
    table = np.stack([own[parts].sum(0) for parts in parts_of(words)])
    scales = (np.abs(table).max(axis=1, keepdims=True) / 127).clip(_LEAST).astype(np.float16)
    rows = np.round(table / scales.astype(np.float32)).clip(-127, 127).astype(np.int8)
    denies = {"denies": denying.weights.astype(np.float16), "offset": np.float32(denying.offset)}
    everything: dict[str, Any] = {"words": np.array(words), "rows": rows, "scales": scales, **denies}
    np.savez_compressed(path, **everything)
    return SenseModel(Vocabulary.of(words), rows * scales.astype(np.float32), denying.weights, denying.offset)


def write_card(model: SenseModel, path: Path, about: Mapping[str, Any]) -> None:
    """Write the card beside the model at *path*: what it is, its hash, and what it says of the golden sentences."""
    golden = [{"texts": texts, "said": [round(float(one), 4) for one in said_of(model, texts)]} for texts in GOLDEN]
    card = {**about, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "golden": golden}
    path.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


GOLDEN = (
    ("集镇供水管网改造全部完工，群众喝上放心水。", "家里水龙头拧开是黄汤，做饭得到三里外挑。"),
    ("沿街路灯全部亮化。", "天一擦黑各家把门头灯拉着给过路的照亮。"),
    ("沿街路灯全部亮化。", "路灯装得太密，晃得人睡不着觉。"),
)
