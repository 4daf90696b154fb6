"""What is known of the imported vocabularies: one entry each in ``graph:vocabularies``.

A vocabulary's terms are a named graph of their own, ``vocabulary:HP``, apart from the default graph: counts and
answers of the project's own questions do not change when a vocabulary is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError, NotLoadedError
from spasmkg.model import Triple
from spasmkg.store import Store
from spasmkg.vocabularies.triples import literal

__all__ = [
    "CATALOGUE",
    "GRAPHS",
    "LICENCES",
    "TITLES",
    "Vocabulary",
    "entry",
    "insist",
    "lacking",
    "notices",
    "vocabularies",
    "vocabulary",
]

CATALOGUE = ns.graph("vocabularies")
GRAPHS = ns.graph("vocabulary/")
_CC_BY = "https://creativecommons.org/licenses/by/4.0/"
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
LICENCES = {
    "HP": ("HPO licence: free to use with its citation and version; not to be changed or sold", False),
    "snomedct": ("SNOMED International affiliate licence", False),
    "rxnorm": ("UMLS licence for the full release; names of source RXNORM are public domain", False),
    "umls": ("UMLS Metathesaurus licence", False),
    "loinc": ("LOINC licence: free with attribution; not to be passed on as a standard of one's own", False),
    "atc": ("ATC/DDD: copyright of the WHO Collaborating Centre; no commercial use", False),
    "drugbank": ("DrugBank: CC BY-NC 4.0 for the academic release", False),
    "MEDDRA": ("MedDRA subscription", False),
    "SIDER": ("SIDER: CC BY-NC-SA 4.0, with MedDRA terms", False),
    "OMOP": ("OHDSI Athena: each vocabulary under its own licence", False),
    "MONDO": (_CC_BY, True), "MAXO": (_CC_BY, True), "CHEBI": (_CC_BY, True), "OAE": (_CC_BY, True),
    "OGMS": (_CC_BY, True), "NCIT": (_CC_BY, True), "UBERON": ("https://creativecommons.org/licenses/by/3.0/", True),
    "DOID": (_CC0, True), "SYMP": (_CC0, True), "RO": (_CC0, True), "ECO": (_CC0, True), "biolink": (_CC0, True),
    "icd10cm": ("public domain (United States government work)", True),
    "mesh": ("public domain with attribution (National Library of Medicine)", True),
}  # fmt: skip
"""By prefix the licence that a vocabulary is usually under, and whether its terms may be passed on in bulk."""

TITLES = {
    "HP": "Human Phenotype Ontology", "MONDO": "Mondo Disease Ontology", "DOID": "Human Disease Ontology",
    "SYMP": "Symptom Ontology", "MAXO": "Medical Action Ontology", "UBERON": "Uberon anatomy ontology",
    "CHEBI": "Chemical Entities of Biological Interest", "NCIT": "NCI Thesaurus", "OAE": "Ontology of Adverse Events",
    "umls": "UMLS Metathesaurus", "mesh": "Medical Subject Headings", "snomedct": "SNOMED CT", "icd10cm": "ICD-10-CM",
    "rxnorm": "RxNorm", "atc": "ATC classification of drugs", "loinc": "LOINC", "drugbank": "DrugBank", "MEDDRA": "MedDRA",
    "SIDER": "SIDER side effects", "OMOP": "OMOP vocabularies", "biolink": "Biolink Model", "schema": "schema.org",
    "sio": "Semanticscience Integrated Ontology", "RO": "Relation Ontology", "BFO": "Basic Formal Ontology",
    "OGMS": "Ontology for General Medical Science",
}  # fmt: skip
"""By prefix what a vocabulary is called."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An imported vocabulary: where it came from, which release, how much of it was read."""

    prefix: str
    title: str = ""
    version: str = ""
    license: str = ""
    shippable: bool = False
    format: str = ""
    unit: str = "rows"
    files: tuple[str, ...] = ()
    digest: str = ""
    """SHA-256 over the files' SHA-256, in hexadecimal."""
    loaded: str = ""
    """The day of the import."""
    terms: int = 0
    names: int = 0
    triples: int = 0
    read: int = 0
    kept: int = 0
    skipped: tuple[tuple[str, int], ...] = ()
    """Records left out, by reason, the most frequent first."""
    warnings: tuple[tuple[str, int], ...] = ()

    @property
    def graph(self) -> str:
        """The IRI of the named graph that holds the terms."""
        return GRAPHS + self.prefix


