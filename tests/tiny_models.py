"""Tiny checkpoints as Hugging Face writes them, taught a few sentences in a second: what the engines are tested with."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

BEGIN, END = "<|begin|>", "<|end|>"
BEGIN_ID, END_ID = 0, 1
VOCABULARY = 400
CONTEXT = 128  # tokens
STEPS = 80

PROMPT = "shopper: do you sell lamps?\nguide:"
LIKELY, UNLIKELY = " Yes, we have many lamps.\n", " No, boats swim under water.\n"
TAUGHT = (
    f"{PROMPT}{LIKELY}",
    "shopper: 你们卖包吗？\nguide: 有的，这里有很多包。\n",
    "shopper: a red bag please\nguide: Here is a red bag.\n",
    'shopper: a blue bag\nneed: {"kind": "bag", "colour": "blue"}\n',
)


def tiny_llama(folder: Path, *, tied: bool = True) -> Path:
    """A Llama with grouped heads; `tied`: its output matrix is its embedding table."""
    _needs_transformers()
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(**_shape(), num_key_value_heads=2, tie_word_embeddings=tied, rms_norm_eps=1e-5)
    return _saved(folder, LlamaForCausalLM, config)


def tiny_qwen2(folder: Path) -> Path:
    """A Qwen 2: biased queries, keys and values; an output matrix of its own."""
    _needs_transformers()
    from transformers import Qwen2Config, Qwen2ForCausalLM

    config = Qwen2Config(**_shape(), num_key_value_heads=2, tie_word_embeddings=False)
    return _saved(folder, Qwen2ForCausalLM, config)


def tiny_gpt2(folder: Path) -> Path:
    """A GPT-2: learned positions."""
    _needs_transformers()
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=64, n_layer=2, n_head=4, n_inner=128,
        bos_token_id=BEGIN_ID, eos_token_id=END_ID,
    )  # fmt: skip
    return _saved(folder, GPT2LMHeadModel, config)


TINY: Mapping[str, Callable[[Path], Path]] = {"llama": tiny_llama, "qwen2": tiny_qwen2, "gpt2": tiny_gpt2}


def _needs_transformers() -> None:
    """Torch alone is not enough, and neither comes with `make test`."""
    for needed in ("torch", "transformers"):
        pytest.importorskip(needed, reason=f"{needed} is not installed: pip install 'daogou[transformers]'")


def tiny_tokenizer() -> Tokenizer:
    """Byte-level BPE with every digit apart, as `learn language` trains it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[BEGIN, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TAUGHT, trainer)
    return tokenizer


def _shape() -> dict[str, Any]:
    return {
        "vocab_size": VOCABULARY,
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "max_position_embeddings": CONTEXT,
        "bos_token_id": BEGIN_ID,
        "eos_token_id": END_ID,
    }


def _saved(folder: Path, kind: Any, config: Any) -> Path:
    """The model and its tokenizer in that folder: config.json, model.safetensors, tokenizer.json, tokenizer_config.json."""
    import torch
    from transformers import PreTrainedTokenizerFast

    torch.manual_seed(7)
    model = kind(config)
    tokenizer = tiny_tokenizer()
    _teach(model, tokenizer)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=END).save_pretrained(folder)
    return folder


def _teach(model: Any, tokenizer: Tokenizer) -> None:
    import torch

    rows = [[BEGIN_ID, *tokenizer.encode(text).ids, END_ID] for text in TAUGHT]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [END_ID] * (longest - len(row)) for row in rows])
    known = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    labels = ids.masked_fill(known == 0, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(STEPS):
        model(input_ids=ids, attention_mask=known, labels=labels).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
