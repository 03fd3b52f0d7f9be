"""Scheme files: the shipped ones in ``schemes/`` by name, and an office's own by path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mingcha.pipeline.errors import DataError, meant
from mingcha.pipeline.scoring.scheme import parse_scheme

if TYPE_CHECKING:
    from mingcha.pipeline.scoring.scheme import Scheme

SCHEMES = Path(__file__).parent / "schemes"


def load_scheme(path: Path | str) -> Scheme:
    """Read a scheme file, or a shipped scheme by its bare name; a :class:`DataError` says what is wrong.

    >>> load_scheme("deneng").standing
    '示例'
    """
    place = _place(path)
    try:
        text = place.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{place}：不是 UTF-8 编码。请在编辑器中另存为 UTF-8 后重试。") from error
    except OSError as error:
        question, shipped = meant(str(path), shipped_schemes()), "、".join(shipped_schemes())
        remedy = f"请核对路径和权限；自带方案可直接写名称：{shipped}"
        raise DataError(f"{place}：读不了这个方案文件。{question}{remedy}。") from error
    return parse_scheme(text, source=str(place))


def shipped_schemes() -> tuple[str, ...]:
    """Return the names of the schemes that come with the software."""
    return tuple(sorted(path.stem for path in SCHEMES.glob("*.toml")))


def _place(path: Path | str) -> Path:
    name = str(path)
    return SCHEMES / f"{name}.toml" if name in shipped_schemes() and not Path(name).exists() else Path(path)
