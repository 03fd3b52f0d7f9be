"""Quality on the evaluation documents, ours and the keyword matcher's in the same run. Needs ../shared.

.venv/bin/python benchmarks/quality.py            prints the table and writes benchmarks/results/quality.md
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT.parent / "shared" / "evaluation"
RESULTS = Path(__file__).parent / "results" / "quality.md"


def main() -> None:
    """Run both over the development documents and write what the measure says of each."""
    if not EVALUATION.exists():
        sys.exit("评估数据（../shared/evaluation）不在，无法评估。")
    gold = EVALUATION / "dev.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        documents, out = Path(folder) / "documents", Path(folder) / "out"
        python(EVALUATION / "score.py", "docs", gold, documents)
        subprocess.run([sys.executable, "-m", "mingcha.cli", "run", documents, "--out", out, "--scores"], check=True)
        keywords = Path(folder) / "keywords.jsonl"
        python(EVALUATION / "keyword_baseline.py", documents, keywords)
        ours, rival = measured(gold, out / "findings.jsonl"), measured(gold, keywords)
        ranking = python(EVALUATION / "score.py", "rank", gold, out / "sentences.jsonl")
    RESULTS.write_text(page(ours, rival, ranking), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def python(*arguments: object) -> str:
    return subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def measured(gold: Path, findings: Path) -> dict:
    return json.loads(python(EVALUATION / "score.py", "score", gold, findings, "--json"))


def page(ours: dict, rival: dict, ranking: str) -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    rows = "\n".join(f"| {name} | {read(ours)} | {read(rival)} |" for name, read in MEASURES.items())
    per = "\n".join(
        f"| {code} | {ours['per_category'][code]['p']:.2f} / {ours['per_category'][code]['r']:.2f} / "
        f"{ours['per_category'][code]['f1']:.2f} | {rival['per_category'][code]['f1']:.2f} | {row['gold']} |"
        for code, row in ours["per_category"].items()
    )
    return (
        f"# Quality on the development documents\n\n{dt.date.today()}, commit {commit.stdout.strip()}.\n\n"  # noqa: DTZ011
        f"| measure | mingcha | keyword matcher |\n|---|---|---|\n{rows}\n\n"
        f"| category | P / R / F1 | keyword F1 | gold |\n|---|---|---|---|\n{per}\n\n"
        f"Ranking of sentences by risk:\n\n```\n{ranking}```\n"
    )


def prf(key: str):
    return lambda m: f"P {m[key]['p']:.3f}, R {m[key]['r']:.3f}, F1 {m[key]['f1']:.3f}"


def number(key: str):
    return lambda m: f"{m[key]:.3f}"


MEASURES = {
    "risk, any": prf("risk_any"),
    "risk, macro F1": number("risk_macro_f1"),
    "evidence, micro": prf("evidence_micro"),
    "false flags on mere mentions": number("false_flag_rate_on_mentions"),
    "false flags on plain sentences": number("false_flag_rate_on_plain"),
    "right status on mentions": number("status_right_on_mentions"),
}


if __name__ == "__main__":
    main()
