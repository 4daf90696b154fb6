"""Reading what users bring: an ontology in RDF/XML against the bare engine, a mapping set against the sssom package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox

from benchmarks.measure import compare, cpu, report
from spasmkg import sssom
from spasmkg.store.oxigraph import OxigraphStore
from spasmkg.vocabularies.formats import recognise
from spasmkg.vocabularies.sources import open_sources
from spasmkg.vocabularies.statements import Release

_OWL = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
 xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:oboInOwl="http://www.geneontology.org/formats/oboInOwl#">
<owl:Ontology rdf:about="http://purl.obolibrary.org/obo/hp.owl"/>
"""
_CLASS = """<owl:Class rdf:about="http://purl.obolibrary.org/obo/HP_{0:07}"><rdfs:label>finding number {0}</rdfs:label>
<rdfs:subClassOf rdf:resource="http://purl.obolibrary.org/obo/HP_{1:07}"/>
<oboInOwl:hasExactSynonym>sign number {0}</oboInOwl:hasExactSynonym>
<oboInOwl:hasDbXref>UMLS:C{0:07}</oboInOwl:hasDbXref></owl:Class>
"""
_PACKAGE = """import sys, time
from sssom.parsers import parse_sssom_table
begun = time.process_time()
parse_sssom_table(sys.argv[1])
print(time.process_time() - begun)
"""


def files() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        _owl(Path(scratch))
        _sets(Path(scratch))


def _owl(scratch: Path) -> None:
    path = scratch / "hp.owl"
    path.write_text(_OWL + "".join(_CLASS.format(i, i // 7) for i in range(1, 20_001)) + "</rdf:RDF>\n")
    form, sources = recognise(open_sources([path]))
    graph = "https://w3id.org/spasmkg/graph/vocabulary/HP"

    def ours() -> None:
        store = OxigraphStore(ox.Store(str(scratch / "ours")))
        media = form.media(sources[0])
        store.bulk(path.name, form.stream(sources[0], Release()), media, graph)

    def raw() -> None:
        store = ox.Store(str(scratch / "raw"))
        store.bulk_load(path=str(path), format=ox.RdfFormat.RDF_XML, to_graph=ox.NamedNode(graph))

    def timed(work, name: str) -> float:  # type: ignore[no-untyped-def]
        shutil.rmtree(scratch / name, ignore_errors=True)
        return cpu(work)

    compare("OWL of 20,000 classes, loaded | bare engine", lambda: timed(ours, "ours"), lambda: timed(raw, "raw"), 1.3)


def _sets(scratch: Path) -> None:
    judge = Path(os.environ.get("SPASMKG_JUDGES", Path(sys.prefix, "judges")), "bin", "python")
    path = scratch / "set.sssom.tsv"
    header = {"mapping_set_id": "https://w3id.org/spasmkg/mappings/HP", "license": "https://example.org/licence"}
    maps = {"HP": "http://purl.obolibrary.org/obo/HP_", "umls": "http://linkedlifedata.com/resource/umls/id/"}
    row = {"predicate_id": "skos:exactMatch", "mapping_justification": "semapv:LexicalMatching", "confidence": "0.9"}
    rows = [
        {"subject_id": f"HP:{i:07}", "subject_label": f"finding {i}", "object_id": f"umls:C{i:07}", **row}
        for i in range(8_000)
    ]
    path.write_text(sssom.write({"curie_map": maps, **header}, rows))
    if not judge.is_file():
        print("mapping set of 8,000 rows | sssom package: not measured, make test installs that package")
        return
    a = min(cpu(lambda: list(sssom.read(path.open(newline=""))[1])) for _ in range(5))
    done = subprocess.run([judge, "-c", _PACKAGE, path], capture_output=True, text=True, check=True)
    b = float(done.stdout.split()[-1])
    report("mapping set of 8,000 rows, read | sssom package", a, b, a / b, 1 / 50)
