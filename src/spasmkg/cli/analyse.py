"""The commands ``analyse`` and ``account-for``."""

from __future__ import annotations

import argparse
import textwrap

from spasmkg import claims as claims_
from spasmkg import namespaces as ns
from spasmkg.cli.ask import open_named
from spasmkg.cli.output import WrongUseError, clean, note
from spasmkg.cli.parser import format_option, positive
from spasmkg.cli.render import emit
from spasmkg.entities import texts
from spasmkg.kg import KnowledgeGraph
from spasmkg.results import Cell, Iri, Number

__all__ = ["OPTIONS", "RUN"]


def _analyse(options: argparse.Namespace) -> int:
    if options.inferred and options.what not in ("central", "communities"):
        raise WrongUseError("--inferred goes with central and communities")
    if options.predicate and options.what != "loops":
        raise WrongUseError("--predicate goes with loops")
    return {
        "central": _central,
        "communities": _communities,
        "cut-points": _cut_points,
        "loops": _loops,
        "mechanisms": _mechanisms,
    }[options.what](open_named(options), options)


def _central(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    found = kg.central(top=options.top or 20, inferred=options.inferred)
    about = texts(kg.store, [c.iri for c in found])
    rows: list[list[Cell]] = [
        [
            Iri(c.iri), about[c.iri][0], about[c.iri][2], Number.of(c.edges), Number.of(round(c.betweenness, 4)),
            Number.of(round(c.pagerank, 4)),
        ]
        for c in found
    ]  # fmt: skip
    emit(options.format, ["entity", "entity_label", "kind", "edges", "betweenness", "pagerank"], rows)
    note("betweenness: the share of the shortest paths between two others that pass through the thing")
    return 0


def _communities(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    found, quality = kg.communities(inferred=options.inferred)
    chosen = found[: options.top]
    about = texts(kg.store, {m for c in chosen for m in c.members})
    rows: list[list[Cell]] = [
        [
            Number.of(i), Number.of(len(c.members)), Number.of(c.inside), Number.of(c.outside),
            ", ".join(about[m][0] for m in c.members[: None if options.format not in (None, "table") else 8]),
        ]
        for i, c in enumerate(chosen, 1)
    ]  # fmt: skip
    emit(options.format, ["community", "things", "edges_inside", "edges_outside", "members"], rows)
    note(f"{len(found)} communities (Louvain, seed 0), modularity {quality:.2f}; the most tied members first")
    return 0


def _cut_points(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    found = kg.cut_points()
    chosen = found[: options.top or 20]
    about = texts(kg.store, {x for c in chosen for x in (c.iri, *c.cut_off)})
    rows: list[list[Cell]] = [
        [Iri(c.iri), about[c.iri][0], Number.of(len(c.cut_off)), ", ".join(about[x][0] for x in c.cut_off)]
        for c in chosen
    ]
    emit(options.format, ["entity", "entity_label", "cut_off", "things"], rows)
    note(f"showing {len(chosen)} of {len(found)} things without which others would be cut off")
    return 0


def _loops(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    found = kg.loops(predicates=options.predicate)
    chosen = found[: options.top]
    about = texts(kg.store, {x for loop in chosen for edge in loop.edges for x in edge})
    behind = claims_.behind(kg.store, [_n_triple(e) for loop in chosen for e in loop.edges])
    cited = {c.iri: c for c in claims_.read(kg.store, {c for found in behind.values() for c in found})}
    rows: list[list[Cell]] = []
    for loop in chosen:
        words = about[loop.edges[0][0]][0] + "".join(f" —{about[p][0]}→ {about[o][0]}" for _, p, o in loop.edges)
        places = [", ".join(dict.fromkeys(f"§ {cited[c].place}" for c in behind[_n_triple(e)])) for e in loop.edges]
        rows.append([Number.of(len(loop.edges)), words, " · ".join(places)])
    emit(options.format, ["length", "loop", "places"], rows)
    note(f"{len(found)} feedback loops; the source states the steps, not always the loop")
    return 0


def _n_triple(edge: tuple[str, str, str]) -> tuple[str, str, str]:
    s, p, o = (f"<{x}>" for x in edge)
    return s, p, o


def _mechanisms(kg: KnowledgeGraph, options: argparse.Namespace) -> int:
    found = kg.shared_mechanisms(top=options.top or 20)
    about = texts(kg.store, {x for s in found for x in (s.iri, *(y for pair in s.by for y in pair))})
    rows: list[list[Cell]] = [
        [
            Iri(s.iri), about[s.iri][0], about[s.iri][2], Number.of(len({who for who, _ in s.by})),
            "; ".join(f"{about[who][0]} {about[how][0]}" for who, how in s.by),
        ]
        for s in found
    ]  # fmt: skip
    emit(options.format, ["mechanism", "mechanism_label", "kind", "actors", "by"], rows)
    note("processes and qualities that several treatments, substances or activities act on")
    return 0


def _account_for(options: argparse.Namespace) -> int:
    kg = open_named(options)
    found = kg.account_for(options.observed, sort=options.sort, top=options.top or 10)
    cited = {
        c.iri: c
        for c in claims_.read(
            kg.store, {c for a in found for p in a.reasons.values() for s in p.steps for c in s.claims}
        )
    }
    rows: list[list[Cell]] = []
    for account in found:
        reasons = []
        for thing, path in account.reasons.items():
            places = dict.fromkeys(f"§ {cited[c].place}" for s in path.steps for c in s.claims[:1] if c in cited)
            words = " and ".join(
                " ".join(account.labels[x][0] for x in (s.subject, s.predicate, s.object)) for s in reversed(path.steps)
            )
            reasons.append(f"{account.labels[thing][0]}: {words} ({path.certainty}, {', '.join(places)})")
        of = f"{len(account.reasons)} of {len(account.reasons) + len(account.unexplained)}"
        missing = ", ".join(account.labels[x][0] if x in account.labels else ns.local(x) for x in account.unexplained)
        rows.append(
            [
                Iri(account.iri), account.label, account.kind, Number.of(round(account.score, 3)), of,
                "\n".join(reasons), missing or None,
            ]
        )  # fmt: skip
    names = ["candidate", "candidate_label", "kind", "score", "accounts_for", "reasons", "unexplained"]
    if not rows:
        note(
            f"nothing in the graph accounts for this among the {options.sort}; see what does: --sort causes, conditions, tests"
        )
        return 0
    emit(options.format, names, rows)
    for line in textwrap.wrap(
        "Score: the share of the observations accounted for, each worth the more the fewer candidates account for it, "
        "each path the less, the less certain its steps and the less specific the things between. Ranked from one "
        "article; no diagnosis.",
        100,
    ):
        note(clean(line))
    return 0


def _analyse_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "what", choices=("central", "communities", "cut-points", "loops", "mechanisms"), metavar="WHAT",
        help="central, communities, cut-points, loops or mechanisms",
    )  # fmt: skip
    sub.add_argument("--top", type=positive, metavar="N", help="at most so many rows")
    sub.add_argument("--inferred", action="store_true", help="inferred edges too (central, communities)")
    sub.add_argument(
        "--predicate", action="append", default=[], metavar="P", help="follow this predicate too (loops; repeatable)"
    )
    format_option(sub)


def _account_for_options(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("observed", nargs="+", metavar="ENTITY", help="symptoms, findings or drugs, by any name")
    sub.add_argument(
        "--sort", default="causes", choices=("causes", "conditions", "tests"), metavar="SORT",
        help="what to rank: causes (default), conditions (spasm types and diseases) or tests",
    )  # fmt: skip
    sub.add_argument("--top", type=positive, metavar="N", help="at most so many (10)")
    format_option(sub)


OPTIONS = {"analyse": _analyse_options, "account-for": _account_for_options}
RUN = {"analyse": _analyse, "account-for": _account_for}
