"""How a clause is built: whether its subject is left out, and who can act in it."""

import pytest

from mingcha.pipeline.clauses import after_main_clause, has_own_actor, heads_clause, lacks_subject
from mingcha.pipeline.document import Span

SUBJECTLESS = [
    ("", False),
    ("遇到纠纷也不躲。", True),
    ("学习上浅尝辄止。", True),
    ("性子急，常常训人。", True),
    ("三次送签都没有批。", True),
    ("三号库的记录系补填。", False),
    ("两个窗口无人在岗。", False),
    ("六年来，没有坏过一粒粮。", False),
    ("一年来，没有坏过一粒粮。", True),
    ("在改厕中，一味求快。", True),
    ("在改厕中，厂家一味求快。", False),
    ("对上述问题，县财政局没有说明。", False),
    ("建议公司健全制度。", False),
    ("会前，大家看了现场。", False),
    ("来信反映两次。", False),
    ("去年冬天，工地停了工。", False),
    ("爱人在县医院上班。", False),
    ("公路修得慢。", False),
]


@pytest.mark.parametrize(("text", "expected"), SUBJECTLESS)
def test_tells_a_sentence_without_a_subject(text, expected):
    assert lacks_subject(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("孙海推诿。", True),
        ("1.孙海推诿。", True),
        ("去年冬天，镇长孙海推诿。", True),
        ("由于种种原因孙海推诿。", True),
        ("来电人称孙海推诿。", True),
        ("县里的孙海推诿。", True),
        ("平时孙海推诿。", True),
        ("群众几次拦住孙海。", False),
        ("我们找过孙海。", False),
        ("大伙儿围着孙海。", False),
    ],
)
def test_tells_who_can_act_from_who_is_only_met(text, expected):
    assert heads_clause(text, text.index("孙海")) is expected


@pytest.mark.parametrize(
    ("text", "hit", "expected"),
    [
        ("对后勤过问少，学校整改拖沓。", "拖沓", True),
        ("对后勤过问少，一味拖沓。", "拖沓", False),
        ("学校整改拖沓。", "拖沓", False),  # the first clause is judged by itself
        ("对后勤过问少，学校整改拖沓。", "过问少", False),
    ],
)
def test_tells_a_later_clause_with_a_subject_of_its_own(text, hit, expected):
    start = text.index(hit)
    assert has_own_actor(text, [Span(start, start + len(hit))]) is expected
    assert has_own_actor(text, []) is False


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("孙海推诿，没人管。", "孙海推诿"),
        ("答：孙海推诿，没人管。", "答：孙海推诿"),
        ("听股里人讲，孙海推诿，没人管。", "听股里人讲，孙海推诿"),
        ("经查，去年冬天，孙海推诿。", "经查，去年冬天，孙海推诿"),
        ("听不进意见，孙海推诿。", "听不进意见"),
        ("说话冲，孙海推诿。", "说话冲"),
        ("调动的事，孙海推诿。", "调动的事"),
    ],
)
def test_finds_the_end_of_the_first_clause_that_says_something(text, main):
    assert text[: after_main_clause(text)] == main
