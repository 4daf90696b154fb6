"""What workers do for pages of our own: functions that a worker calls by name.

Each takes ``write`` (bytes of the answer), ``head`` (called before, with ``media`` and ``kind``), the path of the
store, and its arguments. What it raises as an error of the package reaches the web process with its attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spasmkg import namespaces as ns
from spasmkg.store import memory, open_directory

if TYPE_CHECKING:
    from spasmkg.store import Store

__all__ = ["opened", "void"]

Write = Callable[[bytes], int]
Head = Callable[..., None]


@lru_cache(maxsize=1)
def opened(path: str) -> Store:
    """The store in a folder, kept open until another one is asked for."""
    return open_directory(path)


def void(write: Write, head: Head, path: str, arguments: Mapping[str, Any]) -> None:
    """The description of the dataset, with further triples that the caller gives."""
    from spasmkg.void import describe

    described = memory()
    described.insert(describe(opened(path), arguments["dataset"]), [""])
    described.insert([(s, p, o) for s, p, o in arguments["more"]], [""])
    head(media=arguments["media"], kind="graph")
    write(described.dump(arguments["media"], [""], {**ns.prefixes(), "void": ns.VOID}))
