"""The part of the facade that puts a query to the store, and to the remote endpoints that the user has allowed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Self

from spasmkg import competency
from spasmkg import namespaces as ns
from spasmkg.answer import Answer
from spasmkg.errors import NotFoundError, UsageError
from spasmkg.naming import Naming

if TYPE_CHECKING:
    from spasmkg.federation import Services
    from spasmkg.store import Store

__all__ = ["Asking", "Value"]

Value = str | int | float | Sequence[str | int | float]
"""A parameter's value, or several."""


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

    def bind(self, name: str, **values: Value) -> tuple[competency.Question, str]:
        """A competency question and its SPARQL with these parameter values."""
        question = competency.load(name)
        known = {p.name: p for p in question.parameters}
        bound: dict[str, list[str]] = {}
        for key, given in values.items():
            if key not in known:
                from spasmkg.spelling import nearest

                hint = f"its parameters are {', '.join(known)}" if known else "it has none"
                raise NotFoundError(f"parameter of {name}", key, nearest(key, known), hint)
            listed = [given] if isinstance(given, str | int | float) else list(given)
            lifted = listed == [competency.ANY]
            bound[key] = [competency.ANY] if lifted else [self.term(known[key], v) for v in listed]
        return question, question.bind(bound)

    def term(self, parameter: competency.Parameter, value: str | int | float) -> str:
        """A value of a parameter as SPARQL has it. Raises NotFoundError, or UsageError where it is of another kind."""
        if parameter.is_term:
            return parameter.term(str(value))
        if parameter.is_endpoint:
            from spasmkg.endpoints import normal

            return f"<{normal(str(value))}>"
        if not parameter.is_entity:
            return parameter.literal(value)
        iri = self.resolve(str(value))
        if parameter.kind != "Entity" and not self.store.ask(f"ASK {{ <{iri}> a <{ns.spasm(parameter.kind)}> }}"):
            from spasmkg.entities import kind_of

            actual = kind_of(self.store, iri) or "thing"
            raise UsageError(f'"{value}" is a {actual}, not a {parameter.kind}, which {parameter.option} asks for')
        return f"<{iri}>"

    _bounded: Store | None = None

    def _within(self, timeout: float | None) -> Store:
        """The store, or a worker process that holds it and is killed after so many seconds."""
        if timeout is None:
            return self.store
        from spasmkg.store.bounded import bounded

        self._bounded = bounded(self.store, timeout, self._bounded)
        return self._bounded

    def _answer(self, text: str, prefixes: Mapping[str, str] | None = None, timeout: float | None = None) -> Answer:
        """The answer to a query that reaches for nothing outside."""
        begun = time.perf_counter()
        result = self._within(timeout).query(text, prefixes)
        return Answer(result, self.store.engine, text, self.dataset, time.perf_counter() - begun)

    def _joined(self, text: str, prefixes: Mapping[str, str] | None = None, timeout: float | None = None) -> Answer:
        """The answer to a query that joins remote endpoints; the time is what each of its parts has here."""
        from spasmkg.federation import join

        begun = time.perf_counter()
        joined = join(self._within(timeout), text, prefixes or {}, self.services)
        answer = self._answer(joined.text, prefixes, timeout)
        answer.sparql, answer.seconds = text, time.perf_counter() - begun
        answer.endpoints, answer.incomplete = joined.endpoints, joined.failures
        return answer
