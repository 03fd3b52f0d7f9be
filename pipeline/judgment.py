"""The policy that joins rules, cues and the sentence model into judgements; small enough to be read and argued with.

1. The asker's turn never asserts: what it names is hypothetical. A heading that only names its topic asserts nothing.
2. A risk is active where the model's probability reaches the operating point, or where an unmistakable rule fired
   and the model comes near it. Where a cue takes back every word of risk the model must be all but certain; where
   the document exhorts (speech, policy, commentary) and no cue asserts, it must be surer; no rule speaks against it
   there, and what an exhorting document says of officials at large is never active.
3. Words of risk that are not active are a mere mention: the deciding cue gives its status, else the model. Without
   any word of risk the model must see it more clearly (these are only listed, never counted).
4. Evidence follows the same second rule, for each category by itself; a sentence is never both achievement and
   shortfall, and a heading is no evidence.
5. A category that stands apart (an office's own, 班子运行问题) is unknown to the model, so its rules alone speak: an
   unmistakable one makes it active, unless a cue takes the words back, the asker speaks, or the document exhorts and
   no cue asserts; then it is a mere mention. It never touches what is judged of the other categories.
6. A referral (廉洁风险) is only ever told where the fifth rule makes it active, and to authorized reviewers alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mingcha.pipeline.assertion import weakest
from mingcha.pipeline.terms import ACTIVE_STATUSES, CATEGORIES, EVIDENCE_CATEGORIES, MENTIONS, RISK_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mingcha.pipeline.assertion import CueHit
    from mingcha.pipeline.detection import Hit
    from mingcha.pipeline.marking import Marked
    from mingcha.pipeline.terms import Kind, RuleKind, Status

UNMISTAKABLE = 0.8  # the weight from which a rule may speak against a hesitating model
CARRIED = 0.9  # how far below the operating point an unmistakable rule may carry the model
CARRIED_ALONE = 0.4  # the same in a text of few sentences, where the model has hardly any surroundings to go by
SURER = 0.6  # the least probability that outweighs the exhorting tone of a whole document
CERTAIN = 0.9  # the least that outweighs a cue: 没有弄虚作假 is no accusation for what else the sentence sounds like
WORDLESS = 0.2  # how likely a mention must be where no word of risk stands: such mentions are only listed, folded away
FEW = 12  # a text of fewer sentences has hardly any surroundings
CONCEIVABLE = 0.2  # a category less likely than this is not named, and a risk without any such category is none
_COMPLAINTS = frozenset({"ticket", "petition"})
_EXHORTING = frozenset({"speech", "policy", "commentary"})


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """The probabilities from which a judgement is made, chosen on the calibration folds of our own corpus.

    ``share`` is how near (0 to 1) a further risk category must come to the likeliest one to be named beside it;
    ``carried`` is the share of ``risk`` that suffices where an unmistakable rule fired, ``carried_alone`` the same in a
    text of few sentences.
    """

    risk: float
    share: float
    evidence: Mapping[str, float]
    mention: float
    carried: float = CARRIED
    carried_alone: float = CARRIED_ALONE


@dataclass(frozen=True, slots=True)
class Witness:
    """All that is known about one sentence when it is judged.

    ``cue`` decides over its risk hits, ``cues`` are all cues in it, ``asks`` tells an interviewer's turn, ``heading``
    a heading, ``topic`` one that only names a unit or a field of work, and ``probabilities`` are the sentence model's,
    by head; ``alone`` tells that the text has few sentences. ``governed`` gives, for each of ``hits``, the cue that
    decides its status; categories that stand apart are judged only where it is given.
    """

    hits: Sequence[Hit]
    cue: CueHit | None
    cues: Sequence[CueHit]
    asks: bool
    genre: str
    probabilities: Mapping[str, float]
    heading: bool = False
    governed: Sequence[CueHit | None] = ()
    topic: bool = False
    alone: bool = False

    @classmethod
    def of(cls, marked: Marked, genre: str, probabilities: Mapping[str, float], *, of_sentences: int) -> Witness:
        """Return what is known of a marked sentence in a text of so many sentences."""
        return cls(
            *(marked.hits, marked.cue, marked.cues, marked.sentence.asks, genre, probabilities),
            heading=marked.sentence.heading,
            governed=marked.governed,
            topic=marked.topic,
            alone=of_sentences < FEW,
        )

    @property
    def apart(self) -> list[tuple[Hit, CueHit | None]]:
        """The hits of the categories that the model does not know, each with its cue."""
        pairs = zip(self.hits, self.governed, strict=False)
        return [pair for pair in pairs if pair[0].rule.category not in CATEGORIES]


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one sentence says, before it is tied to a subject and a place."""

    kind: Kind
    category: str
    subclass: str | None
    status: Status
    cue: CueHit | None
    confidence: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """That a sentence states something which only authorized reviewers may see, and the rules that say so."""

    category: str
    status: Status
    hits: tuple[Hit, ...]


