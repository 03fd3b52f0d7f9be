"""Take the pictures of README and the manuals anew, from the sample case: ``python benchmarks/pictures.py``.

Runs the sample, lets three fictional people review some passages by keys in the served page, and writes
``docs/images/*.png``. Needs Chromium; the Word page also LibreOffice and pdftoppm. Look at what was made.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SAMPLE, IMAGES = ROOT / "corpora" / "sample", ROOT / "docs" / "images"
PROGRAM, CHROMIUM = Path(sys.executable).with_name("mingcha"), "/usr/bin/chromium"
ASSESSMENT, PORT, PASSWORD = "青岭县2024年度考核", 8437, "taking-pictures-of-the-sample"
SITE = f"http://127.0.0.1:{PORT}"
PEOPLE = {"zhou": ("周审", "analyst"), "li": ("李核", "reviewer"), "wang": ("王裁", "lead")}
SCREEN = {"width": 1366, "height": 768}
DECIDED, SAMPLED = 24, 12
SHOWN = "实际7件积案中仍有2件未化解"  # the passage of the picture
TEAM = "县政务服务中心"  # whose findings the report shows


def mingcha(*words: str | Path, answer: str | None = None, may_fail: bool = False) -> None:
    done = subprocess.run([PROGRAM, *map(str, words)], check=False, input=answer, text=True, cwd=ROOT)
    if done.returncode and not may_fail:
        sys.exit(f"mingcha {words[0]} ended with {done.returncode}")


def run_sample(folder: Path) -> str:
    mingcha(
        *("run", SAMPLE / "材料", "--out", folder, "--assessment", ASSESSMENT, "--period", "2024", "--scores"),
        *("--roster", SAMPLE / "花名册.csv", "--inputs", SAMPLE / "手工填写.csv"),
        may_fail=True,  # 3: some files cannot be read, as is meant
    )
    store = str(folder / "mingcha.db")
    for login, (name, role) in PEOPLE.items():
        mingcha("users", "add", login, "--name", name, "--db", store, answer=f"{PASSWORD}\n")
        rights = ("--role", role, "--names", "--integrity") if role == "lead" else ("--role", role)
        mingcha("users", "grant", login, "--assessment", ASSESSMENT, *rights, "--db", store)
    return store


@contextmanager
def served(store: str) -> Iterator[None]:
    words = ("review", "--db", store, "--port", str(PORT), "--inputs", str(SAMPLE / "手工填写.csv"))
    server = subprocess.Popen([PROGRAM, *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"{SITE}/login")
        yield
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address)
        except urllib.error.URLError:
            time.sleep(0.5)
        else:
            return
    sys.exit(f"{address} does not answer")


def sign_in(chromium: Any, login: str) -> tuple[Any, str]:
    """Return a window of somebody's own, and the address of the assessment."""
    view = chromium.new_context(viewport=SCREEN).new_page()
    view.goto(SITE)
    view.fill("[name=login]", login)
    view.fill("[name=password]", PASSWORD)
    view.keyboard.press("Enter")
    view.wait_for_url(lambda address: "login" not in address)
    if "/a/" not in view.url:
        view.get_by_role("link", name=ASSESSMENT).first.click()
        view.wait_for_load_state()
    return view, re.sub(r"(/a/[^/]+).*", r"\1", view.url)


def press(view: Any, key: str) -> None:
    before = view.url
    view.keyboard.press(key)
    view.wait_for_url(lambda address: address != before)


def decide(view: Any, root: str, doubted: int) -> None:
    """Decide some passages in the order of the queue; every so many are rejected."""
    view.goto(f"{root}/")
    press(view, "Enter")
    for number in range(DECIDED):
        press(view, "x" if number % doubted == doubted - 1 else "a")


def take(view: Any, name: str) -> None:
    view.wait_for_load_state("networkidle")
    view.screenshot(path=IMAGES / f"{name}.png")


def review_pictures(chromium: Any) -> None:
    (zhou, root), (li, _), (wang, _) = (sign_in(chromium, login) for login in PEOPLE)
    wang.goto(f"{root}/queue?text={SHOWN}")
    press(wang, "Enter")
    wang.goto(wang.url.partition("?")[0])  # not the only one of what was looked for: all others follow
    take(wang, "review-passage")
    decide(zhou, root, 6)
    decide(li, root, 4)
    draw_sample(wang, root)
    for name, address in {
        "review-overview": "/",
        "review-queue": "/queue",
        "review-quality": "/quality",
        "review-record": "/record?verify=1",
    }.items():
        wang.goto(root + address)
        take(wang, name)
    for name, address, link in (
        ("review-document", "/documents", "巡察反馈意见"),
        ("review-subject", "/subjects", "周立新"),
        ("review-what-if", "", "试算"),
    ):
        if address:
            wang.goto(root + address)
        wang.get_by_role("link", name=link).first.click()
        take(wang, name)
    wang.locator("input[type=range]").first.press("PageUp")
    wang.get_by_role("button", name="试算").click()
    take(wang, name)


def draw_sample(view: Any, root: str) -> None:
    view.goto(f"{root}/samples")
    view.locator("form[action$=samples] button").first.click()
    view.wait_for_load_state()
    if "/sample/" not in view.url:
        view.locator("a[href*='/sample/']").first.click()
    for _ in range(SAMPLED):
        view.get_by_role("button", name="没有漏检").click()
        view.wait_for_load_state("networkidle")
    take(view, "review-sample")


def report_pictures(chromium: Any, folder: Path) -> None:
    view = chromium.new_page(viewport=SCREEN)
    view.goto((folder / "report.html").as_uri())
    take(view, "report")
    view.evaluate(f"[...document.querySelectorAll('h3')].find(h => h.innerText.startsWith('{TEAM}')).scrollIntoView()")
    take(view, "finding")


def paper_pictures(chromium: Any, folder: Path, store: str) -> None:
    web, word = folder / "分析.html", folder / "画像.docx"
    inputs = ("--scheme", "deneng", "--inputs", SAMPLE / "手工填写.csv")
    mingcha("report", "--db", store, "--kind", "analysis", *inputs, "--out", web)
    mingcha("report", "--db", store, "--kind", "profile", "--subject", "周启明", "--out", word)
    view = chromium.new_page(viewport={"width": 880, "height": 1010})
    view.goto(web.as_uri())
    take(view, "report-charts")
    office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(word)]
    subprocess.run(office, check=True, stdout=subprocess.DEVNULL)
    drawn = [
        "pdftoppm",
        "-png",
        "-r",
        "70",
        "-f",
        "1",
        "-singlefile",
        str(word.with_suffix(".pdf")),
        str(folder / "page"),
    ]
    subprocess.run(drawn, check=True)
    shutil.copy(folder / "page.png", IMAGES / "report-word.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        folder = Path(place)
        store = run_sample(folder)
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        report_pictures(chromium, folder)
        with served(store):
            review_pictures(chromium)
        paper_pictures(chromium, folder, store)
        chromium.close()


if __name__ == "__main__":
    main()
