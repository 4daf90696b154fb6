"""Linked data: ``https://w3id.org/spasmkg/X`` is served at ``/id/X``, as RDF or as a page.

A thing is answered at its own address, in the format that the client prefers. What is named in another way is sent
there by 303: an IRI (``/id?iri=``), any other name (``/id?name=``), the namespace itself; a named graph is sent to the
graph store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from spasmkg import __version__
from spasmkg import namespaces as ns
from spasmkg.store import frames
from spasmkg.store.reply import NoAnswerError
from spasmkg.web.address import place_of, quoted
from spasmkg.web.exchange import ProblemError, only, parameters
from spasmkg.web.negotiation import choose
from spasmkg.web.pages import frame, headers_of
from spasmkg.web.query import is_answered, send
from spasmkg.web.service import CACHED, problem_of
from spasmkg.web.static import root

if TYPE_CHECKING:
    from spasmkg.store.reply import Reply
    from spasmkg.web.exchange import Exchange, Headers
    from spasmkg.web.service import Service

__all__ = ["SHOWN", "thing", "things"]

_FORMATS = {
    "text/turtle": "turtle", "application/ld+json": "jsonld", "application/n-triples": "ntriples", "text/html": "html",
    "application/json": "jsonld", "text/plain": "ntriples",
}  # fmt: skip
"""What a thing is answered with. A client that takes anything gets the first."""
_NAMES = {
    "turtle": "text/turtle", "ttl": "text/turtle", "jsonld": "application/ld+json", "json-ld": "application/ld+json",
    "json": "application/ld+json", "ntriples": "application/n-triples", "nt": "application/n-triples",
    "n-triples": "application/n-triples", "html": "text/html",
}  # fmt: skip
SHOWN = {
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "ntriples": "application/n-triples",
    "html": "text/html",
}
_ONTOLOGY = "/id/ontology"
_LONGEST = 4000


async def thing(service: Service, x: Exchange) -> None:
    """Give a thing as a page or in RDF."""
    path = service.path(x)
    local = path.removeprefix("/id/")
    if not local:
        await _see(service, x, _ONTOLOGY)
    elif local.startswith("graph/"):
        await _see(service, x, f"/store?graph={quote(ns.SPASM + local, safe='')}")
    else:
        sent = bytes(x.scope.get("raw_path") or b"").decode("ascii", "replace")
        start = f"{service.prefix}/id/"
        as_sent = (
            sent.removeprefix(start) if sent.startswith(start) else local
        )  # an IRI may hold what an address escapes
        await _answer(service, x, [ns.SPASM + name for name in dict.fromkeys((local, as_sent))], quoted(path), [])


async def things(service: Service, x: Exchange) -> None:
    """Lead to a thing of any namespace by ``?iri=``, an entity by any of its names by ``?name=``."""
    pairs = parameters(x.query_string)
    iri, name = only(pairs, "iri"), only(pairs, "name")
    if iri is not None and name is None:
        if place := place_of(iri):
            await _see(service, x, place)
            return
        await _answer(service, x, [iri], f"/id?{urlencode({'iri': iri})}", [("iri", iri)])
    elif name is not None and iri is None:
        await _see(service, x, place_of(await _resolved(service, name)))
    elif iri is None:
        await _see(service, x, _ONTOLOGY)
    else:
        raise ProblemError(400, "malformed", "give ?iri= or ?name=, not both")


async def _see(service: Service, x: Exchange, path: str) -> None:
    await x.respond(303, [(b"location", f"{service.base(x)}{path}".encode()), (b"cache-control", b"no-cache")])


async def _resolved(service: Service, name: str) -> str:
    """The IRI of the entity that a name stands for. Raises ProblemError."""
    request = {"function": "spasmkg.web.tasks.things:resolve", "arguments": {**service.graph, "name": name[:500]}}
    try:
        reply = await service.pool.ask(request, frames.CALL)
        async for _ in reply.chunks():
            pass
    except NoAnswerError as error:
        raise problem_of(error) from None
    return str(reply.head["iri"])


async def _answer(service: Service, x: Exchange, iris: list[str], path: str, kept: list[tuple[str, str]]) -> None:
    if len(path) > _LONGEST:
        raise ProblemError(414, "too-long", f"no name of a thing is longer than {_LONGEST:,} characters")
    pairs = [pair for pair in parameters(x.query_string) if pair not in kept]
    base = service.base(x)
    others = {name: f"{base}{path}{'&' if '?' in path else '?'}_format={name}" for name in SHOWN}
    media = _media(x, pairs, others)
    form = _FORMATS[media]
    etag = service.etag("id", __version__, root(), base, path, media)
    if await is_answered(service, x, etag):
        return
    alternates = [(SHOWN[name], others[name]) for name in others if name != form]
    arguments: dict[str, Any] = {"iris": iris, "alternates": alternates}
    if form == "html":
        function = "views.things:thing"
        arguments |= {**frame(service, x), "values": {}, "rest": ""}
    else:
        function = "tasks.things:describe"
        arguments |= {**service.graph, "media": form, "base": base, "document": f"{base}{path}"}

    def headers(reply: Reply) -> Headers:
        about = reply.head.get("iri", "")
        describes = f', <{about}>; rel="describes"' if about and about.isascii() else ""
        found = [(b"link", f"{_links(others, form)}{describes}".encode()), (b"content-location", others[form].encode())]
        if form == "html":
            return headers_of(etag) + found
        charset = "; charset=utf-8" if media.startswith("text/") else ""
        return [(b"content-type", f"{media}{charset}".encode()), (b"etag", etag.encode()), *CACHED, *found]

    await send(service, x, {"function": f"spasmkg.web.{function}", "arguments": arguments}, frames.CALL, headers, etag)


def _links(others: dict[str, str], form: str) -> str:
    """The other formats, as a Link header has them."""
    return ", ".join(f'<{others[n]}>; rel="alternate"; type="{SHOWN[n]}"' for n in others if n != form)


def _media(x: Exchange, pairs: list[tuple[str, str]], others: dict[str, str]) -> str:
    """The media type of the answer: by ``?_format=`` where it is given, else by Accept. Raises ProblemError."""
    name = next((value for n, value in pairs if n in ("format", "_format") and value), "")
    if unknown := [n for n, _ in pairs if n not in ("format", "_format")]:
        raise ProblemError(
            400, "unknown-parameter", f'this address takes no parameter "{unknown[0][:80]}"; it takes _format'
        )
    if name:
        text = name.strip().lower().replace(" ", "+")  # "+" in a query string is a space
        media = _NAMES.get(text, text)
        if media not in _FORMATS:
            raise ProblemError(
                400, "unknown-format", f'"{name[:60]}" is no format of a thing; known are {", ".join(SHOWN)}'
            )
        return media
    media = choose(x.header(b"accept"), list(_FORMATS))
    if not media:
        offered = list(SHOWN.values())
        raise ProblemError(
            406, "not-acceptable", f"none of the accepted media types is offered; offered are {', '.join(offered)}",
            [(b"link", _links(others, "").encode())], offered=offered,
        )  # fmt: skip
    return media
