"""The files that pages need: style, fonts, scripts. They stand in a table, so no address reaches any other file.

Their address holds a digest of them all, so that a browser may keep them for ever.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from spasmkg.web.exchange import ProblemError

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["root", "static"]

_MEDIA = {
    ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8", ".json": "application/json",
}  # fmt: skip
_LEAST_TO_PACK = 500


@dataclass(frozen=True, slots=True)
class _File:
    media: str
    data: bytes
    tag: str


@lru_cache(maxsize=1)
def _files() -> dict[str, _File]:
    folder = Path(__file__).parent / "static"
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in _MEDIA:
            data = path.read_bytes()
            tag = hashlib.blake2b(data, digest_size=12).hexdigest()
            found[path.relative_to(folder).as_posix()] = _File(_MEDIA[path.suffix], data, tag)
    return found


@lru_cache(maxsize=1)
def root() -> str:
    """The path under which the files are, such as ``/static/1f0c…``: another one whenever any of them changes."""
    seed = "\0".join(f"{name} {file.tag}" for name, file in _files().items())
    return f"/static/{hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()}"


@lru_cache(maxsize=256)
def _packed(name: str) -> bytes:
    return gzip.compress(_files()[name].data, 9, mtime=0)


async def static(service: Service, x: Exchange) -> None:
    """Answer a request below ``/static/``."""
    given, _, name = service.path(x).removeprefix("/static/").partition("/")
    file = _files().get(name)
    if file is None:
        raise ProblemError(404, "not-found", "nothing is here")
    is_now = f"/static/{given}" == root()  # a page that is still open after an upgrade asks for what was
    kept = b"public, max-age=31536000, immutable" if is_now else b"no-cache"
    headers = [
        (b"cache-control", kept), (b"etag", f'"{file.tag}"'.encode()), (b"vary", b"Accept-Encoding"),
        (b"content-type", file.media.encode()),
    ]  # fmt: skip
    if f'"{file.tag}"' in x.header(b"if-none-match"):
        await x.respond(304, headers[:3])
        return
    if x.takes_gzip() and len(file.data) > _LEAST_TO_PACK and not name.endswith(".woff2"):
        await x.respond(200, [*headers, (b"content-encoding", b"gzip")], _packed(name))
    else:
        await x.respond(200, headers, file.data)
