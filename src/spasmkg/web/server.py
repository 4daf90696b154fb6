"""The server as a process: it finds its store, starts its workers, listens, and ends in good order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import Callable
from pathlib import Path

from spasmkg import cache
from spasmkg.errors import StoreError, UsageError
from spasmkg.home import store_of
from spasmkg.store import create, live
from spasmkg.store.pool import Limits, Pool
from spasmkg.store.reply import NoAnswerError
from spasmkg.store.writing import Writing
from spasmkg.web.log import AccessLog
from spasmkg.web.service import Options, Service

__all__ = ["listen", "run"]

_GRACE_SECONDS = 5


def run(options: Options, announce: Callable[[str], None], note: Callable[[str], None]) -> None:
    """Serve until the process is told to end; ``announce`` gets the address when connections are accepted.

    Raises UsageError for options that do not fit, StoreError where the store or the port cannot be had.
    """
    find, dataset = _store(options, note)
    asyncio.run(_serve(options, find, dataset, announce))


def _bundled(note: Callable[[str], None]) -> tuple[str, str]:
    """The bundled graph and its dataset; one that is missing is built by a child, which gives its memory back."""
    if cache.built() is None and hasattr(os, "fork"):
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):  # whatever it is, the parent comes to it as well and tells it
                cache.bundled(note)
            os._exit(0)
        os.waitpid(child, 0)
    return cache.bundled(note)


def _store(options: Options, note: Callable[[str], None]) -> tuple[Callable[[], str], str]:
    """How to find the store to read, and the name of its dataset; it is made first where it is missing."""
    if not options.store:
        home, dataset = _bundled(note)
        own = store_of(f"{home}/store", dataset, note)
        return lambda: own, dataset
    folder = Path(options.store)
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        source = ""
        dataset = ""
        if not options.empty:
            home, dataset = _bundled(note)
            source = f"{home}/store"
        create(folder, source, dataset)
    path = live(folder)
    if not os.path.isfile(os.path.join(path, "CURRENT")):
        raise StoreError(f"{folder} holds no graph; make one with: spasmkg build -o {folder}", str(folder))
    named = folder / "dataset"
    if options.update and Path(path) == folder:
        raise StoreError(f"{folder} is a bare store; make a folder to change with: spasmkg build -o DIR", str(folder))
    return lambda: live(folder), named.read_text().strip() if named.is_file() else ""


async def _serve(options: Options, find: Callable[[], str], dataset: str, announce: Callable[[str], None]) -> None:
    import uvicorn

    from spasmkg.web.app import App
    from spasmkg.web.http import BoundedProtocol, BoundedServer
    from spasmkg.web.routes import ROUTES

    listening = listen(options.host, options.port)
    port = listening.getsockname()[1]
    path = find()
    pool = Pool(path, Limits(quick=max(1, options.workers // 2), new=options.workers, timeout=options.timeout))
    writing = Writing(options.store, lambda now: setattr(pool, "path", now), pool.paths) if options.update else None
    joining: Pool | None = None
    log = AccessLog()
    try:
        if writing:
            await writing.start()
        await pool.start()
        service = Service(options, pool, dataset, writing)
        if not writing:
            service.find = find
        if options.allow_service:
            service.joining = joining = Pool(
                path, Limits(quick=4, new=0, heavy=2, slice=options.timeout, timeout=2 * options.timeout), network=True
            )
            await joining.start(ask=False)
        gc.collect()
        gc.freeze()  # what is here now stays
        warming = asyncio.create_task(service.warm())
        config = uvicorn.Config(
            App(service, log, ROUTES), http=BoundedProtocol, loop="none", lifespan="off", ws="none", log_config=None,
            log_level="critical", access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=15,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )  # fmt: skip
        host = f"[{options.host}]" if ":" in options.host else options.host
        await BoundedServer(config, lambda: announce(f"http://{host}:{port}/")).serve([listening])
        warming.cancel()
    except NoAnswerError as error:
        raise StoreError(error.reason, path) from None
    finally:
        listening.close()
        if writing:
            await writing.close()
        await pool.close()
        if joining:
            await joining.close()
        log.close()


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket that listens there; ``option`` is what to change where it cannot. Raises UsageError."""
    sock = None
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, so that asyncio sends at once
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.setblocking(False)
    except OSError as error:
        if sock:
            sock.close()
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot listen on {host} port {port}: {reason}; choose another with {option}, or 0 for any"
        ) from None
    return sock
