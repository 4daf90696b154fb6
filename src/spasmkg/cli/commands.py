"""What each command does: call the facade, print what it returns."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.answer import Answer
from spasmkg.cli.render import clean, emit, note, write_bytes
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.kg import KnowledgeGraph, open_graph
from spasmkg.results import Cell, Iri, Number

__all__ = ["run"]


def run(options: argparse.Namespace, rest: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    if options.command == "query":
        return _query(options, rest)
    return _RUN[options.command](options)


def _open(options: argparse.Namespace) -> KnowledgeGraph:
    where = options.store or os.environ.get("SPASMKG_STORE")
    if where is None:
        from spasmkg import build

        build.cached(note)
    kg = open_graph(where)
    return kg.with_file(options.with_file) if options.with_file else kg


# ---- questions ----


def _query(options: argparse.Namespace, rest: Sequence[str]) -> int:
    if options.name is None:
        if rest:
            raise UsageError(f"name a question before {rest[0]}; list them with: spasmkg query")
        questions = [q for q in competency.all_questions() if not options.tag or options.tag in q.tags]
        rows = [
            [q.name, q.summary, " ".join(f"{p.option} ({p.kind})" for p in q.parameters), ", ".join(q.tags)]
            for q in questions
        ]
        emit(options.format, ["name", "summary", "parameters", "tags"], rows)
        note(f"{len(rows)} questions; ask one with: spasmkg query NAME")
        return 0
    question = competency.load(options.name)
    values = _parameters(question, rest)
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


def _parameters(question: competency.Question, rest: Sequence[str]) -> dict[str, list[str]] | None:
    """The values of the question's own options, or None after saying what is wrong."""
    known = {p.option: p.name for p in question.parameters}
    values: dict[str, list[str]] = {}
    words = list(rest)
    while words:
        word = words.pop(0)
        option, equals, value = word.partition("=")
        if option not in known:
            from spasmkg.spelling import nearest

            near = nearest(option, [*known, "--evidence", "--show", "--format"])
            takes = f"it takes {' '.join(known)}" if known else "it takes no parameters"
            note(
                f'spasmkg query {question.name}: it does not take "{clean(option)}"; '
                + (f"did you mean {' or '.join(near)}?" if near else takes)
            )
            return None
        if not equals:
            if not words:
                note(f"spasmkg query {question.name}: {option} needs a value, or any")
                return None
            value = words.pop(0)
        values.setdefault(known[option], []).append(value)
    return values


def _sparql(options: argparse.Namespace) -> int:
    text = options.text
    if text == "-":
        text = sys.stdin.read()
    elif not any(c in text for c in "{}\n") and (Path(text).is_file() or text.endswith((".rq", ".sparql"))):
        if not Path(text).is_file():
            raise NotFoundError("file", text)
        text = Path(text).read_text(encoding="utf-8")
    answer = _open(options).query(text)
    if answer.kind != "graph" or options.format in ("table", "tsv", "csv", "json", "xml", "md"):
        return _print_rows(answer, options)
    from spasmkg.store import memory

    store = memory()
    store.insert(answer.triples, [""])
    write_bytes(store.dump(options.format or "turtle", [""], ns.prefixes()))
    note(f"complete, {len(store)} triples")
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
        return 0
    media = options.format or ("table" if sys.stdout.isatty() else "tsv")
    if media == "table":
        rows = list(answer.rows)
        names = list(answer.variables)
        table: list[list[Cell]] = [list(row) for row in rows]
        if options.evidence:
            names.append("where the source states it")
            for cells, found in zip(table, answer.evidence_for(rows), strict=True):
                cells.append(
                    "\n".join([*(c.cite() for c in found), *([found.note] if found.note else [])]) or "nothing"
                )
        emit("table", names, table)
        note(_status(len(rows), answer))
    else:
        data = answer.serialize(media, evidence=options.evidence)
        write_bytes(data)
        if media == "tsv":
            note(_status(data.count(b"\n") - 1, answer))
    return 0


