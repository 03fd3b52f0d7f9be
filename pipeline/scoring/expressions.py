"""A small safe language for the formulas in a scheme: exact decimals, names of inputs, a dozen functions, no eval.

Python's own parser reads the text; only the forms listed here are let through. A missing input is not zero: what
depends on it has no value, and the result says which input is missing.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from mingcha.pipeline.scoring.operations import (
    FUNCTIONS,
    LAZY,
    UndefinedError,
    compared,
    computed,
    opposite,
    shown,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mingcha.pipeline.scoring.operations import Value

    Values = Mapping[str, Value | None]
    Reasons = dict[str, None]

_LONGEST = 500  # characters
_DEEPEST = 40  # levels of brackets and operators
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?")  # neither 1e9 nor 0x10: people read what stands there
_ALLOWED = "数字、引号里的文字、指标编号、+ - * /、比较、and、or、not、甲 if 条件 else 乙，以及函数"


class ExpressionError(ValueError):
    """A formula that cannot be read; the text (Chinese) says what is wrong, where and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a formula comes to. ``value`` is ``None`` where it is undetermined; ``reasons`` (Chinese) then say why.

    ``working`` is the formula with the numbers in place of the names.
    """

    value: Value | None
    working: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expression:
    """A formula that was read: its text and its checked syntax tree."""

    text: str
    tree: ast.expr

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of inputs in the order in which they first occur."""
        return tuple(dict.fromkeys(node.id for node in _nodes(self.tree) if isinstance(node, ast.Name)))

    @cached_property
    def _gaps(self) -> tuple[tuple[str, int, int], ...]:
        """Where names stand in the UTF-8 text, the last first: name, start, end."""
        names = [node for node in _nodes(self.tree) if isinstance(node, ast.Name)]
        places = ((node.id, node.col_offset, node.end_col_offset or node.col_offset) for node in names)
        return tuple(sorted(places, key=lambda place: -place[1]))

    def answer(self, values: Values) -> Answer:
        """Work the formula out; a name that *values* lacks counts as missing.

        >>> answer = parse_expression("实绩 * 党建 / 80").answer({"实绩": Decimal("84.4"), "党建": Decimal(83)})
        >>> answer.value, answer.working
        (Decimal('87.565'), '84.4 * 83 / 80')
        """
        reasons: dict[str, None] = {}
        value = _value(self.tree, values, reasons)
        return Answer(value, self._working(values), tuple(reasons) if value is None else ())

    def _working(self, values: Values) -> str:
        text = self.text.encode()
        for name, start, end in self._gaps:
            text = text[:start] + shown(values.get(name)).encode() + text[end:]
        return text.decode()


def parse_expression(text: str) -> Expression:
    """Return the formula in *text*; an :class:`ExpressionError` names what does not belong in it.

    >>> parse_expression("min(100, 基本分 + 加分)").names
    ('基本分', '加分')
    """
    if len(text) > _LONGEST:
        raise ExpressionError(f"算式有{len(text)}个字符，最多{_LONGEST}个。请拆成几个指标")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f"（第{error.offset}个字符附近）" if isinstance(error, SyntaxError) and error.offset else ""
        raise ExpressionError(f"算式“{text}”写法不对{place}。请检查括号和运算符，用半角 + - * / ( ) ,") from error
    _check(tree, text, 0)
    return Expression(text, tree)


def _nodes(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield a formula's operands in the order of the text; the names of functions are none."""
    yield tree
    for part in _operands(tree):
        yield from _nodes(part)


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.IfExp(body=body, test=test, orelse=other):
            return [body, test, other]
        case ast.BoolOp(values=parts) | ast.Call(args=parts):
            return parts
    return []


# ---- what a formula may hold


def _check(node: ast.expr, text: str, depth: int) -> None:
    """Let the allowed forms through and turn each number of the text into the decimal that stands there."""
    if depth > _DEEPEST:
        raise ExpressionError(f"算式“{text}”套得太深，最多{_DEEPEST}层。请拆成几个指标")
    segment = ast.get_source_segment(text, node) or ""
    if (fault := _fault(node, segment)) is not None:
        raise ExpressionError(f"算式“{text}”里的“{segment}”不能用。{fault}")
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool | str):
        node.value = Decimal(segment)  # type: ignore[assignment]
    for part in _operands(node):
        _check(part, text, depth + 1)


