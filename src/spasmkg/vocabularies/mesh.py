"""MeSH in XML: descriptors, qualifiers and supplementary records (https://www.nlm.nih.gov/mesh/xml_data_elements.html).

Names of the preferred concept of a record are exact synonyms; those of its other concepts have the scope of the
concept's relation to it. Tree numbers become parents at the end, so they are held in memory: some 10 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from spasmkg.vocabularies.rows import Names, term
from spasmkg.vocabularies.sources import Source
from spasmkg.vocabularies.statements import Ledger, Release, Statement
from spasmkg.vocabularies.xmlfiles import elements

__all__ = ["BRANCHES", "VOCABULARY", "fits", "prefix", "read", "registry"]

UNIT = "records"
VOCABULARY = "http://id.nlm.nih.gov/mesh/vocab#"
_SETS = ("DescriptorRecord", "QualifierRecord", "SupplementalRecord")
BRANCHES = {
    "A": "body structure", "B": "organism", "C": "disease", "D": "substance", "E": "technique or equipment",
    "F": "psychiatry and psychology", "G": "phenomenon or process", "H": "discipline or occupation",
    "I": "anthropology, education, sociology", "J": "technology, industry, agriculture", "K": "humanities",
    "L": "information science", "M": "named group", "N": "health care", "V": "publication characteristic",
    "Y": "qualifier", "Z": "place",
}  # fmt: skip
"""What the first letter of a tree number says of the kind of a thing; the number itself says it more finely."""
_CLASSES = {
    "1": "substance", "2": "treatment", "3": "disease", "4": "organism", "5": "population group", "6": "body structure",
}  # fmt: skip
_SCOPES = {"NRW": "narrow", "BRD": "broad"}
_TURNED = {"NRW": "broad", "BRD": "narrow"}


def fits(source: Source, head: bytes) -> bool:
    """Whether the file is one of MeSH's sets of records."""
    start = head.replace(b"\0", b"")
    return source.stem.endswith(".xml") and any(b"<" + s.encode() + b"Set" in start for s in _SETS)


def prefix(_: Sequence[Source]) -> str:
    """``mesh``."""
    return "mesh"


def read(sources: Sequence[Source], ledger: Ledger, release: Release, default: str) -> Iterator[Statement]:
    """The statements of the files of one year."""
    release.title = "Medical Subject Headings"
    tree: dict[str, str] = {}
    names = Names()
    for source in sources:
        if year := re.search(r"(?:19|20)\d\d", source.stem):
            release.version = max(release.version, year[0])
        for line, record in elements(source, *_SETS, doctype=True):
            kind = record.tag.removesuffix("Record")
            text = record.findtext(f"{kind}UI") or record.findtext(f"{record.tag}UI") or ""
            identifier = term(text.strip(), default, ledger, line, source.name)
            if not identifier:
                continue
            label = record.findtext(f"{kind}Name/String") or record.findtext(f"{record.tag}Name/String") or ""
            if not label.strip():
                ledger.skip("no name", line, source.name)
                continue
            ledger.keep()
            if field := names.field(identifier, label.strip()):
                yield Statement(identifier, field, label.strip())
            yield from _record(record, identifier, label.strip(), tree)
            yield from _links(record, identifier, ledger, line, source.name, default)
    for number, identifier in tree.items():
        above = tree.get(number.rpartition(".")[0], "")
        if above and above != identifier:
            yield Statement(identifier, "parent", above)


def _record(record: Element, identifier: str, label: str, tree: dict[str, str]) -> Iterator[Statement]:
    """Names, kinds, definition and identifiers elsewhere."""
    kinds = {_CLASSES.get(record.get("SCRClass", ""), "")}
    for element in record.iterfind("TreeNumberList/TreeNumber"):
        if number := (element.text or "").strip():
            tree[number] = identifier
            kinds |= {number, BRANCHES.get(number[0], "")}
    for kind in sorted(kinds - {""}):
        yield Statement(identifier, "kind", kind)
    concepts = record.findall("ConceptList/Concept")
    preferred = next((c for c in concepts if c.get("PreferredConceptYN") == "Y"), None)
    said = {"", label}
    for concept in sorted(concepts, key=lambda c: c is not preferred):
        scope = "exact" if concept is preferred else _scope(concept, preferred)
        for element in concept.iterfind("TermList/Term/String"):
            text = (element.text or "").strip()
            if text not in said:
                said.add(text)
                yield Statement(identifier, scope, text)
    note = record.findtext("Note") if preferred is None else preferred.findtext("ScopeNote") or record.findtext("Note")
    if note and note.strip():
        yield Statement(identifier, "definition", note.strip())
    if preferred is not None:
        numbers = [*preferred.iterfind("RegistryNumber"), *preferred.iterfind("RegistryNumberList/RegistryNumber")]
        for element in numbers:
            if other := registry((element.text or "").strip()):
                yield Statement(identifier, "xref", other)


def _scope(concept: Element, preferred: Element | None) -> str:
    """What a concept of a record is to its preferred one, by the relations that either states."""
    mine = concept.findtext("ConceptUI")
    main = preferred.findtext("ConceptUI") if preferred is not None else None
    for holder in (concept, preferred):
        for relation in holder.iterfind("ConceptRelationList/ConceptRelation") if holder is not None else ():
            ends = relation.findtext("Concept1UI"), relation.findtext("Concept2UI")
            name = relation.get("RelationName", "")
            if ends == (main, mine):
                return _SCOPES.get(name, "related")
            if ends == (mine, main):
                return _TURNED.get(name, "related")
    return "related"


def registry(text: str) -> str:
    """A registry number of MeSH as an identifier; empty for ``0`` and what has no known form.

    >>> registry("H789N3FKE8"), registry("1134-47-0"), registry("EC 3.4.11.1"), registry("0")
    ('UNII:H789N3FKE8', 'CAS:1134-47-0', 'EC:3.4.11.1', '')
    """
    if re.fullmatch(r"[0-9A-Z]{10}", text):
        return f"UNII:{text}"
    if re.fullmatch(r"\d{2,7}-\d\d-\d", text):
        return f"CAS:{text}"
    found = re.fullmatch(r"EC (\d+(?:\.[\dn-]+)*)", text)
    return f"EC:{found[1]}" if found else ""


def _links(record: Element, identifier: str, ledger: Ledger, line: int, name: str, default: str) -> Iterator[Statement]:
    """Headings that a supplementary record is filed under, and what a drug does."""
    for mapped in record.iterfind("HeadingMappedToList/HeadingMappedTo"):
        text = (mapped.findtext("DescriptorReferredTo/DescriptorUI") or "").strip()
        for other in ledger.identifiers([text.removeprefix("*")], line, name, default):
            if text.startswith("*"):
                yield Statement(identifier, "parent", other)
            else:
                yield Statement(identifier, VOCABULARY + "mappedTo", other, link=True)
    for action in record.iterfind("PharmacologicalActionList/PharmacologicalAction"):
        text = (action.findtext("DescriptorReferredTo/DescriptorUI") or "").strip()
        for other in ledger.identifiers([text], line, name, default):
            yield Statement(identifier, VOCABULARY + "pharmacologicalAction", other, link=True)
