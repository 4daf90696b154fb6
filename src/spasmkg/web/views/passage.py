"""The words of the source in a copy of the article, with the spans of claims marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from spasmkg.article import digest, read_article
from spasmkg.errors import SpasmKGError

if TYPE_CHECKING:
    from spasmkg.model import Claim
    from spasmkg.store import Store

__all__ = ["Passage", "Piece", "Place", "passage", "place"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: whether it is marked, the claim that it leads to, and the claims that end with it."""

    text: str
    is_marked: bool
    claim: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of an item in paragraphs of pieces.

    ``status`` says why there are none: ``none`` without a copy of the article, ``other`` where the copy has another
    text than the claims were read from, ``shown`` where all is well.
    """

    status: str
    paragraphs: tuple[tuple[Piece, ...], ...] = ()
    wanted: str = ""
    """The SHA-256 of the article that the claims were read from."""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An item of the source: its heading, its section, and where it stands (offsets, -1 where that is not known)."""

    iri: str
    name: str
    heading: str
    section: str
    section_label: str
    number: str
    start: int
    end: int
    digest: str


def place(store: Store, iri: str) -> Place | None:
    """An item by its IRI."""
    query = f"""SELECT ?heading ?section ?label ?number ?start ?end ?digest WHERE {{ GRAPH graph:article {{ <{iri}> a spasm:Item
        OPTIONAL {{ <{iri}> rdfs:label ?heading }} OPTIONAL {{ <{iri}> spasm:inSection ?section OPTIONAL {{ ?section rdfs:label ?label }} }}
        OPTIONAL {{ <{iri}> spasm:itemNumber ?number }} OPTIONAL {{ <{iri}> oa:start ?start ; oa:end ?end }}
        OPTIONAL {{ <{iri}> spasm:spanDigest ?digest }} }} }} LIMIT 1"""
    for row in store.select(query):
        heading, section, label, number, start, end, found = (v.value if v else "" for v in row)
        return Place(
            iri, iri.rpartition("/")[2], heading, section, label, number, int(start or -1), int(end or -1), found
        )
    return None


def passage(store: Store, where: Place, claims: Sequence[Claim], article: str, marked: str = "") -> Passage:
    """The words of an item with the spans of its claims; the span of ``marked`` is set off."""
    wanted = _digest(store)
    if not article:
        return Passage("none", wanted=wanted)
    try:
        text, given = _read(article, Path(article).stat().st_mtime_ns)
    except (SpasmKGError, OSError):
        return Passage("none", wanted=wanted)
    if where.start < 0 or digest(text[where.start : where.end]) != where.digest:
        return Passage("other", wanted=wanted, given=given)
    spans = [c for c in claims if c.span and digest(text[c.span.start : c.span.end]) == c.span.digest]
    return Passage("shown", tuple(_paragraphs(text, where, spans, marked)), wanted, given)


@lru_cache(maxsize=1)
def _read(article: str, _changed: int) -> tuple[str, str]:
    text = read_article(article)
    return text, digest(text)


def _digest(store: Store) -> str:
    query = "SELECT ?d WHERE { GRAPH graph:article { ?s a spasm:Source ; spasm:spanDigest ?d } } ORDER BY ?s LIMIT 1"
    return next((d.value for (d,) in store.select(query)), "")


def _paragraphs(text: str, where: Place, claims: Sequence[Claim], marked: str) -> list[tuple[Piece, ...]]:
    """The text between the offsets of an item, cut wherever a span begins or ends."""
    found = []
    begin = where.start
    for line in text[where.start : where.end].split("\n"):
        end = begin + len(line)
        if line.strip():
            found.append(tuple(_pieces(text, begin, end, claims, marked)))
        begin = end + 1
    return found


def _pieces(text: str, begin: int, end: int, claims: Sequence[Claim], marked: str) -> list[Piece]:
    spans = [(c.span.start, c.span.end, c.iri) for c in claims if c.span and c.span.start < end and c.span.end > begin]
    cuts = sorted({begin, end, *(min(max(x, begin), end) for a, b, _ in spans for x in (a, b))})
    pieces = []
    for a, b in pairwise(cuts):
        over = [(y - x, iri) for x, y, iri in spans if x <= a and y >= b]
        ends = tuple(iri for _, y, iri in spans if y == b)
        is_marked = any(iri == marked for _, iri in over)
        pieces.append(Piece(text[a:b], is_marked, min(over)[1] if over and not is_marked else "", ends))
    return pieces
