"""Token rules: our tokens and quantities in a spaCy document, and the sentences that are spared."""

import subprocess
import sys

import pytest

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.corpora.lexicon import load_rules
from mingcha.models.segmenters import load_segmenter
from mingcha.models.token_rules import ENTITIES, build_doc, load_matchers, load_token_matcher
from mingcha.pipeline.quantities import amounts_in

RULES = [rule for rule in load_rules() if rule.tokens]
NAMES = [rule.id for rule in RULES]


def test_there_are_token_rules():
    assert len(RULES) >= 10


@pytest.mark.parametrize("text", ["报告交上去三个月没有回音。", "2024年3月开工，投资3.2亿元。", "全市第二", ""])
def test_the_tokens_tile_the_text_and_the_quantities_are_entities(text):
    from spacy.vocab import Vocab

    amounts = [amount for amount in amounts_in(text) if amount.kind in ENTITIES]
    doc = build_doc(text, amounts, Vocab(), load_segmenter())
    assert "".join(token.text for token in doc) == text
    assert [(e.start_char, e.end_char) for e in doc.ents] == [(one.start, one.end) for one in amounts]


def test_sparing_sentences_loses_no_match():
    match = load_token_matcher(RULES, load_segmenter)
    matchers, vocab = load_matchers(RULES)
    texts = [span.of(document.text) for document in load_labelled()[::6] for span, _ in document.sentences]
    found = 0
    for text in texts:
        doc = build_doc(text, [one for one in amounts_in(text) if one.kind in ENTITIES], vocab, load_segmenter())
        spans = [span for matcher in matchers.values() for span in matcher(doc, as_spans=True)]
        whole = {(span.label_, span.start_char, span.end_char) for span in spans}
        assert {(name, span.start, span.end) for name, span in match(text, NAMES)} == whole
        found += len(whole)
    assert found


def test_a_text_without_such_words_loads_neither_spacy_nor_jieba():
    program = (
        "import sys\nfrom mingcha.models.toolkit import load_toolkit\nfrom mingcha.pipeline.analysis import analyze\n"
        "from mingcha.pipeline.document import Document\n"
        "analyze(Document('a.txt', '0' * 64, 'txt', '要坚决整治推诿扯皮。', ()), load_toolkit())\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "LOADED" in done.stdout
    assert not {"spacy", "jieba", "rjieba"} & set(done.stdout.split())
