"""What keeps a worker process from doing harm: no network, no more memory than its share, no life without its parent.

Each function does what the system allows and returns whether it did; nothing here is needed for right answers.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from typing import Any

__all__ = ["alone_on_the_network", "begin", "die_with_parent", "limit_file_size", "limit_memory", "no_core_files"]

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_PDEATHSIG, _NO_NEW_PRIVILEGES = 1, 38


def begin(arguments: Sequence[str]) -> dict[str, Any]:
    """What every process of ours does first, started with ``FD PARENT OPTIONS``; its options, which are JSON.

    Only where they say ``network`` can it reach one.
    """
    options: dict[str, Any] = json.loads(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal's whole group; the parent decides
    die_with_parent(int(arguments[1]))
    no_core_files()
    if not options.get("network"):
        alone_on_the_network()
    return options


def alone_on_the_network() -> bool:
    """Move this process into a network namespace of its own, in which there is nothing, not even loopback.

    Must be called while the process has one thread.
    """
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        return bool(libc.unshare(_NEWNET) == 0 or libc.unshare(_NEWUSER | _NEWNET) == 0)
    except (OSError, AttributeError, ImportError):  # not Linux
        return False


def die_with_parent(parent: int) -> bool:
    """End this process when its parent ends, however that ends, and never gain rights."""
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        done = bool(libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    except (OSError, AttributeError, ImportError):
        return False
    if os.getppid() != parent:  # it ended before
        os._exit(0)
    return done


def no_core_files() -> bool:
    """Leave no memory image where the process is aborted."""
    return _limit("RLIMIT_CORE", 0)


def limit_memory(extra: int) -> bool:
    """Let this process take so many bytes of address space more than it has now."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
        return _limit("RLIMIT_AS", pages * os.sysconf("SC_PAGE_SIZE") + extra)
    except (OSError, ValueError):
        return False


def limit_file_size(most: int) -> bool:
    """Let this process write no file larger than so many bytes."""
    try:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write then fails instead of killing the process
    except AttributeError:
        return False
    return _limit("RLIMIT_FSIZE", most)


def _limit(name: str, value: int) -> bool:
    try:
        import resource

        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, hard))
    except (ImportError, AttributeError, OSError, ValueError):
        return False
    return True
