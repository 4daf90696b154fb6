"""The commands that follow edges: ``paths``, ``neighbours``, ``related``."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as File

from spasmkg import claims as claims_
from spasmkg import namespaces as ns
from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, folded, note, write_bytes
from spasmkg.cli.parser import format_option, positive
from spasmkg.cli.render import emit
from spasmkg.errors import NotFoundError, SpasmKGError, UsageError
from spasmkg.kg import KnowledgeGraph
from spasmkg.model import CERTAINTIES, Claim
from spasmkg.paths import Path, Paths, Step
from spasmkg.results import Cell, Iri, Number

__all__ = ["OPTIONS", "RUN", "print_paths"]

FORMATS = ("text", "tsv", "csv", "json", "xml", "md")
RANKING = "shortest first; of one length, sure steps and specific things first"


def _paths(options: argparse.Namespace) -> int:
    if options.count and (options.start or options.pairs or not options.along):
        raise WrongUseError(
            "--count counts the paths of all pairs along a metapath: spasmkg paths --along METAPATH --count"
        )
    if options.pairs:
        if options.start or options.goal:
            raise WrongUseError("--pairs FILE names both ends; give no others")
        if options.group or options.show:
            raise WrongUseError("--group and --show take the ends on the command line, not from a file")
        return _pairs(options)
    if options.count:
        return _count(options)
    kg = open_named(options)
    if options.show:
        return _show(kg, options)
    if options.start is None and options.along:
        options.start = kg.metapath(options.along, options.layer).things[0].entity
    if not options.start:
        raise WrongUseError("name a thing to start from, or count all pairs: spasmkg paths --along METAPATH --count")
    if options.goal and options.to_kind:
        raise WrongUseError("a path ends at B or at a kind; give one of them")
    if not (options.goal or options.to_kind or options.along):
        raise WrongUseError("say where the paths end: name B, or give --to-kind or --along")
    if options.group:
        return _group(kg, options)
    found = _find(kg, options, options.start, options.goal or "")
    _print(kg, found, options)
    return 0


def _find(kg: KnowledgeGraph, options: argparse.Namespace, start: str, goal: str) -> Paths:
    return kg.paths(
        start, goal, kind=options.to_kind, along=options.along, max_length=options.max_length, top=options.top,
        shortest=options.shortest, inferred=options.inferred, certainty=options.certainty, budget=options.budget,
        layers=options.layer,
    )  # fmt: skip


def _show(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    if not options.along:
        raise WrongUseError("--show prints the SPARQL of a metapath: give one with --along")
    if options.layer:
        raise WrongUseError("--show prints SPARQL over the graph itself; leave --layer away")
    way = kg.metapath(options.along)
    start, goal = (kg.resolve(name) if name else "" for name in (options.start, options.goal))
    print(way.sparql(start, goal, options.max_length))
    return 0


def _count(options: argparse.Namespace) -> int:
    kg = open_named(options)
    counted = kg.path_counts(options.along, inferred=options.inferred, layers=options.layer)
    labels = _labels(kg, {end for s, g, _ in counted for end in (s, g)})
    rows: list[list[Cell]] = [[Iri(s), labels[s], Iri(g), labels[g], Number.of(n)] for s, g, n in counted]
    emit(_table(options), ["start", "start_label", "goal", "goal_label", "paths"], rows)
    note(f"complete, {_count_of(len(rows), 'pair')}")
    return 0


def _labels(kg: KnowledgeGraph, iris: set[str]) -> dict[str, str]:
    from spasmkg.entities import texts

    known = texts(kg.store, iris)
    return {i: known[i][0] if i in known else ns.local(i) for i in iris}


def _table(options: argparse.Namespace) -> str | None:
    """The format of a table: ``text`` is what a terminal gets."""
    chosen: str | None = options.format
    return "table" if chosen == "text" else chosen


def _group(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    if not options.goal:
        raise WrongUseError("--group counts the metapaths between two things: name both")
    found, complete = kg.metapaths(
        options.start, options.goal, max_length=options.max_length, inferred=options.inferred, layers=options.layer
    )
    rows: list[list[Cell]] = [
        [Number.of(p.length), Number.of(n), metapath, Number.of(round(p.score, 6))]
        for metapath, n, p in found[: options.top]
    ]
    emit(_table(options), ["length", "paths", "metapath", "best_score"], rows)
    note(
        f"{'complete' if complete else 'cut'}, showing {len(rows)} of {_count_of(len(found), 'metapath')}; follow one with: --along 'METAPATH'"
    )
    return 0


# ---- pairs from a file ----


def _pairs(options: argparse.Namespace) -> int:
    kg = open_named(options)
    answers: list[Paths] = []
    wrong = 0
    for number, cells in _read_pairs(options.pairs):
        try:
            if len(cells) < 2 or not cells[0] or not cells[1]:
                raise UsageError("two names are needed, separated by a tab or a comma")
            start, goal = cells[:2]
            answers.append(_find(kg, options, start, goal))
        except SpasmKGError as error:
            wrong += 1
            note(f"{options.pairs}, line {number}: {clean(str(error))}")
    if _media(options) == "json":
        pairs = [{"start": a.start, "goal": a.goal, **a.to_dict()} for a in answers]
        write_bytes(json.dumps({"pairs": pairs}, ensure_ascii=False, indent=1).encode())
    elif _media(options) == "text":
        for answer in answers:
            print(f"{clean(answer.label(answer.start))} and {clean(answer.label(answer.goal))}")
            print_paths(kg, answer)
            print()
    else:
        _steps(answers, options)
    note(
        f"{_count_of(len(answers), 'pair')}, {_count_of(sum(map(len, answers)), 'path')}; {_count_of(wrong, 'line')} not read"
    )
    return 1 if wrong else 0


def _read_pairs(name: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a file of two columns, by tabs or commas; a line that starts with # is a comment."""
    if name != "-" and not File(name).is_file():
        raise NotFoundError("file", name, hint="name a file with two columns, tab- or comma-separated")
    try:
        text = sys.stdin.read() if name == "-" else File(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: byte {error.start} is no UTF-8; save the file as UTF-8 text") from None
    rows = csv.reader(text.splitlines(), delimiter="\t" if "\t" in text else ",")
    for row in rows:
        if not row or row[0].lstrip().startswith("#"):
            continue
        yield rows.line_num, [c.strip() for c in row]


# ---- printing ----


def _count_of(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _media(options: argparse.Namespace) -> str:
    return options.format or ("text" if sys.stdout.isatty() else "tsv")


def _print(kg: KnowledgeGraph, found: Paths, options: argparse.Namespace) -> None:
    media = _media(options)
    if media == "json":
        write_bytes(json.dumps(found.to_dict(), ensure_ascii=False, indent=1).encode())
    elif media == "text":
        print_paths(kg, found)
    else:
        _steps([found], options)
    note(_status(found))


def _status(found: Paths) -> str:
    return clean(f"{found.status}; {RANKING}" if found.total else found.status)


def _steps(answers: list[Paths], options: argparse.Namespace) -> None:
    """One row for each step of each path."""
    names = [
        "start", "goal", "path", "length", "score", "step", "subject", "subject_label", "predicate", "predicate_label",
        "object", "object_label", "forward", "inferred", "certainty", "claims",
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            Iri(path.nodes[0]), Iri(path.nodes[-1]), Number.of(place), Number.of(path.length),
            Number.of(round(path.score, 6)), Number.of(n), Iri(s.subject), found.label(s.subject), Iri(s.predicate),
            found.label(s.predicate), Iri(s.object), found.label(s.object), str(s.forward).lower(),
            str(s.inferred).lower(), s.certainty, " ".join(ns.contract(c) for c in s.claims),
        ]
        for found in answers
        for place, path in enumerate(found, 1)
        for n, s in enumerate(path.steps, 1)
    ]  # fmt: skip
    emit(_table(options), names, rows)


def print_paths(kg: KnowledgeGraph, found: Paths) -> None:
    """Each path on lines of its own: the chain, how it came to its rank, its places."""
    cited = _cited(kg, found)
    for place, path in enumerate(found, 1):
        print(folded(f"{place}. {found.text(path)}", rest="     "))
        print(folded(found.why(path), "   ", "     "))
        places = dict.fromkeys(_places(step, cited) for step in path.steps)
        print(folded(" · ".join(p for p in places if p), "   ", "     "))
    if any(s.inferred for p in found for s in p.steps):
        print("* inferred; why: spasmkg explain SUBJECT PREDICATE OBJECT")


def _cited(kg: KnowledgeGraph, found: Paths) -> dict[str, Claim]:
    return {c.iri: c for c in claims_.read(kg.store, {c for p in found for s in p.steps for c in s.claims})}


def _places(step: Step, cited: dict[str, Claim]) -> str:
    places = [step.place] if step.place else []
    places += dict.fromkeys(f"§ {cited[c].place}" for c in step.claims if c in cited)
    return ", ".join(places[:3]) + (" …" if len(places) > 3 else "")


# ---- related ----


def _related(options: argparse.Namespace) -> int:
    kg = open_named(options)
    found = kg.related(
        options.start, options.goal, max_length=options.max_length, top=options.top, layers=options.layer
    )
    if _media(options) != "text":
        _print(kg, found, options)
        return 0
    cited = _cited(kg, found)
    for place, path in enumerate(found, 1):
        print(folded(f"{place}. {found.text(path)}", rest="     "))
        print(folded(found.why(path), "   ", "     "))
        for step in path.steps:
            words = f"{found.label(step.subject)} {found.label(step.predicate)} {found.label(step.object)}"
            print(f"   - {clean(words)}: {'inferred, ' if step.inferred else ''}{step.certainty}")
            if step.place:
                print(f"       {clean(step.place)}")
            for claim in step.claims[:3]:
                print(folded(cited[claim].cite(), "       ", "         "))
            if len(step.claims) > 3:
                print(f"       … and {len(step.claims) - 3} more claims")
            if step.inferred:
                s, p, o = (ns.contract(x) for x in (step.subject, step.predicate, step.object))
                print(f"       why: spasmkg explain {s} {p} {o}")
        print()
    if found.total:
        print("A path shows that statements can be chained, not that the source draws the whole chain.")
    note(_status(found))
    return 0


# ---- neighbours ----


def _neighbours(options: argparse.Namespace) -> int:
    kg = open_named(options)
    found = kg.neighbours(
        options.entity, depth=options.depth, kinds=options.kind, predicates=options.predicate,
        inferred=options.inferred, certainty=options.certainty, layers=options.layer,
    )  # fmt: skip
    if options.format == "json":
        write_bytes(json.dumps(found.to_dict(), ensure_ascii=False, indent=1).encode())
        return 0
    total = len(found)
    found = replace(found, paths=found.paths[: options.top])
    cited = _cited(kg, found)
    rows: list[list[Cell]] = []
    for path in found:
        end = path.nodes[-1]
        places = ", ".join(dict.fromkeys(_places(s, cited) for s in path.steps))
        cells: list[Cell] = [
            Number.of(path.length),
            Iri(end),
            found.label(end),
            found.labels[end][2],
            _way(found, path),
        ]
        rows.append([*cells, path.certainty, places])
    emit(_table(options), ["distance", "entity", "entity_label", "kind", "way", "certainty", "places"], rows)
    at = ", ".join(f"{n} at distance {d}" for d, n in sorted(found.by_length.items()))
    kept = f"showing {len(found)} of {total}: " if len(found) < total else ""
    note(f"{kept}{at}" if found.total else f"{clean(options.entity)} has no edge of this sort")
    return 0


def _way(found: Paths, path: Path) -> str:
    """The path without its ends' first, which is the same in each row."""
    return found.text(path).removeprefix(found.label(path.nodes[0])).strip()


# ---- options ----


def _common(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--inferred", action="store_true", help="follow inferred edges too")
    sub.add_argument(
        "--certainty", default="", choices=CERTAINTIES, metavar="CERTAINTY",
        help=f"least certainty of an edge: {', '.join(CERTAINTIES)}",
    )  # fmt: skip


def layer_option(sub: argparse.ArgumentParser) -> None:
    """Imported layers to walk through."""
    sub.add_argument(
        "--layer", action="append", default=[], metavar="vocabulary/NAME",
        help="walk through an imported vocabulary or graph too, tied to the rest by exact mappings (repeatable)",
    )  # fmt: skip


def _paths_options(sub: argparse.ArgumentParser) -> None:
    sub.epilog = (
        "A metapath: Drug -hasSideEffect-> Finding <-hasSymptom- Spasm. Alternatives a|b, any thing or predicate *, "
        'either direction -p-, repetition -p{1,3}-> or -p+->, one entity "in quotes".'
    )
    sub.add_argument("start", nargs="?", metavar="A", help="slug, CURIE, IRI, label or synonym")
    sub.add_argument("goal", nargs="?", metavar="B", help="the other end")
    sub.add_argument("--to-kind", default="", metavar="KIND", help="end at anything of this kind or role instead of B")
    sub.add_argument("--pairs", metavar="FILE", help="take the ends from the two columns of a file, or - for input")
    sub.add_argument("--along", default="", metavar="METAPATH", help="only paths of this shape")
    sub.add_argument("--max-length", type=positive, default=4, metavar="N", help="at most so many edges (4)")
    sub.add_argument("--top", type=positive, default=10, metavar="N", help="show the best N paths (10)")
    sub.add_argument("--shortest", action="store_true", help="only the shortest paths")
    _common(sub)
    layer_option(sub)
    sub.add_argument("--group", action="store_true", help="count the paths by their metapaths")
    sub.add_argument("--count", action="store_true", help="count the paths of every pair along a metapath")
    sub.add_argument("--show", action="store_true", help="print the SPARQL of the metapath and nothing else")
    sub.add_argument("--budget", type=positive, default=100_000, metavar="N", help="stop after so many places (100000)")
    format_option(sub, FORMATS)


def _related_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("start", metavar="A", help="slug, CURIE, IRI, label or synonym")
    sub.add_argument("goal", metavar="B", help="the other thing")
    sub.add_argument("--max-length", type=positive, default=3, metavar="N", help="at most so many edges (3)")
    sub.add_argument("--top", type=positive, default=5, metavar="N", help="show the best N paths (5)")
    layer_option(sub)
    format_option(sub, FORMATS)


def _neighbours_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("entity", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym")
    sub.add_argument("--depth", type=positive, default=1, metavar="N", help="at most so many steps away (1)")
    sub.add_argument("--top", type=positive, default=100, metavar="N", help="show the nearest N things (100)")
    sub.add_argument(
        "--kind", action="append", default=[], metavar="KIND", help="only things of this kind (repeatable)"
    )
    sub.add_argument(
        "--predicate", action="append", default=[], metavar="P", help="follow only this predicate (repeatable)"
    )
    _common(sub)
    layer_option(sub)
    format_option(sub, FORMATS)


OPTIONS = {"paths": _paths_options, "related": _related_options, "neighbours": _neighbours_options}
RUN = {"paths": _paths, "related": _related, "neighbours": _neighbours}
