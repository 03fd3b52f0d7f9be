"""Read detection rules from TOML files and refuse what cannot be used, with file, rule, field, cause and remedy."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mingcha.corpora.datafiles import read_toml
from mingcha.corpora.token_conditions import UNCOMPILABLE, token_fault
from mingcha.pipeline.errors import DataError
from mingcha.pipeline.judgment import UNMISTAKABLE
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.terms import APART_CATEGORIES, CATEGORIES, CATEGORY_OF_CLASS, EVIDENCE_CATEGORIES, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mingcha.pipeline.rules import Category
    from mingcha.pipeline.terms import RuleKind

RULES_FOLDER = Path(__file__).parent / "rules"

# Letters of the finer classes: R09.F1 to R09.F8 and so on.
SUBCLASS_LETTERS = MappingProxyType({"R09": ("F", 8), "R10": ("G", 8), "R11": ("P", 9), "R12": ("Z", 7)})

# What patterns may name in angle brackets instead of spelling it out each time.
PARTS = MappingProxyType(
    {
        "数": r"(?:\d[\d,.]*[万亿]?|[一二两三四五六七八九十百千万几数半]+)",
        "时长": (
            r"(?:(?:(?<![\d.年第])\d{1,3}|(?<!第)[一二两三四五六七八九十百几数半好]+)[多余来]?"
            r"(?:年(?!级|代|度|级|\d)|个多?月|个?季度|个?星期|个?礼拜|周(?!年|[一二三四五六日])|天|个?工作日|个?多?小时|个?钟头|个?学期|个冬天)"
            r"(?:[半多]|零[^，。；]{1,4}月)?)"
        ),
        "次数": r"(?:(?:(?<![\d第])\d{1,3}|(?<!第)[一二两三四五六七八九十百几数多]+|无数)[余多来]?(?:次|回|趟|遍|轮))",
        "比率": (
            r"(?:\d+(?:\.\d+)?(?:%|‰|个百分点)|[百千万]分之[一二两三四五六七八九十百零点]+|[一二两三四五六七八九]成[一二三四五六七八九半]?|"
            r"[一二两三四五六七八九十百零点]+个百分点)"
        ),
        "打算": (
            r"(?:力争|确保|(?<![比超按较])计划(?!的|提前|少|多|数|三|四|价)|预计|预期|将(?!近|军|信|来|就|士|\d|其|他|她|原|这|全)|拟|争取(?!到|来|了|中央|上级)|"
            r"(?<!年初)目标(?!任务完成)|明年|下一?步|务必|限期|打算|年底前|要求|责成|原定|建议|应当|必须|不得|严禁)"
        ),
        # What a sentence claims for others, doubts or asks is no statement of a result.
        "存疑": (
            r"(?:写着|写成|写的|报的|上报|号称|自称|谎称|宣称|网传|不实|从何|其实|却|表上|实际(?!到位|利用|完成)|吗|？|如果|提示|关于“)"
        ),
        "否": r"(?:没(?!收)有?|未(?!来|必)|尚未|从未|毫无|无人|无一|不见)",
    }
)

KINDS: Mapping[str, RuleKind] = MappingProxyType(
    {
        **dict.fromkeys(RISK_CATEGORIES, "risk"),
        **dict.fromkeys(EVIDENCE_CATEGORIES, "evidence"),
        **APART_CATEGORIES,
    }
)

_TEXTS = ("id", "kind", "category", "subclass", "reason", "pattern")
_LISTS = ("phrases", "anchors", "unless", "matches", "misses")
FORMS = ("phrases", "pattern", "tokens")
REQUIRED = ("id", "weight", "reason", "matches")
_FIELDS = frozenset({*_TEXTS, *_LISTS, "tokens", "weight"})
_PART = re.compile(r"<([\u4e00-\u9fff]+)>")
_UNCLEAN = re.compile(r"[０-９ａ-ｚＡ-Ｚ]|\s")
_SUBCLASS = re.compile(r"(R\d\d)(?:\.([A-Z])(\d))?")


@dataclass(frozen=True, slots=True)
class Place:
    """The file and the rule that a message speaks of."""

    file: str
    rule: str

    def refusal(self, field: str, cause: str, remedy: str) -> DataError:
        """Return the error to raise for a field of the rule."""
        return DataError(f"规则文件“{self.file}”的规则“{self.rule}”，字段 {field}：{cause}。{remedy}。")


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as its file has it, not yet checked: its own fields, and the file's defaults for the others."""

    place: Place
    own: Mapping[str, Any]
    defaults: Mapping[str, Any]

    @property
    def fields(self) -> dict[str, Any]:
        """All fields, the rule's own before the defaults."""
        return {**self.defaults, **self.own}


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What one file holds, not yet checked: rules, and tables that name categories."""

    path: Path
    rules: tuple[Written, ...]
    categories: tuple[Mapping[str, Any], ...]


def load_rules(source: Path | Iterable[Path] = RULES_FOLDER) -> tuple[Rule, ...]:
    """Read the rules of a folder, of one file, or of several files, in the order of the files.

    A file holds ``[[rule]]`` tables and may hold one ``[defaults]`` table for fields that all its rules share.
    ``category`` may be left out where ``subclass`` implies it, ``kind`` always. ``<时长>`` and the other names of
    `PARTS` are replaced in ``pattern`` and ``unless``. Raise `DataError` for the first thing that cannot be used.
    """
    rules: dict[str, Rule] = {}
    for written in written_rules(map(read_rule_file, _files(source))):
        rule = make_rule(written.fields, written.place)
        check_expressions(written.fields, written.place)
        rules[rule.id] = rule
    return tuple(rules.values())


def written_rules(files: Iterable[RuleFile]) -> Iterator[Written]:
    """Yield the rules of *files* in order; refuse an id that is written twice."""
    homes: dict[str, str] = {}
    for written in (written for file in files for written in file.rules):
        place = written.place
        if place.rule in homes:
            raise place.refusal("id", f"与文件“{homes[place.rule]}”中的一条规则重名", "请给它另起一个编号")
        homes[place.rule] = place.file
        yield written


def read_rule_file(path: Path) -> RuleFile:
    """Return what the file at *path* holds; a `DataError` says where it is no rule file."""
    content = _read(path)
    defaults = content.get("defaults", {})
    rules = tuple(
        Written(Place(path.name, str(table.get("id") or f"第{number}条")), table, defaults)
        for number, table in enumerate(_tables(content, "rule", path), 1)
    )
    return RuleFile(path, rules, _tables(content, "category", path))


def rules_version(rules: Iterable[Rule], categories: Iterable[Category] = ()) -> str:
    """Return 12 hex digits that change with anything a rule or category says, and not with their order."""
    rows = [*map(asdict, rules), *map(asdict, categories)]
    texts = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:12]


def _files(source: Path | Iterable[Path]) -> tuple[Path, ...]:
    if not isinstance(source, Path):
        return tuple(source)
    if not source.is_dir():
        return (source,)
    found = tuple(sorted(source.glob("*.toml")))
    if not found:
        raise DataError(f"规则文件夹“{source}”里没有 .toml 文件。请检查文件夹是否写对。")
    return found


def _tables(content: Mapping[str, Any], name: str, path: Path) -> tuple[Mapping[str, Any], ...]:
    tables = content.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DataError(f"规则文件“{path.name}”里的 {name} 应各以一行 [[{name}]] 开头（两层方括号）。请改正。")
    return tuple(tables)


def _read(path: Path) -> dict[str, Any]:
    content = read_toml(path)
    strange = sorted(content.keys() - {"rule", "category", "defaults"})
    if strange:
        allowed = "[defaults]、[[category]] 和 [[rule]]"
        raise DataError(f"规则文件“{path.name}”里有不认识的部分“{strange[0]}”。请删去或改名，只能有 {allowed}。")
    if not isinstance(content.get("defaults", {}), dict):
        raise DataError(f"规则文件“{path.name}”里的 defaults 应以一行 [defaults] 开头（一层方括号）。请改正。")
    return content


def make_rule(table: Mapping[str, Any], place: Place, kinds: Mapping[str, RuleKind] = KINDS) -> Rule:
    """Return the rule of *table*, expressions unchecked; *kinds* are the categories. Raise `DataError` with *place*."""
    _check_fields(table, place)
    filled = {**table, **_classified(table, place, kinds)}
    _check_weight(filled["weight"], filled["category"], place)
    _check_form(filled, place)
    for name in _LISTS:
        filled[name] = tuple(filled.get(name, ()))
    filled["pattern"] = _expanded(filled["pattern"], "pattern", place) if "pattern" in filled else None
    filled["unless"] = tuple(_expanded(text, "unless", place) for text in filled["unless"])
    filled["tokens"] = tuple(_token(token, place) for token in filled.get("tokens", ()))
    return Rule(**filled)


def check_expressions(table: Mapping[str, Any], place: Place) -> None:
    """Raise `DataError` for the first expression of *table* that cannot be compiled, or that matches the empty text.

    The shipped rules are not checked at each start: the tests check them, and a run that they are as installed.
    """
    if "pattern" in table:
        _check_expression(table["pattern"], "pattern", place)
    for text in table.get("unless", ()):
        _check_expression(text, "unless", place)


def _check_fields(table: Mapping[str, Any], place: Place) -> None:
    for name in sorted(table.keys() - _FIELDS):
        raise place.refusal(name, "没有这个字段", f"可用的字段是 {'、'.join(sorted(_FIELDS))}")
    for name in REQUIRED:
        if not table.get(name) and table.get(name) != 0:
            raise place.refusal(name, "缺少或为空", "每条规则都要有编号、权重、理由和至少一个应命中的例句")
    for name in _TEXTS:
        if name in table and not (isinstance(table[name], str) and table[name].strip()):
            raise place.refusal(name, "应是一段不空的文字", "请用引号写成文字")
    for name in _LISTS:
        if not _is_texts(table.get(name, [])):
            raise place.refusal(name, "应是由不空的文字组成的列表", '请写成 ["甲", "乙"] 的样子')
    for word in (*table.get("phrases", ()), *table.get("anchors", ())):
        if _UNCLEAN.search(word):
            raise place.refusal(
                "phrases/anchors", f"“{word}”里有空格或全角字母、数字，永远不会命中", "请去掉或改成半角"
            )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _classified(table: Mapping[str, Any], place: Place, kinds: Mapping[str, RuleKind]) -> dict[str, Any]:
    subclass = table.get("subclass")
    implied = _category_of(subclass, place) if subclass else None
    category = table.get("category", implied)
    if category not in kinds:
        raise place.refusal("category", f"不认识的类别“{category}”", f"应是 {'、'.join(kinds)} 之一")
    if implied not in (None, category):
        raise place.refusal(
            "category", f"“{category}”与小类 {subclass} 不符", f"{subclass} 属于 {implied}，请改其中一个"
        )
    kind = kinds[category]
    if table.get("kind", kind) != kind:
        raise place.refusal("kind", f"“{table['kind']}”与类别 {category} 不符", f"请改为 {kind} 或删去这一行")
    return {"kind": kind, "category": category, "subclass": subclass}


def _category_of(subclass: str, place: Place) -> str:
    match = _SUBCLASS.fullmatch(subclass)
    if match and match[1] in CATEGORY_OF_CLASS:
        letter, count = SUBCLASS_LETTERS.get(match[1], ("", 0))
        if match[2] is None or (match[2] == letter and 1 <= int(match[3]) <= count):
            return str(CATEGORY_OF_CLASS[match[1]])
    raise place.refusal("subclass", f"不认识的小类“{subclass}”", "应是 R01 至 R14，或带字母的细类，如 R09.F1、R12.Z5")


def _check_weight(weight: object, category: str, place: Place) -> None:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
        raise place.refusal("weight", f"“{weight}”不在 0 到 1 之间", "请写成 0.5 这样的小数；写 0 表示停用这条规则")
    if category not in CATEGORIES and 0 < weight < UNMISTAKABLE:
        cause = f"类别 {category} 没有句子模型配合，权重低于 {UNMISTAKABLE} 的规则不会产生线索"
        raise place.refusal("weight", cause, f"请改为 {UNMISTAKABLE} 以上，并用 unless 排除例外")


def _check_form(table: Mapping[str, Any], place: Place) -> None:
    given = [name for name in FORMS if table.get(name)]
    if len(given) != 1:
        cause = f"同时写了 {'、'.join(given)}" if given else "一样也没有写"
        raise place.refusal("phrases/pattern/tokens", cause, "三者要写一样，也只能写一样")
    if given != ["phrases"] and not table.get("anchors"):
        raise place.refusal("anchors", "缺少引词", "写 pattern 或 tokens 时，请列出命中句中必有其一的词语")
    if given == ["phrases"] and table.get("anchors"):
        raise place.refusal("anchors", "写 phrases 时不用引词", "请删去 anchors，或改用 pattern")
    if not isinstance(table.get("tokens", []), list):
        raise place.refusal(
            "tokens", "应是由词条组成的列表", '请写成 [{ TEXT = "拖" }, { ENT_TYPE = "DURATION" }] 的样子'
        )


def _expanded(text: str, field: str, place: Place) -> str:
    for name in _PART.findall(text):
        if name not in PARTS:
            raise place.refusal(field, f"没有名为“<{name}>”的构件", f"可用的构件是 {'、'.join(PARTS)}")
    return _PART.sub(lambda match: PARTS[match[1]], text)


def _check_expression(text: str, field: str, place: Place) -> None:
    full = _expanded(text, field, place)
    try:
        empty = re.compile(f"(?:{full})" if field == "unless" else full).search("")  # exceptions are joined by |
    except UNCOMPILABLE as error:
        raise place.refusal(field, f"正则表达式“{text}”写错了（{error}）", "请检查括号是否成对") from error
    if empty:
        raise place.refusal(field, f"正则表达式“{text}”连空白也会命中", "请写明至少要有的字")


def _token(token: object, place: Place) -> dict[str, Any]:
    if (fault := token_fault(token)) is not None:
        raise place.refusal("tokens", fault.cause, fault.remedy)
    assert isinstance(token, dict)
    return dict(token)
