"""The difference of figures that the page states beside two passages."""

from dataclasses import replace

import pytest

from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Finding
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.reporting.gaps import widest_gap

PLAIN = Finding(
    *("a", "a.txt", Span(0, 1), "", Locator(), "evidence", "achievement", None, "asserted", None, "P1"),
    *((), None, "S-SELF", (), "E2", 0.9, (), {}),
)


def told(text):
    return [replace(PLAIN, text=text, quantities=extract_quantities(text))]


GAPS = [
    ("茶场分红86万元。", "茶场实际分红31.2万元。", "86万元与31.2万元，相差54.8万元"),
    ("普及率达到98%。", "普及率91%。", "98%与91%，相差7个百分点"),
    ("受理诉求412件，办结412件。", "受理诉求412件，办结398件。", None),
    ("建成农田3.2万亩。", "建成农田31978亩。", None),
    ("计划投资86万元。", "完成投资31.2万元。", None),
    ("全部完成。", "仍未动工。", None),
    ("清淤18公里。", "清淤用了7天。", None),
]


@pytest.mark.parametrize(("ours", "theirs", "gap"), GAPS)
def test_states_by_how_much_two_statements_differ(ours, theirs, gap):
    assert widest_gap(told(ours), told(theirs)) == gap


def test_a_charge_is_no_other_figure():
    charge = [replace(one, kind="risk", category="inaction") for one in told("对12件诉求超期未办。")]
    assert widest_gap(told("受理诉求412件。"), charge) is None
