"""The graph in file formats: sorted, blank nodes canonical, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence

from spasmkg import catalogue
from spasmkg import namespaces as ns
from spasmkg.build import APART, MERGED
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.formats import PAIRS, WHOLE, WRITERS
from spasmkg.formats.content import Content
from spasmkg.formats.graphs import GRAPHS, write
from spasmkg.store import Store

__all__ = ["FORMATS", "PAIRS", "WRITERS", "export", "files", "notices"]

_TRIPLES = {"turtle": "turtle", "ntriples": "ntriples"}
_QUADS = {"nquads": "nquads", "trig": "trig", "jsonld": "jsonld"}
FORMATS = (*_TRIPLES, *_QUADS, "owl", *GRAPHS, "cytoscape-style", *WRITERS)
"""The formats of one file, which :func:`export` writes; those of two are :data:`spasmkg.formats.PAIRS`."""
_SELECTING = (*GRAPHS, *(f for f in WRITERS if f not in WHOLE))


def export(
    store: Store,
    media: str = "turtle",
    layers: Sequence[str] = (),
    kinds: Sequence[str] = (),
    predicates: Sequence[str] = (),
    certainty: str = "",
) -> bytes:
    """The graph in one of :data:`FORMATS`.

    Triple formats give the default graph, or the merge of the named layers; quad formats give the default graph and
    all layers but imported vocabularies, or only the named ones; ``owl`` is RDF/XML of ontology, entities and edges.
    ``graphml``, ``gexf``, ``cyjs``, ``csv`` (edges), ``csv-nodes`` and ``dot`` give the edges that are stated, with
    ``inferred`` among the layers the inferred ones too, see :func:`spasmkg.formats.graphs.write`. ``cytoscape-style`` is a
    style for these in Cytoscape Desktop. The formats of :mod:`spasmkg.formats` give the claims and take no layers.
    Those of edges and of claims take ``kinds``, ``predicates`` (IRIs) and ``certainty``, which choose some.
    Raises UsageError for an unknown format or what does not fit one, NotFoundError for an unknown layer or certainty.

    >>> import spasmkg
    >>> spasmkg.open().export("ntriples").count(b"\\n") == len(list(spasmkg.open().query("SELECT * { ?s ?p ?o }").rows))
    True
    """
    _known(store, layers)
    if media in GRAPHS:
        return write(store, media, tuple(layers), tuple(kinds), tuple(predicates), certainty)
    if media in FORMATS and media not in _SELECTING and (kinds or predicates or certainty):
        raise UsageError(
            f"kinds, predicates and certainty choose edges or claims, for {', '.join(_SELECTING)}; {media} takes none"
        )
    if media in WRITERS:
        if layers:
            raise UsageError(f"{media} always holds the claims and what they are about; it takes no layers")
        return WRITERS[media](Content.read(store, kinds, predicates, certainty))
    if media == "owl":
        from spasmkg.owl import document

        return document(store, "rdfxml") + b"\n"
    if media == "cytoscape-style":
        from spasmkg.styles import desktop

        return desktop()
    graphs = [ns.graph(layer) for layer in layers]
    if media in _TRIPLES:
        return store.dump(_TRIPLES[media], graphs or [""], ns.prefixes())
    if media == "jsonld":
        return _with_context(store.dump("jsonld", graphs or _own(store), {}))
    if media in _QUADS:
        return store.dump(_QUADS[media], graphs or _own(store), ns.prefixes())
    if media in PAIRS:
        raise UsageError(f"{media} is two files: ask for {media}-nodes and {media}-edges, or write both at once")
    raise UsageError(f'"{media}" is not a format to export; use one of {", ".join((*FORMATS, *PAIRS))}')


def files(media: str) -> dict[str, str]:
    """The formats of the files of a format of two, by the end of each file's name.

    >>> files("kgx-tsv")
    {'nodes.tsv': 'kgx-tsv-nodes', 'edges.tsv': 'kgx-tsv-edges'}
    """
    return {end: f"{media}-{end.split('.')[0]}" for end in PAIRS[media]}


def notices(store: Store, layers: Sequence[str]) -> list[str]:
    """What someone should know before they pass these layers on: vocabularies whose licence forbids it.

    >>> import spasmkg
    >>> notices(spasmkg.open().store, ["edges"])
    []
    """
    return catalogue.notices(store, map(ns.graph, layers))


def _known(store: Store, layers: Sequence[str]) -> None:
    from spasmkg.spelling import nearest

    imported = [g.removeprefix(ns.graph("")) for g in store.graphs() if g.startswith(catalogue.GRAPHS)]
    known = (*MERGED, *APART, "user", *imported)
    for layer in layers:
        if layer not in known:
            raise NotFoundError("layer", layer, nearest(layer, known), f"layers are {', '.join(known)}")


def _own(store: Store) -> list[str]:
    """The default graph and all layers that are ours to pass on: no imported vocabulary."""
    return ["", *(g for g in store.graphs() if not g.startswith(catalogue.GRAPHS))]


def _with_context(expanded: bytes) -> bytes:
    """Expanded JSON-LD with its IRIs shortened by the project's prefixes, which a context declares.

    Every prefix is marked as one (JSON-LD 1.1, 4.1.5): those that end in ``_`` would not count as such otherwise.
    """
    import json

    def shorten(node: object, key: str = "") -> object:
        if isinstance(node, dict):
            return {k if k[0] == "@" else ns.contract(k): shorten(v, k) for k, v in node.items()}
        if isinstance(node, list):
            items = [shorten(v, key) for v in node]
            return items[0] if len(items) == 1 and key[0] != "@" else items
        return ns.contract(node) if isinstance(node, str) and key in ("@id", "@type") else node

    context = {prefix: {"@id": iri, "@prefix": True} for prefix, iri in ns.prefixes().items()}
    document = {"@context": context, "@graph": [shorten(node) for node in json.loads(expanded)]}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
