"""Fixtures: ``kg``, the bundled graph, ``linked``, the same with vocabularies; ``judge``, a dataset in rdflib, for comparing
two engines."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

import spasmkg
from spasmkg import cache, importing
from spasmkg.cli import main
from spasmkg.kg import KnowledgeGraph

os.environ["SPASMKG_DATA"] = tempfile.mkdtemp(prefix="spasmkg-data-")  # no vocabularies of the person who tests
atexit.register(shutil.rmtree, os.environ["SPASMKG_DATA"], ignore_errors=True)
LINKED = Path(__file__).parent / "vocabularies" / "files" / "linked"
collect_ignore_glob = ["**/conftest.py"]  # they hold fixtures, not tests
collect_ignore = ["validate_sssom.py"]  # run by the judges' Python
settings.register_profile("steady", derandomize=True, deadline=None)  # the clock decides no test
settings.register_profile("search", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def kg() -> KnowledgeGraph:
    return spasmkg.open()


@pytest.fixture(scope="session")
def judge(kg):
    return kg.rdflib()


@pytest.fixture(scope="session")
def linked_folder(kg, tmp_path_factory):
    """A graph folder with the small vocabularies of ``vocabularies/files/linked``."""
    bundled, dataset = cache.bundled()
    folder = tmp_path_factory.mktemp("linked") / "graph"
    shutil.copytree(f"{bundled}/store", folder / "store")
    (folder / "dataset").write_text(dataset)
    for path in sorted(LINKED.iterdir()):
        importing.add(folder, [path])
    return folder


@pytest.fixture(scope="session")
def linked(linked_folder) -> KnowledgeGraph:
    """The bundled graph with small vocabularies loaded, for questions that ask them."""
    return spasmkg.open(linked_folder)


@pytest.fixture(scope="session")
def linked_judge(linked):
    return linked.rdflib([v.prefix for v in linked.vocabularies()])


@pytest.fixture(scope="session")
def article() -> str:
    """A copy of the article: named by SPASMKG_ARTICLE."""
    where = os.environ.get("SPASMKG_ARTICLE", "")
    if not where or not Path(where).is_file():
        pytest.skip("no copy of the article: set SPASMKG_ARTICLE")
    return where


@pytest.fixture(scope="session")
def judge_python() -> str:
    """A Python with the programs of others that judge our files: in the folder that SPASMKG_JUDGES names."""
    where = Path(os.environ.get("SPASMKG_JUDGES", ""), "bin", "python")
    if not where.is_file():
        pytest.skip("no judges: run make test, or set SPASMKG_JUDGES")
    return str(where.absolute())


@pytest.fixture
def run(capfdbinary):
    """The command line: exit code, standard output, standard error; a traceback fails the test."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return code, out.decode(), err.decode()

    return call
