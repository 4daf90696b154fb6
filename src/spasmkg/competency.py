"""Competency questions: a question in words with the SPARQL that answers it, one ``.rq`` file each.

The header lines start with ``#+``: ``summary``, ``description``, ``tags``, ``parameters``, ``vocabularies``, and what a
row rests on: ``evidence``, ``evidence-query``, ``mapping``, ``mapping-query``, ``imported``, ``absent``. A parameter is a
one-line ``VALUES ?name { … }`` block; the values in the file are its example, so that the file runs as it stands in
any SPARQL engine. Binding replaces the values; "any" deletes the line. A parameter of the kind ``Endpoint`` is the IRI
in the one line ``SERVICE <…> {``: engines do not take it from a VALUES block.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from spasmkg.errors import BuildError, NotFoundError, UsageError
from spasmkg.resources import root

__all__ = ["ANY", "Parameter", "Question", "all_questions", "load", "names", "parse", "tagged"]

ANY = "any"
"""The value of a parameter that stands for no restriction."""

_HEADER = re.compile(r"^#\+ ([a-z-]+):\s*(.*)$", re.MULTILINE)
_PARAMETER = re.compile(r"(\w+) \((\w+), (required|optional)\)")
_SERVICE = re.compile(r"^([ \t]*SERVICE )<([^>]*)>( \{)", re.MULTILINE)
_NUMBERS = {"decimal", "integer"}


class Parameter(NamedTuple):
    """A parameter: its name, its kind and its example.

    The kind is a class of entities, ``Term`` for a term of an outside vocabulary, ``vocabulary`` for the prefix of one,
    ``Endpoint``, ``decimal``, ``integer`` or ``string``.
    """

    name: str
    kind: str
    required: bool
    example: str

    @property
    def is_entity(self) -> bool:
        """Whether its values are entities."""
        return self.kind[0].isupper() and not self.is_term and not self.is_endpoint

    @property
    def is_endpoint(self) -> bool:
        """Whether its value is the address of a SPARQL endpoint."""
        return self.kind == "Endpoint"

    @property
    def is_term(self) -> bool:
        """Whether its values are terms of outside vocabularies."""
        return self.kind == "Term"

    def term(self, value: str) -> str:
        """A term of an outside vocabulary, in any spelling, as a SPARQL IRI; raise IdentifierError where it is none.

        >>> Parameter("term", "Term", False, "HP:0003394").term("hp:0003394")
        '<http://purl.obolibrary.org/obo/HP_0003394>'
        """
        from spasmkg.identifiers import iri, normal

        return f"<{iri(normal(value))}>"

    def literal(self, value: str | int | float) -> str:
        """A value that is neither an entity nor a term as a SPARQL literal; raise UsageError where it does not fit.

        >>> Parameter("min_mg", "decimal", False, "100").literal("2.5")
        '2.5'
        >>> Parameter("to", "vocabulary", False, "snomedct").literal("SCTID")
        '"snomedct"'
        """
        text = str(value).strip()
        if self.kind == "vocabulary":
            from spasmkg.identifiers import preferred_prefix

            value = preferred_prefix(text.rstrip(":")) or text
        if self.kind in _NUMBERS:
            if not re.fullmatch(r"[+-]?\d+" if self.kind == "integer" else r"[+-]?(\d+(\.\d+)?|\.\d+)", text):
                raise UsageError(f'"{value}" is not a number, which {self.option} asks for')
            return text
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"'

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")


class Question(NamedTuple):
    """A competency question as read from its file."""

    name: str
    text: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    evidence: tuple[tuple[str, str, str], ...]
    evidence_query: str
    absent: str
    mapping: tuple[tuple[str, str], ...] = ()
    """Pairs of variables: an entity, and the outside term that a mapping row ties it to, or the vocabulary without one."""
    mapping_query: str = ""
    imported: tuple[tuple[str, tuple[str, str, str]], ...] = ()
    """The prefix of a vocabulary, or the variable that holds it, and a triple of it."""
    vocabularies: tuple[str, ...] = ()
    """The prefixes of the vocabularies that must be loaded; ``any`` where one of them will do."""

    @property
    def rests(self) -> bool:
        """Whether the header says what a row rests on."""
        return bool(
            self.evidence or self.evidence_query or self.absent or self.mapping or self.mapping_query or self.imported
        )

    def bind(self, values: Mapping[str, Sequence[str]]) -> str:
        """The SPARQL with these values, given as SPARQL terms; ``[ANY]`` lifts the restriction.

        A parameter that is not named is unrestricted where it is optional and others are named, and keeps the
        example of the file where none is named at all. An endpoint restricts nothing: it stays where none is named.
        """
        text = self.text
        endpoints = [p.name for p in self.parameters if p.is_endpoint and p.name in values]
        for name in endpoints:
            text = self._called(name, values[name], text)
        if len(values) == len(endpoints):
            return text
        for parameter in self.parameters:
            if parameter.is_endpoint:
                continue
            chosen = values.get(parameter.name, [ANY])
            line = _line(parameter.name)
            if list(chosen) == [ANY]:
                if parameter.required:
                    raise UsageError(
                        f'"{self.name}" needs {parameter.option}: for example {parameter.option} {parameter.example}'
                    )
                text = line.sub("", text)
            else:
                body = " ".join(chosen)
                text = line.sub(lambda m, body=body: f"{m[1]} {body} {m[2]}\n", text)  # type: ignore[misc]
        return text

    def _called(self, name: str, chosen: Sequence[str], text: str) -> str:
        if len(chosen) != 1 or chosen[0] == ANY:
            raise UsageError(f'"{self.name}" asks one endpoint: for example --{name} {self.endpoint}')
        return _SERVICE.sub(lambda m: f"{m[1]}{chosen[0]}{m[3]}", text)

    @property
    def endpoint(self) -> str:
        """The endpoint that its file calls, empty where it calls none."""
        return next((p.example for p in self.parameters if p.is_endpoint), "")

    def unrestricted(self) -> str:
        """The SPARQL with every restriction lifted that may be; a required parameter keeps its example.

        >>> "VALUES" in load("drug-side-effects").unrestricted()
        False
        """
        text = self.text
        for parameter in self.parameters:
            if not parameter.required:
                text = _line(parameter.name).sub("", text)
        return text


def _line(parameter: str) -> re.Pattern[str]:
    """The VALUES line of a parameter: what stands before its values, and after."""
    return re.compile(rf"^([ \t]*VALUES \?{parameter} \{{)[^}}]*(\}}[ \t]*)\n", re.MULTILINE)


def parse(name: str, text: str) -> Question:
    """A question from the text of its file; raise BuildError where the header is wrong."""
    header: dict[str, list[str]] = {}
    for key, value in _HEADER.findall(text):
        header.setdefault(key, []).append(value.strip())
    if not header.get("summary"):
        raise BuildError(f"{name}.rq has no summary line")
    parameters = []
    for found, kind, need in _PARAMETER.findall(" ".join(header.get("parameters", ()))):
        if kind == "Endpoint":
            called = _SERVICE.findall(text)
            if len(called) != 1:
                raise BuildError(f"{name}.rq has no line, or several, SERVICE <…> {{ for its parameter {found}")
            parameters.append(Parameter(found, kind, need == "required", called[0][1]))
            continue
        example = re.search(rf"^[ \t]*VALUES \?{found} \{{\s*([^}}]*?)\s*\}}[ \t]*$", text, re.MULTILINE)
        if not example:
            raise BuildError(f"{name}.rq has no line VALUES ?{found} {{ … }} for its parameter")
        parameters.append(Parameter(found, kind, need == "required", example[1].removeprefix("spasm:")))
    needed = _listed(header.get("vocabularies", ()))
    return Question(
        name=name,
        text=text,
        summary=header["summary"][0],
        description=" ".join(header.get("description", ())),
        tags=(*_listed(header.get("tags", ())), *(f"needs-{v}" for v in needed)),
        parameters=tuple(parameters),
        evidence=tuple(_template(name, t) for t in _split(header.get("evidence", ()))),
        evidence_query=" ".join(header.get("evidence-query", ())),
        absent=" ".join(header.get("absent", ())),
        mapping=tuple(_pair(name, t) for t in _split(header.get("mapping", ()))),
        mapping_query=" ".join(header.get("mapping-query", ())),
        imported=tuple(_from(name, t) for t in _split(header.get("imported", ()))),
        vocabularies=needed,
    )


def _listed(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(t.strip() for t in " ".join(lines).split(",") if t.strip())


def _split(lines: Sequence[str]) -> list[str]:
    return [template for line in lines for template in line.split(" . ")]


def _template(name: str, text: str) -> tuple[str, str, str]:
    parts = text.split()
    if len(parts) != 3:
        raise BuildError(f'{name}.rq: the evidence template "{text}" is not three terms')
    return parts[0], parts[1], parts[2]


def _pair(name: str, text: str) -> tuple[str, str]:
    parts = text.split()
    if len(parts) != 2 or not all(p.startswith("?") for p in parts):
        raise BuildError(f'{name}.rq: the mapping "{text}" is not two variables')
    return parts[0], parts[1]


def _from(name: str, text: str) -> tuple[str, tuple[str, str, str]]:
    vocabulary, _, template = text.strip().partition(" ")
    return vocabulary, _template(name, template)


def names() -> list[str]:
    """The names of all competency questions, sorted.

    >>> "drug-side-effects" in names()
    True
    """
    return sorted(f[:-3] for f in os.listdir(_folder()) if f.endswith(".rq"))


@cache
def _folder() -> str:
    return os.path.join(root(), "queries", "competency")


def load(name: str) -> Question:
    """The question with this name; raise NotFoundError with suggestions.

    >>> load("drug-side-effects").parameters[0].option
    '--drug'
    """
    path = os.path.join(_folder(), f"{name}.rq")
    if not re.fullmatch(r"[a-z0-9-]+", name) or not os.path.isfile(path):
        from spasmkg.spelling import nearest

        raise NotFoundError("question", name, nearest(name, names()), "list them with: spasmkg query")
    with open(path, encoding="utf-8") as file:
        return parse(name, file.read())


def all_questions() -> Iterator[Question]:
    """Every competency question, sorted by name."""
    return (load(name) for name in names())


def tagged(tag: str, only: Sequence[str] = ()) -> list[Question]:
    """The questions with a tag, sorted by name, or those of them that are named, in the order given.

    Raises NotFoundError with suggestions where a name is not a question with this tag.

    >>> [q.name for q in tagged("conflict", ["harm-and-help"])]
    ['harm-and-help']
    """
    found = {q.name: q for q in all_questions() if tag in q.tags}
    for name in only:
        if name not in found:
            from spasmkg.spelling import nearest

            hint = f"list them with: spasmkg query --tag {tag}"
            raise NotFoundError(f"question with the tag {tag}", name, nearest(name, found), hint)
    return [found[name] for name in dict.fromkeys(only or found)]
