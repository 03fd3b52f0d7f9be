"""Files of every format that mingcha reads itself: only documents and told failures may come back."""

from __future__ import annotations

import io
import os
import random
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Failure
from mingcha.pipeline.reading.files import read
from mingcha.pipeline.reading.formats import CONVERTED, PICTURES, SUFFIXES
from mingcha.pipeline.reading.settings import ReadingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mingcha.pipeline.document import Document

LONGEST = 120_000
_ROOT = Path(__file__).resolve().parents[2]
_SUFFIXES = tuple(sorted(own[0] for format_, own in SUFFIXES.items() if format_ not in CONVERTED | PICTURES))
_SETTINGS = ReadingSettings(allow_classified=True, ocr=False)
_PARTLY = 0.8  # of the changes to a package are made inside one member: outside, they only break its check sums
_MOST_UNPACKED, _LARGEST_SEED = 1 << 20, 54_000


def seeds() -> Iterator[bytes]:
    """Yield an input for each planted file and each file of the sample: the number of its suffix, then its bytes."""
    sys.path.insert(0, str(_ROOT / "benchmarks"))
    from planted import planted_files

    files = [(f".{file.format}", file.data) for file in planted_files()]
    sample = sorted((_ROOT / "corpora/sample/材料").iterdir())
    files += [(path.suffix, path.read_bytes()) for path in sample if path.suffix != ".docx"]  # the planted one has more
    for suffix, data in files:
        if suffix in _SUFFIXES and len(data) < _LARGEST_SEED:
            yield bytes([_SUFFIXES.index(suffix)]) + data


def checker(place: Path) -> Callable[[bytes], None]:
    """Return the check of one input; LibreOffice, which would take seconds, is out of reach meanwhile."""
    os.environ["PATH"] = ""
    path = place / "file"

    def check(data: bytes) -> None:
        path.write_bytes(data[1:])
        for item in read(path, f"材料{_SUFFIXES[data[0] % len(_SUFFIXES)] if data else ''}", _SETTINGS):
            _check_item(item)

    return check


def _check_item(item: Document | Failure) -> None:
    if isinstance(item, Failure):
        assert item.name in item.message, f"no name in {item.message!r}"
        assert "请" in item.message, f"no remedy in {item.message!r}"
        return
    item.text.encode()
    ends = [0, *(block.span.end for block in item.blocks)]
    assert ends == sorted(ends), "blocks out of order"
    assert ends[-1] <= len(item.text), "a block beyond the text"


def mutate(data: bytes, largest: int, seed: int, change: Callable[[bytes, int], bytes]) -> bytes:
    """Change *data*, in most cases inside one member where it is a package; the members are packed again."""
    chance = random.Random(seed)
    members = _unpacked(data[1:]) if chance.random() < _PARTLY else {}
    if not members:
        return change(data, largest)
    name = chance.choice(list(members))
    members[name] = _changed(members[name], chance, change)
    packed = data[:1] + _packed(members)
    return packed if len(packed) <= largest else data


def _changed(data: bytes, chance: random.Random, change: Callable[[bytes, int], bytes]) -> bytes:
    """Change a stretch of a member: of XML as often as not one value, tag or number, which leaves it well-formed."""
    places = [match.span() for match in re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<]+|(?<=<)\w+:\w+', data)]
    if places and chance.random() < 0.6:
        start, end = chance.choice(places)
        other = data[slice(*chance.choice(places))]
        new = chance.choice((b"", b"-1", b"0", b"99999999999", b"1e999", other, change(data[start:end] or b"0", 64)))
        return data[:start] + new + data[end:]
    return change(data, len(data) + 4096)


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > _MOST_UNPACKED:
                return {}
            return {info.filename: package.read(info) for info in package.infolist()}
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no package to look into
        return {}


def _packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return buffer.getvalue()
