"""Who speaks in a document and what kind of source that makes it (facts D1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.titles import SURNAMES

if TYPE_CHECKING:
    from mingcha.pipeline.genres import Genre
    from mingcha.pipeline.metadata import Metadata
    from mingcha.pipeline.segmentation import Sentence

# In this order: 村委会主任 is no 村民, 企业负责人 no 负责人 of an office, 副县长 a superior and no deputy of the team.
_INTERVIEWEES = (
    ("S-SUB", re.compile(r"村委会|村民委员会|村支书|村党支部|村主任|村书记|村干部|社区(?:书记|主任|干部)")),
    ("S-SERV", re.compile(r"村民|群众|企业|商户|业主|服务对象|居民|市民|来电人|办事人|经营户|老师傅")),
    (
        "S-SUP",
        re.compile(r"上级|(?:县|市|省|分管)领导|副?(?:县长|市长|省长)|(?:县委|市委|省委)(?:副?书记|常委)|主管部门"),
    ),
    ("S-PEER", re.compile(r"副职|班子成员|委员|同级|副(?:书记|镇长|乡长|局长|主任|院长|校长)|平级|其他班子")),
    (
        "S-SUB",
        re.compile(
            r"科员|干部|站长|所长|科长|股长|下属|工作人员|办事员|职工|教师|医生|股室|科室|机关|负责人|主任科员|书记"
        ),
    ),
)
_GENERIC_LABELS = frozenset(["问", "答", "Q", "A", "谈话对象", "被谈话人", "受访人", "受访者", "访谈人"])
_CALLERS = frozenset({"来电人", "市民", "答"})
_LETTERS = frozenset({"petition", "ticket", "other"})
_ANONYMOUS = re.compile(
    r"匿名|不便署名|不愿署名|不敢署名|没有署名|未署名|名字就不(?:写|留|署)|不留(?:姓名|名字)|知情(?:群众|人|者)"
)
_SIGNED = re.compile(
    r"(?:举报人|反映人|信访人|署名|联系人|申诉人|控告人|来信人|写信人)(?:[（(][^）)]*[）)])?\s*[：:]?\s*(?!匿名|知情)[一-龥]"
    r"|(?:电话|手机|身份证号?)\s*[：:]?\s*[\d*×xX]{4,}|实名举报"
)
_NAME_LINE = re.compile(rf"(?m)^\s*[{SURNAMES}高方任于马金江][一-龥×某xX*]{{1,3}}\s*$")
_CALLER = re.compile(r"来电人(?:姓名)?\s*[：:]\s*([^\s；;，,|。]{1,12})")


def speaker_of(sentence: Sentence, genre: Genre, metadata: Metadata, caller: str | None) -> str | None:
    """Return who says the sentence, as the document names him, or ``None`` where nobody in particular does."""
    turn = sentence.turn
    if caller is not None and (turn is None or turn.speaker in _CALLERS):
        return caller
    if turn is not None and (turn.role == "asker" or turn.speaker not in _GENERIC_LABELS):
        return turn.speaker
    if turn is not None:
        return metadata.interviewee or turn.speaker
    return metadata.interviewee if genre.id == "interview" else None


def caller_of(text: str, genre: Genre) -> str | None:
    """Return the caller of a ticket: his name as masked, or 来电人; of many tickets in one file, 来电人."""
    if genre.id != "ticket":
        return None
    names = _CALLER.findall(text)
    return names[0] if len(names) == 1 else "来电人"


def source_of(sentence: Sentence, genre: Genre, metadata: Metadata, *, document_kind: str) -> str:
    """Return the kind of source of one sentence; a speaker named by his post counts for himself."""
    if genre.id != "interview" or document_kind == "S-SELF":
        return document_kind
    turn = sentence.turn
    if metadata.interviewee is None and turn is not None and turn.role == "answerer":
        return _kind_of(turn.speaker) or document_kind
    return document_kind


def document_source(genre: Genre, metadata: Metadata, title: str, text: str, *, own_words: bool) -> str:
    """Return the kind of source of a document; *own_words* tells an interview with the assessed himself."""
    if genre.id == "interview":
        return "S-SELF" if own_words else _kind_of(metadata.interviewee or "") or genre.source
    if genre.id in _LETTERS and _is_anonymous(genre, title, text):
        return "S-ANON"
    return genre.source


def _kind_of(description: str) -> str | None:
    return next((kind for kind, pattern in _INTERVIEWEES if pattern.search(description)), None)


def _is_anonymous(genre: Genre, title: str, text: str) -> bool:
    """Tell a letter without a name; in a list of tickets only the title can say so of all."""
    if genre.id == "ticket":
        return bool(_ANONYMOUS.search(title))
    head, tail = text[:300], "\n".join([line for line in text.splitlines() if line.strip()][-6:])
    if _ANONYMOUS.search(f"{title}\n{head}\n{tail}"):
        return True
    return genre.id == "petition" and not (_SIGNED.search(f"{title}\n{head}\n{tail}") or _NAME_LINE.search(tail))
