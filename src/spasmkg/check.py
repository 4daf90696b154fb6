"""Whether a graph is sound: the verify queries, the article, OWL, and the shapes of what a person adds."""

from __future__ import annotations

from spasmkg import namespaces as ns
from spasmkg.errors import MissingExtraError
from spasmkg.store import Store

__all__ = ["shape_problems"]


def shape_problems(store: Store) -> list[str]:
    """What the user's triples (``graph:user``) break of the SHACL shapes (https://www.w3.org/TR/shacl/).

    Raises MissingExtraError where pySHACL is not installed.
    """
    try:
        from pyshacl import validate
    except ImportError:
        raise MissingExtraError("shapes", "checking shapes") from None
    import rdflib

    def graph(*names: str) -> rdflib.Graph:
        made = rdflib.Graph()
        made.parse(data=store.dump("ntriples", names, {}), format="nt")
        return made

    user = graph(ns.graph("user"))
    merged = graph("")
    shapes = graph(ns.graph("shapes"))
    _, report, _ = validate(merged, shacl_graph=shapes, inference="none", advanced=False)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    subjects = set(user.subjects())
    problems = []
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        node = report.value(result, sh.focusNode)
        if node in subjects:
            path = report.value(result, sh.resultPath)
            message = report.value(result, sh.resultMessage)
            problems.append(f"{ns.contract(str(node))} {ns.contract(str(path)) if path else ''}: {message}")
    return sorted(set(problems))
