"""Personnel databases: the golden values of facts F2 and F4, and the refusal of everything that nobody decided."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook

from mingcha.corpora.decided_grades import GRADE_COLUMNS, REWARD_COLUMNS, read_grades, read_rewards
from mingcha.corpora.personnel_mapping import SHIPPED, read_mapping
from mingcha.pipeline.errors import DataError, UsageError
from mingcha.pipeline.exporting.personnel_files import fragment_of, write_personnel
from mingcha.pipeline.personnel import Grade, Reward, parse_results, persons_of
from mingcha.pipeline.reading.lrmx import read_lrmx

if TYPE_CHECKING:
    from collections.abc import Callable

MAPPING = read_mapping()
TODAY = date(2025, 6, 1)
GOLDEN = Path(__file__).resolve().parents[2] / "shared" / "domain" / "golden.json"
NAMES = [name for code in MAPPING.codes for name in code.names]


def grade(year: int, words: str, person: str = "K1", name: str = "孙明远") -> Grade:
    return Grade(person, name, year, words, "县委", date(year + 1, 3, 1))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("", (), id="empty"),
        pytest.param(
            "2021年年度考核优秀；2022年年度考核称职；2023年年度考核基本称职。",
            ((2021, "1"), (2022, "2"), (2023, "3")),
            id="three years",
        ),
        pytest.param("2022年年度考核不称职", ((2022, "4"),), id="不称职 is not 称职"),
        pytest.param("2024年新录用人员试用期年度考核不确定等次", ((2024, "5A"),), id="probation"),
        pytest.param("2020年、2021年年度考核优秀", ((2020, "1"), (2021, "1")), id="two years in one clause"),
        pytest.param("2020年年度考核良好", ((2020, None),), id="unknown result"),
        pytest.param("文号20201234", (), id="eight digits are no year"),
    ],
)
def test_texts_of_results_are_read(text: str, rows: tuple[tuple[int, str | None], ...]) -> None:
    assert parse_results(text, MAPPING) == rows


@pytest.mark.skipif(not GOLDEN.exists(), reason="the golden values are not here")
def test_texts_are_read_as_the_golden_values_say() -> None:
    for text, rows in json.loads(GOLDEN.read_text(encoding="utf-8"))["a15"].items():
        assert parse_results(text, MAPPING) == tuple((int(year), code) for year, code in rows)


def test_final_grades_give_rows_and_a_text(tmp_path: Path) -> None:
    persons = persons_of([grade(2024, "优秀"), grade(2023, "称职")], [], MAPPING)
    (person,) = persons
    assert [(row.grade.year, row.code) for row in person.rows] == [(2023, "2"), (2024, "1")]
    assert person.grades_text == "2023年年度考核称职；2024年年度考核优秀。"
    write_personnel(tmp_path, persons, MAPPING)
    assert (tmp_path / "A15.csv").read_bytes().decode("utf-8-sig") == (
        "A0000,A1521,A1517,A1527\r\nK1,2023,2,2\r\nK1,2024,1,2\r\n"
    )
    assert (tmp_path / "A01.csv").read_bytes().decode("utf-8-sig") == (
        "A0000,A0101,A14Z101,A15Z101,A15Z191\r\nK1,孙明远,,2023年年度考核称职；2024年年度考核优秀。,2\r\n"
    )
    with (tmp_path / "依据.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["K1", "孙明远", "2023年年度考核称职", "县委", "2024-03-01"]


def test_rewards_give_rows_and_a_text(tmp_path: Path) -> None:
    reward = Reward("K1", "孙明远", "记三等功", "0110", "县委、县政府", date(2024, 3, 9))
    (person,) = persons_of([], [reward], MAPPING)
    assert person.rewards_text == "2024年3月，经县委、县政府批准，记三等功。"
    write_personnel(tmp_path, [person], MAPPING)
    assert (tmp_path / "A14.csv").read_bytes().decode("utf-8-sig").splitlines() == [
        "A0000,A1404A,A1404B,A1407,A1411A",
        "K1,记三等功,0110,20240309,县委、县政府",
    ]
    assert (tmp_path / "A15.csv").read_bytes().decode("utf-8-sig").splitlines() == ["A0000,A1521,A1517,A1527"]


def test_the_fragment_is_read_back_as_a_form() -> None:
    (person,) = persons_of([grade(2024, "优秀")], [], MAPPING)
    written = fragment_of(person, MAPPING.form_tags)
    assert "<NianDuKaoHeJieGuo><![CDATA[2024年年度考核优秀。]]></NianDuKaoHeJieGuo>".encode() in written
    assert [element.tag for element in etree.fromstring(written)] == [
        "XingMing",
        "JiangChengQingKuang",
        "NianDuKaoHeJieGuo",
    ]
    assert "年度考核结果：2024年年度考核优秀。" in read_lrmx(written).text


@given(
    st.dictionaries(st.integers(1980, 2030), st.sampled_from(NAMES), max_size=8), st.sampled_from(["oldest", "newest"])
)
def test_every_text_is_read_back_as_its_rows(years: dict[int, str], order: Any) -> None:
    mapping = replace(MAPPING, grade_wording=replace(MAPPING.grade_wording, order=order))
    for person in persons_of([grade(year, words) for year, words in years.items()], [], mapping):
        told = [(row.grade.year, row.code) for row in person.rows]
        assert parse_results(person.grades_text, mapping) == tuple(told if order == "oldest" else told[::-1])


def test_the_text_may_tell_the_last_years_only() -> None:
    mapping = replace(MAPPING, years=2)
    (person,) = persons_of([grade(year, "称职") for year in (2021, 2022, 2023)], [], mapping)
    assert person.grades_text == "2022年年度考核称职；2023年年度考核称职。"
    assert (len(person.rows), person.rows[0].years, person.years) == (3, 2, 2)


def test_persons_are_kept_apart() -> None:
    given_ = [grade(2024, "优秀"), grade(2024, "称职", "K2", "李某"), grade(2023, "称职")]
    assert [(one.person, len(one.rows)) for one in persons_of(given_, [], MAPPING)] == [("K1", 2), ("K2", 1)]


@pytest.mark.parametrize(
    ("grades", "message"),
    [
        ([grade(2024, "优秀"), grade(2024, "称职")], "2024 年有不止一个等次"),
        ([grade(2024, "良好")], "不认识等次“良好”"),
        ([grade(2024, "优秀"), grade(2023, "优秀", name="别人")], "有几个姓名：别人、孙明远"),
    ],
    ids=str,
)
def test_grades_that_cannot_be_are_refused(grades: list[Grade], message: str) -> None:
    with pytest.raises(DataError, match=message):
        persons_of(grades, [], MAPPING)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{year}年称职以上，{grade}", "读回来不是原来的"),
        ("{jahr}年{grade}", "看不懂的地方"),
        ("{year年", "看不懂的地方"),
    ],
)
def test_a_wording_that_says_something_else_is_refused(pattern: str, message: str) -> None:
    mapping = replace(MAPPING, grade_wording=replace(MAPPING.grade_wording, pattern=pattern))
    with pytest.raises(DataError, match=message):
        persons_of([grade(2024, "不称职")], [], mapping)


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Write a list of grades; the arguments change its one row."""

    def write(heading: tuple[str, ...] = GRADE_COLUMNS, **changes: str) -> Path:
        row = {
            "人员编号": "K1",
            "姓名": "孙明远",
            "年度": "2024",
            "等次": "优秀",
            "是否最终": "是",
            "决定机关": "县委",
            "决定日期": "2025-03-01",
        }
        place = tmp_path / "等次.csv"
        with place.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([heading, [(row | changes).get(name, "x") for name in heading]])
        return place

    return write


