"""Prefixes and identifiers: one map for the whole project, read from ``ontology/prefixes.epm.json``.

The map has the extended prefix map form (https://curies.readthedocs.io), so other tools can read it as well.
"""

from __future__ import annotations

import re
from functools import cache

from spasmkg.errors import UsageError
from spasmkg.resources import ontology_dir

__all__ = ["contract", "expand", "graph", "is_iri", "local", "prefixes", "spasm", "split_curie"]

SPASM = "https://w3id.org/spasmkg/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OBOINOWL = "http://www.geneontology.org/formats/oboInOwl#"
OA = "http://www.w3.org/ns/oa#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
BIOLINK = "https://w3id.org/biolink/vocab/"
VOID = "http://rdfs.org/ns/void#"
RDF_TYPE = RDF + "type"
RDFS_LABEL = RDFS + "label"

_CURIE = r"([A-Za-z][\w.-]*):(?!//)(\S*)"  # compiled on first use, as every pattern on the path of every command
_PLAIN = r"[^\x00-\x20\x7f-\x9f<>\"{}|^`\\%\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]*"
_IRI = rf"[A-Za-z][A-Za-z0-9+.-]*:{_PLAIN}(?:%[0-9A-Fa-f]{{2}}{_PLAIN})*"


@cache
def _records() -> tuple[dict[str, object], ...]:
    import json

    return tuple(json.loads((ontology_dir() / "prefixes.epm.json").read_bytes()))


@cache
def prefixes() -> dict[str, str]:
    """The preferred prefixes and the IRIs that they stand for.

    >>> prefixes()["spasm"], prefixes()["HP"]
    ('https://w3id.org/spasmkg/', 'http://purl.obolibrary.org/obo/HP_')
    """
    return {str(r["prefix"]): str(r["uri_prefix"]) for r in _records()}


@cache
def _by_spelling() -> dict[str, str]:
    spelled: dict[str, str] = {}
    for record in _records():
        synonyms = record.get("prefix_synonyms", ())
        assert isinstance(synonyms, list | tuple)
        for name in (record["prefix"], *synonyms):
            spelled[str(name).lower()] = str(record["uri_prefix"])
    return spelled


@cache
def _by_length() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((iri, p) for p, iri in prefixes().items()), key=lambda pair: -len(pair[0])))


def spasm(name: str) -> str:
    """The IRI of a project term.

    >>> spasm("baclofen")
    'https://w3id.org/spasmkg/baclofen'
    """
    return SPASM + name


def graph(name: str) -> str:
    """The IRI of a named graph of the dataset.

    >>> graph("edges")
    'https://w3id.org/spasmkg/graph/edges'
    """
    return SPASM + "graph/" + name


def split_curie(text: str) -> tuple[str, str] | None:
    """Prefix and local part, or None where the text is not a CURIE.

    >>> split_curie("HP:0003394"), split_curie("https://example.org/x")
    (('HP', '0003394'), None)
    """
    match = re.fullmatch(_CURIE, text)
    return (match[1], match[2]) if match else None


def expand(curie: str) -> str:
    """The IRI of a CURIE, in any common spelling of its prefix; an IRI stays as it is.

    Raises UsageError where the prefix is unknown.

    >>> expand("spasm:baclofen"), expand("hp:0003394")
    ('https://w3id.org/spasmkg/baclofen', 'http://purl.obolibrary.org/obo/HP_0003394')
    """
    curie = curie.strip()
    if curie.startswith("<") and curie.endswith(">"):
        curie = curie[1:-1]
    parts = split_curie(curie)
    if parts is None:
        if "://" in curie or curie.startswith("urn:"):
            return curie
        raise UsageError(f'"{curie}" is neither an IRI nor a CURIE such as spasm:baclofen')
    prefix, local = parts
    iri = _by_spelling().get(prefix.lower())
    if iri is None:
        raise UsageError(f'the prefix of "{curie}" is not known; known are {", ".join(sorted(prefixes()))}')
    if local.upper().startswith(prefix.upper() + "_"):  # HP:HP_0003394
        local = local[len(prefix) + 1 :]
    return iri + local


def contract(iri: str) -> str:
    """The CURIE of an IRI with the longest fitting prefix, or the IRI itself.

    >>> contract("https://w3id.org/spasmkg/claim/drugs-1-3")
    'claim:drugs-1-3'
    >>> contract("https://example.org/x")
    'https://example.org/x'
    """
    for base, prefix in _by_length():
        if iri.startswith(base) and len(iri) > len(base):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def is_iri(text: str) -> bool:
    """Whether the text can be written between ``<`` and ``>`` as it stands.

    >>> is_iri("https://w3id.org/spasmkg/x"), is_iri("a b"), is_iri("x:> . ?s ?p ?o"), is_iri("x:50%")
    (True, False, False, False)
    """
    return re.fullmatch(_IRI, text) is not None


def local(iri: str) -> str:
    """The part of an IRI after the last ``/`` or ``#``.

    >>> local("https://w3id.org/spasmkg/hasSideEffect")
    'hasSideEffect'
    """
    return iri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]
