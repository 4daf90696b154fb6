"""Whether the server works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spasmkg.web.exchange import Exchange
    from spasmkg.web.service import Service

__all__ = ["health"]


async def health(service: Service, x: Exchange) -> None:
    """Say whether the server works: 200 while workers can answer, else 503."""
    lanes = service.pool.counts()
    good = lanes["quick"]["workers"] > 0
    body = {"status": "ok" if good else "no workers", "dataset": service.dataset, "workers": lanes}
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await x.respond(200 if good else 503, headers, json.dumps(body).encode() + b"\n")
