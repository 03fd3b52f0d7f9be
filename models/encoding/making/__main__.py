"""The making of the shipped encoder, step by step: ``python -m mingcha.models.encoding.making STEP FOLDER``.

    vocabulary   FOLDER/words.txt and the tokens of all texts (needs the public text beside the project)
    pretraining  FOLDER/pretrained.npz
    second       the same once more, beginning with what is shipped, on texts and masks drawn anew
    third        and again
    fourth       and again
    schooling    FOLDER/schooled.npz: taught what the shipped cascade says of public text, before it sees our labels
    held-out     FOLDER/held_out.npz: answers of encoders, and of light models, that saw nothing of a writer's
    tuning       FOLDER/model.onnx
    joining      FOLDER/encoder.json
    senses       FOLDER/senses.npz and senses.json: which words speak of one matter, which deny

The steps before "held-out" are seldom taken: what they gave lies beside this module (``pretrained.npz`` and
``schooled.npz``, in half precision), and the others begin there. Needs torch and onnx.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.model_selection import GroupKFold

import mingcha
from mingcha.corpora.denialbook import load_denied_claims
from mingcha.corpora.labelled_documents import load_labelled
from mingcha.models import training
from mingcha.models.characters import simplify
from mingcha.models.encoding.cards import MODEL
from mingcha.models.encoding.joining_card import HeldOut, write_card
from mingcha.models.encoding.loading import load_cascade
from mingcha.models.encoding.making import pretraining, schooling, senses, tuning
from mingcha.models.encoding.making.corpus import count_words, joined, read_public, tokenized
from mingcha.models.encoding.making.examples import read_examples
from mingcha.models.encoding.making.exporting import export
from mingcha.models.encoding.making.network import Shape
from mingcha.models.encoding.making.settings import load_settings
from mingcha.models.encoding.vocabulary import Vocabulary, choose_words
from mingcha.models.examples import prepare_examples
from mingcha.models.features import WIDTH
from mingcha.models.segmenters import load_segmenter
from mingcha.models.sentence_model import HEADS
from mingcha.models.stages import load_stages
from mingcha.pipeline.reading.files import file_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from mingcha.models.encoding.making.examples import Read

PUBLIC = Path("../shared/corpora/public_text.txt.xz")
EVERYBODY = 99  # the number of the tuning on all documents
WORDS = "words.txt"
BESIDE = Path("models/encoding/making")
PRETRAINED, SCHOOLED = "pretrained.npz", "schooled.npz"
HELD_OUT, TEXTS, SENSES = "held_out.npz", "texts.npz", "senses.npz"


def own_texts() -> list[list[str]]:
    """Return the sentences of our labelled documents, simplified."""
    return [
        [simplify(document.text[span.start : span.end]) for span, _ in document.sentences]
        for document in load_labelled()
    ]


def make_vocabulary(folder: Path, public: Path = PUBLIC) -> None:
    """Write the tokenizer and the tokens of the public text and of our own."""
    settings, theirs, ours = load_settings(), list(read_public(public)), own_texts()
    cut, weight = load_segmenter(), settings.vocabulary["own_weight"]
    counts = count_words(theirs, cut) + Counter({w: n * weight for w, n in count_words(ours, cut).items()})
    _write_texts(folder, choose_words(counts, settings.vocabulary["size"]), theirs, ours)


def _write_texts(folder: Path, words: Sequence[str], theirs: list[list[str]], ours: list[list[str]]) -> None:
    (folder / WORDS).write_text("\n".join(words) + "\n", encoding="utf-8")
    vocabulary, rounds = Vocabulary.of(words), load_settings().pretraining["own_rounds"]
    sentences = joined([tokenized(theirs, vocabulary), *[tokenized(ours, vocabulary)] * rounds])
    np.savez(folder / TEXTS, tokens=sentences.tokens, starts=sentences.starts, documents=sentences.documents)


def pretrain(folder: Path) -> None:
    """Pretrain for the steps that the settings give; write the encoder's weights."""
    words = (folder / WORDS).read_text(encoding="utf-8").splitlines()
    settings = load_settings()
    _pretrain(folder, Pretrained(tuple(words), {}), settings.pretraining, settings.seed)


