"""The repairs of a document as lines."""

from typing import get_args

from mingcha.models.characters import load_normalizer
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.reporting.repairs import REPAIR_NAMES, repair_lines
from mingcha.pipeline.rewriting import RepairKind


def lines(text, form="txt"):
    block = Block(Span(0, len(text)), Locator(page=1))
    return list(repair_lines(load_normalizer()(Document("甲", "", form, text, (block,)))))


def test_a_line_says_where_what_why_and_how_sure():
    assert lines("说，領(lǐng)導") == [
        "第3—9字｜注音｜領(lǐng)→領｜删去字后的注音｜把握 1.00",
        "第3—10字｜繁体｜領導→领导｜繁体字转为简体字｜把握 1.00",
    ]


def test_what_cannot_be_seen_is_shown():
    assert lines("完成\n三项，共 5 项", "pdf") == [
        "第2—3字｜换行｜成⏎→成｜接合段落内的换行｜把握 1.00",
        "第8字｜空格｜␣→（删去）｜删去识别或转换时多出的空格｜把握 1.00",
        "第10字｜空格｜␣→（删去）｜删去识别或转换时多出的空格｜把握 1.00",
    ]
    assert lines("不\u200b作为") == ["第1—2字｜不可见字符｜不\\u200b→不｜删去看不见的字符｜把握 1.00"]


def test_a_guess_is_shown_as_one():
    (guess,) = lines("互相推\ufffd扯皮")
    assert guess.startswith(
        "第4字｜丢失的字｜�→诿｜此处丢了1个字，按词典猜测为“诿”，未写入正文，请对照原件核实｜把握 0."
    )
    (unknown,) = lines("副局长\ufffd某")
    assert unknown == "第4字｜丢失的字｜�→（不明）｜此处丢了1个字，无法推测，请对照原件核实｜把握 0.00"


def test_nothing_repaired_is_no_line():
    assert lines("群众反映良好。") == []


def test_every_kind_has_a_chinese_name():
    assert set(REPAIR_NAMES) == set(get_args(RepairKind))
