"""Code as pages show it: SPARQL with its tokens marked, and the same question asked from other tools."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from spasmkg.sparql import tokens
from spasmkg.web.views.told import Told

__all__ = ["calls", "marked"]

_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a as ask asc base bind by construct count day desc describe distinct exists filter from graph group having if in limit max min "
        "minus named not offset optional or order prefix reduced sample select separator service str sum union values where",
    )
)
"""Words of SPARQL that are shown as such; functions stay plain."""


def marked(sparql: str) -> list[tuple[str, str]]:
    """A query in parts: what each is (``c-key`` word of the language, ``c-name`` variable, ``c-text`` text or IRI, ``c-note`` comment, or "").

    >>> marked("SELECT ?x")
    [('c-key', 'SELECT'), ('', ' '), ('c-name', '?x')]
    """
    found: list[tuple[str, str]] = []
    at = 0
    for token in tokens(sparql):
        found += _between(sparql[at : token.start])
        found.append((_kind(token.kind, token.text), token.text))
        at = token.start + len(token.text)
    return _merged([*found, *_between(sparql[at:])])


def _kind(kind: str, text: str) -> str:
    if kind == "word":
        return "c-key" if text.lower() in _WORDS else ""
    return {"var": "c-name", "string": "c-text", "iri": "c-text"}.get(kind, "")


def _between(text: str) -> Iterator[tuple[str, str]]:
    """What stands between tokens: space and comments."""
    for line in text.splitlines(keepends=True):
        begun = line.find("#")
        yield "", line if begun < 0 else line[:begun]
        if begun >= 0:
            bare = line[begun:].rstrip("\r\n")
            yield "c-note", bare
            yield "", line[begun + len(bare) :]


def _merged(parts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for kind, text in parts:
        if not text:
            continue
        if made and made[-1][0] == kind:
            made[-1] = (kind, made[-1][1] + text)
        else:
            made.append((kind, text))
    return made


def calls(name: str, values: Mapping[str, Sequence[str]], base: str) -> list[Told]:
    """How a question is asked from Python, R, curl and the command line."""
    pairs = [(n, v) for n, vs in values.items() for v in vs]
    address = f"{base}/api/queries/{name}/run"
    query = urlencode([*pairs, ("format", "csv")])
    return [
        {"name": "Python", "id": "python", "text": _python(name, values)},
        {"name": "R", "id": "r", "text": f"answer <- read.csv({_r(f'{address}?{query}')})\nhead(answer)"},
        {"name": "curl", "id": "curl", "text": _curl(address, pairs)},
        {"name": "Command line", "id": "shell", "text": _shell(name, pairs)},
    ]


def _python(name: str, values: Mapping[str, Sequence[str]]) -> str:
    given = [f"{n}={_literal(v[0] if len(v) == 1 else list(v))}" for n, v in values.items()]
    call = f"answer = kg.run({_literal(name)}"
    gap = ",\n" + " " * len("answer = kg.run(")
    return f"import spasmkg\n\nkg = spasmkg.open()\n{gap.join([call, *given])})\nanswer.to_pandas()"


def _literal(value: str | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    text = repr(value)
    return text if '"' in value else f'"{text[1:-1]}"' if "'" not in text[1:-1] else text


def _r(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _curl(address: str, pairs: Sequence[tuple[str, str]]) -> str:
    parts = [f"--data-urlencode {shlex.quote(f'{n}={v}')}" for n, v in [*pairs, ("format", "csv")]]
    return " \\\n  ".join([f"curl --get {shlex.quote(address)}", *parts])


def _shell(name: str, pairs: Sequence[tuple[str, str]]) -> str:
    parts = [f"--{n.replace('_', '-')} {shlex.quote(v)}" for n, v in pairs]
    return " \\\n  ".join([f"spasmkg query {name}", *parts, "--evidence"])
