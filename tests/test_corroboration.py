"""Facts: what goes together, what only repeats, what speaks against; laws over random assessments."""

import time
from dataclasses import replace
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.senses import load_sense_model
from mingcha.pipeline import corroboration
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.likeness import utterances_of
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.quantity import Quantity

corroborate = partial(corroboration.corroborate, read=load_sense_model())

SOURCES = (
    *("S-SELF", "S-SUP", "S-PEER", "S-SUB", "S-SERV", "S-INSP"),
    *("S-AUDIT", "S-PETI", "S-ANON", "S-12345", "S-MEDIA", "S-UNKNOWN"),
)
TEXTS = (
    "自来水入户台账是一晚上在办公室补签的。",
    "入户台账集中补签，自来水签名都是同一个笔迹。",
    "老桥加固方案春天报送，入冬才批复。",
    "老桥加固方案报送以后压了半年，枯水期才批复。",
    "文化站的借阅登记从来没有人核对。",
)


PLAIN = Finding(
    *("a", "a.txt", Span(0, len(TEXTS[0])), TEXTS[0], Locator(), "risk", "formalism", None, "asserted", None, "P1"),
    *((), None, "S-SUB", (), "E2", 0.9, (), {}),
)


def finding(name="a", text=TEXTS[0], **fields):
    given = {"document": f"{name}.txt", "span": Span(0, len(text))} | fields
    return replace(PLAIN, id=name, text=text, **given)


def amount(value, unit="户", **fields):
    return Quantity(Span(0, 1), f"{value}{unit}", value, unit, fields.pop("kind", "count"), **fields)


def test_two_independent_kinds_of_source_corroborate_a_concrete_act():
    (fact,) = corroborate([finding("a"), finding("b", TEXTS[1], source_kind="S-12345")])
    assert fact.supports == ("a", "b")
    assert (fact.independent, fact.strength) == (2, "E3")
    assert fact.source_kinds == ("S-12345", "S-SUB")
    assert (fact.copies, fact.contradicts) == ((), ())


NOT_CORROBORATING = [
    ("the same kind of source", {"source_kind": "S-SUB"}),
    ("the press", {"source_kind": "S-MEDIA"}),
    ("an unknown source", {"source_kind": "S-UNKNOWN"}),
    ("a ritual phrase", {"source_kind": "S-SELF", "strength": "E0"}),
]


@pytest.mark.parametrize(("why", "fields"), NOT_CORROBORATING)
def test_stays_with_one_source(why, fields):
    (fact,) = corroborate([finding("a"), finding("b", TEXTS[1], **fields)])
    assert (fact.independent, fact.strength) == (1, "E2"), why


def test_rumours_from_two_sides_make_no_act():
    facts = corroborate([finding("a", strength="E1"), finding("b", TEXTS[1], source_kind="S-ANON", strength="E1")])
    assert [(fact.independent, fact.strength) for fact in facts] == [(2, "E1")]


def test_anonymous_letters_alone_never_corroborate():
    members = [finding("a", source_kind="S-ANON", strength="E1"), finding("b", TEXTS[1], source_kind="S-ANON")]
    assert [fact.independent for fact in corroborate(members)] == [1]


def test_an_official_document_keeps_its_strength():
    facts = corroborate([finding("a", source_kind="S-AUDIT", strength="E4"), finding("b", TEXTS[1])])
    assert [(fact.independent, fact.strength) for fact in facts] == [(2, "E4")]


def test_copies_count_once_and_are_listed():
    copy = finding("b", f"据了解，{TEXTS[0]}", source_kind="S-SERV")
    (fact,) = corroborate([finding("a"), copy])
    assert (fact.supports, fact.copies, fact.independent, fact.strength) == (("a",), ("b",), 1, "E2")