def judge(witness: Witness, point: OperatingPoint) -> tuple[Judgment, ...]:
    """Return the judgements on one sentence: active risks, else mere mentions; evidence; what stands apart."""
    risks = tuple(_active_risks(witness, point)) or tuple(_mentions(witness, point))
    return (*risks, *_evidence(witness, point), *_apart(witness))


def refer(witness: Witness) -> tuple[Referred, ...]:
    """Return what of the sentence is for authorized reviewers alone; mere mentions are not."""
    return tuple(
        Referred(category, status, tuple(hit for hit, _ in found))
        for category, found in _unmistakable(witness, "referral")
        for status, _ in (_apart_status(witness, found),)
        if status in ACTIVE_STATUSES
    )


def _active_risks(witness: Witness, point: OperatingPoint) -> Iterable[Judgment]:
    if witness.asks or witness.topic or not _is_active(witness, point):
        return ()
    status, cue = _active_status(witness)
    return [
        _judgment(witness, category, status, cue, witness.probabilities[category])
        for category in _active_categories(witness, point)
    ]


def _is_active(witness: Witness, point: OperatingPoint) -> bool:
    probability = witness.probabilities["risk"]
    if max(witness.probabilities[category] for category in RISK_CATEGORIES) < CONCEIVABLE:
        return False
    if is_restrained(witness):
        at_large = _exhorts(witness) and any(cue.rule.status == "generic" for cue in witness.cues)
        return not at_large and probability >= max(point.risk, CERTAIN if _is_taken_back(witness) else SURER)
    if _best_weight(witness, RISK_CATEGORIES) < UNMISTAKABLE:
        return probability >= point.risk
    return probability >= point.risk * (point.carried_alone if witness.alone else point.carried)


def is_restrained(witness: Witness) -> bool:
    """Tell whether a cue takes the words of risk back, or the document exhorts: then the model must be surer."""
    return _exhorts(witness) or _is_taken_back(witness)


def _is_taken_back(witness: Witness) -> bool:
    cue = witness.cue or _sentence_cue(witness)
    return cue is not None and cue.rule.status not in ACTIVE_STATUSES


def _exhorts(witness: Witness) -> bool:
    return witness.genre in _EXHORTING and not (witness.cue and witness.cue.rule.status == "asserted")


def _sentence_cue(witness: Witness) -> CueHit | None:
    """Return the cue that governs the whole of a sentence in which no rule found a word of risk."""
    if any(hit.rule.category in RISK_CATEGORIES for hit in witness.hits):
        return None
    return next((cue for cue in witness.cues if cue.rule.direction == "sentence"), None)


def _active_categories(witness: Witness, point: OperatingPoint) -> list[str]:
    """Return the likeliest category, those nearly as likely, and those that an unmistakable rule names."""
    probability = witness.probabilities
    needed = max(point.share * max(probability[category] for category in RISK_CATEGORIES), CONCEIVABLE)
    return [
        category
        for category in RISK_CATEGORIES
        if probability[category] >= needed
        or (_best_weight(witness, (category,)) >= UNMISTAKABLE and probability[category] >= needed / 2)
    ]


def _active_status(witness: Witness) -> tuple[Status, CueHit | None]:
    if witness.cue is not None and witness.cue.rule.status in ACTIVE_STATUSES:
        return ("reported" if witness.cue.rule.status == "reported" else "asserted"), witness.cue
    hearsay = next((cue for cue in witness.cues if cue.rule.status == "reported"), None)
    if hearsay is not None and witness.probabilities["reported"] >= 0.3:
        return "reported", hearsay
    reported = witness.genre in _COMPLAINTS or witness.probabilities["reported"] >= 0.5
    return ("reported" if reported else "asserted"), None


def _mentions(witness: Witness, point: OperatingPoint) -> Iterable[Judgment]:
    status, cue, confidence = _mention_status(witness, point)
    if status is None:
        return ()
    return [_judgment(witness, category, status, cue, confidence) for category in _named_categories(witness)]


