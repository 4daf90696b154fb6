"""Text as HTML shows it: nothing from the data can be more than text, or steer what stands around it."""

from __future__ import annotations

from html import escape
from unicodedata import category

__all__ = ["plain", "text"]


def plain(value: str) -> str:
    """Text without characters that steer or break a page.

    >>> plain("a\\x00\\u202eb"), plain("é\\u00a0試\\n")
    ('a\\ufffd\\ufffdb', 'é\\xa0試\\n')
    """
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() or c in "\n\t" or category(c) == "Zs" else "\ufffd" for c in value)


def text(value: str) -> str:
    """Text as HTML, also within an attribute.

    >>> text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return escape(plain(value))
