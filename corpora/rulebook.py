"""The rules in force: the shipped ones, and over them the files of an office that adds, changes or switches off."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from mingcha.corpora.lexicon import (
    FORMS,
    KINDS,
    REQUIRED,
    RULES_FOLDER,
    check_expressions,
    make_rule,
    read_rule_file,
    written_rules,
)
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.rules import Category, RuleBook
from mingcha.pipeline.terms import CHINESE, OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from mingcha.corpora.lexicon import RuleFile, Written
    from mingcha.pipeline.rules import Rule
    from mingcha.pipeline.terms import RuleKind

_CATEGORY_ID = re.compile(OWN + "[a-z][a-z0-9_]*")
_OWN_KINDS: tuple[RuleKind, ...] = ("risk", "evidence", "referral")
_CLASSIFYING = ("category", "subclass", "kind")


def load_rulebook(own: Sequence[Path] = ()) -> RuleBook:
    """Return the shipped rules with the files *own* laid over them.

    A rule with a shipped id changes the fields it writes and keeps the others; ``enabled = false`` switches a rule
    off. A rule with a new id is complete in itself. A `DataError` names file, rule, field, cause and remedy.
    """
    files = [read_rule_file(path) for path in own]
    categories = _categories(files)
    kinds: Mapping[str, RuleKind] = {**KINDS, **{category.id: category.kind for category in categories}}
    base = _shipped()
    rules = dict(_shipped_rules())
    written = {one.place.rule: one for one in written_rules(files)}
    rules |= {name: _own_rule(one, base.get(name), kinds) for name, one in written.items()}
    off = {name for name, one in written.items() if one.own.get("enabled") is False}
    kept = tuple(rule for name, rule in rules.items() if name not in off and rule.weight > 0)
    return RuleBook(kept, categories, frozenset(rule.id for rule in kept if rule.id in written))


@cache
def shipped_book() -> RuleBook:
    """Return the shipped rules alone, read once."""
    return load_rulebook()


@cache
def _shipped() -> Mapping[str, Written]:
    files = (read_rule_file(path) for path in sorted(RULES_FOLDER.glob("*.toml")))
    return {written.place.rule: written for written in written_rules(files)}


@cache
def _shipped_rules() -> Mapping[str, Rule]:
    return {name: make_rule(written.fields, written.place) for name, written in _shipped().items()}


def _own_rule(written: Written, base: Written | None, kinds: Mapping[str, RuleKind]) -> Rule:
    change = {name: value for name, value in written.own.items() if name != "enabled"}
    if not isinstance(written.own.get("enabled", True), bool):
        raise written.place.refusal("enabled", "应是 true 或 false", "请写成 enabled = false（停用），或删去这一行")
    if base is None:
        _check_meant_new(written)
        return _checked_rule({**written.defaults, **change}, written, kinds)
    return _checked_rule(_changed(base.fields, change), written, kinds)


def _checked_rule(fields: Mapping[str, Any], written: Written, kinds: Mapping[str, RuleKind]) -> Rule:
    rule = make_rule(fields, written.place, kinds)
    check_expressions(fields, written.place)
    return rule


def _changed(fields: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Lay *change* over *fields*; one form of looking for words takes the place of another, so does one class."""
    dropped = {name for group in (FORMS, _CLASSIFYING) if change.keys() & set(group) for name in group}
    if "phrases" in change:
        dropped.add("anchors")
    return {**{name: value for name, value in fields.items() if name not in dropped}, **change}


def _check_meant_new(written: Written) -> None:
    """Refuse an incomplete rule whose id no shipped rule has: most likely one was to be changed."""
    missing = [name for name in REQUIRED if name not in written.fields]
    near = get_close_matches(written.place.rule, _shipped(), 3)
    if missing and (near or "enabled" in written.own):
        hint = f"相近的编号有 {'、'.join(near)}；" if near else ""
        remedy = (
            f"要改动自带规则请核对编号（mingcha rules list 列出全部）；{hint}若是新规则，请补上 {'、'.join(missing)}"
        )
        raise written.place.refusal("id", "自带规则里没有这个编号", remedy)


def _categories(files: Iterable[RuleFile]) -> tuple[Category, ...]:
    found: dict[str, Category] = {}
    for file in files:
        for table in file.categories:
            category = _category(table, file.path.name)
            if category.id in found or category.name in {one.name for one in found.values()}:
                raise _refusal(file.path.name, category.id, "与另一个类别的编号或名称相同", "请改成不同的")
            found[category.id] = category
    return tuple(found.values())


def _category(table: Mapping[str, Any], file: str) -> Category:
    name, words, kind = (table.get(field) for field in ("id", "name", "kind"))
    if set(table) != {"id", "name", "kind"}:
        raise _refusal(file, name, "要写也只能写 id、name、kind 三项", "请补上缺少的，删去多余的")
    if not isinstance(name, str) or not _CATEGORY_ID.fullmatch(name):
        cause = f"编号应以 {OWN} 开头，后面是小写字母、数字和下划线"
        raise _refusal(file, name, cause, f'请改成 id = "{OWN}mediation" 的样子')
    if not isinstance(words, str) or not re.fullmatch("[\u4e00-\u9fff]{2,12}", words) or words in CHINESE.values():
        raise _refusal(file, name, "name 应是 2 至 12 个汉字，且不与自带的名称相同", "请另起一个中文名称")
    if kind not in _OWN_KINDS:
        raise _refusal(file, name, f"kind 不能是“{kind}”", "请写 risk（风险）、evidence（实绩）或 referral（单独存放）")
    return Category(name, words, kind)


def _refusal(file: str, name: object, cause: str, remedy: str) -> DataError:
    return DataError(f"规则文件“{file}”的类别“{name}”：{cause}。{remedy}。")