SEPARATE = [
    ("another matter", finding("b", TEXTS[2])),
    ("another subject", finding("b", TEXTS[0], subject="P2")),
    ("no subject", finding("b", TEXTS[0], subject=None)),
    ("another category", finding("b", TEXTS[0], category="inaction")),
    ("the same failing in another matter", finding("b", "对土地确权推诿扯皮。", category="inaction")),
    ("the same words with another number", finding("b", TEXTS[0], quantities=(amount(90),))),
]


@pytest.mark.parametrize(("why", "other"), SEPARATE)
def test_keeps_apart(why, other):
    first = finding("a", quantities=(amount(46),))
    if why.startswith("the same failing"):
        first = finding("a", "对停车收费推诿扯皮。", category="inaction")
    if why.endswith("number"):
        other = replace(other, text=TEXTS[0].replace("补签", "补签了"))
    facts = corroborate([first, other])
    assert sorted(fact.supports for fact in facts) == [("a",), ("b",)], why


@pytest.mark.parametrize("status", ["negated", "resolved", "exculpatory"])
def test_a_mention_that_takes_it_back_contradicts(status):
    (fact,) = corroborate([finding("a"), finding("b", TEXTS[1], status=status, source_kind="S-SELF")])
    assert (fact.supports, fact.contradicts) == (("a",), ("b",))


@pytest.mark.parametrize("status", ["normative", "generic", "hypothetical"])
def test_a_mention_that_says_nothing_of_it_does_not(status):
    (fact,) = corroborate([finding("a"), finding("b", TEXTS[1], status=status)])
    assert fact.contradicts == ()


def test_an_achievement_and_a_shortfall_in_one_matter_contradict_each_other():
    done = finding("a", "石坝村自来水管网十月全线通水。", kind="evidence", category="achievement")
    short = finding("b", "石坝村自来水管网仍未全线通水。", kind="evidence", category="shortfall", source_kind="S-AUDIT")
    facts = {fact.category: fact for fact in corroborate([done, short])}
    assert facts["achievement"].contradicts == ("b",)
    assert facts["shortfall"].contradicts == ("a",)


def test_two_sides_of_one_sentence_do_not_contradict():
    done = finding("a", kind="evidence", category="achievement", document="x.txt")
    short = finding("b", kind="evidence", category="shortfall", document="x.txt")
    assert [fact.contradicts for fact in corroborate([done, short])] == [(), ()]


FIGURES = [
    (412, 286, {}, True),
    (412, 405, {}, False),
    (412, 286, {"period": "2023年"}, False),
    (412, 286, {"unit": "人"}, False),
    (412, 286, {"measure": "开通户数"}, False),
    (412, 286, {"measure": None}, False),
]


@pytest.mark.parametrize(("one", "other", "fields", "differ"), FIGURES)
def test_the_same_measure_with_another_figure_contradicts(one, other, fields, differ):
    known = {"unit": "户", "measure": "通水户数", "period": "2024年"}
    first = finding("a", "报表一。", category="achievement", kind="evidence", quantities=(amount(one, **known),))
    second = replace(
        first, id="b", document="b.txt", text="另附清单。", quantities=(amount(other, **(known | fields)),)
    )
    facts = corroborate([first, second])
    assert all(bool(fact.contradicts) is differ for fact in facts)


def test_checks_and_mentions_alone_make_no_fact():
    assert corroborate([finding("a", kind="check"), finding("b", status="normative")]) == ()
    assert corroborate([]) == ()


@st.composite
def assessments(draw):
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(TEXTS),
                st.sampled_from(("P1", "P2", None)),
                st.sampled_from(("formalism", "inaction")),
                st.sampled_from(("asserted", "reported", "negated", "normative")),
                st.sampled_from(SOURCES),
                st.sampled_from(("E0", "E1", "E2", "E4")),
            ),
            max_size=12,
        )
    )
    return [
        finding(f"f{n}", text, subject=who, category=what, status=status, source_kind=source, strength=strength)
        for n, (text, who, what, status, source, strength) in enumerate(rows)
    ]


@given(assessments(), st.randoms())
def test_order_does_not_matter(findings, random):
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert corroborate(shuffled) == corroborate(findings)


