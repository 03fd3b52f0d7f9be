"""Where a text names somebody in the roster: one Aho-Corasick pass, then guards against look-alikes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ahocorasick

from mingcha.pipeline.document import Span
from mingcha.pipeline.titles import SURNAMES, TITLE, Form, FormKind, forms_of, surname_of, unit_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.subjects import Subject


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that names subjects: one, or several where the words are ambiguous.

    No subject means that the words name somebody outside the roster who looks like one inside.
    """

    span: Span
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """The roster made ready for matching. ``units`` gives the names of the unit that a person belongs to."""

    subjects: Mapping[str, Subject]
    forms: Mapping[str, tuple[tuple[str, ...], FormKind]]
    units: Mapping[str, frozenset[str]]
    automaton: ahocorasick.Automaton

    def is_person(self, subject: str) -> bool:
        """Tell a person from a team."""
        return self.subjects[subject].type == "person"


def build_registry(roster: Sequence[Subject]) -> Registry:
    """Make *roster* ready: names, aliases, and the forms that follow from names, posts and units."""
    owners: dict[str, dict[str, FormKind]] = defaultdict(dict)
    named = list(forms_of(roster))
    given = defaultdict[str, set[str]](set)
    for form in named:
        if form.rank == 0:
            given[form.text].add(form.subject)
    by_id = {one.id: one for one in roster}
    for form in named:
        others = given[form.text] - {form.subject}
        if form.rank == 0 or not others or _are_namesakes(form, others, by_id):
            owners[form.text].setdefault(form.subject, form.kind)
    forms = {text: (tuple(sorted(kinds)), min(kinds.values())) for text, kinds in owners.items() if len(text) > 1}
    automaton = ahocorasick.Automaton()
    for text in forms:
        automaton.add_word(text, text)
    automaton.make_automaton()
    teams = {team.id: unit_names(team) for team in roster if team.type == "team"}
    units = {one.id: teams.get(one.id) or _unit_of(one, teams.values()) for one in roster}
    return Registry({one.id: one for one in roster}, forms, units, automaton)


def _are_namesakes(form: Form, others: Iterable[str], roster: Mapping[str, Subject]) -> bool:
    """Tell whether a colleague is called the same: 聂局 is who the roster says, and in speech his deputy 聂 as well.

    聂局长 is only who the roster says where it gives the deputy a title of his own: 聂副局长.
    """
    one = roster[form.subject]
    if form.kind == "titled" and any(re.search(rf"{TITLE}$", name) for name in one.aliases):
        return False
    return form.kind in ("titled", "short") and any(one.unit and one.unit == roster[other].unit for other in others)


