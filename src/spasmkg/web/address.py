"""Where things of the graph are shown: the addresses of IRIs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

from spasmkg import namespaces as ns

__all__ = ["href", "place_of", "quoted", "to"]

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


def to(path: str, prefix: str = "", **values: Any) -> str:
    """The address of a page with parameters; those that are empty are left out, of a list each is given.

    >>> to("/search", "/kg", q="calf & foot", kind=""), to("/questions/drug-side-effects", drug=["a", "b"])
    ('/kg/search?q=calf+%26+foot', '/questions/drug-side-effects?drug=a&drug=b')
    """
    given = [(n, v) for n, v in values.items() if v not in ("", None, [], ())]
    return prefix + quoted(path) + (f"?{urlencode(given, doseq=True, errors='replace')}" if given else "")
