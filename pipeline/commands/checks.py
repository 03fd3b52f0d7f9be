"""What a check of the installation has to say: one line about one thing, and how to get what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# A thing is there, may be missing (something cannot be done then), or must be mended before anything works.
Grade: TypeAlias = Literal["sound", "optional", "faulty"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found out about one thing (Chinese); ``remedy`` says how to get it, empty where nothing is to do."""

    about: str
    said: str
    grade: Grade = "sound"
    remedy: str = ""


def wanted(about: str, said: str, *, there: bool, remedy: str, grade: Grade = "faulty") -> Check:
    """Return the check of something that is *there* or not; the remedy and the grade are for when it is not."""
    return Check(about, said) if there else Check(about, said, grade, remedy)
