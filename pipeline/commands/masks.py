"""The commands around pseudonyms: a key for the office, and the way back for who holds it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from mingcha.pipeline.commands.options import StoreName, opened
from mingcha.pipeline.commands.report_cases import Wish, case_of, mask_of, read_key
from mingcha.pipeline.errors import UsageError


def make_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="新密钥文件的位置；已有的不会被改写。")],
) -> None:
    """新建一个化名用的密钥文件，只有本人可读。丢了密钥，代号就不能还原，也不能与以前的一致。"""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(f"“{file}”已经存在，没有改动。要新建密钥请换一个文件名。") from error
    except OSError as error:
        raise UsageError(f"无法写入“{file}”（{error.strerror}）。请换一个位置。") from error
    with os.fdopen(handle, "w") as stream:
        stream.write(f"{secrets.token_hex(32)}\n")
    typer.echo(f"已新建密钥：{file}。请妥善保管，不要与化名版报告放在一起。")


def reveal(
    pseudonyms: Annotated[list[str], typer.Argument(metavar="代号…", help="化名版中的代号，如 〔电话·BCDFGHJKLM〕。")],
    db: StoreName,
    key: Annotated[Path, typer.Option(metavar="FILE", help="生成化名版时用的密钥文件。")],
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称；数据库里只有一个时可省略。")] = None,
) -> None:
    """凭密钥查出代号原来是谁、是什么；没有当时的密钥查不出。"""
    from mingcha.pipeline.reporting.papers.mask_names import Secrecy, originals
    from mingcha.pipeline.reporting.papers.stored_texts import load_texts

    secrecy = Secrecy(read_key(key), subjects=True)
    with opened(db, must_exist=True) as store:
        case = case_of(store, Wish("reveal", assessment))
        mask = mask_of(store, case, secrecy)
        texts = [text for one in load_texts(store, case.assessment.name) for text in (one.name, one.text)]
    found = originals(pseudonyms, [*texts, *mask.names], mask)
    for token in pseudonyms:
        typer.echo(f"{token}　{found.get(token, '查不到：密钥不对，或数据库里没有这一项')}")
