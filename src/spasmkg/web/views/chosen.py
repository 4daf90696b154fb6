"""What the explorer says of the thing, edge or path that is chosen in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.entities import texts
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.explain import in_words, sentence
from spasmkg.surroundings import name_of, term_of
from spasmkg.web.address import href, to

if TYPE_CHECKING:
    from spasmkg.explain import Explanation, Proof
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.web.views.exploring import State

__all__ = ["chosen"]

_PROOFS = 5
_PATHS = 5
_ADVISED = {"Drug", "DrugClass", "Supplement", "Therapy", "Procedure"}

Panel = dict[str, Any]


def chosen(kg: KnowledgeGraph, state: State, prefix: str) -> Panel | None:
    """What is said of what is chosen; of the paths, where there are some and nothing else is chosen. None for nothing."""
    parts = state.select.split(" ")
    made: Panel | None = None
    if len(parts) == 3 and all(map(term_of, parts)):
        made = _edge(kg, state, (term_of(parts[0]), term_of(parts[1]), term_of(parts[2])), prefix)
    elif len(parts) == 1 and parts[0] and term_of(parts[0]):
        made = _thing(kg, state, term_of(parts[0]), prefix)
    if made is None and state.is_path:
        made = _paths(kg, state, prefix)
    return made | {"close": state.selecting("").to(prefix)} if made else None


def _thing(kg: KnowledgeGraph, state: State, iri: str, prefix: str) -> Panel | None:
    about = texts(kg.store, [iri])
    if iri not in about:
        return None
    label, _, kind = about[iri]
    definition = next(iter(kg.store.select(f"SELECT ?d {{ <{iri}> skos:definition ?d }} ORDER BY ?d LIMIT 1")), None)
    roles = kg.store.select(
        f"SELECT DISTINCT ?r ?l {{ <{iri}> a ?r . ?r rdfs:subClassOf spasm:Role ; rdfs:label ?l }} ORDER BY ?l"
    )
    name = name_of(iri)
    first, second = state.ends
    graph = kg.graph(inferred=state.inferred)
    number = graph.numbers.get(iri)
    neighbours = 0 if number is None else len(set(graph.neighbour[graph.entries(number)].tolist()) - {number})
    return {
        "is": "thing", "name": name, "iri": iri, "label": label, "kind": kind, "definition": definition[0].value if definition else "",
        "roles": [(r.value, text.value) for r, text in roles if ns.local(r.value) != "Role"], "neighbours": neighbours,
        "relations": _relations(kg, iri, inferred=state.inferred), "is_open": state.is_open(name),
        "toggle": state.toggled(name).to(prefix), "start": to("/explore", prefix, start=name),
        "remove": state.without(name).to(prefix) if name in state.start and len(state.start) > 1 else "",
        "pick": state.picked(name).to(prefix) if name != first or second else "",
        "from": texts(kg.store, [term_of(first)]).get(term_of(first), (first,))[0] if first and not second and first != name else "",
        "is_end": name == first and not second, "unpick": state.unpicked().to(prefix),
        "page": href(iri, prefix), "is_advised": kind in _ADVISED,
    }  # fmt: skip


def _relations(kg: KnowledgeGraph, iri: str, *, inferred: bool) -> list[tuple[str, int, bool]]:
    """How many edges of each relation touch a thing: (label, count, whether they are inferred), most first."""
    graph = kg.graph(inferred=inferred)
    number = graph.numbers.get(iri)
    if number is None:
        return []
    found: Counter[tuple[str, bool, bool]] = Counter()
    for code in graph.entry[graph.entries(number)].tolist():
        edge = code // 2
        is_inferred = graph.layers[int(graph.layer[edge])] == "inferred"
        found[graph.predicates[int(graph.predicate[edge])], code % 2 == 0, is_inferred] += 1
    about = texts(kg.store, {p for p, _, _ in found})
    listed = []
    for (p, forward, is_inferred), n in found.items():
        label, inverse, _ = about.get(p, (ns.local(p), "", ""))
        listed.append((label if forward else inverse or f"is what … {label}", n, is_inferred))
    return sorted(listed, key=lambda x: (x[2], -x[1], x[0]))


# ---- edges ----


def _edge(kg: KnowledgeGraph, state: State, triple: tuple[str, str, str], prefix: str) -> Panel | None:
    try:
        why = kg.explain(triple[0], triple[1], triple[2], _PROOFS)
    except (NotFoundError, UsageError):
        return None
    about = texts(kg.store, triple)
    ends = {
        side: {"iri": iri, "label": about.get(iri, (iri, "", ""))[0], "kind": about.get(iri, ("", "", ""))[2],
               "at": state.selecting(name_of(iri)).to(prefix)}
        for side, iri in (("subject", triple[0]), ("object", triple[2]))
    }  # fmt: skip
    made: Panel = {
        "is": "edge", "stated": why.stated, "certainty": why.certainty, "predicate": about.get(triple[1], (ns.local(triple[1]),))[0],
        "predicate_at": href(triple[1], prefix), "sentence": why.sentence, **ends,
        "is_advised": bool({ends["subject"]["kind"], ends["object"]["kind"]} & _ADVISED),
        "claims": why.ground.claims if why.ground else (), "place": why.ground.place if why.ground else "",
        "proof_at": to("/proof", prefix, subject=name_of(triple[0]), predicate=name_of(triple[1]), object=name_of(triple[2])),
        "labels": _qualified(kg, why),
    }  # fmt: skip
    if not why.stated and why.proofs:
        first = why.proofs[0]
        made |= {
            "proof": _steps(first, why),
            "because": _capital(first.because),
            "others": why.total - 1,
            "more": why.more,
        }
    return made


def _qualified(kg: KnowledgeGraph, why: Explanation) -> dict[str, str]:
    """The labels of what qualifies the claims of a stated edge."""
    values = {v for c in (why.ground.claims if why.ground else ()) for _, v in c.qualifiers}
    return {iri: label for iri, (label, _, _) in texts(kg.store, values).items()}


def _steps(proof: Proof, why: Explanation) -> list[dict[str, Any]]:
    """The premises of a proof, each in words with its claims; one that follows itself has its own premises below it."""
    found = []
    for premise in proof.premises:
        end, says = in_words(premise, why.labels)
        found.append(
            {"says": _capital(says), "claims": end.claims, "place": end.place, "because": _capital(end.because),
             "below": _steps(end, why) if end.rule else []}
        )  # fmt: skip
    return found


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


# ---- paths ----


def _paths(kg: KnowledgeGraph, state: State, prefix: str) -> Panel | None:
    start, goal = (term_of(e) for e in state.ends)
    found = kg.paths(start, goal, top=_PATHS, inferred=state.inferred)
    about = texts(kg.store, [start, goal])
    listed = []
    for path in found:
        steps = [
            {"says": _capital(sentence(s.triple, {i: found.label(i) for i in (s.subject, s.predicate, s.object)})),
             "certainty": s.certainty, "inferred": s.inferred, "claims": s.claims, "place": s.place,
             "at": state.selecting(f"{name_of(s.subject)} {name_of(s.predicate)} {name_of(s.object)}").to(prefix)}
            for s in path.steps
        ]  # fmt: skip
        listed.append({"steps": steps, "certainty": path.certainty})
    return {
        "is": "paths", "from": about.get(start, (start,))[0], "to": about.get(goal, (goal,))[0], "paths": listed, "status": _capital(found.status),
        "total": found.total, "all_at": to("/paths", prefix, **{"from": state.ends[0], "to": state.ends[1]}),
        "unpick": state.unpicked().to(prefix), "is_advised": False,
    }  # fmt: skip
