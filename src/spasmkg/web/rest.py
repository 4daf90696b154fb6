"""The REST interface: ``/api/…``, as :mod:`spasmkg.web.operations` lists it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from spasmkg import __version__, competency
from spasmkg.store import frames
from spasmkg.store.reply import NoAnswerError
from spasmkg.web.address import quoted
from spasmkg.web.exchange import ProblemError, parameters
from spasmkg.web.negotiation import choose
from spasmkg.web.operations import NAMES, Operation, find, read
from spasmkg.web.query import is_answered, joined, send
from spasmkg.web.service import CACHED, problem_of

if TYPE_CHECKING:
    from spasmkg.store.pool import Pool
    from spasmkg.store.reply import Reply
    from spasmkg.web.exchange import Exchange, Headers
    from spasmkg.web.service import Service

__all__ = ["api", "links", "openapi"]

_TASKS = "spasmkg.web.tasks."
_NEVER_KEPT = [(b"cache-control", b"no-store"), (b"vary", b"Accept, Accept-Encoding")]
Pairs = Sequence[tuple[str, str]]


async def api(service: Service, x: Exchange) -> None:
    """Answer an operation of the REST interface."""
    path = service.path(x)
    if path.rstrip("/") == "/api":
        there = f"{service.base(x)}/api/openapi.json".encode()
        await x.respond(303, [(b"location", there)])
        return
    operation, fixed = find(path)
    pairs = parameters(x.query_string)
    values = read(operation, pairs, fixed)
    media = _media(x, operation, values.pop("format", ""))
    outside = bool(operation.question) and any(p.is_endpoint for p in competency.load(operation.question).parameters)
    etag = "" if outside else service.etag("api", __version__, service.base(x), path, x.query_string, media)
    if etag and await is_answered(service, x, etag):
        return
    arguments: dict[str, Any] = {
        **service.graph, "article": service.options.article, "question": operation.question, "media": operation.media[media],
        "evidence": values.pop("evidence", False), "values": values,
    }  # fmt: skip
    if operation.is_paged:
        arguments |= {"offset": values.pop("offset"), "limit": values.pop("limit", None)}
    if outside and service.joining and operation.is_paged:
        arguments["text"] = await _joined(service, service.joining, x, arguments)
    request = {"function": f"{_TASKS}{operation.task}", "arguments": arguments}

    def headers(reply: Reply) -> Headers:
        found = [
            (b"content-type", _with_charset(media)),
            *([(b"etag", etag.encode()), *CACHED] if etag else _NEVER_KEPT),
        ]
        if "total" in reply.head and arguments.get("limit"):
            address = service.base(x) + quoted(path)
            shown = links(address, pairs, arguments["offset"], arguments["limit"], reply.head["total"])
            found.append((b"link", shown.encode()))
        return found

    await send(service, x, request, frames.CALL, headers, etag)


async def _joined(service: Service, joining: Pool, x: Exchange, arguments: dict[str, Any]) -> str:
    """The SPARQL of a question with its values, and with the answers of the endpoint that it calls in it."""
    request = {"function": f"{_TASKS}records:query", "arguments": {**arguments, "media": "rq"}}
    try:
        reply = await service.pool.ask(request, frames.CALL)
        text = b"".join([chunk async for chunk in reply.chunks()]).decode()
    except NoAnswerError as error:
        raise problem_of(error) from None
    return await joined(service, joining, x, text)


async def openapi(service: Service, x: Exchange) -> None:
    """Describe the REST interface in OpenAPI 3.1."""
    etag = service.etag("openapi", __version__, service.prefix)
    if await is_answered(service, x, etag):
        return
    request = {
        "function": f"{_TASKS}openapi:document",
        "arguments": {**service.graph, "prefix": service.prefix or "/"},
    }
    headers = [(b"content-type", b"application/json"), (b"etag", etag.encode()), *CACHED]
    await send(service, x, request, frames.CALL, lambda _: list(headers), etag)


def _media(x: Exchange, operation: Operation, name: str) -> str:
    """The media type of the answer: by name where one is given, else by Accept. Raises ProblemError."""
    offers = list(operation.media)
    if name:
        text = name.strip().lower().replace(" ", "+")  # "+" in a query string is a space
        media = NAMES.get(text, text)
        if media in offers:
            return media
        short = [known for known, kind in NAMES.items() if kind in offers]
        raise ProblemError(
            400,
            "unknown-format",
            f'"{name[:60]}" is no format of this answer; known are {", ".join(short)}',
            offered=offers,
        )
    media = choose(x.header(b"accept"), offers)
    if not media:
        raise ProblemError(
            406,
            "not-acceptable",
            f"none of the accepted media types is offered; offered are {', '.join(offers)}",
            offered=offers,
        )
    return media


def _with_charset(media: str) -> bytes:
    return f"{media}; charset=utf-8".encode() if media.startswith("text/") else media.encode()


def links(address: str, pairs: Pairs, offset: int, limit: int, total: int) -> str:
    """The Link header (RFC 8288) of a page of rows: ``first``, ``prev``, ``next``, ``last``.

    >>> links("http://h/api/claims", [("item", "drugs-1"), ("limit", "2")], 2, 2, 7).split(", ")[2]
    '<http://h/api/claims?item=drugs-1&limit=2&offset=4>; rel="next"'
    """
    last = max(0, offset % limit + (total - 1 - offset % limit) // limit * limit) if total else 0
    pages: dict[str, int] = {"first": 0}
    if offset > 0:
        pages["prev"] = max(0, min(offset - limit, last))
    if offset + limit < total:
        pages["next"] = offset + limit
    pages["last"] = last
    kept = [(name, value) for name, value in pairs if name != "offset"]
    return ", ".join(
        f'<{address}?{urlencode([*kept, ("offset", str(place))])}>; rel="{relation}"'
        for relation, place in pages.items()
    )
