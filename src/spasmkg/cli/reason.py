"""The commands about reasoning: ``explain``, ``infer``, ``diff``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from spasmkg.cli.ask import open_named
from spasmkg.cli.output import note, write_bytes
from spasmkg.cli.parser import TABLES, format_option, positive
from spasmkg.cli.render import emit
from spasmkg.results import Cell, Iri, Number

__all__ = ["OPTIONS", "RUN"]


def _explain(options: argparse.Namespace) -> int:
    from spasmkg.cli import proofs

    kg = open_named(options)
    why = kg.explain(options.subject, options.predicate, options.object, options.top, even_if_stated=options.all)
    if options.format == "json":
        write_bytes(proofs.as_json(why).encode())
    else:
        write = proofs.as_markdown if options.format == "md" else proofs.as_text
        write_bytes(write(why, kg.claim).encode())
    if why.stated and not options.all:
        note("stated; what else it follows from: --all")
    else:
        reach = ", there may be more" if why.more else ""
        cut = f", {len(why.proofs)} shown (--top N)" if why.total > len(why.proofs) else ""
        note(
            f"{'cut' if why.more else 'complete'}, {why.total} minimal {'proof' if why.total == 1 else 'proofs'}{cut}{reach}"
        )
    return 0


def _infer(options: argparse.Namespace) -> int:
    found = open_named(options).inferences(options.rule, options.predicate)
    chosen = options.rule or options.predicate
    if options.summary or (sys.stdout.isatty() and not chosen and not options.format):
        counts = Counter(i.rule for i in found)
        first = {i.rule: i for i in reversed(found)}
        ranked = sorted(counts, key=lambda rule: (-counts[rule], rule))
        summary: list[list[Cell]] = [
            [rule, Number.of(counts[rule]), f"{first[rule].subject_label} → {first[rule].object_label}"]
            for rule in ranked
        ]
        emit(options.format, ["rule", "number", "example"], summary)
        note(
            f"{len(found)} inferences by {len(ranked)} rules; each of them: spasmkg infer --format tsv, or --rule TEXT"
        )
        return 0
    rows: list[list[Cell]] = [
        [i.rule, _cell(s), i.subject_label, _cell(p), _cell(o), i.object_label]
        for i in found
        for s, p, o in (i.triple,)
    ]
    emit(options.format, ["rule", "s", "s_label", "p", "o", "o_label"], rows)
    note(f"complete, {len(rows)} rows")
    return 0


def _cell(term: str) -> Cell:
    return Iri(term[1:-1]) if term[0] == "<" else term


def _explain_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("subject", metavar="SUBJECT", help="slug, CURIE, IRI, label or synonym")
    sub.add_argument("predicate", metavar="PREDICATE", help="its name; a before a role")
    sub.add_argument("object", metavar="OBJECT", help="an entity, or after a the name of a role, such as SedatingDrug")
    sub.add_argument("--all", action="store_true", help="of a stated edge too, show what else it follows from")
    sub.add_argument("--top", type=positive, default=20, metavar="N", help="at most so many proofs (20)")
    sub.add_argument("--format", choices=("text", "json", "md"), metavar="FORMAT", help="text (default), json, md")


def _infer_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--rule", default="", metavar="TEXT", help="only rules with this text in their name")
    sub.add_argument("--predicate", default="", metavar="PREDICATE", help="only this predicate; a for roles")
    sub.add_argument("--summary", action="store_true", help="one row for each rule: how many, and an example")
    format_option(sub, TABLES)


OPTIONS = {"explain": _explain_options, "infer": _infer_options}
RUN = {"explain": _explain, "infer": _infer}
