"""The shipped rules keep what their examples promise, and the loader refuses what cannot be used."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.lexicon import RULES_FOLDER, load_rules, rules_version
from mingcha.models.rule_examples import rules_in
from mingcha.models.stages import load_stages
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.judgment import UNMISTAKABLE
from mingcha.pipeline.terms import APART_CATEGORIES, CATEGORIES, CATEGORY_OF_CLASS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mingcha.pipeline.rules import Rule

RULES = load_rules()
SIMPLE = """[[rule]]
id = "R07.own"
subclass = "R07"
weight = 0.5
reason = "推诿"
phrases = ["推来推去"]
matches = ["两个科室推来推去。"]
"""


@pytest.fixture(scope="module")
def fired() -> Callable[[str], frozenset[str]]:
    """Return what says which shipped rules fire in a text, on the way that documents go."""
    stages = load_stages()
    return lambda text: rules_in(text, stages)


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_decide_as_they_say(rule: Rule, fired: Callable[[str], frozenset[str]]) -> None:
    assert [text for text in rule.matches if rule.id not in fired(text)] == []
    assert [text for text in rule.misses if rule.id in fired(text)] == []


def test_every_rule_has_examples_on_both_sides() -> None:
    assert [rule.id for rule in RULES if len(rule.matches) < 2 or len(rule.misses) < 2] == []


def test_token_rules_ask_for_a_quantity() -> None:
    tokens = [rule for rule in RULES if rule.tokens]
    assert len(tokens) >= 12
    assert [rule.id for rule in tokens if not any("ENT_TYPE" in token for token in rule.tokens)] == []


def test_every_class_and_every_category_has_rules() -> None:
    assert {rule.subclass[:3] for rule in RULES if rule.subclass} == set(CATEGORY_OF_CLASS)
    assert {rule.category for rule in RULES} == {*CATEGORIES, *APART_CATEGORIES}


def test_rules_that_the_model_does_not_back_are_unmistakable() -> None:
    apart = [rule for rule in RULES if rule.category in APART_CATEGORIES]
    assert len(apart) >= 20
    assert [rule.id for rule in apart if rule.weight < UNMISTAKABLE] == []


def test_nothing_is_inferred_of_the_political_list() -> None:
    words = ("七个有之", "任人唯亲", "团团伙伙", "拉帮结派", "匿名诬告", "拉动选票", "封官许愿", "妄议中央")
    assert "R15" not in CATEGORY_OF_CLASS
    assert [rule.id for rule in RULES if any(word in phrase for phrase in rule.phrases for word in words)] == []
    assert [rule.id for rule in RULES if rule.pattern and any(word in rule.pattern for word in words)] == []


def test_every_rule_says_why_in_chinese() -> None:
    assert [rule.id for rule in RULES if not re.search(r"[\u4e00-\u9fff]{3}", rule.reason)] == []


def test_ids_are_unique_and_name_the_category_they_count_for() -> None:
    assert max(Counter(rule.id for rule in RULES).values()) == 1
    heads = {rule.id: rule.id.split(".")[0] for rule in RULES}
    assert [rule.id for rule in RULES if CATEGORY_OF_CLASS.get(heads[rule.id], heads[rule.id]) != rule.category] == []


def test_no_phrase_stands_in_two_rules() -> None:
    homes = Counter(phrase for rule in RULES for phrase in set(rule.phrases))
    assert [phrase for phrase, count in homes.items() if count > 1] == []


def test_rules_are_written_for_clean_text() -> None:
    texts = [(rule.id, text) for rule in RULES for text in (*rule.phrases, *rule.matches, *rule.misses)]
    assert [name for name, text in texts if re.search(r"[０-９ａ-ｚＡ-Ｚ,;:?!()]|\s", text)] == []


@given(st.permutations(RULES[:20]))
def test_version_ignores_the_order_of_rules(shuffled: list[Rule]) -> None:
    assert rules_version(shuffled) == rules_version(RULES[:20])


def test_version_changes_with_any_word_of_a_rule() -> None:
    changed = replace(RULES[0], unless=(*RULES[0].unless, "另一处"))
    assert re.fullmatch("[0-9a-f]{12}", rules_version(RULES))
    assert rules_version((changed, *RULES[1:])) != rules_version(RULES)


def test_reads_one_file_several_files_and_a_folder_alike(tmp_path: Path) -> None:
    path = write(tmp_path, SIMPLE)
    assert load_rules(path) == load_rules([path]) == load_rules(tmp_path)
    assert load_rules(path)[0].category == "inaction"


def test_fills_in_defaults_and_named_parts(tmp_path: Path) -> None:
    text = '[defaults]\nsubclass = "R03"\n[[rule]]\nid = "R03.own"\nweight = 0\nreason = "拖得久"\n'
    text += 'pattern = \'拖了<时长>\'\nanchors = ["拖"]\nmatches = ["拖了三个月。"]\n'
    (rule,) = load_rules(write(tmp_path, text))
    assert (rule.subclass, rule.kind, rule.weight) == ("R03", "risk", 0)
    assert rule.pattern is not None
    assert re.search(rule.pattern, "拖了三个月。")
    assert not re.search(rule.pattern, "拖了一车煤。")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "R07.own"', 'id = ""', "第1条"),
        ('subclass = "R07"', 'subclass = "R15"', "R15"),
        ('subclass = "R07"', 'subclass = "R09.Z1"', "R09.Z1"),
        ('subclass = "R07"', 'category = "shirk"', "shirk"),
        ('subclass = "R07"', 'subclass = "R07"\ncategory = "formalism"', "不符"),
        ('subclass = "R07"', 'subclass = "R07"\nkind = "evidence"', "kind"),
        ('subclass = "R07"', "subclass = 7", "subclass"),
        ("weight = 0.5", "weight = 1.5", "weight"),
        ("weight = 0.5", 'weight = "高"', "weight"),
        ("weight = 0.5", "weight = true", "weight"),
        ("weight = 0.5", "", "weight"),
        ('reason = "推诿"', 'reason = ""', "reason"),
        ('phrases = ["推来推去"]', 'phrases = "推来推去"', "phrases"),
        ('phrases = ["推来推去"]', 'phrases = [""]', "phrases"),
        ('phrases = ["推来推去"]', "", "phrases/pattern/tokens"),
        ('phrases = ["推来推去"]', 'phrases = ["推来推去"]\npattern = "推"', "同时写了"),
        ('phrases = ["推来推去"]', 'pattern = "推"', "anchors"),
        ('phrases = ["推来推去"]', 'pattern = "(推"\nanchors = ["推"]', "正则表达式"),
        ('phrases = ["推来推去"]', 'pattern = "<时间>"\nanchors = ["推"]', "<时间>"),
        ('phrases = ["推来推去"]', 'phrases = ["推来推去"]\nunless = ["[推"]', "unless"),
        ('phrases = ["推来推去"]', 'phrases = ["推来推去"]\nunless = ["推磨", "(?i)推车"]', "写错了"),
        ('phrases = ["推来推去"]', 'tokens = "推"\nanchors = ["推"]', "tokens"),
        ('phrases = ["推来推去"]', 'tokens = [{ LEMMA = "推" }]\nanchors = ["推"]', "LEMMA"),
        ('phrases = ["推来推去"]', 'tokens = [{ ENT_TYPE = "TIME" }]\nanchors = ["推"]', "TIME"),
        ('phrases = ["推来推去"]', 'phrases = ["推来推去"]\nanchors = ["推"]', "不用引词"),
        ('phrases = ["推来推去"]', 'phrases = ["推 来"]', "永远不会命中"),
        ('phrases = ["推来推去"]', 'phrases = ["推Ａ"]', "永远不会命中"),
        ('phrases = ["推来推去"]', 'pattern = "推*"\nanchors = ["推"]', "空白"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = "推", OP = "?!" }]\nanchors = ["推"]', "?!"),
        (
            'phrases = ["推来推去"]',
            'tokens = [{ TEXT = { REGEX = "^[^。；;+$" } }]\nanchors = ["推"]',
            "正则表达式“^[^。；;+$”写错了",
        ),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = { REGEX = "*^" } }]\nanchors = ["推"]', "写错了"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = { REGEX = 5 } }]\nanchors = ["推"]', "写错了"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = [] }]\nanchors = ["推"]', "看不懂 TEXT"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = { IN = 5 } }]\nanchors = ["推"]', "看不懂 TEXT"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = { FUZZ = "推" } }]\nanchors = ["推"]', "看不懂 TEXT"),
        ('phrases = ["推来推去"]', 'tokens = [{ ENT_TYPE = [["COUNT"]] }]\nanchors = ["推"]', "看不懂 ENT_TYPE"),
        ('phrases = ["推来推去"]', 'tokens = [{ ENT_TYPE = { IN = 5 } }]\nanchors = ["推"]', "看不懂 ENT_TYPE"),
        ('phrases = ["推来推去"]', 'tokens = [{ LENGTH = "二" }]\nanchors = ["推"]', "看不懂 LENGTH"),
        ('phrases = ["推来推去"]', 'tokens = [{ LENGTH = { ">=" = true } }]\nanchors = ["推"]', "看不懂 LENGTH"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = "推", OP = "{5,2}" }]\nanchors = ["推"]', "看不懂 OP"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = "推", OP = "{0,99999999}" }]\nanchors = ["推"]', "看不懂 OP"),
        ('phrases = ["推来推去"]', 'tokens = [{ TEXT = "推", OP = 1 }]\nanchors = ["推"]', "看不懂 OP"),
        ('phrases = ["推来推去"]', 'pattern = "推{99999999999}"\nanchors = ["推"]', "写错了"),
        ('subclass = "R07"\nweight = 0.5', 'subclass = "R13"\nweight = 0.5', "没有句子模型配合"),
        ('matches = ["两个科室推来推去。"]', "", "matches"),
        ('matches = ["两个科室推来推去。"]', 'matches = ["甲。"]\nmatch = ["乙。"]', "match"),
        ("[[rule]]", "[rule]", "两层方括号"),
        ("[[rule]]", "[[rules]]", "rules"),
        ("[[rule]]", "[category]\n[[rule]]", "[[category]]"),
        ("[[rule]]", "defaults = 1\n[[rule]]", "[defaults]"),
        ('reason = "推诿"', 'reason = "推诿', "TOML"),
        ("weight = 0.5", f"weight = {'1' * 5000}", "有一个整数长得读不了"),
        ("weight = 0.5", f"weight = {'[' * 3000}", "括号套得太深"),
    ],
)
def test_refuses_a_faulty_rule_and_names_the_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SIMPLE
    with pytest.raises(DataError) as caught:
        load_rules(write(tmp_path, SIMPLE.replace(old, new)))
    assert "own.toml" in str(caught.value)
    assert words in str(caught.value)


def test_refuses_the_same_id_in_two_files_and_names_both(tmp_path: Path) -> None:
    paths = [write(tmp_path, SIMPLE, "a.toml"), write(tmp_path, SIMPLE, "b.toml")]
    with pytest.raises(DataError, match=r"b\.toml.*a\.toml"):
        load_rules(paths)


def test_refuses_a_folder_without_rules_a_missing_file_and_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="没有"):
        load_rules(tmp_path)
    with pytest.raises(DataError, match="找不到"):
        load_rules(tmp_path / "missing.toml")
    (tmp_path / "gbk.toml").write_bytes(SIMPLE.encode("gb18030"))
    with pytest.raises(DataError, match="UTF-8"):
        load_rules(tmp_path)


def test_shipped_folder_holds_a_file_for_each_class() -> None:
    assert {path.name[:3] for path in RULES_FOLDER.glob("r*.toml")} == {name.lower() for name in CATEGORY_OF_CLASS}
