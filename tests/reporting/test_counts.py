"""The counts and the geometry of the report's charts."""

from collections import Counter
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline.reporting.charts import BAR_SPACE, LABEL_WIDTH, bar_chart, heat_level
from mingcha.pipeline.reporting.page import CATEGORIES, STATUSES
from mingcha.pipeline.reporting.tables import CrossTable, cross_table

PAIRS = st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(STATUSES)), max_size=40)


def table_of(pairs):
    return cross_table(pairs, itemgetter(0), itemgetter(1), rows=CATEGORIES, columns=STATUSES)


@given(PAIRS)
def test_cross_table_counts_every_finding_once(pairs):
    table, counted = table_of(pairs), Counter(pairs)
    assert table.total == len(pairs) == sum(table.column_totals)
    for row, counts in zip(table.rows, table.counts, strict=True):
        assert [counted[row, column] for column in table.columns] == list(counts)
    assert table.columns == STATUSES
    assert [row for row in CATEGORIES if row in {pair[0] for pair in pairs}] == list(table.rows)


@given(PAIRS)
def test_bars_are_as_long_as_their_counts_and_never_leave_the_chart(pairs):
    chart = bar_chart(table_of(pairs))
    longest = max((bar.total for bar in chart.bars), default=1)
    for bar in chart.bars:
        assert bar.end - LABEL_WIDTH == pytest.approx(BAR_SPACE * bar.total / longest, abs=0.6)
        assert sum(segment.count for segment in bar.segments) == bar.total


def test_cross_table_keeps_unknown_terms_after_the_known_ones():
    pairs = [("S-NEW", "inaction"), ("S-SELF", "inaction")]
    table = cross_table(pairs, itemgetter(0), itemgetter(1), rows=("S-SELF",), columns=())
    assert table == CrossTable(("S-SELF", "S-NEW"), ("inaction",), ((1,), (1,)))


@given(st.integers(0, 500), st.integers(1, 500))
def test_heat_is_dark_only_for_the_peak_and_blank_only_for_none(count, peak):
    count = min(count, peak)
    assert (heat_level(count, peak) == 0) is (count == 0)
    assert heat_level(count, peak) <= heat_level(peak, peak) == 5
