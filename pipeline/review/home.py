"""The first pages: which assessments an account may open, and what a guideline says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.review.visit import key_of
from mingcha.pipeline.store.accounts import load_permissions
from mingcha.pipeline.store.material import periods

if TYPE_CHECKING:
    from starlette.responses import Response

    from mingcha.pipeline.review.visit import Visit


def show_home(visit: Visit) -> Response:
    """Show the assessments that the account may open; where it is one, open it."""
    mine = load_permissions(visit.store, login=visit.account.login)
    if len(mine) == 1 and not visit.account.administrator:
        return RedirectResponse(f"/a/{key_of(mine[0].assessment)}/", 303)
    return show(visit, "home", mine=mine, periods=periods(visit.store, {one.assessment for one in mine}))


def show_guide(visit: Visit) -> Response:
    """Show the guideline: what to confirm, what to reject, what each status means."""
    return show(visit, "guide")
