"""Headings that only name their topic, and headings that state a finding."""

import pytest

from mingcha.pipeline.document import Span
from mingcha.pipeline.marking import Marked
from mingcha.pipeline.segmentation import Sentence


def marked(text: str) -> Marked:
    return Marked(text, Sentence(Span(0, len(text)), 0, "", None, heading=True, noise=False), (), (), (), None)


@pytest.mark.parametrize(
    "text",
    [
        "1.石梁乡。",
        "（二）县粮食局。",
        "三、青溪镇水管站",
        "（四）档案管理。",
        "（五）便民服务",
        "2．库区移民工作：",
        "(3)公共服務。",
        "二是走访了解求“细”，在田间地头听真话。",
        "四要整改求“实”。",
    ],
)
def test_a_topic_only_names_a_unit_or_a_field(text):
    assert marked(text).topic


@pytest.mark.parametrize(
    "text",
    [
        "（三）台账失真。",
        "（二）消防管理存在薄弱环节。",
        "三、对群众诉求不重视的情况",
        "4.县粮食局瞒报库存，长期没有检查。",
        "5.针对“检查走过场”问题。",
        "石梁乡。",
        "一是抓落实的力度不够的方面",
        "（一）窗口无人服务",
        "三是整改求“快”，但表册都是补的。",
        "三是整改只求“快”，群众没见到一分钱。",
        "二、仓储环节失管失控",
    ],
)
def test_what_says_how_it_is_or_has_no_number_is_no_topic(text):
    assert not marked(text).topic
