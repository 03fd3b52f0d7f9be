"""Going on with a run: files whose bytes and method have not changed are taken from the store instead of read again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline import records
from mingcha.pipeline.analyzed import Analysis
from mingcha.pipeline.reading.files import file_hash
from mingcha.pipeline.store.files import KnownFile, known_files, load_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.document import Failure
    from mingcha.pipeline.findings import Finding, Referral
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.reading.settings import ReadingSettings
    from mingcha.pipeline.store.database import Store
    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Resumed:
    """A document as its lines in the output files need it, whether it was just read or comes from the store."""

    record: Mapping[str, Any]
    structure: Sequence[Mapping[str, Any]]
    findings: tuple[Finding, ...]
    quantities: tuple[Quantity, ...]
    referrals: tuple[Referral, ...]
    fired: frozenset[str]


def method_of(versions: Mapping[str, str], roster: Sequence[Subject], settings: ReadingSettings) -> str:
    """Return a hash of all that decides what is found in a file besides its bytes."""
    told = [sorted(versions.items()), [asdict(one) for one in roster], settings.allow_classified, settings.ocr]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, default=str).encode()).hexdigest()


def unchanged_files(
    store: Engine, assessment: str, method: str, listed: Iterable[tuple[str, Path]]
) -> dict[str, KnownFile]:
    """Return those of the *listed* files that were read wholly by the same method and have the same bytes."""
    known = {name: file for name, file in known_files(store, assessment).items() if file.method == method}
    return {name: known[name] for name, path in listed if name in known and file_hash(path) == known[name].sha256}


def resume(store: Store, assessment: str, file: KnownFile) -> tuple[Resumed, ...]:
    """Return the documents of a file as the store has them."""
    return tuple(_resumed(store, assessment, part) for part in file.contents)


def _resumed(store: Store, assessment: str, part: Mapping[str, Any]) -> Resumed:
    found = load_found(store, assessment, part["document"]["document"], part["findings"])
    return Resumed(
        record=part["document"],
        structure=found.structure,
        findings=found.findings,
        quantities=found.quantities,
        referrals=found.referrals,
        fired=frozenset(part["fired"]),
    )


def taken(item: Analysis) -> Resumed:
    """Return what was just read as if it came from the store."""
    found = (item.findings, item.quantities, item.referrals)
    return Resumed(records.document_record(item), item.structure, *found, item.fired)


def known_file(name: str, path: Path, method: str, result: Sequence[Analysis | Failure]) -> KnownFile | None:
    """Return what to keep of a file that was just read, ``None`` where part of it was not or it has changed since.

    Nor is it kept where a second reader fell silent: going on with the run asks it again.
    """
    whole = [item for item in result if isinstance(item, Analysis) and not item.consulted.unanswered]
    sha256 = file_hash(path)
    single = len(whole) == 1 and whole[0].document.name == name
    if len(whole) < len(result) or not whole or sha256 is None or (single and whole[0].document.sha256 != sha256):
        return None
    return KnownFile(name, sha256, method, [_part(item) for item in whole])


def _part(item: Analysis) -> dict[str, Any]:
    return {
        "document": records.document_record(item),
        "findings": [finding.id for finding in item.findings],
        "fired": sorted(item.fired),
    }
