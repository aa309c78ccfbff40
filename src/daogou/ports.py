"""The seams between the steps and the world, in our words. Only `assembly` chooses what stands behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from daogou.shop.candidate import Hit
from daogou.shop.conversation import Session, Turn
from daogou.shop.event import Event
from daogou.shop.need import Constraint
from daogou.shop.product import Product
from daogou.shop.vocabulary import Vocabulary

Vectors = npt.NDArray[np.float32]  # (n_texts, dimensions), rows of length 1


class Encoder(Protocol):
    """Turns texts into unit vectors whose dot product is their similarity."""

    name: str  # "minilm", "lsa"; also the name of the vector column
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, rows of length 1 (a text with nothing known in it: zeros)."""
        ...


class Catalogue(Protocol):
    """The products, by id: the truth that every answer is checked against."""

    def get(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """Those that exist; the others are left out."""
        ...

    def upsert(self, products: Iterable[Product]) -> int:
        """Insert or replace by id; durable when it returns. Returns how many.

        A type that was set stays set until the product comes with another type than before.
        """
        ...

    def withdraw(self, product_ids: Iterable[str]) -> int:
        """Remove by id; durable when it returns. Returns how many there were."""
        ...

    def set_types(self, types: Mapping[str, str]) -> int:
        """Set the product type of those that exist, over the one they came with; durable. Returns how many changed."""
        ...

    def products(self, *, as_given: bool = False) -> Iterator[Product]:
        """All of them, by id; `as_given` leaves out the types that were set."""
        ...

    def ids(self) -> set[str]:
        """All ids."""
        ...

    def __len__(self) -> int:
        """How many there are."""
        ...

    @property
    def version(self) -> int:
        """Grows with every change."""
        ...


class SearchIndex(Protocol):
    """Finds products by words, by vector and by constraints; may lag behind the catalogue, never half."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The catalogue's words, as of this index."""
        ...

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
        ...

    def dense(self, encoder: str, vector: Vectors, *, musts: Sequence[Constraint] = (), limit: int = 100) -> list[Hit]:
        """Cosine similarity to a (dimensions,) vector of that encoder, among those that pass the musts; best first.

        Exact when few rows pass.
        """
        ...

    def vectors(self, encoder: str, product_ids: Sequence[str]) -> dict[str, Vectors]:
        """The (dimensions,) vectors of those products that exist."""
        ...

    def matching(self, musts: Sequence[Constraint], *, limit: int | None = None) -> list[str]:
        """Ids of the products that pass the musts, in no particular order."""
        ...

    def count(self, musts: Sequence[Constraint]) -> int:
        """How many products pass the musts."""
        ...


class EventLog(Protocol):
    """What shoppers did; appended, idempotent by event_id, durable when it returns."""

    def append(self, events: Iterable[Event]) -> int:
        """How many were new."""
        ...

    def events(self, *, user_id: str | None = None) -> Iterator[Event]:
        """Oldest first."""
        ...

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper; how many events went."""
        ...

    def popularity(self) -> dict[str, float]:
        """product_id -> how often it was bought, carted and viewed, weighted; absent: never."""
        ...


class Sessions(Protocol):
    """Conversations, durable."""

    def load(self, session_id: str) -> Session | None:
        """The session with its turns, or None."""
        ...

    def append(self, session: Session, turn: Turn) -> Session:
        """The session with the turn added; SessionBusy when another turn was added meanwhile."""
        ...


@dataclass(frozen=True, kw_only=True)
class LogLikelihood:
    """log P(continuation | prompt): the sum over its tokens, and how many there are."""

    total: float
    tokens: int


class LanguageModel(Protocol):
    """A causal language model: writes candidates and says how likely a text is."""

    name: str

    def write(self, prompt: str, *, n: int, max_tokens: int, seed: int) -> list[str]:
        """n sampled continuations."""
        ...

    def log_likelihood(self, prompt: str, continuations: Sequence[str]) -> list[LogLikelihood]:
        """log P of each continuation after the prompt."""
        ...
