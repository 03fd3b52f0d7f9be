"""What contradicts: denied claims, padded figures, shares from their parts; and what only looks so."""

from dataclasses import replace
from functools import partial

import pytest

from mingcha.models.senses import load_sense_model
from mingcha.pipeline import corroboration, opposition
from mingcha.pipeline.counted_things import of_one_thing, of_two_things
from mingcha.pipeline.denials import claims_whole, counts_again, is_padded, makes_good, says_undone
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.opposites import are_opposite
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.scopes import of_two_scopes

corroborate = partial(corroboration.corroborate, read=load_sense_model())

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
    ("东沟停车场6月建成投用，新增泊位210个。", "至11月，东沟停车场仍是一个基坑。"),
    ("东沟停车场6月建成投用，新增泊位210个。", "围挡围了两年，东沟停车场连影子都没有。"),
    ("21家托养机构消防验收全覆盖。", "21家托养机构中，3家拿不出消防验收意见书。"),
    ("加油站经营许可均在有效期内。", "北关加油站经营许可已过期五个月。"),
    ("7月9日暴雨，我守在东沟堤上。", "7月9日暴雨那晚，东沟堤上没看见他。"),
    ("农机补贴应补尽补、当年兑现。", "38户的农机补贴至今没有收到。"),
    ("博物馆新馆5月1日开馆。", "博物馆新馆9月20日才对外开放。"),
    ("完成封山育林3.6万亩。", "经实地测量，封山育林达标1420公顷。"),
    ("改造雨污管网43公里。", "经丈量，雨污管网改造实际长度31700米。"),
    ("护林员每天巡山打卡。", "护林员打卡由一个人代劳，三十部手机放在他家。"),
    ("挪用的专项资金86万元已归还。", "挪用专项资金86万元。"),
]
NOT_DENIED = [
    ("拟新建东沟停车场，设泊位210个。", "东沟停车场仍是一个基坑。"),
    ("东沟停车场6月建成投用，新增泊位210个。", "东沟停车场收费太贵。"),
    ("博物馆新馆藏书12万册。", "博物馆新馆9月20日才对外开放。"),
    ("住院患者满意度93%。", "急诊患者等候四十分钟没见医生。"),
    ("西沟村应急广播均已开通，每天播报。", "东沟村应急广播未接电，从未播报。"),
    ("全年发放救助资金312万元。", "支出救助资金312.4万元。"),
    pytest.param(
        *("防汛演练搞得扎实，一个没落。", "虚列防汛演练支出4.8万元。"),
        marks=pytest.mark.xfail(strict=True, reason="the only claim of all, and said without exception"),
    ),
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
    ("香樟路改造一期更换灯具640盏。", "香樟路改造二期更换灯具410盏。"),
    ("全年受理申请5200件。", "全年办结申请4100件。"),
    ("帮助菜农卖出土豆2.4万斤。", "我们家三百多斤土豆，帮着卖出去了。"),
]
ONE_SCOPE = [
    ("全县改造农村公路86公里。", "农村公路改造61公里。"),
    ("全县改造农村公路86公里。", "县农业农村局改造农村公路61公里。"),
    ("全镇拆除违建8600平方米。", "青石镇拆除违建5100平方米。"),
    ("上半年接待群众来访310人次。", "上半年接待群众来访180人次。"),
    ("油菜籽总产2.1万吨。", "油菜籽总产3150万斤。"),
    ("全年选派技术骨干下乡帮扶96人。", "2024年选派技术骨干下乡帮扶人数为61人。"),
    ("完成退耕还湖2.4万亩。", "退耕还湖面积实为17300亩。"),
    ("新增灌溉耕地1900亩。", "灌溉耕地经复核后为1240亩。"),
    ("窗口平均等候时间压缩到6分钟以内。", "叫号记录显示窗口平均等候时间为29分钟。"),
]
OTHER_FIGURES = [
    ("东山水厂日供水从两万吨提到三万吨。", "东山水厂扩建后新增日供水1万吨。"),
    ("窗口平均等候时间压缩到6分钟以内。", "窗口平均办理时间为29分钟。"),
    ("扩建粮库花了8个月。", "扩建粮库的工人干了3天就走了。"),
    ("2023年选派技术骨干下乡帮扶96人。", "2024年选派技术骨干下乡帮扶人数为61人。"),
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


@pytest.mark.parametrize(("one", "other"), OTHER_FIGURES)
def test_figures_of_two_things_do_not_contradict(one: str, other: str) -> None:
    assert set(against(claim("a", one), claim("b", other)).values()) == {()}


def test_what_denies_a_claim_spreads_to_no_other_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opposition, "LEAST", 1.0)
    done = claim("a", "城东检查站24小时值守，逐车过磅。")
    found = charge("b", "检查站夜里灯灭门锁，没有一辆车过磅，值守全无。")
    told = charge("c", "城西检查站夜里灯灭门锁，没有一辆车过磅，值守全无。", source_kind="S-SUB", strength="E2")
    assert "c" not in against(done, found, told)["a",]


