"""``spasmkg mappings --file``: the codes in a column of a user's table, each with the entity that it leads to."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note
from spasmkg.cli.render import emit
from spasmkg.files import replace_file
from spasmkg.results import Cell
from spasmkg.sheet import Sheet

if TYPE_CHECKING:
    from spasmkg.codes import Match

__all__ = ["join", "options"]

_ADDED = ("curie", "term", "entity", "entity_label", "kind", "precision", "reason", "mapping")
"""The columns that are added: fields of a match."""
_SHOWN = ("term", "entity_label", "precision", "reason")
_LEVELS = ("exact", "close", "narrower", "broader", "related")


def options(sub: argparse.ArgumentParser) -> None:
    """The options of the command that have to do with a table."""
    sub.add_argument("--file", metavar="FILE", help="a CSV or TSV table, or -: every code in it gets its entity")
    sub.add_argument(
        "--column", metavar="NAME", help="the column of the codes; by default the one called code, id, rxcui …"
    )
    sub.add_argument(
        "--as", dest="prefix", metavar="PREFIX", help="the vocabulary of codes without a prefix, such as snomedct"
    )
    sub.add_argument(
        "--as-column", metavar="NAME", help="the column that names each code's vocabulary: prefix, name or address"
    )
    sub.add_argument(
        "--at-least", choices=_LEVELS, metavar="LEVEL",
        help="the least precise match that counts: exact, close, narrower (the default), broader or related",
    )  # fmt: skip
    sub.add_argument("--direct", action="store_true", help="leave out what terms above a code are mapped to")


def join(given: argparse.Namespace) -> int:
    """Run the command for a table."""
    if given.entities or given.coverage or given.vocabulary:
        raise WrongUseError("--file takes no ENTITY, no --coverage and no --vocabulary; --as names the vocabulary")
    if given.format not in (None, "table", "csv", "tsv"):
        raise WrongUseError("--file keeps your columns: use --format csv, tsv or table")
    from spasmkg.codes import match, vocabulary_of

    sheet = Sheet.open(given.file)
    at = sheet.column(given.column, "the codes")
    named = sheet.column(given.as_column, "the vocabularies") if given.as_column else -1
    prefixes = {"": vocabulary_of(given.prefix) if given.prefix else ""}

    def pairs() -> Iterator[tuple[str, str]]:
        for row in sheet.rows():
            vocabulary = row[named].strip() if named >= 0 else ""
            if vocabulary not in prefixes:
                prefixes[vocabulary] = vocabulary_of(vocabulary)
            yield row[at], prefixes[vocabulary]

    uses = Counter(pairs())
    matched = dict(zip(uses, match(open_named(given).store, uses, given.at_least or "narrower", direct=given.direct), strict=True))  # fmt: skip
    _write(given, sheet, at, zip(sheet.rows(), map(matched.__getitem__, pairs()), strict=True))
    _tell(uses, matched)
    return 0 if not matched or any(m.curie for ms in matched.values() for m in ms) else 1


def _write(given: argparse.Namespace, sheet: Sheet, at: int, found: Iterator[tuple[list[str], list[Match]]]) -> None:
    added = [name if name not in sheet.names else f"spasmkg_{name}" for name in _ADDED]
    if given.format == "table" or (given.format is None and not given.output and sys.stdout.isatty()):
        rows: list[list[Cell]] = [
            [clean(row[at]) or None, *(clean(getattr(m, name)) or None for name in _SHOWN)]
            for row, ms in found
            for m in ms
        ]
        emit("table", [sheet.names[at], *_SHOWN], rows)
        return
    tabs = given.format == "tsv" or (given.format is None and (given.output or "").endswith((".tsv", ".tab")))
    delimiter = "\t" if tabs or (given.format is None and not given.output and sheet.delimiter == "\t") else ","
    lines = (sheet.line([*row, *(getattr(m, name) for name in _ADDED)], delimiter) for row, ms in found for m in ms)
    head = sheet.line([*sheet.names, *added], delimiter)
    if given.output:
        replace_file(given.output, (head + "".join(lines)).encode())
        note(f"wrote {given.output}")
        return
    sys.stdout.write(head)
    sys.stdout.writelines(lines)
    sys.stdout.flush()


def _tell(uses: Counter[tuple[str, str]], matched: dict[tuple[str, str], list[Match]]) -> None:
    """What became of the codes, on standard error."""
    total = uses.total()
    led = sum(n for pair, n in uses.items() if matched[pair][0].entity)
    more = sum(n * (len(matched[pair]) - 1) for pair, n in uses.items())
    counts: Counter[str] = Counter()
    for pair, number in uses.items():
        first = matched[pair][0]
        counts[first.precision or first.reason.partition(";")[0].partition(":")[0].partition(" (")[0]] += number
    note(
        f"{_count(total, 'row')} with {_count(len(uses), 'code')}; of {_count(led, 'row')} the code leads to an entity"
    )
    ranked = sorted(counts.items(), key=lambda c: (_LEVELS.index(c[0]) if c[0] in _LEVELS else 9, -c[1], c[0]))
    for what, number in ranked[:15]:
        note(f"  {number:,} {clean(what)}")
    if len(ranked) > 15:
        note(f"  {sum(n for _, n in ranked[15:]):,} for other reasons")
    if more:
        note(
            f"{_count(more, 'row')} more than in the file: a code may stand for several things, such as two ingredients"
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
