"""Queries that join a remote SPARQL endpoint by SERVICE, where the user has allowed it by name.

The engine never sees a SERVICE: its own client has no deadline and no cap, and asks for everything that the clause
could mean. Here each clause is answered before the query is run, and VALUES with the answer take its place, which by
the definition of SERVICE (https://www.w3.org/TR/sparql11-federated-query/) is the same. So the calls are bounded
(:mod:`spasmkg.endpoints`), any engine behind the Store protocol can be used, also one that has no way to the network,
and it is known before the first row whether the answer is whole.

An endpoint is sent the clause, the prefixes that it uses, and the values that the patterns around it
(:mod:`spasmkg.clauses`) give to the variables that they share: IRIs and plain strings, at most 10,000, in portions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from spasmkg import clauses, sparql
from spasmkg.clauses import Clause, Span
from spasmkg.endpoints import Budget, Row, Value, normal, select, shown
from spasmkg.errors import NotAllowedError, QuerySyntaxError, ServiceError, UsageError
from spasmkg.store import Store, memory

if TYPE_CHECKING:
    from spasmkg.model import Term

__all__ = ["Joined", "Services", "join"]

_MOST_VALUES = 10_000
"""Values for the shared variables beyond which fewer variables, or none, are narrowed down."""
_PORTION = 200
"""Values that are sent in one call."""


@dataclass(frozen=True, slots=True)
class Services:
    """The endpoints that queries may call, in normal form, for how long each, and what follows where one fails."""

    endpoints: tuple[str, ...]
    timeout: float
    on_failure: str

    @classmethod
    def of(cls, named: str | Iterable[str], timeout: float = 30.0, on_failure: str = "error") -> Services:
        """Endpoints as the user names them; raise UsageError for what is none.

        >>> Services.of("https://Example.org/sparql").endpoints
        ('https://example.org/sparql',)
        """
        if not timeout > 0:
            raise UsageError(f"{timeout} is no time to wait for an endpoint; give seconds above 0")
        if on_failure not in ("error", "partial"):
            raise UsageError(f'"{on_failure}" is not a way to go on where an endpoint fails; use error or partial')
        listed = [named] if isinstance(named, str) else named
        return cls(tuple(dict.fromkeys(map(normal, listed))), timeout, on_failure)


@dataclass(frozen=True, slots=True)
class Joined:
    """A query whose SERVICE clauses are answered: its text, the endpoints that answered, and the failures."""

    text: str
    endpoints: tuple[str, ...]
    failures: tuple[str, ...]


def join(store: Store, text: str, prefixes: Mapping[str, str], services: Services | None) -> Joined:
    """Answer the SERVICE clauses of a query; the text that is left runs on the store.

    Nothing is sent before the whole query is found to be sound and all its endpoints to be allowed. Raises
    NotAllowedError, QuerySyntaxError; ServiceError where an endpoint fails, unless the clause is SILENT or failures
    are taken as ``partial``: then the clause counts as answered by one row without values, as SILENT is defined.
    """
    plain = sparql.without_comments(text)
    found = clauses.find(plain, prefixes)
    called = [_allowed(clause.endpoint, services) for clause in found]
    blanked = _spliced(plain, (0, len(plain)), {(c.span[0], c.body[0]): " " * (c.body[0] - c.span[0]) for c in found})
    sparql.guard(blanked)
    memory().query(blanked, prefixes)  # a slip is found here, where it cannot cost a call
    blocks: dict[Span, str] = {}
    answered: list[str] = []
    failures: list[str] = []
    for number, (clause, endpoint) in enumerate(zip(found, called, strict=True)):
        assert services is not None
        asked = _Asked(store, plain, prefixes, clause, endpoint, str(number))
        try:
            rows = asked.rows(services.timeout, blocks)
            blocks[clause.span] = asked.block(rows or [])
            answered += [endpoint] if rows is not None else []
        except ServiceError as error:
            if services.on_failure == "error" and not clause.silent:
                raise
            failures.append(f"{error.endpoint}: {error.reason}")
            blocks[clause.span] = _values(clause.variables, [{}])
    return Joined(
        _spliced(plain, (0, len(plain)), blocks), tuple(dict.fromkeys(answered)), tuple(dict.fromkeys(failures))
    )


def _allowed(endpoint: str, services: Services | None) -> str:
    try:
        name = normal(endpoint)
    except UsageError as error:
        raise NotAllowedError(shown(endpoint), str(error)) from None
    if services is None or name not in services.endpoints:
        raise NotAllowedError(name, f'allow it with --allow-service {name} (in Python: kg.with_services("{name}"))')
    return name


def _spliced(text: str, span: Span, blocks: Mapping[Span, str]) -> str:
    """A part of the text with other words in the place of some spans, which come in order."""
    out, at = [], span[0]
    for (start, end), words in blocks.items():
        if at <= start and end <= span[1]:
            out += [text[at:start], words]
            at = end
    return "".join([*out, text[at : span[1]]])


def _values(variables: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    lines = (f"({' '.join(row.get(v, 'UNDEF') for v in variables)})" for row in rows)
    return f"VALUES ({' '.join(f'?{v}' for v in variables)}) {{ {' '.join(lines)} }}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A clause of a query that is put to its endpoint; ``mark`` keeps its blank nodes from those of others."""

    store: Store
    text: str
    prefixes: Mapping[str, str]
    clause: Clause
    endpoint: str
    mark: str

    def rows(self, seconds: float, blocks: Mapping[Span, str]) -> list[Row] | None:
        """The answer, None where none is needed; raise ServiceError. ``blocks`` answer the clauses before."""
        narrowed = self._narrowed(blocks)
        if narrowed == []:
            return None
        budget = Budget.of(seconds)
        found: list[Row] = []
        for number, sent in enumerate(_portions(narrowed)):
            table = select(self.endpoint, self._query(sent), budget, f"{self.mark}-{number}")
            wanted = {tuple(row.items()) for row in sent}
            pushed = list(sent[0]) if sent else []
            found += [row for row in table.rows if not sent or tuple((v, row.get(v)) for v in pushed) in wanted]
        return found

    def block(self, rows: Iterable[Row]) -> str:
        """The answer as VALUES; raise ServiceError where the engine cannot read it."""
        known = set(self.clause.variables)
        written = ({v: term.harmless() for v, term in row.items() if v in known} for row in rows)
        made = _values(self.clause.variables, written)
        try:
            memory().query(f"ASK {{ {made} }}")
        except QuerySyntaxError:
            raise ServiceError(self.endpoint, "its answer holds what is not a term of RDF") from None
        return made

    def _query(self, sent: Sequence[Row]) -> str:
        start, end = self.clause.body
        before = list(sparql.tokens(clauses.prologue(self.text)))
        known = sparql.declared(before, self.prefixes)
        used = dict.fromkeys(t.text.partition(":")[0] for t in sparql.tokens(self.text[start:end]) if t.kind == "pname")
        base = [f"BASE {iri.text}\n" for t, iri in pairwise(before) if t.text.upper() == "BASE" and iri.kind == "iri"]
        head = "".join([*base[-1:], *(f"PREFIX {p}: <{known[p]}>\n" for p in used if p in known)])
        inner = self.text[start + 1 : end - 1].strip()
        if sent:
            values = _values(list(sent[0]), ({v: term.sparql() for v, term in row.items()} for row in sent))
            inner = f"{values} {inner if self.clause.simple else f'{{ {inner} }}'}"
        return f"{head}SELECT {'*' if self.clause.variables else '(1 AS ?one)'} WHERE {{ {inner} }}"

    def _narrowed(self, blocks: Mapping[Span, str]) -> list[Row] | None:
        """The values that the patterns around give to the shared variables; None where they narrow nothing down."""
        shared = self.clause.shared
        for wanted in [shared, *([v] for v in shared if len(shared) > 1)]:
            if wanted and (found := self._bound(wanted, blocks)) is not None:
                return found
        return None

    def _bound(self, variables: Sequence[str], blocks: Mapping[Span, str]) -> list[Row] | None:
        """Distinct values of those variables that have an IRI or a plain string throughout; None for too many."""
        sparql.guard(self._around(variables, dict.fromkeys(blocks, "{ }")))  # other words stand together than before
        try:
            rows = [[_value(term) for term in row] for row in self.store.select(self._around(variables, blocks))]
        except QuerySyntaxError:  # what stands around the clause cannot stand by itself
            return None
        if len(rows) > _MOST_VALUES:
            return None
        sent = [i for i in range(len(variables)) if all(row[i] for row in rows)]
        distinct = dict.fromkeys(tuple((variables[i], row[i]) for i in sent) for row in rows)
        return [{v: term for v, term in row if term} for row in distinct] if sent else None

    def _around(self, variables: Sequence[str], blocks: Mapping[Span, str]) -> str:
        """The query for the values that the patterns around the clause give to some variables."""
        pattern = ""
        for level in self.clause.around:
            before, after = (" ".join(_spliced(self.text, span, blocks) for span in spans) for spans in level)
            pattern = f"{before} {{ {pattern} }} {after}" if pattern else f"{before} {after}"
        names = " ".join(f"?{v}" for v in variables)
        return (
            f"{clauses.prologue(self.text)} SELECT DISTINCT {names} {clauses.source(self.text)} "
            f"WHERE {{ {pattern} }} LIMIT {_MOST_VALUES + 1}"
        )


def _value(term: Term | None) -> Value | None:
    """An IRI or a plain string; None for what engines may write in several ways, or know only by themselves."""
    text = str(term)
    if term is None or text[0] not in '<"' or text[:2] == "<<":
        return None
    if text[0] == "<":
        return Value(term.value, is_iri=True)
    return Value(term.value) if text[-1] == '"' else None


def _portions(values: list[Row] | None) -> Iterator[list[Row]]:
    """The values as they are sent; one portion without any where nothing is narrowed down."""
    yield from ([values[i : i + _PORTION] for i in range(0, len(values), _PORTION)] if values else [[]])