def pretrain_longer(folder: Path, part: int, public: Path = PUBLIC) -> None:
    """Pretrain on from what is shipped, with its vocabulary, as its *part* (2 to 4); our own texts are today's."""
    settings, before = load_settings(), load_pretrained()
    _write_texts(folder, before.words, list(read_public(public)), own_texts())
    _pretrain(folder, before, {**settings.pretraining, **settings.longer[part - 2]}, settings.seed + part - 1)


def _pretrain(folder: Path, before: Pretrained, part: dict[str, Any], seed: int) -> None:
    torch.manual_seed(seed)
    with np.load(folder / TEXTS) as arrays:
        sentences = pretraining.Sentences(arrays["tokens"], arrays["starts"], arrays["documents"])
    room, chances = part["window"], pretraining.Chances(part["masked"], part["swapped"], seed)
    masker = pretraining.Masker(sentences, room, chances)
    model = pretraining.Pretrainer(Shape(len(before.words), **load_settings().network))
    model.encoder.load_state_dict(before.weights, strict=bool(before.weights))
    pace = pretraining.Pace(part["rate"], part["warm_up"], part["steps"], part["batch"])
    watch = pretraining.Watch(_tell, lambda one: save_weights(one.encoder, before.words, folder / PRETRAINED))
    pretraining.pretrain(model, masker, pretraining.cut_windows(sentences, room), pace, watch)
    watch.keep(model)


def save_weights(network: torch.nn.Module, words: Sequence[str], path: Path) -> None:
    """Write the weights in half precision, with the vocabulary."""
    arrays = {name: value.detach().numpy().astype(np.float16) for name, value in network.state_dict().items()}
    everything: dict[str, Any] = {**arrays, WORDS: np.array(words)}
    np.savez_compressed(path, **everything)


@dataclass(frozen=True, slots=True)
class Pretrained:
    """What tuning begins with: the vocabulary and the weights, of an encoder alone or of a judge."""

    words: tuple[str, ...]
    weights: dict[str, torch.Tensor]


def load_pretrained(path: Path = BESIDE / PRETRAINED) -> Pretrained:
    """Read what :func:`save_weights` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        weights = {name: torch.from_numpy(arrays[name].astype(np.float32)) for name in arrays.files if name != WORDS}
        return Pretrained(tuple(arrays[WORDS].tolist()), weights)


def shipped_or_new(folder: Path, name: str) -> Pretrained:
    """Return what was made in *folder* under *name*, else what lies beside this module."""
    return load_pretrained((folder if (folder / name).exists() else BESIDE) / name)


def school(folder: Path, public: Path = PUBLIC) -> None:
    """Teach the pretrained encoder, with a head, what the shipped cascade says of public text; write all weights."""
    settings, before = load_settings(), shipped_or_new(folder, PRETRAINED)
    teacher = schooling.Teacher(load_stages(), load_cascade(), Vocabulary.of(before.words))
    torch.manual_seed(settings.seed)
    judge = _judge(before)
    lessons = [schooling.Lesson(**row) for row in settings.schooling]
    sources = schooling.read_sources(public, dict.fromkeys(name for lesson in lessons for name in lesson.take))
    for lesson in lessons:
        passages = schooling.chosen(sources, lesson, settings.seed)
        read = schooling.least_clear(schooling.answered(passages, teacher), lesson.sentences)
        tuning.tune(judge, read, _asked(settings.seed, rounds=lesson.rounds, rate=lesson.rate), _tell)
    save_weights(judge, before.words, folder / SCHOOLED)


def hold_out(folder: Path) -> None:
    """Write the answers of both readings to every sentence, each given by a model that saw nothing of its writer's."""
    examples = prepare_examples(load_labelled(), load_stages())
    before = shipped_or_new(folder, SCHOOLED)
    documents = list(read_examples(examples, Vocabulary.of(before.words)))
    matrix = training.design(examples, training.count_frequencies(examples))
    writers = np.array([matrix.groups[first] for first in np.cumsum([0, *matrix.sizes[:-1]])])
    said = [np.full((len(document.tokens), len(HEADS)), np.nan, np.float32) for document in documents]
    for number, (fitted, held) in enumerate(_folds(documents, writers)):
        judge = tuned(before, [documents[place] for place in fitted], number)
        for place in held:
            said[place] = tuning.answers(judge, documents[place], load_settings().tuning["window"])
    light = training.read_again(matrix, training.cross_validate(matrix)).probabilities
    np.savez(folder / HELD_OUT, encoder=np.concatenate(said), light=light)


