"""Which genre a document is of."""

import pytest

from mingcha.corpora.genrebook import load_genres
from mingcha.pipeline.genres import OTHER, GenreBook, identify
from mingcha.pipeline.terms import CHINESE

BOOK = load_genres()


@pytest.mark.parametrize(
    ("name", "text", "genre"),
    [
        pytest.param("", "", "other", id="empty"),
        ("谈话记录.txt", "谈话对象：编号B-07\n问：怎么样？\n答：还行。", "interview"),
        ("a.txt", "谈话时间：2024年5月8日\n谈话对象：某科长\n问：好吗？\n答：好。", "interview"),
        ("述职.docx", "2024年度述职述廉报告\n述职人：孙某", "self_report"),
        ("a.docx", "关于巡察青山镇党委的反馈意见\n第二巡察组于3月进驻。发现的主要问题：", "inspection"),
        ("a.docx", "关于巡察整改进展情况的通报\n反馈问题25个，已完成整改19个。", "rectification"),
        ("a.pdf", "关于供水工程的审计报告\n县审计局派出审计组，审计发现如下。", "audit"),
        ("工单.xlsx", "工单编号\t来电人\t诉求内容", "ticket"),
        ("讲话.txt", "在作风建设会议上的讲话\n同志们：", "speech"),
        ("会议纪要.md", "专题会议纪要\n会议认为，会议明确。", "minutes"),
        ("管理办法.txt", "某县督查管理办法\n第一条 为规范督查工作，制定本办法。", "policy"),
        ("匿名信.txt", "举报信\n特此举报", "petition"),
        ("散文.txt", "春天来了，河边的柳树绿了。", "other"),
    ],
)
def test_knows_the_genre(name, text, genre):
    assert identify(name, text, BOOK).id == genre


def test_the_genre_says_what_gave_it():
    assert identify("谈话记录.txt", "问：好吗？\n答：好。", BOOK).evidence


def test_an_empty_book_knows_nothing():
    assert identify("谈话记录.txt", "", GenreBook((), 1.0)) == OTHER


def test_every_genre_and_source_has_a_chinese_name():
    assert all(rule.id in CHINESE and rule.source in CHINESE for rule in BOOK.rules)
