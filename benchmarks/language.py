"""How fast are the language models? One run, one machine, the same weights; ratios, because machines differ.

    python benchmarks/language.py                    a Llama of 7M with random weights
    python benchmarks/language.py --folder FOLDER    a Hugging Face folder (what `learn language` writes)

Needs the extra `transformers`. Prints one figure a line; the exit status is 1 where a bar is missed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

from daogou.app.demo.catalogue import demo_products
from daogou.llm.builtin.model import Builtin
from daogou.llm.transformers.model import TransformersModel
from daogou_training.language.export import export
from daogou_training.language.model import learn_tokenizer
from daogou_training.language.run import save_model

BARS = {"scoring: builtin / plain loop": 4.0, "scoring: torch, shared prefix / plain loop": 1.7}
QUERY, CONTINUATIONS, LENGTH = 64, 64, 32  # tokens, texts, tokens
WRITTEN = 40  # tokens
ROUNDS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--threads", type=int, default=2, help="of every engine; 1 on a machine that is busy")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as made:
        load = os.getloadavg()[0]
        figures = {"load before (above 0.5: take no figure from here)": load} | measure(
            given.folder or _made_llama(Path(made, "llama")), Path(made, "builtin"), given.threads
        )
    for name, value in figures.items():
        bar = f"   (at least {BARS[name]:g})" if name in BARS else ""
        print(f"{name:50} {value:10.4g}{bar}")
    return int(any(figures[name] < bar for name, bar in BARS.items()))


def measure(folder: Path, exported: Path, threads: int) -> dict[str, float]:
    """The figures of that model."""
    query, continuations = _texts(folder)
    agreement = export(folder, exported, pairs=[(query, text) for text in continuations])
    builtin, in_torch = Builtin.open(exported, threads=threads), TransformersModel.open(str(folder), threads=threads)
    plain = PlainLoop(folder, builtin)
    assert agreement.int8_correlation is not None
    return {
        "model file, MB": agreement.bytes / 1e6,
        "fp32: largest difference from torch": agreement.fp32_largest_difference,
        "int8: correlation with fp32": agreement.int8_correlation,
        **_scoring(
            {
                "builtin": lambda: builtin.log_likelihood(query, continuations),
                "torch, shared prefix": lambda: in_torch.log_likelihood(query, continuations),
                "plain loop": lambda: plain.log_likelihood(query, continuations),
            }
        ),
        **_writing({"builtin": builtin, "torch": in_torch}, query),
    }


class PlainLoop:
    """What one would write first: each continuation behind the query, one after the other, in fp32."""

    def __init__(self, folder: Path, words: Builtin) -> None:
        self._network = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self._ids = words._words.ids

    @torch.inference_mode()
    def log_likelihood(self, query: str, continuations: Sequence[str]) -> list[float]:
        """log P of each."""
        before = [self._network.config.bos_token_id, *self._ids(query)]
        return [self._one(before, self._ids(text)) for text in continuations]

    def _one(self, before: list[int], after: list[int]) -> float:
        ids = torch.tensor([[*before, *after]])
        likely = self._network(ids).logits[0, len(before) - 1 : -1].log_softmax(-1)
        return float(likely.gather(1, ids[0, len(before) :, None]).sum())


def _scoring(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The fastest of rounds in which all take their turn: what another process takes away is no property of ours."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for name, way in [*ways.items(), *list(ways.items()) * ROUNDS]:
        times[name].append(_took_ms(way))
    fastest = {name: min(every[1:]) for name, every in times.items()}
    loop = fastest["plain loop"]
    return {
        **{f"scoring: {name}, ms": took for name, took in fastest.items()},
        **{f"scoring: {name} / plain loop": loop / took for name, took in fastest.items() if name != "plain loop"},
        "scoring: builtin, tokens/s": CONTINUATIONS * LENGTH / fastest["builtin"] * 1000,
    }


def _writing(models: dict[str, Builtin | TransformersModel], query: str) -> dict[str, float]:
    """Tokens a second, of texts that never end by themselves."""
    figures = {}
    for name, model in models.items():
        model._tokens = replace(model._tokens, ends=frozenset())
        for n in (1, 5):
            took = [_took_ms(lambda: model.write(query, n=n, max_tokens=WRITTEN, seed=1)) for _ in range(ROUNDS)]  # noqa: B023
            figures[f"writing: {name}, n={n}, tokens/s"] = n * WRITTEN / min(took) * 1000
    return figures


def _took_ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _texts(folder: Path) -> tuple[str, list[str]]:
    """A query and continuations of exactly so many tokens, cut from the demo shop's titles."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    titles = _titles()

    def cut(titles: Iterable[str], tokens: int) -> str:
        text = tokenizer.decode(tokenizer.encode(" ".join(titles), add_special_tokens=False).ids[:tokens])
        return text if len(tokenizer.encode(text, add_special_tokens=False).ids) == tokens else ""

    found = (cut(titles[start : start + 20], LENGTH) for start in range(len(titles)))
    continuations = [text for text in found if text][:CONTINUATIONS]
    assert len(continuations) == CONTINUATIONS
    return cut(titles[-40:], QUERY), continuations


def _titles() -> list[str]:
    return [product.row["title"] for product in demo_products(1)]


def _made_llama(folder: Path) -> Path:
    torch.manual_seed(1)
    tokenizer = learn_tokenizer(_titles(), vocabulary=8192)
    config = LlamaConfig(
        vocab_size=8192, hidden_size=256, num_hidden_layers=6, num_attention_heads=4, intermediate_size=688,
        max_position_embeddings=1024, tie_word_embeddings=True, rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    folder.mkdir()
    save_model(LlamaForCausalLM(config), tokenizer, folder)
    return folder


if __name__ == "__main__":
    sys.exit(main())
