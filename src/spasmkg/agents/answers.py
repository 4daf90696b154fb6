"""What the tools answer, made in a worker: plain values with their evidence, and the same as text.

Each function takes the graph and checked arguments. An answer says whether it is ``complete``, and if not, in ``rest``,
how the rest is had; ``evidence`` has the claims that its rows name.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from spasmkg import claims as claims_
from spasmkg import competency, entities, records
from spasmkg import namespaces as ns
from spasmkg.agents import rows, wording
from spasmkg.agents.evidence import Record, Rests
from spasmkg.catalogue import lacking, vocabularies
from spasmkg.explain import Proof, sentence
from spasmkg.mappings import of_entities
from spasmkg.web.operations import examples
from spasmkg.web.tasks import Head, Write, graph

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.model import Relation

__all__ = ["answer", "rest"]

Arguments = Mapping[str, Any]
_MOST_HITS = 1000
_SHOWN_MAPPINGS = 60


def answer(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """Answer one call of a tool, or make a resource: JSON with ``result`` and ``text``."""
    kg = graph(path, arguments)
    tool = arguments["tool"]
    found = _ANSWERS[tool](kg, arguments["values"])
    found["dataset"] = kg.dataset
    head(media="json", kind="record")
    write(json.dumps({"result": found, "text": wording.of(tool, found)}, ensure_ascii=True).encode())


def rest(tool: str, first: int, shown: int, total: int | None) -> Record:
    """Whether rows ``first`` and on, so many of them, are all; and how the rest is had.

    >>> rest("search", 0, 10, 12)["rest"]
    'call search again with the same arguments and offset=10'
    """
    complete = first == 0 and total is not None and shown == total
    last = total is not None and first + shown >= total
    again = f"call {tool} again with the same arguments and offset="
    how = "" if complete else f"{again}0 for the first" if last else f"{again}{first + shown}"
    return {"total": total, "offset": first, "shown": shown, "complete": complete, "rest": how}


# ---- search ----


def _search(kg: KnowledgeGraph, values: Arguments) -> Record:
    kind = ns.local(kg.kind(values["kind"])) if values["kind"] else ""
    found = kg.search(values["query"], _MOST_HITS, kind)
    first = values["offset"]
    shown = found[first : first + values["limit"]]
    about = _about(kg, [h.iri for h in shown])
    rests = Rests(kg.store)
    hits = [
        {"entity": ns.contract(h.iri), "label": h.label, "kind": h.kind, "matched": h.matched, "why": h.why, "score": round(h.score, 3),
         "claims_about_it": len(about[h.iri]), **rests.on(about[h.iri][:3])}
        for h in shown
    ]  # fmt: skip
    return {"hits": hits, **rest("search", first, len(hits), len(found)), "evidence": rests.told()}


def _about(kg: KnowledgeGraph, iris: list[str]) -> dict[str, list[str]]:
    """The claims of each entity, as subject or object, in the order of the source."""
    block = " ".join(f"<{i}>" for i in iris)
    query = f"""SELECT ?e ?c WHERE {{ VALUES ?e {{ {block} }} GRAPH graph:claims {{
        {{ ?c rdf:subject ?e }} UNION {{ ?c rdf:object ?e }} OPTIONAL {{ ?c oa:start ?start }} }} }} ORDER BY ?start ?c"""
    found: dict[str, list[str]] = defaultdict(list)
    for e, c in kg.store.select(query) if iris else ():
        found[e.value].append(c.value)
    return found


# ---- one entity ----


def _entity(kg: KnowledgeGraph, values: Arguments) -> Record:
    found = kg.entity(values["entity"])
    wanted = kg.predicate(values["relation"]) if values["relation"] else ""
    relations = [r for r in found.relations if not wanted or r.predicate == wanted]
    first = values["offset"]
    shown = relations[first : first + values["limit"]]
    rests = Rests(kg.store)
    told = [_relation(found.label, r, rests) for r in shown]
    ours = found.iri.startswith(ns.SPASM) and "/vocabulary/" not in found.iri
    denied = [
        c for c in (*kg.claims(subject=found.iri), *kg.claims(object=found.iri)) if c.negated and ours
    ] if ours else []  # fmt: skip
    mappings = of_entities(kg.store, [found.iri])
    labels = entities.texts(kg.store, found.roles)
    return {
        "entity": ns.contract(found.iri), "iri": found.iri, "label": found.label, "kind": found.kind, "definition": found.definition,
        "names": [{"text": n.text, "scope": n.scope} for n in found.names],
        "roles": [{"role": ns.contract(r), "label": labels.get(r, (ns.local(r),))[0]} for r in found.roles],
        "doses": [
            {"phase": d["phase"], "amount": d["amount"], "how_often": d["how often"], **rests.on(_stating(kg, d["dose"]))}
            for d in records.doses(kg.store, found.iri)
        ],
        "relations": told,
        "denied": rests.on(c.iri for c in denied)["claims"],
        "mappings": [
            {"vocabulary": m.vocabulary, "id": m.curie, "label": m.label, "precision": m.precision, "cite": m.cite()}
            for m in mappings[:_SHOWN_MAPPINGS]
        ],
        "more_mappings": max(0, len(mappings) - _SHOWN_MAPPINGS),
        **rest("get_entity", first, len(told), len(relations)), "evidence": rests.told(),
    }  # fmt: skip


def _stating(kg: KnowledgeGraph, dose: str) -> list[str]:
    return [c.iri for c in claims_.find(kg.store, object=dose)]


def _relation(label: str, r: Relation, rests: Rests) -> Record:
    return {
        "says": f"{label} {r.predicate_label} {r.other_label}", "relation": ns.contract(r.predicate), "forward": r.forward,
        "other": ns.contract(r.other), "other_label": r.other_label, "other_kind": r.other_kind, "inferred": r.inferred,
        "certainty": r.certainty or ("stated by the user" if r.place else "by the ontology"), **rests.on(r.claims),
        "also": [r.place] if r.place else [],
    }  # fmt: skip


# ---- questions ----


def _questions(kg: KnowledgeGraph, values: Arguments) -> Record:
    words, tag = values["words"].lower().split(), values["tag"]
    loaded = {v.prefix for v in vocabularies(kg.store)}
    found = [
        q
        for q in competency.all_questions()
        if (not tag or tag in q.tags)
        and all(w in f"{q.name} {q.summary} {q.description} {' '.join(q.tags)}".lower() for w in words)
    ]
    first = values["offset"]
    listed = [
        {
            "name": q.name, "asks": q.summary, "tags": list(q.tags), "has_evidence": q.rests,
            "needs": _needs(q, loaded),
            "parameters": [
                {"name": p.name, "kind": p.kind, "required": p.required, "example": list(examples(p.example))} for p in q.parameters
            ],
        }
        for q in found[first : first + values["limit"]]
    ]  # fmt: skip
    return {"questions": listed, **rest("list_questions", first, len(listed), len(found))}


def _needs(question: competency.Question, loaded: set[str]) -> str:
    """What a question needs that is not here; "" where it can be asked."""
    if any(p.is_endpoint for p in question.parameters):
        return "a remote endpoint, which this server does not call"
    missing = lacking(question.vocabularies, loaded)
    return f"a vocabulary that is not loaded: {', '.join(missing)}" if missing else ""


# ---- paths ----


def _paths(kg: KnowledgeGraph, values: Arguments) -> Record:
    found = kg.paths(
        values["start"], values["goal"], kind=values["kind"], along=values["along"], max_length=values["max_length"],
        top=values["limit"], inferred=values["inferred"], certainty=values["certainty"],
    )  # fmt: skip
    rests = Rests(kg.store)
    told = []
    for p in found:
        steps = [
            {"says": " ".join(found.label(x) for x in (s.subject, s.predicate, s.object)), "subject": ns.contract(s.subject),
             "relation": ns.contract(s.predicate), "object": ns.contract(s.object), "followed_forward": s.forward,
             "inferred": s.inferred, "certainty": s.certainty, **rests.on(s.claims), "also": [s.place] if s.place else []}
            for s in p.steps
        ]  # fmt: skip
        told.append(
            {"path": found.text(p), "length": p.length, "weakest": p.certainty, "score": round(p.score, 4), "steps": steps}
        )  # fmt: skip
    complete = found.complete and len(found) == found.total
    how = (
        ""
        if complete
        else "call find_paths with a larger limit (up to 50), or narrow it with along, certainty or a smaller max_length"
    )
    return {
        "paths": told, "total": found.total, "shown": len(told), "counted_all": found.complete, "status": found.status,
        "complete": complete, "rest": how, "evidence": rests.told(),
    }  # fmt: skip


# ---- proofs ----


def _explain(kg: KnowledgeGraph, values: Arguments) -> Record:
    why = kg.explain(values["subject"], values["predicate"], values["object"], values["limit"], even_if_stated=True)
    rests = Rests(kg.store)
    own = rests.on(c.iri for c in why.ground.claims) if why.ground else rests.on(())

    def steps(proof: Proof, depth: int) -> list[Record]:
        said = {
            "depth": depth, "says": sentence(proof.triple, why.labels), "because": proof.because,
            **rests.on(c.iri for c in proof.claims), "also": [proof.place] if proof.place else [],
        }  # fmt: skip
        return [said, *(line for premise in proof.premises for line in steps(premise, depth + 1))]

    # a stated edge proves itself: its claims stand in ``claims``
    proofs = [p for p in why.proofs if p.rule]
    how = "call explain with a larger limit (up to 20)" if why.more else ""
    return {
        "says": why.sentence, "stated": why.stated, "certainty": why.certainty, **own,
        "proofs": [{"length": p.length, "certainty": p.certainty, "steps": steps(p, 0)} for p in proofs],
        "total": why.total, "shown": len(proofs), "complete": not why.more, "rest": how, "evidence": rests.told(),
    }  # fmt: skip


# ---- resources ----


def _schema(kg: KnowledgeGraph, _: Arguments) -> Record:
    entries = [
        {"what": e.what, "term": ns.contract(e.iri), "count": e.count, "domain": e.domain, "range": e.range, "example": e.example}
        for e in kg.schema()
    ]  # fmt: skip
    return {"entries": entries, "counts": dict(kg.stats()), "prefixes": dict(ns.prefixes())}


_ANSWERS: dict[str, Callable[[KnowledgeGraph, Arguments], Record]] = {
    "search": _search, "get_entity": _entity, "list_questions": _questions, "run_question": rows.question,
    "find_paths": _paths, "explain": _explain, "sparql": rows.sparql, "schema": _schema,
}  # fmt: skip
