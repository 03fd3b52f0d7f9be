"""The review page as a whole: its addresses, and the layers around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from mingcha.pipeline.interface.application import Desk, interface_application
from mingcha.pipeline.review.document_pages import mark, show_document, show_documents, unmark
from mingcha.pipeline.review.entrance import change_password, enter, leave, show_entrance, show_password
from mingcha.pipeline.review.gates import action, page, show_fault
from mingcha.pipeline.review.home import show_guide, show_home
from mingcha.pipeline.review.originals import show_page
from mingcha.pipeline.review.outgoing_page import show_outgoing
from mingcha.pipeline.review.overview import change_assignment, show_overview, show_quality
from mingcha.pipeline.review.passage_page import annotate, decide_passage, show_passage, undo
from mingcha.pipeline.review.people_page import change_lock, change_right, show_people
from mingcha.pipeline.review.protection import Protection, Refusals, Waits
from mingcha.pipeline.review.queue_page import next_up, show_queue
from mingcha.pipeline.review.readiness import PAGES_AT_ONCE, lifespan
from mingcha.pipeline.review.record_pages import export_record, show_record, show_referrals
from mingcha.pipeline.review.rendering import STATIC
from mingcha.pipeline.review.sample_pages import draw_sample, judge_sentence, show_sample, show_samples
from mingcha.pipeline.review.splits import split_passage
from mingcha.pipeline.review.subject_pages import show_subject, show_subjects
from mingcha.pipeline.review.trial_page import show_trial

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from mingcha.pipeline.review.visit import Office

_FAULTS = {404: "没有这个页面。", 405: "不能这样打开这个页面。", 400: "请求不完整。请返回后重试。"}


def review_application(office: Office) -> ASGIApp:
    """Return the application that serves the review page of a store."""
    pages = Starlette(
        routes=[
            *_entrance(),
            Mount("/api/v1", interface_application(Desk(office.store))),
            Mount("/a/{assessment}", routes=_assessment()),
            Mount("/static", StaticFiles(directory=STATIC, follow_symlink=True)),
        ],
        exception_handlers={HTTPException: _fault, Exception: _fault},
        lifespan=lifespan,
    )
    pages.state.office, pages.state.waits = office, Waits()
    pages.state.lane = CapacityLimiter(PAGES_AT_ONCE[office.store.dialect.name])
    return Protection(pages, hosts=office.hosts, refusals=Refusals(office.store))


def _entrance() -> list[Route]:
    return [
        Route("/login", show_entrance, methods=["GET"]),
        Route("/login", enter, methods=["POST"]),
        Route("/logout", action(leave, "account"), methods=["POST"]),
        Route("/password", page(show_password, "account"), methods=["GET"]),
        Route("/password", action(change_password, "account"), methods=["POST"]),
        Route("/people", page(show_people, "administrator"), methods=["GET"]),
        Route("/people/right", action(change_right, "administrator"), methods=["POST"]),
        Route("/people/lock", action(change_lock, "administrator"), methods=["POST"]),
        Route("/guide", page(show_guide, "account"), methods=["GET"]),
        Route("/", page(show_home, "account"), methods=["GET"]),
    ]


def _assessment() -> list[Route]:
    return [
        Route("/", page(show_overview), methods=["GET"]),
        Route("/quality", page(show_quality), methods=["GET"]),
        Route("/assign", action(change_assignment, "lead"), methods=["POST"]),
        Route("/documents", page(show_documents), methods=["GET"]),
        Route("/document/{document}", page(show_document), methods=["GET"]),
        Route("/mark", action(mark), methods=["POST"]),
        Route("/unmark", action(unmark), methods=["POST"]),
        Route("/samples", page(show_samples), methods=["GET"]),
        Route("/samples", action(draw_sample), methods=["POST"]),
        Route("/sample/{sample}", page(show_sample), methods=["GET"]),
        Route("/sample/{sample}", action(judge_sentence), methods=["POST"]),
        Route("/subjects", page(show_subjects), methods=["GET"]),
        Route("/what-if/{subject:path}", page(show_trial), methods=["GET"]),
        Route("/subject/{subject:path}", page(show_subject), methods=["GET"]),
        Route("/referrals", page(show_referrals), methods=["GET"]),
        Route("/outgoing", page(show_outgoing), methods=["GET"]),
        Route("/record", page(show_record, aside=True), methods=["GET"]),
        Route("/record.jsonl", page(export_record, aside=True), methods=["GET"]),
        Route("/queue", page(show_queue), methods=["GET"]),
        Route("/next", page(next_up), methods=["GET"]),
        Route("/passage/{finding}", page(show_passage), methods=["GET"]),
        Route("/passage/{finding}/page.png", page(show_page, aside=True), methods=["GET"]),
        Route("/decide", action(decide_passage), methods=["POST"]),
        Route("/split", action(split_passage), methods=["POST"]),
        Route("/undo", action(undo), methods=["POST"]),
        Route("/annotate", action(annotate), methods=["POST"]),
    ]


async def _fault(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    return show_fault(
        _FAULTS.get(code, "出了问题，没有完成。请返回后重试；若仍不行，请把时间告诉管理员，原因在服务的日志里。"), code
    )
