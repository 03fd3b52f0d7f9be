"""The commands that list rules and try an office's own before it adopts them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import FATAL, OK, RuleFiles
from mingcha.pipeline.errors import UsageError
from mingcha.pipeline.terms import APART_CATEGORIES, CATEGORIES, chinese

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mingcha.models.rule_examples import BrokenExample
    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.reporting.rule_trials import Trial
    from mingcha.pipeline.rules import Rule, RuleBook
    from mingcha.pipeline.running import Plan, Result

_FOLDER_HELP = "材料文件夹：另在这些材料上试用，列出没有命中的规则，以及本单位规则带来的增减。"


def check_rules(
    folder: Annotated[Path | None, typer.Argument(metavar="FOLDER", help=_FOLDER_HELP)] = None,
    rules: RuleFiles = None,
) -> None:
    """核对全部规则的例句；给出文件夹时，再在材料上试用，什么都不写入。

    退出码：0 例句全部符合；1 有例句不符，或规则文件有错；2 用法有误。
    """
    from mingcha.corpora.rulebook import load_rulebook
    from mingcha.models.rule_examples import try_examples
    from mingcha.pipeline.reporting.rule_trials import trial_lines

    book = load_rulebook(rules or ())
    broken = try_examples(book)
    for line in _example_lines(book, broken):
        typer.echo(line)
    if folder is not None:
        for line in trial_lines(_try(folder, book, compared=bool(rules)), book):
            typer.echo(line)
    raise typer.Exit(FATAL if broken else OK)


def list_rules(
    category: Annotated[str | None, typer.Option(metavar="X", help="只列这一类：代码或中文名称。")] = None,
    rules: RuleFiles = None,
) -> None:
    """列出规则：编号、类别、权重、理由。权重 0.8 以上为明确，以下须结合上下文。"""
    from mingcha.corpora.rulebook import load_rulebook

    book = load_rulebook(rules or ())
    wanted = _category(category, book)
    for rule in book.rules:
        if wanted in (None, rule.category):
            typer.echo(_rule_line(rule, book))


def _rule_line(rule: Rule, book: RuleBook) -> str:
    from mingcha.pipeline.judgment import UNMISTAKABLE

    name = book.glossary.names.get(rule.category, chinese(rule.category))
    strength = f"{rule.weight:g} {'明确' if rule.weight >= UNMISTAKABLE else '须看上下文'}"
    own = "［本单位］" if rule.id in book.own else ""
    return f"{rule.id}｜{name}（{rule.subclass or rule.category}）｜{strength}｜{rule.reason}{own}"


def _category(given: str | None, book: RuleBook) -> str | None:
    names = {code: chinese(code) for code in (*CATEGORIES, *APART_CATEGORIES)} | dict(book.glossary.names)
    found = next((code for code, name in names.items() if given in (code, name)), None)
    if given is not None and found is None:
        known = "、".join(f"{code}（{name}）" for code, name in names.items())
        raise UsageError(f"没有“{given}”这个类别。请改用：{known}。")
    return found


def _example_lines(book: RuleBook, broken: tuple[BrokenExample, ...]) -> Iterator[str]:
    for one in broken:
        whose = "本单位规则" if one.rule in book.own else "自带规则"
        fault = "应命中而没有命中" if one.wanted else "不应命中而命中了"
        yield f"{whose}“{one.rule}”{fault}：{one.text}"
    examples = sum(len(rule.matches) + len(rule.misses) for rule in book.rules)
    counts = f"自带规则 {len(book.rules) - len(book.own)} 条、本单位规则 {len(book.own)} 条，例句 {examples} 个"
    yield f"{counts}，{f'不符 {len(broken)} 个。请改规则或例句。' if broken else '全部符合。'}"


def _try(folder: Path, book: RuleBook, *, compared: bool) -> Trial:
    """Analyze *folder* with *book* and, where they are to be *compared*, with the shipped rules alone."""
    from dataclasses import replace

    from mingcha.models.toolkit import load_toolkit
    from mingcha.pipeline.progress import tell_conversions, telling
    from mingcha.pipeline.reading.conversion import converting
    from mingcha.pipeline.reporting.rule_trials import Trial
    from mingcha.pipeline.running import analyze_files

    plan, trial = plan_trial(folder), Trial(compared=compared)
    shipped = load_toolkit() if compared else None
    paths = [path for _, path in plan.files]
    with telling(len(plan.files)) as tell, converting(paths, tell=tell_conversions) as conversions:
        plan = replace(plan, settings=replace(plan.settings, conversions=conversions))
        for result in analyze_files(plan, partial(load_toolkit, book=book)):
            tell(result)
            _note(result, trial, shipped)
    return trial


def plan_trial(folder: Path) -> Plan:
    """List the files of *folder*, without the output of earlier runs."""
    from mingcha.pipeline.job import earlier_outputs
    from mingcha.pipeline.reading.folder import list_files
    from mingcha.pipeline.running import plan_run

    files = tuple(list_files(folder))
    outputs = earlier_outputs(files) - {folder.resolve()}
    return plan_run(((n, path) for n, path in files if not outputs.intersection(path.resolve().parents)), 0)


def _note(result: Result, trial: Trial, shipped: Toolkit | None) -> None:
    from mingcha.pipeline.analysis import analyze
    from mingcha.pipeline.differences import differ
    from mingcha.pipeline.document import Failure

    for item in result:
        if isinstance(item, Failure):
            trial.unread += 1
            continue
        trial.read += 1
        trial.fired |= item.fired
        if shipped is not None:
            trial.differences.append(differ(analyze(item.document, shipped), item))
