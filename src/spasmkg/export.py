"""The graph in file formats: sorted, blank nodes canonical, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence

from spasmkg import namespaces as ns
from spasmkg.build import APART, MERGED
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.exchange import GRAPHS, write
from spasmkg.store import Store

__all__ = ["FORMATS", "export"]

_TRIPLES = {"turtle": "turtle", "ntriples": "ntriples"}
_QUADS = {"nquads": "nquads", "trig": "trig", "jsonld": "jsonld"}
FORMATS = (*_TRIPLES, *_QUADS, "owl", *GRAPHS, "cytoscape-style")
"""The formats that :func:`export` writes."""


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
    all layers, or only the named ones; ``owl`` is RDF/XML of ontology, entities and edges. ``graphml``, ``gexf``,
    ``cyjs``, ``csv`` (edges), ``csv-nodes`` and ``dot`` give the edges that are stated, with ``inferred`` among the
    layers the inferred ones too; they alone take ``kinds``, ``predicates`` and ``certainty``, see
    :func:`spasmkg.exchange.write`. ``cytoscape-style`` is a style for these in Cytoscape Desktop.
    Raises UsageError for an unknown format or what does not fit one, NotFoundError for an unknown layer or certainty.

    >>> import spasmkg
    >>> spasmkg.open().export("ntriples").count(b"\\n") == len(list(spasmkg.open().query("SELECT * { ?s ?p ?o }").rows))
    True
    """
    from spasmkg.spelling import nearest

    known = (*MERGED, *APART, "user")
    for layer in layers:
        if layer not in known:
            raise NotFoundError("layer", layer, nearest(layer, known), f"layers are {', '.join(known)}")
    if media in GRAPHS:
        return write(store, media, tuple(layers), tuple(kinds), tuple(predicates), certainty)
    if media in FORMATS and (kinds or predicates or certainty):
        raise UsageError(f"kinds, predicates and certainty choose edges, for {', '.join(GRAPHS)}; {media} takes none")
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
        return _with_context(store.dump("jsonld", graphs or ["", *store.graphs()], {}))
    if media in _QUADS:
        return store.dump(_QUADS[media], graphs or ["", *store.graphs()], ns.prefixes())
    raise UsageError(f'"{media}" is not a format to export; use one of {", ".join(FORMATS)}')


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
