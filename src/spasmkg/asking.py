"""The part of the facade that puts a query to the store, and to the remote endpoints that the user has allowed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Self

from spasmkg.answer import Answer
from spasmkg.naming import Naming

if TYPE_CHECKING:
    from spasmkg.federation import Services

__all__ = ["Asking"]


class Asking(Naming):
    """What a KnowledgeGraph knows of running a query."""

    services: Services | None = None
    """The remote endpoints that queries may call; None for none."""

    def with_services(
        self, endpoints: str | Sequence[str], *, timeout: float = 30.0, on_failure: str = "error"
    ) -> Self:
        """The same graph, whose queries may call these SPARQL endpoints by SERVICE, each for ``timeout`` seconds.

        Where an endpoint fails, ServiceError is raised, or with ``on_failure="partial"`` the answer lacks its part:
        ``answer.complete`` is False and ``answer.incomplete`` says why. What is sent: see :mod:`spasmkg.federation`.
        Raises UsageError for what is no address of an endpoint.

        >>> import spasmkg
        >>> spasmkg.open().with_services("https://example.org/sparql").services.endpoints
        ('https://example.org/sparql',)
        """
        from spasmkg.federation import Services

        allowed = copy(self)
        allowed.services = Services.of(endpoints, timeout, on_failure)
        return allowed

    def _answer(self, text: str, prefixes: Mapping[str, str] | None = None) -> Answer:
        """The answer to a query that reaches for nothing outside."""
        begun = time.perf_counter()
        result = self.store.query(text, prefixes)
        return Answer(result, self.store.engine, text, self.dataset, time.perf_counter() - begun)

    def _joined(self, text: str, prefixes: Mapping[str, str] | None = None) -> Answer:
        """The answer to a query that joins remote endpoints."""
        from spasmkg.federation import join

        begun = time.perf_counter()
        joined = join(self.store, text, prefixes or {}, self.services)
        answer = self._answer(joined.text, prefixes)
        answer.sparql, answer.seconds = text, time.perf_counter() - begun
        answer.endpoints, answer.incomplete = joined.endpoints, joined.failures
        return answer
