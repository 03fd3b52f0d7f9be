"""Annotation tools: places survive their way of counting, and what is decided there comes back as decisions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mingcha.pipeline.errors import DataError
from mingcha.pipeline.exporting.content import scope_of
from mingcha.pipeline.exporting.exports import UNITS, Request, export
from mingcha.pipeline.exporting.intake import Intake, Reviewer
from mingcha.pipeline.exporting.label_files import Tool
from mingcha.pipeline.exporting.label_import import import_labels
from mingcha.pipeline.exporting.offsets import from_units, to_units
from mingcha.pipeline.findings import Decision
from mingcha.pipeline.store.decisions import append_decision, load_decisions
from mingcha.pipeline.store.streams import snapshot, stream_labelled
from mingcha.pipeline.terms import chinese

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from mingcha.pipeline.findings import Finding

    Make = Callable[[str, list[tuple[int, int, str]]], tuple[str, list[str]]]

TOOLS: tuple[Tool, ...] = get_args(Tool)
AT = "2024-05-06T07:08:09+08:00"
REVIEWER = Reviewer("赵某", "标注工具", AT)
CHOICES = ("inaction", "timidity", "formalism", "achievement")

texts = st.text(st.sampled_from("甲乙丙😀𠮷\n\r\t 。a‍\u0301\ud800\x00"), min_size=4, max_size=30)


@st.composite
def labelled_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    """A text with one to four places, each with a category of its own there."""
    text = draw(texts)
    starts = st.integers(0, len(text) - 1)
    place = starts.flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text))))
    spots = draw(st.lists(st.tuples(place, st.sampled_from(CHOICES)), min_size=1, max_size=4, unique=True))
    return text, [(start, end, category) for (start, end), category in spots]


def exported(engine: Engine, case: str, tool: Tool, place: Path, at: str = "2024-05-01T00:00:00+08:00") -> Path:
    export(engine, scope_of(engine, case, at=at), Request("findings", tool, place))
    return place


def documents(place: Path, tool: Tool) -> list[dict[str, Any]]:
    text = place.read_bytes().decode()
    read: list[dict[str, Any]] = (
        json.loads(text) if tool == "label-studio" else [json.loads(line) for line in text.split("\n") if line]
    )
    return read


def write(place: Path, tool: Tool, given: list[dict[str, Any]]) -> None:
    lines = [json.dumps(one, ensure_ascii=True) for one in given]
    place.write_text(f"[{','.join(lines)}]" if tool == "label-studio" else "\n".join(lines), encoding="utf-8")


def take(engine: Engine, place: Path, tool: Tool, reviewer: Reviewer = REVIEWER) -> Intake:
    return import_labels(engine, place, tool, UNITS[tool], reviewer)


def state(engine: Engine, case: str) -> dict[str, tuple[str, str | None]]:
    """The category and the verdict of each finding as they stand."""
    with snapshot(engine) as connection:
        judged = [one for document in stream_labelled(connection, case) for one in document.judged]
        return {one.stored.finding.id: (one.reviewed.finding.category, one.reviewed.verdict) for one in judged}


def sliced(text: str, start: int, end: int, units: str) -> str:
    """What the tool itself takes from *start* to *end*."""
    if units == "code-points":
        return text[start:end]
    return text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def label(tool: Tool, document: dict[str, Any], finding: str, category: str | None, verdict: str | None) -> None:
    """Do in an exported document what a person does in the tool."""
    word = chinese(verdict) if verdict else None
    if tool == "doccano":
        stood = json.loads(document["mingcha"])["findings"][finding]
        place = to_units(document["text"], "utf-16")
        name = "｜" + chinese(stood["category"])
        span = next(
            one
            for one in document["label"]
            if one[:2] == [place(stood["start"]), place(stood["end"])] and one[2].endswith(name)
        )
        span[2] = f"{word or span[2].partition('｜')[0]}｜{chinese(category or stood['category'])}"
        return
    result = document.setdefault("annotations", [{"result": document["predictions"][0]["result"]}])[0]["result"]
    part = next(one for one in result if one["id"] == finding and one["from_name"] == "category")
    if category:
        part["value"]["labels"] = [chinese(category)]
    if word:
        result[:] = [one for one in result if (one["id"], one["from_name"]) != (finding, "verdict")]
        value = {"start": part["value"]["start"], "end": part["value"]["end"], "choices": [word]}
        result.append({"id": finding, "from_name": "verdict", "to_name": "text", "type": "choices", "value": value})


law = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(texts, st.data())
def test_places_go_to_other_units_and_back(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    for units in ("code-points", "utf-16"):
        named: Any = units
        assert from_units(text, named)(to_units(text, named)(place)) == place
        assert sliced(text, 0, to_units(text, named)(place), units) == text[:place]


@pytest.mark.parametrize("tool", TOOLS)
@law
@given(labelled_texts())
def test_the_tool_sees_the_same_characters(engine: Engine, make: Make, tmp_path: Path, tool: Tool, spots: Any) -> None:
    text, places = spots
    case, _ = make(text, places)
    (document,) = documents(exported(engine, case, tool, tmp_path / "x"), tool)
    shown = document["text"] if tool == "doccano" else document["data"]["text"]
    assert len(shown) == len(text)
    if tool == "doccano":
        spans = [(start, end) for start, end, _ in document["label"]]
    else:
        regions = [one for one in document["predictions"][0]["result"] if one["from_name"] == "category"]
        spans = [(one["value"]["start"], one["value"]["end"]) for one in regions]
        assert [one["value"]["text"] for one in regions] == [sliced(shown, *span, UNITS[tool]) for span in spans]
    wanted = [shown[start:end] for start, end, _ in places]
    assert sorted(sliced(shown, *span, UNITS[tool]) for span in spans) == sorted(wanted)


@pytest.mark.parametrize("tool", TOOLS)
@law
@given(labelled_texts(), st.data())
def test_what_is_decided_in_the_tool_comes_back_once(
    engine: Engine, make: Make, tmp_path: Path, tool: Tool, spots: Any, data: st.DataObject
) -> None:
    text, places = spots
    case, ids = make(text, places)
    verdicts = [data.draw(st.sampled_from([None, "confirm", "reject"]), label=one) for one in ids]
    place = exported(engine, case, tool, tmp_path / "x")
    (document,) = documents(place, tool)
    for finding, verdict in zip(ids, verdicts, strict=True):
        if verdict:
            label(tool, document, finding, None, verdict)
    write(place, tool, [document])
    taken = take(engine, place, tool)
    assert len(taken.decisions) == sum(verdict is not None for verdict in verdicts)
    assert not taken.left_out
    wanted = {one: (spot[2], verdict) for one, spot, verdict in zip(ids, places, verdicts, strict=True)}
    assert state(engine, case) == wanted
    again = take(engine, place, tool)
    assert (again.decisions, again.left_out) == ((), ())
    untouched = take(engine, exported(engine, case, tool, tmp_path / "y"), tool)
    assert (untouched.decisions, untouched.left_out, untouched.untouched) == ((), (), len(ids))
    assert len(load_decisions(engine, case)) == len(taken.decisions)


@pytest.mark.parametrize("tool", TOOLS)
@law
@given(labelled_texts(), st.sampled_from(CHOICES), st.sampled_from([None, "confirm", "reject"]))
def test_a_corrected_category_waits_for_a_verdict_of_its_own(
    engine: Engine, make: Make, tmp_path: Path, tool: Tool, spots: Any, category: str, verdict: Any
) -> None:
    text, places = spots
    assume(category != places[0][2] and len({place[:2] for place in places}) == len(places))
    case, ids = make(text, places)
    append_decision(engine, Decision(ids[0], "confirm", "王某", "已核对", "2024-04-01T00:00:00+08:00"), assessment=case)
    place = exported(engine, case, tool, tmp_path / "x")
    (document,) = documents(place, tool)
    label(tool, document, ids[0], category, verdict)
    write(place, tool, [document])
    taken = take(engine, place, tool)
    kept = "reject" if verdict == "reject" else None  # 确认 stood there before: it was given to another category
    assert [one.verdict for one in taken.decisions] == (["change", "reject"] if kept else ["change"])
    assert state(engine, case)[ids[0]] == (category, kept)
    assert take(engine, place, tool).decisions == ()


@pytest.mark.parametrize("tool", TOOLS)
def test_an_export_that_nobody_touched_decides_nothing(engine: Engine, case: str, tmp_path: Path, tool: Tool) -> None:
    before = load_decisions(engine, case)
    taken = take(engine, exported(engine, case, tool, tmp_path / "x"), tool)
    assert taken.decisions == taken.left_out == taken.conflicts == ()
    assert taken.untouched == 5
    assert load_decisions(engine, case) == before


@pytest.mark.parametrize("tool", TOOLS)
def test_two_who_decide_otherwise_are_a_conflict_and_nothing_is_written(
    engine: Engine, case: str, findings: tuple[Finding, ...], tmp_path: Path, tool: Tool
) -> None:
    place = exported(engine, case, tool, tmp_path / "x")
    given = documents(place, tool)
    document = next(one for one in given if findings[3].id in json.dumps(one))
    label(tool, document, findings[3].id, None, "confirm")
    label(tool, document, findings[0].id, None, "reject")
    write(place, tool, given)
    append_decision(engine, Decision(findings[3].id, "reject", "李某", "看过了", AT), assessment=case)
    before = load_decisions(engine, case)
    with pytest.raises(DataError, match=f"线索 {findings[3].id} 导出以后在明察中已另有决定"):
        take(engine, place, tool)
    assert load_decisions(engine, case) == before


@pytest.mark.parametrize("tool", TOOLS)
def test_a_new_span_is_told_and_not_taken(engine: Engine, case: str, tmp_path: Path, tool: Tool) -> None:
    place = exported(engine, case, tool, tmp_path / "x")
    given = documents(place, tool)
    document = next(one for one in given if "结尾" in json.dumps(one, ensure_ascii=False))
    if tool == "doccano":
        document["label"].append([0, 3, "确认｜不作为"])
        document["label"].append([0, 3, "随便写的"])
    else:
        value = {"start": 0, "end": 3, "text": "来电人", "labels": ["不作为"]}
        strange = {"id": "n2", "from_name": "category", "value": value | {"labels": ["随便写的"]}}
        document["annotations"][0]["result"] += [{"id": "n1", "from_name": "category", "value": value}, strange]
    write(place, tool, given)
    taken = take(engine, place, tool)
    assert taken.decisions == ()
    told = "\n".join(taken.left_out)
    assert "“来电人”是新标的，明察没有这一处线索" in told
    assert "随便写的" in told
    assert len(taken.left_out) == 2


@pytest.mark.parametrize("tool", TOOLS)
def test_a_deleted_span_is_a_rejection_only_where_that_is_asked_for(
    engine: Engine, make: Make, tmp_path: Path, tool: Tool
) -> None:
    case, ids = make("甲乙丙丁", [(0, 2, "inaction"), (2, 4, "inaction")])
    place = exported(engine, case, tool, tmp_path / "x")
    (document,) = documents(place, tool)
    if tool == "doccano":
        del document["label"][0]
    else:
        label(tool, document, ids[1], None, None)
        result = document["annotations"][0]["result"]
        result[:] = [one for one in result if one["id"] != ids[0]]
    write(place, tool, [document])
    assert take(engine, place, tool) == Intake(untouched=1, deleted=1)
    taken = take(engine, place, tool, replace(REVIEWER, reject_deleted=True))
    assert [(one.finding, one.verdict) for one in taken.decisions] == [(ids[0], "reject")]


def test_label_studio_changes_status_and_subject_with_a_reason(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, (finding,) = make("窗口长期无人值守", [(0, 4, "inaction")])
    place = exported(engine, case, "label-studio", tmp_path / "x")
    (document,) = documents(place, "label-studio")
    label("label-studio", document, finding, None, "confirm")
    where = {"start": 0, "end": 4}
    result = document["annotations"][0]["result"]
    for part in result:
        if part["from_name"] == "status":
            part["value"]["choices"] = ["据反映"]
        if part["from_name"] == "subject":
            part["value"]["text"] = ["P02"]
    result.append({"id": finding, "from_name": "reason", "value": where | {"text": ["来电人所说"]}})
    write(place, "label-studio", [document])
    change, confirm = take(engine, place, "label-studio").decisions
    assert change.changes == (("status", "reported"), ("subject", "P02"))
    assert (change.reason, confirm.verdict, confirm.by) == ("来电人所说", "confirm", "赵某")
    assert take(engine, place, "label-studio").known == 1


def test_a_subject_who_is_not_in_the_roster_stops_everything(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, ids = make("窗口长期无人值守", [(0, 4, "inaction"), (4, 8, "inaction")])
    place = exported(engine, case, "label-studio", tmp_path / "x")
    (document,) = documents(place, "label-studio")
    label("label-studio", document, ids[0], None, "confirm")
    for part in document["annotations"][0]["result"]:
        if part["from_name"] == "subject" and part["id"] == ids[1]:
            part["value"]["text"] = ["P99"]
    write(place, "label-studio", [document])
    with pytest.raises(DataError, match="名册中没有编号为“P99”的对象"):
        take(engine, place, "label-studio")
    assert load_decisions(engine, case) == ()


def test_a_verdict_wins_over_the_label_that_still_waits(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, (finding,) = make("窗口长期无人值守", [(0, 4, "inaction")])
    place = exported(engine, case, "doccano", tmp_path / "x")
    (document,) = documents(place, "doccano")
    document["label"].append([0, 4, "确认｜不作为"])
    write(place, "doccano", [document])
    assert [(one.finding, one.verdict) for one in take(engine, place, "doccano").decisions] == [(finding, "confirm")]
    document["label"].append([0, 4, "驳回｜不作为"])
    write(place, "doccano", [document])
    (told,) = take(engine, place, "doccano").left_out
    assert "互相矛盾的标签" in told


def test_places_counted_otherwise_are_refused_with_the_remedy(engine: Engine, case: str, tmp_path: Path) -> None:
    place = exported(engine, case, "label-studio", tmp_path / "x")
    with pytest.raises(DataError, match="--offsets"):
        import_labels(engine, place, "label-studio", "utf-16", REVIEWER)


def test_a_changed_text_is_refused(engine: Engine, case: str, tmp_path: Path) -> None:
    place = exported(engine, case, "doccano", tmp_path / "x")
    given = documents(place, "doccano")
    for document in given:
        document["text"] += "。"
    write(place, "doccano", given)
    with pytest.raises(DataError, match="文字与库中的不同"):
        take(engine, place, "doccano")


def test_the_annotations_of_two_people_are_not_chosen_between(engine: Engine, case: str, tmp_path: Path) -> None:
    place = exported(engine, case, "label-studio", tmp_path / "x")
    given = documents(place, "label-studio")
    for document in given:
        document["annotations"] = [{"result": []}, {"result": document["predictions"][0]["result"]}]
    write(place, "label-studio", given)
    with pytest.raises(DataError, match="有2份互不相同的标注"):
        take(engine, place, "label-studio")


@pytest.mark.parametrize(
    ("tool", "text", "message"),
    [
        ("label-studio", "", "不是合法的 JSON"),
        ("label-studio", "{}", "应是任务的列表"),
        ("label-studio", '[{"text": "甲", "label": []}]', "JSON-MIN"),
        ("label-studio", '[{"data": {"text": "甲"}}]', "不是由 mingcha export 导出"),
        ("label-studio", "[3]", "整条 缺失或不是应有的样子"),
        ("doccano", '{"text": "甲", "label": []}', "不是由 mingcha export 导出"),
        ("doccano", '{"text": "甲", "label": [[0]], "mingcha": "{}"}', "label.0"),
        ("doccano", "[[[", "不是合法的 JSON"),
    ],
)
def test_what_is_no_labelled_export_is_refused(
    engine: Engine, tmp_path: Path, tool: Tool, text: str, message: str
) -> None:
    place = tmp_path / "x.json"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        take(engine, place, tool)
    assert str(place) in str(caught.value)


def test_the_tools_get_the_labels_they_need(engine: Engine, case: str, tmp_path: Path) -> None:
    exported(engine, case, "label-studio", tmp_path / "x.json")
    exported(engine, case, "doccano", tmp_path / "y.jsonl")
    interface = ET.parse(tmp_path / "x.interface.xml").getroot()
    offered = {one.get("value") for one in interface.iter("Label")}
    (task,) = [one for one in documents(tmp_path / "x.json", "label-studio") if one["predictions"][0]["result"]]
    used = {word for one in task["predictions"][0]["result"] for word in one["value"].get("labels", [])}
    assert "办事拖拉（own_slow）" in used <= offered
    types = {one["text"] for one in json.loads((tmp_path / "y.labels.json").read_text(encoding="utf-8"))}
    assert {span[2] for one in documents(tmp_path / "y.jsonl", "doccano") for span in one["label"]} <= types


@pytest.mark.parametrize("category", ["arithmetic", "team_conflict"])
def test_what_cannot_be_chosen_can_be_decided(engine: Engine, make: Make, tmp_path: Path, category: str) -> None:
    case, (kept, other) = make("窗口长期无人值守", [(0, 4, category), (4, 8, "inaction")])
    place = exported(engine, case, "doccano", tmp_path / "x.jsonl")
    (document,) = documents(place, "doccano")
    types = {one["text"] for one in json.loads((tmp_path / "x.labels.json").read_text(encoding="utf-8"))}
    assert {span[2] for span in document["label"]} <= types
    label("doccano", document, kept, None, "confirm")
    label("doccano", document, other, category, "confirm")
    write(place, "doccano", [document])
    taken = take(engine, place, "doccano")
    assert [(one.finding, one.verdict) for one in taken.decisions] == [(kept, "confirm")]
    assert "改成了不能更正到的类别" in taken.left_out[0]


def tidied(engine: Engine, make: Make, place: Path, verdict: str) -> tuple[str, str]:
    """Export one finding and decide on it in doccano."""
    case, (finding,) = make("窗口长期无人值守", [(0, 4, "inaction")])
    (document,) = documents(exported(engine, case, "doccano", place), "doccano")
    label("doccano", document, finding, None, verdict)
    write(place, "doccano", [document])
    return case, finding


def test_two_who_decide_alike_are_no_conflict(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, finding = tidied(engine, make, tmp_path / "x", "confirm")
    append_decision(engine, Decision(finding, "confirm", "李某", "看过了", AT), assessment=case)
    assert take(engine, tmp_path / "x", "doccano") == Intake(known=1)


def test_labels_that_were_overruled_later_do_not_come_back(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, finding = tidied(engine, make, tmp_path / "x", "confirm")
    assert len(take(engine, tmp_path / "x", "doccano").decisions) == 1
    append_decision(engine, Decision(finding, "reject", "李某", "看错了", AT), assessment=case)
    assert take(engine, tmp_path / "x", "doccano") == Intake(known=1)
    assert state(engine, case)[finding] == ("inaction", "reject")


def test_a_finding_in_its_second_round_is_left_to_the_review_page(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, finding = tidied(engine, make, tmp_path / "x", "confirm")
    second = Decision(finding, "confirm", "李某", "复核", AT, round="second")
    other = replace(second, verdict="change", changes=(("status", "reported"),))
    append_decision(engine, other, assessment=case)
    taken = take(engine, tmp_path / "x", "doccano")
    assert taken.decisions == ()
    assert "已进入第二轮复核" in taken.left_out[0]


def test_a_verdict_that_was_taken_away_is_left_to_the_review_page(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, (finding,) = make("窗口长期无人值守", [(0, 4, "inaction")])
    append_decision(engine, Decision(finding, "confirm", "李某", "看过了", AT), assessment=case)
    place = exported(engine, case, "doccano", tmp_path / "x")
    place.write_text(place.read_text("utf-8").replace("确认｜", "待定｜"), "utf-8")
    taken = take(engine, place, "doccano")
    assert (taken.decisions, taken.untouched) == ((), 0)
    assert "撤回决定请在复核页面进行" in taken.left_out[0]


def test_a_region_that_was_moved_is_not_taken(engine: Engine, make: Make, tmp_path: Path) -> None:
    case, (finding,) = make("窗口长期无人值守", [(0, 4, "inaction")])
    place = exported(engine, case, "label-studio", tmp_path / "x")
    (document,) = documents(place, "label-studio")
    label("label-studio", document, finding, None, "confirm")
    for part in document["annotations"][0]["result"]:
        part["value"] |= {"end": 8} | ({"text": "窗口长期无人值守"} if part["from_name"] == "category" else {})
    for part in document["annotations"][0]["result"]:
        if part["from_name"] != "category":
            part["value"].pop("text", None)
    write(place, "label-studio", [document])
    taken = take(engine, place, "label-studio")
    assert taken.decisions == ()
    assert "的标签被移动了位置" in taken.left_out[0]


def test_a_finding_that_is_no_longer_made_is_told(engine: Engine, case: str, tmp_path: Path) -> None:
    place = exported(engine, case, "doccano", tmp_path / "x")
    text = place.read_text("utf-8").replace("待定｜形式主义", "确认｜形式主义")
    given = [json.loads(line) for line in text.split("\n") if line]
    for document in given:
        origin = json.loads(document["mingcha"])
        origin["findings"] = {f"{one[:10]}{'0' * 10}": stood for one, stood in origin["findings"].items()}
        document["mingcha"] = json.dumps(origin)
    write(place, "doccano", given)
    taken = take(engine, place, "doccano")
    assert taken.decisions == ()
    assert "现在没有了（材料已更换，或规则已更新）" in taken.left_out[0]


@pytest.mark.parametrize("verdicts", [("confirm", "confirm"), ("confirm", None), ("confirm", "reject")])
def test_copies_of_a_file_are_decided_once(engine: Engine, make: Any, tmp_path: Path, verdicts: Any) -> None:
    case, (finding,) = make("窗口长期无人值守", [(0, 4, "inaction")], copies=2)
    given = documents(exported(engine, case, "doccano", tmp_path / "x"), "doccano")
    for document, verdict in zip(given, verdicts, strict=True):
        label("doccano", document, finding, None, verdict)
    write(tmp_path / "x", "doccano", given)
    if verdicts[1] == "reject":
        with pytest.raises(DataError, match=f"线索 {finding} 在同一文件的几份材料中标注不同"):
            take(engine, tmp_path / "x", "doccano")
        assert load_decisions(engine, case) == ()
        return
    assert len(take(engine, tmp_path / "x", "doccano").decisions) == 1
    assert len(load_decisions(engine, case)) == 1
    assert take(engine, tmp_path / "x", "doccano").decisions == ()
