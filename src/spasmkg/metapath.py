"""Metapaths: patterns of kinds and predicates, such as ``Drug -hasSideEffect-> Finding <-hasSymptom- Spasm``.

::

    metapath   = thing ( step thing )+
    thing      = "*" | name ( "|" name )*          kinds or roles; a "quoted name" is one entity
    step       = "-" what "->"                     from subject to object
               | "<-" what "-"                     from object to subject
               | "-" what "-"                      either way
    what       = [ name ( "|" name )* | "*" ] [ "+" | "{" low [ "," [ high ] ] "}" ]

Where no predicate is named, any will do. A repetition takes the step several times; the things in between are free.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from spasmkg import namespaces as ns
from spasmkg.errors import MetapathError, NotFoundError, UsageError
from spasmkg.graph import LISTS, STATED

__all__ = ["Metapath", "Names", "Step", "Thing", "parse"]

_TOKEN = re.compile(
    r"\s*(?:(?P<open><-)|(?P<close>->)|(?P<dash>-)|(?P<bar>\|)|(?P<plus>\+)|(?P<any>\*)"
    r"|(?P<times>\{\s*\d+\s*(?:,\s*\d*\s*)?\})|(?P<quoted>\"[^\"]*\")|(?P<name>[A-Za-z_][\w:.]*))"
)
_MOST = 60  # states of the automaton that a walk along the metapath needs


class Names(NamedTuple):
    """How the names in a metapath become terms; each raises NotFoundError."""

    kind: Callable[[str], str]
    predicate: Callable[[str], str]
    entity: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Thing:
    """What may stand at a place: one of some kinds or roles (names), one entity (IRI), or anything."""

    kinds: tuple[str, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Which edges lead on: predicates (IRIs; none means any), direction (1, -1, 0 for either), how often."""

    predicates: tuple[str, ...]
    direction: int
    low: int = 1
    high: int | None = 1


@dataclass(frozen=True, slots=True)
class Metapath:
    """Things and the steps between them; one thing more than steps.

    >>> from spasmkg.metapath import Names, parse
    >>> names = Names(str, lambda p: "https://w3id.org/spasmkg/" + p, str)
    >>> path = parse("Drug -hasSideEffect-> Finding <-hasSymptom{1,2}- *", names)
    >>> path.lengths, path.predicates[0], path.things[0].kinds
    ((2, 3), 'https://w3id.org/spasmkg/hasSideEffect', ('Drug',))
    """

    text: str
    things: tuple[Thing, ...]
    steps: tuple[Step, ...]

    @property
    def predicates(self) -> tuple[str, ...]:
        """All predicates that are named."""
        return tuple(dict.fromkeys(p for step in self.steps for p in step.predicates))

    @property
    def lengths(self) -> tuple[int, int | None]:
        """The least and the greatest number of edges; None where there is no greatest."""
        high = [s.high for s in self.steps]
        return sum(s.low for s in self.steps), None if None in high else sum(h for h in high if h)

    def sparql(self, start: str = "", goal: str = "", longest: int = 4) -> str:
        """A query whose rows are the paths along this metapath: nodes ``?n0 ?n1 …``, predicates ``?p1 …``.

        ``?f1 …`` is true where the edge is followed from subject to object. Repetitions without an end stop at
        ``longest`` edges. The rows are the same as those found by walking the arrays; this is checked by the tests.
        """
        choices = [range(s.low, (longest if s.high is None else s.high) + 1) for s in self.steps]
        shapes = [c for c in product(*choices) if sum(c) <= longest or None not in (s.high for s in self.steps)]
        if not shapes:
            raise UsageError(f"{self.text} has at least {self.lengths[0]} edges; allow more than {longest}")
        widest = max(sum(c) for c in shapes)
        columns = [f"?p{i} ?f{i} ?n{i}" for i in range(1, widest + 1)]
        branches = [self._branch(shape, start, goal) for shape in shapes]
        union = "\n  UNION\n  ".join(f"{{ {b} }}" for b in branches)
        return f"SELECT DISTINCT ?n0 {' '.join(columns)} WHERE {{\n  {union}\n}} ORDER BY ?n0 {' '.join(columns)}"

    def _branch(self, shape: tuple[int, ...], start: str, goal: str) -> str:
        parts: list[str] = []
        things = [self.things[0]]
        steps: list[Step] = []
        for step, times, thing in zip(self.steps, shape, self.things[1:], strict=True):
            steps += [step] * times
            things += [Thing()] * (times - 1) + [thing]
        ends = {0: start, len(steps): goal}
        for i, thing in enumerate(things):
            for fixed in (ends.get(i, ""), thing.entity):
                if fixed:
                    parts.append(f"VALUES ?n{i} {{ <{fixed}> }}")
        for i, step in enumerate(steps, 1):
            parts.append(_step_pattern(step, i))
        for i, thing in enumerate(things):
            if thing.kinds:
                parts.append(f"VALUES ?k{i} {{ {' '.join(f'<{ns.spasm(k)}>' for k in thing.kinds)} }} ?n{i} a ?k{i} .")
        pairs = [f"?n{i} != ?n{j}" for j in range(len(things)) for i in range(j)]
        return " ".join([*parts, f"FILTER({' && '.join(pairs)})"])


