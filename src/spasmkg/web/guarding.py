"""Whether a text may be run: settled at once for most, by a worker for the rest.

To read a text in full takes time that grows with it, and the process that serves all clients must not spend it. So it
only looks for what could be dangerous at all; what holds something of the kind is read by the worker that would run it.
"""

from __future__ import annotations

import re

from spasmkg import sparql
from spasmkg.errors import RefusedError

__all__ = ["CHECK", "checked", "is_harmless", "is_volatile"]

CHECK = "spasmkg.web.guarding:checked"
"""The name under which a worker calls :func:`checked`."""

_WORDS = re.compile(r"service|load|\\u|\x00", re.IGNORECASE)
_VOLATILE = re.compile(r"(?:now|rand|uuid|bnode)\s*\(|\\u", re.IGNORECASE)


def is_harmless(text: str) -> bool:
    """Whether a text cannot reach for the network or nest deep, whatever it means; False where it might.

    >>> is_harmless("SELECT * { ?s ?p ?o }"), is_harmless("ASK { ?s ?p 'Service' }")
    (True, False)
    """
    return sum(map(text.count, "{([!-+^<")) <= sparql.MAX_NESTING and not _WORDS.search(text)


def is_volatile(text: str) -> bool:
    """Whether the same query may have another answer each time.

    >>> is_volatile("SELECT (NOW() AS ?x) { }"), is_volatile("ASK { }")
    (True, False)
    """
    return _VOLATILE.search(text) is not None


def checked(text: str) -> tuple[str, str]:
    """The text to run and ""; or, where it is refused, a text of the same syntax and length that is harmless, and why.

    >>> checked("ASK { SERVICE SILENT <http://localhost/> { } }")[0]
    'ASK { GRAPH          <http://localhost/> { } }'
    """
    try:
        return sparql.guard(text) or text, ""
    except RefusedError as error:
        out, at = [], 0
        for token in sparql.tokens(text):
            word = token.text.upper()
            if token.kind == "word" and word in ("SERVICE", "SILENT"):
                out += [text[at : token.start], "GRAPH  " if word == "SERVICE" else "      "]
                at = token.start + len(word)
        other = "".join([*out, text[at:]])
        try:
            sparql.guard(other)
        except RefusedError:
            other = ""
        return other, str(error)