@pytest.mark.parametrize("day", ["2025-03-01", "20250301", "2025/3/1", "2025.3.1", "2025年3月1日"])
def test_a_decided_grade_is_read(listed: Callable[..., Path], day: str) -> None:
    assert read_grades(listed(决定日期=day), today=TODAY) == (
        Grade("K1", "孙明远", 2024, "优秀", "县委", date(2025, 3, 1)),
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"是否最终": "否"}, "只有人已经最终确定的等次"),
        ({"是否最终": "建议"}, "“是否最终”写的是“建议”"),
        ({"决定机关": ""}, "没有填写“决定机关”"),
        ({"决定日期": ""}, "没有填写“决定日期”"),
        ({"决定日期": "明年"}, "看不懂"),
        ({"决定日期": "2025-02-30"}, "看不懂"),
        ({"决定日期": "2025-06-02"}, "还没有到"),
        ({"决定日期": "2023-12-31"}, "早于考核年度"),
        ({"年度": "24"}, "应是四位数字"),
        ({"等次": "=优秀"}, "公式符号"),
        ({"姓名": "孙]]>"}, "公式符号或控制字符"),
        ({"人员编号": "K 1/../2"}, "人员编号"),
    ],
    ids=str,
)
def test_a_row_that_nobody_decided_is_refused(
    listed: Callable[..., Path], changes: dict[str, str], message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        read_grades(listed(**changes), today=TODAY)
    assert "第2行" in str(caught.value)


@pytest.mark.parametrize("column", ["线索", "得分", "建议等次", "把握"])
def test_signals_and_scores_have_no_place_in_the_list(listed: Callable[..., Path], column: str) -> None:
    with pytest.raises(DataError, match=f"不接受“{column}”这样的列。只有人已经最终确定"):
        read_grades(listed((*GRADE_COLUMNS, column)), today=TODAY)
    with pytest.raises(DataError, match="缺少“是否最终”"):
        read_grades(listed(tuple(name for name in GRADE_COLUMNS if name != "是否最终")), today=TODAY)


@pytest.mark.parametrize("text", ['{"id": "f1", "kind": "risk"}\n', '[{"grade": "优秀"}]'])
def test_the_outputs_of_the_software_are_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "findings.jsonl"
    place.write_text(text, encoding="utf-8")
    for read in (read_grades, read_rewards):
        with pytest.raises(DataError, match="可能是明察的输出。只有人已经最终确定"):
            read(place, today=TODAY)


def test_a_workbook_of_rewards_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(REWARD_COLUMNS)
    book.active.append(("K1", "孙明远", "嘉奖", None, "县委", "2024-03-09"))
    book.save(tmp_path / "奖惩.xlsx")
    assert read_rewards(tmp_path / "奖惩.xlsx", today=TODAY) == (
        Reward("K1", "孙明远", "嘉奖", "", "县委", date(2024, 3, 9)),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["A1517", "code"]', '["A1517", "score"]', "“score”不是可以写出的内容"),
        ('["A1517", "code"]', '["A1517;DROP", "code"]', "只能用字母"),
        ('order = "oldest"', 'order = "random"', "没有“random”这种写法"),
        ("[a15]", "[a15]\nsignals = true", "不认识“signals”"),
    ],
)
def test_a_mapping_that_asks_for_anything_else_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    place = tmp_path / "对照.toml"
    place.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_mapping(place)


