"""Label Studio: one task a document, what the software found as a prediction, what people decided as an annotation.

Its regions count code points since 2022 (earlier versions counted UTF-16 units). A region's id is the finding's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from mingcha.pipeline.exporting.cells import writable
from mingcha.pipeline.exporting.labels import OPINIONS, STATUSES, as_written, label_of, name_of
from mingcha.pipeline.exporting.offsets import to_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.exporting.offsets import Units
    from mingcha.pipeline.exporting.records import Record, Scope
    from mingcha.pipeline.store.streams import Judged, Labelled

_REGION = {"to_name": "text", "origin": "prediction"}


def task_of(labelled: Labelled, scope: Scope, names: Mapping[str, str], units: Units) -> Record:
    """Return the task of a document; an annotation is there only where somebody decided."""
    text = writable(labelled.text)
    decided = any(one.reviewed.by for one in labelled.judged)
    place = to_units(text, units)
    regions = [region for one in labelled.judged for region in _region(one, text, place, names)]
    data = {"text": text, "mingcha": origin_of(labelled, scope)}
    task: Record = {"data": data, "predictions": [{"model_version": "mingcha", "result": regions}]}
    return task | ({"annotations": [{"result": regions}]} if decided else {})


def origin_of(labelled: Labelled, scope: Scope) -> Record:
    """Return what leads from labels back to the store: the document, and how each finding stood at the export."""
    document = labelled.document
    stood = {one.stored.finding.id: as_written(one) for one in labelled.judged}
    return {
        "exported_at": scope.at,
        "assessment": scope.assessment,
        "document": document.name,
        "sha256": document.sha256,
        "findings": stood,
    }


def _region(judged: Judged, text: str, place: Any, names: Mapping[str, str]) -> Iterator[Record]:
    found = judged.reviewed.finding
    start, end = found.span.start, found.span.end
    where = {"start": place(start), "end": place(end), "text": text[start:end]}
    shared = {**_REGION, "id": found.id}
    category, label = name_of(found.category, names), label_of(judged)
    score = {"score": round(found.confidence, 4), "meta": {"text": [found.locator.label]}}
    yield {**shared, **score, "from_name": "category", "type": "labels", "value": where | {"labels": [category]}}
    yield _choice(shared, where, "status", STATUSES[found.status])
    if label.verdict is not None:
        yield _choice(shared, where, "verdict", OPINIONS[label.verdict])
    for name, words in (("subject", found.subject), ("reason", judged.reviewed.reason)):
        if words:
            yield {**shared, "from_name": name, "type": "textarea", "value": where | {"text": [words]}}


def _choice(shared: Record, where: Record, name: str, word: str) -> Record:
    return {**shared, "from_name": name, "type": "choices", "value": where | {"choices": [word]}}


def interface_of(names: Mapping[str, str]) -> str:
    """Return the labelling interface (XML) that the tasks are made for, to be pasted into the project's settings."""
    labels = "\n".join(f"    <Label value={quoteattr(name)}/>" for name in names.values())
    return _INTERFACE.format(
        labels=labels,
        verdicts=_choices(OPINIONS),
        statuses=_choices(STATUSES),
    )


def _choices(words: Mapping[Any, str]) -> str:
    return "".join(f"<Choice value={quoteattr(word)}/>" for word in words.values())


_INTERFACE = """<View>
  <Labels name="category" toName="text">
{labels}
  </Labels>
  <Text name="text" value="$text" granularity="symbol"/>
  <Choices name="verdict" toName="text" perRegion="true" choice="single">{verdicts}</Choices>
  <Choices name="status" toName="text" perRegion="true" choice="single">{statuses}</Choices>
  <TextArea name="subject" toName="text" perRegion="true" maxSubmissions="1" placeholder="对象编号"/>
  <TextArea name="reason" toName="text" perRegion="true" maxSubmissions="1" placeholder="理由"/>
</View>
"""
