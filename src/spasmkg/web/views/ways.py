"""The addresses that links of the pages lead to, below the path under which a proxy shows the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from spasmkg import namespaces as ns
from spasmkg.namespaces import local
from spasmkg.web.address import href, quoted

__all__ = ["Pairs", "Ways", "pairs_of", "short"]

Pairs = Sequence[tuple[str, str]]


def short(iri: str) -> str:
    """A thing as an address names it: an entity by its slug, all else by CURIE or IRI.

    >>> short("https://w3id.org/spasmkg/baclofen"), short("https://w3id.org/spasmkg/claim/drugs-1-9")
    ('baclofen', 'claim:drugs-1-9')
    """
    name = iri.removeprefix(ns.SPASM)
    return name if name != iri and "/" not in name else ns.contract(iri)


def pairs_of(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The parameters of the address of a page, one pair for each value."""
    return [(name, value) for name, values in arguments["values"].items() for value in values]


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses below a prefix.

    >>> Ways("/kg").question("drug-side-effects", [("drug", "leg cramp")])
    '/kg/questions/drug-side-effects?drug=leg+cramp'
    """

    prefix: str = ""

    def to(self, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """A page of ours with its parameters."""
        query = urlencode([*pairs])
        return f"{self.prefix}{quoted(path)}{f'?{query}' if query else ''}"

    def thing(self, iri: str) -> str:
        """The page of a thing; "" where there is none."""
        return href(iri, self.prefix)

    def question(self, name: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """The page of a question with values."""
        return self.to(f"/questions/{name}", pairs)

    def run(self, name: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """The answer to a question as data."""
        return self.to(f"/api/queries/{name}/run", pairs)

    def proof(self, subject: str, predicate: str, object: str) -> str:  # noqa: A002
        """Why an edge or a role holds; the terms are IRIs."""
        relation = "a" if predicate == ns.RDF_TYPE else short(predicate)
        return self.to("/proof", [("subject", short(subject)), ("predicate", relation), ("object", short(object))])

    def withdraw(self, claims: Iterable[str]) -> str:
        """What falls with some claims, given by their IRIs."""
        return self.to("/withdraw", [("claim", local(c) if "/claim/" in c else c) for c in claims])

    def sparql(self, text: str) -> str:
        """A query in the editor."""
        return self.to("/query", [("query", text)])
