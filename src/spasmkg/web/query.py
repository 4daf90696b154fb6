"""SPARQL 1.1 Protocol, query operation: https://www.w3.org/TR/sparql11-protocol/#query-operation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spasmkg.store import frames
from spasmkg.store.reply import NoAnswerError, Reply
from spasmkg.web import guarding
from spasmkg.web.exchange import ClientGoneError, Exchange, ProblemError, only, parameters, utf8
from spasmkg.web.negotiation import GRAPH, ROWS, by_name, choose
from spasmkg.web.service import CACHED, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasmkg.store.pool import Pool
    from spasmkg.web.exchange import Headers
    from spasmkg.web.service import Service

__all__ = [
    "FORM",
    "MOST_TEXT",
    "Wanted",
    "answer",
    "dataset",
    "form",
    "is_answered",
    "joined",
    "run",
    "send",
    "sparql",
    "text_of",
    "wanted",
]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
MOST_TEXT = 4 * 1024 * 1024
"""The bytes of a query or an update beyond which it is refused."""

_ROWS, _GRAPH = tuple(ROWS), tuple(GRAPH)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The media types of the answer, for rows and for a graph; "" where none fits."""

    rows: str
    graph: str

    @property
    def names(self) -> dict[str, str]:
        """The names of the formats, as a worker takes them."""
        return {"rows": ROWS.get(self.rows, ""), "graph": GRAPH.get(self.graph, "")}


async def sparql(service: Service, x: Exchange) -> None:
    """Answer a query, or describe the service where there is none."""
    if x.method in ("GET", "HEAD"):
        pairs = parameters(x.query_string)
        _no_update(pairs)
        text = only(pairs, "query")
        if text is None:
            if pairs and not all(name in ("format", "_format") for name, _ in pairs):
                raise ProblemError(400, "malformed", "the parameter query is missing")
            if not pairs and choose(x.header(b"accept"), ["text/turtle", "text/html"]) == "text/html":
                await x.respond(303, [(b"location", f"{service.base(x)}/query".encode()), *CACHED])
                return
            from spasmkg.web.description import describe_service

            await describe_service(service, x, pairs)
            return
    else:
        text, pairs = await _posted(x)
    x.log["query"] = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    if service.options.log_queries:
        x.log["text"] = text
    request: dict[str, Any] = {"query": text, "base": f"{service.base(x)}/sparql", **dataset(pairs)}
    await answer(service, x, request, wanted(x, pairs))


async def answer(service: Service, x: Exchange, request: dict[str, Any], want: Wanted) -> None:
    """Run a query that came from outside, unless the client has its answer already."""
    text = request["query"]
    etag = ""
    if service.joining and guarding.may_call(text):
        request["query"] = text = await joined(service, service.joining, x, text)
    elif x.method in ("GET", "HEAD") and not guarding.is_volatile(text):
        etag = service.etag(*(request.get(n) for n in ("query", "base", "default", "named")), want.rows, want.graph)
        if await is_answered(service, x, etag):
            return
    if not guarding.is_harmless(text):
        request["check"] = guarding.CHECK
    await run(service, x, {**request, **want.names}, want, etag)


async def is_answered(service: Service, x: Exchange, etag: str) -> bool:
    """Whether the answer with this tag is known to the client or kept here; then the client has got it."""
    if await service.is_known(x, etag):
        return True
    if kept := service.answers.get(_name(x, etag)):
        await x.respond(200, *kept)
        return True
    return False


async def joined(service: Service, joining: Pool, x: Exchange, text: str) -> str:
    """The query with the answers of other endpoints in it."""
    arguments = {"query": text, "allowed": service.options.allow_service, "seconds": service.options.timeout}
    request = {"function": "spasmkg.web.tasks:joined", "arguments": arguments}
    watch = None

    def on_slow(reply: Reply) -> None:
        nonlocal watch
        watch = x.watch(reply.cancel)

    joining.path = service.pool.path
    try:
        reply = await joining.ask(request, kind=frames.CALL, on_slow=on_slow)
        return b"".join([chunk async for chunk in reply.chunks()]).decode()
    except NoAnswerError as error:
        if error.code == "gone":
            raise ClientGoneError from None
        raise problem_of(error) from None
    finally:
        if watch:
            watch.cancel()


async def run(service: Service, x: Exchange, request: dict[str, Any], want: Wanted, etag: str = "") -> None:
    """Have a worker answer a query and send what it says."""
    await send(service, x, request, frames.QUERY, lambda reply: _headers(reply, want, etag), etag)


