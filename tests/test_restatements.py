"""Figures that restate others: a wrong one is found, a right, rounded or doubtful one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.arithmetic import check_sums
from mingcha.pipeline.quantities import extract_quantities


def explanations(text: str) -> list[str]:
    return [mismatch.explanation for mismatch in check_sums(text, extract_quantities(text))]


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("应到会86人，实到84人，到会率99%。", "97.67%"),
        ("发放问卷500份，收回487份，回收率90%。", "97.4%"),
        ("发放问卷500份，收回487份，其中有效476份，有效率90%。", "97.74%"),
        ("应收水费1200元，实收900元，收缴率85%。", "75%"),
        ("抽查点位40个，合格36个，合格率80%。", "90%"),
        ("计划整改30项，已完成24项，完成率90%。", "80%"),
        ("整改25项，完成19项，占80%，剩6项。", "76%"),
        ("优秀45票，占有效票83票的64.2%。", "54.22%"),
        ("积案由15件减少到9件，下降50%。", "40%"),
        ("罚没收入由300万元增加到450万元，增长40%。", "50%"),
        ("满意率由85%提高到91%，提高8个百分点。", "6个百分点"),
        ("整改完成率19/25=78%", "76%"),
        ("得分120×0.15=20", "18"),
        ("剩余25-19=5", "6"),
        ("58.6+24.3-1.0=82.5", "81.9"),
    ],
)
def test_finds_a_figure_that_restates_others_wrongly(text: str, computed: str) -> None:
    (explanation,) = explanations(text)
    assert computed in explanation
    assert explanation.endswith("请核对。")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("发出选票86张，收回88张。", "“88张”多于“86张”，请核对。"),
        ("应到86人，实到90人。", "“90人”多于“86人”，请核对。"),
        ("共有干部120人，其中男80人，女50人。", "“80人”、“50人”合计130，与总数“120人”不符，请核对。"),
        ("东片区5个、西片区7个，合计13个。", "“5个”、“7个”合计12，与总数“13个”不符，请核对。"),
        (
            "一季度30件、二季度27件、三季度25件，全年共92件。",
            "“30件”、“27件”、“25件”合计82，与总数“92件”不符，请核对。",
        ),
    ],
)
def test_finds_parts_that_do_not_fit_their_whole(text: str, words: str) -> None:
    assert explanations(text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "应到会86人，实到84人，到会率97.7%。",
        "应到会86人，实到84人，到会率97.6%。",
        "发放问卷500份，收回487份，其中有效476份，有效率95.2%。",
        "发放问卷500份，收回487份，其中有效476份，有效率97.7%。",
        "积案由15件减少到9件，下降40%。",
        "积案由15件减少到9件，同比下降12%。",
        "产值由1.2亿元增加到1.5亿元，增长30%。",
        "人均收入由1.2万元提高到1.5万元，年均增长8%。",
        "满意率由85%提高到91%，提高6个百分点。",
        "受理诉求1.2万件，办结1.1万件，办结率95%。",
        "全年任务100公里，上半年完成45公里，完成率90%。",
        "抽查点位40个，合格36个，合格率比上年提高5%。",
        "抽查点位40个，合格36个，其余4个不合格，合格率提高到92%。",
        "应收水费约1200元，实收900元，收缴率85%。",
        "检查12家、处罚3家，共12家。",
        "每组5人、3人，共24人。",
        "完成5件、转办7件，共接待20件。",
        "其中党员80人，女50人。",
        "2024-12-31=1",
        "电话0571-86160000",
        "19/25=76%",
        "688/697=98.71%",
        "2/0=3",
        "",
    ],
)
def test_leaves_right_rounded_and_doubtful_figures_alone(text: str) -> None:
    assert explanations(text) == []


@given(st.integers(1, 2000), st.data())
def test_attendance_reckoned_from_its_figures_never_raises_a_finding(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    places = data.draw(st.integers(0, 2))
    rate = f"{part * 100 / whole:.{places}f}%"
    assert explanations(f"应到{whole}人，实到{part}人，到会率{rate}。") == []
    assert explanations(f"发出选票{whole}张，收回{part}张，回收率{rate}。") == []


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_change_reckoned_from_its_figures_never_raises_a_finding(before: int, after: int) -> None:
    verb, word = ("增加", "增长") if after > before else ("减少", "下降")
    rate = f"{abs(after - before) * 100 / before:.1f}%"
    assert explanations(f"信访量由{before}件{verb}到{after}件，{word}{rate}。") == []


@given(st.lists(st.integers(1, 9999), min_size=3, max_size=6), st.integers(1, 50))
def test_a_total_is_found_wrong_exactly_when_it_is(parts: list[int], error: int) -> None:
    listed = "、".join(f"{name}片{part}个" for name, part in zip("东西南北中上", parts, strict=False))
    assert explanations(f"{listed}，合计{sum(parts)}个。") == []
    assert len(explanations(f"{listed}，合计{sum(parts) + error}个。")) == 1


@given(st.lists(st.integers(1, 99), min_size=2, max_size=5), st.data())
def test_written_sums_are_found_wrong_exactly_when_they_are(terms: list[int], data: st.DataObject) -> None:
    signs = data.draw(st.lists(st.sampled_from("+-×"), min_size=len(terms) - 1, max_size=len(terms) - 1))
    words = str(terms[0]) + "".join(f"{sign}{term}" for sign, term in zip(signs, terms[1:], strict=True))
    value = eval(words.replace("×", "*"))  # digits and signs only
    if value < 0:
        return
    assert explanations(f"得{words}={value}") == []
    assert len(explanations(f"得{words}={value + 1}")) == 1