def test_an_edited_mapping_is_followed(tmp_path: Path) -> None:
    place = tmp_path / "对照.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    edited = text.replace('["A1527", "years"]', '["ISOUTPUT", "=1"], ["A15098", "decided_by"]')
    place.write_text(edited, encoding="utf-8")
    mapping = read_mapping(place)
    write_personnel(tmp_path / "出", persons_of([grade(2024, "优秀")], [], mapping), mapping)
    assert (tmp_path / "出" / "A15.csv").read_bytes().decode("utf-8-sig").splitlines() == [
        "A0000,A1521,A1517,ISOUTPUT,A15098",
        "K1,2024,1,1,县委",
    ]


def test_a_folder_with_an_earlier_export_is_refused(tmp_path: Path) -> None:
    persons = persons_of([grade(2024, "优秀")], [], MAPPING)
    files = write_personnel(tmp_path / "一", persons, MAPPING)
    assert [file.name for file in files] == ["A15.csv", "A14.csv", "A01.csv", "依据.csv", "K1_孙明远.xml"]
    with pytest.raises(UsageError, match="新的或空的文件夹"):
        write_personnel(tmp_path / "一", persons, MAPPING)


def test_neither_findings_nor_scores_can_reach_a_personnel_table() -> None:
    program = (
        "import sys\n"
        "import mingcha.corpora.decided_grades, mingcha.pipeline.personnel, mingcha.pipeline.exporting.personnel_files\n"
        "print(*sorted(name for name in sys.modules if name.startswith('mingcha.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "mingcha.pipeline.personnel" in loaded
    assert [name for name in loaded if re.search(r"findings|scoring|store|records|models", name)] == []
