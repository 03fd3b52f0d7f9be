"""A report as one HTML file: no script, no network, charts drawn inline, nothing that a strict policy forbids."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from mingcha.pipeline.reporting.page import TEMPLATES
from mingcha.pipeline.reporting.papers.drawings import draw
from mingcha.pipeline.reporting.papers.figures import is_number, written
from mingcha.pipeline.reporting.papers.paper import MARKS, STANDINGS, Note, Table, outline
from mingcha.pipeline.reporting.papers.word_tables import clean

if TYPE_CHECKING:
    from jinja2 import Template

    from mingcha.pipeline.reporting.papers.paper import Paper


def web_page(paper: Paper) -> bytes:
    """Return the page in UTF-8; the same report always gives the same bytes."""
    return clean(_template().render(paper=paper)).encode()


@cache
def _template() -> Template:
    """Compile the template once: hundreds of profiles use it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    style = "\n" + (TEMPLATES / "paper.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["written"] = written
    environment.tests |= {"number_cell": is_number, "note": _is_note, "table": _is_table}
    environment.globals |= {"draw": draw, "outline": outline, "marks": MARKS, "standings": STANDINGS}
    environment.globals |= {"style": Markup(style), "style_hash": digest}  # noqa: S704 - our own file
    return environment.get_template("paper.html.j2")


def _is_note(block: object) -> bool:
    return isinstance(block, Note)


def _is_table(block: object) -> bool:
    return isinstance(block, Table)
