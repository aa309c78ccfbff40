"""A ceiling on what a model server may cost: tokens and money in any hour."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from daogou.errors import BackendError

HOUR_S = 3600.0
MOST_OVER = 4


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What may be spent in any hour; 0 is no ceiling. Prices are per million tokens, in the merchant's currency."""

    tokens_per_hour: int = 0
    money_per_hour: float = 0.0
    price_read: float = 0.0  # of the prompt
    price_written: float = 0.0

    def cost(self, read: int, written: int) -> float:
        """In the merchant's currency."""
        return (read * self.price_read + written * self.price_written) / 1_000_000


@dataclass(kw_only=True)
class Spent:
    """One call: what it may take at most until the server says what it took."""

    at: float
    tokens: int
    money: float


class Purse:
    """What was spent in the last hour; safe to use from several threads."""

    def __init__(self, budget: Budget, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._clock = clock
        self._spent: deque[Spent] = deque()
        self._lock = threading.Lock()

    def take(self, *, read: int, written: int) -> Spent:
        """Sets that many tokens aside; BackendError when the hour's budget does not hold them."""
        with self._lock:
            now = self._clock()
            while self._spent and self._spent[0].at <= now - HOUR_S:
                self._spent.popleft()
            call = Spent(at=now, tokens=read + written, money=self._budget.cost(read, written))
            self._check(call)
            self._spent.append(call)
            return call

    def settle(self, call: Spent, *, read: int, written: int) -> None:
        """What it really took, as the server says; one that names absurd figures is believed up to four times the guess."""
        most = MOST_OVER * call.tokens
        read, written = min(most, max(0, read)), min(most, max(0, written))
        with self._lock:
            call.tokens, call.money = read + written, self._budget.cost(read, written)

    def _check(self, call: Spent) -> None:
        tokens = sum(earlier.tokens for earlier in self._spent) + call.tokens
        money = sum(earlier.money for earlier in self._spent) + call.money
        for what, would_be, most in (
            ("tokens", tokens, self._budget.tokens_per_hour),
            ("money", money, self._budget.money_per_hour),
        ):
            if most and would_be > most:
                raise BackendError(
                    f"the language model's budget of {most:g} {what} an hour is used up; raise it in the settings or wait"
                )
