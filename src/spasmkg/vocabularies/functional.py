"""OWL in functional syntax (https://www.w3.org/TR/owl2-syntax/): an axiom is a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError, RefusedError
from spasmkg.vocabularies.axioms import Axiom, Name, Text, made_by
from spasmkg.vocabularies.ontologies import describe, whose
from spasmkg.vocabularies.rdf import text_of
from spasmkg.vocabularies.sources import MAX_LINE, Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "axioms"
_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()=])|<(?P<iri>[^<>\"{}|^`\\\s]*)>|\"(?P<text>(?:[^\"\\]|\\.)*)\"(?:@(?P<language>[\w-]+)|\^\^(?:<[^<>]*>|[^\s()<>\"]+))?"
    r"|(?P<name>[^\s()<>\"=#][^\s()<>\"=]*)|(?P<rest>\S))",
    re.DOTALL,
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_DEEPEST = 200


def fits(_: Source, head: bytes) -> bool:
    """Whether a file begins with prefixes or an ontology in functional syntax."""
    return bool(re.match(r"(?:\s*#.*\n)*\s*(?:Prefix\s*\(\s*[\w.-]*:?\s*=|Ontology\s*\(\s*(?:<|\w))", text_of(head)))


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that the ontology's IRI names, or that most of the IRIs near the start are of."""
    text = text_of(sources[0].head(1_000_000))
    named = re.search(r"\bOntology\s*\(\s*<([^<>\s]+)>", text)
    declared = dict(re.findall(r"Prefix\s*\(\s*([\w.-]*):?\s*=\s*<([^<>\s]+)>", text))
    written = re.findall(r"<(https?://[^<>\s]+)>", text)
    written += [declared[p] + rest for p, rest in re.findall(r"(?<=[\s(])([\w.-]*):([\w.-]+)", text) if p in declared]
    return whose(named[1] if named else "", (i for i in written if not i.endswith(("#", "/", "_"))))


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the axioms; identifiers are IRIs, so ``default`` is not needed."""
    del default
    for source in sources:
        for number, axiom in _axioms(source, release, ledger):
            if axiom[0] == "Annotation":
                _header(axiom, release)
                ledger.keep()
                continue
            found, problem = made_by(axiom, release)
            if problem:
                ledger.skip(problem, number, source.name)
            else:
                ledger.keep()
                yield from found


def _header(annotation: Axiom, release: Release) -> None:
    if len(annotation) == 3 and isinstance(annotation[1], Name) and isinstance(annotation[2], Name | Text):
        value = annotation[2]
        describe(release, [(annotation[1].iri, value.iri if isinstance(value, Name) else value.value)])


def _axioms(source: Source, release: Release, ledger: Ledger) -> Iterator[tuple[int, Axiom]]:
    """(line, axiom) of what stands in the ontology."""
    declared: dict[str, str] = {}
    open_: list[list[Any]] = [[]]
    begun = 0
    for number, kind, value in _tokens(source, ledger):
        if kind != "bracket":
            open_[-1].append(Name(value) if kind == "iri" else value)
        elif value == "=":
            continue
        elif value == "(":
            if len(open_) > _DEEPEST:
                raise RefusedError(f"{source.name}, line {number}: brackets deeper than {_DEEPEST}")
            name = open_[-1].pop() if open_[-1] and isinstance(open_[-1][-1], str) else ""
            open_.append([name])
            begun = number if len(open_) == 3 else begun
        else:
            done = open_.pop()
            if not open_:
                raise DataSyntaxError("a bracket closes that never opened", source.name, number)
            if len(open_) == 2 and open_[1][0] == "Ontology":
                yield begun, _expanded(done, declared)
            elif len(open_) > 1:
                open_[-1].append(done)
            elif done[0] == "Prefix":
                _declare(done, declared)
            elif done[0] == "Ontology":
                names = [p.iri for p in done[1:] if isinstance(p, Name)]
                if len(names) > 1 and not release.version:
                    describe(release, [(ns.OWL + "versionIRI", names[1])])
    if len(open_) > 1:
        raise DataSyntaxError("it ends in the middle of an axiom; fetch the file again", source.name)


def _declare(parts: list[Any], declared: dict[str, str]) -> None:
    names = [p for p in parts[1:] if isinstance(p, str) and p != "="]
    iris = [p.iri for p in parts[1:] if isinstance(p, Name)]
    if iris:
        declared[names[0].removesuffix(":") if names else ""] = iris[0]


def _expanded(part: Any, declared: dict[str, str]) -> Any:
    """An expression with its short names written out."""
    if isinstance(part, list):
        return [part[0], *(_expanded(p, declared) for p in part[1:])]
    if isinstance(part, str):
        name, colon, local = part.partition(":")
        start = declared.get(name) or ns.prefixes().get(name)
        return Name(start + local) if colon and start is not None else part
    return part


def _tokens(source: Source, ledger: Ledger) -> Iterator[tuple[int, str, Any]]:
    """(line, kind, value): brackets, IRIs, texts, names."""
    buffer, first = "", 0
    for number, line in source.lines():
        if line is None:
            ledger.skip("not UTF-8", number, source.name)
            continue
        if not buffer and line.lstrip().startswith("#"):
            continue
        buffer, first = (f"{buffer}\n{line}", first) if buffer else (line, number)
        if '"' in _STRING.sub("", buffer):  # a text that goes on in the next line
            if len(buffer) > MAX_LINE:
                raise RefusedError(f"{source.name}, line {first}: a text longer than {MAX_LINE:,} characters")
            continue
        yield from _of_line(buffer, first, source)
        buffer = ""
    if buffer:
        raise DataSyntaxError("it ends in the middle of a text; fetch the file again", source.name, first)


def _of_line(text: str, number: int, source: Source) -> Iterator[tuple[int, str, Any]]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "bracket":
            yield number, kind, match["bracket"]
        elif match["iri"] is not None:
            yield number, "iri", match["iri"]
        elif match["text"] is not None:
            yield number, "text", Text(re.sub(r"\\(.)", r"\1", match["text"]), match["language"] or "")
        elif match["name"] is not None:
            yield number, "name", match["name"]
        elif match["rest"] == "#":
            return
        elif match["rest"]:
            raise DataSyntaxError(f'"{match["rest"]}" where a name, a text or a bracket belongs', source.name, number)
