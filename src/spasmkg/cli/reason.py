"""The commands about reasoning: ``explain``, ``infer``, ``diff``."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note, write_bytes
from spasmkg.cli.parser import TABLES, format_option, positive
from spasmkg.cli.render import emit
from spasmkg.kg import KnowledgeGraph, open_graph
from spasmkg.namespaces import contract
from spasmkg.results import Cell, Iri, Number

if TYPE_CHECKING:
    from spasmkg.compare import Difference

__all__ = ["OPTIONS", "RUN", "note_fallen"]

BUNDLED = "bundled"
"""The word that names the bundled graph."""
_TOLD = 5
"""How many fallen edges and inferences are told one by one."""


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


def note_fallen(kg: KnowledgeGraph, revised: KnowledgeGraph, options: argparse.Namespace) -> None:
    """Say what falls with the claims that the options withdraw."""
    import shlex

    from spasmkg.compare import lost

    fallen = lost(kg.store, revised.store)
    named = " and ".join(dict.fromkeys(kg.claim(c).curie for c in options.without))
    edges = sum(d.what == "edge" for d in fallen)
    counted = [_counted(n, what) for n, what in ((edges, "edge"), (len(fallen) - edges, "inference")) if n]
    falls = "falls" if len(fallen) == 1 else "fall"
    note(f"without {named}: {' and '.join(counted)} {falls}" if fallen else f"without {named}: no edge falls")
    for difference in fallen[:_TOLD]:
        note(f"  {clean(difference.sentence)}")
    if len(fallen) > _TOLD:
        given = [
            ("--store", options.store),
            ("--with", options.with_file),
            *(("--without", c) for c in options.without),
        ]
        again = shlex.join(word for name, value in given if value for word in (name, value))
        note(f"  all of them: spasmkg diff {clean(again)}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _diff(options: argparse.Namespace) -> int:
    from spasmkg.compare import compare

    home = options.store or os.environ.get("SPASMKG_STORE")
    revision = bool(options.with_file or options.without)
    names = [None if name == BUNDLED else name for name in options.graphs]
    if len(names) > 2:
        raise WrongUseError("diff compares two graphs: name at most two")
    if not names and not revision:
        raise WrongUseError("name two graphs, or what to change: --with FILE.ttl, --without CLAIM")
    if len(names) < 2:
        names = [home, *names] if names and not revision else [*(names or [home])] * 2
    one = open_graph(names[0], note)
    two = one if names[0] == names[1] else open_graph(names[1], note)
    if revision:
        two = two.revised(options.with_file, options.without)
    found = compare(one.store, two.store)
    columns = [
        "what",
        "change",
        "subject",
        "subject_label",
        "predicate",
        "predicate_label",
        "object",
        "object_label",
        "claim",
    ]
    rows = [_difference(d) for d in found]
    if rows or options.format or not sys.stdout.isatty():
        emit(options.format, columns, rows)
    counts = Counter(f"{d.what} {d.change}" for d in found)
    note("; ".join(f"{kind}: {n}" for kind, n in counts.items()) or "no difference")
    return 0


def _difference(found: Difference) -> list[Cell]:
    change = found.change
    if found.change in ("changed", "renamed", "certainty"):
        change += f": {found.before or 'none'} → {found.after or 'none'}"
    ends: list[Cell] = []
    for term, label in zip(found.triple, found.labels, strict=True):
        ends += [_cell(term), label] if term else [None, None]
    return [found.what, change, *ends, " ".join(contract(c) for c in found.claims) or None]


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


def _diff_options(sub: argparse.ArgumentParser) -> None:
    sub.usage = "spasmkg diff [A] [B] [--with FILE.ttl] [--without CLAIM]... [--format FORMAT]"
    sub.add_argument(
        "graphs",
        nargs="*",
        metavar="A B",
        help="folders made by spasmkg build, or the word bundled; B, revised by --with and --without, is compared with A",
    )
    format_option(sub, TABLES)


OPTIONS = {"explain": _explain_options, "infer": _infer_options, "diff": _diff_options}
RUN = {"explain": _explain, "infer": _infer, "diff": _diff}
