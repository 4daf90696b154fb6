"""Values as a notebook shows them: small pieces of HTML in which everything from the data is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from spasmkg.model import Claim, Entity, Relation, Row, Term
from spasmkg.namespaces import contract, local
from spasmkg.results import shown

__all__ = ["Outline", "claim", "entity", "note", "outline", "short", "table"]

_MOST = 50
"""Rows of a table, relations of one kind, or entries of a list that are shown."""

Outline = tuple[str, Sequence["Outline"]]
"""A line with the lines below it."""


def note(words: str) -> str:
    """A line of text.

    >>> note("a < b")
    '<p>a &lt; b</p>'
    """
    return f"<p>{escape(words)}</p>"


def table(names: Sequence[str], rows: Sequence[Row], status: str) -> str:
    """An answer as a table; the column of an IRI gives way to that of its label."""
    shown = [i for i, n in enumerate(names) if f"{n}_label" not in names]
    head = "".join(f'<th scope="col">{escape(names[i].removesuffix("_label").replace("_", " "))}</th>' for i in shown)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(row[i])}</td>' for i in shown)}</tr>" for row in rows[:_MOST])
    more = f"showing {_MOST} of {len(rows)} rows; " if len(rows) > _MOST else ""
    return (
        f"<table><caption>{escape(more + status)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value: Term | None) -> str:
    if value is None:
        return ""
    return f"<code>{escape(shown(value))}</code>" if str(value)[:1] == "<" else escape(shown(value))


def entity(value: Entity) -> str:
    """An entity as a card: kind, definition, names, and its relations in both directions with their claims."""
    names = [n.text for n in value.names if n.scope not in ("label", "hidden")]
    lines = [
        f"<p><strong>{escape(value.label)}</strong> {escape(value.kind)} <code>{escape(contract(value.iri))}</code></p>",
        note(value.definition) if value.definition else "",
        note("also: " + ", ".join(names)) if names else "",
        note("roles: " + ", ".join(local(r) for r in value.roles)) if value.roles else "",
    ]
    rows = []
    for (_, label, inferred), members in groupby(value.relations, lambda r: (r.forward, r.predicate_label, r.inferred)):
        listed = list(members)
        words = "".join(f"<li>{_relation(r)}</li>" for r in listed[:_MOST])
        more = f"<li>and {len(listed) - _MOST} more</li>" if len(listed) > _MOST else ""
        rows.append(
            f'<tr><th scope="row">{escape(label)}{" (inferred)" if inferred else ""}</th><td><ul>{words}{more}</ul></td></tr>'
        )
    return f"<div>{''.join(lines)}<table><tbody>{''.join(rows)}</tbody></table></div>"


def outline(heading: str, notes: Iterable[str], entries: Sequence[Outline]) -> str:
    """A heading, lines, and a numbered list in which every entry may hold lists.

    >>> outline("a < b", [], [("first", [("below", [])])])
    '<div><p><strong>a &lt; b</strong></p><ol><li>first<ul><li>below</li></ul></li></ol></div>'
    """
    lines = "".join(note(n) for n in notes)
    return f"<div><p><strong>{escape(heading)}</strong></p>{lines}{_list('ol', entries)}</div>"


def _list(tag: str, entries: Sequence[Outline]) -> str:
    if not entries:
        return ""
    items = "".join(f"<li>{escape(words)}{_list('ul', below)}</li>" for words, below in entries[:_MOST])
    more = f"<li>and {len(entries) - _MOST} more</li>" if len(entries) > _MOST else ""
    return f"<{tag}>{items}{more}</{tag}>"


def _relation(relation: Relation) -> str:
    sure = [relation.certainty] if relation.certainty else []
    places = short(relation.claims)
    return f"{escape(relation.other_label or relation.other)} ({escape(', '.join([*sure, *places]))})"


def short(claims: Iterable[str]) -> list[str]:
    """The first three claims (IRIs) as CURIEs, and a mark where there are more."""
    every = ["claim:" + c.rsplit("/claim/", 1)[-1] for c in claims]
    return every[:3] + (["…"] if len(every) > 3 else [])


def claim(value: Claim) -> str:
    """A claim as a sentence with the line that leads to its place."""
    terms = (value.subject, value.predicate, value.object)
    words = " ".join(value.labels.get(t) or (t if t == value.object and value.literal else local(t)) for t in terms)
    return f"<div><p><strong>{escape(words)}</strong></p>{note(value.cite())}</div>"
