"""Which genre a document is of."""

import pytest

from mingcha.corpora.genrebook import load_genres
from mingcha.pipeline.genres import OTHER, compile_genres, identify
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
        ("a.docx", "表二\n姓名\t职务\t优秀\t称职\t不称职\n段云\t镇长\t20\t9\t1", "ballot"),
        ("民主测评汇总表.docx", "单位：清溪镇\n姓名\t职务\t优秀\t称职\t不称职", "ballot"),
        ("a.xlsx", "测评项目\t好\t较好\t一般\t差", "ballot"),
        ("a.txt", "他工作优秀，群众满意，同意推荐的人多。", "other"),
        ("a.xlsx", "清溪镇\n序号\t存在问题\t整改措施\t责任单位\t完成时限\n1\t停水\t换泵", "rectification"),
        ("a.csv", "序号，反馈问题，整改措施，整改状态\n1，停水，换泵，已完成", "rectification"),
        ("a.txt", "甲。\n乙。\n丙。\n检查发现两个问题，责任单位要抓紧，整改措施要落实到人。", "other"),
        ("a.xlsx", "序号\t工单编号\t来电人\t诉求内容\t承办单位", "ticket"),
        ("a.txt", "工单编号：HT-1\n受理时间：2024-12-02\n诉求内容：灯坏了。", "ticket"),
        ("a.docx", "序号\t议定事项\t责任单位\t完成时限\n1\t修泵\t水务局\t3月", "minutes"),
        ("段云.lrmx", "段云\n男\n1979.04", "personnel_form"),
        ("a.docx", "干部任免审批表\n姓名\t段云\t性别\t男", "personnel_form"),
        ("回复.eml", "段科长：材料收到，谢谢。", "other"),
        ("转发.eml", "举报信\n举报人：匿名\n特此举报", "petition"),
        ("邮件.eml!谈话记录.txt", "谈话对象：编号B-07\n问：怎么样？\n答：还行。", "interview"),
        ("a.txt", "与护林员的访谈\n问：山火多吗？答：少了。问：路呢？答：修了。", "interview"),
    ],
)
def test_knows_the_genre(name, text, genre):
    assert identify(name, text, BOOK).id == genre


def test_the_genre_says_what_gave_it():
    assert identify("谈话记录.txt", "问：好吗？\n答：好。", BOOK).evidence


def test_an_empty_book_knows_nothing():
    assert identify("谈话记录.txt", "", compile_genres((), 1.0)) == OTHER


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_genre_and_source_has_a_chinese_name(rule):
    assert rule.id in CHINESE
    assert rule.source in CHINESE
