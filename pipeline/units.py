"""Units and measure words: what sort of quantity each makes, and the words that merely begin like it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mingcha.pipeline.quantities import Measure

_UNITS: Final[tuple[tuple[Measure, str], ...]] = (
    ("money", "元 块钱 美元 港元 港币 欧元 日元 英镑"),
    ("rate", "% ％ 倍"),
    ("points", "个百分点 百分点"),
    ("length", "公里 千米 海里 厘米 毫米 公分 米"),
    ("area", "平方公里 平方千米 平方米 平米 ㎡ 公顷 亩"),
    ("weight", "吨 公斤 千克 斤"),
    ("other", "立方米 千瓦时 千瓦 兆瓦 千伏 度电 摄氏度 分 岁 位次"),
    ("count", "人次 件次 户次 家次 批次 场次 台次 车次 班次 台套 人 名 位 个 件 项 起 宗 份 处 批 台 辆 头 套"),
    ("count", "户 家 次 趟 遍 条 张 本 篇 期 场 所 座 栋 幢 间 只 棵 株 艘 架 支 枚 块 片 盏 箱 袋 桶 瓶 票 封"),
    ("count", "部 册 轮 类 种 层 回 例 款 笔 门 组 道 根 幅"),
    ("count", "口井 匹 段 节 眼"),
)
KINDS: Final = MappingProxyType({unit: kind for kind, units in _UNITS for unit in units.split()})

# Following characters (or words) with which the unit would be another word: 部门, 家庭, 次要, 两位数.
_NOT_BEFORE: Final = {
    "元": "旦|件|素|宵|首|老",
    "倍": "数|率|速|受|感",
    "斤": "斤",
    "分": "钟|之|类|别|管|为|工|析|步|批|布|配|公司|局|级|子|期|队|歧|清",
    "岁": "月|末|首",
    "人": "民|大|均|才|员|物|士|们|选|类|力|社|事|格|为|行道",
    "名": "单|额|义|称|次|誉|字|列|副|声|录|片|牌|优|目|气|校|企",
    "位": "数|置|一体",
    "个": "别|性|体|中|案",
    "件": "均",
    "项": "目(?!标)",
    "起": "来|步|点|草|诉|到|初|源|义|因|伏",
    "份": "额|内|外|子|量",
    "处": "级|长|室|理|分|罚|置|于|在",
    "批": "评|准|复|示|判|量|改|发|阅|注|办|文",
    "台": "账|阶|风|湾|帐|前|词|式|胞",
    "头": "条|部|号|脑|绪|痛|寸|顶|尾",
    "套": "路|话|取|用|餐",
    "户": "籍|口|主|外|型|均|内",
    "家": "人|庭|长|属|园|乡|常|访|喻|之|国",
    "次": "性|数|要|序|级|长|年|月|日|于|产业",
    "遍": "布|及|地|野",
    "条": "件|例|款|令|线|块|文|理",
    "张": "某|贴|力|家|网",
    "本": "来|地|市|人|身|级|月|年|周|季|次|着|科|职|单位|区|县|质|领|轮",
    "篇": "章|幅",
    "期": "间|限|望|末|初|货|待|工程|项目|建设|改造",
    "场": "所|地|面|景|合|长|镇|馆|域|内|外",
    "所": "有|以|长|属|在|需|得|谓|说|反|提|示",
    "座": "谈|位|落|机|右",
    "间": "接|隔|距|歇|断",
    "只": "有|是|要|能|会|好|不|管|得|顾|求|见",
    "支": "持|部|出|付|撑|书|委|援|队伍?建",
    "架": "构|设|空|势",
    "块": "状|面",
    "片": "区|面|长|段",
    "袋": "装",
    "票": "据|价|决|箱|房|款|面",
    "封": "闭|锁|面|存|建|控|顶|堵",
    "栋": "\\d",
    "幢": "\\d",
    "部": "门|分|队|署|长|委|位|级|下|属|件",
    "轮": "番|换|岗|值|流|候|训",
    "类": "别|型|似|推",
    "种": "植|子|粮|养|业|种",
    "层": "面|次|级|层|层",
    "回": "复|访|应|报|归|头|来|收|信|去|到|升|落|购|填|暖|馈",
    "例": "如|外|会|行|子|证|句",
    "款": "项|式|待|物|额",
    "笔": "者|试|记|录|迹",
    "门": "户|诊|类|口|槛|外|前",
    "组": "织|长|成|员|建|合",
    "道": "路|德|理|歉|具",
    "根": "据|本|源|治|基|除|植",
    "幅": "度|员",
    "批次": "性",
    "段": "时|落|位",
    "节": "约|日|省|目|能|假|点|气|奏|前|后|期",
    "眼": "睛|光|里|下|看|见|前|镜|界|底",
}


def _pattern(unit: str) -> str:
    refused = _NOT_BEFORE.get(unit)
    return re.escape(unit) + (f"(?!{refused})" if refused else "")


_DURATION = (
    r"个[半多余]?(?:月|小时|工作日|星期|季度|学期|钟头)|年半?(?![级代度终底初报鉴均轻龄富])|天半?(?![然下生津河气])"
    r"|周(?![年一二三四五六日末边围期])|小时|工作日|星期(?![一二三四五六日天])|分钟|秒钟?|昼夜"
    r"|日(?=以内|内|以上|之内|期限|内)"
)
_BY_LENGTH = sorted(KINDS, key=lambda unit: (-len(unit), unit))
# 个月 and 个百分点 must be tried before 个, 个工作日 before 个.
UNIT = f"(?:{_DURATION}|{'|'.join(map(_pattern, _BY_LENGTH))})"
DURATION_UNITS: Final = frozenset(
    ["月", "小时", "工作日", "星期", "季度", "学期", "钟头", "年", "天", "周", "分钟", "秒", "秒钟", "昼夜", "日"],
)


def unit_name(written: str) -> tuple[str, Measure]:
    """Return the unit without 个, 半 and 多, and the sort of quantity it makes.

    >>> unit_name("个半月"), unit_name("个百分点"), unit_name("个")
    (('月', 'duration'), ('百分点', 'points'), ('个', 'count'))
    """
    if written in ("%", "％"):
        return "%", "rate"
    bare = written.lstrip("个").strip("半多余") if len(written) > 1 else written
    if bare in DURATION_UNITS:
        return bare, "duration"
    unit = "元" if written == "块钱" else bare
    return unit, KINDS.get(written, KINDS.get(unit, "other"))
