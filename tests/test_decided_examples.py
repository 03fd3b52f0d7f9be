"""What decisions teach: answers where people spoke, silence elsewhere, and nothing of the material in the weights."""

import numpy as np
import pytest

from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models import training
from mingcha.models.decided_examples import TRUST, answers_of, decided_examples
from mingcha.models.examples import prepare_examples
from mingcha.models.ngrams import grams_of, windows_of
from mingcha.models.past_decisions import asked_of, measure_past
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages
from mingcha.pipeline.document import Span
from mingcha.pipeline.lessons import Lesson, Taught, lessons_hash
from mingcha.pipeline.terms import RISK_CATEGORIES

SENTENCES = (
    "村里的报告交上去三个月没有回音。",
    "镇长欧阳玄烨上门做工作，十九天完成了征地签约。",
    "收受礼金的事另有人反映。",
    "值班表挂在走廊的东头一直没人看。",
)
TEXT = "".join(SENTENCES)
PLACES = [Span(TEXT.index(one), TEXT.index(one) + len(one)) for one in SENTENCES]


def lesson(number, sort="confirmed", found="inaction", category="inaction", **other):
    return Lesson(PLACES[number], sort, found, category, other.get("status", "asserted"), other.get("hands", "single"))


def taught(*lessons, sha256="a" * 64, **other):
    return Taught(f"{sha256[0]}.txt", sha256, "txt", TEXT, lessons, **other)


def answers(*documents):
    """Return the answers of the first document: by sentence, heads that were said yes to and heads denied."""
    (example, *_) = decided_examples(documents, load_stages()).examples
    assert len(example.sentences) == len(SENTENCES)
    return [
        ({head for head, one in row.items() if one.said}, {head for head, one in row.items() if not one.said})
        for row in example.answers
    ]


def test_a_confirmed_risk_is_one_and_no_mention_and_other_sentences_are_left_open():
    yes, no = answers(taught(lesson(0)))[0]
    assert yes == {"risk", "inaction"}
    assert "normative" in no
    assert not no & {*RISK_CATEGORIES, "achievement"}  # nobody was asked about these
    assert answers(taught(lesson(0)))[1:] == [(set(), set())] * 3


@pytest.mark.parametrize(
    ("one", "yes", "no"),
    [
        (lesson(0, "corrected", category="formalism"), {"risk", "formalism"}, {"inaction"}),
        (lesson(0, "corrected", category="achievement"), {"achievement"}, {"risk", "inaction"}),
        (lesson(0, status="reported"), {"risk", "inaction", "reported"}, {"normative"}),
        (lesson(0, status="normative"), {"normative"}, {"risk", "formalism"}),
        (lesson(0, "rejected"), set(), {"inaction"}),
        (lesson(0, "rejected", "achievement", "achievement"), set(), {"achievement"}),
        (lesson(0, "missed", None, "timidity"), {"risk", "timidity"}, {"generic"}),
        (lesson(0, "clean", None, ""), set(), {"risk", "reported", "achievement"}),
    ],
    ids=lambda value: value.sort if isinstance(value, Lesson) else None,
)
def test_each_sort_of_lesson_answers_its_own_questions(one, yes, no):
    said = answers_of(one)
    assert {head for head, so in said.items() if so} == yes
    assert no <= {head for head, so in said.items() if not so}
    assert set(said) <= set(HEADS)


def test_a_rejection_says_that_there_is_no_risk_only_where_no_other_risk_awaits_a_decision():
    assert answers(taught(lesson(0, "rejected")))[0] == (set(), {"risk", "reported", *RISK_CATEGORIES})
    assert answers(taught(lesson(0, "rejected"), undecided=(PLACES[0],)))[0] == (set(), {"inaction"})
    both = taught(lesson(0, "rejected"), lesson(0, "confirmed", "formalism", "formalism"))
    yes, no = answers(both)[0]
    assert yes == {"risk", "formalism"}
    assert "inaction" in no
    assert "risk" not in no


def test_what_two_people_settled_weighs_more_and_wins_over_what_one_said_of_the_same_words():
    assert TRUST["single"] < TRUST["agreed"] == TRUST["adjudicated"]
    other = taught(lesson(0, "rejected", hands="agreed"), sha256="b" * 64)
    made = decided_examples([taught(lesson(0)), other], load_stages())
    first, second = (example.answers[0] for example in made.examples)
    assert "risk" not in first
    assert not second["risk"].said
    assert made.counts["contradicted"] == 2  # the risk and its category
    equal = decided_examples([taught(lesson(0)), taught(lesson(0, "rejected"), sha256="b" * 64)], load_stages())
    assert not [one for example in equal.examples for one in example.answers if "risk" in one]


