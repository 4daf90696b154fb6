"""The built bundled graph, kept between runs: found by the content of the files that it is built from.

This is on the path of every command: no file's content is read while sizes and times are those of the last time, and
``pathlib`` is not loaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from spasmkg.resources import dataset_hash, source_files

__all__ = ["built", "bundled", "directory"]


def directory() -> str:
    """Where built graphs are kept: ``SPASMKG_CACHE``, or ``spasmkg`` under the user's cache folder."""
    if chosen := os.environ.get("SPASMKG_CACHE"):
        return chosen
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "spasmkg")


def _stamp() -> str:
    stats = [os.stat(f) for f in source_files()]
    return " ".join(f"{s.st_size:x}.{s.st_mtime_ns:x}.{s.st_ino:x}" for s in stats)


def built() -> tuple[str, str] | None:
    """The folder of the built bundled graph and its dataset hash, where it is known to be there; None where not."""
    home = directory()
    try:
        with open(os.path.join(home, "stamp"), encoding="ascii") as file:
            known, key = file.read().split("\n")
        if known == _stamp() and os.path.isfile(os.path.join(home, key[:20], "ready")):
            return os.path.join(home, key[:20]), key
    except (OSError, ValueError):
        pass
    return None


def bundled(report: Callable[[str], None] = lambda _: None) -> tuple[str, str]:
    """The folder of the built bundled graph and its dataset hash; built first where it is missing.

    Raises BuildError where the files do not make a sound graph, OSError where nothing can be written.
    """
    if found := built():
        return found
    home, stamp = directory(), _stamp()
    key = dataset_hash()
    folder = os.path.join(home, key[:20])
    if not os.path.isfile(os.path.join(folder, "ready")):
        report("building the graph (once; kept for the next time)")
        from spasmkg.build import keep

        keep(folder, key, report)
    scratch = os.path.join(home, f"stamp.{os.getpid()}")
    with open(scratch, "w", encoding="ascii") as file:
        file.write(f"{stamp}\n{key}")
    os.replace(scratch, os.path.join(home, "stamp"))
    return folder, key
