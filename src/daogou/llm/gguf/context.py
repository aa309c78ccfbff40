"""A GGUF model in llama.cpp: its tokens, none of which a shopper can steer, and its memory of what it has read, whose texts may share their beginning."""

import contextlib
import ctypes
import functools
import logging
import math
import re
import threading
import warnings
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from daogou.errors import BackendError, TooLate
from daogou.llm import engine
from daogou.llm.engine import Logits
from daogou.llm.gguf.prefix import BATCH, ROWS, Token
from daogou.ports import Deadline

SPARE = 2048  # tokens that texts side by side may hold beyond one whole context
SMALL = (
    2**28
)  # bytes of a model that attends in fp32: half precision would save little, and be 5e-3 off a token instead of 4e-6


_LEVELS = {
    2: logging.DEBUG,
    3: logging.INFO,
    4: logging.WARNING,
}  # its own: debug 1, info 2, warning 3, error 4, continued 5
_log = logging.getLogger("daogou.llama_cpp")
_complaints: deque[str] = deque(maxlen=3)


class Context:
    """One thread at a time has its turn."""

    def __init__(self, file: Path, *, longest: int, threads: int) -> None:
        started()
        self.model = _model(file)
        self.vocab: Any = llama_cpp.llama_model_get_vocab(self.model)
        self.vocabulary = int(llama_cpp.llama_vocab_n_tokens(self.vocab))
        self.length = min(int(llama_cpp.llama_model_n_ctx_train(self.model)), longest)
        self.cells = self.length + SPARE
        self._context = _context(self.model, self.cells, threads)
        self._memory: Any = llama_cpp.llama_get_memory(self._context)
        self._turn = threading.Lock()
        weakref.finalize(self, _free, self.model, self._context)

    @contextlib.contextmanager
    def turn(self, deadline: Deadline) -> Iterator[None]:
        """TooLate if it doesn't come before the deadline."""
        if deadline.passed or not self._turn.acquire(timeout=min(deadline.left_s, threading.TIMEOUT_MAX)):
            raise TooLate("the language model was busy until its deadline")
        try:
            yield
        finally:
            self._turn.release()

    def clear(self) -> None:
        """Forget everything."""
        llama_cpp.llama_memory_clear(self._memory, True)

    def share(self, row: int) -> None:
        """Let that row begin with what row 0 holds."""
        llama_cpp.llama_memory_seq_cp(self._memory, 0, row, -1, -1)

    def forget(self, row: int) -> None:
        """That row's text."""
        llama_cpp.llama_memory_seq_rm(self._memory, row, -1, -1)

    def read(self, tokens: Sequence[Token], deadline: Deadline) -> Iterator[Logits]:
        """(n_asked, vocabulary) for each step: what may follow the tokens that are asked about, in their order."""
        for start in range(0, len(tokens), BATCH):
            if deadline.passed:
                raise TooLate("the language model did not finish before its deadline")
            yield self._step(tokens[start : start + BATCH])

    def log_probabilities(
        self, tokens: Sequence[Token], following: Sequence[int], deadline: Deadline
    ) -> Iterator[float]:
        """log P of what follows each token that is asked about, in their order; no step's logits are kept."""
        wanted = iter(following)
        for start in range(0, len(tokens), BATCH):
            if deadline.passed:
                raise TooLate("the language model did not finish before its deadline")
            step = tokens[start : start + BATCH]
            self._decode(step)
            if asked := sum(token.asked for token in step):
                yield from _log_probabilities(self._logits(asked), wanted)

    def _step(self, tokens: Sequence[Token]) -> Logits:
        self._decode(tokens)
        asked = sum(token.asked for token in tokens)
        return self._logits(asked).copy() if asked else np.zeros((0, self.vocabulary), dtype=np.float32)

    def _logits(self, asked: int) -> Logits:
        """(asked, vocabulary) of the last step, in llama.cpp's own memory: the next step overwrites it."""
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits(self._context), shape=(asked, self.vocabulary))

    def _decode(self, tokens: Sequence[Token]) -> None:
        batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
        try:
            _fill(batch, tokens)
            failed = llama_cpp.llama_decode(self._context, batch)
        finally:
            llama_cpp.llama_batch_free(batch)
        if failed:
            raise BackendError(f"llama.cpp failed on {len(tokens)} tokens ({failed}): {complaints()}")


def _log_probabilities(logits: Logits, following: Iterator[int]) -> Iterator[float]:
    """log softmax at one place of each row. A row at a time stays in the cache, and it is written over: nobody reads it again."""
    for row, token in zip(logits, following, strict=False):
        row -= row.max()
        said = float(row[token])
        yield said - math.log(float(np.exp(row, out=row).sum()))


def _fill(batch: Any, tokens: Sequence[Token]) -> None:
    batch.n_tokens = len(tokens)
    for at, token in enumerate(tokens):
        batch.token[at] = token.id
        batch.pos[at] = token.position
        batch.n_seq_id[at] = 1
        batch.seq_id[at][0] = token.row
        batch.logits[at] = token.asked


def _model(file: Path) -> Any:
    if not file.is_file():
        raise BackendError(f"{file} is no file; name one in the GGUF format")
    model = llama_cpp.llama_model_load_from_file(str(file).encode(), llama_cpp.llama_model_default_params())
    if not model:
        raise BackendError(f"{file} can't be read as a GGUF model: {complaints()}")
    return model


