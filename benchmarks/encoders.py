"""Which encoders help which catalogue? Titles alone: BM25 as a share of the most, plus w x cosine, for each and for pairs.

    python benchmarks/encoders.py --data ../shared/data                      # hit@1/5 on two marketplaces, NDCG@10 on Icecat
    python benchmarks/encoders.py --data ../shared/data --crossed FILE.jsonl # questions in the other language, at both
    python benchmarks/encoders.py --data ../shared/data --cost minilm        # milliseconds and memory, in a process of its own

An encoder's cosine counts w; of a pair each counts w / 2. A question in the other language than the titles is translated for
BM25 as far as the thesaurus goes; once all encoders read it as it was asked, once those that know a single language read the
translation. The Chinese questions at Icecat are its judges' queries, translated here.
"""

import argparse
import csv
import gzip
import itertools
import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from many_rows import pss

from daogou.encoders.lsa import Lsa
from daogou.encoders.minilm import MiniLM
from daogou.encoders.use import Use
from daogou.find.expand import translate
from daogou.index.documents import K1, idf, saturation, words_of
from daogou.ports import Encoder
from daogou_evals.questions import ndcg

ENCODERS = ("minilm", "use", "lsa")
WEIGHTS = (0.1, 0.25, 0.5, 1.0)
ICECAT_ROWS = 2_000  # and those that the questions' judgements name
ASKED_IN_CHINESE = {
    "laptop": "笔记本电脑", "bluetooth headphones": "蓝牙耳机", "external dvd drive": "外置DVD光驱",
    "laser printer": "激光打印机", "wireless mouse": "无线鼠标", "tv": "电视机", "ssd": "固态硬盘", "sd card": "SD卡",
    "scanner": "扫描仪", "radio": "收音机", "phone case": "手机壳", "monitor": "显示器", "usb stick": "U盘",
    "lamp": "灯", "keyboard": "键盘", "extension cords": "插线板延长线", "external hard drive": "移动硬盘",
    "camera case": "相机包", "coffee": "咖啡", "night light": "小夜灯", "computer desk": "电脑桌",
    "digital camera": "数码相机", "smartwatch": "智能手表", "gaming mouse pad": "游戏鼠标垫", "phone stand": "手机支架",
    "surround sound speakers": "环绕声音箱", "headset": "头戴式耳麦", "fan": "风扇", "laptop case": "电脑包",
    "external battery": "充电宝",
}  # fmt: skip

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Titles, and what is asked of them."""

    name: str
    titles: Mapping[str, str]
    asked: Sequence["Question"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """`right` maps ids to gains; `words` is what BM25 reads, `texts` what each encoder reads."""

    words: str
    texts: Mapping[str, str]
    right: Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--crossed", type=Path, help="jsonl of {query, right: [ids]}: other questions to the Chinese one"
    )
    parser.add_argument(
        "--cost", choices=("none", "minilm", "use", "lsa"), help="milliseconds and memory with this one"
    )
    given = parser.parse_args()
    if given.cost:
        _cost(given.cost, given.data)
        return
    for suffix, language in (("", "en"), ("_zh", "zh")):
        bench = marketplace(given.data / "unseen", suffix, language, questions=given.crossed)
        for one in bench:
            report(one)
    if not given.crossed:
        for one in icecat(given.data / "icecat"):
            report(one)


def marketplace(folder: Path, suffix: str, language: str, *, questions: Path | None) -> list[Bench]:
    """One of the two, with its own questions or with those of the other language in a file."""
    titles = {row["id"]: row["title"] for row in _lines(folder / f"marketplace{suffix}.jsonl")}
    rows = list(_lines(questions or folder / f"marketplace{suffix}_queries.jsonl"))
    asked = [(row["query"], dict.fromkeys(row["right"], 1.0)) for row in rows if set(row["right"]) <= set(titles)]
    return benches(f"marketplace{suffix}", titles, asked, language, crossed=questions is not None)


def benches(
    name: str,
    titles: Mapping[str, str],
    asked: Sequence[tuple[str, Mapping[str, float]]],
    language: str,
    *,
    crossed: bool,
) -> list[Bench]:
    """With the questions as they are; crossed: with both ways of translating them."""
    if not crossed:
        plain = [Question(words=text, texts=dict.fromkeys(ENCODERS, text), right=right) for text, right in asked]
        return [Bench(name=name, titles=titles, asked=plain)]
    found = []
    for translating, single in (("", ()), (", single-language encoders read the translation", ("minilm", "lsa"))):
        questions = []
        for text, right in asked:
            words = translate(text, language)
            texts = dict.fromkeys(ENCODERS, text) | dict.fromkeys(single, words)
            questions.append(Question(words=words, texts=texts, right=right))
        found.append(Bench(name=f"{name} asked in the other language{translating}", titles=titles, asked=questions))
    return found


def icecat(folder: Path) -> list[Bench]:
    """Some of Icecat's rows and questions, in English and in Chinese."""
    judged: dict[str, dict[str, float]] = defaultdict(dict)
    with (folder / "judgements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            judged[row["query"]][row["docid"]] = float(row["rating"])
    named = {docid for query in ASKED_IN_CHINESE for docid in judged[query]}
    with gzip.open(folder / "products.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [(row["id"], row["title"]) for row in map(json.loads, file)]
    titles = {key: title for place, (key, title) in enumerate(rows) if place < ICECAT_ROWS or key in named}
    english = [(query, judged[query]) for query in ASKED_IN_CHINESE if any(judged[query].values())]
    chinese = [(ASKED_IN_CHINESE[query], right) for query, right in english]
    return [
        *benches("Icecat", titles, english, "en", crossed=False),
        *benches("Icecat", titles, chinese, "en", crossed=True),
    ]


def report(bench: Bench) -> None:
    """Print the table of one bench."""
    ids, titles = list(bench.titles), list(bench.titles.values())
    print(f"\n### {bench.name}: {len(titles)} titles, {len(bench.asked)} questions\n")
    print("| | w | hit@1 | hit@5 | NDCG@10 |\n|---|---|---|---|---|")
    shares = bm25_shares(titles, [question.words for question in bench.asked])
    encoders: list[Encoder] = [MiniLM(), Use(), Lsa.learn(titles)]
    cosines = {e.name: _cosines(e, titles, [question.texts[e.name] for question in bench.asked]) for e in encoders}
    _line("lexical", 0, shares, ids, bench.asked)
    for count in (1, 2, 3):
        for names in itertools.combinations(cosines, count):
            dense = np.mean([cosines[name] for name in names], axis=0)
            for weight in WEIGHTS:
                _line(f"+ {' and '.join(names)}", weight, shares + weight * dense, ids, bench.asked)
    for name, dense in cosines.items():
        _line(f"{name} alone", 1, dense, ids, bench.asked)


def bm25_shares(titles: Sequence[str], queries: Sequence[str]) -> Scores:
    """(n_queries, n_titles): BM25 over the most that the query's words could score, whether a title holds them or not."""
    cut = [words_of(title) for title in titles]
    lengths = np.array([len(words) for words in cut], dtype=np.float32)
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for row, words in enumerate(cut):
        for word in words:
            counts[word][row] = counts[word].get(row, 0) + 1
    scores = np.zeros((len(queries), len(titles)), dtype=np.float32)
    for number, query in enumerate(queries):
        asked = dict.fromkeys(words_of(query))
        most = sum(idf(len(titles), len(counts.get(word, ()))) * (K1 + 1) for word in asked)
        for word in asked:
            rows = np.fromiter(counts.get(word, ()), dtype=np.int64)
            often = np.fromiter(counts.get(word, {}).values(), dtype=np.float32)
            if len(rows):
                heights = saturation(often, lengths[rows], float(lengths.mean()))
                scores[number, rows] += idf(len(titles), len(rows)) * heights / most
    return scores


def _cosines(encoder: Encoder, titles: Sequence[str], queries: Sequence[str]) -> Scores:
    return encoder.encode(queries) @ encoder.encode(titles).T


def _line(name: str, weight: float, scores: Scores, ids: Sequence[str], asked: Sequence[Question]) -> None:
    found = [[ids[row] for row in np.argsort(-line, kind="stable")[:10]] for line in scores]
    hits = [[question.right.get(key, 0) > 0 for key in best] for question, best in zip(asked, found, strict=True)]
    gain = statistics.mean(ndcg(question.right, best, 10) for question, best in zip(asked, found, strict=True))
    first, five = (statistics.mean(any(hit[:k]) for hit in hits) for k in (1, 5))
    print(f"| {name} | {weight or ''} | {first:.3f} | {five:.3f} | {gain:.3f} |", flush=True)


def _cost(name: str, data: Path) -> None:
    titles = [row["title"] for row in _lines(data / "unseen" / "marketplace.jsonl")][:1000]
    chinese = [row["title"] for row in _lines(data / "unseen" / "marketplace_zh.jsonl")][:1000]
    before = pss(os.getpid())
    started = time.process_time()
    made: Mapping[str, Callable[[], Encoder]] = {"minilm": MiniLM, "use": Use, "lsa": lambda: Lsa.learn(titles)}
    if name == "none":
        print(f"none: PSS {before:.0f} MB")
        return
    encoder = made[name]()
    print(
        f"{name}: ready in {time.process_time() - started:.2f} s of one core, PSS + {pss(os.getpid()) - before:.0f} MB"
    )
    for language, texts in (("English", titles), ("Chinese", chinese)):
        started = time.process_time()
        encoder.encode(texts)
        print(
            f"  1,000 {language} titles in {time.process_time() - started:.2f} s of one core, PSS + {pss(os.getpid()) - before:.0f} MB"
        )
    for query in ("wireless mouse for a small hand, black", "适合小手的黑色无线鼠标"):
        took = [_ms(lambda: encoder.encode([query])) for _ in range(200)]  # noqa: B023
        print(f"  {query}: median {statistics.median(took):.2f} ms, p95 {sorted(took)[189]:.2f} ms")


def _ms(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    main()
