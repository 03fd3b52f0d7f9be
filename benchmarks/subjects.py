"""How rightly statements are tied to subjects, on our labelled documents; writes ``results/subjects.md``."""

from __future__ import annotations

import argparse
import re
import time
from collections import defaultdict
from pathlib import Path

from mingcha.corpora.rulebook import shipped_book
from mingcha.corpora.subject_gold import SUBJECTS, SubjectCase, SubjectDocument, SubjectLabel, load_subject_cases
from mingcha.models.stages import load_stages
from mingcha.pipeline.attribution import Attribution, attribute_document
from mingcha.pipeline.document import Block, Document, Locator, Span
from mingcha.pipeline.preparation import prepare
from mingcha.pipeline.registry import Registry, build_registry

RESULT = Path(__file__).parent / "results" / "subjects.md"
BLIND = "blind"  # counted once, by its name: --blind
HALVES = sorted(path.name for path in SUBJECTS.iterdir() if path.is_dir() and path.name != BLIND)
STAGES = load_stages(shipped_book())


def attributions(document: SubjectDocument, registry: Registry) -> list[Attribution | None]:
    """Return what the machine says of each labelled sentence, ``None`` where it lost the sentence."""
    name = f"{document.title}.txt"
    whole = Document(name, document.id, "txt", document.text, tuple(blocks(document.text)))
    prepared = prepare(whole, STAGES)
    said = attribute_document(prepared.segmented, prepared.sentences, prepared.genre, registry, name)
    spans = [prepared.clean.offsets.to_original(marked.sentence.span) for marked in prepared.sentences]
    return [nearest(label.span, spans, said) for label in document.labels]


def blocks(text: str):
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        yield Block(Span(start, start + len(line)), Locator(line=number))
        start += len(line) + 1


def nearest(span: Span, spans: list[Span], said: tuple[Attribution, ...]) -> Attribution | None:
    """Return the attribution of the sentence that shares most with a labelled one."""
    shared = [min(span.end, one.end) - max(span.start, one.start) for one in spans]
    best = max(range(len(shared)), key=shared.__getitem__, default=None)
    return said[best] if best is not None and shared[best] > 0 else None


def judged(label: SubjectLabel, got: Attribution | None, registry: Registry) -> str:
    """Say how an answer stands to a label."""
    chosen = got.subject if got else None
    if chosen is None:
        return "right" if label.unclear or label.nobody else "unassigned"
    if chosen in label.subjects and not label.unclear:
        return "right"
    return "wrong person" if registry.is_person(chosen) else "wrong team"


def measure(cases: tuple[SubjectCase, ...]) -> tuple[dict[str, dict[str, int]], dict[str, list[int]], list[str]]:
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    extra: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    errors = []
    for case in cases:
        registry = build_registry(case.roster)
        for document in case.documents:
            for label, got in zip(document.labels, attributions(document, registry), strict=True):
                verdict = judged(label, got, registry)
                for name in (kind_of(label, document, registry), "全部"):
                    rows[name][verdict] += 1
                compare(extra, label, got)
                if label.source and got and got.source_kind != label.source:
                    errors.append(
                        f"{document.id} source｜{label.span.of(document.text)}｜要 {label.source}，得 {got.source_kind}"
                    )
                if label.relation and got and got.relation != label.relation:
                    errors.append(
                        f"{document.id} relation｜{label.span.of(document.text)}｜要 {label.relation}，得 {got.relation}"
                    )
                if got and label.subjects and (got.responsibility == "lead") != bool(label.lead):
                    errors.append(
                        f"{document.id} lead｜{label.span.of(document.text)}｜要 {label.lead}，得 {got.responsibility}"
                    )
                if verdict != "right":
                    reason = got.reason if got else "没有这一句"
                    wanted = "|".join(label.subjects) or label.nobody
                    errors.append(
                        f"{document.id} {verdict}｜{label.span.of(document.text)}｜要 {wanted}，得 {got and (got.subject or got.candidates)}｜{reason}"
                    )
    return rows, extra, errors


def way_of(got: Attribution | None) -> str:
    """Name the way in which an answer was found: its reason without the words of the text."""
    if got is None:
        return "没有这一句"
    bare = re.sub(r"(?:“[^”]*”|：.*被?)+(?=，|$)", "", re.sub(r"“[^”]*”+", "“…”", got.reason))
    return re.sub(r"(?:“…”)+", "“…”", bare).removesuffix("，请人工判断")


def ways(cases: tuple[SubjectCase, ...]) -> dict[str, dict[str, int]]:
    """Count verdicts by the way in which answers were found; where nobody was charged, rightly, that is ``nobody``."""
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for case in cases:
        registry = build_registry(case.roster)
        for document in case.documents:
            for label, got in zip(document.labels, attributions(document, registry), strict=True):
                verdict = judged(label, got, registry)
                open_ = verdict == "right" and (got is None or got.subject is None)
                rows[way_of(got)]["nobody" if open_ else verdict] += 1
    return rows


def way_table(rows: dict[str, dict[str, int]]) -> str:
    head = "\n### 按判定依据\n\n| 依据 | 判对 | 不判是对的 | 应判未判 | 错记到人 | 错记到班子 |\n|---|---:|---:|---:|---:|---:|\n"
    columns = ("right", "nobody", "unassigned", "wrong person", "wrong team")
    lines = sorted(rows.items(), key=lambda row: -sum(row[1].values()))
    return head + "".join(f"| {way} | " + " | ".join(str(row[one]) for one in columns) + " |\n" for way, row in lines)


