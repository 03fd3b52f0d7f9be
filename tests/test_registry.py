"""Where the roster is named, and where words only look like it. All people and places are invented."""

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.registry import build_registry, find_mentions
from mingcha.pipeline.subjects import Subject
from mingcha.pipeline.titles import forms_of, surname_of

ROSTER = (
    Subject("P1", "孙海", unit="青石镇", post="党委副书记、镇长"),
    Subject("P2", "欧阳青", unit="县交通局", post="局长"),
    Subject("P3", "孙立", unit="县交通局", post="副局长"),
    Subject("P4", "向东", unit="县交通局", post="科长"),
    Subject("T1", "红河县青石镇", type="team"),
    Subject("T2", "县交通局党组", type="team"),
)
REGISTRY = build_registry(ROSTER)


def named(text, registry=REGISTRY):
    return [(mention.span.of(text), "/".join(mention.subjects)) for mention in find_mentions(text, registry)]


TABLE = [
    ("孙海同志到会", [("孙海", "P1")]),
    ("孙镇长和欧阳局长到会", [("孙镇长", "P1"), ("欧阳局长", "P2")]),
    ("孙镇到会，孙局没到", [("孙镇", "P1"), ("孙局", "P3")]),
    ("老孙没到", [("老孙", "P1/P3")]),
    ("老欧阳没到", [("老欧阳", "P2")]),
    ("孙副局长到会", [("孙副局长", "P3")]),
    ("青石镇党委副书记、镇长孙海到会", [("青石镇党委副书记、镇长孙海", "P1")]),
    ("红河县青石镇人民政府", [("红河县青石镇人民政府", "T1")]),
    ("县交通局领导班子", [("县交通局", "T2")]),
    ("县交通局、孙海到会", [("县交通局", "T2"), ("孙海", "P1")]),
    ("青石镇青山村的路", []),
    ("青石镇供水工程", []),
    ("向科长汇报", []),
    ("本周孙局限于手续", []),
    ("孙海燕到会", [("孙海燕", "")]),
    ("孙立强到会", [("孙立强", "")]),
    ("孙立即到会", [("孙立", "P3")]),
    ("邻县交通局", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_finds_the_longest_name_and_no_look_alike(text, expected):
    assert named(text) == expected


def test_an_empty_roster_names_nobody():
    assert find_mentions("孙海到会", build_registry(())) == ()


def test_a_shared_alias_means_both():
    roster = (Subject("A", "青石一中", ("学校",), type="team"), Subject("B", "青石二中", ("学校",), type="team"))
    assert named("学校乱收费", build_registry(roster)) == [("学校", "A/B")]


def test_two_teams_of_one_town_share_its_name_but_not_their_own():
    roster = (Subject("A", "青石镇党委", type="team"), Subject("B", "青石镇政府", type="team"))
    registry = build_registry(roster)
    assert named("青石镇虚报", registry) == [("青石镇", "A/B")]
    assert named("青石镇党委虚报", registry) == [("青石镇党委", "A")]


def test_compound_surnames_stay_whole():
    assert [surname_of(name) for name in ("欧阳青", "孙海", "司马光明")] == ["欧阳", "孙", "司马"]


def test_registry_travels_to_other_processes():
    assert named("孙海到会", pickle.loads(pickle.dumps(REGISTRY))) == [("孙海", "P1")]


@pytest.mark.parametrize(
    ("text", "named_here"),
    [
        ("葛长春同志到会", [("葛长春同志", "P1")]),
        ("长春同志到会", [("长春同志", "P1")]),
        ("李长春同志到会", [("李长春同志", "")]),
        ("欧阳长青同志到会", [("欧阳长青", "P2")]),
        ("诸葛长春同志到会", [("诸葛长春同志", "")]),
        ("长春书记到会", [("长春书记", "P1")]),
        ("葛长春书记到会", [("葛长春书记", "P1")]),
    ],
)
def test_a_given_name_belongs_to_those_whose_surname_stands_before_it(text, named_here):
    roster = (Subject("P1", "葛长春", ("长春书记",)), Subject("P2", "欧阳长青"))
    assert named(text, build_registry(roster)) == named_here


@given(st.lists(st.sampled_from([*(form.text for form in forms_of(ROSTER)), "亮", "的", "，", "县", "局长", "和"])))
def test_mentions_are_in_order_do_not_overlap_and_name_the_roster(parts):
    text = "".join(parts)
    found = find_mentions(text, REGISTRY)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)
    assert {subject for one in found for subject in one.subjects} <= REGISTRY.subjects.keys()


NAMESAKES = (
    Subject("P1", "聂向东", ("聂局", "聂局长"), unit="县自然资源局", post="局长"),
    Subject("P2", "聂红梅", ("聂副局长",), unit="县自然资源局", post="副局长"),
    Subject("P3", "孔祥泰", ("孔局",), unit="县城管局", post="局长"),
    Subject("P4", "孔小林", unit="县水利局", post="局长"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("聂局没到", [("聂局", "P1/P2")], id="in speech a deputy is called so as well"),
        pytest.param("聂局长没到", [("聂局长", "P1")], id="the roster gives the deputy another title"),
        pytest.param("聂副局长没到", [("聂副局长", "P2")], id="his own title"),
        pytest.param("孔局没到", [("孔局", "P3")], id="in another unit the roster decides"),
        pytest.param("红梅副局长没到", [("红梅副局长", "P2")], id="given name and title"),
        pytest.param("小林局长没到", [("小林局长", "P4")], id="given name and title of another"),
        pytest.param("张小林局长没到", [("张小林局长", "")], id="a stranger with that given name"),
    ],
)
def test_colleagues_with_one_surname_are_told_apart_as_far_as_the_roster_does(text, expected):
    assert named(text, build_registry(NAMESAKES)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青岩分局没人", [("青岩分局", "T")]),
        ("市税务局青岩分局没人", []),
        ("青岩分局门口没人", []),
        ("青岩分局某副局长没到", [("青岩分局某副局长", "")]),
    ],
)
def test_a_branch_of_another_house_and_a_place_name_no_unit(text, expected):
    assert named(text, build_registry((Subject("T", "生态环境局青岩分局", ("青岩分局",), type="team"),))) == expected
