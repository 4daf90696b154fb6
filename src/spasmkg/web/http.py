"""HTTP/1.1 as uvicorn speaks it, with bounds on what it leaves open: headers, idle and lingering connections."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import struct
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
_REST_SECONDS = 5.0
"""Seconds for which the rest of a request that was refused is taken: a client that still sends would not see the answer."""
_MOST_REST = 64 * 1024 * 1024
_MOST_CONNECTIONS = 1000


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose client must send its headers soon, in few bytes, and take what it asked for."""

    _patience: asyncio.TimerHandle | None = None
    _header_bytes = _rest_bytes = 0
    _in_headers = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(cast("asyncio.Transport", _Corked(transport, self._has_rest)))
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
            self._rest_bytes += len(data)
            if self._rest_bytes > _MOST_REST:
                self.transport.abort()
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
        self.scope["extensions"] = cast("Any", {"spasmkg.abort": self._break_off})

    def on_headers_complete(self) -> None:
        """The last byte of its headers."""
        self._headers_came()
        self._in_headers = False
        size = sum(len(name) + len(value) for name, value in self.headers) + len(self.url)
        if size > _MOST_HEADER or len(self.headers) > _MOST_HEADERS:
            self._refuse(b"431 Request Header Fields Too Large", "too-large", "the headers are too large")
            raise httptools.HttpParserError
        hosts, is_old = sum(name == b"host" for name, _ in self.headers), self.parser.get_http_version() == "1.0"
        if hosts > 1 or not (hosts or is_old):  # RFC 9112, section 3.2
            self._refuse(b"400 Bad Request", "malformed", "a request has one Host header")
            raise httptools.HttpParserError
        super().on_headers_complete()
        if is_old and self.cycle is not None:  # no chunks for HTTP/1.0: such a client takes what comes until the end
            self.cycle.chunked_encoding, self.cycle.expected_content_length = False, _Unbounded()

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

    def _has_rest(self) -> bool:
        """Whether the client has not sent all of its request."""
        return self._in_headers or (self.cycle is not None and self.cycle.more_body)

    def _break_off(self) -> None:
        """Close so that no client takes what it has for the whole, not even one of HTTP/1.0, which knows it by the end alone."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None and self.scope["http_version"] == "1.0":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

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


class _Unbounded(int):
    """The length of a body that ends where the connection does: uvicorn finds any right."""

    def __lt__(self, _: int) -> bool:
        return False

    def __ne__(self, _: object) -> bool:
        return False

    def __sub__(self, _: int) -> _Unbounded:
        return self


class _Corked:
    """A transport that sends the head of a response with the first of its body: one packet, one call of the system.

    It closes at once, or where the client ``has_rest`` to send, when that came.
    """

    def __init__(self, transport: asyncio.Transport, has_rest: Callable[[], bool]) -> None:
        self._transport, self._kept, self._has_rest = transport, b"", has_rest
        self._takes_rest = False

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

    def is_closing(self) -> bool:
        return self._takes_rest or self._transport.is_closing()

    def close(self) -> None:
        self.flush()
        if self.is_closing() or not self._has_rest():
            self._transport.close()
            return
        self._takes_rest = True
        self._transport.write_eof()
        self._transport.resume_reading()
        asyncio.get_running_loop().call_later(_REST_SECONDS, self._transport.close)


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
