"""Fine-tuning: all questions of the labelled corpus at once, over the pretrained encoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from mingcha.models.encoding.making.network import Encoder, shortened
from mingcha.models.encoding.passages import passages
from mingcha.models.encoding.tokens import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from mingcha.models.encoding.making.examples import Read
    from mingcha.models.encoding.making.network import Shape
    from mingcha.models.encoding.passages import Passage

VIEWS = 4  # in how many ways a sentence weighs its tokens


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to tune; see ``settings.toml``."""

    window: int
    batch: int
    rounds: int
    rate: float
    dropout: float
    seed: int


class Judge(nn.Module):
    """The encoder with a head that reads sentences: token ids, owners and features to log-odds.

    Shapes: ids (passages, tokens), owned (passages, sentences, tokens), dense (passages, sentences, features), out
    (passages, sentences, questions).
    """

    def __init__(self, encoder: Encoder, features: int, questions: int, dropout: float) -> None:
        super().__init__()
        width = encoder.shape.width
        self.encoder, self.drop = encoder, nn.Dropout(dropout)
        self.views = nn.Linear(width, VIEWS)
        self.from_text, self.from_features = nn.Linear((VIEWS + 1) * width, width), nn.Linear(features, width)
        self.answer = nn.Linear(width, questions)

    def forward(self, ids: Tensor, owned: Tensor, dense: Tensor) -> Tensor:
        """Return the log-odds of all questions for all sentences."""
        rows = self.encoder(ids)
        heavy = torch.exp(self.views(rows).clamp(-8, 8))
        weights = torch.cat([heavy, torch.ones_like(heavy[..., :1])], dim=-1)
        shares = owned[:, :, None, :] * weights.transpose(1, 2)[:, None]
        shares = shares / shares.sum(-1, keepdim=True).clamp(min=1e-6)
        passages, sentences, views, tokens = shares.shape
        seen = shares.reshape(passages, sentences * views, tokens).to(rows.dtype) @ rows
        text = self.from_text(self.drop(seen.reshape(passages, sentences, -1)))
        return self.answer(self.drop(functional.gelu(text + self.from_features(self.drop(dense)), approximate="tanh")))


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch: what the judge takes, the answers and their weights."""

    ids: Tensor
    owned: Tensor
    dense: Tensor
    targets: Tensor
    sure: Tensor


def tune(judge: Judge, documents: Sequence[Read], tuning: Tuning, tell: Callable[[str], None]) -> None:
    """Tune *judge* on *documents* for the rounds that are asked for."""
    chance = np.random.default_rng(tuning.seed)
    optimizer = torch.optim.AdamW(_groups(judge, tuning.rate), weight_decay=0.01)
    steps = tuning.rounds * sum(1 for _ in lots(documents, tuning, np.random.default_rng(0)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, steps))
    judge.train()
    for number in range(tuning.rounds):
        losses = [_step(judge, lot, optimizer, schedule) for lot in lots(documents, tuning, chance)]
        tell(f"round {number + 1}: loss {np.mean(losses):.4f}")
    judge.eval()


def _pace(step: int, steps: int) -> float:
    warm = max(1, steps // 20)
    return min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm + 1)))


def _groups(judge: Judge, rate: float) -> list[dict[str, object]]:
    """The head is new and learns faster than what was pretrained."""
    inner = {id(parameter) for parameter in judge.encoder.parameters()}
    new = [parameter for parameter in judge.parameters() if id(parameter) not in inner]
    return [{"params": list(judge.encoder.parameters()), "lr": rate}, {"params": new, "lr": 2.5 * rate}]


def _step(
    judge: Judge, lot: Lot, optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR
) -> float:
    with shortened():
        said = judge(lot.ids, lot.owned, lot.dense)
    errors = functional.binary_cross_entropy_with_logits(said.float(), lot.targets, reduction="none").mean(-1)
    loss = (errors * lot.sure).sum() / lot.sure.sum().clamp(min=1)
    loss.backward()
    nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.item())


def lots(documents: Sequence[Read], tuning: Tuning, chance: np.random.Generator) -> Iterator[Lot]:
    """Yield the batches of one round: every sentence is wanted once; passages of like length go together."""
    pieces = [
        (document, passage)
        for document in documents
        for passage in passages([len(one) for one in document.tokens], range(len(document.tokens)), tuning.window)
    ]
    order = chance.permutation(len(pieces))
    for pool in np.array_split(order, max(1, len(order) // (tuning.batch * 50))):
        ordered = sorted(pool, key=lambda place: _size(*pieces[place]))
        firsts = chance.permutation(np.arange(0, len(ordered), tuning.batch))
        yield from (
            _lot([pieces[place] for place in ordered[first : first + tuning.batch]], tuning) for first in firsts
        )


def _size(document: Read, passage: Passage) -> int:
    return sum(len(document.tokens[number]) for number in range(passage.first, passage.last + 1))


def _lot(pieces: Sequence[tuple[Read, Passage]], tuning: Tuning) -> Lot:
    laid = [rows_of(document.tokens, [passage], tuning.window) for document, passage in pieces]
    width, most = max(one.ids.shape[1] for one in laid), max(one.places.shape[1] for one in laid)
    ids = np.stack([np.pad(one.ids[0], (0, width - one.ids.shape[1])) for one in laid])
    owned = np.stack(
        [np.pad(one.owned[0], ((0, most - one.places.shape[1]), (0, width - one.ids.shape[1]))) for one in laid]
    )
    wanted = [list(passage.wanted) for _, passage in pieces]
    parts = [
        np.stack(
            [_padded(getattr(document, name)[rows], most) for (document, _), rows in zip(pieces, wanted, strict=True)]
        )
        for name in ("dense", "targets", "sure")
    ]
    return Lot(*(torch.from_numpy(part) for part in (ids, owned, *parts)))


def _padded(rows: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    return np.pad(rows, ((0, most - len(rows)), *[(0, 0)] * (rows.ndim - 1)))


def answers(judge: Judge, document: Read, window: int) -> NDArray[np.float32]:
    """Return the log-odds of all questions for the sentences of *document*."""
    chosen = list(passages([len(one) for one in document.tokens], range(len(document.tokens)), window))
    rows = rows_of(document.tokens, chosen, window)
    dense = np.where((rows.places >= 0)[..., None], document.dense[np.maximum(rows.places, 0)], 0)
    with torch.no_grad(), shortened():
        said = judge(*(torch.from_numpy(part) for part in (rows.ids, rows.owned, dense.astype(np.float32))))
    out = np.zeros((len(document.tokens), said.shape[-1]), np.float32)
    out[rows.places[rows.places >= 0]] = said.float().numpy()[rows.places >= 0]
    return out


def new_judge(shape: Shape, weights: dict[str, Tensor], sizes: tuple[int, int], dropout: float) -> Judge:
    """Return a judge with *weights*, its own or an encoder's; *sizes* are the numbers of features and of questions."""
    judge = Judge(Encoder(shape, dropout / 2), *sizes, dropout)
    whole = any(name.startswith("answer.") for name in weights)
    (judge if whole else judge.encoder).load_state_dict(weights)
    return judge
