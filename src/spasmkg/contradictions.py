"""Whether the graph contradicts itself, and one smallest set of claims and lines of a user's file behind it.

A clash that the rules find is traced to what it rests on and then put before HermiT. A contradiction of another kind
is found by HermiT alone; the facts behind it are found by leaving out facts (QuickXplain, Junker 2004,
https://cdn.aaai.org/AAAI/2004/AAAI04-027.pdf).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from spasmkg import build, entities
from spasmkg import namespaces as ns
from spasmkg.clashes import clashes
from spasmkg.explain import Proof, Statements, sentence
from spasmkg.model import Triple
from spasmkg.owl import empty_classes, is_consistent, layer_of
from spasmkg.rules import TYPE, compile_rules
from spasmkg.store import Store
from spasmkg.supports import reasons

__all__ = ["Contradiction", "contradiction", "inconsistencies", "quickxplain"]

Report = Callable[[str], None]
Fact = tuple[Triple, ...]
"""What is left out or kept as one: a triple, or the triples of a user's file that share blank nodes."""
_TRIED = 5
"""How many clashes are put before the reasoner."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Why the graph contradicts itself.

    ``reason`` says which facts exclude each other, as far as it is known. ``facts`` are stated triples, with their
    claims or lines, that contradict each other under the ontology and no longer do when any one of them is left out;
    none where the ontology files alone are at fault.
    """

    reason: str
    facts: tuple[Proof, ...]
    labels: dict[str, str]

    def __str__(self) -> str:
        if not self.facts:
            return self.reason
        lines = [f"{self.reason}; it takes all of these:"]
        for fact in self.facts:
            where = [c.cite() for c in fact.claims] or [fact.place or "the ontology files"]
            lines.append(f"  {sentence(fact.triple, self.labels)} ({'; '.join(where)})")
        return "\n".join(lines)


def inconsistencies(store: Store, report: Report = lambda _: None) -> list[str]:
    """What an OWL reasoner finds wrong, in words: a contradiction, or classes that can have no member.

    ``report`` hears of long work. Raises MissingExtraError where there is no Java.
    """
    found = contradiction(store, report)
    if isinstance(found, Contradiction):
        return [str(found)]
    return [f"{ns.contract(iri)} can have no member" for iri in found]


def contradiction(store: Store, report: Report = lambda _: None) -> Contradiction | list[str]:
    """One contradiction with a smallest set of facts behind it; without one, the classes that can have no member."""
    parts = _Parts.of(store)
    if found := _from_clashes(store, parts, report):
        return found
    empty = empty_classes([*parts.given, *parts.stated()])
    if empty is not None:
        return empty
    if not parts.facts or not is_consistent(parts.given):
        return Contradiction("the ontology and its entities contradict each other", (), {})
    report(f"HermiT finds a contradiction; looking for the facts behind it among {len(parts.facts)}")
    return _told(store, "these facts contradict each other", _without_clash(parts, report))


def _from_clashes(store: Store, parts: _Parts, report: Report) -> Contradiction | None:
    """The clash that rests on the fewest facts, if the reasoner agrees."""
    rules = compile_rules(store)
    found: list[tuple[int, str, list[Triple]]] = []
    for clash in clashes(store):
        goals = [*clash.facts, *clash.axioms]
        sets, _ = reasons(store, rules, goals).supports(goals)
        found += [(len(s), clash.reason, sorted(s)) for s in sets[:1]]
    whole = {t: fact for fact in parts.facts for t in fact}
    for _, reason, support in sorted(found)[:_TRIED]:
        facts = list(dict.fromkeys(whole.get(t, (t,)) for t in support))
        if _inconsistent(parts.around(facts), facts):
            if len(facts) > 1:
                report(f"{reason}; asking HermiT which of {len(facts)} facts it takes")
            return _told(store, reason, _spared(parts, facts))
    return None


def _inconsistent(given: Sequence[Triple], facts: Iterable[Fact]) -> bool:
    return not is_consistent([*given, *(t for fact in facts for t in fact)])


def _spared(parts: _Parts, facts: list[Fact]) -> list[Fact]:
    """The facts without those that are not needed, each left out in turn."""
    given = parts.around(facts)
    for fact in list(facts):
        rest = [f for f in facts if f != fact]
        if rest and _inconsistent(given, rest):
            facts = rest
    return facts


def _without_clash(parts: _Parts, report: Report) -> list[Fact]:
    """A smallest inconsistent set of facts: first among the user's and what shares a term with them, then among all."""
    near = parts.users
    for _ in range(3):
        report(f"HermiT looks at {_number(len(near))}")
        if near and _inconsistent(parts.around(near), near):
            break
        near = parts.nearby(near)
    else:
        near = parts.facts
    given = parts.around(near) if near != parts.facts else parts.given

    def inconsistent(facts: Sequence[Fact]) -> bool:
        report(f"HermiT looks at {_number(len(facts))}")
        return _inconsistent(given, facts)

    return quickxplain(inconsistent, near)


