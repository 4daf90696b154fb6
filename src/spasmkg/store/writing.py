"""Changes to a graph folder, one after the other, by a process that is killed when it is late."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any

from spasmkg.store import frames
from spasmkg.store.link import Link
from spasmkg.store.reply import NoAnswerError, Reply

__all__ = ["INCOMING", "Writing"]

INCOMING = "incoming."
"""How the files begin in which requests bring documents."""


class Writing:
    """The writer of a folder. ``published`` is called with each new store before its change is answered."""

    def __init__(
        self, folder: str, published: Callable[[str], None], in_use: Callable[[], set[str]], memory: int = 4 << 30
    ) -> None:
        self._folder, self._published, self._in_use, self._memory = folder, published, in_use, memory
        self._turn = asyncio.Lock()
        self._link: Link | None = None
        self._started: asyncio.Future[None] | None = None
        self._closed = False
        self.options: dict[str, Any] = {}

    async def start(self) -> None:
        """Have the folder for ourselves. Raises NoAnswerError where somebody else changes it.

        What a server before left of documents goes now: a writer that is started later finds those of its requests.
        """
        async with self._turn:
            await self._open()
        for name in os.listdir(self._folder):
            if name.startswith(INCOMING):
                os.unlink(os.path.join(self._folder, name))

    async def change(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Have a change made; its answer. Raises NoAnswerError: then nothing of it was done.

        To give up waiting is no way to undo it: a change that was begun is finished.
        """
        return await asyncio.shield(self._change(request, seconds))

    async def close(self) -> None:
        """Let a change that is under way end, and end the process."""
        self._closed = True
        async with self._turn:
            if self._link:
                self._link.kill()

    async def _change(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        async with self._turn:
            if self._closed:
                raise NoAnswerError("busy", "the server is stopping", {"after": 5})
            link = await self._open()
            reply = link.reply = Reply(request, b"", lambda _: None)
            reply.link = link
            link.send(frames.pack(frames.CHANGE, {**request, "keep": sorted(self._in_use())}))
            try:
                async with asyncio.timeout(seconds):
                    await reply.started()
            except TimeoutError:
                self._kill()
                raise NoAnswerError("late", f"the change took longer than {seconds:g} s and was undone") from None
            finally:
                link.reply = None
            self._published(reply.head["path"])
            return reply.head

    async def _open(self) -> Link:
        if self._link is None or self._link.closed:
            self._started = asyncio.get_running_loop().create_future()
            options = {"folder": self._folder, "memory": self._memory, **self.options}
            try:
                self._link = Link.start(self, "spasmkg.store.writer", options)
            except OSError as error:
                raise NoAnswerError("store", str(error)) from None
            try:
                async with asyncio.timeout(60):
                    await self._started
            except TimeoutError:
                self._kill()
                raise NoAnswerError("store", "the store could not be opened for writing in time") from None
        return self._link

    def _kill(self) -> None:
        if self._link:
            self._link.kill()  # waits: it holds the folder until it has ended

    # ---- what the process says ----

    def on_frame(self, link: Link, kind: bytes, payload: bytes) -> None:
        """A frame came."""
        if kind == frames.READY:
            if self._started and not self._started.done():
                self._started.set_result(None)
        elif link.reply:
            link.reply.take(kind, payload)
        elif kind == frames.ERROR and self._started and not self._started.done():
            self._started.set_exception(NoAnswerError("store", frames.unpack(payload)["reason"]))

    def on_paused(self, link: Link) -> None:
        """Answers are short: it never waits for us."""

    def on_lost(self, link: Link) -> None:
        """The process has ended: nothing of what it was doing was done."""
        if link.reply:
            link.reply.fail(
                NoAnswerError("stopped", "the change was stopped and undone: it needs more memory or nests too deep")
            )
        if self._started and not self._started.done():
            self._started.set_exception(NoAnswerError("store", "the writing process ended at its start"))
