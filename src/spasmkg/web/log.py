"""The access log: one line of JSON for each request, on standard error, written beside the work.

A line says nothing of a query but a digest of it, unless that is asked for. Where nobody reads the log, lines are
dropped and counted, and the server goes on.
"""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange

__all__ = ["AccessLog"]

_MOST_LINES = 10_000


class AccessLog:
    """Writes lines to a file descriptor, standard error by default."""

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._lines: deque[tuple[float, dict[str, Any]]] = deque()
        self._dropped = 0
        self._wake, self._stop = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="spasmkg-log", daemon=True)
        self._thread.start()

    def write(self, x: Exchange, seconds: float) -> None:
        """Note a request that is done."""
        client = x.scope.get("client")
        self.note(
            {"client": client[0] if client else "", "method": x.method, "path": x.path, "status": x.status or 499,
             "bytes": x.sent, "ms": round(seconds * 1000, 1), **x.log}
        )  # fmt: skip

    def trouble(self, x: Exchange, error: Exception) -> None:
        """Note a mistake of ours."""
        x.log["error"] = "internal"
        self.note({"path": x.path, "trouble": "".join(traceback.format_exception(error))})

    def note(self, values: dict[str, Any]) -> None:
        """Note anything."""
        if len(self._lines) >= _MOST_LINES:
            self._dropped += 1
            return
        self._lines.append((time.time(), values))
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what is left, if somebody reads it."""
        self._stop = True
        self._wake.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        while not self._stop or self._lines:
            self._wake.wait()
            self._wake.clear()
            lines = []
            while self._lines:
                lines.append(_line(*self._lines.popleft()))
            if self._dropped:
                lines.append(_line(time.time(), {"dropped": self._dropped}))
                self._dropped = 0
            if not lines:
                continue
            data = ("\n".join(lines) + "\n").encode()
            try:
                while data:
                    data = data[os.write(self._descriptor, data) :]
            except OSError:  # nobody can read it
                if self._stop:
                    return
            if not self._stop:
                time.sleep(0.05)  # a few lines at a time


def _line(when: float, values: dict[str, Any]) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when)) + f".{int(when * 1000) % 1000:03d}Z"
    return json.dumps({"time": stamp, **values})
