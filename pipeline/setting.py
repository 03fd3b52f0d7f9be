"""What holds for a whole document: whom it is about when a sentence does not say, and what its 我 means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.registry import find_mentions

if TYPE_CHECKING:
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.metadata import Metadata
    from mingcha.pipeline.registry import Registry

_SELF_GENRES = frozenset({"self_report", "self_criticism", "rectification", "work_report"})
_UNIT_GENRES = _SELF_GENRES | {"inspection", "audit", "appraisal", "discipline"}
_NOBODYS = frozenset({"speech", "policy", "commentary"})  # their titles name the speaker or the addressee
_TITLE_LINES = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """The frame of one document.

    ``default`` is whom a sentence without a subject is about, ``because`` (Chinese) why; ``own_words`` tells an
    interview with the assessed himself; ``first_person`` is whom 我 means, ``None`` where it is no assessed subject;
    ``speaker`` is the subject who is interviewed about another; ``meeting`` tells minutes, in which a name with a colon
    behind it opens what that one said.
    """

    registry: Registry
    default: str | None
    because: str
    title: str
    interview: bool
    own_words: bool
    first_person: str | None
    speaker: str | None = None
    meeting: bool = False

    def team_of(self, subject: str) -> str | None:
        """Return the team itself, or the one team in the roster that a person belongs to."""
        registry = self.registry
        if not registry.is_person(subject):
            return subject
        names = registry.units[subject]
        teams = [one for one in registry.subjects if not registry.is_person(one) and names & registry.units[one]]
        return teams[0] if len(teams) == 1 else None


def setting_of(text: str, genre: Genre, metadata: Metadata, registry: Registry, document_name: str) -> Setting:
    """Return the frame of a document: its header decides, then the names in its title and file name."""
    title = "\n".join((document_name.rsplit("/", 1)[-1], *_title_lines(text)))
    default, because = _default(genre, metadata, registry, title)
    interviewee = _only(metadata.interviewee or "", registry)
    own_words = genre.id == "interview" and interviewee is not None and interviewee == default
    first = default if own_words or genre.id in _SELF_GENRES else None
    speaker = interviewee if genre.id == "interview" and not own_words else None
    frame = (registry, default, because, title, genre.id == "interview", own_words, first)
    return Setting(*frame, speaker, meeting=genre.id == "minutes")


def _default(genre: Genre, metadata: Metadata, registry: Registry, title: str) -> tuple[str | None, str]:
    if metadata.assessed is not None:
        assessed = _only(metadata.assessed, registry) or _only(f"{metadata.assessed} {metadata.post or ''}", registry)
        if assessed is None:
            return None, f"句中未点名，材料写明的对象“{metadata.assessed}”不能对应到名册中的一人"
        return assessed, f"句中未点名，按材料写明的对象“{metadata.assessed}”认定"
    if genre.id in _NOBODYS:
        return None, "句中未点名"
    found = {subject for mention in find_mentions(title, registry) for subject in mention.subjects}
    persons = {subject for subject in found if registry.is_person(subject)}
    fitting = persons or (found if genre.id in _UNIT_GENRES else set())
    if len(fitting) == 1:
        subject = fitting.pop()
        return subject, f"句中未点名，按标题或文件名中的“{registry.subjects[subject].name}”认定"
    return None, "句中未点名，标题和文件名也没有指明一个对象"


def _only(text: str, registry: Registry) -> str | None:
    found = {mention.subjects for mention in find_mentions(text, registry)}
    return next(iter(found))[0] if len(found) == 1 and len(next(iter(found))) == 1 else None


def _title_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text[:1000].splitlines() if line.strip()][:_TITLE_LINES]
    return [line for line in lines if len(line) <= 40 and not line.endswith(("。", "；", "：", "，"))]
