"""The commands and their options."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from spasmkg import __version__

__all__ = ["COMMANDS", "Parser", "make_parser"]

TABLES = ("table", "tsv", "csv", "json", "xml", "md")


class _Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal. The parent would load ``shutil`` to find that width, for every option added."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except (OSError, ValueError):
            width = 100
        super().__init__(prog, width=min(width, 120) - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a slip in two lines and exits with 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, **options)

    def error(self, message: str) -> NoReturn:
        """Print the reason and where help is; exit 2."""
        print(f"{self.prog}: {message}\nhelp: {self.prog.split(' --')[0]} --help", file=sys.stderr)
        raise SystemExit(2)


COMMANDS: dict[str, str] = {
    "tour": "eight relational questions answered, with their evidence",
    "query": "ask a competency question; alone, list them",
    "sparql": "run any SPARQL 1.1 query: a text, a file, or - for standard input",
    "search": "find entities by any name",
    "show": "what is known of an entity",
    "claims": "the claims about an entity, with a predicate, or in an item",
    "evidence": "where the source states a claim",
    "span": "offsets and digest of words in the article, for writing a claim",
    "schema": "kinds and predicates with counts, domain, range, an example each",
    "stats": "what the graph holds, in numbers",
    "ancestors": "everything that an entity is a kind of",
    "descendants": "everything that is a kind of an entity",
    "check": "whether the graph is sound",
    "build": "build the graph from its Turtle files into a folder",
    "export": "write the graph in a file format",
    "completion": "print the completion script of a shell",
}


def make_parser(only: str | None = None) -> Parser:
    """The whole parser, or, to start fast, the parser with one command."""
    parser = Parser(
        prog="spasmkg",
        description="A knowledge graph of muscle spasms in which every edge leads to the place that states it.",
        epilog="Start with: spasmkg tour. Data goes to standard output, everything else to standard error.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"spasmkg {__version__}")
    common = Parser(add_help=False)
    common.add_argument(
        "--store", metavar="DIR|URL", help="the graph to use instead of the bundled one (or set SPASMKG_STORE)"
    )
    common.add_argument(
        "--with",
        dest="with_file",
        metavar="FILE.ttl",
        help="merge the facts or axioms of a Turtle file for this command",
    )
    commands = parser.add_subparsers(prog="spasmkg", dest="command", metavar="COMMAND", parser_class=Parser)
    for name, summary in COMMANDS.items():
        if only is None or name == only:
            sub = commands.add_parser(
                name,
                help=summary,
                description=summary[0].upper() + summary[1:] + ".",
                parents=[common],
                allow_abbrev=False,
            )
            _OPTIONS[name](sub)
    return parser


def _format(sub: argparse.ArgumentParser, choices: Sequence[str] = TABLES) -> None:
    sub.add_argument(
        "--format",
        choices=choices,
        metavar="FORMAT",
        help=f"{', '.join(choices)}; by default a table on a terminal, TSV in a pipe",
    )


def _tour(sub: argparse.ArgumentParser) -> None:
    sub.epilog = "No medical advice: the answers restate one article."


def _query(sub: argparse.ArgumentParser) -> None:
    sub.usage = "spasmkg query [NAME] [--PARAMETER VALUE|any]... [--evidence] [--show] [--format FORMAT]"
    sub.add_argument("name", nargs="?", metavar="NAME", help="the question; without it, all questions are listed")
    sub.add_argument("--evidence", action="store_true", help="add where the source states each row")
    sub.add_argument("--show", action="store_true", help="print the bound SPARQL and nothing else")
    sub.add_argument("--tag", metavar="TAG", help="list only questions with this tag")
    _format(sub)


def _sparql(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("text", metavar="TEXT|FILE|-", help="the query, a file that holds it, or - for standard input")
    sub.add_argument("--evidence", action="store_true", help="add where the source states each row")
    _format(sub, (*TABLES, "turtle", "ntriples", "jsonld", "nquads", "trig"))


def _search(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("words", nargs="+", metavar="WORD")
    sub.add_argument("--kind", default="", metavar="KIND", help="only entities of this kind, such as Drug")
    sub.add_argument("--limit", type=_positive, default=20, metavar="N", help="at most so many (20)")
    _format(sub)


def _show(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("entity", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym")
    _format(sub, ("text", "json"))


def _claims(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--subject", default="", metavar="ENTITY")
    sub.add_argument("--predicate", default="", metavar="PREDICATE")
    sub.add_argument("--object", default="", metavar="ENTITY")
    sub.add_argument("--item", default="", metavar="ITEM", help="such as drugs-1")
    _format(sub)


def _evidence(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("claim", metavar="CLAIM", help="such as claim:drugs-1-9")
    sub.add_argument("--article", metavar="FILE", help="show the sentence in this copy of the article")


def _span(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("words", metavar="'WORDS'")
    sub.add_argument("--article", required=True, metavar="FILE")
    sub.add_argument("--item", default="", metavar="ITEM", help="look only inside this item, such as drugs-1")


def _entity(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("entity", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym")
    _format(sub)


def _check(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--article", metavar="FILE", help="compare every span with this copy of the article")
    sub.add_argument("--owl", action="store_true", help="let HermiT look for contradictions (extra: owl)")
    sub.add_argument(
        "--shapes", action="store_true", help="check the file given by --with against the SHACL shapes (extra: shapes)"
    )


def _build(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "-o", "--output", required=True, metavar="DIR", help="a folder that does not exist yet, or is empty"
    )
    sub.add_argument("--ontology", metavar="DIR", help="build from the Turtle files of this folder")


def _export(sub: argparse.ArgumentParser) -> None:
    formats = ("turtle", "ntriples", "nquads", "trig", "jsonld", "owl", "graphml")
    sub.add_argument("--format", choices=formats, default="turtle", metavar="FORMAT", help=", ".join(formats))
    sub.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="LAYER",
        help="only this layer (repeatable): ontology, entities, claims, edges …",
    )
    sub.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")


def _completion(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("shell", choices=("bash", "zsh", "tcsh"), metavar="bash|zsh|tcsh")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


_OPTIONS = {
    "tour": _tour, "query": _query, "sparql": _sparql, "search": _search, "show": _show, "claims": _claims,
    "evidence": _evidence, "span": _span, "schema": _format, "stats": _format, "ancestors": _entity,
    "descendants": _entity, "check": _check, "build": _build, "export": _export, "completion": _completion,
}  # fmt: skip
