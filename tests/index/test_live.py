import threading

from daogou.errors import ShopError
from daogou.index.live import Refresher


def test_every_wake_is_followed_by_a_refresh_and_closing_finishes_what_was_asked() -> None:
    runs: list[int] = []
    refresher = Refresher(lambda: runs.append(len(runs)))
    refresher.wake()
    refresher.close()
    assert runs


def test_a_refresh_that_fails_is_tried_again() -> None:
    done = threading.Event()
    tries: list[int] = []

    def refresh() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ShopError("a feed is being loaded")
        done.set()

    refresher = Refresher(refresh, pause=0.0)
    refresher.wake()
    assert done.wait(timeout=30)
    refresher.close()
    assert len(tries) >= 3
