"""Plain pages about things: what they are, what is said of them in both directions, how surely, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from spasmkg import claims as claims_
from spasmkg import entities, records
from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.namespaces import local
from spasmkg.web.html import Html, Page, link, listed, table, text
from spasmkg.web.tasks.records import words_of

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Claim, Entity, Relation, Triple
    from spasmkg.model import Mapping as Tie

__all__ = ["page"]

Arguments = Mapping[str, Any]

_TREATMENTS = {"Drug", "DrugClass", "Therapy", "Supplement", "Procedure", "Biologic", "DosePhase", "Quantity"}
_CAUTION = "Not medical advice: this restates one article."
_MOST = 200
"""How many rows of one table a page shows; the other formats have all."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}


def page(kg: KnowledgeGraph, iri: str, triples: Sequence[Triple], arguments: Arguments) -> Page:
    """The page of a thing."""
    made = Page("", prefix=arguments["prefix"], alternates=[tuple(a) for a in arguments["alternates"]])
    place = iri.removeprefix(ns.SPASM)
    try:
        if iri.startswith(f"{ns.SPASM}claim/"):
            _claim(made, kg.claim(iri), arguments)
        elif iri.startswith(f"{ns.SPASM}mapping/"):
            _mapping(made, kg.mapping(iri))
        elif iri.startswith(f"{ns.SPASM}item/"):
            _item(made, kg, iri)
        elif "/" not in place and entities.kind_of(kg.store, iri):
            _entity(made, kg, kg.entity(iri))
            return made
    except NotFoundError:  # it has such a name, but is none
        pass
    _triples(made, kg, iri, triples)
    return made


def _lead(made: Page, iri: str, label: str, kind: str) -> None:
    made.title = label or ns.contract(iri)
    made.below = listed([x for x in (kind, Html(f"<code>{text(iri)}</code>")) if x], " · ")
    if kind in _TREATMENTS:
        made.paragraph(_CAUTION, "note")


# ---- entities ----


def _entity(made: Page, kg: KnowledgeGraph, found: Entity) -> None:
    _lead(made, found.iri, found.label, found.kind)
    made.paragraph(found.definition)
    cited = {c.iri: c for c in claims_.read(kg.store, {c for r in found.relations for c in r.claims})}
    names = [
        (f"{scope} synonyms" if scope != "hidden" else "other spellings", ", ".join(n.text for n in group))
        for scope, group in groupby(found.names, lambda n: n.scope)
    ]
    made.pairs([*names, ("roles (inferred)", _roles(made, kg, found))])
    phases = records.doses(kg.store, found.iri)
    rows = [[link(d["dose"], d["phase"], made.prefix), d["amount"], d["how often"]] for d in phases]
    made.section("Dose", table("Doses", ["phase", "amount", "how often"], rows))
    for forward, title, caption in (
        (True, "What is said of it", "Relations from it"), (False, "What is said of others and leads to it", "Relations to it")
    ):  # fmt: skip
        of_it = [r for r in found.relations if r.forward == forward]
        head = ["relation", "what", "kind", "certainty", "where it is stated"]
        made.section(title, _cut(caption, head, [_relation(made, r, cited) for r in of_it]))
    denied = [c for c in (*kg.claims(subject=found.iri), *kg.claims(object=found.iri)) if c.negated]
    made.section("What the source denies", _claims(made, "Claims that deny", denied))
    made.section("In other vocabularies", _ties(made, kg.mappings(found.iri)))


def _roles(made: Page, kg: KnowledgeGraph, found: Entity) -> Html:
    labels = entities.texts(kg.store, found.roles)
    return listed(link(role, labels.get(role, (local(role),))[0], made.prefix) for role in found.roles)


def _relation(made: Page, r: Relation, cited: Mapping[str, Claim]) -> list[str]:
    sure = r.certainty or ("" if r.place else "by the ontology")
    return [
        link(r.predicate, r.predicate_label, made.prefix),
        link(r.other, r.other_label or r.other, made.prefix),
        r.other_kind,
        f"inferred, {sure}" if r.inferred else sure,
        r.place or _places(made, [cited[c] for c in r.claims if c in cited]),
    ]


def _places(made: Page, found: Sequence[Claim], most: int = 6) -> Html:
    """Links to the places of claims, and to the claims."""
    shown = []
    for c in found[:most]:
        place = link(c.item, f"§ {c.place}", made.prefix) if c.item else text("curator")
        shown.append(Html(f"{place} {link(c.iri, c.curie, made.prefix)}"))
    more = [text(f"and {len(found) - most} more")] if len(found) > most else []
    return listed([*shown, *more], "; ")


