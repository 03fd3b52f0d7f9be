"""What several commands share: their options, the store they open, the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from mingcha.models.choice import Models
    from mingcha.pipeline.analysis import Toolkit
    from mingcha.pipeline.opposition import Senses
    from mingcha.pipeline.subjects import Subject

OK, FATAL, WRONG_USE, SOME_UNREAD, INTERRUPTED = 0, 1, 2, 3, 130

DB_HELP = "数据库：SQLite 文件路径，或 postgresql+psycopg://主机/库名；加密库写 vault:文件?key=密钥文件。"
StoreName = Annotated[str, typer.Option("--db", metavar="URL", help=DB_HELP)]
SchemeName = Annotated[str, typer.Option("--scheme", metavar="TOML", help="评分方案文件，或自带方案名（deneng 等）。")]
InputsFile = Annotated[Path | None, typer.Option("--inputs", metavar="CSV", help="手工填写的指标值：对象,指标,数值。")]
_TABLES_HELP = "方案中某张表的数据，可写多次：表的编号=文件（CSV 或 xlsx）。"
TableFiles = Annotated[list[str] | None, typer.Option("--table", metavar="表=FILE", help=_TABLES_HELP)]
_CLASSIFIED_HELP = "带有密级标志的文件也读取（默认只报告，不读取）。国家秘密只能在涉密计算机上处理。"
AllowClassified = Annotated[bool, typer.Option("--allow-classified", help=_CLASSIFIED_HELP)]
_PRECISION_HELP = "风险信号的准确率下限，如 0.9：按自有语料留出折选定操作点，报得更准、更少（真实材料上会低一些）。"
MinPrecision = Annotated[float | None, typer.Option("--min-precision", metavar="0.9", help=_PRECISION_HELP)]
_RULES_HELP = "本单位的规则文件，可写多次：增加规则，或按编号改动、停用自带规则（见 docs/规则.md）。"
RuleFiles = Annotated[list[Path] | None, typer.Option("--rules", metavar="TOML", help=_RULES_HELP)]
_AS_OF_HELP = "按这个时刻以前的决定重现，如 2025-01-31（到当天结束）或 2025-01-31T18:00；不写入数据库。"
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="TIME", help=_AS_OF_HELP)]
_MODELS_HELP = "本单位的模型文件夹；也可以用环境变量 MINGCHA_MODELS 写明。没有采用过别的模型时，用自带模型。"
ModelsDir = Annotated[
    Path | None,
    typer.Option("--models-dir", metavar="DIR", envvar="MINGCHA_MODELS", show_envvar=False, help=_MODELS_HELP),
]
Out = Annotated[Path, typer.Option("--out", metavar="OUT", help="输出文件夹（不存在则新建）。")]


def opened(db: str, *, must_exist: bool = False, upgrade: bool = True) -> AbstractContextManager[Engine]:
    """Open the store at *db* for a block; without *upgrade* its tables are left as they are."""
    from mingcha.pipeline.store import database

    return database.opened(db, must_exist=must_exist, upgrade=upgrade)


def reasons() -> dict[str, str]:
    """Return the Chinese reason of every shipped rule, of the model and of a second reader's words, by id."""
    from mingcha.models.versions import rule_reasons
    from mingcha.pipeline.opinions import OPINION_REASONS

    return {**rule_reasons(), **OPINION_REASONS}


class ModelChoice(StrEnum):
    """What may be asked for with ``--model``."""

    FULL = "full"
    LIGHT = "light"


_MODEL_HELP = "full：句子模型加编码器（默认）；light：只用句子模型，快得多，略少找到一些。"
ModelName = Annotated[ModelChoice, typer.Option("--model", help=_MODEL_HELP)]
_ENCODER_HELP = "用本单位自己的编码器（ONNX 和 tokenizer.json 所在的文件夹，先用 mingcha train --encoder 配好）。"
EncoderFolder = Annotated[Path | None, typer.Option("--encoder", metavar="DIR", help=_ENCODER_HELP)]


def models_of(models_dir: Path | None, model: ModelChoice, encoder: Path | None = None) -> Models:
    """Return the models that were asked for; an adopted sentence model has no encoder behind it."""
    from mingcha.models.choice import LIGHT, SHIPPED_MODELS, Models

    weights = weights_of(models_dir)
    if encoder and (weights or model is ModelChoice.LIGHT):
        beside = "--models-dir 里采用的模型" if weights else "--model light"
        raise UsageError(f"--encoder 不能和 {beside} 同用：编码器是同自带的句子模型配好的。请去掉其中一个。")
    if weights or encoder:
        return Models(weights, encoder)
    return LIGHT if model is ModelChoice.LIGHT else SHIPPED_MODELS


def weights_of(models_dir: Path | None) -> Path | None:
    """Return the weights of the model that the office adopted, ``None`` for the shipped ones; say which it is."""
    from mingcha.models.shelf import weights_in_use

    path = weights_in_use(models_dir)
    if path is not None:
        typer.echo(f"提示：使用本单位采用的模型 {path.parent.name}。", err=True)
    return path


def now() -> str:
    """Return the time, with zone, as decisions bear it."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def toolkit_of(roster: Sequence[Subject], **chosen: Any) -> Toolkit:
    """Load the toolkit where it is needed: in the workers, while the process that sends this there spares itself it."""
    from mingcha.models.toolkit import load_toolkit

    return load_toolkit(roster, **chosen)


def read_senses(texts: Sequence[str]) -> Senses:
    """Tell what texts speak of; the model is loaded, and numpy with it, once there is something to compare."""
    from mingcha.models.senses import load_sense_model

    return load_sense_model()(texts)
