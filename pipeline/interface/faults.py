"""What is refused, as JSON: a code for programs and a Chinese message for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES = {
    "unauthorized": "没有令牌，或令牌无效、已作废",
    "not_found": "没有这一项（别的考核有没有，不予区分）",
    "method": "只能读取",
    "invalid": "参数不对",
    "too_many": "请求过于频繁",
    "busy": "数据库暂时不能使用",
    "internal": "服务出错",
}


@dataclass(slots=True)
class Fault(Exception):  # noqa: N818 - our word for it
    """A refusal: HTTP status, code, Chinese message, headers."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(fault: Fault) -> JSONResponse:
    """Return the answer to what is refused."""
    return JSONResponse({"code": fault.code, "message": fault.message}, fault.status, dict(fault.headers))


def unauthorized() -> Fault:
    """Return the refusal of whoever has no token that holds."""
    message = "没有令牌，或令牌无效、已作废。请在请求头写 Authorization: Bearer 令牌（向管理员索取）。"
    return Fault(401, "unauthorized", message, {"WWW-Authenticate": "Bearer"})


def not_found() -> Fault:
    """Return the refusal of what is not there, or not for this client; which of the two is not told."""
    return Fault(404, "not_found", "没有这一项，或这个客户端不能读取它。请核对地址和编号。")


def invalid(message: str) -> Fault:
    """Return the refusal of a parameter."""
    return Fault(422, "invalid", message)


def too_many(seconds: int) -> Fault:
    """Return the refusal of whoever asks too often."""
    return Fault(429, "too_many", f"请求过于频繁。请 {seconds} 秒后再试。", {"Retry-After": str(seconds)})
