import asyncio
import threading
from collections.abc import Iterator

import pytest

from daogou.api.middleware.workers import Workers
from daogou.errors import RequestError


def test_a_job_answers_and_a_job_that_fails_fails():
    async def run() -> None:
        workers = Workers(workers=1, waiting=1)
        assert await workers.run(lambda: 5) == 5
        with pytest.raises(KeyError):
            await workers.run(lambda: {}["x"])
        assert workers.busy == 0
        workers.close()

    asyncio.run(run())


def test_past_the_queue_a_job_is_refused_and_may_come_again():
    async def run() -> None:
        workers, go_on = Workers(workers=1, waiting=1), threading.Event()
        running = [asyncio.create_task(workers.run(lambda: go_on.wait(10))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(RequestError) as refused:
            await workers.run(lambda: True)
        assert (refused.value.status, refused.value.retry_after_s) == (503, 3)
        go_on.set()
        assert await asyncio.gather(*running) == [True, True]
        assert await workers.run(lambda: True)
        workers.close()

    asyncio.run(run())


def test_a_stream_comes_piece_by_piece_while_others_are_served():
    async def run() -> list[int]:
        workers, go_on = Workers(workers=2, waiting=0), threading.Event()

        def pieces() -> Iterator[int]:
            yield 1
            go_on.wait(10)
            yield 2

        stream = workers.stream(pieces)
        first = await anext(stream)
        assert await workers.run(lambda: "served meanwhile") == "served meanwhile"
        go_on.set()
        rest = [piece async for piece in stream]
        workers.close()
        return [first, *rest]

    assert asyncio.run(run()) == [1, 2]


def test_a_stream_that_nobody_hears_runs_to_its_end():
    async def run() -> bool:
        workers, go_on, ended = Workers(workers=1, waiting=0), threading.Event(), threading.Event()

        def pieces() -> Iterator[int]:
            yield 1
            go_on.wait(10)
            yield 2
            ended.set()

        stream = workers.stream(pieces)
        await anext(stream)
        await stream.aclose()
        go_on.set()
        await asyncio.to_thread(ended.wait, 10)
        workers.close()
        return ended.is_set()

    assert asyncio.run(run())


def test_a_caller_who_leaves_does_not_stop_the_job():
    async def run() -> bool:
        workers, go_on, ended = Workers(workers=1, waiting=0), threading.Event(), threading.Event()

        def job() -> None:
            go_on.wait(10)
            ended.set()

        task = asyncio.create_task(workers.run(job))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workers.busy == 1
        go_on.set()
        await asyncio.to_thread(ended.wait, 10)
        workers.close()
        return ended.is_set()

    assert asyncio.run(run())
