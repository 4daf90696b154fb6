"""FHIR code systems, value sets and concept maps in JSON, R4 and R5, alone or in a bundle. A record is a concept.

A code system of any size is read concept by concept. Resources inside a bundle, the parts of a value set and the groups
of a concept map are each held as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from spasmkg.errors import IdentifierError, RefusedError
from spasmkg.vocabularies.annotations import is_wanted
from spasmkg.vocabularies.codings import EQUIVALENCES, identifier, named
from spasmkg.vocabularies.jsonparts import parts
from spasmkg.vocabularies.ontologies import MATCHES, majority, release_of
from spasmkg.vocabularies.rdf import text_of
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "concepts"
_FACTS = ("resourceType", "url", "supplements", "version", "title", "name", "copyright", "id", "date")
_CONTENT = {
    "CodeSystem": (("concept", "*"),),
    "ValueSet": (("compose", "include", "*"), ("expansion", "contains", "*")),
    "ConceptMap": (("group", "*"),),
}
_RESOURCE = ("entry", "*", "resource")
_WITHDRAWN = ("deprecated", "retired", "inactive")
_DEEPEST = 500


class _Held(NamedTuple):
    """A piece of a resource with the facts of the whole, and the line it begins on."""

    facts: dict[str, Any]
    path: tuple[str, ...]
    value: Any
    line: int


def fits(_: Source, head: bytes) -> bool:
    """Whether a file is a FHIR resource of codes, or a bundle."""
    text = text_of(head)
    kinds = "|".join((*_CONTENT, "Bundle"))
    return bool(re.match(r"\s*\{", text) and re.search(rf'"resourceType"\s*:\s*"(?:{kinds})"', text))


def prefix(sources: Sequence[Source]) -> str:
    """The vocabulary that most of the first codes are of; a concept map is called by its own name."""
    codes: list[str] = []
    name = ""
    for held in islice(_held(sources[0]), 500):
        if held.facts.get("resourceType") == "ConceptMap":
            name = str(held.facts.get("id") or held.facts.get("name") or "")
        else:
            codes += [term for term, *_ in islice(_codes(held), 5000) if isinstance(term, str)]
    return majority(codes) if codes else re.sub(r"[^A-Za-z0-9.-]+", "_", name)


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the concepts; codes say their own system, so ``default`` is not needed."""
    del default
    for source in sources:
        for held in _held(source):
            _describe(held.facts, release)
            make = _mapped if held.facts.get("resourceType") == "ConceptMap" else _coded
            for found, problem in make(held, release):
                if problem:
                    ledger.skip(problem, held.line, source.name)
                else:
                    ledger.keep()
                    yield from found


def _held(source: Source) -> Iterator[_Held]:
    """The pieces of all resources of a file."""
    facts = {p.path[0]: p.value for p in parts(source, [(f,) for f in _FACTS])}
    kind = facts.get("resourceType")
    if kind == "Bundle":
        for part in parts(source, [_RESOURCE]):
            if isinstance(part.value, dict):
                yield from _inside(part.value, part.line)
        return
    for part in parts(source, _CONTENT.get(str(kind), ())):
        yield _Held(facts, part.path, part.value, part.line)


def _inside(resource: dict[str, Any], line: int) -> Iterator[_Held]:
    for path in _CONTENT.get(str(resource.get("resourceType")), ()):
        found: Any = resource
        for key in path[:-1]:
            found = found.get(key) if isinstance(found, dict) else None
        for value in found if isinstance(found, list) else ():
            yield _Held(resource, path, value, line)


def _describe(facts: dict[str, Any], release: Release) -> None:
    def text(*names: str) -> str:
        return next((facts[n] for n in names if isinstance(facts.get(n), str)), "")

    release.title = release.title or text("title", "name")
    release.version = release.version or release_of(text("version", "date"))
    licence = re.search(r"https?://creativecommons\.org/[\w/.-]+\d/?", text("copyright"))
    release.license = release.license or (licence[0] if licence else text("copyright")[:200])


def _identifier(system: Any, code: Any) -> str | IdentifierError:
    try:
        return identifier(system if isinstance(system, str) else "", code)
    except IdentifierError as error:
        return error


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [x for x in value if isinstance(x, dict)] if isinstance(value, list) else []


