"""The first page."""

from __future__ import annotations

from spasmkg.web.tasks import Head, Write
from spasmkg.web.views import Arguments, opened, show

__all__ = ["home"]


def home(write: Write, head: Head, path: str, arguments: Arguments) -> None:
    """What the graph holds, and the ways into it."""
    opened(path, arguments)
    show(write, head, arguments, "home.html", title="Muscle spasm knowledge graph", tab="search")
