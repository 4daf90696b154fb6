"""Splitting rows: what is written is read, and damage stays where it is."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmkg.vocabularies.rows import Numbers, Pairs, quoted
from spasmkg.vocabularies.sources import Source, open_sources
from spasmkg.vocabularies.statements import Ledger

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
TABLES = st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(TEXT, min_size=n, max_size=n), min_size=1, max_size=8))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("rows") / "x.csv"


def source(path: Path, text: str) -> Source:
    path.write_text(text, encoding="utf-8", newline="")
    return open_sources([path])[0]


@given(TABLES, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
def test_what_a_spreadsheet_writes_is_read(place, rows, quoting):
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="\n").writerows(rows)
    ledger = Ledger()
    found = [fields for _, fields in quoted(source(place, out.getvalue()), ledger)]
    assert found == rows
    assert ledger.read == 0


@given(TABLES, st.integers(0, 200), st.sampled_from(['"', ",", "\n", '","']))
def test_damage_anywhere_never_stops_the_reading(place, rows, where, mark):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([*rows, ["last"] * len(rows[0])])
    text = out.getvalue()
    where = min(where, len(text) - 1)
    ledger = Ledger()
    found = [fields for _, fields in quoted(source(place, text[:where] + mark + text[where:]), ledger)]
    width = len(found[0]) if found else 0
    assert all(len(fields) == width for fields in found)
    assert len(found) + ledger.read >= 1


@given(st.lists(st.lists(st.text("ab ", max_size=5), min_size=3, max_size=3), min_size=2, max_size=8), st.data())
def test_a_quote_left_open_costs_its_row_only(place, rows, data):
    """Where no field runs over lines, every row but the broken one is read."""
    broken = data.draw(st.integers(1, len(rows) - 1))
    lines = [",".join(f'"{field}"' for field in row) for row in rows]
    lines[broken] = lines[broken][:-1]
    ledger = Ledger()
    found = [fields for _, fields in quoted(source(place, "\n".join(lines)), ledger)]
    assert found == rows[:broken] + rows[broken + 1 :]
    assert ledger.skipped == {"damaged: a quote left open": 1}


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-9, 9))), st.integers(-6, 6))
def test_pairs_are_those_put_in(pairs, key):
    kept = Pairs()
    for pair in pairs:
        kept.add(*pair)
    kept.sort()
    assert kept.of(key) == [value for k, value in pairs if k == key]
    assert (key in kept) == any(k == key for k, _ in pairs)


@given(st.sets(st.integers(0, 3000)), st.integers(0, 4000))
def test_numbers_are_those_put_in(numbers, other):
    kept = Numbers()
    for number in numbers:
        kept.add(number)
    assert (other in kept) == (other in numbers)