def _cut(caption: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    if len(rows) > _MOST:
        caption = f"{caption}: showing {_MOST} of {len(rows)}; the other formats have all"
    return table(caption, names, rows[:_MOST])


def _ties(made: Page, ties: Sequence[Tie]) -> Html:
    rows = [
        [
            m.vocabulary,
            link(m.object, f"{m.curie} {m.label}".strip(), made.prefix) if m.object else "no term",
            m.precision if m.object else "",
            m.version,
            link(m.iri, "row", made.prefix),
        ]
        for m in ties
    ]
    return _cut("Mappings", ["vocabulary", "term", "how it stands to this", "release", "mapping"], rows)


# ---- claims, mappings, items ----


def _claim(made: Page, c: Claim, arguments: Arguments) -> None:
    named = [
        link(x, c.labels.get(x, local(x)), made.prefix)
        for x in (c.subject, c.predicate, *(() if c.literal else (c.object,)))
    ]
    said = listed([*named, *([c.object] if c.literal else [])], " ")
    _lead(made, c.iri, c.curie, "claim")
    made.paragraph(Html(f"<strong>{said}</strong>{' (the source denies this)' if c.negated else ''}"))
    span = f"characters {c.span.start:,} to {c.span.end:,}: “{c.span.words}”" if c.span else ""
    made.pairs(
        [
            ("certainty", c.certainty + (f" (“{c.hedge}”)" if c.hedge else "")),
            ("place", listed([link(c.item, f"§ {c.place} {c.heading}", made.prefix), c.section]) if c.item else ""),
            ("span", span),
            ("in the article", words_of(c, arguments["article"])),
            *((name, link(v, local(v), made.prefix) if ns.is_iri(v) else v) for name, v in c.qualifiers),
            ("rests on", listed(link(d, ns.contract(d), made.prefix) for d in c.derived_from)),
        ]
    )


def _mapping(made: Page, m: Tie) -> None:
    _lead(made, m.iri, ns.contract(m.iri), "mapping")
    made.pairs(
        [
            ("entity", link(m.subject, local(m.subject), made.prefix)),
            ("relation", listed([link(m.predicate, ns.contract(m.predicate), made.prefix), m.precision], " · ")),
            (
                "term",
                link(m.object, f"{m.curie} {m.label}".strip(), made.prefix)
                if m.object
                else f"no term in {m.vocabulary}",
            ),
            ("release", f"{m.vocabulary} {m.version}"),
            ("seen in", ns.contract(m.source) if m.source else ""),
            ("confidence", f"{m.confidence:g}" if m.confidence else ""),
            ("reviewer", m.reviewer),
            ("remark", m.comment),
        ]
    )


def _item(made: Page, kg: KnowledgeGraph, iri: str) -> None:
    found = kg.claims(item=iri)
    if found:
        _lead(made, iri, f"§ {found[0].place} {found[0].heading}", "item")
        made.paragraph(found[0].section)
    made.section("Claims", _claims(made, "In the order of the source", found))


def _claims(made: Page, caption: str, found: Sequence[Claim]) -> Html:
    rows = []
    for c in found:
        ends = [link(x, c.labels.get(x, local(x)), made.prefix) for x in (c.subject, c.predicate)]
        goal = c.object if c.literal else link(c.object, c.labels.get(c.object, local(c.object)), made.prefix)
        sure = f"{c.certainty}{', denied' if c.negated else ''}{f' (“{c.hedge}”)' if c.hedge else ''}"
        rows.append([link(c.iri, c.curie, made.prefix), *ends, goal, sure, c.span.words if c.span else ""])
    return _cut(caption, ["claim", "subject", "relation", "object", "certainty", "words"], rows)


# ---- anything ----


def _triples(made: Page, kg: KnowledgeGraph, iri: str, triples: Sequence[Triple]) -> None:
    """All that is known, as it stands."""
    me = f"<{iri}>"
    ahead = [(p, o) for s, p, o in triples if s == me]
    back = [(p, s) for s, p, o in triples if o == me]
    shown = [*ahead[:_MOST], *back[:_MOST]]
    labels = entities.texts(kg.store, {iri, *(t[1:-1] for pair in shown for t in pair if t[0] == "<")})
    if not made.title:
        kinds = sorted(local(o[1:-1]) for p, o in ahead if p == f"<{ns.RDF_TYPE}>" and o[0] == "<")
        _lead(made, iri, labels.get(iri, ("",))[0], ", ".join(kinds))
    named = _Named(made, {i: label for i, (label, _, _) in labels.items()})
    made.section("Triples", _cut("From it", ["relation", "value"], [named.row(pair) for pair in ahead]))
    made.section("Triples that lead to it", _cut("To it", ["relation", "from"], [named.row(pair) for pair in back]))


class _Named:
    """Terms in N-Triples form, shown by their labels."""

    def __init__(self, made: Page, labels: Mapping[str, str]) -> None:
        self._made, self._labels = made, labels

    def row(self, terms: Iterable[str]) -> list[str]:
        return [self._term(t) for t in terms]

    def _term(self, term: str) -> Html:
        if term[0] == "<":
            iri = term[1:-1]
            return link(iri, self._labels.get(iri) or ns.contract(iri), self._made.prefix)
        if term[0] == '"':
            value, _, kind = term.rpartition('"')
            plain = _ESCAPED.sub(lambda m: _MEANT.get(m[1], m[1]), value[1:])
            return text(plain + (f" ({kind[1:]})" if kind.startswith("@") else ""))
        return text("(unnamed)")
