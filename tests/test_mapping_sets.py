"""The mapping sets: complete, well-formed, each row about an entity of the graph, and every check has a row it refuses."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

import pytest

from spasmkg import namespaces as ns
from spasmkg import resources
from spasmkg.model import Term

NO_TERM = "sssom:NoTermFound"
PREDICATES = {f"skos:{p}Match" for p in ("exact", "close", "broad", "narrow", "related")}
HEADER = (
    "sssom_version",
    "curie_map",
    "mapping_set_id",
    "mapping_set_version",
    "mapping_set_title",
    "mapping_set_description",
    "license",
    "subject_source",
    "subject_source_version",
    "other",
)
COLUMNS = (
    "subject_id",
    "subject_label",
    "subject_category",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "object_category",
    "mapping_justification",
    "object_source",
    "object_source_version",
    "confidence",
    "reviewer_label",
    "comment",
)
CONDITIONS = ("Spasm", "Disease", "Finding", "DeficiencyState", "LifeState")
SUBSTANCES = ("Drug", "Supplement", "Nutrient", "MolecularEntity", "Biologic", "Preparation")
INTERVENTIONS = ("Therapy", "Procedure")
SITES = ("AnatomicalSite", "Cell")
COVERS = {
    **dict.fromkeys(("HP", "MONDO", "DOID", "SYMP", "icd10cm"), CONDITIONS),
    **dict.fromkeys(("CHEBI", "atc"), (*SUBSTANCES, "DrugClass")),
    **dict.fromkeys(("rxnorm", "drugbank"), SUBSTANCES),  # they know no classes of drugs
    "MAXO": ("Test", *INTERVENTIONS),
    "loinc": ("Test",),
    "UBERON": SITES,
    "snomedct": (*CONDITIONS, "Test", *INTERVENTIONS),
    **dict.fromkeys(("umls", "mesh", "NCIT"), (*CONDITIONS, *SUBSTANCES, "DrugClass", "Test", *INTERVENTIONS, *SITES)),
    "OAE": (),  # what is a side effect, see below
}
SCHEMA_SETS = ("biolink", "RO", "sio", "schema")
_SEVEN = r"\d{7}"
PATTERNS = {
    **{p: rf"{p}:{_SEVEN}" for p in ("HP", "MONDO", "SYMP", "MAXO", "UBERON", "OAE")},
    "DOID": r"DOID:\d{1,7}",
    "CHEBI": r"CHEBI:\d{1,6}",
    "NCIT": r"NCIT:C\d{2,6}",
    "umls": r"umls:C\d{7}",
    "mesh": r"mesh:[CD]\d{6,9}",
    "snomedct": r"snomedct:\d{6,18}",
    "icd10cm": r"icd10cm:[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4}|-[A-Z]\d[0-9A-Z])?",  # a code or a block of them
    "rxnorm": r"rxnorm:\d{1,8}",
    "atc": r"atc:[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?",
    "loinc": r"loinc:(LP)?\d{1,7}-\d",
    "drugbank": r"drugbank:DB\d{5}",
    "biolink": r"biolink:([A-Z][A-Za-z]+|[a-z][a-z_]+)",
    "RO": rf"(RO|BFO|OGMS):{_SEVEN}",
    "sio": r"sio:\d{6}",
    "schema": r"schema:[A-Za-z]+",
}
_D = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_P = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def verhoeff(digits: str) -> bool:
    """Whether the last digit is the check digit of the others, as in SNOMED CT."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_D[check][int(_P[place % 8][int(digit)])])
    return check == 0


