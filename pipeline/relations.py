"""What a speaker is to the subject, and whether the subject answers for his own act or for that of others."""

from __future__ import annotations

import re
from typing import Literal

Relation = Literal["self", "superior", "peer", "subordinate", "service", "other"]
Responsibility = Literal["direct", "lead"]

# Kinds of source (facts D1) in which the speaker's place beside the subject is known.
_RELATIONS: dict[str, Relation] = {
    "S-SELF": "self",
    "S-SUP": "superior",
    "S-PEER": "peer",
    "S-SUB": "subordinate",
    "S-SERV": "service",
    "S-12345": "service",
    "S-PETI": "service",
}
_LEAD = re.compile(
    "领导责任|(?:督促|管教|约束|提醒)不(?:严|力|够)|失管失察|(?:对|我)[^，。；]{0,14}负(?:有|主要|第一|一定)*责任(?![田区制人])"
)
_DIRECT = re.compile("直接责任")


def relation_of(source: str) -> Relation:
    """Return what who speaks is to the assessed, as far as the kind of source tells."""
    return _RELATIONS.get(source, "other")


def responsibility_of(text: str) -> Responsibility:
    """Return ``lead`` where a sentence says that somebody answers as a leader (领导责任, 督促不严).

    Where both 直接责任 and 领导责任 are named, who bears which is for people to read.
    """
    return "lead" if _LEAD.search(text) and not _DIRECT.search(text) else "direct"
