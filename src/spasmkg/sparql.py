"""SPARQL as text: tokens, the guard that keeps a query from the network, and its outermost triple patterns.

The grammar of tokens is that of https://www.w3.org/TR/sparql11-query/#sparqlGrammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.errors import QuerySyntaxError, RefusedError

__all__ = ["MAX_NESTING", "Token", "guard", "outer_patterns", "tokens"]

MAX_NESTING = 80
"""Brackets and negations within each other beyond which a query is refused: the engine's parser is recursive."""

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
      |\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<var>[?$]\w+)
  | (?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:[\w.-]*\w)
  | (?P<pname>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
      (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
  | (?P<number>\d+\.\d*(?:[eE][+-]?\d+)?|\.?\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{}()\[\].,;=<>+\-*/!|^?&])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind (iri, string, var, pname, word, mark …), its text, and where it starts."""

    kind: str
    text: str
    start: int


def tokens(sparql: str) -> Iterator[Token]:
    """The tokens of a query, without white space and comments.

    >>> [t.text for t in tokens("SELECT * { ?s a <x:y> } # end")]
    ['SELECT', '*', '{', '?s', 'a', '<x:y>', '}']
    """
    for match in _TOKEN.finditer(sparql):
        kind = match.lastgroup
        if kind and kind != "space":
            yield Token(kind, match[0], match.start())


def _unescaped(sparql: str) -> str:
    def char(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]

    return _ESCAPE.sub(char, sparql)


def guard(sparql: str) -> None:
    """Refuse what would reach for the network or overflow the parser's stack; let everything else pass.

    >>> guard("SELECT * { ?s ?p 'SERVICE' }")
    >>> guard("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    spasmkg.errors.RefusedError: the query calls SERVICE, which reaches for another server; nothing here may use the network
    """
    if "\x00" in sparql:
        raise QuerySyntaxError("a NUL character cannot stand in a query", sparql)
    depth = deepest = bangs = 0
    for token in tokens(_unescaped(sparql)):
        if token.kind == "word" and token.text.upper() in ("SERVICE", "LOAD"):
            raise RefusedError(
                f"the query calls {token.text.upper()}, which reaches for another server; "
                "nothing here may use the network"
            )
        bangs = bangs + 1 if token.text in ("!", "-", "+", "^") else 0
        if token.text in ("{", "(", "["):
            depth += 1
        elif token.text in ("}", ")", "]"):
            depth -= 1
        deepest = max(deepest, depth + bangs)
    if deepest > MAX_NESTING:
        raise RefusedError(f"the query nests {deepest} levels deep; {MAX_NESTING} are allowed")


def outer_patterns(sparql: str, prefixes: Mapping[str, str]) -> list[tuple[str, str, str]] | None:
    """The plain triple patterns of the outermost group, as variables (``?x``) and IRIs in ``<>``.

    Property paths, literals, blank nodes and nested groups are passed over. None where the query has no outermost
    WHERE group.

    >>> outer_patterns("SELECT ?d { ?d a spasm:Drug ; spasm:takenAt ?t . OPTIONAL { ?d ?p ?o } }", ns.prefixes())[1]
    ('?d', '<https://w3id.org/spasmkg/takenAt>', '?t')
    """
    stream = list(tokens(sparql))
    known = dict(prefixes)
    for i, token in enumerate(stream):
        if token.kind == "word" and token.text.upper() == "PREFIX" and i + 2 < len(stream):
            known[stream[i + 1].text[:-1]] = stream[i + 2].text[1:-1]
    start = next((i for i, t in enumerate(stream) if t.text == "{"), None)
    if start is None:
        return None
    inner = _without_groups(stream[start + 1 :])
    return list(_triples(inner, known))


def _without_groups(stream: list[Token]) -> list[Token]:
    """The tokens of the first group, what stands in nested brackets replaced by a full stop."""
    kept: list[Token] = []
    depth = 0
    for token in stream:
        if token.text in ("{", "(", "["):
            depth += 1
            if depth == 1:
                kept.append(Token("mark", "[]" if token.text == "[" else ".", token.start))
        elif token.text in ("}", ")", "]"):
            if depth == 0:
                break
            depth -= 1
        elif depth == 0:
            kept.append(token)
    return kept


def _triples(stream: list[Token], prefixes: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    def term(token: Token) -> str | None:
        if token.kind == "var":
            return "?" + token.text[1:]
        if token.kind == "iri":
            return token.text
        if token.kind == "pname":
            prefix, _, name = token.text.partition(":")
            return f"<{prefixes[prefix]}{name.replace(chr(92), '')}>" if prefix in prefixes else None
        if token.text == "a":
            return f"<{ns.RDF_TYPE}>"
        return None

    statement: list[Token] = []
    for token in [*stream, Token("mark", ".", -1)]:
        if token.text != ".":
            if token.kind == "word" and token.text != "a":
                statement = []
                continue
            statement.append(token)
            continue
        subject: str | None = None
        for n, part in enumerate(_split(statement, ";")):
            if n == 0:
                subject = term(part[0]) if part else None
                part = part[1:]
            objects = list(_split(part, ","))
            if subject is None or not objects or len(objects[0]) != 2:
                continue
            predicate = term(objects[0][0])
            for o in [objects[0][1:], *objects[1:]]:
                value = term(o[0]) if len(o) == 1 else None
                if predicate and value:
                    yield subject, predicate, value
        statement = []


def _split(stream: list[Token], mark: str) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in stream:
        if token.text == mark:
            yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part
