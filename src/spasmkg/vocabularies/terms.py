"""Terms of imported vocabularies and graphs: their names, kinds and definitions, wherever they were loaded.

A file that was loaded as it is may have labels in several languages. The one shown is English, else one without a
language, else the first of the alphabet of languages; the same holds for definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import iri, normal
from spasmkg.store import Store
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["GRAPHS", "best", "find", "graphs", "kind_name", "shown", "shown_id", "texts"]

GRAPHS = ns.graph("vocabulary/")
_BATCH = 2_000
_LABEL, _KIND = (f"<{PREDICATES[field]}>" for field in ("label", "kind"))


def graphs(store: Store) -> list[str]:
    """The graphs of the store that hold an imported vocabulary or graph."""
    return [g for g in store.graphs() if g.startswith(GRAPHS)]


def best(found: Iterable[Any]) -> Any:
    """The literal to show among several.

    >>> from types import SimpleNamespace as Literal
    >>> best([Literal(value="Krampf", language="de"), Literal(value="cramp", language="en")]).value
    'cramp'
    """

    def rank(literal: Any) -> tuple[int, str, str]:
        language = (getattr(literal, "language", None) or "").lower()
        return {"en": 0, "": 1}.get(language, 2 if language.startswith("en-") else 3), language, literal.value

    return min(found, key=rank)


def kind_name(text: str) -> str:
    """A semantic type as the name of a kind.

    >>> kind_name("body structure"), kind_name("Drug"), kind_name("IN")
    ('BodyStructure', 'Drug', 'IN')
    """
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text))


def shown(term: str) -> str:
    """A term without a label in words: its name, or its identifier where that is a number.

    >>> shown("https://w3id.org/biolink/vocab/has_phenotype"), shown("http://purl.obolibrary.org/obo/HP_0003394")
    ('has phenotype', 'HP:0003394')
    >>> shown("http://www.w3.org/2004/02/skos/core#exactMatch")
    'exact match'
    """
    name = ns.local(term)
    if re.search(r"\d{3}", name):
        return shown_id(term)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower() if re.search(r"[a-z]", name) else name


def shown_id(term: str) -> str:
    """The identifier of a term as people write it, or its IRI where nobody gave it a shorter one.

    >>> shown_id("http://purl.obolibrary.org/obo/HP_0003394"), shown_id("https://w3id.org/spasmkg/graph/vocabulary/x/id/MINE:1")
    ('HP:0003394', 'MINE:1')
    """
    if term.startswith(GRAPHS):
        return ns.local(term)
    return normal(term) if ns.is_iri(term) else term


def texts(store: Store, iris: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(label, kind) of those terms that an imported vocabulary or graph has a label for."""
    named = graphs(store)
    if not named:
        return {}
    labels: dict[str, list[Any]] = {}
    kinds: dict[str, list[str]] = {}
    for batch in _batches(sorted({i for i in iris if ns.is_iri(i)})):
        block = f"VALUES ?x {{ {' '.join(f'<{i}>' for i in batch)} }}"
        for graph in named:
            query = f"SELECT ?x ?v ?k {{ GRAPH <{graph}> {{ {block} ?x {_LABEL} ?v OPTIONAL {{ ?x {_KIND} ?k }} }} }}"
            for x, v, k in store.select(query):
                labels.setdefault(x.value, []).append(v)
                if k is not None:
                    kinds.setdefault(x.value, []).append(kind_name(k.value))
    return {x: (best(found).value, kinds.get(x, [""])[0]) for x, found in labels.items()}


def _batches(values: list[str]) -> Iterator[list[str]]:
    return (values[i : i + _BATCH] for i in range(0, len(values), _BATCH))


def find(store: Store, name: str, within: Iterable[str]) -> list[str]:
    """The terms of some graphs that a name stands for: an identifier in any spelling, or a label as it is written."""
    held = list(within)
    try:
        address = iri(normal(name))
    except IdentifierError:
        address = _declared(store, name, held)
    if ns.is_iri(address):
        terms = f"{{ <{address}> ?p ?o }} UNION {{ ?s ?p <{address}> }}"
        if any(store.ask(f"ASK {{ GRAPH <{graph}> {{ {terms} }} }}") for graph in held):
            return [address]
    found: dict[str, None] = {}
    for graph in held:
        for text in dict.fromkeys((name, name.lower(), name[:1].upper() + name[1:], name.title())):
            quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
            block = f"VALUES ?v {{ {quoted} {quoted}@en }}"
            for (x,) in store.select(f"SELECT DISTINCT ?x {{ GRAPH <{graph}> {{ {block} ?x {_LABEL} ?v }} }}"):
                found[x.value] = None
    return sorted(found)


def _declared(store: Store, name: str, within: Iterable[str]) -> str:
    """The address of an identifier with a prefix that one of the graphs declares; empty where none does."""
    prefix, _, local = name.partition(":")
    if local and re.fullmatch(r"[A-Za-z][\w.-]*", prefix):
        for graph in within:
            query = f'SELECT ?start {{ GRAPH <{graph}> {{ ?p sh:prefix "{prefix}" ; sh:namespace ?start }} }}'
            for (start,) in store.select(query):
                return f"{start.value}{local}"
    return ""
