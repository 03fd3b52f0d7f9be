"""Pictures of Chinese text, drawn on the spot and recognized by the engine where it is installed."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rapidocr")
pytest.importorskip("PIL")

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from mingcha.pipeline.reading import ocr
from mingcha.pipeline.reading.failures import RefusalError
from mingcha.pipeline.reading.images import read_image
from mingcha.pipeline.reading.pdf import read_pdf
from mingcha.pipeline.reading.pdf_pages import render
from tests.test_reading_pages import make_png
from tests.test_reading_pdf import make_pdf, show_at

_FONTS = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK*-Regular.ttc"))
pytestmark = pytest.mark.skipif(not _FONTS, reason="no Chinese font")

_TITLE = "关于河道整治情况的报告"
_BODY = ["今年三月组织开展专项检查共发现资金支付问题", "三处，均已完成整改。"]
_POINTS_PER_PIXEL = 0.5  # the pages below are 1200 by 1600 pixels on 600 by 800 points


def _picture(lines: list[tuple[str, int, int]], *, size: tuple[int, int] = (1200, 1600)) -> Image.Image:
    """Return a white page with lines of 40 pixels at (left, top)."""
    picture = Image.new("RGB", size, "white")
    font = ImageFont.truetype(str(_FONTS[0]), 40)
    for text, left, top in lines:
        ImageDraw.Draw(picture).text((left, top), text, font=font, fill="black", anchor="lt")
    return picture


def _page() -> Image.Image:
    return _picture([(_TITLE, 300, 200), (_BODY[0], 100, 400), (_BODY[1], 100, 470)])


def _file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _scan(picture: Image.Image) -> str:
    """Return the drawing of a picture over the whole page, in the page's own content stream."""
    data = _file(picture.convert("L"), "JPEG", quality=90).hex()
    width, height = picture.size
    head = f"BI /W {width} /H {height} /CS /G /BPC 8 /F [/AHx /DCT] ID"
    return f"q 600 0 0 800 0 0 cm {head} {data}> EI Q"


def _assert_read(reading, page: int) -> None:
    blocks = [block for block in reading.blocks if block.locator.page == page]
    assert [block.span.of(reading.text) for block in blocks] == [_TITLE, "\n".join(_BODY)]
    assert [block.locator.paragraph for block in blocks] == [1, 2]
    for block, (left, top, right, bottom) in zip(blocks, ((300, 200, 740, 240), (100, 400, 940, 510)), strict=True):
        box = block.locator.box
        assert (box.left, box.top) == pytest.approx((left * _POINTS_PER_PIXEL, top * _POINTS_PER_PIXEL), abs=6)
        assert (box.right, box.bottom) == pytest.approx((right * _POINTS_PER_PIXEL, bottom * _POINTS_PER_PIXEL), abs=8)


def test_a_scanned_page_between_others_is_recognized_in_its_place() -> None:
    reading = read_pdf(make_pdf([show_at("FIRST", 50, 700), _scan(_page()), show_at("LAST", 50, 700)]))
    _assert_read(reading, 2)
    assert reading.text.startswith("FIRST\n")
    assert reading.text.endswith("\nLAST")
    assert reading.coverage == 1.0
    (note,) = reading.notes
    assert note.startswith("第2页是扫描图像，文字由 OCR 识别（平均置信度 0.9") or "置信度 1.00" in note
    assert note.endswith("，请对照原件核实")


def test_a_page_with_a_text_layer_and_a_picture_is_not_recognized() -> None:
    layer = "\n".join(show_at(f"Line {number} of the text layer", 50, 700 - 20 * number) for number in range(4))
    reading = read_pdf(make_pdf([_scan(_page()) + "\n" + layer]))
    assert _TITLE not in reading.text
    assert reading.text.count("text layer") == 4
    assert reading.notes == ("第1页有图片，图片里如有文字，没有读入，请对照原件",)


def test_a_scan_with_a_stamp_of_text_is_recognized_and_the_stamp_read_once() -> None:
    stamped = make_pdf([_scan(_page()) + "\n" + show_at("Scanned by X", 400, 20)])
    reading = read_pdf(stamped)
    assert (reading.text.count(_TITLE), reading.text.count("Scanned by X"), reading.coverage) == (1, 1, 1.0)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_are_those_of_a_rotated_page_as_displayed(rotation: int) -> None:
    upright = _page() if rotation % 180 == 0 else _page().resize((1600, 1200))
    turned = upright.rotate(rotation, expand=True)
    reading = read_pdf(make_pdf([_scan(turned)], page=f"/Rotate {rotation}"))
    assert "".join(reading.text.split()) == _TITLE + "".join(_BODY)
    box = reading.blocks[0].locator.box
    width, height = (800, 600) if rotation % 180 else (600, 800)
    assert box.left / width == pytest.approx(300 / 1200, abs=0.02)
    assert box.top / height == pytest.approx(200 / 1600, abs=0.02)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_scanned_the_wrong_way_round_is_read_in_order_and_boxed_where_it_lies(turn: int) -> None:
    picture = _page().rotate(turn, expand=True)
    reading = read_image(_file(picture))
    assert "".join(reading.text.split()) == _TITLE + "".join(_BODY)
    # Where the title went: the picture turns against the clock.
    title = {90: (200, 460, 240, 900), 180: (460, 1360, 900, 1400), 270: (1360, 300, 1400, 740)}[turn]
    box = reading.blocks[0].locator.box
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx(title, abs=16)


