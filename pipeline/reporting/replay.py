"""What a score of an earlier moment, reckoned again, has to say of itself: the same as was kept, or where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mingcha.pipeline.store.scorecards import ScorecardRow


def replay_lines(now: ScorecardRow, saved: Sequence[ScorecardRow], later_runs: int) -> Iterator[str]:
    """Yield what the reader of a replayed scorecard must know.

    *now* is the replay, *saved* the stored cards of its subject up to its moment, the last one last; *later_runs*
    counts the analyses since: they may have grouped the findings into other facts than at that time.
    """
    yield f"按{_minute(now['at'])}以前的决定重现，不写入数据库。"
    if later_runs:
        yield f"此后又分析过{later_runs}次：线索归并成事实以现在的分析为准，可能与当时不同。"
    kept = [card for card in saved if card["scheme"] == now["scheme"] and not card["preview"]]
    yield from _comparison(now, kept[-1]) if kept else ("当时没有保存过这个方案的正式计分，无从对照。",)


def _comparison(now: ScorecardRow, before: ScorecardRow) -> Iterator[str]:
    when = _minute(before["at"])
    if before["scheme_version"] != now["scheme_version"]:
        yield f"{when}保存的计分用的是方案的另一版本（{before['scheme_version']}，现在是{now['scheme_version']}）。"
    if (before["total"], list(before["lines"])) == (now["total"], list(now["lines"])):
        yield f"与{when}保存的计分逐行一致。"
        return
    yield f"与{when}保存的计分不一致：总分 {before['total'] or '待定'} → {now['total'] or '待定'}。"
    yield from (f"当时有、现在没有：{line['explanation']}" for line in before["lines"] if line not in now["lines"])
    yield from (f"现在有、当时没有：{line['explanation']}" for line in now["lines"] if line not in before["lines"])


def _minute(at: str) -> str:
    return at.replace("T", " ")[:16]
