"""MeSH RDF as N-Triples (``mesh.nt``, https://hhs.github.io/meshrdf), read line by line into the common form.

A name hangs on a term, the term on a concept, the concept on a record, in any order. So the file is read twice: first
for what hangs on what, 16 bytes a link, then for the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spasmkg.errors import DataSyntaxError
from spasmkg.vocabularies.mesh import BRANCHES, VOCABULARY, registry
from spasmkg.vocabularies.rows import Pairs
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "lines"
_LINE = re.compile(
    r"<https?://id\.nlm\.nih\.gov/mesh/(?:\d{4}/)?([A-Z][\dQ.]*)> <(\S+)> "
    r'(?:<(?:https?://id\.nlm\.nih\.gov/mesh/(?:\d{4}/)?)?(\S+)>|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<\S+>)?) \.\s*'
)
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRUCTURE = frozenset(VOCABULARY + p for p in (
    "preferredConcept", "concept", "preferredTerm", "term", "narrowerConcept", "broaderConcept", "relatedConcept",
))  # fmt: skip
_SAID = frozenset((_LABEL, _TYPE, *(VOCABULARY + p for p in (
    "prefLabel", "altLabel", "broaderDescriptor", "treeNumber", "scopeNote", "note", "registryNumber", "active",
    "mappedTo", "preferredMappedTo", "pharmacologicalAction",
))))  # fmt: skip
_RECORD = re.compile(r"[CDQ]\d{6}(?:\d{3})?")
_SCR = {
    "SCR_Chemical": "substance", "SCR_Disease": "disease", "SCR_Organism": "organism", "SCR_Protocol": "treatment",
    "SCR_Population": "population group", "SCR_Anatomy": "body structure", "Qualifier": "qualifier",
}  # fmt: skip
_OBSOLETE = "[OBSOLETE] "
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}


def fits(source: Source, head: bytes) -> bool:
    """Whether the file holds N-Triples with the predicates of MeSH."""
    return source.stem.endswith(".nt") and VOCABULARY.encode() in head.replace(b"\0", b"")


def prefix(_: Sequence[Source]) -> str:
    """``mesh``."""
    return "mesh"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of one file."""
    if len(sources) > 1:
        raise DataSyntaxError(f"the same as {sources[1].name} of another year; name one", sources[0].name)
    release.title = "Medical Subject Headings"
    if year := re.search(r"(?:19|20)\d\d", sources[0].stem):
        release.version = year[0]
    links = _Links(sources[0])
    for number, line in sources[0].lines():
        if line is None:
            ledger.skip("not UTF-8", number, sources[0].name)
            continue
        predicate = line.split(" ", 2)[1][1:-1] if line.count(" ") > 1 else ""
        if predicate in _STRUCTURE:
            ledger.keep()
        elif predicate in _SAID:
            found = _LINE.fullmatch(line)
            if found is None:
                ledger.skip("damaged: no triple about MeSH", number, sources[0].name)
                continue
            said = list(_said(found, predicate, links, default))
            if said:
                ledger.keep()
                yield from said
            else:
                ledger.skip("says nothing of a record", number, sources[0].name)
        elif not line.strip() or line.startswith("#"):
            continue
        elif predicate:
            ledger.skip("not taken up: predicate", number, sources[0].name)
        else:
            ledger.skip("damaged: no triple about MeSH", number, sources[0].name)


def _key(identifier: str) -> int:
    """A number for an identifier of MeSH, such as D009120."""
    digits = identifier[1:]
    return (ord(identifier[0]) << 40) + (len(digits) << 34) + int(digits) if digits.isdecimal() else -1


def _text(key: int) -> str:
    return chr(key >> 40) + str(key & ((1 << 34) - 1)).rjust(key >> 34 & 63, "0")


