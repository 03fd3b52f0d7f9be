from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.noisebook import load_noise_rules
from mingcha.models.characters import load_normalizer
from mingcha.pipeline.document import Document, Span
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.noise import Noise, mark_noise, merge_noise, parse_rules

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
RULES = load_noise_rules()

# A document's own furniture: looks like a page's, and is content.
CONTENT = [
    "抄送：县委办公室，县纪委监委。",
    "联系人：王某，联系电话：000-1234567，电子邮箱：zhenggai@example.cn",
    "工单编号：20240305-0012",
    "来电时间：2024-03-05 09:30 来电人：王女士",
    "2024-03-05 09:30",
    "3",
    "1 1 1",
    "来源：市统计局",
    "附件：整改任务清单",
    "（此件公开发布）",
    "谈话人：李某 记录人：赵某",
    "目录",
    "责任领导：张某 责任单位：县水务局 完成时限：立行立改",
    "意见反馈电话：000-12388，信箱：云岭县00号信箱",
]


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule in RULES for line in rule.matches])
def test_every_rule_marks_its_examples(rule, line):
    assert [noise.rule for noise in mark_noise(line, [rule])] == [rule.id]


@pytest.mark.parametrize("line", CONTENT + [line for rule in RULES for line in rule.misses])
def test_no_rule_marks_content(line):
    assert mark_noise(line, RULES) == ()


def test_rules_have_ids_of_their_own_and_chinese_reasons():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.matches and rule.misses and "不是文件内容" in rule.reason for rule in RULES)


def test_marks_the_line_without_its_end_and_leaves_the_text_alone():
    text = "一、存在问题\r\n  【责任编辑：李小苗】\r\n整改不力。"
    (noise,) = mark_noise(text, RULES)
    assert noise.span.of(text) == "  【责任编辑：李小苗】"


def test_a_long_paragraph_is_never_noise_for_a_word_in_it():
    assert mark_noise("发表评论" + "，干部作风要转变" * 30, RULES) == ()


@given(st.lists(st.sampled_from([*CONTENT, "发表评论", "打印 纠错", "- 3 -", "", "  "]), max_size=8))
def test_noise_is_in_order_and_never_reaches_beyond_a_line(lines):
    text = "\n".join(lines)
    marks = mark_noise(text, RULES)
    assert list(marks) == sorted(marks, key=lambda noise: noise.span)
    assert [noise.span.of(text) for noise in marks] == [
        line for line in lines if line in {"发表评论", "打印 纠错", "- 3 -"}
    ]


def test_of_two_marks_on_one_line_the_first_marking_holds():
    first = (Noise(Span(4, 6), "noise.page_number"),)
    second = (Noise(Span(0, 3), "noise.share"), Noise(Span(4, 6), "noise.page"))
    assert merge_noise(first, second) == (second[0], first[0])
    assert merge_noise((), ()) == ()


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"id": "x", "reason": "y", "pattern": "(", "matches": [], "misses": []}, "x 的 pattern 有误"),
        ({"id": "x", "reason": "y", "matches": [], "misses": []}, "x 缺少 'pattern'"),
        ({"reason": "y"}, "无编号"),
    ],
)
def test_refuses_a_rule_that_cannot_be_used(entry, complaint):
    with pytest.raises(DataError, match=complaint):
        parse_rules({"rule": [entry]})


# What must be noise in the five scrapes, by a word of each line, and how many lines there are.
SEED_NOISE = {
    "000": (["客服电话", "浏览量", "江苏苏讯网客服", "责任编辑", "免责声明"], 5),
    "001": (["作者：佚名", "原文链接", "免责声明", "上一篇", "下一篇"], 5),
    "002": (["来源", "相关专题", "数据库"], 3),
    "003": (["纠错", "扫一扫", "收听", "延伸阅读", "编辑：", "在线观看"], 6),
    "004": (["扫码", "分类：", "评论0", "发表评论", "欢迎参与", "返回", "首页"], 9),
}


@pytest.mark.skipif(not SEEDS.exists(), reason="the scraped documents are not here")
@pytest.mark.parametrize("name", SEED_NOISE)
def test_marks_the_furniture_of_scraped_pages_and_nothing_else(name):
    (path,) = SEEDS.glob(f"{name}_*.txt")
    text = path.read_bytes().decode()
    clean = load_normalizer()(Document(path.name, "", "txt", text, ()))
    words, number = SEED_NOISE[name]
    lines = [noise.span.of(clean.text) for noise in clean.noise]
    assert all(any(word in line for line in lines) for word in words), lines
    assert len(lines) == number, lines
