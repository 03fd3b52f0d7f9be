"""The worked values that come with the schemes: each passes through the engine, and a wrong one is noticed."""

from __future__ import annotations

import pytest

from mingcha.corpora.scheme_checks import CHECKS, Case, Expected, check_scheme, check_schemes
from mingcha.corpora.schemebook import SCHEMES, load_scheme, shipped_schemes
from mingcha.pipeline.errors import DataError

RESULTS = check_schemes()


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{result.scheme}: {result.case}")
def test_every_worked_value_agrees(result) -> None:
    assert result.values > 0
    assert result.faults == ()


def test_every_system_of_the_seeds_has_a_scheme_with_worked_values() -> None:
    systems = "；".join(result.system for result in RESULTS)
    for named in ("2020年", "北京", "江苏", "福建", "四川", "甘肃", "水利部", "银川", "一乱三不为", "兴安盟", "公务员"):
        assert named in systems
    assert sum(result.values for result in RESULTS) >= 300


def test_a_wrong_value_is_told(tmp_path) -> None:
    place = tmp_path / "xinganmeng.toml"
    whole = (CHECKS / "xinganmeng.toml").read_text(encoding="utf-8")
    place.write_text(whole.replace('"5.00"', '"6.00"').replace("place = 1", "place = 3"), encoding="utf-8")
    faults = [fault for result in check_scheme(place) for fault in result.faults]
    assert faults == ["“甲”的差错率应为6.00，得5.00", "“乙”应为第3名，得1"]


def test_a_broken_sheet_is_refused(tmp_path) -> None:
    place = tmp_path / "water.toml"
    place.write_text('system = "水"\n[[cases]]\nnmae = "一"\n', encoding="utf-8")
    with pytest.raises(DataError, match="算例文件"):
        list(check_scheme(place))


@pytest.mark.parametrize("name", shipped_schemes())
def test_every_shipped_scheme_loads_and_names_its_source(name: str) -> None:
    scheme = load_scheme(name)
    assert scheme.id == name
    assert len(scheme.source) > 10
    assert (SCHEMES / f"{name}.toml").read_text(encoding="utf-8").startswith("#")


def test_what_people_are_judged_by_is_only_proposed() -> None:
    """A verdict that names a grade, a list or a sanction is a proposal wherever it stands."""
    words = ("入榜", "拟提拔", "不得优秀", "不称职", "不确定等次", "约谈", "减半", "下年满分减", "取消评优", "诫勉")
    for name in shipped_schemes():
        for rule in load_scheme(name).calculations:
            for verdict in rule.verdicts:
                if any(word in verdict.say for word in words):
                    assert verdict.proposal, (name, rule.id, verdict.say)


def test_cases_are_closed() -> None:
    assert Case(name="一", source="二").expect == ()
    assert Expected(about="甲").said is None