def _unit_of(person: Subject, teams: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset({person.unit}).union(*(names for names in teams if person.unit in names)) - {""}


def find_mentions(text: str, registry: Registry) -> tuple[Mention, ...]:
    """Return the mentions in *text* in order; the longest match wins, and a unit before its person belongs to him."""
    if not registry.forms:
        return ()
    return tuple(_merged(text, list(_longest(text, registry)), registry))


def _longest(text: str, registry: Registry) -> Iterator[Mention]:
    ends = ((last + 1, form) for last, form in registry.automaton.iter(text))
    guarded = (_guarded(text, Span(end - len(form), end), form, registry) for end, form in ends)
    free = 0
    for mention in sorted(filter(None, guarded), key=lambda one: (one.span.start, -one.span.end)):
        if mention.span.start >= free:
            free = mention.span.end
            yield mention


# ---- guards against look-alikes

# The characters that most often end a given name of two, with the words that merely begin like that.
_GIVEN = re.compile(
    "(?!平时|平均|平常|清楚|清理|清退|成为|成立|成功|明确|明知|明显|安排|建议|建设|建立|志愿|文件|海拔|生活|生产|国家|光是|新建|新官"
    "|东西|长期|立即|立足|立项|永远|德才|林业|江边|山里|春节|春季|义务|利用|福利|庆祝|学习|学历|宏观|华而|强调|强行|强推|强迫|强势)"
    "[亮华明军强平刚辉斌伟杰勇涛峰红霞丽娟燕芳玲英兰芬萍梅雪云龙飞鹏宇文林森清波海江山川国庆建兵德义志祥瑞春生成荣贵福禄寿"
    "康宁安泰东南北新才宝珍秀琴琳倩静洁颖慧敏莉娜婷欣怡佳浩轩博毅诚磊鑫晨阳光旭昌昊凯坤武岩松柏洋源泉根利顺兴良永学宏]"
)
_AFTER_GIVEN_NAME = re.compile(rf"[{SURNAMES}高方任于马金江]$")
_NOT_A_SURNAME = re.compile(
    r"(?:每|上|本|下|这|两|半|[一二三四五六七八九十\d]|许|提|最|较|由|对|关|时|现|责|担|出|主|各|双|地|多|省|全|任|为)$"
)
_TITLE_GOES_ON = re.compile(r"办公会|办公室|信箱|热线|助理|级|会议|职务|岗位|制|一职|负责制")
_SHORT_GOES_ON = re.compile(r"面|限|部|势|里|级|域|乡|区|城|政|党|委|村|街|长")
# A unit that only says where: 柳河镇供水工程, 柳河镇石坎村, 柳河镇群众.
_PLACE_ONLY = re.compile(
    r"(?:(?:(?![将把对的在因由为向与和实推负承报未没擅违修])[一-龥]){0,3}?(?:工程|项目)|[一-龥]{1,3}(?<![各全个驻下进到入该本])村(?!干|级|民反)|境内|辖区|范围|所辖"
    r"|[一-龥]{2,4}(?:社区|小区|花园|家园)|[一-龥]{0,3}(?:群众|村民|居民|商户|企业|业主|老百姓|老乡)|派出所|税务所|税务分局|供电所|法庭|党校|中学|小学|卫生院|养老院|路口|以[东南西北])"
)
_AROUND = re.compile("大?门[口前外]|附近|旁边|对面|周边|隔壁|站台|站牌|路口|后面的")  # 三院门口 only says where
_BRANCHES = ("分局", "分公司", "支行", "分行", "分中心", "大队", "支队")
_PLACES = ("镇", "乡", "街道", "村", "县", "市", "区")
_OTHER_PLACE = re.compile(r"(?:邻|外|兄弟|隔壁|别的|其他|某)$")
_HIGHER_LEVEL = re.compile(r"(?:省|市|州|部|邻县|区)$")
# What may stand before 镇党委 without being another town's name.
_BEFORE_LEVEL = re.compile(
    r"(?:^|[^一-龥]|[由对向和与及是在到让请找给把被我全本该各据经从为将同跟以但而则因使后前时了过着的地得并且也又都就才已未原现报县市]"
    r"|要求|推动|指导|督促|责成|听取|建议|巡察|发现|反映|部署|认为|指出|加上|群众|同意|通报|批评|约谈|考核|说明|致使|导致|方面)$"
)


def _guarded(text: str, span: Span, form: str, registry: Registry) -> Mention | None:
    """Return the mention, ``None`` where the words mean something else, or one without subjects for a stranger."""
    subjects, kind = registry.forms[form]
    before, after = text[max(0, span.start - 4) : span.start], text[span.end : span.end + 8]
    if kind == "unit":
        return Mention(span, subjects) if _is_unit(form, before, after) else None
    if kind == "post" and _of_elsewhere(before, form, subjects, registry):
        return Mention(span, ())
    if kind == "given" and _AFTER_GIVEN_NAME.search(before):
        return _with_surname(span, before, [registry.subjects[one] for one in subjects])
    if kind == "name" and len(form) == 2 and _GIVEN.match(after):
        return Mention(Span(span.start, span.end + 1), ())
    if kind == "post" and _TITLE_GOES_ON.match(after):
        return None
    if kind == "titled" and (_NOT_A_SURNAME.search(before) or _TITLE_GOES_ON.match(after)):
        return None
    if kind == "short" and (_SHORT_GOES_ON.match(after) or _NOT_A_SURNAME.search(before)):
        return None
    return Mention(span, subjects)


def _with_surname(span: Span, before: str, bearers: Sequence[Subject]) -> Mention:
    """Return whom a given name means after a surname: those who bear it (葛长春同志), else a stranger."""
    surname = before[-2:] if surname_of(before[-2:]) == before[-2:] else before[-1:]
    own = tuple(one.id for one in bearers if surname_of(one.name) == surname)
    return Mention(Span(span.start - len(surname), span.end), own)


def _of_elsewhere(before: str, form: str, subjects: Sequence[str], registry: Registry) -> bool:
    """Tell 红河县民政局局长 from the 局长 of 市民政局: the level before it is none of his unit's."""
    level = before[-1:]
    if level not in ("县", "市", "区", "州", "省") or before[-2:-1] in ("全", "我", "本", "该", "各"):
        return False
    names = frozenset[str]().union(*(registry.units[one] for one in subjects))
    held = [name for name in names if form.startswith(name)]
    return not any(name.endswith(_PLACES) or f"{level}{name}" in names for name in held)


def _is_unit(form: str, before: str, after: str) -> bool:
    if _OTHER_PLACE.search(before) or _AROUND.match(after) or (form.endswith(_PLACES) and _PLACE_ONLY.match(after)):
        return False
    if form.endswith(_BRANCHES) and before[-1:] in ("局", "委", "厅", "院", "行", "司"):
        return False  # 市税务局青岩分局 is no branch of ours
    if form[0] in "镇乡村街":
        return bool(_BEFORE_LEVEL.search(before))
    return form[0] in "县市区州省" or not _HIGHER_LEVEL.search(before)


# ---- a unit directly before a person

_LINK = (
    r"(?:的|某[位个名]?|(?:机关)?[一-龥]{1,4}(?:站|所|办|科|股|中心|室|大队|窗口))?"
    rf"(?:(?:原|现任|时任|前任|上一任|上任|当时的)?(?:党委|党组|党支部|政府|纪委|人大)?{TITLE}[、，兼和]?)"
)
_TO_PERSON = re.compile(rf"(?:[、，]?{_LINK})*的?\s*")
_TO_STRANGER = re.compile(rf"{_LINK}+(?!办公会|办公室|信箱|热线|会议|级|职务|岗位|负责制)")
_STRANGER_NAME = re.compile(
    rf"\s?[{SURNAMES}](?:某某?|[×xX*○]{{1,2}}|[一-龥]{{1,2}}(?=[^一-龥]|[在是的对因未不没擅违把将拖推虚敷长遇作签带说也就又还被和与]))"
)


def _merged(text: str, mentions: Sequence[Mention], registry: Registry) -> Iterator[Mention]:
    """Let a unit directly before a name or title go into it; there it tells apart persons with one surname."""
    unit: Mention | None = None
    for mention in (*mentions, None):
        if unit is not None and mention is not None and _belongs(text, unit, mention, registry):
            mention = _narrowed(unit, mention, registry)
        elif unit is not None:
            yield _headed(text, unit, registry)
        unit = mention if mention is not None and _leads(text, mention, registry) else None
        if mention is not None and unit is None:
            yield mention


def _is_team(mention: Mention, registry: Registry) -> bool:
    return bool(mention.subjects) and not any(registry.is_person(subject) for subject in mention.subjects)


def _leads(text: str, mention: Mention, registry: Registry) -> bool:
    """Tell whether a person may follow who takes the mention in: after a unit, or a unit with a post."""
    form = registry.forms.get(mention.span.of(text))
    return _is_team(mention, registry) or (form is not None and form[1] == "post")


def _belongs(text: str, unit: Mention, mention: Mention, registry: Registry) -> bool:
    near = mention.span.start - unit.span.end <= 20 and not _is_team(mention, registry)
    return near and bool(_TO_PERSON.fullmatch(text, unit.span.end, mention.span.start))


def _narrowed(unit: Mention, person: Mention, registry: Registry) -> Mention:
    names = frozenset[str]().union(*(registry.units[team] for team in unit.subjects))
    inside = tuple(subject for subject in person.subjects if names & registry.units[subject])
    return Mention(Span(unit.span.start, person.span.end), inside or person.subjects)


def _headed(text: str, unit: Mention, registry: Registry) -> Mention:
    """Return the unit, or a stranger: a title follows that nobody in the roster holds, or a name that is not in it."""
    stranger = (_TO_STRANGER if _is_team(unit, registry) else _STRANGER_NAME).match(text, unit.span.end)
    return Mention(Span(unit.span.start, stranger.end()), ()) if stranger else unit
