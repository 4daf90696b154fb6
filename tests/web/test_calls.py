"""Functions of the package that workers run: they have workers of their own, and none of them stops the others."""

from __future__ import annotations

import asyncio
import json

import pytest
from called import LARGE
from test_pool import counts, pooled, until

from spasmkg.store import frames
from spasmkg.store.reply import NoAnswerError


async def call(pool, function, digest=b"", **arguments) -> bytes:
    request = {"function": f"called:{function}", "arguments": arguments}
    reply = await pool.ask(request, frames.CALL, digest or function.encode())
    return b"".join([chunk async for chunk in reply.chunks()])


@pytest.fixture
def path(kg) -> str:
    return str(kg.store.path)


def test_a_call_has_a_worker_of_its_own(path):
    async def work(pool):
        assert counts(pool, "calls") == (0, 0, 0)
        assert json.loads(await call(pool, "echo", word="é")) == {"word": "é"}
        assert counts(pool, "calls")[:2] == (1, 1)
        await until(lambda: counts(pool, "quick")[0] == 1)

    pooled(path, work)


def test_a_call_that_takes_long_makes_room(path):
    async def work(pool):
        slow = asyncio.ensure_future(call(pool, "burn"))
        await until(lambda: counts(pool, "heavy")[0] == 1)
        for i in range(3):
            assert json.loads(await call(pool, "echo", i=i)) == {"i": i}
        assert not slow.done()
        slow.cancel()

    pooled(path, work, calls=1, slice_of_calls=0.5)


def test_a_call_that_is_late_is_stopped(path):
    async def work(pool):
        with pytest.raises(NoAnswerError) as error:
            await call(pool, "burn")
        assert error.value.code == "late"
        assert await call(pool, "echo")

    pooled(path, work, timeout=3)


def test_large_answers_follow_one_another_on_one_worker(path):
    async def work(pool):
        for _ in range(20):
            assert len(await call(pool, "large")) == LARGE
        assert counts(pool, "calls") == (1, 1, 0)

    pooled(path, work, calls=1)


@pytest.mark.parametrize(
    ("function", "code"),
    [("lost", "NotFoundError"), ("broken", "internal"), ("hungry", "stopped"), ("nothing", "internal")],
)
def test_what_goes_wrong_in_a_call_is_told_and_the_worker_lives(path, function, code):
    async def work(pool):
        with pytest.raises(NoAnswerError) as error:
            await call(pool, function)
        assert error.value.code == code
        assert "secret" not in error.value.reason
        if function == "lost":
            assert error.value.details["fields"]["suggestions"] == ["y"]
        assert await call(pool, "echo")
        assert pool.killed == 0

    pooled(path, work, calls=1)
