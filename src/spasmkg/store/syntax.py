"""What the engine says of a text that it cannot parse, in words and at the place that help whoever wrote it."""

from __future__ import annotations

import re

from spasmkg.errors import QuerySyntaxError, UsageError

__all__ = ["query_syntax"]

_AT = r"(?s)(?:error at (\d+):(\d+)|line (\d+) between columns (\d+))[^:]*:\s*(.*)"
_PROLOGUE = r"(?is)(?:\s|#[^\n]*\n|base\s*<[^>]*>|prefix\s*[^\s:]*:\s*<[^>]*>)*+"
_DECLARATIONS = frozenset({"BASE", "PREFIX", "VERSION"})
_QUERY_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATE_FORMS = frozenset({"INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})


def query_syntax(message: str, sparql: str) -> UsageError:
    """The error for a text that the engine cannot parse, with the place that its message names."""
    match = re.search(_AT, message)
    if not match:
        return QuerySyntaxError(message, sparql)
    line, column = int(match[1] or match[3]), int(match[2] or match[4])
    reason = match[5].strip()
    lines = sparql.split("\n")
    if known := _begins_otherwise(reason, sparql):
        reason, start = known
        line, column = sparql.count("\n", 0, start) + 1, start - sparql.rfind("\n", 0, start)
    elif "Prefix not found" in reason:
        before = lines[line - 1][: column - 1] if line <= len(lines) else ""
        name = re.search(r"([A-Za-z][\w.-]*)?:[\w.-]*$", before)
        reason = f'the prefix "{name[1] or ""}:" is not declared' if name else "a prefix is not declared"
    else:
        expected = re.sub(r"expected one of ", "", reason)
        words = [w for w in re.findall(r"[A-Z]{3,}|'[^']+'|\"[^\"]+\"", expected) if w != "U"]
        reason = "expected " + " or ".join(dict.fromkeys(words[:4])) if words else "not valid SPARQL here"
    return QuerySyntaxError(reason, sparql, line, column)


def _begins_otherwise(reason: str, sparql: str) -> tuple[str, int] | None:
    """What is wrong with a query that begins like an update, or the other way round, and where that word stands.

    The engine says no more than which words it has tried to find there.
    """
    begin = re.match(_PROLOGUE + r"([A-Za-z]+)", sparql)
    if not begin or (word := begin[1].upper()) in _DECLARATIONS:
        return None
    tried = set(re.findall(r"[A-Z]{3,}", reason))
    if tried & (_QUERY_FORMS - {"SELECT"}) and word not in _QUERY_FORMS:  # SELECT may be meant inside of an update too
        more = "; this is an update" if word in _UPDATE_FORMS else ""
        return f"a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE{more}", begin.start(1)
    if tried & (_UPDATE_FORMS | {"VERSION"}) and word not in _UPDATE_FORMS:
        more = "; this is a query" if word in _QUERY_FORMS else ""
        return f"an update begins with INSERT, DELETE, LOAD, CLEAR and the like{more}", begin.start(1)
    return None
