"""The OpenAPI document, written from the table of addresses."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from mingcha.pipeline.interface.parameters import LONGEST_WORD, PLAIN
from mingcha.pipeline.interface.schemas import SCHEMAS
from mingcha.pipeline.interface.table import TABLE

if TYPE_CHECKING:
    from mingcha.pipeline.interface.parameters import Parameter
    from mingcha.pipeline.interface.table import Resource

_ABOUT = (
    "供其他系统读取一次考核的结果，只读。没有经人工确认的线索只是软件的提示，不是结论，不得据以处理人。"
    "涉及廉洁的表述不提供，正文中的相应文字换成 ■。位置以字符（Unicode 码点）计，从 0 起，含起点不含终点。"
)
_REFUSALS = {
    "401": "没有令牌，或令牌无效、已作废",
    "404": "没有这一项，或不能读取",
    "422": "参数不对",
    "429": "请求过于频繁，请按 Retry-After 等待",
    "503": "数据库暂时不能使用",
}
_PATH: dict[str, tuple[str, dict[str, Any]]] = {
    "document": ("材料编号", {"type": "string", "pattern": "^[0-9a-f]{16}$"}),
    "finding": ("线索编号", {"type": "string", "pattern": "^[0-9a-f]{20}$"}),
    "fact": ("事实编号", {"type": "string", "pattern": "^[^/]+$"}),
    "number": ("计分卡序号", {"type": "integer", "minimum": 1}),
}


@cache
def describe() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "明察只读接口", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in TABLE},
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "mingcha clients add 给出的令牌"}
            },
        },
    }


def _operation(resource: Resource) -> dict[str, Any]:
    named = [_path_parameter(name) for name in re.findall(r"{(\w+)", resource.address)]
    answers = {"200": _answer(resource.summary, resource.schema)}
    refusals = {status: _answer(words, "Fault") for status, words in _REFUSALS.items()}
    refusals["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "等待的秒数"}}
    return {
        "operationId": resource.operation,
        "summary": resource.summary,
        "parameters": [*named, *(_parameter(one) for one in resource.parameters)],
        "responses": answers | refusals,
    }


def _answer(words: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": words, "content": content}


def _path_parameter(name: str) -> dict[str, Any]:
    words, schema = _PATH[name]
    return {"name": name, "in": "path", "required": True, "description": words, "schema": schema}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "maxLength": LONGEST_WORD, "pattern": PLAIN}
    if one.choices:
        schema = {"type": "string", "enum": list(one.choices)}
    if one.bounds:
        schema = {"type": "integer", "minimum": one.bounds[0], "maximum": one.bounds[1]}
    if one.default is not None:
        schema["default"] = one.default
    said = {"name": one.name, "in": "query", "description": one.description, "schema": schema}
    return said | {"required": one.required}
