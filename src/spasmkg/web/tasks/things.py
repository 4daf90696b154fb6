"""A thing by its IRI, in a worker: its triples and those that lead to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.store import memory
from spasmkg.store.worker import RequestError
from spasmkg.web.tasks import Head, Write, graph

if TYPE_CHECKING:
    from spasmkg.model import Triple
    from spasmkg.store import Store

__all__ = ["around", "describe", "resolve", "unknown"]

Arguments = Mapping[str, Any]

_MOST = 100_000
_APART = ("questions", "proofs", "void")
"""The layers beside the default graph whose things have addresses too."""
_FOAF = "http://xmlns.com/foaf/0.1/"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def describe(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The first of some IRIs that the graph knows, as RDF. Raises NotFoundError with suggestions."""
    kg = graph(path, arguments)
    for iri in arguments["iris"]:
        if ns.is_iri(iri) and (triples := around(kg.store, iri)):
            break
    else:
        raise unknown(path, arguments)
    made = _serialized(iri, triples, arguments)
    head(media=arguments["media"], kind="thing", iri=iri)
    write(made)


def resolve(_: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The IRI of the entity that a name stands for, in the head. Raises NotFoundError, AmbiguousNameError."""
    iri = graph(path, arguments).resolve(arguments["name"])
    head(media="", kind="thing", iri=iri)


def around(store: Store, iri: str) -> list[Triple]:
    """The triples with this IRI as subject or object, sorted, and what hangs on their blank nodes.

    What the default graph does not know is looked for in the layers that stand apart. Of what is
    used as a predicate and never spoken of, RDF itself says that it is a property.
    """
    spoken = (list(islice(store.around(iri, graph), _MOST + 1)) for graph in ("", *map(ns.graph, _APART)))
    found = next((triples for triples in spoken if triples), [])
    if len(found) > _MOST:
        raise RequestError("too-large", f"more than {_MOST:,} triples speak of it; ask for some of them at /sparql")
    if not found and store.ask(f"ASK {{ ?s <{iri}> ?o }}"):
        found = [(f"<{iri}>", f"<{ns.RDF_TYPE}>", f"<{ns.RDF}Property>")]
    return sorted(set(found))


def _serialized(iri: str, triples: Sequence[Triple], arguments: Arguments) -> bytes:
    about, topic = f"<{arguments['document']}>", f"<{iri}>"
    described = memory()
    described.insert(triples, [""])
    described.insert(
        [
            (about, f"<{ns.RDF_TYPE}>", f"<{_FOAF}Document>"),
            (about, f"<{_FOAF}primaryTopic>", topic),
            (about, f"<{ns.VOID}inDataset>", f"<{arguments['base']}/.well-known/void#dataset>"),
            (about, f"<{ns.DCTERMS}license>", f"<{_LICENCE}>"),
        ],
        [""],
    )
    return described.dump(arguments["media"], [""], _prefixes(triples))


def _prefixes(triples: Sequence[Triple]) -> dict[str, str]:
    """The prefixes that the triples have a use for."""
    known = {**ns.prefixes(), "void": ns.VOID, "foaf": _FOAF, "dcterms": ns.DCTERMS}
    text = "\n".join(f"{s} {p} {o}" for s, p, o in triples) + f" <{ns.VOID} <{_FOAF} <{ns.DCTERMS}"
    return {prefix: iri for prefix, iri in sorted(known.items()) if f"<{iri}" in text}


def unknown(path: str, arguments: Arguments) -> NotFoundError:
    """What is said where none of the IRIs is known, with what comes near."""
    name = arguments["iris"][0].removeprefix(ns.SPASM)
    near = [
        h.iri.rsplit("/", 1)[-1]
        for h in graph(path, arguments).search(name[:200].replace("-", " "), 3)
        if h.score >= 0.5
    ]
    return NotFoundError("thing", name, near)
