"""What the SPARQL editor completes with, in a worker: a summary made once for each store, and values as they are typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from spasmkg import namespaces as ns
from spasmkg import suggestions
from spasmkg.web.tasks import Head, Write, opened

__all__ = ["completion", "predicates", "values"]

Arguments = Mapping[str, Any]


def completion(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """Prefixes, classes, predicates and graphs, with what goes together with what."""
    found = _summary(path)
    names = {p.iri: i for i, p in enumerate(found.predicates)}
    kinds = {c.iri: i for i, c in enumerate(found.classes)}
    made = {
        "dataset": arguments["dataset"],
        "prefixes": ns.prefixes(),
        "classes": [
            {**_use(c), "predicates": {str(names[p]): n for p, n in c.with_.items() if p in names}} for c in found.classes
        ],
        "predicates": [
            {**_use(p), "literals": p.literals, "classes": {str(kinds[c]): n for c, n in p.with_.items() if c in kinds}}
            for p in found.predicates
        ],
        "graphs": list(found.graphs),
    }  # fmt: skip
    _send(write, head, made)


def predicates(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The predicates that a thing has."""
    found = suggestions.predicates_of(opened(path), ns.expand(arguments["values"]["thing"]))
    _send(write, head, {"dataset": arguments["dataset"], "predicates": found})


def values(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """The things that a predicate leads to."""
    given = arguments["values"]
    subject, kind = (ns.expand(given[name]) if given.get(name) else "" for name in ("subject", "kind"))
    found = suggestions.values(
        opened(path), ns.expand(given["predicate"]), given.get("q", "")[:200], subject, kind, given["limit"]
    )
    rows = [{"value": v.iri, "label": v.label, "kind": v.kind, "count": v.count} for v in found]
    _send(write, head, {"dataset": arguments["dataset"], "values": rows})


@lru_cache(maxsize=1)
def _summary(path: str) -> suggestions.Summary:
    return suggestions.summary(opened(path))


def _use(use: suggestions.Use) -> dict[str, Any]:
    return {"iri": use.iri, "label": use.label, "count": use.count}


def _send(write: Write, head: Head, made: dict[str, Any]) -> None:
    head(media="json", kind="record")
    write(json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n")
