"""What commands that give something away put on record: the files as they lie there, who made them, for whom."""

from __future__ import annotations

import hashlib
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mingcha.pipeline.outgoing import Form, Ids, Sending, SentFile
    from mingcha.pipeline.store.database import Store

_PIECE = 1 << 20
_UNKNOWN = "命令行"
_PURPOSE_HELP = "给谁、作何用，如“县委组织部，年度考核会”；写入操作记录。"
_BY_HELP = "经办人，写入操作记录；默认是登录系统的用户名。"
Purpose = Annotated[str, typer.Option("--for", metavar="TEXT", help=_PURPOSE_HELP)]
Clerk = Annotated[str | None, typer.Option("--by", metavar="NAME", help=_BY_HELP)]


def clerk_of(given: str | None) -> str:
    """Return who does something at the terminal: the name given, else the login of the system."""
    try:
        return (given or "").strip() or getuser()
    except (OSError, KeyError, ImportError):  # no such variable, no such user, or no list of users at all
        return _UNKNOWN


def sent_file(path: Path, held: Mapping[Form, Ids]) -> SentFile:
    """Return a file as it lies there now, for the record."""
    from mingcha.pipeline.outgoing import SentFile

    return SentFile(str(path.resolve()), digest_of(path), path.stat().st_size, held)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def keep_sending(store: Store, assessment: str, sending: Sending) -> None:
    """Put on record what was written; where that is not possible the files go, for nothing leaves without a trace."""
    from mingcha.pipeline.store.sendings import append_sending

    try:
        append_sending(store, assessment, sending)
    except BaseException:
        for file in sending.files:
            Path(file.path).unlink(missing_ok=True)
        raise
