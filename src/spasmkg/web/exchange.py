"""One request and its response: what is read and written is bounded in size and in time."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["ClientGoneError", "Exchange", "Headers", "ProblemError", "only", "parameters", "utf8"]

Headers = list[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]

_BODY_SECONDS = 30.0
"""Seconds that the body of a request may take beside what its size allows."""
_LEAST_PACE = 16 * 1024
"""Bytes of a body for which a second is added."""
_TAKE_SECONDS = 30.0
"""Seconds in which a client must take what it is sent, before more is sent."""
_MOST_PARAMETERS = 1000
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?(?=,|$)", re.IGNORECASE)
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")


class ProblemError(Exception):
    """A request that is answered with an error: its status, a code for programs, and a sentence for people."""

    def __init__(
        self, status: int, code: str, detail: str, headers: Iterable[tuple[bytes, bytes]] = (), **more: Any
    ) -> None:
        self.status, self.code, self.detail, self.headers, self.more = status, code, detail, list(headers), more
        super().__init__(detail)


class ClientGoneError(Exception):
    """The client has hung up, or takes nothing: there is nobody to answer."""


class Exchange:
    """A request as it came in, and the way to answer it."""

    __slots__ = ("_headers", "_receive", "_send", "log", "method", "path", "scope", "sent", "status", "tail")

    def __init__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self._headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            before = self._headers.get(name)
            self._headers[name] = value if before is None else b"%b, %b" % (before, value)
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.tail: Headers = []
        """Headers that go with every response."""
        self.status = self.sent = 0
        self.log: dict[str, Any] = {}
        """What the access log shall say of it."""

    # ---- the request ----

    def header(self, name: bytes) -> str:
        """The values of a header, given in small letters, joined by commas; "" where it is absent."""
        return self._headers.get(name, b"").decode("latin-1")

    @property
    def query_string(self) -> str:
        """The part of the address after ``?``, as it was sent. Raises ProblemError where it is not UTF-8."""
        return utf8(self.scope["query_string"], "the address")

    def takes_gzip(self) -> bool:
        """Whether the answer may be compressed with gzip."""
        accepted = self.header(b"accept-encoding")
        match = _GZIP.search(accepted) if accepted else None
        return match is not None and not re.fullmatch(r"0(?:\.0*)?", match[1] or "1")

    def content_type(self) -> tuple[str, dict[str, str]]:
        """The media type of the body in small letters, and its parameters."""
        media, *rest = self.header(b"content-type").split(";")
        pairs = (part.split("=", 1) for part in rest if "=" in part)
        return media.strip().lower(), {n.strip().lower(): v.strip().strip('"') for n, v in pairs}

    async def body(self, most: int) -> bytes:
        """The body. Raises ProblemError where it is larger than ``most``, packed, or does not come in time."""
        parts = [part async for part in self.stream(most)]
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def stream(self, most: int) -> AsyncIterator[bytes]:
        """The body as it comes; errors as of body()."""
        if self.header(b"content-encoding").strip().lower() not in ("", "identity"):
            raise ProblemError(
                415, "unsupported-encoding", "send the body as it is, without Content-Encoding", [(b"accept-encoding", b"identity")]
            )  # fmt: skip
        length = self.header(b"content-length")
        if length.isdigit() and int(length) > most:
            raise self._too_large(most)
        size = 0
        begun = time.monotonic()
        try:
            while True:
                left = begun + _BODY_SECONDS + size / _LEAST_PACE - time.monotonic()
                async with asyncio.timeout(max(0.0, left)):
                    message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                part: bytes = message.get("body", b"")
                size += len(part)
                if size > most:
                    raise self._too_large(most)
                yield part
                if not message.get("more_body"):
                    return
        except TimeoutError:
            raise ProblemError(
                408, "slow-request", "the body did not come in time", [(b"connection", b"close")]
            ) from None

    def _too_large(self, most: int) -> ProblemError:
        return ProblemError(
            413, "too-large", f"the body is larger than {most:,} bytes", [(b"connection", b"close")]
        )  # fmt: skip

    def watch(self, gone: Callable[[], None]) -> asyncio.Task[None]:
        """Call ``gone`` when the client hangs up; the task is to be cancelled when it no longer matters."""

        async def listen() -> None:
            while (await self._receive())["type"] != "http.disconnect":
                pass
            gone()

        return asyncio.get_running_loop().create_task(listen())

    def hang_up(self) -> None:
        """Close the connection at once, without sending what waits to be sent."""
        abort = self.scope.get("extensions", {}).get("spasmkg.abort")
        if abort:
            abort()

    # ---- the response ----

    async def respond(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """Send a whole response."""
        length = [(b"content-length", str(len(body)).encode())] if status not in (204, 304) else []
        self.status, self.sent = status, len(body)
        await self._send({"type": "http.response.start", "status": status, "headers": headers + length + self.tail})
        await self._send({"type": "http.response.body", "body": b"" if self.method == "HEAD" else body})

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the start of a response whose length is not known."""
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers + self.tail})

    async def chunk(self, data: bytes) -> None:
        """Send a part of the body. Raises ClientGoneError where the client does not take it."""
        self.sent += len(data)
        try:
            async with asyncio.timeout(_TAKE_SECONDS):
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
        except TimeoutError:
            self.hang_up()
            raise ClientGoneError from None

    async def end(self) -> None:
        """Say that this was all of the body."""
        await self._send({"type": "http.response.body", "body": b""})

    async def problem(self, error: ProblemError) -> None:
        """Send an error, as RFC 9457 has it: ``status``, ``title``, ``code``, ``detail``, and what else is known."""
        values = {"type": "about:blank", "title": _title(error.status), "status": error.status, "code": error.code,
                  "detail": error.detail, **error.more}  # fmt: skip
        self.log["error"] = error.code
        body = json.dumps(values, ensure_ascii=False, separators=(", ", ": ")).encode() + b"\n"
        await self.respond(error.status, [(b"content-type", b"application/problem+json"), *error.headers], body)


def _title(status: int) -> str:
    from http import HTTPStatus

    return HTTPStatus(status).phrase


def utf8(data: bytes, what: str) -> str:
    """The text of bytes. Raises ProblemError where they are not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(400, "malformed", f"{what} is not UTF-8") from None


def parameters(text: str) -> list[tuple[str, str]]:
    """The pairs of a query string or a form. Raises ProblemError where it is not percent-encoded UTF-8.

    >>> parameters("query=ASK+%7B%7D&x")
    [('query', 'ASK {}'), ('x', '')]
    """
    if _BROKEN.search(text):
        raise ProblemError(400, "malformed", "a % that is not followed by two hexadecimal digits")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise ProblemError(400, "malformed", "the parameters are not UTF-8") from None
    except ValueError:
        raise ProblemError(400, "malformed", f"more than {_MOST_PARAMETERS} parameters") from None


def only(pairs: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of a parameter that may be given once."""
    found = [value for n, value in pairs if n == name]
    if len(found) > 1:
        raise ProblemError(400, "malformed", f"the parameter {name} is given {len(found)} times")
    return found[0] if found else None
