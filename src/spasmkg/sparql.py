"""SPARQL as text: tokens, the guard that keeps a query from the network, and its outermost triple patterns.

The grammar of tokens is that of https://www.w3.org/TR/sparql11-query/#sparqlGrammar. An engine need not cut a text
as this module does: Oxigraph has no tokens, tries one rule after the other, and so reads ``SERVICESILENT<x:y>{}`` and
``FILTER(1<2)SERVICE#>`` as calls. So the guard does not trust tokens: it looks for anything that any reading could
take for a call, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spasmkg import namespaces as ns
from spasmkg.errors import QuerySyntaxError, RefusedError

__all__ = ["MAX_CHAIN", "MAX_NESTING", "Token", "declared", "guard", "outer_patterns", "tokens", "without_comments"]

MAX_NESTING = 80
"""Brackets and negations within each other beyond which a query is refused: the engine's parser is recursive."""
MAX_CHAIN = 600
"""Parts in a row (``a || b || …``, UNION, OPTIONAL, ``p/q/…``) beyond which a query is refused: the engine makes a deep
tree of them and walks it by recursion."""

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|ESCAPE))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|ESCAPE))*'''
      |\"(?:[^\"\\\r\n]|ESCAPE)*\"|'(?:[^'\\\r\n]|ESCAPE)*')
  | (?P<var>[?$]\w+)
  | (?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:[\w.-]*\w)
  | (?P<pname>(?:[^\W\d_][\w.-]{0,255}+(?<!\.))?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
      (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
  | (?P<number>\d+\.\d*(?:[eE][+-]?\d+)?|\.?\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{}()\[\].,;=<>+\-*/!|^?&])
  | (?P<other>.)
    """.replace("ESCAPE", r"\\(?:[tbnrf\"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"),
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
_NAME = r"[A-Za-z0-9_.\-\x80-\U0010FFFF]"
_LOCAL = r"(?:[A-Za-z0-9_:.%\-\x80-\U0010FFFF]|\\.)"
_ENDPOINT = rf"(?:<[^<>{{}} \t\r\n]{{0,4000}}+>|[?$]{_NAME}{{0,1000}}+|{_NAME}{{0,1000}}+:{_LOCAL}{{0,1000}}+)"
_TOO_LONG = rf"<[^<>{{}} \t\r\n]{{4001}}|[?$]?{_NAME}{{1001}}|{_NAME}{{0,1000}}+:{_LOCAL}{{1001}}"
_SPACE = r"[ \t\r\n]*+"
_GAP = r"(?:[ \t\r\n]|#[^\r\n]*+)*+"
_CALLED = re.compile(
    rf"(?<![?$])SERVICE(?={_SPACE}(?:SILENT{_SPACE})?"
    rf"(?:(?P<early>#)|{_TOO_LONG}|{_ENDPOINT}{_SPACE}(?:\{{|(?P<late>#))))",
    re.IGNORECASE,
)
_AFTER_EARLY = re.compile(rf"{_GAP}(?:SILENT{_GAP})?(?:{_TOO_LONG}|{_ENDPOINT}{_GAP}\{{)", re.IGNORECASE)
_AFTER_LATE = re.compile(rf"{_GAP}\{{")


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


def without_comments(sparql: str) -> str:
    """The text with spaces in the place of comments: what stands elsewhere keeps its offset.

    >>> without_comments("ASK { } # why")
    'ASK { }      '
    """
    return _TOKEN.sub(lambda m: " " * len(m[0]) if m[0][0] == "#" else m[0], sparql)


def _readings(sparql: str) -> set[str]:
    """The text as it stands, and as an engine sees it that replaces ``\\uXXXX`` before it reads on."""

    def char(match: re.Match[str]) -> str:
        code = int(match[1] or match[2] or "110000", 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]

    if "\\" not in sparql:
        return {sparql}
    return {sparql, re.sub(_ESCAPE, char, sparql), re.sub(rf"{_ESCAPE}|\\\\.", char, sparql)}


def _calls(reading: str) -> bool:
    """Whether an engine could take a part of the text for a call, wherever it stands and whatever is before it.

    That is the word, unless it follows the mark of a variable, an endpoint, and a group, with comments between them.
    What is longer than anybody writes counts as an endpoint. A comment is looked at once, however many words are
    in it: this takes no longer than the text is long.
    """
    known: dict[re.Pattern[str], bool] = {}
    past = 0
    for match in _CALLED.finditer(reading):
        comment = max(match.start("early"), match.start("late"))
        if comment < 0:
            return True
        if comment >= past:
            gap = re.compile(_GAP).match(reading, comment)
            past, known = gap.end() if gap else past, {}
        follows = _AFTER_EARLY if match["early"] else _AFTER_LATE
        if follows not in known:
            known[follows] = follows.match(reading, past) is not None
        if known[follows]:
            return True
    return False


def guard(sparql: str) -> str:
    """Refuse what would reach for the network or overflow the parser's stack; return the text that may run.

    That is the text as it stands, or without its comments where one of them holds a call.

    >>> guard("SELECT * { ?s ?p 'SERVICE' }")
    "SELECT * { ?s ?p 'SERVICE' }"
    >>> guard("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    spasmkg.errors.RefusedError: the query calls SERVICE, which reaches for another server; nothing here may use the network
    """
    if "\x00" in sparql:
        raise QuerySyntaxError("a NUL character cannot stand in a query", sparql)
    if any(map(_calls, _readings(sparql))):
        sparql = without_comments(sparql)  # a call that is put out of use by a comment does no harm
    deepest = longest = 0
    for reading in _readings(sparql):
        called = next((t.text.upper() for t in tokens(reading) if t.text.upper() in ("SERVICE", "LOAD")), "")
        if called or _calls(reading):
            raise RefusedError(
                f"the query calls {called or 'SERVICE'}, which reaches for another server; "
                "nothing here may use the network"
            )
        deepest, longest = max(deepest, _nesting(reading)), max(longest, _chain(reading))
    if deepest > MAX_NESTING:
        raise RefusedError(f"the query nests {deepest} levels deep; {MAX_NESTING} are allowed")
    if longest > MAX_CHAIN:
        raise RefusedError(
            f"the query has {longest} parts in a row, such as a || b or {{ }} UNION {{ }}; {MAX_CHAIN} are allowed: "
            "write values as a list, with VALUES or IN"
        )
    return sparql


def _nesting(sparql: str) -> int:
    """How deep brackets and negations stand within each other, or more: never less."""
    depth = deepest = run = quoted = 0
    before = ""
    for token in tokens(sparql):
        run = run + 1 if token.text in ("!", "-", "+", "^") else 0
        quoted += token.text == before == "<"  # the start of a quoted triple
        depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        inside = sum(map(token.text.count, "([!")) if token.kind == "iri" else 0  # it may be read as "less than"
        deepest = max(deepest, depth + run + quoted + inside)
        before = token.text
    return deepest


_LINKS = frozenset(("||", "&&", "+", "-", "*", "/", "|"))
_STEPS = frozenset(("/", "|"))
_CLAUSES = frozenset(("FILTER", "BIND"))


def _chain(sparql: str) -> int:
    """How many parts stand in a row, those of what is in brackets added to those around; never less.

    In round brackets links are counted, in a group its steps of a path, its groups and its clauses. Rows of VALUES and
    the graphs of DATA are lists and no chains.
    """
    stack: list[tuple[str, int, int, bool]] = []  # brackets that are open: mark, parts, longest inside, of DATA
    mark, parts, steps, longest, data = "", 0, 0, 0, False
    before = ""
    for token in tokens(sparql):
        text = token.text
        if text in ("{", "(", "["):
            if not data and (text == "{" or not mark):
                parts += 1
            stack.append((mark, parts, longest, data))
            mark, parts, steps, longest, data = text, 0, 0, 0, text == "{" and before == "DATA"
        elif text in ("}", ")", "]"):
            if stack:
                inside = parts + longest
                mark, parts, longest, data = stack.pop()
                longest, steps = max(longest, inside), 0
        elif mark == "(":
            parts += text in _LINKS
        elif text in _STEPS:
            steps += 1
            longest = max(longest, steps)
        elif text in (".", ";", ","):
            steps = 0
        elif text.upper() in _CLAUSES:
            parts += 1
        if token.kind == "iri":  # it may be read as "less than"
            longest = max(longest, sum(map(text.count, "&+-*/")))
        before = text.upper()
    for _, outer, inner, _ in stack:
        parts, longest = max(parts, outer), max(longest, inner)
    return parts + longest


def declared(stream: Sequence[Token], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that hold in a query: those that it declares, and others that hold without."""
    known = dict(prefixes)
    for token, name, iri in zip(stream, stream[1:], stream[2:], strict=False):
        if token.kind == "word" and token.text.upper() == "PREFIX" and iri.kind == "iri":
            known[name.text[:-1]] = iri.text[1:-1]
    return known


def outer_patterns(sparql: str, prefixes: Mapping[str, str]) -> list[tuple[str, str, str]] | None:
    """The plain triple patterns of the outermost group, as variables (``?x``) and IRIs in ``<>``.

    Property paths, literals, blank nodes and nested groups are passed over. None where the query has no outermost
    WHERE group.

    >>> outer_patterns("SELECT ?d { ?d a spasm:Drug ; spasm:takenAt ?t . OPTIONAL { ?d ?p ?o } }", ns.prefixes())[1]
    ('?d', '<https://w3id.org/spasmkg/takenAt>', '?t')
    """
    stream = list(tokens(sparql))
    known = declared(stream, prefixes)
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
        if token.text != "." and (token.kind != "word" or token.text == "a"):
            statement.append(token)
            continue  # a full stop ends a statement, and so does a word such as FILTER
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
