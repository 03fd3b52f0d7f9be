"""What contradicts: denied claims, padded figures, shares from their parts; and what only looks so."""

from dataclasses import replace

import pytest

from mingcha.pipeline.corroboration import corroborate
from mingcha.pipeline.denials import claims_whole, is_padded, says_undone
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.scopes import of_two_scopes

PLAIN = Finding(
    *("a", "a.txt", Span(0, 1), "", Locator(), "risk", "inaction", None, "asserted", None, "P1"),
    *((), None, "S-INSP", (), "E4", 0.9, (), {}),
)


def said(name: str, text: str, **fields) -> Finding:
    place = {"document": f"{name}.txt", "span": Span(0, len(text)), "quantities": extract_quantities(text)}
    return replace(PLAIN, id=name, text=text, **(place | fields))


def charge(name: str, text: str, **fields) -> Finding:
    return said(name, text, **fields)


def claim(name: str, text: str, **fields) -> Finding:
    return said(name, text, **({"kind": "evidence", "category": "achievement", "source_kind": "S-SELF"} | fields))


def against(*findings: Finding) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {fact.supports: fact.contradicts for fact in corroborate(findings)}


DENIED = [
    ("东沟村文化站每天对外开放。", "东沟村文化站铁门上锁，馆内落满灰尘。"),
    ("东沟水库防汛物资储备到位。", "东沟水库防汛物资仓库空无一物。"),
    ("5月12日滑坡抢险，我始终在现场。", "5月12日滑坡抢险，他不在现场。"),
    ("全年未发生一次锅炉停炉事故。", "锅炉停炉三次，供暖停供两天。"),
    ("民生诉求办理满意度97%。", "回访民生诉求来电200人，满意的151人。"),
    ("消防器材合格率100%。", "消防器材抽检60具，合格44具。"),
    ("我镇完成造林4200亩。", "该镇虚报造林面积900亩。"),
]
NOT_DENIED = [
    ("东沟村文化站藏书3000册。", "东沟村文化站铁门上锁，馆内落满灰尘。"),
    ("2022年东沟水库防汛物资全部储备到位。", "2023年东沟水库防汛物资仓库空无一物。"),
    ("民生诉求办理满意度75%。", "回访民生诉求来电200人，满意的151人。"),
    ("消防器材合格率88%。", "消防器材抽检60具，不合格7具。"),
    ("林区巡护道路12公里。", "该镇虚报造林面积900亩。"),
]


@pytest.mark.parametrize(("claimed", "charged"), DENIED)
def test_a_charge_denies_a_claim(claimed: str, charged: str) -> None:
    assert against(claim("a", claimed), charge("b", charged)) == {("a",): ("b",), ("b",): ("a",)}


@pytest.mark.parametrize(("claimed", "charged"), NOT_DENIED)
def test_a_charge_leaves_other_claims_alone(claimed: str, charged: str) -> None:
    assert set(against(claim("a", claimed), charge("b", charged)).values()) == {()}


OTHER_SCOPES = [
    ("全县改造农村公路86公里。", "青石镇境内改造农村公路12公里。"),
    ("组织应急演练14场。", "其中组织应急演练6场。"),
    ("上半年接待群众来访310人次。", "全年接待群众来访655人次。"),
    ("门诊患者满意度96%。", "住院患者满意度83%。"),
    ("全镇拆除违建8600平方米。", "东沟村拆除违建1200平方米。"),
]
ONE_SCOPE = [
    ("全县改造农村公路86公里。", "农村公路改造61公里。"),
    ("全县改造农村公路86公里。", "县农业农村局改造农村公路61公里。"),
    ("全镇拆除违建8600平方米。", "青石镇拆除违建5100平方米。"),
    ("上半年接待群众来访310人次。", "上半年接待群众来访180人次。"),
]


@pytest.mark.parametrize(("one", "other"), OTHER_SCOPES)
def test_figures_of_the_whole_and_a_part_do_not_contradict(one: str, other: str) -> None:
    assert against(claim("a", one), claim("b", other)) == {("a",): (), ("b",): ()}
    assert of_two_scopes(one, other)
    assert of_two_scopes(other, one)


@pytest.mark.parametrize(("one", "other"), ONE_SCOPE)
def test_two_figures_of_one_scope_contradict(one: str, other: str) -> None:
    assert not of_two_scopes(one, other)
    assert against(claim("a", one), claim("b", other)) == {("a",): ("b",), ("b",): ("a",)}


def test_all_passages_of_a_charge_deny_what_one_of_them_denies() -> None:
    done = claim("a", "东沟村应急广播均已开通，每天播报。")
    found = charge("b", "东沟村应急广播未接电，装上以来从未播报。")
    told = charge("c", "村里那个应急广播，装上就是摆设。", source_kind="S-SUB", strength="E2")
    assert against(done, found, told) == {("a",): ("b", "c"), ("b", "c"): ("a",)}
    assert against(done, told) == {("a",): (), ("c",): ()}


def test_routes_are_told_apart_by_their_number() -> None:
    skips = charge("a", "12路车司机甩站，群众反映强烈。")
    stopped = charge("b", "5路车无故停运，群众反映强烈。")
    runs = charge("c", "5路车已恢复运营。", status="resolved")
    assert against(skips, stopped, runs) == {("a",): (), ("b",): ("c",)}


@pytest.mark.parametrize(
    ("claimed", "source", "padded"),
    [
        ("我镇完成造林4200亩。", "S-SELF", True),
        ("我镇完成造林4200亩。", "S-STAT", False),
        ("该镇造林4200亩。", "S-SELF", False),
        ("我镇完成造林600亩。", "S-SELF", False),
        ("我镇完成造林4200株。", "S-SELF", False),
    ],
)
def test_only_a_larger_figure_of_who_reports_is_padded(claimed: str, source: str, padded: bool) -> None:
    assert is_padded([charge("b", "该镇虚报造林面积900亩。")], [claim("a", claimed, source_kind=source)]) is padded


def test_words_of_lacking_and_of_wholeness() -> None:
    assert says_undone("签名由他人代签")
    assert says_undone("急诊科无医生在岗")
    assert not says_undone("超预算列支会议费")
    assert claims_whole("急诊科24小时双人值班")
    assert claims_whole("全县学校都走到了")
    assert not claims_whole("建成高标准农田3万亩")
