"""Makes the classifier of script.py, before anything is timed: TF-IDF of jieba's words and a logistic regression.

KIT holds sentences.csv (text, 0 or 1) and receives model.joblib.
Frozen: written once and since then unchanged; its hash stands in SHA256SUMS and a test compares it. Who has
a better script proposes it with figures of both.

    python training.py KIT
"""

import csv
import sys
from pathlib import Path

import jieba
import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def main(kit: Path) -> None:
    with (kit / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    words = TfidfVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=2)
    model = make_pipeline(words, LogisticRegression(max_iter=1000, class_weight="balanced"))
    model.fit([" ".join(jieba.lcut(text)) for text, _ in rows], [int(label) for _, label in rows])
    joblib.dump(model, kit / "model.joblib")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
