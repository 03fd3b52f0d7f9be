"""Schemes: what loads, what the documentation promises, and what each broken scheme is told."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from mingcha.corpora.schemebook import load_scheme, shipped_schemes
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.scoring.scheme import Scheme, parse_scheme

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "评分方案.md"

SOUND = """id = "trial"
name = "试行方案"
source = "自拟"
standing = "示例"

[[indicators]]
id = "total"
name = "总分"
method = "mean"

[[indicators]]
id = "work"
name = "工作"
parent = "total"
weight = 60
method = "findings"
full = 100
start = 80

[[indicators.items]]
rule = "成效每项加2分"
categories = ["achievement"]
points = 2
cap = 10

[[indicators.items]]
rule = "不作为每项扣3分"
categories = ["inaction"]
subclasses = ["R02"]
points = -3

[[indicators]]
id = "survey"
name = "满意度"
parent = "total"
weight = 40
method = "linear"
full = 100
knots = [{ at = 50, points = 0 }, { at = 100, points = 100 }]

[[scales]]
indicator = "total"
bands = [{ name = "好", at_least = 80 }, { name = "一般" }]

[[quotas]]
grade = "好"
percent = 20
"""

# what is replaced, by what, the line named, and words of the message
BROKEN = [
    pytest.param('name = "试行方案"\n', "", 1, "name：缺少这一项。请补上", id="no name"),
    pytest.param('name = "试行方案"', 'nmae = "试行方案"', 2, "不认识“nmae”这一项。是否想写“name”？", id="typo"),
    pytest.param('name = "试行方案"', 'zzz = "试行方案"', 2, "不认识“zzz”这一项。请删去", id="foreign key"),
    pytest.param(
        'name = "试行方案"', 'name = "试行方案"\nitems = []', 3, "“items”不写在这里。请删去", id="key of another place"
    ),
    pytest.param('name = "试行方案"', "name = 7", 2, "这里应当是文字", id="number for text"),
    pytest.param('name = "试行方案"', 'name = ""', 2, "这里不能空着", id="empty name"),
    pytest.param(
        'standing = "示例"', 'standing = "草稿"', 4, "没有“草稿”这种写法。可写：正式、示例、来源待核", id="standing"
    ),
    pytest.param('name = "总分"', "name = “总分”", 0, "第8行第8列附近不合 TOML 的写法", id="Chinese quotes"),
    pytest.param("start = 80", f"start = {'8' * 5000}", 0, "有一个整数长得读不了", id="5000 digits"),
    pytest.param("start = 80", f"start = {'[' * 3000}", 0, "括号套得太深", id="3000 brackets"),
    pytest.param("start = 80", 'start = "80"', 18, "这里应当是一个数字", id="quoted number"),
    pytest.param("start = 80", "start = true", 18, "这里应当是一个数字", id="yes for a number"),
    pytest.param("start = 80", "start = nan", 18, "这里应当是普通数字", id="not a number"),
    pytest.param("start = 80", "start = 120", 18, "起评分120不在0到100之间", id="start above full"),
    pytest.param("start = 80", "start = 80.1234567", 18, "小数位太多。最多 6 位", id="seven decimals"),
    pytest.param("start = 80\n", "", 11, "start：缺少这一项", id="no start"),
    pytest.param("full = 100\nstart", "full = 0\nstart", 17, "“0”太小。必须大于 0", id="zero full mark"),
    pytest.param("cap = 10", "cap = -10", 24, "“-10”太小。必须大于 0", id="negative cap"),
    pytest.param("points = -3", "points = 0", 30, "每项分值不能为0", id="worthless item"),
    pytest.param('["inaction"]', '["lazy"]', 28, "没有“lazy”这个类别。可写：inaction、", id="category"),
    pytest.param('["inaction"]', "[]", 28, "内容太少。至少写 1 个", id="no category"),
    pytest.param('["R02"]', '["R99"]', 29, "“R99”的写法不合要求", id="subclass"),
    pytest.param("points = -3", 'points = -3\nstrength = "E1"', 31, "没有“E1”这种写法。可写：E2、E3、E4、E5", id="E1"),
    pytest.param('method = "findings"', 'method = "guess"', 11, "没有“guess”这种 method。可写：add、", id="method"),
    pytest.param('method = "findings"\n', "", 11, "缺少 method", id="no method"),
    pytest.param('id = "survey"', 'id = "work"', 33, "编号“work”用了两次", id="same id"),
    pytest.param('id = "survey"', 'id = "满 意"', 33, "编号只用文字、数字", id="blank in id"),
    pytest.param(
        'name = "满意度"\nparent = "total"', 'name = "满意度"\nparent = "tota"', 35, "没有编号为“tota”", id="parent"
    ),
    pytest.param(
        'name = "满意度"\nparent = "total"', 'name = "满意度"\nparent = "work"', 35, "不能再有下级", id="leaf parent"
    ),
    pytest.param(
        'name = "满意度"\nparent = "total"\nweight = 40', 'name = "满意度"', 6, "总分只能有一个", id="two roots"
    ),
    pytest.param('name = "总分"', 'name = "总分"\nparent = "total"', 9, "绕成了圈", id="cycle"),
    pytest.param("weight = 40", "weight = 45", 6, "下级的权重合计为105，应当为100", id="weights of 105"),
    pytest.param("weight = 40\n", "", 32, "“满意度”缺少 weight", id="no weight"),
    pytest.param('method = "mean"', 'method = "add"', 15, "上级不是 mean，权重不起作用", id="idle weight"),
    pytest.param('name = "总分"', 'name = "总分"\nmissing = "exclude"', 9, "缺项剔除只能用在 mean 之下", id="exclude"),
    pytest.param('name = "总分"', 'name = "总分"\nmissing = "zero"', 9, "没有“zero”这种写法", id="missing as zero"),
    pytest.param("{ at = 100,", "{ at = 50,", 39, "拐点应当从小到大排列", id="knots that divide by zero"),
    pytest.param("points = 100 }]", "points = 110 }]", 39, "分值应当在0到100之间", id="knot above full"),
    pytest.param("knots =", 'direction = "逆向"\nknots =', 39, "写明是逆向指标", id="direction"),
    pytest.param('indicator = "total"', 'indicator = "sum"', 42, "没有编号为“sum”的指标", id="scale"),
    pytest.param('name = "一般" }', 'name = "一般", at_least = 60 }', 43, "最后一档不写", id="no open band"),
    pytest.param(
        'name = "一般" }', 'name = "一般", at_least = 90 }, { name = "差" }', 43, "从高到低排列", id="band order"
    ),
    pytest.param('grade = "好"', 'grade = "优"', 46, "总分的等次线里没有“优”", id="quota grade"),
    pytest.param("percent = 20", "percent = 120", 47, "“120”太大。不能大于 100", id="quota share"),
    pytest.param("percent = 20", 'percent = 20\nrounding = "up"', 48, "可写：floor、half_up", id="rounding"),
    pytest.param("[[scales]]", '[weights."正职"]\nwrok = 50\n\n[[scales]]', 42, "没有可加权的指标“wrok”", id="group"),
    pytest.param(
        "[[scales]]", '[weights."正职"]\nwork = 100\n\n[[scales]]', 41, "没有给其余指标留下余地", id="group of 100"
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), BROKEN)
def test_refuses_a_broken_scheme_with_place_and_remedy(old: str, new: str, line: int, words: str) -> None:
    assert old in SOUND
    with pytest.raises(DataError) as caught:
        parse_scheme(SOUND.replace(old, new, 1), source="方案.toml")
    message = str(caught.value)
    assert message.startswith("方案.toml：")
    assert words in message
    assert line == 0 or f"第{line}行" in message
    assert not re.search(r"Input should|Field required|Value error", message)


def test_lists_all_mistakes_at_once() -> None:
    with pytest.raises(DataError) as caught:
        parse_scheme(SOUND.replace("start = 80", "start = -1").replace("percent = 20", "percent = 0"))
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(DataError) as caught:
        parse_scheme(SOUND.replace("start = 80", 'start = "八十"').replace("percent = 20", "percent = 0"))
    assert len(str(caught.value).splitlines()) == 2


def test_refuses_an_empty_text() -> None:
    with pytest.raises(DataError, match="缺少这一项"):
        parse_scheme("")


def test_refuses_a_product_whose_parts_do_not_match() -> None:
    text = (Path(__file__).parents[1] / "corpora" / "schemes" / "jiangsu_multiplier.toml").read_text(encoding="utf-8")
    with pytest.raises(DataError, match="正好是 base 和 factor"):
        parse_scheme(text.replace('factor = "party"', 'factor = "bonus"'))
    with pytest.raises(DataError, match="满分100与下级满分（60、30）对不上"):
        parse_scheme(text.replace("full = 70", "full = 60"))


def test_keeps_numbers_decimal() -> None:
    scheme = parse_scheme(SOUND.replace("start = 80", "start = 80.1"))
    assert scheme.tallies[0].start == Decimal("80.1")
    assert scheme.root.id == "total"
    assert [part.id for part in scheme.branches["total"]] == ["work", "survey"]


@pytest.mark.parametrize("name", shipped_schemes())
def test_ships_schemes_that_load_and_name_their_source(name: str) -> None:
    scheme = load_scheme(name)
    assert scheme.id == name
    assert scheme.source
    assert scheme.standing in ("示例", "来源待核")


def test_ships_the_two_first_schemes() -> None:
    assert {"deneng", "jiangsu_multiplier"} <= set(shipped_schemes())


def test_names_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"没有\.toml：读不了这个方案文件"):
        load_scheme(tmp_path / "没有.toml")
    with pytest.raises(DataError, match="读不了这个方案文件"):
        load_scheme(tmp_path)
    (tmp_path / "旧编码.toml").write_bytes('name = "方案"'.encode("gb18030"))
    with pytest.raises(DataError, match="不是 UTF-8 编码"):
        load_scheme(tmp_path / "旧编码.toml")


def test_reads_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "本单位 方案.toml"
    path.write_text(SOUND, encoding="utf-8-sig")
    assert load_scheme(path).name == "试行方案"


def examples() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def test_the_guide_opens_with_a_scheme_that_loads() -> None:
    assert parse_scheme(examples()[0]).name


@pytest.mark.parametrize("example", examples()[1:])
def test_every_other_example_of_the_guide_fits_into_a_scheme(example: str) -> None:
    head = 'id = "guide"\nname = "文档示例"\nsource = "文档"\nstanding = "示例"\n'
    whole = example if 'standing = "' in example else head + example
    assert isinstance(parse_scheme(whole), Scheme)


def test_the_guide_explains_every_field() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    from mingcha.pipeline.scoring import scheme as models

    missing = sorted(key for key in models._KEYS if f"`{key}`" not in text)
    assert missing == []
