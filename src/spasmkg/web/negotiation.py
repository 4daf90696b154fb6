"""Content negotiation: which of the offered media types a request asks for.

RFC 9110, section 12.5.1: the most specific range that fits a type decides its quality; the type with the highest
quality is taken, and of several the one that is offered first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

__all__ = ["GRAPH", "ROWS", "by_name", "choose", "matches"]

Offers = Mapping[str, str]
"""Media types with the names of formats, the preferred first."""

ROWS: Offers = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""What a SELECT or an ASK can be answered with."""
GRAPH: Offers = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "text/plain": "ntriples",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/xml": "rdfxml",
    "application/trig": "trig",
    "application/n-quads": "nquads",
    "application/x-turtle": "turtle",
}
"""What a CONSTRUCT, a DESCRIBE or a graph can be answered with."""

_NAMES = {
    "json": ("json", "jsonld"), "xml": ("xml", "rdfxml"), "csv": ("csv", ""), "tsv": ("tsv", ""),
    "turtle": ("", "turtle"), "ttl": ("", "turtle"), "n3": ("", "turtle"), "ntriples": ("", "ntriples"),
    "nt": ("", "ntriples"), "n-triples": ("", "ntriples"), "jsonld": ("", "jsonld"), "json-ld": ("", "jsonld"),
    "rdfxml": ("", "rdfxml"), "rdf+xml": ("", "rdfxml"), "rdf": ("", "rdfxml"), "trig": ("", "trig"),
    "nquads": ("", "nquads"), "nq": ("", "nquads"), "n-quads": ("", "nquads"),
}  # fmt: skip
_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+/[\w!#$&^.+*-]+)\s*((?:;[^,]*)?)\Z", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|\Z)", re.IGNORECASE)


def by_name(name: str) -> tuple[str, str] | None:
    """The media types that the name of a format, or a media type, stands for: of rows and of a graph, or "".

    >>> by_name("json"), by_name("text/csv"), by_name("pdf")
    (('application/sparql-results+json', 'application/ld+json'), ('text/csv', ''), None)
    """
    name = name.strip().lower().replace(" ", "+")  # "+" in a query string is a space
    if "/" in name:
        found = (name if name in ROWS else "", name if name in GRAPH else "")
        return found if any(found) else None
    if name not in _NAMES:
        return None
    rows, graph = _NAMES[name]
    return (
        next((media for media, known in ROWS.items() if known == rows), ""),
        next((media for media, known in GRAPH.items() if known == graph), ""),
    )


def choose(accept: str, offers: Sequence[str]) -> str:
    """The offered media type that an Accept header asks for; "" where it takes none; the first without a header.

    >>> choose("text/csv;q=0.5, application/*;q=0.7", list(ROWS))
    'application/sparql-results+json'
    >>> choose("image/png", list(ROWS)), choose("", list(ROWS))
    ('', 'application/sparql-results+json')
    """
    if len(accept) > 512:  # nothing that long is worth keeping
        return _choose.__wrapped__(accept, tuple(offers))
    return _choose(accept, offers if isinstance(offers, tuple) else tuple(offers))


@lru_cache(maxsize=1024)
def _choose(accept: str, offers: tuple[str, ...]) -> str:
    ranges = [r for r in map(_parsed, accept.split(",")) if r is not None]
    if not ranges:
        return offers[0]
    best, quality = "", 0.0
    for offer in offers:
        kind = offer.split("/")[0]
        fitting = [(_weight(r), q) for r, q in ranges if r in (offer, f"{kind}/*", "*/*")]
        found = max(fitting)[1] if fitting else 0.0
        if found > quality:
            best, quality = offer, found
    return best


def _parsed(part: str) -> tuple[str, float] | None:
    match = _RANGE.match(part)
    if not match:
        return None
    quality = _QUALITY.search(match[2])
    return match[1].lower(), float(quality[1]) if quality else 1.0


def _weight(media_range: str) -> int:
    return 0 if media_range == "*/*" else 1 if media_range.endswith("/*") else 2


def matches(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names an entity tag, weak or not.

    >>> matches('W/"a", "b"', 'W/"b"'), matches("*", 'W/"b"'), matches('"c"', 'W/"b"')
    (True, True, False)
    """
    bare = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") in (bare, "*") for one in header.split(","))
