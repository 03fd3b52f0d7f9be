"""doccano: one line a document, spans with a label that says category and verdict, such as 待定｜不作为.

Its places count UTF-16 units unless a project counts graphemes, which must stay switched off.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mingcha.pipeline.exporting.cells import writable
from mingcha.pipeline.exporting.json_files import written
from mingcha.pipeline.exporting.label_studio import origin_of
from mingcha.pipeline.exporting.labels import OPINIONS, label_of, name_of
from mingcha.pipeline.exporting.offsets import to_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.exporting.labels import Label, Opinion
    from mingcha.pipeline.exporting.offsets import Units
    from mingcha.pipeline.exporting.records import Record, Scope
    from mingcha.pipeline.store.streams import Labelled

PENDING, JOINT = "待定", "｜"
_COLORS: Mapping[Opinion | None, str] = {None: "#F2C94C", "confirm": "#C0392B", "reject": "#7F8C8D"}


def line_of(labelled: Labelled, scope: Scope, names: Mapping[str, str], units: Units) -> Record:
    """Return the line of a document; ``mingcha`` is JSON text, because doccano keeps plain values best."""
    text = writable(labelled.text)
    place = to_units(text, units)
    spans = [
        [place(one.stored.finding.span.start), place(one.stored.finding.span.end), label_text(label_of(one), names)]
        for one in labelled.judged
    ]
    return {"text": text, "label": spans, "mingcha": written(origin_of(labelled, scope))}


def label_text(label: Label, names: Mapping[str, str]) -> str:
    """Return the words of a label."""
    verdict = OPINIONS[label.verdict] if label.verdict else PENDING
    return f"{verdict}{JOINT}{name_of(label.category, names)}"


def label_types(names: Mapping[str, str]) -> str:
    """Return the label types (JSON) to be imported into the project before the data."""
    return json.dumps(list(_types(names)), ensure_ascii=False, indent=1) + "\n"


def _types(names: Mapping[str, str]) -> Iterator[Record]:
    for verdict, color in _COLORS.items():
        word = OPINIONS[verdict] if verdict else PENDING
        for name in names.values():
            text = f"{word}{JOINT}{name}"
            # no shortcut: a slip of a key must not confirm anything
            yield {"text": text, "suffix_key": None, "background_color": color, "text_color": "#ffffff"}
