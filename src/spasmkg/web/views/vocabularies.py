"""The vocabularies: what is loaded, how far the mapping sets reach, one vocabulary, and a search across all of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.catalogue import LICENCES, TITLES
from spasmkg.entities import texts
from spasmkg.errors import IdentifierError
from spasmkg.identifiers import iri, normal, preferred_prefix
from spasmkg.mappings import coverage, named, of_terms, of_vocabulary
from spasmkg.model import PRECISION, Mapping
from spasmkg.spelling import nearest
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, one, opened, several, show

if TYPE_CHECKING:
    from spasmkg.catalogue import Vocabulary
    from spasmkg.kg import KnowledgeGraph

__all__ = ["licence_of", "mapped", "overview", "page_of", "prefix_of", "title_of", "vocabulary"]

_HITS = 60
_ROWS = 50
_LONGEST = 200
_BAR = 44
_PRECISE = {predicate: i for i, predicate in enumerate(PRECISION)}
_SHOWN = ("exact", "close", "broader", "narrower", "related", "none", "not exact")


def title_of(prefix: str) -> str:
    """What a vocabulary is called."""
    return TITLES.get(prefix, prefix)


def licence_of(found: Vocabulary | None, prefix: str) -> tuple[str, str, bool]:
    """The licence in few words, the address of its text or "", and whether the terms may be passed on.

    >>> licence_of(None, "MONDO"), licence_of(None, "DOID")[0]
    (('CC BY 4.0', 'https://creativecommons.org/licenses/by/4.0/', True), 'CC0 1.0')
    """
    usual, may = LICENCES.get(prefix, ("", False))
    text, may = (found.license or usual, found.shippable) if found else (usual, may)
    known = re.search(r"creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/zero)/([\d.]+)", text)
    if known:
        return f"CC {known[1].upper()} {known[2]}" if known[1] else f"CC0 {known[2]}", text, may
    return text, text if text.startswith(("http://", "https://")) else "", may


@lru_cache(maxsize=1)
def mapped(kg: KnowledgeGraph) -> dict[str, Counter[str]]:
    """By vocabulary how many rows its mapping set has of each sort."""
    query = """SELECT ?v ?p ?not ?none (COUNT(?m) AS ?n) { ?m spasm:toVocabulary ?v ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o
        OPTIONAL { ?m sssom:predicate_modifier ?not } BIND(?o = sssom:NoTermFound AS ?none) } GROUP BY ?v ?p ?not ?none"""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for v, p, denied, none, n in kg.store.select(query):
        word = "none" if none.value == "true" else "not exact" if denied else PRECISION.get(p.value, ns.local(p.value))
        found[v.value][word] += int(n.value)
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


@lru_cache(maxsize=1)
def _coverage(kg: KnowledgeGraph) -> list[tuple[str, str, int, int, int, int]]:
    return coverage(kg.store)


def prefix_of(text: str, known: Iterable[str]) -> str:
    """The prefix that a text means, among those that are known; "" where it is none of them."""
    listed = list(known)
    for spelling in (text, preferred_prefix(text)):
        for prefix in listed:
            if spelling and prefix.lower() == spelling.lower():
                return prefix
    return ""


def page_of(arguments: Arguments, total: int, size: int) -> tuple[int, int]:
    """Which page is asked for, and how many there are; whatever the address says, it is one of them."""
    pages = max(1, -(-total // size))
    text = one(arguments, "page", "1")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(1, wanted), pages), pages


# ---- all of them ----


def overview(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """What is loaded, how far the mappings reach; or what was found across the vocabularies."""
    kg = opened(path, arguments)
    if one(arguments, "q"):
        _found(write, head, kg, arguments)
        return
    loaded = {v.prefix: v for v in kg.vocabularies()}
    rows = mapped(kg)
    table = _coverage(kg)
    reach: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for _, v, *counts in table:
        reach[v] = [a + b for a, b in zip(reach[v], counts, strict=True)]
    listed = [
        {
            "prefix": p, "title": title_of(p), "loaded": loaded.get(p), "entities": reach[p][0], "exact": reach[p][1],
            "other": reach[p][2], "none": reach[p][3], "licence": licence_of(loaded.get(p), p), "bar": _bar(*reach[p]),
        }
        for p in rows
        if p in reach
    ]  # fmt: skip
    show(
        write, head, arguments, "vocabularies.html", title="Vocabularies", tab="vocabularies",
        loaded=[
            {"v": v, "title": TITLES.get(p) or v.title or p, "licence": licence_of(v, p), "rows": sum(rows.get(p, Counter()).values())}
            for p, v in loaded.items()
        ],
        listed=listed, schemas=[(p, title_of(p), sum(n.values())) for p, n in rows.items() if p not in reach],
        matrix=_matrix(table), prefixes=[row["prefix"] for row in listed],
        choices=_choices(rows, loaded), q="", within="",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a vocabulary reaches: counts, and widths for the drawing."""

    entities: int
    exact: int
    other: int
    none: int

    @property
    def named(self) -> int:
        """Entities with a term."""
        return self.exact + self.other

    @property
    def width_exact(self) -> float:
        """The width of what is exact."""
        return round(_BAR * self.exact / self.entities, 1) if self.entities else 0.0

    @property
    def width_named(self) -> float:
        """The width of what has any term."""
        return round(_BAR * self.named / self.entities, 1) if self.entities else 0.0


