"""From ontology files to a ready dataset: named graphs, edges, inferred edges, and the merge that people query.

Each Turtle file fills one layer, a section's file two: its claims and its entities. Edges are made from claims by
the queries of ``queries/construct``; what follows is added by :mod:`spasmkg.rules`; the default graph receives each
triple of the merged layers once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spasmkg import mappings, resources
from spasmkg import namespaces as ns
from spasmkg.errors import BuildError, StoreError
from spasmkg.model import Triple
from spasmkg.namespaces import local
from spasmkg.resources import dataset_hash
from spasmkg.rules import Conclusion, close, compile_rules, prove
from spasmkg.store import Store, memory
from spasmkg.void import describe

__all__ = [
    "APART",
    "MERGED",
    "Finding",
    "build",
    "build_files",
    "build_layers",
    "constructed",
    "infer",
    "keep",
    "verify",
    "write",
]

MERGED = ("ontology", "entities", "groupings", "article", "claims", "edges", "inferred", "mappings")
"""Layers whose merge is the default graph."""
APART = ("proofs", "questions", "reviews", "shapes", "void")
"""Layers that are read only when named."""
_LAYER = {
    "spasmkg": "ontology",
    "article": "article",
    "groupings": "groupings",
    "shapes": "shapes",
    "reviews": "reviews",
}
_CLAIM = f"<{ns.SPASM}claim/"


def constructed(store: Store) -> dict[str, set[Triple]]:
    """By layer the triples that the claims of a store support, as the queries of ``queries/construct`` say."""
    queries = sorted((resources.queries_dir() / "construct").glob("*.rq"))
    return {q.stem.split("-", 1)[1]: set(store.construct(q.read_text(encoding="utf-8"))) for q in queries}


def build(report: Callable[[str], None] = lambda _: None) -> Store:
    """The bundled graph, built in memory from the ontology files."""
    return build_files([(p.name, p.read_bytes()) for p in resources.ontology_files()], report)


def build_files(files: Iterable[tuple[str, bytes]], report: Callable[[str], None] = lambda _: None) -> Store:
    """A graph built in memory from Turtle documents and mapping sets, given as (file name, text).

    The file name decides the layer: ``spasmkg.ttl`` is the ontology, ``article.ttl`` the source,
    ``groupings.ttl``, ``reviews.ttl`` and ``shapes.ttl`` their layers; what ends in ``.sssom.tsv`` is a mapping set;
    every other file holds entities and claims. Raises DataSyntaxError with file and line, BuildError for a mapping
    that cannot be read.
    """
    report("reading the ontology files")
    given = list(files)
    written = memory()
    written.load((name, text, _layer(name)) for name, text in given if not name.endswith(".sssom.tsv"))
    layers: dict[str, list[Triple]] = defaultdict(list)
    for name, text in given:
        if name.endswith(".sssom.tsv"):
            layers["mappings"] += mappings.triples(name, text.decode("utf-8"))
    for layer in written.graphs():
        for triple in _triples(written, layer):
            layers["claims" if triple[0].startswith(_CLAIM) else local(layer)].append(triple)
    store = build_layers(layers, report)
    store.insert([*describe(store, f"{ns.SPASM}dataset"), *_prefixes()], [ns.graph("void")])
    return store


def _layer(name: str) -> str:
    return ns.graph(_LAYER.get(Path(name).stem, "entities"))


def build_layers(layers: Mapping[str, Iterable[Triple]], report: Callable[[str], None] = lambda _: None) -> Store:
    """A graph built in memory from the triples of its written layers (``entities``, ``claims`` …)."""
    store = memory()
    for layer, triples in layers.items():
        store.insert(triples, [ns.graph(layer)])
    report("making edges from claims")
    for layer, edges in constructed(store).items():
        store.insert(edges, [ns.graph(layer)])
    store.merge(map(ns.graph, MERGED))
    report("inferring")
    infer(store)
    store.insert(_questions(), [ns.graph("questions")])
    return store


def infer(store: Store) -> None:
    """Add what follows from the default graph to it and to ``graph:inferred``, and the proofs to ``graph:proofs``.

    Blank nodes of user files keep their own identity; rules are compiled from all axioms of the default graph.
    """
    derivations = close(store, compile_rules(store), ["", ns.graph("inferred")])
    roles = {str(r) for (r,) in store.select("SELECT ?r WHERE { ?r rdfs:subClassOf spasm:Role }")}
    shown = [
        c for c in prove(derivations, _support(store)) if c.triple[1] != f"<{ns.RDF_TYPE}>" or c.triple[2] in roles
    ]
    store.insert(_records(shown), [ns.graph("proofs")])


def _triples(store: Store, graph: str) -> list[Triple]:
    rows = store.select(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return [(str(s), str(p), str(o)) for s, p, o in rows]


def _support(store: Store) -> dict[Triple, list[tuple[str, str]]]:
    found: dict[Triple, list[tuple[str, str]]] = defaultdict(list)
    query = """SELECT ?c ?s ?p ?o ?certainty WHERE {
        ?c rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; spasm:certainty ?certainty
        FILTER NOT EXISTS { ?c biolink:negated true } }"""
    for c, s, p, o, certainty in store.select(query):
        found[str(s), str(p), str(o)].append((c.value, certainty.value.rsplit("/", 1)[-1]))
    return found


def _records(conclusions: Iterable[Conclusion]) -> Iterable[Triple]:
    """One node for each inferred edge or role, with the claims of its shortest proof."""
    for c in conclusions:
        s, p, o = c.triple
        if not c.claims:  # follows from the ontology alone
            continue
        key = hashlib.sha256("\0".join(c.triple).encode()).hexdigest()[:20]
        node = f"<{ns.SPASM}inference/{key}>"
        yield node, f"<{ns.RDF_TYPE}>", f"<{ns.SPASM}Inference>"
        yield node, f"<{ns.RDF}subject>", s
        yield node, f"<{ns.RDF}predicate>", p
        yield node, f"<{ns.RDF}object>", o
        yield node, f"<{ns.SPASM}byRule>", '"' + c.rule.replace("\\", "\\\\").replace('"', '\\"') + '"'
        yield node, f"<{ns.SPASM}proofLength>", f'"{c.length}"^^<{ns.XSD}integer>'
        yield node, f"<{ns.SPASM}certainty>", f"<{ns.SPASM}{c.certainty}>"
        for claim in c.claims:
            yield node, f"<{ns.SPASM}derivedFrom>", f"<{claim}>"


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that a query of ``queries/verify`` returned: the check, how grave it is, and the terms concerned."""

    check: str
    severity: str
    terms: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.severity}: {self.check}: {' '.join(self.terms)}"


