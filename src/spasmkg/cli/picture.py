"""The command ``draw``."""

from __future__ import annotations

import argparse
import sys

from spasmkg import competency
from spasmkg.cli.ask import open_named, parameters
from spasmkg.cli.follow import layer_option
from spasmkg.cli.output import WrongUseError, note, write_bytes
from spasmkg.cli.parser import positive
from spasmkg.errors import UsageError
from spasmkg.model import CERTAINTIES

__all__ = ["OPTIONS", "RUN"]

FORMATS = ("svg", "png", "html")


def _draw(options: argparse.Namespace) -> int:
    """``spasmkg draw``."""
    to_stdout = options.output in (None, "-")
    suffix = "" if to_stdout else options.output.rpartition(".")[2].lower()
    media = options.format or (suffix if suffix in FORMATS else "")
    if not media and not to_stdout:
        raise WrongUseError(f"{options.output}: name a file that ends in .svg, .png or .html, or say --format")
    if to_stdout and sys.stdout.isatty() and media in ("", "png"):
        raise WrongUseError("name a file for the picture: -o FILE.svg, .png or .html")
    if options.chart:
        _alone(options)
    asked: dict[str, object] = {"inferred": options.inferred, "dark": options.dark, "schema": options.schema}
    asked |= {"top": options.top, "width": options.width, "depth": options.depth, "scale": options.scale}
    asked["layers"] = options.layer
    if options.question:
        question = competency.load(options.question)
        # A parameter may have the name of an option of this command.
        own = [w for n in ("section", "certainty") if (w := getattr(options, n)) and n in _names(question)]
        given = [
            x for n in ("section", "certainty") if getattr(options, n) in own for x in (f"--{n}", getattr(options, n))
        ]
        values = parameters(question, [*given, *_joined(options.rest, options.entity)], "draw --query")
        if values is None:
            return 2
        asked |= {"question": options.question, "values": values}
        options.entity = []
    for name in ("section", "certainty"):
        if not (options.question and name in _names(competency.load(options.question))):
            asked[name] = getattr(options, name) or ""
    kg = open_named(options)
    if options.chart:
        drawing = kg.chart(options.chart, top=options.top, dark=options.dark, width=options.width, scale=options.scale)
    else:
        drawing = kg.draw(*options.entity, path=options.path or (), **asked)
    if to_stdout:
        write_bytes(drawing.data(media or "svg"))
    else:
        drawing.save(options.output, media)
    note(drawing.scene.source_line.partition("; ")[2] + ("" if to_stdout else f"; written to {options.output}"))
    return 0


def _alone(options: argparse.Namespace) -> None:
    """Refuse what makes no sense with a chart."""
    others = {"--path": options.path, "--query": options.question, "--section": options.section}
    others |= {"--schema": options.schema, "--inferred": options.inferred, "--certainty": options.certainty}
    others |= {"an entity": options.entity, "--depth": options.depth != 1, "--layer": options.layer}
    if wrong := [name for name, value in others.items() if value]:
        raise UsageError(
            f"--chart {options.chart} goes without {', '.join(wrong)}; a chart shows all that there is of it"
        )


def _joined(rest: list[str], values: list[str]) -> list[str]:
    """The words after the question's name as they were: argparse takes the first free value for an entity."""
    words = list(rest)
    for i, word in enumerate(rest):
        lone = i + 1 == len(rest) or rest[i + 1].startswith("--")
        if word.startswith("--") and "=" not in word and lone:
            return [*words[: i + 1], *values, *words[i + 1 :]]
    return [*words, *values]


def _names(question: competency.Question) -> set[str]:
    return {p.name for p in question.parameters}


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 10:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number between 0.1 and 10")
    return value


def _options(sub: argparse.ArgumentParser) -> None:
    sub.usage = (
        "spasmkg draw (ENTITY... | --path A B | --query NAME [--PARAMETER VALUE]... | --section NAME | --schema |"
        " --chart side-effects|doses|causes)"
        " [-o FILE.svg|.png|.html]"
    )
    sub.add_argument("entity", nargs="*", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym; one or several")
    sub.add_argument("--path", nargs=2, metavar=("A", "B"), help="the best paths between two entities")
    sub.add_argument("--query", dest="question", metavar="NAME", help="the edges that a question's answer rests on")
    sub.add_argument("--section", metavar="NAME", help="what a section of the source states, such as drugs")
    sub.add_argument("--schema", action="store_true", help="kinds and the relations between them")
    sub.add_argument("--chart", metavar="NAME", help="a chart: side-effects, doses or causes")
    sub.add_argument("-o", "--output", metavar="FILE", help="the file; without it the SVG goes to standard output")
    sub.add_argument("--format", choices=FORMATS, metavar="FORMAT", help="svg, png, html; by default the file's suffix")
    sub.add_argument("--depth", type=positive, default=1, metavar="N", help="steps around the entities (1)")
    sub.add_argument(
        "--top",
        type=positive,
        metavar="N",
        help="show at most N things, the most relevant (28; section 40, question 60), or N rows of a chart",
    )
    sub.add_argument("--inferred", action="store_true", help="show inferred edges too")
    layer_option(sub)
    sub.add_argument("--certainty", metavar="CERTAINTY", help=f"the least certainty: {', '.join(CERTAINTIES)}")
    sub.add_argument("--dark", action="store_true", help="light on dark")
    sub.add_argument("--width", type=positive, metavar="PIXELS", help="show the picture this wide")
    sub.add_argument(
        "--scale", type=_scale, default=2.0, metavar="X", help="pixels of a PNG for each of the picture (2)"
    )


OPTIONS = {"draw": _options}
RUN = {"draw": _draw}
