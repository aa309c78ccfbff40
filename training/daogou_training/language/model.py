"""The model that is trained: a Llama (Touvron et al. 2023) in one of three sizes, and its tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from daogou.errors import UserError

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

CONTEXT = 1024  # tokens
BEGIN, END = "<|begin|>", "<|end|>"
BEGIN_ID, END_ID = 0, 1


@dataclass(frozen=True, kw_only=True)
class Size:
    """One setting of the dial."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int = 8192
    learning_rate: float


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "5m": Size(hidden=256, layers=4, heads=4, inner=688, learning_rate=2e-3),
        "15m": Size(hidden=384, layers=8, heads=6, inner=1024, learning_rate=1.2e-3),
        "60m": Size(hidden=640, layers=12, heads=10, inner=1728, learning_rate=6e-4),
    }
)


def size_named(name: str) -> Size:
    """The size, or an error that names them all."""
    if name not in SIZES:
        raise UserError(f"there is no size '{name}'; take one of {', '.join(SIZES)}")
    return SIZES[name]


def new_llama(size: Size, *, vocabulary: int) -> LlamaForCausalLM:
    """An untrained model; input and output embeddings are one matrix (Press & Wolf 2017)."""
    from transformers import LlamaConfig, LlamaForCausalLM

    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            hidden_size=size.hidden,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            num_key_value_heads=size.heads,
            intermediate_size=size.inner,
            max_position_embeddings=CONTEXT,
            tie_word_embeddings=True,
            bos_token_id=BEGIN_ID,
            eos_token_id=END_ID,
            rms_norm_eps=1e-5,
        )
    )


def learn_tokenizer(texts: Iterable[str], *, vocabulary: int) -> Tokenizer:
    """A tokenizer with at most `vocabulary` tokens; ids 0 and 1 open and close a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=[BEGIN, END],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.encode_special_tokens = True  # a text that spells "<|end|>" ends nothing
    return tokenizer
