"""The commands and their options."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from spasmkg import __version__

__all__ = [
    "COMMANDS",
    "Parser",
    "entity_option",
    "format_option",
    "make_parser",
    "positive",
    "seconds",
    "seconds_option",
]

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


class _Once(argparse.Action):
    """An option that may be given once: the second would silently take the place of the first."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, option: str | None = None) -> None:  # fmt: skip
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option} is given twice; put the triples into one file")
        setattr(namespace, self.dest, value)


COMMANDS: dict[str, tuple[str, str]] = {
    "tour": ("commands", "eight relational questions with their evidence, a path, a proof, a picture"),
    "query": ("ask", "ask a competency question; alone, list them"),
    "sparql": ("ask", "run any SPARQL 1.1 query: a text, a file, or - for standard input"),
    "conflicts": ("tensions", "contradictions and tensions in what the source says, both sides cited"),
    "gaps": ("tensions", "what the source leaves out, and where nothing is stated"),
    "search": ("commands", "find entities by any name"),
    "show": ("commands", "what is known of an entity"),
    "paths": ("follow", "how two things are connected, or one thing with a kind, with the places that say so"),
    "neighbours": ("follow", "what lies around an entity, up to some steps away"),
    "related": ("follow", "how two things are related, as sentences with citations"),
    "account-for": ("analyse", "rank the causes, conditions or tests that account best for several observations"),
    "analyse": ("analyse", "what is central, belongs together, holds together, feeds back, or is shared"),
    "mappings": ("links", "what an entity is in outside vocabularies, and how precisely"),
    "link": ("linker", "propose mappings of entities, or of a file of labels, into the loaded vocabularies"),
    "annotate": ("linker", "find mentions of entities and vocabulary terms in a text, with offsets"),
    "ground": ("linker", "the best identifiers for one string, and the same thing's identifiers elsewhere"),
    "vocab": ("links", "add vocabularies of your own: HPO, SNOMED CT, RxNorm, LOINC, MeSH …"),
    "claims": ("commands", "the claims about an entity, with a predicate, or in an item"),
    "evidence": ("commands", "where the source states a claim, or which file and release a mapping was seen in"),
    "explain": ("reason", "why an edge or a role holds: its proofs, down to the places that state their ground"),
    "infer": ("reason", "what reasoning adds, by rule"),
    "diff": ("reason", "what changed between two builds, or with facts added and claims withdrawn"),
    "span": ("commands", "offsets and digest of words in the article, for writing a claim"),
    "schema": ("commands", "kinds and predicates with counts, domain, range, an example each"),
    "stats": ("commands", "what the graph holds, in numbers"),
    "ancestors": ("commands", "everything that an entity is a kind of, or what is above a term of a loaded vocabulary"),
    "descendants": (
        "commands",
        "everything that is a kind of an entity, or what is below a term of a loaded vocabulary",
    ),
    "check": ("commands", "whether the graph is sound"),
    "build": ("commands", "build the graph from its Turtle files into a folder"),
    "draw": ("picture", "a picture of entities, paths, a section, an answer or the schema, or a chart: SVG, PNG, HTML"),
    "export": ("export", "write the graph in a file format"),
    "serve": ("serve", "SPARQL, linked data and REST over HTTP, for other programs and browsers"),
    "mcp": ("agents", "search, questions, paths, proofs and SPARQL as tools for language models, over MCP"),
    "completion": ("commands", "print the completion script of a shell"),
}
"""Each command with the module of this package that holds its options and its work, and a summary."""


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
        action=_Once,
        metavar="FILE.ttl",
        help="merge the facts or axioms of a Turtle file for this command",
    )
    common.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="CLAIM",
        help="withdraw a claim for this command (repeatable), such as claim:causes-3-16",
    )
    commands = parser.add_subparsers(prog="spasmkg", dest="command", metavar="COMMAND", parser_class=Parser)
    for name, (home, summary) in COMMANDS.items():
        if only is None or name == only:
            sub = commands.add_parser(
                name,
                help=summary,
                description=summary[0].upper() + summary[1:] + ".",
                parents=[common],
                allow_abbrev=False,
            )
            import_module(f"spasmkg.cli.{home}").OPTIONS[name](sub)
    return parser


def format_option(sub: argparse.ArgumentParser, choices: Sequence[str] = TABLES) -> None:
    """The option ``--format``."""
    sub.add_argument(
        "--format",
        choices=choices,
        metavar="FORMAT",
        help=f"{', '.join(choices)}; by default a table on a terminal, TSV in a pipe",
    )


def positive(text: str) -> int:
    """A whole number above 0, for argparse."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


def seconds(text: str) -> float:
    """A number of seconds above 0, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
    return value


def seconds_option(sub: argparse.ArgumentParser) -> None:
    """The option ``--timeout``."""
    sub.add_argument("--timeout", type=seconds, metavar="SECONDS", help="stop the query after so long; then exit 1")


def entity_option(sub: argparse.ArgumentParser) -> None:
    """One entity or outside term, and the format."""
    sub.add_argument(
        "entity",
        metavar="ENTITY",
        help="slug, CURIE, IRI, label or synonym; or a term of a loaded vocabulary, such as HP:0003394",
    )
    format_option(sub)
