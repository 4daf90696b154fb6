"""``make bench``: each promise on speed, measured side by side in one run, with the ratio and its bound.

Figures are processor time (user and system), the median of several turns taken alternately, so that a busy machine
changes both sides alike. A line ends in ``ok`` or ``MISSED``; the exit code is 1 where a bound was missed.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox

import spasmkg
from benchmarks.files import files
from benchmarks.graphs import graphs
from benchmarks.measure import compare, cpu, missed, process_cpu, report
from benchmarks.names import names
from benchmarks.pages import pages
from benchmarks.server import server
from spasmkg import cache, competency
from spasmkg import namespaces as ns
from spasmkg.kg import KnowledgeGraph
from spasmkg.rules import close, compile_rules
from spasmkg.store.oxigraph import OxigraphStore

NAME = "drug-side-effects"


def fresh_process() -> None:
    home, _ = cache.bundled()
    query = competency.load(NAME).text
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder, "bare.py")
        bare.write_text(
            "import sys, pyoxigraph as ox\n"
            f"result = ox.Store.read_only({home + '/store'!r}).query({query!r})\n"
            "sys.stdout.buffer.write(result.serialize(format=ox.QueryResultsFormat.TSV))\n"
        )
        command = str(Path(sys.executable).with_name("spasmkg"))
        ours = [command] if os.access(command, os.X_OK) else [sys.executable, "-m", "spasmkg"]
        compare(
            "spasmkg query, fresh process | bare pyoxigraph script",
            lambda: process_cpu(*ours, "query", NAME),
            lambda: process_cpu(sys.executable, str(bare)),
            2.5,
            15,
        )


def facade() -> None:
    store = ox.Store()
    p, q = ox.NamedNode("https://example.org/p"), ox.NamedNode("https://example.org/q")
    for i in range(100_000):
        s = ox.NamedNode(f"https://example.org/thing/{i}")
        store.add(ox.Quad(s, p, ox.Literal(f"name {i}", language="en")))
        store.add(ox.Quad(s, q, ox.Literal(i)))
    kg = KnowledgeGraph(OxigraphStore(store))
    query = "SELECT ?s ?name ?n { ?s <https://example.org/p> ?name ; <https://example.org/q> ?n }"

    def read(rows: object) -> None:
        for row in rows:  # type: ignore[attr-defined]
            row[0], row[1], row[2]

    compare(
        "100,000 rows read once, facade | raw",
        lambda: cpu(lambda: read(kg.query(query).rows)),
        lambda: cpu(lambda: read(store.query(query))),
        1.2,
    )
    tsv = ox.QueryResultsFormat.TSV
    compare(
        "100,000 rows as TSV, facade | raw",
        lambda: cpu(lambda: kg.query(query).serialize("tsv")),
        lambda: cpu(lambda: store.query(query).serialize(format=tsv)),
        1.2,
    )
    a, b = cpu(lambda: kg.query(query).rdflib()), cpu(lambda: read(store.query(query)))
    report("100,000 rows as rdflib terms | raw reading", a, b, a / b, None)


def closure() -> None:
    import owlrl
    import rdflib

    from spasmkg.store import memory

    kg = spasmkg.open()
    layers = [ns.graph(x) for x in ("ontology", "entities", "groupings", "article", "edges")]
    data = kg.store.dump("ntriples", layers, {})

    def ours() -> float:
        store = memory()
        store.load([("data", data, "")])
        return cpu(lambda: close(store, compile_rules(store), [""]))

    graph = rdflib.Graph()
    graph.parse(data=data, format="nt")
    theirs = cpu(lambda: owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph))
    a = statistics.median(ours() for _ in range(3))
    report("closure by compiled rules | owlrl", a, theirs, a / theirs, 1 / 30)


def questions() -> None:
    kg = spasmkg.open()
    begun = time.process_time()
    judge = kg.rdflib()
    loaded = time.process_time() - begun
    print(f"{'(loading the dataset into rdflib)':<62} {1000 * loaded:10.1f} ms")
    ours = theirs = 0.0
    for question in (q for q in competency.all_questions() if not (q.endpoint or q.vocabularies)):
        ours += cpu(lambda text=question.text: kg.store.query(text).serialize("tsv"))  # type: ignore[misc, union-attr]
        theirs += cpu(lambda text=question.text: list(judge.query(text)))  # type: ignore[misc]
    report("all competency questions, spasmkg | rdflib", ours, theirs, ours / theirs, 1.0)


def main() -> int:
    print(f"{spasmkg.__name__} {spasmkg.__version__}, Python {sys.version.split()[0]}, pyoxigraph {ox.__version__}\n")
    for measure in (fresh_process, facade, closure, questions, files, graphs, names, server, pages):
        measure()
    print(f"\n{len(missed)} bounds missed" if missed else "\nall bounds kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
