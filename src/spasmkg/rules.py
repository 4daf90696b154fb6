"""Rules compiled from the ontology's own axioms, their closure, and the shortest proof of each conclusion.

The axioms understood are those of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL) that the ontology
uses: sub-properties, sub-classes, domains, ranges, inverses, symmetric and transitive properties, property chains,
and ``someValuesFrom`` or ``hasValue`` restrictions on the left of ``rdfs:subClassOf``. Adding an axiom in Turtle
adds a rule; nothing here names a property of the domain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.model import CERTAINTIES, Triple
from spasmkg.store import Store

__all__ = ["TYPE", "Conclusion", "Derivations", "Rule", "close", "compile_rules", "prove"]

TYPE = f"<{ns.RDF_TYPE}>"
_Pattern = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """``body`` implies ``head``; variables start with ``?``, the rest are terms in N-Triples form.

    ``axiom`` is the triple of the ontology that the rule was compiled from.

    >>> Rule("kindOf is transitive", (("?a", "<p>", "?b"), ("?b", "<p>", "?c")), ("?a", "<p>", "?c")).variables
    ('?a', '?b', '?c')
    """

    name: str
    body: tuple[_Pattern, ...]
    head: _Pattern
    axiom: Triple = ("", "", "")

    @property
    def is_transitive(self) -> bool:
        """Whether the rule joins two steps of one property to a third."""
        (_, p, _), *rest = self.body
        return self.head[1] == p and len(rest) == 1 and rest[0][1] == p

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the body in order of appearance."""
        return tuple(dict.fromkeys(t for p in self.body for t in p if t.startswith("?")))

    def sparql(self) -> str:
        """The query whose rows are the instances of the rule."""
        where = " . ".join(" ".join(p) for p in self.body)
        return f"SELECT DISTINCT {' '.join(self.variables)} WHERE {{ {where} }}"

    def keys(self) -> tuple[tuple[str, str], ...]:
        """What a triple must have for a rule pattern to match: predicate, and class where it is a type."""
        return tuple(_key(p) for p in self.body)


