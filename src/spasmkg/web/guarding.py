"""Whether a text may be run: settled at once for most, by a worker for the rest.

To read a text in full takes time that grows with it, and the process that serves all clients must not spend it. So it
only looks for what could be dangerous at all; what holds something of the kind is read by the worker that would run it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from spasmkg import sparql
from spasmkg.errors import RefusedError, UsageError

__all__ = ["CHECK", "checked", "is_harmless", "is_volatile", "may_call"]

CHECK = "spasmkg.web.guarding:checked"
"""The name under which a worker calls :func:`checked`."""

_WORDS = re.compile(r"service|load|\\u|\x00", re.IGNORECASE)
_MOST_SIGNS = 20
_IRI = re.compile(r"<[^<>\"{}|^`\\\s]{0,500}>")
_LINKS = ("||", "&&", "|", "+", "-", "*", "/")  # what else stands in a row has brackets
_SIGNS = re.compile(rf"(?:[-+](?:\s|#[^\r\n]*+)*+){{{_MOST_SIGNS}}}")  # signs in a row, which nest
_CALLS = re.compile(r"service|load|\\u", re.IGNORECASE)
_VOLATILE = re.compile(r"(?:now|rand|uuid|bnode)\s*\(|\\u", re.IGNORECASE)


def is_harmless(text: str) -> bool:
    """Whether a text cannot reach for the network or nest deep, whatever it means; False where it might.

    >>> is_harmless("SELECT * { ?s ?p ?o }"), is_harmless("ASK { ?s ?p 'Service' }")
    (True, False)
    """
    deepest = sum(map(text.count, ("{", "(", "[", "!", "^", "<<"))) + _MOST_SIGNS
    if (
        sum(map(text.count, _LINKS)) > sparql.MAX_CHAIN
        and sum(map(_IRI.sub("", text).count, _LINKS)) > sparql.MAX_CHAIN
    ):
        return False
    return deepest <= sparql.MAX_NESTING and not _SIGNS.search(text) and not _WORDS.search(text)


def may_call(text: str) -> bool:
    """Whether a text may have a SERVICE clause."""
    return "service" in text.lower()


def is_volatile(text: str) -> bool:
    """Whether the same query may have another answer each time.

    >>> is_volatile("SELECT (NOW() AS ?x) { }"), is_volatile("ASK { }")
    (True, False)
    """
    return _VOLATILE.search(text) is not None


def checked(text: str) -> tuple[str, str]:
    """The text to run and ""; or, where it is refused, another one with the same mistakes that is harmless, and why.

    LOAD SILENT of what may not be loaded does nothing and succeeds, as SILENT has it. Raises UsageError for what
    nests too deep or has too many parts in a row.

    >>> checked("ASK { SERVICE SILENT <http://localhost/> { } }")[0]
    'ASK { GRAPH          <http://localhost/> { } }'
    >>> checked("CLEAR ALL; LOAD SILENT <http://localhost/>")
    ('CLEAR ALL; INSERT DATA {}', '')
    """
    refusal = ""
    try:
        return _guarded(text), ""
    except RefusedError as error:
        refusal = str(error)
        if not _CALLS.search(text):  # it is too deep
            raise UsageError(refusal) from None
    loads = list(_loads(text))
    quiet = _spliced(text, [(start, end, "INSERT DATA {}") for start, end, _, silent in loads if silent])
    try:
        return _guarded(quiet), ""
    except RefusedError:
        pass
    other = [(start, end, like) for start, end, like, _ in loads]
    for token in sparql.tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "SERVICE":
            other.append((token.start, token.start + 7, "GRAPH  "))
        elif word == "SILENT" and not loads:
            other.append((token.start, token.start + 6, "      "))
    harmless = _spliced(text, sorted(other))
    try:
        return _guarded(harmless), refusal
    except RefusedError:
        return "", refusal


def _guarded(text: str) -> str:
    run = sparql.guard(text) or text
    if any(t.kind == "word" and t.text.upper().startswith("LOAD") for t in sparql.tokens(run)):
        raise RefusedError("LOAD reaches for another server; nothing here may use the network")
    return run


def _loads(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where each LOAD begins and ends, an operation of the same syntax that loads nothing, and whether it is silent."""
    stream = [*sparql.tokens(text), *[sparql.Token("end", "", len(text))] * 6]
    words = [t.text.upper() if t.kind == "word" else t.kind if t.kind in ("iri", "pname") else t.text for t in stream]
    for i, word in enumerate(words):
        if word != "LOAD" or (words[i - 1] not in (";", "iri") and i > 0):
            continue
        silent = words[i + 1] == "SILENT"
        at = i + 1 + silent
        if words[at] not in ("iri", "pname"):  # a mistake, and to stay one
            yield stream[i].start, stream[i].start + 4, "CLEAR GRAPH", False
            continue
        source = stream[at].text
        quietly = "SILENT " if silent else ""
        if words[at + 1 : at + 3] == ["INTO", "GRAPH"] and words[at + 3] in ("iri", "pname"):
            last = stream[at + 3]
            like = f"COPY {quietly}{source} TO {last.text}"
        else:
            last = stream[at]
            like = f"CLEAR {quietly}GRAPH {source}"
        yield stream[i].start, last.start + len(last.text), like, silent


def _spliced(text: str, parts: Iterable[tuple[int, int, str]]) -> str:
    out, at = [], 0
    for start, end, words in parts:
        out += [text[at:start], words]
        at = end
    return "".join([*out, text[at:]])
