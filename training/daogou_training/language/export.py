"""A trained model becomes the engine `builtin`'s: ONNX in 8 bits, and only if it says what torch says."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from daogou.encoders.packaged import sha256_of
from daogou.errors import DaogouError, MissingExtra
from daogou.llm.builtin.model import MANIFEST, MODEL, TOKENIZER, Builtin, Manifest
from daogou_training.language.llama_graph import llama_graph
from daogou_training.language.llama_weights import Llama, read_llama

AGREEMENT = "agreement.json"
MOST_DIFFERENCE = 1e-3  # of one token's log-likelihood, between onnxruntime and torch, both in 32 bits
LEAST_CORRELATION = 0.995  # of the tokens' log-likelihoods, between 8 and 32 bits

Pairs: TypeAlias = Sequence[tuple[str, str]]  # prompts and what follows them


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far the exported model says the same as the trained one, token by token."""

    pairs: int
    tokens: int
    fp32_largest_difference: float  # to torch
    int8_correlation: float | None  # Pearson's, with fp32; None where there is no int8
    int8_largest_difference: float | None
    bytes: int  # of the model file

    def problems(self) -> list[str]:
        """What is too far off."""
        found = []
        if not self.fp32_largest_difference <= MOST_DIFFERENCE:
            found.append(
                f"fp32 differs from torch by {self.fp32_largest_difference:.2g}, more than {MOST_DIFFERENCE:g}"
            )
        if self.int8_correlation is not None and not self.int8_correlation >= LEAST_CORRELATION:
            found.append(f"int8 correlates with fp32 at {self.int8_correlation:.4f}, less than {LEAST_CORRELATION}")
        return found


def export(folder: Path, to_folder: Path, *, pairs: Pairs, name: str = "", int8: bool = True) -> Agreement:
    """A Hugging Face Llama's folder -> model.onnx, tokenizer.json, model.json and agreement.json, all or none of them.

    DaogouError if the two disagree on `pairs`, which should be texts that the model was not trained on.
    """
    llama = read_llama(folder)
    to_folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to_folder.parent) as made:
        exact, small = Path(made, "fp32"), Path(made, "int8") if int8 else None
        for kind in filter(None, (exact, small)):
            _write(kind, llama, folder, name=name or folder.resolve().name, int8=kind is small)
        agreement = _agreement(folder, exact, small, pairs)
        if problems := agreement.problems():
            raise DaogouError(f"{folder}: not exported, for the models disagree: {'; '.join(problems)}")
        chosen = small or exact
        (chosen / AGREEMENT).write_text(json.dumps(asdict(agreement), indent=1) + "\n", encoding="utf-8")
        to_folder.mkdir(exist_ok=True)
        (to_folder / MANIFEST).unlink(missing_ok=True)
        # The manifest last: until it is there and fits the files, the folder is none of ours.
        for file in (MODEL, TOKENIZER, AGREEMENT, MANIFEST):
            os.replace(chosen / file, to_folder / file)
    return agreement


def _write(folder: Path, llama: Llama, source: Path, *, name: str, int8: bool) -> None:
    folder.mkdir()
    (folder / MODEL).write_bytes(llama_graph(llama, int8=int8).SerializeToString())
    shutil.copyfile(source / TOKENIZER, folder / TOKENIZER)
    shape = llama.shape
    Manifest(
        name=name,
        context=shape.context,
        vocabulary=shape.vocabulary,
        begin=shape.begin,
        end=shape.end,
        hidden=shape.hidden,
        layers=shape.layers,
        heads=shape.heads,
        shared_heads=shape.shared_heads,
        head=shape.head,
        int8=int8,
        source=f"model.safetensors, sha256 {sha256_of(source / 'model.safetensors')}",
        sha256={file: sha256_of(folder / file) for file in (MODEL, TOKENIZER)},
    ).write(folder)


def _agreement(folder: Path, exact: Path, small: Path | None, pairs: Pairs) -> Agreement:
    by_torch = _by_torch(folder, pairs)
    if len(by_torch) < 2:
        raise DaogouError("give texts to compare the models on: there are not two tokens in these pairs")
    by_onnx = _by_onnx(exact, pairs)
    by_int8 = _by_onnx(small, pairs) if small else None
    return Agreement(
        pairs=len(pairs),
        tokens=len(by_torch),
        fp32_largest_difference=_largest_difference(by_onnx, by_torch),
        int8_correlation=None if by_int8 is None else float(np.corrcoef(by_int8, by_onnx)[0, 1]),
        int8_largest_difference=None if by_int8 is None else _largest_difference(by_int8, by_onnx),
        bytes=((small or exact) / MODEL).stat().st_size,
    )


def _by_onnx(folder: Path, pairs: Pairs) -> list[float]:
    """Each continuation token's log-likelihood."""
    model = Builtin.open(folder, threads=1)
    return [one for prompt, text in pairs for one in model.log_likelihood(prompt, [text])[0].by_token]


def _by_torch(folder: Path, pairs: Pairs) -> list[float]:
    """The same by the trained model, each pair read as one text."""
    try:
        import torch
        from transformers import AutoModelForCausalLM
    except ImportError as missing:
        raise MissingExtra("torch, which an export is checked against,", "train") from missing
    from tokenizers import Tokenizer

    network: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    network.eval()
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.encode_special_tokens = True
    found: list[float] = []
    for prompt, text in pairs:
        before, after = (tokenizer.encode(part, add_special_tokens=False).ids for part in (prompt, text))
        ids = torch.tensor([network.config.bos_token_id, *before, *after])
        with torch.inference_mode():
            likely = network(ids[None]).logits[0, :-1].log_softmax(-1)
        found += likely.gather(1, ids[1:, None])[len(before) :, 0].tolist()
    return found


def _largest_difference(some: Sequence[float], others: Sequence[float]) -> float:
    return float(np.abs(np.subtract(some, others)).max())
