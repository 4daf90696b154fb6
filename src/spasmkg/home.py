"""The user's own graph: the bundled one with the vocabularies that were added to it.

It is made by the first ``spasmkg vocab add`` without ``--store`` and read from then on. When a new release of spasmkg
brings another bundled graph, that part is replaced and the vocabularies stay. This is on the path of every command.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from spasmkg.store import change, live, open_directory

__all__ = ["directory", "make", "store_of"]


def directory() -> str:
    """Where the user's own graph is kept: ``SPASMKG_DATA``, or ``spasmkg`` under the user's data folder."""
    if chosen := os.environ.get("SPASMKG_DATA"):
        return os.path.join(chosen, "graph")
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(base, "spasmkg", "graph")


def store_of(bundled: str, dataset: str, report: Callable[[str], None] = lambda _: None) -> str:
    """The store to read: that of the user's own graph, brought up to date, or else the bundled one."""
    folder = directory()
    if not os.path.isfile(os.path.join(folder, "current")):
        return bundled
    if _dataset(folder) != dataset:
        report("bringing your own graph up to date; its vocabularies stay")
        _refresh(folder, bundled, dataset)
    return live(folder)


def make(bundled: str, dataset: str) -> str:
    """The folder of the user's own graph, made from the bundled one where there is none yet."""
    import shutil
    import tempfile

    folder = directory()
    if not os.path.isfile(os.path.join(folder, "current")):
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        scratch = tempfile.mkdtemp(dir=os.path.dirname(folder), prefix=".making-")
        try:
            made = os.path.join(scratch, "graph")
            shutil.copytree(bundled, os.path.join(made, "store.0"), ignore=shutil.ignore_patterns("LOCK"))
            _write(made, "dataset", dataset)
            _write(made, "current", "store.0")
            if not os.path.isdir(folder):  # else another process was faster
                os.rename(made, folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _refresh(folder: str, bundled: str, dataset: str) -> None:
    from spasmkg.catalogue import CATALOGUE, GRAPHS

    with change(folder) as store:
        for graph in ["", *store.graphs()]:
            if graph != CATALOGUE and not graph.startswith(GRAPHS):
                store.clear(graph)
        store.absorb(open_directory(bundled))
    _write(folder, "dataset", dataset)


def _dataset(folder: str) -> str:
    try:
        with open(os.path.join(folder, "dataset"), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def _write(folder: str, name: str, text: str) -> None:
    scratch = os.path.join(folder, f".{name}.{os.getpid()}")
    with open(scratch, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(scratch, os.path.join(folder, name))
