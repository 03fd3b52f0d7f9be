"""The numbers that the five scraped documents state are all found."""

from pathlib import Path

import pytest

from mingcha.corpora.quantity_gold import load_seed_numbers
from mingcha.models.stages import load_stages
from mingcha.pipeline.quantities import extract_quantities
from mingcha.pipeline.reading.files import read

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the scraped documents are not here")


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_every_known_number_is_found_with_unit_and_approximator(seed):
    (path,) = SEEDS.glob(f"{seed}_*")
    (document,) = read(path, path.name)
    text = load_stages().normalize(document).text
    found = [(one.value, one.value_max, one.unit, one.approximator) for one in extract_quantities(text)]
    expected = [
        (one.value, one.value_max, one.unit, one.approximator) for one in load_seed_numbers() if one.seed == seed
    ]
    assert expected
    assert [one for one in set(expected) if found.count(one) < expected.count(one)] == []
