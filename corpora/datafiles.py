"""Reading the package's own TOML files: one place that finds them and says what is wrong with one."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from mingcha.pipeline.errors import BEYOND_TOML, DataError

CORPORA = Path(__file__).parent


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file; a :class:`DataError` names the file and the place of a mistake."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise DataError(f"{path}：找不到这个文件。请检查路径是否写对。") from error
    except OSError as error:
        raise DataError(f"{path}：文件打不开（{error.strerror}）。请检查它是不是文件、有没有读取权限。") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}：不是 UTF-8 编码。请在编辑器中另存为 UTF-8 后重试。") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}：TOML 格式有误（{error}）。请按提示的行列改正。") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}：{BEYOND_TOML}。") from error
