"""Which models a run uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.models.encoding.cards import ENCODER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Models:
    """``weights`` of the sentence model that an office adopted, ``None`` for the shipped one; ``encoder`` is the folder
    of the encoder behind it, ``None`` for none: the light path.

    An encoder is joined to the shipped sentence model, so with adopted weights there is none.
    """

    weights: Path | None = None
    encoder: Path | None = None

    def files(self) -> Iterator[Path]:
        """Yield the files that are not part of the software: every machine of a cluster must have the same."""
        if self.weights:
            yield self.weights
        if self.encoder and self.encoder != ENCODER:
            yield from (path for path in sorted(self.encoder.iterdir()) if path.is_file())


LIGHT = Models()
SHIPPED_MODELS = Models(encoder=ENCODER)
"""What is used where nobody chooses. Where the encoder is missing a run says so: it does not judge by less unasked."""
