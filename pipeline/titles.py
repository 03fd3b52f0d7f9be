"""Names and titles: under which words documents speak of a person or a team in the roster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mingcha.pipeline.subjects import Subject

FormKind = Literal["name", "given", "titled", "short", "post", "unit"]

TITLE = (
    "副?(?:秘书长|总经理|董事长|大队长|支队长|书记|镇长|乡长|局长|县长|市长|区长|州长|主任|站长|所长|科长|股长|处长|院长"
    "|校长|部长|厅长|组长|主席|经理|队长|会长|行长|馆长|园长|主管|委员(?!会)|常委(?!会))"
)
# Surnames that hardly ever begin another word; the rarer and the ambiguous ones (高, 方, 任, 于 …) are left out.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧蔡潘袁董余苏叶吕魏蒋杜丁沈姜范傅钟卢汪戴崔陆廖姚邱"
    "夏谭韦邹石熊孟秦阎薛侯雷龙段郝孔邵尹钱赖龚庞樊殷倪严牛洪季莫岳葛柯翟聂凌焦柳邢骆梅童颜裴祝芦霍冉蓝齐俞"
)
_COMPOUND = re.findall("..", "欧阳司马上官诸葛东方皇甫尉迟公孙慕容司徒夏侯令狐宇文长孙端木南宫")
# Surnames that are also prepositions: 向局长汇报 names nobody.
_FUNCTION = frozenset("向和从同由对与及为")
_SHORTENED = ("镇长", "局长")

# A post that stands for a person of the unit spoken of: 主要负责人, 分管副局长, 校长.
POST_REFERENCE = re.compile(
    r"(?:(?<![一-龥])本?[局镇乡院校])?(?:党政)?主要(?:负责人|负责同志|领导同志|领导)|一把手|(?:分管(?:的)?)副(?:局长|镇长|乡长|主任|院长|校长|县长|区长|书记|市长)"
    r"|(?:(?<![一-龥])|(?<=[，。；：、“由对是向跟和与及])|(?<=现任))(?:公司|集团|[局镇乡院校](?=党|董|总|主|书))?"
    r"副?(?:局长|镇长|乡长|主任|院长|校长|县长|区长|党组书记|党委书记|党工委书记|党总支书记|书记|董事长|总经理)(?!办公|会议|信箱|助理|热线|会|室)"
)
HEADS = ("主要负责人", "主要负责同志", "主要领导", "主要领导同志", "一把手")

_SUFFIXES = (
    *("党委政府", "人民政府", "领导班子", "党委班子", "政府班子", "党组班子", "党政班子"),
    *("班子", "党委", "党组", "政府", "委员会"),
)
_TITLE = re.compile(rf"{TITLE}$")
_POSTS = re.compile(r"[、，,；;/\s]+|兼任?")
_PLACE_PREFIX = re.compile(r"^[一-龥]{2,3}?(?:县|市|区|州)(?=[一-龥]{2})")


@dataclass(frozen=True, slots=True)
class Form:
    """One way of naming a subject; ``kind`` says which guard it needs."""

    text: str
    subject: str
    kind: FormKind
    rank: int = 1  # 0 where the roster gives the words; they then belong to nobody else


def forms_of(roster: Sequence[Subject]) -> Iterator[Form]:
    """Yield every form under which the subjects of *roster* are named, given and generated."""
    for subject in roster:
        if subject.type == "team":
            yield from (Form(text, subject.id, "unit") for text in sorted(unit_names(subject)))
            continue
        yield from _named(subject)
        yield from _titled(subject)
        yield from (Form(text, subject.id, "post") for text in sorted(_posts_with_unit(subject, roster)))
        if (surname := surname_of(subject.name)) not in _FUNCTION:
            yield Form(f"老{surname}", subject.id, "short")


def names_of(roster: Sequence[Subject]) -> tuple[str, ...]:
    """Return every form under which anybody of *roster* is named, the longest first."""
    return tuple(sorted({form.text for form in forms_of(roster)}, key=lambda text: (-len(text), text)))


def surname_of(name: str) -> str:
    """Return the surname of a Chinese name.

    >>> surname_of("欧阳青"), surname_of("孙海")
    ('欧阳', '孙')
    """
    return name[:2] if name[:2] in _COMPOUND else name[:1]


def unit_names(team: Subject) -> frozenset[str]:
    """Return the names of a team: as given, without its place, without or with 党委, 政府 and the like."""
    return frozenset(form for name in team.names for form in _unit_forms(name))


def _unit_forms(name: str) -> Iterator[str]:
    for full in {name, _PLACE_PREFIX.sub(lambda match: match[0][-1], name, count=1), _bare_place(name)} - {""}:
        yield full
        suffix = next((suffix for suffix in _SUFFIXES if full.endswith(suffix)), "")
        if not suffix and full.endswith(("镇", "乡", "街道")):
            yield from (full + suffix for suffix in _SUFFIXES)
        elif not suffix and full.endswith(("局", "委", "办", "中心", "厅", "院")):
            yield from (full + suffix for suffix in ("党组", "领导班子", "班子", "党组班子"))
        elif len(full) - len(suffix) >= 3:
            yield full.removesuffix(suffix)


def _bare_place(name: str) -> str:
    """Return 柳河镇 for 青岭县柳河镇, nothing for names that mean little without their place."""
    match = _PLACE_PREFIX.match(name)
    rest = name[match.end() :] if match else ""
    return rest if len(rest) >= 3 and rest.endswith(("镇", "乡", "街道")) else ""


def _named(person: Subject) -> Iterator[Form]:
    given = person.name.removeprefix(surname_of(person.name))
    for name in person.names:
        tail = name.startswith(given) and not name.startswith(person.name) and len(given) > 0
        yield Form(name, person.id, _kind_of(name, person, given=tail), 0)
    if len(given) > 1:
        yield Form(f"{given}同志", person.id, "given")


def _kind_of(name: str, person: Subject, *, given: bool) -> FormKind:
    if given:
        return "given"
    if name != person.name and (_TITLE.search(name) or len(name) <= 2):
        return "titled" if _TITLE.search(name) else "short"
    return "name"


def _titled(person: Subject) -> Iterator[Form]:
    surname = surname_of(person.name)
    if surname in _FUNCTION:
        return
    titles = held_titles(person)
    deputy = all(title.startswith("副") for title in titles)
    for title in sorted(titles | {title.removeprefix("副") for title in titles if deputy}):
        yield Form(surname + title, person.id, "titled")
        if len(given := person.name.removeprefix(surname)) > 1:
            yield Form(given + title, person.id, "given")
        if title in _SHORTENED:
            yield Form(surname + title[0], person.id, "short")


def held_titles(person: Subject) -> set[str]:
    """Return the titles in a person's post: 党委副书记、镇长 gives 副书记 and 镇长."""
    found = (_TITLE.search(part) for part in _POSTS.split(person.post))
    return {match.group() for match in found if match}


def _posts_with_unit(person: Subject, roster: Iterable[Subject]) -> set[str]:
    """Return 柳河镇镇长 and the like, with every name of the person's unit."""
    teams = (unit_names(team) for team in roster if team.type == "team")
    units = {person.unit, *(name for names in teams if person.unit in names for name in names)} - {""}
    parts = {part for part in _POSTS.split(person.post) if _TITLE.search(part)} | held_titles(person)
    return {unit + part for unit in units for part in parts}