def _status(count: int, answer: Answer) -> str:
    state = "complete" if answer.complete else "cut"
    return (
        f"{state}, {count} {'row' if count == 1 else 'rows'} · dataset {answer.dataset[:8] or 'own'} · {answer.engine}"
    )


# ---- entities and claims ----


def _search(options: argparse.Namespace) -> int:
    words = " ".join(options.words)
    hits = _open(options).search(words, options.limit, options.kind)
    rows: list[list[Cell]] = [[Iri(h.iri), h.label, h.kind, h.matched, h.why, Number.of(float(h.score))] for h in hits]
    emit(options.format, ["entity", "entity_label", "kind", "matched", "why", "score"], rows)
    note(f"{len(hits)} found" if hits else f'nothing is called "{clean(words)}"; try fewer or other words')
    return 0


def _show(options: argparse.Namespace) -> int:
    from spasmkg.cli.show import as_json, as_text

    kg = _open(options)
    iri = kg.resolve(options.entity)
    entity = kg.entity(iri)
    if options.format == "json":
        write_bytes(as_json(kg, entity).encode())
    else:
        as_text(kg, entity)
    return 0


def _claims(options: argparse.Namespace) -> int:
    kg = _open(options)
    found = kg.claims(options.subject, options.predicate, options.object, options.item)
    rows: list[list[Cell]] = [
        [
            Iri(c.iri), Iri(c.subject), c.labels.get(c.subject, ""), Iri(c.predicate), c.object if c.literal else Iri(c.object),
            c.labels.get(c.object, c.object if c.literal else ""), c.certainty, c.hedge or None, "true" if c.negated else "false", c.place,
            Number.of(c.span.start) if c.span else None, Number.of(c.span.end) if c.span else None, c.span.words if c.span else None,
        ]
        for c in found
    ]  # fmt: skip
    names = [
        "claim",
        "subject",
        "subject_label",
        "predicate",
        "object",
        "object_label",
        "certainty",
        "hedge",
        "negated",
        "place",
        "start",
        "end",
        "words",
    ]
    emit(options.format, names, rows)
    note(f"complete, {len(rows)} claims")
    return 0


def _evidence(options: argparse.Namespace) -> int:
    kg = _open(options)
    claim = kg.claim(options.claim)
    words = [
        claim.labels.get(claim.subject, claim.subject),
        claim.labels.get(claim.predicate, claim.predicate),
        claim.labels.get(claim.object, claim.object),
    ]
    print(f"{claim.curie}: {'NOT ' if claim.negated else ''}{' — '.join(clean(w) for w in words)}")
    print(f"  {clean(claim.cite())}")
    for name, value in claim.qualifiers:
        print(f"  {name}: {clean(ns.contract(value))}")
    for origin in claim.derived_from:
        print(f"  {clean(kg.claim(origin).cite())}")
    query = (
        f"SELECT ?note WHERE {{ GRAPH graph:reviews {{ ?r spasm:reviews <{claim.iri}> ; spasm:reviewNote ?note }} }}"
    )
    for (remark,) in kg.store.select(query):
        print(f"  review: {clean(remark.value)}")
    if options.article and claim.span:
        from spasmkg.article import claim_text, read_article

        before, span, after = claim_text(read_article(options.article), claim)
        print(f"\n  {clean(before)}[{clean(span)}]{clean(after)}")
    return 0


def _span(options: argparse.Namespace) -> int:
    from spasmkg.article import find_span, place_of, read_article

    text = read_article(options.article)
    start, end = 0, len(text)
    if options.item:
        kg = _open(options)
        start, end = place_of(kg.store, kg.item(options.item))
    found = find_span(text, options.words, start, end)
    if not found:
        raise NotFoundError("stretch of the article", options.words, hint="copy the words as they stand there")
    for span in found:
        print(
            f'oa:start {span.start} ; oa:end {span.end} ; spasm:spanWords "{span.words}" ; spasm:spanDigest "{span.digest}"'
        )
    note(f"{len(found)} places")
    return 0


