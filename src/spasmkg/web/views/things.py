"""The page of whatever an IRI names: an entity, a claim, a mapping, an item, a class, or its triples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spasmkg import entities
from spasmkg import namespaces as ns
from spasmkg.errors import NotFoundError
from spasmkg.looks import KINDS
from spasmkg.namespaces import local
from spasmkg.web.tasks import Head, Write
from spasmkg.web.tasks.things import around, unknown
from spasmkg.web.views import Arguments, claim, entity, marks, opened, red_flags, show
from spasmkg.web.views.passage import place

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Mapping as Tie
    from spasmkg.model import Triple

__all__ = ["thing"]

_MOST = 200
"""How many rows of one table a page shows; the other formats have all."""
_CLAIMED = frozenset({"ObjectProperty", "DatatypeProperty"})
"""The properties that a claim can have; of others, such as those of annotations, none can be asked for."""
_WORDS = {
    "ObjectProperty": "Relation", "DatatypeProperty": "Relation to a value", "AnnotationProperty": "Note on a thing",
    "TransitiveProperty": "carries on through steps", "SymmetricProperty": "holds both ways",
}  # fmt: skip
"""What the types of the ontology are called on a page."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}


def thing(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The page of the first of some IRIs that the graph knows; a page with what comes near where it knows none."""
    kg = opened(path, arguments)
    for iri in arguments["iris"]:
        if ns.is_iri(iri) and (triples := around(kg.store, iri)):
            break
    else:
        near = [ns.spasm(s) for s in unknown(path, arguments).suggestions]
        labels = [(i, label) for i in near if (label := entities.texts(kg.store, [i]).get(i, ("",))[0])]
        name = ns.contract(arguments["iris"][0]) if ns.is_iri(arguments["iris"][0]) else arguments["iris"][0]
        show(write, head, arguments, "absent.html", title="Not found", status=404, name=name, near=labels)
        return
    given = write, head, arguments, kg
    rest = iri.removeprefix(ns.SPASM)
    try:
        if rest.startswith("claim/"):
            claim.claim(*given, kg.claim(iri))
            return
        if rest.startswith("mapping/"):
            _mapping(*given, kg.mapping(iri))
            return
    except NotFoundError:  # it has such a name, but is none
        pass
    if rest.startswith("item/") and (where := place(kg.store, iri)):
        claim.item(*given, where)
    elif kg.store.ask(f"ASK {{ VALUES ?k {{ spasm:Section spasm:Source }} GRAPH graph:article {{ <{iri}> a ?k }} }}"):
        claim.section(*given, iri, entities.texts(kg.store, [iri]).get(iri, (local(iri),))[0])
    elif rest != iri and "/" not in rest and entities.kind_of(kg.store, iri):
        entity.entity(*given, kg.entity(iri), red_flags(kg, path))
    else:
        _other(*given, iri, triples, red_flags(kg, path))


def _mapping(write: Write, head: Head, arguments: Arguments, kg: KnowledgeGraph, found: Tie) -> None:
    label, _, kind = entities.texts(kg.store, [found.subject]).get(found.subject, (local(found.subject), "", ""))
    siblings = [m for m in kg.mappings(found.subject) if m.iri != found.iri] if kind else []
    show(
        write, head, arguments, "mapping.html", title=f"{label} and {found.curie or found.vocabulary}", iri=found.iri, mapping=found,
        label=label, kind=kind, siblings=siblings, alternates=arguments["alternates"], means=_means(found),
        facts=[(n, v) for n, v in (("file", found.source), ("mapping set", found.mapping_set), ("justification", found.justification)) if v],
    )  # fmt: skip


def _means(found: Tie) -> str:
    return marks.VENN["not" if found.negated else found.precision if found.precision in marks.VENN else "related"][1]


def _other(
    write: Write, head: Head, arguments: Arguments, kg: KnowledgeGraph, iri: str, triples: Sequence[Triple], flags: int
) -> None:
    """All that is known, as it stands; of a class its members too."""
    me = f"<{iri}>"
    ahead = sorted((p, o) for s, p, o in triples if s == me)
    back = sorted((p, s) for s, p, o in triples if o == me)
    about = entities.texts(kg.store, {iri, *(t[1:-1] for pair in ahead[:_MOST] for t in pair if t[0] == "<")})
    kinds = sorted({local(o[1:-1]) for p, o in ahead if p == f"<{ns.RDF_TYPE}>" and o[0] == "<"})
    kind = next((k for k in kinds if k in KINDS), "")
    name = local(iri) if iri.startswith(ns.SPASM) and "/" not in iri.removeprefix(ns.SPASM) else ""
    claims = kg.claims(predicate=iri) if _CLAIMED & set(kinds) else []
    if claims:  # they stand as sentences above
        back = [(p, s) for p, s in back if p != f"<{ns.RDF}predicate>"]
    definition = next((t["text"] for p, t in _told(ahead, about) if p["iri"] == f"{ns.SKOS}definition"), "")
    is_class = "Class" in kinds
    members = _members(kg, iri) if is_class else []
    listed = {f"<{at}>" for at, _, _ in members}  # they stand as a list above
    back = [(p, s) for p, s in back if not (p == f"<{ns.RDF_TYPE}>" and s in listed)]
    named = [(p, s) for p, s in back if s[0] == "<"]
    about |= entities.texts(kg.store, {t[1:-1] for pair in named[:_MOST] for t in pair})
    listing = name if name in KINDS and is_class else ""
    label = about.get(iri, ("",))[0] or ns.contract(iri)
    show(
        write, head, arguments, "triples.html", title=label, iri=iri, kind=kind,
        kinds=[_WORDS.get(k, k) for k in kinds], alternates=arguments["alternates"], label=label, ahead=_told(ahead[:_MOST], about),
        back=_told(named[:_MOST], about), totals=(len(ahead), len(named)), unnamed=len(back) - len(named), listing=listing,
        is_treatment=bool(set(kinds) & entity.TREATMENTS), caution=entity.CAUTION, flags=flags, members=[] if listing else members[:_MOST],
        all_members=len(members), claims=claims[:_MOST], all_claims=len(claims), definition=definition, is_ours=bool(name),
    )  # fmt: skip


def _members(kg: KnowledgeGraph, iri: str) -> list[tuple[str, str, str]]:
    """(IRI, label, kind) of what is in a class."""
    query = f"""SELECT DISTINCT ?x ?label ?kind WHERE {{ ?x a <{iri}> ; rdfs:label ?label
        VALUES ?g {{ graph:entities graph:groupings graph:user }} GRAPH ?g {{ ?x a ?kind }} }} ORDER BY ?label ?x"""
    return [(x.value, label.value, local(kind.value)) for x, label, kind in kg.store.select(query)]


def _told(
    pairs: Iterable[tuple[str, str]], about: Mapping[str, tuple[str, str, str]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(_term(p, about), _term(o, about)) for p, o in pairs]


def _term(term: str, about: Mapping[str, tuple[str, str, str]]) -> dict[str, Any]:
    """A term in N-Triples form as a template shows it."""
    if term[0] == "<":
        iri = term[1:-1]
        label, _, kind = about.get(iri, ("", "", ""))
        return {"iri": iri, "text": label or ns.contract(iri), "kind": kind if kind in KINDS else "", "language": ""}
    if term[0] == '"':
        value, _, tail = term.rpartition('"')
        plain = _ESCAPED.sub(lambda m: _MEANT.get(m[1], m[1]), value[1:])
        return {"iri": "", "text": plain, "kind": "", "language": tail[1:] if tail.startswith("@") else ""}
    return {"iri": "", "text": "(unnamed)", "kind": "", "language": ""}
