"""Mapping rows held against a loaded vocabulary: is the identifier there, current, and does it have that label?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from spasmkg.mappings import Mapping, of_entities
from spasmkg.store import Store
from spasmkg.vocabularies.triples import PREDICATES

__all__ = ["Problem", "compare"]

_NAMES = ("label", "exact", "broad", "narrow", "related")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mapping that a loaded vocabulary does not bear out: what is the matter, and what the vocabulary has there.

    A ``grave`` one is wrong in this release: withdrawn, or another thing. The others ask for a look.
    """

    what: str
    mapping: Mapping
    there: str
    grave: bool


def compare(store: Store, prefix: str, graph: str) -> tuple[int, list[Problem]]:
    """How many mappings to a vocabulary were looked up in its graph, and those that it does not bear out."""
    rows = [m for m in of_entities(store) if m.vocabulary == prefix and m.object]
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    fields = {predicate: field for field, predicate in PREDICATES.items()}
    values = " ".join(f"<{p}>" for p in PREDICATES.values())
    terms = sorted({m.object for m in rows})
    for start in range(0, len(terms), 500):
        block = " ".join(f"<{t}>" for t in terms[start : start + 500])
        query = f"SELECT ?x ?p ?o {{ VALUES ?x {{ {block} }} VALUES ?p {{ {values} }} GRAPH <{graph}> {{ ?x ?p ?o }} }}"
        for x, p, o in store.select(query):
            said[x.value][fields[p.value]].append(o.value)
    found = [problem for m in rows if (problem := _problem(m, said[m.object]))]
    return len(rows), found


def _problem(mapping: Mapping, there: dict[str, list[str]]) -> Problem | None:
    names = {n.casefold() for field in _NAMES for n in there.get(field, ())}
    labels = there.get("label", [])
    shown = "; ".join(sorted(labels))
    if "true" in there.get("obsolete", ()):
        replaced = ", ".join(there.get("replaced_by", ()))
        return Problem("withdrawn", mapping, f"{shown}; replaced by {replaced}" if replaced else shown, True)
    if not names:
        return Problem("not in the loaded release", mapping, "", False)
    if mapping.label and mapping.label.casefold() not in names:
        return Problem("another label", mapping, shown, True)
    if mapping.label and mapping.label.casefold() not in {n.casefold() for n in labels}:
        return Problem("its label is a synonym there", mapping, shown, False)
    if "true" in there.get("header", ()) and "header" not in mapping.comment:
        return Problem("a header, not for coding", mapping, shown, False)
    return None
