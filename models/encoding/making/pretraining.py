"""Pretraining: guess masked words, and tell the sentences of a passage from ones put in from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from mingcha.models.encoding.making.network import Encoder, sentence_means, shortened
from mingcha.models.encoding.tokens import END_ID, START_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from mingcha.models.encoding.making.network import Shape

TOLD_EVERY, KEPT_EVERY = 100, 1000  # steps
OTHERS = 2000  # words not in the batch among which a masked one is sought
POOL = 50  # batches among whose windows those of like length are sought
FIRST_WORD, MASK_ID = 5, 4


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences of a corpus: their ``tokens`` end to end, where each begins, and which document it is of."""

    tokens: NDArray[np.uint16]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]

    def of(self, number: int) -> NDArray[np.uint16]:
        """Return the tokens of one sentence."""
        return self.tokens[self.starts[number] : self.starts[number + 1]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as given to the network (``ids``), what stood there (``truth``), and which sentences were swapped.

    ``owners`` numbers the sentence of each token, −1 for none; ``swapped`` is 1, 0, or −1 where there is no sentence.
    """

    ids: Tensor
    truth: Tensor
    owners: Tensor
    swapped: Tensor


def windows(sentences: Sequence[int], lengths: NDArray[np.int64], room: int) -> Iterator[list[int]]:
    """Yield runs of *sentences* that fit together into *room* tokens; each takes one more for its end mark."""
    run, taken = list[int](), 1
    for number in sentences:
        needed = min(int(lengths[number]), room - 2) + 1
        if run and taken + needed > room:
            yield run
            run, taken = [], 1
        run.append(number)
        taken += needed
    if run:
        yield run


def cut_windows(corpus: Sentences, room: int) -> list[list[int]]:
    """Return the windows of the whole corpus; none reaches over two documents."""
    lengths = np.diff(corpus.starts)
    borders = np.flatnonzero(np.diff(corpus.documents)) + 1
    parts = np.split(np.arange(len(lengths)), borders)
    return [run for part in parts for run in windows(part.tolist(), lengths, room)]


@dataclass(frozen=True, slots=True)
class Chances:
    """Shares of the tokens to be ``masked`` and of the sentences to be ``swapped``, and the seed of all choices."""

    masked: float
    swapped: float
    seed: int


class Masker:
    """Makes batches: swaps sentences, masks words. Every call draws on from one seeded stream."""

    def __init__(self, corpus: Sentences, room: int, chances: Chances) -> None:
        self.corpus, self.room, self.chances = corpus, room, chances
        self.chance = np.random.default_rng(chances.seed)

    def batch(self, runs: Sequence[Sequence[int]]) -> Batch:
        """Return the batch of the windows *runs*."""
        most = max(len(run) for run in runs)
        ids = np.zeros((len(runs), self.room), np.int64)
        owners = np.full((len(runs), self.room), -1, np.int64)
        swapped = np.full((len(runs), most), -1, np.int64)
        for row, run in enumerate(runs):
            self._fill(ids[row], owners[row], swapped[row], run)
        truth = np.where((ids >= FIRST_WORD) & (self.chance.random(ids.shape) < self.chances.masked), ids, -100)
        given = np.where((truth > 0) & (self.chance.random(ids.shape) < 0.9), MASK_ID, ids)
        width = int((ids > 0).any(0).sum())
        given, truth, owners = (torch.from_numpy(part[:, :width].copy()) for part in (given, truth, owners))
        return Batch(given, truth, owners, torch.from_numpy(swapped))

    def _fill(
        self, ids: NDArray[np.int64], owners: NDArray[np.int64], swapped: NDArray[np.int64], run: Sequence[int]
    ) -> None:
        ids[0], place = START_ID, 1
        for number, sentence in enumerate(run):
            other = len(run) > 1 and self.chance.random() < self.chances.swapped
            chosen = int(self.chance.integers(len(self.corpus.starts) - 1)) if other else sentence
            tokens = self.corpus.of(chosen)[: self.room - place - 1]
            end = place + len(tokens)
            ids[place:end], owners[place:end], swapped[number] = tokens, number, int(other)
            if end < self.room:
                ids[end] = END_ID
            place = end + 1
            if place >= self.room - 1:
                break


class Pretrainer(nn.Module):
    """The encoder with the two heads of pretraining; words are guessed with the table that reads them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.encoder = Encoder(shape)
        self.guess, self.normal = nn.Linear(shape.width, shape.width), nn.LayerNorm(shape.width)
        self.bias = nn.Parameter(torch.zeros(shape.words))
        self.belongs = nn.Sequential(nn.Linear(shape.width, shape.width), nn.Tanh(), nn.Linear(shape.width, 1))

    def losses(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the mean loss of the masked words and that of the sentences."""
        rows = self.encoder(batch.ids)
        asked = batch.truth > 0
        hidden = self.normal(functional.gelu(self.guess(rows[asked]), approximate="tanh"))
        words = self._among_others(hidden, batch.truth[asked])
        known = batch.swapped >= 0
        said = self.belongs(sentence_means(rows, batch.owners, batch.swapped.shape[1]))[..., 0][known]
        return words, functional.binary_cross_entropy_with_logits(said.float(), batch.swapped[known].float())

    def _among_others(self, hidden: Tensor, truth: Tensor) -> Tensor:
        """Return the loss of telling the words *truth* from all words of the batch and some of the others.

        The others are drawn evenly; each stands for as many as were not drawn (sampled softmax, Jean et al. 2015).
        """
        here = torch.unique(truth)
        drawn = torch.randint(FIRST_WORD, len(self.bias), (OTHERS,))
        drawn = torch.unique(drawn[~torch.isin(drawn, here)])
        stands_for = torch.log(torch.tensor((len(self.bias) - len(here)) / max(1, len(drawn))))
        chosen = torch.cat([here, drawn])
        scores = (hidden @ self.encoder.words.weight[chosen].T + self.bias[chosen]).float()
        scores = scores + torch.cat([torch.zeros(len(here)), stands_for.expand(len(drawn))])
        return functional.cross_entropy(scores, torch.searchsorted(here, truth))


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how fast: ``rate`` rises over ``warm_up`` of ``steps`` and falls to nothing in the last 7 of 10."""

    rate: float
    warm_up: int
    steps: int
    batch: int

    def rate_at(self, step: int) -> float:
        """Return the learning rate at *step*."""
        left = 1.0 - step / self.steps
        return self.rate * min(1.0, (step + 1) / self.warm_up) * max(0.02, min(1.0, left / 0.7))


@dataclass(frozen=True, slots=True)
class Watch:
    """Who hears of the progress: ``tell`` of the losses, ``keep`` every thousand steps of the network so far."""

    tell: Callable[[str], None]
    keep: Callable[[Pretrainer], None]


def pretrain(model: Pretrainer, masker: Masker, runs: list[list[int]], pace: Pace, watch: Watch) -> None:
    """Train for the steps of *pace*; *watch* hears of the losses every hundred steps."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=pace.rate, betas=(0.9, 0.98), weight_decay=0.01)
    losses = list[tuple[float, float]]()
    for step, batch in zip(range(pace.steps), _batches(masker, runs, pace.batch), strict=False):
        for group in optimizer.param_groups:
            group["lr"] = pace.rate_at(step)
        losses.append(_step(model, batch, optimizer))
        if len(losses) == TOLD_EVERY:
            words, sentences = np.mean(losses, axis=0)
            watch.tell(f"{step + 1}/{pace.steps}: words {words:.3f}, sentences {sentences:.3f}")
            losses.clear()
        if (step + 1) % KEPT_EVERY == 0:
            watch.keep(model)


def _step(model: Pretrainer, batch: Batch, optimizer: torch.optim.Optimizer) -> tuple[float, float]:
    with shortened():
        words, sentences = model.losses(batch)
    (words + sentences).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(words.item()), float(sentences.item())


def _batches(masker: Masker, runs: list[list[int]], size: int) -> Iterator[Batch]:
    """Yield batches without end, windows of like length together: padding costs as much as text."""
    lengths = np.diff(masker.corpus.starts)
    tokens = np.array([sum(lengths[run]) + len(run) for run in runs])
    while True:
        places = masker.chance.permutation(len(runs))
        pools = np.array_split(places, max(1, len(places) // (size * POOL)))
        for pool in pools:
            ordered = pool[np.argsort(tokens[pool], kind="stable")]
            firsts = range(0, len(ordered) - size + 1, size)
            for first in masker.chance.permutation(np.array(firsts, np.int64)):
                yield masker.batch([runs[place] for place in ordered[first : first + size]])
