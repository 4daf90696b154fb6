"""Paths between two things: each as a strip of things and as sentences with their places, and all in one picture."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from spasmkg import catalogue
from spasmkg import namespaces as ns
from spasmkg.errors import AmbiguousNameError, NotFoundError, NothingToDrawError, SpasmKGError, UsageError
from spasmkg.looks import KINDS
from spasmkg.model import CERTAINTIES
from spasmkg.resources import short_dataset
from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, marks, opened, pictures, show, told
from spasmkg.web.views.told import Told, counted
from spasmkg.web.views.ways import Pairs, Ways, pairs_of, short

if TYPE_CHECKING:
    from spasmkg.kg import KnowledgeGraph
    from spasmkg.paths import Path, Paths

__all__ = ["page", "paths"]

_LENGTH, _LONGEST = 4, 6
_TOP, _MOST = 10, 100
_EXAMPLES = (
    ("diuretics", "leg-cramp"), ("magnesium", "muscle-cramp"), ("statins", "muscle-spasm"), ("dehydration", "muscle-cramp"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an address asks for."""

    start: str
    goal: str
    length: int
    top: int
    is_inferred: bool
    certainty: str
    kinds: tuple[str, ...]
    layers: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Pairs) -> _Wanted:
        last = {n: v.strip()[:200] for n, v in pairs if v.strip()}
        kinds = tuple(dict.fromkeys(v for n, v in pairs if n == "kind" and v))
        layers = tuple(dict.fromkeys(v for n, v in pairs if n == "layer" and v))
        sure = last.get("certainty", "")
        return cls(
            last.get("from", ""), last.get("to", ""), _whole(last.get("length", ""), _LENGTH, _LONGEST),
            _whole(last.get("top", ""), _TOP, _MOST), "inferred" in last, sure if sure in CERTAINTIES else "", kinds, layers,
        )  # fmt: skip

    def pairs(self, **changed: Any) -> list[tuple[str, str]]:
        """The same as an address has it, with changes; what is usual is left out."""
        top = changed.get("top", self.top)
        start, goal = changed.get("start", self.start), changed.get("goal", self.goal)
        made = [("from", start), ("to", goal)]
        made += [("length", str(self.length))] if self.length != _LENGTH else []
        made += [("inferred", "yes")] if self.is_inferred else []
        made += [("certainty", self.certainty)] if self.certainty else []
        made += [("kind", k) for k in self.kinds] + [("layer", x) for x in self.layers]
        return made + ([("top", str(top))] if top != _TOP else [])

    def api(self) -> list[tuple[str, str]]:
        """The same as the REST interface has it."""
        made = [("start", self.start), ("goal", self.goal), ("max_length", str(self.length)), ("top", str(self.top))]
        made += [("inferred", "true")] if self.is_inferred else []
        made += [("certainty", self.certainty)] if self.certainty else []
        made += [("through", k) for k in self.kinds] + [("layers", x) for x in self.layers]
        return [*made, ("evidence", "true")]