async def send(
    service: Service, x: Exchange, request: dict[str, Any], kind: bytes, headers: Callable[[Reply], Headers], etag: str
) -> None:
    """Have a worker answer a request and send what it says, with the headers that the answer needs.

    A small answer is kept under its tag, where it has one.
    """
    if x.takes_gzip():
        request["gzip"] = True
    digest = hashlib.blake2b(repr(request).encode(), digest_size=12).digest()
    watch = None

    def on_slow(reply: Reply) -> None:
        nonlocal watch
        watch = x.watch(reply.cancel)

    try:
        reply = await service.pool.ask(request, kind, digest, on_slow)
        head, status = headers(reply), reply.head.get("status", 200)
        if encoding := reply.head.get("encoding"):
            head.append((b"content-encoding", encoding.encode()))
        whole = reply.whole
        if whole is not None:
            await x.respond(status, head, whole)
            if etag and status == 200:
                service.answers.put(_name(x, etag), (head, whole))
            return
        reply.stop_taker = x.hang_up
        await x.begin(status, head)
        if x.method == "HEAD":
            reply.close()
            await x.end()
            return
        async for chunk in reply.chunks():
            await x.chunk(chunk)
        await x.end()
    except NoAnswerError as error:
        x.log["error"] = error.code
        if error.code == "gone":
            raise ClientGoneError from None
        if x.status:  # too late for an error: the missing end of the body says that it is not whole
            x.hang_up()
            raise ClientGoneError from None
        raise problem_of(error) from None
    finally:
        if watch:
            watch.cancel()


def _name(x: Exchange, etag: str) -> str:
    return f"{etag} {x.takes_gzip()}"


def _headers(reply: Reply, want: Wanted, etag: str) -> list[tuple[bytes, bytes]]:
    media = want.graph if reply.head["kind"] == "graph" else want.rows
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    headers = [(b"content-type", f"{media}{charset}".encode()), *CACHED]
    if etag:
        headers.append((b"etag", etag.encode()))
    return headers


def wanted(x: Exchange, pairs: list[tuple[str, str]]) -> Wanted:
    """What the client wants its answer in: by ``?format=`` or ``?_format=``, else by Accept."""
    name = next((value for n, value in pairs if n in ("format", "_format") and value), "")
    if name and name.lower() != "auto":
        found = by_name(name)
        if found is None:
            known = "json, xml, csv, tsv, turtle, ntriples, jsonld, rdfxml, trig, nquads"
            raise ProblemError(400, "unknown-format", f'"{name[:60]}" is not the name of a format; known are {known}')
        return Wanted(*found)
    accept = x.header(b"accept")
    rows, graph = choose(accept, _ROWS), choose(accept, _GRAPH)
    if not rows and not graph:
        raise ProblemError(
            406, "not-acceptable", "none of the accepted media types is offered", offered=[*ROWS, *GRAPH]
        )  # fmt: skip
    return Wanted(rows, graph)


def dataset(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The graphs that the request names as its dataset."""
    default = [value for name, value in pairs if name == "default-graph-uri"]
    named = [value for name, value in pairs if name == "named-graph-uri"]
    return {"default": default, "named": named} if default or named else {}


async def _posted(x: Exchange) -> tuple[str, list[tuple[str, str]]]:
    """The query of a POST request, and the parameters beside it."""
    media, options = x.content_type()
    beside = parameters(x.query_string)
    if media == FORM:
        pairs = await form(x, options)
        _no_update(pairs)
        text = only([*pairs, *beside], "query")
        if text is None:
            raise ProblemError(400, "malformed", "the parameter query is missing")
        return text, [*pairs, *beside]
    if media == QUERY:
        _no_update(beside)
        if any(name == "query" for name, _ in beside):
            raise ProblemError(400, "malformed", "the query is given twice: in the address and as the body")
        return await text_of(x, options), beside
    accepted = f"{FORM}, {QUERY}"
    raise ProblemError(
        415, "unsupported-media-type", f"a query is sent as {accepted}", [(b"accept-post", accepted.encode())]
    )  # fmt: skip


async def form(x: Exchange, options: dict[str, str], most: int = MOST_TEXT) -> list[tuple[str, str]]:
    """The parameters of a form in the body."""
    import asyncio

    text = await text_of(x, options, most)
    if len(text) > 64 * 1024:  # to take it apart takes a while: others are served meanwhile
        return await asyncio.to_thread(parameters, text)
    return parameters(text)


async def text_of(x: Exchange, options: dict[str, str], most: int = MOST_TEXT) -> str:
    """The body as text in UTF-8."""
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise ProblemError(415, "unsupported-media-type", "send the text in UTF-8")
    return utf8(await x.body(most), "the body")


def _no_update(pairs: list[tuple[str, str]]) -> None:
    if any(name == "update" for name, _ in pairs):
        raise ProblemError(400, "malformed", "this address takes queries; an update is a POST to /update")
