"""File formats other than plain RDF: one module for each family.

``graphs`` writes edges for graph tools. The others write the claims with their places, in the shapes that other projects
have agreed on, from the same :class:`~spasmkg.formats.content.Content`: every claim once, denials as denials, with its
certainty, and without words of the source longer than a qualifier.
"""

from __future__ import annotations

from collections.abc import Callable

from spasmkg.formats import axioms, biolink_rdf, kgx, nanopub, obographs, reifiers, skos
from spasmkg.formats.content import Content

__all__ = ["PAIRS", "WHOLE", "WRITERS"]

WRITERS: dict[str, Callable[[Content], bytes]] = {
    "nanopub": nanopub.write,
    "kgx-tsv-nodes": kgx.node_table,
    "kgx-tsv-edges": kgx.edge_table,
    "kgx-jsonl-nodes": kgx.node_lines,
    "kgx-jsonl-edges": kgx.edge_lines,
    "biolink-rdf": biolink_rdf.write,
    "obographs": obographs.write,
    "turtle12": reifiers.write,
    "owl-axioms": axioms.write,
    "skos": skos.write,
}
"""The formats, with what writes each."""
WHOLE = ("turtle12", "owl-axioms", "skos")
"""Formats that always hold the whole graph: a selection of claims would not change them."""
PAIRS = {"kgx-tsv": ("nodes.tsv", "edges.tsv"), "kgx-jsonl": ("nodes.jsonl", "edges.jsonl")}
"""Formats of two files, with the ends of their names; each file alone is a format too, such as ``kgx-tsv-nodes``."""
