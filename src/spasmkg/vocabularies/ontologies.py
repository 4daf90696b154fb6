"""What OBO, OWL, OBO Graphs and SKOS files have in common: how they name themselves, their release and licence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import normal, preferred_prefix
from spasmkg.vocabularies.statements import Release

__all__ = ["MATCHES", "as_reference", "describe", "majority", "of_ontology", "release_of", "whose"]

_DC = "http://purl.org/dc/elements/1.1/"
_TITLES = (ns.DCTERMS + "title", _DC + "title", ns.RDFS_LABEL, ns.SKOS + "prefLabel")
_LICENCES = (
    ns.DCTERMS + "license", "http://creativecommons.org/ns#license", ns.DCTERMS + "rights", _DC + "rights",
    "https://schema.org/license", "http://schema.org/license",
)  # fmt: skip
_VERSIONS = (
    ns.OWL + "versionInfo", ns.OWL + "versionIRI", ns.DCTERMS + "hasVersion", ns.DCTERMS + "modified",
    ns.DCTERMS + "issued", _DC + "date",
)  # fmt: skip
MATCHES = tuple(f"{ns.SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related"))
"""The predicates of mappings."""
_UNKNOWN = ("unknown prefix", "no identifier", "characters that no identifier has")


def of_ontology(name: str) -> str:
    """The preferred prefix of the vocabulary that an ontology's name stands for; empty where it does not say.

    A slice that one ontology imports from another is of the other, so its name does not say it.

    >>> of_ontology("http://purl.obolibrary.org/obo/maxo/maxo-base.owl"), of_ontology("hp.obo")
    ('MAXO', 'HP')
    >>> of_ontology("mondo/imports/hp_import")
    ''
    """
    path = re.sub(r"^https?://(?:purl\.obolibrary\.org/obo/)?", "", name.strip())
    if "/import" in path:
        return ""
    return preferred_prefix(re.sub(r"\.\w+$", "", path.split("/")[0]))


def majority(identifiers: Iterable[str]) -> str:
    """The preferred prefix that more than half of some identifiers have; empty where there is none.

    >>> majority(["HP:0003394", "http://purl.obolibrary.org/obo/HP_0002487", "MONDO:0005244"])
    'HP'
    """
    counts: Counter[str] = Counter()
    for text in identifiers:
        try:
            found = normal(text).partition(":")
        except IdentifierError:
            continue
        if not found[2].startswith("//"):
            counts[found[0]] += 1
    best, count = counts.most_common(1)[0] if counts else ("", 0)
    return best if 2 * count > counts.total() else ""


def whose(name: str, identifiers: Iterable[str]) -> str:
    """The preferred prefix of the vocabulary that an ontology is of, by its name or its terms.

    Empty where neither says it, and for a bridge: it ties two vocabularies and must not take the place of one.

    >>> whose("mondo/imports/hp_import", ["HP:0003394"]), whose("uberon/bridge/uberon-bridge-to-sctid.owl", ["HP:0003394"])
    ('HP', '')
    """
    return "" if "/bridge" in name else of_ontology(name) or majority(identifiers)


def release_of(version: str) -> str:
    """The date in the name of a release, or the name itself.

    >>> release_of("maxo/releases/2024-07-29/maxo-base.owl"), release_of("31:07:2026 21:27"), release_of("v4.1")
    ('2024-07-29', '2026-07-31', 'v4.1')
    """
    if date := re.search(r"\d{4}-\d\d-\d\d", version):
        return date[0]
    day = re.match(r"(\d\d):(\d\d):(\d{4})\b", version)
    return f"{day[3]}-{day[2]}-{day[1]}" if day else version.strip()


def describe(release: Release, facts: Iterable[tuple[str, str]]) -> None:
    """Take title, release and licence from what an ontology says of itself: (predicate, value) pairs."""
    said: dict[str, str] = {}
    for predicate, value in facts:
        said.setdefault(predicate, value.strip())
    for field, predicates in (("title", _TITLES), ("license", _LICENCES), ("version", _VERSIONS)):
        found = next((said[p] for p in predicates if said.get(p)), "")
        if found:
            setattr(release, field, release_of(found) if field == "version" else found)


def as_reference(text: str, prefixes: dict[str, str]) -> tuple[str, str]:
    """A cross-reference in its usual spelling, and what is wrong with it.

    One to something that nobody lists, such as a web page or a book, is kept as it was written.

    >>> as_reference("SNOMEDCT_US_2025_09_01:76069003", {}), as_reference("Fyler:4002", {})
    (('snomedct:76069003', ''), ('Fyler:4002', ''))
    >>> as_reference("SCTID:1.56E+16", {})
    ('', 'a number that a spreadsheet has damaged')
    """
    try:
        return normal(text, "", prefixes), ""
    except IdentifierError as error:
        return (text, "") if text and error.reason in _UNKNOWN else ("", error.reason)