def test_scraps_of_a_row_are_parted_by_blanks() -> None:
    rows = [("姓名", 100, 200), ("李四", 400, 200), ("职务", 100, 300), ("科长", 400, 300)]
    assert read_image(_file(_picture(rows))).text == "姓名 李四\n职务 科长"


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("JPEG", "RGB"), ("BMP", "1"), ("GIF", "P"), ("WEBP", "RGB"), ("TIFF", "L")]
)
def test_pictures_of_every_kind_are_read(kind: str, mode: str) -> None:
    reading = read_image(_file(_picture([(_TITLE, 100, 100)], size=(800, 400)).convert(mode), kind))
    assert (reading.text, reading.blocks[0].locator.page, reading.coverage) == (_TITLE, 1, 1.0)
    assert reading.notes[0].startswith("第1页是图像，文字由 OCR 识别")


def test_every_page_of_a_tiff_file_is_read() -> None:
    first, second = (
        _picture([(text, 100, 100)], size=(800, 400)).convert("1") for text in ("第一页的内容", "第二页的内容")
    )
    data = _file(first, "TIFF", save_all=True, append_images=[second], compression="group4", dpi=(144, 144))
    reading = read_image(data)
    assert reading.text == "第一页的内容\n第二页的内容"
    assert [block.locator.page for block in reading.blocks] == [1, 2]
    assert reading.blocks[0].locator.box.left == pytest.approx(50, abs=6)  # 100 pixels at 144 to the inch


def test_only_the_first_picture_of_a_moving_one_is_read() -> None:
    first, second = (_picture([(text, 100, 100)], size=(800, 400)).convert("P") for text in ("第一幅", "第二幅"))
    reading = read_image(_file(first, "GIF", save_all=True, append_images=[second]))
    assert (reading.text, reading.notes[-1]) == ("第一幅", "动图有 2 帧，只读了第 1 帧")


def test_a_photograph_is_read_as_its_camera_held_it() -> None:
    picture = _picture([(_TITLE, 100, 100)], size=(800, 400)).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown after a quarter turn with the clock
    reading = read_image(_file(picture, "JPEG", exif=exif))
    assert reading.text == _TITLE
    assert reading.blocks[0].locator.box.left == pytest.approx(100, abs=10)


def test_white_letters_on_a_transparent_ground_do_not_pass_for_read() -> None:
    picture = Image.new("RGBA", (800, 400), (0, 0, 0, 0))
    font = ImageFont.truetype(str(_FONTS[0]), 40)
    ImageDraw.Draw(picture).text((100, 100), _TITLE, font=font, fill=(0, 0, 0, 255))
    assert read_image(_file(picture)).text == _TITLE


def test_a_picture_without_text_is_empty() -> None:
    with pytest.raises(RefusalError, match="图片里没有识别出任何文字") as refusal:
        read_image(_file(Image.new("L", (400, 300), 200)))
    assert refusal.value.kind == "empty"


def test_a_scan_without_text_is_empty_and_one_among_others_is_noted() -> None:
    blank = _scan(Image.new("RGB", (1200, 1600), "gray"))
    with pytest.raises(RefusalError, match="OCR 没有识别出文字"):
        read_pdf(make_pdf([blank]))
    reading = read_pdf(make_pdf([show_at("TEXT", 50, 700), blank]))
    assert (reading.text, reading.notes) == ("TEXT", ("第2页是扫描图像，OCR 没有识别出文字，请查看原件",))


@pytest.mark.parametrize("data", [make_png(9_500, 9_500), make_png(40_000, 40_000, rows=1)])
def test_pictures_of_too_many_pixels_are_refused_before_they_are_unpacked(data: bytes) -> None:
    with pytest.raises(RefusalError, match="像素") as refusal:
        read_image(data)
    assert refusal.value.kind == "too_large"


def test_a_huge_page_is_drawn_on_a_bounded_picture() -> None:
    with pypdfium2.PdfDocument(make_pdf([_scan(_page())], page="/MediaBox [0 0 10800 14400]")) as document:
        pixels, scale = render(document[0])
    assert pixels.shape == (4000, 3000, 3)
    assert scale == pytest.approx(14400 / 4000)


@pytest.mark.parametrize(("dpi", "longest"), [(0, 2800), (72, 2800), (170, 3400), (340, 1700), (5000, 2800)])
def test_pictures_are_recognized_at_the_resolution_the_engine_reads_best(
    dpi: int, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []

    def watched(pixels, *, scale):
        shapes.append((pixels.shape, scale))
        return ocr.Transcript((ocr.Imprint("甲"),), (1.0,))

    monkeypatch.setattr("mingcha.pipeline.reading.images.transcribe", watched)
    read_image(_file(Image.new("L", (3400, 1700)), "PNG", dpi=(dpi, dpi)))
    ((shape, scale),) = shapes
    assert shape == (longest // 2, longest, 3)
    points = 3400 * 72 / dpi if 60 <= dpi <= 2400 else 3400
    assert scale * longest == pytest.approx(points, rel=0.01)


def test_doubtful_lines_are_kept_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_DOUBTFUL", 1.1)
    reading = read_image(_file(_picture([(_TITLE, 100, 100)], size=(800, 400))))
    assert reading.text == _TITLE
    assert any("没有把握" in note and _TITLE in note for note in reading.notes)


def test_recognition_says_nothing_and_touches_no_network(tmp_path: Path) -> None:
    path = tmp_path / "甲.png"
    path.write_bytes(_file(_picture([(_TITLE, 100, 100)], size=(800, 400))))
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise RuntimeError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from mingcha.pipeline.reading.images import read_image\n"
        "text = read_image(open(sys.argv[1], 'rb').read()).text\n"
        "sys.exit(0 if text == sys.argv[2] else 1)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path, _TITLE], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
