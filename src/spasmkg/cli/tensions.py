"""The commands ``conflicts`` and ``gaps``: every question with the tag, its rows, and where each is stated.

A question becomes part of them by its tag alone; nothing here knows a question by name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from spasmkg.cli.ask import open_named
from spasmkg.cli.output import clean, note, write_bytes
from spasmkg.cli.parser import format_option
from spasmkg.cli.render import emit, table
from spasmkg.kg import KnowledgeGraph
from spasmkg.model import Claim, Evidence, Row
from spasmkg.results import Cell

__all__ = ["OPTIONS", "RUN"]

_COLUMNS = ("question", "summary", "finding", "places", "note", "claims")


class _Asked(NamedTuple):
    """A question that was asked: its columns, and each row with its evidence."""

    name: str
    summary: str
    columns: tuple[str, ...]
    rows: list[tuple[Row, Evidence]]


def _ask(kg: KnowledgeGraph, command: str, names: Sequence[str]) -> list[_Asked]:
    asked = []
    for question, answer in kg.conflicts(*names) if command == "conflicts" else kg.gaps(*names):
        rows = list(answer.rows)
        found = answer.evidence_for(rows)
        asked.append(_Asked(question.name, question.summary, answer.variables, list(zip(rows, found, strict=True))))
    return asked


def _run(options: argparse.Namespace) -> int:
    asked = _ask(open_named(options), options.command, options.names)
    media = options.format or ("table" if sys.stdout.isatty() else "tsv")
    if media == "table":
        for one in asked:
            _print(one)
    elif media == "json":
        write_bytes(json.dumps(_as_json(options.command, asked), ensure_ascii=False, indent=2).encode())
    else:
        lines: list[list[Cell]] = [
            [
                one.name, one.summary, _finding(one.columns, row), ", ".join(_places(found)) or None,
                found.note or None, " ".join(c.curie for c in found) or None,
            ]
            for one in asked for row, found in one.rows
        ]  # fmt: skip
        emit(media, _COLUMNS, lines)
    note(
        f"{_count(len(asked), 'question')}, {_count(sum(len(one.rows) for one in asked), 'row')}; "
        f"one of them alone: spasmkg {options.command} NAME"
    )
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _print(one: _Asked) -> None:
    """A question on the terminal. What all rows say of absence is said once, above them."""
    print(f"{clean(one.summary)}\n  {one.name}, {_count(len(one.rows), 'row')}")
    notes = {found.note for _, found in one.rows}
    shared = notes.pop() if len(notes) == 1 else ""
    if shared:
        print(f"  {clean(shared)}")
    if one.rows:
        lines: list[list[Cell]] = [[*row, _cited(found, shared)] for row, found in one.rows]
        table([*one.columns, "where"], lines)
    print()


def _cited(found: Evidence, shared: str) -> str:
    """Each place once, in the order of the sides, with how surely each of its claims is made."""
    places: dict[str, dict[str, None]] = {}
    for claim in found:
        places.setdefault(f"§ {claim.place}" if claim.item else "curators", {})[_sure(claim)] = None
    lines = [f"{place} {', '.join(sure)}" for place, sure in places.items()]
    return "\n".join([*lines, *([found.note] if found.note != shared else [])])


def _sure(claim: Claim) -> str:
    """How surely a claim is made, with the hedge, and whether it denies."""
    return claim.certainty + (f" “{claim.hedge}”" if claim.hedge else "") + (" (denied)" if claim.negated else "")


def _places(found: Evidence) -> list[str]:
    return list(dict.fromkeys(c.place for c in found))


def _finding(columns: Sequence[str], row: Row) -> str:
    """A row in one line: each column's name with the label, or the value where it has none."""
    said = {n.removesuffix("_label"): value for n, value in zip(columns, row, strict=True) if value is not None}
    return "; ".join(f"{name.replace('_', ' ')}: {value.value}" for name, value in said.items())


def _as_json(command: str, asked: Sequence[_Asked]) -> dict[str, object]:
    return {
        "command": command,
        "questions": [{"question": one.name, "summary": one.summary, "rows": len(one.rows)} for one in asked],
        "findings": [
            {
                "question": one.name,
                "finding": _finding(one.columns, row),
                "row": {n: v.value for n, v in zip(one.columns, row, strict=True) if v is not None},
                "claims": [_claim(c) for c in found],
                "note": found.note,
            }
            for one in asked
            for row, found in one.rows
        ],
    }


def _claim(claim: Claim) -> dict[str, object]:
    said: dict[str, object] = {
        "claim": claim.iri, "subject": claim.subject, "predicate": claim.predicate, "object": claim.object,
        "negated": claim.negated, "certainty": claim.certainty, "hedge": claim.hedge, "place": claim.place,
        "heading": claim.heading, "section": claim.section,
    }  # fmt: skip
    if claim.span:
        said |= {"start": claim.span.start, "end": claim.span.end, "words": claim.span.words}
    else:
        said["derived_from"] = list(claim.derived_from)
    return said


def _options(command: str, tag: str) -> Callable[[argparse.ArgumentParser], None]:
    def add(sub: argparse.ArgumentParser) -> None:
        sub.usage = f"spasmkg {command} [NAME]... [--format FORMAT]"
        sub.add_argument(
            "names", nargs="*", metavar="NAME", help=f"only these questions; all: spasmkg query --tag {tag}"
        )
        format_option(sub)

    return add


OPTIONS = {"conflicts": _options("conflicts", "conflict"), "gaps": _options("gaps", "gap")}
RUN = {"conflicts": _run, "gaps": _run}
