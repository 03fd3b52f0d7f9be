"""The page of the PDF in which a passage stands, as a picture: drawn when asked for, to who may see all of it.

A picture cannot be masked: where names or matters of integrity are to be hidden from an account anywhere in the
document, it sees no page of it. Each look is on record.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.reading.pdf_pictures import draw_page
from mingcha.pipeline.review.gates import answer_fault
from mingcha.pipeline.review.veils import names_in, veil_in
from mingcha.pipeline.store.chain import Event, record
from mingcha.pipeline.store.material import folder_of, load_here, set_apart

if TYPE_CHECKING:
    from mingcha.pipeline.review.visit import Visit
    from mingcha.pipeline.store.rows import StoredFinding

LARGEST_FILE = 100 << 20  # bytes
_GONE = "原件不在材料文件夹里，或已改动，因此不显示。请用原件核对。"

View = Literal["open", "closed", "absent", "none"]


def view_of(visit: Visit, stored: StoredFinding) -> View:
    """Return whether there is a picture of the page, and whether the account may see it."""
    if stored.format != "pdf" or stored.finding.locator.page is None:
        return "none"
    if _hides(visit, stored):
        return "closed"
    return "absent" if _file(visit, stored) is None else "open"


def show_page(visit: Visit) -> Response:
    """Answer with the picture of the page in which a finding stands."""
    stored = load_here(visit.store, visit.assessment, visit.request.path_params["finding"])
    view = "none" if stored is None else view_of(visit, stored)
    if stored is None or view == "none":
        return answer_fault(visit, "这条线索没有页面图像。", 404)
    if view == "closed":
        return answer_fault(visit, "这份材料里有不能显示的姓名或廉洁类表述，没有相应权限，不能看页面图像。", 403)
    picture = _picture(visit, stored)
    _record(visit, stored)
    return Response(picture, media_type="image/png")


def _picture(visit: Visit, stored: StoredFinding) -> bytes:
    place = stored.finding.locator
    assert place.page is not None
    key, pictures = (stored.sha256, place.page, place.box), visit.office.pictures
    kept = pictures.find(key)
    if kept is not None:
        return kept
    file = _file(visit, stored)
    data = b"" if file is None else file.read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise DataError(_GONE)
    with pictures.turns:
        return pictures.keep(key, draw_page(data, place.page, place.box))


def _hides(visit: Visit, stored: StoredFinding) -> bool:
    document = stored.finding.document
    veil = veil_in(visit, document, (stored.sha256, stored.format))
    return bool(veil.names.get(document) or veil.apart.get(document))


def _file(visit: Visit, stored: StoredFinding) -> Path | None:
    """Return the file of a finding where it lies in the folder of its run and is not too large."""
    folder = Path(folder_of(visit.store, stored.run))
    try:
        path = (folder / stored.finding.document).resolve()
        there = path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= LARGEST_FILE
    except (OSError, ValueError):
        return None
    return path if there else None


def _record(visit: Visit, stored: StoredFinding) -> None:
    document = stored.finding.document
    detail = {
        "page": stored.finding.locator.page,
        "names": any(names_in(visit, [document]).values()),
        "integrity": bool(set_apart(visit.store, visit.assessment, [document])),
    }
    record(visit.store, Event(visit.account.login, "see_page", stored.finding.id, visit.assessment, detail))
