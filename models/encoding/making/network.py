"""The network: a small transformer over the tokens of a window, its sentences read off as means of their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network: ``width`` of a token's vector, ``inner`` that of the layer between, ``places`` tokens."""

    words: int
    width: int
    layers: int
    heads: int
    inner: int
    places: int


class Layer(nn.Module):
    """Attention and a feed-forward step, each after a normalization and added to what was there."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.before, self.between = nn.LayerNorm(shape.width), nn.LayerNorm(shape.width)
        self.mix, self.out = nn.Linear(shape.width, 3 * shape.width), nn.Linear(shape.width, shape.width)
        self.widen, self.narrow = nn.Linear(shape.width, shape.inner), nn.Linear(shape.inner, shape.width)
        self.drop = nn.Dropout(dropout)

    def forward(self, rows: Tensor, seen: Tensor) -> Tensor:
        """*rows* (windows, tokens, width); *seen* (windows, 1, 1, tokens) is 0, or −10⁴ where there is no token."""
        windows, tokens, width = rows.shape
        mixed = self.mix(self.before(rows)).view(windows, tokens, 3, self.heads, width // self.heads)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        likeness = (query * (width // self.heads) ** -0.5) @ key.transpose(-1, -2)
        looked = torch.softmax(likeness + seen.to(likeness.dtype), dim=-1).to(value.dtype) @ value
        rows = rows + self.drop(self.out(looked.transpose(1, 2).reshape(windows, tokens, width)))
        inner = functional.gelu(self.widen(self.between(rows)), approximate="tanh")
        return rows + self.drop(self.narrow(inner))


class Encoder(nn.Module):
    """Token ids (windows, tokens) to vectors (windows, tokens, width); id 0 is no token."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.words, self.places = nn.Embedding(shape.words, shape.width), nn.Embedding(shape.places, shape.width)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.last, self.drop = nn.LayerNorm(shape.width), nn.Dropout(dropout)
        for table in (self.words, self.places):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the vectors of all tokens."""
        rows = self.drop(self.words(ids) + self.places.weight[: ids.shape[1]])
        seen = torch.where(ids != 0, 0.0, -1e4)[:, None, None, :]
        for layer in self.layers:
            rows = layer(rows, seen)
        return self.last(rows)


def shortened() -> torch.autocast:
    """Return the context in which products are taken in bfloat16, where the processor has instructions for it.

    Elsewhere they would be imitated, some forty times slower than numbers of 32 bits.
    """
    known = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(known.get("avx512_bf16") or known.get("amx_bf16")))


def sentence_means(rows: Tensor, owners: Tensor, sentences: int) -> Tensor:
    """Return the mean vector of each sentence, (windows, sentences, width).

    *owners* (windows, tokens) numbers the sentence of each token from 0; −1 belongs to none.
    """
    share = functional.one_hot(owners + 1, sentences + 1)[..., 1:].to(rows.dtype)
    sums = share.transpose(1, 2) @ rows
    return sums / share.sum(1).clamp(min=1)[..., None]
