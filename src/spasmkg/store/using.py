"""An update whose dataset the request names: https://www.w3.org/TR/sparql11-protocol/#update-dataset.

The engine takes no dataset beside the text, so USING clauses are written into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spasmkg.store.worker import RequestError, function

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["with_dataset"]


def with_dataset(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The update with these graphs as the dataset of each of its patterns.

    Raises RequestError where the update names a dataset itself.

    >>> with_dataset("DELETE WHERE { ?s ?p ?o }", ["urn:g"], [])
    'DELETE  { ?s ?p ?o }  USING <urn:g> WHERE { ?s ?p ?o }'
    """
    if any(set(iri) & set('<>"{}|^`\\ \n\r\t') for iri in (*default, *named)):
        raise RequestError("malformed", "a graph of the dataset is not an IRI")
    clauses = " ".join([*(f"USING <{g}>" for g in default), *(f"USING NAMED <{g}>" for g in named)])
    tokens: Iterable[Any] = function("spasmkg.sparql:tokens")(text)
    stream = list(tokens)
    out, at, depth, last = [], 0, 0, ""
    for i, token in enumerate(stream):
        word = token.text.upper() if token.kind == "word" else ""
        if depth == 0 and word in ("USING", "WITH"):
            raise RequestError("malformed", f"the update says {word} itself, so the request cannot name its dataset")
        if depth == 0 and word == "WHERE":
            out.append(text[at : token.start])
            at = token.start
            if last == "DELETE":  # the pattern is at once what is deleted
                out.append(f" {_group(text, stream[i + 1 :])} ")
            out.append(f" {clauses} ")
        depth += (token.text == "{") - (token.text == "}")
        last = word or last if token.text not in "{}" else token.text
    return "".join([*out, text[at:]])


def _group(text: str, stream: Sequence[Any]) -> str:
    depth = 0
    for token in stream:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return text[stream[0].start : token.start + 1]
    return ""
