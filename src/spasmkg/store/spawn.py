"""Starting a process of this package that is linked to this one by a socket and shares nothing else with it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["spawn"]

_START = "import sys; sys.path[:] = {path!r}; from {module} import main; main(sys.argv[1:])"
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SPASMKG_CACHE", "SPASMKG_DATA", "XDG_CACHE_HOME", "XDG_DATA_HOME")

_SPARING = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}
"""A worker's share is one of address space, of which each thread of a numerical library takes some, and each arena of
the allocator 64 MiB: the dozen threads that open a store took more or less of it, as they happened to run."""


def spawn(
    module: str, options: Mapping[str, Any], kind: socket.SocketKind = socket.SOCK_STREAM
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start ``main([FD, PARENT, OPTIONS])`` of a module; the process and this end of the socket.

    Nothing of the environment is handed on but where things are, so that no secret in it is.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
    try:
        command = [sys.executable, "-I", "-S", "-c", _START.format(path=sys.path, module=module)]
        process = subprocess.Popen(
            [*command, str(theirs.fileno()), str(os.getpid()), json.dumps(options)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=_SPARING | {name: os.environ[name] for name in _KEPT if name in os.environ},
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours
