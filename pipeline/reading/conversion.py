"""Old and foreign text documents (doc, wps, rtf, odt, Word's XML) made into docx by LibreOffice, many in one call.

LibreOffice runs without a screen, in a profile of its own in which macros and updates of links are off. antiword and
catdoc are never used: they print deleted text as if it were there.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.reading.failures import DAMAGE, RefusalError
from mingcha.pipeline.reading.files import LARGEST_FILE
from mingcha.pipeline.reading.formats import AS_DOCX, COMPOUND, LABELS
from mingcha.pipeline.reading.packages import check_member

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mingcha.pipeline.reading.settings import ReadingSettings

log = logging.getLogger(__name__)

# The suffix under which LibreOffice finds the right import filter.
_SUFFIX_OF = {"doc": ".doc", "rtf": ".rtf", "odt": ".odt", "wordml": ".xml"}
_STARTS = tuple(
    (re.compile(start, re.DOTALL), format_)
    for start, format_ in (
        (re.escape(COMPOUND), "doc"),
        (rb"\s*\{\\rtf", "rtf"),
        (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", "odt"),
    )
)
_WORDML = re.compile(rb"<\?mso-application\s+progid=\"Word\.Document\"")
_HEAD_BYTES = 1 << 13
_WORD_STREAM = "WordDocument\0".encode("utf-16-le")
_BATCH = 50
# One file that LibreOffice hangs on holds up its batch; those left over are then converted one by one.
_LEAST_SECONDS, _START_SECONDS, _SECONDS_EACH = 80, 60, 5
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
# Macro security 3: only signed macros of trusted places, of which there are none; links are never updated (0).
_SECURITY = "Office.Common/Security/Scripting"
_OPTIONS = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to convert, with its format by content."""

    path: Path
    format: str


def find_office() -> str | None:
    """Return the program that starts LibreOffice, or nothing where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if os.access(place, os.X_OK)), None)


@contextmanager
def converting(paths: Iterable[Path], *, tell: Callable[[int], None] | None = None) -> Iterator[Path | None]:
    """Convert those of *paths* that need it; give the folder of the results, which lasts as long as the block.

    *tell* hears beforehand how many there are, where there are any.
    """
    sources = dict(_sources(paths)) if find_office() else {}
    if not sources:
        yield None
        return
    if tell is not None:
        tell(len(sources))
    with tempfile.TemporaryDirectory(prefix="mingcha-") as folder:
        _convert_all(sources, Path(folder))
        yield Path(folder)


@contextmanager
def converting_members(package: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo]) -> Iterator[Path | None]:
    """Do for the members of an archive what :func:`converting` does for files; they are unpacked to disk meanwhile."""
    with tempfile.TemporaryDirectory(prefix="mingcha-") as place:
        named = ((member, Path(place) / str(number)) for number, member in enumerate(members))
        paths = [path for member, path in named if _unpacked(package, member, path)] if find_office() else []
        with converting(paths) as folder:
            yield folder


def to_docx(data: bytes, format_: str, settings: ReadingSettings) -> bytes:
    """Return the docx that LibreOffice makes of *data*: prepared by :func:`converting`, else made now.

    Raises ``RefusalError`` where LibreOffice is missing or cannot open the file.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if settings.conversions is not None and _place(settings.conversions, sha256).exists():
        return _checked(_place(settings.conversions, sha256), format_)
    if find_office() is None:
        remedy = f"请安装 LibreOffice 后重新运行，或者{AS_DOCX.removeprefix('请')}"
        raise RefusalError("unsupported", f"这是{LABELS[format_]}，要用 LibreOffice 转换后才能读，本机没有安装", remedy)
    with tempfile.TemporaryDirectory(prefix="mingcha-") as place:
        source = _Source(Path(place) / f"source{_SUFFIX_OF[format_]}", format_)
        source.path.write_bytes(data)
        _convert({sha256: source}, Path(place))
        return _checked(_place(Path(place), sha256), format_)


