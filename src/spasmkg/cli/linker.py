"""The commands ``link``, ``annotate`` and ``ground``: our things and a user's words in the loaded vocabularies."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from spasmkg import namespaces as ns
from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note, write_bytes
from spasmkg.cli.parser import format_option, positive
from spasmkg.cli.render import emit
from spasmkg.errors import DataSyntaxError, IdentifierError, NotFoundError
from spasmkg.files import replace_file
from spasmkg.model import PRECISION
from spasmkg.results import Cell, Iri, Number

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.linking.deciding import Proposal
    from spasmkg.linking.ground import Grounding

__all__ = ["OPTIONS", "RUN"]

_MAX_TEXT = 50_000_000


def _open(options: argparse.Namespace) -> KnowledgeGraph:
    kg = open_named(options)
    kg.tell = note
    return kg


def _as_table(options: argparse.Namespace) -> bool:
    return options.format == "table" or (options.format is None and sys.stdout.isatty())


def _iri(identifier: str, options: argparse.Namespace) -> Cell:
    """An identifier as an IRI; as it is for a table, and where it has none."""
    from spasmkg.identifiers import iri

    if _as_table(options):
        return identifier
    if identifier.startswith("spasm:"):
        return Iri("https://w3id.org/spasmkg/" + identifier.removeprefix("spasm:"))
    try:
        return Iri(iri(identifier))
    except IdentifierError:
        return identifier


# ---- link ----


def _link(options: argparse.Namespace) -> int:
    if options.file and options.entities:
        raise WrongUseError("link takes entities or --file, not both")
    kg = _open(options)
    base, labels = "", None
    if options.file:
        from spasmkg.linking.labels import Labels

        labels = Labels(Path(options.file))
        base = labels.base
        if not kg.lexicon.vocabularies:
            note("no vocabulary is loaded: labels are linked to our entities and, through these, to their mappings")
        found = list(kg.link_labels(labels, vocabularies=options.vocabulary, min_confidence=options.min_confidence))
    else:
        found = kg.link(*options.entities, vocabularies=options.vocabulary, min_confidence=options.min_confidence)
    _write_proposals(kg, found, options, base)
    if labels is not None:
        unknown = {f"no such kind as {kind}, which was not used": n for kind, n in labels.unknown_kinds.items()}
        for reason, count in {**labels.skipped, **unknown}.items():
            note(f"  {count:,} {'row' if count == 1 else 'rows'}: {clean(reason)}")
    return 0


def _precision(found: Proposal | Grounding) -> str:
    """How the outside term stands to ours, in the words of ``mappings``."""
    return PRECISION[f"{ns.SKOS}{found.predicate}Match"]


def _write_proposals(kg: KnowledgeGraph, found: list[Proposal], options: argparse.Namespace, base: str) -> None:
    known = [p for p in found if any(r.kind == "curated" for r in p.reasons)]
    sssom = options.format == "sssom" or (options.format is None and (options.output or not sys.stdout.isatty()))
    if options.output and not sssom:
        raise WrongUseError("-o writes SSSOM; leave --format away, or write the table with >")
    fresh = [p for p in found if p not in known]
    by = Counter(_precision(p) for p in found)
    told = ", ".join(f"{by[word]} {word}" for word in PRECISION.values() if by[word])
    if sssom:
        from spasmkg.linking.review import as_sssom

        text = as_sssom(fresh, kg.vocabularies(), base)
        if options.output:
            replace_file(options.output, text.encode("utf-8", "replace"))
            note(f"wrote {len(fresh)} proposals for review to {options.output}")
        else:
            write_bytes(text.encode("utf-8", "replace"))
        if known:
            note(f"{len(known)} more are in the mapping sets already; see them with: spasmkg mappings")
        return
    several = len({p.subject for p in found}) > 1 or options.file
    names = ["thing", "thing_label", "precision", "id", "label", "confidence", "why"]
    rows: list[list[Cell]] = [
        [_iri(p.subject, options), clean(p.subject_label), _precision(p), _iri(p.term.id, options), clean(p.term.label),
         Number.of(p.confidence), clean(p.why)]
        for p in found
    ]  # fmt: skip
    if not several and _as_table(options):
        names, rows = names[2:], [row[2:] for row in rows]
    emit(options.format, names, rows)
    many = "proposal" if len(found) == 1 else "proposals"
    note(f"{len(found)} {many} ({told or 'none'}); {len(known)} are in the mapping sets, the others ask for review")


# ---- annotate ----


def _annotate(options: argparse.Namespace) -> int:
    text = _text(options.text)
    kg = _open(options)
    from spasmkg.linking import standoff

    mentions = kg.annotate(text, vocabularies=options.vocabulary, kinds=options.kind)
    media = options.format or ("table" if sys.stdout.isatty() else "tsv")
    if media in ("brat", "json"):
        data = standoff.as_brat(mentions) if media == "brat" else standoff.as_json(mentions)
        write_bytes(data.encode("utf-8", "replace"))
    elif media == "table":
        rows: list[list[Cell]] = [
            [f"{m.start}–{m.end}", clean(" ".join(m.text.split())), standoff.kind_of(m.matches[0].term), _list(x.term.id for x in m.matches)]
            for m in mentions
        ]  # fmt: skip
        emit("table", ["characters", "words", "kind", "ids"], rows)
    else:
        names = ["start", "end", "text", "id", "label", "kind", "scope"]
        rows = [
            [
                Number.of(m.start),
                Number.of(m.end),
                m.text,
                _iri(t.id, options),
                clean(t.label),
                standoff.kind_of(t),
                scope,
            ]
            for m, t, scope in standoff.rows(mentions)
        ]
        emit(media, names, rows)
    note(f"{len(mentions)} {'mention' if len(mentions) == 1 else 'mentions'}; negation is not judged")
    return 0


def _list(identifiers: Iterable[str]) -> str:
    listed = list(identifiers)
    return " ".join(listed[:6]) + (f" … and {len(listed) - 6} more" if len(listed) > 6 else "")


def _text(given: str) -> str:
    """The text itself, that of a file, or standard input; line ends stay as they are, because offsets count them."""
    if given == "-":
        data, name = sys.stdin.buffer.read(_MAX_TEXT + 1), "standard input"
    elif "\n" not in given and len(given) < 4096 and "\0" not in given and Path(given).is_file():
        with Path(given).open("rb") as file:
            data, name = file.read(_MAX_TEXT + 1), given
    elif "\n" not in given and " " not in given and given.endswith((".txt", ".md", ".tsv", ".csv")):
        raise NotFoundError("file", given)
    else:
        return given
    if len(data) > _MAX_TEXT:
        raise DataSyntaxError(f"longer than {_MAX_TEXT // 1_000_000} MB; annotate it in parts", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataSyntaxError(
            f"not UTF-8 text ({error.reason} at byte {error.start}); convert it first", name
        ) from None


# ---- ground ----


def _ground(options: argparse.Namespace) -> int:
    kg = _open(options)
    found = kg.ground(options.term, kind=options.kind or "", vocabularies=options.vocabulary, limit=options.limit)
    rows: list[list[Cell]] = [
        [
            _iri(g.term.id, options),
            clean(g.term.label),
            _precision(g),
            Number.of(g.confidence),
            clean(g.why),
            " ".join(g.elsewhere),
        ]
        for g in found
    ]
    if _as_table(options):
        for row, g in zip(rows, found, strict=True):
            row[5] = _list(g.elsewhere)
    emit(options.format, ["id", "label", "precision", "confidence", "why", "same_elsewhere"], rows)
    if not found:
        note(f'nothing is called "{clean(options.term)}", or nearly so')
        return 1
    return 0


# ---- options ----


def _fraction(text: str) -> float:
    """A number from 0 to 1, for argparse."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to 1")
    return number


