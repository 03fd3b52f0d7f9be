"""What the analysis says: findings, the facts they add up to, and what an analyst decided about them."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mingcha.pipeline.document import Locator, Span
    from mingcha.pipeline.quantity import Quantity
    from mingcha.pipeline.relations import Relation, Responsibility
    from mingcha.pipeline.terms import Kind, Status, Strength

Verdict = Literal["confirm", "reject", "change", "withdraw"]
Round = Literal["first", "second", "adjudication"]


@dataclass(frozen=True, slots=True)
class Cue:
    """The words that decided a status: the cue's id, its text, and its place in the original text.

    ``span`` is ``None`` where the genre or the section decided, not a word.
    """

    id: str
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One judged passage. ``span`` counts code points in the document's original text; ``text`` is its slice.

    ``category`` is a code of the codebook, ``subclass`` the finer class (R01 to R12 with their letters).
    ``subject`` is a roster id; where several are possible it is ``None`` and ``candidates`` lists them.
    ``confidence`` is a probability between 0 and 1; ``sources`` are the ids of the rules and models that
    fired; ``versions`` says which lexicon, model and software made the finding. ``relation`` is what the speaker is to
    the subject; ``responsibility`` is ``lead`` where the subject answers for others as their leader.
    """

    id: str
    document: str
    span: Span
    text: str
    locator: Locator
    kind: Kind
    category: str
    subclass: str | None
    status: Status
    cue: Cue | None
    subject: str | None
    candidates: tuple[str, ...]
    speaker: str | None
    source_kind: str
    quantities: tuple[Quantity, ...]
    strength: Strength
    confidence: float
    sources: tuple[str, ...]
    versions: Mapping[str, str]
    relation: Relation = "other"
    responsibility: Responsibility = "direct"


_NAMES = ("document", "kind", "category", "status", "source_kind", "strength", "relation", "responsibility")
_AMOUNT_NAMES = ("kind", "unit", "direction")


def sharing(finding: Finding) -> Finding:
    """Return the same finding, its names and versions one object with those of all that bear them.

    What comes from another process or a store brings every word anew: half the memory of a hundred thousand findings.
    """
    amounts = tuple(replace(one, **_interned(one, _AMOUNT_NAMES)) for one in finding.quantities)
    versions = _versions(tuple(finding.versions.items()))
    return replace(finding, **_interned(finding, _NAMES), quantities=amounts, versions=versions)


def _interned(value: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: intern(getattr(value, name)) for name in names}


@lru_cache(maxsize=64)
def _versions(items: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return dict(items)


@dataclass(frozen=True, slots=True)
class Referral:
    """A passage that only authorized reviewers may see, such as one on integrity; it is no finding.

    Whom it is about, how strong it is and whether it is true is left to them: the software concludes nothing. The
    fields are those of a finding.
    """

    id: str
    document: str
    span: Span
    text: str
    locator: Locator
    category: str
    status: Status
    speaker: str | None
    source_kind: str
    sources: tuple[str, ...]
    versions: Mapping[str, str]


def finding_id(sha256: str, span: Span, kind: str, category: str) -> str:
    """Return the stable id of a finding: decisions survive new rules and models because these are not in it.

    >>> from mingcha.pipeline.document import Span
    >>> finding_id("ab", Span(1, 5), "risk", "formalism") == finding_id("ab", Span(1, 5), "risk", "formalism")
    True
    """
    key = f"{sha256}\n{span.start}\n{span.end}\n{kind}\n{category}"
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def wording_key(finding: Finding) -> str:
    """Return what findings of one wording share: the same letters and figures, category, status and subject.

    Blanks and punctuation do not count. Such findings may be decided together.
    """
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", finding.text)))
    key = f"{letters}\n{finding.kind}\n{finding.category}\n{finding.status}\n{finding.subject}"
    return hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Fact:
    """Findings of one or several documents about one matter.

    ``supports`` and ``contradicts`` are finding ids. ``source_kinds`` are the kinds that support it after
    copies were collapsed, ``independent`` counts them; ``copies`` are findings that only repeat another.
    """

    id: str
    subject: str | None
    kind: Kind
    category: str
    text: str
    supports: tuple[str, ...]
    contradicts: tuple[str, ...]
    copies: tuple[str, ...]
    source_kinds: tuple[str, ...]
    independent: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class Decision:
    """An analyst's verdict on one finding; appended, never overwritten. ``at`` is ISO 8601 with zone.

    ``changes`` holds the fields a ``change`` sets (category, status, subject), empty for the other verdicts. A
    ``withdraw`` takes back the decision whose ``number`` (its place in the store) it names in ``withdraws``. ``round``
    is that of the first reviewer, the second, or the one who settles their disagreement; ``account`` is the login of
    whoever decided in the review page; what one keystroke decided bears the same ``act``. ``form`` is what the finding
    said when it was decided on (subject, category, status): the decision holds for that alone. Empty where an older
    version wrote the decision.
    """

    finding: str
    verdict: Verdict
    by: str
    reason: str
    at: str
    changes: tuple[tuple[str, str], ...] = ()
    round: Round = "first"
    account: str | None = None
    act: str | None = None
    withdraws: int = 0
    number: int | None = field(default=None, compare=False)
    form: tuple[tuple[str, str | None], ...] = field(default=(), compare=False)

    def is_on(self, finding: Finding) -> bool:
        """Tell whether the decision was made on what *finding* says; a withdrawal holds whatever it says."""
        return self.verdict == "withdraw" or all(getattr(finding, name) == value for name, value in self.form)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a subject (a roster id) said of a finding, or of the whole where ``finding`` is empty; appended only.

    ``by`` is who took it down; ``at`` is the time of the record, ISO 8601 with zone, empty before it is kept.
    """

    subject: str
    finding: str
    text: str
    by: str
    at: str = ""
