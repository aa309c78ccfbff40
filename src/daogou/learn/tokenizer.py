"""A bilingual tokenizer of our own: byte-level BPE (Sennrich et al. 2016), every digit a token of its own.

Digits apart, because a price is compared digit by digit; bytes below, because no text of any feed may be unknown.
"""

from collections.abc import Iterable

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

BEGIN, END = "<|begin|>", "<|end|>"
BEGIN_ID, END_ID = 0, 1


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
