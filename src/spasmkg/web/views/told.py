"""Claims and edges as the templates take them: plain values with their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spasmkg import claims as claims_
from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.model import CERTAINTIES, Claim, Triple
from spasmkg.namespaces import local
from spasmkg.store import Store
from spasmkg.vocabularies.terms import shown
from spasmkg.web.views.ways import Ways

__all__ = ["Told", "claim", "claims_by_iri", "counted", "edge", "named", "named_all", "places", "weakest"]

Told = dict[str, Any]
Texts = Mapping[str, tuple[str, str, str]]


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(2000, "row"), counted(2, "entry", "entries")
    ('1 row', '2,000 rows', '2 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def named(iri: str, about: Texts, ways: Ways) -> Told:
    """A thing with its label, kind and address."""
    label, _, kind = about.get(iri, ("", "", ""))
    return {"iri": iri, "label": label or shown(iri), "kind": kind, "href": ways.thing(iri)}


def named_all(store: Store, iris: Iterable[str], ways: Ways) -> dict[str, Told]:
    """Things by their IRIs, with label, kind and address."""
    wanted = sorted({i for i in iris if ns.is_iri(i)})
    about = texts(store, wanted) if wanted else {}
    return {iri: named(iri, about, ways) for iri in wanted}


def claim(found: Claim, ways: Ways) -> Told:
    """A claim: what it says, how surely, in whose words, and where."""
    labels = found.labels
    said = " ".join(
        [
            labels.get(found.subject, local(found.subject)),
            labels.get(found.predicate, local(found.predicate)),
            found.object if found.literal else labels.get(found.object, local(found.object)),
        ]
    )
    return {
        "iri": found.iri, "curie": found.curie, "href": ways.thing(found.iri), "sentence": said,
        "place": found.place, "item": found.item, "item_href": ways.thing(found.item) if found.item else "",
        "heading": found.heading, "section": found.section, "certainty": found.certainty, "hedge": found.hedge,
        "negated": found.negated, "words": found.span.words if found.span else "",
        "start": found.span.start if found.span else None, "end": found.span.end if found.span else None,
        "derived_from": [{"curie": ns.contract(d), "href": ways.thing(d)} for d in found.derived_from],
        "withdraw": ways.withdraw([found.iri]),
    }  # fmt: skip


def claims_by_iri(store: Store, iris: Iterable[str], ways: Ways) -> dict[str, Told]:
    """Some claims by their IRIs, each in the order of the source."""
    found = claims_.read(store, sorted(set(iris)))
    return {c.iri: claim(c, ways) for c in sorted(found, key=lambda c: (c.span is None, c.span.start if c.span else 0))}


def places(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """The places of some claims, each once: the IRI of the claim where it is the only one there, else of the item."""
    by_place: dict[str, list[Mapping[str, Any]]] = {}
    for c in found:
        by_place.setdefault(c["place"], []).append(c)
    return [here[0]["iri"] if len(here) == 1 else here[0]["item"] or here[0]["iri"] for here in by_place.values()]


def weakest(found: Iterable[Claim]) -> str:
    """How sure a row is: the weakest of its edges, each as sure as the strongest claim that states it; "" without any."""
    best: dict[Triple, int] = {}
    for c in found:
        edge = (c.subject, c.predicate, c.object)
        best[edge] = min(best.get(edge, len(CERTAINTIES)), CERTAINTIES.index(c.certainty))
    return CERTAINTIES[max(best.values())] if best else ""


def edge(triple: Sequence[str], things: Mapping[str, Told], ways: Ways, *, inferred: bool) -> Told:
    """An edge of IRIs with the labels of its terms, and where it is proven."""
    s, p, o = triple
    relation = things.get(p, {}).get("label") or ("is a" if p == ns.RDF_TYPE else shown(p))
    return {
        "subject": things[s], "object": things.get(o, {"iri": o, "label": o, "kind": "", "href": ""}),
        "predicate": {"iri": p, "label": relation, "href": ways.thing(p)}, "inferred": inferred,
        "why": ways.proof(s, p, o),
    }  # fmt: skip