Derivations = dict[Triple, list[tuple[Rule, tuple[Triple, ...]]]]
"""For each triple every way to conclude it: the rule, and the premises."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """An inferred triple with its shortest proof: the last rule, the premises, and what they rest on."""

    triple: Triple
    rule: str
    premises: tuple[Triple, ...]
    length: int
    certainty: str
    claims: tuple[str, ...]


def _key(pattern: _Pattern) -> tuple[str, str]:
    return pattern[1], (pattern[2] if pattern[1] == TYPE and not pattern[2].startswith("?") else "")


def compile_rules(store: Store, graph: str = "") -> list[Rule]:
    """The rules that the axioms in a graph (by default the default graph) amount to, in a fixed order."""
    rules: list[Rule] = []
    short = ns.contract
    owl, rdfs = f"<{ns.OWL}", f"<{ns.RDFS}"

    def rows(where: str, *names: str) -> Iterator[list[str]]:
        inner = f"GRAPH <{graph}> {{ {where} }}" if graph else where
        answer = store.select(
            f"SELECT {' '.join('?' + n for n in names)} WHERE {{ {inner} }} ORDER BY {' '.join('?' + n for n in names)}"
        )
        for row in answer:
            yield [str(v) for v in row]

    def named(iri: str) -> str:
        return short(iri[1:-1])

    for p, q in rows("?p rdfs:subPropertyOf ?q FILTER(isIRI(?p) && isIRI(?q) && ?p != ?q)", "p", "q"):
        rules.append(
            Rule(f"{named(p)} is a {named(q)}", (("?s", p, "?o"),), ("?s", q, "?o"), (p, f"{rdfs}subPropertyOf>", q))
        )
    inverse = """{ ?p owl:inverseOf ?q BIND(?p AS ?a) BIND(?q AS ?b) } UNION { ?q owl:inverseOf ?p BIND(?q AS ?a) BIND(?p AS ?b) }
        FILTER(isIRI(?p) && isIRI(?q))"""
    for p, q, a, b in rows(inverse, "p", "q", "a", "b"):
        name, axiom = f"{named(p)} is the inverse of {named(q)}", (a, f"{owl}inverseOf>", b)
        rules.append(Rule(name, (("?s", q, "?o"),), ("?o", p, "?s"), axiom))
    for (p,) in rows("?p a owl:SymmetricProperty", "p"):
        axiom = (p, TYPE, f"{owl}SymmetricProperty>")
        rules.append(Rule(f"{named(p)} holds both ways", (("?s", p, "?o"),), ("?o", p, "?s"), axiom))
    for (p,) in rows("?p a owl:TransitiveProperty", "p"):
        body, axiom = (("?a", p, "?b"), ("?b", p, "?c")), (p, TYPE, f"{owl}TransitiveProperty>")
        rules.append(Rule(f"{named(p)} is transitive", body, ("?a", p, "?c"), axiom))
    for p, steps, node in _chains(rows):
        chain = tuple((f"?x{i}", q, f"?x{i + 1}") for i, q in enumerate(steps))
        name = f"{' then '.join(named(q) for q in steps)} gives {named(p)}"
        rules.append(Rule(name, chain, ("?x0", p, f"?x{len(steps)}"), (p, f"{owl}propertyChainAxiom>", node)))
    for c, d in rows("?c rdfs:subClassOf ?d FILTER(isIRI(?c) && isIRI(?d) && ?c != ?d)", "c", "d"):
        axiom = (c, f"{rdfs}subClassOf>", d)
        rules.append(Rule(f"every {named(c)} is a {named(d)}", (("?s", TYPE, c),), ("?s", TYPE, d), axiom))
    for p, c in rows("?p rdfs:domain ?c FILTER isIRI(?c)", "p", "c"):
        axiom = (p, f"{rdfs}domain>", c)
        rules.append(Rule(f"what {named(p)} starts from is a {named(c)}", (("?s", p, "?o"),), ("?s", TYPE, c), axiom))
    for p, c in rows("?p rdfs:range ?c ; a owl:ObjectProperty FILTER isIRI(?c)", "p", "c"):
        axiom = (p, f"{rdfs}range>", c)
        rules.append(Rule(f"what {named(p)} points to is a {named(c)}", (("?s", p, "?o"),), ("?o", TYPE, c), axiom))
    some = (
        "?r rdfs:subClassOf ?c ; owl:onProperty ?p ; owl:someValuesFrom ?d FILTER(isIRI(?c) && isIRI(?p) && isIRI(?d))"
    )
    for c, p, d, node in rows(some, "c", "p", "d", "r"):
        name = f"{named(p)} some {named(d)} makes a {named(c)}"
        step = (("?s", p, "?o"),) if d == f"{owl}Thing>" else (("?s", p, "?o"), ("?o", TYPE, d))
        rules.append(Rule(name, step, ("?s", TYPE, c), (node, f"{rdfs}subClassOf>", c)))
    value = "?r rdfs:subClassOf ?c ; owl:onProperty ?p ; owl:hasValue ?v FILTER(isIRI(?c) && isIRI(?p))"
    for c, p, v, node in rows(value, "c", "p", "v", "r"):
        name = f"{named(p)} {named(v) if v[0] == '<' else v} makes a {named(c)}"
        rules.append(Rule(name, (("?s", p, v),), ("?s", TYPE, c), (node, f"{rdfs}subClassOf>", c)))
    return rules


def _chains(rows) -> Iterator[tuple[str, list[str], str]]:  # type: ignore[no-untyped-def]
    """The property chains, each with its list's node: lists are read link by link, so that their order is certain."""
    first = dict(rows("?n rdf:first ?v", "n", "v"))
    rest = dict(rows("?n rdf:rest ?r", "n", "r"))
    found = []
    for p, node in rows("?p owl:propertyChainAxiom ?n", "p", "n"):
        steps, link = [], node
        while link in first:
            steps.append(first[link])
            link = rest[link]
        found.append((p, steps, node))
    yield from sorted(found)


def _instances(store: Store, rule: Rule) -> Iterator[tuple[Triple, tuple[Triple, ...]]]:
    """(head, body) of each instance of the rule in the default graph."""
    names = rule.variables
    for row in store.select(rule.sparql()):
        binding = dict(zip(names, map(str, row), strict=True))
        head = tuple(binding.get(t, t) for t in rule.head)
        if head[0][0] == '"':
            continue
        body = tuple(tuple(binding.get(t, t) for t in p) for p in rule.body)
        yield head, body  # type: ignore[misc]


