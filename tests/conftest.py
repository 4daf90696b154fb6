"""Fixtures: ``kg``, the bundled graph; ``judge``, the same dataset in rdflib, for comparing two engines."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

import spasmkg
from spasmkg.cli import main
from spasmkg.kg import KnowledgeGraph

os.environ["SPASMKG_DATA"] = tempfile.mkdtemp(prefix="spasmkg-data-")  # no vocabularies of the person who tests
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
def article() -> str:
    """A copy of the article: named by SPASMKG_ARTICLE."""
    where = os.environ.get("SPASMKG_ARTICLE", "")
    if not where or not Path(where).is_file():
        pytest.skip("no copy of the article: set SPASMKG_ARTICLE")
    return where


@pytest.fixture
def run(capfdbinary):
    """The command line: exit code, standard output, standard error; a traceback fails the test."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return code, out.decode(), err.decode()

    return call
