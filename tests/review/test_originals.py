"""The page of a PDF beside the passage: the right place, only to who may see all of it, bounded, on record."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mingcha.pipeline.assessments import Assessment, Run
from mingcha.pipeline.document import Box, Document
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.findings import Finding, Referral, finding_id
from mingcha.pipeline.reading.pdf import read_pdf
from mingcha.pipeline.reading.pdf_pictures import SCALE, draw_page
from mingcha.pipeline.review.memory import Pictures
from mingcha.pipeline.store.accounts import Permission, grant
from mingcha.pipeline.store.chain import load_record, verify_chain
from mingcha.pipeline.store.writing import Entry, finish_run, save_document, start_run
from tests.review.conftest import PEOPLE, ROSTER, Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from mingcha.pipeline.document import Block

one_store = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
PDF = next((Path(__file__).parents[2] / "corpora" / "sample" / "材料").glob("*.pdf"))
NAME = "审计报告.pdf"


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Return width, height and rows of a PNG as we write them: one data chunk, no filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    size = struct.unpack(">I", png[33:37])[0]
    data = zlib.decompress(png[41 : 41 + size])
    step = 3 * width + 1
    return width, height, [data[start + 1 : start + step] for start in range(0, len(data), step)]


def made(document: Document, block: Block) -> Finding:
    rest: Any = ("risk", "inaction", None, "asserted", None, "p1", (), None, "S-AUDIT", (), "E4", 0.7, ("a",), {})
    place = (block.span, block.span.of(document.text), block.locator)
    return Finding(finding_id(document.sha256, block.span, "risk", "inaction"), document.name, *place, *rest)


@pytest.fixture
def paper(store: Any, tmp_path: Path) -> Callable[..., tuple[Case, Finding, Path]]:
    """An assessment with a real PDF of three findings; *speaker* makes it an interview, *apart* hides a sentence."""

    def build(*, speaker: str | None = None, apart: bool = False) -> tuple[Case, Finding, Path]:
        shutil.copy(PDF, tmp_path / NAME)
        data, name = PDF.read_bytes(), f"考核{uuid4().hex[:12]}"
        read = read_pdf(data)
        document = Document(NAME, hashlib.sha256(data).hexdigest(), "pdf", read.text, read.blocks)
        run = Run(uuid4().hex, name, str(tmp_path), "2024-03-01T09:00:00+08:00", {"lexicon": "1"})
        start_run(store, Assessment(name, "2024", ROSTER), run)
        found = tuple(replace(made(document, block), speaker=speaker) for block in read.blocks[5:8])
        here = found[-1]
        told: Any = ("integrity", "asserted", None, "S-AUDIT", ("R14",), {})
        aside = [Referral("r1", NAME, here.span, here.text, here.locator, *told)] if apart else []
        save_document(store, run, Entry(document, "audit", found, referrals=aside))
        finish_run(store, run, "2024-03-01T10:00:00+08:00")
        for login, seeing in (("zhou", False), ("wang", True)):
            grant(store, Permission(name, login, PEOPLE[login][1], seeing, seeing), by="管理员")  # type: ignore[arg-type]
        return Case(store, name, (document,), found), found[0], tmp_path / NAME

    return build


def looks(case: Case) -> list[dict[str, Any]]:
    return [
        json.loads(one["detail"])
        for one in load_record(case.store, assessment=case.name)
        if one["action"] == "see_page"
    ]


@one_store
def test_the_page_is_drawn_with_its_paragraph_framed(paper: Any, browser: Any) -> None:
    case, finding, _ = paper()
    zhou, path = browser("zhou"), f"{case.root}/passage/{finding.id}"
    assert f"{path}/page.png" in zhou.get(path).text
    answer = zhou.get(f"{path}/page.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "img-src 'self'" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]
    width, height, rows = pixels(answer.content)
    assert abs(width - 595.32 * SCALE) <= 2
    assert height > width
    framed = [number for number, row in enumerate(rows) if bytes((176, 92, 0)) in row]
    box = finding.locator.box
    assert abs(framed[0] / SCALE - box.top) < 8
    assert abs(framed[-1] / SCALE - box.bottom) < 8
    assert len(set(b"".join(rows[framed[0] + 4 : framed[-1] - 4]))) > 20  # there is writing inside
    assert looks(case) == [{"page": 1, "names": False, "integrity": False}]
    assert verify_chain(case.store).faults == ()


@one_store
@pytest.mark.parametrize("hidden", [{"speaker": "丁守诚"}, {"apart": True}])
def test_what_may_not_be_seen_is_in_no_picture(paper: Any, browser: Any, hidden: dict[str, Any]) -> None:
    case, finding, _ = paper(**hidden)
    path = f"{case.root}/passage/{finding.id}"
    zhou, wang = browser("zhou"), browser("wang")
    page = zhou.get(path).text
    assert "page.png" not in page
    assert "不显示页面图像" in page
    refused = zhou.get(f"{path}/page.png")
    assert (refused.status_code, refused.content[:4] == b"\x89PNG") == (403, False)
    assert looks(case) == []
    assert wang.get(f"{path}/page.png").status_code == 200
    assert looks(case) == [{"page": 1, "names": "speaker" in hidden, "integrity": "apart" in hidden}]


@one_store
def test_who_has_no_right_in_the_assessment_finds_no_picture(paper: Any, browser: Any) -> None:
    case, finding, _ = paper()
    assert browser("sun").get(f"{case.root}/passage/{finding.id}/page.png").status_code == 404
    assert browser().get(f"{case.root}/passage/{finding.id}/page.png").status_code == 303
    assert browser("zhou").get(f"{case.root}/passage/{'0' * 20}/page.png").status_code == 404


@one_store
def test_another_file_of_the_same_name_is_not_shown(paper: Any, browser: Any) -> None:
    case, finding, file = paper()
    path = f"{case.root}/passage/{finding.id}"
    file.write_bytes(PDF.read_bytes() + b"\n")
    answer = browser("zhou").get(f"{path}/page.png")
    assert (answer.status_code, "已改动" in answer.text) == (400, True)
    file.unlink()
    assert "已不在材料文件夹里" in browser("zhou").get(path).text
    assert looks(case) == []


@one_store
def test_a_name_that_leads_out_of_the_folder_is_not_followed(paper: Any, browser: Any, tmp_path: Path) -> None:
    case, finding, file = paper()
    outside = tmp_path.parent / f"{uuid4().hex}.pdf"
    shutil.copy(PDF, outside)
    file.unlink()
    file.symlink_to(outside)
    assert browser("zhou").get(f"{case.root}/passage/{finding.id}/page.png").status_code == 400
    assert looks(case) == []


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 broken", b"x" * 100_000])
def test_what_pdfium_cannot_draw_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(DataError, match="画不出来"):
        draw_page(data, 1)


def test_a_page_or_a_place_that_is_not_there_harms_nothing() -> None:
    with pytest.raises(DataError, match="画不出来"):
        draw_page(PDF.read_bytes(), 99)
    width, _, _ = pixels(draw_page(PDF.read_bytes(), 1, Box(-500, -500, 9000, 9000)))
    assert abs(width - 595.32 * SCALE) <= 2


def test_pictures_that_are_kept_are_bounded() -> None:
    pictures = Pictures()
    for number in range(9):
        pictures.keep(number, bytes(8 << 20))
    assert sum(map(len, pictures.kept.values())) <= 32 << 20
    assert pictures.find(0) is None
    assert pictures.find(8) is not None
