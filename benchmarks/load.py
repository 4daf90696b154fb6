"""Many clients that ask the same question again and again, in a process of their own: ``load.py URL CLIENTS SECONDS``.

MARK in the URL is another number each time.

Prints the requests per second and the median of their times in milliseconds.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import time
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Client(asyncio.Protocol):
    """Asks on one connection, each time as soon as the answer before is whole."""

    number = time.time_ns()

    def __init__(self, request: bytes, times: list[float]) -> None:
        self._request, self._times, self._kept, self._begun = request, times, b"", 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        Client.number += 1
        self._begun = time.perf_counter()
        self._transport.write(self._request.replace(b"MARK", b"%d" % Client.number))

    def data_received(self, data: bytes) -> None:
        self._kept += data
        end = self._kept.find(b"\r\n\r\n")
        if end < 0:
            return
        if not self._kept.startswith(b"HTTP/1.1 200"):
            sys.exit(self._kept[:300].decode())
        if length := _LENGTH.search(self._kept[: end + 2]):
            if len(self._kept) < end + 4 + int(length[1]):
                return
        elif not self._kept.endswith(b"0\r\n\r\n"):
            return
        self._kept = b""
        self._times.append(time.perf_counter() - self._begun)
        self._ask()


async def main(url: str, clients: int, seconds: float) -> None:
    parts = urlsplit(url)
    request = (
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Accept: application/sparql-results+json\r\n\r\n"
    ).encode()
    times: list[float] = []
    loop = asyncio.get_running_loop()
    for _ in range(clients):
        await loop.create_connection(lambda: Client(request, times), parts.hostname, parts.port)
    await asyncio.sleep(seconds / 4)
    times.clear()
    begun = time.perf_counter()
    await asyncio.sleep(seconds)
    while not times and time.perf_counter() - begun < 60:  # an answer that takes longer is a figure as well
        await asyncio.sleep(0.01)
    print(len(times) / (time.perf_counter() - begun), 1000 * statistics.median(times))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
