"""Places as the tools themselves count them: in a browser, where both run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from mingcha.pipeline.exporting.content import scope_of
from mingcha.pipeline.exporting.exports import Request, export

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.findings import Finding

# Label Studio takes a text apart into code points, line breaks counting one each; doccano slices strings.
POINTS = "([text, places]) => places.map(([start, end]) => [...text].slice(start, end).join(''))"
UNITS = "([text, places]) => places.map(([start, end]) => text.slice(start, end))"


def test_both_tools_show_the_passages_of_the_findings(
    engine: Engine, case: str, findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    scope = scope_of(engine, case)
    export(engine, scope, Request("findings", "label-studio", tmp_path / "x.json"))
    export(engine, scope, Request("findings", "doccano", tmp_path / "y.jsonl"))
    (task,) = [one for one in json.loads((tmp_path / "x.json").read_text("utf-8")) if one["predictions"][0]["result"]]
    lines = [json.loads(line) for line in (tmp_path / "y.jsonl").read_text("utf-8").split("\n") if line]
    (line,) = [one for one in lines if one["label"]]
    regions: list[Any] = [one["value"] for one in task["predictions"][0]["result"] if one["from_name"] == "category"]
    points = [[value["start"], value["end"]] for value in regions]
    units = [span[:2] for span in line["label"]]
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        page = browser.new_page()
        shown = page.evaluate(POINTS, [task["data"]["text"], points]), page.evaluate(UNITS, [line["text"], units])
        browser.close()
    wanted = [one.text.replace("\x00", "\ufffd") for one in findings]
    assert points != units
    assert sorted(shown[0]) == sorted(shown[1]) == sorted(wanted)
