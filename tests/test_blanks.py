"""Blanks that text layers and text recognition put in, and those that part something. All texts are our own fiction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.blanks import close_blanks, is_tabular


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("完成投资 1,200 万元", "完成投资1,200万元"),
        ("完成率 98 %，居全县第 3 位", "完成率98%，居全县第3位"),
        ("2024 年 5 月 8 日", "2024年5月8日"),
        ("截至２０２４ 年底", "截至２０２４年底"),
        ("共 12 人签到，3 人代签", "共12人签到，3人代签"),
        ("增长 5.6 ％。", "增长5.6％。"),
        ("完成 GDP 核算", "完成 GDP 核算"),
        ("约为  750 次", "约为  750次"),  # two blanks part columns
    ],
)
@pytest.mark.parametrize("form", ["pdf", "ofd", "png", "jpeg"])
def test_closes_the_blanks_beside_digits_on_pages(text, closed, form):
    step = close_blanks(text, form)
    assert step.after == closed
    assert all((change.place.of(text).strip(), change.after) == ("", "") for change in step.changes)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("整改问题 2 7 个，完成 2 5 个。", "整改问题27个，完成25个。"),
        ("完成率 9 8 . 5 ％，提高 2 . 3 个百分点。", "完成率98.5％，提高2.3个百分点。"),
        ("2 0 2 4 年 3 月 6 日，开会。", "2024年3月6日，开会。"),
        ("投入 3 . 2 亿 元，用时 3 个 多 月。", "投入3.2亿元，用时3个多月。"),
        ("接访 3 ,846 批次，发放 1 , 200 份。", "接访3,846批次，发放1,200份。"),
        ("面积 7 500 平方米，达到 1 234 567 元。", "面积7500平方米，达到1234567元。"),
        ("占百分之 七十 五，共三 百 户。", "占百分之七十五，共三百 户。"),
        ("得分 9 8 7 6，未列单位。", "得分 9 8 7 6，未列单位。"),  # four figures, or one
        ("孙某 18 9 2 1 票，李某。", "孙某 18 9 2 1 票，李某。"),
    ],
)
def test_closes_the_blanks_inside_the_amounts_of_a_sentence(text, closed):
    assert close_blanks(text, "pdf").after == closed
    assert close_blanks(text, "txt").after == text


@pytest.mark.parametrize(
    "text", ["1 " * 20000, "1." * 20000, "1 1 1.1 " * 8000, "十 百 " * 10000, "达到 1 234 " * 5000]
)
def test_long_rows_of_blanks_take_no_longer_than_their_length(text):
    close_blanks(f"{text}，", "pdf")


@pytest.mark.parametrize("form", ["txt", "docx", "md", "xlsx", "html"])
def test_leaves_the_blanks_beside_digits_where_people_typed_them(form):
    assert close_blanks("完成投资 1,200 万元，完成率 98 %", form).idle


@pytest.mark.parametrize(
    "line",
    [
        "孙某 18 9 2 1",
        "孙某 优秀 18",
        "姓名 单位 得分 98",
        "合计 120 30.5",
        "优秀 12 称职 30",
        "序号 1 孙某 镇长",
        "孙某|12 票",
        "增减 -3 -5",
        "联系电话 000 1234567，每天 8 时至 17 时",
    ],
)
def test_leaves_the_rows_of_tables(line):
    assert is_tabular(line)
    assert close_blanks(f"上一行共 5 人。\n{line}\n下一行", "pdf").after == f"上一行共5人。\n{line}\n下一行"


@pytest.mark.parametrize(
    "line", ["", "完成率 98 %", "2024 年 5 月", "完成投资 1,200 万元", "到会 12 人，请假 3 人，缺席 1 人"]
)
def test_prose_with_figures_is_no_row(line):
    assert not is_tabular(line)


@pytest.mark.parametrize("form", ["txt", "pdf", "docx"])
@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("推 诿 扯 皮", "推诿扯皮"),
        ("存在， 推 诿 扯 皮 现象", "存在， 推诿扯皮 现象"),
        ("推\u3000诿\u00a0扯 皮", "推诿扯皮"),
        ("他 们 互 相 推 诿 ， 不 办 事 。", "他们互相推诿，不办事。"),
        ("会 议 纪 要\n内容", "会议纪要\n内容"),
    ],
)
def test_closes_words_whose_characters_were_parted(text, closed, form):
    assert close_blanks(text, form).after == closed


@pytest.mark.parametrize(
    "text",
    [
        "张 三",
        "通 知",
        "王 小 明",
        "推  诿  扯  皮",
        "推 诿\n扯 皮",
        "张三 李四 王五 赵六",
        "优 良 中 差",
        "甲 乙 丙 丁",
        "是 否 是 否",
        "年 月 日 时",
        "赵 钱 孙 李 3 5",
        "|赵 钱 孙 李|",
    ],
)
@pytest.mark.parametrize("form", ["txt", "pdf"])
def test_leaves_names_titles_and_lists_of_single_characters(text, form):
    assert close_blanks(text, form).idle


@given(st.text(alphabet="推诿孙某 1９%万元，。\n\t|\u3000", max_size=40), st.sampled_from(["pdf", "txt"]))
def test_only_blanks_ever_go_and_a_second_time_nothing_goes(text, form):
    after = close_blanks(text, form).after
    assert "".join(after.split()) == "".join(text.split())
    assert after.count("\n") == text.count("\n")
