"""The command that makes the reports an office hands in: as a web page, a Word file or a workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingcha.pipeline.commands.options import InputsFile, StoreName, opened
from mingcha.pipeline.commands.report_cases import Wish, case_of, mask_of, secrecy_of, shelter_mask
from mingcha.pipeline.commands.sendings import Clerk, Purpose, clerk_of, keep_sending, sent_file
from mingcha.pipeline.errors import UsageError

if TYPE_CHECKING:
    from mingcha.pipeline.outgoing import Form, SentFile
    from mingcha.pipeline.reporting.papers.case import Case, Index
    from mingcha.pipeline.reporting.papers.paper import Paper
    from mingcha.pipeline.reporting.papers.word_file import Pattern
    from mingcha.pipeline.subjects import Subject

FORMATS = ("html", "docx", "xlsx")
_KIND_HELP = (
    "报告种类：profile 画像、analysis 综合分析、problems 问题清单、practices 经验做法、candidates 两头名单建议、"
    "consultation 联合会商表、progress 进度反馈、interviews 谈话完整性、quality 运行质量、"
    "explanation 说明材料（告知本人）。"
)
_OUT_HELP = "写到哪个文件；画像不写 --subject 时是一个文件夹，每个对象一个文件。"
_NAME = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reports go: a file, or a folder with a file for each; the format, and the office's own Word template."""

    out: Path
    format: str
    template: Path | None


def report(  # noqa: PLR0913 - one parameter an option
    db: StoreName,
    kind: Annotated[str, typer.Option(metavar="KIND", help=_KIND_HELP)],
    out: Annotated[Path, typer.Option(metavar="PATH", help=_OUT_HELP)],
    format: Annotated[str | None, typer.Option(metavar="html|docx|xlsx", help="格式；默认按 --out 的扩展名。")] = None,  # noqa: A002
    subject: Annotated[
        str | None, typer.Option(metavar="SUBJECT", help="对象的编号或姓名；用于画像、说明材料和会商表。")
    ] = None,
    assessment: Annotated[str | None, typer.Option(metavar="NAME", help="考核名称；数据库里只有一个时可省略。")] = None,
    scheme: Annotated[str | None, typer.Option(metavar="TOML", help="评分方案；写明才有计分部分。")] = None,
    inputs: InputsFile = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="CSV", help="谈话计划：谈话对象,单位,必谈情形（用于 interviews）。")
    ] = None,
    quarter: Annotated[int, typer.Option(metavar="1-4", min=1, max=4, help="到第几季度为止（用于 progress）。")] = 4,
    template: Annotated[
        Path | None, typer.Option(metavar="DOCX", help="本单位的 Word 模板，默认用自带的公文模板。")
    ] = None,
    mask: Annotated[bool, typer.Option("--mask", help="化名版：人名、电话、证件号、住址等换成代号。")] = False,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="化名用的密钥文件，各份报告代号一致；不写则代号不可还原。")
    ] = None,
    mask_subjects: Annotated[
        bool, typer.Option("--mask-subjects", help="化名版中考核对象和单位的名称也换成代号。")
    ] = False,
    names: Annotated[
        bool, typer.Option("--names", help="说明材料写出决定人的姓名；默认只写初审人、复核人、裁定人。")
    ] = False,
    purpose: Purpose = "",
    by: Clerk = None,
) -> None:
    """从数据库生成报告：画像、综合分析、问题清单、名单建议、会商表等，每句话都注明出处，由人审定。"""
    from mingcha.pipeline.outgoing import Sending
    from mingcha.pipeline.reporting.papers.carried import by_code, carried
    from mingcha.pipeline.reporting.papers.case import indexed
    from mingcha.pipeline.reporting.papers.kinds import compose

    place = _Place(out, _format(format, out), template)
    hidden = mask or mask_subjects or kind == "explanation"
    _check(place, masked=hidden, key=key)
    with opened(db, must_exist=True) as store:
        case = case_of(store, Wish(kind, assessment, scheme, inputs, plan, quarter, names))
        index = indexed(case)
        secrecy = secrecy_of(key, subjects=mask_subjects)
        hide: Callable[[Paper], Paper] = _kept
        if kind == "explanation":
            hide = _hiding(shelter_mask(store, case, secrecy))
        elif hidden:
            hide = _hiding(mask_of(store, case, secrecy))
        chosen = _chosen(subject, index.roster) if subject is not None else None
        if kind == "profile" and chosen is None:
            files = _write_profiles(index, place, hide)
        else:
            paper = compose(kind, index, chosen)
            files = (_write(out, hide(paper), place, carried(paper, by_code(case.reviewed))),)
        act = Sending("report", kind, place.format, files, chosen.id if chosen else "", purpose.strip(), hidden)
        keep_sending(store, case.assessment.name, replace(act, decisions=_last(case), by=clerk_of(by)))
    typer.echo(f"已写出{len(files)}份画像：{out}" if kind == "profile" and chosen is None else f"已写出：{out}")


