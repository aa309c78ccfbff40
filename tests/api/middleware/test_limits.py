from daogou.api.middleware import limits
from daogou.api.middleware.limits import RateLimit


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_is_granted_at_once_then_the_client_waits_for_the_next_token():
    clock = Clock()
    limit = RateLimit(per_minute=3, clock=clock)
    assert [limit.wait_s("a") for _ in range(4)] == [0, 0, 0, 20]
    clock.now = 19.5
    assert limit.wait_s("a") == 1
    clock.now = 20.0
    assert [limit.wait_s("a"), limit.wait_s("a")] == [0, 20]


def test_clients_do_not_wait_for_each_other():
    limit = RateLimit(per_minute=1, clock=Clock())
    assert [limit.wait_s("a"), limit.wait_s("b"), limit.wait_s("a")] == [0, 0, 60]


def test_a_long_rest_saves_no_more_than_a_minutes_worth():
    clock = Clock()
    limit = RateLimit(per_minute=2, clock=clock)
    limit.wait_s("a")
    clock.now = 1e6
    assert [limit.wait_s("a") for _ in range(3)] == [0, 0, 30]


def test_who_was_quiet_longest_is_forgotten_first(monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 2)
    limit = RateLimit(per_minute=1, clock=Clock())
    for client in ("a", "b", "a", "c"):
        limit.wait_s(client)
    assert [limit.wait_s("a") > 0, limit.wait_s("b")] == [True, 0]
