"""Rival: bare segmentation by jieba, and nothing else.

Frozen: written once and since then unchanged; its hash stands in SHA256SUMS and a test compares it. Who has
a better script proposes it with figures of both.

    python segmentation.py FOLDER
"""

import sys
from pathlib import Path

import jieba


def main(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        jieba.lcut(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
