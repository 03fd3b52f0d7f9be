"""The shipped rules keep what their examples promise, and the loader refuses what cannot be used."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.lexicon import RULES_FOLDER, load_rules, merge_rules, rules_version
from mingcha.models.characters import load_normalizer
from mingcha.models.segmenters import load_segmenter
from mingcha.models.token_rules import load_token_matcher
from mingcha.pipeline.detection import compile_rules, detect
from mingcha.pipeline.document import Document
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.segmentation import segment
from mingcha.pipeline.terms import CATEGORY_OF_CLASS, EVIDENCE_CATEGORIES, RISK_CATEGORIES

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
def fired() -> Callable[[str], set[str]]:
    """Return what says which shipped rules fire in a text, on the way that documents go."""
    normalize = load_normalizer()
    matcher = compile_rules(RULES, match_tokens=load_token_matcher(RULES, load_segmenter))

    def rules_in(text: str) -> set[str]:
        hits = detect(segment(normalize(Document("a.txt", "0" * 64, "txt", text, ()))), matcher)
        return {hit.rule.id for group in hits.values() for hit in group}

    return rules_in


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_decide_as_they_say(rule: Rule, fired: Callable[[str], set[str]]) -> None:
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
    assert {rule.category for rule in RULES} == {*RISK_CATEGORIES, *EVIDENCE_CATEGORIES}


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


def test_own_rule_replaces_the_shipped_one_in_its_place() -> None:
    own = replace(RULES[1], reason="本单位的理由")
    assert merge_rules(RULES, [own]) == (RULES[0], own, *RULES[2:])


def test_new_own_rule_joins_at_the_end_and_weight_zero_switches_off() -> None:
    new, off = replace(RULES[0], id="own.new"), replace(RULES[0], weight=0)
    assert merge_rules(RULES, [new, off]) == (*RULES[1:], new)


@given(st.lists(st.integers(0, len(RULES) - 1), unique=True))
def test_merging_twice_is_merging_once(chosen: list[int]) -> None:
    own = tuple(replace(RULES[index], reason="改写") for index in chosen)
    once = merge_rules(RULES, own)
    assert merge_rules(once, own) == once
    assert {rule.id for rule in once} == {rule.id for rule in RULES}


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
        ('subclass = "R07"', 'subclass = "R13"', "R13"),
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
        ('phrases = ["推来推去"]', 'tokens = "推"\nanchors = ["推"]', "tokens"),
        ('phrases = ["推来推去"]', 'tokens = [{ LEMMA = "推" }]\nanchors = ["推"]', "LEMMA"),
        ('phrases = ["推来推去"]', 'tokens = [{ ENT_TYPE = "TIME" }]\nanchors = ["推"]', "TIME"),
        ('matches = ["两个科室推来推去。"]', "", "matches"),
        ('matches = ["两个科室推来推去。"]', 'matches = ["甲。"]\nmatch = ["乙。"]', "match"),
        ("[[rule]]", "[rule]", "两层方括号"),
        ("[[rule]]", "[[rules]]", "rules"),
        ('reason = "推诿"', 'reason = "推诿', "TOML"),
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
