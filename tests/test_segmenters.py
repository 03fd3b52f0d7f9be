"""Segmentation: rjieba gives jieba's own words, of our sentences, of public text and of whatever else may come."""

import lzma
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models.segmenters import load_jieba, load_rjieba

PUBLIC = Path(__file__).parents[2] / "shared" / "corpora" / "public_text.txt.xz"
JIEBA, RJIEBA = load_jieba(), load_rjieba()
HAN = "的一是在不了有人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化"
OTHERS = "abcXYZ019.%+#&_- \t\r\n，。“”（）—…①Ⅲ％１ａ々〇㐀鿖豈\U00020000éЖ·"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("报告交上去三个月没有回音", ["报告", "交上去", "三个", "月", "没有", "回音"]),
        ("增长12.5%，见offset_i与C++", ["增长", "12.5%", "，", "见", "offset", "_", "i", "与", "C++"]),
        ("镇长㐀某去了2-3趟", ["镇长", "㐀", "某去", "了", "2", "-", "3", "趟"]),
        ("", []),
    ],
)
def test_words(text, words):
    assert JIEBA(text) == RJIEBA(text) == words


@given(st.text(st.one_of(st.sampled_from(HAN), st.sampled_from(OTHERS), st.characters()), max_size=30))
def test_rjieba_gives_the_words_of_jieba_for_any_text(text):
    assert RJIEBA(text) == JIEBA(text)


def test_rjieba_gives_the_words_of_jieba_for_our_sentences():
    texts = [document.text for document in load_labelled()[::12]]
    assert [text for text in texts if RJIEBA(text) != JIEBA(text)] == []


@pytest.mark.soak
@pytest.mark.skipif(not PUBLIC.exists(), reason="no public text beside the project")
def test_rjieba_gives_the_words_of_jieba_for_two_hundred_thousand_public_sentences():
    with lzma.open(PUBLIC, "rt", encoding="utf-8") as lines:
        each = (sentence for line in lines for sentence in re.split(r"(?<=[。！？；])", line.strip()) if sentence)
        sentences = list(islice(each, 200_000))
    assert len(sentences) == 200_000
    assert [sentence for sentence in sentences if RJIEBA(sentence) != JIEBA(sentence)] == []


def test_without_rjieba_jieba_cuts():
    program = (
        "import sys\nfrom mingcha.models import segmenters\nsegmenters.find_spec = lambda name: None\n"
        "print(*segmenters.load_segmenter()('没有回音'), 'rjieba' in sys.modules, 'jieba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["没有", "回音", "False", "True"]
