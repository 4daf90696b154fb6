"""The answer of a worker while it comes: held until it is taken, so that a slow taker slows the worker."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spasmkg.errors import SpasmKGError
from spasmkg.store import frames

if TYPE_CHECKING:
    from spasmkg.store.lanes import Lane
    from spasmkg.store.link import Link

__all__ = ["ENOUGH", "NoAnswerError", "Reply"]

ENOUGH = 64 * 1024
"""Bytes after which an answer is given on before it is whole."""
_MOST_HELD = 256 * 1024


class NoAnswerError(SpasmKGError):
    """A request that got no answer, or not the whole of it.

    ``code`` is ``malformed`` (with ``line`` and ``column`` in ``details``), ``not-acceptable``, ``failed``,
    ``too-large``, ``late``, ``stopped``, ``busy``, ``store`` or ``gone``; or the name of a class of
    :mod:`spasmkg.errors`, whose attributes ``details["fields"]`` are, where a function of the package was called.
    """

    def __init__(self, code: str, reason: str, details: Mapping[str, Any] | None = None) -> None:
        self.code, self.reason, self.details = code, reason, dict(details or {})
        super().__init__(reason)


@lru_cache(maxsize=64)
def _head(payload: bytes) -> dict[str, Any]:
    found: dict[str, Any] = frames.unpack(payload)
    return found


class Reply:
    """An answer: ``head`` says what it is; ``whole`` is all of it where it was there at once, else read chunks()."""

    __slots__ = (
        "_blocked", "_chunks", "_drop", "_ended", "_error", "_held", "_paused", "_waiter",
        "again", "begun", "cpu", "digest", "head", "link", "on_slow", "passed", "queued", "request", "stop_taker", "timer",
    )  # fmt: skip

    def __init__(self, request: Mapping[str, Any], digest: bytes, drop: Callable[[Reply], None]) -> None:
        self.request, self.digest, self._drop = request, digest, drop
        self.head: dict[str, Any] = {}
        self.link: Link | None = None
        self.begun = self.cpu = 0.0
        self.timer: asyncio.TimerHandle | None = None
        self.passed = False
        """Whether something of it was given on, so that it cannot be started again elsewhere."""
        self.again: Lane | None = None
        """Where it has to be started again."""
        self.on_slow: Callable[[], None] | None = None
        """Called once, as soon as the answer is not there at once."""
        self.stop_taker: Callable[[], None] | None = None
        """How to wake somebody who takes nothing any more."""
        self.queued: asyncio.Future[Link] | None = None
        """What it waits for where no worker is free."""
        self._chunks: deque[bytes] = deque()
        self._held, self._ended = 0, False
        self._error: NoAnswerError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._paused, self._blocked = 0.0, 0.0

    # ---- for those who take it ----

    @property
    def whole(self) -> bytes | None:
        """All of the answer, where it is here; None where it has to be taken chunk by chunk."""
        if not self._ended or self.passed:
            return None
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The answer as it comes. Raises NoAnswerError where it breaks off: what came before is then not all."""
        self.passed = True
        try:
            while True:
                while self._chunks:
                    chunk = self._chunks.popleft()
                    self._held -= len(chunk)
                    if self._paused and self._held <= _MOST_HELD // 2:
                        self._resume()
                    yield chunk
                if self._error:
                    raise self._error
                if self._ended:
                    return
                await self.something()
        finally:
            self.close()

    def close(self) -> None:
        """Take no more of it: what still works on it stops."""
        if not self._ended and not self._error:
            self.fail(NoAnswerError("gone", "nobody waits for the answer any more"))
        self._drop(self)

    def cancel(self) -> None:
        """Give it up from outside: whoever waits for it gets NoAnswerError with the code ``gone``."""
        self.fail(NoAnswerError("gone", "the client went away"))

    async def something(self) -> None:
        """Wait for more; raise NoAnswerError."""
        if self._error:
            raise self._error
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def started(self) -> None:
        """Wait until it is whole, or enough of it is here, or it has to start again. Raises NoAnswerError."""
        while not (self._ended or self.again or self._held >= ENOUGH):
            await self.something()
        if self._error:
            raise self._error

    # ---- for the pool ----

    def slow(self) -> None:
        """Say, once, that the answer takes time."""
        call, self.on_slow = self.on_slow, None
        if call:
            call()

    def take(self, kind: bytes, payload: bytes) -> bool:
        """A frame of the worker; whether it was the last."""
        if kind == frames.DATA:
            if self._error:  # nobody wants it any more
                return False
            self._chunks.append(payload)
            self._held += len(payload)
            if self._held > _MOST_HELD and not self._paused and self.link:
                self._paused = time.monotonic()
                self.link.pause()
            if self.passed or self._held >= ENOUGH:
                self._wake()
            return False
        if kind == frames.HEAD:
            self.head = _head(payload)
            return False
        if self.link:  # what came before may have paused it, and the next reply must not wait for that
            self.link.resume()
        if kind == frames.WHOLE:
            self._ended = True
            self._wake()
        else:
            values = frames.unpack(payload)
            self.fail(NoAnswerError(values.pop("code"), values.pop("reason"), values))
        return True

    def fail(self, error: NoAnswerError) -> None:
        """There will be no more of it."""
        if self._ended or self._error:
            return
        self._error = error
        if self.queued and not self.queued.done():
            self.queued.set_exception(error)
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(error)

    def restart(self, lane: Lane) -> None:
        """Forget what came; it will be asked for again in that lane."""
        self._chunks.clear()
        self._held, self.again, self.link, self._paused = 0, lane, None, 0.0
        self._wake()

    def blocked(self, now: float) -> float:
        """The seconds that the worker waited for the taker."""
        return self._blocked + (now - self._paused if self._paused else 0.0)

    def idle_for(self, now: float) -> float:
        """The seconds since the taker took something, where the worker waits for that."""
        return now - self._paused if self._paused else 0.0

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._ended or self._error is not None

    def _resume(self) -> None:
        self._blocked += time.monotonic() - self._paused
        self._paused = 0.0
        if self.link:
            self.link.resume()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)
