"""Where things of the graph are shown: the addresses of IRIs."""

from __future__ import annotations

import re
from urllib.parse import quote

from spasmkg import namespaces as ns

__all__ = ["href", "place_of", "quoted"]

_SAFE = "/:@!$&'()*+,;=-._~"
_WEB = re.compile(r"https?://[^\s/?#\\]", re.IGNORECASE)


def quoted(path: str) -> str:
    """A path as it stands in an address: whatever it holds, it is one line of ASCII.

    >>> quoted("/id/a b?c%2Fd")
    '/id/a%20b%3Fc%252Fd'
    """
    return quote(path, safe=_SAFE, errors="replace")


def place_of(iri: str) -> str:
    """The path at which a thing of the project's namespace is shown; "" for any other.

    >>> place_of("https://w3id.org/spasmkg/claim/drugs-1-3"), place_of("https://a.example/x")
    ('/id/claim/drugs-1-3', '')
    """
    local = iri.removeprefix(ns.SPASM)
    return f"/id/{quoted(local)}" if local and local != iri else ""


def href(iri: str, prefix: str = "") -> str:
    """What a link to an IRI leads to: our page of it, or itself where it is an address of the web; "" where neither.

    >>> href("javascript:alert(1)"), href("https://a.example/x"), href("https://w3id.org/spasmkg/tetany", "/kg")
    ('', 'https://a.example/x', '/kg/id/tetany')
    """
    if place := place_of(iri):
        return prefix + place
    return iri if _WEB.match(iri) else ""
