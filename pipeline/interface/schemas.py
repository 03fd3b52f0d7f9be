"""The shapes of the answers, as the OpenAPI document has them (JSON Schema 2020-12, descriptions in Chinese)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from mingcha.pipeline.interface.faults import CODES
from mingcha.pipeline.scoring.rounds import Standing
from mingcha.pipeline.terms import Kind, Status, Strength

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]


def _text(about: str, **more: Any) -> Schema:
    return {"type": "string", "description": about, **more}


def _maybe(about: str, kind: str = "string") -> Schema:
    return {"type": [kind, "null"], "description": about}


def _number(about: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": about}


def _words(about: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": about}


def _one_of(about: str, vocabulary: Any) -> Schema:
    return _text(about, enum=list(get_args(vocabulary)))


def _object(about: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": about,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _page(item: str) -> Schema:
    return _object(
        "一页",
        items={"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}, "description": "各项"},
        next_cursor=_maybe("取下一页时写入参数 cursor；空表示没有了"),
    )


_SUBJECT = _object(
    "考核对象",
    id=_text("对象编号"),
    name=_text("姓名或名称"),
    unit=_text("单位"),
    post=_text("职务"),
    type=_text("person 个人，team 班子或单位", enum=["person", "team"]),
    category=_text("本单位自己的分类"),
)
_ASSESSMENT = _object(
    "这个客户端可以读取的考核",
    name=_text("考核名称"),
    period=_text("考核时段"),
    subjects={
        "type": "array",
        "items": {"$ref": "#/components/schemas/Subject"},
        "description": "考核对象，按名册次序",
    },
)
_DOCUMENT = _object(
    "材料",
    id=_text("材料编号", pattern="^[0-9a-f]{16}$"),
    name=_maybe("文件名；没有姓名权限的客户端得到空，因为文件名常写着谈话人"),
    sha256=_maybe("文件内容的散列值"),
    status=_text("read 已读，failed 未读成", enum=["read", "failed"]),
    format=_maybe("文件格式"),
    genre=_maybe("文种"),
    characters=_maybe("字符数", "integer"),
    coverage=_maybe("读到的可见文字所占比例，0 到 1", "number"),
    failure_kind=_maybe("未读成的种类"),
    failure_message=_maybe("未读成的原因和办法；其中有文件名，没有姓名权限的客户端得到空"),
    file_missing={"type": "boolean", "description": "文件是否已经不见"},
    run=_text("最近一次写入它的运行"),
)
_TEXT = _object(
    "正文的一段",
    document=_text("材料编号"),
    start=_number("起点"),
    end=_number("终点（不含）"),
    characters=_number("全文的字符数"),
    text=_text("文字；不能显示的姓名和涉及廉洁的表述逐字换成 ■，位置不变"),
)
_CUE = {
    "type": ["object", "null"],
    "description": "决定性质的词：编号和在正文中的位置",
    "properties": {"id": _text("编号"), "start": _maybe("起点", "integer"), "end": _maybe("终点（不含）", "integer")},
    "required": ["id", "start", "end"],
    "additionalProperties": False,
}
_FINDING = _object(
    "线索。standing 不是 confirmed 的只是软件的提示，不是结论",
    id=_text("线索编号", pattern="^[0-9a-f]{20}$"),
    document=_text("所在材料的编号"),
    start=_number("起点（字符序号，从 0 起）"),
    end=_number("终点（不含）"),
    text=_text("原文片段；不能显示的逐字换成 ■"),
    locator={"type": "object", "description": "在原文件中的位置：页、段、行、工作表等"},
    kind=_one_of("risk 风险信号，evidence 实绩证据，check 数据核对", Kind),
    category=_text("类别（软件的判断）"),
    category_name=_text("类别的中文名"),
    subclass=_maybe("细类"),
    status=_one_of("性质（软件的判断）", Status),
    cue=_CUE,
    subject=_maybe("涉及对象的编号（软件的判断）；不能确定时为空"),
    candidates=_words("可能的对象"),
    speaker=_maybe("说话人；没有姓名权限的客户端得到“（姓名不显示）”"),
    relation=_text("说话人与对象的关系"),
    responsibility=_text("direct 直接，lead 领导责任"),
    source_kind=_text("来源种类"),
    strength=_one_of("证据强度", Strength),
    confidence={"type": "number", "minimum": 0, "maximum": 1, "description": "把握程度"},
    sources=_words("起作用的规则和模型"),
    versions={"type": "object", "additionalProperties": {"type": "string"}, "description": "词库、模型、软件版本"},
    run=_text("产生它的运行"),
    standing=_one_of("pending 待核，confirmed 已确认，rejected 已驳回，disputed 有分歧", Standing),
    decided_category=_text("人工更正后的类别；没有更正的同 category，以下两项同"),
    decided_status=_one_of("更正后的性质", Status),
    decided_subject=_maybe("更正后的对象"),
    decided_subject_name=_maybe("更正后的对象的姓名或名称"),
)
_FACT = _object(
    "事实：多份材料归并",
    id=_text("事实编号"),
    subject=_maybe("涉及对象的编号"),
    subject_name=_maybe("对象的姓名或名称"),
    kind=_one_of("同线索", Kind),
    category=_text("类别"),
    category_name=_text("类别的中文名"),
    text=_text("概括；不能显示的逐字换成 ■"),
    supports=_words("支持它的线索编号"),
    contradicts=_words("与它矛盾的线索编号"),
    copies=_words("只是重复他处的线索编号"),
    source_kinds=_words("来源种类"),
    independent=_number("独立来源的个数"),
    strength=_one_of("证据强度", Strength),
    confirmed=_number("支持它的线索中已人工确认的条数；0 表示还只是提示"),
)
_LINE = _object(
    "计分明细的一行",
    indicator=_text("指标"),
    amount=_maybe("得分或扣分，十进制文本；空表示未能确定"),
    findings=_words("依据的线索编号"),
    explanation=_text("说明"),
)
_SCORECARD = _object(
    "计分卡",
    number=_number("序号"),
    subject=_text("对象编号"),
    subject_name=_maybe("对象的姓名或名称"),
    scheme=_text("评分方案编号"),
    scheme_version=_text("评分方案版本"),
    total=_maybe("总分，十进制文本；空表示待定，不是零分"),
    preview={"type": "boolean", "description": "预评：还没有人工决定，不能当作成绩"},
    at=_text("评分时间"),
    lines={"type": "array", "items": {"$ref": "#/components/schemas/Line"}, "description": "明细，逐行相加等于总分"},
)
_FAULT = _object(
    "拒绝",
    code=_text("；".join(f"{code} {words}" for code, words in CODES.items()), enum=list(CODES)),
    message=_text("原因和办法"),
)
SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {
        "Assessment": _ASSESSMENT,
        "Subject": _SUBJECT,
        "Document": _DOCUMENT,
        "DocumentPage": _page("Document"),
        "Text": _TEXT,
        "Finding": _FINDING,
        "FindingPage": _page("Finding"),
        "Fact": _FACT,
        "FactPage": _page("Fact"),
        "Scorecard": _SCORECARD,
        "ScorecardPage": _page("Scorecard"),
        "Line": _LINE,
        "Fault": _FAULT,
    }
)