def _whole(text: str, usual: int, most: int) -> int:
    return min(most, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else usual


def paths(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """Paths between two things."""
    kg, ways = opened(path, arguments), Ways(arguments["prefix"])
    made = page(kg, pairs_of(arguments), ways)
    is_wrong = any(e["error"] for e in made["ends"])
    show(write, head, arguments, "paths.html", tab="paths", status=404 if is_wrong else 200, **made)


def page(kg: KnowledgeGraph, pairs: Pairs, ways: Ways) -> Told:
    """The page of paths; without both ends it is the form with examples."""
    wanted = _Wanted.of(pairs)
    ends = [_end(kg, "from", wanted.start, ways, wanted.layers), _end(kg, "to", wanted.goal, ways, wanted.layers)]
    for end in ends:
        side = "start" if end["name"] == "from" else "goal"
        end["offers"] = [{"label": o, "href": ways.to("/paths", wanted.pairs(**{side: o}))} for o in end["offers"]]
    one, other = ends
    made: Told = {
        "title": "Paths between two things", "ends": ends, "action": ways.to("/paths"), "search": ways.to("/api/search"),
        "lengths": [{"value": n, "chosen": n == wanted.length} for n in range(1, _LONGEST + 1)],
        "is_inferred": wanted.is_inferred, "top": wanted.top,
        "certainties": [{"value": c, "chosen": c == wanted.certainty} for c in CERTAINTIES[:-1]],
        "kinds": _kinds(kg, wanted), "layers": _layers(kg, wanted), "is_narrowed": bool(wanted.kinds or wanted.layers or wanted.certainty),
        "examples": [], "paths": None, "failed": "", "reason": "", "picture": None, "more": None,
    }  # fmt: skip
    if not one["iri"] or not other["iri"]:
        made["examples"] = [_example(kg, *e, ways) for e in _EXAMPLES] if not wanted.start and not wanted.goal else []
        return made
    made["title"] = f"From {one['label']} to {other['label']}"
    if one["iri"] == other["iri"]:
        made["failed"] = "Both ends are the same thing. Pick another one."
        return made
    begun = time.perf_counter()
    try:
        found = kg.paths(
            one["iri"], other["iri"], max_length=wanted.length, top=wanted.top, inferred=wanted.is_inferred,
            certainty=wanted.certainty, layers=wanted.layers, through=wanted.kinds,
        )  # fmt: skip
    except SpasmKGError as error:
        made["failed"] = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return made
    return made | _found(kg, found, wanted, (one["iri"], other["iri"]), ways, time.perf_counter() - begun)


def _found(kg: KnowledgeGraph, found: Paths, wanted: _Wanted, ends: tuple[str, str], ways: Ways, taken: float) -> Told:
    terms = {x for p in found for s in p.steps for x in (s.subject, s.predicate, s.object)}
    things = told.named_all(kg.store, terms, ways)
    for iri, thing in things.items():
        thing["label"] = found.label(iri)
    cited = told.claims_by_iri(kg.store, (c for p in found for s in p.steps for c in s.claims), ways)
    made: Told = {
        "paths": [_path(p, n, things, cited, ways) for n, p in enumerate(found, 1)],
        "line": {
            "count": counted(found.total, "path"), "shown": len(found), "total": found.total,
            "is_complete": found.complete, "lengths": _lengths(found),
            "time": f"{taken * 1000:.0f} ms" if taken < 1 else f"{taken:.1f} s", "dataset": short_dataset(kg.dataset),
        },
        "data": ways.to("/api/paths", wanted.api()),
        "permalink": ways.to("/paths", wanted.pairs(start=short(ends[0]), goal=short(ends[1]))),
        "reversed": ways.to("/paths", wanted.pairs(start=short(ends[1]), goal=short(ends[0]))),
    }  # fmt: skip
    if len(found) < found.total and wanted.top < _MOST:
        more = min(_MOST, wanted.top + _TOP)
        made["more"] = {"href": ways.to("/paths", wanted.pairs(top=more)), "count": min(found.total, more) - len(found)}
    if not found.total:
        made |= {"reason": found.reason, "wider": _wider(wanted, found.reason, ways)}
    else:
        made["picture"] = _picture(kg, found, ends, wanted.layers, ways)
    return made


def _picture(kg: KnowledgeGraph, found: Paths, ends: tuple[str, str], layers: Sequence[str], ways: Ways) -> Told | None:
    from spasmkg.draw.make import of_paths

    try:
        scene = of_paths(kg, found, ends, 28, layers)
        return pictures.picture(kg.store, replace(scene, dataset=kg.dataset), ways)
    except NothingToDrawError:
        return None


def _path(p: Path, number: int, things: Mapping[str, Told], cited: Mapping[str, Told], ways: Ways) -> Told:
    steps = []
    for s in p.steps:
        claims = [cited[c] for c in s.claims if c in cited]
        steps.append(
            {
                **told.edge((s.subject, s.predicate, s.object), things, ways, inferred=s.inferred),
                "forward": s.forward, "to": things[s.ends[1]], "certainty": s.certainty, "places": told.places(claims),
                "hedge": next((c["hedge"] for c in claims if c["hedge"] and c["certainty"] == s.certainty), "") if not s.inferred else "",
                "place": s.place,
            }
        )  # fmt: skip
    inferred = sum(s.inferred for s in p.steps)
    weakest = max(p.steps, key=lambda s: (CERTAINTIES.index(s.certainty), s.inferred))
    weak = told.edge((weakest.subject, weakest.predicate, weakest.object), things, ways, inferred=weakest.inferred)
    return {
        "number": number, "first": things[p.nodes[0]], "steps": steps,
        "about": counted(p.length, "step") + (f", {inferred} inferred" if inferred else ""),
        "weakest": {**weak, "certainty": weakest.certainty},
        "weakest_number": p.steps.index(weakest) + 1,
        "explore": ways.to("/explore", [("start", short(n)) for n in p.nodes]),
    }  # fmt: skip


def _lengths(found: Paths) -> str:
    """How many there are of each length.

    >>> from spasmkg.paths import Paths
    >>> _lengths(Paths("a", "b", 4, by_length={2: 1, 3: 12}))
    '1 with 2 steps, 12 with 3'
    """
    parts = [f"{n:,} with {length}" for length, n in sorted(found.by_length.items())]
    if not parts:
        return ""
    first = min(found.by_length)
    return ", ".join([f"{parts[0]} step{'s' * (first > 1)}", *parts[1:]])


def _wider(wanted: _Wanted, reason: str, ways: Ways) -> list[Told]:
    """What may be tried where there is no path."""
    pairs = wanted.pairs()
    offers = []
    nearest = re.match(r"the nearest way has (\d+) steps", reason)
    length = int(nearest[1]) if nearest else wanted.length + 1
    if wanted.length < length <= _LONGEST:
        kept = [p for p in pairs if p[0] != "length"]
        offers.append(
            {
                "label": f"Allow {length} steps",
                "href": ways.to("/paths", [*kept, ("length", str(length))]),
            }
        )
    if not wanted.is_inferred:
        offers.append({"label": "Include inferred steps", "href": ways.to("/paths", [*pairs, ("inferred", "yes")])})
    if wanted.kinds or wanted.certainty:
        kept = [p for p in pairs if p[0] not in ("kind", "certainty")]
        offers.append({"label": "Go through things of any kind, however sure", "href": ways.to("/paths", kept)})
    return offers


# ---- the form ----


def _end(kg: KnowledgeGraph, name: str, typed: str, ways: Ways, layers: Sequence[str]) -> Told:
    """One end as it was typed, and the thing that it stands for."""
    made: Told = {"name": name, "id": f"f-{name}", "text": "Where the paths " + ("start" if name == "from" else "end"),
                  "typed": typed, "iri": "", "label": "", "kind": "", "error": "", "offers": [], "look": ""}  # fmt: skip
    if not typed:
        return made
    try:
        try:
            iri = kg.place(typed, layers) if layers else kg.resolve(typed)
        except UsageError:  # a layer that there is not: said of the search, not of this end
            iri = kg.resolve(typed)
    except AmbiguousNameError as error:
        return made | {"error": f"“{typed}” fits several things. Choose one.", "offers": list(error.candidates)}
    except NotFoundError as error:
        meant = " Did you mean" if error.suggestions else ""
        return made | {
            "error": f"Nothing is called “{typed}”.{meant}",
            "offers": list(error.suggestions),
            "look": "" if error.suggestions else ways.to("/search", [("q", typed)]),
        }
    except SpasmKGError as error:
        return made | {"error": str(error)}
    thing = told.named_all(kg.store, [iri], ways)[iri]
    return made | {"iri": iri, "label": thing["label"], "kind": thing["kind"], "value": short(iri)}


def _kinds(kg: KnowledgeGraph, wanted: _Wanted) -> list[Told]:
    """The kinds that things with edges have, those with most things first."""
    graph = kg.graph(inferred=True)
    present = Counter({k: int(graph.mask([k]).sum()) for k in graph.kinds if k in KINDS})
    return [
        {"value": k, "label": marks.kind_word(k), "count": n, "chosen": k in wanted.kinds}
        for k, n in present.most_common()
        if n
    ]


def _layers(kg: KnowledgeGraph, wanted: _Wanted) -> list[Told]:
    """The imported vocabularies and graphs, as layers to walk through."""
    names = [(f"vocabulary/{v.prefix}", f"{v.prefix} {v.version}".strip()) for v in catalogue.vocabularies(kg.store)]
    return [{"value": value, "label": label, "chosen": value in wanted.layers} for value, label in names]


def _example(kg: KnowledgeGraph, start: str, goal: str, ways: Ways) -> Told:
    things = told.named_all(kg.store, [ns.spasm(start), ns.spasm(goal)], ways)
    return {
        "from": things[ns.spasm(start)], "to": things[ns.spasm(goal)],
        "href": ways.to("/paths", [("from", start), ("to", goal)]),
    }  # fmt: skip