def _vocabulary_option(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--vocabulary",
        action="append",
        default=[],
        metavar="PREFIX",
        help="only this vocabulary (repeatable), such as HP",
    )


def _link_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "entities", nargs="*", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym; without it, all"
    )
    sub.add_argument("--file", metavar="FILE", help="CSV or TSV with a column label, and if you like id and kind")
    _vocabulary_option(sub)
    sub.add_argument(
        "--min-confidence", type=_fraction, default=0.5, metavar="N", help="leave out less certain ones (default 0.5)"
    )
    sub.add_argument("-o", "--output", metavar="FILE", help="write the proposals to this file as SSSOM, for review")
    sub.add_argument(
        "--format",
        choices=("table", "tsv", "csv", "json", "xml", "md", "sssom"),
        metavar="FORMAT",
        help="table, tsv, csv, json, xml, md, sssom; by default a table on a terminal, SSSOM in a pipe",
    )


def _annotate_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("text", metavar="TEXT|FILE|-", help="the text, a file that holds it, or - for standard input")
    _vocabulary_option(sub)
    sub.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="KIND",
        help="only things of this kind (repeatable), such as Drug",
    )
    format_option(sub, ("table", "tsv", "csv", "json", "brat"))


def _ground_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("term", metavar="TERM", help="a name or an identifier in any spelling")
    sub.add_argument("--kind", metavar="KIND", help="what kind of thing it is, such as Drug")
    _vocabulary_option(sub)
    sub.add_argument("--limit", type=positive, default=10, metavar="N", help="how many at most (default 10)")
    format_option(sub)


OPTIONS = {"link": _link_options, "annotate": _annotate_options, "ground": _ground_options}
RUN = {"link": _link, "annotate": _annotate, "ground": _ground}
