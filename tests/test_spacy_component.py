"""The analysis in a spaCy pipeline: any tokenizer, and nothing is lost on the way to disk or to another process."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from mingcha.models.toolkit import load_toolkit
from mingcha.pipeline.analysis import analyze
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.plain_text import document_of
from mingcha.pipeline.records import finding_record

TEXT = "巡察发现，该局推诿扯皮，报告交上去三个月没有回音。\n要坚决整治形式主义。\n两位主官有半年不碰头。"
INTEGRITY = "验收的人吃拿卡要。"


@pytest.fixture(scope="module")
def nlp():
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("mingcha")
    return pipeline


def said(doc):
    """What a reader takes out of a document: the words, the label and the whole finding of each span."""
    group = doc.spans["mingcha"]
    return [(span.text, span.label_, group.attrs["findings"][span.id_]) for span in group]


def test_the_spans_are_the_findings_of_the_analysis(nlp):
    findings = analyze(document_of(TEXT), load_toolkit()).findings
    assert [(label, record) for _, label, record in said(nlp(TEXT))] == [
        (finding.category, finding_record(finding)) for finding in findings
    ]
    assert [(label, record["status"]) for _, label, record in said(nlp(TEXT))] == [
        ("inaction", "asserted"),
        ("formalism", "normative"),
        ("team_conflict", "asserted"),
    ]


@pytest.mark.parametrize("segmenter", ["char", "jieba"])
def test_any_tokenizer_will_do(segmenter):
    pipeline = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    pipeline.add_pipe("mingcha")
    doc = pipeline(TEXT)
    assert len(said(doc)) == 3
    for words, _, record in said(doc):
        assert words == record["text"] == TEXT[record["start"] : record["end"]]


def test_tokens_that_cut_across_a_finding_are_covered_and_the_exact_place_is_kept(nlp):
    doc = Doc(nlp.vocab, words=[TEXT[:3], TEXT[3:30], TEXT[30:]], spaces=[False] * 3)
    doc = nlp.get_pipe("mingcha")(doc)
    for words, _, record in said(doc):
        assert record["text"] in words
        assert TEXT[record["start"] : record["end"]] == record["text"]


@pytest.mark.parametrize("text", ["", " \n ", "全镇通水。"])
def test_a_text_without_findings_has_an_empty_group(nlp, text):
    assert said(nlp(text)) == []


def test_what_only_authorized_reviewers_may_see_is_left_out(nlp):
    assert analyze(document_of(INTEGRITY), load_toolkit()).referrals
    assert "integrity" not in {label for _, label, _ in said(nlp(INTEGRITY))}


def test_a_second_pass_replaces_the_first(nlp):
    doc = nlp(TEXT)
    once = said(doc)
    assert said(nlp.get_pipe("mingcha")(doc)) == once


@pytest.mark.parametrize("store_user_data", [True, False])
def test_findings_survive_a_docbin_and_another_vocabulary(nlp, store_user_data):
    doc = nlp(TEXT)
    data = DocBin(docs=[doc], store_user_data=store_user_data).to_bytes()
    (back,) = DocBin().from_bytes(data).get_docs(Vocab())
    assert said(back) == said(doc)


def test_findings_survive_bytes(nlp):
    doc = nlp(TEXT)
    assert said(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == said(doc)


def test_findings_survive_another_process(nlp):
    texts = [TEXT, "", "要坚决整治形式主义。", TEXT[:26]]
    apart = [said(doc) for doc in nlp.pipe(texts, n_process=2, batch_size=1)]
    assert apart == [said(nlp(text)) for text in texts]
    assert apart[0]


def test_a_pipeline_is_saved_and_loaded_with_its_options(tmp_path):
    rules = tmp_path / "own.toml"
    rules.write_text('[[rule]]\nid = "R13.silence"\nenabled = false\n', encoding="utf-8")
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("mingcha", config={"rules": [str(rules)]})
    pipeline.to_disk(tmp_path / "pipeline")
    labels = [label for _, label, _ in said(spacy.load(tmp_path / "pipeline")(TEXT))]
    assert labels == ["inaction", "formalism"]


def test_a_faulty_rule_file_is_told_when_the_pipeline_is_built(tmp_path):
    with pytest.raises(DataError, match="找不到"):
        spacy.blank("zh").add_pipe("mingcha", config={"rules": [str(tmp_path / "none.toml")]})


def test_a_roster_gives_subjects(tmp_path):
    roster = tmp_path / "花名册.csv"
    roster.write_text("id,name,unit,type\nP1,周启明,县水利局,person\n", encoding="utf-8")
    pipeline = spacy.blank("zh")
    pipeline.add_pipe("mingcha", config={"roster": str(roster)})
    ((_, _, record),) = said(pipeline("巡察发现，周启明推诿扯皮，报告交上去三个月没有回音。"))
    assert record["subject"] == "P1"


def test_the_title_tells_the_genre(nlp):
    doc = nlp.make_doc("两位主官有半年不碰头。")
    doc.user_data["title"] = "在全县干部大会上的讲话.txt"
    ((_, _, record),) = said(nlp.get_pipe("mingcha")(doc))
    assert (record["document"], record["status"]) == ("在全县干部大会上的讲话.txt", "generic")


def test_nothing_is_registered_on_documents(nlp):
    nlp(TEXT)
    assert not Doc.has_extension("mingcha")
    assert not Doc(nlp.vocab)._.__dict__.get("_extensions")


@given(st.text(alphabet="甲乙。\n\r \t", max_size=30))
def test_blocks_of_a_text_are_its_lines_as_a_reader_counts_them(text):
    document = document_of(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    assert [(block.locator.line, block.span.of(text)) for block in document.blocks] == numbered
