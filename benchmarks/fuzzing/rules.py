"""An office's own rule files: rules that can look through a text, or the project's own error in Chinese."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from refusals import BEYOND, told

from mingcha.corpora.lexicon import RULES_FOLDER
from mingcha.corpora.rulebook import load_rulebook
from mingcha.models.rule_examples import try_examples
from mingcha.pipeline.rules import RuleBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 6_000
_PAPER = Path(__file__).resolve().parents[2] / "docs" / "规则.md"
_MOST = 4  # rules of each shipped file


def seeds() -> Iterator[bytes]:
    """Yield shipped rules one by one, and the pieces of rule files in the paper about them."""
    for path in sorted(RULES_FOLDER.glob("*.toml")):
        head, *tables = path.read_text(encoding="utf-8").split("[[rule]]")
        for table in tables[:_MOST]:
            yield f"{head}[[rule]]{table}".encode()
            renamed = table.replace('id = "', 'id = "own.', 1)
            yield f"{head}[[rule]]{renamed}".encode()
    for piece in re.findall(r"```toml\n(.*?)```", _PAPER.read_text(encoding="utf-8"), re.DOTALL):
        yield piece.encode()
    yield from BEYOND


def checker(place: Path) -> Callable[[bytes], None]:
    """Return the check of one input: read it over the shipped rules, and try the examples of what it holds."""
    path = place / "own.toml"

    def check(data: bytes) -> None:
        path.write_bytes(data)
        with told():
            book = load_rulebook([path])
            own = tuple(rule for rule in book.rules if rule.id in book.own)
            try_examples(RuleBook(own, book.categories, book.own))

    return check