def _codes(held: _Held) -> Iterator[tuple[str | IdentifierError, str, Any, dict[str, Any]]]:
    """(identifier, system, parent, concept) of each concept of a piece, those inside others too."""
    value = held.value if isinstance(held.value, dict) else {}
    if held.path[0] == "compose":
        system = value.get("system")
        for concept in _dicts(value.get("concept")):
            yield _identifier(system, concept.get("code")), str(system or ""), "", concept
        return
    inner = "contains" if held.path[0] == "expansion" else "concept"
    own = held.facts.get("supplements") or held.facts.get("url") if inner == "concept" else ""
    waiting: list[tuple[dict[str, Any], str, str, int]] = [(value, str(own or ""), "", 0)]
    while waiting:
        concept, above, parent, depth = waiting.pop()
        system = str(concept.get("system") or above)
        term = _identifier(system, concept.get("code"))
        yield term, system, parent, concept
        if depth > _DEEPEST:
            raise RefusedError(f"concepts nested deeper than {_DEEPEST}")
        mine = term if isinstance(term, str) else ""
        waiting += [(c, system, mine, depth + 1) for c in reversed(_dicts(concept.get(inner)))]


def _coded(held: _Held, release: Release) -> Iterator[tuple[list[Statement], str]]:
    for term, system, parent, concept in _codes(held):
        if isinstance(term, IdentifierError):
            yield [], f"term left out: {term.reason}"
            continue
        found = named(term, concept["display"]) if isinstance(concept.get("display"), str) else []
        if isinstance(definition := concept.get("definition"), str) and definition.strip():
            found.append(Statement(term, "definition", definition))
        if parent:
            found.append(Statement(term, "parent", parent))
        found += _designated(term, concept, release)
        found += _stated(term, system, concept)
        yield found, "" if found else "no display"


def _designated(term: str, concept: dict[str, Any], release: Release) -> Iterator[Statement]:
    for designation in _dicts(concept.get("designation")):
        value, language = designation.get("value"), str(designation.get("language") or "")
        new = isinstance(value, str) and value.strip() and value != concept.get("display")
        if new and is_wanted(language, release.language):
            yield Statement(term, "exact", str(value))


def _stated(term: str, system: str, concept: dict[str, Any]) -> Iterator[Statement]:
    """What the properties of a concept say."""
    if concept.get("inactive") is True:
        yield Statement(term, "obsolete", "true")
    if concept.get("abstract") is True:
        yield Statement(term, "header", "true")
    for given in _dicts(concept.get("property")):
        name = given.get("code")
        value = next((v for k, v in given.items() if k.startswith("value")), None)
        if isinstance(value, dict):
            value = value.get("code")
        withdrawn = value in _WITHDRAWN if name == "status" else value not in (None, False, "false")
        if name in ("status", "inactive", "deprecated") and withdrawn:
            yield Statement(term, "obsolete", "true")
        elif name == "notSelectable" and value is True:
            yield Statement(term, "header", "true")
        elif name in ("parent", "subsumedBy", "child"):
            other = _identifier(system, value)
            if isinstance(other, str):
                yield Statement(other, "parent", term) if name == "child" else Statement(term, "parent", other)


def _mapped(held: _Held, _: Release) -> Iterator[tuple[list[Statement], str]]:
    """What a group of a concept map says: each target is a record, and each element without any."""
    group = held.value if isinstance(held.value, dict) else {}
    for element in _dicts(group.get("element")):
        source = _identifier(group.get("source"), element.get("code"))
        targets = _dicts(element.get("target"))
        if isinstance(source, IdentifierError):
            yield from (([], f"term left out: {source.reason}") for _ in targets or (None,))
        elif not targets:
            yield [], "says that there is no term"
        else:
            shown = element.get("display")
            about = [Statement(source, "label", shown)] if isinstance(shown, str) and shown.strip() else []
            yield from ((_tied(source, about, group.get("target"), target)) for target in targets)


def _tied(source: str, about: list[Statement], system: Any, target: dict[str, Any]) -> tuple[list[Statement], str]:
    word = target.get("relationship") or target.get("equivalence") or "equivalent"
    if word == "unmatched":
        return [], "says that there is no term"
    other = _identifier(system, target.get("code"))
    if isinstance(other, IdentifierError):
        return [], f"term left out: {other.reason}"
    shown = target.get("display")
    about = [*about, *([Statement(other, "label", shown)] if isinstance(shown, str) and shown.strip() else [])]
    if word in ("disjoint", "not-related-to"):
        return [*about, Statement(source, "negative", other)], ""
    if (predicate := EQUIVALENCES.get(str(word))) is None:
        return [], "a relationship that FHIR does not have"
    xref = [Statement(source, "xref", other)] if predicate == MATCHES[0] else []
    return [*about, *xref, Statement(source, predicate, other, link=True)], ""
