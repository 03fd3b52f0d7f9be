"""A plan is no result, and a share of the work is told as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.quantities import extract_quantities


def plans(text: str) -> list[bool]:
    return [quantity.plan for quantity in extract_quantities(text) if quantity.kind != "date"]


def shares(text: str) -> list[str | None]:
    return [quantity.share for quantity in extract_quantities(text)]


@pytest.mark.parametrize(
    "text",
    [
        "计划投资2.4亿元。",
        "力争全年到位资金突破20亿元。",
        "拟引进项目8个。",
        "预计年内可完成投资8000万元。",
        "明年将新增学位2600个。",
        "到2026年全面建成30个示范点。",
        "确保年内化解债务2亿元以上。",
        "目标120件。",
        "年度任务80公里。",
        "合同约定工期180天。",
        "项目建成后可带动2000余人就业。",
        "力争办成一批实事，新建学校3所。",
    ],
)
def test_what_is_to_be_is_a_plan(text: str) -> None:
    assert plans(text) == [True]


@pytest.mark.parametrize(
    "text",
    [
        "完成投资2.4亿元。",
        "较目标任务少2家。",
        "滞后进度计划35天以上。",
        "超额完成全年目标任务3.2个百分点。",
        "占年度计划的112%。",
        "编制规划4部。",
        "按要求报送12份。",
        "承担重大任务的干部37名。",
        "按照工作要求，走访群众146户。",
        "将12条线索移交。",
        "计划生育家庭120户。",
        "",
    ],
)
def test_what_is_compared_with_a_plan_or_named_after_one_is_none(text: str) -> None:
    assert not any(plans(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("目标120件，完成108件。", [True, False]),
        ("拟引进项目8个，实际落地3个。", [True, False]),
        ("原计划6月底前完成的12个项目，只开工3个。", [True, False]),
        ("计划投资2.4亿元，今年要完成9000万元。", [True, True]),
        ("计划建成高标准农田30万亩，目前已建成12.6万亩。", [True, False]),
        ("计划办结5件。办结4件。", [True, False]),
    ],
)
def test_the_last_word_of_a_clause_decides(text: str, expected: list[bool]) -> None:
    assert plans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我局牵头完成改造工程6项，参与完成4项。", ["lead", "part"]),
        ("参与起草制度11件，其中主笔3件。", ["part", "lead"]),
        ("配合县住建局拆除违建1.3万平方米。", ["part"]),
        ("独立完成调研报告3篇，与他人合作完成2篇。", ["lead", "part"]),
        ("作为牵头单位，推动建成充电桩120个。", ["lead"]),
        ("建成充电桩120个。", [None]),
        ("群众参与率90%，走访12户。", [None, None]),
        ("服务“协同”战略，覆盖21个村。", [None]),
        ("牵头攻坚。拆除违建3处。", [None]),
        ("牵头协调，三个月内打通断头路2条。", [None, "lead"]),
    ],
)
def test_a_share_is_told_by_the_last_such_word_of_the_sentence(text: str, expected: list[str | None]) -> None:
    assert shares(text) == expected


_WORDS = "计划 目标 完成 实际 已 牵头 参与 要求 5件 3亿元 ， 。 占 的 2024年"
_PIECES = st.sampled_from(_WORDS.split())


@given(st.lists(_PIECES, max_size=15))
def test_dates_are_never_plans_and_roles_do_not_change_what_is_read(words: list[str]) -> None:
    quantities = extract_quantities("".join(words))
    assert not any(quantity.plan for quantity in quantities if quantity.kind == "date")
    assert {quantity.share for quantity in quantities} <= {None, "lead", "part"}
