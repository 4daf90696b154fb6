"""What the commands other than ``query`` and ``sparql`` do: call the facade, print what it returns."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from spasmkg import namespaces as ns
from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note, write_bytes
from spasmkg.cli.parser import entity_option, format_option, positive
from spasmkg.cli.render import emit
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.kg import KnowledgeGraph
from spasmkg.names import loaded_term
from spasmkg.resources import mapping_files
from spasmkg.results import Cell, Iri, Number

__all__ = ["OPTIONS", "RUN"]


def _search(options: argparse.Namespace) -> int:
    words = " ".join(options.words)
    kg = open_named(options)
    if options.vocabulary:
        if options.kind:
            raise WrongUseError("--kind chooses among entities of the graph; leave it away with --vocabulary")
        kg.tell = note
        hits = kg.search_terms(words, options.vocabulary, options.limit)
    else:
        hits = kg.search(words, options.limit, options.kind)
    rows: list[list[Cell]] = [[Iri(h.iri), h.label, h.kind, h.matched, h.why, Number.of(float(h.score))] for h in hits]
    emit(options.format, ["entity", "entity_label", "kind", "matched", "why", "score"], rows)
    note(f"{len(hits)} found" if hits else f'nothing is called "{clean(words)}"; try fewer or other words')
    return 0


def _show(options: argparse.Namespace) -> int:
    from spasmkg.cli.show import as_json, as_text

    kg = open_named(options)
    entity = kg.entity(options.entity)
    if options.format == "json":
        write_bytes(as_json(kg, entity).encode())
    else:
        as_text(kg, entity)
    return 0


def _claims(options: argparse.Namespace) -> int:
    kg = open_named(options)
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
    kg = open_named(options)
    if options.claim.startswith(("mapping:", ns.SPASM + "mapping/")):
        row = kg.mapping(options.claim)
        print(
            f"{ns.contract(row.subject)}: {ns.contract(row.predicate)}{' NOT' * row.negated} {row.curie or 'no term'}"
        )
        print(f"  {clean(row.cite())}")
        return 0
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
        kg = open_named(options)
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
        for e in open_named(options).schema()
    ]
    emit(options.format, ["what", "term", "count", "domain", "range", "example"], rows)
    return 0


def _stats(options: argparse.Namespace) -> int:
    emit(options.format, ["what", "count"], [[name, Number.of(n)] for name, n in open_named(options).stats()])
    return 0


def _line(pick: Callable[[KnowledgeGraph, str], list[tuple[str, str]]]) -> Callable[[argparse.Namespace], int]:
    def command(options: argparse.Namespace) -> int:
        kg = open_named(options)
        found = pick(kg, options.entity)
        term = loaded_term(kg.store, options.entity)
        if term:  # the identifiers of outside terms are what people want to see of them
            emit(options.format, ["term", "name"], [[Iri(iri), clean(label)] for iri, label in found])
            note(f"complete, {len(found)} rows, from {ns.contract(term[0])}")
            return 0
        emit(options.format, ["entity", "entity_label"], [[Iri(iri), label] for iri, label in found])
        note(f"complete, {len(found)} rows")
        if ":" in options.entity and not options.entity.startswith(("spasm:", "http")):
            prefix = options.entity.partition(":")[0]
            note(
                f"these are of {ns.contract(kg.resolve(options.entity))}; for the terms of {clean(prefix)} add it with: spasmkg vocab add"
            )
        return 0

    return command


# ---- the graph as a whole ----


def _check(options: argparse.Namespace) -> int:
    from spasmkg.build import verify

    kg = open_named(options)
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
        from spasmkg.contradictions import inconsistencies

        wrong = inconsistencies(kg.store, note)
        note(f"OWL: problems: {len(wrong)}" if wrong else "OWL: consistent (HermiT)")
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

    if options.with_file or options.without:
        raise WrongUseError(
            "build takes no --with and no --without: put the change into the Turtle files, see --ontology"
        )
    files = None
    if options.ontology:
        files = sorted(Path(options.ontology).glob("*.ttl"))
        if not files:
            raise NotFoundError("folder with Turtle files", options.ontology)
        files += mapping_files(Path(options.ontology))
    quads = build.write(Path(options.output), files, note)
    note(f"built {quads} quads into {options.output}; use it with --store {options.output}")
    return 0


def _tour(options: argparse.Namespace) -> int:
    from spasmkg.cli.tour import tour

    tour(open_named(options), options.output)
    return 0


def _completion(options: argparse.Namespace) -> int:
    import shtab

    from spasmkg.cli.parser import make_parser

    print(shtab.complete(make_parser(), shell=options.shell))
    return 0


def _tour_options(sub: argparse.ArgumentParser) -> None:
    sub.epilog = "No medical advice: the answers restate one article."
    sub.add_argument(
        "-o", "--output", default="spasmkg-tour.svg", metavar="FILE",
        help="the picture that the tour makes: .svg, .png or .html (spasmkg-tour.svg)",
    )  # fmt: skip


def _search_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("words", nargs="+", metavar="WORD")
    sub.add_argument("--kind", default="", metavar="KIND", help="only entities of this kind, such as Drug")
    sub.add_argument(
        "--vocabulary", action="append", default=[], metavar="NAME",
        help="terms of this loaded vocabulary or imported graph instead of entities (repeatable)",
    )  # fmt: skip
    sub.add_argument("--limit", type=positive, default=20, metavar="N", help="at most so many (20)")
    format_option(sub)


def _show_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("entity", metavar="ENTITY", help="slug, CURIE, IRI, label or synonym")
    format_option(sub, ("text", "json"))


def _claims_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--subject", default="", metavar="ENTITY")
    sub.add_argument("--predicate", default="", metavar="PREDICATE")
    sub.add_argument("--object", default="", metavar="ENTITY")
    sub.add_argument("--item", default="", metavar="ITEM", help="such as drugs-1")
    format_option(sub)


def _evidence_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "claim", metavar="CLAIM", help="such as claim:drugs-1-9, or a mapping row such as mapping:tetany/HP:0001281"
    )
    sub.add_argument("--article", metavar="FILE", help="show the sentence in this copy of the article")


def _span_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("words", metavar="'WORDS'")
    sub.add_argument("--article", required=True, metavar="FILE")
    sub.add_argument("--item", default="", metavar="ITEM", help="look only inside this item, such as drugs-1")


def _check_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--article", metavar="FILE", help="compare every span with this copy of the article")
    sub.add_argument("--owl", action="store_true", help="let HermiT look for contradictions (extra: owl)")
    sub.add_argument(
        "--shapes", action="store_true", help="check the file given by --with against the SHACL shapes (extra: shapes)"
    )


def _build_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "-o", "--output", required=True, metavar="DIR", help="a folder that does not exist yet, or is empty"
    )
    sub.add_argument("--ontology", metavar="DIR", help="build from the Turtle files of this folder")


def _completion_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("shell", choices=("bash", "zsh", "tcsh"), metavar="bash|zsh|tcsh")


OPTIONS = {
    "tour": _tour_options, "search": _search_options, "show": _show_options, "claims": _claims_options,
    "evidence": _evidence_options, "span": _span_options, "schema": format_option, "stats": format_option,
    "ancestors": entity_option, "descendants": entity_option, "check": _check_options, "build": _build_options,
    "completion": _completion_options,
}  # fmt: skip
RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "tour": _tour, "search": _search, "show": _show, "claims": _claims, "evidence": _evidence,
    "span": _span, "schema": _schema, "stats": _stats, "check": _check, "build": _build,
    "completion": _completion, "ancestors": _line(KnowledgeGraph.ancestors), "descendants": _line(KnowledgeGraph.descendants),
}  # fmt: skip
