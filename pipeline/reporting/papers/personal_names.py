"""Names of people that labels, forms of address, ages, kinship and signatures give away in a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mingcha.pipeline.document import Span
from mingcha.pipeline.reporting.papers.personal_details import Detail
from mingcha.pipeline.titles import SURNAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

_SURNAMES = f"{SURNAMES}高方任于马金江毛常武乔贺万文白史汤黎易阚童"
_COMPOUND = "欧阳|司马|上官|诸葛|皇甫|尉迟|慕容|司徒|夏侯"
_NAME = rf"(?:[{_SURNAMES}]|{_COMPOUND})[一-龥·]{{1,3}}"
# Labels of forms: whatever word stands behind them is taken for a name, unless it is a post or says that there is none.
_FORM = "姓\\s?名|联系人|署名|签名|签字|户主|经办人|申诉人|控告人|信访人|写信人|诉求人|申请人|记录人|记录员|整理人"
# Labels that open what somebody says as well: here only a word that begins with a surname is one.
_TURN = (
    "来电人|来信人|反映人|举报人|投诉人|受访人|受访者|被访谈人|被谈话人|谈话对象|访谈人|谈话人|询问人"
    "|回访人|接线员|话务员|当事人"
)
_COLON = r"(?:[（(][^）)]{1,8}[）)])?[ \t]?[：:][ \t]*"
_LABELLED = re.compile(rf"(?:{_FORM}){_COLON}(?P<value>[一-龥·]{{2,4}})(?![一-龥])")
_TURNED = re.compile(rf"(?:{_TURN}){_COLON}(?P<value>{_NAME})(?![一-龥])")
_HONORED = re.compile(
    rf"(?P<value>[{SURNAMES}](?:先生|女士|小姐|大爷|大妈|大娘|大叔|大婶|大嫂|阿姨|阿婆|师傅|老太|老汉|老人))"
)
_NO_NAME = "(?!陈述|张贴|张罗|周转|周边|周末|周围|曾|严重|郑重|许多)"
_INTRODUCED = re.compile(
    r"(?:村民|群众|居民|商户|业主|贫困户|低保户|反映人|举报人|来信人|来电人|投诉人|当事人)"
    rf"(?P<value>{_NO_NAME}[{SURNAMES}](?:某某?|[一-龥]{{2}}))"
)
_AGED = re.compile(rf"(?P<value>{_NAME})(?=[（(](?:男|女)[，,、）)]|，[男女]，)")
_SIGNED = re.compile(
    rf"(?m)^[ \t　]*(?P<value>{_NAME})[ \t　]*\n[ \t　]*(?:(?:19|20)\d\d|[一二][〇零○一二三四五六七八九]{{3}})年"
)
_KIN = (
    "弟弟|哥哥|姐姐|妹妹|儿子|女儿|丈夫|妻子|父亲|母亲|爱人|老伴|媳妇|女婿|孙子|孙女|侄子|表弟|表哥"
    "|邻居|同事|老板|司机|会计"
)
_GOING_ON = r"(?=[^一-龥]|的|说|讲|和|跟|在|去|来|也|就|被|把|是|家|可以|自己|他|她|$)"
_RELATED = re.compile(rf"(?:{_KIN})(?P<value>[{_SURNAMES}][一-龥]{{1,2}}?){_GOING_ON}")
_CALLED = re.compile(rf"(?P<value>[老小][{SURNAMES}]){_GOING_ON}")
_EVERYWHERE = (_LABELLED, _TURNED, _INTRODUCED, _RELATED, _AGED, _SIGNED)  # full names, worth looking for elsewhere
_SHAPES = (*_EVERYWHERE, _HONORED, _CALLED)
_WORDED = re.compile(r"[一-龥·×某*Xx]{2,4}|[A-Za-z][A-Za-z .]{1,30}")
# What stands in the place of a name and names nobody.
_GENERIC = frozenset(
    [
        "匿名",
        "保密",
        "不详",
        "未留",
        "本人",
        "同上",
        "某某",
        "编号",
        "对象",
        "热心市民",
        "知情人",
        "谈话对象",
        "来电人",
        "来信人",
    ]
)
_POSTS = re.compile(
    r"(?:长|书记|主任|干部|人员|负责人|负责同志|村民|群众|市民|居民|代表|职工|教师|医生|委员|会计|文书|同志|领导|企业|公司|单位|学校|医院"
    r"|组|室|局|办|科|处|部|委|院|所|站|中心|委员会|政府|党委|县|镇|乡|村|市|区|街道|社区)$"
)


def find_names(text: str) -> Iterator[Detail]:
    """Yield the names in a text with their places; they may overlap."""
    for shape in _SHAPES:
        for match in shape.finditer(text):
            if is_name(match["value"]):
                yield Detail(Span(*match.span("value")), "人员", match["value"])


def names_to_keep(text: str) -> Iterator[str]:
    """Yield the full names in a text, which are worth looking for in other places as well.

    A form of address (王女士) is found by itself wherever it stands.
    """
    for shape in _EVERYWHERE:
        yield from (match["value"] for match in shape.finditer(text) if is_name(match["value"]))


def is_name(words: str) -> bool:
    """Tell whether what a form keeps in the place of a name may be one, rather than a post, an office or nobody.

    >>> [is_name(words) for words in ("王桂兰", "阚秀", "匿名", "郑××", "李", "副镇长", "综合科")]
    [True, True, False, True, False, False, False]
    """
    return words not in _GENERIC and _WORDED.fullmatch(words) is not None and not _POSTS.search(words)
