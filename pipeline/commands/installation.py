"""What an installation consists of: Python, packages, model, rules, schemes, and the programs beside it."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.commands.checks import Check, wanted
from mingcha.pipeline.errors import MingchaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

_AGAIN = "在软件目录中重新执行 make install；离线安装见 docs/安装.md 第三节"
_OLDEST, _TOO_NEW = (3, 11), (3, 15)
_WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
# Each font of the Word template beside what may stand for it, by the names that fontconfig and Windows know.
_FONTS = {
    "方正小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "FZXBSJW"),
    "仿宋": ("仿宋_GB2312", "仿宋", "FangSong", "simfang"),
    "黑体": ("黑体", "SimHei"),
    "楷体": ("楷体_GB2312", "楷体", "KaiTi", "simkai"),
}
_FONT_FOLDERS = (Path("C:/Windows/Fonts"), Path("/System/Library/Fonts"), Path("/Library/Fonts"))
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "firefox", "qaxbrowser-safe-stable")
_BROWSER_PLACES = (
    Path("C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"),
    Path("/Applications/Safari.app"),
)


def installation_checks() -> Iterator[Check]:
    """Look at the software and at the programs that it uses, without loading anything heavy."""
    yield _python()
    yield from _packages()
    yield from (_weights(path) for path in sorted(_WEIGHTS.glob("*.npz")))
    yield _encoder(_WEIGHTS / "encoder")
    yield _rules()
    yield _schemes()
    yield from _extras()
    yield _fonts()
    yield _browser()


def _python() -> Check:
    said = f"{platform.python_version()}（{sys.executable}），{platform.system()} {platform.machine()}"
    fits = _OLDEST <= sys.version_info[:2] < _TOO_NEW
    return wanted("Python", said, there=fits, remedy="请安装 Python 3.11 至 3.14，删去 .venv 后重新执行 make install")


def _packages() -> Iterator[Check]:
    """Compare what the package asks for with what is installed; one line where all fits, else one for each fault."""
    asked = _requirements()
    faults = [(one, found) for one in asked if not _fits(one, found := _version(one.name))]
    for one, found in faults:
        said = f"{found}，需要 {one.specifier}" if found else f"没有安装，需要 {one.specifier}"
        yield Check(f"组件 {one.name}", said, "faulty", _AGAIN)
    if not faults:
        told = "、".join(f"{one.name} {_version(one.name)}" for one in asked)
        yield Check("组件", f"{len(asked)} 个齐全：{told}")


def _requirements() -> list[Requirement]:
    from packaging.requirements import Requirement

    asked = map(Requirement, metadata.requires("mingcha") or ())
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]


def _fits(asked: Requirement, found: str | None) -> bool:
    return found is not None and asked.specifier.contains(found, prereleases=True)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _weights(path: Path) -> Check:
    """Compare the hash of a model file with the one on its card."""
    about = f"模型 {path.stem}"
    try:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        same = hashlib.sha256(path.read_bytes()).hexdigest() == card["sha256"]
    except (OSError, ValueError, KeyError):
        return Check(about, "模型文件或模型卡读不了", "faulty", _AGAIN)
    said = f"校验值{'相符' if same else '与模型卡不符，可能被改动或损坏'}（{card['sha256'][:12]}）"
    return wanted(about, said, there=same, remedy=_AGAIN)


def _encoder(folder: Path) -> Check:
    """Compare the encoder's files with its card, and the sentence model with the one it was joined to."""
    from mingcha.models.encoding.cards import encoder_card

    try:
        return Check("模型 encoder", f"校验值相符（{encoder_card(folder)['id']}）")
    except MingchaError as error:
        return Check("模型 encoder", str(error), "faulty", f"{_AGAIN}；这之前可用 --model light")


def _rules() -> Check:
    from mingcha.corpora.rulebook import load_rulebook

    try:
        return Check("规则", f"{len(load_rulebook().rules)} 条，都能读入")
    except MingchaError as error:
        return Check("规则", str(error), "faulty", _AGAIN)


def _schemes() -> Check:
    from mingcha.corpora.schemebook import load_scheme, shipped_schemes

    try:
        loaded = [load_scheme(name) for name in shipped_schemes()]
    except MingchaError as error:
        return Check("评分方案", str(error), "faulty", _AGAIN)
    return Check("评分方案", f"自带 {len(loaded)} 个，都能读入")


def _extras() -> Iterator[Check]:
    from mingcha.pipeline.reading.conversion import find_office
    from mingcha.pipeline.reading.ocr import available

    yield _optional("LibreOffice", find_office(), "读不了旧版 doc、wps、rtf", "请用系统的软件源安装 libreoffice-writer")
    recognition = f"rapidocr {_version('rapidocr')}" if available() else None
    yield _optional("OCR 组件", recognition, "扫描件识别不了", "请执行 make install-ocr")
    driver = f"psycopg {_version('psycopg')}" if find_spec("psycopg") else None
    remedy = "请重新执行 make install；用 pip 安装的，请装 mingcha[postgres]"
    yield _optional("PostgreSQL 驱动", driver, "只能用 SQLite", remedy)
    parquet = f"pyarrow {_version('pyarrow')}" if find_spec("pyarrow") else None
    yield _optional("Parquet", parquet, "导出不了 parquet，其他格式不受影响", "请安装 pyarrow")


def _optional(about: str, found: str | None, without: str, remedy: str) -> Check:
    said = found or f"没有，{without}"
    return wanted(about, said, there=found is not None, remedy=remedy, grade="optional")


def _fonts() -> Check:
    """Look for the fonts of official papers; without them a Word file is shown in whatever stands in."""
    known = _font_names()
    if not known:
        return Check("字体", "查不到装了哪些字体", "optional", "请确认装有仿宋、黑体、楷体、方正小标宋")
    missing = [font for font, names in _FONTS.items() if not any(name.lower() in known for name in names)]
    lacking = f"缺少 {'、'.join(missing)}，本机打开 Word 报告时会用别的字体代替（文件本身不受影响）"
    remedy = "请把单位正版系统中的字体文件复制到 ~/.fonts 后执行 fc-cache"
    return wanted(
        "公文字体",
        lacking if missing else "仿宋、黑体、楷体、小标宋齐全",
        there=not missing,
        remedy=remedy,
        grade="optional",
    )


def _font_names() -> str:
    """Return the names of the installed fonts in lower case, from fontconfig or else from the folders of fonts."""
    program = shutil.which("fc-list")
    if program is None:
        return "\n".join(path.stem.lower() for folder in _FONT_FOLDERS if folder.is_dir() for path in folder.iterdir())
    listed = subprocess.run([program, ":", "family"], capture_output=True, check=False, timeout=10)  # noqa: S603
    return listed.stdout.decode("utf-8", "replace").lower()


def _browser() -> Check:
    paths = (shutil.which(name) for name in _BROWSERS)
    found = next(filter(None, paths), None) or next((str(path) for path in _BROWSER_PLACES if path.exists()), None)
    without = "本机看不了网页报告和审阅页面，也打印不了"
    return _optional("浏览器", found, without, "请安装任意一种浏览器；也可以把网页文件拿到别的电脑上打开")
