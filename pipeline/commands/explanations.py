"""The command that says where a finding comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from mingcha.pipeline.commands.options import StoreName, opened, reasons


def explain_finding(
    finding: Annotated[str, typer.Argument(metavar="ID", help="线索编号，可只写开头几位。")],
    db: StoreName,
) -> None:
    """显示一条线索：原文、出处、状态依据、命中的规则及理由、已有的决定。"""
    from mingcha.pipeline.reporting.content import subject_names
    from mingcha.pipeline.reporting.explanation import explain_finding as explained
    from mingcha.pipeline.store.decisions import load_decisions
    from mingcha.pipeline.store.queries import load_assessment, load_finding, load_glossary, load_text

    with opened(db, must_exist=True) as store:
        stored = load_finding(store, finding)
        history = [d for d in load_decisions(store, stored.assessment) if d.finding == stored.finding.id]
        words = load_text(store, stored.sha256, format=stored.format)
        glossary = load_glossary(store, stored.assessment)
        names = {**glossary.names, **subject_names(load_assessment(store, stored.assessment))}
    known = {**reasons(), **glossary.reasons}
    typer.echo(explained(stored.finding, words, known, history, names=names))
