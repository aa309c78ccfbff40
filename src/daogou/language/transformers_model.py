"""Any causal language model of Hugging Face transformers: a folder or a name on the hub, on a CPU or a CUDA card."""

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daogou.errors import BackendError, MissingExtra
from daogou.language.sampling import Row, Tokens, Wanted, pieces, sample, texts
from daogou.language.schema_mask import SchemaMask
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

if TYPE_CHECKING:
    from daogou.language.transformers_network import Network
    from daogou.language.transformers_prefix import Prefix
    from daogou.language.transformers_text import Words
    from daogou.language.transformers_whole import Whole

CONTEXT = 2048  # tokens, where a model's configuration doesn't say


class TransformersModel:
    """The engine `transformers:`; a model with a chat template reads prompts as a user's message."""

    abilities = frozenset(Ability)

    def __init__(self, name: str, network: "Network", words: "Words", *, ends: Sequence[int], context: int) -> None:
        self.name = name
        self.instructed = words.instructed
        self.context = context
        self._network = network
        self._words = words
        self._tokens = Tokens(decode=words.text, ends=frozenset(ends))

    @classmethod
    def open(
        cls, name_or_folder: str, *, device: str = "", dtype: str = "fp32", threads: int = 0
    ) -> "TransformersModel":
        """A local folder or a name on the hub; `dtype` fp32 or bf16; `threads` 0: as torch sees fit."""
        for needed in ("torch", "transformers"):
            if importlib.util.find_spec(needed) is None:
                raise MissingExtra(f"'{needed}', which transformers: models need,", "transformers")
        from daogou.language.transformers_loading import load
        from daogou.language.transformers_network import Network
        from daogou.language.transformers_text import Words

        model, tokenizer = load(name_or_folder, device=device, dtype=dtype, threads=threads)
        ends = _ends(model, tokenizer)
        config = model.config.get_text_config()
        words = Words(tokenizer, vocabulary=config.vocab_size, ends=ends)
        context = getattr(config, "max_position_embeddings", None) or CONTEXT
        known_as = Path(name_or_folder).name if Path(name_or_folder).exists() else name_or_folder
        return cls(f"transformers:{known_as}", Network(model), words, ends=ends, context=context)

    def write(
        self,
        prompt: str,
        *,
        n: int,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        schema: Mapping[str, object] | None = None,
        deadline: Deadline = NEVER,
    ) -> list[str]:
        """n sampled continuations; under a schema, BackendError where the JSON isn't whole within `max_tokens`."""
        mask = SchemaMask.of(schema, self._words.grammar_tokenizer) if schema is not None else None
        return texts(
            self._sample(
                prompt,
                Wanted(n=n, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop), mask=mask),
                deadline,
            )
        )

    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        deadline: Deadline = NEVER,
    ) -> Iterator[str]:
        """One continuation in pieces."""
        wanted = Wanted(n=1, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop))
        return pieces(self._sample(prompt, wanted, deadline))

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of each continuation after the prompt; the prompt is encoded once."""
        ids = [self._words.ids(continuation) for continuation in continuations]
        longest = max(map(len, ids), default=0)
        if longest >= self.context:
            raise BackendError(f"a continuation of {longest} tokens; '{self.name}' reads {self.context}")
        if not longest:
            return [LogLikelihood(total=0.0, tokens=0) for _ in ids]
        prefix = self._prefix(prompt, self.context - longest, deadline)
        return [_likelihood(by_token) for by_token in prefix.log_probabilities(ids)]

    def count_tokens(self, text: str) -> int:
        """Tokens of the text; a special token's name in it is text like any other."""
        return len(self._words.ids(text))

    def _sample(self, prompt: str, wanted: Wanted, deadline: Deadline) -> Iterator[list[Row]]:
        room = max(self.context - wanted.max_tokens, self.context // 2)
        prefix = self._prefix(prompt, room, deadline)
        written = min(wanted.max_tokens, self.context - prefix.length)
        wanted = replace(wanted, max_tokens=written)
        return sample(prefix.logits, prefix.step(wanted.n), wanted, self._tokens, deadline)

    def _prefix(self, prompt: str, most: int, deadline: Deadline) -> "Prefix | Whole":
        from daogou.language.transformers_prefix import Prefix
        from daogou.language.transformers_whole import Whole

        return (Prefix if self._network.remembers else Whole)(self._network, self._words.prompt(prompt, most), deadline)


def _likelihood(by_token: Sequence[float]) -> LogLikelihood:
    return LogLikelihood(total=sum(by_token), tokens=len(by_token), by_token=tuple(by_token))


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """The tokens that end a text, as the model's own settings and its tokenizer name them."""
    named = model.generation_config.eos_token_id if model.generation_config else None
    several = named if isinstance(named, list) else [named]
    return sorted({token for token in (*several, tokenizer.eos_token_id) if token is not None})
