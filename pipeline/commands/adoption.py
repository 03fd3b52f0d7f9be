"""The commands that put another model to use, and that return to the former: by a person, with a reason, on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingcha.pipeline.commands.models import Model, Shelf
from mingcha.pipeline.commands.options import StoreName, now, opened
from mingcha.pipeline.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mingcha.models.shelf import Hashes, Step

By = Annotated[str, typer.Option("--by", metavar="NAME", help="作出决定的人，记入操作记录。")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由，记入操作记录。")]
_ANYWAY_HELP = "比原模型差，或对照的不是在用的模型，仍然采用；理由中应说明为什么。"


def adopt_model(  # noqa: PLR0913 - one parameter an option
    model: Model,
    models_dir: Shelf,
    db: StoreName,
    by: By,
    reason: Reason,
    anyway: Annotated[bool, typer.Option("--anyway", help=_ANYWAY_HELP)] = False,
) -> None:
    """采用一个候选模型，此后的分析都用它；原来的模型保留，随时可以退回。--db 是训练所用的库，采用记入它的操作记录。"""
    from mingcha.models import shelf
    from mingcha.pipeline.store.model_events import ADOPTED

    _check_signed(by, reason)
    found, steps = shelf.find_candidate(models_dir, model), shelf.load_steps(models_dir)
    former, hashes = shelf.in_use(steps), shelf.hashes_of(shelf.weights_of(models_dir, found))
    if found == former:
        raise UsageError(f"模型 {found} 已经在用。")
    card = shelf.card_of(models_dir, found)
    _check_untouched(db, found, hashes)
    obstacles = list(_obstacles(card, former))
    if obstacles and not anyway:
        raise UsageError(f"没有采用：{'；'.join(obstacles)}。确要采用，请加 --anyway 并在 --reason 中说明。")
    step = shelf.Step("adopt", found, former, hashes.weights, hashes.card, by.strip(), reason.strip(), now(), anyway)
    _put_to_use(models_dir, db, ADOPTED, step)
    for line in obstacles:
        typer.echo(f"注意：{line}。", err=True)
    typer.echo(f"已采用 {found}，由{step.by}决定。运行 mingcha run 后，新的线索取代旧的，旧的仍在库中。")


def roll_back(models_dir: Shelf, db: StoreName, by: By, reason: Reason) -> None:
    """退回上一个模型；退下的模型保留，可以再采用。"""
    from mingcha.models import shelf
    from mingcha.pipeline.reporting.model_pages import model_name
    from mingcha.pipeline.store.model_events import ROLLED_BACK

    _check_signed(by, reason)
    steps = shelf.load_steps(models_dir)
    before = shelf.model_before(steps)
    if before is None:
        raise UsageError("没有可以退回的模型：在用的是自带模型。")
    hashes = _hashes_when_adopted(steps, before)
    if before != shelf.SHIPPED and shelf.hashes_of(shelf.weights_of(models_dir, before)) != hashes:
        raise DataError(f"模型 {before} 与当初采用时的校验值不符，可能被改动或损坏，没有退回。请用备份恢复它的文件夹。")
    signed = (by.strip(), reason.strip(), now())
    step = shelf.Step("rollback", before, shelf.in_use(steps), hashes.weights, hashes.card, *signed)
    _put_to_use(models_dir, db, ROLLED_BACK, step)
    typer.echo(f"已退回{model_name(before)}，由{step.by}决定；{step.former} 仍保留。")


def _check_signed(by: str, reason: str) -> None:
    for name, words in (("--by", by), ("--reason", reason)):
        if not words.strip():
            raise UsageError(f"{name} 是空的：更换模型须写明由谁决定、为什么。")


def _check_untouched(db: str, model: str, hashes: Hashes) -> None:
    """Refuse a candidate that the record of the store does not know, or knows otherwise."""
    from mingcha.models.shelf import Hashes
    from mingcha.pipeline.store.model_events import trained_as

    with opened(db, must_exist=True) as store:
        trained = trained_as(store, model)
    if trained is None:
        raise UsageError(f"这个库的操作记录中没有训练过 {model}。请用 --db 指明训练它所用的库。")
    if Hashes(trained["weights"], trained["card"]) != hashes:
        raise DataError(f"模型 {model} 的文件与训练时的校验值不符，可能被改动或损坏，没有采用。请重新训练。")


def _obstacles(card: dict[str, Any], former: str) -> Iterator[str]:
    """Yield in Chinese what speaks against adopting a candidate in the place of *former*."""
    from mingcha.models.contrast import lost
    from mingcha.pipeline.reporting.model_pages import figure_names, model_name

    worse = lost(card["frozen"]["figures"])
    if worse:
        yield f"在单独留存的文档上，{figure_names(worse)} 比原模型差，超出 95% 区间"
    if card["compared_with"] != former:
        yield f"它训练时对照的是{model_name(card['compared_with'])}，而在用的是{model_name(former)}，应重新训练"


def _hashes_when_adopted(steps: Sequence[Step], model: str) -> Hashes:
    from mingcha.models.shelf import Hashes

    step = next((one for one in reversed(steps) if one.model == model), None)
    return Hashes(step.weights, step.card) if step else Hashes("", "")


def _put_to_use(folder: Path, db: str, action: str, step: Step) -> None:
    from mingcha.models.shelf import append_step
    from mingcha.pipeline.store.chain import Event
    from mingcha.pipeline.store.model_events import record_change

    detail = {"reason": step.reason, "former": step.former, "weights": step.weights, "anyway": step.anyway}
    with opened(db, must_exist=True) as store:
        record_change(store, Event(step.by, action, step.model, None, detail), lambda: append_step(folder, step))
