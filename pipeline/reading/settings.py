"""What a reader is allowed to do and what it finds prepared; the same for every file of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How files are read.

    ``allow_classified`` reads files that bear a mark of secrecy, which are else left unread. ``conversions`` is a
    folder of files that LibreOffice has converted already, each under the hash of the file it came from. ``ocr`` lets
    pages without a text layer be recognized where an engine is installed.
    """

    allow_classified: bool = False
    conversions: Path | None = None
    ocr: bool = True
