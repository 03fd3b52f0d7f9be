"""Accounts and rights, for administrators. Passwords are set at the terminal, so that none travels through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.review.gates import go
from mingcha.pipeline.review.rendering import show
from mingcha.pipeline.store.accounts import Permission, grant, load_accounts, load_permissions, lock_account, revoke
from mingcha.pipeline.store.material import assessment_names
from mingcha.pipeline.store.people import Role

if TYPE_CHECKING:
    from starlette.responses import Response

    from mingcha.pipeline.review.gates import Form
    from mingcha.pipeline.review.visit import Visit


def show_people(visit: Visit) -> Response:
    """Show accounts and rights."""
    return show(
        visit,
        "people",
        accounts=load_accounts(visit.store),
        permissions=load_permissions(visit.store),
        assessments=assessment_names(visit.store),
    )


def change_right(visit: Visit, form: Form) -> Response:
    """Give an account a right, or take it away."""
    assessment, login, role = (form.get(name, "") for name in ("assessment", "login", "role"))
    if role == "none":
        revoke(visit.store, assessment, login, by=visit.account.login)
        return go(visit, "/people", "granted")
    known = next((one for one in get_args(Role) if one == role), None)
    if known is None:
        raise DataError("没有选角色。请重试。")
    seeing = (bool(form.get("integrity")), bool(form.get("names")))
    grant(visit.store, Permission(assessment, login, known, *seeing), by=visit.account.login)
    return go(visit, "/people", "granted")


def change_lock(visit: Visit, form: Form) -> Response:
    """Lock an account or open it again; nobody locks himself out."""
    login = form.get("login", "")
    if login == visit.account.login:
        raise DataError("不能停用自己的账号。请由另一位管理员操作。")
    lock_account(visit.store, login, by=visit.account.login, locked=form.get("locked") == "1")
    return go(visit, "/people", "locked")
