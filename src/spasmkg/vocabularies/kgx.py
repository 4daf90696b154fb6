"""Graphs in KGX (https://github.com/biolink/kgx/blob/master/specification/kgx-format.md): TSV, JSON Lines or JSON.

A record is a node or an edge. A node becomes a term of its Biolink categories. An edge becomes the plain triple, unless
it is negated, and a node of its own, a ``biolink:Association`` with subject, predicate, object and all else that is said
of it: so the graph can be walked, and each step says where it comes from. Names of slots are names in Biolink.

TSV is read as KGX writes it, without quoting; several values of a cell are divided by ``|``. A prefix that nobody lists
and that no node explains by its ``iri`` gets an address inside the graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from spasmkg import namespaces as ns
from spasmkg.errors import DataSyntaxError, IdentifierError
from spasmkg.identifiers import normal, preferred_prefix
from spasmkg.vocabularies.jsonparts import parts
from spasmkg.vocabularies.rdf import text_of
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement

__all__ = ["fits", "prefix", "read"]

UNIT = "nodes and edges"
_ENDS = ("subject", "predicate", "object")
_LISTS = frozenset((
    "category", "synonym", "exact_synonym", "broad_synonym", "narrow_synonym", "related_synonym", "xref", "same_as",
    "equivalent_identifiers", "provided_by", "publications", "qualifiers", "has_evidence", "has_evidence_of_type",
    "knowledge_source", "aggregator_knowledge_source", "supporting_data_source",
))  # fmt: skip
_SYNONYMS = {
    "synonym": "exact", "exact_synonym": "exact", "broad_synonym": "broad", "narrow_synonym": "narrow",
    "related_synonym": "related",
}  # fmt: skip
_REFERENCES = ("xref", "same_as", "equivalent_identifiers")
_SAID = frozenset(("id", "iri", "name", "description", "category", "deprecated", *_ENDS, "negated", "edge_label"))
_SLOT = re.compile(r"[A-Za-z][\w-]*(?::[\w-]+)?")
_SHACL = "http://www.w3.org/ns/shacl#"
_SUBCLASS = ns.BIOLINK + "subclass_of"

Record = dict[str, Any]


def _columns(head: bytes) -> set[str]:
    """The slots of a table's header or of the first JSON object."""
    text = text_of(head).lstrip()
    if text.startswith("{"):
        try:
            found, _ = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            return (
                set(re.findall(r'"(\w+)"\s*:', text)) if re.match(r'\{\s*"(?:nodes|edges)"\s*:\s*\[', text) else set()
            )
        return set(found) if not {"nodes", "edges"} & set(found) else set(re.findall(r'"(\w+)"\s*:', text))
    return set((text.splitlines() or [""])[0].split("\t"))


def _is_edges(slots: Iterable[str]) -> bool:
    return {"subject", "object"} <= set(slots) and bool({"predicate", "edge_label"} & set(slots))


def fits(_: Source, head: bytes) -> bool:
    """Whether a file has nodes with a category, or edges with a predicate."""
    slots = _columns(head)
    return {"id", "category"} <= slots or _is_edges(slots)


