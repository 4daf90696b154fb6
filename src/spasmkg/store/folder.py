"""A graph in a folder that changes whole or not at all.

A change works on a copy of the store, which the engine makes with hard links and so costs neither time nor space. When
it ends well, the file ``current`` names the copy; until then, and after any failure, readers see what they saw. The
store before the last change is kept, because readers may have it open; older ones are deleted.

Finding the store to read is on the path of every command, so nothing is loaded that only a change needs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from spasmkg.errors import SpasmKGError, StoreError, StoreInUseError
from spasmkg.store.oxigraph import OxigraphStore

__all__ = ["change", "live"]


def live(folder: str | os.PathLike[str]) -> str:
    """The store of a graph folder that is read now; the folder itself where it is a bare store."""
    try:
        with open(os.path.join(folder, "current"), encoding="ascii") as file:
            name = file.read().strip()
        if name.startswith("store") and "/" not in name:
            return os.path.join(folder, name)
    except FileNotFoundError:
        pass
    inner = os.path.join(folder, "store")
    return inner if os.path.isdir(inner) else os.fspath(folder)


@contextmanager
def change(folder: str | os.PathLike[str]) -> Iterator[OxigraphStore]:
    """A writable copy of the graph in a folder, which takes its place when the block ends without an error.

    Raises StoreInUseError where another process is changing it, StoreError where it cannot be written.
    """
    import shutil

    where, now = os.fspath(folder), live(folder)
    if not os.path.isfile(os.path.join(now, "CURRENT")):
        raise StoreError(f"{where} holds no graph; make one with: spasmkg build -o {where}", where)
    if now == where:
        raise StoreError(f"{where} is a bare store; make a folder to change with: spasmkg build -o DIR", where)
    with _alone(where):
        number = 1 + max(map(_number, _stores(where)), default=0)
        copy = os.path.join(where, f"store.{number}")
        try:
            ox.Store.read_only(now).backup(copy)
            store = OxigraphStore(ox.Store(copy), where)
            yield store
            store.close()  # published only when nothing writes to it any more
            pointer = os.path.join(where, f"current.{number}")
            with open(pointer, "w", encoding="ascii") as file:
                file.write(os.path.basename(copy))
            os.replace(pointer, os.path.join(where, "current"))
        except BaseException as error:
            for _ in range(5):  # the engine may still be writing in the background
                shutil.rmtree(copy, ignore_errors=True)
            if isinstance(error, OSError) and not isinstance(error, SpasmKGError):
                raise StoreError(f"{where} could not be written: {error.strerror or error}", where) from None
            raise
        for old in _stores(where):
            if os.path.join(where, old) not in (copy, now):
                shutil.rmtree(os.path.join(where, old), ignore_errors=True)


def _stores(folder: str) -> list[str]:
    return [name for name in os.listdir(folder) if name.split(".")[0] == "store"]


def _number(name: str) -> int:
    digits = name.removeprefix("store.")
    return int(digits) if digits.isdigit() else 0


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Nobody else changes the folder meanwhile. The lock ends with the process, however it ends."""
    try:
        import fcntl
    except ImportError:  # not on Windows: there the engine's own lock on the copy has to do
        yield
        return
    with open(os.path.join(folder, "lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"{folder} is being changed by another process; wait for it or stop it"
            raise StoreInUseError(message, folder) from None
        yield
