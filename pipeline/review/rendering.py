"""Templates and what they may call: Chinese words, times as people write them, and nothing that is not escaped."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from mingcha.pipeline.reporting.wording import visible
from mingcha.pipeline.review import words
from mingcha.pipeline.review.visit import key_of
from mingcha.pipeline.scoring.arithmetic import plain
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mingcha.pipeline.review.visit import Visit

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@cache
def environment() -> Environment:
    """Return the environment of the templates."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"chinese": chinese, "visible": visible, "moment": words.moment, "percent": words.percent}
    made.filters |= {"key": key_of, "points": words.points, "number": plain, "about": words.about}
    made.globals |= {"words": words, "stamp": _stamp(), "option_list": _options}
    return made


def show(visit: Visit, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """Answer with a page."""
    text = environment().get_template(f"{template}.html").render(visit=visit, **values)
    return HTMLResponse(text, status_code=status)


def show_alone(template: str, /, *, status: int = 200, **values: Any) -> Response:
    """Answer with a page for somebody who is not signed in."""
    return HTMLResponse(environment().get_template(f"{template}.html").render(**values), status_code=status)


def _options(pairs: Iterable[tuple[str, str]], chosen: str) -> Markup:
    """Return the options of a list; a roster has hundreds of them, the same on every page."""
    return Markup("").join(_option(value, name, value == chosen) for value, name in pairs)


@lru_cache(maxsize=20_000)
def _option(value: str, name: str, selected: bool) -> Markup:  # noqa: FBT001 - a cache has no keywords to spare
    start = Markup('<option value="{}" selected>') if selected else Markup('<option value="{}">')
    return start.format(value) + visible(name) + Markup("</option>")


def _stamp() -> str:
    """Return what changes with the style sheet and the script, so that no browser keeps old ones."""
    parts = (path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file())
    return hashlib.sha256(b"".join(parts)).hexdigest()[:10]
