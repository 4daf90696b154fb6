"""Why something holds: the proofs of an inferred edge or role, down to the claims and lines that state their ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from spasmkg import claims, entities
from spasmkg import namespaces as ns
from spasmkg.errors import DoesNotHoldError
from spasmkg.model import CERTAINTIES, Claim, Triple
from spasmkg.namespaces import local
from spasmkg.rules import TYPE, Rule, compile_rules, prove
from spasmkg.store import Store
from spasmkg.supports import Reasons, reasons, stated

__all__ = ["Explanation", "Proof", "Statements", "cited", "explain", "in_words", "proofs", "sentence", "spoken"]

GIVEN = "by the ontology"
"""What stands for a certainty where no claim is needed."""
LIMIT = 20
"""How many proofs are given, the shortest first."""
_CITED = 3
"""How many claims of one leaf are written out."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A triple with what it follows from: a tree whose leaves are stated.

    ``rule`` is the name of the rule that concludes the triple and ``because`` the same in words; both are empty for a
    leaf. A leaf has its claims, or as ``place`` the file and line of the user who added it; a leaf with neither is
    given by the ontology files, such as the kind of an entity.
    """

    triple: Triple
    rule: str = ""
    because: str = ""
    premises: tuple[Proof, ...] = ()
    claims: tuple[Claim, ...] = ()
    place: str = ""

    @property
    def length(self) -> int:
        """The number of rule applications."""
        return (1 if self.rule else 0) + sum(p.length for p in self.premises)

    def leaves(self) -> Iterator[Proof]:
        """The stated triples at the ends of the tree, from left to right."""
        if not self.rule:
            yield self
        for premise in self.premises:
            yield from premise.leaves()

    @property
    def certainty(self) -> str:
        """The weakest among the leaves, each having its strongest claim; empty where no claim is needed."""
        strongest = [min(CERTAINTIES.index(c.certainty) for c in leaf.claims) for leaf in self.leaves() if leaf.claims]
        return CERTAINTIES[max(strongest)] if strongest else ""

    @property
    def claim_iris(self) -> tuple[str, ...]:
        """Every claim that the leaves rest on, sorted."""
        return tuple(sorted({c.iri for leaf in self.leaves() for c in leaf.claims}))

    @property
    def about(self) -> str:
        """Certainty and length in words."""
        return f"{self.certainty or GIVEN}, {self.length} {'step' if self.length == 1 else 'steps'}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a triple holds.

    ``proofs`` are minimal: what one of them rests on is no part of what another rests on; the shortest comes first.
    ``total`` counts them; where ``more`` is true there may be others that the search did not reach. A triple that is
    ``stated`` needs no proof: ``ground`` has its claims or its place.
    """

    triple: Triple
    stated: bool
    ground: Proof | None
    proofs: tuple[Proof, ...]
    total: int
    more: bool
    certainty: str
    labels: dict[str, str] = field(default_factory=dict, compare=False, hash=False, repr=False)

    @property
    def sentence(self) -> str:
        """The triple in words."""
        return sentence(self.triple, self.labels)

    @property
    def status(self) -> str:
        """Stated or inferred, and how surely."""
        sure = self.certainty or (self.ground.place if self.ground else "") or GIVEN
        return f"stated, {sure}; it needs no proof" if self.stated else f"inferred, {sure}"

    def _repr_html_(self) -> str:
        from spasmkg import notebook

        def branches(proof: Proof) -> list[notebook.Outline]:
            made: list[notebook.Outline] = []
            for premise in proof.premises:
                end, says = in_words(premise, self.labels)
                made.append(
                    (f"{says}, because {end.because}", branches(end))
                    if end.rule
                    else (says, [(c, ()) for c in cited(end)])
                )
            return made

        entries = [(f"{p.about}: {p.because}", branches(p)) for p in self.proofs]
        counted = f"showing {len(entries)} of {self.total} proofs" if len(entries) < self.total else ""
        notes = [*(cited(self.ground) if self.ground else ()), counted, "there may be more proofs" if self.more else ""]
        return notebook.outline(f"{self.sentence}: {self.status}", filter(None, notes), entries)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text("\n".join([f"{self.sentence}: {self.status}", *(f"{p.about}: {p.because}" for p in self.proofs)]))


