from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mingcha.models.encoding.vocabulary import SPECIAL, Vocabulary, choose_words, plain

WORDS = choose_words({"会议": 9, "会议室": 5, "议室": 4, "开": 8, "会": 8, "了": 7, "二": 3, "室": 2}, 40)
VOCABULARY = Vocabulary.of(WORDS)


def cut(text: str) -> list[str]:
    return [VOCABULARY.words[number] for number in VOCABULARY.tokens(text)]


def test_the_longest_word_from_the_left_is_taken():
    assert cut("开会议室了") == ["开", "会议室", "了"]
    assert cut("会议开了") == ["会议", "开", "了"]


def test_digits_are_all_the_same_and_go_by_fours():
    assert cut("2023") == cut("１９９９") == ["0000"]
    assert cut("123456") == ["0000", "00"]


def test_an_unknown_character_is_one_token_and_blanks_are_none():
    assert cut("开 鑫\n了") == ["开", "[UNK]", "了"]


def test_characters_come_before_words_and_nothing_is_there_twice():
    assert WORDS[:5] == list(SPECIAL)
    assert len(set(WORDS)) == len(WORDS)
    assert WORDS.index("室") < WORDS.index("会议")


@given(st.text(alphabet="会议室开了二x9鑫 ", max_size=40))
def test_the_tokens_spell_the_text(text: str):
    spelled = "".join("鑫" if word == "[UNK]" else word for word in cut(text))
    assert spelled == plain("".join(text.split())).replace("x", "鑫")
