"""The SERVICE clauses of a query: where each stands, whom it calls, and which patterns bind what it shares with them.

A clause may be asked only for what can join: for the values that the patterns around it give to the variables it
shares with them. Which patterns may be used is settled here, on the text, so that the answer stays the same:

- in the clause's own group, all that stands before it but filters, and the triples and VALUES that stand after it;
- the same of the groups around it, while they are plain groups or branches of a UNION;
- where its group is OPTIONAL, what stands before that, and no more;
- nothing below EXISTS, GRAPH or LATERAL, which lend a group something from outside; nothing outside of a sub-select.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spasmkg.errors import QuerySyntaxError, RefusedError
from spasmkg.sparql import Token, declared, tokens

__all__ = ["Clause", "find", "prologue", "source"]

Span = tuple[int, int]
"""Offsets in the text of the query: where something starts, and where it has ended."""

_PAIRS = {")": "(", "]": "[", "}": "{"}
_BLOCKS = {
    "OPTIONAL": "optional", "MINUS": "minus", "GRAPH": "graph", "SERVICE": "service", "LATERAL": "lateral",
    "BIND": "bind", "VALUES": "values", "FILTER": "filter",
}  # fmt: skip
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


class _Element(NamedTuple):
    """A part of a group: its kind, its first token, and the token after its last."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A SERVICE clause: its span, the span of its group with the brackets, and the endpoint as an absolute IRI.

    ``variables`` are those that its group gives out, without ``?``. ``simple`` says that the group holds triples and
    filters only. ``around`` is what may narrow it down, innermost level first: the spans that come before it, and
    those that come after. ``shared`` are the variables that occur there and that each answer binds: to give a value
    to another would make a difference to what follows.
    """

    span: Span
    body: Span
    endpoint: str
    silent: bool
    variables: tuple[str, ...]
    simple: bool
    around: tuple[tuple[tuple[Span, ...], tuple[Span, ...]], ...]
    shared: tuple[str, ...]


def find(text: str, prefixes: Mapping[str, str]) -> list[Clause]:
    """The SERVICE clauses of a query without comments, in the order of the text.

    Raises RefusedError where the endpoint is a variable or a clause stands in another, QuerySyntaxError where
    brackets do not match.

    >>> clause = find("SELECT * { ?s ?p ?x SERVICE <https://example.org/sparql> { ?x ?q ?y } }", {})[0]
    >>> clause.endpoint, clause.variables, clause.shared
    ('https://example.org/sparql', ('x', 'q', 'y'), ('x',))
    """
    return list(_Reader(text, prefixes).clauses())


def prologue(text: str) -> str:
    """What stands before SELECT, ASK, CONSTRUCT or DESCRIBE: the declarations of a query without comments.

    >>> prologue("PREFIX x: <https://example.org/> ASK { }")
    'PREFIX x: <https://example.org/> '
    """
    return text[: next((t.start for t in tokens(text) if _word(t) in _FORMS), 0)]


def source(text: str) -> str:
    """The FROM clauses of a query.

    >>> source("SELECT * FROM <https://example.org/g> { }")
    'FROM <https://example.org/g>'
    """
    stream = list(tokens(text))
    found = []
    for i, token in enumerate(stream[:-1]):
        if _word(token) == "FROM":
            last = stream[i + 2] if _word(stream[i + 1]) == "NAMED" and i + 2 < len(stream) else stream[i + 1]
            found.append(text[token.start : last.start + len(last.text)])
    return " ".join(found)


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


class _Reader:
    """The tokens of a query with its brackets matched."""

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self.text, self.tokens = text, list(tokens(text))
        self.prefixes = declared(self.tokens, prefixes)
        self.closing: dict[int, int] = {}
        self.groups: dict[int, list[int]] = {}
        """For each SERVICE the groups that it stands in, outermost first, by the token that opens them."""
        opened: list[int] = []
        for i, token in enumerate(self.tokens):
            if token.text in ("{", "(", "["):
                opened.append(i)
            elif token.text in _PAIRS:
                if not opened or self.tokens[opened[-1]].text != _PAIRS[token.text]:
                    raise self._wrong(f'"{token.text}" closes nothing', token)
                self.closing[opened.pop()] = i
            elif _word(token) == "SERVICE":
                self.groups[i] = [o for o in opened if self.tokens[o].text == "{"]
        if opened:
            raise self._wrong(f'"{self.tokens[opened[-1]].text}" is never closed', self.tokens[opened[-1]])

    def _wrong(self, reason: str, token: Token) -> QuerySyntaxError:
        before = self.text[: token.start]
        return QuerySyntaxError(reason, self.text, before.count("\n") + 1, token.start - before.rfind("\n"))

    def clauses(self) -> Iterator[Clause]:
        for i, groups in self.groups.items():
            at = i + 1
            silent = _word(self._at(at)) == "SILENT"
            at += silent
            name, opens = self._at(at), self._at(at + 1)
            if name.kind == "var":
                raise RefusedError(
                    f"SERVICE {name.text} leaves open which server is called; write its IRI, which must be allowed: "
                    "nothing here may use the network but what is allowed by name"
                )
            endpoint = self._iri(name)
            if not endpoint or opens.text != "{":
                raise RefusedError(
                    f"SERVICE {name.text}: write the endpoint as <http…> or <https…>, without escapes, and a group "
                    "after it; nothing here may use the network but what is allowed by name"
                )
            yield self._clause(i, at + 1, endpoint, silent, groups)

    def _at(self, index: int) -> Token:
        return self.tokens[index] if index < len(self.tokens) else Token("end", "", len(self.text))

    def _iri(self, token: Token) -> str:
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, name = token.text.partition(":")
        known = token.kind == "pname" and prefix in self.prefixes
        return self.prefixes[prefix] + name.replace("\\", "") if known else ""

    def _clause(self, start: int, opens: int, endpoint: str, silent: bool, groups: Sequence[int]) -> Clause:
        ends = self.closing[opens]
        inside = self.tokens[opens + 1 : ends]
        if any(_word(t) == "SERVICE" for t in inside):
            raise RefusedError("a SERVICE stands inside another; ask each endpoint from here, nothing else is allowed")
        elements = list(self._elements(opens + 1, ends))
        variables = tuple(dict.fromkeys(self._given(opens + 1, ends)))
        around = () if any(_word(t) == "SELECT" for t in inside) else tuple(self._around(start, groups))
        near = {v for level in around for spans in level for span in spans for v in self._variables(span)}
        return Clause(
            span=(self.tokens[start].start, self.tokens[ends].start + 1),
            body=(self.tokens[opens].start, self.tokens[ends].start + 1),
            endpoint=endpoint,
            silent=silent,
            variables=variables,
            simple=all(e.kind in ("triples", "filter") for e in elements),
            around=around,
            shared=tuple(v for v in variables if v in near & self._sure(opens + 1, ends)),
        )  # fmt: skip

    def _variables(self, span: Span) -> set[str]:
        return {t.text[1:] for t in self.tokens if t.kind == "var" and span[0] <= t.start < span[1]}

    def _given(self, first: int, last: int) -> Iterator[str]:
        """The variables that a group, or a sub-select, gives out."""
        if _word(self._at(first)) == "SELECT":
            where = next(i for i in range(first, last) if self.tokens[i].text == "{" and i in self.closing)
            while _word(self.tokens[where - 1]) == "EXISTS":
                where = next(i for i in range(self.closing[where], last) if self.tokens[i].text == "{")
            if any(t.text == "*" for t in self.tokens[first + 1 : first + 3]):
                yield from self._given(where + 1, self.closing[where])
            at = first
            while at < where:
                at = self.closing.get(at, at)  # of (… AS ?x) the last variable
                token = self.tokens[at - 1] if self.tokens[at].text == ")" else self.tokens[at]
                if token.kind == "var":
                    yield token.text[1:]
                at += 1
            return
        for kind, begin, end in self._elements(first, last):
            if kind == "bind":
                yield self.tokens[end - 2].text[1:]
            elif kind in ("triples", "values"):
                yield from (t.text[1:] for t in self.tokens[begin:end] if t.kind == "var")
            elif kind not in ("filter", "minus"):
                at = begin
                while at < end:
                    if self.tokens[at].text == "{":
                        yield from self._given(at + 1, self.closing[at])
                        at = self.closing[at]
                    elif self.tokens[at].kind == "var":  # of GRAPH
                        yield self.tokens[at].text[1:]
                    at += 1

    def _sure(self, first: int, last: int) -> set[str]:
        """The variables that each solution of a group binds, as far as its triples show."""
        found: set[str] = set()
        for kind, begin, end in self._elements(first, last):
            if kind == "triples":
                found |= {t.text[1:] for t in self.tokens[begin:end] if t.kind == "var"}
            elif kind in ("groups", "graph"):
                opened = [i for i in range(begin, end) if self.tokens[i].text == "{"]
                branches = [i for i in opened if not any(o < i < self.closing[o] for o in opened)]
                found |= set.intersection(*(self._sure(i + 1, self.closing[i]) for i in branches))
        return found

    # ---- groups ----

    def _elements(self, first: int, last: int) -> Iterator[_Element]:
        """The parts of the group between two tokens."""
        at = first
        while at < last:
            begun, word = at, _word(self.tokens[at])
            if self.tokens[at].text == ".":
                at += 1
                continue
            if word in _BLOCKS:
                at += 1
                if word == "VALUES" and self._at(at).text == "(":
                    at = self.closing[at] + 1
                stops = ("(",) if word == "BIND" else ("(", "{") if word == "FILTER" else ("{",)
                at = self._past(at, last, stops)
                yield _Element(_BLOCKS[word], begun, at)
            elif self.tokens[at].text == "{":
                at = self.closing[at] + 1
                while at < last and _word(self.tokens[at]) == "UNION":
                    at = self._past(at, last, ("{",))
                yield _Element("groups", begun, at)
            else:
                while at < last and _word(self.tokens[at]) not in _BLOCKS:
                    if self.tokens[at].text == "{" and self._at(at + 1).text != "|":  # {| … |} belongs to a triple
                        break
                    at = self.closing.get(at, at) + 1
                yield _Element("triples", begun, at)

    def _past(self, at: int, last: int, stops: Sequence[str]) -> int:
        """The token after the next bracketed part."""
        while at < last and self.tokens[at].text not in stops:
            at += 1
        return self.closing[at] + 1 if at < last else last

    def _kind(self, opens: int, parent: int | None) -> str:
        """What makes a group of the token that opens it: ``optional``, ``minus``, ``where``, ``plain`` …"""
        before = [_word(t) for t in self.tokens[max(0, opens - 3) : opens]]
        last = before[-1] if before else ""
        if last in ("OPTIONAL", "MINUS", "EXISTS", "LATERAL"):
            return last.lower()
        if "GRAPH" in before[-2:-1]:
            return "graph"
        select = parent is not None and _word(self._at(parent + 1)) == "SELECT"
        return "where" if parent is None or select else "plain"

    def _around(self, inside: int, groups: Sequence[int]) -> Iterator[tuple[tuple[Span, ...], tuple[Span, ...]]]:
        kinds = [self._kind(g, groups[n - 1] if n else None) for n, g in enumerate(groups)]
        if any(k in ("exists", "graph", "lateral") for k in kinds):
            return
        joins = True
        for opens, kind in zip(reversed(groups), reversed(kinds), strict=True):
            elements = list(self._elements(opens + 1, self.closing[opens]))
            before = [e for e in elements if e.last <= inside and e.kind != "filter"]
            after = [e for e in elements if e.first > inside and e.kind in ("triples", "values")]
            yield self._spans(before), self._spans(after if joins else [])
            if not joins or kind not in ("plain", "optional"):
                return
            joins = kind == "plain"
            inside = opens

    def _spans(self, elements: Sequence[_Element]) -> tuple[Span, ...]:
        ends = (self.tokens[e.last - 1] for e in elements)
        return tuple((self.tokens[e.first].start, t.start + len(t.text)) for e, t in zip(elements, ends, strict=True))
