"""What a graph of a store says of its terms, read once as the engine's own text and taken apart here.

A column of terms as text costs a tenth of the same column as objects, and its bytes are what the content of the graph
is known by.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal
from spasmkg.store import Store
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["OWN", "SCOPES", "Column", "Facts", "columns", "curie", "facts", "literal", "reference"]

OWN = "spasm"
"""The name under which our own entities are a vocabulary beside the loaded ones."""
SCOPES = ("label", "exact", "broad", "narrow", "related", "spelling")
"""How a name stands to its term; ``spelling`` is a hidden label, as good as an exact synonym."""
_NAMES = {
    "label": (PREDICATES["label"], ns.SKOS + "prefLabel"),
    "exact": (PREDICATES["exact"], ns.SKOS + "altLabel"),
    "broad": (PREDICATES["broad"],),
    "narrow": (PREDICATES["narrow"],),
    "related": (PREDICATES["related"],),
    "spelling": (ns.SKOS + "hiddenLabel",),
}
SSSOM = "https://w3id.org/sssom/"
_KINDS = (PREDICATES["kind"], ns.OBOINOWL + "hasOBONamespace")
_MARKS = {"obsolete": PREDICATES["obsolete"], "header": PREDICATES["header"]}
_LINKS = {
    PREDICATES["xref"]: "xref",
    PREDICATES["parent"]: "parent",
    ns.SKOS + "broader": "parent",
    PREDICATES["replaced_by"]: "replaced",
    PREDICATES["negative"]: "not",
    ns.OWL + "equivalentClass": "exact",
    **{ns.SKOS + f"{word}Match": word for word in ("exact", "close", "broad", "narrow", "related")},
}


@dataclass(slots=True)
class Facts:
    """What a graph says of its terms; every identifier is a CURIE in normal form."""

    names: list[tuple[str, str, str]] = field(default_factory=list)
    """(term, text, scope)"""
    kinds: dict[str, list[str]] = field(default_factory=dict)
    """Semantic types, tags and trees, or for our own entities the kind."""
    obsolete: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """(term, how, other): ``xref``, ``exact`` … ``related``, ``parent``, ``replaced`` or ``not``."""
    curated: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """(entity, how, term, confidence, label) of the rows of our mapping sets, ``not`` for those that deny."""


Column = tuple[str, str, bytes]
"""What the rows are (name, kind, obsolete, header, link), which kind of it, and the rows as the engine writes TSV."""


def columns(store: Store, graph: str) -> tuple[str, list[Column]]:
    """What matters here of a graph, and the digest by which it is known."""
    found = list(_own(store) if graph == OWN else _columns(store, graph))
    digest = hashlib.sha256()
    for what, which, rows in found:
        digest.update(f"{what} {which} {len(rows)}\n".encode())
        digest.update(rows)
    return digest.hexdigest(), found


def _rows(store: Store, where: str, variables: str = "?s ?o") -> bytes:
    answer = store.query(f"SELECT {variables} WHERE {{ {where} }}")
    lines = answer.serialize("tsv").splitlines()[1:]  # type: ignore[union-attr]
    return b"\n".join(sorted(lines))  # the engine's order is not that of the content


def _columns(store: Store, graph: str) -> Iterator[Column]:
    def of(predicate: str) -> bytes:
        return _rows(store, f"GRAPH <{graph}> {{ ?s <{predicate}> ?o }}")

    for scope, predicates in _NAMES.items():
        for predicate in predicates:
            yield "name", scope, of(predicate)
    for predicate in _KINDS:
        yield "kind", "", of(predicate)
    for mark, predicate in _MARKS.items():
        yield mark, "", of(predicate)
    for predicate, how in _LINKS.items():
        yield "link", how, of(predicate)
    denied = f"""?a <{ns.OWL}annotatedSource> ?s ; <{ns.OWL}annotatedTarget> ?o ;
        <{SSSOM}predicate_modifier> "Not" """
    yield "link", "not", _rows(store, f"GRAPH <{graph}> {{ {denied} }}")


def _own(store: Store) -> Iterator[Column]:
    """Our own entities: names and kinds of the written layers, and what is a kind of what."""
    layers = " ".join(f"<{ns.graph(g)}>" for g in ("entities", "groupings", "user"))
    own = f"VALUES ?g {{ {layers} }} GRAPH ?g"
    left_out = ", ".join(f"<{ns.spasm(k)}>" for k in ("Quantity", "DosePhase"))
    kinds = f"""{own} {{ ?s a ?o ; <{ns.RDFS_LABEL}> ?label }}
        FILTER(STRSTARTS(STR(?o), "{ns.SPASM}") && ?o NOT IN ({left_out}))"""
    yield "kind", "", _rows(store, kinds)
    for scope, predicates in _NAMES.items():
        for predicate in predicates:
            yield "name", scope, _rows(store, f"{own} {{ ?s <{predicate}> ?o ; a ?k }} FILTER(?k NOT IN ({left_out}))")
    yield "link", "parent", _rows(store, f"GRAPH <{ns.graph('edges')}> {{ ?s <{ns.spasm('subtypeOf')}> ?o }}")
    mapping = f"""GRAPH <{ns.graph("mappings")}> {{ ?m <{ns.OWL}annotatedSource> ?s ; <{ns.OWL}annotatedTarget> ?o ;
        <{ns.OWL}annotatedProperty> ?p OPTIONAL {{ ?m <{SSSOM}confidence> ?sure }}
        OPTIONAL {{ ?m <{SSSOM}predicate_modifier> ?not }} OPTIONAL {{ ?m <{SSSOM}object_label> ?label }} }}"""
    yield "curated", "", _rows(store, mapping, "?s ?o ?p ?sure ?not ?label")


def facts(rows_of: list[Column]) -> Facts:
    """The columns taken apart. A name in another language than English counts only where a term has no other."""
    found = Facts()
    labelled: set[str] = set()
    foreign: list[tuple[str, str, str]] = []
    for what, which, rows in rows_of:
        if what == "curated":
            found.curated = [c for line in rows.splitlines() if (c := _mapping(line.decode()))]
            continue
        for line in rows.splitlines():
            left, _, right = line.decode().partition("\t")
            if left[:1] != "<" or right[:1] == "_":  # a blank node is no term
                continue
            term = curie(left[1:-1])
            if what == "name":
                text, language = literal(right)
                if not text:
                    continue
                if language and not language.startswith("en"):
                    foreign.append((term, text, which))
                elif which == "label" and term in labelled:
                    found.names.append((term, text, "exact"))
                else:
                    if which == "label":
                        labelled.add(term)
                    found.names.append((term, text, which))
            elif what == "kind":
                kind = curie(right[1:-1]).removeprefix(f"{OWN}:") if right[0] == "<" else literal(right)[0]
                found.kinds.setdefault(term, []).append(kind)
            elif what == "link":
                if other := reference(right):
                    found.links.append((term, which, other))
            elif "true" in right or '"1"' in right:
                (found.obsolete if what == "obsolete" else found.headers).add(term)
    for term, text, scope in foreign:
        if term not in labelled:
            found.names.append((term, text, scope))
            if scope == "label":
                labelled.add(term)
    return found


def _mapping(line: str) -> tuple[str, str, str, str, str] | None:
    entity, term, predicate, sure, denied, label = line.split("\t")
    word = _LINKS.get(predicate[1:-1])
    if word is None or term == f"<{SSSOM}NoTermFound>":
        return None
    how = "not" if denied else word
    confidence = literal(sure)[0] or "0"
    return curie(entity[1:-1]), how, curie(term[1:-1]), confidence, literal(label)[0] if label else ""


def literal(cell: str) -> tuple[str, str]:
    """(text, language) of a literal in a cell of TSV.

    >>> literal('"leg cramps"@en'), literal("true")
    (('leg cramps', 'en'), ('true', ''))
    """
    if cell[:1] != '"':
        return cell, ""
    end = cell.rindex('"')
    text, rest = cell[1:end], cell[end + 1 :]
    if "\\" in text:
        text = re.sub(r"\\(.)", lambda m: {"t": "\t", "n": "\n", "r": "\r"}.get(m[1], m[1]), text)
    return " ".join(text.split()), rest[1:].lower() if rest[:1] == "@" else ""


def reference(cell: str) -> str:
    """The CURIE that a cell refers to, in normal form; in small letters where its prefix is not known."""
    text = cell[1:-1] if cell[:1] == "<" else literal(cell)[0]
    if "://" in text[:12]:
        return curie(text)
    prefix, colon, local = text.partition(":")
    if not colon or not local or " " in local:
        return ""
    if prefix in _preferred():
        return text
    try:
        return normal(text)
    except IdentifierError:
        return text.lower()


@cache
def _preferred() -> frozenset[str]:
    return frozenset(ns.prefixes())


_BASES: dict[str, str | None] = {}


def curie(iri: str) -> str:
    """The identifier of an IRI in normal form, or the IRI where no prefix is known.

    >>> curie("http://purl.obolibrary.org/obo/HP_0003394"), curie("https://example.org/x")
    ('HP:0003394', 'https://example.org/x')
    """
    cut = max(iri.rfind("/"), iri.rfind("#"), iri.rfind("_"), iri.rfind(":")) + 1
    base = iri[:cut]
    if base not in _BASES:
        try:
            whole = normal(iri)
        except IdentifierError:
            whole = iri
        prefix, colon, local = whole.partition(":")
        _BASES[base] = prefix if colon and local == iri[cut:] and prefix in _preferred() | {OWN} else None
    known = _BASES[base]
    if known is not None:
        return f"{known}:{iri[cut:]}"
    try:
        return normal(iri)
    except IdentifierError:
        return iri
