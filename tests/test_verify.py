"""Every check passes on the bundled graph and fails on its own smallest counterexample."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from spasmkg import build, resources

CHECKS = sorted(p.stem for p in (resources.queries_dir() / "verify").glob("*.rq"))
INVALID = Path(__file__).parent / "invalid"


def rows(check: str, store: ox.Store) -> list[str]:
    query = (resources.queries_dir() / "verify" / f"{check}.rq").read_text(encoding="utf-8")
    return [str(list(row)) for row in store.query(query)]


def test_the_bundled_graph_passes_every_check(kg):
    assert [str(f) for f in build.verify(kg.store)] == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_refuses_its_counterexample(check):
    store = ox.Store()
    store.load(path=INVALID / f"{check}.trig", format=ox.RdfFormat.TRIG)
    assert rows(check, store), f"{check} finds nothing wrong with tests/invalid/{check}.trig"


def test_every_counterexample_belongs_to_a_check():
    assert sorted(p.stem for p in INVALID.glob("*.trig")) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_says_what_it_asks_and_how_grave_it_is(check):
    text = (resources.queries_dir() / "verify" / f"{check}.rq").read_text(encoding="utf-8")
    assert text.startswith("#+ summary: ")
    assert text.splitlines()[0].endswith("?")
    assert "#+ severity: error\n" in text or "#+ severity: warning\n" in text
