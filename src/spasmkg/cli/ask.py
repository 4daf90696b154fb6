"""The commands ``query`` and ``sparql``: on the path of every script, so that they load nothing they do not need."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.cli.output import clean, note, write_bytes
from spasmkg.cli.parser import TABLES, format_option
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.kg import KnowledgeGraph, open_graph
from spasmkg.resources import short_dataset

if TYPE_CHECKING:
    from spasmkg.answer import Answer
    from spasmkg.results import Cell

__all__ = ["OPTIONS", "RUN", "open_named", "parameters"]


def open_named(options: argparse.Namespace) -> KnowledgeGraph:
    """The graph that the options, or the environment, name."""
    kg = open_graph(options.store or os.environ.get("SPASMKG_STORE"), note)
    if not options.with_file and not options.without:
        return kg
    revised = kg.revised(options.with_file, options.without)
    if options.without:
        from spasmkg.cli.reason import note_fallen

        note_fallen(kg, revised, options)
    return revised


def _open(options: argparse.Namespace) -> KnowledgeGraph:
    """The graph, with the endpoints that the options and the environment allow."""
    kg = open_named(options)
    allowed = [*options.allow_service, *os.environ.get("SPASMKG_ALLOW_SERVICE", "").split()]
    if not allowed:
        return kg
    return kg.with_services(allowed, timeout=options.service_timeout, on_failure=options.on_service_failure)


def _query(options: argparse.Namespace) -> int:
    """``spasmkg query``."""
    if options.name is None:
        if options.rest:
            raise UsageError(f"name a question before {options.rest[0]}; list them with: spasmkg query")
        questions = [q for q in competency.all_questions() if not options.tag or options.tag in q.tags]
        rows = [
            [q.name, q.summary, " ".join(f"{p.option} ({p.kind})" for p in q.parameters), ", ".join(q.tags)]
            for q in questions
        ]
        from spasmkg.cli.render import emit

        emit(options.format, ["name", "summary", "parameters", "tags"], rows)
        note(f"{len(rows)} questions; ask one with: spasmkg query NAME")
        return 0
    question = competency.load(options.name)
    values = parameters(question, options.rest)
    if values is None:
        return 2
    kg = _open(options)
    if options.show:
        sys.stdout.write(kg.bind(options.name, **values)[1])
        return 0
    answer = kg.run(options.name, **values)
    if sys.stdout.isatty() and not options.format:
        note(question.summary)
    return _print_rows(answer, options)


def parameters(
    question: competency.Question, rest: Sequence[str], command: str = "query"
) -> dict[str, list[str]] | None:
    """The values of the question's own options, or None after saying what is wrong."""
    known = {p.option: p.name for p in question.parameters}
    values: dict[str, list[str]] = {}
    words = list(rest)
    while words:
        word = words.pop(0)
        option, equals, value = word.partition("=")
        if option not in known:
            from spasmkg.spelling import nearest

            near = nearest(option, [*known, "--evidence", "--show", "--format", *_SERVICE_OPTIONS])
            takes = f"it takes {' '.join(known)}" if known else "it takes no parameters"
            note(
                f'spasmkg {command} {question.name}: it does not take "{clean(option)}"; '
                + (f"did you mean {' or '.join(near)}?" if near else takes)
            )
            return None
        if not equals:
            if not words:
                note(f"spasmkg {command} {question.name}: {option} needs a value, or any")
                return None
            value = words.pop(0)
        values.setdefault(known[option], []).append(value)
    return values


def _sparql(options: argparse.Namespace) -> int:
    """``spasmkg sparql``."""
    text = options.text
    if text == "-":
        text = sys.stdin.read()
    elif not any(c in text for c in "{}\n") and (os.path.isfile(text) or text.endswith((".rq", ".sparql"))):
        if not os.path.isfile(text):
            raise NotFoundError("file", text)
        with open(text, encoding="utf-8") as file:
            text = file.read()
    answer = _open(options).query(text)
    if answer.kind != "graph" or options.format in ("table", "tsv", "csv", "json", "xml", "md"):
        return _print_rows(answer, options)
    from spasmkg.store import memory

    store = memory()
    store.insert(answer.triples, [""])
    write_bytes(store.dump(options.format or "turtle", [""], ns.prefixes()))
    note(f"{answer.state}, {len(store)} triples")
    _note_missing(answer)
    return 0


