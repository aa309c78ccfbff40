"""The seams between the steps and the world, in our words. Only `app` chooses what stands behind them."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.candidate import Hit
from daogou.catalog.products.conversation import Session, Turn
from daogou.catalog.products.event import Event
from daogou.catalog.products.need import Constraint
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.errors import BackendError

Result = TypeVar("Result")
Vectors = npt.NDArray[np.float32]  # (n_texts, dimensions), rows of length 1


class Encoder(Protocol):
    """Turns texts into unit vectors whose dot product is their similarity."""

    name: str  # "minilm", "lsa"; also the name of the vector column
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, rows of length 1 (a text with nothing known in it: zeros)."""


class Catalogue(Protocol):
    """The products, by id: the truth that every answer is checked against."""

    def get(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """Those that exist; the others are left out."""

    def upsert(self, products: Iterable[Product]) -> int:
        """Insert or replace by id; durable when it returns. Returns how many.

        A type that was set stays set until the product comes with another type than before.
        """

    def withdraw(self, product_ids: Iterable[str]) -> int:
        """Remove by id; durable when it returns. Returns how many there were."""

    def set_types(self, types: Mapping[str, str]) -> int:
        """Set the product type of those that exist, over the one they came with; durable. Returns how many changed."""

    def products(self) -> Iterator[Product]:
        """All of them, by id."""

    def ids(self) -> set[str]:
        """All ids."""

    def __len__(self) -> int:
        """How many there are."""

    @property
    def version(self) -> int:
        """Grows with every change."""


class SearchIndex(Protocol):
    """Finds products by words, by vector and by constraints; may lag behind the catalogue, never half."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The catalogue's words, as of this index."""

    def lexical(
        self,
        words: Sequence[str] | Mapping[str, float],
        *,
        musts: Sequence[Constraint] = (),
        limit: int = 100,
        fields: Mapping[str, float] | None = None,
    ) -> list[Hit]:
        """BM25 over the fields' words (cut by text.words.cut), among the products that pass the musts; best first.

        `words` may carry weights. `fields` weighs "title", "kind" (type and brand), "body" (title and
        description) and "attributes"; a field that it leaves out does not count. The score is the weighted sum of the fields' BM25.
        """

    def most(self, words: Sequence[str] | Mapping[str, float]) -> float:
        """The most that `lexical` could give a product that consists of these words; words of no product count too."""

    def coded(self, code: str) -> list[Hit]:
        """The products that a number means (id, part number, barcode, model; folded by text.codes.folded_code), best first.

        Exactly theirs: 1. Else a number in their titles, else one that this is a good part of: less, and only where few have it.
        """

    def dense(self, encoder: str, vector: Vectors, *, musts: Sequence[Constraint] = (), limit: int = 100) -> list[Hit]:
        """Cosine similarity to a (dimensions,) vector of that encoder, among those that pass the musts; best first.

        Exact when few rows pass.
        """

    def vectors(self, encoder: str, product_ids: Sequence[str]) -> dict[str, Vectors]:
        """The (dimensions,) vectors of those products that exist."""

    def matching(self, musts: Sequence[Constraint], *, limit: int | None = None) -> list[str]:
        """Ids of the products that pass the musts, in no particular order."""

    def count(self, musts: Sequence[Constraint]) -> int:
        """How many things pass the musts: an item group is one, however many of its variants do."""

    def group(self, item_group_id: str) -> list[str]:
        """Ids of the products of an item group, in no particular order."""


class EventLog(Protocol):
    """What shoppers did; appended, idempotent by event_id, durable when it returns."""

    def append(self, events: Iterable[Event]) -> int:
        """How many were new."""

    def events(self, *, user_id: str | None = None) -> Iterator[Event]:
        """Oldest first."""

    def recent(self, *, user_id: str = "", session_id: str = "", limit: int = 300) -> list[Event]:
        """What that user did, or what was done in that session: newest first, without searches and lists that we showed."""

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper, and what was done unnamed in sessions of nobody else; how many events went."""

    def popularity(self) -> dict[str, float]:
        """product_id -> how often it was bought, carted and viewed, weighted, half as much for every 30 days before the newest.

        Absent: never. Suspects do not count.
        """

    def suspects(self) -> frozenset[str]:
        """Who acts faster than a person can, as "user ID" or "session ID": nothing is learnt from them."""

    @property
    def version(self) -> int:
        """Grows with every change."""


class Sessions(Protocol):
    """Conversations, durable."""

    def load(self, session_id: str) -> Session | None:
        """The session with its turns, or None."""

    def append(self, session: Session, turn: Turn) -> Session:
        """The session with the turn added; SessionBusy when another turn was added meanwhile."""

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper's conversations; how many there were."""


class Ability(StrEnum):
    """What a language model can do; what it lacks is declared, never faked."""

    WRITE = "write"  # sample continuations of a prompt
    SCORE = "score"  # log P of given continuations
    COUNT = "count"  # count tokens as the model does
    CONSTRAIN = "constrain"  # write JSON that follows a schema


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The moment after which nobody waits any more; `ends` is on the monotonic clock, in seconds."""

    ends: float = math.inf

    @classmethod
    def within(cls, seconds: float) -> "Deadline":
        """So many seconds from now."""
        return cls(ends=time.monotonic() + seconds)

    @property
    def left_s(self) -> float:
        """Seconds left; not below 0."""
        return max(0.0, self.ends - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether it is too late."""
        return self.left_s <= 0.0


NEVER = Deadline()


@dataclass(frozen=True, kw_only=True)
class LogLikelihood:
    """log P(continuation | prompt), natural logarithm: the sum over its tokens, and how many there are.

    `by_token` holds each token's own, in order, where the engine tells it.
    """

    total: float
    tokens: int
    by_token: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        """Per token; 0 for an empty continuation."""
        return self.total / self.tokens if self.tokens else 0.0


class Attempt(Protocol):
    """Runs work that may take too long: the result, or None and a reason in a few words."""

    def __call__(self, work: Callable[[], Result], deadline: Deadline) -> tuple[Result | None, str]:
        """Never later than the deadline."""


class LanguageModel(Protocol):
    """A causal language model, P(w_t+1 | w_1..w_t) = softmax(W h_t + b): writes candidates and says how likely a text is.

    A call that needs an ability which is not among `abilities` raises CannotDo; one that can't be finished before its
    deadline raises TooLate; a server or file that fails raises BackendError. Safe to call from several threads.
    """

    name: str  # "builtin", "transformers:NAME", "openai:NAME" ...: what an answer says of who wrote and who scored

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can do."""

    @property
    def instructed(self) -> bool:
        """Whether it follows instructions in words; else it continues text in the form of text/prompts."""

    @property
    def context(self) -> int:
        """Tokens of prompt and continuation together, at most; the oldest of a longer prompt are left out."""

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
        """n sampled continuations, each cut before the first of `stop` or at the model's own end.

        The same seed gives the same texts. `temperature` 0 is greedy. With `schema` (JSON Schema) each is JSON that follows it.
        """

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of each continuation after the prompt, in their order; an empty prompt means from nothing: log P(text).

        Prompt and continuation are cut into tokens apart, so that every candidate shares one prefix, which is encoded once.
        """

    def count_tokens(self, text: str) -> int:
        """Tokens of the text, without any that mark its start or end."""


@runtime_checkable
class SideBySide(Protocol):
    """What a language model may have beside its abilities: many prompts read at once."""

    def log_likelihood_after(
        self, prompts: Sequence[str], continuation: str, *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of the continuation after each prompt, in their order."""


def log_likelihoods_after(
    model: LanguageModel, prompts: Sequence[str], continuation: str, *, deadline: Deadline = NEVER
) -> list[LogLikelihood]:
    """What the model says of one text after each prompt, side by side where it can; BackendError as below."""
    if isinstance(model, SideBySide):
        return _whole(model, model.log_likelihood_after(prompts, continuation, deadline=deadline), len(prompts))
    return [log_likelihoods(model, prompt, [continuation], deadline=deadline)[0] for prompt in prompts]


def log_likelihoods(
    model: LanguageModel, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
) -> list[LogLikelihood]:
    """What the model says of each, or BackendError where that is no number for each: an argmax over less means nothing."""
    return _whole(model, model.log_likelihood(prompt, continuations, deadline=deadline), len(continuations))


def _whole(model: LanguageModel, found: list[LogLikelihood], asked: int) -> list[LogLikelihood]:
    if len(found) != asked or not all(math.isfinite(one.total) for one in found):
        raise BackendError(f"{model.name} gave no likelihood of every text")
    return found