def _folds(documents: Sequence[Read], writers: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], ...]]:
    part = load_settings().tuning
    folds = GroupKFold(part["folds"], shuffle=True, random_state=load_settings().seed)
    return islice(folds.split(documents, groups=writers), part["held"])


def tuned(before: Pretrained, documents: Sequence[Read], number: int) -> tuning.Judge:
    """Return the network tuned on *documents*; *number* tells repeated tunings apart."""
    seed = load_settings().seed + number
    torch.manual_seed(seed)
    judge = _judge(before)
    tuning.tune(judge, documents, _asked(seed), _tell)
    return judge


def _judge(before: Pretrained) -> tuning.Judge:
    settings = load_settings()
    shape = Shape(len(before.words), **settings.network)
    return tuning.new_judge(shape, before.weights, (WIDTH, len(HEADS)), settings.tuning["dropout"])


def _asked(seed: int, **other: float) -> tuning.Tuning:
    part = {name: value for name, value in load_settings().tuning.items() if name not in {"folds", "held"}}
    return tuning.Tuning(**{**part, **other}, seed=seed)


def tune(folder: Path) -> None:
    """Tune on the whole labelled corpus and write the network in eight bits."""
    examples = prepare_examples(load_labelled(), load_stages())
    before = shipped_or_new(folder, SCHOOLED)
    documents = list(read_examples(examples, Vocabulary.of(before.words)))
    export(tuned(before, documents, EVERYBODY), WIDTH, before.words, folder / MODEL)


def join(folder: Path) -> None:
    """Write the card: how the network is joined to the light model, and what both reached out of fold."""
    settings = load_settings()
    examples = prepare_examples(load_labelled(), load_stages())
    matrix = training.design(examples, training.count_frequencies(examples))
    with np.load(folder / HELD_OUT) as arrays:
        asked = ~np.isnan(arrays["encoder"]).any(axis=1)
        held = HeldOut(arrays["light"][asked], arrays["encoder"][asked])
    first = np.cumsum([0, *matrix.sizes[:-1]])
    examples = tuple(one for one, row in zip(examples, first, strict=True) if not one.sentences or asked[row])
    matrix = matrix.part(asked, tuple(len(one.sentences) for one in examples))
    about = {"kind": "own", "window": settings.tuning["window"], "settings": asdict(settings), "made_of": _made_of()}
    write_card(folder, examples, matrix, held, about)


def learn_senses(folder: Path) -> None:
    """Learn which words speak of one matter, and which deny, from our claims and denials; write both and their card."""
    part, before, path = load_settings().senses, shipped_or_new(folder, PRETRAINED), folder / SENSES
    rows = senses.learn(before.weights["words.weight"], senses.read_pairs(before.words), part, _tell)
    model = senses.write(rows, senses.learn_denying(before.words, part["denying"]), before.words, path)
    claims = load_denied_claims()
    about = {
        "id": f"senses-{file_hash(path) or '':.10}",
        "purpose": "两句话说的是不是同一件事、一句话是不是说没有做到：只用来把声称与相反的说法摆在一起，供人核对。",
        "software": mingcha.__version__,
        "claims": len(claims),
        "denials": sum(len(one.denials) for one in claims),
        "beside": sum(len(one.beside) for one in claims),
        "settings": part,
    }
    senses.write_card(model, path, about)


def _made_of() -> dict[str, str]:
    return {
        "public_text": file_hash(PUBLIC) or "",
        "licence": "公开发布的法规、新闻、报告、会议记录，只取统计，不含原文；标注语料为自写的虚构文书",
        "limits": "小型网络（三层、670万参数），预训练只读了两千多万词，约五遍；对没有读过的行业用语把握较小。"
        "训练时还学过句子模型与前一版编码器对公开文本的合成判断（不含人的标签）。",
        "energy": "两个处理器核约六小时（预训练240分钟，向合成判断学习40分钟），按每核15瓦估算约0.18千瓦时",
    }


def _tell(words: str) -> None:
    print(time.strftime("%H:%M:%S"), words, flush=True)


STEPS: dict[str, Callable[[Path], None]] = {
    "vocabulary": make_vocabulary,
    "pretraining": pretrain,
    "second": partial(pretrain_longer, part=2),
    "third": partial(pretrain_longer, part=3),
    "fourth": partial(pretrain_longer, part=4),
    "schooling": school,
    "held-out": hold_out,
    "tuning": tune,
    "joining": join,
    "senses": learn_senses,
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Path(sys.argv[2]))