def test_documents_that_share_a_decided_sentence_are_held_out_together():
    ids = [
        example.id.partition("-")[0]
        for example in decided_examples(
            [
                taught(lesson(0)),
                taught(lesson(0), sha256="b" * 64),
                Taught(
                    "c.txt",
                    "c" * 64,
                    "txt",
                    "全镇没有回音的报告又多了三份。",
                    (Lesson(Span(0, 15), "missed", None, "inaction", "asserted"),),
                ),
            ],
            load_stages(),
        ).examples
    ]
    assert ids[0] == ids[1] != ids[2]


def test_one_text_in_two_assessments_is_learned_once():
    made = decided_examples([taught(lesson(0)), taught(lesson(0), lesson(3, "missed", None))], load_stages())
    assert len(made.examples) == 1
    assert made.counts["documents"] == 1
    assert (made.counts["confirmed"], made.counts["missed"], made.counts["sentences"]) == (1, 1, 2)


def test_what_is_set_apart_is_neither_learned_nor_seen_as_a_neighbor():
    made = decided_examples([taught(lesson(1), lesson(2), apart=(PLACES[2],))], load_stages())
    (example,) = made.examples
    assert example.sentences[2].text == ""
    assert example.sentences[2].hits == ()
    assert example.answers[2] == {}
    assert made.counts["set_apart"] == 1
    assert made.originals[0].sentences[2].text == SENTENCES[2]


def test_names_and_words_that_our_corpus_does_not_have_leave_no_trace_in_the_weights():
    """Two offices whose documents differ in a name and an unknown word train the very same features."""
    own = prepare_examples(load_labelled()[::60], load_stages())
    frequencies = training.count_frequencies(own)
    name, other = "欧阳玄烨", "尉迟崧劼"
    rows = []
    for person, word in ((name, "鬰犇鱻灪"), (other, "龘靐齉爩")):
        text = TEXT.replace(name, person).replace("走廊", word)
        document = Taught("a.txt", "a" * 64, "txt", text, (lesson(1), lesson(3)), names=frozenset({person}))
        made = decided_examples([document], load_stages())
        rows.append(training.design((*own, *made.examples), frequencies).features[-len(SENTENCES) :])
    assert rows[0].nnz > 50
    assert (rows[0] != rows[1]).nnz == 0
    plain = [grams_of([SENTENCES[1].replace(name, person)]).columns.tolist() for person in (name, other)]
    assert plain[0] != plain[1]  # without the blotting the weights would tell them apart


def test_only_windows_of_the_corpus_are_counted_although_their_columns_are_nearly_all_taken():
    known = windows_of(["报告没有回音"])
    kept = grams_of(["报告没有回音", "报告石沉大海"], known=known)
    whole = grams_of(["报告没有回音"])
    assert np.array_equal(np.sort(kept.columns[kept.rows == 0]), np.sort(whole.columns))
    assert 0 < (kept.rows == 1).sum() < len(grams_of(["报告石沉大海"]).rows)
    assert len(grams_of(["无"], known=np.zeros(0, np.uint32)).rows) == 0


def test_decisions_reach_the_first_reading_alone():
    own = prepare_examples(load_labelled()[::60], load_stages())
    made = decided_examples([taught(lesson(0, hands="agreed"), lesson(3, "rejected"))], load_stages())
    matrix = training.design((*own, *made.examples), training.count_frequencies(own))
    decided = slice(-len(SENTENCES), None)
    assert not matrix.used[decided].any()  # calibration, thresholds and the second reading do not see them
    assert not matrix.judging[decided].any()
    assert matrix.trust[decided, 0].tolist() == [1.0, 0.0, 0.0, 0.5]
    assert matrix.targets[decided, 0].tolist() == [1, 0, 0, 0]


def test_past_decisions_are_measured_where_people_said_whether_there_is_a_risk():
    made = decided_examples(
        [taught(lesson(0), lesson(3, "rejected"), lesson(1, "confirmed", "achievement", "achievement"))], load_stages()
    )
    asked = asked_of(made.examples)
    assert asked.rows.tolist() == [0, 3]
    probabilities, flagged = np.array([0.9, 0.1, 0.1, 0.2]), np.array([True, False, False, True])
    values = measure_past(asked, probabilities, flagged).values
    assert {name: float(value) for name, value in values.items()} == {
        "average_precision": 1.0,
        "kept": 1.0,
        "dropped": 0.0,
    }
    nothing = measure_past(asked_of(()), probabilities, flagged)
    assert np.isnan(nothing.values["kept"])
    assert all(np.isnan(one).all() for one in nothing.resampled.values())


def test_the_hash_of_the_lessons_follows_every_change_and_no_order():
    one, other = taught(lesson(0)), taught(lesson(3), sha256="b" * 64)
    assert lessons_hash([one, other]) == lessons_hash([other, one])
    assert len({lessons_hash(group) for group in ([one], [other], [one, other], [taught(lesson(0, "rejected"))])}) == 4
