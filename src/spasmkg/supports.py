"""The supports of a triple: the smallest sets of stated triples from which the rules conclude it.

This works backwards on a finished store. Its default graph is closed, so the ways to conclude a triple are the
instances of the rules whose head is that triple; from the goals this is followed down to what is stated. Labels are
then carried up as in an assumption-based truth maintenance system (de Kleer 1986,
https://doi.org/10.1016/0004-3702(86)90080-9): each triple gets the sets of withdrawable triples that it can rest on,
none of them a part of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from spasmkg import namespaces as ns
from spasmkg.model import Triple
from spasmkg.rules import TYPE, Derivations, Rule
from spasmkg.store import Store

__all__ = ["CAP", "Reasons", "reasons", "stated"]

CAP = 64
"""How many supports are kept for one triple, the smallest first."""
_BATCH = 500
_WITHDRAWABLE = ("edges", "groupings", "user")
_MERGED = ("ontology", "entities", "article", "claims", "mappings", *_WITHDRAWABLE)


@dataclass(frozen=True, slots=True)
class Reasons:
    """All that lies behind some goals: derivations down to what is stated.

    ``leaves`` can be withdrawn, because a claim or a line of a user's file states them; ``given`` needs no proof: an
    axiom, or a kind that the ontology files give an entity.
    """

    derivations: Derivations
    leaves: frozenset[Triple]
    given: frozenset[Triple]
    _dependents: dict[Triple, list[tuple[Triple, int]]] = field(default_factory=dict, repr=False, compare=False)

    def supports(self, goals: Sequence[Triple], cap: int = CAP) -> tuple[list[frozenset[Triple]], bool]:
        """The smallest sets of leaves from which all the goals follow, and whether there may be more.

        Sets come in the order of their size, then of their triples. An empty set means that no leaf is needed, an
        empty list that the goals do not all follow.
        """
        bits = {leaf: 1 << i for i, leaf in enumerate(sorted(self.leaves))}
        labels, more = _labels(self, bits, cap)
        found, cut = _capped(_product([labels.get(g, []) for g in goals]), cap)
        names = {bit: leaf for leaf, bit in bits.items()}
        sets = [frozenset(names[b] for b in _single_bits(mask)) for mask in found]
        if more or cut:  # what the cap dropped may have been a part of what it kept
            sets = list(dict.fromkeys(self._shrink(goals, s) for s in sets))
            sets.sort(key=lambda s: (len(s), sorted(s)))
        return sets, more or cut

    def _shrink(self, goals: Sequence[Triple], support: frozenset[Triple]) -> frozenset[Triple]:
        for leaf in sorted(support):
            if set(goals) <= self.follow(support - {leaf}):
                support -= {leaf}
        return support

    def follow(self, leaves: Iterable[Triple]) -> set[Triple]:
        """All triples of these reasons that follow from some leaves."""
        if not self._dependents:
            for head, ways in self.derivations.items():
                for i, (_, body) in enumerate(ways):
                    for premise in set(body):
                        self._dependents.setdefault(premise, []).append((head, i))
        known = set(self.given)
        waiting = [*known, *(t for t in leaves if t not in known)]
        known.update(waiting)
        missing: dict[tuple[Triple, int], int] = {}
        while waiting:
            for way in self._dependents.get(waiting.pop(), ()):
                head, i = way
                if way not in missing:
                    missing[way] = len(set(self.derivations[head][i][1]))
                missing[way] -= 1
                if not missing[way] and head not in known:
                    known.add(head)
                    waiting.append(head)
        return known

    def within(self, leaves: frozenset[Triple]) -> Derivations:
        """The derivations that need nothing but these leaves."""
        known = self.follow(leaves)
        return {
            head: usable
            for head, ways in self.derivations.items()
            if head not in leaves and (usable := [(rule, body) for rule, body in ways if known.issuperset(body)])
        }


def reasons(store: Store, rules: Iterable[Rule], goals: Iterable[Triple]) -> Reasons:
    """Follow the goals back through the rules to what is stated."""
    concluding: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    axioms: dict[str, Triple] = {}
    for rule in rules:
        concluding[_key(rule.head)].append(rule)
        axioms[rule.name] = rule.axiom
    wanted = list(dict.fromkeys(goals))
    own = _users(store, [*axioms.values(), *(g for g in wanted if "_:" in (g[0][:2], g[2][:2]))])
    derivations: Derivations = {}
    leaves = own.intersection(wanted)
    given: set[Triple] = set()
    frontier = [g for g in wanted if g not in leaves]
    seen = set(wanted)
    while frontier:
        claimed, free = stated(store, frontier)
        leaves |= claimed
        given |= free
        groups: dict[tuple[str, str], list[Triple]] = defaultdict(list)
        for triple in frontier:
            if triple not in free:
                groups[_key(triple)].append(triple)
        found = [
            (head, rule, (*body, rule.axiom) if rule.axiom in own else body)
            for key, triples in groups.items()
            for rule in concluding.get(key, ())
            for head, body in _instances(store, rule, triples)
        ]
        frontier = []
        for head, rule, body in found:
            derivations.setdefault(head, []).append((rule, body))
            for premise in body:
                if premise not in seen:
                    seen.add(premise)
                    if premise in own:
                        leaves.add(premise)
                    else:
                        frontier.append(premise)
    return Reasons(_straightened(derivations, leaves), frozenset(leaves - given), frozenset(given))


def stated(store: Store, triples: Sequence[Triple]) -> tuple[set[Triple], set[Triple]]:
    """Those of the triples that can be withdrawn, and those that are stated but need no proof.

    What a claim or a user's file states can be withdrawn; an axiom, or the kind of an entity, cannot.
    """
    withdrawable: set[Triple] = set()
    given = {t for t in triples if "_:" in (t[0][:2], t[2][:2])}  # a blank node cannot be asked for again
    for batch in _batches([t for t in triples if t not in given]):
        query = f"""SELECT ?s ?p ?o ?g WHERE {{ VALUES (?s ?p ?o) {{ {_rows(batch)} }} GRAPH ?g {{ ?s ?p ?o }} }}"""
        for s, p, o, g in store.select(query):
            layer = ns.local(g.value)
            if layer in _MERGED:
                (withdrawable if layer in _WITHDRAWABLE else given).add((str(s), str(p), str(o)))
    return withdrawable - given, given


def _key(pattern: Triple) -> tuple[str, str]:
    return pattern[1], pattern[2] if pattern[1] == TYPE else ""


def _users(store: Store, axioms: Iterable[Triple]) -> set[Triple]:
    """The axioms, and goals with blank nodes, that only a user's file states."""
    rows = store.select("""SELECT ?s ?p ?o WHERE { GRAPH graph:user { ?s ?p ?o }
        FILTER NOT EXISTS { GRAPH graph:ontology { ?s ?p ?o } } }""")
    own = {(str(s), str(p), str(o)) for s, p, o in rows}
    return own.intersection(axioms) if own else own


