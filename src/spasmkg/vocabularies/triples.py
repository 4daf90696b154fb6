"""Statements as N-Triples in the form that OBO ontologies have in OWL, which every vocabulary graph is kept in.

Names of things: https://oboformat.org and its mapping to OWL; ``IAO_0000115`` is a definition, ``IAO_0100001`` says
what a term was replaced by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from spasmkg import namespaces as ns
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import iri
from spasmkg.vocabularies.statements import Statement

__all__ = ["PREDICATES", "literal", "ntriples"]

OBO = "http://purl.obolibrary.org/obo/"
PREDICATES = {
    "label": ns.RDFS_LABEL,
    "exact": ns.OBOINOWL + "hasExactSynonym",
    "broad": ns.OBOINOWL + "hasBroadSynonym",
    "narrow": ns.OBOINOWL + "hasNarrowSynonym",
    "related": ns.OBOINOWL + "hasRelatedSynonym",
    "definition": OBO + "IAO_0000115",
    "parent": ns.RDFS + "subClassOf",
    "xref": ns.OBOINOWL + "hasDbXref",
    "obsolete": ns.OWL + "deprecated",
    "replaced_by": OBO + "IAO_0100001",
    "kind": ns.spasm("semanticType"),
    "code": ns.SKOS + "notation",
    "header": ns.spasm("isHeader"),
    "negative": ns.spasm("notToBeTakenFor"),
}
"""The predicate of each field."""
_LINKS = ("parent", "replaced_by")
_TRUE = f'"true"^^<{ns.XSD}boolean>'
_CHUNK = 4_000


def literal(text: str) -> str:
    """A text as an N-Triples literal.

    >>> literal('say "no"')
    '"say \\\\"no\\\\""'
    """
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{text}"'


def ntriples(
    statements: Iterable[Statement],
    prefixes: Mapping[str, str],
    unsound: Callable[[str], None] = lambda _: None,
) -> Iterator[bytes]:
    """Statements as chunks of N-Triples; ``prefixes`` are those that the file declares.

    What cannot be written as an IRI is left out, and ``unsound`` hears why.

    >>> list(ntriples([Statement("HP:0003394", "label", "Muscle spasm")], {}))
    [b'<http://purl.obolibrary.org/obo/HP_0003394> <http://www.w3.org/2000/01/rdf-schema#label> "Muscle spasm" .\\n']
    """
    lines: list[str] = []
    last = subject = ""  # the statements of a term stand together
    predicates = dict(PREDICATES)
    for term, field, value, link in statements:
        try:
            if term != last:
                subject, last = iri(term, prefixes), term
            predicate = predicates.get(field) or predicates.setdefault(field, iri(field, prefixes))
            if field in ("obsolete", "header"):
                written = _TRUE
            elif link or field in _LINKS:
                written = f"<{iri(value, prefixes)}>"
            else:
                written = literal(value)
        except IdentifierError as error:
            unsound(error.reason)
            continue
        lines.append(f"<{subject}> <{predicate}> {written} .\n")
        if len(lines) >= _CHUNK:
            yield "".join(lines).encode("utf-8", "replace")
            lines.clear()
    if lines:
        yield "".join(lines).encode("utf-8", "replace")
