"""Workers that answer queries, so that none of them can harm the process that asks, or hold up the others.

What is known to be cheap, from the time before, has workers of its own. A new text starts in a worker that lets those
go first. Once it has used its slice of processor time it is heavy: its worker goes over to the heavy lane, which has
few places and lets all others go first, and a fresh worker takes its place; where that lane is full, the query waits
there and starts again. Texts that were heavy before go there at once. Where many new texts come together, each has a
much shorter slice and then goes to a lane between; those who wait for a place leave one to those who come, and the
newest goes first. So what is cheap never stands behind what is not. Calls of functions of the package have workers of
their own, which keep what they load. A worker that is late, too large or dead is killed and replaced; one whose taker
is slow is set aside.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from spasmkg.store import frames
from spasmkg.store.lanes import Known, Lane
from spasmkg.store.link import Link
from spasmkg.store.nursery import Child, Nursery
from spasmkg.store.reply import NoAnswerError, Reply

__all__ = ["Limits", "Pool"]

_PATIENCE = 0.5
"""Seconds that a worker waits for a slow taker before it is set aside."""
_GRACE = 0.05
"""Seconds that a query whose client went away may still end by itself."""
_WAITED = 10
"""Slices of time after which a query is heavy even where it had to wait for the processor or the disk."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the pool and each request may use: numbers of processes, seconds, bytes."""

    quick: int = 2
    """Workers for what is known to be cheap."""
    new: int = 4
    """Workers for what is not known yet."""
    between: int = 2
    """Workers for what is not known to be heavy yet and had to make room."""
    calls: int = 2
    """Workers that run functions of the package, which need more memory; they are started when first wanted."""
    heavy: int = field(default_factory=lambda: os.cpu_count() or 1)
    aside: int = 16
    waiting: int = 512
    """Requests that may wait for a worker of each of these sorts."""
    waiting_heavy: int = 64
    first: float = 0.01
    """Seconds of processor time after which a new text makes room for another one."""
    slice: float = 0.1
    """Seconds of processor time after which a query is heavy."""
    slice_of_calls: float = 2.0
    timeout: float = 60.0
    """Seconds in which a query must be answered."""
    memory: int = 1 << 30
    """Bytes that a worker may have beside the open store."""
    most: int = 1 << 30
    """Bytes of an answer."""
    served: int = 20_000
    """Requests after which a worker is replaced."""
    swollen: int = 256 << 20
    """Bytes of memory above which a worker is replaced when it has nothing to do."""


