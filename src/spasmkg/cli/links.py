"""The commands ``vocab`` and ``mappings``: vocabularies in and out, and what ties them to the graph."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from spasmkg import catalogue, home, importing, mappings
from spasmkg import namespaces as ns
from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note, width
from spasmkg.cli.parser import format_option
from spasmkg.cli.render import emit
from spasmkg.comparing import compare
from spasmkg.entities import texts
from spasmkg.errors import UsageError
from spasmkg.files import replace_file
from spasmkg.results import Cell, Iri, Number

__all__ = ["OPTIONS", "RUN"]


def _folder(options: argparse.Namespace) -> Path:
    """The graph folder to change: the one that is named, or the user's own, made where there is none."""
    if options.with_file or options.without:
        raise WrongUseError("vocab takes no --with and no --without: they hold for one command only")
    named = options.store or os.environ.get("SPASMKG_STORE")
    if named:
        if named.startswith(("http://", "https://")):
            raise UsageError(
                f"{named}: a remote endpoint cannot be changed; name a folder made by: spasmkg build -o DIR"
            )
        return Path(named)
    from spasmkg import cache

    bundled, dataset = cache.bundled(note)
    home.store_of(f"{bundled}/store", dataset, note)
    return Path(home.make(f"{bundled}/store", dataset))


def _progress() -> Callable[[str], None]:
    """Where work stands, on one line of a terminal; nothing in a pipe."""
    if not _moves():
        return lambda _: None
    last = 0.0

    def tell(text: str) -> None:
        nonlocal last
        if time.monotonic() - last > 0.2:
            last = time.monotonic()
            print(f"\r{clean(text)[: width() - 1]}\x1b[K", end="", file=sys.stderr, flush=True)

    return tell


def _moves() -> bool:
    """Whether standard error is a terminal that can write a line anew."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _vocab(options: argparse.Namespace) -> int:
    return {"add": _add, "list": _list, "show": _show, "remove": _remove, "check": _check}[options.action](options)


def _add(options: argparse.Namespace) -> int:
    if not options.names:
        raise WrongUseError("vocab add needs the files of one vocabulary: spasmkg vocab add FILE... [--as PREFIX]")
    made, ledger = importing.add(
        _folder(options), [Path(n) for n in options.names], options.prefix, _progress(), options.language
    )
    if _moves():
        print("\r\x1b[K", end="", file=sys.stderr)
    release = f" {made.version}" if made.version else ""
    note(
        f"{made.prefix}{release}: {made.terms:,} terms with {made.names:,} names, from {', '.join(made.files)} ({made.format})"
    )
    note(f"{made.read:,} {made.unit} read, {made.kept:,} kept, {made.read - made.kept:,} skipped")
    for reason, count in (*made.skipped, *made.warnings):
        places = ledger.examples.get(reason, [])
        note(
            f"  {count:,} {clean(reason)}{': ' + clean(places[0]) if places else ''}{' …' if count > 1 and places else ''}"
        )
    if made.license:
        note(f"licence: {clean(made.license)}{'' if made.shippable else ' · its terms are not to be passed on'}")
    note(f"ask it with: GRAPH vocabulary:{made.prefix} {{ … }}; link to it with: spasmkg link")
    return 0


def _list(options: argparse.Namespace) -> int:
    rows: list[list[Cell]] = [
        [
            v.prefix,
            clean(v.title),
            clean(v.version),
            Number.of(v.terms),
            Number.of(v.names),
            v.loaded,
            _licence(v.license),
        ]
        for v in open_named(options).vocabularies()
    ]
    emit(options.format, ["vocabulary", "title", "release", "terms", "names", "loaded", "licence"], rows)
    note(
        f"{len(rows)} vocabular{'y' if len(rows) == 1 else 'ies'}"
        if rows
        else "none is loaded; load one with: spasmkg vocab add FILE"
    )
    return 0


def _licence(text: str) -> str:
    """A licence in few words: the Creative Commons ones by their usual names."""
    found = re.search(r"creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/zero)/([\d.]+)", text)
    if not found:
        return clean(text)
    return f"CC {found[1].upper()} {found[2]}" if found[1] else f"CC0 {found[2]}"


def _show(options: argparse.Namespace) -> int:
    rows: list[list[Cell]] = []
    for name in _named(options):
        v = catalogue.vocabulary(open_named(options).store, name)
        said: list[tuple[str, Cell]] = [
            ("vocabulary", v.prefix), ("title", clean(v.title)), ("release", clean(v.version)), ("licence", clean(v.license)),
            ("may be passed on", "yes" if v.shippable else "no"), ("graph", Iri(v.graph)), ("format", v.format),
            *(("file", clean(f)) for f in v.files), ("SHA-256", v.digest), ("loaded", v.loaded),
            ("terms", Number.of(v.terms)), ("names", Number.of(v.names)), ("triples", Number.of(v.triples)),
            (f"{v.unit} read", Number.of(v.read)), (f"{v.unit} kept", Number.of(v.kept)),
            *((f"skipped: {clean(reason)}", Number.of(n)) for reason, n in v.skipped),
            *((f"left out: {clean(reason)}", Number.of(n)) for reason, n in v.warnings),
        ]  # fmt: skip
        rows += [[what, value] for what, value in said]
    emit(options.format, ["what", "value"], rows)
    return 0


def _remove(options: argparse.Namespace) -> int:
    for name in _named(options):
        gone = importing.remove(_folder(options), name)
        note(f"{gone.prefix} {gone.version} removed ({gone.terms:,} terms)")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Hold the mapping sets against the loaded vocabularies."""
    kg = open_named(options)
    wanted = [catalogue.vocabulary(kg.store, name) for name in options.names] or kg.vocabularies()
    if not wanted:
        note("none is loaded; load one with: spasmkg vocab add FILE")
        return 1
    rows: list[list[Cell]] = []
    wrong = 0
    for v in wanted:
        checked, found = compare(kg.store, v.prefix, v.graph)
        note(f"{f'{v.prefix} {v.version}'.rstrip()}: {checked} mapped terms looked up, {len(found)} to look at")
        for problem in found:
            wrong += problem.grave
            rows.append(
                [problem.what, ns.contract(problem.mapping.subject), problem.mapping.precision, problem.mapping.curie,
                 clean(problem.mapping.label), clean(problem.there)]
            )  # fmt: skip
    emit(options.format, ["problem", "entity", "precision", "id", "label in the mapping", "in the vocabulary"], rows)
    return 1 if wrong else 0


