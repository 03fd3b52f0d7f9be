"""The report: every finding in its one place, nothing unescaped, nothing fetched, nothing claimed too much."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from mingcha.pipeline.assessments import Assessment
from mingcha.pipeline.document import Failure
from mingcha.pipeline.findings import Cue, Decision, Fact
from mingcha.pipeline.reporting.content import Material, ReportContent, subject_names
from mingcha.pipeline.reporting.page import overview, report_pieces
from mingcha.pipeline.subjects import Subject

EMPTY = ReportContent(Assessment("空白考核"), (), (), (), "2025年1月16日")


@pytest.fixture(scope="module")
def page(content):
    return LexborHTMLParser("".join(report_pieces(content)))


def text_of(page, selector):
    return " ".join(node.text(separator=" ", strip=True) for node in page.css(selector))


# ---- the page as a whole


def test_same_content_gives_the_same_page(content):
    assert "".join(report_pieces(content)) == "".join(report_pieces(content))


def test_no_piece_of_the_page_holds_much_of_it(content):
    many = replace(content, findings=tuple(copies_of(content.findings[0], 2000)), facts=(), scorecards=())
    pieces = list(report_pieces(many))
    assert max(map(len, pieces)) * 10 < sum(map(len, pieces))


def copies_of(finding, count):
    return (replace(finding, id=f"{number:020d}") for number in range(count))


def test_page_is_chinese_and_carries_its_caveat(page):
    assert page.css_first("html").attributes["lang"] == "zh-CN"
    assert "本报告由软件初步提取，未经人工确认的内容不得作为结论" in text_of(page, ".notice")


def test_page_fetches_nothing_and_runs_nothing(content):
    html = "".join(report_pieces(content))
    assert not re.search(r"<script|\son\w+=|javascript:|https?://|@import|url\((?!#)", html, re.IGNORECASE)
    assert "default-src 'none'" in html


def test_every_finding_stands_in_exactly_one_card(content, page):
    anchors = Counter(node.attributes["id"] for node in page.css("article.finding"))
    assert anchors == Counter(f"f-{each.id}" for each in content.findings)


def test_every_link_leads_somewhere(page):
    ids = [node.attributes["id"] for node in page.css("[id]")]
    targets = {node.attributes["href"].removeprefix("#") for node in page.css("a")}
    assert len(ids) == len(set(ids))
    assert targets <= set(ids)


def test_headings_never_skip_a_level(page):
    levels = [int(node.tag[1]) for node in page.css("main h2, main h3, main h4, main h5")]
    assert all(after <= before + 1 for before, after in zip([1, *levels], levels, strict=False))


def test_empty_content_says_that_nothing_found_is_not_nothing_wrong():
    html = "".join(report_pieces(EMPTY))
    assert "没有读到任何文件" in html
    assert "不等于已核实没有问题" in html
    assert "预览" not in html


NASTY = "<script>alert(1)</script>&\"'<b>"


def test_markup_in_the_material_is_shown_as_text(content):
    words = {"document": NASTY, "text": NASTY, "source_kind": NASTY, "sources": (NASTY,), "speaker": NASTY}
    first = replace(content.findings[0], cue=Cue(NASTY, NASTY, None), **words)
    other = replace(content.findings[1], subject=None, candidates=(NASTY,), cue=None, **words)
    line = {"indicator": NASTY, "amount": NASTY, "explanation": NASTY, "findings": (NASTY,)}
    spoiled = replace(
        content,
        assessment=replace(content.assessment, name=NASTY, period=NASTY, roster=(Subject("P1", NASTY, unit=NASTY),)),
        materials=(Material(NASTY, NASTY, NASTY, 3, 1.0, (NASTY,)),),
        failures=(Failure(NASTY, "corrupt", NASTY),),
        findings=(first, other),
        scorecards=({"subject": "P1", "scheme": NASTY, "total": NASTY, "grade": NASTY, "lines": (line,)},),
        decisions={first.id: Decision(first.id, "change", NASTY, NASTY, NASTY, (("category", NASTY),))},
        facts=(Fact("k", "P1", "risk", NASTY, NASTY, (first.id, other.id), (), (), (NASTY,), 1, "E1"),),
        generated_at=NASTY,
        versions={NASTY: NASTY},
    )
    html = "".join(report_pieces(spoiled))
    assert "<script" not in html
    assert "<b>" not in html.replace('<p class="place"><b>', "")
    assert "&lt;script&gt;" in html


# ---- what stands where


def test_confirmed_pending_and_rejected_are_kept_apart(page):
    for group, numbers in (("confirmed", {5, 8, 12}), ("pending", {1, 2, 3, 4, 6, 9, 10, 11, 13, 14, 15, 16, 22})):
        anchors = {node.attributes["id"] for node in page.css(f".group.{group} article")}
        assert anchors == {f"f-{number:020d}" for number in numbers}
    assert "不属履职问题" in text_of(page, "#mentions details")
    assert "不属履职问题" not in text_of(page, "#subjects")


def test_card_shows_quote_place_status_source_strength_reason_and_decision(page):
    card = text_of(page, f"[id='f-{8:020d}']")
    for words in (
        "86万元供水资金",
        "审计报告摘要.pdf",
        "第1页第8段",
        "直接认定",
        "审计",
        "E4",
        "专项资金改作他用",
        "赵核",
    ):
        assert words in card
    assert "r-diverted" not in card


def test_cue_is_marked_only_where_it_stands_in_the_quote(page):
    assert [node.text() for node in page.css("mark")] == ["听说"]
    assert "坚决杜绝" in text_of(page, f"[id='f-{18:020d}'] .why")


def test_unattributed_findings_name_their_candidates(page):
    assert [node.attributes["id"] for node in page.css("#unattributed article")] == [f"f-{17:020d}"]
    assert "周启明、周立新" in text_of(page, "#unattributed")


def test_mentions_and_checks_raise_no_signal_against_anyone(page):
    assert {node.attributes["id"][-2:] for node in page.css("#mentions details article")} == {"18", "19", "20", "07"}
    assert {node.attributes["id"][-2:] for node in page.css("#checks article")} == {"21"}
    assert "有客观原因 1 处" in text_of(page, "#s-P1 > p")


def test_mentions_wear_no_badge_of_risk_and_no_strength(page):
    for number in (18, 19, 20):
        card = page.css_first(f"[id='f-{number:020d}']")
        assert "risk" not in card.attributes["class"].split()
        assert card.css_first(".tag").text() == "仅提及"
        assert "提及判断的把握" in card.text()
        assert not [words for words in ("风险信号", "待确认", "强度", "软件把握") if words in card.text()]


def test_rejected_risk_keeps_its_badge_and_its_opinion(page):
    card = text_of(page, f"[id='f-{7:020d}']")
    assert "风险信号" in card
    assert "× 已驳回" in card


def test_decision_on_a_mention_is_shown(content):
    settled = Decision(content.findings[17].id, "confirm", "赵核", "确是要求", "2025-01-15T10:20:00+08:00")
    decided = replace(content, decisions={settled.finding: settled})
    card = text_of(LexborHTMLParser("".join(report_pieces(decided))), f"[id='f-{18:020d}']")
    assert "✓ 已确认" in card
    assert "确是要求" in card


def test_facts_set_support_beside_contradiction_and_leave_single_passages_out(page):
    assert "只有一处的事" not in text_of(page, "#subjects")
    conflict = page.css_first("#s-T1 .matter.conflict")
    assert len(conflict.css(".for li")) == 1
    assert len(conflict.css(".against li")) == 2
    assert "说法不一致" in conflict.text()


def test_each_subject_is_shown_by_the_contents_of_assessment(page):
    persons = [row.css_first("th").text() for row in page.css("#s-P3 > .dimensions tbody tr")]
    assert persons == ["德", "能", "勤", "绩", "廉"]
    assert "软件不从文字推断" in page.css("#s-P3 > .dimensions tbody tr")[-1].text()
    teams = [row.css_first("th").text() for row in page.css("#s-T1 > .dimensions tbody tr")]
    assert teams == ["政治思想建设", "领导能力", "工作实绩", "党风廉政建设", "作风建设"]


def test_scorecard_shows_undetermined_instead_of_zero_and_links_its_passages(page):
    assert "总分待定" in text_of(page, "#s-P1 h4")
    assert "“群众满意度”没有测评数据" in text_of(page, "#s-P1")
    rows = page.css("#s-P3 > .wide:not(.dimensions) tbody tr")
    assert [row.css("td")[0].text() for row in rows] == ["-5.00", "86.51"]
    assert rows[0].css_first("a").attributes["href"] == f"#f-{8:020d}"
    assert "不在本报告中" in rows[1].text()
    for words in ("总分 81.51", "每件扣5分：挪用专项资金 1 件", "达到“良好”档。这不是等次结论", "另有2条线索未计入"):
        assert words in page.css_first("#s-P3").text()


@pytest.mark.parametrize(
    ("preview", "scored", "shown"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_preview_is_announced_exactly_where_scores_lack_decisions(content, preview, scored, shown):
    cards = tuple({**card, "preview": preview} for card in content.scorecards) if scored else ()
    assert ("notice preview" in "".join(report_pieces(replace(content, preview=preview, scorecards=cards)))) is shown


def test_codes_for_typing_in_are_listed(content):
    card = {**content.scorecards[1], "undetermined": ["“廉”尚未填写（编号 lian）"]}
    html = "".join(
        report_pieces(replace(content, scorecards=(card,), versions={"software": "0.1", "rules": "a", "model": "b"}))
    )
    page = LexborHTMLParser(html)
    assert "P3 周立新 柳河镇" in text_of(page, "#reading")
    assert "lian 廉" in text_of(page, "#reading")
    assert "软件 0.1 规则 a 模型 b" in text_of(page, "#reading")
    assert "“廉”尚未填写（指标编号 lian）" in text_of(page, "#s-P1")
    assert "未定" not in html


def test_file_names_show_what_cannot_be_seen(content):
    name = "一\n二\u202e.txt"
    spoiled = replace(
        content,
        materials=(Material(name, "txt", "other", 3),),
        failures=(Failure(name, "empty", f"“{name}”：文件是空的。"),),
        findings=(replace(content.findings[0], document=name), replace(content.findings[17], document=name)),
    )
    html = "".join(report_pieces(spoiled))
    assert html.count(r"一\x0a二\u202e.txt") == 4
    assert "<td>文件是空的。</td>" in html
    assert "\u202e" not in html


def test_unread_files_are_listed_with_their_remedy(page):
    quality = text_of(page, "#quality")
    assert "请向报送单位索取完好的文件" in quality
    assert "请核对是否漏传" in quality


def test_subject_without_findings_is_not_called_clean(content):
    html = "".join(report_pieces(replace(content, findings=content.findings[:3], facts=(), scorecards=())))
    assert "这不等于没有问题，也不等于没有实绩：何春燕、周立新、邓小禾、柳河镇" in html


def test_namesakes_are_told_apart():
    twins = Assessment(
        "甲", "", (Subject("A", "李明", unit="甲局"), Subject("B", "李明", unit="乙局"), Subject("C", "王芳"))
    )
    assert subject_names(twins) == {"A": "李明（甲局 A）", "B": "李明（乙局 B）", "C": "王芳"}


def test_coverage_is_weighted_by_length_and_never_rounds_up_to_all(content):
    materials = (Material("a", "txt", "other", 999_999), Material("b", "txt", "other", 1, 0.5))
    content = replace(content, materials=materials)
    assert overview(content).coverage == pytest.approx(1_000_000 / 1_000_001)
    assert "99.9%" in "".join(report_pieces(content))


# ---- what stands apart


def with_apart(content):
    """The content with findings of an own category and of 班子运行问题 over passages of another."""
    one = content.findings[0]
    own = replace(one, id="a" * 20, category="own_mediation", subclass=None)
    team = replace(one, id="b" * 20, category="team_conflict", subclass="R13", subject=None)
    wished = replace(own, id="c" * 20, status="normative")
    return replace(content, findings=(*content.findings, own, team, wished), names={"own_mediation": "调解不力"})


def test_what_stands_apart_is_listed_by_itself_and_in_no_count(content):
    apart, plain = overview(with_apart(content)), overview(content)
    assert apart.apart == {"own_mediation": 1, "team_conflict": 1}
    assert replace(apart, apart=plain.apart) == plain
    page = LexborHTMLParser("".join(report_pieces(with_apart(content))))
    assert "另行单列：调解不力（1 处）" in text_of(page, "#s-P1")
    assert "另行单列：班子运行问题（1 处）" in text_of(page, "#unattributed")
    assert "own_mediation" not in page.html


def test_every_finding_apart_stands_in_exactly_one_card(content):
    page = LexborHTMLParser("".join(report_pieces(with_apart(content))))
    anchors = Counter(node.attributes["id"] for node in page.css("article.finding"))
    assert anchors == Counter(f"f-{each.id}" for each in with_apart(content).findings)
    assert page.css_first(f"#mentions [id='f-{'c' * 20}']") is not None


def test_a_report_without_such_findings_does_not_speak_of_them(content):
    assert "单列" not in "".join(report_pieces(content))
