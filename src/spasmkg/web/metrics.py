"""``/metrics``: what the server does, in the text format 0.0.4 of Prometheus.

Only for this machine: whoever asks from elsewhere, or through a proxy, needs the token of the server. Labels take few
values: a route as it is registered, a method that exists, a status.
"""

from __future__ import annotations

import hmac
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from spasmkg.web.exchange import ProblemError

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["BUCKETS", "Metrics", "metrics"]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""The upper bounds, in seconds, of the classes of duration."""
_MEDIA = b"text/plain; version=0.0.4; charset=utf-8"
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_OF_PROXIES = {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"}


class Metrics:
    """Counts of the requests that were answered.

    >>> counts = Metrics()
    >>> counts.add("/sparql", "GET", 200, 0.02)
    >>> counts.requests, counts.durations["/sparql"][bisect_left(BUCKETS, 0.02)], counts.seconds
    ({('/sparql', 'GET', 200): 1}, 1, {'/sparql': 0.02})
    """

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], int] = {}
        """By route, method and status."""
        self.durations: dict[str, list[int]] = {}
        """By route: how many requests fell into each class."""
        self.seconds: dict[str, float] = {}
        """By route: the seconds that all requests took together."""

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; ``route`` is one of the registered paths, or "" for an address where nothing is."""
        key = (route, method if method in _METHODS else "other", status)
        self.requests[key] = self.requests.get(key, 0) + 1
        found = self.durations.get(route)
        if found is None:
            found = self.durations[route] = [0] * (len(BUCKETS) + 1)
        found[bisect_left(BUCKETS, seconds)] += 1
        self.seconds[route] = self.seconds.get(route, 0.0) + seconds

    def lines(self) -> Iterator[str]:
        """The counts in the text format."""
        yield from _family("spasmkg_http_requests_total", "counter", "Requests that were answered.", (
            (f'{{route="{_text(r)}",method="{m}",status="{s}"}}', n) for (r, m, s), n in sorted(self.requests.items())
        ))  # fmt: skip
        name = "spasmkg_http_request_duration_seconds"
        yield f"# HELP {name} Seconds from a request to the end of its answer."
        yield f"# TYPE {name} histogram"
        for route, classes in sorted(self.durations.items()):
            total = 0
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), classes, strict=True):
                total += count
                yield f'{name}_bucket{{route="{_text(route)}",le="{bound}"}} {total}'
            yield f'{name}_sum{{route="{_text(route)}"}} {self.seconds[route]:.6f}'
            yield f'{name}_count{{route="{_text(route)}"}} {total}'


def _text(value: str) -> str:
    """The text of a label, in which a backslash, a quotation mark and the end of a line are escaped."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _family(name: str, kind: str, about: str, values: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        yield f"{name}{labels} {value}"


async def metrics(service: Service, x: Exchange) -> None:
    """Give figures for Prometheus, to this machine or for the token."""
    if not _is_near(x) and not _has_token(service, x):
        detail = "the figures are for this machine; from elsewhere send Authorization: Bearer TOKEN, with the token of this server"
        raise ProblemError(401, "unauthorized", detail, [(b"www-authenticate", b'Bearer realm="spasmkg"')])
    lines = [*service.metrics.lines(), *_state(service)]
    headers = [(b"content-type", _MEDIA), (b"cache-control", b"no-store")]
    await x.respond(200, headers, ("\n".join(lines) + "\n").encode())


def _is_near(x: Exchange) -> bool:
    """Whether a program of this machine asks for itself: one that hands on what others ask says so."""
    client = x.scope.get("client")
    near = client is not None and (client[0].startswith("127.") or client[0] in ("::1", "::ffff:127.0.0.1"))
    return near and not any(name in _OF_PROXIES for name, _ in x.scope["headers"])


def _has_token(service: Service, x: Exchange) -> bool:
    token = service.options.token
    scheme, _, given = x.header(b"authorization").partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _state(service: Service) -> Iterator[str]:
    """What the server is and has at this moment."""
    from spasmkg import __version__

    about = f'{{version="{_text(__version__)}",dataset="{_text(service.dataset)}"}}'
    yield from _family("spasmkg_info", "gauge", "The program and its dataset.", [(about, 1)])
    lanes = service.pool.counts()
    workers = [
        (f'{{lane="{lane}",state="{state}"}}', count)
        for lane, found in lanes.items()
        for state, count in (("idle", found["idle"]), ("busy", found["workers"] - found["idle"]))
    ]
    yield from _family("spasmkg_workers", "gauge", "Worker processes.", workers)
    waiting = [(f'{{lane="{lane}"}}', found["waiting"]) for lane, found in lanes.items()]
    yield from _family("spasmkg_waiting", "gauge", "Requests that wait for a worker.", waiting)
    ended = [("", service.pool.killed)]
    yield from _family(
        "spasmkg_workers_ended_total", "counter", "Workers that were killed, died or were renewed.", ended
    )
    memory = [("", service.pool.resident())]
    yield from _family("spasmkg_workers_resident_memory_bytes", "gauge", "Memory of all workers together.", memory)
    yield from _own()


def _own() -> Iterator[str]:
    """The web process itself, where the system tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        files = len(os.listdir("/proc/self/fd"))
    except (OSError, ValueError):
        return
    spent = sum(os.times()[:2])
    yield from _family("process_resident_memory_bytes", "gauge", "Memory of the web process.", [("", resident)])
    yield from _family("process_open_fds", "gauge", "Open files of the web process.", [("", files)])
    yield from _family(
        "process_cpu_seconds_total", "counter", "Processor time of the web process.", [("", round(spent, 2))]
    )