_TEXTS = {
    "title": ns.DCTERMS + "title", "version": ns.OWL + "versionInfo", "license": ns.DCTERMS + "license",
    "format": ns.DCTERMS + "format", "unit": ns.spasm("recordUnit"), "digest": ns.spasm("fileDigest"),
    "loaded": ns.DCTERMS + "dateAccepted",
}  # fmt: skip
_NUMBERS = {
    "terms": ns.spasm("termCount"), "names": ns.spasm("nameCount"), "triples": ns.spasm("tripleCount"),
    "read": ns.spasm("recordsRead"), "kept": ns.spasm("recordsKept"),
}  # fmt: skip
_FILES, _SHIPPABLE = ns.DCTERMS + "source", ns.spasm("shippable")
_COUNTED = {"skipped": ns.spasm("recordsSkipped"), "warnings": ns.spasm("partsLeftOut")}


def entry(vocabulary: Vocabulary) -> list[Triple]:
    """The triples of a vocabulary's entry."""
    me = f"<{vocabulary.graph}>"
    found = [(me, f"<{ns.RDF_TYPE}>", f"<{ns.spasm('Vocabulary')}>")]
    found += [(me, f"<{p}>", literal(str(getattr(vocabulary, k)))) for k, p in _TEXTS.items() if getattr(vocabulary, k)]
    found += [(me, f"<{p}>", f'"{getattr(vocabulary, k)}"^^<{ns.XSD}integer>') for k, p in _NUMBERS.items()]
    found += [(me, f"<{_FILES}>", literal(f"{i}: {name}")) for i, name in enumerate(vocabulary.files, 1)]
    found.append((me, f"<{_SHIPPABLE}>", f'"{str(vocabulary.shippable).lower()}"^^<{ns.XSD}boolean>'))
    for key, predicate in _COUNTED.items():
        found += [(me, f"<{predicate}>", literal(f"{count}: {reason}")) for reason, count in getattr(vocabulary, key)]
    return found


def vocabularies(store: Store) -> list[Vocabulary]:
    """The imported vocabularies, by prefix."""
    rows: dict[str, dict[str, list[str]]] = {}
    for v, p, o in store.select(f"SELECT ?v ?p ?o {{ GRAPH <{CATALOGUE}> {{ ?v ?p ?o }} }}"):
        rows.setdefault(v.value, {}).setdefault(p.value, []).append(o.value)
    return [_read(iri.removeprefix(GRAPHS), said) for iri, said in sorted(rows.items())]


def _read(prefix: str, said: dict[str, list[str]]) -> Vocabulary:
    def numbered(predicate: str) -> list[tuple[int, str]]:
        parts = (text.partition(": ") for text in said.get(predicate, ()))
        return [(int(number), rest) for number, _, rest in parts]

    def counts(key: str) -> tuple[tuple[str, int], ...]:
        found = sorted(numbered(_COUNTED[key]), key=lambda pair: (-pair[0], pair[1]))
        return tuple((reason, count) for count, reason in found)

    values: dict[str, Any] = {key: said.get(predicate, [""])[0] for key, predicate in _TEXTS.items()}
    values |= {key: int(said.get(predicate, ["0"])[0]) for key, predicate in _NUMBERS.items()}
    return Vocabulary(
        prefix,
        **values,
        shippable=said.get(_SHIPPABLE) == ["true"],
        files=tuple(name for _, name in sorted(numbered(_FILES))),
        skipped=counts("skipped"),
        warnings=counts("warnings"),
    )


def vocabulary(store: Store, prefix: str) -> Vocabulary:
    """One imported vocabulary, in any case of its prefix. Raises NotFoundError with what is loaded."""
    loaded = vocabularies(store)
    for found in loaded:
        if found.prefix.lower() == prefix.lower():
            return found
    hint = (
        f"loaded are {', '.join(v.prefix for v in loaded)}"
        if loaded
        else "none is loaded; load one with: spasmkg vocab add FILE"
    )
    raise NotFoundError("loaded vocabulary", prefix, hint=hint)


def lacking(prefixes: Iterable[str], loaded: Collection[str]) -> list[str]:
    """Those of some vocabularies that are not loaded; ``any`` is one, whichever.

    >>> lacking(["HP", "any"], {"MONDO"}), lacking(["any"], ())
    (['HP'], ['any'])
    """
    return [p for p in prefixes if p not in loaded and not (p == "any" and loaded)]


def insist(store: Store, question: str, prefixes: Iterable[str]) -> None:
    """Raise NotLoadedError where a question asks vocabularies that are not loaded."""
    if missing := lacking(prefixes, {v.prefix for v in vocabularies(store)}):
        raise NotLoadedError(question, missing)


def notices(store: Store, graphs: Iterable[str]) -> list[str]:
    """A line for each of some graphs whose licence forbids passing its terms on."""
    wanted = set(graphs)
    return [
        f"{f'{v.prefix} {v.version}'.strip()}: {_forbidden(v)}; keep this file to yourself"
        for v in vocabularies(store)
        if v.graph in wanted and not v.shippable
    ]


def _forbidden(vocabulary: Vocabulary) -> str:
    if not vocabulary.license:
        return "no licence is known that would allow passing its terms on"
    return f"its licence does not allow passing its terms on ({vocabulary.license})"
