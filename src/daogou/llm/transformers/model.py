"""Any causal language model of Hugging Face transformers: a folder or a name on the hub, on a CPU or a CUDA card."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daogou.errors import MissingExtra
from daogou.llm.engine import Engine, Prompt
from daogou.ports import Deadline

if TYPE_CHECKING:
    from daogou.llm.transformers.network import Network, Words

CONTEXT = 2048  # tokens, where a model's configuration doesn't say


class TransformersModel(Engine):
    """The engine `transformers:`; a model with a chat template reads prompts as a user's message."""

    def __init__(self, name: str, network: "Network", words: "Words", *, ends: Sequence[int], context: int) -> None:
        super().__init__(name, words, ends=ends, context=context, instructed=words.instructed)
        self._network = network

    @classmethod
    def open(
        cls, name_or_folder: str, *, device: str = "", dtype: str = "fp32", threads: int = 0
    ) -> "TransformersModel":
        """A local folder or a name on the hub; `dtype` fp32 or bf16; `threads` 0: as torch sees fit."""
        for needed in ("torch", "transformers"):
            if importlib.util.find_spec(needed) is None:
                raise MissingExtra(f"'{needed}', which transformers: models need,", "transformers")
        from daogou.llm.transformers.network import Network, Words, load

        model, tokenizer = load(name_or_folder, device=device, dtype=dtype, threads=threads)
        ends = _ends(model, tokenizer)
        config = model.config.get_text_config()
        words = Words(tokenizer, vocabulary=config.vocab_size, ends=ends)
        context = getattr(config, "max_position_embeddings", None) or CONTEXT
        known_as = Path(name_or_folder).name if Path(name_or_folder).exists() else name_or_folder
        return cls(f"transformers:{known_as}", Network(model), words, ends=ends, context=context)

    def _read(self, ids: Sequence[int], deadline: Deadline) -> Prompt:
        from daogou.llm.transformers.network import Prefix, Whole

        return (Prefix if self._network.remembers else Whole)(self._network, ids, deadline)


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """The tokens that end a text, as the model's own settings and its tokenizer name them."""
    named = model.generation_config.eos_token_id if model.generation_config else None
    several = named if isinstance(named, list) else [named]
    return sorted({token for token in (*several, tokenizer.eos_token_id) if token is not None})
