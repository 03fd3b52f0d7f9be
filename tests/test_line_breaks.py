"""Which line breaks stand inside sentences, and the many that do not. All texts are our own fiction."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.characters import load_normalizer, log_probability, simplify
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.line_breaks import join_lines
from mingcha.pipeline.rewriting import replay

shipped = load_normalizer()

PROSE = (
    "今年以来，云岭县供销社围绕农资保供这一主线，先后到十二个乡镇摸底，登记种粮大户三百余户，提前备足化肥和种子。"
    "但是从抽查情况看，仍有两个基层网点没有按要求建立台账，库存数字与实物对不上，负责人解释说月底集中补记，平时顾不上。"
    "检查组当场要求整改，并约谈了分管副主任。此外，个别网点对群众来电反映的缺货问题没有登记，也没有答复，群众意见较大。"
    "下一步，联社将把台账登记列入季度考核，对连续两次抽查不合格的网点负责人予以调整，并向社员代表大会报告结果。"
)


def wrapped(text: str, width: int, end: str = "\n") -> str:
    """Break *text* after *width* characters, one earlier where a sentence would end with the line."""
    lines, start = [], 0
    while start < len(text):
        stop = start + width - (text[start + width - 1 : start + width] in {"。", "；"})
        lines.append(text[start:stop])
        start = stop
    return end.join(lines)


def document(text: str, form: str = "txt") -> Document:
    """A document with a block for each line that is not blank, as the readers make them."""
    lines = enumerate(re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text), 1)
    spans = [(number, Span(match.start(), match.start() + len(match[0].rstrip("\r\n")))) for number, match in lines]
    blocks = tuple(Block(span, Locator(line=number), "line") for number, span in spans if span.of(text).strip())
    return Document(f"甲.{form}", "0" * 64, form, text, blocks)


def joined(text: str, form: str = "txt") -> str:
    return join_lines(document(text, form), convert=simplify, score=log_probability).after


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("报告交上去三个\n月没有回音。", "报告交上去三个月没有回音。"),
        ("完成 GDP\ntarget 一项", "完成 GDP target 一项"),
        ("第一段。\n\n第二段", "第一段。\n\n第二段"),
        ("整\n改\n了", "整改了"),
    ],
)
@pytest.mark.parametrize("form", ["pdf", "ofd", "png", "jpeg", "tiff"])
def test_joins_the_lines_of_a_block_that_was_set_on_a_page(text, clean, form):
    block = Block(Span(0, len(text)), Locator(page=1))
    cleaned = shipped(Document("a", "0" * 64, form, text, (block,)))
    assert cleaned.text == clean
    place = cleaned.text.index(clean[-1])
    assert cleaned.offsets.to_original(Span(place, place + 1)).of(text).endswith(clean[-1])
    assert all(repair.confidence == 1 for repair in cleaned.repairs)


def test_leaves_the_breaks_between_the_blocks_of_a_page():
    text = "一、总体情况\n进展缓慢"
    blocks = (Block(Span(0, 6), Locator(page=1)), Block(Span(7, 11), Locator(page=1)))
    step = join_lines(Document("a.pdf", "", "pdf", text, blocks), convert=simplify, score=log_probability)
    assert step.idle


@pytest.mark.parametrize("form", ["txt", "md", "eml", "doc", "rtf", "odt"])
@pytest.mark.parametrize("width", [20, 24, 33, 38])
def test_joins_a_text_that_was_wrapped_at_one_width(form, width):
    assert joined(wrapped(PROSE, width), form) == PROSE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "  \n"])
def test_joins_over_any_line_end(end):
    assert joined(wrapped(PROSE, 24, end)) == PROSE


def test_an_inferred_break_is_recorded_with_less_than_full_confidence():
    text = wrapped(PROSE, 24)
    repairs = shipped(document(text)).repairs
    assert {(repair.kind, repair.confidence) for repair in repairs} == {("line_break", 0.9)}
    assert len(repairs) == text.count("\n")
    assert all(repair.before == repair.span.of(text) for repair in repairs)
    assert replay(text, repairs) == PROSE


def test_joins_traditional_text_as_well():
    from opencc import OpenCC

    text = OpenCC("s2t").convert(PROSE)
    assert joined(wrapped(text, 24)) == text


@pytest.mark.parametrize("form", ["docx", "xlsx", "csv", "html", "zip"])
def test_leaves_the_formats_whose_lines_are_paragraphs_or_rows(form):
    assert joined(wrapped(PROSE, 24), form) == wrapped(PROSE, 24)


@pytest.mark.parametrize(
    "start",
    [
        *("一、", "（一）", "(二)", "1.", "2、", "（3）", "第一条", "第十二章", "①", "A."),
        *(
            "问：",
            "答：",
            "张某某：",
            "联系人：",
            "李副局长（分管）：",
            "- ",
            "* ",
            "• ",
            "● ",
            "■",
            "> ",
            "# ",
            "【附注】",
        ),
        *("\u3000\u3000", "  ", "\t", "—— "),
    ],
)
def test_never_joins_a_line_that_begins_something_new(start):
    lines = wrapped(PROSE, 24).split("\n")
    text = "\n".join([*lines[:4], start + lines[4], *lines[5:]])
    assert f"\n{start}{lines[4]}" in joined(text)


def test_never_joins_across_a_blank_line_or_after_a_short_one():
    lines = wrapped(PROSE, 24).split("\n")
    text = "\n".join([*lines[:3], "", *lines[3:5], "县供销社", *lines[5:]])
    result = joined(text)
    assert f"{lines[2]}\n\n{lines[3]}" in result
    assert f"县供销社\n{lines[5]}" in result


def test_never_joins_lines_between_which_a_reader_left_out_a_blank_one():
    lines = wrapped(PROSE, 24).split("\n")
    text = "\n".join(lines)
    spans = [Span(match.start(), match.end()) for match in re.finditer("[^\n]+", text)]
    blocks = tuple(
        Block(span, Locator("mail", line=place + (2 if place < 3 else 3)), "line") for place, span in enumerate(spans)
    )
    step = join_lines(Document("甲.eml", "", "eml", text, blocks), convert=simplify, score=log_probability)
    assert step.after.split("\n") == ["".join(lines[:3]), "".join(lines[3:])]


def test_never_joins_the_cells_of_a_table():
    text = wrapped(PROSE, 24)
    spans = [Span(match.start(), match.end()) for match in re.finditer("[^\n]+", text)]
    blocks = tuple(Block(span, Locator("table", row=1, column=1), "cell") for span in spans)
    assert join_lines(Document("甲.doc", "", "doc", text, blocks), convert=simplify, score=log_probability).idle


NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
UNTOUCHED = {
    "list of duties": "\n".join(
        f"负责全县{place}的日常管理和安全检查工作并按季度上报"
        for place in ("水库", "堤防", "泵站", "渠道", "闸门", "水厂", "机井", "河道")
    ),
    "list of papers": "\n".join(
        f"关于印发《云岭县{name}工作实施方案（试行）》的通知"
        for name in ("秸秆还田", "河道保洁", "冬修水利", "粮食仓储", "校园食堂", "殡葬服务", "社区养老", "雪亮工程")
    ),
    "roster": "\n".join(
        f"{name}某，男，1970年{number % 9 + 1}月出生，中共党员，云岭县某局副科级干部"
        for number, name in enumerate(NAMES)
    ),
    "verse": "青山一道同云雨\n明月何曾是两乡\n" * 8,
    "couplets": "春来遍是桃花水，不辨仙源何处寻，\n夜半钟声到客船，江枫渔火对愁眠，\n" * 6,
    "one sentence per line": "\n".join(
        f"第三检查组到{place}村查看了文书档案和会议记录。" for place in "上中下东西南北前后"
    ),
    "one clause per line": "\n".join(
        f"{place}村的文书档案基本齐全；" for place in ("上河", "中河", "下河", "东岭", "西岭", "南坡", "北坡")
    ),
    "table of tabs": "\n".join(f"{name}某\t云岭县供销社下属基层网点\t负责农资供应和仓储管理" for name in NAMES),
    "table of bars": "\n".join(f"| {name}某 | 云岭县供销社下属基层网点 | 负责农资供应，管理仓储 |" for name in NAMES),
    "table of blanks": "\n".join(f"{name}某  云岭县供销社下属基层网点  负责农资供应，管理仓储" for name in NAMES),
    "interview": "\n".join(
        f"{label}：{words}"
        for label, words in [
            ("问", "请你说说去年农资保供的情况，网点有没有缺货，群众怎么看"),
            ("答", "总体还可以，有两个网点断过货，一个断了三天，一个断了五天"),
        ]
        * 6
    ),
    "paragraphs": "\n".join([PROSE, PROSE[:70], PROSE[30:]] * 4),
    "headings": "\n".join(
        f"{number}、关于进一步加强基层网点台账管理，规范库存登记的意见" for number in "一二三四五六七八"
    ),
    "few lines": "\n".join(wrapped(PROSE, 24).split("\n")[:4]),
    "chat": "\n".join(
        [
            "收到，马上去办",
            "网点的台账我看过了，问题不少，明天开会说",
            "好的",
            "化肥还差二十吨，下周才能到货，先调剂一下吧",
        ]
        * 5
    ),
}


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED)
@pytest.mark.parametrize("form", ["txt", "md", "eml"])
def test_leaves_what_is_not_wrapped(text, form):
    assert joined(text, form) == text


def test_leaves_a_wrapped_passage_that_is_a_small_part_of_the_text():
    text = (
        wrapped(PROSE, 24)
        + "\n"
        + "\n".join(f"第{n}网点的账目、实物和登记册逐一核对无误，没有发现别的问题。" for n in range(30))
    )
    assert joined(text) == text


@given(st.text(alphabet="县供销社今年，。：问答1一、\n\t |", max_size=300))
def test_only_line_ends_and_blanks_beside_them_ever_go(text):
    assert "".join(joined(text).split()) == "".join(text.split())
