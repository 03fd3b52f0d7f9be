"""A finding explained in the terminal: names beside ids, older models named as such, nothing invisible."""

import pytest

from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Cue, Decision, Finding
from mingcha.pipeline.reporting.explanation import explain_finding
from mingcha.pipeline.reporting.wording import awaited_indicators, missing_figure, visible

REASONS = {"r-tardy": "说明一件事长时间没有办成", "sentence-new": "句子模型判断"}
NAMES = {"P03": "周立新", "P07": "潘雨生", "P08": "李明（甲局 P08）"}
TEXT = "会上有人问起山塘。\n清淤方案四月份报上去，九月才批。大家没有再说。"


def finding(**changes):
    span = Span(10, 24)
    plain = {
        "id": "a" * 20,
        "document": "谈话记录.txt",
        "span": span,
        "text": span.of(TEXT),
        "locator": Locator(line=2),
        "kind": "risk",
        "category": "inaction",
        "subclass": "R03",
        "status": "asserted",
        "cue": None,
        "subject": None,
        "candidates": (),
        "speaker": None,
        "source_kind": "S-SUB",
        "quantities": (),
        "strength": "E2",
        "confidence": 0.86,
        "sources": ("r-tardy",),
        "versions": {},
    }
    return Finding(**(plain | changes))


def decision(verdict="confirm", reason="两人证实", **changes):
    return Decision("a" * 20, verdict, "赵核", reason, "2025-01-15T10:20:00+08:00", tuple(changes.items()))


def explained(*decisions, text=TEXT, names=NAMES, **changes):
    return explain_finding(finding(**changes), text, REASONS, decisions, names=names).splitlines()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"subject": "P03"}, "对象：周立新（P03）"),
        ({"subject": "P08"}, "对象：李明（甲局 P08）"),
        ({"subject": "P99"}, "对象：P99"),
        ({}, "对象：未确定"),
        ({"candidates": ("P03", "P07")}, "对象：未确定；可能是：周立新（P03）、潘雨生（P07）"),
        ({"sources": ("r-tardy",)}, "  说明一件事长时间没有办成（r-tardy）"),
        ({"sources": ("sentence-new",)}, "  句子模型判断（sentence-new）"),
        ({"sources": ("sentence-old",)}, "  句子模型（当时所用的版本）"),
        ({"sources": ("encoder-old",)}, "  编码器（当时所用的版本）"),
        ({"sources": ("r-gone",)}, "  规则已不在当前规则库（r-gone）"),
        ({"document": "甲\n乙\x1b[31m.txt"}, r"文件：甲\x0a乙\x1b[31m.txt（第2行，第11—24字）"),
        ({"speaker": "编号C-02\n（股室）"}, "来源：下属谈话；说话人：编号C-02 （股室）"),
        ({"cue": Cue("c-heard", "听\x07说", None)}, r"状态：直接认定；依据：“听\x07说”（c-heard）"),
        ({}, "原文：…会上有人问起山塘。【清淤方案四月份报上去，九月才】批。大家没有再说。…"),
        ({}, "类别：风险信号·不作为（慢作为 R03）"),
    ],
)
def test_explanation_has_this_line(changes, line):
    assert line in explained(**changes)


def test_without_names_the_id_alone_is_shown():
    assert "对象：P03" in explain_finding(finding(subject="P03"), TEXT, REASONS, ()).splitlines()


def test_without_the_text_the_passage_itself_is_shown_on_one_line():
    lines = explain_finding(finding(text="一\n二"), None, REASONS, ()).splitlines()
    assert "原文：【一 二】" in lines


@pytest.mark.parametrize(
    ("made", "line"),
    [
        ((), "  尚无人工决定；未经确认不得作为结论。"),
        ((decision(),), "  2025-01-15 10:20:00 赵核 确认：两人证实"),
        ((decision("change", subject="P03"),), "  2025-01-15 10:20:00 赵核 更正（对象 → 周立新（P03））：两人证实"),
        ((decision("change", category="timidity"),), "  2025-01-15 10:20:00 赵核 更正（类别 → 不敢为）：两人证实"),
        ((decision(reason="一\n二\x1b"),), r"  2025-01-15 10:20:00 赵核 确认：一 二\x1b"),
    ],
)
def test_decisions_are_told_one_a_line(made, line):
    assert explained(*made)[-1] == line


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("谈话记录 第3号.txt", "谈话记录 第3号.txt"),
        ("甲　乙（一）.docx", "甲　乙（一）.docx"),
        ("一\n二.txt", r"一\x0a二.txt"),
        ("一\t二.txt", r"一\x09二.txt"),
        ("\x1b[2J.txt", r"\x1b[2J.txt"),
        ("a\u202etxt.exe", r"a\u202etxt.exe"),
        ("a\u2028b", r"a\u2028b"),
        ("\udcb5.txt", r"\udcb5.txt"),
        ("\U000e0041.txt", r"\U000e0041.txt"),
    ],
)
def test_visible_escapes_exactly_what_cannot_be_seen(name, shown):
    assert visible(name) == shown
    assert visible(shown) == shown


def test_missing_figures_name_the_indicator_id_and_each_indicator_is_awaited_once():
    missing = ["“廉”尚未填写（编号 lian）", "没有测评数据", "“德”尚未填写（指标编号 de）"]
    worded = ["“廉”尚未填写（指标编号 lian）", "没有测评数据", "“德”尚未填写（指标编号 de）"]
    assert [missing_figure(each) for each in missing] == worded
    cards = ({"undetermined": missing[:2]}, {"undetermined": missing}, {})
    assert awaited_indicators(cards) == {"lian": "廉", "de": "德"}