def close(store: Store, rules: Iterable[Rule], graphs: Iterable[str]) -> Derivations:
    """Add to the graphs all that follows from the default graph; return every derivation of every new triple.

    A rule is asked again only when the last round brought a triple that one of its patterns can match. The default
    graph must be among ``graphs``, or later rounds would not see what earlier ones found.
    """
    rules = list(rules)
    targets = list(graphs)
    present = {
        (str(p), str(c) if str(p) == TYPE else "")
        for p, c in store.select("SELECT DISTINCT ?p ?c WHERE { ?s ?p ?o BIND(IF(?p = rdf:type, ?o, rdf:nil) AS ?c) }")
    }
    stated: set[Triple] = set()
    heads = " ".join(sorted({rule.head[1] for rule in rules}))
    for row in store.select(f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {heads} }} ?s ?p ?o }}"):
        s, p, o = map(str, row)
        stated.add((s, p, o))
    derivations: Derivations = defaultdict(list)
    seen: set[tuple[str, tuple[Triple, ...]]] = set()
    known = set(stated)
    changed = present
    while changed:
        fresh: dict[Triple, None] = {}
        for rule in rules:
            keys = rule.keys()
            if not any(k in changed for k in keys) or not all(k in present for k in keys):
                continue
            for head, body in _instances(store, rule):
                if head in stated or head in body:
                    continue
                mark = (rule.name, body)
                if mark not in seen:
                    seen.add(mark)
                    derivations[head].append((rule, body))
                if head not in known:
                    known.add(head)
                    fresh[head] = None
        store.insert(fresh, targets)
        changed = {_key(t) for t in fresh}
        present |= changed
    return dict(derivations)


def prove(derivations: Derivations, support: Mapping[Triple, list[tuple[str, str]]]) -> list[Conclusion]:
    """The shortest proof of every derived triple.

    ``support`` gives for each stated edge its claims as (claim IRI, certainty). A proof's length is the number of
    rule applications in it, its certainty the weakest among its edges, an edge having the strongest of its claims.
    Of two proofs of one length the more certain one is taken, then the first in the order of rules and premises.
    """
    rank = {c: i for i, c in enumerate(CERTAINTIES)}
    ground = {
        t: (0, min(rank[c] for _, c in found), tuple(sorted(i for i, _ in found))) for t, found in support.items()
    }
    costs: dict[Triple, tuple[int, int, tuple[str, ...]]] = {}
    offers: dict[int, dict[Triple, tuple[int, str, tuple[Triple, ...], tuple[str, ...]]]] = defaultdict(dict)
    waiting: dict[Triple, list[tuple[Triple, Rule, tuple[Triple, ...]]]] = defaultdict(list)

    def weigh(head: Triple, rule: Rule, body: tuple[Triple, ...]) -> None:
        """Offer a derivation whose premises are all proved, or let it wait for the first that is not."""
        known = []
        for premise in body:
            cost = ground.get(premise) or costs.get(premise) or (None if premise in derivations else (0, 0, ()))
            if cost is None:
                waiting[premise].append((head, rule, body))
                return
            known.append(cost)
        claims = tuple(dict.fromkeys(i for c in known for i in c[2]))
        offer = (max((c[1] for c in known), default=0), rule.name, body, claims)
        rivals = offers[1 + sum(c[0] for c in known)]
        rivals[head] = min(rivals.get(head, offer), offer)

    for head, ways in derivations.items():
        for rule, body in ways:
            weigh(head, rule, body)
    proved: dict[Triple, Conclusion] = {}
    while offers:  # a proof is longer than those of its premises, so that the shortest offers are final
        length = min(offers)
        for triple, (weakest, name, body, claims) in offers.pop(length).items():
            if triple not in proved:
                costs[triple] = (length, weakest, claims)
                proved[triple] = Conclusion(triple, name, body, length, CERTAINTIES[weakest], claims)
                for way in waiting.pop(triple, ()):
                    weigh(*way)
    return [proved[t] for t in sorted(proved)]
