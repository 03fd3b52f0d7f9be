import pytest

from mingcha.pipeline.assertion import CueHit, CueRule
from mingcha.pipeline.detection import Hit
from mingcha.pipeline.document import Span
from mingcha.pipeline.judgment import Judgment
from mingcha.pipeline.quantity import Quantity
from mingcha.pipeline.rules import Rule
from mingcha.pipeline.strength import strength_of

WORDS = Hit(Rule("w", "risk", "formalism", None, 0.9, "词", phrases=("形式主义", "做样子")), Span(0, 1))
VAGUE = Hit(Rule("v", "risk", "formalism", None, 0.6, "词", phrases=("浮于表面",)), Span(0, 1))
ACT = Hit(Rule("a", "risk", "formalism", None, 0.85, "事", phrases=("代签台账",)), Span(0, 1))
FRAME = Hit(Rule("f", "risk", "formalism", None, 0.85, "事", pattern="夜里.*补齐"), Span(0, 1))
HEARSAY = CueHit(CueRule("c", "reported", "before", None, 9, 1), Span(0, 1))
NUMBER = Quantity(Span(0, 1), "40份", 40, "份", "count")


def strength(text, hits=(), *, cue=None, numbers=(), kind="risk", status="asserted", source="S-SUB", genre="interview"):
    judgment = Judgment(kind, "formalism", None, status, cue, 0.9, tuple(hits))
    return strength_of(judgment, numbers, text, source_kind=source, genre=genre)


SELF = {"source": "S-SELF", "genre": "self_criticism"}
TABLE = [
    ("工作有时浮于表面。", {"hits": [VAGUE], **SELF}, "E0"),
    ("工作存在形式主义。", {"hits": [WORDS], **SELF}, "E0"),
    ("重点工作抓得不紧。", SELF, "E0"),
    ("工作有时浮于表面。", {"hits": [VAGUE], "source": "S-SELF", "genre": "rectification"}, "E1"),
    ("对石坝村的事情过问不多。", {"hits": [VAGUE], **SELF}, "E1"),
    ("去年底才去看过一次。", SELF, "E2"),
    ("抽查40份台账，签名不实。", {"numbers": [NUMBER], **SELF}, "E2"),
    ("夜里把表补齐。", {"hits": [FRAME], **SELF}, "E2"),
    ("学习不够。", {"kind": "evidence", **SELF}, "E1"),
    ("遇事做样子。", {"hits": [WORDS]}, "E1"),
    ("作风漂浮。", {}, "E1"),
    ("代签台账。", {"hits": [ACT]}, "E2"),
    ("3月6日没有人在岗。", {}, "E2"),
    ("三月初没有人在岗。", {}, "E2"),
    ("今年以来作风漂浮。", {}, "E1"),
    ("听说他3月6日不在岗。", {"cue": HEARSAY, "status": "reported"}, "E1"),
    ("3月6日没有人在岗。", {"source": "S-ANON"}, "E1"),
    ("3月6日没有人在岗。", {"source": "S-12345", "status": "reported"}, "E2"),
    ("台账签名不实。", {"source": "S-INSP"}, "E4"),
    ("台账签名不实。", {"source": "S-AUDIT"}, "E4"),
    ("经现场核实，台账签名不实。", {"source": "S-INSP"}, "E5"),
    ("经审理查明，台账签名不实。", {"source": "S-DISC"}, "E5"),
    ("有人反映台账签名不实。", {"source": "S-INSP", "status": "reported", "cue": HEARSAY}, "E1"),
    ("经现场核实，台账签名不实。", {"source": "S-SELF", "genre": "rectification"}, "E1"),
]


@pytest.mark.parametrize(("text", "given", "expected"), TABLE)
def test_gives_the_step_of_the_ladder(text, given, expected):
    assert strength(text, **given) == expected