def _convert_all(sources: Mapping[str, _Source], folder: Path) -> None:
    """Convert *sources* in few calls, each to ``hash of its bytes.docx``.

    One that LibreOffice cannot open leaves an empty file there, so that it is not tried again.
    """
    hashes = sorted(sources)
    for first in range(0, len(hashes), _BATCH):
        batch = {sha256: sources[sha256] for sha256 in hashes[first : first + _BATCH]}
        _convert(batch, folder)
        for sha256, source in batch.items():
            if not _place(folder, sha256).exists():  # one bad file may have taken the whole call along
                _convert({sha256: source}, folder)
            _place(folder, sha256).touch()


def _checked(path: Path, format_: str) -> bytes:
    data = path.read_bytes() if path.exists() else b""
    if not data:
        raise RefusalError("corrupt", f"{LABELS[format_]}已损坏或不完整，LibreOffice 打不开")
    return data


def _place(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.docx"


def _sources(paths: Iterable[Path]) -> Iterator[tuple[str, _Source]]:
    """Yield the files that need converting, by the hash of their bytes."""
    for path in paths:
        format_ = _likely_format(path)
        if format_ is not None:
            try:
                with path.open("rb") as file:
                    yield hashlib.file_digest(file, "sha256").hexdigest(), _Source(path, format_)
            except OSError:
                continue  # reading it will say why


def _likely_format(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES) if path.stat().st_size <= LARGEST_FILE else b""
        format_ = _promised(head)
        return None if format_ == "doc" and not _is_word(path) else format_
    except OSError:
        return None


def _promised(head: bytes) -> str | None:
    """Return the format to convert that a file has which begins with *head*; "doc" for every compound file."""
    known = next((format_ for start, format_ in _STARTS if start.match(head)), None)
    if known is None and _WORDML.search(head.replace(b"\0", b"")):  # as UTF-16, too
        return "wordml"
    return known


def _unpacked(package: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> bool:
    """Unpack the member to *path* if it looks like one to convert; whatever ails it, reading it will say."""
    try:
        check_member(member)
        with package.open(member) as packed:
            head = packed.read(_HEAD_BYTES)
            if member.file_size > LARGEST_FILE or _promised(head) is None:
                return False
            with path.open("wb") as file:
                file.write(head)
                shutil.copyfileobj(packed, file)
    except (RefusalError, MemoryError, *DAMAGE):
        return False
    return True


def _is_word(path: Path) -> bool:
    """Tell whether the name of a Word document's stream is in the file; it is not parsed in this process."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(_WORD_STREAM) >= 0


def _convert(sources: Mapping[str, _Source], folder: Path) -> None:
    """Have LibreOffice convert *sources*; what it cannot convert is not there afterwards."""
    office = find_office()
    if office is None or not sources:
        return
    with tempfile.TemporaryDirectory(prefix="mingcha-office-") as work:
        inputs = [Path(work) / f"{sha256}{_SUFFIX_OF[source.format]}" for sha256, source in sources.items()]
        for source, place in zip(sources.values(), inputs, strict=True):
            _copy(source, place)
        profile = Path(work) / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
        command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
        command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), *map(str, inputs)]
        _run(command, max(_LEAST_SECONDS, _START_SECONDS + _SECONDS_EACH * len(inputs)))


def _copy(source: _Source, place: Path) -> None:
    """Copy the file, rtf without blanks before it: with them LibreOffice takes it for plain text, codes and all."""
    shutil.copyfile(source.path, place)
    if source.format == "rtf":
        with place.open("rb") as file:
            blank = file.read(1).isspace()
        if blank:
            place.write_bytes(place.read_bytes().lstrip())


def _profile() -> str:
    """Return the settings of a LibreOffice that runs nothing and follows nothing."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _OPTIONS
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _run(command: list[str], seconds: float) -> None:
    """Run the command in a session of its own, so that a hanging LibreOffice is ended with all its processes."""
    process = subprocess.Popen(  # noqa: S603 - a fixed program with file names of our own making
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        log.warning("LibreOffice took longer than %d s and was ended", seconds)
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        import signal

        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
