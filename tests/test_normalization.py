import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.characters import load_normalizer, log_probability, simplify
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.normalization import normalize
from mingcha.pipeline.rewriting import count_repairs, replay

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
needs_seeds = pytest.mark.skipif(not SEEDS.exists(), reason="the scraped documents are not here")
shipped = load_normalizer()


def clean(text):
    return shipped(Document("甲.txt", "00", "txt", text, ()))


def seed(name):
    (path,) = SEEDS.glob(f"{name}_*.txt")
    return clean(path.read_bytes().decode())


def repairs_of(cleaned, kind):
    return [repair for repair in cleaned.repairs if repair.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("領(lǐng)導(dǎo)班子", "领导班子"),
        ("社會(huì )會(huì )議", "社会会议"),
        ("領 (lǐng)導", "领导"),
        ("領（lǐng）導", "领导"),
        ("女（nǚ）", "女"),
        ("他們(men)來了(le)", "他们来了（le）"),  # 了 is no Traditional character: what looks like a name stays
        ("個(ge)別", "个别"),
        ("各省（市）", "各省（市）"),
        ("總值(GDP)增長", "总值（GDP）增长"),
        ("字母(ABC)", "字母（ABC）"),
        ("指標(kpi)", "指标（kpi）"),
        ("Café(é)", "Café(é)"),
        ("(lǐng)導", "（lǐng）导"),
    ],
)
def test_drops_pinyin_and_keeps_real_brackets(text, expected):
    assert clean(text).text == expected


@needs_seeds
@pytest.mark.parametrize(("name", "number"), [("000", 193), ("001", 0), ("002", 206), ("003", 1010), ("004", 0)])
def test_drops_every_annotation_of_the_scraped_documents(name, number):
    assert count_repairs(seed(name).repairs).get("pinyin", 0) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０２４年增长３．５％", "2024年增长3.5%"),
        ("ＧＤＰ总量", "GDP总量"),
        ("第１．推进", "第1．推进"),
        ("整改,落实;督查:通报", "整改，落实；督查：通报"),
        ("谁负责?没人!", "谁负责？没人！"),
        ("共1,234人,用时3:05", "共1,234人，用时3:05"),
        ("截至9:30,未到", "截至9:30，未到"),
        ("总值(GDP),2024", "总值（GDP）,2024"),
        ("(1)推进", "（1）推进"),
        ("《办法》(试行)", "《办法》（试行）"),
        ("“好”,他说", "“好”，他说"),
        ("真的?!", "真的？！"),
        ("see a?b=1, (x)", "see a?b=1, (x)"),
        ("用时 3 天", "用时 3 天"),
        ("\u3000\u3000一、问题\u00a0二", "  一、问题 二"),
        ("甲\r\n乙\n丙\r丁", "甲\r\n乙\n丙\r丁"),
        ("⼯作⻓期⻔⺠", "工作长期门民"),
        ("不\u200b作\ufeff为", "不作为"),
        ("\ufeff甲", "甲"),
    ],
)
def test_evens_widths_and_forms(text, expected):
    assert clean(text).text == expected


@pytest.mark.parametrize("text", ["", " ", "\n", "plain ASCII (a), b?", "干部作风扎实，群众满意。", "😀干部"])
def test_leaves_clean_text_as_it_is(text):
    cleaned = clean(text)
    assert (cleaned.text, cleaned.repairs) == (text, ())
    assert cleaned.offsets.to_original(Span(0, len(text))) == Span(0, len(text))


def test_converts_a_phrase_that_would_change_the_length_line_by_line_and_then_by_character():
    def convert(text):
        return text.replace("電腦", "计算机").replace("電", "电").replace("門", "门")

    document = Document("甲.txt", "00", "txt", "部門\n電腦室\n", ())
    cleaned = normalize(document, convert=convert, score=log_probability)
    assert cleaned.text == "部门\n电腦室\n"
    assert [(repair.before, repair.after) for repair in cleaned.repairs] == [("門", "门"), ("電", "电")]


