"""KGX (https://github.com/biolink/kgx/blob/master/specification/kgx-format.md): nodes and edges in Biolink's terms.

One edge for each claim. What Biolink has no slot for stands in columns of our own, named ``spasm:…`` and ``oa:…``.
An edge needs a node at both ends: a claim whose object is a literal gets one, named after the claim.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.formats.biolink import ASSOCIATION, SLOTS, SOURCE, Shape
from spasmkg.formats.content import Content, Statement, Thing, plain

__all__ = ["edge_lines", "edge_table", "edges", "node_lines", "node_table", "nodes"]

_NODE = ("id", "category", "name", "description", "synonym", "xref", "iri", "spasm:kind")
_EDGE = (
    "id", "subject", "predicate", "object", "category", "negated", "original_predicate", "knowledge_level", "agent_type",
    "primary_knowledge_source", "publications", "has_evidence_of_type", "anatomical_context_qualifier",
    "population_context_qualifier", "spasm:certainty", "spasm:hedge", "spasm:aspect", "spasm:statedIn",
    "spasm:headingSpan", "oa:start", "oa:end", "spasm:spanDigest", "spasm:derivedFrom", "spasm:amount", "spasm:atPhase",
    "spasm:inContext", "spasm:inPopulation", "spasm:onAspect", "spasm:recipient",
)  # fmt: skip

Record = dict[str, Any]


def node_table(content: Content) -> bytes:
    """The nodes as TSV; several values of a column are divided by ``|``."""
    return _table(_NODE, nodes(content))


def edge_table(content: Content) -> bytes:
    """The edges as TSV; several values of a column are divided by ``|``."""
    return _table(_EDGE, edges(content))


def node_lines(content: Content) -> bytes:
    """The nodes as JSON Lines."""
    return _lines(nodes(content))


def edge_lines(content: Content) -> bytes:
    """The edges as JSON Lines."""
    return _lines(edges(content))


def nodes(content: Content) -> Iterator[Record]:
    """The nodes, sorted by identifier; what is empty is left out."""
    shape = Shape.read(content.store)
    made = [_node(thing, shape) for thing in content.things.values()]
    made += [_value(s) for s in content.statements if s.literal]
    yield from sorted(made, key=lambda node: str(node["id"]))


def _node(thing: Thing, shape: Shape) -> Record:
    return _full(
        id=ns.contract(thing.iri),
        category=shape.categories(thing.kind),
        name=thing.label,
        description=thing.definition,
        synonym=sorted({name for scope, name in thing.names if scope == "exact"}),
        xref=sorted({ns.contract(m) for match, m in thing.matches if match in ("exactMatch", "closeMatch")}),
        iri=thing.iri,
    ) | {"spasm:kind": ns.contract(thing.kind)}


def _value(statement: Statement) -> Record:
    return _full(id=_value_of(statement), category=["biolink:NamedThing"], name=_short(statement.object))


def _value_of(statement: Statement) -> str:
    return ns.contract(statement.claim) + "-value"


def edges(content: Content) -> Iterator[Record]:
    """The edges in the order of the claims; what is empty is left out but ``negated``."""
    shape = Shape.read(content.store)
    for statement in content.statements:
        yield _edge(statement, shape)


def _edge(statement: Statement, shape: Shape) -> Record:
    source = statement.source
    made = _full(
        id=ns.contract(statement.claim),
        subject=ns.contract(statement.subject),
        predicate=shape.predicate(statement),
        object=_value_of(statement) if statement.literal else _short(statement.object),
        category=[ASSOCIATION],
        original_predicate=ns.contract(statement.predicate),
        knowledge_level=source.level,
        agent_type=source.agent,
        primary_knowledge_source=SOURCE,
        publications=[ns.contract(source.iri)] if source.iri and statement.item else [],
        has_evidence_of_type=[ns.contract(statement.evidence)] if statement.evidence else [],
    )
    ours = _full(
        certainty=ns.contract(ns.spasm(statement.certainty)),
        hedge=statement.hedge,
        aspect=statement.aspect,
        statedIn=ns.contract(statement.item),
        headingSpan=ns.contract(statement.heading),
        spanDigest=statement.digest,
        derivedFrom=[ns.contract(c) for c in statement.derived_from],
    )
    made |= {"negated": statement.negated} | {f"spasm:{key}": value for key, value in ours.items()}
    made |= {f"oa:{key}": int(v) for key, v in (("start", statement.start), ("end", statement.end)) if v}
    for key, value in statement.qualifiers:
        name, shown = ns.local(key), _short(value)
        if name == "inPopulation" and SLOTS[name] not in made:  # Biolink takes one
            made[SLOTS[name]] = shown
        else:
            column = SLOTS[name] if name == "atSite" else f"spasm:{name}"
            made[column] = [*made.get(column, ()), shown]
    return {name: made[name] for name in _EDGE if name in made}


def _full(**values: Any) -> Record:
    return {key: value for key, value in values.items() if value}


def _short(term: str) -> str:
    """A term in N-Triples form as an identifier, or as the text of a literal."""
    return ns.contract(plain(term)) if term[0] == "<" else plain(term)


def _lines(records: Iterable[Record]) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in records).encode()


def _table(columns: Sequence[str], records: Iterable[Record]) -> bytes:
    rows = ["\t".join(columns), *("\t".join(_cell(record.get(name, "")) for name in columns) for record in records)]
    return "".join(row + "\n" for row in rows).encode()


def _cell(value: object) -> str:
    """A value on one line: KGX has no way to write a tab, a line end or, among several values, a stroke."""
    if isinstance(value, list):
        return "|".join(_cell(str(v).replace("|", "¦")) for v in value)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return " ".join(shown.split()) if any(c.isspace() and c != " " for c in shown) else shown