def mod10(code: str) -> bool:
    """Whether the digit after the hyphen is the check digit of those before it, as in LOINC (Luhn); LP counts as 37."""
    number, check = code.replace("LP", "37").split("-")
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(number))]
    return (sum(d // 10 + d % 10 for d in doubled) + int(check)) % 10 == 0


CHECK_DIGITS = {"snomedct": verhoeff, "loinc": mod10}


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One file: its prefix, the lines of its header without ``#``, its columns, its rows."""

    name: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def parse(name: str, text: str) -> MappingSet:
    lines = text.splitlines()
    header = tuple(line.removeprefix("#") for line in lines if line.startswith("#"))
    table = csv.reader(lines[len(header) :], delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = tuple(next(table))
    rows = list(table)
    assert {len(row) for row in rows} <= {len(columns)}, f"{name}: a row has too few or too many cells"
    return MappingSet(name, header, columns, tuple(dict(zip(columns, row, strict=True)) for row in rows))


def faults_of_header(found: MappingSet) -> list[str]:
    keys = [line.split(":")[0] for line in found.header if not line.startswith(" ")]
    wrong = [] if keys == list(HEADER) else [f"header has {keys}"]
    wanted = tuple(c for c in COLUMNS if c != "reviewer_label" or c in found.columns)
    wrong += [] if found.columns == wanted else [f"columns are {found.columns}"]
    wrong += (
        []
        if f"mapping_set_id: https://w3id.org/spasmkg/mappings/{found.name}" in found.header
        else ["mapping_set_id is not the set's own"]
    )
    declared = dict(line.strip().split(": ", 1) for line in found.header if line.startswith("  "))
    known = ns.prefixes()
    wrong += [f"prefix {p} stands for {iri}" for p, iri in declared.items() if known.get(p) != iri]
    ids = (
        "subject_id",
        "subject_category",
        "predicate_id",
        "object_id",
        "object_category",
        "mapping_justification",
        "object_source",
    )
    used = {row[c].split(":")[0] for row in found.rows for c in ids if ":" in row.get(c, "")}
    used |= {"spasm"}  # the subject_source
    wrong += [f"prefix {p} is declared and not used" for p in sorted(set(declared) - used)]
    return wrong + [f"prefix {p} is used and not declared" for p in sorted(used - set(declared))]


def faults_of_row(found: MappingSet, row: dict[str, str], known: dict[str, tuple[str, str]]) -> list[str]:
    wrong = []
    if known.get(row["subject_id"]) != (row["subject_label"], row["subject_category"]):
        wrong.append("no subject of that label and kind in the graph")
    if row["predicate_id"] not in PREDICATES:
        wrong.append("predicate is none of the five")
    if row["predicate_modifier"] not in ("", "Not"):
        wrong.append("predicate_modifier is neither empty nor Not")
    if row["predicate_modifier"] == "Not" and row["predicate_id"] != "skos:exactMatch":
        wrong.append("a Not row denies another predicate than exactMatch")
    object_id = row["object_id"]
    if object_id == NO_TERM:
        if row["predicate_modifier"] or row["predicate_id"] != "skos:exactMatch" or row["object_label"]:
            wrong.append("NoTermFound with a modifier, a label or another predicate than exactMatch")
        if row["object_source"] != f"source:{found.name}":
            wrong.append("NoTermFound does not name its vocabulary")
    elif not re.fullmatch(PATTERNS[found.name], object_id):
        wrong.append("object is no identifier of the vocabulary")
    elif not CHECK_DIGITS.get(found.name, bool)(object_id.split(":")[1]):
        wrong.append("check digit is wrong")
    elif not row["object_label"] and "no label for this id" not in row["comment"]:
        wrong.append("neither an object label nor a comment that there is none")
    if row["mapping_justification"] != "semapv:ManualMappingCuration":
        wrong.append("justification is not a curator's")
    if not re.fullmatch(r"source:[\w./-]+", row["object_source"]) or not row["object_source_version"]:
        wrong.append("object source or its version is missing")
    if not re.fullmatch(r"0\.[5-9]\d|1\.00", row["confidence"]):
        wrong.append("confidence is not between 0.50 and 1.00")
    if row.get("reviewer_label", "") not in ("", "second reading"):
        wrong.append("reviewer_label is neither empty nor second reading")
    if any('"' in cell or cell != cell.strip() for cell in row.values()):
        wrong.append("a cell has a quotation mark or a space at its end")
    return [f"{row['subject_id']} {object_id}: {w}" for w in wrong]


def faults_of_rows_together(found: MappingSet) -> list[str]:
    keys = [(r["subject_id"], r["predicate_id"], r["predicate_modifier"], r["object_id"]) for r in found.rows]
    wrong = [] if keys == sorted(keys) else ["rows are not sorted"]
    pairs = Counter((r["subject_id"], r["object_id"]) for r in found.rows)
    wrong += [f"{s} {o}: twice, or both positive and Not" for (s, o), n in pairs.items() if n > 1]
    positive = [r for r in found.rows if not r["predicate_modifier"] and r["object_id"] != NO_TERM]
    bare = Counter(r["subject_id"] for r in positive if r["predicate_id"] == "skos:exactMatch" and not r["comment"])
    exact = Counter(r["subject_id"] for r in positive if r["predicate_id"] == "skos:exactMatch")
    wrong += [f"{s}: several exactMatch without a reason" for s, n in exact.items() if n > 1 and bare[s] > 1]
    mapped = {r["subject_id"] for r in positive}
    nothing = {r["subject_id"] for r in found.rows if r["object_id"] == NO_TERM}
    return wrong + [f"{s}: a row and NoTermFound" for s in sorted(mapped & nothing)]


def faults(found: MappingSet, known: dict[str, tuple[str, str]]) -> list[str]:
    if not set(found.columns) >= set(COLUMNS) - {"reviewer_label"}:
        return faults_of_header(found)
    return [
        *faults_of_header(found),
        *(fault for row in found.rows for fault in faults_of_row(found, row, known)),
        *faults_of_rows_together(found),
    ]


def uncovered(found: MappingSet, wanted: set[str]) -> set[str]:
    """What has neither a positive row nor NoTermFound: a Not row says only what it is not."""
    return wanted - {r["subject_id"] for r in found.rows if not r["predicate_modifier"]}


FILES = {p.name: p for p in sorted((resources.ontology_dir() / "mappings").glob("*.tsv"))}
SETS = {
    name.removeprefix("spasm-to-").removesuffix(".sssom.tsv"): path.read_text(encoding="utf-8")
    for name, path in FILES.items()
    if name.endswith(".sssom.tsv")
}


def curie(term: Term) -> str:
    return term.value.replace("https://w3id.org/spasmkg/", "spasm:").replace("http://www.w3.org/2002/07/owl#", "owl:")


@pytest.fixture(scope="module")
def known(kg) -> dict[str, tuple[str, str]]:
    """Every entity, class and object property with its label and its kind."""
    rows = kg.query(
        """SELECT ?s ?label ?kind WHERE {
             { GRAPH graph:entities { ?s a ?kind ; rdfs:label ?label } }
             UNION { GRAPH graph:ontology { ?s a ?kind ; rdfs:label ?label .
                     FILTER(?kind IN (owl:Class, owl:ObjectProperty)) } } }"""
    )
    return {curie(row["s"]): (row["label"].value, curie(row["kind"])) for row in rows.rows}


def of_kind(known: dict[str, tuple[str, str]], kinds: tuple[str, ...]) -> set[str]:
    return {s for s, (_, kind) in known.items() if kind.removeprefix("spasm:") in kinds}


@pytest.mark.parametrize("name", SETS)
def test_a_mapping_set_is_well_formed(name, known):
    assert faults(parse(name, SETS[name]), known) == []


def test_each_vocabulary_has_its_set():
    assert sorted(SETS) == sorted([*COVERS, *SCHEMA_SETS])


@pytest.mark.parametrize("name", COVERS)
def test_every_entity_has_a_row_in_each_vocabulary_that_covers_its_kind(name, known, kg):
    wanted = of_kind(known, COVERS[name])
    if name == "OAE":
        wanted = {curie(r["x"]) for r in kg.query("SELECT DISTINCT ?x WHERE { ?s spasm:hasSideEffect ?x }").rows}
    assert wanted
    assert uncovered(parse(name, SETS[name]), wanted) == set()


def test_kinds_that_vocabularies_cover_are_all_the_conditions_substances_and_sites(kg):
    for top, kinds in (("Condition", CONDITIONS), ("Substance", SUBSTANCES), ("AnatomicalSite", SITES)):
        rows = kg.query(
            f"SELECT DISTINCT ?k WHERE {{ GRAPH graph:ontology {{ ?k rdfs:subClassOf* spasm:{top} }}"
            " GRAPH graph:entities { ?x a ?k } FILTER isIRI(?k) }"
        )
        assert {curie(r["k"]).removeprefix("spasm:") for r in rows.rows} <= set(kinds), top


def test_every_class_and_object_property_has_a_biolink_term_for_export(known):
    found = parse("biolink", SETS["biolink"])
    wide = {"skos:exactMatch", "skos:closeMatch", "skos:broadMatch"}
    usable = {r["subject_id"] for r in found.rows if not r["predicate_modifier"] and r["predicate_id"] in wide}
    assert {s for s, (_, kind) in known.items() if kind.startswith("owl:")} - usable == set()


def test_a_class_goes_to_a_biolink_class_and_a_property_to_a_predicate():
    for row in parse("biolink", SETS["biolink"]).rows:
        starts_upper = row["object_id"].split(":")[1][0].isupper()
        assert starts_upper == (row["subject_category"] == "owl:Class"), row


def test_every_source_is_listed_with_its_licence_and_every_listed_source_is_used():
    lines = FILES["sources.tsv"].read_text(encoding="utf-8").splitlines()
    listed = {r["source"]: r for r in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    used = {row["object_source"] for name, text in SETS.items() for row in parse(name, text).rows}
    assert used == set(listed)
    for source, row in listed.items():
        assert row["title"]
        if "/" in source:  # one file; the others stand for all files of a vocabulary
            assert re.fullmatch(r"[\w.-]+/[\w.-]+", row["repository"]), source
            assert row["commit"], source
            assert row["path"], source
            assert row["licence"], source
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["date"]), source


GOOD = """\
#sssom_version: "1.1"
#curie_map:
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#  snomedct: http://snomed.info/id/
#  source: https://w3id.org/spasmkg/source/
#  spasm: https://w3id.org/spasmkg/
#  sssom: https://w3id.org/sssom/
#mapping_set_id: https://w3id.org/spasmkg/mappings/snomedct
#mapping_set_version: "0.1.0"
#mapping_set_title: "spasmkg to SNOMED CT"
#mapping_set_description: "small"
#license: https://creativecommons.org/licenses/by/4.0/
#subject_source: spasm:ontology
#subject_source_version: "0.1.0"
#other: "terms"
""" + "\n".join(
    "\t".join(cells)
    for cells in (
        COLUMNS,
        (
            "spasm:muscle-cramp",
            "muscle cramp",
            "spasm:Spasm",
            "skos:exactMatch",
            "",
            "snomedct:55300003",
            "Cramp",
            "finding",
            "semapv:ManualMappingCuration",
            "source:snomed/a.fsh",
            "2022-07-31",
            "0.95",
            "second reading",
            "",
        ),
        (
            "spasm:tetany",
            "tetany",
            "spasm:Spasm",
            "skos:exactMatch",
            "",
            "sssom:NoTermFound",
            "",
            "",
            "semapv:ManualMappingCuration",
            "source:snomedct",
            "2022-07-31",
            "0.90",
            "",
            "",
        ),
        (
            "spasm:tetany",
            "tetany",
            "spasm:Spasm",
            "skos:exactMatch",
            "Not",
            "snomedct:76902006",
            "Tetanus",
            "disease",
            "semapv:ManualMappingCuration",
            "source:snomed/a.fsh",
            "2022-07-31",
            "0.97",
            "",
            "the infection",
        ),
    )
)
CRAMP, NONE, TETANUS = GOOD.splitlines()[-3:]


def test_the_small_set_is_well_formed(known):
    assert faults(parse("snomedct", GOOD), known) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("#license: https://creativecommons.org/licenses/by/4.0/\n", "", "header has"),
        ("#mapping_set_id: https://w3id.org/spasmkg/mappings/snomedct", "#mapping_set_id: x", "mapping_set_id"),
        ("http://snomed.info/id/", "http://snomed.info/sct/", "prefix snomedct stands for"),
        ("#  sssom: https://w3id.org/sssom/\n", "", "used and not declared"),
        ("#  sssom:", "#  rdf: http://www.w3.org/1999/02/22-rdf-syntax-ns#\n#  sssom:", "declared and not used"),
        ("\tobject_category\t", "\tobject_type\t", "columns are"),
        ("spasm:muscle-cramp\t", "spasm:muscle-cram\t", "no subject"),
        ("\tmuscle cramp\t", "\tcramp\t", "no subject"),
        ("muscle cramp\tspasm:Spasm", "muscle cramp\tspasm:Finding", "no subject"),
        ("skos:exactMatch\t\tsnomedct", "skos:mappingRelation\t\tsnomedct", "none of the five"),
        ("skos:exactMatch\tNot", "skos:exactMatch\tnot", "neither empty nor Not"),
        ("skos:exactMatch\tNot", "skos:broadMatch\tNot", "denies another predicate"),
        ("snomedct:55300003", "snomedct:5.53E+07", "no identifier"),
        ("snomedct:55300003", "snomedct:55300004", "check digit"),
        ("snomedct:55300003", "snomedct:55030003", "check digit"),
        ("\tCramp\t", "\t\t", "neither an object label"),
        ("sssom:NoTermFound\t\t", "sssom:NoTermFound\tTetany\t", "NoTermFound with"),
        ("source:snomedct\t", "source:mesh\t", "does not name its vocabulary"),
        ("semapv:ManualMappingCuration\tsource:snomedct", "semapv:LexicalMatching\tsource:snomedct", "justification"),
        ("source:snomed/a.fsh\t2022-07-31\t0.95", "source:snomed/a.fsh\t\t0.95", "version is missing"),
        ("\t0.95\t", "\t0.4\t", "confidence"),
        ("second reading", "somebody", "reviewer_label"),
        ("the infection", 'the "infection"', "quotation mark"),
        (TETANUS, f"{TETANUS}\n{CRAMP}", "not sorted"),
        (TETANUS, f"{TETANUS}\n{TETANUS}", "twice, or both"),
        (TETANUS, f"{TETANUS}\n{TETANUS.replace('Not', '').replace('exact', 'narrow')}", "twice, or both"),
        (CRAMP, f"{CRAMP}\n{CRAMP.replace('55300003', '76902006')}", "several exactMatch"),
        (TETANUS, f"{TETANUS}\n{CRAMP.replace('muscle-cramp', 'tetany')}", "a row and NoTermFound"),
    ],
)
def test_a_damaged_set_is_refused(old, new, fault, known):
    assert old in GOOD
    found = faults(parse("snomedct", GOOD.replace(old, new)), known)
    assert any(fault in f for f in found), found


def test_a_second_exact_row_needs_a_reason(known):
    second = CRAMP.replace("55300003", "76902006") + "two concepts there for one thing"
    assert faults(parse("snomedct", GOOD.replace(CRAMP, f"{CRAMP}\n{second}")), known) == []


def test_a_missing_entity_and_one_with_only_a_not_row_are_uncovered():
    wanted = {"spasm:muscle-cramp", "spasm:tetany"}
    assert uncovered(parse("snomedct", GOOD), wanted) == set()
    assert uncovered(parse("snomedct", GOOD.replace(f"{CRAMP}\n", "")), wanted) == {"spasm:muscle-cramp"}
    assert uncovered(parse("snomedct", GOOD.replace(f"{NONE}\n", "")), wanted) == {"spasm:tetany"}


def test_a_row_with_a_missing_cell_is_refused():
    with pytest.raises(AssertionError, match="too few or too many"):
        parse("snomedct", GOOD.replace("\tsecond reading", ""))


@pytest.mark.parametrize("code", ["55300003", "76902006", "22298006"])
def test_one_changed_digit_or_two_swapped_ones_break_a_snomed_check_digit(code):
    assert verhoeff(code)
    for place, digit in enumerate(code):
        for other in set("0123456789") - {digit}:
            assert not verhoeff(code[:place] + other + code[place + 1 :])
    for place in range(len(code) - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or not verhoeff(swapped)


@pytest.mark.parametrize("code", ["2951-2", "2823-3", "LP212285-3"])
def test_one_changed_digit_breaks_a_loinc_check_digit(code):
    assert mod10(code)
    for place, digit in enumerate(code):
        for other in set("0123456789") - {digit} if digit.isdigit() else ():
            assert not mod10(code[:place] + other + code[place + 1 :])