def test_every_repair_says_what_was_done_and_where_in_the_original():
    text = "領(lǐng)導在慶?;顒?dòng)、導(dǎo)致"
    cleaned = clean(text)
    assert cleaned.text == "领导在庆祝活动、导致"
    rows = [(repair.kind, repair.span.of(text), repair.before, repair.after) for repair in cleaned.repairs]
    assert rows == [
        ("pinyin", "領(lǐng)", "領(lǐng)", "領"),
        ("pinyin", "導(dǎo)", "導(dǎo)", "導"),
        ("gbk_slip", "?;顒?dòng)", "?;顒?dòng)", "祝活動"),
        ("traditional", "領(lǐng)導", "領導", "领导"),
        ("traditional", "慶", "慶", "庆"),
        ("traditional", "?;顒?dòng)", "動", "动"),
        ("traditional", "導(dǎo)", "導", "导"),
    ]
    assert all(repair.reason and 0 < repair.confidence <= 1 and repair.applied for repair in cleaned.repairs)


@pytest.mark.parametrize(
    ("text", "kind", "rows"),
    [
        ("⼯作⻓期⻔⺠", "variant", [("⼯", "工"), ("⻓", "长"), ("⻔⺠", "门民")]),
        ("不\u200b作\ufeff\u200b为", "invisible", [("不\u200b", "不"), ("作\ufeff\u200b", "作")]),
        ("２０２４年,共３项", "width", [("２０２４", "2024"), (",", "，"), ("３", "3")]),
        ("幹部為民辦事", "traditional", [("幹", "干"), ("為", "为"), ("辦", "办")]),
    ],
)
def test_a_run_of_changed_characters_is_one_repair(text, kind, rows):
    assert [(repair.before, repair.after) for repair in repairs_of(clean(text), kind)] == rows


def test_a_character_with_its_pinyin_is_one_place_in_the_original():
    text = "領(lǐng)導(dǎo)不作為"
    cleaned = clean(text)
    assert cleaned.offsets.to_original(Span(0, 2)).of(text) == "領(lǐng)導(dǎo)"
    assert cleaned.offsets.to_original(Span(2, 5)).of(text) == "不作為"
    assert cleaned.offsets.to_clean(Span(3, 5)) == Span(0, 1)


@needs_seeds
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_every_character_of_the_scraped_documents_is_found_again_in_the_original(name):
    cleaned = seed(name)
    original = cleaned.document.text
    slips = [repair.span for repair in repairs_of(cleaned, "gbk_slip")]
    for place, character in enumerate(cleaned.text):
        span = cleaned.offsets.to_original(Span(place, place + 1))
        if not any(span.overlaps(slip) for slip in slips):
            assert clean(span.of(original)[0]).text == character or not character.isalnum()
            assert span.within(cleaned.offsets.to_original(cleaned.offsets.to_clean(span)))


RESTORED = {
    "000": ["。《通知》強", "常考核中，要加強", "的干部", "強"],
    "003": ["祝活動"] * 2
    + [
        "揚",
        "優",
        "擇人",
        "實",
        "傾",
        "爭先",
        "創",
        "。考核組",
        "傾",
        "保考核結",
        "內主管處室負責考核",
        "揚",
        "省（區",
        "省（區",
    ]
    + ["。考核工作與", "。現", "省（區", "省（區", "省（區", "。考核結", "省（區", "揚"],
}


@needs_seeds
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_restores_every_slip_of_the_scraped_documents(name):
    cleaned = seed(name)
    assert [repair.after for repair in repairs_of(cleaned, "gbk_slip")] == RESTORED.get(name, [])
    assert "?" not in cleaned.text
    assert "？" not in cleaned.text


@needs_seeds
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_cleaning_clean_documents_changes_nothing(name):
    text = seed(name).text
    assert clean(text).text == text


TEXTS = st.text(alphabet="領导幹部,;:?!()（），。“”《》 \u3000\u00a0\n\r１2３％．.ABａ、乾瞭著⼯\u200b甲", max_size=25)


@given(TEXTS)
def test_normalizing_twice_is_normalizing_once(text):
    once = clean(text).text
    assert clean(once).text == once


@given(TEXTS)
def test_line_ends_are_kept(text):
    assert [c for c in clean(text).text if c in "\r\n"] == [c for c in text if c in "\r\n"]


@given(st.text(alphabet="領導幹部为民,。(（３ ２%％\n甲", max_size=25), st.data())
def test_a_slice_of_the_original_normalizes_to_its_clean_text_where_nothing_changed_length(text, data):
    cleaned = clean(text)
    place = data.draw(st.integers(0, len(cleaned.text)))
    span = Span(place, data.draw(st.integers(place, len(cleaned.text))))
    back = cleaned.offsets.to_original(span)
    assert back == span
    letters = [c for c in span.of(cleaned.text) if c.isalnum()]
    assert [c for c in clean(back.of(text)).text if c.isalnum()] == letters