def _step_pattern(step: Step, i: int) -> str:
    layers = STATED if not step.predicates else (*STATED, "inferred")
    where = f"VALUES ?g{i} {{ {' '.join(f'<{ns.graph(layer)}>' for layer in layers)} }} "
    if step.predicates:
        which = f"VALUES ?p{i} {{ {' '.join(f'<{p}>' for p in step.predicates)} }}"
    else:
        which = f"FILTER(STRSTARTS(STR(?p{i}), STR(spasm:)) && ?p{i} != <{LISTS}>)"
    a, b = f"?n{i - 1}", f"?n{i}"
    ways = {1: [(a, b, "true")], -1: [(b, a, "false")], 0: [(a, b, "true"), (b, a, "false")]}[step.direction]
    found = [
        f"{{ {where} GRAPH ?g{i} {{ {s} ?p{i} {o} }} {which} FILTER isIRI({o}) BIND({f} AS ?f{i}) }}"
        for s, o, f in ways
    ]
    return found[0] if len(found) == 1 else "{ " + " UNION ".join(found) + " }"


def parse(text: str, names: Names) -> Metapath:
    """Read a metapath. Raises MetapathError with the place in the text, and suggestions for a name that is unknown."""
    reader = _Reader(text, names)
    things, steps = [reader.thing()], []
    while reader.kind != "end":
        steps.append(reader.step())
        things.append(reader.thing())
    if not steps:
        raise reader.error("a step such as -causes-> is missing")
    found = Metapath(text, tuple(things), tuple(steps))
    if sum(max(s.low, s.high or 0) for s in steps) > _MOST:
        raise MetapathError(f"more than {_MOST} edges", text, 0)
    return found


class _Reader:
    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names = text, names
        self.tokens = self._split()
        self.advance()

    def _split(self) -> Iterator[tuple[str, str, int]]:
        at = 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                raise MetapathError(f"{self.text[at]!r} has no meaning in a metapath", self.text, at)
            kind = str(match.lastgroup)
            yield kind, match.group(kind), match.start(kind)
            at = match.end()
        yield "end", "", len(self.text)

    def advance(self) -> None:
        self.kind, self.word, self.at = next(self.tokens)

    def error(self, reason: str) -> MetapathError:
        return MetapathError(reason, self.text, self.at)

    def thing(self) -> Thing:
        if self.kind == "any":
            self.advance()
            return Thing()
        if self.kind == "quoted":
            found = Thing(entity=self.look_up(self.names.entity, self.word[1:-1]))
            self.advance()
            return found
        return Thing(tuple(self.alternatives(self.names.kind, 'a kind, a "quoted entity" or *')))

    def step(self) -> Step:
        if self.kind not in ("dash", "open"):
            raise self.error("expected a step: -predicate->, <-predicate- or -predicate-")
        backward = self.kind == "open"
        self.advance()
        predicates: list[str] = []
        if self.kind == "any":
            self.advance()
        elif self.kind == "name":
            predicates = self.alternatives(self.names.predicate, "a predicate")
        low, high = self.times()
        if self.kind not in (("dash",) if backward else ("dash", "close")):
            raise self.error('expected "-" to end the step' if backward else 'expected "->" or "-" to end the step')
        direction = -1 if backward else 1 if self.kind == "close" else 0
        self.advance()
        return Step(tuple(predicates), direction, low, high)

    def times(self) -> tuple[int, int | None]:
        if self.kind == "plus":
            self.advance()
            return 1, None
        if self.kind != "times":
            return 1, 1
        low, comma, high = (part.strip() for part in self.word[1:-1].partition(","))
        bounds = int(low), (int(high) if high else None) if comma else int(low)
        if bounds[0] < 1 or (bounds[1] is not None and bounds[1] < bounds[0]):
            raise self.error("a repetition starts at 1 and does not end before it starts")
        self.advance()
        return bounds

    def alternatives(self, resolve: Callable[[str], str], expected: str) -> list[str]:
        found: list[str] = []
        while True:
            if self.kind != "name":
                raise self.error(f"expected {expected}")
            found.append(self.look_up(resolve, self.word))
            self.advance()
            if self.kind != "bar":
                return found
            self.advance()

    def look_up(self, resolve: Callable[[str], str], name: str) -> str:
        try:
            return resolve(name)
        except NotFoundError as error:
            raise MetapathError(str(error), self.text, self.at, error.suggestions) from None
