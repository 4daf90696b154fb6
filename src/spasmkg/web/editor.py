"""The page of the SPARQL editor: ``GET /query`` shows it with the answer, ``POST /query`` gives the answer to its script.

A query of a page is not protocol: it is answered with the first rows and what they speak of, and a mistake in it is an
answer too. What needs the protocol is at ``/sparql``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spasmkg import __version__
from spasmkg.store import frames
from spasmkg.web import guarding
from spasmkg.web.exchange import ProblemError, only, parameters
from spasmkg.web.negotiation import choose
from spasmkg.web.pages import LONGEST, frame, headers_of
from spasmkg.web.query import FORM, form, is_answered, joined, send
from spasmkg.web.static import root

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["query"]

_MOST_TEXT = 256 * 1024
"""The bytes of a query that an editor sends."""
_VIEWS = "spasmkg.web.views.query:"
_NEVER_KEPT = [(b"cache-control", b"no-store")]
_TAKEN = ("query", "example", "page", "rows")


async def query(service: Service, x: Exchange) -> None:
    """Answer a request to ``/query``."""
    if x.method == "POST":
        await _answer(service, x)
    else:
        await _page(service, x)


async def _answer(service: Service, x: Exchange) -> None:
    media, options = x.content_type()
    if media != FORM:
        raise ProblemError(
            415, "unsupported-media-type", f"send the query as {FORM}", [(b"accept-post", FORM.encode())]
        )
    text = only(await form(x, options, _MOST_TEXT), "query")
    if text is None:
        raise ProblemError(400, "malformed", "the parameter query is missing")
    request = {"function": f"{_VIEWS}answer", "arguments": await _asked(service, x, text)}
    headers = [(b"content-type", b"application/json"), *_NEVER_KEPT]
    await send(service, x, request, frames.CALL, lambda _: list(headers), "")


async def _page(service: Service, x: Exchange) -> None:
    if not choose(x.header(b"accept"), ["text/html"]):
        raise ProblemError(406, "not-acceptable", "this page is offered as text/html", offered=["text/html"])
    if len(x.query_string) > LONGEST:
        raise ProblemError(414, "too-long", f"no address of a page is longer than {LONGEST:,} characters")
    given = parameters(x.query_string)
    values = {name: [value] for name in _TAKEN if (value := only(given, name)) is not None}
    text = values.get("query", [""])[0]
    etag = ""
    if not (guarding.is_volatile(text) or (service.joining and guarding.may_call(text))):
        etag = service.etag("query", __version__, root(), service.base(x), sorted(values.items()))
        if await is_answered(service, x, etag):
            return
    function, failed = f"{_VIEWS}query", None
    try:
        arguments = {**await _asked(service, x, text), "values": values}
        await send(
            service, x, {"function": function, "arguments": arguments}, frames.CALL, lambda _: headers_of(etag), etag
        )
    except ProblemError as error:
        if x.status or not text:
            raise
        failed = {"code": error.code, "detail": error.detail}
    if failed:  # the page says so, with the query in it
        arguments = {**_frame(service, x), "text": text, "values": values, "failed": failed}
        await send(
            service, x, {"function": function, "arguments": arguments}, frames.CALL, lambda _: headers_of(""), ""
        )


def _frame(service: Service, x: Exchange) -> dict[str, Any]:
    return {**frame(service, x), "timeout": service.options.timeout}


async def _asked(service: Service, x: Exchange, text: str) -> dict[str, Any]:
    """What the view is told; a query that calls other endpoints has their answers in it."""
    arguments = {**_frame(service, x), "text": text}
    if service.joining and guarding.may_call(text):
        arguments["joined"] = await joined(service, service.joining, x, text)
    return arguments
