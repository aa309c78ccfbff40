"""A Hugging Face model, from a folder or from the hub: its network, one step at a time, and its tokens, none of which a shopper can steer."""

import copy
import functools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError
from llguidance import LLTokenizer
from safetensors import SafetensorError
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from daogou.errors import BackendError, SettingsError, TooLate
from daogou.llm import engine
from daogou.llm.engine import Logits, Prompt, Step
from daogou.ports import Deadline

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


class Network:
    """One step belongs to one thread: it uses all cores, and some models keep state while they run."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._turn = threading.Lock()
        self.remembers = not getattr(model, "_is_stateful", False)  # keys and values, which continuations can share

    def run(self, ids: Sequence[Sequence[int]], deadline: Deadline, **options: Any) -> Any:
        """Logits (n_rows, n_tokens, vocabulary) and, with use_cache, the cache, grown by the tokens; TooLate if it can't start."""
        if deadline.passed or not self._turn.acquire(timeout=min(deadline.left_s, threading.TIMEOUT_MAX)):
            raise TooLate("the language model did not finish before its deadline")
        try:
            with torch.inference_mode():
                return self._model(input_ids=self.tensor(ids), **{"use_cache": False, **options})
        except (RuntimeError, IndexError, ValueError, TypeError) as failed:
            raise BackendError(f"the language model failed on {len(ids)} x {len(ids[0])} tokens: {failed}") from failed
        finally:
            self._turn.release()

    def tensor(self, ids: Any) -> Any:
        """Numbers where the network is."""
        return torch.tensor(ids, device=self._model.device)


def load(name_or_folder: str, *, device: str, dtype: str, threads: int) -> tuple[Any, Any]:
    """(model, tokenizer), in `dtype` on `device` ("": a CUDA card if there is one). No code of the repository is run."""
    if dtype not in DTYPES:
        raise SettingsError(f"dtype '{dtype}' is unknown; there are {', '.join(DTYPES)}")
    place = _place(name_or_folder)
    if threads:
        torch.set_num_threads(threads)
    quiet: Callable[[], None] = logging.disable_progress_bar
    quiet()
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(place, dtype=DTYPES[dtype], trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=False)
        return model.eval().to(device or ("cuda" if torch.cuda.is_available() else "cpu")), tokenizer
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as failed:
        raise BackendError(f"the language model '{name_or_folder}' can't be loaded: {failed}") from failed


def _place(name_or_folder: str) -> str:
    folder = Path(name_or_folder).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").exists():
            raise BackendError(f"{folder} holds no Hugging Face model: there is no config.json in it")
        return str(folder)
    if folder.is_absolute() or name_or_folder.startswith((".", "~")) or name_or_folder.count("/") > 1:
        raise BackendError(f"{folder} is no folder; name one with a Hugging Face model, or a model of the hub")
    return name_or_folder


class Words(engine.Words):
    """The tokenizer of one model, with its chat template where it has one."""

    def __init__(self, tokenizer: Any, *, vocabulary: int, ends: Sequence[int]) -> None:
        self.instructed = bool(tokenizer.chat_template)
        self._vocabulary = vocabulary
        self._ends = list(ends)
        self.begin = [] if tokenizer.bos_token_id is None else [tokenizer.bos_token_id]
        self.starts = [*self.begin, *ends]
        self._chat = tokenizer
        self._one_at_a_time = threading.Lock()  # the chat template's call changes its tokenizer's switches
        self._serialised = _serialised(tokenizer)
        self._plain = Tokenizer.from_str(self._serialised)
        self._plain.encode_special_tokens = True  # "<|end|>" in a text is seven characters, not the end

    def ids(self, text: str) -> list[int]:
        """The tokens of a text, none of which is special."""
        whole = text.encode("utf-8", "replace").decode()  # half a character can't be encoded
        return list(self._plain.encode(whole, add_special_tokens=False).ids)

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens, without special ones."""
        return str(self._plain.decode(list(ids), skip_special_tokens=True))

    @functools.cached_property
    def grammar_tokenizer(self) -> LLTokenizer:
        """The vocabulary as llguidance sees it."""
        return LLTokenizer(self._serialised, n_vocab=self._vocabulary, eos_token=self._ends)

    def _asked(self, prompt: str) -> list[int]:
        """The prompt as a user's message, up to where the answer begins; no thinking aloud first."""
        try:
            with self._one_at_a_time:
                ids = self._chat.apply_chat_template(
                    [{"role": "user", "content": prompt}],
                    add_generation_prompt=True,
                    return_dict=False,
                    sanitize_control_tokens=True,
                    enable_thinking=False,
                )
        except (TemplateError, ValueError, TypeError) as failed:
            raise BackendError(f"the model's chat template takes no lone message of a user: {failed}") from failed
        return list(ids)


def _serialised(tokenizer: Any) -> str:
    if not tokenizer.is_fast:
        raise BackendError(
            "the model has no tokenizer.json, which is needed to keep special tokens out of shoppers' texts"
        )
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.no_padding()
    backend.no_truncation()
    return str(backend.to_str())