def _bar(*counts: int) -> Bar:
    return Bar(*counts)


def _matrix(table: Sequence[tuple[str, str, int, int, int, int]]) -> list[dict[str, Any]]:
    """The coverage: a row a kind, the largest first, a cell a vocabulary."""
    rows: dict[str, dict[str, Bar]] = defaultdict(dict)
    for kind, v, *counts in table:
        rows[kind][v] = Bar(*counts)
    made = [
        {"kind": k, "entities": max(b.entities for b in cells.values()), "cells": cells} for k, cells in rows.items()
    ]
    return sorted(made, key=lambda row: (-row["entities"], row["kind"]))


def _choices(rows: Iterable[str], loaded: Iterable[str]) -> list[tuple[str, str]]:
    """The vocabularies to choose from: (prefix, title)."""
    return [(p, title_of(p)) for p in sorted({*rows, *loaded}, key=str.lower)]


# ---- search ----


def _found(write: Write, head: Head, kg: KnowledgeGraph, arguments: Arguments) -> None:
    text = one(arguments, "q")[:_LONGEST]
    loaded, rows = [v.prefix for v in kg.vocabularies()], mapped(kg)
    given = one(arguments, "in")
    within = prefix_of(given, {*rows, *loaded}) if given else ""
    hits = _hits(kg, text, [p for p in loaded if not within or p == within], within)
    ties: dict[str, list[Mapping]] = defaultdict(list)
    for m in sorted(of_terms(kg.store, [h["iri"] for h in hits[:_HITS]]), key=lambda m: _PRECISE.get(m.predicate, 9)):
        if not m.negated:
            ties[m.object].append(m)
    about = texts(kg.store, {found[0].subject for found in ties.values()})
    for h in hits[:_HITS]:
        here = ties.get(h["iri"], [])
        h["tie"], h["more"] = (here[0], len(here) - 1) if here else (None, 0)
        tie = h["tie"]
        h["label_of_ours"], _, h["kind"] = about.get(tie.subject, ("", "", "")) if tie else ("", "", "")
    show(
        write, head, arguments, "vocabulary_search.html", title=f"“{text}” in the vocabularies", tab="vocabularies",
        q=text, within=within, hits=hits[:_HITS], more=len(hits) > _HITS, loaded=loaded, choices=_choices(rows, loaded),
    )  # fmt: skip