def prefix(sources: Sequence[Source]) -> str:
    """The name that the files share; a graph must not take the place of a vocabulary."""
    source = sources[0]
    stem = re.sub(r"[._-]?(?:nodes|edges)?\.(?:tsv|txt|jsonl?)$", "", source.stem)
    stem = stem or (source.path.stem if source.member else source.path.resolve().parent.name)
    stem = re.sub(r"[^A-Za-z0-9.-]+", "_", stem).strip("._-")
    return f"{stem}-graph" if preferred_prefix(stem) else stem


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of nodes, then of edges; ``default`` is the name of the graph."""
    reader = _Reader(ledger, release, f"{ns.graph('vocabulary/')}{default}")
    ordered = sorted(sources, key=lambda source: _is_edges(_columns(source.head())))
    for source in ordered:
        for number, record in _records(source, ledger):
            make = reader.edge if _is_edges(record) else reader.node
            yield from make(record, number, source.name)
    yield from reader.declared()


def _records(source: Source, ledger: Ledger) -> Iterator[tuple[int, Record]]:
    """(line, record) of a file, whatever its syntax; what cannot be read is counted."""
    head = text_of(source.head()).lstrip()
    if re.match(r'\{\s*"(?:nodes|edges)"\s*:', head):
        for part in parts(source, [("nodes", "*"), ("edges", "*")]):
            if isinstance(part.value, dict):
                yield part.line, part.value
            else:
                ledger.skip("no object", part.line, source.name)
    elif head.startswith("{"):
        yield from _objects(source, ledger)
    else:
        yield from _rows(source, ledger)


def _objects(source: Source, ledger: Ledger) -> Iterator[tuple[int, Record]]:
    for number, line in source.lines():
        if line is None:
            ledger.skip("not UTF-8", number, source.name)
        elif line.strip():
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield number, found
            else:
                ledger.skip("not a JSON object", number, source.name)


def _rows(source: Source, ledger: Ledger) -> Iterator[tuple[int, Record]]:
    columns: list[str] = []
    for number, line in source.lines():
        if line is None:
            if not columns:
                raise DataSyntaxError("not UTF-8 text", source.name, number)
            ledger.skip("not UTF-8", number, source.name)
        elif not line.strip():
            continue
        elif not columns:
            columns = [c.strip() for c in line.split("\t")]
        else:
            cells = line.split("\t")
            if len(cells) > len(columns):
                ledger.skip("more cells than columns", number, source.name)
                continue
            row: Record = {}
            for name, cell in zip(columns, cells, strict=False):
                if value := _cell(cell):
                    row[name] = value.split("|") if name in _LISTS else value
            yield number, {name: "" for name in _ENDS if name in columns} | row


def _cell(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _texts(value: Any) -> list[str]:
    """The texts of a slot, which may have one value or several; numbers and truth values in their usual spelling."""
    listed = value if isinstance(value, list) else [value]
    return [
        v.strip() if isinstance(v, str) else json.dumps(v, ensure_ascii=False)
        for v in listed
        if v is not None and v not in ("", [], {}) and (not isinstance(v, str) or v.strip())
    ]


def _true(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1", "yes")


class _Reader:
    """What becomes of nodes and edges."""

    def __init__(self, ledger: Ledger, release: Release, graph: str) -> None:
        self.ledger, self.release, self.graph = ledger, release, graph
        self.slots: dict[str, str] = {}
        self.edges = 0

    def _identifier(self, value: Any) -> str:
        """An identifier in normal form. Raises IdentifierError."""
        if not isinstance(value, str):
            raise IdentifierError("an identifier that is no text", str(value))
        try:
            return normal(value, "", self.release.prefixes)
        except IdentifierError as error:
            name, _, local = value.partition(":")
            if error.reason != "unknown prefix" or not re.fullmatch(r"[A-Za-z][\w.-]*", name) or not local:
                raise
            self.release.prefixes[name] = f"{self.graph}/id/{name}:"
            return normal(value, "", self.release.prefixes)

    def _explain(self, record: Record) -> None:
        """Take the address of an unlisted prefix from a node that gives its IRI."""
        value, address = record.get("id"), record.get("iri")
        if isinstance(value, str) and isinstance(address, str) and ns.is_iri(address):
            name, _, local = value.partition(":")
            if local and address.endswith(local) and not preferred_prefix(name, self.release.prefixes):
                self.release.prefixes[name] = address[: -len(local)]

    def declared(self) -> Iterator[Statement]:
        """The prefixes that are of this graph alone, so that its identifiers can be looked up by them."""
        for name, address in self.release.prefixes.items():
            node = f"{self.graph}/prefix/{name}"
            yield Statement(node, f"{_SHACL}prefix", name)
            yield Statement(node, f"{_SHACL}namespace", address)

    def _slot(self, name: str) -> str:
        """The IRI of a slot; empty where its name is none."""
        if name not in self.slots:
            known = _SLOT.fullmatch(name)
            start, _, local = name.rpartition(":")
            base = ns.prefixes().get(start) if start else ns.BIOLINK
            self.slots[name] = f"{base}{local}" if known and base else ""
        return self.slots[name]

    def _category(self, term: str, record: Record) -> Iterator[Statement]:
        for category in _texts(record.get("category")):
            found = self._slot(category if ":" in category else f"biolink:{category}")
            if found:
                yield Statement(term, ns.RDF_TYPE, found, link=True)

    def _rest(self, term: str, record: Record, said: Iterable[str]) -> Iterator[Statement]:
        """What else is said: one text for each value of each slot."""
        for name, value in record.items():
            if name not in said and (slot := self._slot(name)):
                for text in _texts(value):
                    yield Statement(term, slot, text)

    def node(self, record: Record, number: int, name: str) -> Iterator[Statement]:
        """The statements of a node."""
        self._explain(record)
        if not record.get("id"):
            self.ledger.skip("no id", number, name)
            return
        try:
            term = self._identifier(record["id"])
        except IdentifierError as error:
            self.ledger.skip(f"damaged: {error.reason}", number, name)
            return
        self.ledger.keep()
        if label := " ".join(_texts(record.get("name"))[:1]):
            yield Statement(term, "label", label)
        for text in _texts(record.get("description")):
            yield Statement(term, "definition", text)
        for slot, field in _SYNONYMS.items():
            for text in _texts(record.get(slot)):
                if text != label:
                    yield Statement(term, field, text)
        references = [r for slot in _REFERENCES for r in _texts(record.get(slot))]
        for other in self.ledger.identifiers(references, number, name, "", self.release.prefixes):
            if other != term:
                yield Statement(term, "xref", other)
        if _true(record.get("deprecated")):
            yield Statement(term, "obsolete", "true")
        for category in self._category(term, record):
            yield category
            yield Statement(term, "kind", ns.local(category.value))
        yield from self._rest(term, record, {*_SAID, *_SYNONYMS, *_REFERENCES})

    def edge(self, record: Record, number: int, name: str) -> Iterator[Statement]:
        """The statements of an edge: the plain triple, and the node that says all of it."""
        given = {**record, "predicate": record.get("predicate") or record.get("edge_label")}
        if missing := [slot for slot in _ENDS if not given[slot]]:
            self.ledger.skip(f"no {missing[0]}", number, name)
            return
        try:
            subject, object_ = self._identifier(given["subject"]), self._identifier(given["object"])
        except IdentifierError as error:
            self.ledger.skip(f"damaged: {error.reason}", number, name)
            return
        said = str(given["predicate"])
        predicate = self._slot(said if ":" in said else f"biolink:{said.replace(' ', '_')}")
        if not predicate:
            try:
                predicate = self._identifier(said)
            except IdentifierError as error:
                self.ledger.skip(f"predicate: {error.reason}", number, name)
                return
        self.ledger.keep()
        self.edges += 1
        if not _true(record.get("negated")):
            yield Statement(subject, predicate, object_, link=True)
            if predicate == _SUBCLASS:
                yield Statement(subject, "parent", object_)
        node = self._edge_node(record.get("id"))
        yield Statement(node, ns.RDF_TYPE, f"{ns.BIOLINK}Association", link=True)
        for slot, value in zip(_ENDS, (subject, predicate, object_), strict=True):
            yield Statement(node, ns.RDF + slot, value, link=True)
        if _true(record.get("negated")):
            yield Statement(node, f"{ns.BIOLINK}negated", "true")
        yield from self._category(node, record)
        yield from self._rest(node, record, _SAID)

    def _edge_node(self, given: Any) -> str:
        """The address of an edge's node: its own identifier where that is one."""
        if isinstance(given, str) and given:
            if given.startswith("urn:") and ns.is_iri(given):
                return given
            try:
                return normal(given)
            except IdentifierError:
                return f"{self.graph}/edge/{quote(given, safe=':')}"
        return f"{self.graph}/edge/{self.edges}"
