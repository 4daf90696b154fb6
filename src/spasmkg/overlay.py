"""A graph revised for one session, the original untouched: a user's Turtle file merged, claims withdrawn."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from spasmkg import namespaces as ns
from spasmkg.build import MERGED, constructed, infer
from spasmkg.errors import NotFoundError
from spasmkg.model import Triple
from spasmkg.sparql import tokens
from spasmkg.store import Store, memory

__all__ = ["revise"]


def revise(store: Store, path: Path | None = None, withdrawn: Sequence[str] = ()) -> Store:
    """A copy in memory of a graph, all conclusions drawn anew, with a user's file added and claims withdrawn.

    The file's triples go to ``graph:user`` and to the merge. ``withdrawn`` are the IRIs of claims: an edge goes with
    the last claim that states it, a curator's claim with the last claim that it rests on.
    Raises NotFoundError where there is no such file, DataSyntaxError with file and line.
    """
    if path is not None and not path.is_file():
        raise NotFoundError("file", str(path), hint="name a Turtle file")
    concluded = (ns.graph("inferred"), ns.graph("proofs"))
    copy = store.copy(g for g in store.graphs() if g not in concluded)
    if withdrawn:
        _withdraw(copy, withdrawn)
    if path is not None:
        text = path.read_bytes()
        copy.load([(path.name, text, ns.graph("user"))])
        copy.insert(_places(path.name, text.decode("utf-8"), copy), [ns.graph("user-places")])
    copy.merge(ns.graph(layer) for layer in (*MERGED, "user"))
    infer(copy)
    return copy


def _withdraw(store: Store, claims: Sequence[str]) -> None:
    """Take claims out of a store whose default graph is not made yet, and the edges that nothing else states.

    What points to a claim, such as a review or a question that it answers, no longer does.
    """
    gone = {f"<{c}>" for c in claims}
    rests: dict[str, set[str]] = defaultdict(set)
    for c, origin in store.select("""SELECT ?c ?origin WHERE { GRAPH graph:claims { ?c spasm:derivedFrom ?origin
        FILTER NOT EXISTS { ?c spasm:statedIn ?item } } }"""):
        rests[str(c)].add(str(origin))
    while fallen := {c for c, origins in rests.items() if origins <= gone} - gone:
        gone |= fallen
    before = constructed(store)
    names = " ".join(sorted(gone))
    mentions = f"""SELECT ?g ?s ?p ?o WHERE {{ VALUES ?x {{ {names} }}
        {{ GRAPH ?g {{ ?x ?p ?o }} BIND(?x AS ?s) }} UNION {{ GRAPH ?g {{ ?s ?p ?x }} BIND(?x AS ?o) }} }}"""
    found: dict[str, list[Triple]] = defaultdict(list)
    for g, s, p, o in store.select(mentions):
        found[g.value].append((str(s), str(p), str(o)))
    for graph, triples in found.items():
        store.remove(triples, [graph])
    after = constructed(store)
    for layer, edges in before.items():
        store.remove(edges - after[layer], [ns.graph(layer)])


def _places(name: str, text: str, store: Store) -> Iterator[Triple]:
    """For each triple of the file a node that says in which line its statement starts.

    A statement is parsed alone, where its blank nodes get other names than in the file: they are matched by place.
    """
    known: dict[Triple, list[Triple]] = defaultdict(list)
    for row in store.select("SELECT ?s ?p ?o { GRAPH graph:user { ?s ?p ?o } } ORDER BY ?s ?p ?o"):
        s, p, o = map(str, row)
        known[_masked((s, p, o))].append((s, p, o))
    taken = sum(1 for _ in store.select("SELECT ?n { GRAPH graph:user-places { ?n spasm:line ?line } }"))
    head = ""
    for line, statement in _statements(text):
        if re.match(r"(?i)@prefix|@base|prefix|base", statement):
            head += statement + "\n"
            continue
        alone = memory()
        alone.load([(name, (head + statement).encode(), "")])
        for row in alone.select("SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"):
            s, p, o = map(str, row)
            same = known[_masked((s, p, o))]
            if not same:
                continue
            triple = same.pop(0) if "_:" in (s[:2], o[:2]) else same[0]
            node = f"<{ns.SPASM}user-place/{taken}>"
            taken += 1
            for part, value in zip(("subject", "predicate", "object"), triple, strict=True):
                yield node, f"<{ns.RDF}{part}>", value
            yield node, f"<{ns.spasm('file')}>", '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
            yield node, f"<{ns.spasm('line')}>", f'"{line}"^^<{ns.XSD}integer>'


def _masked(triple: Triple) -> Triple:
    s, p, o = triple
    return "_:" if s[:2] == "_:" else s, p, "_:" if o[:2] == "_:" else o


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each statement of a Turtle document that has been parsed before."""
    begun: int | None = None
    depth = 0
    for token in tokens(text):
        begun = token.start if begun is None else begun
        depth += (token.text in ("[", "(")) - (token.text in ("]", ")"))
        sparql_style = re.match(r"(?i)(prefix|base)\b", text[begun:]) is not None
        ended = token.kind == "iri" if sparql_style else token.text == "." and depth == 0
        if ended:
            yield text.count("\n", 0, begun) + 1, text[begun : token.start + len(token.text)]
            begun = None