def _last(case: Case) -> int:
    return max((one.number or 0 for one in case.decisions), default=0)


def _kept(paper: Paper) -> Paper:
    return paper


def _hiding(mask: object) -> Callable[[Paper], Paper]:
    from functools import partial

    from mingcha.pipeline.reporting.papers.masking import Mask, masked, masking

    assert isinstance(mask, Mask)
    return partial(masked, mask_text=masking(mask))


def _format(given: str | None, out: Path) -> str:
    wanted = given or out.suffix.removeprefix(".").lower()
    if wanted not in FORMATS:
        raise UsageError(
            f"不知道要什么格式（“{wanted}”）。请加 --format，可写 {'、'.join(FORMATS)}，或给 --out 写上扩展名。"
        )
    return wanted


def _check(place: _Place, *, masked: bool, key: Path | None) -> None:
    if key is not None and not masked:
        raise UsageError("--key 只用于化名版。请加 --mask，或去掉 --key。")
    if place.template is not None and place.format != "docx":
        raise UsageError(f"--template 只用于 Word，而格式是 {place.format}。请去掉 --template，或改用 --format docx。")


def _chosen(name: str, roster: tuple[Subject, ...]) -> Subject:
    from mingcha.pipeline.commands.cases import chosen_subject

    return chosen_subject(name, roster)


def _write_profiles(index: Index, place: _Place, hide: Callable[[Paper], Paper]) -> tuple[SentFile, ...]:
    """Write the profile of every subject into a folder."""
    from mingcha.pipeline.outputs import make_folder
    from mingcha.pipeline.reporting.papers.carried import by_code, carried
    from mingcha.pipeline.reporting.papers.kinds import compose

    if not index.roster:
        raise UsageError("这次考核没有花名册，没有对象可以画像。请用 mingcha run --roster 提供花名册后重新运行。")
    make_folder(place.out)
    known = by_code(index.case.reviewed)
    papers = (compose("profile", index, subject) for subject in index.roster)
    return tuple(
        _write(place.out / _file_name(shown, place.format), shown, place, carried(paper, known))
        for paper, shown in ((paper, hide(paper)) for paper in papers)
    )


def _file_name(paper: Paper, suffix: str) -> str:
    """Return the name of a report's file; characters that file systems refuse become a line."""
    return f"{_NAME.sub('_', paper.stem)[:80]}.{suffix}"


def _render(paper: Paper, place: _Place) -> bytes:
    from mingcha.pipeline.reporting.papers.web_page import web_page
    from mingcha.pipeline.reporting.papers.word_file import word_file
    from mingcha.pipeline.reporting.papers.workbook_file import workbook_file

    if place.format == "docx":
        return word_file(paper, _pattern(place.template, paper.wide))
    return web_page(paper) if place.format == "html" else workbook_file(paper)


@lru_cache(maxsize=2)
def _pattern(template: Path | None, wide: bool) -> Pattern:  # noqa: FBT001 - what is remembered has no keywords
    """Read a template once for all profiles of one call."""
    from mingcha.pipeline.reporting.papers.word_file import load_pattern

    return load_pattern(template, wide=wide)


def _write(path: Path, paper: Paper, place: _Place, forms: Mapping[str, Form]) -> SentFile:
    """Write a report and return it as it lies there, with the findings that it carries."""
    from mingcha.pipeline.outgoing import held_by
    from mingcha.pipeline.outputs import reason_of, reserve

    data = _render(paper, place)
    try:
        reserve(path)
        path.write_bytes(data)
        return sent_file(path, held_by(forms))
    except OSError as error:
        raise UsageError(
            f"无法写入“{path}”（{reason_of(error)}）。请检查文件夹是否存在、文件是否正被打开，或换一个位置。"
        ) from error
