"""What an agent is told when a call fails: what happened, and what to call next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["of_arguments", "of_error"]

_SHELL = re.compile(r"(?:; |\n\s*)[^;\n]*\bspasmkg [a-z][^;\n]*")
"""Advice for the command line, which an agent does not have."""
_NEXT = {
    "QuerySyntaxError": "correct the query at that place; the project's prefixes are declared already (resource spasmkg://schema)",
    "MetapathError": "correct along: kinds and relations in turn, such as “DrugClass -depletes-> Nutrient”; spasmkg://schema lists them",
    "RefusedError": "ask only what this server holds: SELECT, ASK, CONSTRUCT or DESCRIBE without SERVICE; or call list_questions",
    "AmbiguousNameError": "call again with one of these identifiers",
    "NotLoadedError": "choose a question whose needs is empty (list_questions); only the person who runs this server can load a vocabulary",
    "DoesNotHoldError": "call get_entity for what holds of the subject, or find_paths for how the two are connected",
    "IdentifierError": "call search with the name of the thing",
    "UsageError": "correct the argument and call again",
    "late": "ask for less: fewer patterns, a smaller max_length, or a question of list_questions",
    "stopped": "ask for less: the query needs more memory or nests deeper than is allowed",
    "too-large": "ask for less: a smaller limit",
    "failed": "write the query in another way",
    "busy": "wait a few seconds and call again",
    "store": "wait a few seconds and call again; if it lasts, tell the person who runs this server",
}
_MISSING = (
    ("parameter of", "call list_questions with the question's name: it lists the parameters"),
    ("query", "call list_questions with words of what you want to know"),
    ("question", "call list_questions with words of what you want to know"),
    ("kind", "read the resource spasmkg://schema, which lists kinds and roles"),
    ("predicate", "read the resource spasmkg://schema, which lists relations"),
    ("relation", "read the resource spasmkg://schema, which lists relations"),
)


def of_error(code: str, reason: str, details: Mapping[str, Any]) -> str:
    """The text of a failed call; ``code`` is a class of :mod:`spasmkg.errors`, or what a pool of workers says.

    >>> print(of_error("NotFoundError", 'no entity is called "x"', {"fields": {"what": "entity"}}))
    no entity is called "x"
    Next: call search with a part of the name, or with other words.
    """
    fields = details.get("fields", {})
    if code == "malformed":
        code = "QuerySyntaxError"
    if code == "NotAllowedError":
        code, reason = (
            "RefusedError",
            f"the query calls {fields.get('endpoint', 'an endpoint')}, and this server calls none",
        )
    if code == "NotLoadedError":
        reason = f"it asks {', '.join(fields.get('prefixes', ()))}, which this server has not loaded"
    if code == "late":
        reason = reason or "it took too long"
    said = _SHELL.sub("", reason).replace("; give it more time with timeout=, or ask for less", "").strip()
    advice = _NEXT.get(code, "")
    if code == "NotFoundError":
        what = str(fields.get("what", ""))
        advice = next(
            (told for part, told in _MISSING if part in what),
            "call search with a part of the name, or with other words",
        )
    if not advice:
        said, advice = (
            "something went wrong in the server",
            "call again with other arguments, or tell the person who runs this server",
        )
    return f"{said}\nNext: {advice}."


def of_arguments(tool: str, wrong: list[tuple[str, str]], known: Mapping[str, Any]) -> str:
    """The text for arguments that do not fit: their names with what is wrong, and what the tool takes.

    >>> print(of_arguments("search", [("limit", "must be at most 50")], {"query": {}, "limit": {}}))
    limit: must be at most 50
    Next: correct it and call search again; it takes query, limit.
    """
    lines = [f"{name}: {what}" if name else what for name, what in wrong]
    return "\n".join([*lines, f"Next: correct it and call {tool} again; it takes {', '.join(known)}."])
