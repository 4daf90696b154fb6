"""The command ``serve``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from spasmkg.cli.output import WrongUseError, note
from spasmkg.cli.parser import positive, seconds
from spasmkg.errors import NotFoundError, UsageError

__all__ = ["OPTIONS", "RUN"]


def _serve(options: argparse.Namespace) -> int:
    from spasmkg.web.server import run
    from spasmkg.web.service import Options

    store = options.store or os.environ.get("SPASMKG_STORE") or ""
    if options.with_file or options.without:
        raise WrongUseError("serve takes no --with and no --without: build a folder with the change, and serve that")
    if store.startswith(("http://", "https://")):
        raise WrongUseError(f"{store}: a remote endpoint is served already; name a folder")
    if options.enable_update and not store:
        raise WrongUseError("--enable-update needs --store DIR: the bundled graph is read-only")
    if options.enable_update and not options.token_file:
        raise WrongUseError("--enable-update needs --token-file FILE, with one token on one line")
    if options.empty and not store:
        raise WrongUseError("--empty needs --store DIR")
    from spasmkg.federation import Services

    Services.of(options.allow_service)  # what is no address of an endpoint is told now
    chosen = Options(
        store=store,
        host=options.host,
        port=options.port,
        timeout=options.timeout,
        workers=options.workers,
        update=options.enable_update,
        token=_token(options.token_file) if options.token_file else "",
        allow_service=tuple(options.allow_service),
        cors=tuple(o for o in options.cors or ["*"] if o != "none"),
        base_url=_base(options.base_url),
        article=options.article or "",
        log_queries=options.log_queries,
        empty=options.empty,
    )
    run(chosen, lambda address: print(address, flush=True), note)
    return 0


def _token(path: str) -> str:
    try:
        with Path(path).open(encoding="ascii") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        raise NotFoundError("file", path) from None
    except UnicodeDecodeError:
        lines = []
    if len(lines) != 1 or len(lines[0].strip()) < 8 or len(lines[0].split()) != 1:
        raise UsageError(f"{path} must hold one token on one line: at least 8 letters, digits and marks of ASCII")
    return lines[0].strip()


def _base(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise WrongUseError(
            f"--base-url {url}: give the address under which clients see the server, as https://host/path/"
        )
    return url


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port: 0 to 65535")
    return int(text)


def _options(sub: argparse.ArgumentParser) -> None:
    sub.epilog = (
        "A folder that --store names and that does not exist is made, with the bundled graph in it. "
        "Without --store the bundled graph is served. Only queries are answered unless --enable-update is given."
    )
    sub.add_argument("--host", default="127.0.0.1", metavar="HOST", help="the address to listen on (127.0.0.1)")
    sub.add_argument("--port", type=_port, default=7878, metavar="N", help="the port; 0 takes a free one (7878)")
    sub.add_argument("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="what a query may take (60)")
    sub.add_argument(
        "--workers",
        type=positive,
        default=4,
        metavar="N",
        help="processes for queries (4); there are some more for what is heavy, and for what is known to be quick",
    )
    sub.add_argument("--enable-update", action="store_true", help="open /update and writing on /store; needs a token")
    sub.add_argument(
        "--token-file", metavar="FILE", help="the token of those who may write, or read /metrics from elsewhere"
    )
    sub.add_argument(
        "--allow-service", action="append", default=[], metavar="URL", help="an endpoint that SERVICE may call (repeatable)"
    )  # fmt: skip
    sub.add_argument(
        "--cors", action="append", metavar="ORIGIN", help="whose pages may read: an origin (repeatable), * or none (*)"
    )
    sub.add_argument("--base-url", default="", metavar="URL", help="the address that clients see, behind a proxy")
    sub.add_argument("--article", metavar="FILE", help="a copy of the article, to show the words behind a claim")
    sub.add_argument("--empty", action="store_true", help="make a missing folder without the bundled graph")
    sub.add_argument("--log-queries", action="store_true", help="write queries to the log, not only their digests")


OPTIONS = {"serve": _options}
RUN: dict[str, Callable[[argparse.Namespace], int]] = {"serve": _serve}
