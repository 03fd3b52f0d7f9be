"""What is saved together, and what many findings share."""

import pickle
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mingcha.pipeline import saving
from mingcha.pipeline.document import Locator, Span
from mingcha.pipeline.findings import Finding, sharing
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.saving import Done, batches


def done(number: int) -> Done:
    return Done(f"{number}.txt", Path(f"{number}.txt"), ())


@given(st.integers(0, 200))
def test_batches_hold_every_file_once_and_in_order(count):
    files = [done(number) for number in range(count)]
    gathered = list(batches(iter(files)))
    assert [one for batch in gathered for one in batch] == files
    assert all(0 < len(batch) <= saving._MOST for batch in gathered)


def test_a_batch_waits_no_longer_than_its_time(monkeypatch):
    clock = iter([0.0, 0.4, 0.9, 1.5, 2.0, 2.1])  # asked at the start, when a batch begins, and after every file
    monkeypatch.setattr(saving, "monotonic", lambda: next(clock))
    assert [len(batch) for batch in batches(map(done, range(3)))] == [2, 1]


def finding(text: str) -> Finding:
    return Finding(
        *("0" * 20, "通报.txt", Span(0, len(text)), text, Locator(line=1), "risk", "inaction", None, "asserted", None),
        *(None, (), None, "S-INSP", extract_quantities(text), "E4", 0.9, ("model",), {"software": "1", "rules": "a"}),
    )


def test_findings_from_another_process_share_their_names_and_stay_equal():
    one, other = (pickle.loads(pickle.dumps(finding("拖了三个月，欠42万元。"))) for _ in range(2))
    shared = [sharing(one), sharing(other)]
    assert shared == [one, other]
    assert one.category is not other.category
    assert shared[0].category is shared[1].category
    assert shared[0].versions is shared[1].versions
    assert [amount.unit for amount in shared[0].quantities] == ["月", "元"]
    assert all(a.unit is b.unit for a, b in zip(shared[0].quantities, shared[1].quantities, strict=True))
