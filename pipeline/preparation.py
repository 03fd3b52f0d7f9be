"""The stages before the model, the same for a real run, for training and for evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.detection import detect
from mingcha.pipeline.genres import identify
from mingcha.pipeline.marking import mark
from mingcha.pipeline.segmentation import segment
from mingcha.pipeline.structure import read_fields
from mingcha.pipeline.tables import read_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingcha.pipeline.assertion import CueBook
    from mingcha.pipeline.detection import Matcher
    from mingcha.pipeline.document import Document
    from mingcha.pipeline.genres import Genre, GenreBook
    from mingcha.pipeline.labels import LabelBook
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.normalization import Clean
    from mingcha.pipeline.segmentation import Segmented
    from mingcha.pipeline.tables import Table


@dataclass(frozen=True, slots=True)
class Stages:
    """The collaborators of the stages before the model."""

    normalize: Callable[[Document], Clean]
    genres: GenreBook
    matcher: Matcher
    cues: CueBook
    labels: LabelBook


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready for the model: clean, segmented, its genre known, its sentences marked."""

    clean: Clean
    genre: Genre
    segmented: Segmented
    tables: tuple[Table, ...]
    sentences: tuple[Marked, ...]


def prepare(document: Document, stages: Stages) -> Prepared:
    """Clean, segment and mark *document*."""
    clean = stages.normalize(document)
    tables = read_tables(clean, stages.labels)
    segmented = segment(clean, fields=read_fields(clean, tables, stages.labels))
    genre = identify(document.name, clean.text, stages.genres)
    marked = mark(segmented, detect(segmented, stages.matcher), stages.cues)
    return Prepared(clean, genre, segmented, tables, marked)
