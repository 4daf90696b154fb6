"""HTTP/1.1 as uvicorn speaks it, with bounds on what it leaves open: headers, idle and lingering connections."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any, cast

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

__all__ = ["BoundedProtocol", "BoundedServer"]

_MOST_HEADER = 64 * 1024
_MOST_HEADERS = 200
_HEADER_SECONDS = 10.0
_LINGER_SECONDS = 30.0
_MOST_CONNECTIONS = 1000


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose client must send its headers soon, in few bytes, and take what it asked for."""

    _patience: asyncio.TimerHandle | None = None
    _header_bytes = 0
    _in_headers = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(cast("asyncio.Transport", _Corked(transport)))
        if len(self.connections) > _MOST_CONNECTIONS:
            self._refuse(b"503 Service Unavailable", "busy", "too many connections")
            return
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
                if hasattr(socket, name):
                    sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._headers_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self.parser is None or self.transport.is_closing():
            return
        super().data_received(data)
        if self._in_headers:
            self._header_bytes += len(data)
            if self._patience is None:
                self._expect_headers()
            if self._header_bytes > _MOST_HEADER:
                self._refuse(b"431 Request Header Fields Too Large", "too-large", "the headers are too large")

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._in_headers, self._header_bytes = True, 0
        super().on_message_begin()
        self.scope["extensions"] = cast("Any", {"spasmkg.abort": self.transport.abort})

    def on_headers_complete(self) -> None:
        """The last byte of its headers."""
        self._headers_came()
        self._in_headers = False
        size = sum(len(name) + len(value) for name, value in self.headers) + len(self.url)
        if size > _MOST_HEADER or len(self.headers) > _MOST_HEADERS:
            self._refuse(b"431 Request Header Fields Too Large", "too-large", "the headers are too large")
            raise httptools.HttpParserError
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """All of the answer was handed over; the client may not have taken it yet."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()
        if self.transport.is_closing():
            self._linger()

    def timeout_keep_alive_handler(self) -> None:
        """The client asks for nothing more."""
        super().timeout_keep_alive_handler()
        self._linger()

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP."""
        if not self.transport.is_closing():
            self._refuse(b"400 Bad Request", "malformed", msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing is said of it: the request is answered as any other."""

    def _expect_headers(self) -> None:
        self._patience = self.loop.call_later(_HEADER_SECONDS, self._too_slow)

    def _headers_came(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _too_slow(self) -> None:
        if self._in_headers:
            self._refuse(b"408 Request Timeout", "slow-request", "the headers did not come in time")
        else:
            self.transport.close()

    def _refuse(self, status: bytes, code: str, reason: str) -> None:
        """Answer what never became a request."""
        body = (
            f'{{"type": "about:blank", "title": "{status[4:].decode()}", "status": {status[:3].decode()}, '
            f'"code": "{code}", "detail": "{reason}"}}\n'
        ).encode()
        head = (
            b"HTTP/1.1 %b\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head % (status, len(body)) + body)
        self.transport.close()
        self._linger()

    def _linger(self) -> None:
        """Wait for what was sent to be taken, but not for ever."""
        if self.transport.get_write_buffer_size():
            self.loop.call_later(_LINGER_SECONDS, cast("Any", self.transport).abort)


class _Corked:
    """A transport that sends the head of a response with the first of its body: one packet, one call of the system."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._kept = transport, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._kept:
            data, self._kept = self._kept + data, b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._kept = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        if self._kept:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self._transport.close()


class BoundedServer(uvicorn.Server):
    """Calls ``announce`` when it accepts connections, and ends in good order by SIGTERM or SIGINT."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self._announce()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Be told of signals, and do not raise them again at the end: to be ended is no failure."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield
