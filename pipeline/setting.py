"""What holds for a whole document: whom it is about when a sentence does not say, and what its 我 means."""

from __future__ import annotations

import re
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
_LETTERS = frozenset({"ticket", "petition"})
_MEETING = re.compile("民主生活会|组织生活会|批评意见|相互批评|互相批评|会议记录|发言记录")
_FORMER = re.compile("退休|离任|离职|(?<![一-龥])原")
_ROW = re.compile(r"\d{1,3}[\s.．、|]|.*\t")  # an item of a list or a row of a table is no title
_MASK = re.compile(r"编号|[A-Za-z]|\d|[一-龥][某×*]|某")
_SIGNATURE_LINES = 3
# Its place: 岚水县财政局 where the roster has 县财政局.
_BEFORE_TEAM = re.compile("(?:中共)?(?!关于|反映|举报|投诉|巡察|巡视|审计|督查|考核|对|致|请|给|记|向)[一-龥]{0,3}")
_OF_ITSELF = re.compile("(?<![一-龥“])[我本](?:[镇乡局县区院校]|公司|中心|街道)|[，、]我[镇乡局县区院校]")
_SIGNED = re.compile(r"\s*(?:[（(](?:盖章|公章|章)[）)])?\s*(?:\d{4}年\d{1,2}月\d{1,2}日)?$")
_TITLED = re.compile(r"\s*(?:\d{4}|二○|关于|对|年度|工作|领导班子|党委|党组|党工委|整改|自查|述职|情况|报告|总结)")
_ANYTHING = re.compile("")


@dataclass(frozen=True, slots=True)
class Setting:
    """The frame of one document.

    ``default`` is whom a sentence without a subject is about, ``because`` (Chinese) why; ``own_words`` tells an
    interview with the assessed himself; ``first_person`` is whom 我 means, ``None`` where it is no assessed subject;
    ``speaker`` is the subject who is interviewed about another; ``meeting`` tells minutes, in which a name with a colon
    behind it opens what that one said. ``author`` is the team that says 我局, where the paper shows it, and ``ours``
    that same team where it does speak of itself; a ``letter`` comes from people who are none of the team it is about.
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
    author: str | None = None
    ours: str | None = None
    letter: bool = False

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
    interviewee = _interviewee(metadata, registry)
    own_words = genre.id == "interview" and interviewee is not None and interviewee == default
    first = default if own_words or genre.id in _SELF_GENRES else None
    former = _FORMER.search(f"{metadata.interviewee} {metadata.interviewee_post}")
    speaker = interviewee if genre.id == "interview" and not own_words and not former else None
    frame = (registry, default, because, title, genre.id == "interview", own_words, first)
    meeting = genre.id == "minutes" or bool(_MEETING.search(title))
    author = _author(text, title, metadata, registry)
    ours = author if genre.id != "interview" and _OF_ITSELF.search(text) else None
    return Setting(*frame, speaker, meeting=meeting, author=author, ours=ours, letter=genre.id in _LETTERS)


def _interviewee(metadata: Metadata, registry: Registry) -> str | None:
    """Return the person of the roster who is interviewed.

    洪岩，管委会副主任 is nobody in it, though somebody else may hold that post.
    """
    told = metadata.interviewee or ""
    only = only_subject(told, registry)
    if only is None or not registry.is_person(only):
        return None
    first = next(iter(find_mentions(told, registry)))
    return only if first.span.start == 0 or _MASK.match(told) or registry.subjects[only].name in told else None


def _author(text: str, title: str, metadata: Metadata, registry: Registry) -> str | None:
    """Return the team that signs a paper or begins its title, or to which who is interviewed belongs."""
    last = [line.strip() for line in text[-400:].splitlines() if line.strip()][-_SIGNATURE_LINES:]
    asked = ((line, _ANYTHING) for line in (metadata.interviewee, metadata.interviewee_post) if line)
    lines = (*asked, *((line, _SIGNED) for line in last), *((line, _TITLED) for line in title.split("\n")))
    return next(filter(None, (_leading_team(line, follows, registry) for line, follows in lines)), None)


def _leading_team(line: str, follows: re.Pattern[str], registry: Registry) -> str | None:
    """Return the team with which a line begins: 岚水县财政局关于…, but not 关于巡察石浦镇党委…, 石浦镇全体居民."""
    first = next(iter(find_mentions(line, registry)), None)
    if first is None or len(first.subjects) != 1 or registry.is_person(first.subjects[0]):
        return None
    leads = _BEFORE_TEAM.fullmatch(line, 0, first.span.start) and follows.match(line, first.span.end)
    return first.subjects[0] if leads else None


def _default(genre: Genre, metadata: Metadata, registry: Registry, title: str) -> tuple[str | None, str]:
    if metadata.assessed is not None:
        assessed = only_subject(metadata.assessed, registry) or only_subject(
            f"{metadata.assessed} {metadata.post or ''}", registry
        )
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


def only_subject(text: str, registry: Registry) -> str | None:
    """Return the one subject that *text* names, ``None`` where it names none or several."""
    found = {mention.subjects for mention in find_mentions(text, registry)}
    return next(iter(found))[0] if len(found) == 1 and len(next(iter(found))) == 1 else None


def _title_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text[:1000].splitlines() if line.strip()][:_TITLE_LINES]
    ended = ("。", "；", "：", "，")
    return [line for line in lines if len(line) <= 40 and not line.endswith(ended) and not _ROW.match(line)]
