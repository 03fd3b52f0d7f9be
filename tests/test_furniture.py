"""Headers, footers and page numbers, and the content that looks like them. All texts are our own fiction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.characters import load_normalizer
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.furniture import mark_furniture
from mingcha.pipeline.offsets import OffsetMap

shipped = load_normalizer()


def paged(pages, form="pdf", joint="\n"):
    """A document of pages, each a list of blocks."""
    text, blocks = "", []
    for number, page in enumerate(pages, 1):
        for words in page:
            text += joint if text else ""
            blocks.append(Block(Span(len(text), len(text) + len(words)), Locator(page=number)))
            text += words
    return Document(f"甲.{form}", "", form, text, tuple(blocks))


def marks(document):
    clean = shipped(document)
    found = mark_furniture(document, clean.text, clean.offsets)
    return [(noise.rule.removeprefix("noise.page_"), noise.span.of(clean.text)) for noise in found]


def body(page):
    """Three blocks of content that no page has in common with another."""
    return [f"{word}{'甲乙丙丁戊己庚辛壬癸'[page]}村的台账不全。" for word in ("查看", "约谈", "复核")]


def test_marks_what_repeats_at_the_top_and_the_bottom_of_pages():
    pages = [["青岭县2024年度考核材料", *body(n), "县委组织部編印", f"- {n} -"] for n in (1, 2, 3)]
    assert marks(paged(pages)) == [
        (kind, words)
        for n in (1, 2, 3)
        for kind, words in [("header", "青岭县2024年度考核材料"), ("footer", "县委组织部编印"), ("number", f"- {n} -")]
    ]


@pytest.mark.parametrize("form", ["pdf", "ofd", "png"])
def test_a_running_title_may_bear_the_page_number(form):
    pages = [[f"云岭县审计报告 第{n}页", *body(n)] for n in (1, 2, 3, 4)]
    assert marks(paged(pages, form)) == [("header", f"云岭县审计报告 第{n}页") for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("pages", "with_header", "marked"),
    [(2, 2, False), (3, 2, True), (4, 2, True), (5, 2, False), (9, 3, True), (9, 2, False)],
)
def test_a_header_recurs_on_three_pages_or_on_half_of_a_few(pages, with_header, marked):
    document = paged([(["青岭县考核材料"] if n < with_header else []) + body(n) for n in range(pages)])
    assert bool(marks(document)) is marked


def test_the_middle_of_a_page_is_never_furniture():
    assert marks(paged([[*body(n)[:2], "各乡镇人民政府", *body(n)[1:]] for n in (1, 2, 3, 4)])) == []


@pytest.mark.parametrize("words", ["一、存在的问题。", "你局推诿扯皮！", "谁来负责？"])
def test_a_sentence_is_furniture_only_where_three_pages_have_it_word_for_word(words):
    assert len(marks(paged([[words, *body(n)] for n in (1, 2, 3)]))) == 3
    assert marks(paged([[words, *body(n)] for n in (1, 2)] + [body(3)])) == []
    assert marks(paged([[f"{n}{words}", *body(n)] for n in (1, 2, 3)])) == []


@pytest.mark.parametrize("figures", [(98, 77, 85), (1, 2, 4), (30, 20, 10)])
def test_sums_at_the_end_of_pages_are_content(figures):
    assert marks(paged([[*body(n), f"本页合计：{figure}"] for n, figure in enumerate(figures, 1)])) == []


def test_rows_of_figures_are_content():
    assert marks(paged([[f"{n} {n + 1} {n + 2}", *body(n), f"{n}.5%"] for n in (1, 2, 3, 4)])) == []


@pytest.mark.parametrize(
    "number",
    [
        "- {} -",
        "—{}—",
        "第{}页",
        "第 {} 页 共 10 页",
        "第{}页 共10页",
        "（第{}页/共10页）",
        "共10页 第{}页",
        "{}/10",
        "{}",
        "Page {} of 10",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_knows_page_numbers_at_either_end(number, first):
    pages = [[number.format(n), *body(n)] if first else [*body(n), number.format(n)] for n in (1, 2, 3)]
    assert marks(paged(pages)) == [("number", shipped(paged([[number.format(n)]])).text) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "pages",
    [
        [[*body(1), "12"], [*body(2), "7"], [*body(3), "30"]],
        [[*body(1), "2/5"], [*body(2), "1/5"]],
        [[*body(1), "98"]],
        [["12", "- 3 -", *body(1)[:1], "- 4 -", "12"]],
        [[*body(1), "-3.5"], [*body(2), "第3页第2行"]],
    ],
)
def test_a_bare_figure_that_does_not_count_the_pages_is_content(pages):
    assert marks(paged(pages)) == []


def test_pages_may_be_counted_from_another_number_than_one():
    assert len(marks(paged([[*body(n), str(n + 6)] for n in (1, 2, 3)]))) == 3


def test_a_line_with_other_blocks_on_it_is_kept():
    pages = [["姓名", "单位", *body(n)] for n in (1, 2, 3)]
    document = paged(pages, joint="\t")
    assert marks(document) == []


@pytest.mark.parametrize(
    ("part", "words", "rule"),
    [
        ("header", "云岭县水利局文件", "header"),
        ("footer", "云岭县水利局办公室 2024年编印", "footer"),
        ("footer", "第 3 页 共 8 页", "number"),
        ("footer", "第  页 共  页", "number"),
        ("header", "本件不得翻印。", None),
        ("footer", "你局整改不力！限三日内上报；逾期问责", None),
        ("body", "云岭县水利局文件", None),
        ("note", "详见附件", None),
        ("textbox", "云岭县水利局", None),
    ],
)
def test_headers_and_footers_of_office_files_are_furniture_unless_they_say_a_sentence(part, words, rule):
    text = f"{words}\n整改进展缓慢。"
    blocks = (Block(Span(0, len(words)), Locator(part)), Block(Span(len(words) + 1, len(text)), Locator(paragraph=1)))
    found = marks(Document("甲.docx", "", "docx", text, blocks))
    assert found == ([] if rule is None else [(rule, words)])


def test_spans_count_in_the_clean_text():
    pages = [["領(lǐng)導(dǎo)參閱", f"第{'一二三'[n]}項進(jìn)展\n緩慢。", f"均未整改{'。' * n}。"] for n in range(3)]
    assert marks(paged(pages)) == [("header", "领导参阅")] * 3


@given(
    st.lists(
        st.lists(st.sampled_from(["考核材料", "- 3 -", "12", "整改。", "合计 5", "一二 三"]), min_size=1, max_size=6),
        max_size=6,
    )
)
def test_marks_are_whole_lines_in_order_and_sentences_that_do_not_recur_stay(pages):
    document = paged(pages)
    found = mark_furniture(document, document.text, OffsetMap())
    assert list(found) == sorted(found, key=lambda noise: noise.span)
    lines = {noise.span.of(document.text) for noise in found}
    assert lines <= set(document.text.split("\n"))
    assert "整改。" not in lines or sum("整改。" in page for page in pages) >= 3
