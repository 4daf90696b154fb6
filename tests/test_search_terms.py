"""Search among the terms of loaded vocabularies and imported graphs."""

from __future__ import annotations

import pytest

NODES = "id\tcategory\tname\nNCBIGene:2550\tbiolink:Gene\tGABBR1\nHP:0002315\tbiolink:PhenotypicFeature\tHeadache\n"
EDGES = "id\tsubject\tpredicate\tobject\nurn:e1\tHP:0002315\tbiolink:related_to\tNCBIGene:2550\n"


@pytest.fixture
def imported(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SPASMKG_DATA", str(tmp_path / "data"))
    (tmp_path / "m_nodes.tsv").write_text(NODES)
    (tmp_path / "m_edges.tsv").write_text(EDGES)
    assert run("vocab", "add", str(tmp_path / "m_nodes.tsv"), str(tmp_path / "m_edges.tsv"), "--as", "monarch")[0] == 0


def test_a_term_of_an_imported_graph_is_found_by_name_by_a_slip_and_by_part_of_it(imported, run):
    for words in ("GABBR1", "gabbr1", "GABBR"):
        code, out, _ = run("search", words, "--vocabulary", "monarch", "--format", "csv")
        assert code == 0
        assert out.splitlines()[1].startswith("http://identifiers.org/ncbigene/2550,GABBR1,")
    _, out, _ = run("search", "headahce", "--vocabulary", "monarch", "--format", "csv")
    assert "HP_0002315" in out


def test_what_is_in_no_such_vocabulary_is_not_found_there(imported, run):
    code, out, err = run("search", "baclofen", "--vocabulary", "monarch", "--format", "csv")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "nothing is called" in err
    assert run("search", "x", "--vocabulary", "absent")[0] == 1
    assert run("search", "x", "--vocabulary", "monarch", "--kind", "Drug")[0] == 2


def test_hostile_words_are_words(imported, run):
    for words in ('"', "'} ?s ?p ?o #", "\\", "a\nb", "<script>"):
        assert run("search", words, "--vocabulary", "monarch", "--format", "csv")[0] == 0


def test_ground_knows_every_prefix_of_an_imported_graph(imported, run):
    _, out, _ = run("ground", "GABBR1", "--format", "csv")
    assert "2550" in out