@given(assessments())
def test_every_active_finding_is_in_exactly_one_fact_with_its_own_subject(findings):
    facts = corroborate(findings)
    members = [member for fact in facts for member in (*fact.supports, *fact.copies)]
    assert sorted(members) == sorted(one.id for one in findings if one.status in ("asserted", "reported"))
    subjects = {one.id: one.subject for one in findings}
    for fact in facts:
        assert {subjects[one] for one in (*fact.supports, *fact.copies, *fact.contradicts)} == {fact.subject}
        assert not set(fact.contradicts) & {*fact.supports, *fact.copies}
    assert len({fact.id for fact in facts}) == len(facts)


@given(assessments())
def test_no_fact_is_stronger_than_its_best_member_but_for_corroboration(findings):
    strength = {one.id: one.strength for one in findings}
    for fact in corroborate(findings):
        best = max(strength[member] for member in (*fact.supports, *fact.copies))
        assert fact.strength == best or (fact.strength, best, fact.independent > 1) == ("E3", "E2", True)


@given(assessments().filter(bool), st.data())
def test_a_copy_never_raises_the_number_of_independent_sources(findings, data):
    copied = data.draw(st.sampled_from(findings))
    source = data.draw(st.sampled_from(SOURCES))
    copy = replace(copied, id="z", document="copy.txt", source_kind=source)
    before, after = (
        {m: fact.independent for fact in facts for m in (*fact.supports, *fact.copies)}
        for facts in (corroborate(findings), corroborate([*findings, copy]))
    )
    assert all(after[member] <= before[member] for member in before)


def test_twenty_thousand_findings_take_seconds():
    random = Random(7)
    characters = [chr(0x4E00 + 7 * n) for n in range(1500)]
    words = ["".join(random.choices(characters, k=3)) for _ in range(900)]
    findings = [finding(f"{n:05}", "".join(random.choices(words, k=8))) for n in range(20_000)]
    start = time.process_time()
    assert len(corroborate(findings)) > 10_000
    assert time.process_time() - start < 45  # a third of it on an idle machine


def test_passages_in_other_words_go_together_by_a_number():
    moved = finding("a", "洪水来时组织转移村民142人。", quantities=(amount(142.0, "人"),))
    told = finding("b", "大水那回，一百四十多口人都接出来了。", quantities=(amount(140.0, "口", approximator="more"),))
    assert [fact.supports for fact in corroborate([moved, told])] == [("a", "b")]


EXCLUDED = [
    ("7月14日暗访，带班领导不在岗。", "十月二十日暗访，带班领导不在岗。", (714.0, 1020.0)),
    ("2022年垃圾站除臭设备没有安装。", "2023年垃圾站除臭设备没有安装。", (2022.0, 2023.0)),
]


@pytest.mark.parametrize(("one", "other", "dates"), EXCLUDED)
def test_other_days_and_years_are_other_matters(one, other, dates):
    first, second = (
        finding(name, text, quantities=(amount(date, "日期", kind="date"),))
        for name, text, date in zip("ab", (one, other), dates, strict=True)
    )
    assert sorted(fact.supports for fact in corroborate([first, second])) == [("a",), ("b",)]


HEARD = "听加固站站长说，老桥加固方案报送以后压了半年。"


@pytest.mark.parametrize(
    ("document", "copied"), [("谈话记录_县加固站站长.txt", True), ("谈话记录_桥下村民.txt", False)]
)
def test_hearsay_from_who_speaks_himself_is_a_copy(document, copied):
    own = finding("a", TEXTS[3], document=document)
    heard = finding("b", HEARD, source_kind="S-PEER", status="reported", strength="E1")
    (fact,) = corroborate([own, heard])
    assert (fact.copies == ("b",)) is copied
    assert fact.independent == (1 if copied else 2)


