"""The labels and column headers of forms: under which words tickets, ballots, lists and minutes keep what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BLANKS = re.compile(r"[\s*_#]+")
_REMARK = re.compile(r"(?<=.)[（(\[【][^（()）]*[）)\]】]$")
_MOST = 30  # a header with more characters is a sentence
_ENDS = r"(?:[（(][^）)\n]{1,12}[）)])?[】\]]?[*_]{0,2}[ \t]*[：:][*_]{0,2}"


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a form keeps. ``id`` is form and field (ticket.content); ``pattern`` fits its whole label.

    ``reason`` is Chinese and for the analyst; ``matches`` and ``misses`` are labels that must and must not fit.
    """

    id: str
    reason: str
    pattern: re.Pattern[str]
    matches: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The form that the label belongs to."""
        return self.id.partition(".")[0]

    @property
    def field(self) -> str:
        """What stands under the label."""
        return self.id.partition(".")[2]


@dataclass(frozen=True, slots=True)
class LabelBook:
    """All labels, by form and in the order of the file, and one expression per form that finds them in running text."""

    forms: Mapping[str, tuple[Label, ...]]
    finders: Mapping[str, re.Pattern[str]]

    def field_of(self, words: str, form: str) -> str | None:
        """Return the field that *words* label in *form*; the first label that fits wins."""
        if len(words) > _MOST and form != "line":
            return None
        bare = _BLANKS.sub("", words) if form == "line" else bared(words)
        return next((label.field for label in self.forms.get(form, ()) if label.pattern.fullmatch(bare)), None)

    def find(self, text: str, form: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str]]:
        """Yield the labels of *form* that stand before a colon in ``text[start:end]``, each with its field."""
        for match in self.finders[form].finditer(text, start, end) if form in self.finders else ():
            field = self.field_of(match["label"], form)
            if field is not None:
                yield match, field


def bared(words: str) -> str:
    """Return a label without blanks, marks of emphasis, its colon, and a remark in brackets behind it.

    >>> bared(" 办 理 时 限（工作日）： ")
    '办理时限'
    """
    return _REMARK.sub("", _BLANKS.sub("", words).rstrip("：:"))


def parse_labels(table: Mapping[str, Any]) -> LabelBook:
    """Return the labels of a parsed file; a ``DataError`` names the label that cannot be used."""
    labels = [_label(entry) for entry in table.get("label", ())]
    forms: dict[str, tuple[Label, ...]] = {}
    for label in labels:
        forms[label.form] = (*forms.get(label.form, ()), label)
    return LabelBook(forms, {form: _finder(members) for form, members in forms.items()})


def _finder(labels: tuple[Label, ...]) -> re.Pattern[str]:
    """Return what finds the labels at the beginning of a line or behind a blank or mark, a colon after them."""
    words = "|".join(f"(?:{label.pattern.pattern})" for label in labels)
    return re.compile(rf"(?m)(?:^|(?<=[\s；;。，,|】）)]))(?:[-•·][ \t])?[【\[*_]{{0,3}}(?P<label>{words}){_ENDS}")


def _label(entry: Mapping[str, Any]) -> Label:
    try:
        return Label(
            id=entry["id"],
            reason=entry["reason"],
            pattern=re.compile(entry["pattern"]),
            matches=tuple(entry["matches"]),
            misses=tuple(entry["misses"]),
        )
    except KeyError as error:
        raise DataError(f"栏目名称 {entry.get('id', '（无编号）')} 缺少 {error} 一项。请补上后重试。") from error
    except re.error as error:
        raise DataError(f"栏目名称 {entry['id']} 的 pattern 有误：{error}。请改正后重试。") from error
