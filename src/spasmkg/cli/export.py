"""``spasmkg export``: the graph in a file format, to standard output or to files that are there whole or not at all."""

from __future__ import annotations

import argparse
from pathlib import Path

from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note, write_bytes
from spasmkg.files import replace_files
from spasmkg.kg import KnowledgeGraph
from spasmkg.model import CERTAINTIES

__all__ = ["OPTIONS", "RUN"]

_FORMATS = (
    "turtle", "ntriples", "nquads", "trig", "jsonld", "owl", "graphml", "gexf", "cyjs", "csv", "csv-nodes", "dot",
    "cytoscape-style", "nanopub", "kgx-tsv-nodes", "kgx-tsv-edges", "kgx-jsonl-nodes", "kgx-jsonl-edges", "biolink-rdf",
    "obographs", "turtle12", "owl-axioms", "skos", "kgx-tsv", "kgx-jsonl",
)  # fmt: skip
_SELECTING = "graphml, gexf, cyjs, csv, dot, nanopub, kgx-…, biolink-rdf, obographs"


def _export(options: argparse.Namespace) -> int:
    kg = open_named(options)
    wanted = _files(options.format, options.output)
    made = {
        aim: kg.export(media, options.layer, options.kind, options.predicate, options.certainty)
        for aim, media in wanted.items()
    }
    for line in _notices(kg, options):
        note(clean(line))
    if options.output:
        replace_files(made)
        for aim, data in made.items():
            note(f"wrote {len(data)} bytes to {aim}")
    else:
        write_bytes(next(iter(made.values())))
    return 0


def _files(media: str, output: str | None) -> dict[str, str]:
    """The format of each file to write; where there is one, its name may be empty."""
    from spasmkg.export import PAIRS, files

    if media not in PAIRS:
        return {output or "": media}
    if not output:
        raise WrongUseError(f"{media} is two files: give -o NAME, or ask for {media}-nodes and {media}-edges")
    stem = f"{output.rstrip('/')}/spasmkg" if output.endswith("/") or Path(output).is_dir() else output
    return {f"{stem}_{end}": single for end, single in files(media).items()}


def _notices(kg: KnowledgeGraph, options: argparse.Namespace) -> list[str]:
    from spasmkg.export import WRITERS, notices

    found = [f"warning: {line}" for line in notices(kg.store, options.layer)]
    claims = options.format in WRITERS or options.format.startswith("kgx")
    if options.with_file and claims and options.format not in ("turtle12", "owl-axioms"):
        found.append(
            f"{options.format} is made of the claims of the source: the facts of {options.with_file} are not in it"
        )
    return found


def _options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--format", choices=_FORMATS, default="turtle", metavar="FORMAT", help=", ".join(_FORMATS))
    sub.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="LAYER",
        help="only this layer (repeatable): ontology, entities, claims, edges …, vocabulary/HP where it was imported; "
        "inferred adds its edges to graphml, gexf, cyjs, csv, dot",
    )
    chosen = f"for {_SELECTING}: only edges"
    sub.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="KIND",
        help=f"{chosen} between things of this kind or role, such as Drug (repeatable: of one of these)",
    )
    sub.add_argument(
        "--predicate",
        action="append",
        default=[],
        metavar="PREDICATE",
        help=f"{chosen} with this predicate (repeatable)",
    )
    sub.add_argument(
        "--certainty",
        choices=CERTAINTIES,
        default="",
        metavar="CERTAINTY",
        help=f"{chosen} at least so certain: {', '.join(CERTAINTIES)}",
    )
    sub.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write to this file instead of standard output; kgx-tsv and kgx-jsonl write two, FILE_nodes and FILE_edges",
    )


OPTIONS = {"export": _options}
RUN = {"export": _export}