@dataclass(frozen=True, slots=True)
class Statements:
    """The leaves of proofs, read once: their claims, and their places in a user's file."""

    claims: Mapping[Triple, tuple[Claim, ...]]
    places: Mapping[Triple, str]

    @classmethod
    def of(cls, store: Store, leaves: Iterable[Triple]) -> Statements:
        """Read the claims and places of some triples."""
        wanted = sorted(leaves)
        behind = claims.stating(store, wanted)
        every = {c.iri: c for c in claims.read(store, sorted({c for found in behind.values() for c in found}))}
        return cls(
            {t: tuple(every[c] for c in found) for t, found in behind.items()},
            claims.user_places(store, [t for t in wanted if t not in behind]),
        )

    def leaf(self, triple: Triple) -> Proof:
        """A triple that is stated."""
        return Proof(triple, claims=self.claims.get(triple, ()), place=self.places.get(triple, ""))


def explain(store: Store, triple: Triple, limit: int = LIMIT, *, even_if_stated: bool = False) -> Explanation:
    """Why a triple (in N-Triples form) holds, with at most ``limit`` proofs.

    A stated triple gets no proofs but where ``even_if_stated`` asks for those that do without the statement.
    Raises DoesNotHoldError with what is known instead.
    """
    spoken_of, given = stated(store, [triple])
    is_stated = bool(spoken_of or given)
    if not is_stated and not store.ask(f"ASK {{ {' '.join(triple)} }}"):
        raise _refusal(store, triple)
    ground = Statements.of(store, [triple]).leaf(triple) if is_stated else None
    found: list[Proof] = []
    more = False
    if not is_stated or even_if_stated:
        found, more = proofs(store, triple, compile_rules(store))
    shown = tuple(found[:limit])
    certainty = ground.certainty if ground else shown[0].certainty if shown else ""
    labels = _labels(store, [t for tree in (*shown, *([ground] if ground else [])) for t in _triples(tree)])
    return Explanation(triple, is_stated, ground, shown, len(found), more, certainty, labels)


def proofs(store: Store, goal: Triple, rules: Sequence[Rule]) -> tuple[list[Proof], bool]:
    """Every minimal proof of a triple, the shortest first, and whether there may be more."""
    known = reasons(store, rules, [goal])
    supports, more = known.supports([goal])
    labels = _rule_labels(store, rules, known)
    statements = Statements.of(store, known.leaves)
    found = [
        tree(known, goal, support, statements, {r.name: spoken(r, labels) for r in rules if r.name in labels})
        for support in supports
        if support != {goal}
    ]
    kept = claims.behind(store, [goal]).get(goal, ())

    def order(proof: Proof) -> tuple[int, int, bool, str]:
        weakest = CERTAINTIES.index(proof.certainty) if proof.certainty else -1
        return proof.length, weakest, proof.claim_iris != tuple(sorted(kept)), _text(proof)

    return sorted(found, key=order), more


def tree(
    known: Reasons, goal: Triple, support: frozenset[Triple], statements: Statements, because: Mapping[str, str]
) -> Proof:
    """The shortest proof of the goal from one support."""
    sure = {t: [(c.iri, c.certainty) for c in statements.claims[t]] for t in support if t in statements.claims}
    best = {c.triple: c for c in prove(known.within(support), sure)}

    def grown(triple: Triple) -> Proof:
        step = best.get(triple)
        if step is None:
            return statements.leaf(triple)
        return Proof(triple, step.rule, because.get(step.rule, step.rule), tuple(grown(p) for p in step.premises))

    return grown(goal)


def spoken(rule: Rule, labels: Mapping[str, str]) -> str:
    """A rule in words.

    >>> rule = Rule("", (("?x", "<p>", "?y"), ("?y", "<q>", "<e>")), ("?x", "<r>", "<e>"))
    >>> spoken(rule, {"p": "causes", "q": "treats", "e": "pain", "r": "may help"})
    'if A causes B and B treats pain, then A may help pain'
    """
    letters = {v: chr(ord("A") + i) for i, v in enumerate(rule.variables)}

    def said(pattern: Triple) -> str:
        return _joined(pattern, [letters[t] if t in letters else _name(t, labels) for t in pattern])

    return f"if {' and '.join(said(p) for p in rule.body)}, then {said(rule.head)}"


