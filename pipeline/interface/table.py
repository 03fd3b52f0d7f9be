"""The addresses: what each is called, what may be asked of it, what it answers. Routes and description come from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingcha.pipeline.interface import parameters as may
from mingcha.pipeline.interface import resources as what

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingcha.pipeline.interface.calls import Call
    from mingcha.pipeline.interface.parameters import Parameter
    from mingcha.pipeline.interface.records import Record


@dataclass(frozen=True, slots=True)
class Resource:
    """An address with its name in the description, its Chinese summary, the shape of its answer and its parameters."""

    address: str
    operation: str
    summary: str
    schema: str
    answer: Callable[[Call], Record]
    parameters: tuple[Parameter, ...] = ()

    @property
    def path(self) -> str:
        """The address without what Starlette is told of its parts."""
        return self.address.replace(":int}", "}")


_FINDING = (may.STANDING, may.KIND, may.CATEGORY, may.STATUS, may.SUBJECT, may.DOCUMENT)
TABLE = (
    Resource("/assessment", "assessment", "考核和名册", "Assessment", what.answer_assessment),
    Resource("/documents", "documents", "材料", "DocumentPage", what.answer_documents, (may.READ, *may.PAGING)),
    Resource("/documents/{document}", "document", "一份材料", "Document", what.answer_document),
    Resource(
        "/documents/{document}/text", "text", "一份材料的一段正文", "Text", what.answer_text, (may.START, may.END)
    ),
    Resource(
        "/findings",
        "findings",
        "线索；不写 standing 时只给已确认的",
        "FindingPage",
        what.answer_findings,
        (*_FINDING, *may.PAGING),
    ),
    Resource(
        "/findings/{finding}",
        "finding",
        "一条线索；所在文件有几份相同的副本，就有几项",
        "FindingPage",
        what.answer_finding,
    ),
    Resource(
        "/facts",
        "facts",
        "事实",
        "FactPage",
        what.answer_facts,
        (may.KIND, may.CATEGORY, may.SUBJECT, *may.PAGING),
    ),
    Resource("/facts/{fact}", "fact", "一个事实", "Fact", what.answer_fact),
    Resource(
        "/scorecards",
        "scorecards",
        "计分卡和明细，按计分的先后；同一对象、同一方案以最后一张为准",
        "ScorecardPage",
        what.answer_scorecards,
        (may.SUBJECT, may.SCHEME, *may.PAGING),
    ),
    Resource("/scorecards/{number:int}", "scorecard", "一张计分卡", "Scorecard", what.answer_scorecard),
)
