"""The text that the encoder has read: public text beside the project, and our own labelled documents."""

from __future__ import annotations

import lzma
import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from mingcha.models.characters import simplify
from mingcha.models.encoding.making.pretraining import Sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from mingcha.models.encoding.vocabulary import Vocabulary

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；”’」』）]*")
_HAN_ONLY, _DIGIT = re.compile(r"[\u3400-\u9fff]+"), re.compile(r"\d")
_HAN = re.compile(r"[\u3400-\u9fff]")


def read_public(path: Path) -> Iterator[list[str]]:
    """Yield the sentences of each text, simplified; a record separator and a line with its name stand before it."""
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        texts = file.read().split("\x1e")
    for text in texts:
        _, _, body = text.partition("\n")
        yield sentences_of(simplify(body))


def sentences_of(text: str) -> list[str]:
    """Return the sentences of *text* that hold at least two Chinese characters."""
    found = (match.group().strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in found if len(_HAN.findall(sentence)) > 1]


def count_words(texts: Iterable[Iterable[str]], cut: Callable[[str], list[str]]) -> Counter[str]:
    """Count the words of *texts*, as *cut* finds them: Chinese ones, and single characters of every kind."""
    counts = Counter[str]()
    for text in texts:
        for sentence in text:
            counts.update(_DIGIT.sub("0", word.lower()) for word in cut(sentence))
    return Counter({word: count for word, count in counts.items() if len(word) == 1 or _HAN_ONLY.fullmatch(word)})


def joined(parts: Sequence[Sentences]) -> Sentences:
    """Return one corpus of several."""
    places = np.cumsum([0, *(part.starts[-1] for part in parts)])
    numbers = np.cumsum([0, *(part.documents[-1] + 1 for part in parts)])
    starts = [part.starts[1:] + place for part, place in zip(parts, places, strict=False)]
    documents = [part.documents + number for part, number in zip(parts, numbers, strict=False)]
    tokens = np.concatenate([part.tokens for part in parts])
    return Sentences(tokens, np.concatenate([[0], *starts]), np.concatenate(documents))


def tokenized(texts: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Sentences:
    """Return the tokens of all sentences of *texts*."""
    lists = [vocabulary.tokens(sentence) for text in texts for sentence in text]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in lists])])
    tokens = np.fromiter((token for one in lists for token in one), np.uint16, int(starts[-1]))
    documents = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in texts])
    return Sentences(tokens, starts, documents)
