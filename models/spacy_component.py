"""The whole analysis as a component of a spaCy pipeline: ``nlp.add_pipe("mingcha")``.

The only module that imports spaCy at its top: only who uses spaCy comes here, by the entry point ``spacy_factories``.
Nothing is kept in extensions (``doc._``): a value of ours in there could not be serialized and would end ``DocBin`` and
``nlp.pipe(n_process=2)``. Spans lie in ``doc.spans["mingcha"]``, and all else in the attributes of that group as plain
JSON values, which travel with it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import SpanGroup

from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.plain_text import document_of
from mingcha.pipeline.records import finding_record

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.findings import Finding

GROUP = "mingcha"


class Component:
    """Writes the findings of a ``Doc`` into ``doc.spans["mingcha"]``; any tokenizer will do.

    Each span covers the tokens that the finding's characters touch; its label is the category, its ``id_`` the id of
    the finding. ``doc.spans["mingcha"].attrs["findings"]`` maps that id to the finding as ``findings.jsonl`` has it:
    status, cue, rule ids, exact characters. What is for authorized reviewers alone is left out. The document's name is
    ``doc.user_data["title"]`` where there is one.
    """

    def __init__(self, rules: tuple[str, ...], roster: str | None) -> None:
        self._choice = rules, roster

    def __call__(self, doc: Doc) -> Doc:
        """Analyze *doc*; what an earlier pass wrote is replaced."""
        document = document_of(doc.text, str(doc.user_data.get("title", "文本.txt")))
        findings = analyze(document, _kit(*self._choice)).findings
        records = {finding.id: finding_record(finding) for finding in findings}
        spans = [_span(doc, finding) for finding in findings]
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=spans, attrs={"findings": records})
        return doc


def create_component(nlp: Language, name: str, rules: list[str], roster: str | None) -> Component:
    """Return the component; *rules* are paths of an office's own rule files, *roster* the path of a roster."""
    component = Component(tuple(rules), roster)
    _kit(tuple(rules), roster)  # a mistake in a file is told when the pipeline is built
    return component


if __name__.startswith("mingcha."):  # a second import by path, as the doctest runner does, must not register again
    Language.factory("mingcha", assigns=["doc.spans"], default_config={"rules": [], "roster": None})(create_component)


@cache
def _kit(rules: tuple[str, ...], roster: str | None) -> Toolkit:
    """Load the toolkit once in each process; workers of ``nlp.pipe`` are given paths, not models."""
    from mingcha.corpora.roster import read_roster
    from mingcha.corpora.rulebook import load_rulebook
    from mingcha.models.toolkit import load_toolkit

    people = read_roster(Path(roster)) if roster else ()
    return load_toolkit(people, book=load_rulebook([Path(path) for path in rules]))


def _span(doc: Doc, finding: Finding) -> Any:
    place = finding.span
    return doc.char_span(place.start, place.end, finding.category, alignment_mode="expand", span_id=finding.id)
