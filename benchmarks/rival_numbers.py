"""Runs in the rivals' environment: JioNLP and cn2an on sentences given as JSON lines, their answers as JSON lines.

Each is called as its documentation says; what it raises counts as no answer.
"""

from __future__ import annotations

import contextlib
import json
import sys

import cn2an

with contextlib.redirect_stdout(sys.stderr):
    import jionlp


def money(text: str) -> list[list]:
    """Return [words, low, high] of every amount of money that JioNLP finds."""
    found = []
    for one in jionlp.ner.extract_money(text, with_parsing=True):
        num = (one.get("detail") or {}).get("num")
        values = num if isinstance(num, list) else [num, num]
        if values[0] is not None:
            found.append([one["text"], float(values[0]), float(values[1])])
    return found


def times(text: str) -> list[list]:
    """Return [words, kind, what was understood] of every time that JioNLP finds."""
    return [
        [one["text"], one["type"], one["detail"]["time"]] for one in jionlp.ner.extract_time(text, with_parsing=True)
    ]


def number(words: str) -> float | None:
    """Return what cn2an makes of a numeral."""
    return float(cn2an.cn2an(words, "smart"))


def answered(call, *arguments):
    try:
        return call(*arguments)
    except Exception:  # noqa: BLE001 - what a rival raises is its answer
        return None


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):
            answer = {
                "money": answered(money, asked["text"]),
                "times": answered(times, asked["text"]),
                "numbers": [answered(number, words) for words in asked["numerals"]],
            }
        print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
