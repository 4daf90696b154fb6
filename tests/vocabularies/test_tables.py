"""What holds of every table: encodings, archives, line ends, and damage that costs its own row and no other."""

from __future__ import annotations

import csv
import gzip
import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from reading import FILES, read

from spasmkg import importing
from spasmkg.errors import DataSyntaxError, RefusedError, UsageError
from spasmkg.store import change, live, memory, open_directory


class Case(NamedTuple):
    """The files of one format: their folder, the file of names, how many lines of column names each file has."""

    folder: str
    main: str
    headers: int = 0
    prefix: str = ""


CASES = [
    Case("rxnorm", "RXNCONSO.RRF"),
    Case("umls", "MRCONSO.RRF"),
    Case("umls", "MRCONSO.RRF", prefix="snomedct"),
    Case("loinc", "Loinc.csv", headers=1),
    Case("omop", "CONCEPT.csv", headers=1),
    Case("omop", "CONCEPT.csv", headers=1, prefix="snomedct"),
    Case("atc", "WHO ATC-DDD 2026-04-25.csv", headers=1),
    Case("sider", "meddra_all_se.tsv"),
    Case("drugbank", "drugbank vocabulary.csv", headers=1),
    Case("table", "terms.tsv", headers=1),
    Case("snomedct", "sct2_Description_Snapshot-en_INT_20240101.txt", headers=1),
]


@pytest.fixture(params=CASES, ids=lambda c: f"{c.folder} {c.prefix}".strip())
def case(request) -> Case:
    return request.param


@pytest.fixture
def folder(case, tmp_path) -> Path:
    """A copy of the files that may be damaged."""
    return Path(shutil.copytree(FILES / case.folder, tmp_path / "files"))


@pytest.fixture
def graph(tmp_path) -> Path:
    """A folder with an empty graph."""
    memory().save(tmp_path / "graph" / "store")
    return tmp_path / "graph"


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file())


def said(case: Case, *paths: Path) -> set:
    return set(read(*paths, prefix=case.prefix).statements)


def whole(case: Case) -> set:
    return said(case, FILES / case.folder)


def records(case: Case, folder: Path) -> int:
    kept = [p for p in files(folder) if "ANCESTOR" not in p.name]  # a file that no reader takes
    counts = [sum(bool(line.strip()) for line in p.read_bytes().split(b"\n")) - case.headers for p in kept]
    return sum(max(0, count) for count in counts)


def test_every_row_is_kept_or_skipped(case, folder):
    found = read(folder, prefix=case.prefix)
    assert found.ledger.read == records(case, folder)
    assert found.ledger.read == found.ledger.kept + sum(found.ledger.skipped.values())
    assert found.ledger.kept > 0


def test_line_ends_of_windows_change_nothing(case, folder):
    for path in files(folder):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert said(case, folder) == whole(case)


def test_blank_lines_and_a_missing_last_line_end_change_nothing(case, folder):
    for path in files(folder):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n").rstrip(b"\n"))
    assert said(case, folder) == whole(case)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(case, folder, encoding):
    for path in files(folder):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert said(case, folder) == whole(case)


