"""A copy of the article beside the graph: spans, their sentences, and what no claim rests on.

The article is not part of the product; whoever has a copy can hold every claim against it. Offsets count Unicode
code points of the file as delivered, so it is read without any change of its line ends.
"""

from __future__ import annotations

import hashlib
import re
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from spasmkg import claims as claims_
from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.model import Claim, Span
from spasmkg.store import Store

__all__ = ["Comparison", "compare", "find_span", "read_article", "sentence_around"]

HEDGES = frozenset(
    [
        "may",
        "might",
        "can",
        "could",
        "often",
        "sometimes",
        "usually",
        "typically",
        "generally",
        "commonly",
        "rarely",
        "potential",
        "tend",
        "tends",
    ]
)
_ALIKE = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u2011": "-",
        "\u2010": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
    }
)


@dataclass(slots=True)
class Comparison:
    """What comparing the graph with a copy of the article found.

    ``moved`` are places whose text has another digest; ``uncovered`` content sentences that no claim rests on, as
    (item, offset, first words); ``hedged`` claims marked asserted although a hedging word stands in their span.
    """

    same_text: bool
    spans: int = 0
    moved: list[str] = field(default_factory=list)
    uncovered: list[tuple[str, int, str]] = field(default_factory=list)
    hedged: list[tuple[str, str]] = field(default_factory=list)
    median_span: float = 0.0
    sentences: int = 0


def read_article(path: Path | str) -> str:
    """The text of a copy of the article; raise NotFoundError, UsageError where it is not UTF-8."""
    where = Path(path)
    if not where.is_file():
        raise NotFoundError("file", str(path), hint="name a copy of the article")
    try:
        return where.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text") from None


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def alike(text: str) -> str:
    """The text with plain spaces, hyphens and quotation marks, character for character, so that offsets stay.

    >>> alike("non‑drug")
    'non-drug'
    """
    return text.translate(_ALIKE)


def find_span(text: str, words: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Every place of the words between two offsets, hyphens, spaces and quotation marks taken as alike.

    >>> find_span("take with food", "with food")[0].start
    5
    """
    needle = alike(words)
    if not needle.strip():
        raise UsageError("no words were given")
    hay = alike(text)
    stop = len(text) if end is None else end
    return [
        Span(m.start(), m.end(), cue(text[m.start() : m.end()]), digest(text[m.start() : m.end()]))
        for m in re.compile(re.escape(needle)).finditer(hay, start, stop)
    ]


def cue(span: str) -> str:
    """The first and last three words of a span.

    >>> cue("one two three four five six seven")
    'one two three … five six seven'
    """
    words = span.split()
    return " ".join(words) if len(words) <= 6 else " ".join(words[:3]) + " … " + " ".join(words[-3:])


def sentence_around(text: str, span: Span) -> tuple[str, str, str]:
    """The sentence that holds a span, as text before it, the span, and text after it."""
    begin = max((m.end() for m in re.finditer(r"\n|(?<=[.!?])\s+(?=[A-Z“])", text[: span.start])), default=0)
    rest = re.search(r"\n|(?<=[.!?])[”\"]?\s", text[span.end :])
    finish = span.end + (rest.start() if rest else len(text) - span.end)
    return text[begin : span.start].lstrip(), text[span.start : span.end], text[span.end : finish]


def compare(store: Store, text: str) -> Comparison:
    """Hold every span of the graph against a copy of the article."""
    source = "SELECT ?d WHERE { GRAPH graph:article { ?s a spasm:Source ; spasm:spanDigest ?d } }"
    known = {d.value for (d,) in store.select(source)}
    result = Comparison(digest(text) in known)
    claims = [c for c in claims_.find(store) if c.span]
    excused = _excused(store)
    for claim in claims:
        assert claim.span is not None
        result.spans += 1
        words = text[claim.span.start : claim.span.end]
        if digest(words) != claim.span.digest:
            result.moved.append(claim.curie)
        elif claim.certainty == "asserted":
            found = HEDGES & set(re.findall(r"[a-z]+", words.lower()))
            result.hedged += [(claim.curie, word) for word in sorted(found) if (claim.curie, word) not in excused]
    result.median_span = statistics.median(c.span.end - c.span.start for c in claims if c.span) if claims else 0.0
    items = _items(store, text, result)
    spans = sorted((c.span.start, c.span.end) for c in claims if c.span)
    for item, start, end in items:
        for a, b in _sentences(alike(text), start, end):
            result.sentences += 1
            if not any(s < b and e > a for s, e in spans):
                result.uncovered.append((item, a, cue(text[a:b])))
    return result


def _excused(store: Store) -> set[tuple[str, str]]:
    """(claim, word) where a review says that a word only looks like a hedge."""
    query = "SELECT ?c ?w WHERE { GRAPH graph:reviews { ?r spasm:reviews ?c ; spasm:excusedWord ?w } }"
    return {(ns.contract(c.value), w.value) for c, w in store.select(query)}


def _items(store: Store, text: str, result: Comparison) -> list[tuple[str, int, int]]:
    """(short name, start, end) of the body of each item; headings and items whose digest differs are noted."""
    query = """SELECT ?item ?start ?end ?digest ?head WHERE { GRAPH graph:article {
        ?item a spasm:Item ; oa:start ?start ; oa:end ?end ; spasm:spanDigest ?digest
        OPTIONAL { ?item spasm:headingSpan ?h . ?h oa:end ?head } } } ORDER BY ?start"""
    found = []
    for item, start, end, digest_, head in store.select(query):
        name = item.value.rsplit("/", 1)[-1]
        a, b = int(start.value), int(end.value)
        if digest(text[a:b]) != digest_.value:
            result.moved.append(f"item:{name}")
        found.append((name, int(head.value) if head else a, b))
    return found


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the sentences, and of the parts between semicolons, from one offset to another."""
    found = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        for part in re.finditer(r"\S.*?(?:[.!?][\"')]*(?=\s|$)|;(?=\s)|$)", line[0]):
            if len(part[0]) > 3:
                found.append((start + line.start() + part.start(), start + line.start() + part.end()))
    return found


def place_of(store: Store, item: str) -> tuple[int, int]:
    """The offsets of an item, by its IRI."""
    query = f"SELECT ?a ?b WHERE {{ <{item}> <{ns.OA}start> ?a ; <{ns.OA}end> ?b }}"
    a, b = next(iter(store.select(query)))
    return int(a.value), int(b.value)


def claim_text(text: str, claim: Claim) -> tuple[str, str, str]:
    """The sentence of a claim in this copy of the article; raise UsageError where the text differs there."""
    assert claim.span is not None
    if digest(text[claim.span.start : claim.span.end]) != claim.span.digest:
        raise UsageError(
            f"this file is not the article that {claim.curie} was read from: the words at its place differ"
        )
    return sentence_around(text, claim.span)