def _context(model: Any, cells: int, threads: int) -> Any:
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = cells
    settings.n_batch = settings.n_ubatch = BATCH
    settings.n_seq_max = ROWS
    settings.kv_unified = True  # one memory for all rows: a shared beginning is held once
    settings.n_threads = settings.n_threads_batch = threads
    settings.no_perf = True
    if llama_cpp.llama_model_size(model) < SMALL:
        settings.type_k = settings.type_v = llama_cpp.GGML_TYPE_F32
        settings.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    context = llama_cpp.llama_init_from_model(model, settings)
    if not context:
        llama_cpp.llama_model_free(model)
        raise BackendError(f"llama.cpp can't hold {cells} tokens of that model: {complaints()}")
    return context


def _free(model: Any, context: Any) -> None:
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)


def _heard(level: int, text: bytes | None, _data: Any) -> None:
    line = (text or b"").decode("utf-8", "replace").strip()
    if not line:
        return
    _log.log(_LEVELS.get(level, logging.DEBUG), line)
    if level == 4:
        _complaints.append(line)


_callback = llama_cpp.llama_log_callback(_heard)  # kept: llama.cpp calls it as long as it lives


@functools.cache
def started() -> None:
    """Once before anything else."""
    llama_cpp.llama_log_set(_callback, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()


def complaints() -> str:
    """What llama.cpp last complained of, which is then forgotten."""
    said = "; ".join(_complaints)
    _complaints.clear()
    return said or "llama.cpp doesn't say why"


_PLAIN = "\ue0d6"  # around what only looks like a special token; for private use, so that no text has it
_PIECE = 4096  # bytes of one token, at most


class Words(engine.Words):
    """The tokenizer of one model, with its chat template where it has one."""

    def __init__(self, context: Context) -> None:
        self._context = context  # kept: the vocabulary dies with it
        self._vocab = context.vocab
        self.ends = [token for token in range(context.vocabulary) if llama_cpp.llama_vocab_is_eog(self._vocab, token)]
        template = llama_cpp.llama_model_chat_template(context.model, None)
        self._chat = self._formatter(template.decode("utf-8", "replace")) if template else None
        self.instructed = self._chat is not None
        self.begin = self._mark() if llama_cpp.llama_vocab_get_add_bos(self._vocab) else []
        self.starts = [*self._mark(), *self.ends]

    def ids(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of a text; none of them is special unless the text is ours."""
        encoded = text.encode("utf-8", "replace")
        room = len(encoded) + 8
        tokens = (llama_cpp.llama_token * room)()
        n = llama_cpp.llama_tokenize(self._vocab, encoded, len(encoded), tokens, room, False, special)
        if n < 0:
            raise BackendError(f"a text of {len(encoded)} bytes has more tokens than bytes ({-n})")
        return list(tokens[:n])

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens, without special ones."""
        return b"".join(self._piece(token) for token in ids).decode("utf-8", "replace")

    @functools.cached_property
    def grammar_tokenizer(self) -> Any:
        """The vocabulary as llguidance sees it."""
        from llguidance.llamacpp import lltokenizer_from_vocab

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it asks for attributes by llama.cpp's older name
            return lltokenizer_from_vocab(self._vocab, self._context.vocabulary, self.ends)

    def _piece(self, token: int) -> bytes:
        piece = ctypes.create_string_buffer(_PIECE)
        length = llama_cpp.llama_token_to_piece(self._vocab, token, piece, _PIECE, 0, False)
        return piece.raw[: max(0, length)]

    def _mark(self) -> list[int]:
        begin = llama_cpp.llama_vocab_bos(self._vocab)
        return [begin] if begin != llama_cpp.LLAMA_TOKEN_NULL else []

    def _asked(self, prompt: str) -> list[int]:
        """The prompt as a user's message, up to where the answer begins; no thinking aloud first."""
        assert self._chat
        marked = self._special.sub(f"{_PLAIN}\\g<0>{_PLAIN}", prompt.replace(_PLAIN, ""))
        try:
            chat = self._chat(messages=[{"role": "user", "content": marked}], enable_thinking=False).prompt
        except (TemplateError, ValueError, TypeError) as failed:
            raise BackendError(f"the model's chat template takes no lone message of a user: {failed}") from failed
        parts = enumerate(chat.split(_PLAIN))
        return [token for number, part in parts for token in self.ids(part, special=number % 2 == 0)]

    @functools.cached_property
    def _special(self) -> re.Pattern[str]:
        """The names of tokens that steer the model."""
        steering = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_UNKNOWN
        tokens = range(self._context.vocabulary)
        names = [self._name(token) for token in tokens if llama_cpp.llama_vocab_get_attr(self._vocab, token) & steering]
        longest_first = sorted(filter(None, names), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def _formatter(self, template: str) -> Jinja2ChatFormatter:
        end = self._name(llama_cpp.llama_vocab_eos(self._vocab))
        try:
            return Jinja2ChatFormatter(template, eos_token=end, bos_token="".join(map(self._name, self._mark())))
        except TemplateError as failed:
            raise BackendError(f"the model's chat template can't be read: {failed}") from failed

    def _name(self, token: int) -> str:
        known = token != llama_cpp.LLAMA_TOKEN_NULL
        return llama_cpp.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if known else ""
