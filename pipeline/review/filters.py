"""What a queue is narrowed to, as the address says it: read with care, written back so that a link keeps it."""

from __future__ import annotations

from dataclasses import asdict, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from mingcha.pipeline.store.queue import Filter, Order, State

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHOICES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "kind": frozenset({"risk", "evidence", "check"}),
        "state": frozenset(get_args(State)),
        "order": frozenset(get_args(Order)),
    }
)
_SHARES = ("least", "most")
_INNER = frozenset({"found"})  # worked out here, no matter of an address
_LONGEST = 300
ANY_STATUS = "any"


def read_filter(asked: Mapping[str, str]) -> Filter:
    """Return the filter that an address (or a form) asks for; what makes no sense is passed over."""
    values: dict[str, Any] = {}
    for field in fields(Filter):
        if field.name in _INNER:
            continue
        given = asked.get(field.name, "").strip()[:_LONGEST]
        if not given or given not in _CHOICES.get(field.name, {given}):
            continue
        if field.name in _SHARES:
            values |= {field.name: share} if (share := _share(given)) is not None else {}
        else:
            values[field.name] = True if field.name == "mine" else given
    if values.get("status") == ANY_STATUS:
        values["status"] = ""
    return Filter(**values)


def written(chosen: Filter) -> dict[str, str]:
    """Return a filter as the address has it, without what goes without saying."""
    usual = asdict(Filter())
    said = {name: value for name, value in asdict(chosen).items() if value != usual[name] and name not in _INNER}
    return {name: _shown(name, value) for name, value in said.items()}


def _shown(name: str, value: object) -> str:
    if name == "status":
        return str(value) or ANY_STATUS
    return "1" if value is True else f"{value:g}" if isinstance(value, float) else str(value)


def _share(given: str) -> float | None:
    try:
        share = float(given)
    except ValueError:
        return None
    share = share / 100 if share > 1 else share
    return share if 0 <= share <= 1 else None
