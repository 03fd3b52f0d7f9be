"""The reports by the names under which the command line asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.reporting.papers.analyses import analysis
from mingcha.pipeline.reporting.papers.candidates import candidates
from mingcha.pipeline.reporting.papers.consultations import consultation
from mingcha.pipeline.reporting.papers.explanations import explanation
from mingcha.pipeline.reporting.papers.feedback import progress
from mingcha.pipeline.reporting.papers.practices import practices
from mingcha.pipeline.reporting.papers.problem_lists import problems
from mingcha.pipeline.reporting.papers.profiles import profile
from mingcha.pipeline.reporting.papers.run_quality import quality
from mingcha.pipeline.reporting.papers.talk_lists import interviews

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mingcha.pipeline.reporting.papers.case import Index
    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.subjects import Subject

KINDS = {
    "profile": "画像",
    "analysis": "综合分析报告",
    "problems": "问题清单",
    "practices": "好的经验做法",
    "candidates": "两头名单建议",
    "consultation": "联合会商表",
    "progress": "进度反馈",
    "interviews": "谈话完整性",
    "quality": "运行质量",
    "explanation": "说明材料",
}
OF_ONE: Mapping[str, Callable[[Subject, Index], Paper]] = {"profile": profile, "explanation": explanation}
_WHOLE: Mapping[str, Callable[[Index], Paper]] = {
    "analysis": analysis,
    "problems": problems,
    "practices": practices,
    "candidates": candidates,
    "progress": progress,
    "interviews": interviews,
    "quality": quality,
}


def compose(kind: str, index: Index, subject: Subject | None = None) -> Paper:
    """Return the report of a kind.

    A profile and an explanation need a *subject*, a consultation may have one, the others have none.
    """
    if kind == "consultation":
        return consultation(index, subject)
    if kind in OF_ONE and subject is not None:
        return OF_ONE[kind](subject, index)
    if kind not in _WHOLE or subject is not None:
        raise UsageError(_refusal(kind))
    return _WHOLE[kind](index)


def _refusal(kind: str) -> str:
    if kind not in KINDS:
        listed = "、".join(f"{name}（{words}）" for name, words in KINDS.items())
        return f"没有“{kind}”这种报告。--kind 可写：{listed}。"
    if kind in OF_ONE:
        return f"{KINDS[kind]}要写明对象：请加 --subject 编号或姓名。"
    return f"“{KINDS[kind]}”是全部对象的报告，请去掉 --subject；只看一个对象请用 --kind profile 或 consultation。"
