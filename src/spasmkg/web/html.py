"""Text as HTML shows it: nothing from the data can be more than text, or steer what stands around it."""

from __future__ import annotations

import re
from html import escape
from unicodedata import category

__all__ = ["lowered", "plain", "text"]

_LOW = re.compile("&lt;sub&gt;([^&<]*)&lt;/sub&gt;")


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


def lowered(value: str) -> str:
    """Text of the source as HTML: letters that it sets low stand low, all else is text.

    >>> lowered("GABA<sub>B</sub> <b>")
    'GABA<sub>B</sub> &lt;b&gt;'
    """
    return _LOW.sub(r"<sub>\1</sub>", text(value))