def _named(options: argparse.Namespace) -> list[str]:
    if not options.names:
        raise WrongUseError(
            f"vocab {options.action} needs the prefix of a vocabulary; list them with: spasmkg vocab list"
        )
    return list(options.names)


def _mappings(options: argparse.Namespace) -> int:
    if options.file:
        from spasmkg.cli.codes import join

        return join(options)
    if options.column or options.prefix or options.as_column or options.at_least or options.direct:
        raise WrongUseError("--column, --as, --as-column, --at-least and --direct go with --file")
    kg = open_named(options)
    if options.coverage:
        table = mappings.coverage(kg.store)
        rows: list[list[Cell]] = [[kind, v, *(Number.of(n) for n in counts)] for kind, v, *counts in table]
        emit(options.format, ["kind", "vocabulary", "entities", "exact", "other", "no_term"], rows)
        return 0
    found = [m for name in options.entities for m in kg.mappings(name)] if options.entities else kg.mappings()
    if options.vocabulary:
        known = sorted({m.vocabulary for m in found}, key=str.lower)
        chosen = {v.lower() for v in options.vocabulary}
        if unknown := chosen - {k.lower() for k in known}:
            raise UsageError(f"no mapping goes to {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        found = [m for m in found if m.vocabulary.lower() in chosen]
    if options.format == "sssom" or (options.format is None and options.output):
        text = mappings.as_sssom(kg.store, found)
        if options.output:
            replace_file(options.output, text.encode())
            note(f"wrote {len(found)} rows to {options.output}")
        else:
            sys.stdout.write(text)
        return 0
    if options.output:
        raise WrongUseError("-o writes SSSOM; leave --format away, or write the table with >")
    labels = texts(kg.store, {m.subject for m in found})
    names = ["entity", "entity_label", "vocabulary", "precision", "id", "label", "release", "confidence", "comment"]
    rows = []
    for m in found:
        label = labels.get(m.subject, (ns.local(m.subject),))[0]
        id_ = Iri(m.object) if m.object else None
        sure = Number.of(m.confidence)
        rows.append(
            [
                Iri(m.subject),
                label,
                m.vocabulary,
                m.precision,
                id_,
                clean(m.label),
                clean(m.version),
                sure,
                clean(m.comment),
            ]
        )
    if options.format == "table" or (options.format is None and sys.stdout.isatty()):
        narrow = [
            i
            for i, n in enumerate(names)
            if n not in ("release", "confidence") and (len(labels) > 1 or "entity" not in n)
        ]
        names, rows = [names[i] for i in narrow], [[row[i] for i in narrow] for row in rows]
    emit(options.format, names, rows)
    note(f"{len(rows)} rows; none: the vocabulary, as far as it was searched, has no term; not: a tempting wrong one")
    return 0


def _vocab_options(sub: argparse.ArgumentParser) -> None:
    sub.usage = "spasmkg vocab add FILE... [--as PREFIX] [--language CODE] | list | show PREFIX | remove PREFIX | check [PREFIX...]  [--store DIR]"
    sub.add_argument("action", choices=("add", "list", "show", "remove", "check"), metavar="add|list|show|remove|check")
    sub.add_argument(
        "names", nargs="*", metavar="FILE|PREFIX", help="files or folders of one vocabulary to add, or prefixes"
    )
    sub.add_argument(
        "--as",
        dest="prefix",
        default="",
        metavar="PREFIX",
        help="which vocabulary the files are, such as HP or snomedct",
    )
    sub.add_argument(
        "--language",
        default="",
        metavar="CODE",
        help="take names in this language too, such as de, where the layout tells languages apart",
    )
    format_option(sub)


def _mappings_options(sub: argparse.ArgumentParser) -> None:
    sub.usage = (
        "spasmkg mappings [ENTITY]... [--vocabulary PREFIX]... [--coverage] [--format FORMAT] [-o FILE]\n"
        "       spasmkg mappings --file FILE [--column NAME] [--as PREFIX] [--at-least LEVEL] [--direct] [-o FILE]"
    )
    sub.add_argument(
        "entities", nargs="*", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym; without it, all"
    )
    sub.add_argument(
        "--vocabulary",
        action="append",
        default=[],
        metavar="PREFIX",
        help="only mappings to this vocabulary (repeatable)",
    )
    sub.add_argument(
        "--coverage", action="store_true", help="how many entities of each kind each vocabulary has terms for"
    )
    sub.add_argument(
        "-o", "--output", metavar="FILE", help="write the mappings to this file as one SSSOM set, or the rows of --file"
    )
    format_option(sub, ("table", "tsv", "csv", "json", "xml", "md", "sssom"))
    from spasmkg.cli.codes import options as of_codes

    of_codes(sub)


OPTIONS = {"vocab": _vocab_options, "mappings": _mappings_options}
RUN = {"vocab": _vocab, "mappings": _mappings}