def _mention_status(witness: Witness, point: OperatingPoint) -> tuple[Status | None, CueHit | None, float]:
    likeliest = cast("Status", max(MENTIONS, key=lambda status: witness.probabilities[status]))
    probability = witness.probabilities[likeliest]
    named = any(hit.rule.category in RISK_CATEGORIES for hit in witness.hits)
    if named and witness.asks:
        return "hypothetical", witness.cue, max(witness.probabilities["hypothetical"], 0.5)
    if named and witness.cue is not None and witness.cue.rule.status in MENTIONS:
        said = cast("Status", witness.cue.rule.status)
        return said, witness.cue, max(witness.probabilities[said], 0.3)
    if probability >= (point.mention if named else max(point.mention, WORDLESS)):
        return likeliest, _cue_of(witness, likeliest), probability
    return None, None, 0.0


def _cue_of(witness: Witness, status: str) -> CueHit | None:
    if witness.cue is not None and witness.cue.rule.status == status:
        return witness.cue
    return next((cue for cue in witness.cues if cue.rule.status == status), None)


def _named_categories(witness: Witness) -> list[str]:
    named = {hit.rule.category for hit in witness.hits}
    likeliest = max(RISK_CATEGORIES, key=lambda category: witness.probabilities[category])
    return [category for category in RISK_CATEGORIES if category in named] or [likeliest]


def _evidence(witness: Witness, point: OperatingPoint) -> Iterable[Judgment]:
    if witness.asks or witness.heading:
        return ()
    chosen = [category for category in EVIDENCE_CATEGORIES if _stands(witness, category, point)]
    if {"achievement", "shortfall"} <= set(chosen):
        chosen.remove(_less_likely(witness, ("achievement", "shortfall"), point))
    return [_judgment(witness, category, "asserted", None, witness.probabilities[category]) for category in chosen]


def _stands(witness: Witness, category: str, point: OperatingPoint) -> bool:
    sure = _best_weight(witness, (category,)) >= UNMISTAKABLE
    return witness.probabilities[category] >= point.evidence[category] * (0.6 if sure else 1)


def _less_likely(witness: Witness, categories: Sequence[str], point: OperatingPoint) -> str:
    """Return which of two opposites is further from its own operating point: one sentence is not called both."""
    return min(categories, key=lambda category: witness.probabilities[category] / point.evidence[category])


def _best_weight(witness: Witness, categories: Sequence[str]) -> float:
    return max((hit.rule.weight for hit in witness.hits if hit.rule.category in categories), default=0.0)


def _judgment(witness: Witness, category: str, status: Status, cue: CueHit | None, confidence: float) -> Judgment:
    kind: Kind = "evidence" if category in EVIDENCE_CATEGORIES else "risk"
    hits = tuple(hit for hit in witness.hits if hit.rule.category == category)
    subclass = max(hits, key=lambda hit: hit.rule.weight).rule.subclass if hits else None
    return Judgment(kind, category, subclass, status, cue, float(confidence), hits)


def _apart(witness: Witness) -> Iterator[Judgment]:
    for kind in ("risk", "evidence"):
        for category, found in _unmistakable(witness, kind):
            status, cue = _apart_status(witness, found)
            if kind == "risk" or (status in ACTIVE_STATUSES and not witness.heading):
                best = max((hit.rule for hit, _ in found), key=lambda rule: rule.weight)
                hits = tuple(hit for hit, _ in found)
                yield Judgment(kind, category, best.subclass, status, cue, best.weight, hits)


def _unmistakable(witness: Witness, kind: RuleKind) -> Iterator[tuple[str, list[tuple[Hit, CueHit | None]]]]:
    """Yield the categories apart of one kind, each with its unmistakable hits."""
    if not witness.hits:
        return
    sure = [pair for pair in witness.apart if pair[0].rule.kind == kind and pair[0].rule.weight >= UNMISTAKABLE]
    for category in dict.fromkeys(hit.rule.category for hit, _ in sure):
        yield category, [pair for pair in sure if pair[0].rule.category == category]


def _apart_status(witness: Witness, found: Sequence[tuple[Hit, CueHit | None]]) -> tuple[Status, CueHit | None]:
    cue = weakest([governing for _, governing in found])
    if witness.asks:
        return "hypothetical", cue
    if cue is not None and cue.rule.status in MENTIONS:
        return cast("Status", cue.rule.status), cue
    if witness.genre in _EXHORTING and not (cue and cue.rule.status == "asserted"):
        return "generic", cue
    if cue is not None:
        return ("reported" if cue.rule.status == "reported" else "asserted"), cue
    hearsay = next((one for one in witness.cues if one.rule.status == "reported"), None)
    return ("reported" if hearsay or witness.genre in _COMPLAINTS else "asserted"), hearsay