def _schema(options: argparse.Namespace) -> int:
    rows: list[list[Cell]] = [
        [e.what, Iri(e.iri), Number.of(e.count), e.domain or None, e.range or None, e.example]
        for e in _open(options).schema()
    ]
    emit(options.format, ["what", "term", "count", "domain", "range", "example"], rows)
    return 0


def _stats(options: argparse.Namespace) -> int:
    emit(options.format, ["what", "count"], [[name, Number.of(n)] for name, n in _open(options).stats()])
    return 0


def _line(pick: Callable[[KnowledgeGraph, str], list[tuple[str, str]]]) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        found = pick(_open(options), options.entity)
        emit(options.format, ["entity", "entity_label"], [[Iri(iri), label] for iri, label in found])
        note(f"complete, {len(found)} rows")
        return 0

    return command


# ---- the graph as a whole ----


def _check(options: argparse.Namespace) -> int:
    from spasmkg.build import verify

    kg = _open(options)
    findings = verify(kg.store)
    problems = [clean(str(f)) for f in findings if f.severity == "error"]
    for warning in (f for f in findings if f.severity != "error"):
        note(clean(str(warning)))
    note(f"verify queries: {len(problems)} problems" if problems else "verify queries: nothing wrong")
    if options.article:
        problems += _check_article(kg, options.article)
    if options.shapes:
        if not options.with_file:
            raise UsageError("--shapes looks at your own file: name it with --with FILE.ttl")
        from spasmkg.check import shape_problems

        broken = shape_problems(kg.store)
        note(f"shapes: {len(broken)} problems")
        problems += [f"shape: {p}" for p in broken]
    if options.owl:
        from spasmkg.owl import inconsistencies

        wrong = inconsistencies(kg.store)
        note("OWL: " + ("; ".join(wrong) if wrong else "consistent (HermiT)"))
        problems += [f"owl: {p}" for p in wrong]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _check_article(kg: KnowledgeGraph, path: str) -> list[str]:
    from spasmkg.article import compare, read_article

    found = compare(kg.store, read_article(path))
    note(
        f"article: {'the text that the graph was read from' if found.same_text else 'not the text that the graph was read from'}"
    )
    note(f"  {found.spans} spans, {len(found.moved)} with another text; median length {found.median_span:g} characters")
    note(
        f"  {found.sentences} content sentences, {len(found.uncovered)} without a claim; {len(found.hedged)} asserted spans with a hedging word"
    )
    problems = [f"moved: {name}" for name in found.moved]
    problems += [f"no claim: {item} at {offset}: {words}" for item, offset, words in found.uncovered]
    return problems + [f"hedged: {claim} is asserted, but its span holds “{word}”" for claim, word in found.hedged]


def _build(options: argparse.Namespace) -> int:
    from spasmkg import build

    files = None
    if options.ontology:
        files = sorted(Path(options.ontology).glob("*.ttl"))
        if not files:
            raise NotFoundError("folder with Turtle files", options.ontology)
    quads = build.write(Path(options.output), files, note)
    note(f"built {quads} quads into {options.output}; use it with --store {options.output}")
    return 0


def _export(options: argparse.Namespace) -> int:
    data = _open(options).export(options.format, options.layer)
    if options.output:
        target = Path(options.output)
        scratch = target.with_name(f".{target.name}.part")
        scratch.write_bytes(data)
        scratch.replace(target)
        note(f"wrote {len(data)} bytes to {target}")
    else:
        write_bytes(data)
    return 0


def _tour(options: argparse.Namespace) -> int:
    from spasmkg.cli.tour import tour

    tour(_open(options))
    return 0


def _completion(options: argparse.Namespace) -> int:
    import shtab

    from spasmkg.cli.parser import make_parser

    print(shtab.complete(make_parser(), shell=options.shell))
    return 0


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "tour": _tour, "sparql": _sparql, "search": _search, "show": _show, "claims": _claims, "evidence": _evidence,
    "span": _span, "schema": _schema, "stats": _stats, "check": _check, "build": _build, "export": _export,
    "completion": _completion, "ancestors": _line(KnowledgeGraph.ancestors), "descendants": _line(KnowledgeGraph.descendants),
}  # fmt: skip
