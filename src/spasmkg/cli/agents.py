"""The command ``mcp``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from spasmkg.cli.output import WrongUseError, note
from spasmkg.cli.parser import seconds

__all__ = ["OPTIONS", "RUN"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _mcp(options: argparse.Namespace) -> int:
    from spasmkg.agents.process import Options, run

    store = options.store or os.environ.get("SPASMKG_STORE") or ""
    if options.with_file or options.without:
        raise WrongUseError(
            "mcp takes no --with and no --without: build a folder with the change, and name it by --store"
        )
    if store.startswith(("http://", "https://")):
        raise WrongUseError(f"{store}: a remote endpoint cannot be opened; name a folder")
    if options.allow_host and not options.http:
        raise WrongUseError("--allow-host goes with --http")
    host, port = options.http or ("", 0)
    if host and host not in _LOOPBACK:
        note(f"anybody who reaches {host} may ask; nothing can be changed")
    chosen = Options(store, host, port, tuple(options.allow_host), options.timeout)
    run(chosen, lambda address: print(address, flush=True), note)
    return 0


def _place(text: str) -> tuple[str, int]:
    """HOST:PORT, or a port of this machine.

    >>> _place("8765"), _place("[::1]:0")
    (('127.0.0.1', 8765), ('::1', 0))
    """
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not HOST:PORT, such as 127.0.0.1:8765; port 0 takes a free one")
    return host, int(port)


def _options(sub: argparse.ArgumentParser) -> None:
    sub.epilog = (
        "Without --http it speaks over standard input and output, as programs that start it themselves expect. "
        "All tools only read. Needs the extra: pip install 'spasmkg[mcp]'."
    )
    sub.add_argument(
        "--http",
        type=_place,
        metavar="HOST:PORT",
        help="serve streamable HTTP at /mcp; a port alone is one of 127.0.0.1",
    )
    sub.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="another name under which clients reach it, as their Host header has it (repeatable)",
    )  # fmt: skip
    sub.add_argument("--timeout", type=seconds, default=30.0, metavar="SECONDS", help="what a call may take (30)")


OPTIONS = {"mcp": _options}
RUN: dict[str, Callable[[argparse.Namespace], int]] = {"mcp": _mcp}
