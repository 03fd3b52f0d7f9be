"""The report on screen and on paper, in a real browser."""

from pathlib import Path

import pypdfium2
import pytest

from mingcha.pipeline.reporting.page import report_pieces

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.mark.parametrize("width", [1366, 768, 390])
def test_page_fits_the_screen_without_errors(content, browser, tmp_path, width):
    path = tmp_path / "report.html"
    path.write_text("".join(report_pieces(content)), encoding="utf-8")
    complaints = []
    view = browser.new_page(viewport={"width": width, "height": 768})
    view.on("console", lambda message: complaints.append(message.text))
    view.on("pageerror", lambda error: complaints.append(str(error)))
    view.on("requestfailed", lambda request: complaints.append(request.url))
    view.goto(path.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    view.close()


CONTRAST = """() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number)
  const light = colour => colour.slice(0, 3).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0)
  const ground = node => {
    const colour = numbers(getComputedStyle(node).backgroundColor)
    return colour.length < 4 || colour[3] ? colour : node.parentElement ? ground(node.parentElement) : [255, 255, 255]
  }
  const written = [...document.querySelectorAll("body *:not(svg, svg *)")]
    .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
  return written.map(node => [light(numbers(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a))
    .map(([bright, dark]) => (bright + .05) / (dark + .05))
}"""


def test_every_word_stands_out_from_its_ground(content, browser):
    view = browser.new_page()
    view.set_content("".join(report_pieces(content)))
    ratios = view.evaluate(CONTRAST)
    view.close()
    assert len(ratios) > 200
    assert min(ratios) >= 4.5  # WCAG 2 level AA for text of normal size


def test_prints_folded_passages_too(content, browser, tmp_path):
    view = browser.new_page()
    view.set_content("".join(report_pieces(content)))
    view.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True, print_background=True)
    view.close()
    pdf = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    printed = "".join(leaf.get_textpage().get_text_range() for leaf in pdf)
    size = pdf[0].get_size()
    pdf.close()
    assert [round(length) for length in size] == [595, 842]
    assert "午间脱岗问题已整改到位" in "".join(printed.split())
