"""The models of an office: one folder each, and a list of which was put to use when, by whom and why.

    FOLDER/adopted.jsonl            a line for every adoption and every return to an earlier model; only appended
    FOLDER/sentence-0123456789/     a candidate: sentence.npz (weights) and sentence.json (card)
    FOLDER/reference/               models that stand in for the shipped one in comparisons

Where nothing was adopted the shipped model is in use. No model is ever removed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from mingcha.models.cards import WEIGHTS
from mingcha.pipeline.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHIPPED = "shipped"
LIST, FILE = "adopted.jsonl", "sentence.npz"


@dataclass(frozen=True, slots=True)
class Step:
    """What was put to use: ``model`` is an id or ``shipped``; the hashes are of its weights and its card, else empty.

    ``at`` is ISO 8601 with zone. ``anyway``: adopted although it is worse on the frozen split.
    """

    act: Literal["adopt", "rollback"]
    model: str
    former: str
    weights: str
    card: str
    by: str
    reason: str
    at: str
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Hashes:
    """The hashes of a model's two files."""

    weights: str
    card: str


def load_steps(folder: Path) -> tuple[Step, ...]:
    """Return what was put to use in the order in which it was; DataError where the list cannot be understood."""
    if not folder.is_dir():
        raise UsageError(f"找不到模型文件夹“{folder}”。请核对 --models-dir（或环境变量 MINGCHA_MODELS）。")
    path = folder / LIST
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return tuple(Step(**json.loads(line)) for line in lines)
    except (ValueError, TypeError, OSError) as error:
        raise DataError(f"{path}：采用记录读不懂，可能被改动或损坏。请用备份恢复这个文件。") from error


def append_step(folder: Path, step: Step) -> None:
    """Add a step to the list."""
    path = folder / LIST
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(step), ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"无法写入“{path}”：{error.strerror}。请检查权限，模型没有更换。") from error


def in_use(steps: Sequence[Step]) -> str:
    """Return the id of the model in use, or ``shipped``.

    >>> in_use(())
    'shipped'
    """
    return steps[-1].model if steps else SHIPPED


def model_before(steps: Sequence[Step]) -> str | None:
    """Return what a return leads to: the model that the one in use took the place of; ``None`` where none was adopted.

    >>> def step(act, model):
    ...     return Step(act, model, "", "", "", "", "", "")
    >>> model_before([step("adopt", "a"), step("adopt", "b")])
    'a'
    >>> model_before([step("adopt", "a"), step("adopt", "b"), step("rollback", "a")])
    'shipped'
    >>> model_before([step("adopt", "a"), step("rollback", "shipped")])
    """
    standing = [SHIPPED]
    for step in steps:
        if step.act == "adopt":
            standing.append(step.model)
        else:
            standing.pop()
    return standing[-2] if len(standing) > 1 else None


def weights_of(folder: Path, model: str) -> Path:
    """Return where the weights of a model lie."""
    return WEIGHTS if model == SHIPPED else folder / model / FILE


def weights_in_use(folder: Path | None) -> Path | None:
    """Return the weights of the adopted model, ``None`` for the shipped one.

    A DataError where they or their card are not what was adopted.
    """
    steps = load_steps(folder) if folder is not None else ()
    if folder is None or in_use(steps) == SHIPPED:
        return None
    step = steps[-1]
    path = weights_of(folder, step.model)
    if hashes_of(path) != Hashes(step.weights, step.card):
        raise DataError(
            f"{path}：在用的模型与采用时的校验值不符，可能被改动或损坏，已拒绝使用。"
            "请用备份恢复，或用 mingcha model rollback 退回。"
        )
    return path


def hashes_of(path: Path) -> Hashes:
    """Return the hashes of the weights at *path* and of their card; a DataError where one is missing."""
    try:
        pair = [hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, path.with_suffix(".json"))]
    except OSError as error:
        raise DataError(f"{path}：缺少模型文件或模型卡。请核对编号，或重新训练。") from error
    return Hashes(*pair)


def find_candidate(folder: Path, given: str) -> str:
    """Return the id of the model that *given*, an id or its unambiguous beginning, means."""
    load_steps(folder)
    found = [name for name in candidates_in(folder) if given and (name == given or name.startswith(given))]
    if len(found) != 1:
        known = "、".join(candidates_in(folder)) or "（没有）"
        raise UsageError(f"模型编号“{given}”{'对应不止一个' if found else '不存在'}。已有的候选模型：{known}。")
    return found[0]


def candidates_in(folder: Path) -> list[str]:
    """Return the ids of all models of the office, adopted or not."""
    return sorted(path.parent.name for path in folder.glob(f"sentence-*/{FILE}"))


def card_of(folder: Path, model: str) -> dict[str, Any]:
    """Return the card of a model, which is loaded and so checked whole."""
    from mingcha.models.sentence_model import load_sentence_model

    return dict(load_sentence_model(weights_of(folder, model)).card)
