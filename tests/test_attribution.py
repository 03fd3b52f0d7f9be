"""Whom a sentence charges: tables of names, pronouns, outsiders and look-alikes. All people and places are invented."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.assertion import compile_cues
from mingcha.pipeline.attribution import attribute_document
from mingcha.pipeline.detection import compile_rules, detect
from mingcha.pipeline.document import Document
from mingcha.pipeline.genres import Genre
from mingcha.pipeline.marking import mark
from mingcha.pipeline.normalization import Clean
from mingcha.pipeline.offsets import OffsetMap
from mingcha.pipeline.registry import build_registry
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.segmentation import segment
from mingcha.pipeline.subjects import Subject

ROSTER = (
    Subject("P1", "孙海", unit="青石镇", post="党委副书记、镇长"),
    Subject("P2", "李明", unit="县交通局", post="党组书记、局长"),
    Subject("P3", "李静", unit="县交通局", post="副局长"),
    Subject("P4", "王志成", ("志成同志",), unit="青石镇", post="党委书记"),
    Subject("P5", "周正", unit="县农业局", post="局长"),
    Subject("P6", "周平", unit="云溪镇", post="镇长"),
    Subject("T1", "青石镇", unit="青石镇", type="team"),
    Subject("T2", "县交通局", ("交通局",), unit="县交通局", type="team"),
    Subject("T3", "云溪镇党委", unit="云溪镇", type="team"),
    Subject("T4", "县农业局", unit="县农业局", type="team"),
)
REGISTRY = build_registry(ROSTER)
RISKS = (
    *("推诿扯皮", "推诿", "虚报", "拖欠工资", "把关不严", "不管不问", "弄虚作假", "敷衍了事"),
    *("不见人", "拖着不办", "代签", "擅自开工", "乱收费", "脱岗"),
)
MATCHER = compile_rules([Rule("t.risk", "risk", "inaction", None, 0.9, "测试", phrases=RISKS)])
NO_CUES = compile_cues((), re.compile("$^"))
SOURCES = {
    "interview": "S-PEER",
    "inspection": "S-INSP",
    "petition": "S-PETI",
    "ticket": "S-12345",
    "other": "S-UNKNOWN",
}


def attributed(text, genre="other", name="材料.txt", registry=REGISTRY):
    """The sentences of a document with their attributions."""
    clean = Clean(Document(name, "0", "txt", text, ()), text, OffsetMap(), (), ())
    segmented = segment(clean)
    marked = mark(segmented, detect(segmented, MATCHER), NO_CUES)
    kind = Genre(genre, SOURCES.get(genre, "S-SELF"))
    return list(zip(marked, attribute_document(segmented, marked, kind, registry, name), strict=True))


def last(text, genre="other", name="材料.txt", registry=REGISTRY):
    return attributed(text, genre, name, registry)[-1][1]


def outcome(attribution):
    """A subject, the candidates joined by a stroke, 外 for outsiders, or nothing."""
    if attribution.subject or attribution.candidates:
        return attribution.subject or "/".join(sorted(attribution.candidates))
    return "外" if attribution.reason.startswith("名册以外") else ""


ONE_SENTENCE = [
    # names, titles, aliases
    ("孙海对群众来访不管不问。", "P1"),
    ("孙镇长对群众来访不管不问。", "P1"),
    ("孙镇遇到难事就推诿。", "P1"),
    ("老孙遇到难事就推诿。", "P1"),
    ("志成同志审核材料把关不严。", "P4"),
    ("青石镇镇长孙海对施工进度不管不问。", "P1"),
    ("青石镇镇长对施工进度不管不问。", "P1"),
    ("青石镇党委副书记、镇长孙海虚报进度。", "P1"),
    ("青石镇的王志成书记长期不见人。", "P4"),
    ("青石镇人民政府虚报进度。", "T1"),
    ("云溪镇虚报进度。", "T3"),
    ("云溪镇政府虚报进度。", "T3"),
    ("我县交通局审核把关不严。", "T2"),
    ("县交通局局长办公会走过场，推诿扯皮。", "T2"),
    ("县交通局李局长拖着不办。", "P2/P3"),
    ("对孙海同志的反映集中在遇事推诿。", "P1"),
    # two persons with one surname
    ("老周遇事推诿。", "P5/P6"),
    ("周镇长遇事推诿。", "P6"),
    ("周局长遇事推诿。", "P5"),
    ("李局长遇事推诿。", "P2/P3"),
    ("李副局长遇事推诿。", "P3"),
    ("李书记遇事推诿。", "P2"),
    ("青石镇周镇长遇事推诿。", "P6"),
    ("县农业局的老周遇事推诿。", "P5"),
    # unit and head
    ("青石镇党委书记王志成敷衍了事。", "P4"),
    ("县交通局副局长把关不严。", "P3"),
    ("县农业局副局长把关不严。", "外"),
    ("县农业局局长陈国强把关不严。", "外"),
    # several named: the actor of the clause, not the object
    ("县交通局对青石镇报送的数字把关不严。", "T2"),
    ("孙海批评王志成以后，仍然敷衍了事。", "P1"),
    ("李静到现场修复了路灯，孙海却不管不问。", "P1"),
    ("县交通局和青石镇推诿扯皮。", "T1/T2"),
    ("县交通局、青石镇推诿扯皮。", "T1/T2"),
    ("孙海在会上表示，县农业局弄虚作假。", "T4"),
    ("责成县交通局查处虚报行为。", "T2"),
    # outsiders as actors
    ("施工方拖欠工资。", "外"),
    ("承包方虚报土方量，长期拖着不办。", "外"),
    ("中标单位擅自开工。", "外"),
    ("物业公司乱收费。", "外"),
    ("包工头老板拖欠工资。", "外"),
    ("前任局长对此不管不问。", "外"),
    ("上一届班子虚报进度。", "外"),
    ("由时任镇长擅自开工。", "外"),
    ("上级部门拖着不办。", "外"),
    ("邻县也有推诿扯皮的情况。", "外"),
    ("张某长期脱岗。", "外"),
    ("刘××代签了全部表格。", "外"),
    ("吴镇长遇事推诿。", "外"),
    ("副局长赵某敷衍了事。", "外"),
    ("施工方虚报土方量，县交通局把关不严。", "T2"),
    ("县交通局对施工方虚报的土方量把关不严。", "T2"),
    ("时任镇长孙海擅自开工。", "P1"),
    ("孙海对前任留下的欠款拖着不办。", "P1"),
    ("村民反映施工方拖欠工资，孙海不管不问。", "P1"),
    # names inside longer ones, and other units
    ("李明亮长期脱岗。", "外"),
    ("李明平时遇事推诿。", "P2"),
    ("李明推诿扯皮。", "P2"),
    ("孙海波虚报进度。", "外"),
    ("省交通局拖着不办。", "外"),
    ("邻县交通局拖着不办。", "外"),
    ("红岩镇政府推诿。", "外"),
    ("每周镇长接访都有人推诿。", ""),
    ("向局长汇报以后仍然推诿。", ""),
    ("青石镇下河村的群众反映窗口不见人。", ""),
    ("青石镇供水工程存在代签。", ""),
]


@pytest.mark.parametrize(("text", "expected"), ONE_SENTENCE)
def test_charges_the_actor_and_nobody_else(text, expected):
    assert outcome(last(text)) == expected


HEAD = "谈话记录\n谈话对象：编号A-1（镇机关干部）\n了解对象：孙海（镇长）\n"
DOCUMENTS = [
    # interviews: 我 is the speaker; the header's subject where nobody is named
    ("interview", "", HEAD + "问：他怎么样？\n答：遇到难事就推诿。", "P1"),
    ("interview", "", HEAD + "问：台账呢？\n答：我一晚上代签了十七份。", ""),
    ("interview", "", HEAD + "问：台账呢？\n答：我觉得有些事推诿。", "P1"),
    ("interview", "", HEAD + "问：工资呢？\n答：承包方拖欠工资。", "外"),
    ("interview", "", HEAD + "问：工资呢？\n答：承包方来过。后来拖欠工资。", "外"),
    ("interview", "", HEAD + "问：李静同志呢？\n答：她审核把关不严。", "P3"),
    ("interview", "", HEAD + "问：李静同志呢？\n答：干事快。\n问：不足呢？\n答：她审核把关不严。", "P3"),
    ("interview", "", HEAD + "问：李静同志呢？\n答：干事快。\n问：班子呢？\n答：有推诿的时候。", "T1"),
    ("interview", "", HEAD + "问：孙海和李静呢？\n答：遇事推诿。", "P1/P3"),
    ("interview", "", HEAD + "问：王志成是否推诿？", "P4"),
    ("interview", "", HEAD + "答：听说县交通局推诿。", "T2"),
    ("interview", "", HEAD + "答：三号窗口的小李不耐烦。他经常脱岗。", "外"),
    ("interview", "", HEAD + "答：工地停了工，说他们推诿不公道。", ""),
    ("interview", "", "谈话记录\n了解对象：刘××（局长）\n答：遇事推诿。", ""),
    # his own words
    ("self_report", "", "述职报告\n述职人：孙海\n我审核把关不严。", "P1"),
    ("self_report", "", "述职报告\n述职人：孙海\n本人对材料把关不严。", "P1"),
    ("self_report", "", "述职报告\n述职人：孙海\n一是审核把关不严。", "P1"),
    ("self_report", "", "述职报告\n述职人：孙海\n我镇个别窗口脱岗。", "T1"),
    ("self_criticism", "孙海对照检查.docx", "对照检查材料\n遇事推诿。", "P1"),
    ("rectification", "", "县交通局整改报告\n我们审核把关不严。", "T2"),
    ("other", "", "反映\n我审核把关不严。", ""),
    # what was spoken of before
    ("other", "", "孙海下村只进村部。群众拦住他，他推诿。", "P1"),
    ("other", "", "孙海下村只进村部。从来不见人。", "P1"),
    ("other", "", "孙海下村只进村部。\n从来不见人。", ""),
    ("other", "", "孙海下村。天气很好。路修通了。遇事推诿。", ""),
    ("other", "", "孙海和李静到场。遇事推诿。", "P1/P3"),
    ("interview", "", HEAD + "问：谁？\n答：李静。\n答：她审核把关不严。", "P1/P3"),
    # a subject that is carried on needs a sentence without one of its own; else people decide
    ("other", "", "青石镇开了会。长期敷衍了事。", "T1"),
    ("other", "", "青石镇开了会。水渠那边一直不见人。", "T1"),
    ("other", "", "孙海下村只进村部。电话那头敷衍了事。", "P1"),
    # whom somebody takes the blame off, and behind whom others act
    ("other", "", "孙海到了现场。这个不怪他，乱收费早就有。", ""),
    ("other", "", "孙海到了现场。在他身后，几个年轻人敷衍了事。", ""),
    ("other", "", "孙海到了现场。他敷衍了事。", "P1"),
    ("self_report", "", "述职报告\n述职人：孙海\n我对志成同志的意见是遇事推诿。", "P4"),
    ("self_report", "", "述职报告\n述职人：孙海\n我对来访群众的态度是推诿。", "P1"),
    ("other", "", "青石镇开了会。该镇虚报进度。", "T1"),
    ("other", "", "县交通局开了会。该镇虚报进度。", ""),
    ("other", "", "施工方进了场。一直拖欠工资。", "外"),
    # titles
    ("inspection", "", "关于巡察青石镇党委的反馈意见\n窗口干部脱岗。", "T1"),
    ("inspection", "", "关于巡察青石镇党委的反馈意见\n孙海同志在场。有的干部脱岗。", "T1"),
    ("inspection", "", "关于巡察青石镇党委的反馈意见\n经查，施工单位虚报土方量。", "外"),
    ("speech", "", "青石镇作风会议讲话\n有的干部推诿。", ""),
    ("ticket", "青石镇工单.txt", "来电内容\n窗口没人，推诿。", ""),
    ("appraisal", "孙海同志考察材料.docx", "考察材料\n审核把关不严。", "P1"),
    ("appraisal", "", "青石镇镇长孙海同志考察材料\n审核把关不严。", "P1"),
    ("appraisal", "", "孙海、李静同志考察材料\n审核把关不严。", ""),
]


SELF = "述职报告\n述职人：孙海（青石镇镇长）\n"
OWN_TALK = "谈话记录\n谈话对象：孙海（镇长）\n考核对象：孙海\n"
WITHHELD = [
    # minutes: a name with a colon speaks, and seldom of himself
    ("minutes", "民主生活会会议记录\n孙海：对下属推诿的问题不敢较真。", None, "P1"),
    ("minutes", "民主生活会会议记录\n孙海：我给李静同志提一条，遇事推诿。", "P3", ""),
    ("minutes", "民主生活会会议记录\n孙海：我遇事推诿。", "P1", ""),
    ("ballot", "附言\n孙海：遇事推诿。", "P1", ""),
    # beside whom one stood, whom one only met, whose people one speaks of
    ("self_report", SELF + "协助王志成同志清理拖欠工资。", None, "P1"),
    ("self_report", SELF + "王志成同志主抓整治推诿扯皮，我参加。", "P4", ""),
    ("self_report", SELF + "王志成同志定的事，我没有跟上。", None, "P1/P4"),
    ("self_report", SELF + "青石镇会议多，我负主要责任。", "P1", ""),
    ("self_report", SELF + "局长批评过我两次，我没有改。", "P1", ""),
    ("other", "孙海的弟弟乱收费。", None, "P1"),
    ("other", "孙海的秘书代签了文件。", None, "P1"),
    ("other", "孙海的弟弟说，孙海遇事推诿。", "P1", ""),
    ("other", "孙海说，窗口敷衍了事。", None, "P1"),
    ("other", "孙海说，县交通局敷衍了事。", "T2", ""),
    # a name that exempts, dates or denies
    ("other", "除孙海外，其他人都推诿。", None, ""),
    ("other", "孙海离任后，该项目拖着不办。", None, ""),
    ("other", "孙海离任后仍拖着不办。", "P1", ""),
    ("other", "这不是孙海拖着不办，是县交通局把关不严。", "T2", ""),
    ("other", "是不是孙海拖着不办？", "P1", ""),
    ("other", "孙海授意李静弄虚作假。", "P1", ""),
    # strangers
    ("other", "鼎力建设公司拖欠工资。", None, ""),
    ("other", "下湾村支书夏某虚报进度。", None, ""),
    ("other", "采石场负责人仲某擅自开工。", None, ""),
    ("other", "孙海下村。有一位副局长拖着不办。", None, ""),
    ("other", "孙海下村。那位领导拖着不办。", None, ""),
    ("other", "第四项由县应急局牵头，拖着不办。", None, ""),
    # 他: never who speaks; two were spoken of; a new question may turn back
    ("other", "孙海上午下村看水渠。王志成同志下午也去了。他遇事推诿扯皮。", None, "P1/P4"),
    ("other", "孙海上午下村看水渠。他下午到了村部。他遇事推诿扯皮。", "P1", ""),
    ("other", "王志成同志指出，他本人遇事推诿。", "P4", ""),
    ("other", "王志成同志指出，他遇事推诿。", None, ""),
    ("interview", OWN_TALK + "问：合同呢？\n答：王志成签的。他现在遇事推诿。", "P4", ""),
    ("interview", OWN_TALK + "问：合同呢？\n答：大家都说了很多话。他遇事推诿扯皮。", None, ""),
    ("interview", OWN_TALK + "问：合同呢？\n答：我提醒过好几次，他遇事推诿扯皮。", None, "P1"),
    ("interview", OWN_TALK + "问：班子呢？\n答：青石镇都还行。村口那边一直推诿。", None, "T1"),
    ("interview", HEAD + "问：他呢？\n答：李静那阵子在外培训。\n问：不足呢？\n答：他遇事推诿扯皮。", None, "P1/P3"),
    ("interview", HEAD + "问：李静呢？\n答：为人很热心。去村里的路很远。路上的人也多。她遇事推诿扯皮。", "P3", ""),
    ("interview", HEAD + "问：李静呢？\n答：李静来了。\n问：他们两个谁好？\n答：遇事推诿。", None, ""),
    ("interview", HEAD + "问：李静呢？\n答：孙海批评过几回，她推诿。", "P3", ""),
    # a county that nobody knows is no company with 县 in its name
    ("other", "县交通局开了会。该县有的部门推诿。", None, ""),
]


CRITICISM = "县交通局民主生活会批评意见汇总\n一、对李明同志的批评意见\n"
REPLY = "县农业局对第8号提案的答复\n"
TICKETS = "热线工单\n诉求内容：青石镇路灯不亮。\n承办单位：县交通局\n"
WITHHELD += [
    # who says so, in whatever words, is not whom it is about; what he does himself is his
    ("other", "孙海在会上强调，谁拖欠工资谁负责。", None, "P1"),
    ("other", "孙海在会上表示，县农业局弄虚作假。", "T4", ""),
    ("other", "孙海批评专班办事拖拉，敷衍了事。", None, "P1"),
    ("other", "孙海批评王志成以后，仍然敷衍了事。", "P1", ""),
    ("other", "孙海对农商行的做法表示赞赏。", None, "P1"),
    ("other", "孙海等同志认为窗口敷衍了事。", None, "P1"),
    ("other", "孙海对群众不管不问。", "P1", ""),
    ("other", "孙海汇报了工资拖欠情况。", None, "P1"),
    ("other", "孙海汇报虚假数字，弄虚作假。", "P1", ""),
    # who is only met, asked or stopped does not act; title, time and place may stand before who does
    ("other", "群众几次拦住孙海，无人答复，不管不问。", None, "P1"),
    ("other", "去年冬天，镇长孙海不管不问。", "P1", ""),
    ("other", "来电人称孙海不管不问。", "P1", ""),
    ("other", "妻子在县交通局任教，长期脱岗。", None, ""),
    ("other", "窗口人员在县交通局打牌脱岗。", "T2", ""),
    # kin of 他, 我 and 局长, and whoever comes after them
    ("other", "孙海下村只进村部。他的战友乱收费。", None, ""),
    ("other", "孙海下村只进村部。他乱收费。", "P1", ""),
    ("other", "有人看见孙海的外甥，乱收费也是他定的。", None, "P1"),
    ("self_report", SELF + "我弟弟乱收费。", None, ""),
    ("self_report", SELF + "我乱收费。", "P1", ""),
    ("other", "县交通局开了会。老板是局长的堂弟，乱收费。", None, ""),
    ("other", "县交通局开了会。局长乱收费。", "P2", ""),
    # a post in a phrase that is only quoted
    ("other", "县交通局开了会。“局长抓、抓局长”流于形式。", None, "T2"),
    ("other", "县交通局开了会。“一把手”敷衍了事。", "P2", ""),
    # the one left out, or the one named later
    ("appraisal", "孙海同志考察材料\n说话冲，王志成同志为此推诿过两次。", None, "P1/P4"),
    ("appraisal", "孙海同志考察材料\n经查，王志成同志推诿过两次。", "P4", ""),
    ("appraisal", "孙海同志考察材料\n听群众讲，王志成同志推诿过两次。", "P4", ""),
    ("self_report", SELF + "王志成同志多次催办，仍然敷衍了事。", None, "P1/P4"),
    ("self_report", SELF + "王志成同志敷衍了事。", "P4", ""),
    ("appraisal", "孙海同志考察材料\n协调县交通局、县农业局解决拖欠工资。", "P1", ""),
    ("other", "协调县交通局解决拖欠工资。", "T2", ""),
    ("appraisal", "孙海同志考察材料\n对后勤管得少，学校敷衍了事。", None, "P1"),
    ("appraisal", "孙海同志考察材料\n对后勤管得少，一直敷衍了事。", "P1", ""),
    ("appraisal", "孙海同志考察材料\n调动的事，王志成书记插手过，推诿扯皮。", None, "P1/P4"),
    ("appraisal", "孙海同志考察材料\n调动的事，王志成书记提过要按积分来，推诿扯皮。", None, "P4"),
    ("appraisal", "孙海同志考察材料\n王志成同志对其评价不高，敷衍了事。", None, "P4"),
    ("other", "王志成任期内公司拖欠工资。", None, "P4"),
    ("other", "王志成任职三年，拖欠工资。", "P4", ""),
    ("other", "拖欠工资的事由孙海同志调度。", None, ""),
    ("other", "由孙海同志负责的工地拖欠工资。", "P1", ""),
    ("other", "孙海到了现场，窗口敷衍了事。", None, "P1"),
    ("other", "孙海到了现场，对窗口敷衍了事。", "P1", ""),
    ("other", "孙海到了现场，仍然敷衍了事。", "P1", ""),
    ("other", "孙海挂点的村虚报进度。", None, "P1"),
    ("other", "孙海负责的项目拖着不办。", "P1", ""),
    ("other", "孙海不在家，爱人替他代签。", None, ""),
    ("other", "孙海下村只进村部。妻子住院，他也拖着不办。", "P1", ""),
    ("appraisal", "孙海同志考察材料\n王志成来看过一次。他敷衍了事。", None, "P1/P4"),
    ("appraisal", "孙海同志考察材料\n孙海来看过一次。他敷衍了事。", "P1", ""),
    # asked about one, told of another
    ("interview", HEAD + "问：孙海同志怎么样？\n答：有一次，王志成书记急着用钱，催了三遍才签。", None, "P1/P4"),
    ("interview", HEAD + "问：孙海同志怎么样？\n答：王志成书记虚报进度。", "P4", ""),
    ("interview", HEAD + "问：开会呢？\n答：李静提过意见。他遇事推诿扯皮。", None, "P1/P3"),
    ("interview", HEAD + "问：李静呢？\n答：李静提过意见。她遇事推诿扯皮。", "P3", ""),
    ("other", "王志成下村。孙海说明，表是他代签的。", None, "P1/P4"),
    # an interviewee who is not in the roster, though somebody else holds his post; one who has left
    ("interview", "谈话记录\n谈话对象：洪岩，县交通局副局长\n了解对象：李明\n答：我代签过两次。", None, ""),
    ("interview", "谈话记录\n谈话对象：县交通局副局长李静\n了解对象：李明\n答：我代签过两次。", "P3", ""),
    ("interview", "谈话记录\n谈话对象：县交通局退休干部\n了解对象：李明\n答：我代签过两次。", None, ""),
    # remarks on one another: the heading or the label says on whom
    ("minutes", CRITICISM + "1.李静：对下属推诿的问题不敢较真。", "P2", ""),
    ("minutes", CRITICISM + "1.李静：招标的事我是看公告才知道的，敷衍了事。", None, "P2"),
    ("minutes", CRITICISM + "二、自我批评\n李静：我遇事推诿。", "P3", ""),
    ("minutes", "民主生活会会议记录\n孙海：材料还堆着，我批评过你，推诿。", None, "P1"),
    ("self_criticism", "发言提纲\n报告人：孙海\n对志成同志：放手不够，推诿。", "P4", ""),
    # 我局 is who writes or answers, never a unit that is only spoken of
    ("other", REPLY + "我局已把资金拨付青石镇，审核把关不严。", "T4", ""),
    ("other", REPLY + "青石镇虚报进度。我局审核把关不严。", "T4", ""),
    ("ticket", TICKETS + "答复：我局审核把关不严。", "T2", ""),
    ("ticket", "热线工单\n诉求内容：青石镇路灯不亮。\n答复：我局审核把关不严。", None, ""),
    ("other", REPLY + "局主要负责人不管不问。", "P5", ""),
    ("other", REPLY + "青石镇虚报进度。镇长不管不问。", "P1", ""),
    ("other", "青石镇主要负责人不管不问。", None, "P1/P4"),
    ("other", "县交通局主要负责人不管不问。", "P2", ""),
    # an organ of the unit counts as the unit
    ("inspection", "关于巡察青石镇党委的反馈意见\n镇财政所虚报进度。", "T1", ""),
    ("inspection", "关于巡察青石镇党委的反馈意见\n（四）县国资中心虚报进度。", None, ""),
    # a unit that only says where, a branch of another house
    ("other", "青石镇派出所脱岗。", None, ""),
    ("other", "县交通局门口有人乱收费。", None, ""),
    ("other", "县交通局有人乱收费。", "T2", ""),
    # strangers with a full name, and with 同志
    ("other", "县交通局开了会。局长陈国强，虚报进度。", None, ""),
    ("other", "柳大成同志虚报进度。", None, ""),
    ("other", "教师节那天，王志成同志虚报进度。", "P4", ""),
    # a letter: the writer leaves himself out as well
    ("petition", "举报信\n孙海来量过房。去找镇里，敷衍了事。", None, "P1"),
    ("other", "孙海来量过房。遇到事敷衍了事。", "P1", ""),
]


@pytest.mark.parametrize(("genre", "text", "subject", "candidates"), WITHHELD)
def test_leaves_open_what_only_seems_to_charge_somebody(genre, text, subject, candidates):
    who = last(text, genre)
    assert (who.subject, "/".join(sorted(who.candidates))) == (subject, candidates)


@pytest.mark.parametrize("text", ["青石镇开了会。水渠那边一直不见人。", "孙海下村只进村部。电话那头敷衍了事。"])
def test_what_has_a_subject_of_its_own_only_names_a_candidate(text):
    who = last(text)
    assert (who.subject, len(who.candidates)) == (None, 1)


@pytest.mark.parametrize(("genre", "name", "text", "expected"), DOCUMENTS)
def test_follows_turns_paragraphs_and_headers(genre, name, text, expected):
    assert outcome(last(text, genre, name)) == expected


def test_knows_the_assessed_when_he_is_the_one_who_speaks():
    who = last("谈话记录\n谈话对象：孙海（镇长）\n考核对象：孙海\n问：不足呢？\n答：我审核把关不严。", "interview")
    assert (who.subject, who.source_kind, who.speaker) == ("P1", "S-SELF", "孙海（镇长）")


def test_judgment_that_rests_on_an_outsiders_act_charges_nobody():
    marked, who = attributed("施工方虚报土方量，县交通局把关不严。")[-1]
    theirs, ours = marked.hits
    assert who.of((theirs,)).subject is None
    assert who.of((ours,)).subject == "T2"
    assert who.of(marked.hits).subject == "T2"


def test_without_a_roster_nobody_is_charged_but_the_speaker_is_known():
    found = attributed(HEAD + "问：如何？\n答：孙海遇事推诿。", "interview", registry=build_registry(()))
    assert {(who.subject, who.candidates) for _, who in found} == {(None, ())}
    assert found[-1][1].speaker == "编号A-1（镇机关干部）"


SPEAKERS = [
    ("interview", "谈话对象：编号1（村民代表）\n问：好吗？\n答：办事确实很快。", "编号1（村民代表）", "S-SERV"),
    ("interview", "谈话对象：编号1（镇党委委员）\n问：好吗？\n答：办事确实很快。", "编号1（镇党委委员）", "S-PEER"),
    ("interview", "谈话对象：编号1（某股科员）\n问：好吗？\n答：办事确实很快。", "编号1（某股科员）", "S-SUB"),
    ("interview", "谈话对象：编号1（分管县领导）\n问：好吗？\n答：办事确实很快。", "编号1（分管县领导）", "S-SUP"),
    ("interview", "谈话对象：编号1（企业负责人）\n问：好吗？\n答：办事确实很快。", "编号1（企业负责人）", "S-SERV"),
    ("interview", "谈话对象：编号1（村委会主任）\n问：好吗？\n答：办事确实很快。", "编号1（村委会主任）", "S-SUB"),
    ("interview", "座谈记录\n陈科长：办事确实很快。", "陈科长", "S-SUB"),
    ("interview", "谈话对象：编号1（科员）\n答：还行。\n考核组：办事是不是很快？", "考核组", "S-SUB"),
    ("ticket", "来电人：王女士\n窗口一直没人。", "王女士", "S-12345"),
    ("petition", "举报信\n窗口一直没人。\n举报人：王小山", None, "S-PETI"),
    ("petition", "举报信\n窗口一直没人。\n一名知情群众", None, "S-ANON"),
    ("petition", "举报信\n窗口一直没人。\n此致", None, "S-ANON"),
    ("other", "匿名信\n窗口一直没人。", None, "S-ANON"),
    ("inspection", "反馈意见\n窗口一直没人。", None, "S-INSP"),
]


@pytest.mark.parametrize(("genre", "text", "speaker", "source"), SPEAKERS)
def test_names_the_speaker_as_masked_and_the_kind_of_source(genre, text, speaker, source):
    who = last(text, genre)
    assert (who.speaker, who.source_kind) == (speaker, source)


@given(
    st.lists(
        st.sampled_from(
            ["孙海", "李局长", "青石镇", "施工方", "他", "该镇", "推诿", "，", "。", "\n", "问：", "答：", "我", "对"]
        )
    )
)
def test_gives_one_attribution_a_sentence_and_only_known_subjects(parts):
    for marked, who in attributed("".join(parts), "interview"):
        assert who.reason
        assert {who.subject, *who.candidates} - {None} <= {subject.id for subject in ROSTER}
        assert not (who.subject and who.candidates)
        assert all(span.within(marked.sentence.span) for span in who.outside)
