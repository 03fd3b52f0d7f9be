"""Checks of what a text reckons: found when plain, silent when in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.arithmetic import check_sums
from mingcha.pipeline.quantities import extract_quantities

if TYPE_CHECKING:
    from mingcha.pipeline.mismatch import Mismatch


def check(text: str) -> tuple[Mismatch, ...]:
    return check_sums(text, extract_quantities(text))


@pytest.mark.parametrize(
    ("text", "stated", "computed"),
    [
        ("反馈问题25个，已完成19个，正在整改6个，整改完成率80%。", 80, 76),
        ("反馈问题25个，已完成19个，正在整改5个。", 25, 24),
        ("受理工单3,120件，办结2,964件，办结率96%。", 96, 95),
        ("共抽查样本40个，其中合格36个，占85%。", 85, 90),
        ("会议推荐：参加38人，得31票，85.58%。", 85.58, 81.5789),
        ("18+9+2+1=31", 31, 30),
        ("发出32份，收回33份，有效30份。", 33, 32),
        ("发出32收回30有效31", 31, 30),
        ("优秀18票、称职9票、基本称职2票、不称职1票，有效票32张。", 32, 30),
    ],
)
def test_finds_figures_that_do_not_agree(text: str, stated: float, computed: float) -> None:
    (mismatch,) = check(text)
    assert (mismatch.stated, mismatch.computed) == (stated, computed)
    assert mismatch.span.of(text)
    assert mismatch.explanation.endswith(("请核对。", "请核对票数。"))


@pytest.mark.parametrize(
    "text",
    [
        "反馈问题25个，已完成19个，正在整改6个，整改完成率76%。",
        "反馈问题30个，已完成20个，完成率66.7%。",
        "反馈问题30个，已完成20个，完成率66.6%。",
        "反馈问题30个，已完成20个，完成率67%。",
        "会议推荐：参加38人，得31票，81.58%；谈话推荐：参加22人，得17票，77.27%。",
        "18+9+2+1=30",
        "发出32收回32有效30",
        "优秀18票、称职9票、基本称职2票、不称职1票，有效票30张。",
    ],
)
def test_is_silent_where_the_figures_agree(text: str) -> None:
    assert check(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "反馈问题25个，已完成19个，其余正在整改，完成率有待提高80%。",
        "反馈问题25个，梳理整改措施40项，已完成38项，完成率90%。",
        "反馈问题25个，已完成近19个，完成率80%。",
        "反馈问题25个，已完成19个，完成率80%以上。",
        "反馈问题25个，已完成19个，完成率提高80%。",
        "反馈问题25个。已完成19个，完成率80%。",
        "反馈问题25个，已完成19个，群众满意率92%。",
        "反馈问题25个，已完成19个，正在整改5个，长期坚持1个。",
        "反馈问题25个，已完成19个，正在整改5个，另有1个已移交。",
        "反馈问题25个，已完成19个（其中提前完成4个），正在整改6个。",
        "反馈问题25个，已完成19个，正在整改5个，移送司法1个。",
        "完成1.8公里，占32%。",
        "投资300万元，完成200万元，完成率50%。",
        "今年受理15件，去年办结20件，办结率90%。",
        "1+1=2024年",
        "a+1+1=3",
        "发出32份，有效30份",
    ],
)
def test_is_silent_in_doubt(text: str) -> None:
    assert check(text) == ()


@given(whole=st.integers(1, 5000), data=st.data())
def test_a_rate_reckoned_from_its_figures_never_raises_a_finding(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    places = data.draw(st.integers(0, 2))
    text = f"反馈问题{whole}个，已完成{part}个，正在整改{whole - part}个，完成率{part * 100 / whole:.{places}f}%。"
    assert check(text) == ()


@given(st.text(alphabet="反馈问题已完成正在整改率占其中共，。；5 0.%个件+=发出收回有效得票", max_size=60))
def test_never_fails_on_any_text(text: str) -> None:
    assert all(mismatch.span.of(text) for mismatch in check(text))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("反馈问题25个，均已交办。按类别分，决策方面9个，服务方面8个，党建方面7个。", True),
        ("反馈问题25个，均已交办2次。按类别分，决策方面9个，服务方面8个，党建方面7个。", True),
        ("反馈问题25个，涉及3家单位。按类别分，决策方面9个，服务方面8个，党建方面8个。", False),
        ("反馈问题25个，涉及3家单位。按类别分，决策方面9个，服务方面8个，其余为党建方面。", False),
        ("反馈问题25个，涉及3家单位。决策方面9个，服务方面8个。", False),
        ("反馈问题25个，涉及3家单位。按类别分，决策方面9个，服务方面约8个。", False),
        ("反馈问题25个，涉及3家单位。会议开了2次，发文4份。按类别分，决策方面9个，服务方面8个。", False),
    ],
)
def test_a_breakdown_must_add_up_to_the_whole_before_it(text, wrong):
    assert bool(check_sums(text, extract_quantities(text))) is wrong