def test_all_passages_of_a_charge_deny_what_one_of_them_denies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opposition, "LEAST", 1.0)  # what is told in other words alone is another test's
    done = claim("a", "东沟村应急广播均已开通，每天播报。")
    found = charge("b", "东沟村应急广播未接电，装上以来从未播报。")
    told = charge("c", "村里那个应急广播，大家当笑话讲。", source_kind="S-SUB", strength="E2")
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


def test_who_gives_two_figures_in_one_report_speaks_of_two_things() -> None:
    whole, part = "建成高标准农田5.2万亩。", "柏河建成高标准农田0.6万亩。"
    assert set(against(claim("a", whole), claim("b", part)).values()) == {("a",), ("b",)}
    alone = {"document": "总结.txt"}
    assert set(against(claim("a", whole, **alone), claim("b", part, **alone, span=Span(30, 40))).values()) == {()}


def test_two_figures_of_things_by_other_names_do_not_contradict() -> None:
    facts = against(claim("a", "粮食总产18.4万吨，再获丰收。"), claim("b", "油菜籽总产2.1万吨，再获丰收。"))
    assert facts == {("a",): (), ("b",): ()}


def test_a_superior_denies_a_claim_and_not_a_charge_nearby() -> None:
    praised = claim("a", "老旧小区改造居全市第二，受到市局通报表扬。")
    padded = charge("b", "管网改造长度不实。", category="formalism")
    other = claim("c", "市局2024年未对老旧小区改造通报表扬。", status="negated", source_kind="S-FILE")
    assert against(praised, padded, other) == {("a",): ("c",), ("b",): ()}


def test_a_charge_denies_the_claim_that_it_is_nearest_to() -> None:
    tested = claim("a", "托养机构消防验收全覆盖。")
    papers = claim("b", "托养机构证照齐全。", document="c.txt")
    found = charge("d", "托养机构中3家拿不出消防验收意见书。")
    assert against(tested, papers, found)["d",] == ("a",)


def test_where_nobody_knows_who_is_meant_an_answer_must_be_nearer() -> None:
    texts = ("双桥水厂的水发黄，反映过三次没有下文。", "双桥的账已合并成一张。")
    known = [charge("a", texts[0]), charge("b", texts[1], status="resolved")]
    unknown = [replace(one, subject=None) for one in known]
    assert against(*known) == {("a",): ("b",)}
    assert against(*unknown) == {("a",): ()}


@pytest.mark.parametrize(
    ("claimed", "found", "opposite"),
    [
        ("", "", False),
        ("停车场已建成。", "停车场仍是一个基坑。", True),
        ("停车场已建成。", "停车场收费太贵。", False),
        ("食堂正常运营。", "食堂大门紧锁。", True),
        ("食堂正常运营。", "食堂饭菜涨价。", False),
        ("证照齐全。", "备案证早已过期。", True),
        ("群众满意，零投诉。", "排了三个小时才轮上。", True),
        ("窗口中午不打烊。", "中午大厅灯都关了。", True),
        ("全年未发生事故。", "锅炉房起火两次。", True),
        ("18座水库全部加固。", "其中4座尚未进场。", True),
        ("砂场已拆除。", "砂场设备仍在。", True),
        ("补贴已兑现。", "补贴没到账。", True),
        ("补贴已兑现。", "补贴标准偏低。", False),
    ],
)
def test_a_claim_and_its_opposite(claimed: str, found: str, opposite: bool) -> None:
    assert are_opposite(claimed, found) is opposite


@pytest.mark.parametrize(
    ("one", "other", "two_things", "one_thing"),
    [
        ("粮食总产18万吨。", "油菜籽总产2万吨。", True, False),
        ("改造农村公路86公里。", "农村公路改造61公里。", False, True),
        ("改造农村公路86公里。", "争取补助860万元。", False, False),
        ("改造老旧小区18个。", "老旧小区改造，经清点竣工11个。", False, False),
    ],
)
def test_what_two_figures_count(one: str, other: str, two_things: bool, one_thing: bool) -> None:
    pair = claim("a", one), claim("b", other)
    assert (of_two_things(*pair), of_one_thing(*pair)) == (two_things, one_thing)


def test_words_that_count_again_and_that_make_good() -> None:
    assert counts_again("经丈量为31公里")
    assert not counts_again("超预算列支会议费")
    assert makes_good("86万元已归还")
    assert not makes_good("争取资金86万元")
