"""Any table of identifiers and names."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import FILES, Reading, read

from spasmkg import importing
from spasmkg.errors import DataSyntaxError, UsageError
from spasmkg.store import memory

TABLE = FILES / "table"


def table(tmp_path: Path, text: str, name: str = "x.csv", prefix: str = "") -> Reading:
    (tmp_path / name).write_text(text)
    return read(tmp_path, prefix=prefix)


def test_columns_are_told_by_their_usual_names():
    found = read(TABLE)
    assert (found.format, found.prefix) == ("table", "HP")
    assert found.about("HP:0003394") == {
        ("label", "Muscle spasm"),
        ("exact", "Muscle cramps"),
        ("exact", "Cramps of muscles"),
        ("exact", "Cramp of muscle"),
        ("definition", 'A "sudden" shortening.'),
        ("xref", "umls:C0026821"),
        ("xref", "snomedct:55300003"),
        ("kind", "phenotype"),
        ("parent", "HP:0011804"),
    }
    assert found.values("HP:0002487", "obsolete") == ["true"]
    assert found.values("HP:0002487", "replaced_by") == ["HP:0003394"]


def test_what_is_left_out_is_told():
    ledger = read(TABLE).ledger
    assert ledger.skipped == {"term left out: not the form of HP": 1, "no name": 1}
    assert ledger.warnings == {
        "reference left out: unknown prefix": 1,
        "parent left out: no identifier, and no name in this table": 1,
    }


def test_a_parent_may_be_given_by_its_name(tmp_path):
    found = table(tmp_path, "id,label,subClassOf\nDOID:1,a thing,\nDOID:2,another,A Thing\n")
    assert found.values("DOID:2", "parent") == ["DOID:1"]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(tmp_path, separator):
    found = table(
        tmp_path, "\n".join(separator.join(r) for r in (["code", "name"], ["55300003", "Cramp"])), prefix="snomedct"
    )
    assert found.about("snomedct:55300003") == {("label", "Cramp")}


def test_a_column_may_be_called_after_its_vocabulary(tmp_path):
    rows = ["mesh_id mesh_name mesh_tree_number", "D009120 Cramp C05.651.475", "D009135 Diseases C05.651"]
    found = table(tmp_path, "\n".join(row.replace(" ", "\t") for row in rows), "x.tsv")
    assert found.prefix == "mesh"
    assert found.about("mesh:D009120") == {
        ("label", "Cramp"),
        ("kind", "disease"),
        ("kind", "C05.651.475"),
        ("parent", "mesh:D009135"),
    }


def test_results_of_a_query_are_read(tmp_path):
    text = '?term\t?term_label\t?layperson\n<http://purl.obolibrary.org/obo/HP_0003394>\t"Muscle \\"spasm\\""@en\t"Cramp"\n'
    found = table(tmp_path, text, "x.tsv")
    assert found.about("HP:0003394") == {("label", 'Muscle "spasm"'), ("exact", "Cramp")}


def test_a_table_of_translations_gives_the_names_by_their_predicate(tmp_path):
    text = (
        "subject_id\tpredicate_id\tsource_value\ttranslation_value\n"
        "HP:0003394\trdfs:label\tMuscle spasm\tx\n"
        "HP:0003394\toboInOwl:hasExactSynonym\tMuscle cramps\tx\n"
        "HP:0003394\tIAO:0000115\tA sudden shortening.\tx\n"
        "HP:0003394\trdfs:comment\tA remark.\tx\n"
    )
    found = table(tmp_path, text, "x.tsv")
    assert found.about("HP:0003394") == {
        ("label", "Muscle spasm"),
        ("exact", "Muscle cramps"),
        ("definition", "A sudden shortening."),
    }
    assert found.ledger.skipped == {"not taken up: predicate": 1}


def test_the_csv_of_bioportal_is_read(tmp_path):
    text = (
        "Class ID,Preferred Label,Synonyms,Definitions,Obsolete,CUI,Semantic Types,Parents\n"
        "http://purl.bioontology.org/ontology/RXNORM/1292,Baclofen,Baclophen|Baclofenum,,false,C0004609,"
        "http://purl.bioontology.org/ontology/STY/T109|http://purl.bioontology.org/ontology/STY/T121,"
        "http://purl.bioontology.org/ontology/RXNORM/7715\n"
    )
    found = table(tmp_path, text)
    assert found.prefix == "rxnorm"
    assert found.about("rxnorm:1292") == {
        ("label", "Baclofen"),
        ("exact", "Baclophen"),
        ("exact", "Baclofenum"),
        ("xref", "umls:C0004609"),
        ("kind", "T109"),
        ("kind", "T121"),
        ("parent", "rxnorm:7715"),
    }


def test_a_table_without_names_may_stand_beside_one_with_names(tmp_path):
    (tmp_path / "map.tsv").write_text("drugbank_id\tchebi_id\nDB00181\t2972\n")
    found = table(tmp_path, "drugbank_id\tname\nDB00181\tBaclofen\n", "names.tsv")
    assert found.about("drugbank:DB00181") == {("label", "Baclofen"), ("xref", "CHEBI:2972")}
    (tmp_path / "names.tsv").unlink()
    with pytest.raises(DataSyntaxError, match="no column of names; its columns are drugbank_id, chebi_id"):
        read(tmp_path)


@pytest.mark.parametrize("other", ["mesh_id\tmesh_name\nD009120\tMuscle Cramp\n", "code\tname\n1\tone\n"])
def test_tables_of_several_vocabularies_are_not_mixed(tmp_path, other):
    (tmp_path / "a.tsv").write_text(other)
    with pytest.raises(DataSyntaxError, match="tables of several vocabularies"):
        table(tmp_path, "drugbank_id\tname\nDB00181\tBaclofen\n", "names.tsv", prefix="drugbank")


@pytest.mark.parametrize("header", ["a,b", "subject_id,predicate_id,object_id,subject_label", "name,colour", "id"])
def test_other_tables_are_not_recognised(tmp_path, header):
    with pytest.raises(DataSyntaxError, match="not the layout of a vocabulary"):
        table(tmp_path, header + "\n1,2\n")


def test_bare_identifiers_need_the_name_of_their_vocabulary(tmp_path):
    memory().save(tmp_path / "graph" / "store")
    path = tmp_path / "x.csv"
    path.write_text("code,name\nR25.2,Cramp and spasm\n")
    with pytest.raises(UsageError, match="name it with --as"):
        importing.add(tmp_path / "graph", [path])
    made, _ = importing.add(tmp_path / "graph", [path], "icd10cm")
    assert (made.prefix, made.terms) == ("icd10cm", 1)


def test_columns_that_are_mixed_up_are_refused(tmp_path):
    memory().save(tmp_path / "graph" / "store")
    path = tmp_path / "x.csv"
    path.write_text("label,id\n" + "".join(f"HP:000339{i},Muscle spasm {i}\n" for i in range(9)))
    with pytest.raises(UsageError):
        importing.add(tmp_path / "graph", [path], "HP")


def test_a_quote_in_a_tab_separated_table_is_a_letter_like_others(tmp_path):
    text = 'id\tlabel\txref\nHP:0003394\tMuscle spasm of 5"\t\nHP:0002487\t"Open\tUMLS:C0026821\n'
    found = table(tmp_path, text, "x.tsv")
    assert found.values("HP:0003394", "label") == ['Muscle spasm of 5"']
    assert found.values("HP:0002487", "label") == ['"Open']
    assert found.ledger.kept == 2


def test_a_quoted_field_may_hold_tabs_and_lines(tmp_path):
    text = 'id\tlabel\tdefinition\nHP:0003394\t"Muscle\tspasm"\t"One.\n\nTwo."\nHP:0002487\tx\ty\n'
    found = table(tmp_path, text, "x.tsv")
    assert found.about("HP:0003394") == {("label", "Muscle\tspasm"), ("definition", "One.\n\nTwo.")}
    assert found.ledger.read == found.ledger.kept == 2