def _print_rows(answer: Answer, options: argparse.Namespace) -> int:
    if answer.kind == "graph":
        raise UsageError("CONSTRUCT and DESCRIBE give triples: use --format turtle, ntriples, jsonld, nquads or trig")
    if answer.kind == "truth":
        write_bytes(
            b"true\n"
            if options.format in (None, "table", "tsv", "csv", "md") and answer.truth
            else b"false\n"
            if options.format in (None, "table", "tsv", "csv", "md")
            else answer.serialize(options.format)
        )
        _note_missing(answer)
        return 0
    media = options.format or ("table" if sys.stdout.isatty() else "tsv")
    if media == "table":
        rows = list(answer.rows)
        names = list(answer.variables)
        table: list[list[Cell]] = [list(row) for row in rows]
        if options.evidence:
            names.append("where the source states it")
            for cells, found in zip(table, answer.evidence_for(rows), strict=True):
                cells.append("\n".join(found.cite()) or "nothing")
        from spasmkg.cli.render import emit

        emit("table", names, table)
        note(_status(len(rows), answer))
    else:
        data = answer.serialize(media, evidence=options.evidence)
        write_bytes(data)
        if media == "tsv":
            note(_status(data.count(b"\n") - 1, answer))
    _note_missing(answer)
    return 0


def _note_missing(answer: Answer) -> None:
    """Say in every format which endpoint had no part in the answer."""
    for failure in answer.incomplete:
        note(f"partial: without {clean(failure)}")


def _status(count: int, answer: Answer) -> str:
    return f"{answer.state}, {count} {'row' if count == 1 else 'rows'} · dataset {short_dataset(answer.dataset)} · {answer.engine}"


_SERVICE_OPTIONS = ("--allow-service", "--service-timeout", "--on-service-failure")


def _service_options(sub: argparse.ArgumentParser) -> None:
    allow, timeout, failure = _SERVICE_OPTIONS
    sub.add_argument(
        allow, action="append", type=_endpoint, default=[], metavar="IRI",
        help="an endpoint that SERVICE may call (repeatable, or set SPASMKG_ALLOW_SERVICE to several with spaces between)",
    )  # fmt: skip
    sub.add_argument(timeout, type=_seconds, default=30.0, metavar="SECONDS", help="how long an endpoint may take (30)")
    sub.add_argument(
        failure, choices=("error", "partial"), default="error", metavar="error|partial",
        help="where an endpoint fails: stop (error), or answer without it and say so (partial)",
    )  # fmt: skip


def _endpoint(text: str) -> str:
    from spasmkg.endpoints import normal

    try:
        return normal(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seconds(text: str) -> float:
    try:
        if 0 < float(text) < float("inf"):
            return float(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")


def _query_options(sub: argparse.ArgumentParser) -> None:
    sub.usage = "spasmkg query [NAME] [--PARAMETER VALUE|any]... [--evidence] [--show] [--format FORMAT]"
    sub.add_argument("name", nargs="?", metavar="NAME", help="the question; without it, all questions are listed")
    sub.add_argument("--evidence", action="store_true", help="add where the source states each row")
    sub.add_argument("--show", action="store_true", help="print the bound SPARQL and nothing else")
    sub.add_argument("--tag", metavar="TAG", help="list only questions with this tag")
    _service_options(sub)
    format_option(sub)


def _sparql_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("text", metavar="TEXT|FILE|-", help="the query, a file that holds it, or - for standard input")
    sub.add_argument("--evidence", action="store_true", help="add where the source states each row")
    _service_options(sub)
    format_option(sub, (*TABLES, "turtle", "ntriples", "jsonld", "nquads", "trig"))


OPTIONS = {"query": _query_options, "sparql": _sparql_options}
RUN = {"query": _query, "sparql": _sparql}