def compare(extra: dict[str, list[int]], label: SubjectLabel, got: Attribution | None) -> None:
    pairs = [
        ("来源种类", label.source, got and got.source_kind),
        ("与对象的关系", label.relation, got and getattr(got, "relation", None)),
    ]
    if len(label.subjects) == 1 and not label.unclear:
        pairs.append(
            (
                "领导责任",
                "lead" if label.lead else None,
                got and ("lead" if getattr(got, "responsibility", "") == "lead" else None),
            )
        )
    for name, wanted, found in pairs:
        if wanted is not None:
            extra[name][0] += 1
            extra[name][1] += wanted == found
        elif name == "领导责任" and found:
            extra["误记领导责任"][0] += 1


def kind_of(label: SubjectLabel, document: SubjectDocument, registry: Registry) -> str:
    """Sort a label by how the sentence refers to its subject."""
    words = label.span.of(document.text)
    if label.unclear:
        return "分不清的"
    if label.nobody:
        return "名册以外、无人"
    subject = registry.subjects[label.subjects[0]]
    if len(label.subjects) > 1:
        return "两个对象"
    if subject.name in words:
        return "全名"
    if any(name in words for name in subject.names):
        return "别名、称谓"
    if subject.type == "person" and subject.name[0] in words:
        return "姓加职务等"
    return (
        "代词、职务、简称"
        if any(
            word in words for word in ("他", "她", "我", "该", "局", "镇", "乡", "院", "党组", "班子", "主任", "书记")
        )
        else "省略"
    )


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "—"


def table(rows: dict[str, dict[str, int]]) -> str:
    head = "| 说法 | 标注 | 对 | 正确率 | 未判定 | 错记到人 | 错记到班子 |\n|---|---:|---:|---:|---:|---:|---:|\n"
    lines = []
    for name, counts in sorted(rows.items(), key=lambda row: row[0] == "全部"):
        whole = sum(counts.values())
        lines.append(
            f"| {name} | {whole} | {counts['right']} | {share(counts['right'], whole)} | {counts['unassigned']} | {counts['wrong person']} | {counts['wrong team']} |\n"
        )
    return head + "".join(lines)


def summary(rows: dict[str, dict[str, int]]) -> str:
    """Give the two figures that matter: right among the assigned, and charged to a wrong person among all."""
    counts = rows["全部"]
    nobody = sum(rows[name]["right"] for name in ("名册以外、无人", "分不清的") if name in rows)
    assigned = counts["right"] - nobody + counts["wrong person"] + counts["wrong team"]
    whole = sum(counts.values())
    return f"\n判定了对象的 {assigned} 句中正确 {share(counts['right'] - nobody, assigned)}；全部 {whole} 句中错记到人 {share(counts['wrong person'], whole)}（{counts['wrong person']} 句）。\n"


def timed() -> str:
    """Measure 2,000 documents about 200 subjects, attribution alone."""
    case = load_subject_cases("dev")[0]
    extra = [
        type(case.roster[0])(
            f"X{number}",
            f"{'赵钱孙李周吴郑王'[number % 8]}{'一二三四五六七八九十'[number % 10]}{'甲乙丙丁'[number % 4]}",
            unit=f"第{number}局",
            post="局长",
        )
        for number in range(190)
    ]
    registry = build_registry((*case.roster, *extra))
    prepared = [
        (
            document,
            prepare(
                Document(f"{document.title}.txt", document.id, "txt", document.text, tuple(blocks(document.text))),
                STAGES,
            ),
        )
        for document in case.documents
    ]
    start = time.perf_counter()
    count = 0
    while count < 2000:
        for document, one in prepared:
            attribute_document(one.segmented, one.sentences, one.genre, registry, document.title)
            count += 1
    return f"\n{count} 份文书、{len(registry.subjects)} 个对象：判定对象用 {time.perf_counter() - start:.1f} 秒（不含读取）。\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", help="print what differs in this half")
    parser.add_argument("--blind", action="store_true", help="count the blind set, in totals only, and write nothing")
    arguments = parser.parse_args()
    if arguments.blind:
        rows, _, _ = measure(load_subject_cases(BLIND))
        print(table(rows) + summary(rows))
        return
    if arguments.errors == BLIND:
        parser.error("the single errors of the blind set are not for reading")
    if arguments.errors:
        print("\n".join(measure(load_subject_cases(arguments.errors))[2]))
        return
    parts = [
        "# 考核对象\n\n`python benchmarks/subjects.py`；标注集见 `corpora/gold/subjects/`。判定与检测无关：每个标注的句子都判定。\n"
    ]
    for half in HALVES:
        cases = load_subject_cases(half)
        rows, extra, _ = measure(cases)
        parts.append(
            f"\n## {half}（{sum(len(case.documents) for case in cases)} 份文书）\n\n{table(rows)}{summary(rows)}"
        )
        parts.append(way_table(ways(cases)))
        parts.extend(
            f"\n{name}：{hits}/{whole}\n" if name != "误记领导责任" else f"\n{name}：{whole} 句\n"
            for name, (whole, hits) in extra.items()
        )
    parts.append(timed())
    text = "".join(parts)
    RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
