"""Word segmentation: jieba, in a tokenizer of our own that nobody's ``add_word`` can change."""

from __future__ import annotations

import logging
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Cut = Callable[[str], list[str]]


@cache
def load_segmenter() -> Cut:
    """Return jieba's ``lcut`` over a private, initialized tokenizer.

    jieba unmarshals its dictionary cache from the shared temporary folder under a fixed name; a cache folder
    that only this user can write keeps foreign files out (decision 0002).
    """
    import jieba

    logging.getLogger("jieba").setLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(_private_cache())
    tokenizer.initialize()
    cut: Cut = tokenizer.lcut
    return cut


def _private_cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mingcha"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="mingcha-"))
    return folder