class _Links:
    """What hangs on what: terms on concepts, concepts on records."""

    def __init__(self, source: Source) -> None:
        self._records, self._concepts, self._preferred, self._scopes = Pairs(), Pairs(), Pairs(), Pairs()
        self._labels = Pairs()
        marks = ("oncept> <", "erm> <", "#label> ")
        for _, line in source.lines():
            if line is None or not any(mark in line for mark in marks):
                continue
            if found := _LINE.fullmatch(line):
                self._note(found)
        for pairs in (self._records, self._concepts, self._preferred, self._scopes, self._labels):
            pairs.sort()

    def _note(self, found: re.Match[str]) -> None:
        subject, predicate, other, text = found[1], found[2].rpartition("#")[2], found[3], found[4]
        if predicate == "label" and text is not None and _RECORD.fullmatch(subject):
            self._labels.add(_key(subject), hash(_unescaped(text)))
        elif other is None:
            return
        elif predicate in ("preferredConcept", "concept"):
            self._records.add(_key(other), _key(subject))
            if predicate == "preferredConcept":
                self._preferred.add(_key(other))
        elif predicate in ("preferredTerm", "term") and subject[0] == "M":
            self._concepts.add(_key(other), _key(subject))
        elif predicate in ("narrowerConcept", "broaderConcept", "relatedConcept"):
            self._scopes.add(_key(other), ("narrowerConcept", "broaderConcept", "relatedConcept").index(predicate))

    def of_concept(self, concept: str) -> list[tuple[str, bool]]:
        """(record, whether it is the preferred concept) of a concept."""
        key = _key(concept)
        return [(_text(r), key in self._preferred) for r in dict.fromkeys(self._records.of(key))]

    def of_term(self, name: str, text: str) -> list[tuple[str, str]]:
        """(record, scope) of a name that hangs on a term, without those that are the label."""
        found = []
        for concept in dict.fromkeys(self._concepts.of(_key(name))):
            scope = "exact"
            if concept not in self._preferred:
                scopes = self._scopes.of(concept)
                scope = ("narrow", "broad", "related")[min(scopes)] if scopes else "related"
            for record in dict.fromkeys(self._records.of(concept)):
                if hash(text) not in self._labels.of(record):
                    found.append((_text(record), scope))
        return found


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _LETTERS.get(found[3], found[3])

    return _ESCAPE.sub(one, text) if "\\" in text else text


def _said(found: re.Match[str], predicate: str, links: _Links, default: str) -> Iterator[Statement]:
    subject, other, language = found[1], found[3] or "", found[5] or ""
    text = _unescaped(found[4]) if found[4] is not None else ""
    name = predicate.rpartition("#")[2]
    record = f"{default}:{subject}" if _RECORD.fullmatch(subject) else ""
    if language not in ("", "en"):
        return
    if name == "label" and record and text:
        yield Statement(record, "label", text.removeprefix(_OBSOLETE))
        if text.startswith(_OBSOLETE):
            yield Statement(record, "obsolete", "true")
    elif name in ("prefLabel", "altLabel") and subject[0] == "T" and text:
        for owner, scope in links.of_term(subject, text):
            yield Statement(f"{default}:{owner}", scope, text)
    elif name == "broaderDescriptor" and record and _RECORD.fullmatch(other):
        yield Statement(record, "parent", f"{default}:{other}")
    elif name == "treeNumber" and record and other[:1] in BRANCHES:
        yield Statement(record, "kind", BRANCHES[other[0]])
        yield Statement(record, "kind", other)
    elif name == "type" and record and other.rpartition("#")[2] in _SCR:
        yield Statement(record, "kind", _SCR[other.rpartition("#")[2]])
    elif name == "note" and record and text:
        yield Statement(record, "definition", text.strip())
    elif name in ("scopeNote", "registryNumber") and subject[0] == "M":
        value = text.strip() if name == "scopeNote" else registry(text)
        for owner, preferred in links.of_concept(subject) if value else ():
            if preferred:
                yield Statement(f"{default}:{owner}", "definition" if name == "scopeNote" else "xref", value)
    elif name == "active" and record and text == "false":
        yield Statement(record, "obsolete", "true")
    elif name in ("mappedTo", "preferredMappedTo", "pharmacologicalAction") and record:
        heading = other.partition("Q")[0]
        if _RECORD.fullmatch(heading):
            if name == "preferredMappedTo":
                yield Statement(record, "parent", f"{default}:{heading}")
            else:
                yield Statement(record, VOCABULARY + name, f"{default}:{heading}", link=True)
