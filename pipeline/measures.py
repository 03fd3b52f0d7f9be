"""What an amount measures: the noun phrase beside it, by simple rules that rather say nothing than something wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.comparisons import BASELINE, DOWN, UP

if TYPE_CHECKING:
    from mingcha.pipeline.amount import Amount

# Words between the noun and its number (较2015年下降). Longer words stand first and nothing is given back.
_CONNECTING = re.compile(
    f"(?:{BASELINE.pattern}|{UP}|{DOWN}|相比|[增降减升涨了到至为是有已约均占也又再还就由从在等只仅]|达到|达|共计|共|合计|累计"
    "|总计|总数|总量|分别|完成|实现|超额|持平|全[市省国县区州盟旗镇乡院系校局球]|排名|排|位列|位居|名列|并列|列|居|倒数|得票|得|[：:]|\\s)++$"
)
# What stands before the noun phrase: particles, times, places.
_LEADING = re.compile(
    "^.*(?:其中|与(?!会)|日(?!期)|其(?!他)|[的对将把在由从向和及、了各该每此、“”]|今年|去年|全年|以来|期间|同时|累计|全部|上半年"
    "|下半年|季度|年度?|[0-9]月份?|已经?|[全我][市省国县区州盟旗镇乡局]|[一二三四五]是|力争|为了?|拟|计划|预计|预期|确保|每|新增(?=就业))"
)
_ACTIVE = re.compile(
    "(?:建立|完成|争取|化解|追缴|精简|新增|减少|办理|受理|解决|实现|投入|落实|兑现|组织|开展|召开|处理|整改|培训|调解|查处|收到|帮助"
    "|发放|建成|新建|改造|清理|修建|提拔|调整|引进|签约|拨付|挽回|节约|节省|盘活|出台|制定|印发|走访|惠及|涉及|覆盖|带动|压减|核减|拖欠"
    "|欠付|挪用|套取|虚报|安排|下达|反馈|发现|移交|处分|问责|约谈|通报|表彰|接待|回访|检查|抽查|巡查|排查|整治|拆除|搬迁|安置|修复|种植"
    "|缩短|增加|提高|提升|降低|下降|压缩|筹集|消化|转移|举办|审批|核查|实施|破获|侦破|抓获|查获|止付|起草|协助|配合)(?![率量数额值度比点面])"
)
# 整改完成率 holds verbs and is a noun all the same.
_RATE_NOUN = re.compile("(?!减少|增加|提高|降低|压减|提升|力争)[一-鿿]{1,8}(?:率|满意度|覆盖面|时限|期限)")
_HEAD_NOUN = re.compile(
    "(?:[率量额值价]|就业|税收|时限|期限|人数|次数|户数|件数|收入|支出|投资|资金|面积|里程|经费|费用|成本|损失|利润|税收|件次|满意度|覆盖面|得分|成绩"
    "|排名|考核|测评|岗位|人员|干部|职工|党员|群众|企业|项目|问题|制度|案件|积案|工单|渠道|道路|管网|车辆|床位|设备|房屋|水库|会议|文件"
    "|材料|意见|建议|线索|措施|指标|投诉|诉求|信访|隐患|点位|产品|耕地|林地|讲座|教职工|驾驶员|贷款|欠款|工资)$"
)
_NOUN = re.compile("[\u4e00-\u9fffA-Za-z]{2,9}")
_MOVED = re.compile(f"(?:{UP}|{DOWN})")
_NOT_A_NOUN = re.compile(
    "[不没未我你他她它们这那哪何吗呢吧啊都很太即后前着过给让被请说想以比去来应须原又再还最]|就(?!业)|高于|低于|快于|慢于|落后|滞后|目标|任务|计划|要求|超过|上报|如果|但是|因为"
    "|所以|进入|连续|实际|造成|持续|落地|立案|主张|首批|支援|迎接|事件|一共|宁可|剩余|批评"
    "|(?<!税)收$|[写跑搭讲住修伸铺掉走存晚盖干提送带拿开里中上下间内按加发回做倒扩领派查看算交时问报退装差学满停藏改打用花设招办定造滞留集聚头]$"
    "|[局厅委县市省镇乡区街科校馆站组院]$|平均$|中心$|公司$|小学$|中学$|主任$|书记$|[局县镇市处科]长$|代表$|分布$|时候$"
)
_TIME_NOUN = re.compile("(?:时间|时限|期限|周期|工期|年限|时长|限期|排期|借期)$")
_COUNTED = re.compile(
    "(?P<noun>干部|党员|群众|村民|居民|企业|项目|问题|措施|制度|案件|积案|工单|文件|会议|岗位|学生|教师|村|镇|街道|社区|部门|单位"
    "|线索|投诉|诉求|隐患|贫困户|农户)(?=[，。；、！？（）的]|$)"
)


def read_measure(text: str, near: int, amount: Amount) -> str | None:
    """Return the noun phrase between *near* and the amount, a known noun behind a count, ``None`` when unsure."""
    before = text[near : amount.start]
    phrase = _LEADING.sub("", _CONNECTING.sub("", before))
    sure = bool(_MOVED.search(before))
    if not _RATE_NOUN.fullmatch(phrase):
        *verbs, phrase = _ACTIVE.split(phrase)
        sure = sure or bool(verbs)
    if _NOUN.fullmatch(phrase) and not _NOT_A_NOUN.search(phrase) and _is_measured(phrase, amount, sure=sure):
        return phrase
    counted = _COUNTED.match(text, amount.end) if amount.kind == "count" else None
    return counted["noun"] if counted else None


def _is_measured(phrase: str, amount: Amount, *, sure: bool) -> bool:
    """Take a known head noun, or any noun where a verb of doing or moving makes it *sure*; for times only times."""
    if amount.kind == "duration":
        return bool(_TIME_NOUN.search(phrase))
    return sure or bool(_HEAD_NOUN.search(phrase))
