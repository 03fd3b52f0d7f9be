"""What left the system: which findings a file carried and how they stood then, and what has been cleared since."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Turn = Literal["vanished", "rejected", "changed", "withdrawn"]
TURNS: Mapping[Turn, str] = {
    "vanished": "已不再产生",
    "rejected": "已驳回",
    "changed": "已更正",
    "withdrawn": "确认已撤回",
}
_WIDTH = 20  # hexadecimal digits of a finding's id
_ID = re.compile(rf"[0-9a-f]{{{_WIDTH}}}")


class Form(NamedTuple):
    """How a finding stands: what people made of it, what it says, whether no run makes it any more."""

    standing: str
    category: str
    status: str
    subject: str | None
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of findings in order, each once, kept in ten bytes apiece; *others* are those that are no such ids."""

    packed: bytes = b""
    others: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.packed) // (_WIDTH // 2) + len(self.others)

    def __iter__(self) -> Iterator[str]:
        """Yield every id."""
        digits = self.packed.hex()
        yield from (digits[place : place + _WIDTH] for place in range(0, len(digits), _WIDTH))
        yield from self.others

    def __contains__(self, finding: object) -> bool:
        """Tell whether an id is among them, without unpacking any other."""
        if not isinstance(finding, str) or not _ID.fullmatch(finding):
            return finding in self.others
        step, wanted = _WIDTH // 2, bytes.fromhex(finding)
        places = range(len(self.packed) // step)
        place = bisect_left(places, wanted, key=lambda at: self.packed[at * step : (at + 1) * step])
        return self.packed[place * step : (place + 1) * step] == wanted


def pack(findings: Iterable[str]) -> Ids:
    """Return ids packed.

    >>> list(pack(["ab" * 10, "01" * 10, "ab" * 10]))
    ['01010101010101010101', 'abababababababababab']
    """
    every = sorted(set(findings))
    usual = [one for one in every if _ID.fullmatch(one)]
    return Ids(bytes.fromhex("".join(usual)), tuple(one for one in every if not _ID.fullmatch(one)))


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was written: where, its SHA-256, its size in bytes, and the findings in it by how they stood."""

    path: str
    sha256: str
    size: int
    held: Mapping[Form, Ids] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many findings are in it."""
        return sum(map(len, self.held.values()))

    def form_of(self, finding: str) -> Form | None:
        """Return how a finding stood when it left with the file; ``None`` where it is not in it."""
        return next((form for form, ids in self.held.items() if finding in ids), None)


@dataclass(frozen=True, slots=True)
class Sending:
    """One act by which something left: what, for whom, by whom, when (ISO 8601), in which files.

    ``kind`` is ``report``, ``export`` or ``record``, ``what`` the kind of report or of content, ``about`` the id of
    the subject it was made for. ``decisions`` is the number of the last decision that had been made. ``number`` is
    that of its entry in the record, 0 before it is there. ``recalled`` tells who took it back, when and why.
    """

    kind: str
    what: str
    format: str
    files: tuple[SentFile, ...]
    about: str = ""
    purpose: str = ""
    masked: bool = False
    decisions: int = 0
    by: str = ""
    at: str = ""
    number: int = 0
    recalled: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids of the subjects whom it speaks of."""
        held = {form.subject for file in self.files for form in file.held if form.subject}
        return tuple(sorted(held | ({self.about} if self.about else set())))


def held_by(forms: Mapping[str, Form]) -> dict[Form, Ids]:
    """Return findings by how they stand, from how each of them stands."""
    grouped: dict[Form, list[str]] = {}
    for finding, form in forms.items():
        grouped.setdefault(form, []).append(finding)
    return {form: pack(grouped[form]) for form in sorted(grouped, key=str)}


def turn_of(then: Form, now: Form | None) -> Turn | None:
    """Return how a finding that stood like *then* when it left has been cleared; ``None`` where what left still holds.

    What left as rejected said itself that it does not count, so nothing is to be taken back of it. That a pending
    matter was confirmed meanwhile takes nothing back either.
    """
    if then.standing == "rejected":
        return None
    if now is None or (now.superseded and not then.superseded):
        return "vanished"
    if now.standing == "rejected":
        return "rejected"
    if then[1:4] != now[1:4]:
        return "changed"
    return "withdrawn" if then.standing == "confirmed" and now.standing != "confirmed" else None


def turned(file: SentFile, now: Mapping[str, Form]) -> dict[str, Turn]:
    """Return the findings of a file that have been cleared since, given how all findings stand *now*."""
    found: dict[str, Turn] = {}
    for then, ids in file.held.items():
        known = cache(partial(turn_of, then))  # there are few forms, and up to hundreds of thousands of findings
        found |= {one: turn for one in ids if (turn := known(now.get(one))) is not None}
    return found


def reissue_of(
    place: tuple[Sending, SentFile], cleared: Iterable[str], later: Iterable[Sending], now: Mapping[str, Form]
) -> tuple[Sending, SentFile] | None:
    """Return the latest of the *later* files that stands in the place of one: the same, and right in what is *cleared*.

    The same is what was made in the same way, about the same subject, for the same recipient; of several files that
    went out together, the one of the same name.
    """
    sending, file = place
    every = ((one, other) for one in later if _is_alike(one, sending) for other in one.files if other.held)
    fitting = [(one, other) for one, other in every if _stands_for(other, file, alone=len(sending.files) == 1)]
    right = [pair for pair in fitting if not any(_is_wrong(pair[1], finding, now) for finding in cleared)]
    return right[-1] if right else None


def _is_alike(one: Sending, other: Sending) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("kind", "what", "about", "purpose", "masked"))


def _stands_for(other: SentFile, file: SentFile, *, alone: bool) -> bool:
    return alone or _name(other) == _name(file)


def _name(file: SentFile) -> str:
    return re.split(r"[\\/]", file.path)[-1].rpartition(".")[0]


def _is_wrong(file: SentFile, finding: str, now: Mapping[str, Form]) -> bool:
    form = file.form_of(finding)
    return form is not None and turn_of(form, now.get(finding)) is not None


def as_detail(sending: Sending) -> dict[str, Any]:
    """Return what the record keeps of a sending, who and when apart."""
    told = {name: getattr(sending, name) for name in _TOLD}
    return told | {"files": [_file_detail(one) for one in sending.files]}


def from_detail(detail: Mapping[str, Any]) -> Sending:
    """Return a sending from what the record keeps of it."""
    return Sending(files=tuple(map(_file_of, detail["files"])), **{name: detail[name] for name in _TOLD})


_TOLD = ("kind", "what", "format", "about", "purpose", "masked", "decisions")


def _file_detail(file: SentFile) -> dict[str, Any]:
    held = [[*form, b64encode(ids.packed).decode(), *ids.others] for form, ids in file.held.items()]
    return {"path": file.path, "sha256": file.sha256, "size": file.size, "held": held}


def _file_of(detail: Mapping[str, Any]) -> SentFile:
    width = len(Form._fields)
    held = {Form(*row[:width]): Ids(b64decode(row[width]), tuple(row[width + 1 :])) for row in detail["held"]}
    return SentFile(detail["path"], detail["sha256"], detail["size"], held)
