"""The five scraped policy documents: read whole, every span exact, nobody accused who is not."""

from pathlib import Path

import pytest

SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason="the scraped documents are not here")

# What a careful reader lets stand: a leading team that was checked on site and found wanting, and 39 officials who were
# admonished for inaction. Anything else on these policy texts would be a false accusation.
ACCUSED = ("農貿市場(chǎng)改造項目", "39名不擔(dān)當(dāng)不作為")


@pytest.fixture(scope="module")
def seeds_run(mingcha, tmp_path_factory):
    out = tmp_path_factory.mktemp("seeds") / "out"
    return mingcha("run", SEEDS, "--out", out, "--scores", out=out)


def test_all_five_are_read(seeds_run):
    assert seeds_run.code == 0, seeds_run.stderr
    assert [record["status"] for record in seeds_run.records("documents.jsonl")] == ["read"] * 5


def test_every_span_is_the_exact_slice_of_the_original(seeds_run):
    texts = {path.name: path.read_bytes().decode("utf-8-sig") for path in SEEDS.iterdir()}
    records = [*seeds_run.records("findings.jsonl"), *seeds_run.records("quantities.jsonl")]
    assert len(records) > 150
    assert all(texts[r["document"]][r["start"] : r["end"]] == r["text"] for r in records)


def test_sentences_cover_all_that_is_not_blank(seeds_run):
    texts = {path.name: path.read_bytes().decode("utf-8-sig") for path in SEEDS.iterdir()}
    covered = {name: bytearray(len(text)) for name, text in texts.items()}
    for record in seeds_run.records("sentences.jsonl"):
        covered[record["document"]][record["start"] : record["end"]] = b"\1" * (record["end"] - record["start"])
    for name, text in texts.items():
        missed = [text[place] for place, seen in enumerate(covered[name]) if not seen and not text[place].isspace()]
        assert "".join(missed) == ""


def accusations(run):
    return [
        record["text"]
        for record in run.records("findings.jsonl")
        if record["kind"] == "risk" and record["status"] in {"asserted", "reported"}
    ]


def test_only_those_really_accused_are_flagged(seeds_run):
    active = accusations(seeds_run)
    assert [text for text in active if not any(words in text for words in ACCUSED)] == []


@pytest.mark.xfail(
    strict=True, reason="the encoder reads it as a success of those who checked: 0.45 of the 0.71 asked for"
)
def test_the_team_that_was_found_wanting_is_flagged(seeds_run):
    assert any(ACCUSED[0] in text for text in accusations(seeds_run))


def test_the_light_path_flags_the_team_that_was_found_wanting(mingcha, tmp_path):
    light = mingcha("run", SEEDS, "--out", tmp_path / "out", "--model", "light", out=tmp_path / "out")
    assert [text for text in accusations(light) if ACCUSED[0] not in text] == []
    assert accusations(light) != []


def test_mere_mentions_are_told_as_such(seeds_run):
    statuses = [record["status"] for record in seeds_run.records("findings.jsonl") if record["kind"] == "risk"]
    assert statuses.count("normative") > 30
