"""Gold documents read as a run would read them: each written out as a text file of its own and taken in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scratch import scratch_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from mingcha.corpora.gold_documents import GoldDocument
    from mingcha.models.evaluation import Examined
    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.document import Document

Read = tuple["GoldDocument", "Document"]


def examine_gold(path: Path, kit: Toolkit, tell: Callable[[str], None]) -> list[Examined]:
    """Run the analysis over the gold file at *path*; *tell* hears what could not be read."""
    from mingcha.corpora.gold_documents import read_gold
    from mingcha.models.examination import examine

    read = read_as_files(read_gold(path), tell)
    return [examine(one.labelled, document, kit, origin=one.origin) for one, document in read]


def read_as_files(gold: Iterable[GoldDocument], tell: Callable[[str], None]) -> Iterator[Read]:
    """Yield each gold document with the document that the reader makes of its text.

    *tell* hears of a text that the reader refuses; such a document is taken as empty, so that all its labels count as
    missed. Marks of secrecy are no hindrance: the text lies open in the gold file.
    """
    from mingcha.pipeline.document import Document
    from mingcha.pipeline.reading.files import read
    from mingcha.pipeline.reading.settings import ReadingSettings

    with scratch_folder() as folder:
        for one in gold:
            name, place = f"{one.labelled.id}.txt", folder / "1.txt"
            place.write_bytes(_encoded(one))
            (item, *_) = read(place, name, ReadingSettings(allow_classified=True))
            if isinstance(item, Document):
                yield one, item
            else:
                tell(f"提示：{item.message}这份文档的标注都按漏报计算。")
                yield one, Document(name, item.sha256 or "", "txt", "", ())


def _encoded(one: GoldDocument) -> bytes:
    try:
        return one.labelled.text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DataError(
            f"文档“{one.labelled.id}”的正文含有残缺的字符（第{error.start + 1}个字符）。请删去或改正。"
        ) from error
