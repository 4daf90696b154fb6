"""Write what is generated: the reference of commands, ontology and questions, and the pictures of the pages.

``python -m docs.reference`` writes the pages, ``python -m docs.reference --check`` exits with 1 where one is stale.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import spasmkg
from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.cli.parser import COMMANDS, make_parser
from spasmkg.kg import KnowledgeGraph
from spasmkg.rules import compile_rules
from spasmkg.web.parameter import Parameter

__all__ = ["main", "pages"]

HERE = Path(__file__).parent
NOTICE = "<!-- Written by python -m docs.reference; do not edit. -->\n"


def pages() -> dict[str, str]:
    """The pages and pictures by file name under ``docs``."""
    kg = spasmkg.open()
    made = {
        "cli.md": _cli(),
        "ontology.md": _ontology(kg),
        "questions.md": _questions(),
        "rest.md": _rest(),
        "server.md": _server(),
    }
    written = {f"reference/{n}": NOTICE + "\n" + "\n".join(lines).rstrip() + "\n" for n, lines in made.items()}
    pictures = {"diuretics": kg.draw("diuretics"), "path": kg.draw(path=("diuretics", "leg cramp"))}
    return written | {f"pictures/{name}.svg": drawing.svg for name, drawing in pictures.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(prog="python -m docs.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where a page is stale")
    parser.add_argument("--output", type=Path, default=HERE, metavar="DIR", help="where the pages are")
    options = parser.parse_args(argv)
    stale = []
    for name, text in pages().items():
        path = options.output / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if options.check:
        for name in stale:
            print(f"{name} is stale; write it again with: python -m docs.reference", file=sys.stderr)
        return 1 if stale else 0
    print(f"wrote {', '.join(stale)}" if stale else "every page is current")
    return 0


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


# ---- command line ----


def _cli() -> list[str]:
    parser = make_parser()
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    commands = groups[0].choices
    lines = [
        "# Command line",
        "",
        f"{parser.description}",
        "",
        "Data goes to standard output; progress, row counts and errors go to standard error. On a terminal rows are a",
        "table, in a pipe they are TSV. An ENTITY is a slug, CURIE, IRI, label or synonym.",
        "",
        "Exit codes: 0, done (also with no rows); 1, not found, refused, or a check failed; 2, wrong usage.",
        "",
        *_table(
            ["command", "what it does"],
            [[f"[`{n}`](#spasmkg-{n})", _cell(summary)] for n, (_, summary) in COMMANDS.items()],
        ),
        "Every command takes:",
        "",
    ]
    shared = [a for a in commands["tour"]._actions if a.dest != "help"]
    lines += _table(["option", "meaning"], [_option(a) for a in shared])
    known = {a.dest for a in shared} | {"help"}
    for name, sub in commands.items():
        own = [a for a in sub._actions if a.dest not in known]
        usage = sub.usage or " ".join([f"spasmkg {name}", *(_usage(a) for a in own if a.option_strings)]
                                      + [_usage(a) for a in own if not a.option_strings])  # fmt: skip
        lines += [f"## spasmkg {name}", "", f"{sub.description}", "", "```text", usage, "```", ""]
        if own:
            lines += _table(["argument", "meaning"], [_option(a) for a in own])
    return lines


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    return str(action.metavar or "|".join(action.choices or ()) or action.dest.upper())


def _usage(action: argparse.Action) -> str:
    value = _value(action)
    many = "..." if action.nargs == "+" or isinstance(action, argparse._AppendAction) else ""
    if not action.option_strings:
        return (f"[{value}]" if action.nargs == "?" else value) + many
    text = " ".join(filter(None, [max(action.option_strings, key=len), value]))
    return text if action.required else f"[{text}]{many}"


def _option(action: argparse.Action) -> list[str]:
    names = ", ".join(action.option_strings)
    return [f"`{_cell(' '.join(filter(None, [names, _value(action)])))}`", _cell(action.help or "")]


# ---- ontology ----


def _ontology(kg: KnowledgeGraph) -> list[str]:
    return [
        "# Ontology",
        "",
        "Kinds, roles, relations and rules, read from the ontology itself. `spasmkg schema` prints how often each kind",
        "and relation is used, with an example.",
        "",
        "## Kinds",
        "",
        "A kind is asserted; each thing has one. Indented kinds are narrower.",
        "",
        *_tree(kg, "Entity", 0),
        "",
        "## Roles",
        "",
        "Nobody asserts a role: it follows from an edge by a rule of the last section.",
        "",
        *_tree(kg, "Role", 0),
        "",
        *_relations(kg),
        *_certainties(kg),
        *_rules(kg),
    ]


def _tree(kg: KnowledgeGraph, name: str, depth: int) -> Iterator[str]:
    for iri, label, definition in _children(kg, ns.spasm(name)):
        yield f"{'  ' * depth}- `spasm:{ns.local(iri)}` **{_cell(label)}**: {_cell(definition)}"
        yield from _tree(kg, ns.local(iri), depth + 1)


def _children(kg: KnowledgeGraph, parent: str) -> list[tuple[str, str, str]]:
    query = f"""SELECT ?c ?label ?definition {{ GRAPH graph:ontology {{
        ?c rdfs:subClassOf <{parent}> ; rdfs:label ?label ; skos:definition ?definition FILTER isIRI(?c) }} }}
        ORDER BY ?c"""
    return [(c.value, label.value, text.value) for c, label, text in kg.store.select(query)]


def _relations(kg: KnowledgeGraph) -> Iterator[str]:
    query = """SELECT ?p ?label ?definition ?domain ?range ?inverse ?concluded ?named { GRAPH graph:ontology {
        VALUES ?t { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
        ?p a ?t ; rdfs:label ?label ; skos:definition ?definition .
        OPTIONAL { ?p rdfs:domain ?domain } OPTIONAL { ?p rdfs:range ?range }
        OPTIONAL { ?p spasm:inverseLabel ?inverse }
        BIND(EXISTS { ?p owl:propertyChainAxiom ?c } || EXISTS { ?q rdfs:subPropertyOf ?p }
            || EXISTS { ?p a owl:TransitiveProperty } AS ?concluded)
        BIND(EXISTS { ?p owl:inverseOf ?i } AS ?named) } } ORDER BY ?p"""
    stated, concluded, inverses, parts = [], [], [], []
    for p, label, definition, domain, range_, inverse, follows, named in kg.store.select(query):
        row = [
            f"`spasm:{ns.local(p.value)}`", _cell(label.value), _cell(definition.value),
            *(ns.local(x.value) if x else "" for x in (domain, range_)),
        ]  # fmt: skip
        if named.value == "true":
            inverses.append(row[:2])
        elif follows.value == "true":
            concluded.append(row)
        elif inverse is not None or (domain is not None and ns.local(domain.value) != "Claim"):
            stated.append(row)
        else:
            parts.append(row)
    head = ["relation", "label", "meaning", "from", "to"]
    yield from ["## Relations that a claim can state", "", *_table(head, stated)]
    yield from ["## Relations that only rules conclude", "", *_table(head, concluded)]
    yield from ["## Inverses that rules need", "", *_table(["relation", "label"], inverses)]
    yield from ["## Parts of claims, doses and places", "", *_table(head, parts)]


def _certainties(kg: KnowledgeGraph) -> Iterator[str]:
    from spasmkg.model import CERTAINTIES

    query = "SELECT ?c ?d { GRAPH graph:ontology { ?c a spasm:Certainty ; skos:definition ?d } }"
    known = {ns.local(c.value): d.value for c, d in kg.store.select(query)}
    yield from ["## Certainties", "", "From the strongest to the weakest.", ""]
    yield from _table(["certainty", "meaning"], [[f"`spasm:{c}`", _cell(known[c])] for c in CERTAINTIES])


def _rules(kg: KnowledgeGraph) -> Iterator[str]:
    yield from ["## Rules", "", "Compiled from the axioms; domains, ranges and kinds of kinds stand above.", ""]
    groups: dict[str, list[str]] = {
        "Chains": [], "Roles": [], "Wider relations": [], "Relations that run on": [], "Other": [],
    }  # fmt: skip
    for rule in compile_rules(kg.store, ns.graph("ontology")):
        name = _cell(rule.name)
        if name.startswith(("every ", "what ")) or " is the inverse of " in name:
            continue
        if " gives " in name:
            groups["Chains"].append(name)
        elif " makes a " in name:
            groups["Roles"].append(name)
        elif "transitive" in name:
            groups["Relations that run on"].append(name)
        elif " is a " in name:
            groups["Wider relations"].append(name)
        else:
            groups["Other"].append(name)
    for title, names in groups.items():
        if names:
            yield from [f"### {title}", "", *(f"- {n}" for n in sorted(names)), ""]


# ---- questions ----


def _questions() -> list[str]:
    questions = list(competency.all_questions())
    lines = [
        "# Catalogue of questions",
        "",
        "Each is a file `queries/competency/NAME.rq` and runs with `spasmkg query NAME`. An option may be repeated and",
        "takes `any` for no restriction; without options the example in the file is used. `--evidence` adds where",
        "each row is stated, `--show` prints the SPARQL.",
        "",
        *_table(["question", "name"], [[_cell(q.summary), f"[`{q.name}`](#{q.name})"] for q in questions]),
    ]
    for q in questions:
        lines += [f"## {q.name}", "", f"**{q.summary}**", ""]
        if q.description:
            lines += [q.description, ""]
        if q.vocabularies:
            asked = "one, whichever" if q.vocabularies == ("any",) else ", ".join(q.vocabularies)
            lines += [f"Vocabularies to load first: {asked}", ""]
        for p in q.parameters:
            need = "" if p.required else ", optional"
            lines.append(f"- `{p.option}`: {p.kind}{need}, for example `{p.example}`")
        lines += [""] if q.parameters else []
        lines += [f"Tags: {', '.join(q.tags)}", ""]
    return lines


# ---- REST ----

_REST = """
# REST and linked data

What `spasmkg serve` answers beside SPARQL; [how to use it](../how-to/serve-rest.md) has examples. Everything is read by
GET or HEAD. `/api/openapi.json` says the same in OpenAPI 3.1, with an operation for each question of the
[catalogue](questions.md).

## Things

| address | what it is |
|---|---|
| `/id/X` | the thing `https://w3id.org/spasmkg/X`: entity, claim, item, mapping, class, relation |
| `/id?iri=IRI` | a thing of any namespace: what the graph says of it, and what leads to it |
| `/id?name=NAME` | 303 to the entity of this name: slug, CURIE, label, synonym, outside identifier |
| `/id`, `/id/graph/G` | 303 to the ontology, and to the named graph in the graph store |

The format is chosen by `Accept` or by `?_format=`: {formats}.
Without either it is Turtle. The other formats are linked by `Link: rel="alternate"`; `rel="describes"` names the thing.
RDF has the triples that the thing is subject or object of, with all that hangs on their blank nodes.

## Answers

- **Rows** come as an object with `total`, `offset`, `shown`, `complete`, `columns`, `dataset` and `rows`; IRIs and names
  are text, numbers and truth values are such, `null` is no value. By `Accept` or `format=` they also come as
  {tables}.
- **Pages**: with `limit` the header `Link` leads to the pages `first`, `prev`, `next` and `last`. The order is total.
- **Evidence**: with `evidence=true` a row has the claims, mapping rows and imported triples that it rests on, or a note on
  what rests on none; in a table it is a last column.
- **Kept answers**: `ETag` stays until the data change; with `If-None-Match` the answer is then 304.
- **Errors** are `application/problem+json` with `status`, `code`, `detail`, and what else is known. 400: a parameter is
  unknown, missing or does not fit; 404: nothing has this name, `suggestions` has what comes near; 406: `offered` lists the
  media types; 501: it would call an endpoint that is not allowed; 503: too many wait; 504: it took too long.

## Operations
"""


def _rest() -> list[str]:
    from spasmkg.web.operations import OPERATIONS, TABLE, run
    from spasmkg.web.things import SHOWN

    def codes(names: Iterable[str]) -> str:
        return ", ".join(f"`{n}`" for n in names)

    lines = [*_REST.strip().format(formats=codes(SHOWN), tables=codes(list(TABLE)[1:])).splitlines(), ""]
    asked = run("drug-side-effects")
    generic = replace(
        asked, path="/api/queries/{name}/run", summary="The answer to a competency question", description="The parameters of the "
        "question may be repeated; `any` lifts one. Without any of them the example in its file is asked. As an example `drug-side-effects`:",
    )  # fmt: skip
    for operation in (*OPERATIONS, generic):
        lines += [f"### {operation.path}", "", f"{operation.summary}. {operation.description}".strip(), ""]
        lines += _table(["parameter", "takes", "meaning"], [_taken(p) for p in operation.parameters])
    return lines


def _taken(p: Parameter) -> list[str]:
    takes = codes if (codes := ", ".join(f"`{c}`" for c in p.choices)) else p.kind
    if p.least is not None:
        takes += f" from {p.least}" + (f" to {p.most}" if p.most is not None else "")
    notes = ["required"] * p.required + ["repeatable"] * p.many
    notes += [f"default `{str(p.default).lower()}`"] if p.default is not None else []
    notes += [f"for example `{p.examples[0]}`"] if p.examples else []
    return [f"`{p.name}`", takes + (f" ({', '.join(notes)})" if notes else ""), _cell(p.description)]


# ---- the server ----

_SERVER = """
# Addresses, errors and limits of the server

What `spasmkg serve` answers; its options are on the page of the [command line](cli.md#spasmkg-serve). Pages of other origins
may read what they ask for by the methods in brackets, unless `--cors` says otherwise. Every address answers OPTIONS.

## Addresses
"""


def _server() -> list[str]:
    from spasmkg.store.pool import Limits
    from spasmkg.web.metrics import BUCKETS
    from spasmkg.web.pages import PAGES
    from spasmkg.web.routes import ROUTES
    from spasmkg.web.service import STATUS

    view, pages_at = pkgutil.resolve_name, {page.path: page for page in PAGES}
    lines = [*_SERVER.strip().splitlines(), ""]
    rows = []
    for route in ROUTES:
        shown = pages_at.get(route.path)
        answer = view(f"spasmkg.web.views.{shown.view}") if shown else route.answer
        about = (answer.__doc__ or "").strip().split("\n")[0].rstrip(".").replace("``", "`")
        about = f"Page: {about[0].lower()}{about[1:]}" if shown else about
        reading = f" ({', '.join(route.reading)})" if route.reading else ""
        rows.append([f"`{route.path}{'…' if route.below else ''}`", ", ".join(route.methods) + reading, _cell(about)])
    lines += _table(["address", "methods (for other origins)", "what it does"], rows)
    lines += ["## Errors", "", "Errors are JSON (RFC 9457) with a `code`. What a query or a change can come to:", ""]
    lines += _table(["code", "status"], [[f"`{code}`", str(status)] for code, status in sorted(STATUS.items())])
    most = Limits()
    lines += ["## Limits", ""]
    lines += _table(
        ["what", "limit"],
        [
            ["memory of a worker, beside the open store", f"{most.memory >> 20} MB"],
            ["bytes of an answer", f"{most.most >> 20} MB"],
            ["processor time after which a query is heavy", f"{most.slice:g} s"],
            ["requests that wait for a worker, for a heavy one", f"{most.waiting}, {most.waiting_heavy}"],
        ],
    )
    lines += ["## Figures", "", "`/metrics` has durations by route in these classes, in seconds:"]
    return [*lines, f"{', '.join(f'{b:g}' for b in BUCKETS)}."]


if __name__ == "__main__":
    sys.exit(main())
