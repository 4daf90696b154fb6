"""The addresses of the server. To add one: write ``async def name(service, exchange)`` and name it here."""

from __future__ import annotations

from spasmkg.web import description, graphs, health, metrics, pages, query, rest, static, things, update
from spasmkg.web.app import Route

__all__ = ["ROUTES"]

_ASKING = ("GET", "HEAD", "POST")
_ALL = ("GET", "HEAD", "PUT", "POST", "DELETE")

ROUTES = (
    Route("/sparql", query.sparql, _ASKING, _ASKING),
    Route("/update", update.update, ("POST",), ()),
    Route("/store", graphs.store, _ALL),
    Route("/store/", graphs.store, _ALL, below=True),
    Route("/.well-known/void", description.void),
    Route("/id", things.things),
    Route("/id/", things.thing, below=True),
    Route("/api", rest.api),
    Route("/api/openapi.json", rest.openapi),
    Route("/api/", rest.api, below=True),
    Route("/health", health.health),
    Route("/static/", static.static, below=True),
    *(Route(page.path, pages.answers(page), below=page.below) for page in pages.PAGES),
    Route("/metrics", metrics.metrics, reading=()),
)