def _instances(store: Store, rule: Rule, heads: Sequence[Triple]) -> Iterator[tuple[Triple, tuple[Triple, ...]]]:
    """(head, body) of each instance of a rule that concludes one of the heads."""
    names = rule.variables
    at = [i for i, t in enumerate(rule.head) if t.startswith("?")]
    where = " . ".join(" ".join(p) for p in rule.body)
    for batch in _batches(heads):
        values = " ".join(f"({' '.join(t[i] for i in at)})" for t in batch)
        query = f"""SELECT DISTINCT {" ".join(names)} WHERE {{
            VALUES ({" ".join(rule.head[i] for i in at)}) {{ {values} }} {where} }}"""
        for row in store.select(query):
            binding = dict(zip(names, map(str, row), strict=True))

            def fill(pattern: Triple, binding: Mapping[str, str] = binding) -> Triple:
                s, p, o = (binding.get(t, t) for t in pattern)
                return s, p, o

            head, body = fill(rule.head), tuple(fill(p) for p in rule.body)
            if head not in body:
                yield head, body


def _batches(triples: Sequence[Triple]) -> Iterator[Sequence[Triple]]:
    return (triples[i : i + _BATCH] for i in range(0, len(triples), _BATCH))


def _rows(triples: Iterable[Triple]) -> str:
    return " ".join(f"({' '.join(t)})" for t in triples)


def _straightened(derivations: Derivations, stated: set[Triple]) -> Derivations:
    """Chains of a transitive property read in one way only, a step and then the rest: what they rest on is the same."""
    kept: Derivations = {}
    for head, ways in derivations.items():
        kept[head] = [
            (rule, body)
            for rule, body in ways
            if not rule.is_transitive
            or body[0] not in derivations
            or body[0] in stated
            or any(other.name != rule.name for other, _ in derivations[body[0]])
        ]
    return kept


# ---- labels: sets of leaves as the bits of a number ----


def _labels(known: Reasons, bits: Mapping[Triple, int], cap: int) -> tuple[dict[Triple, list[int]], bool]:
    labels: dict[Triple, list[int]] = {t: [0] for t in known.given}
    labels |= {leaf: [bit] for leaf, bit in bits.items()}
    above: dict[Triple, list[Triple]] = defaultdict(list)
    for head, ways in known.derivations.items():
        for premise in dict.fromkeys(p for _, body in ways for p in body):
            above[premise].append(head)
    more = False
    waiting = dict.fromkeys(h for leaf in [*sorted(known.given), *bits] for h in above[leaf])
    while waiting:
        head = next(iter(waiting))
        del waiting[head]
        old = labels.get(head, [])
        offers = set(old)
        for _, body in known.derivations[head]:
            sides = [labels.get(p, []) for p in dict.fromkeys(body)]
            if all(sides):
                offers |= _product(sides)
        new, cut = _capped(offers, cap)
        more |= cut
        if new != old:
            labels[head] = new
            waiting |= dict.fromkeys(above[head])
    return labels, more


def _product(sides: Sequence[Sequence[int]]) -> set[int]:
    if not all(sides):
        return set()
    found = {0}
    for side in sorted(sides, key=len):
        found = {a | b for a in found for b in side}
    return found


def _capped(masks: Iterable[int], cap: int) -> tuple[list[int], bool]:
    """The smallest of the sets, none a part of another, and whether some were left out."""
    kept: list[int] = []
    for mask in sorted(masks, key=lambda m: (m.bit_count(), m)):
        if not any(k & mask == k for k in kept):
            if len(kept) == cap:
                return kept, True
            kept.append(mask)
    return kept, False


def _single_bits(mask: int) -> Iterator[int]:
    while mask:
        yield mask & -mask
        mask &= mask - 1