def test_noise_is_marked_in_clean_text_and_kept():
    cleaned = clean("一、領(lǐng)導\n【責任編輯:李某】\n")
    (noise,) = cleaned.noise
    assert noise.rule == "noise.editor"
    assert noise.span.of(cleaned.text) == "【责任编辑：李某】"


def test_the_shipped_normalizer_can_be_sent_to_another_process():
    assert pickle.loads(pickle.dumps(shipped))(Document("甲", "", "txt", "領導", ())).text == "领导"


DAMAGED = st.lists(
    st.sampled_from(
        [
            *["領(lǐng)", "導 (dǎo)", "社會(huì )", "個(ge)", "領", "導", "幹部", "为民", "乾", "瞭", "著"],
            *["慶?;顒?dòng)", "?", "推?扯皮", "推\ufffd扯皮", "敷衍□责", "二??九年", "□"],
            *["\u200b", "\ufeff", "⼯", "⻓", "２", "％", ".", ",", "(", ")", "（", "：", "《", "》", "“"],
            *["推 诿 扯 皮", "1,200 万元", "完成率 98 %", "2024 年 5 月", "孙某 18 9 2", " ", "\u3000", "\t"],
            *["\n", "\r\n", "ab", "GDP"],
        ]
    ),
    max_size=14,
).map("".join)


@given(DAMAGED, st.sampled_from(["txt", "pdf", "docx"]))
def test_replaying_all_repairs_on_the_original_gives_the_clean_text(text, form):
    block = Block(Span(0, len(text)), Locator(page=1))
    cleaned = shipped(Document("甲", "00", form, text, (block,)))
    assert replay(text, cleaned.repairs) == cleaned.text


@given(DAMAGED, st.sampled_from(["txt", "pdf"]))
def test_a_place_repaired_once_holds_before_in_the_original_and_after_in_the_clean_text(text, form):
    cleaned = shipped(Document("甲", "00", form, text, (Block(Span(0, len(text)), Locator(page=1)),)))
    repairs = cleaned.repairs
    for number, repair in enumerate(repairs):
        assert 0 <= repair.span.start < repair.span.end <= len(text)
        touching = [place for place, other in enumerate(repairs) if other.applied and other.span.overlaps(repair.span)]
        if min([*touching, number]) == number:
            assert repair.span.of(text) == repair.before
        if touching == [number]:
            assert cleaned.offsets.to_clean(repair.span).of(cleaned.text) == repair.after


@needs_seeds
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_the_scraped_documents_are_replayed_from_their_repairs(name):
    cleaned = seed(name)
    assert replay(cleaned.document.text, cleaned.repairs) == cleaned.text


@pytest.mark.parametrize("lost", ["推\ufffd扯皮", "推?扯皮", "推□扯皮"])
def test_a_guess_at_a_lost_character_is_never_written_into_the_text(lost):
    cleaned = clean(f"工作中存在{lost}现象。")
    (guess,) = repairs_of(cleaned, "lost_character")
    assert (guess.applied, guess.after) == (False, "诿")
    assert "诿" not in cleaned.text


def test_the_word_list_is_left_alone_by_a_text_that_lost_nothing():
    def words(_pattern):
        raise AssertionError

    document = Document("甲.txt", "00", "txt", "群众问：谁负责？没人答。領導不擔當。", ())
    assert normalize(document, convert=simplify, score=log_probability, words=words).text.endswith("领导不担当。")


def test_page_furniture_and_noise_lines_are_marked_together_and_in_order():
    pages = [
        f"青岭县考核材料\n第{number}項工作進展緩慢。\n發表評論\n已派人核实{'。' * number}\n并已答复{'。' * number}\n- {number} -"
        for number in range(1, 5)
    ]
    blocks, start = [], 0
    for number, page in enumerate(pages, 1):
        for line in page.split("\n"):
            blocks.append(Block(Span(start, start + len(line)), Locator(page=number)))
            start += len(line) + 1
    cleaned = shipped(Document("甲.pdf", "00", "pdf", "\n".join(pages), tuple(blocks)))
    marks = [(noise.rule, noise.span.of(cleaned.text)) for noise in cleaned.noise]
    assert marks[:3] == [
        ("noise.page_header", "青岭县考核材料"),
        ("noise.comment", "发表评论"),
        ("noise.page_number", "- 1 -"),
    ]
    assert len(marks) == 12
    assert list(cleaned.noise) == sorted(cleaned.noise, key=lambda noise: noise.span)
