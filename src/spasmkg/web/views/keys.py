"""The page of the keys, and of how to read the lines and marks that all pages share."""

from __future__ import annotations

from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, show

__all__ = ["KEYS", "keys"]

Group = tuple[str, tuple[tuple[tuple[str, ...], str], ...]]

KEYS: tuple[Group, ...] = (
    ("On every page", (
        (("/",), "to the search field"),
        (("?",), "these keys"),
        (("Esc",), "close a list, a menu or these keys"),
    )),
    ("In a list of matches", (
        (("↓", "↑"), "to the next, to the one before"),
        (("Enter",), "take it; with none pointed at, search for what is written"),
        (("Esc",), "close the list; what is written stays"),
    )),
    ("Where several things are picked", (
        (("Backspace",), "in an empty field: remove the last one"),
    )),
    ("Tabs", (
        (("←", "→"), "to the tab beside it"),
    )),
    ("SPARQL editor", (
        (("Ctrl Enter",), "run"),
        (("Ctrl Space",), "what fits here"),
        (("Ctrl /",), "make a line a comment, and back"),
        (("Ctrl Z",), "undo"),
        (("Esc",), "leave the editor, so that Tab moves on"),
        (("Page Down", "Page Up", "Home", "End"), "in the table: turn its pages"),
        (("+", "−", "0"), "in the graph: larger, smaller, all of it"),
    )),
    ("Explorer, in the graph", (
        (("←", "→", "↑", "↓"), "walk: from a thing onto a line, from a line to its end"),
        (("Enter",), "choose what is pointed at; again: go to what is said of it"),
        (("+", "−"), "expand, collapse the thing"),
        (("p",), "path: from this thing, then to another"),
        (("0",), "fit all into view"),
        (("Esc",), "choose nothing; in the panel: back to the graph"),
    )),
)  # fmt: skip
"""By place: the keys, and what they do. On a Mac, Cmd stands for Ctrl."""


def keys(write: Write, head: Head, _path: str, arguments: Arguments) -> None:
    """The keys of all pages."""
    show(write, head, arguments, "keys.html", title="Keys and marks", groups=KEYS)
