"""A process that makes workers: it has loaded what they need and has no store, no thread and no network of its own.

A worker that is forked from it is there in a tenth of the time that a new process takes, which counts when many have
to be killed at once. Only it sends signals to the workers: a number that it knows is that of a child which it has not
taken leave of, so it can never be that of another process.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from spasmkg.store.spawn import spawn

__all__ = ["Child", "Nursery", "main"]

_MOST = 4096


class Child:
    """A worker that a nursery has made; ``pid`` is 0 until it has said what it is."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self.pid = 0

    def kill(self) -> None:
        """End it at once. One that has not yet said its number ends when it finds its socket closed."""
        if self.pid:
            self._nursery.say({"kill": self.pid})

    def lower(self, nice: int) -> None:
        """Let others go first."""
        if self.pid:
            self._nursery.say({"nice": [self.pid, nice]})


class Nursery:
    """The process, from its parent's side."""

    def __init__(self, *, network: bool = False) -> None:
        """``network`` lets the workers reach it."""
        self._process, self._control = spawn("spasmkg.store.nursery", {"network": network}, socket.SOCK_SEQPACKET)

    def make(self, options: Mapping[str, Any]) -> tuple[Child, socket.socket]:
        """A new worker and our end of the socket to it. Raises OSError where there can be none."""
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [json.dumps({"make": dict(options)}).encode()], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return Child(self), ours

    def say(self, message: Mapping[str, Any]) -> None:
        """Tell it what to do."""
        with suppress(OSError):  # it has ended, and so have the workers
            self._control.send(json.dumps(message).encode())

    def close(self) -> None:
        """End it and all workers."""
        self._control.close()
        self._process.kill()
        self._process.wait()


def _serve(control: socket.socket) -> None:
    """Do what the parent says until it hangs up."""
    children: set[int] = set()
    wake, woken = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            with suppress(BlockingIOError):
                woken.recv(_MOST)
            _take_leave(children)
        if control not in ready:
            continue
        data, received, _, _ = socket.recv_fds(control, _MOST, 1)
        if not data:
            break
        message = json.loads(data)
        if "make" in message:
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for sock in (control, wake, woken):
                    sock.close()
                _work(received[0], message["make"])
            children.add(pid)
            os.close(received[0])
        elif "kill" in message and message["kill"] in children:
            os.kill(message["kill"], signal.SIGKILL)
        elif "nice" in message and message["nice"][0] in children:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, *message["nice"])
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _take_leave(children: set[int]) -> None:
    while children:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        children.discard(pid)


def _work(descriptor: int, options: Mapping[str, Any]) -> None:
    """Be a worker, and never come back."""
    from spasmkg.store import confine, worker

    try:
        confine.die_with_parent(os.getppid())
        if options.get("nice"):
            os.nice(options["nice"])
        worker.serve(socket.socket(fileno=descriptor), options["path"], options.get("memory", 0))
    finally:
        os._exit(0)  # at once: there is nothing to put in order


def main(arguments: list[str]) -> None:
    """Start: ``FD PARENT OPTIONS``, the options in JSON."""
    from spasmkg.store import confine, worker

    confine.begin(arguments)
    assert worker  # loaded here, once for all
    gc.freeze()  # what is loaded stays, and is shared with the workers
    _serve(socket.socket(fileno=int(arguments[0])))
    os._exit(0)
