"""The server as a process: its workers, and the two ways in, standard input and output or HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spasmkg import cache
from spasmkg.errors import MissingExtraError, StoreError
from spasmkg.home import store_of
from spasmkg.store import frames, live
from spasmkg.store.pool import Limits, Pool
from spasmkg.store.reply import NoAnswerError

if TYPE_CHECKING:
    from mcp.server import MCPServer

__all__ = ["Options", "run"]

_MOST_BODY = 1 << 20
_MOST_ANSWER = 4 << 20
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PLACES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Options:
    """What ``spasmkg mcp`` was told; ``host`` is empty for standard input and output."""

    store: str = ""
    host: str = ""
    port: int = 0
    allow_host: tuple[str, ...] = ()
    timeout: float = 30.0


def run(options: Options, announce: Callable[[str], None], note: Callable[[str], None]) -> None:
    """Serve until standard input ends, or the process is told to.

    Raises MissingExtraError, StoreError where there is no graph, UsageError where the port cannot be had.
    """
    try:
        import mcp.server  # noqa: F401
    except ImportError:
        raise MissingExtraError("mcp", "spasmkg mcp") from None
    find, dataset = _store(options.store, note)
    asyncio.run(_serve(options, find, dataset, announce))


def _store(store: str, note: Callable[[str], None]) -> tuple[Callable[[], str], str]:
    """How to find the store to read, and the name of its dataset."""
    if not store:
        home, dataset = cache.bundled(note)
        own = store_of(f"{home}/store", dataset, note)
        return lambda: own, dataset
    folder = Path(store)
    if not (Path(live(folder)) / "CURRENT").is_file():
        raise StoreError(f"{folder} holds no graph; make one with: spasmkg build -o {folder}", str(folder))
    named = folder / "dataset"
    return lambda: live(folder), named.read_text().strip() if named.is_file() else ""


async def _serve(options: Options, find: Callable[[], str], dataset: str, announce: Callable[[str], None]) -> None:
    from spasmkg.agents.server import make

    pool = Pool(find(), Limits(quick=1, new=0, heavy=1, timeout=options.timeout, most=_MOST_ANSWER, waiting=64))

    async def ask(tool: str, values: Mapping[str, Any]) -> dict[str, Any]:
        now = find()
        if now != pool.path and Path(now, "CURRENT").is_file():
            pool.path = now  # another program has changed the folder
        arguments = {"dataset": dataset, "tool": tool, "values": dict(values)}
        request = {"function": "spasmkg.agents.answers:answer", "arguments": arguments, "most": _MOST_ANSWER}
        reply = await pool.ask(request, frames.CALL)
        found: dict[str, Any] = json.loads(b"".join([chunk async for chunk in reply.chunks()]))
        return found

    try:
        await pool.start()
        server = make(ask)
        if options.host:
            await _over_http(server, options, announce)
        else:
            await server.run_stdio_async()
    except NoAnswerError as error:
        raise StoreError(error.reason, pool.path) from None
    finally:
        await pool.close()


async def _over_http(server: MCPServer[Any], options: Options, announce: Callable[[str], None]) -> None:
    """Streamable HTTP at ``/mcp``. Who asks for another host than ours, or comes from a page of another, is refused."""
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    from spasmkg.web.http import BoundedProtocol, BoundedServer
    from spasmkg.web.server import listen

    listening = listen(options.host, options.port, "--http HOST:PORT")
    port = listening.getsockname()[1]
    shown = f"[{options.host}]" if ":" in options.host else options.host
    names = [*(_LOOPBACK if options.host in _PLACES else [shown]), *options.allow_host]
    hosts = [h for n in names for h in (n, *([] if _has_port(n) else [f"{n}:*"]))]
    settings = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{h}" for scheme in ("http", "https") for h in hosts],
    )
    app = server.streamable_http_app(
        json_response=True, stateless_http=True, max_request_body_size=_MOST_BODY, transport_security=settings
    )
    config = uvicorn.Config(
        app, http=BoundedProtocol, loop="none", lifespan="on", ws="none", log_config=None, log_level="critical",
        access_log=False, server_header=False, proxy_headers=False, timeout_keep_alive=15, timeout_graceful_shutdown=5,
    )  # fmt: skip
    try:
        await BoundedServer(config, lambda: announce(f"http://{shown}:{port}/mcp")).serve([listening])
    finally:
        listening.close()


def _has_port(name: str) -> bool:
    return name.rpartition(":")[2].isdigit() and not name.endswith("]")
