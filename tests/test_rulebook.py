"""An office's own file lies over the shipped rules: it adds, changes single fields, switches off, names categories."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.lexicon import rules_version
from mingcha.corpora.rulebook import load_rulebook
from mingcha.models.rule_examples import BrokenExample, try_examples
from mingcha.models.versions import current_versions
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.rules import Category, Glossary

if TYPE_CHECKING:
    from pathlib import Path

    from mingcha.pipeline.rules import Rule, RuleBook

SHIPPED = load_rulebook()
BY_ID = {rule.id: rule for rule in SHIPPED.rules}
CATEGORY = '[[category]]\nid = "own_mediation"\nname = "调解不力"\nkind = "risk"\n'
RULE = """[[rule]]
id = "own.mediation"
category = "own_mediation"
weight = 0.9
reason = "调解走了过场"
phrases = ["调解书是现抄的"]
matches = ["镇上的调解书是现抄的。"]
"""


def book_of(folder: Path, *texts: str) -> RuleBook:
    paths = [folder / f"本单位{number}.toml" for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return load_rulebook(paths)


def changed(folder: Path, rule: str, fields: str) -> Rule:
    book = book_of(folder, f'[[rule]]\nid = "{rule}"\n{fields}\n')
    assert book.own == {rule}
    return next(one for one in book.rules if one.id == rule)


def test_without_files_the_book_is_the_shipped_one():
    assert SHIPPED.own == frozenset()
    assert SHIPPED.categories == ()
    assert SHIPPED.glossary == Glossary()
    assert len(SHIPPED.rules) == len(BY_ID) > 200


def test_a_shipped_id_changes_the_fields_that_are_written_and_keeps_the_others(tmp_path):
    before = BY_ID["R07.shirk"]
    after = changed(tmp_path, "R07.shirk", 'reason = "本单位的理由"\nweight = 0.6')
    assert (after.reason, after.weight) == ("本单位的理由", 0.6)
    assert (after.phrases, after.unless, after.matches, after.category) == (
        before.phrases,
        before.unless,
        before.matches,
        before.category,
    )


def test_an_override_stands_in_the_place_of_the_shipped_rule(tmp_path):
    book = book_of(tmp_path, '[[rule]]\nid = "R07.shirk"\nweight = 0.6\n')
    assert [rule.id for rule in book.rules] == [rule.id for rule in SHIPPED.rules]


@pytest.mark.parametrize("off", ["enabled = false", "weight = 0"])
def test_a_rule_is_switched_off_by_id(tmp_path, off):
    book = book_of(tmp_path, f'[[rule]]\nid = "R07.shirk"\n{off}\n')
    assert {rule.id for rule in SHIPPED.rules} - {rule.id for rule in book.rules} == {"R07.shirk"}
    assert book.own == frozenset()


def test_enabled_true_switches_nothing_off(tmp_path):
    assert changed(tmp_path, "R07.shirk", "enabled = true").weight == BY_ID["R07.shirk"].weight


def test_a_new_form_takes_the_place_of_the_shipped_one(tmp_path):
    patterned = next(rule for rule in SHIPPED.rules if rule.pattern)
    after = changed(tmp_path, patterned.id, 'phrases = ["推来又推去"]')
    assert (after.phrases, after.pattern, after.anchors) == (("推来又推去",), None, ())
    after = changed(tmp_path, "R07.shirk", 'pattern = "推来.?推去"\nanchors = ["推来"]')
    assert (after.phrases, after.pattern) == ((), "推来.?推去")


def test_a_new_pattern_keeps_the_anchors_and_new_anchors_keep_the_pattern(tmp_path):
    patterned = next(rule for rule in SHIPPED.rules if rule.pattern)
    assert changed(tmp_path, patterned.id, 'pattern = "推来.?推去"').anchors == patterned.anchors
    assert changed(tmp_path, patterned.id, 'anchors = ["推来"]').pattern == patterned.pattern


def test_a_new_class_takes_the_place_of_the_shipped_one(tmp_path):
    after = changed(tmp_path, "R07.shirk", 'category = "formalism"')
    assert (after.category, after.subclass, after.kind) == ("formalism", None, "risk")
    after = changed(tmp_path, "R07.shirk", 'subclass = "R04"')
    assert (after.category, after.subclass) == ("timidity", "R04")


def test_defaults_of_the_own_file_do_not_reach_what_it_overrides(tmp_path):
    text = '[defaults]\nsubclass = "R04"\n[[rule]]\nid = "R07.shirk"\nweight = 0.6\n'
    assert next(rule for rule in book_of(tmp_path, text).rules if rule.id == "R07.shirk").subclass == "R07"


def test_an_own_category_comes_with_its_rules_from_another_file(tmp_path):
    book = book_of(tmp_path, RULE, CATEGORY)
    assert book.categories == (Category("own_mediation", "调解不力", "risk"),)
    assert book.rules[-1].kind == "risk"
    assert book.glossary == Glossary({"own.mediation": "调解走了过场"}, {"own_mediation": "调解不力"})


def test_rules_may_join_the_shipped_classes_that_stand_apart(tmp_path):
    text = RULE.replace('category = "own_mediation"', 'subclass = "R14"')
    assert (book_of(tmp_path, text).rules[-1].category, book_of(tmp_path, text).rules[-1].kind) == (
        "integrity",
        "referral",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(RULE, "own_mediation", id="a category nobody declared"),
        pytest.param(CATEGORY + RULE + RULE, "重名", id="an id twice"),
        pytest.param(CATEGORY + CATEGORY, "相同", id="a category twice"),
        pytest.param(CATEGORY + RULE.replace("0.9", "0.5"), "没有句子模型配合", id="a weak rule without a model"),
        pytest.param(CATEGORY.replace("own_mediation", "mediation"), "own_", id="no own prefix"),
        pytest.param(CATEGORY.replace("own_mediation", "own_调解"), "own_", id="no plain letters"),
        pytest.param(CATEGORY.replace("own_mediation", "inaction"), "own_", id="a shipped category"),
        pytest.param(CATEGORY.replace("调解不力", "形式主义"), "name", id="a shipped name"),
        pytest.param(CATEGORY.replace("调解不力", "mediation"), "name", id="no Chinese name"),
        pytest.param(CATEGORY.replace("risk", "check"), "kind", id="no such kind"),
        pytest.param(CATEGORY.replace('kind = "risk"\n', ""), "三项", id="a kind missing"),
        pytest.param(CATEGORY + 'note = "x"\n', "三项", id="a field too many"),
        pytest.param('[[rule]]\nid = "R07.shrik"\nweight = 0.5\n', "R07.shirk", id="a mistyped id"),
        pytest.param('[[rule]]\nid = "nothing.like.it"\nenabled = false\n', "自带规则里没有", id="nothing to switch off"),
        pytest.param('[[rule]]\nid = "own.new"\nweight = 0.5\n', "reason", id="an incomplete new rule"),
        pytest.param('[[rule]]\nid = "R07.shirk"\nenabled = "no"\n', "enabled", id="enabled is no yes or no"),
        pytest.param('[[rule]]\nid = "R07.shirk"\npattern = "推"\n', "anchors", id="a pattern for phrases, no anchors"),
        pytest.param('[[rule]]\nid = "R07.shirk"\nweight = 2\n', "weight", id="an override is checked too"),
        pytest.param('[[rule]]\nid = "R07.shirk"\nwheight = 0.5\n', "wheight", id="an unknown field"),
        pytest.param('[[rule]]\nweight = 0.5\n', "第1条", id="no id"),
    ],
)  # fmt: skip
def test_refuses_what_cannot_be_used_with_file_place_and_remedy(tmp_path, text, words):
    with pytest.raises(DataError) as caught:
        book_of(tmp_path, text)
    message = str(caught.value)
    assert "本单位0.toml" in message
    assert words in message
    assert message.count("。") >= 2  # a cause, and then a remedy


def test_the_version_changes_with_any_own_word_and_only_then(tmp_path):
    plain, own = current_versions(), current_versions(book=book_of(tmp_path, CATEGORY + RULE))
    renamed = current_versions(book=book_of(tmp_path, CATEGORY.replace("调解不力", "调解走样") + RULE))
    assert plain == current_versions(book=load_rulebook())
    assert "own_rules" not in plain
    assert len({plain["rules"], own["rules"], renamed["rules"]}) == 3
    assert own["own_rules"] != renamed["own_rules"]
    assert rules_version(SHIPPED.rules) == plain["rules"]


def test_a_book_travels_to_the_worker_processes(tmp_path):
    book = book_of(tmp_path, CATEGORY + RULE)
    assert pickle.loads(pickle.dumps(book)) == book


def test_examples_of_own_rules_are_put_to_the_test(tmp_path):
    assert try_examples(book_of(tmp_path, CATEGORY + RULE)) == ()
    wrong = RULE + 'misses = ["调解书是现抄的，连名字也错了。", "调解书写得很细。"]\n'
    assert try_examples(book_of(tmp_path, CATEGORY + wrong)) == (
        BrokenExample("own.mediation", "调解书是现抄的，连名字也错了。", wanted=False),
    )
    silent = RULE.replace("镇上的调解书是现抄的。", "镇上的调解书是照抄的。")
    assert [one.wanted for one in try_examples(book_of(tmp_path, CATEGORY + silent))] == [True]


@given(
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)), st.dictionaries(st.text(max_size=3), st.text(max_size=3))
)
def test_of_two_glossaries_the_later_is_right_and_nothing_is_lost(first, second):
    both = Glossary(first, second) | Glossary(second, first)
    assert both.reasons.keys() == both.names.keys() == first.keys() | second.keys()
    assert all(both.reasons[key] == second[key] for key in second)