def quickxplain(inconsistent: Callable[[Sequence[Fact]], bool], facts: Sequence[Fact]) -> list[Fact]:
    """A smallest part of some inconsistent facts that is inconsistent: nothing of it can be left out.

    >>> bad = lambda facts: {("b",), ("d",)} <= set(facts)
    >>> quickxplain(bad, [("a",), ("b",), ("c",), ("d",), ("e",)])
    [('b',), ('d',)]
    """

    def part(kept: list[Fact], grown: bool, rest: Sequence[Fact]) -> list[Fact]:
        if grown and inconsistent(kept):
            return []
        if len(rest) == 1:
            return list(rest)
        middle = len(rest) // 2
        first, second = rest[:middle], rest[middle:]
        later = part([*kept, *first], True, second)
        return part([*kept, *later], bool(later), first) + later

    return part([], False, facts) if facts else []


@dataclass(frozen=True, slots=True)
class _Parts:
    """What HermiT is shown: what is given (the ontology, and what its files say of entities) and facts, the user's last."""

    axioms: list[Triple]
    about: dict[str, list[Triple]]
    facts: list[Fact]
    users: list[Fact]

    @classmethod
    def of(cls, store: Store) -> _Parts:
        """Read the parts of a store."""
        curated = build.constructed(store)["groupings"]
        user = layer_of(store, "user")
        declared = [t for t in user if t[1] == TYPE and t[2] in _DECLARATIONS]
        about: dict[str, list[Triple]] = {}
        for triple in (*layer_of(store, "entities"), *layer_of(store, "groupings")):
            if triple not in curated:
                about.setdefault(triple[0], []).append(triple)
        users = _joined(t for t in user if t not in declared)
        stated: list[Fact] = [(t,) for t in (*layer_of(store, "edges"), *sorted(curated))]
        return cls([*layer_of(store, "ontology"), *declared], about, [*stated, *users], users)

    @property
    def given(self) -> list[Triple]:
        """All that is not a fact."""
        return [*self.axioms, *(t for triples in self.about.values() for t in triples)]

    def stated(self) -> list[Triple]:
        """The triples of the facts."""
        return [t for fact in self.facts for t in fact]

    def around(self, facts: Iterable[Fact]) -> list[Triple]:
        """The ontology, and what its files say of the things in some facts and of the things that axioms name."""
        waiting = {
            t for triple in (*self.axioms, *(t for fact in facts for t in fact)) for t in triple if t in self.about
        }
        kept: set[str] = set()
        while waiting:
            thing = waiting.pop()
            kept.add(thing)
            waiting |= {o for _, _, o in self.about[thing] if o in self.about and o not in kept}
        return [*self.axioms, *(t for thing in sorted(kept) for t in self.about[thing])]

    def nearby(self, facts: list[Fact]) -> list[Fact]:
        """The facts that share a term of the project with some facts, these last."""
        terms = {t for fact in facts for triple in fact for t in triple if t.startswith(f"<{ns.SPASM}")}
        here = set(facts)
        return [*(f for f in self.facts if f not in here and any(terms.intersection(t) for t in f)), *facts]


_DECLARATIONS = {
    f"<{ns.OWL}{kind}>"
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
}


def _joined(triples: Iterable[Triple]) -> list[Fact]:
    """Triples that share a blank node taken together: half a class expression says something else."""
    groups: list[tuple[set[str], list[Triple]]] = []
    for triple in triples:
        nodes = {t for t in triple if t[:2] == "_:"}
        merged: list[Triple] = []
        apart = []
        for known, members in groups:
            if known & nodes:
                nodes |= known
                merged += members
            else:
                apart.append((known, members))
        groups = [*apart, (nodes, [*merged, triple])]
    return [tuple(members) for _, members in groups]


def _number(facts: int) -> str:
    return f"{facts} fact{'' if facts == 1 else 's'}"


def _told(store: Store, reason: str, facts: Sequence[Fact]) -> Contradiction:
    """The facts with their claims and places; of several triples taken as one, the one that names the most."""
    ours = f"<{ns.SPASM}"
    heads = [min(fact, key=lambda t: (-sum(x.startswith(ours) for x in t), t[1], t)) for fact in facts]
    statements = Statements.of(store, heads)
    labels = entities.texts(store, {t[1:-1] for head in heads for t in head if t[0] == "<"}) if heads else {}
    return Contradiction(
        reason, tuple(statements.leaf(t) for t in heads), {iri: label for iri, (label, _, _) in labels.items()}
    )
