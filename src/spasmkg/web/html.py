"""Small pages of HTML in which nothing from the data can be more than text.

Whatever comes from the data is escaped here; a link is made only to our own pages and to addresses of the web.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from unicodedata import category

from spasmkg.web.address import href

__all__ = ["POLICY", "Html", "Page", "link", "listed", "table", "text"]

_STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;padding:1rem}
h1{margin:.5rem 0 0}h2{margin-top:2rem}
code{font-size:.9em}
table{border-collapse:collapse;display:block;overflow-x:auto;width:100%}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border-bottom:1px solid #8886;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}
dt{font-weight:600}dd{margin:0 0 .5rem}
.note{border:1px solid currentColor;padding:.5rem .75rem}
.small{font-size:.9em}
footer{border-top:1px solid #8886;margin-top:2rem;padding-top:.5rem}
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the pages: no script, no frame, no style but theirs."""


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(value: str) -> Html:
    """Text as HTML shows it; what is HTML already stays.

    >>> text('<b title="x">'), text("a\\x00\\u202eb")
    ('&lt;b title=&quot;x&quot;&gt;', 'a��b')
    """
    if isinstance(value, Html):
        return value
    return Html(
        escape("".join(c if c.isprintable() or c in "\n\t" or category(c) == "Zs" else "\ufffd" for c in value))
    )


def link(iri: str, label: str = "", prefix: str = "") -> Html:
    """A link to a thing by its IRI, or its name alone where the IRI leads nowhere.

    >>> link("https://w3id.org/spasmkg/tetany", "tetany")
    '<a href="/id/tetany">tetany</a>'
    >>> link("javascript:alert(1)", "<i>x</i>")
    '&lt;i&gt;x&lt;/i&gt;'
    """
    where = href(iri, prefix)
    shown = text(label or iri)
    if not where:
        return shown
    away = "" if where.startswith("/") else ' rel="noreferrer nofollow"'
    return Html(f'<a href="{text(where)}"{away}>{shown}</a>')


def listed(parts: Iterable[str], between: str = ", ") -> Html:
    """Parts one after the other."""
    return Html(between.join(map(text, parts)))


def table(caption: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """A table; "" without rows."""
    body = "".join(f"<tr>{''.join(f'<td>{text(c)}</td>' for c in row)}</tr>\n" for row in rows)
    if not body:
        return Html("")
    head = "".join(f'<th scope="col">{text(n)}</th>' for n in names)
    return Html(
        f"<table><caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>\n"
    )


@dataclass(slots=True)
class Page:
    """A page that grows part by part."""

    title: str
    below: str = ""
    """What stands under the title."""
    prefix: str = ""
    parts: list[str] = field(default_factory=list)
    alternates: Sequence[tuple[str, str]] = ()
    """Media types and addresses of the same in other formats."""

    def add(self, part: str) -> None:
        """Add HTML; nothing where it is empty."""
        if part:
            self.parts.append(text(part))

    def section(self, title: str, part: str) -> None:
        """Add a part under a heading; nothing where it is empty."""
        if part:
            self.parts.append(f"<section><h2>{text(title)}</h2>\n{text(part)}</section>\n")

    def paragraph(self, part: str, kind: str = "") -> None:
        """Add a paragraph; nothing where it is empty."""
        if part:
            chosen = f' class="{kind}"' if kind else ""
            self.parts.append(f"<p{chosen}>{text(part)}</p>\n")

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Add names with their values; those without a value are left out."""
        shown = "".join(f"<dt>{text(n)}</dt><dd>{text(v)}</dd>\n" for n, v in rows if v)
        if shown:
            self.parts.append(f"<dl>\n{shown}</dl>\n")

    def __str__(self) -> str:
        """The whole page."""
        heads = "".join(
            f'<link rel="alternate" type="{text(media)}" href="{text(address)}">\n'
            for media, address in self.alternates
        )
        others = listed(
            (Html(f'<a href="{text(address)}">{text(media)}</a>') for media, address in self.alternates), " · "
        )
        foot = f'<p class="small">Other formats: {others}</p>\n' if others else ""
        return (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{text(self.title)} · spasmkg</title>\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style>\n{heads}</head>\n<body>\n'
            f'<nav class="small"><a href="{text(self.prefix)}/">spasmkg</a></nav>\n<main>\n'
            f"<h1>{text(self.title)}</h1>\n<p>{text(self.below)}</p>\n{''.join(self.parts)}</main>\n"
            f"<footer>{foot}"
            '<p class="small">What one article says, as claims. Nothing here is medical advice.</p></footer>\n</body>\n</html>\n'
        )
