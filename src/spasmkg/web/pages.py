"""The pages for people: at which path which view shows what. To add one: write a view and name it in PAGES.

A view runs in a worker (:mod:`spasmkg.web.views`); here requests are told apart, and answered without a worker
where the browser has the page already.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from spasmkg import __version__
from spasmkg.store import frames
from spasmkg.web.address import quoted
from spasmkg.web.exchange import ProblemError, parameters
from spasmkg.web.negotiation import choose
from spasmkg.web.query import is_answered, send
from spasmkg.web.service import CACHED
from spasmkg.web.static import root

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange, Headers
    from spasmkg.web.service import Service

__all__ = ["LONGEST", "PAGES", "POLICY", "Page", "answers", "frame", "headers_of", "page"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the pages: nothing from elsewhere, no script or style in the page itself."""
_VIEWS = "spasmkg.web.views."
LONGEST = 16_000
"""The characters of an address beyond which it is refused."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path, the view that makes it, and the parameters that it takes; ``below`` every path that begins so."""

    path: str
    view: str
    """Module and function below :mod:`spasmkg.web.views`, such as ``home:home``."""
    parameters: tuple[str, ...] = ()
    """Others are passed over. ``*`` takes all."""
    below: bool = False


_EXPLORE = (
    "start",
    "open",
    "shut",
    "depth",
    "most",
    "inferred",
    "hide",
    "known",
    "show",
    "from",
    "to",
    "select",
    "view",
    "part",
)

PAGES = (
    Page("/", "home:home"),
    Page("/explore", "explore:explore", _EXPLORE),
    Page("/search", "search:found", ("q", "kind", "from")),
    Page("/vocabularies", "vocabularies:overview", ("q", "in")),
    Page("/vocabularies/crosswalk", "crosswalk:crosswalk", ("from", "to", "show", "page")),
    Page("/vocabularies/", "vocabularies:vocabulary", ("show", "kind", "page"), below=True),
    Page("/questions", "questions:questions", ("q", "tag", "here")),
    Page("/questions/", "question:question", ("*",), below=True),
    Page("/paths", "paths:paths", ("from", "to", "length", "top", "inferred", "certainty", "kind", "layer")),
    Page("/proof", "proofs:proof", ("subject", "predicate", "object", "all", "page")),
    Page("/help", "keys:keys"),
    Page("/withdraw", "withdrawing:withdraw", ("claim", "answers")),
)  # fmt: skip


def answers(shown: Page) -> Callable[[Service, Exchange], Awaitable[None]]:
    """What answers a request for a page."""
    return partial(page, shown)


async def page(shown: Page, service: Service, x: Exchange) -> None:
    """Answer a request for a page."""
    if not choose(x.header(b"accept"), ["text/html"]):
        raise ProblemError(406, "not-acceptable", "this page is offered as text/html", offered=["text/html"])
    if len(x.query_string) > LONGEST:
        raise ProblemError(414, "too-long", f"no address of a page is longer than {LONGEST:,} characters")
    values: dict[str, list[str]] = {}
    for name, value in parameters(x.query_string):
        if name in shown.parameters or "*" in shown.parameters:
            values.setdefault(name, []).append(value)
    path = service.path(x)
    etag = service.etag("page", __version__, root(), service.base(x), path, sorted(values.items()))
    if await is_answered(service, x, etag):
        return
    arguments = {**frame(service, x), "values": values, "rest": path.removeprefix(shown.path) if shown.below else ""}
    request = {"function": f"{_VIEWS}{shown.view}", "arguments": arguments}
    await send(service, x, request, frames.CALL, lambda _: headers_of(etag), etag)


def frame(service: Service, x: Exchange) -> dict[str, Any]:
    """What every view is told: of which graph, and under which addresses it is shown."""
    query = f"?{x.query_string}" if x.query_string else ""
    return {
        **service.graph, "prefix": service.prefix, "base": service.base(x), "static": service.prefix + root(),
        "article": service.options.article, "here": quoted(service.path(x)) + query,
    }  # fmt: skip


def headers_of(etag: str) -> Headers:
    """The headers of a page."""
    return [
        (b"content-type", b"text/html; charset=utf-8"), *([(b"etag", etag.encode())] if etag else []), *CACHED,
        (b"content-security-policy", POLICY.encode()), (b"referrer-policy", b"no-referrer"),
    ]  # fmt: skip
