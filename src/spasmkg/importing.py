"""Files of vocabularies into a graph folder: each vocabulary one named graph, replaced whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from spasmkg.catalogue import CATALOGUE, GRAPHS, LICENCES, Vocabulary, entry, vocabulary
from spasmkg.errors import DataSyntaxError, UsageError
from spasmkg.identifiers import preferred_prefix
from spasmkg.namespaces import is_iri
from spasmkg.store import Store, change, live, open_directory
from spasmkg.vocabularies.formats import Format, recognise
from spasmkg.vocabularies.sources import Source, open_sources
from spasmkg.vocabularies.statements import Ledger, Release
from spasmkg.vocabularies.triples import PREDICATES, ntriples

__all__ = ["add", "remove"]

_NAMES = " ".join(f"<{PREDICATES[f]}>" for f in ("label", "exact", "broad", "narrow", "related"))


_WHOLE = ("obo", "obographs", "functional", "owlxml", "owl", "skos")
"""Layouts in which each file is a vocabulary of its own, not one table of several."""


def add(
    folder: Path,
    paths: Sequence[Path],
    prefix: str = "",
    report: Callable[[str], None] = lambda _: None,
    language: str = "",
) -> tuple[Vocabulary, Ledger]:
    """Read the files of one vocabulary into the graph of a folder; what it held of that vocabulary is replaced.

    ``prefix`` names the vocabulary where the files do not; ``language`` is one besides English whose names are
    wanted, where the layout tells languages apart. Returns the new entry of the catalogue and the account of
    every record. Raises DataSyntaxError, RefusedError, UsageError, StoreError, and then nothing has changed.
    """
    sources = open_sources(paths)
    form, files = recognise(sources)
    name = _name(prefix, form, files)
    ledger, release = Ledger(form.unit), Release(language=language)
    graph, before = GRAPHS + name, _stamps(files)
    for path in dict.fromkeys(p for p in paths if p.is_file() and p not in before):
        unread = "file not read: of another layout, or the same in another form"
        ledger.warnings[unread] += 1
        ledger.examples.setdefault(unread, []).append(path.name)
    with change(folder) as store:
        store.clear(graph)
        _load(store, form, files, ledger, release, name, graph, report)
        _unchanged(files, before)
        report("counting")
        terms, names, triples = _counts(store, graph)
        _insist(ledger, bool(terms) or _ties(store, graph), files)
        usual, may_ship = LICENCES.get(name, ("", False))
        made = Vocabulary(
            name,
            title=release.title,
            version=release.version,
            license=release.license or usual,
            shippable=may_ship
            or bool(re.search(r"creativecommons.org/(licenses/by|publicdomain/zero)/", release.license)),
            format=form.name,
            unit=ledger.unit,
            files=tuple(s.name for s in files),
            digest=_digest(files),
            loaded=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
            terms=terms,
            names=names,
            triples=triples,
            read=ledger.read,
            kept=ledger.kept,
            skipped=tuple(ledger.skipped.most_common()),
            warnings=tuple(ledger.warnings.most_common()),
        )
        _forget(store, graph)
        store.insert(entry(made), [CATALOGUE])
    return made, ledger


def remove(folder: Path, prefix: str) -> Vocabulary:
    """Take a vocabulary out of the graph of a folder; raises NotFoundError where it is not loaded."""
    gone = vocabulary(open_directory(live(str(folder))), prefix)
    with change(folder) as store:
        store.clear(gone.graph)
        _forget(store, gone.graph)
    return gone


def _name(prefix: str, form: Format, files: Sequence[Source]) -> str:
    """The prefix that the vocabulary goes by."""
    if not prefix and form.module in _WHOLE and len(several := sorted({form.prefix([f]) for f in files} - {""})) > 1:
        raise UsageError(
            f"the files are of several vocabularies, {', '.join(several)}; add each by itself, or say with --as PREFIX "
            "of which they are parts"
        )
    found = (preferred_prefix(prefix) or prefix) if prefix else form.prefix(files)
    if not found:
        raise UsageError("the files do not say which vocabulary they are; name it with --as PREFIX, such as --as HP")
    if found.lower() == "spasm":
        raise UsageError('"spasm" is the graph itself; name the vocabulary otherwise, such as --as mine')
    if not found.replace(".", "").replace("-", "").replace("_", "").isalnum() or not is_iri(GRAPHS + found):
        raise UsageError(f'"{found}" cannot name a vocabulary; use letters and digits, such as --as HP')
    return found


def _load(
    store: Store,
    form: Format,
    files: Sequence[Source],
    ledger: Ledger,
    release: Release,
    name: str,
    graph: str,
    report: Callable[[str], None],
) -> None:
    if form.as_it_is:
        for source in files:
            store.bulk(source.name, _told(form.stream(source, release), source, report), form.media(source), graph)
        form.settle(store, graph, ledger, release)
        return
    chunks = ntriples(form.read(files, ledger, release, name), release.prefixes, _warned(ledger))
    store.bulk(files[0].name, _counted(chunks, ledger, report), "ntriples", graph)


def _warned(ledger: Ledger) -> Callable[[str], None]:
    def unsound(reason: str) -> None:
        ledger.warnings[f"statement left out: {reason}"] += 1

    return unsound


def _counted(chunks: Iterator[bytes], ledger: Ledger, report: Callable[[str], None]) -> Iterator[bytes]:
    for chunk in chunks:
        report(f"{ledger.read:,} {ledger.unit} read, {ledger.kept:,} kept")
        yield chunk


def _told(chunks: Iterator[bytes], source: Source, report: Callable[[str], None]) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        report(f"{source.name}: {done / 1e6:,.0f} MB read")
        yield chunk


def _counts(store: Store, graph: str) -> tuple[int, int, int]:
    def one(query: str) -> int:
        return next(int(row[0].value) for row in store.select(query))

    label = PREDICATES["label"]
    return (
        one(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ GRAPH <{graph}> {{ ?x <{label}> ?name }} }}"),
        one(f"SELECT (COUNT(*) AS ?n) {{ VALUES ?p {{ {_NAMES} }} GRAPH <{graph}> {{ ?x ?p ?name }} }}"),
        one(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"),
    )


def _ties(store: Store, graph: str) -> bool:
    """Whether terms are tied to others at least: all that a bridge between vocabularies consists of."""
    xref, parent = PREDICATES["xref"], PREDICATES["parent"]
    return store.ask(f"ASK {{ GRAPH <{graph}> {{ ?x <{xref}>|<{parent}> ?other FILTER(!isBlank(?other)) }} }}")


def _insist(ledger: Ledger, says_something: bool, files: Sequence[Source]) -> None:
    """Refuse what is no vocabulary after all: nothing with a name, or more rows left out than could be an accident."""
    name = files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1} more"
    broken = ledger.skipped["not UTF-8"]
    if broken > 20 and broken > 0.1 * ledger.read:
        places = "; ".join(ledger.examples["not UTF-8"][:3])
        raise DataSyntaxError(
            f"{broken:,} of {ledger.read:,} lines are not UTF-8 ({places}); convert it first, for instance with: "
            "iconv -f WINDOWS-1252 -t UTF-8",
            name,
        )
    wrong = {reason: n for reason, n in ledger.skipped.items() if reason.startswith(("term left out", "damaged"))}
    if sum(wrong.values()) > max(5, ledger.kept):
        reason = max(wrong, key=lambda r: wrong[r])
        places = "; ".join(ledger.examples[reason][:3])
        hint = "export its identifiers as text" if "spreadsheet" in reason else "are its columns in another order?"
        raise DataSyntaxError(
            f"{sum(wrong.values()):,} of {ledger.read:,} {ledger.unit} cannot be used "
            f"({reason.partition(': ')[2]}: {places}); {hint}",
            name,
        )
    if not says_something:
        reasons = ", ".join(f"{reason} ({n:,})" for reason, n in ledger.skipped.most_common(3))
        raise DataSyntaxError("no term with a name in it" + (f"; left out: {reasons}" if reasons else ""), name)


def _forget(store: Store, graph: str) -> None:
    rows = store.select(f"SELECT ?p ?o {{ GRAPH <{CATALOGUE}> {{ <{graph}> ?p ?o }} }}")
    store.remove([(f"<{graph}>", str(p), str(o)) for p, o in rows], [CATALOGUE])


def _stamps(files: Sequence[Source]) -> dict[Path, tuple[int, int]]:
    """When each file was last written, and its size."""
    found = {path: path.stat() for path in dict.fromkeys(s.path for s in files)}
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in found.items()}


def _unchanged(files: Sequence[Source], before: dict[Path, tuple[int, int]]) -> None:
    """Refuse what was written to while it was read: half of it would be of another release."""
    now = _stamps(files)
    if changed := next((path for path, stamp in before.items() if now[path] != stamp), None):
        raise DataSyntaxError(
            "it changed while it was read; wait until it is complete, then add it again", changed.name
        )


def _digest(files: Sequence[Source]) -> str:
    whole = hashlib.sha256()
    for path in dict.fromkeys(s.path for s in files):
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