def _hits(kg: KnowledgeGraph, text: str, loaded: Sequence[str], within: str) -> list[dict[str, Any]]:
    """Terms by identifier, by the names in loaded vocabularies, and by the labels in the mapping sets."""
    hits: dict[str, dict[str, Any]] = {}

    def add(address: str, prefix: str, label: str, matched: str, why: str, score: float) -> None:
        if address not in hits or hits[address]["score"] < score:
            hits[address] = {
                "iri": address, "id": _written(address), "prefix": prefix, "label": label, "matched": matched, "why": why, "score": score
            }  # fmt: skip

    for m in of_terms(kg.store, _addresses(text)):
        if not within or m.vocabulary == within:
            add(m.object, m.vocabulary, m.label, m.curie, "identifier", 2.0)
    words = [w for w in text.lower().split() if w]
    for m in named(kg.store, words):
        if m.object and (not within or m.vocabulary == within):
            share = len("".join(words)) / max(len(m.label), 1)
            same = m.label.lower() == text.lower()
            add(
                m.object,
                m.vocabulary,
                m.label,
                m.label,
                "label" if same else "contains the words in the label",
                1.0 if same else 0.5 + 0.35 * min(share, 1.0),
            )
    for prefix in loaded:
        for h in kg.search_terms(text, [prefix], _HITS + 1):
            add(h.iri, prefix, h.label, h.matched, h.why, h.score)
    return sorted(hits.values(), key=lambda h: (-h["score"], h["label"].lower(), h["iri"]))


def _addresses(text: str) -> list[str]:
    try:
        return [iri(normal(text))]
    except IdentifierError:
        return []


def _written(address: str) -> str:
    try:
        return normal(address)
    except IdentifierError:
        return ns.contract(address)


# ---- one of them ----


def vocabulary(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """One vocabulary: its release and licence, how far it reaches, and the rows of its mapping set."""
    kg = opened(path, arguments)
    loaded = {v.prefix: v for v in kg.vocabularies()}
    rows = mapped(kg)
    known = sorted({*rows, *loaded}, key=str.lower)
    prefix = prefix_of(arguments["rest"], known)
    if not prefix:
        asked = arguments["rest"][:80]
        show(
            write, head, arguments, "vocabulary_missing.html", title="No such vocabulary", tab="vocabularies", status=404,
            asked=asked, near=nearest(asked, known), choices=[(p, title_of(p)) for p in known],
        )  # fmt: skip
        return
    every = of_vocabulary(kg.store, prefix) if prefix in rows else []
    about = texts(kg.store, {m.subject for m in every})
    kind, wanted = one(arguments, "kind"), [s for s in several(arguments, "show") if s in _SHOWN]
    chosen = [
        m
        for m in every
        if (not wanted or m.precision in wanted) and (not kind or about.get(m.subject, ("", "", ""))[2] == kind)
    ]
    page, pages = page_of(arguments, len(chosen), _ROWS)
    counts = [(word, rows[prefix][word]) for word in _SHOWN if rows.get(prefix, Counter())[word]]
    kinds = [(k, Bar(*n)) for k, v, *n in _coverage(kg) if v == prefix]
    show(
        write, head, arguments, "vocabulary.html", title=title_of(prefix), tab="vocabularies",
        prefix=prefix, label=title_of(prefix), found=loaded.get(prefix), licence=licence_of(loaded.get(prefix), prefix),
        releases=_releases(every), kinds=sorted(kinds, key=lambda pair: -pair[1].entities), counts=counts, every=len(every),
        total=len(chosen), first=(page - 1) * _ROWS, page=page, pages=pages, wanted=wanted[0] if wanted else "", kind=kind,
        rows=[(m, *about.get(m.subject, (ns.local(m.subject), "", ""))) for m in chosen[(page - 1) * _ROWS : page * _ROWS]],
        others=[(p, title_of(p)) for p in rows if p != prefix and any(v == p for _, v, *_ in _coverage(kg))],
    )  # fmt: skip


def _releases(rows: Iterable[Mapping]) -> list[tuple[str, list[tuple[str, int]]]]:
    """By release, the newest first, the files in which its identifiers were seen, with the number of rows."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for m in rows:
        if m.object:
            seen[m.version][m.source.rsplit("/", 1)[-1]] += 1
    return sorted(((v, files.most_common()) for v, files in seen.items()), reverse=True)