def test_an_answer_is_to_the_nearest_charge_only():
    bin_full = finding("a", "柳湾村垃圾池满了二十天没人清运。", category="inaction")
    smell = finding("b", "集镇垃圾中转站臭气熏天，反映多次没有动静。", category="inaction")
    cured = finding("c", "集镇垃圾中转站加装除臭设备，臭气问题得到解决。", category="inaction", status="resolved")
    against = {fact.supports: fact.contradicts for fact in corroborate([bin_full, smell, cured])}
    assert against == {("a",): (), ("b",): ("c",)}


CLAIMS = [
    ("石坝村水渠清淤拖了半年仍未动工。", "石坝村水渠清淤已于六月全部完成。", True),
    ("石坝村水渠清淤后没人管护，又长满杂草。", "石坝村水渠清淤3公里。", False),
]


@pytest.mark.parametrize(("charge", "achieved", "opposed"), CLAIMS)
def test_what_is_said_to_be_done_denies_that_it_is_not(charge, achieved, opposed):
    facts = corroborate(
        [finding("a", charge, category="inaction"), finding("b", achieved, kind="evidence", category="achievement")]
    )
    assert all(bool(fact.contradicts) is opposed for fact in facts)


def claims(*texts, **fields):
    given = {"kind": "evidence", "category": "achievement", "source_kind": "S-SELF"} | fields
    return [
        finding(f"f{place}", text, quantities=extract_quantities(text), **given) for place, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("why", "one", "other"),
    [
        ("planned", "新建幸福食堂35个。", "下一步，拟新建幸福食堂40个。"),
        ("other sort", "改造农村公路86公里。", "农村公路列养率100%。"),
        ("other thing", "粮食总产18.4万吨，再获丰收。", "油菜籽总产2.1万吨，再获丰收。"),
        ("other place", "清河敬老院改造完毕，老人住进新房。", "金竹敬老院改造完毕，老人住进新房。"),
        ("other project", "青云大道改造完工，通车后群众出行方便。", "石板河桥改造完工，通车后群众出行方便。"),
        ("part of it", "18条机耕路全部硬化。", "东湾村机耕路硬化3.4公里。"),
        ("other step", "全年受理各类申请5.2万件。", "全年办结各类申请4.9万件。"),
    ],
)
def test_claims_of_two_things_are_two_facts(why, one, other):
    assert len(corroborate(claims(one, other))) == 2, why


@pytest.mark.parametrize(
    ("why", "one", "other"),
    [
        ("rounded", "新建幸福食堂三十多个。", "新建幸福食堂35个。"),
        ("other unit", "雨污管网改造31.7公里。", "改造雨污管网31700米。"),
        ("place told short", "清河镇敬老院改造完毕，老人住进新房。", "清河敬老院改造完毕，老人住进了新房。"),
        ("figure on one side", "东湾村机耕路硬化3.4公里。", "东湾村的机耕路修得不错。"),
    ],
)
def test_claims_of_one_thing_are_one_fact(why, one, other):
    assert len(corroborate(claims(one, other))) == 1, why


def test_how_many_villages_there_are_tells_no_matter():
    ((one,), (other,)) = (list(utterances_of(claims(text))) for text in ("12个村全部通水。", "12个泵站全部通水。"))
    assert one.numbers == frozenset()
    assert [number.value for number in other.numbers] == [12]


def test_a_report_tells_every_achievement_once():
    texts = ("图书馆新馆藏书12万册。", "图书馆新馆5月1日开馆迎客。")
    assert len(corroborate(claims(*texts, document="总结.txt"))) == 2


def test_a_village_is_no_matter_by_itself():
    noise = finding("a", "来电人反映，石桥村运砂车半夜扰民，没人管。", category="inaction")
    radio = finding("b", "石桥村的应急广播装上就没响过，没人管。", category="inaction")
    assert len(corroborate([noise, radio])) == 2


def test_a_subject_named_like_a_place_is_none():
    texts = ("县人民医院窗口排队太久。", "县人民医院器材采购超支。")
    facts = corroborate([finding("a", texts[0]), finding("b", texts[1])], names=("县人民医院",))
    assert len(facts) == 2
