"""From a path to what answers it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasmkg.web.exchange import ClientGoneError, Exchange, ProblemError

if TYPE_CHECKING:
    from spasmkg.web.log import AccessLog
    from spasmkg.web.service import Service

__all__ = ["App", "Route"]


@dataclass(frozen=True, slots=True)
class Route:
    """An address: its path, what answers it, the methods it takes, and those by which pages of others may read.

    With ``below`` it is every path that begins so.
    """

    path: str
    answer: Callable[[Service, Exchange], Awaitable[None]]
    methods: tuple[str, ...] = ("GET", "HEAD")
    reading: tuple[str, ...] = ("GET", "HEAD")
    below: bool = False


class App:
    """The ASGI application."""

    def __init__(self, service: Service, log: AccessLog, routes: Iterable[Route]) -> None:
        self.service, self._log = service, log
        self._exact = {route.path: route for route in routes if not route.below}
        self._below = [route for route in routes if route.below]

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        begun = time.perf_counter()
        x = Exchange(scope, receive, send)
        x.tail = [(b"x-content-type-options", b"nosniff")]
        route: Route | None = None
        try:
            self.service.look()
            route = self._route(x)
            if x.method in route.reading:
                x.tail += self.service.cors(x)
            if x.method == "OPTIONS":
                await self._options(x, route)
            elif x.method in route.methods:
                await route.answer(self.service, x)
            else:
                methods = ", ".join((*route.methods, "OPTIONS"))
                raise ProblemError(
                    405, "method-not-allowed", f"this address takes {methods}", [(b"allow", methods.encode())]
                )
        except ProblemError as error:
            if trouble := error.more.pop("trouble", ""):
                self._log.note({"path": x.path, "trouble": trouble})
            if x.status:
                x.hang_up()
            else:
                await self._refuse(x, error)
        except ClientGoneError:
            x.log.setdefault("error", "gone")
        except asyncio.CancelledError:  # the server ends, and has waited long enough
            if x.status:
                x.hang_up()
            else:
                stopping = ProblemError(503, "busy", "the server is stopping; ask again soon", [(b"retry-after", b"5")])
                await self._refuse(x, stopping)
        except Exception as error:  # a mistake of ours: the client learns nothing of it, the log does
            self._log.trouble(x, error)
            if x.status:
                x.hang_up()
            else:
                await self._refuse(x, ProblemError(500, "internal", "something went wrong here"))
        finally:
            seconds = time.perf_counter() - begun
            self.service.metrics.add(route.path if route else "", x.method, x.status or 499, seconds)
            self._log.write(x, seconds)

    async def _refuse(self, x: Exchange, error: ProblemError) -> None:
        from spasmkg.web.sorry import is_wanted, sorry

        if is_wanted(x):
            await sorry(self.service, x, error)
        else:
            await x.problem(error)

    def _route(self, x: Exchange) -> Route:
        path = self.service.path(x)
        route = self._exact.get(path) or self._exact.get(path.rstrip("/"))
        if route is None:
            route = next((r for r in self._below if path.startswith(r.path)), None)
        if route is None:
            raise ProblemError(404, "not-found", "nothing is here")
        return route

    async def _options(self, x: Exchange, route: Route) -> None:
        """Say what an address takes, also to a browser that asks before it lets a foreign page read."""
        methods = ", ".join((*route.methods, "OPTIONS")).encode()
        headers = [(b"allow", methods)]
        asked = x.header(b"access-control-request-method")
        if asked in route.reading and (allowed := self.service.cors(x)):
            headers += [
                *allowed,
                (b"access-control-allow-methods", ", ".join(route.reading).encode()),
                (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
                (b"access-control-max-age", b"86400"),
            ]
        await x.respond(204, headers)
