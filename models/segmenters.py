"""Word segmentation: jieba's words, cut by rjieba where it is installed, by jieba itself where it isn't.

rjieba (the same dictionary and the same hidden Markov model in Rust) loads in a seventh of jieba's time and in half of
its memory, and gives the same words once what it leaves together of Latin letters and digits is cut as jieba cuts it;
jieba stays the reference (tests/test_segmenters.py, decision 0024). Each tokenizer is our own: nobody's ``add_word``
changes it.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rjieba import Jieba

    Cut = Callable[[str], list[str]]

_RARE = re.compile("([\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ud800-\udfff])")
"""Characters of no word of jieba's, each one alone: rjieba would join them to their neighbours, or refuse halves."""
_PARTED = re.compile(r"[a-zA-Z0-9+#&._%-][+#&._%-]|[+#&._%-][a-zA-Z0-9+#&._%-]").search
_LATIN = re.compile(r"[a-zA-Z0-9+#&._%-]{2,}").fullmatch
_NUMBER = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
"""What jieba cuts a run of Latin letters, digits and signs into where its dictionary doesn't hold the whole."""


@cache
def load_segmenter() -> Cut:
    """Return the function that cuts a text into the words of jieba's ``lcut``."""
    return load_rjieba() if find_spec("rjieba") else load_jieba()


def load_rjieba() -> Cut:
    """Return jieba's words by rjieba, over a dictionary of its own."""
    import rjieba

    words = rjieba.Jieba()

    def cut(text: str) -> list[str]:
        if not (_RARE.search(text) or _PARTED(text)):
            return list(words.cut(text))
        parts = (part for part in _RARE.split(text) if part)
        return [word for part in parts for word in ([part] if _RARE.match(part) else _as_jieba(words, part))]

    return cut


def _as_jieba(words: Jieba, text: str) -> Iterator[str]:
    for word in words.cut(text):
        if _LATIN(word) and not words.has_word(word):
            yield from filter(None, _NUMBER.split(word))
        else:
            yield word


def load_jieba() -> Cut:
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