def test_packed_files_are_read_as_they_are(case, folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files(folder):
            archive.write(path, f"release/{path.relative_to(folder)}")
        archive.writestr("release/readme.txt", "Not part of it.")
    for path in files(folder):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert said(case, folder) == whole(case)
    assert said(case, tmp_path / "all.zip") == whole(case)


def test_files_beside_it_are_left_out(case, folder):
    (folder / "readme.txt").write_text("This is a readme.\nIt is no table.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0")
    found = read(folder, prefix=case.prefix)
    assert set(found.statements) == whole(case)
    assert not {"readme.txt", "picture.png"} & set(found.files)


def test_a_row_twice_says_nothing_new(case, folder):
    for path in files(folder):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(lines[: case.headers] + [x for line in lines[case.headers :] for x in (line, line)]))
    assert said(case, folder) == whole(case)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda line: b"caf\xe9 " + line, "not UTF-8"),
        (lambda line: b"\0" + line, "damaged: a NUL byte"),
        (lambda line: b"\t|,".join([line] * 3) + b"\t|," * 30, "damaged: another number of columns"),
    ],
    ids=["latin-1", "NUL", "columns"],
)
def test_a_damaged_row_is_skipped_and_no_other(case, folder, damage, reason):
    path = next(p for p in files(folder) if p.name == case.main)
    first, *rest = path.read_bytes().split(b"\n")
    lines = [first, damage(rest[0]), *rest] if case.headers else [first, damage(first), *rest]
    path.write_bytes(b"\n".join(lines))
    found = read(folder, prefix=case.prefix)
    assert set(found.statements) == whole(case)
    assert found.ledger.skipped[reason] == 1
    assert found.ledger.examples[reason] == [f"{case.main}, line 2"]
    assert found.ledger.read == records(case, folder)


def test_half_a_packed_file_loads_nothing(case, folder, graph):
    importing.add(graph, [folder], case.prefix)
    before = open_directory(live(graph)).graphs(), len(open_directory(live(graph)))
    path = next(p for p in files(folder) if p.name == case.main)
    packed = gzip.compress(path.read_bytes() * 50)
    path.unlink()
    path.with_name(path.name + ".gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(DataSyntaxError, match="ends in the middle"):
        importing.add(graph, [folder], case.prefix)
    assert before == (open_directory(live(graph)).graphs(), len(open_directory(live(graph))))
    assert before[1] > 10


def test_nothing_but_column_names_is_refused(case, folder, graph):
    for path in files(folder):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[: case.headers]))
    with pytest.raises(UsageError):
        importing.add(graph, [folder], case.prefix)


def test_columns_that_are_mixed_up_are_refused_and_nothing_is_loaded(case, folder, graph):
    for path in files(folder):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        mark = max("|\t,", key=first.count)
        with path.open(newline="", encoding="utf-8") as file:
            reading = csv.QUOTE_MINIMAL if mark == "," else csv.QUOTE_NONE
            rows = list(csv.reader(file, delimiter=mark, quoting=reading))
        turned = [*rows[: case.headers], *([*row[3:], *row[:3]] for row in rows[case.headers :] * 4)]
        with path.open("w", newline="", encoding="utf-8") as file:
            writing = csv.QUOTE_MINIMAL if mark == "," else csv.QUOTE_NONE
            csv.writer(file, delimiter=mark, quoting=writing, quotechar='"' if mark == "," else None).writerows(turned)
    with pytest.raises(UsageError):
        importing.add(graph, [folder], case.prefix)
    assert len(open_directory(live(graph))) == 0


def test_a_line_without_end_is_refused(case, folder, graph):
    path = next(p for p in files(folder) if p.name == case.main)
    with path.open("ab") as file:
        file.write(b"x" * 5_000_000)
    with pytest.raises(RefusedError, match="is this a text file"):
        importing.add(graph, [folder], case.prefix)


@pytest.mark.parametrize("case", [CASES[0], CASES[3]], ids=lambda c: c.folder, indirect=True)
def test_an_archive_made_to_do_harm_is_refused(case, folder, graph):
    path = next(p for p in files(folder) if p.name == case.main)
    lines = path.read_bytes().splitlines(keepends=True)
    bomb = b"".join(lines[: case.headers]) + lines[case.headers] * (11_500_000 // len(lines[case.headers]))
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(case.main, bomb)
    path.unlink()
    with pytest.raises(RefusedError, match="made to do harm"):
        importing.add(graph, [folder], case.prefix)


def test_what_was_loaded_is_replaced_whole(case, folder, graph):
    first, _ = importing.add(graph, [folder], case.prefix)
    again, ledger = importing.add(graph, [folder], case.prefix)
    assert (again.terms, again.triples, again.read) == (first.terms, first.triples, ledger.read)
    with change(graph) as store:
        assert len([g for g in store.graphs() if "/vocabulary/" in g]) == 1
