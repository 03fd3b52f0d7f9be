import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.characters import load_normalizer, log_probability
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.normalization import normalize

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
    assert sum(repair.count for repair in repairs_of(seed(name), "pinyin")) == number


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
    assert [repair.count for repair in cleaned.repairs] == [2]


def test_a_repair_says_what_was_done_and_where_in_the_original():
    text = "領(lǐng)導在慶?;顒?dòng)、導(dǎo)致"
    cleaned = clean(text)
    assert cleaned.text == "领导在庆祝活动、导致"
    (pinyin,) = repairs_of(cleaned, "pinyin")
    (slip,) = repairs_of(cleaned, "gbk_slip")
    (traditional,) = repairs_of(cleaned, "traditional")
    assert (pinyin.before, pinyin.after, pinyin.count) == ("領(lǐng)", "領", 2)
    assert pinyin.span.of(text) == text.removesuffix("致")
    assert slip.span.of(text) == slip.before == "?;顒?dòng)"
    assert slip.after == "祝活動"
    assert traditional.reason == f"繁体字转为简体字{traditional.count}处"


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


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("报告交上去三个\n月没有回音。", "报告交上去三个月没有回音。"),
        ("完成 GDP\ntarget 一项", "完成 GDP target 一项"),
        ("第一段。\n\n第二段", "第一段。\n\n第二段"),
        ("整\n改\n了", "整改了"),
    ],
)
def test_joins_the_lines_of_a_pdf_paragraph(text, clean):
    block = Block(Span(0, len(text)), Locator(page=1))
    joined = shipped(Document("a.pdf", "0" * 64, "pdf", text, (block,)))
    assert joined.text == clean
    place = joined.text.index(clean[-1])
    assert joined.offsets.to_original(Span(place, place + 1)).of(text).endswith(clean[-1])


def test_leaves_the_lines_of_other_formats():
    text = "报告交上去三个\n月没有回音。"
    block = Block(Span(0, len(text)), Locator(line=1))
    assert shipped(Document("a.txt", "0" * 64, "txt", text, (block,))).text == text