CHUNK = 512  # tokens of a long prompt in one step: between steps the deadline is looked at
TOKENS_PER_BATCH = 4096  # of continuations with their prefix: what a batch's keys and values take
LOGITS_PER_BATCH = 2**26  # 256 MB in fp32


class Prefix(Prompt):
    """The keys and values of a prompt's tokens, and the logits of what may follow it."""

    def __init__(self, network: Network, ids: Sequence[int], deadline: Deadline) -> None:
        self.length = len(ids)
        self._network = network
        self._deadline = deadline
        self._cache: Any = None
        for start in range(0, len(ids), CHUNK):
            outputs = self._run([ids[start : start + CHUNK]], self._cache, logits_to_keep=1)
            self._cache = outputs.cache
        self._next = outputs.logits[0, -1].float()

    @property
    def logits(self) -> Logits:
        """(vocabulary,) what may follow the prompt."""
        return _numpy(self._next)

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        scored: list[list[float]] = [[] for _ in continuations]
        for rows in self._batches([len(ids) for ids in continuations]):
            for row, by_token in zip(rows, self._batch([continuations[row] for row in rows]), strict=True):
                scored[row] = by_token
        return scored

    def step(self, n: int) -> Step:
        """The prompt's memory n times over, which grows by a token for each row at a call."""
        memory, growing = self._memory(n), list(range(n))

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            nonlocal growing
            if list(rows) != growing:
                memory.reorder_cache(self._network.tensor([growing.index(row) for row in rows]))
                growing = list(rows)
            outputs = self._run([[token] for token in tokens], memory)
            return _numpy(outputs.logits[:, -1])

        return step

    def _batches(self, lengths: Sequence[int]) -> list[list[int]]:
        """Rows of about the same length together, shortest first; empty ones are left out."""
        batches: list[list[int]] = []
        for row in sorted((row for row, length in enumerate(lengths) if length), key=lambda row: lengths[row]):
            rows = len(batches[-1]) + 1 if batches else 0
            fits = (
                rows * (self.length + lengths[row]) <= TOKENS_PER_BATCH
                and rows * lengths[row] * self._next.shape[0] <= LOGITS_PER_BATCH
            )
            if rows and fits:
                batches[-1].append(row)
            else:
                batches.append([row])
        return batches

    def _batch(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """The first tokens follow the prompt itself; what follows the last tokens isn't asked."""
        first = self._next.log_softmax(-1)[[ids[0] for ids in continuations]]
        longest = max(len(ids) for ids in continuations)
        if longest == 1:
            return [[value] for value in first.tolist()]
        # What stands behind a text's end is seen by none of its tokens.
        padded = [[*ids, *[0] * (longest - len(ids))] for ids in continuations]
        logits = self._run([ids[:-1] for ids in padded], self._memory(len(padded))).logits.float()
        following = self._network.tensor([ids[1:] for ids in padded])
        rest = logits.gather(-1, following.unsqueeze(-1)).squeeze(-1) - logits.logsumexp(-1)
        by_token = torch.cat([first.unsqueeze(-1), rest], dim=-1).tolist()
        return [values[: len(ids)] for values, ids in zip(by_token, continuations, strict=True)]

    def _run(self, ids: Sequence[Sequence[int]], cache: Any, **options: Any) -> Any:
        return self._network.run(ids, self._deadline, cache=cache, use_cache=True, **options)

    def _memory(self, n: int) -> Any:
        memory = copy.deepcopy(self._cache)
        memory.reorder_cache(self._network.tensor([0] * n))
        return memory


class Whole(Prompt):
    """The same before a model that keeps a state instead of keys and values: read anew with every continuation, slow but right.

    Such a state can't be taken up in the midst of a text by all of them (Mamba's continues one token at a time), nor copied by all.
    """

    def __init__(self, network: Network, ids: Sequence[int], deadline: Deadline) -> None:
        self.length = len(ids)
        self._ids = list(ids)
        self._network = network
        self._deadline = deadline

    @property
    def logits(self) -> Logits:
        """(vocabulary,) what may follow the prompt."""
        return _numpy(self._read([[]])[0, -1])

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        return [self._by_token(ids) if ids else [] for ids in continuations]

    def step(self, n: int) -> Step:
        """Rows that grow by a token at a call; those that still grow are of one length."""
        written: list[list[int]] = [[] for _ in range(n)]

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            for row, token in zip(rows, tokens, strict=True):
                written[row].append(token)
            return _numpy(self._read([written[row] for row in rows])[:, -1])

        return step

    def _by_token(self, ids: Sequence[int]) -> list[float]:
        logits = self._read([ids[:-1]])[0, self.length - 1 :].float()
        places = self._network.tensor(ids).unsqueeze(-1)
        values: list[float] = logits.log_softmax(-1).gather(-1, places).squeeze(-1).tolist()
        return values

    def _read(self, written: Sequence[Sequence[int]]) -> Any:
        return self._network.run([[*self._ids, *ids] for ids in written], self._deadline).logits


def _numpy(logits: Any) -> Logits:
    values: Logits = logits.float().cpu().numpy()
    return values