def verify(store: Store) -> list[Finding]:
    """Run every query of ``queries/verify``: what it returns is wrong, or, by its header, only worth a look."""
    found: list[Finding] = []
    for path in sorted((resources.queries_dir() / "verify").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        severity = "warning" if "#+ severity: warning" in text else "error"
        for row in store.select(text):
            found.append(
                Finding(path.stem, severity, tuple(ns.contract(v.value) if v is not None else "" for v in row))
            )
    return found


def _insist(store: Store) -> None:
    if wrong := [str(f) for f in verify(store) if f.severity == "error"]:
        more = [f"… and {len(wrong) - 20} more"] if len(wrong) > 20 else []
        raise BuildError("the ontology files do not pass the checks:", [*wrong[:20], *more])


def _prefixes() -> Iterable[Triple]:
    """The project's prefixes as SHACL declares them."""
    dataset, sh = f"<{ns.SPASM}dataset>", "http://www.w3.org/ns/shacl#"
    for prefix, iri in ns.prefixes().items():
        node = f"<{ns.SPASM}prefix/{prefix}>"
        yield dataset, f"<{sh}declare>", node
        yield node, f"<{ns.RDF_TYPE}>", f"<{sh}PrefixDeclaration>"
        yield node, f"<{sh}prefix>", f'"{prefix}"'
        yield node, f"<{sh}namespace>", f'"{iri}"^^<{ns.XSD}anyURI>'


def _questions() -> Iterable[Triple]:
    """The competency questions as SHACL executables, so that any tool that reads the store finds them as examples."""
    from spasmkg.competency import all_questions

    def text(value: str) -> str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return f'"{escaped}"'

    sh = "http://www.w3.org/ns/shacl#"
    for question in all_questions():
        node = f"<{ns.SPASM}question/{question.name}>"
        yield node, f"<{ns.RDF_TYPE}>", f"<{sh}SPARQLExecutable>"
        yield node, f"<{ns.RDF_TYPE}>", f"<{sh}SPARQLSelectExecutable>"
        yield node, f"<{ns.RDFS_LABEL}>", text(question.summary) + "@en"
        yield node, f"<{ns.RDFS}comment>", text(question.summary) + "@en"  # where editors look for the words
        yield node, f"<{ns.DCTERMS}description>", text(question.description) + "@en"
        yield node, f"<{sh}select>", text(question.text)
        for tag in question.tags:
            yield node, "<https://schema.org/keywords>", text(tag)


def write(directory: Path, files: Sequence[Path] | None = None, report: Callable[[str], None] = lambda _: None) -> int:
    """Build into a new folder, all or nothing; return the number of quads.

    ``files`` are Turtle files and mapping sets, by default those of the bundled graph. Raises DataSyntaxError, BuildError where the
    checks fail, StoreError where the folder is not empty or cannot be written.
    """
    chosen = list(files) if files is not None else resources.ontology_files()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StoreError(f"{directory} is not empty; name a new folder", str(directory))
    store = build_files([(p.name, p.read_bytes()) for p in chosen], report)
    report("checking")
    _insist(store)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".building-") as scratch:
            made = Path(scratch, "graph")
            _save(store, made)
            (made / "dataset").write_text(_hash_of(chosen))
            if directory.exists():
                directory.rmdir()
            made.rename(directory)
    except OSError as error:
        raise StoreError(f"{directory} could not be written: {error.strerror or error}", str(directory)) from None
    return len(store)


def _hash_of(files: Sequence[Path]) -> str:
    rest = [f for f in resources.source_files() if not f.endswith((".ttl", ".sssom.tsv"))]
    code = len(resources.CODE)
    return dataset_hash(sorted([*map(str, files), *rest[:-code]], key=os.path.basename) + rest[-code:])


def keep(folder: str, key: str, report: Callable[[str], None] = lambda _: None) -> None:
    """Build the bundled graph into its place in the cache.

    Two processes may build at once: each works in a folder of its own and the first to finish is kept.
    """
    home = Path(folder)
    home.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=home.parent, prefix=".building-"))
    try:
        store = build(report)
        report("checking")
        _insist(store)
        _save(store, scratch / "graph")
        (scratch / "graph" / "ready").write_text(key)
        try:
            (scratch / "graph").rename(home)
        except OSError:
            if not (home / "ready").is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _save(store: Store, folder: Path) -> None:
    from spasmkg.search import write_index

    folder.mkdir()
    store.save(folder / "store")
    write_index(store, folder / "search.sqlite")