def in_words(proof: Proof, labels: Mapping[str, str]) -> tuple[Proof, str]:
    """A premise in words, with the inverse and sub-property steps below it in the same line, and where they end."""
    says = sentence(proof.triple, labels)
    end = proof
    while len(end.premises) == 1 and TYPE not in (end.triple[1], end.premises[0].triple[1]):
        end = end.premises[0]
    return end, says if end is proof else f"{says}, that is: {sentence(end.triple, labels)}"


def cited(leaf: Proof) -> list[str]:
    """A line for each of the first three claims of a leaf; or its place, or what gives it."""
    lines = [c.cite() for c in leaf.claims[:_CITED]]
    more = [f"and {len(leaf.claims) - _CITED} more claims"] if len(leaf.claims) > _CITED else []
    return [*lines, *more] or [leaf.place or "given by the ontology files"]


def sentence(triple: Triple, labels: Mapping[str, str]) -> str:
    """A triple in words, as far as its terms have labels.

    >>> sentence(("<x:a>", TYPE, "<x:C>"), {"x:a": "baclofen", "x:C": "sedating drug"})
    'baclofen is a sedating drug'
    """
    if "_:" in (triple[0][:2], triple[2][:2]):  # an axiom with a class expression or a list
        return f"an axiom about {', '.join(_name(t, labels) for t in (triple[0], triple[2]) if t[:2] != '_:')}"
    return _joined(triple, [_name(t, labels) for t in triple])


def _joined(pattern: Triple, words: Sequence[str]) -> str:
    subject, predicate, end = words
    an = "n" if pattern[1] == TYPE and end[:1] in "aeiou" else ""
    return f"{subject} {predicate}{an} {end}"


def _name(term: str, labels: Mapping[str, str]) -> str:
    if term == TYPE:
        return "is a"
    if term[0] == "<":
        return labels.get(term[1:-1], ns.contract(term[1:-1]))
    return term[1 : term.rindex('"')] if term[0] == '"' else term


def _text(proof: Proof) -> str:
    return " ".join((*proof.triple, proof.rule, *(_text(p) for p in proof.premises)))


def _triples(proof: Proof) -> Iterator[Triple]:
    yield proof.triple
    for premise in proof.premises:
        yield from _triples(premise)


def _iris(patterns: Iterable[Triple]) -> set[str]:
    return {t[1:-1] for pattern in patterns for t in pattern if t[0] == "<"}


def _labels(store: Store, triples: Iterable[Triple]) -> dict[str, str]:
    return {iri: label for iri, (label, _, _) in entities.texts(store, _iris(triples)).items()}


def _rule_labels(store: Store, rules: Sequence[Rule], known: Reasons) -> dict[str, str]:
    used = {r.name for ways in known.derivations.values() for r, _ in ways}
    labels = _labels(store, [p for r in rules if r.name in used for p in (*r.body, r.head)])
    return labels | dict.fromkeys(used, "")


def _refusal(store: Store, triple: Triple) -> DoesNotHoldError:
    """What is known instead of a triple that does not hold."""
    s, p, o = triple
    labels = _labels(store, [triple])
    known = []
    if o[0] == "<":
        known += [
            f"the source denies it: {c.cite()}" for c in claims.find(store, s[1:-1], p[1:-1], o[1:-1]) if c.negated
        ]
        for start, end in ((s, o), (o, s)):
            query = f"""SELECT DISTINCT ?p ?label WHERE {{ {start} ?p {end} . ?p rdfs:label ?label
                FILTER(STRSTARTS(STR(?p), STR(spasm:))) }} ORDER BY ?label"""
            known += [
                f"but this holds: {_name(start, labels)} {label.value} {_name(end, labels)}"
                + (" (the reverse)" if str(q) == p else "")
                for q, label in store.select(query)
            ]
    if p == TYPE:
        roles = f"SELECT ?l WHERE {{ {s} a ?role . ?role rdfs:subClassOf spasm:Role ; rdfs:label ?l }} ORDER BY ?l"
        if names := [label.value for (label,) in store.select(roles)]:
            known.append(f"its roles are: {', '.join(names)}")
        elif kind := entities.kind_of(store, s[1:-1]):
            known.append(f"its kind is {local(kind)}")
    return DoesNotHoldError(sentence(triple, labels), known)
