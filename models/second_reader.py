"""An office's own language model as second reader: asked over the OpenAI-compatible interface of a local server.

What it answered is kept beside the run, so that a repeated run asks nothing twice. Where it falls silent, the sentences
are judged without it; after some silence in a row it is not asked again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mingcha.models.reader_calls import SilenceError, call
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.inquiries import PROMPT_VERSION, request_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mingcha.models.reader_address import ReaderAddress
    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.inquiries import Inquiry

log = logging.getLogger(__name__)

SECONDS_FOR_ONE, SECONDS_FOR_FILE = 60.0, 300.0  # a small model on a CPU takes some ten seconds a sentence
_SECONDS_FOR_NAMES = 10.0
_MOST_SILENCE = 3  # calls in a row without an answer after which this process asks no more
_LONGEST_NAME, _LONGEST_REPLY = 200, 8000  # characters


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """Which second reader a run has; ``replies`` is the folder that keeps its answers."""

    address: ReaderAddress
    model: str
    replies: Path
    seconds: float = SECONDS_FOR_ONE
    seconds_for_file: float = SECONDS_FOR_FILE

    @property
    def version(self) -> str:
        """What the versions of a run and of its findings call it: the model and the prompt, not where it is."""
        return f"{self.model} prompt {PROMPT_VERSION}"


def name_model(address: ReaderAddress, asked: str | None) -> str:
    """Return the name of the model to ask: the one *asked* for, or the only one that the server has.

    Raise ``SilenceError`` where the server does not answer, ``UsageError`` where the choice is open.
    """
    names = names_of(call(address, "/models", None, seconds=_SECONDS_FOR_NAMES))
    if asked in names or (asked is None and len(names) == 1):
        return asked or names[0]
    if not names:
        raise SilenceError("服务器没有列出模型")
    cause = f"没有模型“{asked}”" if asked else "有几个模型"
    raise UsageError(f"第二读者的服务器{cause}。请用 --reader-model 写明其中一个：{'、'.join(names[:10])}。")


def names_of(told: Any) -> list[str]:
    """Return the names in a list of models; what is no name is left out."""
    listed = told.get("data") if isinstance(told, dict) else None
    names = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [name for name in names if isinstance(name, str) and name.isprintable() and 0 < len(name) <= _LONGEST_NAME]


@dataclass(slots=True)
class _Mood:
    """How many calls in a row this process made without an answer; shared by all files of a worker."""

    silence: int = 0


@dataclass(slots=True)
class LocalReader:
    """Answers inquiries from the folder of replies, else by the server, while there is time left for the file."""

    settings: ReaderSettings
    mood: _Mood = field(default_factory=_Mood)
    spent: float = 0.0

    def for_another_file(self) -> LocalReader:
        """Return the same with the time for one file still unspent."""
        return LocalReader(self.settings, self.mood)

    def __call__(self, inquiries: Sequence[Inquiry], /) -> list[str | None]:
        """Return the reply to each inquiry, ``None`` where none came."""
        return [self._reply(request_of(inquiry, self.settings.model)) for inquiry in inquiries]

    def _reply(self, request: dict[str, Any]) -> str | None:
        place = _place(self.settings.replies, request)
        kept = _kept(place)
        if kept is not None:
            return kept
        left = self.settings.seconds_for_file - self.spent
        if left <= 0 or self.mood.silence >= _MOST_SILENCE:
            return None
        reply = self._asked(request, min(left, self.settings.seconds))
        if reply is not None:
            _keep(place, reply)
        return reply

    def _asked(self, request: dict[str, Any], seconds: float) -> str | None:
        began = time.monotonic()
        try:
            reply = content_of(call(self.settings.address, "/chat/completions", request, seconds=seconds))
        except SilenceError:
            log.warning("the second reader gave no answer", exc_info=True)
            self.mood.silence += 1
            return None
        finally:
            self.spent += time.monotonic() - began
        self.mood.silence = 0
        return reply


def content_of(told: Any) -> str:
    """Return the words of an answer; raise ``SilenceError`` where it is none of the interface."""
    try:
        words = told["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise SilenceError("回答不是这种接口的") from error
    if not isinstance(words, str):
        raise SilenceError("回答里没有文字")
    return words[:_LONGEST_REPLY]


def _place(folder: Path, request: dict[str, Any]) -> Path:
    """Return where the reply to *request* is kept: its model and all its words decide, and the prompt is among them."""
    told = json.dumps([PROMPT_VERSION, request], ensure_ascii=True, sort_keys=True)
    return folder / f"{hashlib.sha256(told.encode()).hexdigest()}.json"


def _kept(place: Path) -> str | None:
    """Return a reply that was kept; one that is broken is none, so it is asked for again."""
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    reply = told.get("reply") if isinstance(told, dict) else None
    return reply if isinstance(reply, str) else None


def _keep(place: Path, reply: str) -> None:
    """Keep a reply for its owner alone, whole or not at all; a disk that refuses costs only the asking again."""
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with open(part, "w", encoding="utf-8", opener=_private) as file:
            json.dump({"reply": reply}, file, ensure_ascii=True)
        part.replace(place)
    except OSError:
        log.warning("a reply could not be kept", exc_info=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def load_with_reader(load_kit: Callable[[], Toolkit], settings: ReaderSettings) -> Toolkit:
    """Return the toolkit that *load_kit* loads, with the second reader; every finding bears its version."""
    kit = load_kit()
    versions = {**kit.versions, "reader": settings.version}
    return replace(kit, versions=versions, second_reader=LocalReader(settings))
