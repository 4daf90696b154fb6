"""SPARQL 1.1 Graph Store HTTP Protocol: https://www.w3.org/TR/sparql11-http-rdf-update/.

A graph is named by ``?graph=IRI`` or ``?default``, or directly by an address below ``/store/``, whose IRI is the
address. What is written must come with the token; what is read is for everybody.
"""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from spasmkg.store.reply import NoAnswerError
from spasmkg.store.writing import INCOMING
from spasmkg.web.exchange import ProblemError, only, parameters
from spasmkg.web.negotiation import GRAPH, choose, matches
from spasmkg.web.query import Wanted, run, wanted
from spasmkg.web.service import problem_of

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["store"]

_MOST = 512 * 1024 * 1024
_MOST_PARTS = 32 * 1024 * 1024
_READ = {
    "text/turtle": "turtle", "application/x-turtle": "turtle", "application/n-triples": "ntriples",
    "text/plain": "ntriples", "application/rdf+xml": "rdfxml", "application/ld+json": "jsonld",
}  # fmt: skip


async def store(service: Service, x: Exchange) -> None:
    """Give, replace, extend or drop a graph, by the Graph Store Protocol."""
    pairs = parameters(x.query_string)
    writing = None if x.method in ("GET", "HEAD") else service.authorize(x)
    graph = _named(service, x, pairs)
    if writing is None:
        await _read(service, x, graph, pairs)
        return
    made = ""
    if graph is None:
        if x.method != "POST":
            raise ProblemError(400, "malformed", "name the graph: ?graph=IRI or ?default")
        graph = made = f"{service.base(x)}/store/{secrets.token_hex(8)}"
    request: dict[str, Any] = {"graph": graph, "mode": {"PUT": "replace", "POST": "merge"}.get(x.method, "drop")}
    if not made:
        request |= _conditions(service, x, graph)
    paths: list[str] = []
    try:
        if x.method != "DELETE":
            request["documents"] = await _documents(service, x, graph or f"{service.base(x)}/store", paths)
        head = await writing.change(request, 10 * service.options.timeout)
    except NoAnswerError as error:
        raise problem_of(error) from None
    finally:
        for path in paths:
            os.unlink(path)
    if head["created"]:
        there = made or f"{service.base(x)}/store?graph={quote(graph, safe='')}"
        await x.respond(201, [(b"location", there.encode())])
    else:
        await x.respond(204, [])


def _conditions(service: Service, x: Exchange, graph: str) -> dict[str, Any]:
    """What a change is to depend on (RFC 9110, section 13): ``absent``, ``present``, the ``path`` of the store as it was seen.

    Raises ProblemError where it fails already.
    """
    without, only_with = x.header(b"if-none-match").strip(), x.header(b"if-match").strip()
    tags = [service.etag("store", graph, media) for media in GRAPH]
    found: dict[str, Any] = {"absent": without == "*", "present": bool(only_with)}
    if only_with and only_with != "*":
        found["path"] = service.pool.path
    if (without != "*" and any(matches(without, tag) for tag in tags)) or (
        only_with and not any(matches(only_with, tag) for tag in tags)
    ):
        raise ProblemError(412, "precondition-failed", "the graph is not as the request has it; read it again")
    return found


def _named(service: Service, x: Exchange, pairs: list[tuple[str, str]]) -> str | None:
    """The IRI of the graph that a request is about, "" for the default graph; None where it names none."""
    path = service.path(x)
    graph = only(pairs, "graph")
    default = any(name == "default" for name, _ in pairs)
    if path.startswith("/store/") and len(path) > len("/store/"):
        if graph is not None or default:
            raise ProblemError(400, "malformed", "the graph is named twice: by the address and by a parameter")
        return f"{service.base(x)}/store/{quote(path[len('/store/') :], safe=_SAFE)}"
    if graph is not None and default:
        raise ProblemError(400, "malformed", "?graph and ?default exclude each other")
    if default:
        return ""
    if graph is None:
        return None
    return graph if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", graph) else urljoin(f"{service.base(x)}/store", graph)


_SAFE = "/:@!$&'()*+,;=-._~%"


async def _read(service: Service, x: Exchange, graph: str | None, pairs: list[tuple[str, str]]) -> None:
    if graph is None:
        raise ProblemError(400, "malformed", "name the graph: ?graph=IRI or ?default")
    media = wanted(x, pairs).graph or choose(x.header(b"accept"), list(GRAPH))
    if not media:
        raise ProblemError(406, "not-acceptable", "none of the accepted media types is offered", offered=list(GRAPH))
    etag = service.etag("store", graph, media)
    if await service.is_known(x, etag):
        return
    await run(service, x, {"dump": graph, "graph": GRAPH[media]}, Wanted("", media), etag)


async def _documents(service: Service, x: Exchange, base: str, paths: list[str]) -> list[dict[str, str]]:
    """The documents of a request, each in a file of its own, whose path is also put into ``paths``."""
    media, options = x.content_type()
    if media == "multipart/form-data":
        body = await x.body(_MOST_PARTS)
        return [
            {"path": _kept(service, data, paths), "media": _format(kind), "base": base}
            for kind, data in _parts(body, options.get("boundary", ""))
        ]
    if not media and x.header(b"content-length") in ("", "0"):
        media = "application/n-triples"
    form = _format(media)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise ProblemError(415, "unsupported-media-type", "send the document in UTF-8")
    path = _kept(service, b"", paths)
    with open(path, "wb") as file:
        async for chunk in x.stream(_MOST):
            try:
                file.write(chunk)
            except OSError as error:
                raise ProblemError(507, "no-space", f"the document could not be kept: {error.strerror}") from None
    return [{"path": path, "media": form, "base": base}]


def _kept(service: Service, data: bytes, paths: list[str]) -> str:
    path = os.path.join(service.options.store, f"{INCOMING}{secrets.token_hex(8)}")
    try:
        with open(path, "xb") as file:
            paths.append(path)
            file.write(data)
    except OSError as error:
        raise ProblemError(507, "no-space", f"the document could not be kept: {error.strerror}") from None
    return os.path.abspath(path)


def _format(media: str) -> str:
    if media not in _READ:
        accepted = ", ".join(_READ)
        raise ProblemError(
            415, "unsupported-media-type", f"a graph is sent as {accepted}", [(b"accept", accepted.encode())]
        )
    return _READ[media]


def _parts(body: bytes, boundary: str) -> list[tuple[str, bytes]]:
    """The parts of a form with files: media type and content of each. Lines may end in LF alone."""
    if not 0 < len(boundary) <= 70:
        raise ProblemError(400, "malformed", "the boundary of the parts is missing")
    mark = b"--" + boundary.encode("latin-1")
    pieces = re.split(rb"(?:\A|\r?\n)" + re.escape(mark), body)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ProblemError(400, "malformed", "the last part is not closed")
    found = []
    for piece in pieces[1:-1]:
        match = re.match(rb"[ \t]*\r?\n((?:[^\r\n]+\r?\n)*)\r?\n", piece)
        if not match:
            raise ProblemError(400, "malformed", "a part has no headers")
        kind = re.search(rb"(?im)^content-type:[ \t]*([^;\r\n]+)", match[1])
        found.append((kind[1].decode("latin-1").strip().lower() if kind else "text/turtle", piece[match.end() :]))
    return found
