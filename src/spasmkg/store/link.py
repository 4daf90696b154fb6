"""One worker process as its parent sees it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, cast

from spasmkg.store import frames
from spasmkg.store.spawn import spawn

if TYPE_CHECKING:
    import socket
    import subprocess

    from spasmkg.store.reply import Reply

__all__ = ["Link", "Owner", "Process", "Spawned"]


class Process(Protocol):
    """A process that can be ended and slowed down; ``pid`` is 0 where it is not known yet."""

    pid: int

    def kill(self) -> None:
        """End it at once."""

    def lower(self, nice: int) -> None:
        """Let others go first."""


class Spawned:
    """A process that this one has started itself."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def kill(self) -> None:
        """End it at once, and wait until it has ended: what it held is free then."""
        self._process.kill()
        self._process.wait()

    def lower(self, nice: int) -> None:
        """Let others go first."""
        with suppress(OSError):  # it has just ended, or is as low already
            os.setpriority(os.PRIO_PROCESS, self.pid, nice)


class Owner(Protocol):
    """Who is told what becomes of a process."""

    def on_frame(self, link: Link, kind: bytes, payload: bytes) -> None:
        """A frame came."""

    def on_paused(self, link: Link) -> None:
        """Nothing more is read from it for now."""

    def on_lost(self, link: Link) -> None:
        """The process has ended, or nothing can be said to it any more."""


class Link(asyncio.Protocol):
    """A process, what it works on, and which store it has open."""

    def __init__(self, owner: Owner, process: Process) -> None:
        self._owner, self.process = owner, process
        self.reply: Reply | None = None
        self.lane: Any = None
        self.path = ""
        self.ready = self.closed = False
        self.served = 0
        self._frames = frames.Frames()
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self._connecting: asyncio.Task[Any] | None = None

    @classmethod
    def to(cls, owner: Owner, process: Process, channel: socket.socket) -> Link:
        """A link to a process at the other end of a socket."""
        link = cls(owner, process)
        channel.setblocking(False)
        loop = asyncio.get_running_loop()
        link._connecting = loop.create_task(loop.connect_accepted_socket(lambda: link, channel))
        return link

    @classmethod
    def start(cls, owner: Owner, module: str, options: Mapping[str, Any]) -> Link:
        """Start a process of a module. Raises OSError where the system has none left."""
        process, channel = spawn(module, options)
        return cls.to(owner, Spawned(process), channel)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.Transport", transport)
        if self.closed:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes of the worker."""
        try:
            for kind, payload in self._frames.feed(data):
                self._owner.on_frame(self, kind, payload)
        except (frames.TornFrameError, ValueError, KeyError):
            self.kill()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """The worker has ended."""
        self.kill()
        self._owner.on_lost(self)

    def send(self, data: bytes) -> None:
        """Say something to it."""
        if self._transport:
            self._transport.write(data)

    def pause(self) -> None:
        """Read nothing from it until resume()."""
        if self._transport and not self._paused:
            self._paused = True
            self._transport.pause_reading()
            self._owner.on_paused(self)

    def resume(self) -> None:
        """Read on."""
        if self._transport and self._paused and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if not self.closed:
            self.closed = True
            self.process.kill()
            if self._transport:
                self._transport.abort()

    def cpu(self) -> float:
        """The seconds of processor time that it has used."""
        try:
            return time.clock_gettime((~self.process.pid << 3) | 2)
        except (OSError, OverflowError):
            return time.monotonic()  # where the system does not say, time is time

    def resident(self) -> int:
        """The bytes of memory that it has."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return 0