def _fault(node: ast.expr, segment: str) -> str | None:
    match node:
        case ast.Name() | ast.BoolOp() | ast.IfExp() | ast.Compare() | ast.Constant(value=bool() | str()):
            return None
        case ast.Constant(value=int() | float()) if _DECIMAL.fullmatch(segment):
            return None
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            return None
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()):
            return None
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]):
            return _call_fault(name, parts)
    return f"这里只能写{_ALLOWED}{'、'.join((*FUNCTIONS, *LAZY))}"


def _call_fault(name: str, parts: list[ast.expr]) -> str | None:
    if name in LAZY:
        fits = len(parts) == LAZY[name] and isinstance(parts[0], ast.Name)
        return None if fits else f"“{name}”的第一个参数应当是一个编号，共{LAZY[name]}个参数"
    if name not in FUNCTIONS:
        return f"没有函数“{name}”。可用：{'、'.join((*FUNCTIONS, *LAZY))}"
    least, most = FUNCTIONS[name].least, FUNCTIONS[name].most
    fits = least <= len(parts) <= most and not any(isinstance(part, ast.Starred) for part in parts)
    return None if fits else f"“{name}”要{least}个{'' if most == least else '或更多'}参数"


# ---- working it out


def _value(node: ast.expr, values: Values, reasons: Reasons) -> Value | None:
    try:
        return _worked_out(node, values, reasons)
    except UndefinedError as error:
        reasons.setdefault(str(error))
        return None


def _worked_out(node: ast.expr, values: Values, reasons: Reasons) -> Value | None:
    match node:
        case ast.Constant(value=value):
            return value  # type: ignore[return-value]  # a decimal since the check, a truth value, or words
        case ast.Name(id=name):
            return _input(name, values, reasons)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _chosen(_value(test, values, reasons), body, other, values, reasons)
        case ast.BoolOp(op=operator, values=parts):
            return _joined([_value(part, values, reasons) for part in parts], decisive=isinstance(operator, ast.Or))
        case ast.Call(func=ast.Name(id="known"), args=[ast.Name(id=name)]):
            return values.get(name) is not None
        case ast.Call(func=ast.Name(id="given"), args=[ast.Name(id=name), other]):
            known = values.get(name)
            return _value(other, values, reasons) if known is None else known
    operands = [_value(part, values, reasons) for part in _operands(node)]
    known_ones = [operand for operand in operands if operand is not None]
    return _applied(node, known_ones) if len(known_ones) == len(operands) else None


def _input(name: str, values: Values, reasons: Reasons) -> Value | None:
    value = values.get(name)
    if value is None:
        reasons.setdefault(f"缺少“{name}”")
    return value


def _chosen(condition: Value | None, body: ast.expr, other: ast.expr, values: Values, reasons: Reasons) -> Value | None:
    if condition is None:
        return None
    return _value(body if truth(condition) else other, values, reasons)


def _joined(parts: list[Value | None], *, decisive: bool) -> bool | None:
    """Join truth values: one *decisive* one settles the matter even where others are missing."""
    truths = [None if part is None else truth(part) for part in parts]
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _applied(node: ast.expr, operands: list[Value]) -> Value:
    match node:
        case ast.UnaryOp(op=ast.Not()):
            return not truth(operands[0])
        case ast.UnaryOp(op=operator):
            return opposite(operands[0]) if isinstance(operator, ast.USub) else operands[0]
        case ast.BinOp(op=operator):
            return computed(type(operator), operands[0], operands[1])
        case ast.Compare(ops=operators):
            return all(
                compared(type(operator), left, right)
                for operator, (left, right) in zip(operators, pairwise(operands), strict=True)
            )
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name].apply(operands)
    raise AssertionError(node)  # the check lets nothing else through
