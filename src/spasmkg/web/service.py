"""What all requests share: the options of the server, its workers, and which dataset they answer from."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from spasmkg.store import frames
from spasmkg.store.reply import NoAnswerError
from spasmkg.web.exchange import ProblemError
from spasmkg.web.kept import Kept
from spasmkg.web.metrics import Metrics
from spasmkg.web.negotiation import matches

if TYPE_CHECKING:
    from collections.abc import Callable

    from spasmkg.store.pool import Pool
    from spasmkg.store.writing import Writing
    from spasmkg.web.exchange import Exchange, Headers

__all__ = ["CACHED", "STATUS", "Options", "Service", "problem_of"]

CACHED = [(b"cache-control", b"no-cache"), (b"vary", b"Accept, Accept-Encoding")]
"""The headers of an answer that may be kept, and must be asked for again."""
_LOOK_SECONDS = 1.0
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Options:
    """What ``spasmkg serve`` was told."""

    store: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    timeout: float = 60.0
    workers: int = 4
    update: bool = False
    token: str = ""
    """The secret of those who may write, or read the figures of the server from elsewhere; "" where nobody may."""
    allow_service: tuple[str, ...] = ()
    cors: tuple[str, ...] = ("*",)
    """The origins whose pages may read; none where it is empty."""
    base_url: str = ""
    article: str = ""
    log_queries: bool = False
    empty: bool = False


class Service:
    """The running server."""

    def __init__(self, options: Options, pool: Pool, dataset: str, writing: Writing | None = None) -> None:
        self.options, self.pool, self.dataset, self.writing = options, pool, dataset, writing
        self.joining: Pool | None = None
        """Workers that ask the endpoints which queries may call, where any are allowed."""
        self.prefix = urlsplit(options.base_url).path.rstrip("/")
        """The path under which a proxy shows the server; "" for none."""
        self.find: Callable[[], str] | None = None
        """How to see that another program has changed the folder; None where only we do."""
        self._looked = 0.0
        self._seen = self._state = ""
        self.answers = Kept()
        self.metrics = Metrics()
        self._kept: dict[str, tuple[str, Any]] = {}

    @property
    def state(self) -> str:
        """A name for what the store holds now: another one after each change."""
        if self._seen != self.pool.path:
            self._seen = self.pool.path
            found = os.stat(os.path.join(self._seen, "CURRENT"))
            self._state = f"{self.dataset} {self._seen} {found.st_ino} {found.st_mtime_ns}"
        return self._state

    @property
    def graph(self) -> dict[str, str]:
        """What functions that run in a worker are told of the graph: the name of its dataset."""
        is_first = not self.options.store or os.path.basename(self.pool.path) == "store"
        return {"dataset": self.dataset if is_first else f"{self.dataset or 'own'}+changes"}

    def path(self, x: Exchange) -> str:
        """The path of a request, without that under which a proxy shows the server."""
        return x.path.removeprefix(self.prefix) if x.path.startswith(f"{self.prefix}/") else x.path

    def look(self) -> None:
        """See, once in a while, whether another program has changed the folder."""
        now = time.monotonic()
        if self.find and now - self._looked > _LOOK_SECONDS:
            self._looked = now
            path = self.find()
            if os.path.isfile(os.path.join(path, "CURRENT")):
                self.pool.path = path

    def base(self, x: Exchange) -> str:
        """The address of the server as its clients see it, without a slash at the end."""
        if self.options.base_url:
            return self.options.base_url.rstrip("/")
        host = x.header(b"host")
        if not _HOST.fullmatch(host):
            server = x.scope.get("server") or ("127.0.0.1", self.options.port)
            host = f"{server[0]}:{server[1]}"
        return f"{x.scope['scheme']}://{host}"

    def etag(self, *parts: object) -> str:
        """An entity tag for what depends on these values and on what the store holds."""
        seed = "\0".join(map(str, (self.state, *parts)))
        return f'W/"{hashlib.blake2b(seed.encode(), digest_size=12).hexdigest()}"'

    async def is_known(self, x: Exchange, etag: str) -> bool:
        """Whether the client has this answer already; then it has been told so."""
        known = x.header(b"if-none-match")
        if not known or not matches(known, etag):
            return False
        await x.respond(304, [(b"etag", etag.encode()), *CACHED])
        return True

    async def rows(self, name: str, query: str) -> list[dict[str, Any]]:
        """The rows of a query of our own, in the form of SPARQL JSON results; kept until the store changes."""
        state = self.state
        if self._kept.get(name, ("",))[0] != state:
            try:
                reply = await self.pool.ask({"query": query, "rows": "json", "graph": ""}, digest=name.encode())
                data = b"".join([chunk async for chunk in reply.chunks()])
            except NoAnswerError as error:
                raise problem_of(error) from None
            self._kept[name] = (state, json.loads(data)["results"]["bindings"])
        found: list[dict[str, Any]] = self._kept[name][1]
        return found

    async def warm(self) -> None:
        """Have a worker load what most answers need, before the first of them is wanted."""
        with contextlib.suppress(NoAnswerError):
            reply = await self.pool.ask({"function": "spasmkg.web.tasks:warm", "arguments": self.graph}, frames.CALL)
            reply.close()

    def authorize(self, x: Exchange) -> Writing:
        """Who may write, where writing is allowed at all. Raises ProblemError for everybody else."""
        if self.writing is None:
            raise ProblemError(403, "read-only", "this server answers queries only; updates are not enabled")
        scheme, _, given = x.header(b"authorization").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self.options.token.encode()):
            detail = "to write needs the header Authorization: Bearer TOKEN, with the token of this server"
            raise ProblemError(401, "unauthorized", detail, [(b"www-authenticate", b'Bearer realm="spasmkg"')])
        return self.writing

    def cors(self, x: Exchange) -> Headers:
        """The headers that let pages of other origins read the answer."""
        origin, any_origin = x.header(b"origin"), "*" in self.options.cors
        if not self.options.cors or (any_origin and not origin):
            return []
        if any_origin:
            allowed: Headers = [(b"access-control-allow-origin", b"*")]
        elif origin in self.options.cors:
            allowed = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
        else:  # also without an Origin: what a cache keeps for one page is not for all
            return [(b"vary", b"Origin")]
        return [*allowed, (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After")]


STATUS = {
    "malformed": 400, "ambiguous": 400, "not-found": 404, "not-acceptable": 406, "precondition-failed": 412, "too-large": 422, "failed": 500,
    "stopped": 500, "refused": 501, "endpoint-failed": 502, "store": 503, "busy": 503, "late": 504, "no-space": 507,
}  # fmt: skip
"""The status of an answer by the code of what went wrong."""
_SHOWN = ("line", "column", "endpoint", "what", "name", "suggestions", "candidates", "known", "prefixes", "position")
_CODES = {
    "UsageError": "malformed", "QuerySyntaxError": "malformed", "MetapathError": "malformed",
    "IdentifierError": "malformed", "RefusedError": "refused", "NotAllowedError": "refused",
    "NotFoundError": "not-found", "AmbiguousNameError": "ambiguous", "DoesNotHoldError": "not-found",
    "NotLoadedError": "not-found", "NothingToDrawError": "not-found", "ServiceError": "endpoint-failed",
    "OutOfTimeError": "late", "StoppedError": "stopped", "StoreError": "store",
}  # fmt: skip
"""What the errors of the package, raised in a worker, are called here."""
_SAID = {
    "QuerySyntaxError": "{reason}", "MetapathError": "the metapath cannot be read: {reason}",
    "ServiceError": "{endpoint} failed: {reason}", "NotAllowedError": "the query calls {endpoint}, which this server does not allow",
    "NotFoundError": 'no {what} is called "{name}"', "NotLoadedError": '"{question}" asks vocabularies that this server has not loaded',
}  # fmt: skip
"""What they say here, where it is not what they say on the command line."""


def problem_of(error: NoAnswerError) -> ProblemError:
    """The answer to a request that the workers could not answer.

    A refusal is 501: the query is right, and this server does not do what it asks for. (The protocol leaves it 500.)
    """
    details = dict(error.details)
    fields, code, reason = details.pop("fields", {}), _CODES.get(error.code, error.code), error.reason
    if error.code in _SAID:
        reason = _SAID[error.code].format(**fields)
        if fields.get("suggestions"):
            reason += f"; did you mean {' or '.join(fields['suggestions'])}?"
    if error.code == "DoesNotHoldError":
        reason = reason.partition("\n")[0]
    details |= {name: fields[name] for name in _SHOWN if fields.get(name) not in (None, "", [])}
    after = details.pop("after", 1)
    headers = [(b"retry-after", str(after).encode())] if error.code in ("busy", "store") else []
    return ProblemError(STATUS.get(code, 500), code, reason, headers, **details)
