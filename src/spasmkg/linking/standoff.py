"""Mentions in the formats of annotation tools: brat standoff, JSON, and rows for a table.

brat (https://brat.nlplab.org/standoff.html) counts as we do: characters from 0, end exclusive. A mention that runs over
the end of a line is given in pieces there, because a line of an annotation file cannot hold a line break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from spasmkg.linking.annotate import Mention
from spasmkg.linking.kinds import GROUP_OF_KIND, groups
from spasmkg.linking.part import Term

__all__ = ["as_brat", "as_json", "kind_of", "rows"]


def kind_of(term: Term) -> str:
    """The kind of a term in one word: our own, or the group of an outside term; ``term`` where none is known.

    >>> kind_of(Term("HP:0003394", "Muscle spasm")), kind_of(Term("spasm:baclofen", "baclofen", ("Drug",)))
    ('condition', 'Drug')
    """
    own = next((k for k in term.kinds if k in GROUP_OF_KIND), "") if term.vocabulary == "spasm" else ""
    return (
        own or (term.kinds[0] if term.vocabulary == "spasm" and term.kinds else "") or min(groups(term), default="term")
    )


def as_brat(mentions: Iterable[Mention]) -> str:
    """An annotation file: a text-bound line for each mention, and a normalisation line for each term."""
    lines: list[str] = []
    count = 0
    for number, m in enumerate(mentions, 1):
        pieces = [
            (m.start + p.start(), m.start + p.end(), p[0])
            for p in re.finditer(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", m.text)
        ]
        where = ";".join(f"{a} {b}" for a, b, _ in pieces)
        kind = re.sub(r"\W", "_", kind_of(m.matches[0].term))
        lines.append(f"T{number}\t{kind} {where}\t{' '.join(p for _, _, p in pieces)}")
        for match in m.matches:
            count += 1
            label = " ".join(match.term.label.split())
            lines.append(f"N{count}\tReference T{number} {match.term.id}\t{label}")
    return "".join(line + "\n" for line in lines)


def as_json(mentions: Iterable[Mention]) -> str:
    """Mentions as JSON: ``{"mentions": [{"start", "end", "text", "terms": [{"id", "label", "kind", "name", "scope"}]}]}``."""
    listed = [
        {
            "start": m.start,
            "end": m.end,
            "text": m.text,
            "terms": [
                {"id": x.term.id, "label": x.term.label, "kind": kind_of(x.term), "name": x.text, "scope": x.scope}
                for x in m.matches
            ],
        }
        for m in mentions
    ]
    return json.dumps({"mentions": listed}, ensure_ascii=False, indent=1) + "\n"


def rows(mentions: Iterable[Mention]) -> Iterator[tuple[Mention, Term, str]]:
    """(mention, term, scope of the name) of each term of each mention."""
    for m in mentions:
        for match in m.matches:
            yield m, match.term, match.scope