class Pool:
    """Worker processes for the store in a folder. ``path`` may be set anew: requests from then on see that store."""

    def __init__(self, path: str, limits: Limits | None = None, *, network: bool = False) -> None:
        """``network`` lets the workers reach it: for functions of the package alone, never for an engine."""
        self.path, self.limits, self._network = path, limits or Limits(), network
        most = self.limits
        self._quick = Lane("quick", most.quick, True, 0, most.waiting, most.slice)
        spare = min(1, max(0, most.new - 1))
        self._new = Lane("new", most.new, True, 8, most.waiting, most.slice, most.first, spare, newest_first=True)
        self._between = Lane("between", most.between, False, 12, most.waiting, most.slice)
        self._calls = Lane("calls", most.calls, False, 0, most.waiting, most.slice_of_calls)
        self._heavy = Lane("heavy", most.heavy, False, 15, most.waiting_heavy)
        self._aside = Lane("aside", most.aside, False, 15, 0)
        self._lanes = (self._quick, self._new, self._between, self._calls, self._heavy, self._aside)
        self._known_heavy, self._known_cheap = Known(), Known()
        self._nursery: Nursery | None = None
        self._failures, self._trouble, self._resting, self._closed = 0, "", False, False
        self._loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment]
        self.killed = 0
        """Workers that were killed or died since the start."""

    async def start(self, *, ask: bool = True) -> None:
        """Start the first workers; ``ask`` one of them, and raise NoAnswerError where the store is unusable."""
        self._loop = asyncio.get_running_loop()
        self._nursery = Nursery(network=self._network)
        self._fill(self._quick)
        self._fill(self._new)
        if ask:
            (await self.ask({"query": "ASK {}", "rows": "json", "graph": "turtle"})).close()

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        for lane in self._lanes:
            lane.refuse(NoAnswerError("busy", "the server is stopping"))
            for link in list(lane.links):
                link.kill()
        if self._nursery:
            self._nursery.close()

    def counts(self) -> dict[str, dict[str, int]]:
        """By lane: workers, how many of them are idle, and requests that wait."""
        found = {}
        for lane in self._lanes:
            found[lane.name] = {"workers": len(lane.links), "idle": len(lane.idle), "waiting": len(lane.queue)}
        return found

    def paths(self) -> set[str]:
        """The stores that are in use."""
        return {self.path, *(link.path for lane in self._lanes for link in lane.links)}

    def resident(self) -> int:
        """The bytes of memory of all workers together."""
        return sum(link.resident() for lane in self._lanes for link in lane.links)

    # ---- asking ----

    async def ask(
        self,
        request: Mapping[str, Any],
        kind: bytes = frames.QUERY,
        digest: bytes = b"",
        on_slow: Callable[[Reply], None] | None = None,
    ) -> Reply:
        """Have a request answered; the reply is whole, or has begun. It must be closed unless it is whole.

        ``digest`` tells requests apart that may be heavy. ``on_slow`` is called where the answer is not there at once.
        Raises NoAnswerError.
        """
        if self._closed:
            raise NoAnswerError("busy", "the server is stopping")
        reply = Reply(request, digest, self._drop)
        if on_slow:
            reply.on_slow = lambda: on_slow(reply)
        lane = self._lane(kind, digest)
        try:
            while True:
                link = self._free(lane) or await self._wait(lane, reply)
                self._begin(link, reply, kind)
                await reply.started()
                if reply.again is None:
                    return reply
                lane, reply.again = reply.again, None
        except BaseException:
            reply.close()
            raise

    def _lane(self, kind: bytes, digest: bytes) -> Lane:
        """Where a request belongs."""
        if digest in self._known_heavy:
            return self._heavy
        if kind == frames.CALL and not self._network:
            return self._calls
        known = not digest or digest in self._known_cheap or not self._new.size
        return self._quick if known else self._new

    def _free(self, lane: Lane) -> Link | None:
        """A worker that has nothing to do; other lanes may take one of those for new texts."""
        if lane.idle:
            return lane.idle.pop()
        if lane is self._quick and self._new.idle:
            return self._new.idle.pop()
        if lane is self._heavy and self._new.idle and len(lane.links) < lane.size:
            link = self._new.idle.pop()
            self._move(link, lane)
            return link
        return None

    async def _wait(self, lane: Lane, reply: Reply) -> Link:
        """A worker of a lane, as soon as one is free."""
        self._fill(lane, wanted=1)
        if len(lane.queue) >= lane.waiting:
            raise NoAnswerError("busy", "too many queries wait already; try again later", {"after": 5})
        reply.slow()
        future: asyncio.Future[Link] = self._loop.create_future()
        lane.queue.append(future)
        timer = self._loop.call_later(self.limits.timeout, _give_up, future)
        reply.queued = future
        try:
            return await future
        except BaseException:
            if future.done() and not future.cancelled() and not future.exception():
                self._release(future.result())
            raise
        finally:
            timer.cancel()
            reply.queued = None
            if future in lane.queue:
                lane.queue.remove(future)

    def _begin(self, link: Link, reply: Reply, kind: bytes) -> None:
        link.reply, reply.link, link.path = reply, link, self.path
        link.served += 1
        reply.begun, reply.cpu = time.monotonic(), link.cpu()
        link.send(frames.pack(kind, {"path": self.path, "most": self.limits.most, **reply.request}))
        if link.lane.slice:
            reply.timer = self._loop.call_later(link.lane.first or link.lane.slice, self._slice, reply)
        else:
            reply.timer = self._loop.call_later(self.limits.timeout, self._late, reply)

    # ---- while it works ----

    def on_frame(self, link: Link, kind: bytes, payload: bytes) -> None:
        """A worker said something."""
        reply = link.reply
        if kind == frames.READY:
            link.ready, self._failures, self._trouble = True, 0, ""
            if not link.process.pid:  # a new one
                link.process.pid = frames.unpack(payload)
            self._release(link)
        elif not link.ready:
            self._trouble = frames.unpack(payload).get("reason", "")
        elif reply is not None and reply.take(kind, payload):
            self._finished(link, reply)

    def on_paused(self, link: Link) -> None:
        """The taker of a reply is slower than its worker."""
        self._loop.call_later(_PATIENCE, self._stalled, link.reply)

    def _finished(self, link: Link, reply: Reply) -> None:
        link.reply = reply.link = None
        if reply.timer:
            reply.timer.cancel()
        took = time.monotonic() - reply.begun
        if took < self.limits.slice:
            self._known_heavy.discard(reply.digest)
            self._known_cheap.add(reply.digest)
        elif link.resident() > self.limits.swollen:
            link.served = self.limits.served
        self._release(link)

    def _release(self, link: Link) -> None:
        """A worker has nothing to do."""
        lane: Lane = link.lane
        if self._closed or link.closed:
            return
        if lane is self._aside or link.served >= self.limits.served or len(lane.links) > lane.size:
            self._kill(link)
            return
        lane.idle.append(link)
        lane.serve()

    def _slice(self, reply: Reply) -> None:
        """A query is not done within its slice: it is heavy, unless its worker had to wait for the processor."""
        link = reply.link
        if link is None:
            return
        reply.slow()
        now, lane = time.monotonic(), link.lane
        passed, used = now - reply.begun - reply.blocked(now), link.cpu() - reply.cpu
        share, left = lane.share or self.limits.slice, self.limits.timeout - passed
        rest = min(share - used, _WAITED * share - passed, left)
        if rest > 0.001:
            reply.timer = self._loop.call_later(min(rest, lane.first or rest), self._slice, reply)
            return
        if left < 0.001:
            self._late(reply)
            return
        if share < lane.slice and used < lane.slice:
            reply.timer = self._loop.call_later(self.limits.slice, self._slice, reply)
            self._onward(reply, link, self._between)
            return
        self._known_heavy.add(reply.digest)
        self._known_cheap.discard(reply.digest)
        reply.timer = self._loop.call_later(max(0.0, reply.begun + self.limits.timeout - now), self._late, reply)
        if lane.slice:
            self._onward(reply, link, self._heavy)

    def _onward(self, reply: Reply, link: Link, lane: Lane) -> None:
        """A query goes on in another lane, with its worker where there is room for that."""
        if lane.idle:
            self._kill(lane.idle.pop())
            self._move(link, lane)
        elif len(lane.links) < lane.size:
            self._move(link, lane)
        elif not reply.passed:
            link.reply = None
            if reply.timer:
                reply.timer.cancel()
            self._kill(link)
            reply.restart(lane)
        else:
            self._set_aside(link)

    def _late(self, reply: Reply) -> None:
        link, now = reply.link, time.monotonic()
        if link is None or reply.over:
            return
        rest = reply.begun + self.limits.timeout + reply.blocked(now) - now
        if rest > 0.001:
            reply.timer = self._loop.call_later(rest, self._late, reply)
            return
        self._stop(reply, NoAnswerError("late", f"the query took longer than {self.limits.timeout:g} s"))

    def _stalled(self, reply: Reply | None) -> None:
        """The taker takes nothing: its worker must not keep a place."""
        link = reply.link if reply else None
        if reply and link and link.lane is not self._aside and reply.idle_for(time.monotonic()) >= _PATIENCE * 0.9:
            self._set_aside(link)

    def _set_aside(self, link: Link) -> None:
        now = time.monotonic()
        if len(self._aside.links) >= self.limits.aside:
            waits = [(other.reply.idle_for(now), other.reply) for other in self._aside.links if other.reply]
            longest, victim = max(waits, key=lambda pair: pair[0], default=(0.0, None))
            if victim is None or longest < 4 * _PATIENCE:
                return
            self._stop(victim, NoAnswerError("gone", "the client took nothing while others waited"))
        self._move(link, self._aside)

    def _move(self, link: Link, lane: Lane) -> None:
        before: Lane = link.lane
        before.links.discard(link)
        lane.links.add(link)
        link.lane = lane
        link.process.lower(lane.nice)
        self._fill(before)

    def _stop(self, reply: Reply, error: NoAnswerError) -> None:
        """Kill the worker of a reply that must not go on."""
        link = reply.link
        reply.fail(error)
        if reply.stop_taker and reply.passed:
            reply.stop_taker()
        if reply.timer:
            reply.timer.cancel()
        if link:
            link.reply = reply.link = None
            self._kill(link)

    def _drop(self, reply: Reply) -> None:
        """Nobody wants the reply any more: its worker may end by itself at once, or is killed."""
        link = reply.link
        if link is None:
            return
        link.resume()
        self._loop.call_later(_GRACE, self._dropped, reply)

    def _dropped(self, reply: Reply) -> None:
        if reply.link and reply.link.reply is reply:
            self._stop(reply, NoAnswerError("gone", "nobody waits for the answer any more"))

    # ---- processes ----

    def _fill(self, lane: Lane, wanted: int = 0) -> None:
        """Start the workers that a lane lacks."""
        starting = sum(not link.ready for link in lane.links)
        waiting = len(lane.queue) + wanted
        wanted = lane.size if lane.kept else len(lane.links) + max(0, waiting - starting)
        while len(lane.links) < min(wanted, lane.size) and not self._closed and not self._resting:
            try:
                options = {"path": "" if self._network else self.path, "memory": self.limits.memory, "nice": lane.nice}
                link = Link.to(self, *self._made(options))
            except OSError as error:
                self._failed(lane, str(error))
                return
            link.lane, link.path = lane, self.path
            lane.links.add(link)

    def _made(self, options: Mapping[str, Any]) -> tuple[Child, socket.socket]:
        """A new worker; of a new nursery, where the one before has ended."""
        assert self._nursery is not None
        try:
            return self._nursery.make(options)
        except OSError:
            self._nursery.close()
            self._nursery = Nursery(network=self._network)
            return self._nursery.make(options)

    def _kill(self, link: Link) -> None:
        """End a worker; on_lost() sees to what takes its place."""
        link.kill()

    def on_lost(self, link: Link) -> None:
        """A worker has ended: killed, or by itself."""
        lane: Lane = link.lane
        lane.links.discard(link)
        if link in lane.idle:
            lane.idle.remove(link)
        self.killed += 1
        if link.reply:
            self._stop(
                link.reply,
                NoAnswerError("stopped", "the query was stopped: it needs more memory or nests deeper than is allowed"),
            )
        if not link.ready and not self._closed:
            self._failed(lane, self._trouble or "the worker process ended at its start")
        else:
            self._fill(lane)

    def _failed(self, lane: Lane, reason: str) -> None:
        """No worker can be started: those who wait are told, and it is tried again a little later."""
        lane.refuse(NoAnswerError("store", reason))
        if not self._resting:
            self._failures, self._resting = self._failures + 1, True
            self._loop.call_later(min(5.0, 0.1 * 2**self._failures), self._try_again)

    def _try_again(self) -> None:
        self._resting = False
        for lane in self._lanes:  # also those that have workers only where somebody waits
            self._fill(lane)


def _give_up(future: asyncio.Future[Link]) -> None:
    if not future.done():
        future.set_exception(NoAnswerError("busy", "the query waited too long for its turn", {"after": 10}))
